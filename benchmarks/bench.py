"""What every measurement works with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from figures import Table
from processes import Subject

LKPY, AIORTC = "lkpy", "aiortc alone"
FAKE, REAL = "fake SFU", "livekit-server"


@dataclass
class Bench:
    """What the measurements work with."""

    subjects: list[Subject]
    """lkpy first, then lkpy as it was, if that is asked for, and the official SDK, if it is there."""
    servers: dict[str, str]
    """URL by name."""
    speech: Path
    quick: bool
    log: Callable[[str], None]
    _rooms: int = field(default=0)

    @property
    def windows(self) -> int:
        return 1 if self.quick else 3

    @property
    def seconds(self) -> float:
        return 1.0 if self.quick else 2.0

    def room(self) -> str:
        """A room nobody was in yet."""
        self._rooms += 1
        return f"room {self._rooms}"


Measurement = Callable[[Bench], AsyncIterator[Table]]
