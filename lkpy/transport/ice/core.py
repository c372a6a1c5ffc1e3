"""What every ICE agent has: generations, the addresses the peer proved, the route for data, the state."""

from __future__ import annotations

import abc

from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.events import (
    AddressForgotten,
    AddressLearned,
    Checked,
    ClosePath,
    Event,
    GenerationRetired,
    IceCounters,
    StateChanged,
    Transmit,
)
from lkpy.transport.ice.parameters import Entropy, IceConfig, IceParameters
from lkpy.transport.ice.states import IceInput, IceState, advance
from lkpy.transport.ice.stun import Address

MAX_GENERATIONS = 3
"""One that carries data and two restarts the peer has not followed yet."""

MAX_KNOWN_ADDRESSES = 64
"""Source addresses of the peer that are remembered; a peer behind odd NATs has a handful."""

NOMINATION_HOLD = 0.5
"""s for which a nomination is not undone by that of a worse pair. Peers that nominate on every check
(RFC 5245 aggressive nomination) mean the best of them; peers that move on stop nominating the old pair."""


class AgentCore(abc.ABC):
    """State of an agent and the rules that hold for all of them. Time comes in as `now`, s.

    Attributes:
        state: see `IceState`.
        controlling: our role.
        route: the pair that carries data now, or None.
        local_candidates: what was gathered, tagged with the newest user name fragment.
        counters: what was dropped.
    """

    lite: bool

    def __init__(self, *, controlling: bool, config: IceConfig, entropy: Entropy) -> None:
        self.controlling = controlling
        self.config = config
        self.state = IceState.NEW
        self.route: CandidatePair | None = None
        self.counters = IceCounters()
        self.local_candidates: list[Candidate] = []
        self._entropy = entropy
        self._tie_breaker = int.from_bytes(entropy(8), "big")
        self._transmits: list[Transmit] = []
        self._events: list[Event] = []
        self._paths: dict[int, Candidate] = {}
        self._next_path = 1
        self._generations = [Generation(IceParameters.generate(entropy, lite=self.lite))]
        self._known: dict[tuple[int, Address], CandidatePair] = {}
        self._previous: dict[tuple[int, Address], CandidatePair] = {}
        self._checked = False
        self._looking_since: float | None = None
        self._closed = False

    def take_transmits(self) -> list[Transmit]:
        """Datagrams to send, in order; they are handed out once."""
        taken = self._transmits[:]
        self._transmits.clear()
        return taken

    def take_events(self) -> list[Event]:
        """Events since the last call, in order."""
        taken = self._events[:]
        self._events.clear()
        return taken

    @abc.abstractmethod
    def next_timeout(self) -> float | None:
        """When `handle_timeout` must be called, or None when there is nothing to wait for."""

    @abc.abstractmethod
    def handle_timeout(self, now: float) -> None:
        """Do what is due."""

    @property
    def local_parameters(self) -> IceParameters:
        """Our newest credentials, to be signalled."""
        return self._generations[-1].local

    @property
    def remote_parameters(self) -> IceParameters | None:
        """The peer's newest credentials."""
        return next((g.remote for g in reversed(self._generations) if g.remote is not None), None)

    @property
    def local_ufrags(self) -> set[str]:
        """The user name fragments that checks for this agent carry."""
        return {generation.local.ufrag for generation in self._generations}

    @property
    def selected_pair(self) -> CandidatePair | None:
        """The nominated pair of the generation that carries data."""
        return self._generations[0].selected

    @property
    def pairs(self) -> list[CandidatePair]:
        """All pairs, those of the generation that carries data first."""
        return [pair for generation in self._generations for pair in generation.pairs]

    @property
    def remote_candidates(self) -> list[Candidate]:
        """All remote candidates, peer-reflexive ones included."""
        return [c for generation in self._generations for c in generation.remote_candidates.values()]

    def _authenticated(self, pair: CandidatePair, now: float) -> None:
        """The peer proved to be behind the pair's remote address."""
        pair.authenticated_at = now
        key = (pair.path, pair.address)
        if self._known.get(key) is not pair:
            self._known.pop(key, None)
            if len(self._known) >= MAX_KNOWN_ADDRESSES:
                self._forget(next(k for k, p in self._known.items() if p is not self.route))
            self._known[key] = pair
            self._events.append(AddressLearned(pair.path, pair.address, pair))
        if not self._checked:
            self._checked = True
            self._events.append(Checked())

    def _follow_nomination(self, generation: Generation, pair: CandidatePair, now: float) -> None:
        """The controlling peer nominated a pair that works (RFC 8445 section 7.3.1.5)."""
        pair.nominated = True
        old = generation.selected
        if old is not None and old is not pair and old.priority > pair.priority:
            last = old.remote_nominated_at
            if last is not None and now - last < NOMINATION_HOLD:
                return
        self._select(generation, pair, now)

    def _select(self, generation: Generation, pair: CandidatePair, now: float) -> None:
        """Make `pair` the one that carries data; retires all older generations."""
        generation.selected = pair
        pair.nominated = True
        index = self._generations.index(generation)
        if index == 0:
            return
        retired, self._generations = self._generations[:index], self._generations[index:]
        alive = self.local_ufrags
        for ufrag in {g.local.ufrag for g in retired} - alive:
            self._events.append(GenerationRetired(ufrag))
        # Datagrams that are still on the way over the retired paths are taken until the next retirement.
        for key, stale in self._previous.items():
            if self._known.get(key) is stale:
                self._forget(key)
        dropped = {pair for g in retired for pair in g.pairs}
        self._previous = {key: p for key, p in self._known.items() if p in dropped}
        self._retired(retired)

    @abc.abstractmethod
    def _retired(self, generations: list[Generation]) -> None:
        """These generations are gone."""

    def _new_path(self) -> int:
        path, self._next_path = self._next_path, self._next_path + 1
        return path

    def _push(self, local: IceParameters) -> Generation:
        generation = Generation(local)
        self._generations.append(generation)
        if len(self._generations) > MAX_GENERATIONS:
            dropped = self._generations.pop(1)
            if dropped.local.ufrag not in self.local_ufrags:
                self._events.append(GenerationRetired(dropped.local.ufrag))
            self._retired([dropped])
        return generation

    def _forget(self, key: tuple[int, Address]) -> None:
        del self._known[key]
        self._events.append(AddressForgotten(*key))

    def _send(self, path: int, data: bytes, address: Address) -> None:
        self._transmits.append(Transmit(path, data, address))

    def _close_path(self, path: int) -> None:
        if self._paths.pop(path, None) is not None:
            self._events.append(ClosePath(path))

    def _state_input(self, event: IceInput) -> None:
        state = advance(self.state, event)
        if state is not self.state:
            self.state = state
            self._events.append(StateChanged(state))

    def _reroute(self, now: float) -> None:
        """Choose the pair for data: of the oldest generation while it lives, else the newest that does."""
        self.route = self._generations[0].best()
        if self.route is None or self._silent(self.route, now):
            since = now - self._silence_limits()[0]
            alive = (generation.best_since(since) for generation in reversed(self._generations))
            self.route = next((pair for pair in alive if pair is not None), self.route)

    def _silence_limits(self) -> tuple[float, float]:
        return self.config.disconnected_after, self.config.failed_after

    def _silent(self, pair: CandidatePair, now: float) -> bool:
        return pair.authenticated_at is None or now >= pair.authenticated_at + self._silence_limits()[0]

    def _works(self, pair: CandidatePair) -> bool:
        return pair.state is PairState.SUCCEEDED

    def _settle(self, now: float) -> None:
        """Recompute route and state after any change."""
        if self._closed:
            return
        self._reroute(now)
        pair = self.route
        if pair is None or pair.authenticated_at is None or not self._works(pair):
            if self.state in (IceState.CONNECTED, IceState.DISCONNECTED):
                # The path itself is gone: its connection or allocation was lost.
                if self.state is IceState.CONNECTED:
                    self._looking_since = now
                self._state_input(IceInput.SILENT)
            deadline = self._give_up_at()
            if deadline is not None and now >= deadline:
                self._state_input(IceInput.LOST)
            return
        silent_after, lost_after = self._silence_limits()
        if now < pair.authenticated_at + silent_after:
            self._state_input(IceInput.ALIVE)
        elif self.state is not IceState.CHECKING:
            self._state_input(IceInput.SILENT)
            if now >= pair.authenticated_at + lost_after:
                self._state_input(IceInput.LOST)
        else:
            deadline = self._give_up_at()
            if deadline is not None and now >= deadline:
                self._state_input(IceInput.LOST)

    def _give_up_at(self) -> float | None:
        """When looking for a pair has taken too long."""
        return None if self._looking_since is None else self._looking_since + self.config.failed_after

    def _state_deadline(self) -> float | None:
        """When the state changes if nothing is heard."""
        if self.state in (IceState.NEW, IceState.FAILED, IceState.CLOSED):
            return None
        pair = self.route
        if (
            self.state is IceState.CHECKING
            or pair is None
            or pair.authenticated_at is None
            or not self._works(pair)
        ):
            return self._give_up_at()
        silent_after, lost_after = self._silence_limits()
        return pair.authenticated_at + (silent_after if self.state is IceState.CONNECTED else lost_after)
