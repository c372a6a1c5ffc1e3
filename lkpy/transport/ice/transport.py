"""`IceTransport`: drives an ICE agent over a network."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from lkpy._loop.alarm import Alarm
from lkpy._loop.tasks import OwnedTasks
from lkpy._runtime.network import Address, DatagramIo
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.transport.ice import events as ev
from lkpy.transport.ice.agent.full import full_agent
from lkpy.transport.ice.agent.ice_agent import Events, IceAgent
from lkpy.transport.ice.agent.lite import lite_agent
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import CandidatePair
from lkpy.transport.ice.gather import Gatherer
from lkpy.transport.ice.mux import MuxPath, UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceParameters, IceServer
from lkpy.transport.ice.path import LocalPath
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.stats import IceStats
from lkpy.transport.ice.stun import Message
from lkpy.transport.ice.tcp import TcpStream

__all__ = ["IceConfig", "IceParameters", "IceServer", "IceState", "IceTransport"]

logger = logging.getLogger(__name__)


class IceTransport:
    """A path for datagrams to one peer. Made inside a running event loop, to which every method belongs.

    Args:
        controlling: whether we offered; ignored for lite.
        lite: answer checks only (a server at a reachable address).
        mux: send and receive on this shared port instead of own sockets.
        on_data: each application datagram of the peer.
        on_candidate: each local candidate, then None at the end of gathering. Again after `restart`.
        on_state: each change of `state`.
        on_checked: once, when the peer was heard first: DTLS may start, before any nomination.
        runtime: clock, network and trace; those of the running loop unless given.

    Callbacks run on the loop; what they raise is logged and counted.
    """

    def __init__(
        self,
        *,
        controlling: bool,
        lite: bool = False,
        config: IceConfig | None = None,
        mux: UdpMux | None = None,
        on_data: Callable[[bytes], None],
        on_candidate: Callable[[Candidate | None], None],
        on_state: Callable[[IceState], None],
        on_checked: Callable[[], None],
        runtime: Runtime | None = None,
    ) -> None:
        self._config = config or IceConfig()
        self._runtime = runtime = runtime or Runtime.running()
        self._now = runtime.clock.now
        self._trace = runtime.trace
        self._agent: IceAgent = (
            lite_agent(config=self._config, entropy=os.urandom)
            if lite
            else full_agent(controlling=controlling, config=self._config, entropy=os.urandom)
        )
        self._on_data = on_data
        self._on_candidate = on_candidate
        self._on_state = on_state
        self._on_checked = on_checked
        self._paths: dict[int, LocalPath] = {}
        self._pair: CandidatePair | None = None
        """The agent's route, and its path: kept here for `send`."""
        self._path: LocalPath | None = None
        self._gatherer = Gatherer(self, self._agent, self._config, mux, self._report_candidate, runtime)
        self._tasks = OwnedTasks()
        self._closers = OwnedTasks()
        self._alarm = Alarm(runtime.clock, self._on_alarm)
        self._gathered = False
        self._closing: asyncio.Task[None] | None = None
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            ev.StateChanged: self._on_state_changed,
            ev.Checked: self._on_first_check,
            ev.AddressLearned: self._learn,
            ev.AddressForgotten: self._forget,
            ev.OpenTcp: self._on_open_tcp,
            ev.ClosePath: self._on_close_path,
            ev.GenerationRetired: self._on_retired,
            ev.ServerReflexive: self._gatherer.reflexive,
        }

    # ---- public

    @property
    def state(self) -> IceState:
        """The state as it was last told to `on_state`, or newer."""
        return self._agent.state

    @property
    def local_parameters(self) -> IceParameters:
        """Our newest credentials."""
        return self._agent.local_parameters

    @property
    def remote_parameters(self) -> IceParameters | None:
        """The peer's newest credentials, or None before they were set."""
        return self._agent.remote_parameters

    @property
    def local_candidates(self) -> list[Candidate]:
        """What was gathered so far, tagged with the newest user name fragment."""
        return list(self._agent.local_candidates)

    @property
    def selected_pair(self) -> CandidatePair | None:
        """The nominated pair, or None."""
        return self._agent.selected_pair

    @property
    def controlling(self) -> bool:
        """Our role; may change until a pair is selected."""
        return self._agent.controlling

    async def gather(self) -> None:
        """Gather candidates. Host candidates exist when it returns; servers go on in the background."""
        if self._closing is None:
            self._gathered = True
            await self._gatherer.gather()

    def use_servers(self, servers: Sequence[IceServer], *, relay_only: bool = False) -> None:
        """Gather from these servers too, in the background.

        The signalling may name the servers only after the first description was made.
        """
        self._config = replace(self._config, servers=tuple(servers), relay_only=relay_only)
        self._gatherer.config = self._config
        if self._gathered and self._closing is None:
            self._tasks.spawn(self._gatherer.gather(), "ice gather")

    def set_remote_parameters(self, p: IceParameters) -> None:
        """The peer's credentials: starts checks; others than before are an ICE restart."""
        self._apply(self._agent.set_remote_parameters(p, self._now()))

    def add_remote_candidate(self, c: Candidate) -> None:
        """A candidate of the peer, in any order with `set_remote_parameters`."""
        if self._trace is not None:
            self._tell(TraceKind.CANDIDATE, TraceDirection.RECEIVED, c.to_sdp())
        self._apply(self._agent.add_remote_candidate(c, self._now()))

    def restart(self) -> IceParameters:
        """New local credentials. The old path carries data until a new one is selected.

        `local_candidates` carry the new fragment at once; `on_candidate` repeats them from the next turn of
        the loop on, with those of interfaces and servers that are new.
        """
        events = self._agent.restart(self._now())
        self._gatherer.renamed()
        if self._gathered and self._closing is None:
            self._tasks.spawn(self._gatherer.gather(repeat=True), "ice gather")
        self._apply(events)
        return self._agent.local_parameters

    def send(self, data: bytes) -> None:
        """Send on the best pair. Never raises; without a pair the datagram is dropped and counted."""
        pair, path = self._pair, self._path
        if pair is None:
            self._agent.counters.unroutable += 1
        elif path is None or path.io is None or not path.io.send(data, pair.address):
            self._agent.counters.not_sent += 1
        else:
            pair.packets_sent += 1
            pair.bytes_sent += len(data)

    def send_many(self, datagrams: Sequence[bytes]) -> None:
        """The same for several datagrams (at least one), in order."""
        pair, path, count = self._pair, self._path, len(datagrams)
        if pair is None:
            self._agent.counters.unroutable += count
            return
        sent = 0
        if path is not None and path.io is not None:
            sent = path.io.send_many(datagrams, pair.address)
        self._agent.counters.not_sent += count - sent
        pair.packets_sent += sent
        pair.bytes_sent += sum(map(len, datagrams)) * sent // count

    def stats(self) -> IceStats:
        """A snapshot."""
        return IceStats.of(self._agent)

    async def aclose(self) -> None:
        """Close everything within a second. Idempotent; concurrent calls wait for the same end."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(), name="ice close")
        await asyncio.shield(self._closing)

    # ---- for paths (`StunSink`) and gathering (`PathHost`)

    def owns_transaction(self, transaction_id: bytes) -> bool:
        """Whether a response is for this transport's agent."""
        return self._agent.owns_transaction(transaction_id)

    def on_stun(self, path: int, data: bytes, address: Address) -> None:
        """A datagram that looks like STUN arrived."""
        if self._trace is not None:
            self._tell(TraceKind.PACKET, TraceDirection.RECEIVED, data, len(data))
        self._apply(self._agent.receive(path, data, address, self._now()))

    def on_message(self, path: int, message: Message, address: Address) -> None:
        """A parsed STUN message arrived."""
        if self._trace is not None:
            self._tell(TraceKind.PACKET, TraceDirection.RECEIVED, message.raw, len(message.raw))
        self._apply(self._agent.receive_message(path, message, address, self._now()))

    def query_server(self, path: int, server: Address) -> None:
        """Ask a STUN server; the gatherer is told."""
        self._apply(self._agent.query_server(path, server, self._now()))

    def new_path(self, mux: UdpMux | None = None) -> LocalPath:
        """A path without a socket yet, or one on `mux`."""
        settings = (self, self._on_data, self._agent.counters)
        return LocalPath(*settings) if mux is None else MuxPath(mux, *settings)

    def adopt(self, path: LocalPath, candidate: Candidate, io: DatagramIo | None = None) -> int:
        """Announce the path's base to the agent, once it has its socket (`io`, unless it has one)."""
        path.io = io or path.io
        path.number = self._agent.add_path(candidate)
        self._paths[path.number] = path
        if self._closing is not None:
            self._release(path.number)
        self._apply(())
        return path.number

    def drop_path(self, number: int) -> None:
        """The path's socket or allocation is gone or unwanted."""
        self._gatherer.path_lost(number)
        events = self._agent.path_lost(number, self._now())
        self._release(number)
        self._apply(events)

    # ---- inner

    def _apply(self, events: Events) -> None:
        """After an input: send what the agent wants sent, carry out its events, set the alarm."""
        agent = self._agent
        pair = agent.route
        if pair is not self._pair:
            self._pair = pair
            self._path = None if pair is None else self._paths.get(pair.path)
            if self._trace is not None and pair is not None:
                self._tell(TraceKind.DECISION, TraceDirection.INSIDE, _route(pair))
        for transmit in agent.take_transmits():
            if self._trace is not None:
                self._tell(TraceKind.PACKET, TraceDirection.SENT, transmit.data, len(transmit.data))
            path = self._paths.get(transmit.path)
            if path is not None and path.io is not None:
                path.io.send(transmit.data, transmit.address)
        for event in events:
            self._handlers[type(event)](event)
        self._alarm.set(None if self._closing is not None else agent.next_deadline())

    def _on_alarm(self) -> None:
        now, due = self._now(), self._agent.next_deadline()
        self._apply(self._agent.handle_timeout(now) if due is not None and due <= now else ())

    def _tell(self, kind: TraceKind, direction: TraceDirection, content: object, size: int = 0) -> None:
        assert self._trace is not None
        self._trace(TraceEvent(self._now(), kind, direction, "ice", content, size))

    def _on_state_changed(self, event: ev.StateChanged) -> None:
        if self._trace is not None:
            self._tell(TraceKind.DECISION, TraceDirection.INSIDE, f"ICE is {event.state.value}")
        self._call(self._on_state, event.state)

    def _on_first_check(self, _: ev.Checked) -> None:
        self._call(self._on_checked)

    def _on_open_tcp(self, event: ev.OpenTcp) -> None:
        self._tasks.spawn(self._open_tcp(event.path, event.address), "ice tcp")

    def _on_close_path(self, event: ev.ClosePath) -> None:
        self._release(event.path)

    def _on_retired(self, event: ev.GenerationRetired) -> None:
        self._gatherer.retired(event.ufrag)

    def _learn(self, event: ev.AddressLearned) -> None:
        self._paths[event.path].learn(event.address, event.pair)

    def _forget(self, event: ev.AddressForgotten) -> None:
        if event.path in self._paths:
            self._paths[event.path].forget(event.address)

    async def _open_tcp(self, number: int, address: Address) -> None:
        self._paths[number] = path = self.new_path()
        path.number = number
        try:
            path.io = stream = await TcpStream.connect(
                address, path.receive, lambda: self.drop_path(number), self._runtime.network
            )
        except OSError as error:
            logger.debug("ICE-TCP to %s: %s", address, error)
            self.drop_path(number)
            return
        if number in self._paths:
            self._apply(self._agent.tcp_opened(number, stream.local, self._now()))
        else:
            # Not needed any more, or lost already.
            self._closers.spawn(path.aclose(), "ice path close")

    def _release(self, number: int) -> None:
        path = self._paths.pop(number, None)
        if path is not None:
            if path is self._path:
                self._path = None
            self._closers.spawn(path.aclose(), "ice path close")

    def _report_candidate(self, candidate: Candidate | None) -> None:
        if self._closing is None:
            if self._trace is not None:
                line = "end of candidates" if candidate is None else candidate.to_sdp()
                self._tell(TraceKind.CANDIDATE, TraceDirection.SENT, line)
            self._call(self._on_candidate, candidate)

    def _call(self, callback: Callable[..., None], *arguments: Any) -> None:
        try:
            callback(*arguments)
        except Exception:
            self._agent.counters.callback_errors += 1
            logger.exception("a callback of the ICE transport raised")

    async def _close(self) -> None:
        self._apply(self._agent.close())
        await self._tasks.aclose()
        await self._gatherer.aclose()
        for number in list(self._paths):
            self._release(number)
        await self._closers.wait()


def _route(pair: CandidatePair) -> str:
    local, remote = pair.local, pair.remote
    return (
        f"data goes over {local.type} {local.host}:{local.port} to"
        f" {remote.type} {remote.host}:{remote.port} ({local.transport})"
    )
