"""Content of a data stream as it was before the sender compressed it (raw deflate, RFC 1951)."""

from __future__ import annotations

import zlib

from lkpy.errors import StreamError


class Inflater:
    """One deflate stream over all chunks. Never makes much more than it is asked for."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def feed(self, data: bytes, limit: int) -> bytes:
        """What these bytes stand for; when that is more than `limit` bytes, the first `limit + 1`.

        Raises:
            StreamError: not a deflate stream, or bytes after its end.
        """
        try:
            content = self._inflater.decompress(data, limit + 1)
        except zlib.error as error:
            raise StreamError(f"the compressed stream is damaged: {error}") from error
        if self._inflater.unused_data:
            raise StreamError("the compressed stream is damaged: bytes after its end")
        return content

    def finish(self) -> None:
        """The content ended here. Raises StreamError when the deflate stream did not."""
        if not self._inflater.eof:
            raise StreamError("stream data is incomplete")
