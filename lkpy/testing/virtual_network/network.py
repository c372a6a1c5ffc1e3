"""The network itself: who is on it, how they are called, and what is between them."""

from __future__ import annotations

import ipaddress
import random
import socket
from collections.abc import Sequence

from lkpy._loop.clock import Clock, LoopClock
from lkpy.testing.virtual_network.conditions import LinkConditions, LinkModel
from lkpy.testing.virtual_network.host import VirtualHost, is_loopback
from lkpy.testing.virtual_network.link import Link


class VirtualNetwork:
    """Hosts that reach each other over links. Used on one event loop.

    Args:
        seed: of all chance.
        conditions: of links between two hosts that nothing else is said about. Loopback is always perfect.
        clock: when things arrive; by default the running loop's, from the first time that one is needed.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        conditions: LinkConditions | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._seed = seed
        self._conditions = conditions or LinkConditions()
        self._clock = clock
        self._hosts: list[VirtualHost] = []
        self._by_address: dict[str, VirtualHost] = {}
        self._links: dict[tuple[VirtualHost, VirtualHost], Link] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def host(self, *addresses: str) -> VirtualHost:
        """A new machine.

        Args:
            addresses: its IP addresses, of either family; without any it gets the next of 10.0.0.0/24.

        Raises:
            ValueError: not an IP address, or another host has it.
        """
        given = [str(ipaddress.ip_address(address)) for address in addresses or (self._next_address(),)]
        for address in given:
            if address in self._by_address or ipaddress.ip_address(address).is_loopback:
                raise ValueError(f"the address {address} is not free")
        host = VirtualHost(self, given)
        self._hosts.append(host)
        self._by_address.update(dict.fromkeys(given, host))
        return host

    def name(self, name: str, *addresses: str) -> None:
        """Let `name` stand for addresses, best first."""
        self._names[name.lower()] = addresses

    def link(self, source: VirtualHost, target: VirtualHost) -> Link:
        """The direction from one host to another: its conditions and counters."""
        link = self._links.get((source, target))
        if link is None:
            # Each direction has chances of its own: traffic elsewhere changes nothing here.
            chance = random.Random(f"{self._seed} {source.address} {target.address}")
            conditions = LinkConditions() if source is target else self._conditions
            link = self._links[source, target] = Link(LinkModel(conditions, chance), self.clock)
        return link

    def shape(self, one: VirtualHost, other: VirtualHost, conditions: LinkConditions) -> None:
        """Set the conditions between two hosts, both ways; `link` has each of them."""
        for link in self._both_ways(one, other):
            link.conditions = conditions

    def partition(self, one: VirtualHost, other: VirtualHost) -> None:
        """Cut two hosts off from each other, both ways, until `heal`."""
        for link in self._both_ways(one, other):
            link.cut()

    def heal(self, one: VirtualHost, other: VirtualHost) -> None:
        """End a partition."""
        for link in self._both_ways(one, other):
            link.mend()

    def _both_ways(self, one: VirtualHost, other: VirtualHost) -> tuple[Link, Link]:
        return self.link(one, other), self.link(other, one)

    # What hosts ask

    @property
    def clock(self) -> Clock:
        """When things arrive."""
        if self._clock is None:
            self._clock = LoopClock.running()
        return self._clock

    def find(self, address: str, source: VirtualHost) -> VirtualHost | None:
        """The host with an address, as `source` sees it: loopback is itself."""
        return source if is_loopback(address) else self._by_address.get(address)

    def resolve(self, name: str) -> Sequence[str]:
        """The addresses of a name; an address is its own.

        Raises:
            OSError: there are none.
        """
        try:
            return (str(ipaddress.ip_address(name)),)
        except ValueError:
            found = self._names.get(name.lower())
        if found is None and name.lower() == "localhost":
            found = ("127.0.0.1",)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, f"the network knows no {name!r}")
        return found

    def _next_address(self) -> str:
        hosts = ipaddress.ip_network("10.0.0.0/24").hosts()
        return next(str(address) for address in hosts if str(address) not in self._by_address)
