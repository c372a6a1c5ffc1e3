"""How good a participant's connection is."""

from __future__ import annotations

import enum


class ConnectionQuality(enum.IntEnum):
    """The server's judgement of a participant's connection.

    An `IntEnum` that also answers as protobuf's enumerations do, which the other constants are.
    """

    QUALITY_UNKNOWN = -1
    """Nothing was told yet."""
    QUALITY_POOR = 0
    QUALITY_GOOD = 1
    QUALITY_EXCELLENT = 2
    QUALITY_LOST = 3

    @classmethod
    def Name(cls, number: int) -> str:
        """The name of a number. Raises ValueError when there is none."""
        return cls(number).name

    @classmethod
    def Value(cls, name: str) -> ConnectionQuality:
        """The value of a name. Raises ValueError when there is none."""
        if name not in cls.__members__:
            raise ValueError(f"ConnectionQuality has no value {name!r}")
        return cls[name]

    @classmethod
    def keys(cls) -> list[str]:
        """All names."""
        return list(cls.__members__)

    @classmethod
    def values(cls) -> list[ConnectionQuality]:
        """All values."""
        return list(cls)

    @classmethod
    def items(cls) -> list[tuple[str, ConnectionQuality]]:
        """All names with their values."""
        return list(cls.__members__.items())
