"""A server's websocket connection: asyncio streams around the sans-IO protocol of `websockets` (RFC 6455)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request as HandshakeRequest
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from lkpy.testing.sfu.http import Request, Response

MAX_MESSAGE = 2 << 20
"""Bytes of one message, compressed or not: livekit-server's limit."""

MAX_UNSENT = 16 << 20
"""Bytes waiting for a client that does not read before its connection is cut."""

_READ = 1 << 16
_HANDSHAKE_HEADERS = ("host", "upgrade", "connection")
_logger = logging.getLogger("lkpy.testing.sfu")
_protocol_logger = logging.getLogger("lkpy.testing.sfu.websocket")
_protocol_logger.setLevel(logging.WARNING)


class WebSocket:
    """One accepted connection. `receive` is for one reader; `send` never blocks and never raises."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._protocol = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory(compress_settings={"memLevel": 5})],
            max_size=MAX_MESSAGE,
            logger=_protocol_logger,
        )
        self._parts: list[bytes] = []
        self._text = False
        self._messages: deque[bytes | str] = deque()
        self.closed = False
        """True once nothing can be sent any more: closed by us, by the peer, or lost."""

    def accept(self, request: Request, rest: bytes) -> Response | None:
        """Answer the upgrade; `rest` are bytes that arrived behind the request.

        Returns None after success, else the refusal to be written.
        """
        # Only what the handshake needs is handed on: the line limit there is below a join request.
        head = [f"GET {request.path} HTTP/1.1"]
        for name, value in request.headers.items():
            if name in _HANDSHAKE_HEADERS or name.startswith("sec-websocket-"):
                head.append(f"{name}: {value}")
        self._protocol.receive_data(("\r\n".join(head) + "\r\n\r\n").encode("latin-1", "replace"))
        handshake = next(
            (e for e in self._protocol.events_received() if isinstance(e, HandshakeRequest)), None
        )
        if handshake is None:
            return Response.text(400, "bad handshake")
        response = self._protocol.accept(handshake)
        if response.status_code != 101:
            return Response(response.status_code, bytes(response.body or b""))
        self._protocol.send_response(response)
        if rest:
            self._protocol.receive_data(rest)
        self._flush()
        return None

    def send(self, message: bytes | str) -> None:
        if self.closed or self._protocol.state is not OPEN:
            return
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        self._flush()

    async def receive(self) -> bytes | str | None:
        """The next message, None when the connection is over (whatever the way)."""
        while True:
            message = self._next_message()
            if message is not None:
                return message
            if self.closed or self._protocol.close_expected() or self._protocol.state is not OPEN:
                return None
            try:
                data = await self._reader.read(_READ)
            except (OSError, asyncio.IncompleteReadError):
                data = b""
            if data:
                self._protocol.receive_data(data)
            else:
                self._protocol.receive_eof()
            self._flush()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Start the closing handshake. The peer's answer need not be waited for."""
        if not self.closed and self._protocol.state is OPEN:
            try:
                self._protocol.send_close(code, reason)
            except ConnectionClosed:
                return
            self._flush()

    def abort(self) -> None:
        """Cut the connection without a word, as a broken network does."""
        self.closed = True
        self._writer.transport.abort()

    async def aclose(self, patience: float = 1.0) -> None:
        """Close and free the socket, waiting at most `patience` seconds for the peer."""
        self.close()
        if not self.closed:
            try:
                async with asyncio.timeout(patience):
                    await self._writer.drain()
                    while data := await self._reader.read(_READ):
                        self._protocol.receive_data(data)
                        self._protocol.events_received()
                        if self._protocol.close_expected():
                            break
            except (OSError, TimeoutError):
                pass
        self.closed = True
        self._writer.close()
        try:
            async with asyncio.timeout(patience):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if self._writer.is_closing():
                self.closed = True
                return
            if data:
                self._writer.write(data)
            elif self._writer.can_write_eof():  # the library's sign for half-closing
                try:
                    self._writer.write_eof()
                except OSError:  # the peer is gone already; what it said before is still to be read
                    self.closed = True
        if self._writer.transport.get_write_buffer_size() > MAX_UNSENT:
            _logger.warning("a client does not read its websocket: cut")
            self.abort()

    def _next_message(self) -> bytes | str | None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._queue(event)
        return self._messages.popleft() if self._messages else None

    def _queue(self, frame: Frame) -> None:
        """Join the fragments of a message; the library has checked order and total size."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._parts, self._text = [bytes(frame.data)], frame.opcode is Opcode.TEXT
        elif frame.opcode is Opcode.CONT:
            self._parts.append(bytes(frame.data))
        else:
            return
        if frame.fin:
            data = b"".join(self._parts)
            self._parts = []
            self._messages.append(data.decode("utf-8", "replace") if self._text else data)
