"""Forwarding at RTP level: numbers, layers, RED, extensions, repair, the end. No sockets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.media.rtp import extensions as ext
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.red import RedBlock, build_red
from lkpy.media.rtp.rtcp import (
    GenericNack,
    PictureLossIndication,
    ReceiverReport,
    RtcpPacket,
    SenderReport,
)
from lkpy.media.rtp.rtx import wrap_rtx
from lkpy.protocol import models_pb2 as models
from lkpy.testing.sfu import codecs, keyframes, quality, speakers
from lkpy.testing.sfu.forwarding import DownTrack, Egress, IncomingPacket, Renumbering
from lkpy.testing.sfu.layers import LayerSelector
from lkpy.testing.sfu.upstream import PublishedTrack, Upstream
from lkpy.transport.sdp import MediaSection, RtpCodec

OPUS = RtpCodec(111, "opus", 48000, 2)
RED = RtpCodec(63, "red", 48000, 2, "111/111")
VP8 = RtpCodec(96, "VP8", 90000, feedback=("nack", "nack pli"))
RTX = RtpCodec(97, "rtx", 90000, fmtp="apt=96")
VP8_KEY = bytes((0x10, 0x00, 0x9D, 0x01))
VP8_DELTA = bytes((0x10, 0x01, 0x00, 0x00))


def down(kind: str, offered: Sequence[RtpCodec], *, mid: str = "4", send_mid: bool = True) -> DownTrack:
    rate = 48000 if kind == "audio" else 90000
    track = DownTrack(kind, ssrc=7, first_sequence=100, first_timestamp=5000, clock_rate=rate)
    extmap = {3: ext.MID, 5: ext.AUDIO_LEVEL, 6: ext.DEPENDENCY_DESCRIPTOR}
    track.bind(Egress(mid, offered, extmap, send_mid))
    track.active = True
    return track


def incoming(
    number: int,
    codec: RtpCodec = OPUS,
    payload: bytes = b"x",
    *,
    rid: str = "",
    keyframe: bool = False,
    extensions: dict[int, bytes] | None = None,
    step: int = 960,
) -> IncomingPacket:
    packet = RtpPacket(
        codec.payload_type,
        number & 0xFFFF,
        (number * step) & 0xFFFFFFFF,
        9,
        payload,
        extensions=extensions or {},
    )
    return IncomingPacket(packet, codec, rid, keyframe, {1: ext.MID, 2: ext.AUDIO_LEVEL, 9: ext.RID})


def test_numbers_are_the_subscribers_own_and_continuous() -> None:
    track = down("audio", [OPUS])
    sent = [track.forward(incoming(65530 + n), n * 0.02)[0] for n in range(20)]
    assert all(sent)
    assert [p.sequence_number for p in sent if p] == list(range(101, 121))
    assert {p.ssrc for p in sent if p} == {7}
    times = [p.timestamp for p in sent if p]
    assert [b - a for a, b in pairwise(times)] == [960] * 19


def test_reordered_and_lost_packets_keep_their_places() -> None:
    track = down("audio", [OPUS])
    order = [0, 1, 3, 2, 6, 7]
    sent = [track.forward(incoming(n), n * 0.02)[0] for n in order]
    assert [p.sequence_number - 101 for p in sent if p] == order


@settings(max_examples=50)
@given(st.lists(st.integers(0, 65535), min_size=1, max_size=40))
def test_whatever_the_source_does_numbers_never_jump_far(sequence: list[int]) -> None:
    numbers, highest = Renumbering(10, 0, 48000), 10
    numbers.start_source(sequence[0], 0, 0.0)
    for position, number in enumerate(sequence):
        if numbers.far(number):
            numbers.start_source(number, 0, position * 0.02)
        given = numbers.apply(number, 0, position * 0.02)
        if given is None:
            continue
        out, _ = given
        step = (out - highest) & 0xFFFF
        assert step <= 3000 or step >= 0x10000 - 3000
        highest = out if step < 0x8000 else highest


def test_the_mid_is_the_subscribers_and_the_level_is_copied() -> None:
    source = {1: b"0", 2: b"\x94", 9: b"q"}
    packet, _ = down("audio", [OPUS]).forward(incoming(0, extensions=source), 0.0)
    assert packet is not None
    assert packet.extensions == {3: b"4", 5: b"\x94"}
    packet, _ = down("audio", [OPUS], send_mid=False).forward(incoming(0, extensions=source), 0.0)
    assert packet is not None
    assert packet.extensions == {5: b"\x94"}


def test_red_stays_red_or_becomes_its_primary() -> None:
    payload = build_red(111, b"new", [RedBlock(111, 960, b"old")])
    packet, _ = down("audio", [RtpCodec(120, "opus", 48000, 2), RtpCodec(121, "red", 48000, 2)]).forward(
        incoming(0, RED, payload), 0.0
    )
    assert packet is not None
    assert (packet.payload_type, packet.payload) == (121, payload)
    track = down("audio", [RtpCodec(120, "opus", 48000, 2)])
    packet, _ = track.forward(incoming(0, RED, payload), 0.0)
    assert packet is not None
    assert (packet.payload_type, packet.payload) == (120, b"new")
    assert track.forward(incoming(1, RED, b"\x80"), 0.0)[0] is None
    assert track.forward(incoming(2, RtpCodec(0, "PCMU", 8000)), 0.0)[0] is None
    assert (track.counters["bad red"], track.counters["no codec"]) == (1, 1)


def test_h264_goes_to_the_same_packetization_mode() -> None:
    def h264(number: int, mode: int) -> RtpCodec:
        return RtpCodec(number, "H264", 90000, fmtp=f"packetization-mode={mode};profile-level-id=42e01f")

    choices = [h264(1, 0), h264(2, 1), VP8]
    assert codecs.matching_payload_type(h264(99, 1), choices) == 2
    assert codecs.matching_payload_type(h264(99, 0), choices) == 1
    assert codecs.matching_payload_type(RtpCodec(1, "AV1", 90000), choices) is None


def test_video_begins_and_switches_at_key_frames() -> None:
    track = down("video", [VP8])
    assert track.forward(incoming(0, VP8, VP8_DELTA, rid="q"), 0.0) == (None, True)
    first, _ = track.forward(incoming(1, VP8, VP8_KEY, rid="q", keyframe=True), 0.1)
    assert first is not None
    assert track.forward(incoming(500, VP8, VP8_DELTA, rid="f"), 0.2) == (None, True)
    between, _ = track.forward(incoming(2, VP8, VP8_DELTA, rid="q"), 0.25)
    switched, _ = track.forward(incoming(501, VP8, VP8_KEY, rid="f", keyframe=True), 0.3)
    assert track.forward(incoming(3, VP8, VP8_DELTA, rid="q"), 0.35) == (None, False)
    assert between is not None
    assert switched is not None
    assert [p.sequence_number for p in (first, between, switched)] == [101, 102, 103]
    assert switched.timestamp - between.timestamp == 4500  # 50 ms at 90 kHz


def test_layers_follow_the_wish_and_what_is_alive() -> None:
    selector = LayerSelector(needs_keyframe=True)
    for rid in ("q", "h", "f"):
        selector.observe(rid, True, 0.0)
    assert selector.current == "f"
    selector.max_rank = 0
    assert selector.observe("f", False, 0.1) == (True, False)  # until the lower one can take over
    assert selector.observe("q", True, 0.2) == (True, False)
    assert selector.observe("f", True, 0.3) == (False, False)
    assert selector.wanted(0.4) == "q"
    assert LayerSelector(needs_keyframe=True).observe("f", False, 0.0) == (False, True)
    patient = LayerSelector(needs_keyframe=True)
    assert not patient.observe("", False, 0.0)[0]
    assert patient.observe("", False, 2.5)[0]


def test_a_pause_leaves_no_gap_and_old_packets_stay_out() -> None:
    track = down("audio", [OPUS])
    before, _ = track.forward(incoming(0), 0.0)
    track.disabled = True
    assert [track.forward(incoming(n), n * 0.02) for n in range(1, 50)] == [(None, False)] * 49
    track.disabled = False
    after, _ = track.forward(incoming(50), 1.0)
    assert track.forward(incoming(40), 1.0) == (None, False)
    assert before is not None
    assert after is not None
    assert after.sequence_number == before.sequence_number + 1
    assert after.timestamp == before.timestamp + 48000


def test_silence_ends_an_audio_stream() -> None:
    track = down("audio", [OPUS])
    track.forward(incoming(0), 0.0)
    track.end(1.0)
    assert not track.ended
    assert track.forward(incoming(1), 1.0) == (None, False)
    packets = [p for step in range(30) for p in track.closing_packets(1.0 + step * 0.01)]
    assert track.ended
    assert [p.sequence_number for p in packets] == list(range(102, 112))
    assert {p.payload for p in packets} == {b"\xf8\xff\xfe"}
    unheard = down("audio", [OPUS])
    unheard.end(0.0)
    assert unheard.ended


def test_lost_packets_are_sent_again() -> None:
    track = down("audio", [OPUS])
    for n in range(10):
        track.forward(incoming(n, payload=bytes((n,))), n * 0.02)
    again = track.retransmit([103, 105, 9], 0.3, 0.05)
    assert [(p.sequence_number, p.payload) for p in again] == [(103, b"\2"), (105, b"\4")]


class Publisher:
    """An upstream with two subscribers' streams and what was said to the publisher."""

    def __init__(self, kind: str = "video", section: MediaSection | None = None) -> None:
        self.rtcp: list[RtcpPacket] = []
        self.sent: list[RtpPacket] = []
        self.upstream = Upstream(self.rtcp.extend)
        types = {"audio": models.TrackType.AUDIO, "video": models.TrackType.VIDEO}
        info = models.TrackInfo(sid="TR_x", type=types[kind])
        self.track = PublishedTrack(info, "cid", "PA_x", "alice")
        offered = [OPUS, RED] if kind == "audio" else [VP8, RTX]
        if section is None:
            section = MediaSection.rtp(
                kind, "0", codecs=offered, extmap={2: ext.AUDIO_LEVEL}, direction="sendonly"
            )
            section.add_stream(stream_id="s", track_id="cid", cname="c", ssrc=50, rtx_ssrc=51)
        self.upstream.bind(self.track, section)
        self.down = down(kind, offered)
        self.track.downs["PA_y"] = (self.down, self._send)

    def _send(self, data: bytes) -> bool:
        self.sent.append(RtpPacket.parse(data))
        return True

    def receive(self, packet: RtpPacket, now: float) -> None:
        self.upstream.receive(packet.serialize(), now)

    def said(self, kind: type[RtcpPacket]) -> list[RtcpPacket]:
        return [packet for packet in self.rtcp if isinstance(packet, kind)]


