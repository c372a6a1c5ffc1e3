"""Two or more ICE agents wired in memory, on a virtual clock."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from lkpy.transport.ice.agent.full import full_agent
from lkpy.transport.ice.agent.ice_agent import IceAgent
from lkpy.transport.ice.agent.lite import lite_agent
from lkpy.transport.ice.candidate import Candidate, candidate_priority
from lkpy.transport.ice.events import AddressForgotten, AddressLearned, Event, StateChanged
from lkpy.transport.ice.parameters import IceConfig
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.transport import IceTransport

Address = tuple[str, int]


def host(ip: str, port: int, preference: int = 65535, **more: Any) -> Candidate:
    """A host candidate."""
    return Candidate("f" + ip, 1, "udp", candidate_priority("host", preference), ip, port, "host", **more)


INPUTS = {
    "path_lost",
    "tcp_opened",
    "query_server",
    "restart",
    "close",
    "handle_timeout",
    "set_remote_parameters",
    "add_remote_candidate",
    "receive",
    "receive_message",
}


class Recorded:
    """An agent whose inputs hand the events they return to a sink as well."""

    def __init__(self, agent: IceAgent, sink: Callable[[Event], None]) -> None:
        self._agent = agent
        self._sink = sink

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._agent, name)
        if name not in INPUTS:
            return value

        def record(*arguments: Any) -> Any:
            events = value(*arguments)
            for event in events:
                self._sink(event)
            return events

        return record


@dataclass(eq=False)
class Node:
    """An agent on the network, with everything it said."""

    net: Network
    bare: IceAgent
    paths: dict[int, Address] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    known: set[tuple[int, Address]] = field(default_factory=set)
    data: list[bytes] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self.agent: Any = Recorded(self.bare, self._on_event)

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, AddressLearned):
            self.known.add((event.path, event.address))
        elif isinstance(event, AddressForgotten):
            self.known.discard((event.path, event.address))

    def bind(self, ip: str, port: int, preference: int = 65535) -> int:
        """A host path at an address of the network."""
        path = self.agent.add_path(host(ip, port, preference))
        self.paths[path] = (ip, port)
        self.net.owners[ip, port] = (self, path)
        self.net.flush()
        return path

    def states(self) -> list[IceState]:
        return [event.state for event in self.events if isinstance(event, StateChanged)]

    def receive(self, path: int, data: bytes, source: Address) -> None:
        if data and data[0] < 4:
            self.agent.receive(path, data, source, self.net.now)
        elif (path, source) in self.known:
            self.data.append(data)
        else:
            self.refused += 1

    def send(self, data: bytes) -> bool:
        """Application data over the agent's route."""
        pair = self.agent.route
        if pair is None:
            return False
        self.net.transmit(self, pair.path, data, pair.address)
        return True

    def candidates(self) -> list[Candidate]:
        return list(self.agent.local_candidates)


