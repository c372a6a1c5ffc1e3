"""Chunks on the wire: RFC 9260 section 3, RFC 3758 section 3.2 (FORWARD-TSN), RFC 6525 section 3 (RE-CONFIG).

DATA and SACK chunks have no object of their own: they pass through here thousands of times a second and are
packed and unpacked where they are used, with the precompiled structs below. Everything else is rare and gets
a small frozen dataclass.

Whatever the peer wrote, parsers raise only `ProtocolError`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from lkpy.errors import ProtocolError

# Chunk types (RFC 9260 section 3.2, table 1).
DATA: Final = 0
INIT: Final = 1
INIT_ACK: Final = 2
SACK: Final = 3
HEARTBEAT: Final = 4
HEARTBEAT_ACK: Final = 5
ABORT: Final = 6
SHUTDOWN: Final = 7
SHUTDOWN_ACK: Final = 8
ERROR: Final = 9
COOKIE_ECHO: Final = 10
COOKIE_ACK: Final = 11
SHUTDOWN_COMPLETE: Final = 14
RECONFIG: Final = 130
FORWARD_TSN: Final = 192

# DATA flags (RFC 9260 section 3.3.1).
FLAG_END: Final = 0x01
FLAG_BEGIN: Final = 0x02
FLAG_UNORDERED: Final = 0x04
FLAG_IMMEDIATE: Final = 0x08

FLAG_REFLECTED_TAG: Final = 0x01
"""The T bit of ABORT and SHUTDOWN-COMPLETE: the verification tag is the sender's own (RFC 9260 section
8.5.1)."""

# Parameters (RFC 9260 section 3.3.2, RFC 3758 section 3.1, RFC 5061 section 4.2.7, RFC 6525 section 4).
PARAM_HEARTBEAT_INFO: Final = 1
PARAM_STATE_COOKIE: Final = 7
PARAM_OUTGOING_RESET: Final = 13
PARAM_RECONFIG_RESPONSE: Final = 16
PARAM_SUPPORTED_EXTENSIONS: Final = 0x8008
PARAM_FORWARD_TSN_SUPPORTED: Final = 0xC000

# Error causes (RFC 9260 section 3.3.10).
CAUSE_STALE_COOKIE: Final = 3
CAUSE_OUT_OF_RESOURCE: Final = 4
CAUSE_UNRECOGNIZED_CHUNK: Final = 6
CAUSE_RESTART: Final = 11
CAUSE_USER_INITIATED_ABORT: Final = 12
CAUSE_PROTOCOL_VIOLATION: Final = 13

COMMON_HEADER_SIZE: Final = 12
CHUNK_HEADER_SIZE: Final = 4
DATA_HEADER_SIZE: Final = 16

U32: Final = 0xFFFF_FFFF
U16: Final = 0xFFFF
HALF_U32: Final = 0x8000_0000
HALF_U16: Final = 0x8000

COMMON_PREFIX: Final = struct.Struct("!HHL")
"""Source port, destination port, verification tag."""
DATA_HEADER: Final = struct.Struct("!BBHLHHL")
"""Type, flags, length, TSN, stream id, stream sequence number, PPID."""
DATA_FIELDS: Final = struct.Struct("!xBxxLHHL")
"""The same without type and length, for reading."""
_CHUNK_HEADER = struct.Struct("!BBH")
_TLV_HEADER = struct.Struct("!HH")
_INIT = struct.Struct("!LLHHL")
_SACK = struct.Struct("!LLHH")
_PAIR = struct.Struct("!HH")
_TSN = struct.Struct("!L")
_OUTGOING_RESET = struct.Struct("!LLL")
_RECONFIG_RESPONSE = struct.Struct("!LL")

Parameter = tuple[int, bytes]
"""Type and value of a type-length-value parameter."""


ChunkBounds = tuple[int, int, int]
"""Type of a chunk, and where it starts and stops in its packet."""


def chunk_bounds(body: bytes) -> list[ChunkBounds]:
    """Find the chunks of a packet.

    Args:
        body: the packet after its common header.
    Returns:
        (type, start, stop) of each chunk; `body[start:stop]` is the chunk with its header, without padding.
    Raises:
        ProtocolError: a length under four, or past the end of the packet (RFC 9260 section 3.2).
    """
    bounds = []
    position = 0
    end = len(body)
    while position < end:
        if position + CHUNK_HEADER_SIZE > end:
            raise ProtocolError("SCTP packet ends inside a chunk header")
        length = body[position + 2] << 8 | body[position + 3]
        stop = position + length
        if length < CHUNK_HEADER_SIZE or stop > end:
            raise ProtocolError(f"SCTP chunk length {length} does not fit its packet")
        bounds.append((body[position], position, stop))
        # Padding of the last chunk may be missing; the loop condition takes care of it.
        position = stop + (-length & 3)
    return bounds


def build_chunk(kind: int, value: bytes = b"", flags: int = 0) -> bytes:
    """A chunk with its header, padded to four bytes."""
    length = CHUNK_HEADER_SIZE + len(value)
    return _CHUNK_HEADER.pack(kind, flags, length) + value + bytes(-length & 3)


def parse_parameters(data: bytes) -> list[Parameter]:
    """Read type-length-value parameters, which error causes share (RFC 9260 sections 3.2.1 and 3.3.10).

    Raises:
        ProtocolError: a length under four or past the end.
    """
    parameters = []
    position = 0
    end = len(data)
    while position + 4 <= end:
        kind, length = _TLV_HEADER.unpack_from(data, position)
        if length < 4 or position + length > end:
            raise ProtocolError(f"SCTP parameter length {length} does not fit its chunk")
        parameters.append((kind, data[position + 4 : position + length]))
        position += length + (-length & 3)
    return parameters


def build_parameter(kind: int, value: bytes) -> bytes:
    """One parameter or error cause, padded to four bytes."""
    return _TLV_HEADER.pack(kind, 4 + len(value)) + value + bytes(-len(value) & 3)


@dataclass(frozen=True, slots=True)
class InitChunk:
    """INIT or INIT ACK (RFC 9260 sections 3.3.2 and 3.3.3)."""

    initiate_tag: int
    a_rwnd: int
    outbound_streams: int
    inbound_streams: int
    initial_tsn: int
    parameters: tuple[Parameter, ...] = ()

    @classmethod
    def parse(cls, value: bytes) -> InitChunk:
        """Read the chunk's value.

        Raises:
            ProtocolError: too short, a zero tag or no streams (RFC 9260 section 3.3.2 forbids both).
        """
        if len(value) < _INIT.size:
            raise ProtocolError("SCTP INIT is too short")
        tag, a_rwnd, outbound, inbound, tsn = _INIT.unpack_from(value)
        if not tag or not outbound or not inbound:
            raise ProtocolError("SCTP INIT with a zero tag or without streams")
        return cls(tag, a_rwnd, outbound, inbound, tsn, tuple(parse_parameters(value[_INIT.size :])))

    def serialize(self) -> bytes:
        """The chunk's value."""
        fixed = _INIT.pack(
            self.initiate_tag, self.a_rwnd, self.outbound_streams, self.inbound_streams, self.initial_tsn
        )
        return fixed + b"".join(build_parameter(kind, value) for kind, value in self.parameters)

    def parameter(self, kind: int) -> bytes | None:
        """The value of the first parameter of that type, or None."""
        return next((value for found, value in self.parameters if found == kind), None)

    def supports(self, chunk_type: int) -> bool:
        """Whether the sender lists `chunk_type` as a supported extension (RFC 5061 section 4.2.7)."""
        return chunk_type in (self.parameter(PARAM_SUPPORTED_EXTENSIONS) or b"")


