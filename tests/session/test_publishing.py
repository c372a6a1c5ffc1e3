"""Our publications: requests and their answers matched by cid, and what is muted."""

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.publishing import AudioTrackRequest, Publications


def refusal(cid: str, reason: int, message: str = "") -> rtc.RequestResponse:
    response = rtc.RequestResponse(message=message, add_track=rtc.AddTrackRequest(cid=cid))
    response.reason = reason  # type: ignore[assignment]
    return response


def answer(cid: str, sid: str) -> rtc.TrackPublishedResponse:
    return rtc.TrackPublishedResponse(cid=cid, track=models.TrackInfo(sid=sid))


def test_the_request_says_what_the_track_is() -> None:
    request = AudioTrackRequest("c1", "voice", models.MICROPHONE, muted=True, stereo=True, dtx=False)
    message = request.message()
    assert (message.cid, message.name, message.type, message.source) == (
        "c1",
        "voice",
        models.AUDIO,
        models.MICROPHONE,
    )
    assert message.muted
    assert message.disable_dtx
    assert message.disable_red
    assert list(message.audio_features) == [models.TF_STEREO, models.TF_NO_DTX]


def test_an_acknowledgement_is_taken_once_and_gives_the_sid() -> None:
    ours = Publications()
    publication = ours.begin("c1", muted=True, track="track")
    assert publication.sid == ""
    assert ours.find("") is None
    assert ours.accepted(answer("c1", "TR_1")) is publication
    assert (publication.sid, publication.muted, publication.track) == ("TR_1", True, "track")
    assert ours.find("TR_1") is publication
    assert ours.accepted(answer("c1", "TR_2")) is None
    assert ours.accepted(answer("c2", "TR_2")) is None
    assert publication.sid == "TR_1"


def test_a_refusal_is_matched_by_the_echoed_request() -> None:
    ours = Publications()
    publication = ours.begin("c1", muted=False)
    assert ours.refused(refusal("c2", rtc.RequestResponse.NOT_ALLOWED)) is None
    assert ours.refused(rtc.RequestResponse(reason=rtc.RequestResponse.NOT_FOUND)) is None
    assert ours.refused(refusal("c1", rtc.RequestResponse.QUEUED)) is None
    assert ours.refused(refusal("c1", rtc.RequestResponse.NOT_ALLOWED, "no")) == (
        publication,
        "NOT_ALLOWED: no",
    )
    assert ours.refused(refusal("c1", 55)) == (publication, "55")
    ours.accepted(answer("c1", "TR_1"))
    assert ours.refused(refusal("c1", rtc.RequestResponse.NOT_ALLOWED)) is None


def test_what_has_ended_is_unknown_and_may_be_published_again() -> None:
    ours = Publications()
    publication = ours.begin("c1", muted=False)
    ours.accepted(answer("c1", "TR_1"))
    assert list(ours) == [publication]
    assert ours.end("c1") is publication
    assert publication.ended
    assert ours.end("c1") is None
    assert ours.get("c1") is None
    assert ours.find("TR_1") is None
    assert ours.accepted(answer("c1", "TR_1")) is None
    again = ours.begin("c1", muted=False)
    assert ours.get("c1") is again
    assert not again.ended
