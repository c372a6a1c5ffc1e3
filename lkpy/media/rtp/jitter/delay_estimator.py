"""How long packets must wait so that nearly all of them are there when their time comes."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

_WINDOW_SECONDS = 5.0
_WINDOW_PACKETS = 500
_SETTLED_PACKETS = 25
"""Packets after which the measurement replaces the start value: half a second of 20 ms packets."""

_STEP_PACKETS = 8
_STEP_SPREAD = 0.060
_STEP_MIN = 0.060
"""Seconds. `_STEP_PACKETS` packets in a row, all later than nearly all before by this much, but alike among
themselves: the path or the sender's clock has changed, and the past says nothing about it. A burst after a
    stall
is not alike: its delays fall by a packet's duration each time."""

_MAX_DISORDER = 0.150
"""Seconds of extra delay that a packet out of order may count for: retransmissions over a long path are not
worth waiting for."""


class DelayEstimator:
    """Target delay out of arrival times.

    The transit of a packet is its arrival minus its timestamp, both in seconds; only differences of transits
    mean something. The least transit of the last seconds is the zero of all delays here: `base`. It follows a
    drift of the clocks by itself.

    Args:
        start: target until enough packets came, s.
        minimum: least target, s.
        maximum: greatest target, s.
        quantile: part of the packets that shall be in time.
    """

    def __init__(self, *, start: float, minimum: float, maximum: float, quantile: float) -> None:
        self._start = start
        self._minimum = minimum
        self._maximum = maximum
        self._quantile = quantile
        self._window: deque[tuple[float, float]] = deque()
        self._sorted: list[float] = []
        self._settled = False
        self._last_target = start
        self._spread = 0.0

    @property
    def base(self) -> float | None:
        """Least transit of the window, s; None before the first packet."""
        return self._sorted[0] if self._sorted else None

    @property
    def spread(self) -> float:
        """The delay over `base` that the wanted part of the packets stays under, s."""
        return self._spread

    def add(self, transit: float, now: float, *, in_order: bool) -> None:
        """Note a packet's transit (s)."""
        ordered, window = self._sorted, self._window
        if not in_order and ordered:
            transit = min(transit, ordered[0] + _MAX_DISORDER)
        window.append((now, transit))
        insort(ordered, transit)
        oldest = now - _WINDOW_SECONDS
        while window[0][0] < oldest or len(window) > _WINDOW_PACKETS:
            _, gone = window.popleft()
            del ordered[bisect_left(ordered, gone)]
        count = len(ordered)
        if count > 2 * _STEP_PACKETS and transit - ordered[0] > _STEP_MIN:
            self._forget_before_step()
            count = len(ordered)
        self._spread = ordered[min(int(count * self._quantile), count - 1)] - ordered[0]
        if count >= _SETTLED_PACKETS:
            self._settled = True

    def _forget_before_step(self) -> None:
        window = self._window
        recent = [window[-index][1] for index in range(1, _STEP_PACKETS + 1)]
        least = min(recent)
        if max(recent) - least > _STEP_SPREAD:
            return
        older = len(self._sorted) - _STEP_PACKETS
        usual = self._sorted[min(int(older * self._quantile), older - 1)]
        if least < usual + _STEP_MIN:
            return
        while len(window) > _STEP_PACKETS:
            window.popleft()
        self._sorted = sorted(recent)

    def target(self, cushion: float) -> float:
        """The delay a packet should have between the earliest possible arrival and its playing, s.

        Args:
            cushion: added to what the arrival times ask for, s.
        """
        wanted = min(max(self._spread + cushion, self._minimum), self._maximum)
        if not self._settled or len(self._sorted) < _SETTLED_PACKETS:
            # Few packets prove that more delay is needed, never that less is enough.
            return max(wanted, self._last_target)
        self._last_target = wanted
        return wanted

    def restart(self) -> None:
        """The time line of the sender has jumped: forget all transits, keep the target until there are new
        ones."""
        self._window.clear()
        self._sorted.clear()
        self._spread = 0.0

    def reset(self) -> None:
        """Another stream: forget everything."""
        self.restart()
        self._settled = False
        self._last_target = self._start
