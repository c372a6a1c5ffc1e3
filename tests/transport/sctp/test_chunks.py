"""The codec: what is written is read again, and what cannot be read raises ProtocolError and nothing else."""

from __future__ import annotations

import struct

import google_crc32c
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.transport.sctp import chunks as wire
from lkpy.transport.sctp.checksum import HeaderChecksum, extend_by_table
from lkpy.transport.sctp.chunks import ForwardTsnChunk, InitChunk, OutgoingResetRequest, SackChunk
from lkpy.transport.sctp.cookie import StateCookie
from lkpy.transport.sctp.dcep import DataChannelOpen

_u32 = st.integers(0, wire.U32)
_u16 = st.integers(0, wire.U16)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_table_and_library_agree_on_the_checksum(first: bytes, second: bytes) -> None:
    assert extend_by_table(extend_by_table(0, first), second) == google_crc32c.value(first + second)


def test_checksum_of_a_known_packet() -> None:
    # RFC 3720 appendix B.4: CRC32c of 32 zero bytes is aa 36 91 8a, little-endian.
    assert HeaderChecksum(bytes(8)).field(bytes(20)) == bytes.fromhex("aa36918a")
    packet = HeaderChecksum(b"12345678").seal(b"body")
    assert packet == b"12345678" + HeaderChecksum(b"12345678").field(b"body") + b"body"


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=5))
def test_bounds_find_what_was_built(chunks: list[tuple[int, bytes]]) -> None:
    body = b"".join(wire.build_chunk(kind, value) for kind, value in chunks)
    assert len(body) % 4 == 0
    assert [(kind, body[start + 4 : stop]) for kind, start, stop in wire.chunk_bounds(body)] == chunks


@pytest.mark.parametrize(
    "body", [b"\0", b"\0\0\0", b"\0\0\0\0", b"\0\0\0\3", b"\0\0\0\5", b"\1\0\0\4\0", b"\0\0\xff\xff"]
)
def test_lying_lengths(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        wire.chunk_bounds(body)


def test_missing_padding_of_the_last_chunk_is_accepted() -> None:
    assert wire.chunk_bounds(b"\5\0\0\5x") == [(5, 0, 5)]


@given(
    st.integers(1, wire.U32),
    _u32,
    st.integers(1, 65535),
    st.integers(1, 65535),
    _u32,
    st.lists(st.tuples(_u16, st.binary(max_size=30)), max_size=4),
)
def test_init(
    tag: int, rwnd: int, outbound: int, inbound: int, tsn: int, parameters: list[tuple[int, bytes]]
) -> None:
    init = InitChunk(tag, rwnd, outbound, inbound, tsn, tuple(parameters))
    assert InitChunk.parse(init.serialize()) == init


@given(
    _u32,
    _u32,
    st.lists(st.integers(2, 60_000), unique=True, max_size=20).map(sorted),
    st.lists(_u32, max_size=5),
)
def test_sack(tsn: int, rwnd: int, edges: list[int], duplicates: list[int]) -> None:
    edges = edges[: len(edges) // 2 * 2]
    blocks = tuple(zip(edges[::2], edges[1::2], strict=True))
    sack = SackChunk(tsn, rwnd, blocks, tuple(duplicates))
    assert SackChunk.parse(sack.serialize()) == sack


@given(_u32, st.lists(st.tuples(_u16, _u16), max_size=5))
def test_forward_tsn(tsn: int, streams: list[tuple[int, int]]) -> None:
    chunk = ForwardTsnChunk(tsn, tuple(streams))
    assert ForwardTsnChunk.parse(chunk.serialize()) == chunk


@given(_u32, _u32, _u32, st.lists(_u16, max_size=5))
def test_outgoing_reset(request_number: int, response: int, tsn: int, streams: list[int]) -> None:
    request = OutgoingResetRequest(request_number, response, tsn, tuple(streams))
    assert OutgoingResetRequest.parse(request.serialize()) == request


@given(st.text(max_size=40), st.text(max_size=20), st.booleans(), st.none() | _u32, st.none() | _u32)
def test_open(
    label: str, protocol: str, ordered: bool, retransmits: int | None, lifetime: int | None
) -> None:
    opening = DataChannelOpen(
        label, protocol, ordered, retransmits, lifetime if retransmits is None else None
    )
    assert DataChannelOpen.parse(opening.serialize()) == opening


@pytest.mark.parametrize(
    "parse",
    [
        wire.chunk_bounds,
        wire.parse_parameters,
        wire.parse_reconfig_response,
        wire.parse_tsn,
        InitChunk.parse,
        SackChunk.parse,
        ForwardTsnChunk.parse,
        OutgoingResetRequest.parse,
        DataChannelOpen.parse,
        lambda data: StateCookie.parse(data, b"key"),
    ],
)
@settings(max_examples=60)
@given(data=st.binary(max_size=80))
def test_parsers_raise_only_protocol_errors(parse, data: bytes) -> None:  # type: ignore[no-untyped-def]
    try:
        parse(data)
    except ProtocolError:
        pass


def test_a_cookie_is_ours_or_nothing() -> None:
    cookie = StateCookie(1.5, 1, 2, 3, 4, 5, 6, True, False)
    data = cookie.serialize(b"key")
    assert StateCookie.parse(data, b"key") == cookie
    with pytest.raises(ProtocolError):
        StateCookie.parse(data, b"other key")
    for position in range(len(data)):
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        with pytest.raises(ProtocolError):
            StateCookie.parse(changed, b"key")


def test_init_with_a_zero_tag_or_without_streams() -> None:
    for fields in ((0, 1, 1, 1, 1), (1, 1, 0, 1, 1), (1, 1, 1, 0, 1)):
        with pytest.raises(ProtocolError):
            InitChunk.parse(struct.pack("!LLHHL", *fields))
