"""A lite ICE agent (RFC 8445 section 2.5): answers checks and follows nominations, sends none of its own."""

from __future__ import annotations

from lkpy._runtime.network import Address
from lkpy.transport.ice.agent.conduct import Conduct
from lkpy.transport.ice.agent.ice_agent import IceAgent
from lkpy.transport.ice.agent.parts import AgentParts
from lkpy.transport.ice.agent.responder import Check
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import Generation, PairState
from lkpy.transport.ice.events import ClosePath
from lkpy.transport.ice.parameters import Entropy, IceConfig
from lkpy.transport.ice.stun import Message

PATIENCE = 1.5
"""A lite agent only listens, and full agents may check as seldom as every 6 s (RFC 7675 section 5.1)."""


def lite_agent(*, config: IceConfig, entropy: Entropy) -> IceAgent:
    """An agent that is always controlled. A pair is usable from its first authenticated check on.

    Args:
        config: servers are not used here, timing is.
        entropy: source of all randomness.
    """
    parts = AgentParts.make(config=config, entropy=entropy, controlling=False, lite=True, patience=PATIENCE)
    return IceAgent(parts, LiteConduct(parts))


class LiteConduct(Conduct):
    """Listens; data counts as life."""

    def __init__(self, parts: AgentParts) -> None:
        self._liveness = parts.liveness
        self._selection = parts.selection
        self._counters = parts.counters
        self._outbox = parts.outbox
        self._packets_seen = 0

    def begin(self, generation: Generation) -> None:
        """Nothing to start: the peer checks."""

    def add_path(self, path: int) -> None:
        """Pairs come with checks."""

    def add_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        """Pairs come with checks."""

    def tcp_opened(self, path: int, local: Address) -> None:
        self._outbox.tell(ClosePath(path))

    def lose_path(self, path: int) -> None:
        """Nothing hangs on a path here."""

    def take_check(self, check: Check, now: float) -> None:
        check.pair.state = PairState.SUCCEEDED
        if check.nominates:
            self._selection.follow(check.generation, check.pair, now)
            check.pair.remote_nominated_at = now

    def take_response(self, path: int, message: Message, address: Address, now: float) -> bool:
        self._counters.unknown_transaction += 1
        return False

    def owns(self, transaction_id: bytes) -> bool:
        return False

    def hear(self, now: float) -> None:
        pair = self._liveness.route
        if pair is not None and pair.packets_received != self._packets_seen:
            # Looked at only when the deadline comes: the path of a datagram stays free of clocks.
            self._packets_seen = pair.packets_received
            pair.authenticated_at = now

    def run(self, now: float) -> None:
        """Nothing is sent unasked."""

    def deadline(self) -> float | None:
        return None
