"""Where the parts of an agent put what is to be sent and what is to be told."""

from __future__ import annotations

from lkpy._runtime.network import Address
from lkpy.transport.ice.events import Event, Transmit


class Outbox:
    """One for all parts of an agent, so that everything leaves in the order in which it came up."""

    __slots__ = ("_events", "_transmits")

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._transmits: list[Transmit] = []

    def tell(self, event: Event) -> None:
        """The driver is told of it."""
        self._events.append(event)

    def send(self, path: int, data: bytes, address: Address) -> None:
        """The driver sends it."""
        self._transmits.append(Transmit(path, data, address))

    def take_events(self) -> list[Event]:
        """Events since the last call, oldest first."""
        taken, self._events = self._events, []
        return taken

    def take_transmits(self) -> list[Transmit]:
        """Datagrams since the last call, in order."""
        taken, self._transmits = self._transmits, []
        return taken
