"""One connection to the server: a joined signal client and the peer connections it negotiates.

A session has one at a time and may replace it. Everything that outlives it belongs to the session.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from lkpy._runtime.runtime import Runtime
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.driver.options import SessionOptions
from lkpy.session.driver.peers import Peers, PeersObserver
from lkpy.signal.client import SignalClient, SignalOptions
from lkpy.transport.ice.transport import IceConfig, IceServer

logger = logging.getLogger("lkpy.session")

CLIENT_PROTOCOL = 2
"""The `client_protocol` that we announce: content inside the header of a data stream is understood."""


class AttemptObserver(PeersObserver, Protocol):
    """What a session hears of its attempt; nothing after `aclose`."""

    async def ready_for_message(self) -> None:
        """Return when the session can take one more message."""

    def on_message(self, attempt: Attempt, message: rtc.SignalResponse) -> Awaitable[None] | None:
        """A message of the server. What it returns is awaited before the next one."""

    def on_signal_lost(self, text: str) -> None:
        """The signal connection has ended."""


class Attempt:
    """Made by `open_attempt`; serves from `start` to `aclose`.

    Attributes:
        signal: the signal client.
        peers: the peer connections.
        failed_messages: messages of the server on which a handler raised.
    """

    def __init__(self, signal: SignalClient, peers: Peers, observer: AttemptObserver) -> None:
        self.signal = signal
        self.peers = peers
        self.failed_messages = 0
        self._observer = observer
        self._reader: asyncio.Task[None] | None = None

    @property
    def join(self) -> rtc.JoinResponse:
        """What the server said when we joined."""
        return self.signal.join

    def send(self, request: rtc.SignalRequest) -> bool:
        """Queue a request; False when the connection is closed or congested."""
        return self.signal.send(request)

    def start(self, options: SessionOptions) -> None:
        """Hear the server, and bring the peer connections up."""
        join = self.join
        servers = options.ice_servers or tuple(
            IceServer(tuple(s.urls), s.username, s.credential) for s in join.ice_servers
        )
        relay_only = options.relay_only or (
            join.client_configuration.force_relay == models.ClientConfigSetting.ENABLED
        )
        self.peers.attach(self.signal, IceConfig(servers=servers, relay_only=relay_only))
        self._reader = asyncio.create_task(self._read(), name="lkpy session reader")
        if not self.peers.single and (join.fast_publish or not join.subscriber_primary):
            self.peers.request_negotiation()

    async def _read(self) -> None:
        observer = self._observer
        async for message in self.signal:
            await observer.ready_for_message()
            try:
                result = observer.on_message(self, message)
                if inspect.isawaitable(result):
                    await result
            except Exception:
                # Nothing a server may say ends the loop: the next message is heard.
                self.failed_messages += 1
                logger.exception("a signal message could not be used: %s", message.WhichOneof("message"))
        observer.on_signal_lost(f"the signal connection closed: {self.signal.closed}")

    async def aclose(self) -> None:
        """Close everything. Idempotent."""
        await self.signal.aclose()
        reader, self._reader = self._reader, None
        if reader is not None and reader is not asyncio.current_task():
            reader.cancel()
            await asyncio.wait((reader,))
        await self.peers.aclose()


async def open_attempt(
    url: str, token: str, options: SessionOptions, observer: AttemptObserver, runtime: Runtime
) -> Attempt:
    """Join: the signal connection stands when it returns, the peer connections are still to come up.

    Cancelling leaves nothing behind.

    Raises:
        ConnectError: with the reason; nothing is left.
    """
    single = options.single_peer_connection is not False
    ice = IceConfig(servers=options.ice_servers, relay_only=options.relay_only)
    peers = Peers(observer, ice, runtime, single=single)
    try:
        signal = await SignalClient.connect(
            url,
            token,
            SignalOptions(
                auto_subscribe=options.auto_subscribe,
                single_peer_connection=single,
                client_protocol=CLIENT_PROTOCOL,
                capabilities=(models.ClientInfo.CAP_COMPRESSION_DEFLATE_RAW,),
            ),
            publisher_offer=await peers.first_offer() if single else None,
            timeout=options.timeout,
            proxy=options.proxy,
            ssl=options.ssl,
            runtime=runtime,
        )
    except BaseException:
        await peers.aclose()
        raise
    if single and not signal.single_peer_connection:
        # The server has no path for one connection: what was offered on it was never heard.
        try:
            await peers.aclose()
        except BaseException:
            await signal.aclose()
            raise
        peers = Peers(observer, ice, runtime, single=False)
    return Attempt(signal, peers, observer)


AttemptOpener = Callable[[str, str, SessionOptions, AttemptObserver, Runtime], Awaitable[Attempt]]
"""`open_attempt`, or what a test has in its place."""
