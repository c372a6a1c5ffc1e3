"""A TURN relay as a local path: drives a `TurnClient` over UDP, TCP or TLS."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import ssl
from collections.abc import Callable, Sequence

from lkpy._loop.alarm import Alarm
from lkpy._runtime.network import Address, DatagramIo, DatagramReceiver
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.errors import ProtocolError
from lkpy.transport.ice.candidate import canonical_ip
from lkpy.transport.ice.parameters import ServerUrl
from lkpy.transport.ice.turn.client import Allocated, TurnClient, TurnEvent
from lkpy.transport.ice.turn.stream import TurnStream

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT = 0.5


class TurnRelay(DatagramIo):
    """An allocation: sends datagrams to peers through channels. Made by `allocate`.

    Attributes:
        address: the relayed address.
        mapped_address: our address as the server sees it.
        strangers: datagrams that did not come from the server.
    """

    def __init__(
        self, client: TurnClient, receiver: DatagramReceiver, on_lost: Callable[[], None], runtime: Runtime
    ) -> None:
        self.address: Address = ("", 0)
        self.mapped_address: Address = ("", 0)
        self.strangers = 0
        self._client = client
        self._wrap = client.wrap
        self._unwrap = client.unwrap
        self._receiver = receiver
        self._on_lost = on_lost
        self._runtime = runtime
        self._now = runtime.clock.now
        self._alarm = Alarm(runtime.clock, self._on_alarm)
        self._server: Address = ("", 0)
        self._link: DatagramIo | None = None
        self._allocated: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended = asyncio.Event()
        self._closing = False
        self._unsent = 0

    @property
    def dropped(self) -> int:
        """Datagrams that could not be sent."""
        return self._client.dropped + self._unsent

    def send(self, data: bytes, address: Address) -> bool:
        """Over the peer's channel; the first datagram to a peer binds one (RFC 8656 section 12)."""
        link = self._link
        frame = self._wrap(data, address)
        if link is None or frame is None:
            return self._send_later(data, address)
        if link.send(frame, self._server):
            return True
        self._unsent += 1
        return False

    def send_many(self, datagrams: Sequence[bytes], address: Address) -> int:
        """The same for several; they may share system calls."""
        link = self._link
        frames = [frame for data in datagrams if (frame := self._wrap(data, address)) is not None]
        if link is None or len(frames) < len(datagrams):
            return sum(self.send(data, address) for data in datagrams)
        sent = link.send_many(frames, self._server)
        self._unsent += len(frames) - sent
        return sent

    async def aclose(self) -> None:
        """Delete the allocation if the server answers within `CLOSE_TIMEOUT`; otherwise it expires there."""
        if self._closing:
            return
        self._closing = True
        self._apply(self._client.delete(self._now()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._ended.wait()
        await self.abandon()

    async def abandon(self) -> None:
        """Free the connection; an allocation expires on the server."""
        self._closing = True
        self._alarm.cancel()
        self._allocated.cancel()
        link, self._link = self._link, None
        if link is not None:
            await link.aclose()

    async def open(self, url: ServerUrl, ssl_context: ssl.SSLContext | None) -> None:
        """Connect and allocate.

        Raises:
            OSError: not reachable.
            ProtocolError: the server refused or made no sense.
        """
        self._client.allocate(self._now())
        if url.transport == "udp":
            await self._open_datagrams(url)
        else:
            await self._open_stream(url, ssl_context)
        self._apply(())
        await self._allocated

    # ---- inner

    async def _open_datagrams(self, url: ServerUrl) -> None:
        network, ip = self._runtime.network, canonical_ip(url.host)
        first = self._client.take_transmits()
        failure: OSError | None = None
        for server in [(ip, url.port)] if ip else await network.resolve(url.host, url.port):
            self._server = server
            try:
                link = await network.open_datagrams("::" if ":" in server[0] else "0.0.0.0", 0, self._receive)
            except OSError as error:
                failure = error
                continue
            if link.send_many(first, server) == len(first):
                self._link = link
                return
            # There is no route to this address: the next one may be of the other family.
            await link.aclose()
        raise failure or OSError(f"no address of {url.host} can be reached")

    async def _open_stream(self, url: ServerUrl, ssl_context: ssl.SSLContext | None) -> None:
        self._server = (url.host, url.port)
        context = None
        if url.scheme == "turns":
            context = ssl_context or ssl.create_default_context()
        _, self._link = await self._runtime.network.open_stream(
            url.host,
            url.port,
            lambda: TurnStream(self._server, self._receive, self._on_connection_lost),
            ssl=context,
        )

    def _receive(self, data: bytes, source: Address) -> None:
        if source != self._server:
            self.strangers += 1
        elif data and data[0] >> 6 == 1:
            found = self._unwrap(data)
            if found is not None:
                self._receiver(*found)
        else:
            self._apply(self._client.receive(data, self._now()))

    def _send_later(self, data: bytes, address: Address) -> bool:
        kept = self._client.send(data, address, self._now())
        self._apply(())
        return kept

    def _on_alarm(self) -> None:
        self._apply(self._client.handle_timeout(self._now()))

    def _on_connection_lost(self) -> None:
        self._apply(self._client.connection_lost())

    def _apply(self, events: Sequence[TurnEvent]) -> None:
        """After an input: send what the client wants sent, carry out its events, set the alarm."""
        link = self._link
        if link is not None:
            for frame in self._client.take_transmits():
                link.send(frame, self._server)
        elif self._closing:
            # Abandoned: what was under way in this turn of the loop finds nobody.
            return
        for event in events:
            if isinstance(event, Allocated):
                self.address, self.mapped_address = event.relayed, event.mapped
                self._tell(f"TURN server {self._server} relays from {event.relayed}")
                if not self._allocated.done():
                    self._allocated.set_result(None)
            else:
                self._end(event.reason)
        self._alarm.set(self._client.next_deadline())

    def _end(self, reason: str) -> None:
        self._tell(f"TURN server {self._server} relays no more: {reason or 'given back'}")
        self._ended.set()
        if not self._allocated.done():
            self._allocated.set_exception(ProtocolError(f"TURN allocation failed: {reason}"))
        elif not self._closing:
            logger.info("TURN allocation at %s: %s", self._server, reason)
            self._on_lost()

    def _tell(self, decision: str) -> None:
        trace = self._runtime.trace
        if trace is not None:
            trace(TraceEvent(self._now(), TraceKind.DECISION, TraceDirection.INSIDE, "ice", decision))


async def allocate(
    url: ServerUrl,
    *,
    username: str,
    credential: str,
    ssl_context: ssl.SSLContext | None,
    receiver: DatagramReceiver,
    on_lost: Callable[[], None],
    runtime: Runtime | None = None,
) -> TurnRelay:
    """Connect to a TURN server and allocate a relayed address.

    Args:
        receiver: gets each relayed datagram with the peer's address.
        on_lost: called once when the allocation or the connection is gone, unless by `aclose`.
        runtime: clock, network and trace; those of the running loop unless given.

    Raises:
        OSError: not reachable.
        ProtocolError: the server refused or made no sense.
    """
    client = TurnClient(
        username=username, credential=credential, entropy=os.urandom, stream=url.transport == "tcp"
    )
    relay = TurnRelay(client, receiver, on_lost, runtime or Runtime.running())
    try:
        await relay.open(url, ssl_context)
    except BaseException:
        await relay.abandon()
        raise
    return relay
