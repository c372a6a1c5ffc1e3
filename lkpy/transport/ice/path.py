"""A local path: something that sends datagrams, and the receiving side that tells STUN from data."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from lkpy._runtime.network import Address, DatagramIo
from lkpy.transport.ice.checklist import CandidatePair
from lkpy.transport.ice.events import IceCounters
from lkpy.transport.ice.stun import Message

logger = logging.getLogger(__name__)


class StunSink(Protocol):
    """Where a path delivers STUN to."""

    def on_stun(self, path: int, data: bytes, address: Address) -> None:
        """A datagram that looks like STUN."""

    def on_message(self, path: int, message: Message, address: Address) -> None:
        """A parsed STUN message."""

    def owns_transaction(self, transaction_id: bytes) -> bool:
        """Whether a response is for this sink."""


class LocalPath:
    """Receives the datagrams of one path; whoever sends asks `io` itself.

    Attributes:
        io: sends; None while there is no socket.
        known: source addresses on which the peer proved itself, with the pair to count on.
        on_data: takes each application datagram.
    """

    __slots__ = ("_counters", "_sink", "io", "known", "number", "on_data")

    def __init__(self, sink: StunSink, on_data: Callable[[bytes], None], counters: IceCounters) -> None:
        self.number = 0
        self.io: DatagramIo | None = None
        self.known: dict[Address, CandidatePair] = {}
        self.on_data = on_data
        self._sink = sink
        self._counters = counters

    def receive(self, data: bytes, address: Address) -> None:
        """A datagram from the network. Never raises."""
        pair = self.known.get(address)
        if pair is None or not data or data[0] < 4:
            self._receive_other(data, address)
            return
        pair.packets_received += 1
        pair.bytes_received += len(data)
        try:
            self.on_data(data)
        except Exception:
            self._counters.callback_errors += 1
            logger.exception("a receiver of datagrams raised")

    def _receive_other(self, data: bytes, address: Address) -> None:
        if not data:
            self._counters.empty += 1
        elif data[0] < 4:
            self._sink.on_stun(self.number, data, address)
        else:
            self._counters.unknown_source += 1

    def learn(self, address: Address, pair: CandidatePair) -> None:
        """The peer proved itself at `address`."""
        self.known[address] = pair

    def forget(self, address: Address) -> None:
        """`address` is not the peer's any more."""
        self.known.pop(address, None)

    def receive_message(self, message: Message, address: Address) -> None:
        """A STUN message that was parsed to find this path."""
        self._sink.on_message(self.number, message, address)

    def owns_transaction(self, transaction_id: bytes) -> bool:
        """Whether a response with this id is for this path's agent."""
        return self._sink.owns_transaction(transaction_id)

    async def aclose(self) -> None:
        """Let the socket go."""
        if self.io is not None:
            await self.io.aclose()
