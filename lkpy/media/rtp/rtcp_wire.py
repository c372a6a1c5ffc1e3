"""The common header of RTCP packets (RFC 3550 section 6.4.1), and the numbers of their types."""

from __future__ import annotations

from struct import Struct

SENDER_REPORT = 200
RECEIVER_REPORT = 201
SOURCE_DESCRIPTION = 202
GOODBYE = 203
TRANSPORT_LAYER_FEEDBACK = 205
PAYLOAD_SPECIFIC_FEEDBACK = 206
EXTENDED_REPORT = 207

HEADER = Struct("!BBH")
"""Version, padding bit and count; packet type; length in 32-bit words after this header."""

U32 = Struct("!L")
TWO_U32 = Struct("!LL")


def frame(packet_type: int, count: int, body: bytes) -> bytes:
    """A packet without padding.

    Raises:
        ValueError: more than 31 entries, or a body that is no multiple of 4 bytes.
    """
    if count > 31:
        raise ValueError(f"RTCP packet with {count} entries, the count has room for 31")
    if len(body) & 3:
        raise ValueError(f"RTCP packet of {len(body)} bytes is not a multiple of 4")
    return HEADER.pack(0x80 | count, packet_type, len(body) >> 2) + body
