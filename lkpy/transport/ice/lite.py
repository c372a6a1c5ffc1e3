"""A lite ICE agent (RFC 8445 section 2.5): answers checks and follows nominations, sends none of its own."""

from __future__ import annotations

from lkpy.transport.ice import stun
from lkpy.transport.ice.base import BaseAgent
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.parameters import Entropy, IceConfig
from lkpy.transport.ice.stun import Address

PATIENCE = 1.5
"""A lite agent only listens, and full agents may check as seldom as every 6 s (RFC 7675 section 5.1)."""


class LiteAgent(BaseAgent):
    """Always controlled. A pair is usable from its first authenticated check; data counts as life."""

    lite = True

    def __init__(self, *, config: IceConfig, entropy: Entropy) -> None:
        super().__init__(controlling=False, config=config, entropy=entropy)
        self._packets_seen = 0

    def next_timeout(self) -> float | None:
        deadlines = [d for d in (self._state_deadline(), self._queries.next_timeout()) if d is not None]
        return min(deadlines, default=None)

    def handle_timeout(self, now: float) -> None:
        self._events.extend(self._queries.handle_timeout(now))
        pair = self.route
        if pair is not None and pair.packets_received != self._packets_seen:
            # Looked at only when the deadline comes: the path of a datagram stays free of clocks.
            self._packets_seen = pair.packets_received
            pair.authenticated_at = now
        self._settle(now)

    def owns_transaction(self, transaction_id: bytes) -> bool:
        return self._queries.owns(transaction_id)

    def _begin(self, generation: Generation) -> None:
        """Nothing to start: the peer checks."""

    def _take_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        self._remember_candidate(generation, candidate)

    def _on_response(self, path: int, message: stun.Message, address: Address, now: float) -> None:
        if not self._queries.owns(message.transaction_id):
            self.counters.unknown_transaction += 1
            return
        event = self._queries.receive(message, path)
        if event is None:
            self.counters.asymmetric += 1
        else:
            self._events.append(event)

    def _retired(self, generations: list[Generation]) -> None:
        """Nothing hangs on a generation here."""

    def _on_check(self, generation: Generation, pair: CandidatePair, use_candidate: bool, now: float) -> None:
        pair.state = PairState.SUCCEEDED
        if use_candidate:
            self._follow_nomination(generation, pair, now)
            pair.remote_nominated_at = now

    def _resolve_role(self, message: stun.Message) -> bool:
        return "ICE-CONTROLLED" not in message.attributes

    def _silence_limits(self) -> tuple[float, float]:
        return self.config.disconnected_after * PATIENCE, self.config.failed_after * PATIENCE
