"""Congestion window (RFC 9260 section 7.2)."""

from __future__ import annotations

INITIAL_PACKETS = 10
"""Packets sent before the first SACK, as libwebrtc does (RFC 6928 for TCP; RFC 9260 section 7.2.1 says about
four)."""
MIN_PACKETS = 4
"""Lower bound of the window after a loss (RFC 9260 section 7.2.3)."""
MAX_WINDOW = 1 << 20
"""Bytes. A larger flight gains nothing on the paths of a LiveKit client and overflows socket buffers."""
_SLOW_START_LIMIT = 32
"""Packets by which one SACK may open the window (L of RFC 3465): one SACK may stand for a whole batch."""


class CongestionWindow:
    """How many bytes may be in flight.

    Args:
        packet_size: bytes of a full packet, the PMDCS of RFC 9260.
    """

    __slots__ = ("_partial_bytes_acked", "_recovery_exit", "packet_size", "ssthresh", "window")

    def __init__(self, packet_size: int) -> None:
        self.packet_size = packet_size
        self.window = INITIAL_PACKETS * packet_size
        self.ssthresh = MAX_WINDOW
        self._partial_bytes_acked = 0
        self._recovery_exit: int | None = None

    @property
    def in_recovery(self) -> bool:
        """In fast recovery (RFC 9260 section 7.2.4)."""
        return self._recovery_exit is not None

    def acknowledged(self, size: int, flight_before: int, cumulative: int) -> None:
        """The cumulative TSN advanced.

        Args:
            size: bytes newly acknowledged by the SACK.
            flight_before: bytes in flight before it came: the window grows only when it was in use.
            cumulative: the new cumulative TSN, unwrapped.
        """
        if self._recovery_exit is not None:
            if cumulative < self._recovery_exit:
                return
            self._recovery_exit = None
        used = flight_before + self.packet_size > self.window
        if self.window <= self.ssthresh:
            if used:
                self.window = min(self.window + min(size, _SLOW_START_LIMIT * self.packet_size), MAX_WINDOW)
            return
        # RFC 9260 section 7.2.2: one packet for each window of data.
        self._partial_bytes_acked += size
        if self._partial_bytes_acked >= self.window:
            self._partial_bytes_acked = self._partial_bytes_acked - self.window if used else self.window
            if used:
                self.window = min(self.window + self.packet_size, MAX_WINDOW)

    def lost(self, highest_sent: int) -> bool:
        """A SACK showed a loss. Returns whether fast recovery begins with it (RFC 9260 section 7.2.4)."""
        if self._recovery_exit is not None:
            return False
        self.ssthresh = max(self.window // 2, MIN_PACKETS * self.packet_size)
        self.window = self.ssthresh
        self._partial_bytes_acked = 0
        self._recovery_exit = highest_sent
        return True

    def timed_out(self) -> None:
        """T3-rtx expired (RFC 9260 section 7.2.3)."""
        self.ssthresh = max(self.window // 2, MIN_PACKETS * self.packet_size)
        self.window = self.packet_size
        self._partial_bytes_acked = 0
        self._recovery_exit = None

    def idle(self) -> None:
        """Nothing was sent for one RTO: what the window knew about the path is old (RFC 9260 section
        7.2.1)."""
        initial = INITIAL_PACKETS * self.packet_size
        if self.window > initial:
            self.window = max(self.window // 2, initial)
