"""The generations of an agent: which credentials it answers to, which check list carries data."""

from __future__ import annotations

from collections.abc import Iterator

from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import CandidatePair, Generation
from lkpy.transport.ice.events import GenerationRetired
from lkpy.transport.ice.parameters import Entropy, IceParameters

MAX_GENERATIONS = 3
"""One that carries data and two restarts the peer has not followed yet."""


class Generations:
    """At least one. The oldest carries data, the newest is signalled; tells `GenerationRetired`."""

    def __init__(self, entropy: Entropy, outbox: Outbox, *, lite: bool) -> None:
        self._entropy = entropy
        self._outbox = outbox
        self._lite = lite
        self._all = [Generation(IceParameters.generate(entropy, lite=lite))]

    def __iter__(self) -> Iterator[Generation]:
        """Oldest first."""
        return iter(self._all)

    def __reversed__(self) -> Iterator[Generation]:
        return reversed(self._all)

    @property
    def oldest(self) -> Generation:
        """The one that carries data."""
        return self._all[0]

    @property
    def newest(self) -> Generation:
        """The one whose credentials are signalled."""
        return self._all[-1]

    @property
    def local_ufrags(self) -> set[str]:
        """The user name fragments that checks for us carry."""
        return {generation.local.ufrag for generation in self._all}

    @property
    def remote_parameters(self) -> IceParameters | None:
        """The peer's newest credentials."""
        return next((g.remote for g in reversed(self._all) if g.remote is not None), None)

    @property
    def pairs(self) -> list[CandidatePair]:
        """All pairs, those of the generation that carries data first."""
        return [pair for generation in self._all for pair in generation.pairs]

    @property
    def remote_candidates(self) -> list[Candidate]:
        """All remote candidates, peer-reflexive ones included."""
        return [c for generation in self._all for c in generation.remote_candidates.values()]

    def restart(self) -> None:
        """New local credentials (RFC 8445 section 9)."""
        self._push(IceParameters.generate(self._entropy, lite=self._lite))

    def follow(self, remote: IceParameters) -> Generation | None:
        """The generation that begins with the peer's credentials; None when they are known already."""
        if self.newest.remote is not None:
            if any(g.remote is not None and _same(g.remote, remote) for g in self._all):
                return None
            # The peer restarted, we did not: our credentials stay.
            self._push(self.newest.local)
        self.newest.remote = remote
        return self.newest

    def answering(self, ufrag: str) -> list[Generation]:
        """Those that a check for `ufrag` may belong to, newest first."""
        return [g for g in reversed(self._all) if g.local.ufrag == ufrag]

    def of_candidate(self, ufrag: str | None) -> Generation | None:
        """The one that a remote candidate belongs to; one that names none belongs to the newest."""
        fitting = (g for g in reversed(self._all) if g.remote is not None and ufrag in (None, g.remote.ufrag))
        return next(fitting, None)

    def retire_before(self, generation: Generation) -> list[Generation]:
        """`generation` carries data now. Returns those that are gone."""
        index = self._all.index(generation)
        retired, self._all = self._all[:index], self._all[index:]
        self._tell_retired(retired)
        return retired

    def _push(self, local: IceParameters) -> None:
        self._all.append(Generation(local))
        if len(self._all) > MAX_GENERATIONS:
            self._tell_retired([self._all.pop(1)])

    def _tell_retired(self, retired: list[Generation]) -> None:
        for ufrag in {generation.local.ufrag for generation in retired} - self.local_ufrags:
            self._outbox.tell(GenerationRetired(ufrag))


def _same(a: IceParameters, b: IceParameters) -> bool:
    return a.ufrag == b.ufrag and a.pwd == b.pwd