def test_key_frames_are_asked_for_twice_a_second_at_most() -> None:
    publisher = Publisher()
    for step in range(100):
        publisher.receive(RtpPacket(96, step, 0, 50, VP8_DELTA), step * 0.01)
    assert len(publisher.said(PictureLossIndication)) == 2
    assert publisher.sent == []


def test_gaps_are_nacked_and_repairs_forwarded_in_place() -> None:
    publisher = Publisher()
    for number in (0, 1, 3):
        publisher.receive(RtpPacket(96, number, 0, 50, VP8_KEY), number * 0.01)
    for step in range(10):
        publisher.upstream.handle_timeout(0.04 + step * 0.02)
    nacks = publisher.said(GenericNack)
    assert nacks
    assert isinstance(nacks[0], GenericNack)
    assert (nacks[0].media_ssrc, nacks[0].lost) == (50, (2,))
    lost = RtpPacket(96, 2, 0, 50, VP8_DELTA)
    publisher.receive(wrap_rtx(lost, payload_type=97, ssrc=51, sequence_number=1), 0.1)
    assert [p.sequence_number for p in publisher.sent] == [101, 102, 104, 103]
    asked = len(publisher.said(GenericNack))
    publisher.upstream.handle_timeout(0.5)
    assert len(publisher.said(GenericNack)) == asked


