"""Pairing of local UDP paths with remote candidates (RFC 8445 section 6.1.2.2)."""

from __future__ import annotations

from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.local_paths import LocalPaths
from lkpy.transport.ice.agent.role import Role
from lkpy.transport.ice.candidate import Candidate, is_loopback
from lkpy.transport.ice.checklist import CandidatePair, Generation


class Pairing:
    """Makes the pairs of UDP paths; those of connections come from `ActiveTcp`."""

    def __init__(self, generations: Generations, paths: LocalPaths, role: Role) -> None:
        self._generations = generations
        self._paths = paths
        self._role = role

    def add_path(self, path: int) -> None:
        """Pair a new path with all candidates there are."""
        for generation in self._generations:
            for remote in list(generation.remote_candidates.values()):
                self._pair(generation, path, remote)

    def add_candidate(self, generation: Generation, remote: Candidate) -> None:
        """Pair a new candidate with all paths there are."""
        for path in list(self._paths.bases):
            self._pair(generation, path, remote)

    def _pair(self, generation: Generation, path: int, remote: Candidate) -> None:
        local, ip = self._paths.bases[path], remote.ip
        if ip is None or local.transport != "udp" or remote.transport != "udp":
            return
        if (":" in local.host) != (":" in ip) or generation.find(path, (ip, remote.port)) is not None:
            return
        # A loopback socket reaches nothing else, and is the right one for a loopback peer.
        ours, theirs = is_loopback(local.host), is_loopback(ip)
        if ours != theirs and local.type == "host" and (ours or self._paths.has_loopback(":" in ip)):
            return
        generation.add(CandidatePair(path, local, remote, (ip, remote.port)), self._role.controlling)
