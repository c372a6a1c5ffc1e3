"""What the peer signals: which of its candidates are used, and those that come before their generation."""

from __future__ import annotations

from lkpy.transport.ice.candidate import Candidate, canonical_ip
from lkpy.transport.ice.checklist import MAX_REMOTE_CANDIDATES, Generation

MAX_EARLY_CANDIDATES = 256
"""Remote candidates kept for generations whose parameters are not known yet."""


def is_usable(candidate: Candidate) -> bool:
    """RFC 8839 section 5.1: what is not understood is ignored. Names (mDNS) are not resolved."""
    return (
        candidate.component == 1
        and candidate.type in ("host", "srflx", "prflx", "relay")
        and candidate.transport in ("udp", "tcp")
        and candidate.ip is not None
    )


def remember(generation: Generation, candidate: Candidate, controlling: bool) -> bool:
    """Store a usable candidate; False when it is known or one too many."""
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
        generation.reprioritise(controlling)
        return True
    if known is not None or len(generation.remote_candidates) >= MAX_REMOTE_CANDIDATES:
        return False
    generation.remote_candidates[key] = candidate
    return True


class EarlyCandidates:
    """Candidates that outran the parameters of their generation."""

    def __init__(self) -> None:
        self._waiting: dict[str | None, list[Candidate]] = {}

    def keep(self, candidate: Candidate) -> bool:
        """False when there are too many."""
        if sum(map(len, self._waiting.values())) >= MAX_EARLY_CANDIDATES:
            return False
        self._waiting.setdefault(candidate.ufrag, []).append(candidate)
        return True

    def take(self, ufrag: str) -> list[Candidate]:
        """Those of the generation that begins now: they name it, or none."""
        return self._waiting.pop(None, []) + self._waiting.pop(ufrag, [])