@dataclass(frozen=True, slots=True)
class SackChunk:
    """SACK (RFC 9260 section 3.3.4). Blocks are (start, end) offsets from the cumulative TSN, both
    inclusive."""

    cumulative_tsn: int
    a_rwnd: int
    blocks: tuple[tuple[int, int], ...] = ()
    duplicates: tuple[int, ...] = ()

    @classmethod
    def parse(cls, value: bytes) -> SackChunk:
        """Read the chunk's value.

        Raises:
            ProtocolError: too short for what it announces, or blocks that are empty, overlapping or not
                ascending.
        """
        if len(value) < _SACK.size:
            raise ProtocolError("SCTP SACK is too short")
        cumulative, a_rwnd, block_count, duplicate_count = _SACK.unpack_from(value)
        if not block_count and not duplicate_count:
            return cls(cumulative, a_rwnd)
        if _SACK.size + 4 * (block_count + duplicate_count) > len(value):
            raise ProtocolError("SCTP SACK announces more than it holds")
        blocks = tuple(_PAIR.iter_unpack(value[_SACK.size : _SACK.size + 4 * block_count]))
        # Offset 1 would be the cumulative TSN's successor, which then were acknowledged cumulatively.
        previous = 1
        for start, end in blocks:
            if start <= previous or end < start:
                raise ProtocolError("SCTP SACK with impossible gap blocks")
            previous = end
        offset = _SACK.size + 4 * block_count
        duplicates = struct.unpack_from(f"!{duplicate_count}L", value, offset)
        return cls(cumulative, a_rwnd, blocks, duplicates)

    def serialize(self) -> bytes:
        """The chunk's value."""
        fixed = _SACK.pack(self.cumulative_tsn, self.a_rwnd, len(self.blocks), len(self.duplicates))
        if not self.blocks and not self.duplicates:
            return fixed
        blocks = b"".join(_PAIR.pack(start, end) for start, end in self.blocks)
        return fixed + blocks + struct.pack(f"!{len(self.duplicates)}L", *self.duplicates)


