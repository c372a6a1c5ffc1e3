"""How good a participant's connection is."""

from __future__ import annotations

import enum


class ConnectionQuality(enum.IntEnum):
    """The server's judgement of a participant's connection (protocol document 7.3)."""

    QUALITY_UNKNOWN = -1
    """Nothing was told yet."""
    QUALITY_POOR = 0
    QUALITY_GOOD = 1
    QUALITY_EXCELLENT = 2
    QUALITY_LOST = 3
