"""What leaves: header extensions, batches, layers, retransmissions in streams of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from lkpy.media.encoded_frame import EncodedFrame
from lkpy.media.rtp.extensions import (
    ABS_SEND_TIME,
    AUDIO_LEVEL,
    MID,
    REPAIRED_RID,
    RID,
    TRANSPORT_CC,
    parse_abs_send_time,
    parse_audio_level,
    parse_transport_sequence,
)
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtx import unwrap_rtx
from lkpy.transport.jsep.results import NegotiatedSender
from lkpy.transport.rtp import packetizers
from lkpy.transport.rtp.departure import Departure, Stamps
from lkpy.transport.rtp.encoding import EncodingSource
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.sdp.attributes import RtpCodec

EXTMAP = {1: AUDIO_LEVEL, 2: ABS_SEND_TIME, 3: TRANSPORT_CC, 4: MID, 10: RID, 11: REPAIRED_RID}
VP8 = RtpCodec(96, "VP8", 90000, feedback=("nack",))


class Transport:
    """Keeps what is sent; refuses while it is down."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.batches: list[int] = []
        self.up = True

    def send_rtp(self, packet: bytes) -> bool:
        if self.up:
            self.sent.append(packet)
        return self.up

    def send_rtp_batch(self, packets: Sequence[bytes]) -> int:
        self.batches.append(len(packets))
        return sum(self.send_rtp(packet) for packet in packets)

    @property
    def packets(self) -> list[RtpPacket]:
        return [RtpPacket.parse(data) for data in self.sent]


def packets(*payloads: bytes) -> list[RtpPacket]:
    return [RtpPacket(96, number, 0, 7, payload) for number, payload in enumerate(payloads)]


def test_everything_negotiated_is_stamped() -> None:
    transport = Transport()
    departure = Departure(transport)
    stamps = Stamps(EXTMAP, "0", "hi")
    departure.send(packets(b"a"), stamps, 12.5, audio_level=33, voice=True)
    departure.send(packets(b"b", b"c"), stamps, 13.5)
    first, second, third = (packet.extensions for packet in transport.packets)
    assert (first[4], first[10]) == (b"0", b"hi")
    assert parse_audio_level(first[1]) == (33, True)
    assert 1 not in second
    assert [parse_transport_sequence(e[3]) for e in (first, second, third)] == [0, 1, 2]
    assert [parse_abs_send_time(e[2]) for e in (first, second)] == pytest.approx([12.5, 13.5])
    assert 11 not in first
    assert departure.transport_sequence == 3


def test_what_was_not_negotiated_is_not_sent() -> None:
    transport = Transport()
    departure = Departure(transport)
    departure.send(packets(b"a"), Stamps({}, "0", "hi"), 0.0, audio_level=3)
    departure.send(packets(b"a"), Stamps(EXTMAP), 0.0)
    assert transport.packets[0].extensions == {}
    assert set(transport.packets[1].extensions) == {2, 3}


def test_several_packets_leave_together() -> None:
    transport = Transport()
    departure = Departure(transport)
    size = departure.send(packets(b"a", b"bb", b"ccc"), Stamps({}), 0.0)
    assert size == sum(map(len, transport.sent)) == 3 * 12 + 6
    assert [packet.payload for packet in transport.packets] == [b"a", b"bb", b"ccc"]
    transport.up = False
    assert departure.send(packets(b"a", b"bb"), Stamps({}), 0.0) == 0
    assert departure.send(packets(b"a"), Stamps({}), 0.0) == 0
    assert transport.batches == [3, 2], "a single packet needs no batch"


# --- layers and retransmissions -----------------------------------------------------------------------------


