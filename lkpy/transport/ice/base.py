"""The inputs that full and lite ICE agents share: parameters, candidates, restarts, checks to answer."""

from __future__ import annotations

import abc
from dataclasses import replace

from lkpy.transport.ice import stun
from lkpy.transport.ice.candidate import Candidate, canonical_ip, foundation
from lkpy.transport.ice.checklist import MAX_REMOTE_CANDIDATES, CandidatePair, Generation, PairState
from lkpy.transport.ice.core import AgentCore
from lkpy.transport.ice.parameters import Entropy, IceConfig, IceParameters
from lkpy.transport.ice.reflexive import ReflexiveQueries
from lkpy.transport.ice.states import IceInput
from lkpy.transport.ice.stun import Address

MAX_EARLY_CANDIDATES = 256
"""Remote candidates kept for generations whose parameters are not known yet."""


class BaseAgent(AgentCore):
    """Inputs take `now`; outputs are taken with `take_transmits`, `take_events` and `next_timeout`."""

    def __init__(self, *, controlling: bool, config: IceConfig, entropy: Entropy) -> None:
        super().__init__(controlling=controlling, config=config, entropy=entropy)
        self._early: dict[str | None, list[Candidate]] = {}
        self._queries = ReflexiveQueries(entropy, self._transmits)
        self._on_class = {
            stun.Class.REQUEST: self._on_request,
            stun.Class.RESPONSE: self._on_response,
            stun.Class.ERROR: self._on_response,
        }

    @abc.abstractmethod
    def owns_transaction(self, transaction_id: bytes) -> bool:
        """Whether a response with this transaction id answers a question of this agent."""

    def add_path(self, candidate: Candidate) -> int:
        """A local path (socket or allocation) with the candidate that is its base. Returns its number."""
        path = self._new_path()
        self._paths[path] = candidate.with_ufrag(self.local_parameters.ufrag)
        self.local_candidates.append(self._paths[path])
        return path

    def add_local_candidate(self, candidate: Candidate) -> None:
        """Remember a candidate whose base is a path already added (server-reflexive)."""
        self.local_candidates.append(candidate.with_ufrag(self.local_parameters.ufrag))

    def path_lost(self, path: int, now: float) -> None:
        """The path's socket, connection or allocation is gone."""
        base = self._paths.pop(path, None)
        if base is not None:
            # What stood on this base is not offered again after a restart.
            gone = (base.host, base.port)
            self.local_candidates = [
                c
                for c in self.local_candidates
                if (c.host, c.port) != gone and (c.related_address, c.related_port) != gone
            ]
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
        ufrag = generation.local.ufrag
        self.local_candidates = [c.with_ufrag(ufrag) for c in self.local_candidates]
        self._paths = {path: c.with_ufrag(ufrag) for path, c in self._paths.items()}
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
        # RFC 8839 section 5.1: what is not understood is ignored. Names (mDNS) are not resolved.
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
            if len(generation.remote_candidates) < MAX_REMOTE_CANDIDATES:
                generation.remote_candidates[key] = remote
        pair = CandidatePair(path, local, remote, address)
        return pair if generation.add(pair, self.controlling, authenticated=True) else None


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
