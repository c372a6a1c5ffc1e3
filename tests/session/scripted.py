"""A session whose server and peer connections are a script: nothing below the session's driver is real."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from lkpy._runtime.runtime import Runtime
from lkpy.data_stream import StreamHandlerTable
from lkpy.errors import ConnectError, ConnectErrorReason
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.connection import Input, State
from lkpy.session.driver import Session, SessionOptions
from lkpy.session.driver.attempt import Attempt
from lkpy.transport.bundle.states import BundleState
from lkpy.transport.sctp.channels import ChannelState

TIMEOUT = 15.0


class ScriptedChannel:
    """A data channel: open, and with a queue that the script fills."""

    def __init__(self) -> None:
        self.state = ChannelState.OPEN
        self.buffered_amount = 0
        self.sent: list[bytes] = []

    def send(self, data: bytes) -> None:
        self.sent.append(data)


class ScriptedSender:
    """An RTP stream that counts frames."""

    def __init__(self, cid: str) -> None:
        self.cid = cid
        self.removed = False
        self.ssrc = 1
        self.on_loss_report: object = None


class ScriptedPeers:
    """Peer connections in the states that the script says."""

    def __init__(self) -> None:
        self.states = [BundleState.NEW, BundleState.NEW]
        self.publisher_wanted = False
        self.senders: list[ScriptedSender] = []
        self.negotiations = 0
        self.held_back: list[bool] = []
        self.descriptions: list[object] = []
        self.publisher = SimpleNamespace(
            data_channels={"_reliable": ScriptedChannel(), "_lossy": ScriptedChannel()},
            max_message_size=64_000,
            add_sender=self._add_sender,
            remove_sender=self._remove_sender,
        )

    @property
    def all(self) -> list[Any]:
        return [SimpleNamespace(state=state) for state in self.states]

    def required(self, *, subscriber_primary: bool) -> list[BundleState]:
        return self.states[:1] if self.publisher_wanted or not subscriber_primary else self.states[1:]

    def want_publisher(self) -> None:
        self.publisher_wanted = True

    def request_negotiation(self) -> None:
        self.negotiations += 1

    def hold_back(self, paused: bool) -> None:
        self.held_back.append(paused)

    def on_offer(self, offer: rtc.SessionDescription) -> None:
        self.descriptions.append(offer)

    def _add_sender(self, kind: str, *, cid: str) -> ScriptedSender:
        self.senders.append(ScriptedSender(cid))
        return self.senders[-1]

    def _remove_sender(self, sender: ScriptedSender) -> None:
        sender.removed = True


class ScriptedAttempt:
    """A joined connection, as the driver sees it."""

    def __init__(self, world: ScriptedWorld) -> None:
        self.join = world.join
        self.signal = SimpleNamespace(token="newest")
        self.peers = ScriptedPeers()
        self.sent: list[rtc.SignalRequest] = []
        self.takes = True
        self.started = self.closed = False

    def send(self, request: rtc.SignalRequest) -> bool:
        if self.takes:
            self.sent.append(request)
        return self.takes

    def start(self, options: SessionOptions) -> None:
        self.started = True

    async def aclose(self) -> None:
        self.closed = True

    @property
    def leaves(self) -> list[int]:
        """Reasons of the leaves that were sent."""
        return [r.leave.reason for r in self.sent if r.WhichOneof("message") == "leave"]


class ScriptedWorld:
    """One session, its attempt, and what its user heard."""

    def __init__(self) -> None:
        self.join = rtc.JoinResponse(
            room={"name": "lobby"},
            participant={"identity": "me", "sid": "PA_me"},
            subscriber_primary=True,
            server_info={"version": "1.13.5"},
        )
        self.opened: asyncio.Future[ScriptedAttempt] = asyncio.get_running_loop().create_future()
        self.stubborn = False
        """The opener does not end when it is cancelled."""
        self.events: list[ev.SessionEvent] = []
        self.user = asyncio.Event()
        """Cleared while the user's handlers take their time."""
        self.user.set()
        self.runtime = Runtime.running()
        self.attempt = ScriptedAttempt(self)
        self.session = Session(
            "ws://nowhere",
            "token",
            SessionOptions(timeout=TIMEOUT),
            self.runtime,
            StreamHandlerTable(),
            {},
            opener=self._open,
        )
        self.connecting: asyncio.Task[None] | None = None
        self._listener = asyncio.create_task(self._listen())

    async def _open(self, url: str, token: str, options: SessionOptions, *_: Any) -> Attempt:
        self.options = options
        while True:
            try:
                return cast(Attempt, await asyncio.shield(self.opened))
            except asyncio.CancelledError:
                if not self.stubborn:
                    raise

    async def _listen(self) -> None:
        while await self.session.events.wait():
            self.events.append(self.session.events.take())
            await self.user.wait()
            self.session.events.told()

    # What happens ---
    async def turn(self) -> None:
        """Let everything that can happen without time passing happen."""
        for _ in range(10):
            await asyncio.sleep(0)

    def receive(self, **case: Any) -> None:
        """The server says something."""
        self.session.on_message(cast(Attempt, self.attempt), rtc.SignalResponse(**case))

    def transports(self, *states: BundleState) -> None:
        """The peer connections change their states."""
        self.attempt.peers.states[:] = states
        self.session.on_transport_states()

    async def happen(self, what: Input) -> None:
        """Make an input of the table happen in the way in which it does."""
        session, clock = self.session, self.runtime.clock
        match what:
            case Input.CONNECT:
                self.connecting = asyncio.create_task(session.connect())
            case Input.JOINED:
                self.opened.set_result(self.attempt)
            case Input.REFUSED:
                self.opened.set_exception(ConnectError("no", ConnectErrorReason.NOT_ALLOWED))
            case Input.TRANSPORT_PENDING:
                self.transports(BundleState.NEW, BundleState.CONNECTING)
            case Input.TRANSPORT_READY:
                self.transports(BundleState.NEW, BundleState.CONNECTED)
            case Input.TRANSPORT_FAILED:
                self.transports(BundleState.NEW, BundleState.FAILED)
            case Input.LAST_WORDS_OVER:
                await asyncio.sleep(0.6)
            case Input.NEGOTIATION_FAILED:
                session.on_negotiation_failed("no common codec")
            case Input.TIMED_OUT:
                await asyncio.sleep(session._deadline - clock.now() + 0.1)
            case Input.LEAVE:
                self.receive(leave={"reason": models.PARTICIPANT_REMOVED})
            case Input.SIGNAL_LOST:
                session.on_signal_lost("the signal connection closed: 1006")
            case Input.CLOSE:
                self._closing = asyncio.create_task(session.aclose(models.USER_REJECTED))
        await self.turn()

    async def connected(self) -> None:
        """Everything until the session is connected."""
        for what in (Input.CONNECT, Input.JOINED, Input.TRANSPORT_READY):
            await self.happen(what)
        assert self.session.state is State.CONNECTED

    async def finish(self) -> None:
        """Close what is left; nothing may be."""
        self.stubborn = False
        await self.session.aclose()
        if self.connecting is not None:
            await asyncio.gather(self.connecting, return_exceptions=True)
        await self._listener

    @property
    def heard(self) -> list[str]:
        """Names of the events."""
        return [type(event).__name__ for event in self.events]