def in_thirds(frame: EncodedFrame, size: int) -> Sequence[bytes]:
    """A payload format for tests."""
    step = max(len(frame.data) // 3, 1)
    return [frame.data[at : at + step] for at in range(0, len(frame.data), step)]


@pytest.fixture
def video(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lkpy.transport.rtp.sender.PACKETIZERS", {"vp8": in_thirds})


def source(number: int, **options: Any) -> EncodingSource:
    return EncodingSource(number, sequence_number=0xFFFF, timestamp=number * 1000, **options)


def agreed(codec: RtpCodec = VP8, rtx: int | None = None, rids: tuple[str, ...] = ()) -> NegotiatedSender:
    return NegotiatedSender(
        "3", "video", "cid", (codec,), {} if rtx is None else {codec.payload_type: rtx}, EXTMAP, rids=rids
    )


def picture(sender: RtpSender, index: int, timestamp: int, data: bytes = b"abcdef") -> EncodedFrame:
    encoding = sender.encodings[index]
    stamp = encoding.stamp(timestamp, timestamp / 90000)
    return EncodedFrame("vp8", data, stamp, encoding.ssrc, marker=True)


@pytest.mark.usefixtures("video")
def test_layers_are_streams_side_by_side() -> None:
    transport = Transport()
    sources = [source(7, rid="low"), source(8, rid="mid"), source(9, rid="high")]
    sender = RtpSender("video", "cid", sources, Departure(transport), mid="3")
    sender.negotiated(agreed(rids=("low", "high")))
    for timestamp in (0, 3000):
        for index in range(3):
            sender.send(picture(sender, index, timestamp), 1.0)
    sent = transport.packets
    low, high = ([p for p in sent if p.ssrc == ssrc] for ssrc in (7, 9))
    assert len(low) == len(high) == 6
    assert len(sent) == 12, "the answer left out a layer"
    assert [p.sequence_number for p in low] == [0xFFFF, 0, 1, 2, 3, 4]
    assert [p.marker for p in low] == [False, False, True] * 2
    assert {p.extensions[10] for p in low} == {b"low"}
    assert {p.extensions[10] for p in high} == {b"high"}
    assert [p.timestamp for p in high] == [9000] * 3 + [12000] * 3
    assert transport.batches == [3] * 4
    counters = [encoding.counters for encoding in sender.encodings]
    assert [(c.packets_sent, c.dropped) for c in counters] == [(6, 0), (0, 2), (6, 0)]
    assert counters[0].bytes_sent == 12
    assert [encoding.codec for encoding in sender.encodings] == [VP8, None, VP8]


@pytest.mark.usefixtures("video")
def test_lost_packets_travel_as_a_stream_of_their_own() -> None:
    """RFC 4588."""
    transport = Transport()
    sender = RtpSender(
        "video", "cid", [source(7, rtx_ssrc=70, rtx_sequence_number=0xFFFF, rid="low")], Departure(transport)
    )
    sender.negotiated(agreed(rtx=97, rids=("low",)))
    sender.send(picture(sender, 0, 0), 1.0)
    (encoding,) = sender.encodings
    sender.retransmit(encoding, (0, 0xFFFF), 1.1)
    original, repairs = transport.packets[:3], transport.packets[3:]
    assert [(p.ssrc, p.payload_type, p.sequence_number) for p in repairs] == [(70, 97, 0xFFFF), (70, 97, 0)]
    assert [p.timestamp for p in repairs] == [original[1].timestamp, original[0].timestamp]
    assert {p.extensions[11] for p in repairs} == {b"low"}
    assert {p.extensions[4] for p in repairs} == {b"3"}
    assert not any(10 in p.extensions for p in repairs)
    numbers = [parse_transport_sequence(p.extensions[3]) for p in transport.packets]
    assert numbers == [0, 1, 2, 3, 4], "they count as packets of the path"
    unwrapped = [unwrap_rtx(p, payload_type=96, ssrc=7) for p in repairs]
    assert [(p.sequence_number, p.payload) for p in unwrapped if p is not None] == [
        (0, b"cd"),
        (0xFFFF, b"ab"),
    ]
    assert (encoding.counters.packets_retransmitted, encoding.counters.bytes_retransmitted) == (2, 4)
    transport.up = False
    sender.retransmit(encoding, (1,), 1.2)
    assert encoding.counters.packets_retransmitted == 2
    transport.up = True
    sender.retransmit(encoding, (1,), 1.8)
    assert transport.packets[-1].sequence_number == 1, "what was not sent is no loss"


@pytest.mark.usefixtures("video")
def test_where_no_stream_was_negotiated_the_very_same_packets_come_again() -> None:
    transport = Transport()
    sender = RtpSender("video", "cid", [source(7, rtx_ssrc=70)], Departure(transport))
    sender.negotiated(agreed())
    sender.send(picture(sender, 0, 0), 1.0)
    sender.retransmit(sender.encodings[0], (0, 0xFFFF), 1.1)
    assert transport.sent[3:] == [transport.sent[1], transport.sent[0]]


def test_frames_that_cannot_be_sent_are_counted() -> None:
    transport = Transport()
    sender = RtpSender("video", "cid", [source(7)], Departure(transport))
    sender.negotiated(agreed())
    sender.send(picture(sender, 0, 0), 1.0)
    assert sender.counters.dropped == 1, "there is no payload format for VP8"
    sender.negotiated(agreed(RtpCodec(111, "OPUS", 48000, 2)))
    sender.send(EncodedFrame("opus", b"x", 0, ssrc=1), 1.0)
    assert sender.counters.dropped == 2, "of another source"
    sender.send(EncodedFrame("opus", b"x", 0, ssrc=7), 1.0)
    assert [packet.payload for packet in transport.packets] == [b"x"]
    assert packetizers.PACKETIZERS.keys() == {"opus"}


def test_random_numbers_are_drawn_within_their_bounds() -> None:
    bits: list[int] = []

    def ones(count: int) -> int:
        bits.append(count)
        return (1 << count) - 1

    assert EncodingSource.draw(ones, rid="hi", rtx=True) == EncodingSource(
        0xFFFF_FFFF, 0x7FFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0x7FFF, "hi"
    )
    drawn = EncodingSource.draw(lambda count: 0)
    assert (drawn.ssrc, drawn.rtx_ssrc) == (1, None), "0 is no source"
