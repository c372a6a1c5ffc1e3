"""Long lives of a connection: whatever is published and subscribed in whatever order, both ends agree."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.transport.bundle.parameters import TransportParameters
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.jsep import Negotiator, NegotiatorRole
from lkpy.transport.sdp import Direction, Fingerprint, MediaSection, SessionDescription

LOCAL = TransportParameters(IceParameters("ours", "p" * 24), Fingerprint("sha-256", "AA:BB"))
TRANSPORT = {"ufrag": "them", "pwd": "q" * 24}
SEQUENCES = 1000


class Server:
    """The answering end as livekit-server behaves with one peer connection: free sections get tracks, freed
    ones are `inactive` and filled again first, and what finds no room is asked for."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.playing: dict[str, tuple[str, int]] = {}  # mid to (track, ssrc)
        self.waiting: list[tuple[str, str]] = []  # (kind, track)
        self.published: dict[str, str] = {}  # mid to msid track id
        self.kinds: list[tuple[str, str]] = []
        self.used: set[str] = set()
        self.number = 0

    def subscribe(self) -> None:
        self.number += 1
        self.waiting.append((self.rng.choice(["audio", "audio", "video"]), f"TR_{self.number}"))

    def unsubscribe(self) -> None:
        if self.playing:
            del self.playing[self.rng.choice(sorted(self.playing))]

    def missing(self) -> dict[str, int]:
        return {kind: sum(k == kind for k, _ in self.waiting) for kind in ("audio", "video")}

    def answer(self, text: str) -> SessionDescription:
        offer = SessionDescription.parse(text)
        sections = [(section.kind, section.mid) for section in offer.media]
        assert sections[: len(self.kinds)] == self.kinds, "sections never move, vanish or change"
        assert len({mid for _, mid in sections}) == len(sections)
        self.kinds = sections
        self.published = {}
        media = []
        for section in offer.media:
            if section.is_data:
                media.append(
                    MediaSection.application(section.mid).with_transport(**TRANSPORT, setup="active")
                )
                continue
            if section.direction.sends:
                assert section.msid is not None
                assert len(section.ssrcs) == 1
                self.published[section.mid] = section.msid.track_id
            else:
                assert not section.msids
                assert not section.ssrcs
            if section.direction.receives and section.mid not in self.playing:
                self._fill(section)
            media.append(self._section(section))
        return SessionDescription.create(
            session_id=9, version=1, media=media, fingerprints=[Fingerprint("sha-256", "CC")]
        )

    def _fill(self, section: MediaSection) -> None:
        for kind, track in self.waiting:
            if kind == section.kind:
                self.waiting.remove((kind, track))
                self.playing[section.mid] = (track, self.rng.getrandbits(32))
                self.used.add(section.mid)
                return

    def _section(self, offered: MediaSection) -> MediaSection:
        track = self.playing.get(offered.mid) if offered.direction.receives else None
        sends = track is not None or (offered.direction.receives and offered.mid not in self.used)
        said = MediaSection.rtp(
            offered.kind,
            offered.mid,
            codecs=offered.codecs.values(),
            extmap=offered.extmap,
            direction=Direction.of(sends=sends, receives=offered.direction.sends),
        ).with_transport(**TRANSPORT, setup="active")
        if track is not None:
            sid, ssrc = track
            said.add_stream(stream_id=f"PA_x|{sid}", track_id=sid, cname="s", ssrc=ssrc)
        return said


