"""The driver of one session: from the first websocket byte to the last closed socket."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from lkpy.data.rpc_invocation import RpcHandler
from lkpy.errors import (
    ConnectError,
    ConnectErrorReason,
    InvalidStateError,
    PublishDataError,
)
from lkpy.media.audio.tick import MediaTick
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.connection import Action, Connection, Input, State
from lkpy.session.driver.data import DataSender
from lkpy.session.driver.inbox import Inbox
from lkpy.session.driver.messages import HANDLERS
from lkpy.session.driver.options import SessionOptions
from lkpy.session.driver.own_info import OwnInfo
from lkpy.session.driver.peers import Peers
from lkpy.session.driver.publisher import Publisher
from lkpy.session.driver.rpc import RoomRpc
from lkpy.session.driver.streams import INLINE_PROTOCOL, RoomStreams, StreamHandlers
from lkpy.session.driver.subscriber import Subscriber
from lkpy.session.roster import Roster
from lkpy.signal.client import SignalClient, SignalOptions
from lkpy.transport.ice.transport import IceConfig, IceServer
from lkpy.transport.peer_connection import PeerConnectionState
from lkpy.transport.rtp.receiver import RtpReceiver

logger = logging.getLogger("lkpy.session")

LAST_WORDS = 0.5
"""Seconds that a lost transport waits for the server's reason."""


