"""The data streams of a session, both ways."""

from __future__ import annotations

import asyncio
import inspect
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, Protocol

from lkpy._loop.tasks import OwnedTasks
from lkpy._runtime.runtime import Runtime
from lkpy.data.chunks import CHUNK_SIZE, split_bytes, split_text
from lkpy.data.incoming_stream import IncomingStream
from lkpy.data.stream_packets import (
    TEXT_MIME,
    StreamAddress,
    StreamDescription,
    chunk_packet,
    header_packet,
    inline_packet,
    trailer_packet,
)
from lkpy.data.stream_table import StreamTable
from lkpy.errors import PublishDataError, StreamError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.roster import Roster

logger = logging.getLogger("lkpy.data")

INLINE_PROTOCOL = 2
"""The `client_protocol` from which on a participant takes content inside the header."""
FILE_READ = 16 * CHUNK_SIZE
"""Bytes read from a file at once."""

StreamHandler = Callable[[IncomingStream, str], object]
"""Takes a stream that begins, and the identity of its sender. A coroutine that it returns is run."""


class DataSession(Protocol):
    """What streams and remote procedure calls need of a session."""

    join: rtc.JoinResponse
    packet_handlers: dict[str, Callable[[models.DataPacket], None]]
    on_participant_gone: list[Callable[[str], None]]
    on_close: list[Callable[[], Awaitable[None] | None]]

    @property
    def runtime(self) -> Runtime:
        """What the session runs on."""

    @property
    def roster(self) -> Roster:
        """Who is in the room."""

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet. Raises PublishDataError."""


class StreamHandlers(Protocol):
    """Who wants streams."""

    def find(self, *, is_text: bool, topic: str) -> StreamHandler | None:
        """The handler of a topic."""


class RoomStreams:
    """Opens streams to others, and gives those of others to the handlers of their topics.

    Args:
        session: the session; its packets, departures and end are heard from now on.
        handlers: the application's.
    """

    def __init__(self, session: DataSession, handlers: StreamHandlers) -> None:
        self._session = session
        self._handlers = handlers
        self._own: dict[str, StreamHandler] = {}
        self._tasks = OwnedTasks()
        self.table = StreamTable()
        session.packet_handlers.update(
            stream_header=self._on_header, stream_chunk=self._on_chunk, stream_trailer=self._on_trailer
        )
        session.on_participant_gone.append(self._on_participant_gone)
        session.on_close.append(self._close)

    def take(self, topic: str, handler: StreamHandler) -> None:
        """Text streams of this topic are lkpy's own business."""
        self._own[topic] = handler

    # Sending ---
    def protocol_of(self, identity: str) -> int:
        """The `client_protocol` that a participant announced; 0 for unknown ones."""
        info = self._session.roster.remote.get(identity)
        return info.client_protocol if info is not None else 0

    def now_ms(self) -> int:
        """Milliseconds since 1970, for headers."""
        return int(self._session.runtime.clock.unix() * 1000)

    def stream(self, address: StreamAddress, description: StreamDescription) -> OutgoingStream:
        """A stream that is written piece by piece. Its header is sent when it is opened."""
        return OutgoingStream(self.send, address, description)

    async def send_text(
        self,
        text: str,
        topic: str,
        *,
        destinations: Iterable[str] = (),
        attributes: Mapping[str, str] | None = None,
        reply_to: str = "",
    ) -> OutgoingStream:
        """Send a whole text. Raises StreamError."""
        description = StreamDescription(
            topic, TEXT_MIME, self.now_ms(), len(text.encode()), attributes or {}, None, reply_to
        )
        stream = self.stream(new_address(destinations), description)
        await self._send_whole(stream, split_text(text), lambda: text.encode())
        return stream

    async def send_bytes(
        self, data: bytes, address: StreamAddress, description: StreamDescription
    ) -> OutgoingStream:
        """Send bytes as one stream. Raises StreamError."""
        stream = self.stream(address, description)
        await self._send_whole(stream, split_bytes(data), lambda: data)
        return stream

    async def send_file(
        self, file: BinaryIO, address: StreamAddress, description: StreamDescription
    ) -> OutgoingStream:
        """Send `description.total_length` bytes of an open file. Raises StreamError."""
        stream = self.stream(address, description)
        left = description.total_length or 0
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "lkpy file") as reader:  # a slow disk must not hold the loop
            async with _EndsEarly(self._tasks, stream):
                await stream.open()
                while left:
                    data = await loop.run_in_executor(reader, file.read, min(left, FILE_READ))
                    if not data:
                        raise StreamError("the file became shorter while it was sent")
                    left -= len(data)
                    await stream.write(split_bytes(data))
                await stream.close()
        return stream

    async def send(self, packet: models.DataPacket) -> None:
        """Send one packet of a stream. Raises StreamError."""
        try:
            await self._session.send_data(packet, reliable=True)
        except PublishDataError as error:
            raise StreamError(error.message) from error

    async def _send_whole(
        self, stream: OutgoingStream, pieces: Iterable[bytes], content: Callable[[], bytes]
    ) -> None:
        total = stream.description.total_length or 0
        if total < CHUNK_SIZE and self._all_take_inline(stream.address.destinations):
            packet = inline_packet(header_packet(stream.address, stream.description), content())
            if packet is not None:
                await self.send(packet)
                stream.sent = total
                return
        async with _EndsEarly(self._tasks, stream):
            await stream.open()
            await stream.write(pieces)
            await stream.close()

    def _all_take_inline(self, destinations: tuple[str, ...]) -> bool:
        identities = destinations or tuple(self._session.roster.remote)
        return bool(identities) and all(
            self.protocol_of(identity) >= INLINE_PROTOCOL for identity in identities
        )

    # Receiving ---
    def _on_header(self, packet: models.DataPacket) -> None:
        header = packet.stream_header
        shown = packet.participant_identity
        is_text = header.WhichOneof("content_header") != "byte_header"
        handler = self._own.get(header.topic) if is_text else None
        if handler is None:
            handler = self._handlers.find(is_text=is_text, topic=header.topic)
        if handler is None:
            kind = "text" if is_text else "byte"
            logger.info("ignoring %s stream with topic %r, no callback attached", kind, header.topic)
            return
        sid = _sender_key(packet)
        identity = self._session.roster.identity_of(sid) or shown
        stream = self.table.open(sid, identity, header, shown)
        if stream is not None:
            self._call(handler, stream, shown)
            self.table.begin(sid, stream, header)

    def _on_chunk(self, packet: models.DataPacket) -> None:
        self.table.receive_chunk(_sender_key(packet), packet.stream_chunk)

    def _on_trailer(self, packet: models.DataPacket) -> None:
        self.table.receive_trailer(_sender_key(packet), packet.stream_trailer)

    def _call(self, handler: StreamHandler, stream: IncomingStream, identity: str) -> None:
        try:
            result = handler(stream, identity)
        except Exception:
            logger.exception("error in the stream handler of topic %r", stream.header.topic)
            stream.abandon()
            return
        if inspect.iscoroutine(result):
            self._tasks.spawn(result, f"lkpy stream handler {stream.header.topic}")

    def _on_participant_gone(self, identity: str) -> None:
        again = self._session.roster.remote.get(identity)
        self.table.sender_gone(identity, again.sid if again is not None else None)

    async def _close(self) -> None:
        self.table.close()
        await self._tasks.aclose()


