"""Members of the media tick that work as one: one job at a time, wherever it runs."""

from __future__ import annotations

import asyncio
import enum
import logging
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lkpy.media.audio.worker import Worker

logger = logging.getLogger("lkpy.media")


class Lane(enum.Enum):
    """What kind of work a member has, and so which others it waits for."""

    AUDIO = "audio"
    """Short and urgent: one job for all of them, on the loop while it is short, else in one thread."""
    VIDEO = "video"
    """Long: each member has jobs of its own, in a few threads that all of them share."""


class TickMember(Protocol):
    """Something that has media work to do regularly."""

    lane: Lane
    """Does not change while it is a member."""
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


@dataclass(slots=True)
class TickCounters:
    """What a tick has counted, all lanes together.

    Attributes:
        ticks: times that members were called.
        jobs: of these, times that there was work.
        merged: times that members had to wait, because their job before was not done.
        missed: slots that passed after the one that was waited for, because the loop was blocked.
        failures: exceptions that members raised; the first of each member is logged.
    """

    ticks: int = 0
    jobs: int = 0
    merged: int = 0
    missed: int = 0
    failures: int = 0


class Strand:
    """Calls its members when they are due and runs their work as one job, never two at once.

    What becomes due during a job waits and is merged.

    Args:
        loop: the event loop, held weakly.
        worker: where jobs run; may be shared with other strands.
        counters: of the tick.
        finished: called on the loop after a job, if the strand is `late` or `awaited`.

    Attributes:
        members: in the order they were added.
        busy: whether a job is under way.
        late: whether members became due during it.
        awaited: whether somebody waits for its end.
        slot: the last one in which members were called.
    """

    def __init__(
        self,
        loop: weakref.ref[asyncio.AbstractEventLoop],
        worker: Worker,
        counters: TickCounters,
        finished: Callable[[Strand], None],
    ) -> None:
        self.members: dict[TickMember, None] = {}
        self.busy = False
        self.late = False
        self.awaited = False
        self.slot = 0
        self._loop = loop
        self._worker = worker
        self._counters = counters
        self._finished = finished
        self._batch: list[TickMember] = []
        self._errors: dict[TickMember, Exception] = {}
        self._failed: weakref.WeakSet[TickMember] = weakref.WeakSet()
        self._loop_thread = 0

    def begin(self, slot: int) -> None:
        """Call the members that are due in a slot."""
        due = []
        for member in self.members:
            if member.next_slot <= slot:
                due.append(member)  # noqa: PERF401 (a comprehension is one more call, up to Python 3.11)
        if not due:
            return
        counters = self._counters
        if self.busy:
            counters.merged += not self.late
            self.late = True
            return
        counters.ticks += 1
        self.slot = slot
        batch = []
        for member in due:
            try:
                if member.collect(slot):
                    batch.append(member)
            except Exception as error:
                self._failure(member, error)
        if batch:
            counters.jobs += 1
            self._batch = batch
            self.busy = True
            self._loop_thread = threading.get_ident()
            self._worker.submit(self._run)

    def _run(self) -> None:
        for member in self._batch:
            try:
                member.work()
            except Exception as error:
                self._errors[member] = error
        if threading.get_ident() == self._loop_thread:
            self._finish()
            return
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self._finish)
        except RuntimeError:  # the loop was closed while the job ran
            self.busy = False

    def _finish(self) -> None:
        batch, members = self._batch, self.members
        self._batch = []
        self.busy = False
        if self._errors:
            errors, self._errors = self._errors, {}
            for member, error in errors.items():
                batch.remove(member)
                self._failure(member, error)
        for member in batch:
            if member in members:
                try:
                    member.deliver()
                except Exception as error:
                    self._failure(member, error)
        if self.late or self.awaited:
            self._finished(self)

    def _failure(self, member: TickMember, error: Exception) -> None:
        self._counters.failures += 1
        if member not in self._failed:
            self._failed.add(member)
            logger.error(
                "%s failed in the media tick; later failures are only counted", member, exc_info=error
            )
