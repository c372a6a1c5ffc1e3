"""The one clock: what time it is, and being called at a time.

Protocol objects never read it: whoever drives them passes `now`, seconds on a monotonic clock with an
arbitrary origin. Drivers get their clock handed in, from the room or the fake SFU down, and set their timers
on it: on a loop with virtual time all of lkpy runs on virtual time.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable
from typing import Any, Protocol

ReadTime = Callable[[], float]
"""Returns seconds on a monotonic clock."""

monotonic: ReadTime = time.monotonic

_epochs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, float] = weakref.WeakKeyDictionary()
"""When a loop with a time of its own was at 0, in seconds since 1970: the same for all its clocks."""


class Timer(Protocol):
    """A call that is to come."""

    @property
    def when(self) -> float:
        """When it comes, in seconds on its clock."""

    def cancel(self) -> None:
        """Do not call. Idempotent; nothing after the call."""


class Clock(Protocol):
    """Time as drivers see it."""

    @property
    def now(self) -> ReadTime:
        """Reads seconds on a monotonic clock: `clock.now()`."""

    def unix(self) -> float:
        """Seconds since 1970, for what goes on the wire. No deadline is made of it: it may be set back."""

    def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> Timer:
        """Call at a time on this clock; one that has passed means soon."""


class _LoopTimer:
    __slots__ = ("_handle", "when")

    def __init__(self, when: float, handle: asyncio.TimerHandle) -> None:
        self.when = when
        self._handle = handle

    def cancel(self) -> None:
        self._handle.cancel()


class LoopClock:
    """The clock of an event loop.

    asyncio's own loops tell the time as exactly as the system does, and loops for tests, which override
    `time`, tell a virtual one. Other loops (uvloop) tell milliseconds, as they were at the beginning of a
    turn: too coarse to measure packets with, so the system's monotonic clock is read instead.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._exact = isinstance(loop, asyncio.BaseEventLoop)
        self.now: ReadTime = loop.time if self._exact else time.monotonic
        has_own_time = self._exact and type(loop).time is not asyncio.BaseEventLoop.time
        self._epoch = _epochs.setdefault(loop, time.time() - loop.time()) if has_own_time else None

    @classmethod
    def running(cls) -> LoopClock:
        """The clock of the running event loop.

        Raises:
            RuntimeError: no event loop is running.
        """
        return cls(asyncio.get_running_loop())

    def unix(self) -> float:
        """Seconds since 1970; on virtual time they pass as fast as that does."""
        return time.time() if self._epoch is None else self._epoch + self.now()

    def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> Timer:
        """Call on the loop at a time on this clock."""
        if self._exact:
            return _LoopTimer(when, self._loop.call_at(when, callback, *args))
        delay = max(0.0, when - self.now())
        return _LoopTimer(when, self._loop.call_later(delay, callback, *args))
