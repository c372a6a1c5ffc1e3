"""Nomination by the controlling side (RFC 8445 section 8.1.1): which pair, and how long it waits."""

from __future__ import annotations

from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.liveness import Liveness
from lkpy.transport.ice.agent.role import Role
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState

NOMINATION_WAIT = 0.1
"""s a relayed or TCP pair that answered first waits for a direct one."""

SIBLING_NOMINATION_WAIT = 0.02
"""s a pair waits for a better one of its kind, if its own round trip is not shorter."""


class Nomination:
    """Makes the checks of the best pair that works carry USE-CANDIDATE; of the next one if it fails."""

    def __init__(self, generations: Generations, role: Role, liveness: Liveness) -> None:
        self._generations = generations
        self._role = role
        self._liveness = liveness

    def works(self, generation: Generation, pair: CandidatePair, rtt: float, now: float) -> None:
        """A pair works while none is selected; `rtt` is how long (s) it took to tell."""
        at = now + _wait(generation, pair, rtt)
        generation.nominate_at = min(at, generation.nominate_at or at)

    def run(self, now: float) -> None:
        """Nominate where it is time."""
        for generation in self._generations:
            pair = self._choose(generation, now)
            if pair is not None:
                pair.nominating = True
                pair.next_check_at = now
                pair.give_up_at = None
                pair.tries = 0

    def deadline(self) -> float | None:
        """When `run` has something to do."""
        return min((g.nominate_at for g in self._generations if g.nominate_at is not None), default=None)

    def _choose(self, generation: Generation, now: float) -> CandidatePair | None:
        if not self._role.controlling or any(pair.nominating for pair in generation.pairs):
            generation.nominate_at = None
            return None
        if generation.selected is not None:
            generation.nominate_at = None
            return self._successor(generation, generation.selected, now)
        if generation.nominate_at is not None and now < generation.nominate_at:
            return None
        generation.nominate_at = None
        pair = generation.best_since(float("-inf"))
        return pair if pair is not None and pair.state is PairState.SUCCEEDED else None

    def _successor(self, generation: Generation, selected: CandidatePair, now: float) -> CandidatePair | None:
        """The pair that took over from a selected one that is silent."""
        route = self._liveness.route
        if route is None or route is selected or route.state is not PairState.SUCCEEDED:
            return None
        return route if route in generation.pairs and self._liveness.silent(selected, now) else None


def _wait(generation: Generation, pair: CandidatePair, rtt: float) -> float:
    """How long (s) a valid pair waits for better ones whose checks are on the way."""
    better = [
        _detour(p)
        for p in generation.pairs[: generation.pairs.index(pair)]
        if p.state in (PairState.WAITING, PairState.IN_PROGRESS)
    ]
    if not better:
        return 0.0
    return NOMINATION_WAIT if min(better) < _detour(pair) else min(rtt, SIBLING_NOMINATION_WAIT)


def _detour(pair: CandidatePair) -> int:
    """0 for direct UDP, 1 for TCP, 2 for anything relayed."""
    if "relay" in (pair.local.type, pair.remote.type):
        return 2
    return int(pair.local.transport == "tcp")
