"""Ends of an ICE transport that note what is reported, and a network in memory for them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from typing import Any

from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.transport import IceTransport

Address = tuple[str, int]


class MemoryEndpoint:
    """An endpoint of a `MemoryNetwork`."""

    def __init__(self, network: MemoryNetwork, address: Address, receiver: Callable[..., None]) -> None:
        self.network, self.address, self.receiver = network, address, receiver
        self.closed = False

    def send(self, data: bytes, address: Address) -> bool:
        target = self.network.endpoints.get(address)
        if self.closed or address[0] in self.network.unreachable:
            return False
        if target is not None:
            asyncio.get_running_loop().call_soon(target.receiver, bytes(data), self.address)
        return True

    def send_many(self, datagrams: Any, address: Address) -> int:
        return sum(self.send(data, address) for data in datagrams)

    async def aclose(self) -> None:
        self.closed = True
        self.network.endpoints.pop(self.address, None)


class MemoryTransport(asyncio.Transport):
    """A connection to nobody."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("10.0.0.1", 9999)})
        self.protocol: Any = None
        self.written: list[bytes] = []
        self.gone = False

    def is_closing(self) -> bool:
        return self.gone

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        if not self.gone:
            self.gone = True
            self.protocol.connection_lost(None)

    abort = close


class MemoryNetwork:
    """A machine with one or more addresses and no sockets; names are looked up in `names`."""

    def __init__(self, *addresses: str) -> None:
        self.own = addresses
        self.endpoints: dict[Address, MemoryEndpoint] = {}
        self.names: dict[str, list[str]] = {}
        self.unreachable: set[str] = set()
        self.refused: set[str] = set()
        self.short: dict[Address, Callable[[Any], None]] = {}
        """Where connections end at once, and what happens to them."""
        self.ports = itertools.count(40_000)
        self.opened: list[MemoryEndpoint] = []

    def addresses(self) -> tuple[str, ...]:
        return self.own

    async def open_datagrams(self, host: str, port: int, receiver: Callable[..., None]) -> MemoryEndpoint:
        if host in self.refused:
            raise OSError(f"{host} cannot be bound")
        endpoint = MemoryEndpoint(self, (host, port or next(self.ports)), receiver)
        self.endpoints[endpoint.address] = endpoint
        self.opened.append(endpoint)
        return endpoint

    async def open_stream(self, host: str, port: int, protocol: Callable[[], Any], **_: Any) -> Any:
        """A connection that is lost, or closed by who asked for it, in the turn in which it stands."""
        if (host, port) not in self.short:
            raise OSError("nobody listens")
        made, transport = protocol(), MemoryTransport()
        transport.protocol = made
        made.connection_made(transport)
        self.short[host, port](made)
        return transport, made

    async def resolve(self, host: str, port: int) -> list[Address]:
        if host not in self.names:
            raise OSError(f"no such name: {host}")
        return [(ip, port) for ip in self.names[host]]


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
        """Wait for a condition. What is not reported, as a selection, is looked at now and then."""
        async with asyncio.timeout(5):
            while not condition():
                self.changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), 0.01)

    async def connected(self) -> None:
        await self.until(lambda: self.ice.state is IceState.CONNECTED)


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
