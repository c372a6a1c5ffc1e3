"""Sender, receiver and RTCP scheduler against each other on a clock of the test's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.media.encoded_frame import EncodedFrame
from lkpy.media.rtp.extensions import AUDIO_LEVEL, MID, parse_audio_level
from lkpy.media.rtp.ntp import ntp_time
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtcp import (
    FirEntry,
    FullIntraRequest,
    GenericNack,
    Goodbye,
    PictureLossIndication,
    ReceiverReport,
    Remb,
    ReportBlock,
    RtcpPacket,
    SenderReport,
    SourceDescription,
    parse_compound,
    serialize_compound,
)
from lkpy.transport.jsep.results import NegotiatedReceiver, NegotiatedSender
from lkpy.transport.rtp.departure import Departure
from lkpy.transport.rtp.encoding import HISTORY_SECONDS, IDLE_AFTER, EncodingSource
from lkpy.transport.rtp.events import KeyFrameRequested, LossReported, RetransmissionRequested
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.rtcp_scheduler import REPORT_INTERVAL, RtcpScheduler
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.sdp.attributes import Direction, RtpCodec

OPUS = RtpCodec(111, "opus", 48000, 2, feedback=("nack",))
RED = RtpCodec(63, "red", 48000, 2, fmtp="111/111")
PLAIN_OPUS = RtpCodec(109, "opus", 48000, 2)
EXTMAP = {1: AUDIO_LEVEL, 4: MID}


class Wire:
    """A sender, its clock, and what it sent."""

    def __init__(self, codec: RtpCodec | None = OPUS, ssrc: int = 1000) -> None:
        self.now = 50.0
        self.up = True
        self.sent: list[bytes] = []
        source = EncodingSource(ssrc, sequence_number=0xFFFE, timestamp=0xFFFF_FF00)
        self.sender = RtpSender("audio", "cid", (source,), Departure(self))
        if codec is not None:
            self.negotiate(codec)

    def negotiate(self, codec: RtpCodec = OPUS, extmap: dict[int, str] = EXTMAP) -> None:
        self.sender.negotiated(NegotiatedSender("7", "audio", "cid", (codec,), {}, extmap))

    def send_rtp_batch(self, packets: Sequence[bytes]) -> int:
        return sum(self.send_rtp(packet) for packet in packets)

    def send_rtp(self, packet: bytes) -> bool:
        if self.up:
            self.sent.append(packet)
        return self.up

    @property
    def packets(self) -> list[RtpPacket]:
        return [RtpPacket.parse(data) for data in self.sent]

    def speak(self, timestamp: int, **options: bool | int | None) -> None:
        stamp = self.sender.stamp(timestamp, self.now)
        frame = EncodedFrame("opus", b"speech", stamp, self.sender.ssrc, **options)  # type: ignore[arg-type]
        self.sender.send(frame, self.now)

    def lose(self, *lost: int, later: float = 0.0) -> None:
        """The receiver asks for packets."""
        self.sender.retransmit(self.sender.encodings[0], lost, self.now + later)


def stream(ssrc: int | None = 1000, track: str = "TR_1") -> NegotiatedReceiver:
    return NegotiatedReceiver(
        "7", "audio", track, f"PA_1|{track}", ssrc, None, {111: OPUS, 63: RED}, EXTMAP, Direction.RECVONLY
    )


def packet(sequence: int, *, payload_type: int = 111, ssrc: int = 1000, payload: bytes = b"x") -> RtpPacket:
    return RtpPacket(payload_type, sequence & 0xFFFF, sequence * 960 & 0xFFFF_FFFF, ssrc, payload)


# --- sender -------------------------------------------------------------------------------------------------


def test_packets_are_numbered_stamped_and_labelled_across_the_wrap() -> None:
    wire = Wire()
    for number in range(4):
        wire.speak(number * 960, marker=number == 0, audio_level=23 + number, voice=number != 3)
    packets = wire.packets
    assert [p.sequence_number for p in packets] == [0xFFFE, 0xFFFF, 0, 1]
    assert [p.timestamp for p in packets] == [(0xFFFF_FF00 + n * 960) & 0xFFFF_FFFF for n in range(4)]
    assert [p.marker for p in packets] == [True, False, False, False]
    assert {p.ssrc for p in packets} == {1000}
    assert {p.payload_type for p in packets} == {111}
    assert [p.extensions[4] for p in packets] == [b"7"] * 4
    assert [parse_audio_level(p.extensions[1]) for p in packets] == [
        (23, True),
        (24, True),
        (25, True),
        (26, False),
    ]
    assert wire.sender.counters.packets_sent == 4
    assert wire.sender.counters.bytes_sent == 4 * len(b"speech")
    assert wire.sender.counters.header_bytes_sent == sum(map(len, wire.sent)) - 24


def test_extensions_that_were_not_negotiated_are_not_sent() -> None:
    wire = Wire()
    wire.negotiate(extmap={})
    wire.speak(0, audio_level=10)
    assert wire.packets[0].extensions == {}
    wire.negotiate()
    wire.speak(960)
    assert wire.packets[1].extensions == {4: b"7"}


def test_packets_before_negotiation_without_transport_and_after_stop_are_counted() -> None:
    wire = Wire(codec=None)
    wire.speak(0)
    wire.negotiate()
    wire.up = False
    wire.speak(960)
    wire.up = True
    wire.speak(1920)
    wire.sender.stop()
    wire.speak(2880)
    assert wire.sender.counters.dropped == 3
    assert [p.sequence_number for p in wire.packets] == [0xFFFE], "what was not sent is no loss"


def test_timestamps_never_go_back() -> None:
    """After a step back of a stream's timestamps official clients stay silent."""
    wire = Wire()
    wire.speak(100_000)
    wire.now += 0.5
    wire.speak(0)
    wire.now += 0.02
    wire.speak(960)
    steps = [p.timestamp for p in wire.packets]
    assert [(b - a) & 0xFFFF_FFFF for a, b in itertools.pairwise(steps)] == [24_000, 960]
    assert wire.sender.counters.timestamp_repairs == 1


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.floats(0, 100)), max_size=50))
@settings(max_examples=60, deadline=None)
def test_no_input_makes_timestamps_go_back(inputs: list[tuple[int, float]]) -> None:
    wire = Wire()
    for timestamp, pause in inputs:
        wire.now += pause
        wire.speak(timestamp)
    stamps = [p.timestamp for p in wire.packets]
    for before, after in itertools.pairwise(stamps):
        assert (after - before) & 0xFFFF_FFFF < 0x8000_0000