class Session:
    """One join of a room. Made, connected once, closed once.

    Args:
        on_event: called on the loop with each event, in order.
        stream_handlers: the application's handlers of data streams.
        rpc_handlers: the application's methods; may change at any time.

    Attributes:
        packet_handlers: kind of data packet to who takes it.
        on_participant_gone: called with the identity of each participant that leaves.
        on_close: called, and awaited, when the session ends.
    """

    def __init__(
        self,
        url: str,
        token: str,
        options: SessionOptions,
        on_event: Callable[[ev.SessionEvent], None],
        stream_handlers: StreamHandlers,
        rpc_handlers: dict[str, RpcHandler],
    ) -> None:
        self._url, self._token, self._options = url, token, options
        self._on_event = on_event
        self._inbox = Inbox(self.emit)
        self.packet_handlers = self._inbox.handlers
        self.on_participant_gone: list[Callable[[str], None]] = []
        self.on_close: list[Callable[[], Awaitable[None] | None]] = []
        self.streams = RoomStreams(self, stream_handlers)
        self.rpc = RoomRpc(self, self.streams, rpc_handlers)
        self._connection = Connection()
        self._signal: SignalClient | None = None
        self._peers: Peers | None = None
        self._roster: Roster | None = None
        self._publisher: Publisher | None = None
        self._subscriber: Subscriber | None = None
        self._data: DataSender | None = None
        self._changed = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._release: asyncio.Task[None] | None = None
        self._failure: ConnectError | None = None
        self._own: OwnInfo | None = None
        self._last_words: asyncio.TimerHandle | None = None

    # What the room asks ---
    @property
    def state(self) -> State:
        """Where the session stands."""
        return self._connection.state

    @property
    def roster(self) -> Roster:
        """Who is in the room. Raises InvalidStateError before the join."""
        return _joined(self._roster)

    @property
    def join(self) -> rtc.JoinResponse:
        """What the server said when we joined. Raises InvalidStateError before."""
        return _joined(self._signal).join

    @property
    def own(self) -> OwnInfo:
        """Our own name, metadata and attributes. Raises InvalidStateError before the join."""
        return _joined(self._own)

    @property
    def token(self) -> str:
        """The newest token: the caller's, or the last one that the server sent."""
        return self._signal.token if self._signal else self._token

    @property
    def peers(self) -> Peers:
        """The peer connections. Raises InvalidStateError before the join."""
        return _joined(self._peers)

    async def connect(self) -> None:
        """Join and wait until the peer connections are up.

        Raises:
            ConnectError: with the reason; nothing is left of the attempt.
        """
        self._connection.feed(Input.CONNECT)
        step = "the signal connection"
        try:
            async with asyncio.timeout(self._options.timeout):
                await self._open_signal()
                step = "the peer connection"
                self._connection.feed(Input.JOINED)
                await self._open_transports()
        except TimeoutError:
            await self.aclose(models.CLIENT_INITIATED)
            seconds = f"{self._options.timeout:g} s"
            raise ConnectError(
                f"could not connect within {seconds}: {step} was not ready", ConnectErrorReason.TIMEOUT
            ) from None
        except BaseException:
            await self.aclose(models.CLIENT_INITIATED)
            raise
        for action in self._connection.feed(Input.TRANSPORT_READY):
            if action is Action.ANNOUNCE_CONNECTED:
                self.emit(ev.Connected())
        if self.rpc.handlers:
            self.expect_calls()

    def send_signal(self, **case: Any) -> bool:
        """Send one signal request; False when the connection is gone (never raises)."""
        return self._signal is not None and self._signal.send(rtc.SignalRequest(**case))

    @property
    def publisher(self) -> Publisher:
        """Our tracks. Raises InvalidStateError before the join."""
        return _joined(self._publisher)

    @property
    def subscriber(self) -> Subscriber:
        """The others' tracks. Raises InvalidStateError before the join."""
        return _joined(self._subscriber)

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet. Raises PublishDataError."""
        if self._data is None:
            raise PublishDataError("failed to send data, the room is not connected")
        await self._data.send(packet, reliable=reliable)

    def expect_calls(self) -> None:
        """Negotiate the connection that acknowledgements go out on, unless nothing may be sent on it."""
        if self.state is not State.CONNECTED or not self.roster.local.permission.can_publish_data:
            return
        if not self.peers.negotiated:
            self.peers.request_negotiation()

    async def aclose(self, reason: int = models.CLIENT_INITIATED) -> None:
        """Leave if connected, and close everything. Idempotent; returns when nothing is left.

        `reason` is told the room and the server, in the wire's numbers.
        """
        self._act(self._connection.feed(Input.CLOSE), reason)
        if self._release is not None and self._release is not asyncio.current_task():
            await asyncio.shield(self._release)

    # Connecting ---
    async def _open_signal(self) -> None:
        options = self._options
        ice = IceConfig(servers=options.ice_servers, relay_only=options.relay_only)
        offer: rtc.SessionDescription | None = None
        if options.single_peer_connection is not False:
            self._peers = Peers(self, ice, single=True)
            offer = await self._peers.first_offer()
        self._signal = await SignalClient.connect(
            self._url,
            self._token,
            SignalOptions(
                auto_subscribe=options.auto_subscribe,
                single_peer_connection=options.single_peer_connection is not False,
                client_protocol=INLINE_PROTOCOL,
                capabilities=(models.ClientInfo.CAP_COMPRESSION_DEFLATE_RAW,),
            ),
            publisher_offer=offer,
            timeout=options.timeout,
            proxy=options.proxy,
            ssl=options.ssl,
        )
        if self._peers is not None and not self._signal.single_peer_connection:
            await self._peers.aclose()
            self._peers = None
        if self._peers is None:
            self._peers = Peers(self, ice, single=False)
        self._roster = Roster(self._signal.join)
        self._publisher = Publisher(self._peers, self.emit)
        self._subscriber = Subscriber(self._roster, self.send_signal, self.emit)
        self._own = OwnInfo(self._roster, self.send_signal)

    async def _open_transports(self) -> None:
        assert self._signal is not None
        join = self._signal.join
        servers = self._options.ice_servers or tuple(
            IceServer(tuple(s.urls), s.username, s.credential) for s in join.ice_servers
        )
        relay = self._options.relay_only or (
            join.client_configuration.force_relay == models.ClientConfigSetting.ENABLED
        )
        self.peers.attach(IceConfig(servers=servers, relay_only=relay))
        self._data = DataSender(self.peers)
        self._reader = asyncio.create_task(self._read(self._signal), name="lkpy session reader")
        if not self.peers.single and (join.fast_publish or not join.subscriber_primary):
            self.peers.request_negotiation()
        while not self._transports_ready(join):
            await self._changed.wait()
            self._changed.clear()
            if self._failure is not None:
                raise self._failure

    def _transports_ready(self, join: rtc.JoinResponse) -> bool:
        peers = self.peers
        required = [peers.publisher] if peers.negotiated else []
        if peers.subscriber is not None and join.subscriber_primary:
            required.append(peers.subscriber)
        return all(peer.state is PeerConnectionState.CONNECTED for peer in required)

    # Messages of the server ---
    async def _read(self, signal: SignalClient) -> None:
        async for message in signal:
            case = message.WhichOneof("message")
            handler = HANDLERS.get(case or "")
            if handler is None:
                logger.debug("no use for the signal message %s", case)
                continue
            result = handler(self, getattr(message, case or ""))
            if inspect.isawaitable(result):
                await result
        self.lost(Input.SIGNAL_LOST, models.SIGNAL_CLOSE, f"the signal connection closed: {signal.closed}")

    # What the peer connections tell ---
    def on_peers_state(self) -> None:
        """A peer connection changed its state."""
        self._changed.set()
        failed = any(peer.state is PeerConnectionState.FAILED for peer in self.peers.all)
        if failed and self._last_words is None:
            # A server that sends us away closes the transport at once; its Leave is still on the way.
            loop = asyncio.get_running_loop()
            self._last_words = loop.call_later(LAST_WORDS, self._on_transport_failed)

    def _on_transport_failed(self) -> None:
        self.lost(
            Input.TRANSPORT_FAILED, models.CONNECTION_TIMEOUT, "the media connection to the server failed"
        )

    def on_negotiation_failed(self, reason: str) -> None:
        """The two ends cannot agree; the server would ask for a full restart."""
        self.lost(Input.TRANSPORT_FAILED, models.STATE_MISMATCH, reason)

    def on_stream_added(self, stream: RtpReceiver) -> None:
        """A description negotiated media."""
        self.subscriber.on_stream_added(stream)

    def on_stream_removed(self, stream: RtpReceiver) -> None:
        """A section was freed."""
        self.subscriber.on_stream_removed(stream)

    def on_channel_message(self, label: str, data: bytes) -> None:
        """A data channel delivered a message."""
        self._inbox.receive(label, data)

    def emit(self, event: ev.SessionEvent) -> None:
        """Tell the room, after those parts of the session that have to know."""
        if isinstance(event, ev.ParticipantDisconnected):
            for gone in self.on_participant_gone:
                gone(event.identity)
        self._on_event(event)

    # The end ---
    def lost(self, what: Input, reason: int, text: str) -> None:
        """The session is over, unless it was already: `what` happened, `reason` is told the room."""
        kind = ConnectErrorReason.LEAVE if what is Input.LEAVE else ConnectErrorReason.MEDIA
        self._failure = self._failure or ConnectError(text, kind)
        actions = self._connection.feed(what)
        if actions:
            logger.info("session over: %s", text)
        self._act(actions, reason)

    def _act(self, actions: tuple[Action, ...], reason: int) -> None:
        for action in actions:
            match action:
                case Action.SEND_LEAVE:
                    self.send_signal(
                        leave=rtc.LeaveRequest(
                            reason=reason,  # type: ignore[arg-type]
                            action=rtc.LeaveRequest.DISCONNECT,
                        )
                    )
                case Action.ANNOUNCE_DISCONNECTED:
                    self.emit(ev.Disconnected(reason))
                case Action.FAIL_CONNECT:
                    self._changed.set()
                case Action.RELEASE:
                    self._release = asyncio.create_task(self._close_all(), name="lkpy session release")

    async def _close_all(self) -> None:
        if self._last_words is not None:
            self._last_words.cancel()
        for callback in self.on_close:
            closing = callback()
            if closing is not None:
                await closing
        for part in (self._data, self._publisher, self._subscriber, self._own):
            if part is not None:
                part.close()
        if self._signal is not None:
            await self._signal.aclose()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait((self._reader,))
        if self._peers is not None:
            await self._peers.aclose()
        await MediaTick.current().drained()


_Part = TypeVar("_Part")


def _joined(part: _Part | None) -> _Part:
    if part is None:
        raise InvalidStateError("the session has not joined; await connect() first")
    return part
