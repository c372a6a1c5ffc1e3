"""Connection quality from packet loss: scores, hysteresis, and when to tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lkpy.protocol import models_pb2 as models

INTERVAL = 5.0
"""Seconds between two rounds."""

FIRST = 0.5
"""Seconds from becoming active to the first round that counts a participant."""

MAX_SCORE, MAX_MOS, MIN_MOS = 100.0, 4.5, 1.0
_DROP, _RECOVER = 0.8, 0.4
_THRESHOLDS = (
    (80.0, models.ConnectionQuality.EXCELLENT),
    (40.0, models.ConnectionQuality.GOOD),
    (20.0, models.ConnectionQuality.POOR),
)
_LOSS_WEIGHT = {"audio": 4.0, "video": 10.0}
"""Points that each per cent of loss costs."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What a `ConnectionQualityInfo` says."""

    quality: models.ConnectionQuality
    score: float
    """Mean opinion score, 1.0 to 4.5."""


class StreamScore:
    """The score of one stream in one direction: falls fast, recovers slowly."""

    def __init__(self, kind: str) -> None:
        self._weight = _LOSS_WEIGHT[kind]
        self.score = MAX_SCORE

    def update(self, loss: float | None) -> float:
        """`loss` from 0 to 1 since the last round; None when nothing was to be expected (muted, idle)."""
        target = MAX_SCORE - (loss or 0.0) * 100 * self._weight
        factor = _DROP if target < self.score else _RECOVER
        self.score = max(self.score + (max(target, 0.0) - self.score) * factor, 0.0)
        return self.score


def rate(scores: Iterable[float], protocol: int) -> Quality:
    """The quality of a participant: its worst stream, EXCELLENT without any. LOST exists from protocol 11."""
    score = min(scores, default=MAX_SCORE)
    lost = models.ConnectionQuality.LOST if protocol >= 11 else models.ConnectionQuality.POOR
    quality = next((q for threshold, q in _THRESHOLDS if score > threshold), lost)
    return Quality(quality, round(MIN_MOS + (MAX_MOS - MIN_MOS) * score / MAX_SCORE, 2))


class QualityTable:
    """What a room has told about each participant."""

    def __init__(self) -> None:
        self.current: dict[str, Quality] = {}

    def update(self, qualities: Mapping[str, Quality]) -> bool:
        """Take a round's result; True when somebody is new or its quality changed, so that all are told."""
        changed = any(
            sid not in self.current or self.current[sid].quality != quality.quality
            for sid, quality in qualities.items()
        )
        self.current = dict(qualities)
        return changed
