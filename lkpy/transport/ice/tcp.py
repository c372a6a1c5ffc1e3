"""Active ICE-TCP (RFC 6544): datagrams on a stream, each behind two bytes of length (RFC 4571)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import cast

from lkpy._runtime.network import Address, DatagramIo, DatagramReceiver, Network
from lkpy._runtime.system_network import SystemNetwork

CONNECT_TIMEOUT = 10.0

MAX_WRITE_BUFFER = 1 << 20
"""Bytes waiting in the stream beyond which datagrams are dropped, as a full UDP socket would."""

CLOSE_TIMEOUT = 0.5

MAX_FRAME = 65535


class FrameReader:
    """Cuts a byte stream into RFC 4571 frames; holds at most one incomplete frame."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are complete now; empty ones included."""
        buffer = self._buffer
        buffer += data
        frames: list[bytes] = []
        position, size = 0, len(buffer)
        while size - position >= 2:
            end = position + 2 + (buffer[position] << 8 | buffer[position + 1])
            if end > size:
                break
            frames.append(bytes(buffer[position + 2 : end]))
            position = end
        del buffer[:position]
        return frames


class TcpStream(asyncio.Protocol, DatagramIo):
    """A connection to a passive candidate that sends and receives datagrams.

    Attributes:
        dropped: datagrams that did not fit the write buffer or the frame.
    """

    def __init__(self, remote: Address, receiver: DatagramReceiver, on_lost: Callable[[], None]) -> None:
        self.dropped = 0
        self._remote = remote
        self._receiver = receiver
        self._on_lost = on_lost
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._closing = False
        self._lost = asyncio.Event()

    @classmethod
    async def connect(
        cls,
        remote: Address,
        receiver: DatagramReceiver,
        on_lost: Callable[[], None],
        network: Network | None = None,
    ) -> TcpStream:
        """Connect within `CONNECT_TIMEOUT` on `network`, the system's unless another is given.

        Raises:
            OSError: refused, unreachable or (TimeoutError) too slow.
        """
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, stream = await (network or SystemNetwork()).open_stream(
                *remote, lambda: cls(remote, receiver, on_lost)
            )
        return stream

    @property
    def local(self) -> Address:
        """Our end of the connection."""
        assert self._transport is not None
        name = self._transport.get_extra_info("sockname")
        return (name[0], name[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for frame in self._reader.feed(data):
            self._receiver(frame, self._remote)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost.set()
        if not self._closing:
            self._closing = True
            self._on_lost()

    def send(self, data: bytes, address: Address) -> bool:
        transport = self._transport
        if (
            transport is None
            or self._closing
            or transport.is_closing()
            or len(data) > MAX_FRAME
            or transport.get_write_buffer_size() > MAX_WRITE_BUFFER
        ):
            self.dropped += 1
            return False
        transport.write(len(data).to_bytes(2, "big") + data)
        return True

    async def aclose(self) -> None:
        """Send what is buffered, for `CLOSE_TIMEOUT` at most, then let go."""
        self._closing = True
        if self._transport is None:
            return
        self._transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._lost.wait()
        if not self._lost.is_set():
            self._transport.abort()
            await self._lost.wait()
