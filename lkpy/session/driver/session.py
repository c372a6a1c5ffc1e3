"""The driver of one session: feeds the connection table, and carries out what it says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lkpy._loop.alarm import Alarm
from lkpy._loop.tasks import OwnedTasks
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceKind
from lkpy.data.rpc_invocation import RpcHandler
from lkpy.errors import ConnectError, ConnectErrorReason
from lkpy.media.audio.tick import MediaTick
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.connection import Action, Connection, Input, State
from lkpy.session.driver.attempt import Attempt, AttemptOpener, open_attempt
from lkpy.session.driver.data import DataSender
from lkpy.session.driver.event_queue import EventQueue
from lkpy.session.driver.inbox import Inbox
from lkpy.session.driver.link import Link
from lkpy.session.driver.messages import HANDLERS
from lkpy.session.driver.options import SessionOptions
from lkpy.session.driver.own_info import OwnInfo
from lkpy.session.driver.publisher import Publisher
from lkpy.session.driver.rpc import RoomRpc
from lkpy.session.driver.streams import RoomStreams, StreamHandlers
from lkpy.session.driver.subscriber import Subscriber
from lkpy.session.roster import Roster
from lkpy.session.transports import transport_input
from lkpy.transport.rtp.receiver import RtpReceiver

logger = logging.getLogger("lkpy.session")

LAST_WORDS = 0.5
"""Seconds that a failed path waits: for the server's reason, which is still on the way when a server that
sends us away closes the transport at once, or for another path."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a session ended, or could not begin.

    Attributes:
        reason: what the room and the server are told, in the wire's numbers.
        error: what the caller of `connect` gets, if it waits still.
    """

    reason: int
    error: ConnectError


class Session:
    """One client in one room. Made, connected once, closed once.

    What lives here outlives a connection: who is there, what is published and subscribed, the numbers of data
    packets, the application's handlers. The connection itself is an `Attempt`, which `link` leads to.

    Args:
        url, token, options: where and how to connect.
        runtime: what everything below runs on.
        stream_handlers: the application's handlers of data streams.
        rpc_handlers: the application's methods; may change at any time.
        opener: makes an attempt.

    Attributes:
        events: what happened, in order; whoever made the session takes it from there.
        link: the way to the server.
        join: what the server said when we joined last; empty before.
        roster: who is in the room.
        publisher, subscriber, own, data, streams, rpc: the parts that do what the room asks.
        inbox: data packets that come in.
        packet_handlers: kind of data packet to who takes it.
        on_participant_gone: called with the identity of each participant that leaves.
        on_close: called, and awaited, when the session ends.
    """

    def __init__(
        self,
        url: str,
        token: str,
        options: SessionOptions,
        runtime: Runtime,
        stream_handlers: StreamHandlers,
        rpc_handlers: dict[str, RpcHandler],
        *,
        opener: AttemptOpener = open_attempt,
    ) -> None:
        self._opener = opener
        self._url, self._token, self._options = url, token, options
        self.runtime = runtime
        self.events = EventQueue(self._hold_back)
        self.link = Link()
        self.join = rtc.JoinResponse()
        self.roster = Roster()
        self.inbox = Inbox(self.emit, runtime)
        self.packet_handlers = self.inbox.handlers
        self.on_participant_gone: list[Callable[[str], None]] = []
        self.on_close: list[Callable[[], Awaitable[None] | None]] = []
        self.data = DataSender(self.link, runtime)
        self.publisher = Publisher(self.link, self.emit, runtime)
        self.subscriber = Subscriber(self.roster, self.link, self.emit, runtime)
        self.own = OwnInfo(self.roster, self.link)
        self.streams = RoomStreams(self, stream_handlers)
        self.rpc = RoomRpc(self, self.streams, rpc_handlers)
        self._connection = Connection()
        self._transports = Input.TRANSPORT_PENDING
        self._early: list[ev.SessionEvent] = []
        self._deadline = 0.0
        self._last_words: float | None = None
        self._alarm = Alarm(runtime.clock, self._on_alarm)
        self._outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks = OwnedTasks()
        self._release: asyncio.Task[None] | None = None
        self._cause = Cause(
            models.CLIENT_INITIATED,
            ConnectError("disconnect() was called while connecting", ConnectErrorReason.LEAVE),
        )
        self._actions: dict[Action, Callable[[], None]] = {
            Action.OPEN_SIGNAL: lambda: self._tasks.spawn(self._open_signal(), "lkpy session join"),
            Action.OPEN_TRANSPORTS: self._open_transports,
            Action.AWAIT_LAST_WORDS: self._await_last_words,
            Action.STOP_AWAITING: self._stop_awaiting,
            Action.ANNOUNCE_CONNECTED: self._announce_connected,
            Action.FAIL_CONNECT: self._fail_connect,
            Action.UNPUBLISH: self.publisher.unpublish_all,
            Action.SEND_LEAVE: self._send_leave,
            Action.ANNOUNCE_DISCONNECTED: lambda: self.emit(ev.Disconnected(self._cause.reason)),
            Action.RELEASE: self._begin_release,
        }

    # What the room asks ---
    @property
    def state(self) -> State:
        """Where the session stands."""
        return self._connection.state

    @property
    def illegal_inputs(self) -> int:
        """Inputs that the table had no row for."""
        return self._connection.illegal

    @property
    def connected(self) -> bool:
        """Whether the application may use the session."""
        return self._connection.state in _CONNECTED

    @property
    def token(self) -> str:
        """The newest token: the caller's, or the last one that the server sent."""
        return self.link.attempt.signal.token if self.link.connected else self._token

    async def connect(self) -> None:
        """Join and wait until the peer connections are up.

        Raises:
            ConnectError: with the reason; nothing is left of the attempt.
        """
        self._deadline = self.runtime.clock.now() + self._options.timeout
        self._feed(Input.CONNECT)
        try:
            await self._outcome
        except BaseException:
            await self.aclose()
            raise
        if self.rpc.handlers:
            self.expect_calls()

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet. Raises PublishDataError."""
        await self.data.send(packet, reliable=reliable)

    def expect_calls(self) -> None:
        """Negotiate the connection that acknowledgements go out on, unless nothing may be sent on it."""
        if self.connected and self.roster.local.permission.can_publish_data:
            self.link.attempt.peers.want_publisher()

    async def aclose(self, reason: int = models.CLIENT_INITIATED) -> None:
        """Leave if connected, and close everything. Idempotent; returns when nothing is left.

        `reason` is told the room and the server, in the wire's numbers.
        """
        self._feed(Input.CLOSE, Cause(reason, self._cause.error))
        if self._release is None:
            self.events.close()
        elif self._release is not asyncio.current_task():
            await asyncio.shield(self._release)

    def emit(self, event: ev.SessionEvent) -> None:
        """Tell the room, after those parts of the session that have to know."""
        if isinstance(event, ev.ParticipantDisconnected):
            for gone in self.on_participant_gone:
                gone(event.identity)
        if self.runtime.trace is not None:
            self.runtime.tell(TraceKind.EVENT, TraceDirection.INSIDE, "session", event)
        state = self._connection.state
        if state in _CONNECTED or (state is State.CLOSED and isinstance(event, _LAST_EVENTS)):
            self.events.put(event)
        elif state is not State.CLOSED:
            self._early.append(event)  # the user hears of the connection first; bounded by its timeout

    # The one door to the table ---
    def _feed(self, what: Input, cause: Cause | None = None) -> None:
        """Something happened: move on, and do what the table says."""
        before = self.state
        actions = self._connection.feed(what)
        if self.runtime.trace is not None:
            decision = (before.value, what.value, self.state.value)
            self.runtime.tell(TraceKind.DECISION, TraceDirection.INSIDE, "session", decision)
        if cause is not None and actions:
            self._cause = cause
            if self.state is State.CLOSED and what is not Input.CLOSE:
                logger.info("session over: %s", cause.error.message)
        for action in actions:
            self._actions[action]()

    def _fail(self, what: Input, reason: int, text: str, kind: ConnectErrorReason) -> None:
        self._feed(what, Cause(reason, ConnectError(text, kind)))

    # Actions ---
    async def _open_signal(self) -> None:
        try:
            async with asyncio.timeout(self._options.timeout):
                attempt = await self._opener(self._url, self._token, self._options, self, self.runtime)
        except ConnectError as error:
            self._feed(Input.REFUSED, Cause(models.JOIN_FAILURE, error))
            return
        except TimeoutError:
            self._fail(
                Input.REFUSED, models.JOIN_FAILURE, self._too_late("signal"), ConnectErrorReason.TIMEOUT
            )
            return
        except Exception as error:
            text = f"joining failed: {type(error).__name__}"  # its words may hold a secret
            self._fail(Input.REFUSED, models.JOIN_FAILURE, text, ConnectErrorReason.PROTOCOL)
            raise
        self.link.connect(attempt)
        self._feed(Input.JOINED)

    def _open_transports(self) -> None:
        attempt = self.link.attempt
        self.join = attempt.join
        self.roster.joined(self.join)
        self.subscriber.joined()
        self.data.attach(attempt.peers.publisher)
        self._set_alarm()
        attempt.start(self._options)
        self.on_transport_states()

    def _await_last_words(self) -> None:
        self._last_words = self.runtime.clock.now() + LAST_WORDS
        self._set_alarm()

    def _stop_awaiting(self) -> None:
        self._last_words = None
        self._set_alarm()

    def _set_alarm(self) -> None:
        deadlines = [None if self.connected else self._deadline, self._last_words]
        self._alarm.set(min((at for at in deadlines if at is not None), default=None))

    def _on_alarm(self) -> None:
        now = self.runtime.clock.now()
        if self._last_words is not None and now >= self._last_words:
            text = "the media connection to the server failed"
            self._fail(Input.LAST_WORDS_OVER, models.CONNECTION_TIMEOUT, text, ConnectErrorReason.MEDIA)
        elif not self.connected and now >= self._deadline:
            kind = ConnectErrorReason.TIMEOUT
            self._fail(Input.TIMED_OUT, models.CONNECTION_TIMEOUT, self._too_late("peer"), kind)
        else:
            self._set_alarm()

    def _announce_connected(self) -> None:
        self._set_alarm()
        self.emit(ev.Connected())
        early, self._early = self._early, []
        for event in early:
            self.events.put(event)
        self._outcome.set_result(None)

    def _fail_connect(self) -> None:
        if not self._outcome.done():
            self._outcome.set_exception(self._cause.error)

    def _send_leave(self) -> None:
        leave = rtc.LeaveRequest(action=rtc.LeaveRequest.DISCONNECT)
        leave.reason = self._cause.reason  # type: ignore[assignment]
        self.link.try_send(rtc.SignalRequest(leave=leave))

    def _begin_release(self) -> None:
        self.subscriber.close()
        self._release = asyncio.get_running_loop().create_task(self._close_all(), name="lkpy session release")

    async def _close_all(self) -> None:
        self._alarm.cancel()
        for callback in self.on_close:
            closing = callback()
            if closing is not None:
                await closing
        await self._tasks.aclose()
        for part in (self.data, self.own):
            part.close()
        if self.link.connected:
            attempt = self.link.attempt
            self._token = attempt.signal.token
            await attempt.aclose()
            self.link.disconnect()
        await MediaTick.current().drained()
        self.events.close()

    def _too_late(self, step: str) -> str:
        return f"could not connect within {self._options.timeout:g} s: the {step} connection was not ready"

    # What the attempt tells ---
    async def ready_for_message(self) -> None:
        """The room's user has to keep up with what the server says; until connected nobody listens."""
        if self.connected:
            await self.events.accepting()

    def on_message(self, attempt: Attempt, message: rtc.SignalResponse) -> Awaitable[None] | None:
        """A message of the server."""
        case = message.WhichOneof("message") or ""
        handler = HANDLERS.get(case)
        if handler is None:
            logger.debug("no use for the signal message %s", case)
            return None
        return handler(self, attempt.peers, getattr(message, case))

    def on_leave(self, reason: int, text: str) -> None:
        """The server sent us away."""
        self._fail(Input.LEAVE, reason, text, ConnectErrorReason.LEAVE)

    def on_signal_lost(self, text: str) -> None:
        """The signal connection has ended."""
        self._fail(Input.SIGNAL_LOST, models.SIGNAL_CLOSE, text, ConnectErrorReason.UNREACHABLE)

    def on_negotiation_failed(self, reason: str) -> None:
        """The two ends cannot agree; the server would ask for a full restart."""
        self._fail(Input.NEGOTIATION_FAILED, models.STATE_MISMATCH, reason, ConnectErrorReason.MEDIA)

    def on_transport_states(self) -> None:
        """A peer connection changed its state, or must be up from now on."""
        if not self.link.connected:
            return
        attempt = self.link.attempt
        required = attempt.peers.required(subscriber_primary=self.join.subscriber_primary)
        found = transport_input(required, [peer.state for peer in attempt.peers.all])
        if found is not self._transports:
            self._transports = found
            self._feed(found)

    def on_receiver_added(self, receiver: RtpReceiver) -> None:
        """A description negotiated media."""
        self.subscriber.on_receiver_added(receiver)

    def on_receiver_removed(self, receiver: RtpReceiver) -> None:
        """A section was freed."""
        self.subscriber.on_receiver_removed(receiver)

    def on_channel_open(self) -> None:
        """One of our data channels takes messages now."""
        self.data.on_channel_open()

    def on_channel_message(self, label: str, data: bytes) -> None:
        """A data channel delivered a message."""
        self.inbox.receive(label, data)

    def _hold_back(self, paused: bool) -> None:
        if self.link.connected:
            self.link.attempt.peers.hold_back(paused)


_CONNECTED = frozenset((State.CONNECTED, State.CONNECTED_FAILED))
_LAST_EVENTS = (ev.Disconnected, ev.LocalTrackUnpublished)
"""What is told of a session that is over."""