class Network:
    """Delivers datagrams between nodes in virtual time."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.now = 1000.0
        self.delay = 0.001
        self.drop: Callable[[Address, Address, bytes], bool] = lambda source, target, data: False
        self.nat: dict[Address, Address] = {}
        self.owners: dict[Address, tuple[Node, int]] = {}
        self.nodes: list[Node] = []
        self.sent: list[tuple[float, Address, Address, bytes]] = []
        self._queue: list[tuple[float, int, Address, Address, bytes]] = []
        self._count = itertools.count()

    def full(self, *, controlling: bool, **config: Any) -> Node:
        return self._add(
            full_agent(controlling=controlling, config=IceConfig(**config), entropy=self.random.randbytes)
        )

    def lite(self, **config: Any) -> Node:
        return self._add(lite_agent(config=IceConfig(**config), entropy=self.random.randbytes))

    def _add(self, agent: IceAgent) -> Node:
        node = Node(self, agent)
        self.nodes.append(node)
        return node

    def transmit(self, node: Node, path: int, data: bytes, target: Address) -> None:
        source = node.paths.get(path)
        if source is None:
            return
        self.sent.append((self.now, source, target, data))
        source = self.nat.get(source, source)
        if not self.drop(source, target, data):
            heapq.heappush(self._queue, (self.now + self.delay, next(self._count), source, target, data))

    def flush(self) -> None:
        """Carry out what the agents want."""
        for node in self.nodes:
            for transmit in node.agent.take_transmits():
                self.transmit(node, transmit.path, transmit.data, transmit.address)

    def signal(self, a: Node, b: Node, *, candidates: bool = True) -> None:
        """Exchange parameters (and candidates) both ways at once."""
        for ours, theirs in ((a, b), (b, a)):
            ours.agent.set_remote_parameters(theirs.agent.local_parameters, self.now)
            for candidate in theirs.candidates() if candidates else ():
                ours.agent.add_remote_candidate(candidate, self.now)
        self.flush()

    def run(self, duration: float = 30.0, until: Callable[[], bool] = lambda: False) -> float:
        """Run until the condition holds or the time is over. Returns the seconds it took."""
        start, end = self.now, self.now + duration
        steps = 0
        self.flush()
        while not until():
            steps += 1
            assert steps < 100_000, "the agents do not come to rest"
            timers = [t for t in (node.agent.next_deadline() for node in self.nodes) if t is not None]
            arrivals = [self._queue[0][0]] if self._queue else []
            due = min(timers + arrivals, default=end)
            if due >= end:
                self.now = end
                break
            self.now = max(self.now, due)
            while self._queue and self._queue[0][0] <= self.now:
                _, _, source, target, data = heapq.heappop(self._queue)
                public = {v: k for k, v in self.nat.items()}
                owner = self.owners.get(public.get(target, target))
                if owner is not None:
                    owner[0].receive(owner[1], data, source)
            for node in self.nodes:
                timeout = node.agent.next_deadline()
                if timeout is not None and timeout <= self.now:
                    node.agent.handle_timeout(self.now)
            self.flush()
        return self.now - start


@pytest.fixture
def net() -> Network:
    return Network()


@pytest.fixture
def network() -> type[Network]:
    return Network


class End:
    """An `IceTransport` with everything it reported."""

    def __init__(self, **settings: Any) -> None:
        self.data: list[bytes] = []
        self.states: list[IceState] = []
        self.candidates: list[Candidate | None] = []
        self.checked = 0
        self.changed = asyncio.Event()
        self.peer: End | None = None
        self.ice = IceTransport(
            on_data=self._note(self.data.append),
            on_candidate=self._note(self._on_candidate),
            on_state=self._note(self.states.append),
            on_checked=self._note(self._on_checked),
            **settings,
        )

    def _note(self, sink: Callable[..., None]) -> Callable[..., None]:
        def note(*arguments: Any) -> None:
            sink(*arguments)
            self.changed.set()

        return note

    def _on_checked(self) -> None:
        self.checked += 1

    def _on_candidate(self, candidate: Candidate | None) -> None:
        self.candidates.append(candidate)
        if candidate is not None and self.peer is not None:
            self.peer.ice.add_remote_candidate(candidate)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition on what was reported."""
        async with asyncio.timeout(5):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def connected(self) -> None:
        await self.until(lambda: self.ice.state is IceState.CONNECTED)


@pytest.fixture
async def end() -> AsyncIterator[Callable[..., End]]:
    """Makes ends, and closes them after the test."""
    ends: list[End] = []

    def make(**settings: Any) -> End:
        ends.append(End(**settings))
        return ends[-1]

    yield make
    start = time.monotonic()
    await asyncio.gather(*(one.ice.aclose() for one in ends))
    assert time.monotonic() - start < 1.0


async def join(a: End, b: End) -> None:
    """Gather, signal both ways, trickle what comes later, wait until both are connected."""
    await asyncio.gather(a.ice.gather(), b.ice.gather())
    signal(a, b)
    await asyncio.gather(a.connected(), b.connected())


def signal(a: End, b: End) -> None:
    """Exchange parameters and candidates, later ones as they come."""
    a.peer, b.peer = b, a
    for ours, theirs in ((a, b), (b, a)):
        ours.ice.set_remote_parameters(theirs.ice.local_parameters)
        for candidate in theirs.ice.local_candidates:
            ours.ice.add_remote_candidate(candidate)


@pytest.fixture
def joined() -> Callable[[End, End], Awaitable[None]]:
    return join


@pytest.fixture
def signalled() -> Callable[[End, End], None]:
    return signal
