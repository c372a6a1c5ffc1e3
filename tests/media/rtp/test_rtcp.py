"""RTCP packets."""

from __future__ import annotations

import aiortc.rtp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.media.rtp.rtcp import (
    ExtendedReport,
    FirEntry,
    FullIntraRequest,
    GenericNack,
    Goodbye,
    PictureLossIndication,
    ReceiverReport,
    Remb,
    ReportBlock,
    RtcpPacket,
    SdesChunk,
    SenderReport,
    SourceDescription,
    TransportFeedback,
    UnknownRtcp,
    XrBlock,
    parse_compound,
    serialize_compound,
)

U8, U16, U32 = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)

BLOCKS = st.lists(
    st.builds(ReportBlock, U32, U8, st.integers(-(1 << 23), (1 << 23) - 1), U32, U32, U32, U32), max_size=31
).map(tuple)
ITEMS = st.lists(st.tuples(st.integers(1, 8), st.binary(max_size=30)), max_size=4).map(tuple)


@st.composite
def feedback(draw: st.DrawFn) -> TransportFeedback:
    count = draw(st.integers(0, 60))
    offsets = sorted(draw(st.sets(st.integers(0, count - 1)))) if count else []
    received = tuple((offset, draw(st.integers(-32768, 32767) | st.integers(0, 255))) for offset in offsets)
    return TransportFeedback(
        draw(U32),
        draw(U32),
        draw(U16),
        count,
        draw(st.integers(-(1 << 23), (1 << 23) - 1)),
        draw(U8),
        received,
    )


PACKETS: st.SearchStrategy[RtcpPacket] = st.one_of(
    st.builds(SenderReport, U32, st.integers(0, 2**64 - 1), U32, U32, U32, BLOCKS),
    st.builds(ReceiverReport, U32, BLOCKS),
    st.builds(SourceDescription, st.lists(st.builds(SdesChunk, U32, ITEMS), max_size=31).map(tuple)),
    st.builds(Goodbye, st.lists(U32, max_size=31).map(tuple), st.binary(max_size=40)),
    st.builds(GenericNack, U32, U32, st.lists(U16, max_size=40).map(tuple)),
    st.builds(PictureLossIndication, U32, U32),
    st.builds(FullIntraRequest, U32, st.lists(st.builds(FirEntry, U32, U8), max_size=5).map(tuple)),
    st.builds(
        Remb,
        U32,
        st.tuples(st.integers(0, (1 << 18) - 1), st.integers(0, 20)).map(lambda pair: pair[0] << pair[1]),
        st.lists(U32, max_size=5).map(tuple),
    ),
    feedback(),
    st.builds(
        ExtendedReport,
        U32,
        st.lists(
            st.builds(XrBlock, U8, U8, st.binary(max_size=5).map(lambda data: data * 4)), max_size=4
        ).map(tuple),
    ),
    st.builds(
        UnknownRtcp,
        st.sampled_from([192, 204, 208, 223]),
        st.integers(0, 31),
        st.binary(max_size=5).map(lambda d: d * 4),
    ),
)

EXAMPLES: list[RtcpPacket] = [
    SenderReport(1, 2**63, 2**31, 7, 8, (ReportBlock(2, 255, -1, 2**32 - 1, 5, 6, 7),)),
    ReceiverReport(1),
    SourceDescription.of_cname("name", [1, 2]),
    Goodbye((1, 2), b"bye"),
    GenericNack(1, 2, (65535, 0, 15, 40)),
    PictureLossIndication(1, 2),
    FullIntraRequest(1, (FirEntry(2, 255),)),
    Remb(1, 5_000_000, (2, 3)),
    TransportFeedback(1, 2, 65530, 20, -5, 255, ((0, 4), (1, 300), (7, -2), (19, 255))),
    ExtendedReport(1, (XrBlock(4, 0, bytes(8)),)),
    UnknownRtcp(204, 3, b"appl"),
]


