"""RTP packets and telling datagrams apart."""

from __future__ import annotations

import aiortc.rtp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.media.rtp.packet import DatagramKind, RtpPacket, classify, is_rtcp

U32 = st.integers(0, 0xFFFF_FFFF)

ONE_BYTE = st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=6)
TWO_BYTE = st.dictionaries(st.integers(1, 255), st.binary(max_size=255), max_size=6)

PACKETS = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence_number=st.integers(0, 0xFFFF),
    timestamp=U32,
    ssrc=U32,
    payload=st.binary(max_size=64),
    marker=st.booleans(),
    csrcs=st.lists(U32, max_size=15).map(tuple),
    extensions=ONE_BYTE | TWO_BYTE,
    padding_size=st.integers(0, 255),
)

FULL = RtpPacket(
    111, 0xFFFE, 0xFFFF_FFFF, 0x1234_5678, b"payload", True, (1, 2**32 - 1), {1: b"\x85", 4: b"0"}, 5
)


@given(PACKETS)
@settings(max_examples=200)
def test_parse_reads_what_serialize_wrote(packet: RtpPacket) -> None:
    assert RtpPacket.parse(packet.serialize()) == packet


@given(st.binary(max_size=100))
@settings(max_examples=300)
def test_any_bytes_are_a_packet_or_a_protocol_error(data: bytes) -> None:
    classify(data)
    is_rtcp(data)
    try:
        packet = RtpPacket.parse(data)
    except ProtocolError:
        return
    assert len(packet.payload) <= len(data)


@given(
    st.binary(max_size=60),
    st.sampled_from([0x90, 0xB0, 0x9F, 0xBF]),
    st.sampled_from([0xBEDE, 0x1000, 0x100F]),
)
@settings(max_examples=300)
def test_any_extension_block_is_read_or_refused(body: bytes, first: int, profile: int) -> None:
    words = len(body) // 4
    data = bytes((first, 111)) + bytes(10) + profile.to_bytes(2, "big") + words.to_bytes(2, "big") + body
    try:
        RtpPacket.parse(data)
    except ProtocolError:
        return


def test_every_truncation_is_refused_or_shorter() -> None:
    data = FULL.serialize()
    head = len(data) - 5 - len(FULL.payload)
    for length in range(head):
        with pytest.raises(ProtocolError):
            RtpPacket.parse(data[:length])
    for length in range(head, len(data)):
        try:
            packet = RtpPacket.parse(data[:length])
        except ProtocolError:
            continue
        assert packet != FULL


