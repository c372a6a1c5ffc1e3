"""The source addresses at which the peer proved itself: only their datagrams are taken."""

from __future__ import annotations

from collections.abc import Iterable

from lkpy._runtime.network import Address
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.checklist import CandidatePair
from lkpy.transport.ice.events import AddressForgotten, AddressLearned, Checked

MAX_KNOWN_ADDRESSES = 64
"""Source addresses of the peer that are remembered; a peer behind odd NATs has a handful."""


class ProvenAddresses:
    """Tells `Checked` once, then `AddressLearned` and `AddressForgotten`."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._known: dict[tuple[int, Address], CandidatePair] = {}
        self._stale: dict[tuple[int, Address], CandidatePair] = {}
        self._checked = False

    def prove(self, pair: CandidatePair, route: CandidatePair | None, now: float) -> None:
        """The peer is behind the pair's remote address. `route` carries data and is not forgotten for it."""
        pair.authenticated_at = now
        key = (pair.path, pair.address)
        if self._known.get(key) is not pair:
            self._known.pop(key, None)
            if len(self._known) >= MAX_KNOWN_ADDRESSES:
                self._forget(next(k for k, p in self._known.items() if p is not route))
            self._known[key] = pair
            self._outbox.tell(AddressLearned(pair.path, pair.address, pair))
        if not self._checked:
            self._checked = True
            self._outbox.tell(Checked())

    def forget_path(self, path: int) -> None:
        """Nothing arrives on the path any more."""
        for key in [key for key in self._known if key[0] == path]:
            self._forget(key)

    def retire(self, pairs: Iterable[CandidatePair]) -> None:
        """Datagrams that are still on the way over these pairs are taken until the next retirement."""
        for key, pair in self._stale.items():
            if self._known.get(key) is pair:
                self._forget(key)
        dropped = set(pairs)
        self._stale = {key: pair for key, pair in self._known.items() if pair in dropped}

    def _forget(self, key: tuple[int, Address]) -> None:
        del self._known[key]
        self._outbox.tell(AddressForgotten(*key))