class Client:
    """The offering end, with what its user knows: what is published, and which streams it was told of."""

    def __init__(self, rng: random.Random, *, single: bool) -> None:
        self.rng, self.single = rng, single
        self.negotiator = Negotiator(role=NegotiatorRole.OFFERER, session_id=1, cname="c")
        self.tracks: dict[str, str] = {}  # mid to track id
        self.streams: dict[tuple[str, str], str] = {}
        self.number = 0
        if single:
            self.negotiator.add_receive_sections("audio", 2)
            self.negotiator.add_receive_sections("video", 1)

    def publish(self) -> None:
        self.number += 1
        kind, codec = self.rng.choice([("audio", "opus"), ("video", "vp8"), ("video", "h264")])
        mid = self.negotiator.add_sender(kind, f"cid{self.number}", [codec], ssrc=self.number)
        assert mid not in self.tracks
        self.tracks[mid] = f"cid{self.number}"

    def unpublish(self) -> None:
        if self.tracks:
            mid = self.rng.choice(sorted(self.tracks))
            del self.tracks[mid]
            self.negotiator.remove_sender(mid)

    def exchange(self, server: Server) -> None:
        result = self.negotiator.apply_answer(server.answer(self.negotiator.create_offer(LOCAL)))
        assert {sender.mid: sender.track_id for sender in result.senders} == self.tracks == server.published
        for stream in result.removed:
            del self.streams[stream.key]
        for stream in result.added:
            assert stream.key not in self.streams
            self.streams[stream.key] = stream.mid
        assert {stream.key for stream in result.kept} <= set(self.streams)
        assert len(result.kept) + len(result.added) == len(self.streams)
        playing = {(mid, track) for mid, (track, _) in server.playing.items()}
        assert set(self.streams) == playing


@pytest.mark.parametrize("single", [True, False])
def test_both_ends_agree_after_every_exchange(single):
    for seed in range(SEQUENCES // 2):
        rng = random.Random(seed)
        client, server = Client(rng, single=single), Server(rng)
        steps = [
            client.publish,
            client.unpublish,
            *([server.subscribe, server.unsubscribe] if single else []),
        ]
        client.exchange(server)
        for _ in range(rng.randint(1, 3)):
            for _ in range(rng.randint(1, 3)):
                rng.choice(steps)()
            client.exchange(server)
        for kind, count in server.missing().items():
            client.negotiator.add_receive_sections(kind, count)
        client.exchange(server)
        assert not server.waiting
        for _ in list(client.tracks):
            client.unpublish()
        server.playing.clear()
        client.exchange(server)
        assert client.negotiator.receivers == []


def recorded_like_offer() -> str:
    negotiator = Negotiator(role=NegotiatorRole.OFFERER, session_id=1, cname="c")
    negotiator.add_sender("audio", "a", ["opus"], ssrc=1)
    negotiator.add_sender("video", "v", ["vp8"], ssrc=2, rtx_ssrc=3)
    negotiator.add_receive_sections("audio", 1)
    return negotiator.create_offer(LOCAL)


OFFER = recorded_like_offer()
ATTRIBUTES = [
    "mid:1",
    "ssrc:1",
    "msid:PA|TR_x TR_x",
    "inactive",
    "setup:actpass",
    "fmtp:97 apt=97",
    "extmap:1 x",
]
PIECES = st.sampled_from(
    [f"a={attribute}" for attribute in ATTRIBUTES]
    + ["\r\n", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "0", " ", "9" * 30]
)
EDITS = st.lists(
    st.tuples(st.integers(0, 100_000), st.integers(0, 60), PIECES),
    max_size=6,
)


def mutated(text: str, edits) -> str:
    for position, cut, piece in edits:
        position %= len(text) + 1
        text = text[:position] + piece + text[position + cut :]
    return text


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_mutated_offers_are_answered_or_refused(edits):
    negotiator = Negotiator(role=NegotiatorRole.ANSWERER, session_id=1, cname="c")
    try:
        text, result = negotiator.answer(mutated(OFFER, edits), LOCAL)
    except ProtocolError:
        return
    offer, answer = SessionDescription.parse(mutated(OFFER, edits)), SessionDescription.parse(text)
    assert [section.kind for section in answer.media] == [section.kind for section in offer.media]
    assert all(section.formats == () or section.rejected or section.is_data for section in answer.media)
    assert {stream.mid for stream in result.added} <= {section.mid for section in offer.media}


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_mutated_answers_are_taken_or_refused(edits):
    rng = random.Random(1)
    client, server = Client(rng, single=True), Server(rng)
    client.publish()
    server.subscribe()
    good = server.answer(client.negotiator.create_offer(LOCAL)).serialize()
    try:
        client.negotiator.apply_answer(mutated(good, edits))
    except ProtocolError:
        # Nothing has changed: the real answer is still welcome
        assert client.negotiator.apply_answer(good).senders


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_text_of_any_kind(text):
    negotiator = Negotiator(role=NegotiatorRole.ANSWERER, session_id=1, cname="c")
    with pytest.raises(ProtocolError):
        negotiator.answer(text, LOCAL)
