"""A full ICE agent (RFC 8445, trickle RFC 8838, consent RFC 7675, active TCP RFC 6544), sans-IO."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy.transport.ice import stun
from lkpy.transport.ice.base import BaseAgent, peer_reflexive
from lkpy.transport.ice.candidate import (
    Candidate,
    candidate_priority,
    canonical_ip,
    foundation,
    is_loopback,
    peer_reflexive_priority,
)
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.events import OpenTcp
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

NOMINATION_TRIES = 5

TCP_HEAD_START = 0.05
"""s that UDP checks get before TCP connections are opened."""

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


class IceAgent(BaseAgent):
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
        self._tcp: dict[int, float | None] = {}
        """When the connection of a path is to be opened; None once it was asked for."""

    # ---- inputs

    def add_path(self, candidate: Candidate) -> int:
        path = super().add_path(candidate)
        for generation in self._generations:
            for remote in list(generation.remote_candidates.values()):
                self._pair(generation, path, remote)
        return path

    def tcp_opened(self, path: int, local: Address, now: float) -> None:
        """The connection asked for by `OpenTcp` stands; `local` is its own end."""
        if path not in self._tcp:
            return
        del self._tcp[path]
        for generation in self._generations:
            for pair in generation.pairs:
                if pair.path == path:
                    pair.local = _active(local[0], local[1])
                    self._paths[path] = pair.local
                    pair.state = PairState.WAITING
        self._settle(now)

    def path_lost(self, path: int, now: float) -> None:
        self._tcp.pop(path, None)
        super().path_lost(path, now)

    # ---- outputs

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

    # ---- pairs

    def _begin(self, generation: Generation) -> None:
        assert generation.remote is not None
        if generation.remote.lite and not self.controlling:
            # RFC 8445 section 6.1.1: the full agent controls.
            self._switch_role(True)

    def _take_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        if not self._remember_candidate(generation, candidate):
            return
        if candidate.transport == "tcp":
            self._plan_tcp(generation, candidate, now)
            return
        for path in list(self._paths):
            self._pair(generation, path, candidate)

    def _pair(self, generation: Generation, path: int, remote: Candidate) -> None:
        local, ip = self._paths[path], remote.ip
        if ip is None or local.transport != "udp" or remote.transport != "udp":
            return
        if (":" in local.host) != (":" in ip) or generation.find(path, (ip, remote.port)) is not None:
            return
        # A loopback socket reaches nothing else, and is the right one for a loopback peer.
        ours, theirs = is_loopback(local.host), is_loopback(ip)
        if ours != theirs and local.type == "host" and (ours or self._has_loopback(":" in ip)):
            return
        generation.add(CandidatePair(path, local, remote, (ip, remote.port)), self.controlling)

    def _has_loopback(self, v6: bool) -> bool:
        return any(is_loopback(c.host) and (":" in c.host) == v6 for c in self._paths.values())

    def _plan_tcp(self, generation: Generation, candidate: Candidate, now: float) -> None:
        """An active connection to a passive candidate (RFC 6544 section 7.1); only one side may open it."""
        if candidate.tcptype != "passive" or not self.config.tcp or self.config.relay_only:
            return
        ip = canonical_ip(candidate.host)
        if ip is None or (":" in ip and not self.config.ipv6) or generation.selected is not None:
            return
        path = self._new_path()
        local = _active("::" if ":" in ip else "0.0.0.0", 9)
        pair = CandidatePair(path, local, candidate, (ip, candidate.port), state=PairState.FROZEN)
        if not generation.add(pair, self.controlling):
            return
        self._paths[path] = local
        self._tcp[path] = (
            now + TCP_HEAD_START if any(p.local.transport == "udp" for p in generation.pairs) else now
        )

    # ---- checks

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

    def _open_tcp(self, path: int) -> None:
        self._tcp[path] = None
        address = next(pair.address for pair in self.pairs if pair.path == path)
        self._events.append(OpenTcp(path, address))

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
            elif generation.selected is None and generation.nominate_at is None:
                direct = pair.local.transport == "udp" and "relay" not in (pair.local.type, pair.remote.type)
                generation.nominate_at = now if direct else now + NOMINATION_WAIT
        elif pair.remote_nominated_at is not None and generation.selected is not pair:
            self._follow_nomination(generation, pair, now)
        if generation.selected is pair:
            pair.nominating = False
            pair.next_check_at = None
        if self._consent_at is None or (pair is self.route and self._consent_sent_at is not None):
            self._consent_sent_at = None
            self._consent_at = now + self._consent_interval()

    def _reveal(self, pair: CandidatePair, mapped: Address) -> None:
        """A NAT sits before us: the valid pair's local candidate is peer-reflexive, unless gathered."""
        known = next((c for c in self.local_candidates if (c.host, c.port) == mapped), None)
        pair.local = known or peer_reflexive(pair.local, mapped)

    # ---- roles and nomination

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

    def _prune(self, generation: Generation, now: float) -> None:
        """Let connections go that were not chosen."""
        if generation.prune_at is None or now < generation.prune_at:
            return
        generation.prune_at = None
        if generation.selected is None:
            return
        self._close_tcp([pair for pair in generation.pairs if pair is not generation.selected])

    def _retired(self, generations: list[Generation]) -> None:
        kept = {pair.path for pair in self.pairs}
        self._close_tcp([p for g in generations for p in g.pairs if p.path not in kept])
        for transaction_id in [i for i, t in self._transactions.items() if t.generation in generations]:
            del self._transactions[transaction_id]

    def _close_tcp(self, pairs: list[CandidatePair]) -> None:
        for pair in pairs:
            if pair.local.transport == "tcp" and pair.path in self._paths:
                self._tcp.pop(pair.path, None)
                pair.state = PairState.FAILED
                self._close_path(pair.path)
                for key in [key for key in self._known if key[0] == pair.path]:
                    self._forget(key)

    # ---- consent (RFC 7675)

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


def _active(host: str, port: int) -> Candidate:
    """The local candidate of an active TCP connection (RFC 6544 section 4.1)."""
    return Candidate(
        foundation=foundation("host", "tcp", host),
        component=1,
        transport="tcp",
        priority=candidate_priority("host", 8191, transport="tcp"),
        host=host,
        port=port,
        type="host",
        tcptype="active",
    )
