"""A machine on a virtual network: the `Network` that rooms and servers on it are given."""

from __future__ import annotations

import asyncio
import errno
import ssl as ssl_module
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from lkpy._loop.clock import Clock
from lkpy._runtime.network import Address, DatagramIo, DatagramReceiver
from lkpy.testing.virtual_network.link import Link
from lkpy.testing.virtual_network.stream import VirtualTransport, connect_pair

CONNECT_TIMEOUT = 127.0
"""Seconds after which a connection that nobody answers is given up (Linux's seven attempts)."""
FIRST_FREE_PORT = 49152
"""Ports from here on are picked for whoever wants any (RFC 6335 section 6)."""
LAST_PORT = 65535
MAX_DATAGRAM = 65507
"""Bytes in one UDP datagram over IPv4."""
WILDCARDS = ("", "0.0.0.0", "::")
"""All of a host's addresses; all of one family."""

_P = TypeVar("_P", bound=asyncio.Protocol)


class Surroundings(Protocol):
    """What a host needs of its network."""

    @property
    def clock(self) -> Clock:
        """When things arrive."""

    def link(self, source: VirtualHost, target: VirtualHost) -> Link:
        """The direction from one host to another."""

    def find(self, address: str, source: VirtualHost) -> VirtualHost | None:
        """The host with an address, as `source` sees it."""

    def resolve(self, name: str) -> Sequence[str]:
        """The addresses of a name. Raises OSError."""


class VirtualHost:
    """See `Network`. Made by `VirtualNetwork.host`.

    Attributes:
        address: the first of its addresses.
        endpoints: bound datagram endpoints, by where they are bound.
        listeners: the same of listeners.
    """

    def __init__(self, network: Surroundings, addresses: Sequence[str]) -> None:
        self.address = addresses[0]
        self.endpoints: dict[Address, VirtualEndpoint] = {}
        self.listeners: dict[Address, VirtualListener] = {}
        self._network = network
        self._addresses = tuple(addresses)
        self._next_port = FIRST_FREE_PORT

    def __repr__(self) -> str:
        return f"<VirtualHost {self.address}>"

    def addresses(self) -> Sequence[str]:
        """Loopback and its own, as a system lists them."""
        families = {":" in address for address in self._addresses}
        loopback = [own for own in ("127.0.0.1", "::1") if (":" in own) in families]
        return [*loopback, *self._addresses]

    def outgoing_address(self) -> str:
        """The first of its addresses."""
        return self.address

    async def open_datagrams(self, host: str, port: int, receiver: DatagramReceiver) -> VirtualEndpoint:
        """An endpoint in memory."""
        address = self._bind(host, port, self.endpoints)
        endpoint = self.endpoints[address] = VirtualEndpoint(self, address, receiver)
        return endpoint

    async def open_stream(
        self,
        host: str,
        port: int,
        protocol: Callable[[], _P],
        *,
        ssl: ssl_module.SSLContext | None = None,
        server_hostname: str | None = None,
    ) -> tuple[asyncio.Transport, _P]:
        """A stream in memory. There is no TLS: an `ssl` is refused with OSError."""
        if ssl is not None:
            raise OSError(errno.EPROTONOSUPPORT, "a virtual network has no TLS")
        far = (self._network.resolve(host)[0], port)
        target = self._network.find(far[0], self)
        if target is None:
            raise OSError(errno.EHOSTUNREACH, f"no host has the address {far[0]}")
        near = (self.source_for(far[0]), self._free_port(self.listeners))
        return await _Connecting(self, target, near, far).run(protocol)

    async def listen(self, host: str, port: int, protocol: Callable[[], asyncio.Protocol]) -> VirtualListener:
        """A listener in memory."""
        if host not in WILDCARDS:
            host = self._network.resolve(host)[0]
        address = self._bind(host, port, self.listeners)
        listener = self.listeners[address] = VirtualListener(self, address, protocol)
        return listener

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """What the network says; it takes no time."""
        return [(address, port) for address in self._network.resolve(host)]

    # What endpoints, listeners and connections ask

    def link_to(self, other: VirtualHost) -> Link:
        """The direction to another host, or to itself."""
        return self._network.link(self, other)

    def find(self, address: str) -> VirtualHost | None:
        """The host with an address."""
        return self._network.find(address, self)

    def source_for(self, target: str) -> str:
        """Where unbound endpoints send from when they send to `target`; empty: no way leads there."""
        kind = (is_loopback(target), ":" in target)
        return next((own for own in self.addresses() if (is_loopback(own), ":" in own) == kind), "")

    def _bind(self, host: str, port: int, taken: dict[Address, _B]) -> Address:
        if host not in WILDCARDS and host not in self.addresses():
            raise OSError(errno.EADDRNOTAVAIL, f"{host} is not an address of {self.address}")
        port = port or self._free_port(taken)
        for other_host, other_port in taken:
            if other_port == port and (_covers(host, other_host) or _covers(other_host, host)):
                raise OSError(errno.EADDRINUSE, f"port {port} of {host or self.address} is in use")
        return host, port

    def _free_port(self, taken: dict[Address, _B]) -> int:
        used = {port for _, port in taken}
        while True:
            port = self._next_port
            self._next_port = port + 1 if port < LAST_PORT else FIRST_FREE_PORT
            if port not in used:
                return port


