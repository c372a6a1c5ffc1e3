"""One deadline that moves: the timer of a driver."""

from __future__ import annotations

from collections.abc import Callable

from lkpy._loop.clock import Clock, Timer


class Alarm:
    """Calls back at the deadline it was set to last, or a little early after it was moved to a later one.

    Deadlines of protocol objects move with every packet, mostly to later. A timer that comes too early and
    only looks again is cheaper than one that is moved each time, so the callback asks its objects whether
    something is due and then sets the alarm again.

    Args:
        clock: whose time deadlines are on.
        callback: called without arguments; the alarm is not set then.
    """

    __slots__ = ("_callback", "_clock", "_timer")

    def __init__(self, clock: Clock, callback: Callable[[], object]) -> None:
        self._clock = clock
        self._callback = callback
        self._timer: Timer | None = None

    @property
    def when(self) -> float | None:
        """When the callback comes; None when it does not."""
        return None if self._timer is None else self._timer.when

    def set(self, deadline: float | None) -> None:
        """Call back at `deadline` (s on the clock), or earlier if that was set before; None: not at all."""
        timer = self._timer
        if timer is not None:
            if deadline is not None and timer.when <= deadline:
                return
            timer.cancel()
            self._timer = None
        if deadline is not None:
            self._timer = self._clock.call_at(deadline, self._ring)

    def cancel(self) -> None:
        """Do not call back. Idempotent."""
        self.set(None)

    def _ring(self) -> None:
        self._timer = None
        self._callback()