def test_nacks_are_answered_with_the_same_bytes_once_a_round_trip() -> None:
    wire = Wire()
    for number in range(3):
        wire.speak(number * 960, audio_level=5)
    lost = wire.packets[1].sequence_number
    wire.lose(lost, 4711)
    wire.lose(lost, later=0.01)
    assert wire.sent[3:] == [wire.sent[1]]
    assert (wire.sender.counters.nacks_received, wire.sender.counters.packets_retransmitted) == (2, 1)
    wire.lose(lost, later=HISTORY_SECONDS + 1)
    assert len(wire.sent) == 4, "too old"


def test_without_nack_feedback_there_is_no_history() -> None:
    wire = Wire(PLAIN_OPUS)
    wire.speak(0)
    wire.lose(0xFFFE)
    assert len(wire.sent) == 1


def test_sender_report_maps_now_to_media_time() -> None:
    wire = Wire()
    assert wire.sender.encodings[0].sender_report(wire.now, 5) is None, "nothing was sent"
    wire.speak(0)
    wire.now += 0.25
    report = wire.sender.encodings[0].sender_report(wire.now, 5)
    assert report == SenderReport(1000, 5, (0xFFFF_FF00 + 12_000) & 0xFFFF_FFFF, 1, 6)
    assert wire.sender.encodings[0].sender_report(wire.now + IDLE_AFTER, 5) is None


def deaf(p: RtpPacket, codec: RtpCodec, now: float) -> None:
    """A sink."""


# --- receiver -----------------------------------------------------------------------------------------------


def test_the_codec_is_chosen_by_each_packet() -> None:
    receiver = RtpReceiver(stream())
    receiver.sink = deaf
    assert receiver.receive(packet(1), 1.0) == OPUS
    assert receiver.receive(packet(2, payload_type=63), 1.5) == RED
    assert receiver.receive(packet(3, payload_type=96), 2.0) is None
    assert receiver.counters.unknown_payload_type == 1
    assert (receiver.track_sid, receiver.participant_sid, receiver.mid) == ("TR_1", "PA_1", "7")


