"""The media tick: one 10 ms timer and one worker job for all audio of an event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from dataclasses import dataclass
from typing import Protocol

from lkpy._loop.clock import ReadTime, monotonic
from lkpy.media.audio.pcm import slot_at, slot_time
from lkpy.media.audio.worker import AdaptiveWorker, Worker

logger = logging.getLogger("lkpy.media")

_STOP_TIMEOUT = 1.0
"""Seconds to wait for an idle thread to end; it takes microseconds."""


class TickMember(Protocol):
    """Something that has audio work to do regularly."""

    next_slot: int
    """The slot in which it wants to be called; one that has passed means as soon as possible."""

    def collect(self, slot: int) -> bool:
        """On the loop: prepare the work that is due up to and with `slot`, and set `next_slot` after it.

        Slots may have been left out since the last call, when the machine or the loop was busy.

        Returns:
            False if there is nothing for the worker to do.
        """

    def work(self) -> None:
        """In the worker, after `collect` said True: encode, decode, filter."""

    def deliver(self) -> None:
        """On the loop, after `work`: hand on the results. Comes before the next `collect`."""


class Ticker(Protocol):
    """Where members are added: a `MediaTick`, or a test that turns the hand itself."""

    now: ReadTime
    """Seconds on the clock of the slots."""

    def add(self, member: TickMember) -> None:
        """Call the member from its `next_slot` on."""

    def remove(self, member: TickMember) -> None:
        """Do not call the member any more; unknown members are ignored."""


@dataclass(slots=True)
class TickCounters:
    """What a tick has counted.

    Attributes:
        ticks: times that members were called.
        jobs: of these, times that there was work.
        merged: times that members had to wait, because the job before was not done.
        missed: slots that passed after the one that was waited for, because the loop was blocked.
        failures: exceptions that members raised; the first of each member is logged.
    """

    ticks: int = 0
    jobs: int = 0
    merged: int = 0
    missed: int = 0
    failures: int = 0


class MediaTick:
    """Calls its members when they are due, on a grid of 10 ms, and runs the work of all of them as one job.

    Timer and thread exist only while there are members. Deadlines are absolute, so the rhythm does not drift.
    Never more than one job is under way: what becomes due during one waits and is merged.

    Not thread-safe: used on its loop only.

    Args:
        loop: the event loop.
        clock: seconds, monotonic.
        worker: where jobs run; by default here while they are short, else in a thread.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clock: ReadTime = monotonic, worker: Worker | None = None
    ) -> None:
        self._loop = weakref.ref(loop)
        self.now = clock
        self._worker: Worker = worker or AdaptiveWorker()
        self._members: dict[TickMember, None] = {}
        self._failed: weakref.WeakSet[TickMember] = weakref.WeakSet()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_slot = 0
        self._slot = 0
        self._busy = False
        self._late = False
        self._waiters: list[asyncio.Future[None]] = []
        self.counters = TickCounters()

    @classmethod
    def current(cls) -> MediaTick:
        """The tick of the running event loop.

        Raises:
            RuntimeError: no event loop is running.
        """
        loop = asyncio.get_running_loop()
        tick = _ticks.get(loop)
        if tick is None:
            tick = _ticks[loop] = cls(loop)
        return tick

    @property
    def members(self) -> int:
        """How many members there are."""
        return len(self._members)

    def add(self, member: TickMember) -> None:
        """Call the member from the next slot on."""
        self._members[member] = None
        if self._timer is None:
            self._slot = slot_at(self.now())
        self._schedule()

    def remove(self, member: TickMember) -> None:
        """Do not call the member any more. Without members the timer and the thread go."""
        self._members.pop(member, None)
        if not self._members:
            self._cancel()
            self._late = False
            self._worker.stop()
            if not self._busy:
                self._worker.join(_STOP_TIMEOUT)

    async def drained(self) -> None:
        """Wait until no job runs and the thread has ended, if there are no members any more."""
        if self._busy and not self._members:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        if not self._members:
            self._worker.join(_STOP_TIMEOUT)

    def _schedule(self) -> None:
        """Set the timer for the member that is due first."""
        if not self._members:
            return
        slot = max(min([member.next_slot for member in self._members]), self._slot + 1)
        if self._timer is not None and self._timer_slot <= slot:
            return
        self._cancel()
        loop = self._loop()
        assert loop is not None  # members are added and called on it
        self._timer_slot = slot
        self._timer = loop.call_later(max(slot_time(slot) - self.now(), 0.0), self._on_timer)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timer(self) -> None:
        self._timer = None
        slot = slot_at(self.now())
        if self._busy:
            self._late = True  # `_finish` goes on
            self.counters.merged += 1
            return
        if slot >= self._timer_slot:
            self.counters.missed += slot - self._timer_slot
            self._begin(slot)
        self._schedule()

    def _begin(self, slot: int) -> None:
        self.counters.ticks += 1
        self._slot = slot
        batch: list[TickMember] = []
        for member in [member for member in self._members if member.next_slot <= slot]:
            try:
                if member.collect(slot):
                    batch.append(member)
            except Exception:
                self._failure(member)
        if batch:
            self.counters.jobs += 1
            self._busy = True
            loop_thread = threading.get_ident()
            self._worker.submit(lambda: self._run(batch, loop_thread))

    def _run(self, batch: list[TickMember], loop_thread: int) -> None:
        failed: list[TickMember] = []
        for member in batch:
            try:
                member.work()
            except Exception:
                failed.append(member)
                self._failure(member)
        if threading.get_ident() == loop_thread:
            self._finish(batch, failed)
            return
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self._finish, batch, failed)
        except RuntimeError:  # the loop was closed while the job ran
            self._busy = False

    def _finish(self, batch: list[TickMember], failed: list[TickMember]) -> None:
        self._busy = False
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        for member in batch:
            if member in self._members and member not in failed:
                try:
                    member.deliver()
                except Exception:
                    self._failure(member)
        if self._late:
            self._late = False
            slot = slot_at(self.now())
            if slot > self._slot:
                self._begin(slot)
            self._schedule()

    def _failure(self, member: TickMember) -> None:
        self.counters.failures += 1
        if member not in self._failed:
            self._failed.add(member)
            logger.exception("%s failed in the media tick; later failures are only counted", member)


_ticks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, MediaTick] = weakref.WeakKeyDictionary()