@pytest.mark.parametrize("length", [0, 1, 11])
def test_shorter_than_a_header(length: int) -> None:
    with pytest.raises(ProtocolError, match="shorter"):
        RtpPacket.parse(b"\x80" * length)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bytes((0x40, 0)) + bytes(10), "version 1"),
        (bytes((0x82, 0)) + bytes(14), "CSRC"),
        (bytes((0x90, 0)) + bytes(12), "extension header"),
        (bytes((0x90, 0)) + bytes(10) + b"\xbe\xde\x00\x02" + bytes(4), "inside its extensions"),
        (bytes((0x90, 0)) + bytes(10) + b"\xbe\xde\x00\x01\x1f123", "does not fit"),
        (bytes((0x90, 0)) + bytes(10) + b"\x10\x00\x00\x01\x01\x09ab", "does not fit"),
        (bytes((0x90, 0)) + bytes(10) + b"\x10\x00\x00\x01\x01\x01a\x02", "before its length"),
        (bytes((0xA0, 0)) + bytes(10), "padding"),
        (bytes((0xA0, 0)) + bytes(10) + b"\x09", "padding"),
    ],
)
def test_refused(data: bytes, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        RtpPacket.parse(data)


def test_one_byte_form_stops_at_identifier_15_and_skips_padding() -> None:
    data = bytes((0x90, 0)) + bytes(10) + b"\xbe\xde\x00\x02" + b"\x00\x10A\x00" + b"\xf0B\x20C"
    assert RtpPacket.parse(data).extensions == {1: b"A"}


def test_one_byte_form_stops_at_identifier_0_with_a_length() -> None:
    data = bytes((0x90, 0)) + bytes(10) + b"\xbe\xde\x00\x02" + b"\x10A\x01B" + b"\x20C\x00\x00"
    assert RtpPacket.parse(data).extensions == {1: b"A"}


def test_private_extension_is_skipped() -> None:
    data = bytes((0x90, 0)) + bytes(10) + b"\x12\x34\x00\x01abcdrest"
    packet = RtpPacket.parse(data)
    assert packet.extensions == {}
    assert packet.payload == b"rest"


@pytest.mark.parametrize(
    ("extensions", "profile"),
    [
        ({1: b"a", 14: bytes(16)}, b"\xbe\xde"),
        ({1: b""}, b"\x10\x00"),
        ({1: bytes(17)}, b"\x10\x00"),
        ({15: b"a"}, b"\x10\x00"),
        ({1: b"a", 255: bytes(255)}, b"\x10\x00"),
    ],
)
def test_form_of_extensions(extensions: dict[int, bytes], profile: bytes) -> None:
    data = RtpPacket(0, 0, 0, 0, extensions=extensions).serialize()
    assert data[12:14] == profile
    assert len(data) % 4 == 0
    assert RtpPacket.parse(data).extensions == extensions


@pytest.mark.parametrize(
    "packet",
    [
        RtpPacket(0, 0, 0, 0, csrcs=tuple(range(16))),
        RtpPacket(0, 0, 0, 0, extensions={0: b"a"}),
        RtpPacket(0, 0, 0, 0, extensions={256: b"a"}),
        RtpPacket(0, 0, 0, 0, extensions={1: bytes(256)}),
    ],
)
def test_what_cannot_be_written(packet: RtpPacket) -> None:
    with pytest.raises(ValueError, match=r"CSRC|extension"):
        packet.serialize()


def test_same_bytes_as_another_implementation() -> None:
    theirs = aiortc.rtp.RtpPacket(
        payload_type=111, marker=1, sequence_number=65535, timestamp=2**32 - 1, ssrc=4_000_000_000
    )
    theirs.csrc = [1, 2]
    theirs.payload = b"opus"
    theirs.padding_size = 4
    ours = RtpPacket(111, 65535, 2**32 - 1, 4_000_000_000, b"opus", True, (1, 2), {}, 4)
    # The bytes in the padding differ: theirs are random (RFC 3550 asks for nothing there).
    assert ours.serialize()[:-4] == theirs.serialize()[:-4]
    assert RtpPacket.parse(theirs.serialize()) == ours


def test_same_extensions_as_another_implementation() -> None:
    for extensions in ([(1, b"\x85"), (4, b"mid")], [(1, b""), (200, b"x" * 40)]):
        profile, value = aiortc.rtp.pack_header_extensions(extensions)
        ours = RtpPacket(0, 0, 0, 0, extensions=dict(extensions)).serialize()
        assert ours[12:14] == profile.to_bytes(2, "big")
        assert ours[16:] == value


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", DatagramKind.UNKNOWN),
        (b"\x00\x01", DatagramKind.STUN),
        (b"\x03", DatagramKind.STUN),
        (b"\x04", DatagramKind.UNKNOWN),
        (b"\x13", DatagramKind.UNKNOWN),
        (b"\x14", DatagramKind.DTLS),
        (b"\x3f", DatagramKind.DTLS),
        (b"\x40", DatagramKind.TURN_CHANNEL),
        (b"\x4f", DatagramKind.TURN_CHANNEL),
        (b"\x50", DatagramKind.UNKNOWN),
        (b"\x80", DatagramKind.UNKNOWN),
        (b"\x80" + bytes(10), DatagramKind.UNKNOWN),
        (b"\x80" + bytes(11), DatagramKind.SRTP),
        (b"\xbf\x6f" + bytes(10), DatagramKind.SRTP),
        (b"\x80\xbf" + bytes(10), DatagramKind.SRTP),
        (b"\x80\xc0" + bytes(6), DatagramKind.SRTCP),
        (b"\x80\xdf" + bytes(6), DatagramKind.SRTCP),
        (b"\x80\xe0" + bytes(10), DatagramKind.SRTP),
        (b"\x80\xc8", DatagramKind.UNKNOWN),
        (b"\xc0" + bytes(20), DatagramKind.UNKNOWN),
    ],
)
def test_classify(data: bytes, kind: DatagramKind) -> None:
    assert classify(data) is kind


def test_is_rtcp() -> None:
    assert not is_rtcp(b"")
    assert not is_rtcp(b"\x80")
    assert [second for second in range(256) if is_rtcp(bytes((0x80, second)))] == list(range(192, 224))
