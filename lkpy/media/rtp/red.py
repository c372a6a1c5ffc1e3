"""Redundant audio data (RFC 2198): earlier frames carried again in a later packet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lkpy.errors import ProtocolError

MAX_TIMESTAMP_OFFSET = (1 << 14) - 1
MAX_BLOCK_LENGTH = (1 << 10) - 1
MAX_BLOCKS = 32
"""Blocks read from one packet; no encoder sends more than a few."""


@dataclass(frozen=True, slots=True)
class RedBlock:
    """One frame inside a RED payload.

    Attributes:
        payload_type: of the frame, 0 to 127.
        timestamp_offset: units by which the frame is older than the packet's timestamp; 0 for the primary.
        payload: the frame.
    """

    payload_type: int
    timestamp_offset: int
    payload: bytes


def parse_red(payload: bytes) -> list[RedBlock]:
    """Take a RED payload apart, oldest frame first, the primary last.

    Raises:
        ProtocolError: it ends inside a header or block, or has over `MAX_BLOCKS` blocks.
    """
    heads: list[tuple[int, int, int]] = []
    position = 0
    while True:
        if position >= len(payload):
            raise ProtocolError("RED payload ends before its primary header")
        first = payload[position]
        if first < 0x80:
            position += 1
            break
        if position + 4 > len(payload) or len(heads) >= MAX_BLOCKS:
            raise ProtocolError("RED payload ends inside a header or has too many")
        packed = int.from_bytes(payload[position + 1 : position + 4], "big")
        heads.append((first & 0x7F, packed >> 10, packed & MAX_BLOCK_LENGTH))
        position += 4
    blocks = []
    for payload_type, offset, length in heads:
        if position + length > len(payload):
            raise ProtocolError("RED payload ends inside a block")
        blocks.append(RedBlock(payload_type, offset, payload[position : position + length]))
        position += length
    blocks.append(RedBlock(first, 0, payload[position:]))
    return blocks


def build_red(primary_type: int, primary: bytes, redundant: Sequence[RedBlock] = ()) -> bytes:
    """Write a RED payload; `redundant` oldest first. Blocks that do not fit the format (offset over 16383,
    over 1023 bytes) are left out, as RFC 2198 section 4 leaves the sender to do."""
    heads = bytearray()
    bodies = []
    for block in redundant:
        if 0 < block.timestamp_offset <= MAX_TIMESTAMP_OFFSET and len(block.payload) <= MAX_BLOCK_LENGTH:
            heads.append(0x80 | block.payload_type)
            heads += (block.timestamp_offset << 10 | len(block.payload)).to_bytes(3, "big")
            bodies.append(block.payload)
    heads.append(primary_type)
    return bytes(heads) + b"".join(bodies) + primary
