"""TURN relays (RFC 8656) over UDP, TCP and TLS, on aioice's client: direct channel data, bounded close."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, cast

from aioice import stun as codec
from aioice import turn as client

from lkpy._loop.tasks import OwnedTasks
from lkpy._runtime.network import DatagramIo, DatagramReceiver
from lkpy.errors import ProtocolError
from lkpy.transport.ice.parameters import ServerUrl
from lkpy.transport.ice.stun import Address

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT = 0.5
MAX_WRITE_BUFFER = 1 << 20
"""Bytes; a stalled stream to the server drops datagrams beyond."""

MAX_WAITING = 32
"""Datagrams kept per peer while its channel is being bound."""

MAX_PEERS = 128

_HOSTILE = (ValueError, struct.error, IndexError, KeyError, OverflowError)
"""What aioice's parser raises for malformed messages."""


class _Lifecycle:
    """Tells when the connection to the server is gone."""

    def _init_lifecycle(self, on_lost: Callable[[], None]) -> None:
        self.lost = asyncio.Event()
        self._on_lost = on_lost

    def _gone(self) -> None:
        self.lost.set()
        self._on_lost()


class _UdpClient(client.TurnClientUdpProtocol, _Lifecycle):
    def datagram_received(self, data: bytes | str, addr: tuple[str, int]) -> None:
        with contextlib.suppress(*_HOSTILE):
            super().datagram_received(data, addr)

    def error_received(self, exc: Exception) -> None:
        # An ICMP error: the server's host says nobody listens.
        logger.debug("TURN socket: %s", exc)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()


class _TcpClient(client.TurnClientTcpProtocol, _Lifecycle):
    def data_received(self, data: bytes) -> None:
        buffer: bytearray = self.__dict__.setdefault("stream", bytearray())
        buffer += data
        position = 0
        while len(buffer) - position >= 4:
            length = int.from_bytes(buffer[position + 2 : position + 4], "big")
            header = 4 if buffer[position] & 0xC0 == 0x40 else 20
            end = position + header + length + (-length % 4)
            if end > len(buffer):
                break
            with contextlib.suppress(*_HOSTILE):
                self.datagram_received(bytes(buffer[position:end]), self.server)
            position = end
        del buffer[:position]

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()


class _Receiver:
    """What aioice's client delivers relayed datagrams to."""

    def __init__(self, receiver: DatagramReceiver) -> None:
        self.datagram_received = receiver


