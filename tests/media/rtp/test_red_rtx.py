"""Redundant audio (RFC 2198) and retransmission payloads (RFC 4588)."""

from __future__ import annotations

import aiortc.rtp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.red import RedBlock, build_red, parse_red
from lkpy.media.rtp.rtx import unwrap_rtx, wrap_rtx

BLOCKS = st.lists(
    st.builds(RedBlock, st.integers(0, 127), st.integers(1, 16383), st.binary(max_size=60)), max_size=4
)


@given(st.integers(0, 127), st.binary(max_size=60), BLOCKS)
def test_red_round_trip(kind: int, primary: bytes, redundant: list[RedBlock]) -> None:
    assert parse_red(build_red(kind, primary, redundant)) == [*redundant, RedBlock(kind, 0, primary)]


@given(st.binary(max_size=60))
@settings(max_examples=300)
def test_any_bytes_are_red_or_a_protocol_error(data: bytes) -> None:
    try:
        blocks = parse_red(data)
    except ProtocolError:
        return
    assert sum(len(block.payload) for block in blocks) <= len(data)


def test_red_truncated_anywhere() -> None:
    data = build_red(111, b"primary", [RedBlock(111, 960, b"before")])
    head = 5 + len(b"before")
    for length in range(head):
        with pytest.raises(ProtocolError):
            parse_red(data[:length])
    assert parse_red(data[:head])[-1].payload == b""


def test_red_leaves_out_what_does_not_fit() -> None:
    data = build_red(
        111, b"now", [RedBlock(111, 16384, b"old"), RedBlock(111, 0, b"x"), RedBlock(111, 9, bytes(1024))]
    )
    assert data == b"\x6fnow"


def test_red_blocks_are_bounded() -> None:
    with pytest.raises(ProtocolError):
        parse_red(b"\x80\0\0\0" * 100 + b"\0")


def test_rtx_round_trip() -> None:
    packet = RtpPacket(96, 65535, 5, 1, b"payload", True, (3,), {1: b"a"})
    again = wrap_rtx(packet, payload_type=97, ssrc=2, sequence_number=8)
    assert (again.payload_type, again.ssrc, again.sequence_number, again.timestamp) == (97, 2, 8, 5)
    assert unwrap_rtx(again, payload_type=96, ssrc=1) == packet


def test_rtx_with_extensions_of_its_own() -> None:
    packet = RtpPacket(96, 1, 5, 1, b"p", extensions={1: b"mid", 2: b"rid"})
    again = wrap_rtx(packet, payload_type=97, ssrc=2, sequence_number=8, extensions={1: b"mid", 3: b"rid"})
    assert again.extensions == {1: b"mid", 3: b"rid"}


def test_rtx_as_another_implementation_writes_it() -> None:
    theirs = aiortc.rtp.RtpPacket(payload_type=96, sequence_number=258, timestamp=5, ssrc=1, marker=1)
    theirs.payload = b"video"
    wrapped = aiortc.rtp.wrap_rtx(theirs, payload_type=97, sequence_number=8, ssrc=2)
    ours = RtpPacket(96, 258, 5, 1, b"video", True)
    assert wrap_rtx(ours, payload_type=97, ssrc=2, sequence_number=8).serialize() == wrapped.serialize()


def test_rtx_padding_and_nonsense() -> None:
    assert unwrap_rtx(RtpPacket(97, 1, 1, 2), payload_type=96, ssrc=1) is None
    with pytest.raises(ProtocolError):
        unwrap_rtx(RtpPacket(97, 1, 1, 2, b"x"), payload_type=96, ssrc=1)