@dataclass(frozen=True, slots=True)
class ForwardTsnChunk:
    """FORWARD TSN (RFC 3758 section 3.2). `streams` has (stream id, last skipped SSN) of ordered streams."""

    new_cumulative_tsn: int
    streams: tuple[tuple[int, int], ...] = ()

    @classmethod
    def parse(cls, value: bytes) -> ForwardTsnChunk:
        """Read the chunk's value.

        Raises:
            ProtocolError: the length is not four plus a multiple of four.
        """
        if len(value) < 4 or len(value) % 4:
            raise ProtocolError("SCTP FORWARD-TSN has an impossible length")
        return cls(_TSN.unpack_from(value)[0], tuple(_PAIR.iter_unpack(value[4:])))

    def serialize(self) -> bytes:
        """The chunk's value."""
        return _TSN.pack(self.new_cumulative_tsn) + b"".join(_PAIR.pack(*pair) for pair in self.streams)


@dataclass(frozen=True, slots=True)
class OutgoingResetRequest:
    """Outgoing SSN Reset Request parameter (RFC 6525 section 4.1). No streams means all of them."""

    request_sequence: int
    response_sequence: int
    last_tsn: int
    streams: tuple[int, ...] = ()

    @classmethod
    def parse(cls, value: bytes) -> OutgoingResetRequest:
        """Read the parameter's value.

        Raises:
            ProtocolError: the length fits no list of stream ids.
        """
        if len(value) < _OUTGOING_RESET.size or len(value) % 2:
            raise ProtocolError("SCTP outgoing reset request has an impossible length")
        streams = struct.unpack_from(
            f"!{(len(value) - _OUTGOING_RESET.size) // 2}H", value, _OUTGOING_RESET.size
        )
        request_sequence, response_sequence, last_tsn = _OUTGOING_RESET.unpack_from(value)
        return cls(request_sequence, response_sequence, last_tsn, streams)

    def serialize(self) -> bytes:
        """The parameter's value."""
        fixed = _OUTGOING_RESET.pack(self.request_sequence, self.response_sequence, self.last_tsn)
        return fixed + struct.pack(f"!{len(self.streams)}H", *self.streams)


def parse_reconfig_response(value: bytes) -> tuple[int, int]:
    """Sequence number and result of a Re-configuration Response parameter (RFC 6525 section 4.4).

    Raises:
        ProtocolError: too short.
    """
    if len(value) < _RECONFIG_RESPONSE.size:
        raise ProtocolError("SCTP re-configuration response is too short")
    sequence, result = _RECONFIG_RESPONSE.unpack_from(value)
    return sequence, result


def build_reconfig_response(sequence: int, result: int) -> bytes:
    """A Re-configuration Response parameter (RFC 6525 section 4.4)."""
    return build_parameter(PARAM_RECONFIG_RESPONSE, _RECONFIG_RESPONSE.pack(sequence, result))


def parse_tsn(value: bytes) -> int:
    """The TSN that is the whole value of a SHUTDOWN chunk (RFC 9260 section 3.3.8).

    Raises:
        ProtocolError: too short.
    """
    if len(value) < 4:
        raise ProtocolError("SCTP chunk is too short for a TSN")
    tsn: int = _TSN.unpack_from(value)[0]
    return tsn


def build_tsn(tsn: int) -> bytes:
    """Four bytes of a TSN."""
    return _TSN.pack(tsn & U32)
