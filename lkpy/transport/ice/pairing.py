"""Pairing of local paths with remote candidates, and the connections of active ICE-TCP (RFC 6544)."""

from __future__ import annotations

from lkpy.transport.ice.base import BaseAgent
from lkpy.transport.ice.candidate import (
    Candidate,
    candidate_priority,
    canonical_ip,
    foundation,
    is_loopback,
)
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.events import OpenTcp
from lkpy.transport.ice.parameters import Entropy, IceConfig
from lkpy.transport.ice.stun import Address

TCP_HEAD_START = 0.05
"""s that UDP checks get before TCP connections are opened."""


class PairingAgent(BaseAgent):
    """The part of a full agent that makes pairs."""

    def __init__(self, *, controlling: bool, config: IceConfig, entropy: Entropy) -> None:
        super().__init__(controlling=controlling, config=config, entropy=entropy)
        self._tcp: dict[int, float | None] = {}
        """When the connection of a path is to be opened; None once it was asked for."""

    def add_path(self, candidate: Candidate) -> int:
        path = super().add_path(candidate)
        for generation in self._generations:
            for remote in list(generation.remote_candidates.values()):
                self._pair(generation, path, remote)
        return path

    def tcp_opened(self, path: int, local: Address, now: float) -> bool:
        """The connection asked for by `OpenTcp` stands; `local` is its own end. False: not needed."""
        if path not in self._tcp:
            return False
        del self._tcp[path]
        for generation in self._generations:
            for pair in generation.pairs:
                if pair.path == path:
                    pair.local = _active(local[0], local[1])
                    self._paths[path] = pair.local
                    pair.state = PairState.WAITING
        self._settle(now)
        return True

    def path_lost(self, path: int, now: float) -> None:
        self._tcp.pop(path, None)
        super().path_lost(path, now)

    def _take_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        if not self._remember_candidate(generation, candidate):
            return
        if candidate.transport == "tcp":
            self._plan_tcp(generation, candidate, now)
            return
        for path in list(self._paths):
            self._pair(generation, path, candidate)

    def _pair(self, generation: Generation, path: int, remote: Candidate) -> None:
        local, ip = self._paths[path], remote.ip
        if ip is None or local.transport != "udp" or remote.transport != "udp":
            return
        if (":" in local.host) != (":" in ip) or generation.find(path, (ip, remote.port)) is not None:
            return
        # A loopback socket reaches nothing else, and is the right one for a loopback peer.
        ours, theirs = is_loopback(local.host), is_loopback(ip)
        if ours != theirs and local.type == "host" and (ours or self._has_loopback(":" in ip)):
            return
        generation.add(CandidatePair(path, local, remote, (ip, remote.port)), self.controlling)

    def _has_loopback(self, v6: bool) -> bool:
        return any(is_loopback(c.host) and (":" in c.host) == v6 for c in self._paths.values())

    def _plan_tcp(self, generation: Generation, candidate: Candidate, now: float) -> None:
        """An active connection to a passive candidate (RFC 6544 section 7.1); only one side may open it."""
        if candidate.tcptype != "passive" or not self.config.tcp or self.config.relay_only:
            return
        ip = canonical_ip(candidate.host)
        if ip is None or (":" in ip and not self.config.ipv6) or generation.selected is not None:
            return
        path = self._new_path()
        local = _active("::" if ":" in ip else "0.0.0.0", 9)
        pair = CandidatePair(path, local, candidate, (ip, candidate.port), state=PairState.FROZEN)
        if not generation.add(pair, self.controlling):
            return
        self._paths[path] = local
        self._tcp[path] = (
            now + TCP_HEAD_START if any(p.local.transport == "udp" for p in generation.pairs) else now
        )

    def _open_tcp(self, path: int) -> None:
        self._tcp[path] = None
        address = next(pair.address for pair in self.pairs if pair.path == path)
        self._events.append(OpenTcp(path, address))

    def _prune(self, generation: Generation, now: float) -> None:
        """Let connections go that were not chosen."""
        if generation.prune_at is None or now < generation.prune_at:
            return
        generation.prune_at = None
        if generation.selected is None:
            return
        self._close_tcp([pair for pair in generation.pairs if pair is not generation.selected])

    def _retired(self, generations: list[Generation]) -> None:
        kept = {pair.path for pair in self.pairs}
        self._close_tcp([p for g in generations for p in g.pairs if p.path not in kept])

    def _close_tcp(self, pairs: list[CandidatePair]) -> None:
        for pair in pairs:
            if pair.local.transport == "tcp" and pair.path in self._paths:
                self._tcp.pop(pair.path, None)
                pair.state = PairState.FAILED
                self._close_path(pair.path)
                for key in [key for key in self._known if key[0] == pair.path]:
                    self._forget(key)


def _active(host: str, port: int) -> Candidate:
    """The local candidate of an active TCP connection (RFC 6544 section 4.1)."""
    return Candidate(
        foundation=foundation("host", "tcp", host),
        component=1,
        transport="tcp",
        priority=candidate_priority("host", 8191, transport="tcp"),
        host=host,
        port=port,
        type="host",
        tcptype="active",
    )
