"""CRC32c (Castagnoli), the checksum of every SCTP packet (RFC 9260 section 6.8 and appendix A).

`google_crc32c` computes it in C. Where its wheel is missing, a table of 256 entries does the same about three
hundred times slower, so that a platform without the wheel works at all.
"""

from __future__ import annotations

import struct

_POLYNOMIAL = 0x82F63B78
"""The Castagnoli polynomial, reflected."""


def _make_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (_POLYNOMIAL if crc & 1 else 0)
        table.append(crc)
    return tuple(table)


_TABLE: tuple[int, ...] = ()


def extend_by_table(crc: int, data: bytes) -> int:
    """CRC32c of the bytes that gave `crc`, followed by `data`, in pure Python."""
    global _TABLE
    if not _TABLE:
        _TABLE = _make_table()
    table = _TABLE
    crc ^= 0xFFFF_FFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFF_FFFF


try:
    from google_crc32c import extend
except ImportError:  # pragma: no cover - depends on the platform
    extend = extend_by_table

_pack_tail = struct.Struct("<L").pack


class HeaderChecksum:
    """The checksum of packets that share one common header (ports and verification tag).

    Args:
        prefix: the first eight bytes of the packet, which are the same for the whole life of an association.
    """

    __slots__ = ("_seed", "prefix")

    def __init__(self, prefix: bytes) -> None:
        self.prefix = prefix
        # The checksum field itself counts as zero (RFC 9260 section 6.8).
        self._seed = extend(extend(0, prefix), bytes(4))

    def field(self, body: bytes) -> bytes:
        """The four bytes that stand between the prefix and the chunks in `body`; little-endian (appendix
        A)."""
        return _pack_tail(extend(self._seed, body))

    def seal(self, body: bytes) -> bytes:
        """A whole packet: prefix, checksum, chunks."""
        return self.prefix + _pack_tail(extend(self._seed, body)) + body
