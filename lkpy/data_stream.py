"""Data streams: texts and files of any length, sent and received piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from lkpy.data.chunks import CHUNK_SIZE, split_bytes, split_text
from lkpy.data.incoming_stream import IncomingStream
from lkpy.data.stream_packets import BYTES_MIME, TEXT_MIME, StreamAddress, StreamDescription
from lkpy.data.stream_reading import StreamReading
from lkpy.errors import StreamError
from lkpy.protocol import models_pb2 as models

if TYPE_CHECKING:
    from lkpy.session.driver.streams import RoomStreams

__all__ = [
    "STREAM_CHUNK_SIZE",
    "BaseStreamInfo",
    "ByteStreamHandler",
    "ByteStreamInfo",
    "ByteStreamReader",
    "ByteStreamWriter",
    "StreamError",
    "StreamHandlerTable",
    "TextStreamHandler",
    "TextStreamInfo",
    "TextStreamReader",
    "TextStreamWriter",
]

STREAM_CHUNK_SIZE = CHUNK_SIZE
"""Bytes that one packet of a stream carries at most."""


@dataclass
class BaseStreamInfo:
    """What is known of a stream.

    Attributes:
        stream_id: unique.
        mime_type: of the content.
        topic: chosen by the sender; receivers register their handlers for it.
        timestamp: when it was begun, milliseconds since 1970.
        size: bytes of the whole content; 0 when the sender does not know.
        attributes: the application's key-value pairs; those of the stream's end are added when it comes.
    """

    stream_id: str
    mime_type: str
    topic: str
    timestamp: int
    size: int | None
    attributes: dict[str, str] | None


@dataclass
class TextStreamInfo(BaseStreamInfo):
    """What is known of a text stream.

    Attributes:
        attachments: ids of byte streams that belong to the text.
    """

    attachments: list[str]


@dataclass
class ByteStreamInfo(BaseStreamInfo):
    """What is known of a byte stream.

    Attributes:
        name: of the file.
    """

    name: str


class _Reader:
    """What text and byte streams have in common."""

    def __init__(self, header: models.DataStream.Header) -> None:
        self._attach(IncomingStream(header))

    def _attach(self, stream: IncomingStream) -> None:
        self._reading = StreamReading(stream)
        self._closed = False

    @classmethod
    def _of(cls, stream: IncomingStream) -> Self:
        """The reader of a stream that is being received."""
        reader = cls.__new__(cls)
        reader._attach(stream)
        return reader

    @property
    def bytes_received(self) -> int:
        """Bytes of the content that have arrived so far, read or not."""
        return self._reading.stream.received

    def close(self) -> None:
        """Do not read any more: what came and what comes is dropped. Idempotent."""
        self._closed = True
        self._reading.stream.abandon()

    async def aclose(self) -> None:
        """The same as `close`."""
        self.close()

    def __del__(self) -> None:
        # Nobody can read the rest, so it need not be kept.
        reading = self.__dict__.get("_reading")
        if reading is not None:
            reading.stream.abandon()

    async def _next(self) -> bytes | str:
        piece = None if self._closed else await self._reading.next()
        if piece is None:
            raise StopAsyncIteration
        return piece


class TextStreamReader(_Reader):
    """Reads a text stream: `async for text in reader`, or all of it at once.

    Raises StreamError when the stream ends before it is complete; what came before is delivered first. A
    reader that is not read must be closed (or forgotten), for what nobody reads is kept.
    """

    @property
    def info(self) -> TextStreamInfo:
        """What is known of the stream."""
        header = self._reading.stream.header
        return TextStreamInfo(
            header.stream_id,
            header.mime_type,
            header.topic,
            header.timestamp,
            header.total_length,
            dict(header.attributes),
            list(header.text_header.attached_stream_ids),
        )

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        return str(await self._next())

    async def read_all(self) -> str:
        """The rest of the text, when it is complete. Raises StreamError."""
        return "".join([text async for text in self])


class ByteStreamReader(_Reader):
    """Reads a byte stream: `async for data in reader`, or all of it at once.

    Raises StreamError when the stream ends before it is complete; what came before is delivered first. A
    reader that is not read must be closed (or forgotten), for what nobody reads is kept.
    """

    def __init__(self, header: models.DataStream.Header, capacity: int = 0) -> None:
        """`capacity` is accepted for compatibility; what waits for readers is limited for all together."""
        super().__init__(header)

    @property
    def info(self) -> ByteStreamInfo:
        """What is known of the stream."""
        header = self._reading.stream.header
        return ByteStreamInfo(
            header.stream_id,
            header.mime_type,
            header.topic,
            header.timestamp,
            header.total_length,
            dict(header.attributes),
            header.byte_header.name,
        )

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._next()
        assert isinstance(piece, bytes)
        return piece

    async def read_all(self) -> bytes:
        """The rest of the content, when it is complete. Raises StreamError."""
        return b"".join([data async for data in self])


class StreamCommands(Protocol):
    """What the room offers to those who send streams."""

    @property
    def streams(self) -> RoomStreams:
        """The streams of the session."""


class StreamSender(Protocol):
    """The local participant, as far as writers need it."""

    _commands: StreamCommands


class BaseStreamWriter:
    """What writers of text and byte streams have in common."""

    def __init__(
        self, participant: StreamSender, address: StreamAddress, description: StreamDescription
    ) -> None:
        self._stream = participant._commands.streams.stream(address, description)
        self._closed = False

    @property
    def bytes_sent(self) -> int:
        """Bytes of content handed to the data channel so far."""
        return self._stream.sent

    async def _open(self) -> None:
        await self._stream.open()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("Cannot write after stream is closed")

    async def aclose(self, *, reason: str = "", attributes: dict[str, str] | None = None) -> None:
        """End the stream.

        Args:
            reason: why it ends early, if it does.
            attributes: added to those of the stream at the receivers.

        Raises:
            RuntimeError: it is closed already.
            StreamError: the room is not connected any more.
        """
        if self._closed:
            raise RuntimeError("Stream already closed")
        self._closed = True
        await self._stream.close(reason, attributes)


class TextStreamWriter(BaseStreamWriter):
    """Sends a text piece by piece; see `LocalParticipant.stream_text`."""

    def __init__(
        self,
        local_participant: StreamSender,
        *,
        topic: str = "",
        attributes: dict[str, str] | None = {},  # noqa: B006 - the official signature
        stream_id: str | None = None,
        total_size: int | None = None,
        reply_to_id: str | None = None,
        destination_identities: list[str] | None = None,
        sender_identity: str | None = None,
    ) -> None:
        from lkpy.session.driver.streams import new_address

        streams = local_participant._commands.streams
        address = new_address(destination_identities, stream_id, sender_identity)
        # Total sizes of texts stay here: what is written decides how long the text is.
        description = StreamDescription(
            topic, TEXT_MIME, streams.now_ms(), None, dict(attributes or {}), None, reply_to_id or ""
        )
        super().__init__(local_participant, address, description)
        self._info = TextStreamInfo(
            address.stream_id, TEXT_MIME, topic, description.timestamp, total_size, dict(attributes or {}), []
        )

    @property
    def info(self) -> TextStreamInfo:
        """What is known of the stream."""
        return self._info

    async def write(self, text: str) -> None:
        """Send more text; waits while the data channel is full.

        Raises:
            RuntimeError: the writer is closed.
            StreamError: the room is not connected any more.
        """
        self._check_open()
        await self._stream.write(split_text(text))


class ByteStreamWriter(BaseStreamWriter):
    """Sends bytes piece by piece; see `LocalParticipant.stream_bytes`."""

    def __init__(
        self,
        local_participant: StreamSender,
        *,
        name: str,
        topic: str = "",
        attributes: dict[str, str] | None = None,
        stream_id: str | None = None,
        total_size: int | None = None,
        mime_type: str = BYTES_MIME,
        destination_identities: list[str] | None = None,
    ) -> None:
        from lkpy.session.driver.streams import new_address

        streams = local_participant._commands.streams
        address = new_address(destination_identities, stream_id)
        description = StreamDescription(
            topic, mime_type, streams.now_ms(), total_size, dict(attributes or {}), name
        )
        super().__init__(local_participant, address, description)
        self._info = ByteStreamInfo(
            address.stream_id,
            mime_type,
            topic,
            description.timestamp,
            total_size,
            dict(attributes or {}),
            name,
        )

    @property
    def info(self) -> ByteStreamInfo:
        """What is known of the stream."""
        return self._info

    async def write(self, data: bytes) -> None:
        """Send more bytes; waits while the data channel is full.

        Raises:
            RuntimeError: the writer is closed.
            StreamError: the room is not connected any more.
        """
        self._check_open()
        await self._stream.write(split_bytes(data))


TextStreamHandler = Callable[[TextStreamReader, str], Awaitable[None] | None]
"""Takes the reader of a text stream that begins and the identity of its sender."""
ByteStreamHandler = Callable[[ByteStreamReader, str], Awaitable[None] | None]
"""Takes the reader of a byte stream that begins and the identity of its sender."""


class StreamHandlerTable:
    """The handlers of a room, by kind and topic; they stay when the room connects again."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[bool, str], Callable[[IncomingStream, str], object]] = {}

    def find(self, *, is_text: bool, topic: str) -> Callable[[IncomingStream, str], object] | None:
        """The handler of a topic."""
        return self._handlers.get((is_text, topic))

    def register_text(self, topic: str, handler: TextStreamHandler) -> None:
        """Give text streams of a topic to a handler. Raises ValueError when the topic has one."""
        self._register((True, topic), lambda stream, who: handler(TextStreamReader._of(stream), who))

    def register_byte(self, topic: str, handler: ByteStreamHandler) -> None:
        """Give byte streams of a topic to a handler. Raises ValueError when the topic has one."""
        self._register((False, topic), lambda stream, who: handler(ByteStreamReader._of(stream), who))

    def unregister_text(self, topic: str) -> None:
        """Ignore text streams of a topic from now on; those that have begun go on."""
        self._handlers.pop((True, topic), None)

    def unregister_byte(self, topic: str) -> None:
        """Ignore byte streams of a topic from now on; those that have begun go on."""
        self._handlers.pop((False, topic), None)

    def _register(self, key: tuple[bool, str], handler: Callable[[IncomingStream, str], object]) -> None:
        if key in self._handlers:
            kind = "text" if key[0] else "byte"
            raise ValueError(f"{kind} stream handler for topic {key[1]!r} already set")
        self._handlers[key] = handler
