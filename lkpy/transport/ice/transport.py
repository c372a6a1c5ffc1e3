"""`IceTransport`: drives an ICE agent over real sockets."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from lkpy._loop.tasks import OwnedTasks
from lkpy._runtime.network import DatagramIo
from lkpy.transport.ice import events as ev
from lkpy.transport.ice.agent import IceAgent
from lkpy.transport.ice.base import BaseAgent
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import CandidatePair
from lkpy.transport.ice.gather import Gatherer
from lkpy.transport.ice.lite import LiteAgent
from lkpy.transport.ice.mux import MuxPath, UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceParameters, IceServer
from lkpy.transport.ice.path import LocalPath
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.stats import IceStats
from lkpy.transport.ice.stun import Address, Message
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
    ) -> None:
        self._config = config or IceConfig()
        self._loop = asyncio.get_running_loop()
        self._agent: BaseAgent = (
            LiteAgent(config=self._config, entropy=os.urandom)
            if lite
            else IceAgent(controlling=controlling, config=self._config, entropy=os.urandom)
        )
        self._on_data = on_data
        self._on_candidate = on_candidate
        self._on_state = on_state
        self._on_checked = on_checked
        self._paths: dict[int, LocalPath] = {}
        self._gatherer = Gatherer(self, self._agent, self._config, mux, self._report_candidate)
        self._tasks = OwnedTasks()
        self._closers = OwnedTasks()
        self._timer: asyncio.TimerHandle | None = None
        self._gathered = False
        self._closing: asyncio.Task[None] | None = None
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            ev.StateChanged: lambda e: self._call(self._on_state, e.state),
            ev.Checked: lambda e: self._call(self._on_checked),
            ev.AddressLearned: self._learn,
            ev.AddressForgotten: self._forget,
            ev.OpenTcp: lambda e: self._tasks.spawn(self._open_tcp(e.path, e.address), "ice tcp"),
            ev.ClosePath: lambda e: self._release(e.path),
            ev.GenerationRetired: lambda e: self._gatherer.retired(e.ufrag),
            ev.ServerReflexive: lambda e: self._gatherer.reflexive(e),
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
        self._agent.set_remote_parameters(p, self.now())
        self.flush()

    def add_remote_candidate(self, c: Candidate) -> None:
        """A candidate of the peer, in any order with `set_remote_parameters`."""
        self._agent.add_remote_candidate(c, self.now())
        self.flush()

    def restart(self) -> IceParameters:
        """New local credentials. The old path carries data until a new one is selected.

        `local_candidates` carry the new fragment at once; `on_candidate` repeats them from the next turn of
        the loop on, with those of interfaces and servers that are new.
        """
        parameters = self._agent.restart(self.now())
        self._gatherer.renamed()
        if self._gathered and self._closing is None:
            self._tasks.spawn(self._gatherer.gather(repeat=True), "ice gather")
        self.flush()
        return parameters

    def send(self, data: bytes) -> None:
        """Send on the best pair. Never raises; without a pair the datagram is dropped and counted."""
        pair = self._agent.route
        if pair is None:
            self._agent.counters.unroutable += 1
            return
        path = self._paths.get(pair.path)
        if path is None or not path.send(data, pair.address):
            self._agent.counters.not_sent += 1
            return
        pair.packets_sent += 1
        pair.bytes_sent += len(data)

    def send_many(self, datagrams: Sequence[bytes]) -> None:
        """The same for several datagrams (at least one), in order."""
        pair = self._agent.route
        counters = self._agent.counters
        if pair is None:
            counters.unroutable += len(datagrams)
            return
        path = self._paths.get(pair.path)
        sent = 0 if path is None else path.send_many(datagrams, pair.address)
        counters.not_sent += len(datagrams) - sent
        pair.packets_sent += sent
        pair.bytes_sent += sum(map(len, datagrams)) * sent // len(datagrams)

    def stats(self) -> IceStats:
        """A snapshot."""
        return IceStats.of(self._agent)

    async def aclose(self) -> None:
        """Close everything within a second. Idempotent; concurrent calls wait for the same end."""
        if self._closing is None:
            self._closing = self._loop.create_task(self._close(), name="ice close")
        await asyncio.shield(self._closing)

    # ---- for paths (`StunSink`) and gathering (`PathHost`)

    def now(self) -> float:
        """The loop's time, s."""
        return self._loop.time()

    def owns_transaction(self, transaction_id: bytes) -> bool:
        """Whether a response is for this transport's agent."""
        return self._agent.owns_transaction(transaction_id)

    def on_stun(self, path: int, data: bytes, address: Address) -> None:
        """A datagram that looks like STUN arrived."""
        self._agent.receive(path, data, address, self.now())
        self.flush()

    def on_message(self, path: int, message: Message, address: Address) -> None:
        """A parsed STUN message arrived."""
        self._agent.receive_message(path, message, address, self.now())
        self.flush()

    def new_path(self, mux: UdpMux | None = None) -> LocalPath:
        """A path without a socket yet, or one on `mux`."""
        settings = (self, self._on_data, self._agent.counters)
        return LocalPath(*settings) if mux is None else MuxPath(mux, *settings)

    def adopt(self, path: LocalPath, io: DatagramIo, candidate: Candidate) -> int:
        """Give the path its socket and announce its base to the agent."""
        path.io = io
        path.number = self._agent.add_path(candidate)
        self._paths[path.number] = path
        if self._closing is not None:
            self._release(path.number)
        return path.number

    def drop_path(self, number: int) -> None:
        """The path's socket or allocation is gone or unwanted."""
        self._gatherer.path_lost(number)
        self._agent.path_lost(number, self.now())
        self._release(number)
        self.flush()

    def flush(self) -> None:
        """Send what the agent wants sent, tell its events, set the one timer."""
        agent = self._agent
        while True:
            for transmit in agent.take_transmits():
                path = self._paths.get(transmit.path)
                if path is not None:
                    path.send(transmit.data, transmit.address)
            events = agent.take_events()
            if not events:
                break
            for event in events:
                self._handlers[type(event)](event)
        self._arm()

    # ---- inner

    def _arm(self) -> None:
        due = None if self._closing is not None else self._agent.next_timeout()
        if self._timer is not None:
            if due is not None and self._timer.when() == due:
                return
            self._timer.cancel()
            self._timer = None
        if due is not None:
            self._timer = self._loop.call_at(due, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._agent.handle_timeout(self.now())
        self.flush()

    def _learn(self, event: ev.AddressLearned) -> None:
        if event.path in self._paths:
            self._paths[event.path].learn(event.address, event.pair)

    def _forget(self, event: ev.AddressForgotten) -> None:
        if event.path in self._paths:
            self._paths[event.path].forget(event.address)

    async def _open_tcp(self, number: int, address: Address) -> None:
        path = self.new_path()
        path.number = number
        try:
            stream = await TcpStream.connect(address, path.receive, lambda: self.drop_path(number))
        except OSError as error:
            logger.debug("ICE-TCP to %s: %s", address, error)
            self._agent.path_lost(number, self.now())
            self.flush()
            return
        path.io = stream
        self._paths[number] = path
        assert isinstance(self._agent, IceAgent)
        if self._closing is not None or not self._agent.tcp_opened(number, stream.local, self.now()):
            self._release(number)
        self.flush()

    def _release(self, number: int) -> None:
        path = self._paths.pop(number, None)
        if path is not None and path.io is not None:
            self._closers.spawn(path.io.aclose(), "ice path close")

    def _report_candidate(self, candidate: Candidate | None) -> None:
        if self._closing is None:
            self._call(self._on_candidate, candidate)

    def _call(self, callback: Callable[..., None], *arguments: Any) -> None:
        try:
            callback(*arguments)
        except Exception:
            self._agent.counters.callback_errors += 1
            logger.exception("a callback of the ICE transport raised")

    async def _close(self) -> None:
        self._agent.close()
        self.flush()
        await self._tasks.aclose()
        await self._gatherer.aclose()
        for number in list(self._paths):
            self._release(number)
        await self._closers.wait()
