"""The signal client: one websocket to the server, from the first byte to the last.

    client = await SignalClient.connect(url, token, SignalOptions(), publisher_offer=None, timeout=5)
    client.send(rtc_pb2.SignalRequest(offer=rtc_pb2.SessionDescription(type="offer", sdp=sdp)))
    async for message in client:
        ...
    await client.aclose()

Two tasks read and write, one alarm keeps the connection alive; `aclose` ends all three.
"""

from __future__ import annotations

import asyncio
import ssl as ssl_module

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from lkpy._loop.alarm import Alarm
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceKind
from lkpy.errors import ConnectError, ConnectErrorReason, ProtocolError
from lkpy.log import get_logger, redact
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal.dispatch import ROUTES, Route, SignalCounters, new_token, parse_response
from lkpy.signal.handshake import closing_words, first_message, open_first
from lkpy.signal.join import SignalOptions, dual_query, single_query
from lkpy.signal.keepalive import KeepAlive
from lkpy.signal.queue import MessageQueue
from lkpy.signal.redaction import without_secrets
from lkpy.signal.token import is_sendable
from lkpy.signal.url import DUAL_PATH, SINGLE_PATH, origin, signal_url
from lkpy.signal.websocket import CLOSE_TIMEOUT, Server, discard

__all__ = ["SignalClient", "SignalCounters", "SignalOptions"]

MAX_INCOMING, MAX_INCOMING_BYTES = 1024, 16 << 20
"""Messages waiting to be iterated over; from there on the socket is not read."""
MAX_OUTGOING, MAX_OUTGOING_BYTES = 4096, 4 << 20
"""Messages waiting to be sent; from there on `send` drops."""
FLUSH_TIMEOUT = 1.0
"""Seconds that `aclose` gives to messages still waiting to be sent, a leave for example."""

logger = get_logger("signal")


