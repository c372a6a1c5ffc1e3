"""A full ICE agent (RFC 8445, trickle RFC 8838, consent RFC 7675, active TCP RFC 6544)."""

from __future__ import annotations

from dataclasses import replace

from lkpy._runtime.network import Address
from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.active_tcp import ActiveTcp
from lkpy.transport.ice.agent.checks import ConnectivityChecks, Transaction
from lkpy.transport.ice.agent.conduct import Conduct
from lkpy.transport.ice.agent.consent import Consent
from lkpy.transport.ice.agent.ice_agent import IceAgent
from lkpy.transport.ice.agent.nomination import Nomination
from lkpy.transport.ice.agent.pairing import Pairing
from lkpy.transport.ice.agent.parts import AgentParts
from lkpy.transport.ice.agent.responder import Check
from lkpy.transport.ice.candidate import Candidate, foundation
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.parameters import Entropy, IceConfig


def full_agent(*, controlling: bool, config: IceConfig, entropy: Entropy) -> IceAgent:
    """An agent that checks pairs, nominates when controlling, and keeps consent on the selected pair.

    Args:
        controlling: our first guess of the role; a lite peer or a lost role conflict changes it.
        config: servers are not used here, timing is.
        entropy: source of all randomness.
    """
    parts = AgentParts.make(config=config, entropy=entropy, controlling=controlling, lite=False)
    return IceAgent(parts, FullConduct(parts))


class FullConduct(Conduct):
    """Pairs, checks, nominates, opens connections, asks for consent."""

    def __init__(self, parts: AgentParts) -> None:
        config, generations, paths, role = parts.config, parts.generations, parts.paths, parts.role
        outbox, counters = parts.outbox, parts.counters
        self._counters = counters
        self._generations = generations
        self._paths = paths
        self._proven = parts.proven
        self._role = role
        self._liveness = parts.liveness
        self._selection = parts.selection
        self._pairing = Pairing(generations, paths, role)
        self._tcp = ActiveTcp(config, generations, paths, parts.proven, role, outbox)
        self._checks = ConnectivityChecks(config, parts.entropy, generations, role, outbox, counters)
        self._nomination = Nomination(generations, role, parts.liveness)
        self._consent = Consent(config, parts.entropy, generations, parts.liveness, self._checks)

    def begin(self, generation: Generation) -> None:
        if generation.remote is not None and generation.remote.lite and not self._role.controlling:
            # RFC 8445 section 6.1.1: the full agent controls.
            self._role.switch()

    def add_path(self, path: int) -> None:
        self._pairing.add_path(path)

    def add_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        if candidate.transport == "tcp":
            self._tcp.plan(generation, candidate, now)
        else:
            self._pairing.add_candidate(generation, candidate)

    def tcp_opened(self, path: int, local: Address) -> None:
        self._tcp.opened(path, local)

    def lose_path(self, path: int) -> None:
        self._tcp.lost(path)

    def take_check(self, check: Check, now: float) -> None:
        pair = check.pair
        if pair.state is PairState.FROZEN:
            pair.state = PairState.WAITING
        if check.nominates and not self._role.controlling:
            if pair.state is PairState.SUCCEEDED:
                self._selection.follow(check.generation, pair, now)
            pair.remote_nominated_at = now
        self._checks.trigger(pair, now)

    def take_response(self, path: int, message: stun.Message, address: Address, now: float) -> bool:
        transaction = self._checks.answered(path, message, address)
        if transaction is None:
            return False
        if message.message_class is stun.Class.RESPONSE:
            self._succeeded(transaction, message, now)
        elif message.error_code == stun.ROLE_CONFLICT:
            self._conflicted(transaction, now)
        else:
            self._counters.unexpected += 1
        return True

    def owns(self, transaction_id: bytes) -> bool:
        return self._checks.owns(transaction_id)

    def hear(self, now: float) -> None:
        """Data is no consent (RFC 7675 section 5.1)."""

    def run(self, now: float) -> None:
        self._tcp.run(now)
        self._nomination.run(now)
        self._checks.run(now)
        self._consent.run(now)

    def deadline(self) -> float | None:
        parts = (self._tcp, self._nomination, self._checks, self._consent)
        return min((due for part in parts if (due := part.deadline()) is not None), default=None)

    def _conflicted(self, transaction: Transaction, now: float) -> None:
        """The peer says that the role is its own (RFC 8445 section 7.2.5.1)."""
        self._counters.role_conflicts += 1
        if transaction.controlling == self._role.controlling:
            self._role.switch()
        transaction.pair.nominating = False
        self._checks.repeat(transaction.pair, now)

    def _succeeded(self, transaction: Transaction, message: stun.Message, now: float) -> None:
        generation, pair = transaction.generation, transaction.pair
        pair.rtt = rtt = now - transaction.sent_at
        pair.total_rtt += rtt
        pair.responses_received += 1
        mapped = message.attributes.get("XOR-MAPPED-ADDRESS")
        if mapped is not None and pair.local.type == "host" and mapped != (pair.local.host, pair.local.port):
            self._reveal(pair, mapped)
        if pair.state is not PairState.SUCCEEDED:
            pair.state = PairState.SUCCEEDED
            if not pair.nominating:
                pair.next_check_at = None
        self._proven.prove(pair, self._liveness.route, now)
        if self._role.controlling:
            selected = generation.selected
            if transaction.nominates and (selected is None or self._liveness.silent(selected, now)):
                self._selection.select(generation, pair, now)
            elif selected is None:
                self._nomination.works(generation, pair, rtt, now)
        elif pair.remote_nominated_at is not None and generation.selected is not pair:
            self._selection.follow(generation, pair, now)
        if generation.selected is pair:
            pair.nominating = False
            pair.next_check_at = None
        self._consent.answered(pair, now)

    def _reveal(self, pair: CandidatePair, mapped: Address) -> None:
        """A NAT sits before us: the valid pair's local candidate is peer-reflexive, unless gathered."""
        known = next((c for c in self._paths.candidates if (c.host, c.port) == mapped), None)
        pair.local = known or _peer_reflexive(pair.local, mapped)


def _peer_reflexive(local: Candidate, mapped: Address) -> Candidate:
    """The local candidate that a response revealed (RFC 8445 section 7.2.5.3.1)."""
    return replace(
        local,
        foundation=foundation("prflx", local.transport, local.host),
        host=mapped[0],
        port=mapped[1],
        type="prflx",
        related_address=local.host,
        related_port=local.port,
    )