def test_packets_nobody_hears_and_probes_are_counted() -> None:
    receiver = RtpReceiver(stream())
    receiver.receive(packet(1), 0.0)
    receiver.receive(packet(2, payload=b""), 0.0)
    assert (receiver.counters.unheard, receiver.counters.padding) == (1, 1)
    assert receiver.statistics.packets_received == 2
    receiver.receive(packet(9), 0.0)
    assert receiver.nack.next_deadline() is None, "nobody misses what nobody hears"


def test_a_new_source_of_the_same_section_starts_anew() -> None:
    receiver = RtpReceiver(stream(ssrc=None))
    receiver.sink = deaf
    receiver.receive(packet(1), 0.0)
    assert receiver.ssrc == 1000
    receiver.receive(packet(500, ssrc=2000), 0.0)
    assert receiver.ssrc == 2000
    assert not receiver.nack.missing


# --- RTCP ---------------------------------------------------------------------------------------------------


def ntp(now: float) -> int:
    return ntp_time(1_700_000_000 + now)


def scheduler(*receivers: RtpReceiver, sender: RtpSender | None = None) -> RtcpScheduler:
    made = RtcpScheduler(ssrc=42, cname="name")
    made.receivers += receivers
    if sender is not None:
        made.add_sender(sender)
    return made


def decode(compounds: list[bytes]) -> list[list[RtcpPacket]]:
    return [parse_compound(compound) for compound in compounds]


def write(made: RtcpScheduler, now: float) -> list[bytes]:
    """What is due."""
    made.handle_timeout(now, ntp=ntp(now))
    return made.take_compounds()


def test_nothing_is_reported_before_the_first_packet() -> None:
    receiver = RtpReceiver(stream())
    made = scheduler(receiver, sender=Wire().sender)
    assert made.next_deadline() is None
    made.start(10.0)
    made.start(10.5)
    assert made.next_deadline() == 10.0 + REPORT_INTERVAL
    assert write(made, 10.5) == write(made, 11.0) == []
    assert made.next_deadline() == 12.0
    receiver.receive(packet(1), 11.5)
    assert len(write(made, 12.0)) == 1


def test_without_streams_the_clock_of_reports_stops() -> None:
    wire, receiver = Wire(), RtpReceiver(stream())
    made = scheduler(receiver, sender=wire.sender)
    made.start(0.0)
    made.remove_sender(wire.sender)
    assert write(made, 1.0) == []
    assert made.next_deadline() == 2.0
    made.receivers.remove(receiver)
    assert write(made, 2.0) == []
    assert made.next_deadline() is None
    made.start(3.0)
    assert made.next_deadline() is None


