"""The media tick: one 10 ms timer and one worker job for all audio of an event loop."""

from __future__ import annotations

import asyncio
import logging
import weakref
from dataclasses import dataclass
from typing import Protocol

from lkpy.clock import Clock, monotonic
from lkpy.media.audio.pcm import slot_at, slot_time
from lkpy.media.audio.worker import ThreadWorker, Worker

logger = logging.getLogger("lkpy.media")


class TickMember(Protocol):
    """Something that has audio work to do every 10 ms."""

    def collect(self, slot: int) -> bool:
        """On the loop: prepare the work that is due up to and with `slot`. False: there is none.

        Slots may have been left out since the last call, when the machine or the loop was busy.
        """

    def work(self) -> None:
        """In the worker, after `collect` said True: encode, decode, filter."""

    def deliver(self) -> None:
        """On the loop, after `work`: hand on the results. Comes before the next `collect`."""


class Ticker(Protocol):
    """Where members are added: a `MediaTick`, or a test that turns the hand itself."""

    def add(self, member: TickMember) -> None:
        """Call the member from the next slot on."""

    def remove(self, member: TickMember) -> None:
        """Do not call the member any more; unknown members are ignored."""


@dataclass(slots=True)
class TickCounters:
    """What a tick has counted.

    Attributes:
        ticks: slots that were served.
        jobs: jobs given to the worker.
        merged: slots that were served together with the next one, because the job before was not done.
        missed: slots that were served together with a later one, because the loop was blocked.
        failures: exceptions that members raised; the first of each member is logged.
    """

    ticks: int = 0
    jobs: int = 0
    merged: int = 0
    missed: int = 0
    failures: int = 0


class MediaTick:
    """Calls its members every 10 ms and runs the work of all of them as one job in one worker.

    Timer and thread exist only while there are members. Deadlines are absolute, so the rhythm does not drift.
    Never more than one job is under way: a slot that comes too early for that is merged with the next.

    Not thread-safe: used on its loop only.

    Args:
        loop: the event loop.
        clock: seconds, monotonic.
        worker: where jobs run; a thread of its own by default.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clock: Clock = monotonic, worker: Worker | None = None
    ) -> None:
        self._loop = weakref.ref(loop)
        self._clock = clock
        self._worker: Worker = worker or ThreadWorker()
        self._members: dict[TickMember, None] = {}
        self._failed: weakref.WeakSet[TickMember] = weakref.WeakSet()
        self._timer: asyncio.TimerHandle | None = None
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
            self._slot = slot_at(self._clock())
            self._schedule(self._slot + 1)

    def remove(self, member: TickMember) -> None:
        """Do not call the member any more. Without members the timer and the thread go."""
        self._members.pop(member, None)
        if not self._members:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._late = False
            self._worker.stop()

    async def drained(self) -> None:
        """Wait until the thread has ended, if there are no members any more."""
        if self._busy and not self._members:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        if not self._members:
            self._worker.join(1.0)

    def _schedule(self, slot: int) -> None:
        loop = self._loop()
        assert loop is not None  # members are added and called on it
        self._timer = loop.call_later(max(slot_time(slot) - self._clock(), 0.0), self._on_timer)

    def _on_timer(self) -> None:
        slot = slot_at(self._clock())
        self._schedule(max(slot, self._slot) + 1)
        if slot <= self._slot:
            return
        if self._busy:
            self._late = True
            self.counters.merged += 1
            return
        self._begin(slot)

    def _begin(self, slot: int) -> None:
        self.counters.ticks += 1
        self.counters.missed += slot - self._slot - 1
        self._slot = slot
        batch: list[TickMember] = []
        for member in list(self._members):
            try:
                if member.collect(slot):
                    batch.append(member)
            except Exception:
                self._failure(member)
        if batch:
            self.counters.jobs += 1
            self._busy = True
            self._worker.submit(lambda: self._run(batch))

    def _run(self, batch: list[TickMember]) -> None:
        failed: list[TickMember] = []
        for member in batch:
            try:
                member.work()
            except Exception:
                failed.append(member)
                self._failure(member)
        loop = self._loop()
        if loop is not None:
            try:
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
            slot = slot_at(self._clock())
            if slot > self._slot:
                self._begin(slot)

    def _failure(self, member: TickMember) -> None:
        self.counters.failures += 1
        if member not in self._failed:
            self._failed.add(member)
            logger.exception("%s failed in the media tick; later failures are only counted", member)


_ticks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, MediaTick] = weakref.WeakKeyDictionary()
