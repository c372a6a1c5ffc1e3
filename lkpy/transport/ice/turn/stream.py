"""The stream to a TURN server, TCP or TLS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from lkpy._runtime.network import Address, DatagramIo, DatagramReceiver
from lkpy.transport.ice.turn.frames import FrameCutter

MAX_WRITE_BUFFER = 1 << 20
"""Bytes; a stalled stream to the server drops messages beyond."""


class TurnStream(asyncio.Protocol, DatagramIo):
    """Sends and receives the messages of one server; `on_lost` is called once, when it is gone."""

    def __init__(self, server: Address, receiver: DatagramReceiver, on_lost: Callable[[], None]) -> None:
        self._server = server
        self._receiver = receiver
        self._on_lost = on_lost
        self._cutter = FrameCutter()
        self._transport: asyncio.Transport | None = None
        self._lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for frame in self._cutter.feed(data):
            self._receiver(frame, self._server)
        if self._cutter.broken and self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost.set()
        self._on_lost()

    def send(self, data: bytes, address: Address) -> bool:
        transport = self._transport
        if (
            transport is None
            or transport.is_closing()
            or transport.get_write_buffer_size() > MAX_WRITE_BUFFER
        ):
            return False
        transport.write(data)
        return True

    async def aclose(self) -> None:
        """Let go at once: a TLS goodbye to a dead server would take half a minute."""
        if self._transport is not None:
            self._transport.abort()
            await self._lost.wait()
