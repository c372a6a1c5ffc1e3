"""Requests to publish and their answers, matched by cid."""

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.publishing import AudioPublication, PendingPublications, Published, Refused


def refusal(cid: str, reason: rtc.RequestResponse.Reason, message: str = "") -> rtc.RequestResponse:
    return rtc.RequestResponse(reason=reason, message=message, add_track=rtc.AddTrackRequest(cid=cid))


def test_the_request_says_what_the_track_is() -> None:
    request = AudioPublication("c1", "voice", models.MICROPHONE, muted=True, stereo=True, dtx=False).request()
    assert (request.cid, request.name, request.type, request.source) == (
        "c1",
        "voice",
        models.AUDIO,
        models.MICROPHONE,
    )
    assert request.muted
    assert request.disable_dtx
    assert request.disable_red
    assert list(request.audio_features) == [models.TF_STEREO, models.TF_NO_DTX]


def test_an_acknowledgement_is_taken_once() -> None:
    pending = PendingPublications()
    pending.add("c1")
    answer = rtc.TrackPublishedResponse(cid="c1", track=models.TrackInfo(sid="TR_1"))
    assert pending.published(answer) == Published("c1", answer.track)
    assert pending.published(answer) is None


def test_a_refusal_is_matched_by_the_echoed_request() -> None:
    pending = PendingPublications()
    pending.add("c1")
    assert pending.refused(refusal("c2", rtc.RequestResponse.NOT_ALLOWED)) is None
    assert pending.refused(rtc.RequestResponse(reason=rtc.RequestResponse.NOT_FOUND)) is None
    assert pending.refused(refusal("c1", rtc.RequestResponse.QUEUED)) is None
    assert pending.refused(refusal("c1", rtc.RequestResponse.NOT_ALLOWED, "no")) == Refused(
        "c1", "NOT_ALLOWED: no"
    )
    assert pending.refused(refusal("c1", rtc.RequestResponse.NOT_ALLOWED, "no")) is None


def test_nobody_waits_any_more() -> None:
    pending = PendingPublications()
    pending.add("c1")
    pending.discard("c1")
    assert pending.published(rtc.TrackPublishedResponse(cid="c1")) is None
