"""The selected pair: what a nomination, ours or the peer's, leads to (RFC 8445 section 8)."""

from __future__ import annotations

from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.proven import ProvenAddresses
from lkpy.transport.ice.checklist import CandidatePair, Generation

NOMINATION_HOLD = 0.5
"""s for which a nomination is not undone by that of a worse pair. Peers that nominate on every check
(RFC 5245 aggressive nomination) mean the best of them; peers that move on stop nominating the old pair."""


class Selection:
    """Selects pairs. A selection retires all older generations."""

    def __init__(self, generations: Generations, proven: ProvenAddresses) -> None:
        self._generations = generations
        self._proven = proven

    def select(self, generation: Generation, pair: CandidatePair, now: float) -> None:
        """Make `pair` the one that carries data."""
        generation.selected = pair
        generation.selected_at = now
        pair.nominated = True
        retired = self._generations.retire_before(generation)
        if retired:
            self._proven.retire(pair for old in retired for pair in old.pairs)

    def follow(self, generation: Generation, pair: CandidatePair, now: float) -> None:
        """The controlling peer nominated a pair that works (RFC 8445 section 7.3.1.5)."""
        pair.nominated = True
        old = generation.selected
        if old is not None and old is not pair and old.priority > pair.priority:
            last = old.remote_nominated_at
            if last is not None and now - last < NOMINATION_HOLD:
                return
        self.select(generation, pair, now)
