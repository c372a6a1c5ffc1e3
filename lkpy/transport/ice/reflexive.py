"""Questions to STUN servers: what does our address look like from outside (RFC 8489 section 12)."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy.transport.ice import stun
from lkpy.transport.ice.events import ServerReflexive, Transmit
from lkpy.transport.ice.parameters import Entropy
from lkpy.transport.ice.stun import Address

ATTEMPTS_AFTER = (0.0, 0.2, 0.6, 1.4, 3.0)
"""s after the start at which the question is (re)sent."""

GIVE_UP_AFTER = 5.0
"""s; a server that is silent for so long has no answer."""


@dataclass(slots=True)
class _Query:
    path: int
    server: Address
    started_at: float
    data: bytes
    tries: int = 0

    def due_at(self) -> float:
        after = ATTEMPTS_AFTER[self.tries] if self.tries < len(ATTEMPTS_AFTER) else GIVE_UP_AFTER
        return self.started_at + after


class ReflexiveQueries:
    """All open questions of an agent. Sans-IO: messages and events go to the agent's queues."""

    def __init__(self, entropy: Entropy, transmits: list[Transmit]) -> None:
        self._entropy = entropy
        self._transmits = transmits
        self._queries: dict[bytes, _Query] = {}

    def start(self, path: int, server: Address, now: float) -> None:
        """Ask `server` from `path`; exactly one `ServerReflexive` follows."""
        transaction_id, data = stun.plain_binding_request(self._entropy)
        self._queries[transaction_id] = _Query(path, server, now, data)

    def owns(self, transaction_id: bytes) -> bool:
        """Whether a response with this transaction id is for us."""
        return transaction_id in self._queries

    def receive(self, message: stun.Message, path: int) -> ServerReflexive | None:
        """Take a response that `owns` claimed. None when it does not fit its question."""
        query = self._queries[message.transaction_id]
        mapped = message.attributes.get("XOR-MAPPED-ADDRESS") or message.attributes.get("MAPPED-ADDRESS")
        if path != query.path or (mapped is None and message.message_class is stun.Class.RESPONSE):
            return None
        del self._queries[message.transaction_id]
        return ServerReflexive(
            path, query.server, mapped if message.message_class is stun.Class.RESPONSE else None
        )

    def handle_timeout(self, now: float) -> list[ServerReflexive]:
        """Send what is due; returns the questions that were given up."""
        lost: list[ServerReflexive] = []
        for transaction_id, query in list(self._queries.items()):
            while query.due_at() <= now:
                if query.tries >= len(ATTEMPTS_AFTER):
                    del self._queries[transaction_id]
                    lost.append(ServerReflexive(query.path, query.server, None))
                    break
                query.tries += 1
                self._transmits.append(Transmit(query.path, query.data, query.server))
        return lost

    def next_timeout(self) -> float | None:
        """When `handle_timeout` has something to do."""
        return min((query.due_at() for query in self._queries.values()), default=None)
