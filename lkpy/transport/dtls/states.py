"""States and counters of a DTLS association."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class DtlsState(enum.Enum):
    """Life of a DTLS association; see `endpoint`."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    CLOSED = "closed"
    FAILED = "failed"


@dataclass(slots=True)
class DtlsCounters:
    """What happened to datagrams."""

    malformed: int = 0
    """Dropped: not a sequence of whole DTLS records, or too large."""
    early_dropped: int = 0
    """Dropped: came before `start` and the queue for that was full."""
    unauthenticated: int = 0
    """Dropped: forged, replayed, or a plaintext alert."""
    late: int = 0
    """Dropped: came after the end."""
    resent: int = 0
    """Our flights sent again."""
    unsendable: int = 0
    """Messages that could not be encrypted."""