class VirtualEndpoint(DatagramIo):
    """A bound endpoint; see `DatagramEndpoint`.

    Attributes:
        address: where it is bound.
    """

    def __init__(self, host: VirtualHost, address: Address, receiver: DatagramReceiver) -> None:
        self.address = address
        self._host = host
        self._receiver = receiver
        self._closed = False

    def send(self, data: bytes, address: Address) -> bool:
        source = self.address[0]
        if source in WILDCARDS:
            source = self._host.source_for(address[0])
        if self._closed or not source or len(data) > MAX_DATAGRAM:
            return False
        if (":" in source) is not (":" in address[0]):
            return False
        target = self._host.find(address[0])
        if is_loopback(source) and target is not self._host:
            return False
        if target is not None:
            link, datagram, origin = self._host.link_to(target), bytes(data), (source, self.address[1])
            link.carry_datagram(len(data), lambda: _deliver(target, address, datagram, origin, link))
        return True

    def receive(self, data: bytes, origin: Address) -> None:
        """A datagram has arrived."""
        self._receiver(data, origin)

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            del self._host.endpoints[self.address]


def _deliver(target: VirtualHost, address: Address, data: bytes, origin: Address, link: Link) -> None:
    endpoint = _bound(target.endpoints, address)
    if endpoint is None:
        link.counters.unclaimed += 1
    else:
        endpoint.receive(data, origin)


class VirtualListener:
    """A port that takes streams; see `Listener`.

    Attributes:
        port: the port listened on.
    """

    def __init__(self, host: VirtualHost, address: Address, protocol: Callable[[], asyncio.Protocol]) -> None:
        self.port = address[1]
        self._host = host
        self._address = address
        self._protocol = protocol

    def accept(self, transport: VirtualTransport) -> None:
        """Take the far end of a stream."""
        transport.connected(self._protocol())

    def stop(self) -> None:
        """Take no more streams; those there are go on."""
        if self._host.listeners.get(self._address) is self:
            del self._host.listeners[self._address]

    async def aclose(self) -> None:
        """The same: the port is free at once."""
        self.stop()


_B = TypeVar("_B", VirtualEndpoint, VirtualListener)


def _bound(table: dict[Address, _B], address: Address) -> _B | None:
    """Who is bound to an address, or to all of the host's."""
    host, port = address
    bound = (table.get((candidate, port)) for candidate in (host, *WILDCARDS) if _covers(candidate, host))
    return next((found for found in bound if found is not None), None)


def _covers(bound: str, address: str) -> bool:
    """Whether what is bound to the one gets what is sent to the other."""
    return bound in (address, "") or bound == ("::" if ":" in address else "0.0.0.0")


def is_loopback(address: str) -> bool:
    """Whether an IP address means the machine itself."""
    return address.startswith("127.") or address == "::1"


class _Connecting:
    """One attempt to connect: there with the question, back with the answer."""

    def __init__(self, source: VirtualHost, target: VirtualHost, near: Address, far: Address) -> None:
        self._target, self._far = target, far
        self._there, self._back = source.link_to(target), target.link_to(source)
        loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[None] = loop.create_future()
        self._ours, self._theirs = connect_pair(loop, self._there, self._back, near, far)

    async def run(self, protocol: Callable[[], _P]) -> tuple[asyncio.Transport, _P]:
        made: list[_P] = []

        def accepted() -> None:
            if self._answer.done():
                self._ours.abort()  # nobody waits any more
                return
            made.append(protocol())
            self._ours.connected(made[0])
            self._answer.set_result(None)

        self._there.carry_segment(0, lambda: self._on_question(accepted))
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await self._answer
        except TimeoutError:
            raise TimeoutError(errno.ETIMEDOUT, f"{self._far[0]} does not answer") from None
        except asyncio.CancelledError:
            if made:
                self._ours.abort()
            raise
        return self._ours, made[0]

    def _on_question(self, accepted: Callable[[], None]) -> None:
        listener = _bound(self._target.listeners, self._far)
        if listener is None or self._answer.done():
            self._back.carry_segment(0, self._refused)
            return
        # The answer goes first: what the other end says as soon as it is connected comes after it.
        self._back.carry_segment(0, accepted)
        listener.accept(self._theirs)

    def _refused(self) -> None:
        if not self._answer.done():
            text = f"nobody listens at {self._far[0]} port {self._far[1]}"
            self._answer.set_exception(ConnectionRefusedError(errno.ECONNREFUSED, text))
