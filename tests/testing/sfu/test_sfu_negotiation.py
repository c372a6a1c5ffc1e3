"""Answers and offers have the shape of livekit-server's in recorded sessions of official clients."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lkpy.media.rtp import extensions as ext
from lkpy.protocol import models_pb2 as models
from lkpy.testing.sfu.forwarding import DownTrack
from lkpy.testing.sfu.publisher import PublisherNegotiation
from lkpy.testing.sfu.subscriber import OfferedSections, RequestedSections, Subscriptions
from lkpy.testing.sfu.upstream import PublishedTrack, Upstream
from lkpy.transport.sdp import Direction, MediaSection, SessionDescription

TRACES = Path(__file__).parents[2] / "data" / "traces"
SESSIONS = [
    "py1017-audio-lifecycle",
    "py1017-video-simulcast",
    "py121-dual-audio-lifecycle",
    "py121-dual-video-simulcast",
    "js223-dual-call",
]
TYPES = {"AUDIO": models.TrackType.AUDIO, "VIDEO": models.TrackType.VIDEO}


def messages(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(TRACES / f"{name}.jsonl.gz", "rt") as file:
        for line in file:
            yield json.loads(line)


def new_track(sid: str, kind: str = "audio", mime: str = "") -> PublishedTrack:
    info = models.TrackInfo(sid=sid, type=TYPES[kind.upper()], mime_type=mime)
    return PublishedTrack(info, f"cid of {sid}", "PA_owner", "owner")


def new_down(kind: str, ssrc: int) -> DownTrack:
    return DownTrack(kind, ssrc=ssrc, first_sequence=1, first_timestamp=1, clock_rate=48000)


@pytest.mark.parametrize("name", SESSIONS)
def test_publisher_answers_match_the_recorded_ones(name: str) -> None:
    """Same sections, directions, codecs in the same order, rids and extensions for every recorded offer."""
    negotiations: dict[int, PublisherNegotiation] = {}
    offers: dict[int, SessionDescription] = {}
    compared = 0
    for message in messages(name):
        conn, kind, body = message["conn"], message["kind"], message["body"]
        negotiation = negotiations.setdefault(conn, PublisherNegotiation(Upstream(lambda packets: None)))
        if kind == "add_track" and message["way"] == "up":
            track = new_track("TR_" + body["cid"], "video" if body.get("type") == "VIDEO" else "audio")
            if body.get("simulcastCodecs"):
                track.info.mime_type = "video/" + body["simulcastCodecs"][0]["codec"].upper()
            negotiation.pending[body["cid"]] = track
        elif kind == "offer" and message["way"] == "up":
            offers[conn] = SessionDescription.parse(body["sdp"])
        elif kind == "answer" and message["way"] == "down":
            theirs = SessionDescription.parse(body["sdp"])
            outcome = negotiation.apply_offer(offers[conn])
            assert outcome.unannounced == []
            ours, _ = negotiation.answer(offers[conn], None, Subscriptions())
            assert [s.kind for s in ours] == [s.kind for s in theirs.media]
            for our, their in zip(ours, theirs.media, strict=True):
                assert (our.mid, our.direction, our.rejected) == (their.mid, their.direction, their.rejected)
                our_codecs, their_codecs = (
                    [c.key for c in section.codecs.values() if c.key != "rtx"] for section in (our, their)
                )
                assert our_codecs[:1] == their_codecs[:1]
                assert set(our_codecs) == set(their_codecs)  # it knows fewer H264 profiles than we forward
                assert our.rids == their.rids
                wanted = set(their.extmap.values()) - {
                    ext.TRANSPORT_CC,
                    ext.ABS_CAPTURE_TIME,
                    ext.ABS_SEND_TIME,
                }
                if our.kind == "audio":
                    wanted -= {ext.RID}
                assert wanted <= set(our.extmap.values())
                assert our.extmap.items() <= dict(offers[conn].section(our.mid).extmap).items()  # type: ignore[union-attr]
            compared += 1
    assert compared


def test_single_mode_fills_placeholders_and_asks_for_more() -> None:
    """Unused placeholders are sendonly without a stream, live ones carry it, freed ones are inactive."""
    offer = next(
        SessionDescription.parse(m["body"]["query"]["join_request(compression=1)"]["publisherOffer"]["sdp"])
        for m in messages("py121-talk")
        if m["kind"] == "open"
    )
    negotiation = PublisherNegotiation(Upstream(lambda packets: None))
    requested, subscriptions = RequestedSections(), Subscriptions()
    tracks = [new_track(f"TR_{n}") for n in range(5)]
    for number, track in enumerate(tracks):
        subscriptions.add(track, new_down("audio", 100 + number))

    def answer() -> tuple[list[MediaSection], dict[str, str]]:
        negotiation.apply_offer(offer)
        requested.offered(offer.media, subscriptions)
        return negotiation.answer(offer, requested, subscriptions)

    sections, mids = answer()
    assert mids == {"0": "TR_0", "1": "TR_1", "2": "TR_2"}
    by_mid = {section.mid: section for section in sections}
    assert {by_mid[mid].direction for mid in "012345"} == {Direction.SENDONLY}
    assert str(by_mid["1"].msid) == "PA_owner|TR_1 TR_1"
    assert by_mid["1"].primary_ssrcs == [101]
    assert by_mid["4"].msid is None
    assert {ext.RID, ext.REPAIRED_RID} <= set(by_mid["4"].extmap.values())
    assert requested.requirement(subscriptions) == {"audio": 2, "video": 0}
    assert requested.requirement(subscriptions) == {"audio": 0, "video": 0}  # asked for already
    subscriptions.remove("TR_1", 0.0)
    assert subscriptions.finished()
    subscriptions.live["TR_3"].track = tracks[3]
    sections, mids = answer()
    assert mids == {"0": "TR_0", "1": "TR_3", "2": "TR_2"}
    for sid in ("TR_3", "TR_4"):
        subscriptions.remove(sid, 0.0)
    assert subscriptions.finished()
    sections, mids = answer()
    assert mids == {"0": "TR_0", "2": "TR_2"}
    assert next(s for s in sections if s.mid == "1").direction is Direction.INACTIVE


def test_dual_mode_frees_lines_and_uses_them_again() -> None:
    offered, subscriptions = OfferedSections(), Subscriptions()
    sections, mids = offered.sections(subscriptions, 65535)
    assert [s.kind for s in sections] == ["application"]
    subscriptions.add(new_track("TR_a", mime="audio/red"), new_down("audio", 1))
    subscriptions.add(new_track("TR_v", "video"), new_down("video", 2))
    offered.assign(subscriptions)
    sections, mids = offered.sections(subscriptions, 65535)
    assert mids == {"1": "TR_a", "2": "TR_v"}
    assert [s.direction for s in sections[1:]] == [Direction.SENDRECV] * 2
    assert [c.key for c in sections[1].codecs.values()] == ["opus", "red", "pcmu", "pcma"]
    subscriptions.remove("TR_a", 0.0)
    assert subscriptions.finished()
    sections, mids = offered.sections(subscriptions, 65535)
    assert mids == {"2": "TR_v"}
    assert sections[1].direction is Direction.RECVONLY
    assert sections[1].msid is None
    subscriptions.add(new_track("TR_b"), new_down("audio", 3))
    offered.assign(subscriptions)
    sections, mids = offered.sections(subscriptions, 65535)
    assert mids == {"1": "TR_b", "2": "TR_v"}
    assert sections[1].primary_ssrcs == [3]
    offered.apply_answer(sections, subscriptions)
    assert all(s.bound for s in subscriptions.live.values())


def test_an_unannounced_section_is_answered_and_counted() -> None:
    offer = next(
        SessionDescription.parse(m["body"]["sdp"])
        for m in messages("py1017-audio-lifecycle")
        if m["kind"] == "offer" and m["way"] == "up"
    )
    outcome = PublisherNegotiation(Upstream(lambda packets: None)).apply_offer(offer)
    assert outcome.published == []
    assert outcome.unannounced == [offer.media[0].mid]


def test_a_section_that_changes_its_track_ends_one_and_begins_another() -> None:
    negotiation = PublisherNegotiation(Upstream(lambda packets: None))
    offer = next(
        SessionDescription.parse(m["body"]["sdp"])
        for m in messages("py1017-audio-lifecycle")
        if m["kind"] == "offer" and m["way"] == "up"
    )
    msid = offer.media[0].msid
    assert msid is not None
    first, second = new_track("TR_1"), new_track("TR_2")
    negotiation.pending[msid.track_id] = first
    assert negotiation.apply_offer(offer).published == [first]
    assert first.info.mime_type == "audio/red"
    offer.media[0].msids = [type(msid)("-", "other")]
    negotiation.pending["other"] = second
    outcome = negotiation.apply_offer(offer)
    assert (outcome.closed, outcome.published) == ([first], [second])
    offer.media[0].direction = Direction.INACTIVE
    assert negotiation.apply_offer(offer).closed == [second]
