"""Who is speaking, from the audio levels in RTP headers (RFC 6464), with livekit-server's numbers. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

INTERVAL = 0.4
"""Seconds of a window."""

ACTIVE_LEVEL = 35
"""-dBov; smaller numbers are louder."""

MIN_PERCENTILE = 0.4
"""Part of a window that must be loud."""

SMOOTHING = 2 / 3
"""Weight of the newest window."""

QUANTA = 8
"""Levels are rounded up to multiples of 1/8 so that small changes cause no message."""


class LevelWindow:
    """The audio levels of one track."""

    def __init__(self) -> None:
        self._active = 0.0
        self._loudest = 127
        self._smoothed = 0.0

    def observe(self, level: int, duration: float) -> None:
        """One packet: `level` in -dBov (0 to 127), `duration` in seconds."""
        if level <= ACTIVE_LEVEL:
            self._active += duration
            self._loudest = min(self._loudest, level)

    def close(self, interval: float = INTERVAL) -> float:
        """End the window; the level from 0 (not speaking) to 1, quantised."""
        active, loudest = min(self._active, interval), self._loudest
        self._active, self._loudest = 0.0, 127
        linear = 0.0
        if active >= interval * MIN_PERCENTILE:
            linear = 10 ** (-(loudest - 20 * math.log10(active / interval)) / 20)
        self._smoothed += (linear - self._smoothed) * SMOOTHING
        if linear == 0.0:
            return 0.0
        return min(math.ceil(self._smoothed * QUANTA) / QUANTA, 1.0)


@dataclass(frozen=True, slots=True)
class Speaker:
    """One entry of a change. `level` 0 means: stopped."""

    participant_sid: str
    level: float


class SpeakerTable:
    """The speakers of a room and what changed since the last window."""

    def __init__(self) -> None:
        self.levels: dict[str, float] = {}
        """Participant sid to level; only who speaks now."""

    def update(self, levels: Mapping[str, float]) -> list[Speaker]:
        """Take the levels of a closed window and return who started, changed or stopped."""
        speaking = {sid: level for sid, level in levels.items() if level > 0}
        changes = [Speaker(sid, level) for sid, level in speaking.items() if self.levels.get(sid) != level]
        changes += [Speaker(sid, 0.0) for sid in self.levels if sid not in speaking]
        self.levels = speaking
        return changes

    def remove(self, participant_sid: str) -> None:
        """Forget somebody who left."""
        self.levels.pop(participant_sid, None)