class OutgoingStream:
    """One stream to others.

    Attributes:
        address: which stream, to whom.
        description: what its header says.
        sent: bytes of content handed to the channel so far.
    """

    def __init__(
        self,
        send: Callable[[models.DataPacket], Awaitable[None]],
        address: StreamAddress,
        description: StreamDescription,
    ) -> None:
        self._send = send
        self.address, self.description = address, description
        self.sent = 0
        self._next_index = 0
        self._opened = False
        # Writers may be many, chunks are one after the other.
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Send the header, once. Raises StreamError."""
        async with self._lock:
            await self._open()

    async def write(self, pieces: Iterable[bytes]) -> None:
        """Send pieces of content, each at most a chunk; waits while the channel is full.

        Raises:
            StreamError: the room is not connected any more.
        """
        async with self._lock:
            await self._open()
            for piece in pieces:
                await self._send(chunk_packet(self.address, self._next_index, piece))
                self._next_index += 1
                self.sent += len(piece)

    async def close(self, reason: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """Send the trailer. Raises StreamError."""
        async with self._lock:
            await self._open()
            await self._send(trailer_packet(self.address, reason, (attributes or {}).items()))

    async def _open(self) -> None:
        if not self._opened:
            await self._send(header_packet(self.address, self.description))
            self._opened = True


class _EndsEarly:
    """Tells receivers when the sending of a whole content was cancelled or failed: else they would wait."""

    def __init__(self, tasks: OwnedTasks, stream: OutgoingStream) -> None:
        self._tasks, self._stream = tasks, stream

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._stream._opened:
            self._tasks.spawn(self._tell(), "lkpy stream end")

    async def _tell(self) -> None:
        try:
            await self._stream.close("the sender gave up")
        except StreamError as error:
            logger.debug("stream %s: %s", self._stream.address.stream_id, error)


def new_address(
    destinations: Iterable[str] | None = None, stream_id: str | None = None, sender: str | None = None
) -> StreamAddress:
    """The address of a new stream."""
    return StreamAddress(stream_id or str(uuid.uuid4()), tuple(destinations or ()), sender or "")


def _sender_key(packet: models.DataPacket) -> str:
    return packet.participant_sid or packet.participant_identity
