"""One data stream that is being received: chunks in, content out, or the reason why there is none.

A stream that ends without an error holds every byte that the sender put in, in order. Everything else (a gap,
a repeated chunk, too many or too few bytes, no trailer) is an error, which readers get after the content that
came before it.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Callable

from lkpy.data.inflate import Inflater
from lkpy.errors import StreamError
from lkpy.protocol import models_pb2 as models

MAX_CONTENT = 5_000_000_000
"""Bytes of one stream at most."""
MAX_INFLATED = 32 << 20
"""Bytes that may come out of one compressed chunk at most; deflate makes no more than 1 032 of one."""
INCOMPLETE = "stream data is incomplete"
WRONG_INDEX = "expected chunk index to be exactly one more than the previous"
TOO_LONG = "read length exceeded total length specified in stream header"
TOO_LARGE = "stream payload exceeds maximum size"


class IncomingStream:
    """The receiving end of one data stream.

    Attributes:
        header: as it came; its attributes grow by those of the trailer.
        sender: identity of the sender, as the receiver shall see it.
        is_text: whether the content is text: then its pieces are `str`, else `bytes`.
        received: bytes of content so far, whether read or not.
        unread: bytes of content that wait for the reader.
        error: why the content is not complete; readers get it after what came before.
        ended: no more content comes; the stream is complete when `error` is None.
        reason: what the trailer says about an early end.
        on_change: called when there is something new for the reader.
        on_unread: called with the change of `unread`.
    """

    __slots__ = (
        "_decoder",
        "_inflater",
        "_next_index",
        "_pieces",
        "_total",
        "ended",
        "error",
        "header",
        "is_text",
        "on_change",
        "on_unread",
        "reason",
        "received",
        "sender",
        "unread",
    )

    def __init__(self, header: models.DataStream.Header, sender: str = "") -> None:
        self.header = models.DataStream.Header()
        self.header.CopyFrom(header)
        self.header.ClearField("inline_content")
        self.sender = sender
        self.is_text = header.WhichOneof("content_header") != "byte_header"
        self.received = self.unread = 0
        self.error: StreamError | None = None
        self.ended = False
        self.reason = ""
        self.on_change: Callable[[], None] | None = None
        self.on_unread: Callable[[int], None] | None = None
        self._pieces: deque[tuple[bytes | str, int]] = deque()
        self._next_index = 0
        self._total = header.total_length if header.HasField("total_length") else None
        compressed = header.compression == models.DataStream.DEFLATE_RAW
        self._inflater = Inflater() if compressed else None
        # Senders cut text between code points, but a compressed text is cut anywhere.
        self._decoder = codecs.getincrementaldecoder("utf-8")() if self.is_text else None

    @property
    def total_length(self) -> int | None:
        """Bytes of the whole content, when the sender knew."""
        return self._total

    # From the network ---
    def open(self, header: models.DataStream.Header) -> None:
        """The header arrived; some hold the whole content."""
        if header.compression not in (models.DataStream.NONE, models.DataStream.DEFLATE_RAW):
            self.fail(StreamError(f"unknown compression {header.compression}"))
        elif self._total is not None and self._total > MAX_CONTENT:
            self.fail(StreamError(TOO_LARGE))
        elif header.HasField("inline_content"):
            self._add(header.inline_content)
            if not self.ended:
                self._end()

    def receive_chunk(self, chunk: models.DataStream.Chunk) -> None:
        """The next chunk arrived."""
        if self.ended:
            return
        if chunk.chunk_index != self._next_index:
            self.fail(StreamError(WRONG_INDEX))
            return
        self._next_index += 1
        self._add(chunk.content)

    def receive_trailer(self, trailer: models.DataStream.Trailer) -> None:
        """The sender ended the stream."""
        if self.ended:
            return
        self.reason = trailer.reason
        self.header.attributes.update(trailer.attributes)
        self._end()

    def fail(self, error: StreamError) -> None:
        """The rest will not come, or makes no sense."""
        if not self.ended:
            self.error, self.ended = error, True
            self._changed()

    # From the reader ---
    def read(self) -> bytes | str | None:
        """The next piece of content, or None when there is none (now, or any more when `ended`)."""
        if not self._pieces:
            return None
        piece, size = self._pieces.popleft()
        self._count(-size)
        return piece

    def abandon(self) -> None:
        """The reader does not want the rest: what came and what comes is dropped."""
        self._drop(StreamError("the reader was closed"))

    def overflow(self) -> None:
        """Nobody reads, and there is no room for more."""
        self._drop(StreamError(f"{self.unread} bytes of the stream were not read in time and are lost"))

    # Inside ---
    def _drop(self, error: StreamError) -> None:
        if self.ended and not self._pieces:
            return
        self.error, self.ended = error, True
        self._pieces.clear()
        self._count(-self.unread)
        self._changed()

    def _add(self, data: bytes) -> None:
        try:
            content = self._inflater.feed(data, self._room()) if self._inflater else data
            size = len(content)
            if not size:
                return
            if self._total is not None and self.received + size > self._total:
                raise StreamError(TOO_LONG)
            if self.received + size > MAX_CONTENT or (self._inflater and size > MAX_INFLATED):
                raise StreamError(TOO_LARGE)
            self.received += size
            piece = content if self._decoder is None else self._decode(content, final=False)
        except StreamError as error:
            self.fail(error)
            return
        self._pieces.append((piece, size))
        self._count(size)
        self._changed()

    def _room(self) -> int:
        """Bytes that one compressed chunk may stand for."""
        return MAX_INFLATED if self._total is None else min(MAX_INFLATED, self._total - self.received)

    def _end(self) -> None:
        try:
            if self._inflater is not None and self.received != self._total:
                self._inflater.finish()
            if self._total is not None and self.received < self._total:
                raise StreamError(INCOMPLETE)
            if self._decoder is not None:
                self._decode(b"", final=True)
        except StreamError as error:
            self.fail(error)
            return
        self.ended = True
        self._changed()

    def _decode(self, data: bytes, *, final: bool) -> str:
        """The text up to the last whole code point, after what was left over before."""
        assert self._decoder is not None
        try:
            return self._decoder.decode(data, final)
        except UnicodeDecodeError as error:
            raise StreamError(f"UTF-8 decoding error: {error.reason} at index {error.start}") from error

    def _count(self, change: int) -> None:
        if change:
            self.unread += change
            if self.on_unread is not None:
                self.on_unread(change)

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()
