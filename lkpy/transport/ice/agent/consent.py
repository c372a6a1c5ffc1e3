"""Consent to send (RFC 7675): the pair that carries data is asked again and again."""

from __future__ import annotations

from lkpy.transport.ice.agent.checks import BURST, ConnectivityChecks
from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.liveness import Liveness
from lkpy.transport.ice.checklist import CandidatePair, PairState
from lkpy.transport.ice.parameters import Entropy, IceConfig
from lkpy.transport.ice.states import IceState

SILENT_INTERVAL = 0.5
"""s between checks while the last one is unanswered."""


class Consent:
    """Asks on the route; when that is silent, on all pairs that worked."""

    def __init__(
        self,
        config: IceConfig,
        entropy: Entropy,
        generations: Generations,
        liveness: Liveness,
        checks: ConnectivityChecks,
    ) -> None:
        self._config = config
        self._entropy = entropy
        self._generations = generations
        self._liveness = liveness
        self._checks = checks
        self._at: float | None = None
        self._asked = False

    def answered(self, pair: CandidatePair, now: float) -> None:
        """A check of the pair was answered."""
        if self._at is None or (pair is self._liveness.route and self._asked):
            self._asked = False
            # RFC 7675 section 5.1: 0.8 to 1.2 of the interval, so that many agents do not fall into step.
            self._at = now + self._config.consent_interval * (0.8 + 0.4 * self._entropy(1)[0] / 255)

    def run(self, now: float) -> None:
        """Ask if it is time."""
        if self._at is None or now < self._at:
            return
        state, route = self._liveness.state, self._liveness.route
        silent = state in (IceState.DISCONNECTED, IceState.FAILED)
        targets = [
            (generation, pair)
            for generation in self._generations
            for pair in generation.pairs
            if pair.state is PairState.SUCCEEDED and (silent or pair is route)
        ]
        if not targets:
            self._at = None
            return
        for generation, pair in targets[:BURST]:
            self._checks.request(generation, pair, now, nominates=pair is generation.selected)
        hopeless = state is IceState.FAILED and self._asked
        interval = self._config.consent_interval
        self._at = now + (interval if hopeless else min(SILENT_INTERVAL, interval))
        self._asked = True

    def deadline(self) -> float | None:
        """When `run` has something to do."""
        return self._at
