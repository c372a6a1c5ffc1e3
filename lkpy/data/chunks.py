"""Cutting the content of data streams into chunks."""

from __future__ import annotations

from collections.abc import Iterator

CHUNK_SIZE = 15_000
"""Bytes of content in one chunk at most; every LiveKit client keeps to it."""


def split_bytes(data: bytes | bytearray | memoryview, size: int = CHUNK_SIZE) -> Iterator[bytes]:
    """Pieces of `size` bytes, the last one shorter; none for no data."""
    view = memoryview(data).cast("B")
    for start in range(0, len(view), size):
        yield bytes(view[start : start + size])


def split_text(text: str, size: int = CHUNK_SIZE) -> Iterator[bytes]:
    """UTF-8 pieces of at most `size` bytes, none of which ends inside a code point (RFC 3629 section 3).

    Receivers decode each chunk on its own.

    Raises:
        UnicodeEncodeError: the text holds a surrogate, which UTF-8 cannot.
    """
    data = text.encode()
    start, end = 0, len(data)
    while end - start > size:
        cut = start + size
        while data[cut] & 0xC0 == 0x80:  # the byte after the cut continues a code point
            cut -= 1
        yield data[start:cut]
        start = cut
    if start < end:
        yield data[start:]


def truncate_text(text: str, size: int) -> str:
    """The beginning of a text that takes at most `size` bytes as UTF-8."""
    data = text.encode()
    return text if len(data) <= size else data[:size].decode(errors="ignore")
