"""Which simulcast layer a subscriber is sent, and when to ask for a key frame. Pure."""

from __future__ import annotations

from collections.abc import Mapping

RANK: Mapping[str, int] = {"": 0, "q": 0, "2": 0, "h": 1, "1": 1, "f": 2, "0": 2}
"""Layer names (RFC 8852 rids), larger is better; digits are those of old clients."""

BEST = 2

LAYER_TIMEOUT = 1.0
"""Seconds without a packet after which a layer counts as paused."""

KEYFRAME_PATIENCE = 2.0
"""Seconds a video waits for a key frame to begin with; then it begins anyway."""


def rank(rid: str) -> int:
    return RANK.get(rid, 0)


class LayerSelector:
    """The choice for one subscription."""

    def __init__(self, *, needs_keyframe: bool) -> None:
        self._needs_keyframe = needs_keyframe
        self._seen: dict[str, float] = {}
        self._waiting_since: float | None = None
        self.current: str | None = None
        """The layer being sent, None before the first packet."""
        self.max_rank = BEST

    def observe(self, rid: str, keyframe: bool, now: float) -> tuple[bool, bool]:
        """A packet of layer `rid` came. Returns (send it, ask its publisher for a key frame)."""
        self._seen[rid] = now
        if rid == self.current:
            return True, False
        if rid != self.wanted(now):
            return False, False
        if self._needs_keyframe and not keyframe:
            if self.current is not None:
                return False, True
            if self._waiting_since is None:
                self._waiting_since = now
            if now - self._waiting_since < KEYFRAME_PATIENCE:
                return False, True
        self.current = rid
        self._waiting_since = None
        return True, False

    def wanted(self, now: float) -> str | None:
        """The best layer that arrives and is not above what the subscriber asked for."""
        alive = [rid for rid, at in self._seen.items() if now - at < LAYER_TIMEOUT]
        allowed = [rid for rid in alive if rank(rid) <= self.max_rank]
        if allowed:
            return max(allowed, key=rank)
        return min(alive, key=rank, default=None)