class SignalClient:
    """A joined signal connection. Made by `connect`; iterate over it to get the server's messages.

    Attributes:
        join: the server's first message.
        single_peer_connection: the server answered on `/rtc/v1`.
        counters: what went in and out.
    """

    @classmethod
    async def connect(
        cls,
        url: str,
        token: str,
        options: SignalOptions,
        *,
        publisher_offer: rtc.SessionDescription | None,
        timeout: float,  # noqa: ASYNC109 (one deadline for many steps, named in the error)
        proxy: str | bool | None = None,
        ssl: ssl_module.SSLContext | None = None,
        runtime: Runtime | None = None,
    ) -> SignalClient:
        """Join: open the websocket and wait for the server's first message.

        Tries `/rtc/v1` first, then `/rtc` when the server does not know it, unless the options want two peer
        connections. Cancelling leaves nothing behind.

        Args:
            url: the server: `ws`, `wss`, `http` or `https`; a path is kept as prefix.
            token: the access token.
            options: what to ask for.
            publisher_offer: the first offer, sent along on `/rtc/v1` only.
            timeout: seconds for everything together.
            proxy: URL of a proxy; True takes the environment's, None uses none. Only the system's network
                has proxies.
            ssl: TLS settings for `wss`; None verifies with the system's authorities.
            runtime: clock, network and trace; None: those of the running event loop.

        Raises:
            ConnectError: with reason, HTTP status and the server's words; never with the token.
        """
        attempts = [(DUAL_PATH, dual_query(options))]
        if options.single_peer_connection:
            attempts.insert(0, (SINGLE_PATH, single_query(options, publisher_offer)))
        urls = [(signal_url(url, path, query), path == SINGLE_PATH) for path, query in attempts]
        if not is_sendable(token):
            raise ConnectError(
                "the access token is empty or has characters that no token has",
                ConnectErrorReason.NOT_ALLOWED,
            )
        where = origin(urls[0][0])
        runtime = runtime or Runtime.running()
        server = Server(token, runtime, proxy or None, ssl)
        deadline = runtime.clock.now() + timeout
        waiting_for = "opening the websocket"
        try:
            async with asyncio.timeout(timeout):
                websocket, single = await open_first(urls, server, deadline)
                waiting_for = "waiting for the join response"
                counters = SignalCounters()
                try:
                    join = await first_message(websocket, counters, server)
                except BaseException:
                    await discard(websocket)
                    raise
        except TimeoutError:
            raise ConnectError(
                f"no answer from {where} within {timeout:g} s, while {waiting_for}",
                ConnectErrorReason.TIMEOUT,
            ) from None
        logger.debug("joined at %s, single peer connection: %s", where, single)
        return cls(websocket, where, join, single, token, counters, runtime)

    def __init__(
        self,
        websocket: ClientConnection,
        where: str,
        join: rtc.JoinResponse,
        single_peer_connection: bool,
        token: str,
        counters: SignalCounters,
        runtime: Runtime,
    ) -> None:
        """Take over the open websocket of `where`, whose first message was `join`; `connect` does that."""
        self.join = join
        self.single_peer_connection = single_peer_connection
        self.counters = counters
        self._websocket = websocket
        self._where = where
        self._token = token
        self._closed: str | None = None
        self._incoming = MessageQueue[rtc.SignalResponse](MAX_INCOMING, MAX_INCOMING_BYTES)
        self._outgoing = MessageQueue[bytes](MAX_OUTGOING, MAX_OUTGOING_BYTES)
        self._arrived, self._taken = asyncio.Event(), asyncio.Event()
        self._queued, self._flushed = asyncio.Event(), asyncio.Event()
        self._flushed.set()
        self._runtime = runtime
        self._keepalive = KeepAlive(join.ping_interval, join.ping_timeout, runtime.clock.now())
        self._alarm = Alarm(runtime.clock, self._on_alarm)
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._read(), name="lkpy signal reader"),
            loop.create_task(self._write(), name="lkpy signal writer"),
        ]
        self._alarm.set(self._keepalive.next_deadline())
        if runtime.trace is not None:
            opening = rtc.SignalResponse(join=join)
            self._tell(TraceDirection.RECEIVED, opening, opening.ByteSize())

    def __repr__(self) -> str:
        state = "open" if self._closed is None else f"closed: {self._closed}"
        return f"<SignalClient {self._where} {state}>"

    @property
    def token(self) -> str:
        """The token to come back with: the one joined with, or the latest the server sent."""
        return self._token

    @property
    def rtt(self) -> float | None:
        """The last round trip in seconds, None before the first pong."""
        return self._keepalive.rtt

    @property
    def closed(self) -> str | None:
        """Why the connection ended, None while it is open."""
        return self._closed

    def send(self, request: rtc.SignalRequest) -> bool:
        """Queue a request.

        Never raises. False when it was dropped: the connection is closed, too many messages wait, or the
        request asks for nothing. No answer will come to a request that was dropped.
        """
        data = request.SerializeToString()
        if not data or self._closed is not None or self._outgoing.full:
            self.counters.dropped += 1
            return False
        self._outgoing.put(data, len(data))
        self._flushed.clear()
        self._queued.set()
        return True

    def __aiter__(self) -> SignalClient:
        return self

    async def __anext__(self) -> rtc.SignalResponse:
        """The next message; ends after the last one when the connection is closed."""
        while not self._incoming:
            if self._closed is not None:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        self._taken.set()
        return self._incoming.get()

    async def aclose(self) -> None:
        """Send what is queued, close, and return when nothing is left. Idempotent; takes at most 2.5 s."""
        if self._closed is None:
            try:
                async with asyncio.timeout(FLUSH_TIMEOUT):
                    await self._flushed.wait()
            except TimeoutError:
                logger.debug("closing with %d unsent messages", len(self._outgoing))
            finally:
                self._end("closed by us")
        await asyncio.wait(self._tasks)
        self._incoming.clear()

    def _end(self, reason: str) -> None:
        """The connection is over, for the first reason given; the socket is closed in the background."""
        if self._closed is not None:
            return
        self._closed = reason
        logger.debug("signal connection closed: %s", reason)
        self._alarm.cancel()
        for task in self._tasks:
            task.cancel()
        self._tasks.append(asyncio.create_task(self._close_socket(reason), name="lkpy signal closer"))
        self.counters.dropped += len(self._outgoing)
        self._outgoing.clear()
        self._flushed.set()
        self._arrived.set()

    async def _close_socket(self, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT + 0.5):
                # A close reason has at most 123 bytes (RFC 6455 section 5.5).
                await self._websocket.close(1000, reason.encode()[:123].decode("utf-8", "ignore"))
        except TimeoutError:
            logger.debug("no closing handshake")
        finally:
            await discard(self._websocket)

    async def _read(self) -> None:
        try:
            while True:
                while self._incoming.full:
                    self._taken.clear()
                    await self._taken.wait()
                frame = await self._websocket.recv()
                try:
                    self._receive(frame)
                except Exception:
                    # A mistake of ours with one message; the next ones are still to be read.
                    self.counters.failed += 1
                    logger.exception("a signal message was not handled")
        except ConnectionClosed as closed:
            self._end(redact(closing_words(closed), self._token))

    def _receive(self, frame: bytes | str) -> None:
        now = self._runtime.clock.now()
        self._keepalive.received(now)
        self.counters.received += 1
        try:
            case, message = parse_response(frame)
        except ProtocolError as error:
            self.counters.skipped += 1
            logger.debug("skipped a frame: %s", error)
            return
        if self._runtime.trace is not None:
            self._tell(TraceDirection.RECEIVED, message, len(frame))
        match ROUTES[case]:
            case Route.PONG:
                self._keepalive.pong(message.pong_resp, now)
                return
            case Route.OPENING:
                self.counters.skipped += 1
                logger.debug("skipped a second %s", case)
                return
            case Route.TOKEN:
                self._token = new_token(case, message) or self._token
        self._incoming.put(message, len(frame))
        self._arrived.set()

    async def _write(self) -> None:
        try:
            while True:
                await self._queued.wait()
                while self._outgoing:
                    await self._websocket.send(self._outgoing.peek())
                    data = self._outgoing.get()
                    self.counters.sent += 1
                    if self._runtime.trace is not None:
                        self._tell(TraceDirection.SENT, rtc.SignalRequest.FromString(data), len(data))
                self._queued.clear()
                self._flushed.set()
        except ConnectionClosed as closed:
            self._end(redact(closing_words(closed), self._token))

    def _tell(
        self, direction: TraceDirection, message: rtc.SignalRequest | rtc.SignalResponse, size: int
    ) -> None:
        self._runtime.tell(TraceKind.MESSAGE, direction, "signal", without_secrets(message), size)

    def _on_alarm(self) -> None:
        now = self._runtime.clock.now()
        if self._incoming.full:
            # We do not read, so the server cannot be blamed for silence.
            self._keepalive.received(now)
        for ping in self._keepalive.handle_timeout(now, int(self._runtime.clock.unix() * 1000)):
            self.send(ping)
        if self._keepalive.expired:
            self._end("ping timeout")
        else:
            self._alarm.set(self._keepalive.next_deadline())
