"""Which side nominates (RFC 8445 section 6.1.1), and the repair when both think it is theirs."""

from __future__ import annotations

from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.events import IceCounters
from lkpy.transport.ice.stun import Message


class Role:
    """Our role.

    Args:
        fixed: the role never changes (a lite agent).

    Attributes:
        controlling: whether we nominate.
        tie_breaker: 64 bits; the larger one wins a conflict.
    """

    def __init__(
        self,
        generations: Generations,
        counters: IceCounters,
        *,
        controlling: bool,
        tie_breaker: int,
        fixed: bool = False,
    ) -> None:
        self.controlling = controlling
        self.tie_breaker = tie_breaker
        self._generations = generations
        self._counters = counters
        self._fixed = fixed

    def agree(self, check: Message) -> bool:
        """Repair a conflict with a check; False when the peer has to (RFC 8445 section 7.3.1.1)."""
        theirs = check.attributes.get("ICE-CONTROLLING" if self.controlling else "ICE-CONTROLLED")
        if theirs is None:
            return True
        self._counters.role_conflicts += 1
        if self._fixed or (self.tie_breaker >= theirs) == self.controlling:
            return False
        self.switch()
        return True

    def switch(self) -> None:
        """Take the other role. Priorities of pairs depend on it; nominations under way are off."""
        self.controlling = not self.controlling
        for generation in self._generations:
            generation.nominate_at = None
            generation.reprioritise(self.controlling)
            for pair in generation.pairs:
                pair.nominating = False
