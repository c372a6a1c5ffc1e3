"""The local paths of an agent (sockets, connections, allocations) and the candidates that stand on them."""

from __future__ import annotations

from lkpy.transport.ice.candidate import Candidate, is_loopback


class LocalPaths:
    """Numbers paths.

    Attributes:
        bases: each path's base candidate.
        candidates: what was gathered, tagged with the newest user name fragment.
    """

    def __init__(self) -> None:
        self.bases: dict[int, Candidate] = {}
        self.candidates: list[Candidate] = []
        self._next = 1

    def add(self, base: Candidate) -> int:
        """A path whose base is offered to the peer. Returns its number."""
        self.candidates.append(base)
        return self.reserve(base)

    def reserve(self, base: Candidate) -> int:
        """A path whose base is not offered to the peer. Returns its number."""
        path, self._next = self._next, self._next + 1
        self.bases[path] = base
        return path

    def lose(self, path: int) -> None:
        """The path is gone; what stood on its base is not offered again after a restart."""
        base = self.bases.pop(path, None)
        if base is None or base not in self.candidates:
            return
        gone = (base.host, base.port)
        self.candidates = [
            c
            for c in self.candidates
            if (c.host, c.port) != gone and (c.related_address, c.related_port) != gone
        ]

    def rename(self, ufrag: str) -> None:
        """Everything is offered again with new credentials."""
        self.candidates = [c.with_ufrag(ufrag) for c in self.candidates]
        self.bases = {path: c.with_ufrag(ufrag) for path, c in self.bases.items()}

    def has_loopback(self, v6: bool) -> bool:
        """Whether a path of the address family stands on a loopback address."""
        return any(is_loopback(c.host) and (":" in c.host) == v6 for c in self.bases.values())
