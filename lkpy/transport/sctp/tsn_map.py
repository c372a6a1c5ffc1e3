"""Which TSNs have arrived: the cumulative TSN and the blocks above it, kept sorted as they come."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from lkpy.transport.sctp.chunks import HALF_U32, U16, U32

WINDOW: Final = U16
"""TSNs above the cumulative one that are accepted: gap blocks count with 16 bits (RFC 9260 section 3.3.4)."""

REFUSED: Final = -1
DUPLICATE: Final = 0


class TsnMap:
    """Received TSNs, unwrapped.

    Args:
        initial_tsn: the first TSN of the peer, as on the wire.
    """

    __slots__ = ("cumulative", "ends", "starts")

    def __init__(self, initial_tsn: int) -> None:
        # One turn above zero, so that every accepted TSN is positive and above DUPLICATE and REFUSED.
        self.cumulative = initial_tsn + U32
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, tsn: int) -> int:
        """Mark a TSN (32 bits) as received.

        Returns:
            The unwrapped TSN; DUPLICATE if it was there before; REFUSED if it lies outside the window.
        """
        delta = (tsn - self.cumulative) & U32
        if delta > WINDOW:
            return DUPLICATE if delta >= HALF_U32 else REFUSED
        if not delta:
            return DUPLICATE
        absolute = self.cumulative + delta
        starts, ends = self.starts, self.ends
        if delta == 1:
            if starts and starts[0] == absolute + 1:
                self.cumulative = ends[0]
                del starts[0], ends[0]
            else:
                self.cumulative = absolute
            return absolute
        # The block that begins at or below the TSN.
        index = bisect_right(starts, absolute) - 1
        if index >= 0 and absolute <= ends[index]:
            return DUPLICATE
        joins_left = index >= 0 and ends[index] == absolute - 1
        joins_right = index + 1 < len(starts) and starts[index + 1] == absolute + 1
        if joins_left and joins_right:
            ends[index] = ends[index + 1]
            del starts[index + 1], ends[index + 1]
        elif joins_left:
            ends[index] = absolute
        elif joins_right:
            starts[index + 1] = absolute
        else:
            starts.insert(index + 1, absolute)
            ends.insert(index + 1, absolute)
        return absolute

    def forward(self, new_cumulative: int) -> bool:
        """Take everything up to a TSN (32 bits) as received (RFC 3758 section 3.6).

        Returns:
            Whether that moved the cumulative TSN; False too for a TSN outside the window.
        """
        delta = (new_cumulative - self.cumulative) & U32
        if not 0 < delta <= WINDOW:
            return False
        self.cumulative += delta
        passed = bisect_right(self.starts, self.cumulative + 1)
        if passed:
            self.cumulative = max(self.cumulative, self.ends[passed - 1])
            del self.starts[:passed], self.ends[:passed]
        return True

    def blocks(self, limit: int) -> tuple[tuple[int, int], ...]:
        """The first `limit` gap blocks as offsets from the cumulative TSN (RFC 9260 section 3.3.4)."""
        base = self.cumulative
        return tuple(
            (start - base, end - base)
            for start, end in zip(self.starts[:limit], self.ends[:limit], strict=True)
        )
