"""The RTP session: what an exchange settles, where packets go, what is asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.media.rtp.extensions import MID, REPAIRED_RID, RID
from lkpy.media.rtp.ntp import ntp_time
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtcp import GenericNack, ReceiverReport, ReportBlock, parse_compound
from lkpy.media.rtp.rtx import wrap_rtx
from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.jsep.results import (
    NegotiatedReceiver,
    NegotiatedSender,
    NegotiationResult,
    RemoteTransport,
)
from lkpy.transport.rtp.departure import Departure
from lkpy.transport.rtp.encoding import EncodingSource, RtpEncoding
from lkpy.transport.rtp.events import ReceiverAdded, ReceiverRemoved
from lkpy.transport.rtp.rtcp_scheduler import REPORT_INTERVAL
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.rtp.session import RtpSession
from lkpy.transport.sdp.attributes import Direction, RtpCodec

VP8 = RtpCodec(96, "VP8", 90000, feedback=("nack",))
RTX = RtpCodec(97, "rtx", 90000, fmtp="apt=96")
OPUS = RtpCodec(111, "opus", 48000, 2)
PLAIN = RtpCodec(100, "VP9", 90000)
EXTMAP = {4: MID, 10: RID, 11: REPAIRED_RID}
TRANSPORT = RemoteTransport(IceParameters("ufrag", "pwd", False), (), DtlsRole.CLIENT)


def video(
    mid: str = "1",
    sid: str = "TR_v",
    ssrc: int | None = 20,
    rtx: int | None = 21,
    codecs: Iterable[RtpCodec] = (),
) -> NegotiatedReceiver:
    offered = {codec.payload_type: codec for codec in codecs or (VP8, RTX)}
    return NegotiatedReceiver(mid, "video", sid, f"PA|{sid}", ssrc, rtx, offered, EXTMAP, Direction.RECVONLY)


def result(
    *added: NegotiatedReceiver,
    senders: Iterable[NegotiatedSender] = (),
    removed: Iterable[NegotiatedReceiver] = (),
    kept: Iterable[NegotiatedReceiver] = (),
) -> NegotiationResult:
    return NegotiationResult(TRANSPORT, list(senders), list(added), list(removed), list(kept))


def session() -> RtpSession:
    return RtpSession(ssrc=42, cname="name")


def deaf(packet: RtpPacket, codec: RtpCodec, now: float) -> None:
    """A sink."""


def listening(made: RtpSession) -> None:
    for receiver in made.receivers.values():
        receiver.sink = deaf


def packet(number: int, ssrc: int = 20, payload_type: int = 96, payload: bytes = b"x") -> RtpPacket:
    return RtpPacket(payload_type, number & 0xFFFF, number * 3000 & 0xFFFF_FFFF, ssrc, payload)


def test_receivers_end_before_others_begin_and_kept_ones_move() -> None:
    made = session()
    first, second = video(), video("2", "TR_w", ssrc=30, rtx=31)
    events = made.apply(result(first, second), 5.0)
    assert events == [ReceiverAdded(receiver) for receiver in made.receivers.values()]
    old, kept = made.receivers.values()
    listening(made)
    third = video(sid="TR_x", ssrc=40, rtx=None)
    moved = video("2", "TR_w", ssrc=32, rtx=33)
    events = made.apply(result(third, removed=[first], kept=[moved]), 6.0)
    assert events == [ReceiverRemoved(old), ReceiverAdded(made.receivers[third.key])]
    assert (kept.ssrc, kept.rtx_ssrc) == (32, 33)
    assert made.rtcp.receivers == list(made.receivers.values())
    listening(made)
    for ssrc, receiver in ((20, None), (30, None), (32, kept), (40, made.receivers[third.key])):
        found = made.receive_rtp(packet(1, ssrc).serialize(), 6.0)
        assert (found and found[0]) is receiver
    assert made.unrouted == 2
    assert made.apply(result(removed=[first], kept=[first]), 7.0) == [], "what is not there is not missed"


def test_senders_are_what_the_answer_took() -> None:
    made = session()
    departure = Departure(Silent())
    taken, refused, later = (
        RtpSender("audio", cid, [EncodingSource(number, 0, 0)], departure)
        for number, cid in enumerate(("a", "b", "c"), 1)
    )
    for sender in (taken, refused, later):
        made.add_sender(sender)
    agreed = {cid: NegotiatedSender("0", "audio", cid, (OPUS,), {}, {}) for cid in "abc"}
    made.apply(result(senders=[agreed["a"], agreed["b"]]), 0.0)
    made.apply(result(senders=[agreed["a"]]), 1.0)
    assert [sender.codec for sender in made.senders] == [OPUS, None, None]
    made.remove_sender(taken)
    assert made.senders == [refused, later]
    made.apply(result(senders=[agreed["c"]]), 2.0)
    assert later.codec is OPUS
    made.close()
    assert later.codec is None


class Silent:
    """A transport that is down."""

    def send_rtp_batch(self, packets: Sequence[bytes]) -> int:
        return sum(self.send_rtp(packet) for packet in packets)

    def send_rtp(self, packet: bytes) -> bool:
        return False


def test_lost_packets_are_asked_for_and_come_as_retransmissions() -> None:
    made = session()
    made.apply(result(video()), 0.0)
    listening(made)
    (receiver,) = made.receivers.values()
    for number in (1, 3):
        assert made.receive_rtp(packet(number).serialize(), 0.1) is not None
    deadline = made.next_deadline()
    assert deadline is not None
    assert 0.1 < deadline < 0.2
    assert made.handle_timeout(deadline, ntp=ntp_time(deadline)) == ()
    (compound,) = made.take_rtcp()
    assert made.take_rtcp() == []
    report, nack = parse_compound(compound)
    assert isinstance(report, ReceiverReport)
    assert nack == GenericNack(42, 20, (2,))
    repair = wrap_rtx(packet(2), payload_type=97, ssrc=21, sequence_number=900)
    found = made.receive_rtp(repair.serialize(), 0.15)
    assert found is not None
    assert (found[0], found[1].sequence_number, found[2]) == (receiver, 2, VP8)
    assert receiver.counters.repaired == 1
    assert not receiver.nack.holes


@pytest.mark.parametrize(
    ("data", "counted"),
    [
        (b"\x80", {"malformed": 1}),
        (RtpPacket(97, 5, 0, 21, b"\0").serialize(), {"malformed": 1}),
        (RtpPacket(97, 5, 0, 21).serialize(), {"padding": 1}),
        (RtpPacket(96, 5, 0, 21, b"no rtx").serialize(), {"unknown_payload_type": 1}),
        (RtpPacket(77, 5, 0, 21, b"unknown").serialize(), {"unknown_payload_type": 1}),
        (RtpPacket(96, 5, 0, 20).serialize(), {"padding": 1}),
        (RtpPacket(99, 5, 0, 20, b"x").serialize(), {"unknown_payload_type": 1}),
        (
            RtpPacket(97, 5, 0, 55, b"x", extensions={4: b"1", 11: b"f"}).serialize(),
            {"unknown_payload_type": 1},
        ),
    ],
)
def test_what_cannot_be_used_is_counted(data: bytes, counted: dict[str, int]) -> None:
    made = session()
    made.apply(result(video()), 0.0)
    listening(made)
    (receiver,) = made.receivers.values()
    assert made.receive_rtp(data, 0.0) is None
    assert {"malformed": made.malformed} | vars_of(receiver.counters) == {
        "malformed": 0,
        **dict.fromkeys(vars_of(receiver.counters), 0),
        **counted,
    }


def vars_of(counters: object) -> dict[str, int]:
    return {name: getattr(counters, name) for name in counters.__slots__}  # type: ignore[attr-defined]


def test_a_track_without_a_described_source_is_found_by_its_payload_types() -> None:
    made = session()
    made.apply(result(video(ssrc=None, rtx=None, codecs=[PLAIN])), 0.0)
    (receiver,) = made.receivers.values()
    assert made.receive_rtp(packet(1, 77, 100).serialize(), 0.0) is None
    assert receiver.counters.unheard == 1
    assert receiver.ssrc == 77
    listening(made)
    made.receive_rtp(packet(9, 77, 100).serialize(), 0.0)
    assert made.rtcp.nack_at is None, "nobody asks where no NACK was negotiated"
    assert receiver.participant_sid == "PA"
    assert made.next_deadline() == REPORT_INTERVAL


def test_a_track_without_header_extensions_is_found_by_its_source() -> None:
    made = session()
    agreed = NegotiatedReceiver("1", "audio", "TR_a", "", 20, None, {111: OPUS}, {}, Direction.RECVONLY)
    made.apply(result(agreed), 0.0)
    listening(made)
    found = made.receive_rtp(packet(1, payload_type=111).serialize(), 0.0)
    assert found is not None
    assert (found[0].participant_sid, found[2]) == ("", OPUS)


def test_a_report_before_anything_was_negotiated_has_no_jitter() -> None:
    encoding = RtpEncoding(EncodingSource(7, 0, 0))
    encoding.reported(ReportBlock(7, fraction_lost=128, packets_lost=3, jitter=480), 0)
    counters = encoding.counters
    assert (counters.remote_fraction_lost, counters.remote_packets_lost) == (0.5, 3)
    assert counters.remote_jitter == 0.0
    assert counters.round_trip_time is None


@given(st.lists(st.binary(max_size=60), max_size=20))
@settings(max_examples=100, deadline=None)
def test_no_packets_make_it_raise(packets: list[bytes]) -> None:
    made = session()
    made.apply(result(video(), video("2", "TR_w", ssrc=None, rtx=None)), 0.0)
    listening(made)
    for now, data in enumerate(packets):
        made.receive_rtp(data, float(now))
        made.receive_rtp(b"\x90\x60" + data, float(now))
        made.receive_rtcp(data, float(now), ntp=0)
        made.handle_timeout(float(now), ntp=0)
    assert len(made.take_rtcp()) <= 2 * len(packets)
