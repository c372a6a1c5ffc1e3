"""Lets a coroutine wait for the content of a data stream."""

from __future__ import annotations

import asyncio

from lkpy.data.incoming_stream import IncomingStream
from lkpy.errors import StreamError


class StreamReading:
    """The one reader of an incoming stream."""

    def __init__(self, stream: IncomingStream) -> None:
        self.stream = stream
        self._changed = asyncio.Event()
        stream.on_change = self._changed.set

    async def next(self) -> bytes | str | None:
        """The next piece of content; None at the end of a complete stream.

        Raises:
            StreamError: there is no more, and the stream is not complete.
        """
        stream = self.stream
        while True:
            piece = stream.read()
            if piece is not None:
                return piece
            if stream.error is not None:
                raise StreamError(stream.error.description)
            if stream.ended:
                return None
            self._changed.clear()
            await self._changed.wait()