def test_reports_tell_the_publisher_what_came() -> None:
    publisher = Publisher("audio")
    for number in range(10):
        if number != 5:
            publisher.receive(RtpPacket(111, number, number * 960, 50, b"x"), number * 0.02)
    publisher.upstream.handle_timeout(1.0)
    reports = publisher.said(ReceiverReport)
    assert isinstance(reports[0], ReceiverReport)
    block = reports[0].reports[0]
    assert (block.ssrc, block.packets_lost, block.highest_sequence) == (50, 1, 9)
    assert publisher.track.layers[""].loss == pytest.approx(0.1, abs=0.01)


def test_layers_are_learned_from_their_extensions() -> None:
    extmap = {1: ext.MID, 2: ext.RID, 3: ext.REPAIRED_RID}
    section = MediaSection.rtp("video", "v", codecs=[VP8, RTX], extmap=extmap, direction="sendonly")
    section.add_stream(stream_id="s", track_id="cid", cname="c", rids=("q", "f"))
    publisher = Publisher(section=section)
    for ssrc, rid in ((60, b"q"), (61, b"f")):
        publisher.receive(RtpPacket(96, 1, 0, ssrc, VP8_KEY, extensions={1: b"v", 2: rid}), 0.0)
    publisher.receive(RtpPacket(96, 1, 0, 99, VP8_KEY, extensions={1: b"other", 2: b"q"}), 0.0)
    assert {rid: layer.ssrc for rid, layer in publisher.track.layers.items()} == {"q": 60, "f": 61}
    assert publisher.upstream.counters["unknown ssrc"] == 1
    publisher.receive(RtpPacket(96, 2, 0, 61, VP8_DELTA), 0.1)
    assert publisher.down.layers.current == "f"
    for stranger in range(1000, 3000):
        publisher.receive(RtpPacket(96, 1, 0, stranger, VP8_KEY, extensions={1: b"v", 2: b"q"}), 0.2)
    assert len(publisher.upstream.demux._streams) <= 64


