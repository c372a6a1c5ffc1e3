"""A full ICE agent (RFC 8445, trickle RFC 8838, consent RFC 7675, active TCP RFC 6544), sans-IO."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy.transport.ice import stun
from lkpy.transport.ice.base import peer_reflexive
from lkpy.transport.ice.candidate import peer_reflexive_priority
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.pairing import PairingAgent
from lkpy.transport.ice.parameters import Entropy, IceConfig
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.stun import Address

BURST = 10
"""Checks that may leave at once; with few pairs nothing is paced at all."""

PACE = 0.005
"""s per check beyond the burst (RFC 8445 section 14.2: not below 5 ms)."""

MAX_RTO = 1.6

NOMINATION_WAIT = 0.1
"""s a relayed or TCP pair that answered first waits for a direct one."""

SIBLING_NOMINATION_WAIT = 0.02
"""s a pair waits for a better one of its kind, if its own round trip is not shorter."""

NOMINATION_TRIES = 5

PRUNE_AFTER = 2.0
"""s after the selection when connections that were not chosen are closed."""

RESEND_GAP = 0.02
"""s. A check of the peer triggers one of ours unless one left just now."""

SILENT_CONSENT_INTERVAL = 0.5
"""s between consent checks while the last one is unanswered."""

MAX_TRANSACTIONS = 512


@dataclass(slots=True)
class _Transaction:
    generation: Generation
    pair: CandidatePair
    sent_at: float
    nominate: bool
    controlling: bool


class IceAgent(PairingAgent):
    """Checks pairs, nominates when controlling, keeps consent on the selected pair.

    Args:
        controlling: our first guess of the role; a lite peer or a lost role conflict changes it.
        config: servers are not used here, timing is.
        entropy: source of all randomness.
    """

    lite = False

    def __init__(self, *, controlling: bool, config: IceConfig, entropy: Entropy) -> None:
        super().__init__(controlling=controlling, config=config, entropy=entropy)
        self._transactions: dict[bytes, _Transaction] = {}
        self._tokens = float(BURST)
        self._tokens_at = 0.0
        self._consent_at: float | None = None
        self._consent_sent_at: float | None = None

    def _retired(self, generations: list[Generation]) -> None:
        super()._retired(generations)
        for transaction_id in [i for i, t in self._transactions.items() if t.generation in generations]:
            del self._transactions[transaction_id]

    def owns_transaction(self, transaction_id: bytes) -> bool:
        return transaction_id in self._transactions or self._queries.owns(transaction_id)

    def next_timeout(self) -> float | None:
        if self._closed:
            return None
        due = [self._state_deadline(), self._queries.next_timeout(), self._consent_at]
        due += [at for at in self._tcp.values() if at is not None]
        for generation in self._generations:
            due += [generation.prune_at, generation.nominate_at]
            checks = [pair.next_check_at for pair in generation.pairs if self._has_check(generation, pair)]
            if checks:
                first = min(at for at in checks if at is not None)
                due.append(first if self._tokens >= 1 else max(first, self._tokens_at + PACE))
        return min((at for at in due if at is not None), default=None)

    def handle_timeout(self, now: float) -> None:
        self._events.extend(self._queries.handle_timeout(now))
        self._settle(now)

    def _begin(self, generation: Generation) -> None:
        assert generation.remote is not None
        if generation.remote.lite and not self.controlling:
            # RFC 8445 section 6.1.1: the full agent controls.
            self._switch_role(True)

    def _has_check(self, generation: Generation, pair: CandidatePair) -> bool:
        """Whether the pair waits for a (re)transmission."""
        if generation.remote is None or pair.next_check_at is None:
            return False
        if pair.state in (PairState.WAITING, PairState.IN_PROGRESS):
            return generation.selected is None or pair.remote_nominated_at is not None
        return pair.nominating and pair.state is PairState.SUCCEEDED

    def _settle(self, now: float) -> None:
        super()._settle(now)
        if self._closed:
            return
        for path, at in self._tcp.items():
            if at is not None and at <= now:
                self._open_tcp(path)
        for generation in list(self._generations):
            self._nominate(generation, now)
            self._prune(generation, now)
        self._run_checks(now)
        self._run_consent(now)

    def _run_checks(self, now: float) -> None:
        self._tokens = min(float(BURST), self._tokens + (now - self._tokens_at) / PACE)
        self._tokens_at = now
        for generation in reversed(self._generations):
            for pair in generation.pairs:
                if not self._has_check(generation, pair) or (pair.next_check_at or 0.0) > now:
                    continue
                if pair.give_up_at is not None and now >= pair.give_up_at:
                    self._give_up(pair)
                    continue
                if self._tokens < 1:
                    return
                self._tokens -= 1
                self._check(generation, pair, now)

    def _give_up(self, pair: CandidatePair) -> None:
        pair.state = PairState.FAILED
        pair.next_check_at = None
        pair.nominating = False

    def _check(self, generation: Generation, pair: CandidatePair, now: float) -> None:
        """Send a check and plan its repetition (RFC 8445 section 14.3, with our own RTO)."""
        if pair.state is PairState.WAITING:
            pair.state = PairState.IN_PROGRESS
            pair.give_up_at = now + self.config.failed_after
        pair.next_check_at = now + min(MAX_RTO, self.config.initial_rto * 2**pair.tries)
        pair.tries += 1
        if pair.nominating and pair.tries > NOMINATION_TRIES:
            self._give_up(pair)
            return
        self._request(generation, pair, now, nominate=pair.nominating)

    def _request(self, generation: Generation, pair: CandidatePair, now: float, *, nominate: bool) -> None:
        if generation.remote is None:
            return
        transaction_id, data = stun.binding_request(
            self._entropy,
            local=generation.local,
            remote=generation.remote,
            priority=peer_reflexive_priority(pair.local),
            controlling=self.controlling,
            tie_breaker=self._tie_breaker,
            use_candidate=nominate and self.controlling,
        )
        while len(self._transactions) >= MAX_TRANSACTIONS:
            del self._transactions[next(iter(self._transactions))]
        self._transactions[transaction_id] = _Transaction(generation, pair, now, nominate, self.controlling)
        pair.requests_sent += 1
        pair.sent_at = now
        self._send(pair.path, data, pair.address)

    def _trigger(self, pair: CandidatePair, now: float) -> None:
        """RFC 8445 section 7.3.1.4."""
        if pair.state is PairState.SUCCEEDED:
            return
        if (
            pair.state is PairState.IN_PROGRESS
            and pair.sent_at is not None
            and now - pair.sent_at < RESEND_GAP
        ):
            return
        pair.state = PairState.WAITING
        pair.next_check_at = now
        pair.tries = 0

    def _on_check(self, generation: Generation, pair: CandidatePair, use_candidate: bool, now: float) -> None:
        if pair.state is PairState.FROZEN:
            pair.state = PairState.WAITING
        if use_candidate and not self.controlling:
            if pair.state is PairState.SUCCEEDED:
                self._follow_nomination(generation, pair, now)
            pair.remote_nominated_at = now
        self._trigger(pair, now)

    def _on_response(self, path: int, message: stun.Message, address: Address, now: float) -> None:
        if self._queries.owns(message.transaction_id):
            event = self._queries.receive(message, path)
            if event is not None:
                self._events.append(event)
            return
        transaction = self._transactions.get(message.transaction_id)
        if transaction is None:
            self.counters.unknown_transaction += 1
            return
        generation, pair = transaction.generation, transaction.pair
        if generation.remote is None or not message.check_message_integrity(generation.remote.pwd.encode()):
            # An unsigned error may be forged, and a peer that does not know us yet says 401: keep asking.
            self.counters.bad_integrity += 1
            return
        if (pair.path, pair.address) != (path, address):
            self.counters.asymmetric += 1
            return
        del self._transactions[message.transaction_id]
        if generation not in self._generations or pair not in generation.pairs:
            return
        if message.message_class is stun.Class.ERROR:
            self._on_error(message, transaction, now)
        else:
            self._on_success(message, transaction, now)
        self._settle(now)

    def _on_error(self, message: stun.Message, transaction: _Transaction, now: float) -> None:
        if message.error_code != stun.ROLE_CONFLICT:
            self.counters.unexpected += 1
            return
        self.counters.role_conflicts += 1
        if transaction.controlling == self.controlling:
            self._switch_role(not self.controlling)
        transaction.pair.nominating = False
        transaction.pair.state = PairState.WAITING
        transaction.pair.next_check_at = now
        transaction.pair.tries = 0

    def _on_success(self, message: stun.Message, transaction: _Transaction, now: float) -> None:
        generation, pair = transaction.generation, transaction.pair
        pair.rtt = now - transaction.sent_at
        pair.total_rtt += pair.rtt
        pair.responses_received += 1
        mapped = message.attributes.get("XOR-MAPPED-ADDRESS")
        if mapped is not None and pair.local.type == "host" and mapped != (pair.local.host, pair.local.port):
            self._reveal(pair, mapped)
        if pair.state is not PairState.SUCCEEDED:
            pair.state = PairState.SUCCEEDED
            if not pair.nominating:
                pair.next_check_at = None
        self._authenticated(pair, now)
        if self.controlling:
            if transaction.nominate and (
                generation.selected is None or self._silent(generation.selected, now)
            ):
                self._select(generation, pair, now)
            elif generation.selected is None:
                nominate_at = now + self._nomination_wait(generation, pair, pair.rtt)
                generation.nominate_at = min(nominate_at, generation.nominate_at or nominate_at)
        elif pair.remote_nominated_at is not None and generation.selected is not pair:
            self._follow_nomination(generation, pair, now)
        if generation.selected is pair:
            pair.nominating = False
            pair.next_check_at = None
        if self._consent_at is None or (pair is self.route and self._consent_sent_at is not None):
            self._consent_sent_at = None
            self._consent_at = now + self._consent_interval()

    def _nomination_wait(self, generation: Generation, pair: CandidatePair, rtt: float) -> float:
        """How long (s) a valid pair waits for better ones whose checks are on the way."""
        better = [
            _detour(p)
            for p in generation.pairs[: generation.pairs.index(pair)]
            if p.state in (PairState.WAITING, PairState.IN_PROGRESS)
        ]
        if not better:
            return 0.0
        return NOMINATION_WAIT if min(better) < _detour(pair) else min(rtt, SIBLING_NOMINATION_WAIT)

    def _reveal(self, pair: CandidatePair, mapped: Address) -> None:
        """A NAT sits before us: the valid pair's local candidate is peer-reflexive, unless gathered."""
        known = next((c for c in self.local_candidates if (c.host, c.port) == mapped), None)
        pair.local = known or peer_reflexive(pair.local, mapped)

    def _resolve_role(self, message: stun.Message) -> bool:
        theirs = message.attributes.get("ICE-CONTROLLING" if self.controlling else "ICE-CONTROLLED")
        if theirs is None:
            return True
        if (self._tie_breaker >= theirs) == self.controlling:
            return False
        self.counters.role_conflicts += 1
        self._switch_role(not self.controlling)
        return True

    def _switch_role(self, controlling: bool) -> None:
        self.controlling = controlling
        for generation in self._generations:
            generation.nominate_at = None
            generation.reprioritise(controlling)
            for pair in generation.pairs:
                pair.nominating = False

    def _nominate(self, generation: Generation, now: float) -> None:
        """Regular nomination (RFC 8445 section 8.1.1) of the best pair that works; the next if it fails."""
        if not self.controlling or any(pair.nominating for pair in generation.pairs):
            generation.nominate_at = None
            return
        if generation.selected is not None:
            route = self.route
            if route is None or route is generation.selected or route not in generation.pairs:
                return
            if route.state is not PairState.SUCCEEDED or not self._silent(generation.selected, now):
                return
        elif generation.nominate_at is None or now < generation.nominate_at:
            if generation.nominate_at is None and any(
                p.state is PairState.SUCCEEDED for p in generation.pairs
            ):
                generation.nominate_at = now
            else:
                return
        pair = generation.best_since(float("-inf")) if generation.selected is None else self.route
        generation.nominate_at = None
        if pair is None or pair.state is not PairState.SUCCEEDED:
            return
        pair.nominating = True
        pair.next_check_at = now
        pair.give_up_at = None
        pair.tries = 0

    def _select(self, generation: Generation, pair: CandidatePair, now: float) -> None:
        super()._select(generation, pair, now)
        generation.nominate_at = None
        generation.prune_at = now + PRUNE_AFTER

    def _consent_interval(self) -> float:
        # RFC 7675 section 5.1: 0.8 to 1.2 of the interval, so that many agents do not fall into step.
        return self.config.consent_interval * (0.8 + 0.4 * self._entropy(1)[0] / 255)

    def _run_consent(self, now: float) -> None:
        if self._consent_at is None or now < self._consent_at:
            return
        silent = self.state in (IceState.DISCONNECTED, IceState.FAILED)
        targets = [
            (generation, pair)
            for generation in self._generations
            for pair in generation.pairs
            if pair.state is PairState.SUCCEEDED and (silent or pair is self.route)
        ]
        for generation, pair in targets[:BURST]:
            self._request(generation, pair, now, nominate=pair is generation.selected)
        if not targets:
            self._consent_at = None
            return
        unanswered = self._consent_sent_at is not None
        self._consent_sent_at = now
        quick = min(SILENT_CONSENT_INTERVAL, self.config.consent_interval)
        quick = quick if self.state is not IceState.FAILED or not unanswered else self.config.consent_interval
        self._consent_at = now + quick


def _detour(pair: CandidatePair) -> int:
    """0 for direct UDP, 1 for TCP, 2 for anything relayed."""
    if "relay" in (pair.local.type, pair.remote.type):
        return 2
    return int(pair.local.transport == "tcp")
