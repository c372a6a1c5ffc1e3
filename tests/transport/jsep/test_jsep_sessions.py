"""Real sessions replayed: the server's side as recorded, ours from the negotiator."""

import gzip
import json
from pathlib import Path

import pytest

from lkpy.transport.bundle.parameters import DtlsRole, TransportParameters
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.jsep import Negotiator, NegotiatorRole
from lkpy.transport.sdp import Direction, Fingerprint, MediaSection, SessionDescription

DATA = Path(__file__).parents[2] / "data" / "sdp" / "sessions.json.gz"
SESSIONS = json.loads(gzip.decompress(DATA.read_bytes()))
LOCAL = TransportParameters(IceParameters("ours", "p" * 24), Fingerprint("sha-256", "AA:BB"))
KINDS = {"AUDIO": "audio", "VIDEO": "video"}


def connections(way: str, kind: str):
    """(session, connection) pairs in which that message occurs with a description."""
    return sorted(
        {
            (name, message["conn"])
            for name, messages in SESSIONS.items()
            for message in messages
            if (message["way"], message["kind"]) == (way, kind)
        }
    )


def messages_of(name: str, connection: int):
    return [message for message in SESSIONS[name] if message["conn"] == connection]


def announced_tracks(name: str) -> set[str]:
    return {
        sid
        for message in SESSIONS[name]
        for participant in message.get("participants", [])
        for sid in participant["tracks"]
    }


def carried_tracks(description: SessionDescription) -> dict[str, str]:
    """Mid to track sid as the msid lines tell it, read without the negotiator."""
    return {
        section.mid: section.msid.track_id
        for section in description.media
        if section.msid and "|" in section.msid.stream_id and section.direction.sends
    }


@pytest.mark.parametrize(("name", "connection"), connections("down", "offer"))
def test_every_server_offer_is_answered(name, connection):
    """Two peer connections: freed and re-used sections, tracks that come and go, ICE restarts."""
    negotiator = Negotiator(role=NegotiatorRole.ANSWERER, session_id=1, cname="c")
    playing: dict[str, str] = {}
    ufrag = None
    seen: set[str] = set()
    for message in messages_of(name, connection):
        if (message["way"], message["kind"]) != ("down", "offer"):
            continue
        offer = SessionDescription.parse(message["sdp"])
        restart = ufrag not in (None, offer.media[0].ice_ufrag)
        assert negotiator.is_restart(offer) == restart
        text, result = negotiator.answer(message["sdp"], LOCAL, (), message["mids"])
        ufrag = offer.media[0].ice_ufrag

        answer = SessionDescription.parse(text)
        assert [(s.kind, s.mid) for s in answer.media] == [(s.kind, s.mid) for s in offer.media]
        assert answer.bundle == offer.bundle
        for asked, said in zip(offer.media, answer.media, strict=True):
            assert said.port == 9
            assert said.setup == "active"
            assert said.direction == (
                asked.direction
                if asked.is_data
                else Direction.RECVONLY
                if asked.direction.sends
                else Direction.INACTIVE
            )
            assert set(said.codecs) <= set(asked.codecs)
            assert said.is_data or {c.key for c in said.codecs.values()} & {
                "opus",
                "vp8",
                "h264",
                "vp9",
                "av1",
            }
            assert set(said.extmap.items()) <= set(asked.extmap.items())
        assert result.transport.role is DtlsRole.CLIENT
        assert result.transport.restarted == restart
        assert result.transport.max_message_size == 65535
        assert all(candidate.component == 1 for candidate in result.transport.candidates)

        before, playing = playing, carried_tracks(offer)
        assert {s.mid: s.track_sid for s in negotiator.receivers} == playing == message["mids"]
        assert {s.track_sid for s in result.removed} == set(before.values()) - set(playing.values())
        assert {s.track_sid for s in result.added} == set(playing.values()) - set(before.values())
        assert all(stream.ssrc and stream.codecs for stream in result.added)
        assert all((stream.rtx_ssrc is not None) == (stream.kind == "video") for stream in result.added)
        seen |= set(playing.values())
    assert seen <= announced_tracks(name)