def test_sender_reports_are_in_the_subscribers_numbers() -> None:
    track = down("audio", [OPUS])
    packet, _ = track.forward(incoming(10), 0.0)
    assert packet is not None
    report, description = track.sender_report(SenderReport(9, 1 << 40, 10 * 960, 5, 6))
    assert isinstance(report, SenderReport)
    assert (report.ssrc, report.ntp_time, report.rtp_time) == (7, 1 << 40, packet.timestamp)
    assert (report.packet_count, report.octet_count) == (1, 1)
    assert description is not None
    assert down("audio", [OPUS]).sender_report(SenderReport(9, 0, 0, 0, 0)) == []


@pytest.mark.parametrize(
    ("codec", "payload", "expected"),
    [
        ("vp8", VP8_KEY, True),
        ("vp8", VP8_DELTA, False),
        ("vp8", bytes((0x90, 0x80, 0x81, 0x02, 0x00)), True),
        ("vp9", bytes((0x08,)), True),
        ("vp9", bytes((0x48,)), False),
        ("h264", bytes((0x67, 0)), True),
        ("h264", bytes((0x41, 0)), False),
        ("h264", bytes((0x7C, 0x85)), True),
        ("h264", bytes((0x78, 0, 2, 0x67, 0, 0, 1, 0x65)), True),
        ("h265", bytes((0x26, 1, 0)), True),
        ("h265", bytes((0x02, 1, 0)), False),
        ("av1", bytes((0x18,)), True),
        ("av1", bytes((0x10,)), False),
        ("opus", b"x", False),
    ],
)
def test_key_frames_are_recognised(codec: str, payload: bytes, expected: bool) -> None:
    assert keyframes.is_keyframe(codec, payload) is expected


@settings(max_examples=150)
@given(st.sampled_from(sorted(keyframes.DETECTORS)), st.binary(max_size=12))
def test_any_payload_can_be_asked(codec: str, payload: bytes) -> None:
    assert keyframes.is_keyframe(codec, payload) in (True, False)


def test_speaking_needs_two_fifths_of_a_window() -> None:
    window = speakers.LevelWindow()
    for _ in range(7):
        window.observe(20, 0.02)
    assert window.close() == 0.0
    for _ in range(20):
        window.observe(20, 0.02)
    first = window.close()
    for _ in range(20):
        window.observe(20, 0.02)
    assert 0 < first <= window.close() <= 1
    assert (first * 8).is_integer()
    assert window.close() == 0.0


def test_only_changes_of_speakers_are_told() -> None:
    table = speakers.SpeakerTable()
    assert table.update({"a": 0.5, "b": 0.0}) == [speakers.Speaker("a", 0.5)]
    assert table.update({"a": 0.5}) == []
    assert table.update({}) == [speakers.Speaker("a", 0.0)]


def test_quality_falls_fast_and_recovers_slowly() -> None:
    score = quality.StreamScore("video")
    assert quality.rate([score.update(None)], 17).quality == models.ConnectionQuality.EXCELLENT
    score.update(0.2)
    assert quality.rate([score.score], 17).quality == models.ConnectionQuality.LOST
    assert quality.rate([score.score], 10).quality == models.ConnectionQuality.POOR
    rounds = 0
    while quality.rate([score.update(0.0)], 17).quality != models.ConnectionQuality.EXCELLENT:
        rounds += 1
    assert 1 < rounds < 10
    assert quality.rate([], 17) == quality.Quality(models.ConnectionQuality.EXCELLENT, 4.5)
    table = quality.QualityTable()
    assert table.update({"a": quality.rate([], 17)})
    assert not table.update({"a": quality.rate([], 17)})
