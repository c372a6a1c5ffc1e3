"""Questions to STUN servers: what does our address look like from outside (RFC 8489 section 12)."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy._runtime.network import Address
from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.events import IceCounters, ServerReflexive
from lkpy.transport.ice.parameters import Entropy

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
    """All open questions of an agent; tells one `ServerReflexive` for each."""

    def __init__(self, entropy: Entropy, outbox: Outbox, counters: IceCounters) -> None:
        self._entropy = entropy
        self._outbox = outbox
        self._counters = counters
        self._queries: dict[bytes, _Query] = {}

    def start(self, path: int, server: Address, now: float) -> None:
        """Ask `server` from `path`."""
        transaction_id, data = stun.plain_binding_request(self._entropy)
        self._queries[transaction_id] = _Query(path, server, now, data)

    def owns(self, transaction_id: bytes) -> bool:
        """Whether a response with this transaction id is for us."""
        return transaction_id in self._queries

    def receive(self, path: int, message: stun.Message) -> None:
        """Take a response that `owns` claimed."""
        query = self._queries[message.transaction_id]
        mapped = message.attributes.get("XOR-MAPPED-ADDRESS") or message.attributes.get("MAPPED-ADDRESS")
        refused = message.message_class is stun.Class.ERROR
        if path != query.path or not (mapped or refused):
            self._counters.asymmetric += 1
            return
        del self._queries[message.transaction_id]
        self._outbox.tell(ServerReflexive(path, query.server, None if refused else mapped))

    def run(self, now: float) -> None:
        """Send what is due; give up what was not answered."""
        for transaction_id, query in list(self._queries.items()):
            while query.due_at() <= now:
                if query.tries >= len(ATTEMPTS_AFTER):
                    del self._queries[transaction_id]
                    self._outbox.tell(ServerReflexive(query.path, query.server, None))
                    break
                query.tries += 1
                self._outbox.send(query.path, query.data, query.server)

    def deadline(self) -> float | None:
        """When `run` has something to do."""
        return min((query.due_at() for query in self._queries.values()), default=None)
