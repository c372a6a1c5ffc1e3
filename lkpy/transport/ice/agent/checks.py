"""Connectivity checks: their pace, their repetition, what answers belong to (RFC 8445 section 7.2)."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy._runtime.network import Address
from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.agent.role import Role
from lkpy.transport.ice.candidate import peer_reflexive_priority
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.events import IceCounters
from lkpy.transport.ice.parameters import Entropy, IceConfig

BURST = 10
"""Checks that may leave at once; with few pairs nothing is paced at all."""

PACE = 0.005
"""s per check beyond the burst (RFC 8445 section 14.2: not below 5 ms)."""

MAX_RTO = 1.6

NOMINATION_TRIES = 5

RESEND_GAP = 0.02
"""s. A check of the peer triggers one of ours unless one left just now."""

MAX_TRANSACTIONS = 512


@dataclass(slots=True)
class Transaction:
    """A check that was sent and not answered.

    Attributes:
        nominates: it carried USE-CANDIDATE, or is one for consent on the selected pair.
        controlling: the role it was sent in.
    """

    generation: Generation
    pair: CandidatePair
    sent_at: float
    nominates: bool
    controlling: bool


class ConnectivityChecks:
    """Sends checks and finds the check that a response answers."""

    def __init__(
        self,
        config: IceConfig,
        entropy: Entropy,
        generations: Generations,
        role: Role,
        outbox: Outbox,
        counters: IceCounters,
    ) -> None:
        self._config = config
        self._entropy = entropy
        self._generations = generations
        self._role = role
        self._outbox = outbox
        self._counters = counters
        self._transactions: dict[bytes, Transaction] = {}
        self._tokens = float(BURST)
        self._tokens_at = 0.0

    def owns(self, transaction_id: bytes) -> bool:
        """Whether a response with this transaction id answers a check."""
        return transaction_id in self._transactions

    def run(self, now: float) -> None:
        """Send the checks that are due, as far as the pace allows."""
        self._tokens = min(float(BURST), self._tokens + (now - self._tokens_at) / PACE)
        self._tokens_at = now
        for generation in reversed(self._generations):
            for pair in generation.pairs:
                due = _check_due_at(generation, pair)
                if due is None or due > now:
                    continue
                if pair.give_up_at is not None and now >= pair.give_up_at:
                    _give_up(pair)
                    continue
                if self._tokens < 1:
                    return
                self._tokens -= 1
                self._check(generation, pair, now)

    def deadline(self) -> float | None:
        """When `run` has something to do."""
        dues = (
            _check_due_at(generation, pair) for generation in self._generations for pair in generation.pairs
        )
        first = min((due for due in dues if due is not None), default=None)
        return first if first is None or self._tokens >= 1 else max(first, self._tokens_at + PACE)

    def repeat(self, pair: CandidatePair, now: float) -> None:
        """Check the pair anew, as soon as the pace allows."""
        pair.state = PairState.WAITING
        pair.next_check_at = now
        pair.tries = 0

    def trigger(self, pair: CandidatePair, now: float) -> None:
        """The peer checked the pair (RFC 8445 section 7.3.1.4)."""
        if pair.state is PairState.SUCCEEDED:
            return
        just_now = pair.sent_at is not None and now - pair.sent_at < RESEND_GAP
        if pair.state is not PairState.IN_PROGRESS or not just_now:
            self.repeat(pair, now)

    def request(self, generation: Generation, pair: CandidatePair, now: float, *, nominates: bool) -> None:
        """Send one check now."""
        remote = generation.remote
        if remote is None:
            return
        transaction_id, data = stun.binding_request(
            self._entropy,
            local=generation.local,
            remote=remote,
            priority=peer_reflexive_priority(pair.local),
            controlling=self._role.controlling,
            tie_breaker=self._role.tie_breaker,
            use_candidate=nominates and self._role.controlling,
        )
        while len(self._transactions) >= MAX_TRANSACTIONS:
            del self._transactions[next(iter(self._transactions))]
        self._transactions[transaction_id] = Transaction(
            generation, pair, now, nominates, self._role.controlling
        )
        pair.requests_sent += 1
        pair.sent_at = now
        self._outbox.send(pair.path, data, pair.address)

    def answered(self, path: int, message: stun.Message, address: Address) -> Transaction | None:
        """The check that an authentic response answers. None: the response is dropped and counted."""
        transaction = self._transactions.get(message.transaction_id)
        if transaction is None:
            self._counters.unknown_transaction += 1
            return None
        generation, pair = transaction.generation, transaction.pair
        if generation.remote is None or not message.check_message_integrity(generation.remote.pwd.encode()):
            # An unsigned error may be forged, and a peer that does not know us yet says 401: keep asking.
            self._counters.bad_integrity += 1
            return None
        if (pair.path, pair.address) != (path, address):
            self._counters.asymmetric += 1
            return None
        del self._transactions[message.transaction_id]
        # The generation may have been retired, or the pair have made room for another one.
        return transaction if generation in self._generations and pair in generation.pairs else None

    def _check(self, generation: Generation, pair: CandidatePair, now: float) -> None:
        """Send a check and plan its repetition (RFC 8445 section 14.3, with our own RTO)."""
        if pair.state is PairState.WAITING:
            pair.state = PairState.IN_PROGRESS
            pair.give_up_at = now + self._config.failed_after
        pair.next_check_at = now + min(MAX_RTO, self._config.initial_rto * 2**pair.tries)
        pair.tries += 1
        if pair.nominating and pair.tries > NOMINATION_TRIES:
            _give_up(pair)
            return
        self.request(generation, pair, now, nominates=pair.nominating)


def _check_due_at(generation: Generation, pair: CandidatePair) -> float | None:
    """When the pair is to be checked (again); None: not at all."""
    if generation.remote is None or pair.next_check_at is None:
        return None
    if pair.state in (PairState.WAITING, PairState.IN_PROGRESS):
        wanted = generation.selected is None or pair.remote_nominated_at is not None
    else:
        wanted = pair.nominating and pair.state is PairState.SUCCEEDED
    return pair.next_check_at if wanted else None


def _give_up(pair: CandidatePair) -> None:
    pair.state = PairState.FAILED
    pair.next_check_at = None
    pair.nominating = False
