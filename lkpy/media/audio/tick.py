"""The media tick: one timer on a grid of 10 ms for all media of an event loop."""

from __future__ import annotations

import asyncio
import os
import weakref
from typing import Protocol

from lkpy._loop.clock import Clock, LoopClock, ReadTime, Timer, monotonic
from lkpy.media.audio.pcm import EARLY, SLOT_SECONDS, SLOTS_PER_SECOND, slot_at
from lkpy.media.audio.strand import Lane, Strand, TickCounters, TickMember
from lkpy.media.audio.worker import AdaptiveWorker, InlineWorker, ThreadWorker, Worker

__all__ = ["Lane", "MediaTick", "TickCounters", "TickMember", "Ticker"]

VIDEO_THREADS = max(1, min(4, os.cpu_count() or 1))

_STOP_TIMEOUT = 1.0
"""Seconds to wait for an idle thread to end; it takes microseconds."""


class Ticker(Protocol):
    """Where members are added: a `MediaTick`, or a test that turns the hand itself."""

    now: ReadTime
    """Seconds on the clock of the slots."""

    def add(self, member: TickMember) -> None:
        """Call the member from its `next_slot` on."""

    def remove(self, member: TickMember) -> None:
        """Do not call the member any more; unknown members are ignored."""


class MediaTick:
    """Calls its members when they are due, on the clock of the loop.

    All audio is one job a slot; members of the video lane have jobs of their own, which audio never waits
    for. Timer and threads exist only while there are members. Deadlines are absolute, so the rhythm does not
    drift.

    Not thread-safe: used on its loop only.

    Args:
        loop: the event loop.
        worker: where jobs of audio run; by default on the loop while they are short, else in a thread. On
            virtual time, which no thread shares, always on the loop.
        video_worker: where jobs of video run; a few threads by default.

    Attributes:
        now: seconds on the clock of the slots.
        counters: of all lanes.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        worker: Worker | None = None,
        video_worker: Worker | None = None,
    ) -> None:
        virtual = LoopClock(loop).virtual
        self._loop = weakref.ref(loop)
        self._workers: dict[Lane, Worker] = {
            Lane.AUDIO: worker or (InlineWorker() if virtual else AdaptiveWorker()),
            Lane.VIDEO: video_worker
            or (InlineWorker() if virtual else ThreadWorker(VIDEO_THREADS, "lkpy-video")),
        }
        self.counters = TickCounters()
        # One strand for all audio members, one for each of the others.
        self._audio = self._strand(Lane.AUDIO)
        self._strands: dict[TickMember, Strand] = {}
        self._active: tuple[Strand, ...] = ()
        # Of members that were removed during a job of their own.
        self._leaving: dict[TickMember, Strand] = {}
        # The clock holds the loop, and this object must not outlive the loop: there is one while it is used.
        self._clock: Clock | None = None
        self.now: ReadTime = monotonic
        self._timer: Timer | None = None
        self._timer_slot = 0
        self._slot = 0
        self._waiters: list[asyncio.Future[None]] = []

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
        return len(self._strands)

    def add(self, member: TickMember) -> None:
        """Call the member from the next slot on."""
        if self._clock is None:
            loop = self._loop()
            assert loop is not None  # members are added and called on it
            self._clock = LoopClock(loop)
            self.now = self._clock.now
        if self._timer is None:
            self._slot = slot_at(self.now())
        if member.lane is Lane.AUDIO:
            strand = self._audio
        elif member in self._leaving:
            strand = self._leaving.pop(member)
        else:
            strand = self._strand(member.lane)
        strand.members[member] = None
        self._strands[member] = strand
        self._active = tuple(dict.fromkeys(self._strands.values()))
        self._schedule()

    def remove(self, member: TickMember) -> None:
        """Do not call the member any more. Without members the timer and the threads go."""
        strand = self._strands.pop(member, None)
        if strand is None:
            return
        del strand.members[member]
        self._active = tuple(dict.fromkeys(self._strands.values()))
        if strand.busy and strand is not self._audio:
            self._leaving[member] = strand
            strand.awaited = True
        if not any(other.lane is member.lane for other in self._strands):
            worker = self._workers[member.lane]
            worker.stop()
            if not strand.busy and not self._leaving:
                worker.join(_STOP_TIMEOUT)
        if not self._strands:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._audio.late = False
            self._clock, self.now = None, monotonic

    async def drained(self) -> None:
        """Wait until no job of any lane runs and the threads have ended, if there are no members any more."""
        while not self._strands and (self._audio.busy or self._leaving):
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            self._audio.awaited = True
            await waiter
        if not self._strands:
            for worker in self._workers.values():
                worker.join(_STOP_TIMEOUT)

    def _strand(self, lane: Lane) -> Strand:
        return Strand(self._loop, self._workers[lane], self.counters, self._finished)

    def _schedule(self) -> None:
        """Set the timer for the member that is due first."""
        slot = None
        for strand in self._active:
            if not strand.late:  # else it goes on when its job is done
                for member in strand.members:
                    if slot is None or member.next_slot < slot:
                        slot = member.next_slot
        if slot is None:
            return
        slot = max(slot, self._slot + 1)
        if self._timer is not None:
            if self._timer_slot <= slot:
                return
            self._timer.cancel()
        assert self._clock is not None  # there are members
        self._timer_slot = slot
        self._timer = self._clock.call_at(slot / SLOTS_PER_SECOND, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        slot, now = self._timer_slot, self.now()
        if not -EARLY <= now - slot / SLOTS_PER_SECOND < SLOT_SECONDS - EARLY:
            slot = slot_at(now)
        if slot >= self._timer_slot:
            self.counters.missed += slot - self._timer_slot
            self._slot = slot
            for strand in self._active:
                strand.begin(slot)
        self._schedule()

    def _finished(self, strand: Strand) -> None:
        strand.awaited = False
        self._leaving = {member: left for member, left in self._leaving.items() if left is not strand}
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)
        if strand.late:
            strand.late = False
            slot = slot_at(self.now())
            if slot > strand.slot:
                strand.begin(slot)
            self._schedule()


_ticks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, MediaTick] = weakref.WeakKeyDictionary()