class TurnRelay(DatagramIo):
    """An allocation: sends datagrams to peers through channels.

    Attributes:
        address: the relayed address.
        mapped_address: our address as the server sees it.
        dropped: datagrams that could not be sent.
    """

    def __init__(self, inner: _UdpClient | _TcpClient) -> None:
        assert inner.relayed_address is not None
        assert inner.mapped_address is not None
        self.address: Address = inner.relayed_address
        self.mapped_address: Address = inner.mapped_address
        self.dropped = 0
        self._inner = inner
        self._binding: dict[Address, deque[bytes]] = {}
        self._refused: set[Address] = set()
        self._refreshing: set[int] = set()
        self._tasks = OwnedTasks()
        self._closed = False

    def send(self, data: bytes, address: Address) -> bool:
        """Over the peer's channel; the first datagram to a peer binds one (RFC 8656 section 12)."""
        inner = self._inner
        if self._closed or inner.transport.is_closing() or self._stalled():
            self.dropped += 1
            return False
        channel = inner.peer_to_channel.get(address)
        if channel is None:
            return self._bind(data, address)
        if channel not in self._refreshing and time.time() > inner.channel_refresh_at[channel]:
            self._refreshing.add(channel)
            self._tasks.spawn(self._channel(self._refresh(channel, address)), "turn refresh")
        inner._send(struct.pack("!HH", channel, len(data)) + data)
        return True

    def _stalled(self) -> bool:
        transport: Any = self._inner.transport
        return bool(transport.get_write_buffer_size() > MAX_WRITE_BUFFER)

    def _bind(self, data: bytes, address: Address) -> bool:
        waiting = self._binding.get(address)
        if waiting is None:
            if address in self._refused or len(self._inner.peer_to_channel) + len(self._binding) >= MAX_PEERS:
                self.dropped += 1
                return False
            self._binding[address] = waiting = deque()
            self._tasks.spawn(self._channel(self._bind_channel(address)), "turn bind")
        if len(waiting) >= MAX_WAITING:
            self.dropped += 1
            waiting.popleft()
        waiting.append(data)
        return True

    async def _bind_channel(self, address: Address) -> None:
        waiting = self._binding[address]
        try:
            while waiting:
                # The first one binds, and must not be lost if it is the only one: send_data does both.
                await self._inner.send_data(waiting.popleft(), address)
        except codec.TransactionFailed:
            # Servers forbid peers by their address (RFC 8656 section 9.2); asking again changes nothing.
            if len(self._refused) < MAX_PEERS:
                self._refused.add(address)
            raise
        finally:
            self.dropped += len(waiting)
            del self._binding[address]

    async def _refresh(self, channel: int, address: Address) -> None:
        try:
            await self._inner.channel_bind(channel, address)
            self._inner.channel_refresh_at[channel] = time.time() + self._inner.channel_refresh_time
        finally:
            self._refreshing.discard(channel)

    async def _channel(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (codec.TransactionError, OSError) as error:
            logger.info("TURN channel at %s: %s", self._inner.server, error)

    async def aclose(self) -> None:
        """Delete the allocation if the server answers within `CLOSE_TIMEOUT`; otherwise it expires there."""
        if self._closed:
            return
        self._closed = True
        await self._tasks.aclose()
        await _shut(self._inner, CLOSE_TIMEOUT)


async def _shut(inner: _UdpClient | _TcpClient, patience: float) -> None:
    """Free the allocation and the connection."""
    refresh = inner.refresh_task
    try:
        if patience and inner.relayed_address is not None:
            async with asyncio.timeout(patience):
                await inner.delete()
    except (TimeoutError, codec.TransactionError, OSError) as error:
        logger.debug("TURN allocation not deleted: %r", error)
    finally:
        if refresh is not None:
            refresh.cancel()
            await asyncio.gather(refresh, return_exceptions=True)
        # abort, not close: a TLS goodbye to a dead server would take half a minute.
        cast(asyncio.WriteTransport, inner.transport).abort()
        await inner.lost.wait()


async def allocate(
    url: ServerUrl,
    *,
    username: str,
    credential: str,
    ssl_context: ssl.SSLContext | None,
    receiver: DatagramReceiver,
    on_lost: Callable[[], None],
) -> TurnRelay:
    """Connect to a TURN server and allocate a relayed address.

    Args:
        receiver: gets each relayed datagram with the peer's address.
        on_lost: called once when the allocation or the connection is gone, also after `aclose`.

    Raises:
        OSError: not reachable.
        ProtocolError: the server refused or made no sense.
    """
    loop = asyncio.get_running_loop()
    settings: dict[str, Any] = {
        "username": username,
        "password": credential,
        "lifetime": client.DEFAULT_ALLOCATION_LIFETIME,
        "channel_refresh_time": client.DEFAULT_CHANNEL_REFRESH_TIME,
    }
    alive = True

    def lost() -> None:
        if alive:
            on_lost()

    def build(kind: type[_UdpClient] | type[_TcpClient]) -> Any:
        inner = kind((url.host, url.port), **settings)
        inner._init_lifecycle(lost)
        return inner

    inner: _UdpClient | _TcpClient
    if url.transport == "udp":
        _, inner = await loop.create_datagram_endpoint(
            lambda: build(_UdpClient), remote_addr=(url.host, url.port)
        )
    else:
        context: ssl.SSLContext | bool | None = (ssl_context or True) if url.scheme == "turns" else None
        _, inner = await loop.create_connection(lambda: build(_TcpClient), url.host, url.port, ssl=context)
    try:
        await inner.connect()
        relay = TurnRelay(inner)
    except (codec.TransactionError, ConnectionError, *_HOSTILE) as error:
        alive = False
        await _shut(inner, 0)
        raise ProtocolError(f"TURN allocation failed: {error}") from error
    except BaseException:
        alive = False
        await _shut(inner, 0)
        raise
    inner.receiver = cast(asyncio.DatagramProtocol, _Receiver(receiver))
    return relay
