"""What full and lite ICE agents share: generations, answers to checks, known addresses, route, state."""

from __future__ import annotations

import abc
from dataclasses import replace

from lkpy.transport.ice import stun
from lkpy.transport.ice.candidate import Candidate, canonical_ip, foundation
from lkpy.transport.ice.checklist import MAX_REMOTE_CANDIDATES, CandidatePair, Generation, PairState
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
from lkpy.transport.ice.reflexive import ReflexiveQueries
from lkpy.transport.ice.states import IceInput, IceState, advance
from lkpy.transport.ice.stun import Address

MAX_GENERATIONS = 3
"""One that carries data and two restarts the peer has not followed yet."""

MAX_EARLY_CANDIDATES = 256
"""Remote candidates kept for generations whose parameters are not known yet."""

MAX_KNOWN_ADDRESSES = 64
"""Source addresses of the peer that are remembered; a peer behind odd NATs has a handful."""

NOMINATION_HOLD = 0.5
"""s for which a nomination is not undone by that of a worse pair. Peers that nominate on every check
(RFC 5245 aggressive nomination) mean the best of them; peers that move on stop nominating the old pair."""


class BaseAgent(abc.ABC):
    """Common part of the agents. Inputs take `now`; outputs are taken with `take_transmits`, `take_events` and
    `next_timeout`.

    Attributes:
        state: see `IceState`.
        controlling: our role.
        route: the pair that carries data now, or None.
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
        self._early: dict[str | None, list[Candidate]] = {}
        self._known: dict[tuple[int, Address], CandidatePair] = {}
        self._previous: dict[tuple[int, Address], CandidatePair] = {}
        self._checked = False
        self._looking_since: float | None = None
        self._closed = False
        self._queries = ReflexiveQueries(entropy, self._transmits)
        self._on_class = {
            stun.Class.REQUEST: self._on_request,
            stun.Class.RESPONSE: self._on_response,
            stun.Class.ERROR: self._on_response,
        }

    # ---- outputs

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

    @abc.abstractmethod
    def owns_transaction(self, transaction_id: bytes) -> bool:
        """Whether a response with this transaction id answers a question of this agent."""

    # ---- inputs

    def add_path(self, candidate: Candidate) -> int:
        """A local path (socket or allocation) with the candidate that is its base. Returns its number."""
        path = self._new_path()
        self._paths[path] = candidate
        self.add_local_candidate(candidate)
        return path

    def add_local_candidate(self, candidate: Candidate) -> None:
        """Remember a candidate whose base is a path already added (server-reflexive)."""
        self.local_candidates.append(candidate.with_ufrag(self.local_parameters.ufrag))

    def path_lost(self, path: int, now: float) -> None:
        """The path's socket, connection or allocation is gone."""
        self._paths.pop(path, None)
        for generation in self._generations:
            for pair in [pair for pair in generation.pairs if pair.path == path]:
                pair.state = PairState.FAILED
                pair.authenticated_at = pair.next_check_at = None
                if generation.selected is pair:
                    generation.selected = None
        for key in [key for key in self._known if key[0] == path]:
            self._forget(key)
        self._settle(now)

    def set_remote_parameters(self, parameters: IceParameters, now: float) -> None:
        """The peer's credentials. Others than before begin a new generation (an ICE restart by the peer)."""
        if self._closed:
            return
        newest = self._generations[-1]
        if newest.remote is not None:
            if any(g.remote is not None and _same(g.remote, parameters) for g in self._generations):
                return
            newest = self._push(newest.local)
        newest.remote = parameters
        self._looking_since = now
        self._begin(newest)
        for ufrag in (None, parameters.ufrag):
            for candidate in self._early.pop(ufrag, ()):
                self._take_candidate(newest, candidate, now)
        self._state_input(IceInput.START)
        self._settle(now)

    def add_remote_candidate(self, candidate: Candidate, now: float) -> None:
        """A candidate of the peer; kept until the parameters of its generation are known."""
        if self._closed or not self._usable(candidate):
            self.counters.candidates_ignored += 1
            return
        generation = next(
            (
                g
                for g in reversed(self._generations)
                if g.remote is not None and candidate.ufrag in (None, g.remote.ufrag)
            ),
            None,
        )
        if generation is not None:
            self._take_candidate(generation, candidate, now)
            self._settle(now)
        elif sum(map(len, self._early.values())) < MAX_EARLY_CANDIDATES:
            self._early.setdefault(candidate.ufrag, []).append(candidate)
        else:
            self.counters.candidates_ignored += 1

    def restart(self, now: float) -> IceParameters:
        """New local credentials (RFC 8445 section 9). The old path carries data until the new one is ready.

        Returns:
            The credentials to signal.
        """
        generation = self._push(IceParameters.generate(self._entropy, lite=self.lite))
        self.local_candidates = [c.with_ufrag(generation.local.ufrag) for c in self.local_candidates]
        return generation.local

    def query_server(self, path: int, server: Address, now: float) -> None:
        """Ask a STUN server for the path's outside address; one `ServerReflexive` event follows."""
        self._queries.start(path, server, now)
        self._settle(now)

    def receive(self, path: int, data: bytes, address: Address, now: float) -> None:
        """A datagram that looks like STUN. Never raises."""
        message = stun.parse(data)
        if message is None:
            self.counters.malformed += 1
        else:
            self.receive_message(path, message, address, now)

    def receive_message(self, path: int, message: stun.Message, address: Address, now: float) -> None:
        """As `receive`, for a message that is parsed already."""
        handler = self._on_class.get(message.message_class)
        if handler is None or message.message_method is not stun.Method.BINDING or self._closed:
            self.counters.unexpected += 1
        else:
            handler(path, message, address, now)

    def close(self) -> None:
        """End of the agent; nothing is answered any more."""
        self._closed = True
        self.route = None
        self._state_input(IceInput.CLOSE)

    # ---- for the roles

    @abc.abstractmethod
    def _begin(self, generation: Generation) -> None:
        """A generation got its remote parameters."""

    @abc.abstractmethod
    def _take_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        """A usable remote candidate of a known generation."""

    @abc.abstractmethod
    def _on_response(self, path: int, message: stun.Message, address: Address, now: float) -> None:
        """A success or error response to a binding request."""

    @abc.abstractmethod
    def _on_check(self, generation: Generation, pair: CandidatePair, use_candidate: bool, now: float) -> None:
        """An authenticated check was answered."""

    @abc.abstractmethod
    def _resolve_role(self, message: stun.Message) -> bool:
        """Repair a role conflict; False when the peer has to (RFC 8445 section 7.3.1.1)."""

    def _usable(self, candidate: Candidate) -> bool:
        # RFC 8839 section 5.1: what is not understood is ignored. Names (mDNS hides addresses) are not resolved.
        return (
            candidate.component == 1
            and candidate.type in ("host", "srflx", "prflx", "relay")
            and candidate.transport in ("udp", "tcp")
            and candidate.ip is not None
        )

    def _remember_candidate(self, generation: Generation, candidate: Candidate) -> bool:
        """Store a signalled remote candidate; False when it is known or one too many."""
        ip = canonical_ip(candidate.host)
        assert ip is not None
        key = (candidate.transport, ip, candidate.port)
        known = generation.remote_candidates.get(key)
        if known is not None and known.type == "prflx":
            # RFC 8838 section 11.4: the signalled candidate takes the place of the peer-reflexive one.
            generation.remote_candidates[key] = candidate
            for pair in generation.pairs:
                if pair.remote is known:
                    pair.remote = candidate
            generation.reprioritise(self.controlling)
            return True
        if known is not None or len(generation.remote_candidates) >= MAX_REMOTE_CANDIDATES:
            return False
        generation.remote_candidates[key] = candidate
        return True

    def _on_request(self, path: int, message: stun.Message, address: Address, now: float) -> None:
        username = message.attributes.get("USERNAME")
        if username is None or "MESSAGE-INTEGRITY" not in message.attributes:
            self.counters.unauthenticated += 1
            return
        ours, _, theirs = username.partition(":")
        candidates = [g for g in reversed(self._generations) if g.local.ufrag == ours]
        if not candidates:
            self.counters.unknown_user += 1
            return
        pwd = candidates[0].local.pwd
        if not message.check_message_integrity(pwd.encode()):
            self.counters.bad_integrity += 1
            return
        if path not in self._paths:
            return
        if not self._resolve_role(message):
            self.counters.role_conflicts += 1
            self._send(path, stun.role_conflict_response(message, pwd), address)
            return
        self._send(path, stun.binding_response(message, address, pwd), address)
        generation = next((g for g in candidates if g.remote is not None and g.remote.ufrag == theirs), None)
        if generation is None:
            generation = next((g for g in candidates if g.remote is None), None)
        if generation is None:
            # The peer restarted and its parameters are still on the way; it will check again.
            return
        pair = self._pair_of_check(generation, path, message, address)
        if pair is None:
            return
        pair.requests_received += 1
        pair.responses_sent += 1
        self._authenticated(pair, now)
        self._on_check(generation, pair, "USE-CANDIDATE" in message.attributes, now)
        self._settle(now)

    def _pair_of_check(
        self, generation: Generation, path: int, message: stun.Message, address: Address
    ) -> CandidatePair | None:
        """The pair of a check; a new one for a peer-reflexive candidate (RFC 8445 section 7.3.1.3)."""
        pair = generation.find(path, address)
        if pair is not None:
            return pair
        local = self._paths[path]
        key = (local.transport, *address)
        remote = generation.remote_candidates.get(key)
        if remote is None:
            remote = Candidate(
                foundation=foundation("prflx", local.transport, address[0]),
                component=1,
                transport=local.transport,
                priority=message.attributes.get("PRIORITY", 0),
                host=address[0],
                port=address[1],
                type="prflx",
                ufrag=generation.remote.ufrag if generation.remote else None,
            )
            if len(generation.remote_candidates) >= MAX_REMOTE_CANDIDATES:
                return None
            generation.remote_candidates[key] = remote
        pair = CandidatePair(path, local, remote, address)
        return pair if generation.add(pair, self.controlling, authenticated=True) else None

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

    # ---- inner

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


def _same(a: IceParameters, b: IceParameters) -> bool:
    return a.ufrag == b.ufrag and a.pwd == b.pwd


def peer_reflexive(local: Candidate, mapped: Address) -> Candidate:
    """The local candidate a response revealed (RFC 8445 section 7.2.5.3.1)."""
    return replace(
        local,
        foundation=foundation("prflx", local.transport, local.host),
        host=mapped[0],
        port=mapped[1],
        type="prflx",
        related_address=local.host,
        related_port=local.port,
    )