def test_reports_each_second_with_round_trip_times() -> None:
    """SR from the sender's end, RR from the receiver's, and the time between them is measured."""
    wire = Wire()
    receiver = RtpReceiver(stream())
    receiver.sink = deaf
    ours, theirs = scheduler(sender=wire.sender), scheduler(receiver)
    for number in range(50):
        wire.now = 50.0 + number * 0.02
        wire.speak(number * 960)
        if number != 20:
            receiver.receive(RtpPacket.parse(wire.sent[-1]), wire.now + 0.03)
    ours.start(50.0)
    theirs.start(50.03)
    assert ours.next_deadline() == 51.0
    (compound,) = write(ours, 51.0)
    report, description = parse_compound(compound)
    assert isinstance(report, SenderReport)
    assert (report.packet_count, report.octet_count) == (50, 300)
    assert isinstance(description, SourceDescription)
    assert theirs.receive(compound, 51.03, ntp=ntp(51.03)) == []
    (compound,) = write(theirs, 51.53)
    answer, description = parse_compound(compound)
    assert isinstance(answer, ReceiverReport)
    assert answer.ssrc == 42
    (block,) = answer.reports
    assert (block.ssrc, block.packets_lost, block.fraction_lost) == (1000, 1, 256 // 50)
    events = ours.receive(compound, 51.56, ntp=ntp(51.56))
    counters = wire.sender.counters
    assert counters.round_trip_time == pytest.approx(0.06, abs=0.001)
    assert counters.remote_packets_lost == 1
    assert events == [LossReported(wire.sender, 256 // 50 / 256)]
    assert ours.round_trip_time == counters.round_trip_time
    assert ours.next_deadline() == 52.0


def test_more_streams_than_a_report_can_hold_take_several() -> None:
    receivers = [RtpReceiver(stream(ssrc=1000 + n, track=f"TR_{n}")) for n in range(70)]
    made = scheduler(*receivers)
    for receiver in receivers:
        receiver.receive(packet(1, ssrc=receiver.ssrc or 0), 0.0)
    made.start(0.0)
    reports = [c[0] for c in decode(write(made, 1.0))]
    assert [len(r.reports) for r in reports if isinstance(r, ReceiverReport)] == [31, 31, 8]


def drive(made: RtcpScheduler, until: float) -> list[tuple[float, RtcpPacket]]:
    """Fire every deadline up to a time; give the packets with the times."""
    sent: list[tuple[float, RtcpPacket]] = []
    while (when := made.next_deadline()) is not None and when <= until:
        sent += [(when, p) for compound in decode(write(made, when)) for p in compound]
    return sent


def test_holes_are_asked_for_together_and_again_each_round_trip() -> None:
    receiver = RtpReceiver(stream())
    receiver.sink = deaf
    made = scheduler(receiver)
    made.path_rtt = 0.05
    for sequence, now in ((1, 0.0), (3, 0.001), (6, 0.005)):
        receiver.receive(packet(sequence), now)
        made.note_loss(receiver, now)
    receiver.receive(packet(2), 0.009)
    nacks = [(t, p) for t, p in drive(made, 0.08) if isinstance(p, GenericNack)]
    assert [p.lost for _, p in nacks] == [(4, 5), (4, 5)]
    assert nacks[0][0] == pytest.approx(0.015, abs=0.01)
    assert nacks[1][0] - nacks[0][0] == pytest.approx(0.05, abs=0.01)
    assert {(p.sender_ssrc, p.media_ssrc) for _, p in nacks} == {(42, 1000)}
    for sequence in (4, 5):
        receiver.receive(packet(sequence), 0.08)
    assert drive(made, 5.0) == []
    assert receiver.counters.nacks_sent == 4


def test_a_hole_that_is_never_filled_is_given_up() -> None:
    receiver = RtpReceiver(stream())
    receiver.sink = deaf
    made = scheduler(receiver)
    for sequence in (1, 3):
        receiver.receive(packet(sequence), 0.0)
    made.note_loss(receiver, 0.0)
    nacks = drive(made, 60.0)
    assert 2 <= len(nacks) <= 40
    assert made.next_deadline() is None


@pytest.mark.parametrize(
    ("build", "asked"),
    [
        (lambda: PictureLossIndication(1, 1000), 1),
        (lambda: FullIntraRequest(1, (FirEntry(1000, 3), FirEntry(5, 0))), 1),
        (lambda: PictureLossIndication(1, 5), 0),
    ],
)
def test_key_frame_requests_reach_the_sender(build: Callable[[], RtcpPacket], asked: int) -> None:
    wire = Wire()
    made = scheduler(sender=wire.sender)
    events = made.receive(serialize_compound([build()]), 0.0, ntp=ntp(0.0))
    assert events == [KeyFrameRequested(wire.sender, wire.sender.encodings[0])] * asked
    assert wire.sender.counters.key_frame_requests == asked


def test_nacks_are_for_the_sender() -> None:
    wire = Wire()
    made = scheduler(sender=wire.sender)
    events = made.receive(serialize_compound([GenericNack(1, 1000, (7, 9))]), 0.0, ntp=ntp(0.0))
    assert events == [RetransmissionRequested(wire.sender, wire.sender.encodings[0], (7, 9))]


def test_what_is_not_for_us_or_no_rtcp_is_counted() -> None:
    made = scheduler(RtpReceiver(stream()), sender=Wire().sender)
    good = serialize_compound(
        [
            ReceiverReport(5, (ReportBlock(77),)),
            GenericNack(5, 77, (1,)),
            Remb(5, 1_000_000, (77,)),
            Goodbye((5,)),
            SenderReport(77, 1, 2, 3, 4),
            SourceDescription.of_cname("name", (77,)),
        ]
    )
    made.receive(good, 0.0, ntp=ntp(0.0))
    assert (made.counters.ignored, made.counters.goodbyes, made.counters.compounds_received) == (3, 1, 1)
    for size in range(len(good)):
        made.receive(good[:size], 0.0, ntp=ntp(0.0))
    assert made.counters.malformed > 0


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_random_rtcp_never_raises(data: bytes) -> None:
    made = scheduler(RtpReceiver(stream()), sender=Wire().sender)
    made.receive(data, 0.0, ntp=ntp(0.0))
    made.receive(b"\x81\xc9\x00\x07" + data, 0.0, ntp=ntp(0.0))
