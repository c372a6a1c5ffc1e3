"""Many ICE agents on one UDP port: checks are told apart by user name, everything else by source address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lkpy._runtime.network import Address, DatagramEndpoint, Network
from lkpy._runtime.system_network import SystemNetwork
from lkpy.transport.ice import stun
from lkpy.transport.ice.checklist import CandidatePair
from lkpy.transport.ice.events import IceCounters
from lkpy.transport.ice.path import LocalPath, StunSink


@dataclass(slots=True)
class MuxCounters:
    """What was dropped before an agent was found.

    Attributes:
        empty: datagrams without a byte.
        malformed: datagrams that look like STUN and are not.
        unknown_user: checks without or with an unknown user name.
        unknown_transaction: responses to nothing an agent asked.
        unknown_source: other datagrams from unknown addresses.
    """

    empty: int = 0
    malformed: int = 0
    unknown_user: int = 0
    unknown_transaction: int = 0
    unknown_source: int = 0


class UdpMux:
    """One UDP port shared by agents. Close the agents first.

    The port is bound to the address that candidates advertise: from 0.0.0.0 the response to a check could
    carry another source address, and the peer would drop it.

    Attributes:
        address: the bound address.
        io: sends from the port; None before `open` and after `aclose`.
        counters: what was dropped.
    """

    def __init__(self) -> None:
        self.address: Address = ("", 0)
        self.io: DatagramEndpoint | None = None
        self.counters = MuxCounters()
        self._by_user: dict[str, LocalPath] = {}
        self._by_source: dict[Address, LocalPath] = {}

    @classmethod
    async def open(cls, host: str = "127.0.0.1", port: int = 0, network: Network | None = None) -> UdpMux:
        """Bind the port (0: any free one) on `network`, the system's unless another is given.

        Raises:
            OSError: the address cannot be bound.
        """
        mux = cls()
        mux.io = await (network or SystemNetwork()).open_datagrams(host, port, mux.receive)
        mux.address = mux.io.address
        return mux

    @property
    def users(self) -> int:
        """Registered user names."""
        return len(self._by_user)

    @property
    def sources(self) -> int:
        """Source addresses that belong to an agent."""
        return len(self._by_source)

    def register(self, ufrag: str, path: LocalPath) -> None:
        """Checks for `ufrag` go to `path`."""
        self._by_user[ufrag] = path

    def unregister(self, ufrag: str, path: LocalPath) -> None:
        """Undo `register`, unless another path took the name."""
        if self._by_user.get(ufrag) is path:
            del self._by_user[ufrag]

    def learn(self, address: Address, path: LocalPath) -> None:
        """Datagrams from `address` go to `path`."""
        self._by_source[address] = path

    def forget(self, address: Address, path: LocalPath) -> None:
        """Undo `learn`, unless the address moved to another path."""
        if self._by_source.get(address) is path:
            del self._by_source[address]

    def remove(self, path: LocalPath) -> None:
        """Forget everything about `path`."""
        for ufrag in [ufrag for ufrag, owner in self._by_user.items() if owner is path]:
            del self._by_user[ufrag]
        for address in [address for address, owner in self._by_source.items() if owner is path]:
            del self._by_source[address]

    def receive(self, data: bytes, address: Address) -> None:
        """A datagram from the port. Never raises."""
        path = self._by_source.get(address)
        if path is not None and data and data[0] >= 4:
            path.receive(data, address)
        elif not data:
            self.counters.empty += 1
        elif data[0] < 4:
            self._on_stun(data, address)
        else:
            self.counters.unknown_source += 1

    def _on_stun(self, data: bytes, address: Address) -> None:
        message = stun.parse(data)
        if message is None:
            self.counters.malformed += 1
            return
        path: LocalPath | None
        if message.message_class is stun.Class.REQUEST:
            path = self._by_user.get(message.attributes.get("USERNAME", "").partition(":")[0])
            if path is None:
                self.counters.unknown_user += 1
                return
        else:
            path = self._by_source.get(address)
            if path is None or not path.owns_transaction(message.transaction_id):
                # The first response to an agent's check comes before anything is known of its address.
                owners = (
                    p for p in set(self._by_user.values()) if p.owns_transaction(message.transaction_id)
                )
                path = next(owners, None)
            if path is None:
                self.counters.unknown_transaction += 1
                return
        path.receive_message(message, address)

    async def aclose(self) -> None:
        """Close the port. Idempotent."""
        endpoint, self.io = self.io, None
        self._by_user.clear()
        self._by_source.clear()
        if endpoint is not None:
            await endpoint.aclose()


class MuxPath(LocalPath):
    """One agent's path on a mux, which learns the peer's addresses with it."""

    __slots__ = ("_mux",)

    def __init__(
        self, mux: UdpMux, sink: StunSink, on_data: Callable[[bytes], None], counters: IceCounters
    ) -> None:
        super().__init__(sink, on_data, counters)
        self.io = mux.io
        self._mux = mux

    def learn(self, address: Address, pair: CandidatePair) -> None:
        super().learn(address, pair)
        self._mux.learn(address, self)

    def forget(self, address: Address) -> None:
        super().forget(address)
        self._mux.forget(address, self)

    async def aclose(self) -> None:
        """Leave the mux; its port stays."""
        self._mux.remove(self)
