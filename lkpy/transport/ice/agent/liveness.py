"""Which pair carries data, and what state that makes: heard, silent, lost."""

from __future__ import annotations

from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.checklist import CandidatePair, PairState
from lkpy.transport.ice.events import StateChanged
from lkpy.transport.ice.parameters import IceConfig
from lkpy.transport.ice.states import IceInput, IceState, advance


class Liveness:
    """Derives route and state from what was heard on the pairs; tells `StateChanged`.

    Args:
        patience: factor on the times of silence in `config`.

    Attributes:
        state: see `IceState`.
        route: the pair that carries data now, or None.
    """

    def __init__(
        self, generations: Generations, outbox: Outbox, config: IceConfig, *, patience: float = 1.0
    ) -> None:
        self.state = IceState.NEW
        self.route: CandidatePair | None = None
        self._generations = generations
        self._outbox = outbox
        self._silent_after = config.disconnected_after * patience
        self._lost_after = config.failed_after * patience
        self._give_up_after = config.failed_after
        self._looking_since: float | None = None

    def look(self, now: float) -> None:
        """A generation got its remote parameters: a pair that works is looked for."""
        self._looking_since = now
        self._advance(IceInput.START)

    def close(self) -> None:
        """Nothing is sent or heard any more."""
        self.route = None
        self._advance(IceInput.CLOSE)

    def silent(self, pair: CandidatePair, now: float) -> bool:
        """Whether nothing authenticated was heard on the pair for too long."""
        return pair.authenticated_at is None or now >= pair.authenticated_at + self._silent_after

    def settle(self, now: float) -> None:
        """Recompute route and state after any change."""
        self._reroute(now)
        heard_at = self._heard_at()
        if heard_at is None:
            if self.state is IceState.CONNECTED:
                # The path itself is gone: its connection or allocation was lost.
                self._looking_since = now
                self._advance(IceInput.SILENT)
            self._give_up(now)
        elif now < heard_at + self._silent_after:
            self._advance(IceInput.ALIVE)
        elif self.state is IceState.CHECKING:
            self._give_up(now)
        else:
            self._advance(IceInput.SILENT)
            if now >= heard_at + self._lost_after:
                self._advance(IceInput.LOST)

    def deadline(self) -> float | None:
        """When the state changes if nothing is heard."""
        if self.state in (IceState.NEW, IceState.FAILED, IceState.CLOSED):
            return None
        heard_at = self._heard_at()
        if self.state is IceState.CHECKING or heard_at is None:
            return self._give_up_at()
        return heard_at + (self._silent_after if self.state is IceState.CONNECTED else self._lost_after)

    def _heard_at(self) -> float | None:
        """When the route was heard last; None while there is none that works."""
        route = self.route
        return route.authenticated_at if route is not None and route.state is PairState.SUCCEEDED else None

    def _reroute(self, now: float) -> None:
        """Choose the pair for data: of the oldest generation while it lives, else the newest that does."""
        self.route = self._generations.oldest.best()
        if self.route is None or self.silent(self.route, now):
            since = now - self._silent_after
            alive = (generation.best_since(since) for generation in reversed(self._generations))
            self.route = next((pair for pair in alive if pair is not None), self.route)

    def _give_up_at(self) -> float | None:
        """When looking for a pair has taken too long."""
        return None if self._looking_since is None else self._looking_since + self._give_up_after

    def _give_up(self, now: float) -> None:
        deadline = self._give_up_at()
        if deadline is not None and now >= deadline:
            self._advance(IceInput.LOST)

    def _advance(self, event: IceInput) -> None:
        state = advance(self.state, event)
        if state is not self.state:
            self.state = state
            self._outbox.tell(StateChanged(state))