@given(st.lists(PACKETS, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_parse_reads_what_serialize_wrote(packets: list[RtcpPacket]) -> None:
    data = serialize_compound(packets)
    assert len(data) % 4 == 0
    assert parse_compound(data) == packets


@given(st.binary(max_size=120))
@settings(max_examples=300)
def test_any_bytes_are_packets_or_a_protocol_error(data: bytes) -> None:
    try:
        assert parse_compound(data)
    except ProtocolError:
        return


@given(st.integers(0, 31), st.sampled_from(range(200, 208)), st.booleans(), st.binary(max_size=80))
@settings(max_examples=400)
def test_any_body_behind_a_good_header(count: int, kind: int, padding: bool, body: bytes) -> None:
    body = body[: len(body) & ~3]
    head = bytes((0x80 | padding << 5 | count, kind)) + (len(body) // 4).to_bytes(2, "big")
    try:
        parse_compound(head + body)
    except ProtocolError:
        return


@pytest.mark.parametrize("packet", EXAMPLES, ids=lambda packet: type(packet).__name__)
def test_every_truncation_is_refused(packet: RtcpPacket) -> None:
    data = serialize_compound([packet])
    for length in range(len(data)):
        with pytest.raises(ProtocolError):
            parse_compound(data[:length])


@pytest.mark.parametrize("packet", EXAMPLES, ids=lambda packet: type(packet).__name__)
def test_a_shorter_body_with_a_fitting_header(packet: RtcpPacket) -> None:
    data = serialize_compound([packet])
    for words in range(len(data) // 4 - 1):
        shorter = data[:2] + words.to_bytes(2, "big") + data[4 : 4 + 4 * words]
        try:
            assert parse_compound(shorter) != [packet]
        except ProtocolError:
            continue


def test_padding_of_the_last_packet() -> None:
    data = bytes((0xA0 | 1, 203, 0, 2)) + bytes((0, 0, 0, 9)) + b"\0\0\0\4"
    assert parse_compound(data) == [Goodbye((9,))]
    for padding in (0, 9, 255):
        with pytest.raises(ProtocolError, match="padding"):
            parse_compound(data[:-1] + bytes((padding,)))


@pytest.mark.parametrize(
    "packet",
    [
        ReceiverReport(1, (ReportBlock(1),) * 32),
        Goodbye(tuple(range(32))),
        SourceDescription((SdesChunk(1, ((0, b""),)),)),
        SourceDescription((SdesChunk(1, ((1, bytes(256)),)),)),
        Remb(1, 1, tuple(range(256))),
        UnknownRtcp(204, 0, b"abc"),
    ],
)
def test_what_cannot_be_written(packet: RtcpPacket) -> None:
    with pytest.raises(ValueError, match=r".+"):
        serialize_compound([packet])


def test_nack_of_a_run_is_one_item_across_the_wrap() -> None:
    lost = tuple((65530 + index) & 0xFFFF for index in range(17))
    data = serialize_compound([GenericNack(1, 2, lost)])
    assert len(data) == 16
    assert parse_compound(data) == [GenericNack(1, 2, lost)]


def test_a_nack_of_nothing_is_a_header() -> None:
    data = serialize_compound([GenericNack(1, 2, ())])
    assert parse_compound(data) == [GenericNack(1, 2, ())]
    assert len(data) == 12


def test_cname() -> None:
    description = SourceDescription.of_cname("me", [1])
    assert description.chunks[0].cname == "me"
    assert SdesChunk(1, ((2, b"x"),)).cname is None
    assert SdesChunk(1, ((1, b"\xff"),)).cname == "\ufffd"


def test_lost_runs_cost_nothing() -> None:
    # 65535 packets, all lost, in 9 chunks.
    chunks = b"\x1f\xff" * 10
    body = bytes(8) + b"\x00\x00\xff\xff" + bytes(4) + chunks
    data = bytes((0x8F, 205)) + (len(body) // 4).to_bytes(2, "big") + body
    (packet,) = parse_compound(data)
    assert isinstance(packet, TransportFeedback)
    assert packet.status_count == 65535
    assert packet.received == ()


def test_announced_deltas_must_be_there() -> None:
    body = bytes(8) + b"\x00\x00\xff\xff" + bytes(4) + b"\x3f\xff" * 8
    data = bytes((0x8F, 205)) + (len(body) // 4).to_bytes(2, "big") + body
    with pytest.raises(ProtocolError, match="deltas"):
        parse_compound(data)


def packet_of(kind: int, count: int, body: bytes, padding: int = 0) -> bytes:
    """A packet with any body, of which so many bytes at the end are padding."""
    if padding:
        body += bytes(padding - 1) + bytes((padding,))
    return bytes((0x80 | bool(padding) << 5 | count, kind)) + (len(body) // 4).to_bytes(2, "big") + body


FEEDBACK_HEAD = bytes(8)
BASE_AND_COUNT = b"\x00\x00\x00\x04" + bytes(4)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packet_of(205, 1, bytes(4)), "feedback is too short"),
        (packet_of(206, 1, bytes(4)), "feedback is too short"),
        (packet_of(205, 1, FEEDBACK_HEAD + bytes(2), 2), "NACK ends inside an item"),
        (packet_of(205, 15, FEEDBACK_HEAD + bytes(4)), "transport feedback is too short"),
        (packet_of(205, 15, FEEDBACK_HEAD + BASE_AND_COUNT), "ends inside its chunks"),
        (packet_of(205, 15, FEEDBACK_HEAD + BASE_AND_COUNT + b"\x20\x04\0\0"), "ends inside its deltas"),
        (packet_of(205, 15, FEEDBACK_HEAD + b"\0\0\x04\0" + bytes(4) + b"\x24\0\0\0"), "more deltas than"),
        (packet_of(207, 0, b""), "extended report is too short"),
        (packet_of(207, 0, bytes(4) + bytes(2), 2), "ends inside a block header"),
        (packet_of(207, 0, bytes(4) + b"\4\0\0\1"), "ends inside a block"),
    ],
)
def test_why_a_packet_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        parse_compound(data)


def test_status_vectors() -> None:
    # 1-bit vector 10110000000000, then 2-bit vector 01 10 00 01 00 00 00.
    chunks = (0x8000 | 0b10110000000000).to_bytes(2, "big") + (0xC000 | 0b01100001000000).to_bytes(2, "big")
    deltas = b"\x01\x02\x03" + b"\x04" + b"\xff\xfe" + b"\x05"
    body = bytes(8) + b"\x00\x0a\x00\x15" + b"\x00\x00\x01\x07" + chunks + deltas + b"\0"
    data = bytes((0x8F, 205)) + (len(body) // 4).to_bytes(2, "big") + body
    (packet,) = parse_compound(data)
    assert packet == TransportFeedback(
        0, 0, 10, 21, 1, 7, ((0, 1), (2, 2), (3, 3), (14, 4), (15, -2), (17, 5))
    )


def test_another_implementation_reads_ours() -> None:
    ours = serialize_compound(
        [
            SenderReport(1, 2, 3, 4, 5, (ReportBlock(6, 7, -8, 9, 10, 11, 12),)),
            SourceDescription.of_cname("{cname}", [1]),
            GenericNack(1, 2, (7, 8, 30)),
            PictureLossIndication(1, 2),
            Goodbye((1,)),
        ]
    )
    report, description, nack, pli, bye = aiortc.rtp.RtcpPacket.parse(ours)
    assert (report.ssrc, report.sender_info.ntp_timestamp, report.reports[0].packets_lost) == (1, 2, -8)
    assert description.chunks[0].items == [(1, b"{cname}")]
    assert nack.lost == [7, 8, 30]
    assert (pli.fmt, pli.media_ssrc) == (1, 2)
    assert bye.sources == [1]


def test_we_read_another_implementation() -> None:
    info = aiortc.rtp.RtcpReceiverInfo(
        ssrc=6, fraction_lost=7, packets_lost=-8, highest_sequence=9, jitter=10, lsr=11, dlsr=12
    )
    theirs = bytes(aiortc.rtp.RtcpRrPacket(ssrc=1, reports=[info]))
    theirs += bytes(
        aiortc.rtp.RtcpPsfbPacket(
            fmt=15, ssrc=1, media_ssrc=0, fci=aiortc.rtp.pack_remb_fci(4_160_000, [2529072847])
        )
    )
    theirs += bytes(aiortc.rtp.RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=2, lost=[12, 32, 39, 54, 76, 110]))
    report, remb, nack = parse_compound(theirs)
    assert report == ReceiverReport(1, (ReportBlock(6, 7, -8, 9, 10, 11, 12),))
    assert remb == Remb(1, 4_160_000, (2529072847,))
    assert nack == GenericNack(1, 2, (12, 32, 39, 54, 76, 110))


def padded(packet_type: int, count: int, body: bytes) -> bytes:
    """A packet of any length, padded to whole words."""
    padding = 4 - len(body) % 4
    words = (len(body) + padding) // 4
    head = bytes((0xA0 | count, packet_type)) + words.to_bytes(2, "big")
    return head + body + bytes(padding - 1) + bytes((padding,))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (padded(205, 1, bytes(10)), "inside an item"),
        (padded(207, 0, bytes(10)), "block header"),
        (padded(203, 1, bytes(4) + b"\x05why"), "inside its reason"),
        (padded(205, 15, bytes(8) + b"\0\0\0\x01" + bytes(4) + b"\x40\x01"), "inside its deltas"),
    ],
)
def test_what_is_cut_short_by_its_padding(data: bytes, reason: str) -> None:
    with pytest.raises(ProtocolError, match=reason):
        parse_compound(data)
