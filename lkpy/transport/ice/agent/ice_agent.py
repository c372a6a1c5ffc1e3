"""`IceAgent`: one peer's path, sans-IO. Made by `full.full_agent` and `lite.lite_agent`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lkpy._runtime.network import Address
from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.conduct import Conduct
from lkpy.transport.ice.agent.parts import AgentParts
from lkpy.transport.ice.agent.reflexive import ReflexiveQueries
from lkpy.transport.ice.agent.remote_candidates import EarlyCandidates, is_usable, remember
from lkpy.transport.ice.agent.responder import Responder
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import CandidatePair, Generation
from lkpy.transport.ice.events import Event, IceCounters, Transmit
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.ice.states import IceState

Events = Sequence[Event]


class IceAgent:
    """Inputs take `now`, s, and return the events they caused, oldest first.

    Args:
        parts: what every agent is made of.
        conduct: what it does beside answering.

    Attributes:
        counters: what was dropped.
    """

    def __init__(self, parts: AgentParts, conduct: Conduct) -> None:
        self.counters: IceCounters = parts.counters
        self._conduct = conduct
        self._outbox = parts.outbox
        self._generations = parts.generations
        self._paths = parts.paths
        self._proven = parts.proven
        self._role = parts.role
        self._liveness = parts.liveness
        self._early = EarlyCandidates()
        self._queries = ReflexiveQueries(parts.entropy, parts.outbox, parts.counters)
        self._responder = Responder(parts.generations, parts.paths, parts.role, parts.outbox, parts.counters)
        self._on_class: dict[stun.Class, Callable[[int, stun.Message, Address, float], None]] = {
            stun.Class.REQUEST: self._on_request,
            stun.Class.RESPONSE: self._on_response,
            stun.Class.ERROR: self._on_response,
        }

    # ---- outputs

    def take_transmits(self) -> list[Transmit]:
        """Datagrams to send, in order; they are handed out once."""
        return self._outbox.take_transmits()

    def next_deadline(self) -> float | None:
        """When `handle_timeout` is due; None: not at all."""
        if self.state is IceState.CLOSED:
            return None
        dues = (self._liveness.deadline(), self._queries.deadline(), self._conduct.deadline())
        return min((due for due in dues if due is not None), default=None)

    @property
    def state(self) -> IceState:
        """See `IceState`."""
        return self._liveness.state

    @property
    def route(self) -> CandidatePair | None:
        """The pair that carries data now."""
        return self._liveness.route

    @property
    def controlling(self) -> bool:
        """Our role."""
        return self._role.controlling

    @property
    def local_candidates(self) -> list[Candidate]:
        """What was gathered, tagged with the newest user name fragment."""
        return self._paths.candidates

    @property
    def local_parameters(self) -> IceParameters:
        """Our newest credentials, to be signalled."""
        return self._generations.newest.local

    @property
    def remote_parameters(self) -> IceParameters | None:
        """The peer's newest credentials."""
        return self._generations.remote_parameters

    @property
    def local_ufrags(self) -> set[str]:
        """The user name fragments that checks for this agent carry."""
        return self._generations.local_ufrags

    @property
    def selected_pair(self) -> CandidatePair | None:
        """The nominated pair of the generation that carries data."""
        return self._generations.oldest.selected

    @property
    def pairs(self) -> list[CandidatePair]:
        """All pairs, those of the generation that carries data first."""
        return self._generations.pairs

    @property
    def remote_candidates(self) -> list[Candidate]:
        """All remote candidates, peer-reflexive ones included."""
        return self._generations.remote_candidates

    def owns_transaction(self, transaction_id: bytes) -> bool:
        """Whether a response with this transaction id answers a question of this agent."""
        return self._conduct.owns(transaction_id) or self._queries.owns(transaction_id)

    # ---- inputs: our side

    def add_path(self, candidate: Candidate) -> int:
        """A local path (socket or allocation) with the candidate that is its base. Returns its number."""
        path = self._paths.add(candidate.with_ufrag(self.local_parameters.ufrag))
        self._conduct.add_path(path)
        return path

    def add_local_candidate(self, candidate: Candidate) -> None:
        """Remember a candidate whose base is a path already added (server-reflexive)."""
        self._paths.candidates.append(candidate.with_ufrag(self.local_parameters.ufrag))

    def path_lost(self, path: int, now: float) -> Events:
        """The path's socket, connection or allocation is gone."""
        self._paths.lose(path)
        for generation in self._generations:
            generation.lose_path(path)
        self._proven.forget_path(path)
        self._conduct.lose_path(path)
        return self._settle(now)

    def tcp_opened(self, path: int, local: Address, now: float) -> Events:
        """The connection asked for by `OpenTcp` stands; `local` is its own end."""
        self._conduct.tcp_opened(path, local)
        return self._settle(now)

    def query_server(self, path: int, server: Address, now: float) -> Events:
        """Ask a STUN server for the path's outside address; one `ServerReflexive` event follows."""
        self._queries.start(path, server, now)
        return self._settle(now)

    def restart(self, now: float) -> Events:
        """New `local_parameters` (RFC 8445 section 9). The old path carries data until a new one is ready."""
        self._generations.restart()
        self._paths.rename(self.local_parameters.ufrag)
        return self._settle(now)

    def close(self) -> Events:
        """End of the agent; nothing is answered any more."""
        self._liveness.close()
        return self._outbox.take_events()

    def handle_timeout(self, now: float) -> Events:
        """Do what is due."""
        self._queries.run(now)
        self._conduct.hear(now)
        return self._settle(now)

    # ---- inputs: the peer

    def set_remote_parameters(self, parameters: IceParameters, now: float) -> Events:
        """The peer's credentials. Others than before begin a new generation (an ICE restart by the peer)."""
        if self.state is IceState.CLOSED:
            return ()
        generation = self._generations.follow(parameters)
        if generation is None:
            return ()
        self._conduct.begin(generation)
        for candidate in self._early.take(parameters.ufrag):
            self._take_candidate(generation, candidate, now)
        self._liveness.look(now)
        return self._settle(now)

    def add_remote_candidate(self, candidate: Candidate, now: float) -> Events:
        """A candidate of the peer; kept until the parameters of its generation are known."""
        if self.state is IceState.CLOSED or not is_usable(candidate):
            self.counters.candidates_ignored += 1
            return ()
        generation = self._generations.of_candidate(candidate.ufrag)
        if generation is not None:
            self._take_candidate(generation, candidate, now)
            return self._settle(now)
        if not self._early.keep(candidate):
            self.counters.candidates_ignored += 1
        return ()

    def receive(self, path: int, data: bytes, address: Address, now: float) -> Events:
        """A datagram that looks like STUN. Never raises."""
        message = stun.parse(data)
        if message is None:
            self.counters.malformed += 1
            return ()
        return self.receive_message(path, message, address, now)

    def receive_message(self, path: int, message: stun.Message, address: Address, now: float) -> Events:
        """As `receive`, for a message that is parsed already."""
        handler = self._on_class.get(message.message_class)
        if handler is None or message.method is not stun.Method.BINDING or self.state is IceState.CLOSED:
            self.counters.unexpected += 1
        else:
            handler(path, message, address, now)
        return self._outbox.take_events()

    def _on_request(self, path: int, message: stun.Message, address: Address, now: float) -> None:
        check = self._responder.answer(path, message, address)
        if check is not None:
            self._proven.prove(check.pair, self.route, now)
            self._conduct.take_check(check, now)
            self._advance(now)

    def _on_response(self, path: int, message: stun.Message, address: Address, now: float) -> None:
        if self._queries.owns(message.transaction_id):
            self._queries.receive(path, message)
        elif self._conduct.take_response(path, message, address, now):
            self._advance(now)

    def _take_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        if remember(generation, candidate, self.controlling):
            self._conduct.add_candidate(generation, candidate, now)

    def _settle(self, now: float) -> Events:
        """What follows from an input, and the events of both."""
        self._advance(now)
        return self._outbox.take_events()

    def _advance(self, now: float) -> None:
        if self.state is not IceState.CLOSED:
            self._liveness.settle(now)
            self._conduct.run(now)
