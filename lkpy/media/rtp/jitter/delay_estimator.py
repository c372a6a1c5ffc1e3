"""How long packets must wait so that nearly all of them are there when their time comes."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

_WINDOW_SECONDS = 5.0
_WINDOW_PACKETS = 500
_SETTLED_PACKETS = 25
"""Packets after which the measurement replaces the start value: half a second of 20 ms packets."""

_STEP_PACKETS = 8
_STEP = 0.040
"""Seconds. `_STEP_PACKETS` packets in a row, all later (or earlier) by this much than what was usual, but
alike among themselves: the path or the sender's clock has changed, and the past says nothing about it."""

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

    Attributes:
        base: least transit of the last seconds, s; None before the first packet.
        spread: the delay over `base` that the wanted part of the packets stays under, s.
    """

    def __init__(self, *, start: float, minimum: float, maximum: float, quantile: float) -> None:
        self._start = start
        self._minimum = minimum
        self._maximum = maximum
        self._quantile = quantile
        self._window: deque[tuple[float, float]] = deque()
        self._sorted: list[float] = []
        self._least: deque[tuple[float, float]] = deque()
        self._last: tuple[float, float] | None = None
        self._settled = False
        self._last_target = start
        self.base: float | None = None
        self.spread = 0.0

    def add(self, transit: float, now: float, *, in_order: bool) -> None:
        """Note a packet's transit (s)."""
        least = self._least
        oldest = now - _WINDOW_SECONDS
        # Ascending in time and transit: what is older and greater than a new transit never is the least
        # again.
        while least and least[-1][1] >= transit:
            least.pop()
        least.append((now, transit))
        while least[0][0] < oldest:
            least.popleft()
        self.base = least[0][1]
        if in_order:
            last, self._last = self._last, (now, transit)
            # A packet that needed less than half its time after the one before is making up for a delay. The
            # first packet after a stall tells its length; the burst behind it would tell it again and again.
            # The first packet of all tells only the base: it may be the front of such a burst.
            if last is None or last[1] - transit > now - last[0]:
                return
        else:
            transit = min(transit, least[0][1] + _MAX_DISORDER)
        ordered, window = self._sorted, self._window
        window.append((now, transit))
        insort(ordered, transit)
        while window[0][0] < oldest or len(window) > _WINDOW_PACKETS:
            _, gone = window.popleft()
            del ordered[bisect_left(ordered, gone)]
        count = len(ordered)
        if count > 4 * _STEP_PACKETS and ordered[-1] - ordered[0] > _STEP:
            self._forget_before_step()
            count = len(ordered)
        at_quantile = ordered[min(int(count * self._quantile), count - 1)]
        self.spread = max(at_quantile - self._least[0][1], 0.0)
        if count >= _SETTLED_PACKETS:
            self._settled = True

    def _forget_before_step(self) -> None:
        ordered, window = self._sorted, self._window
        last = window[-1][1]
        older = len(ordered) - _STEP_PACKETS
        late = ordered[min(int(older * self._quantile), older - 1)] + _STEP
        # A few stragglers of the slow path arrive among the first packets of the quick one.
        early = ordered[3 * _STEP_PACKETS] - _STEP
        if early < last < late:
            return
        recent = [window[-index][1] for index in range(1, _STEP_PACKETS + 1)]
        least, greatest = min(recent), max(recent)
        if greatest - least > _STEP or (greatest > early and least < late):
            return
        while len(window) > _STEP_PACKETS:
            window.popleft()
        ordered[:] = sorted(recent)
        since = window[0][0]
        while self._least[0][0] < since:
            self._least.popleft()
        self.base = self._least[0][1]

    def target(self, cushion: float) -> float:
        """The delay a packet should have between the earliest possible arrival and its playing, s.

        Args:
            cushion: added to what the arrival times ask for, s.
        """
        wanted = min(max(self.spread + cushion, self._minimum), self._maximum)
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
        self._least.clear()
        self._last = None
        self.base = None
        self.spread = 0.0

    def reset(self) -> None:
        """Another stream: forget everything."""
        self.restart()
        self._settled = False
        self._last_target = self._start
