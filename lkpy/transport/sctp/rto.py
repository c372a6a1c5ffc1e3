"""Retransmission timeout (RFC 9260 section 6.3.1)."""

from __future__ import annotations

from typing import Final

NEVER: Final = float("inf")
"""The deadline of a timer that does not run."""

RTO_INITIAL = 0.5
"""Seconds before the first measurement. The RFC says 1 s; ICE and DTLS have shown by now that the path is
faster."""
RTO_MIN = 0.4
"""Seconds. The RFC says 1 s, which makes every tail loss a second of silence; peers delay SACKs by 200 ms at
most."""
RTO_MAX = 60.0
_ALPHA = 1 / 8
_BETA = 1 / 4


class RttEstimator:
    """Smoothed round-trip time and the timeout that follows from it, in seconds."""

    __slots__ = ("_variation", "rto", "srtt")

    def __init__(self) -> None:
        self.srtt: float | None = None
        self._variation = 0.0
        self.rto = RTO_INITIAL

    def sample(self, rtt: float) -> None:
        """Take one measurement, of a chunk that was sent once (Karn's rule, RFC 9260 section 6.3.1 C5)."""
        if self.srtt is None:
            self.srtt = rtt
            self._variation = rtt / 2
        else:
            self._variation += _BETA * (abs(self.srtt - rtt) - self._variation)
            self.srtt += _ALPHA * (rtt - self.srtt)
        self.restore()

    def back_off(self) -> None:
        """Double the timeout after an expiry (RFC 9260 section 6.3.3 E2)."""
        self.rto = min(self.rto * 2, RTO_MAX)

    def restore(self) -> None:
        """Undo all doubling."""
        if self.srtt is None:
            self.rto = RTO_INITIAL
        else:
            self.rto = min(max(self.srtt + 4 * self._variation, RTO_MIN), RTO_MAX)
