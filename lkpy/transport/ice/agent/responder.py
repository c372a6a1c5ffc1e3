"""Answers to the peer's connectivity checks (RFC 8445 section 7.3)."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy._runtime.network import Address
from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.local_paths import LocalPaths
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.agent.role import Role
from lkpy.transport.ice.candidate import Candidate, foundation
from lkpy.transport.ice.checklist import MAX_REMOTE_CANDIDATES, CandidatePair, Generation
from lkpy.transport.ice.events import IceCounters


@dataclass(frozen=True, slots=True)
class Check:
    """An authenticated check that was answered.

    Attributes:
        nominates: it carried USE-CANDIDATE.
    """

    generation: Generation
    pair: CandidatePair
    nominates: bool


class Responder:
    """Authenticates checks, answers them and finds their pairs."""

    def __init__(
        self,
        generations: Generations,
        paths: LocalPaths,
        role: Role,
        outbox: Outbox,
        counters: IceCounters,
    ) -> None:
        self._generations = generations
        self._paths = paths
        self._role = role
        self._outbox = outbox
        self._counters = counters

    def answer(self, path: int, message: stun.Message, address: Address) -> Check | None:
        """Answer a request. None when it is dropped or its pair is not known yet."""
        username = message.attributes.get("USERNAME")
        if username is None or "MESSAGE-INTEGRITY" not in message.attributes:
            self._counters.unauthenticated += 1
            return None
        ours, _, theirs = username.partition(":")
        candidates = self._generations.answering(ours)
        if not candidates:
            self._counters.unknown_user += 1
            return None
        pwd = candidates[0].local.pwd
        if not message.check_message_integrity(pwd.encode()):
            self._counters.bad_integrity += 1
            return None
        if path not in self._paths.bases:
            return None
        if not self._role.agree(message):
            self._outbox.send(path, stun.role_conflict_response(message, pwd), address)
            return None
        self._outbox.send(path, stun.binding_response(message, address, pwd), address)
        generation = next((g for g in candidates if g.remote is not None and g.remote.ufrag == theirs), None)
        if generation is None:
            generation = next((g for g in candidates if g.remote is None), None)
        if generation is None:
            # The peer restarted and its parameters are still on the way; it will check again.
            return None
        pair = self._pair_of(generation, path, message, address)
        if pair is None:
            return None
        pair.requests_received += 1
        pair.responses_sent += 1
        return Check(generation, pair, "USE-CANDIDATE" in message.attributes)

    def _pair_of(
        self, generation: Generation, path: int, message: stun.Message, address: Address
    ) -> CandidatePair | None:
        """The pair of a check; a new one for a peer-reflexive candidate (RFC 8445 section 7.3.1.3)."""
        pair = generation.find(path, address)
        if pair is not None:
            return pair
        local = self._paths.bases[path]
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
        return pair if generation.add(pair, self._role.controlling, authenticated=True) else None