@pytest.mark.parametrize(("name", "connection"), connections("down", "answer"))
def test_every_server_answer_is_understood(name, connection):
    """The recorded client's offers are followed with our own: a section of ours for each of its sections. The
    server's answers are then put in the order of ours."""
    negotiator = Negotiator(role=NegotiatorRole.OFFERER, session_id=1, cname="c")
    theirs: dict[str, str] = {}  # our mid to the recorded one
    tracks: dict[str, str] = {}  # msid of a published track to our mid
    offers: list[str] = []
    playing: dict[str, str] = {}
    understood = 0
    for message in messages_of(name, connection):
        if (message["way"], message["kind"]) == ("up", "offer"):
            offers.append(message["sdp"])
            continue
        if (message["way"], message["kind"]) != ("down", "answer") or not offers:
            continue
        recorded = SessionDescription.parse(offers.pop(0))
        follow(negotiator, recorded, theirs, tracks)
        ours = SessionDescription.parse(negotiator.create_offer(LOCAL))
        answer = SessionDescription.parse(message["sdp"])
        back = {recorded_mid: mid for mid, recorded_mid in theirs.items()}
        expected = {back[mid]: sid for mid, sid in carried_tracks(answer).items()}
        rearranged, mids = rearrange(ours, answer, theirs, message["mids"])
        result = negotiator.apply_answer(rearranged, mids)

        assert result.transport.role is DtlsRole.SERVER
        assert {sender.track_id for sender in result.senders} == set(tracks)
        for sender in result.senders:
            assert sender.codecs[0].key in ("opus", "vp8", "h264", "vp9", "av1")
        assert {s.mid: s.track_sid for s in negotiator.receivers} == expected
        assert {s.track_sid for s in result.added} == set(expected.values()) - set(playing.values())
        assert {s.track_sid for s in result.removed} == set(playing.values()) - set(expected.values())
        playing = expected
        understood += 1
    assert understood
    assert set(playing.values()) <= announced_tracks(name)


def follow(negotiator, recorded: SessionDescription, theirs: dict[str, str], tracks: dict[str, str]) -> None:
    """Publish, unpublish and add sections as the recorded client did."""
    published = {s.msid.track_id: s for s in recorded.media if s.direction.sends and s.msid and not s.is_data}
    for track in set(tracks) - set(published):
        negotiator.remove_sender(tracks.pop(track))
    known = set(theirs.values())
    for section in recorded.media:
        if section.is_data:
            theirs["0"] = section.mid
        elif section.msid is None and section.mid not in known:
            negotiator.add_receive_sections(section.kind, 1)
            newest = SessionDescription.parse(negotiator.create_offer(LOCAL)).media[-1]
            theirs[newest.mid] = section.mid
    for track, section in published.items():
        if track not in tracks:
            codec = "opus" if section.kind == "audio" else first_known(section)
            mid = negotiator.add_sender(section.kind, track, [codec], ssrc=len(theirs) + 1)
            tracks[track] = mid
            theirs[mid] = section.mid


def first_known(section: MediaSection) -> str:
    return next((c.key for c in section.codecs.values() if c.key in ("vp8", "h264", "vp9", "av1")), "vp8")


def rearrange(
    ours: SessionDescription, answer: SessionDescription, theirs: dict[str, str], mids: dict[str, str]
):
    """The recorded answer as an answer to our offer, with our payload types for what we publish."""
    recorded = {section.mid: section for section in answer.media}
    media = []
    for section in ours.media:
        said = recorded[theirs[section.mid]] if section.mid in theirs else section.rejection()
        said.mid = section.mid
        if section.direction.sends and not section.is_data:
            wanted = {codec.key for codec in said.codecs.values()}
            said.codecs = {pt: codec for pt, codec in section.codecs.items() if codec.key in wanted | {"vp8"}}
        media.append(said)
    back = {theirs_mid: mid for mid, theirs_mid in theirs.items()}
    answer.media = media
    return answer, {back[mid]: sid for mid, sid in mids.items() if mid in back}
