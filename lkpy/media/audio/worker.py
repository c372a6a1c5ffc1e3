"""The thread in which codecs and filters run."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol


class Worker(Protocol):
    """Runs one job after the other, somewhere."""

    def submit(self, job: Callable[[], None]) -> None:
        """Run a job that does not raise."""

    def stop(self) -> None:
        """No more jobs until the next `submit`."""

    def join(self, timeout: float) -> None:
        """After `stop`: wait at most `timeout` seconds until nothing runs any more."""


class InlineWorker:
    """Runs jobs at once, in the caller's thread."""

    def submit(self, job: Callable[[], None]) -> None:
        """Run the job now."""
        job()

    def stop(self) -> None:
        """Nothing to stop."""

    def join(self, timeout: float) -> None:
        """Nothing to wait for."""


class AdaptiveWorker:
    """Runs jobs at once while they are short, and in a thread when they are not.

    Waking a thread costs a tenth of a millisecond of two cores and, while the loop is busy, a wait for the
    interpreter lock: for the encoding of one track that is no bargain. Jobs are measured in processor time,
    which waiting does not change.
    """

    LONG = 0.003
    SHORT = 0.0015
    """Seconds; above `LONG` on average jobs go to the thread, below `SHORT` they come back."""

    _MEMORY = 1 / 16

    def __init__(self) -> None:
        self._thread = ThreadWorker()
        self._average = 0.0
        self._threaded = False

    def submit(self, job: Callable[[], None]) -> None:
        """Run the job now, or hand it to the thread."""
        if not self._threaded and self._average > self.LONG:
            self._threaded = True
        elif self._threaded and self._average < self.SHORT:
            self._threaded = False
            self._thread.stop()
        if self._threaded:
            self._thread.submit(lambda: self._measured(job))
        else:
            self._measured(job)

    def stop(self) -> None:
        """Let the thread, if there is one, end after the job that it runs."""
        self._thread.stop()
        self._average = 0.0

    def join(self, timeout: float) -> None:
        """After `stop`: wait until the thread has ended."""
        self._thread.join(timeout)

    def _measured(self, job: Callable[[], None]) -> None:
        begin = time.thread_time()
        job()
        self._average += (time.thread_time() - begin - self._average) * self._MEMORY


class ThreadWorker:
    """Runs jobs in one daemon thread, which exists from the first job until `stop`.

    A thread that gets no job for a while ends too: an event loop that was stopped without closing its tracks
    leaves no thread behind.
    """

    IDLE_SECONDS = 2.0

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] | None = None
        self._thread: threading.Thread | None = None

    def submit(self, job: Callable[[], None]) -> None:
        """Hand a job to the thread; starts it when there is none."""
        with self._lock:
            if self._jobs is None:
                self._jobs = queue.SimpleQueue()
                self._thread = threading.Thread(
                    target=self._run, args=(self._jobs,), name="lkpy-media", daemon=True
                )
                self._thread.start()
            self._jobs.put(job)

    def stop(self) -> None:
        """Let the thread end after the job that it runs."""
        with self._lock:
            if self._jobs is not None:
                self._jobs.put(None)
                self._jobs = None

    def join(self, timeout: float) -> None:
        """After `stop`: wait until the thread has ended."""
        thread = self._thread
        if thread is not None and self._jobs is None:
            thread.join(timeout)

    def _run(self, jobs: queue.SimpleQueue[Callable[[], None] | None]) -> None:
        while True:
            try:
                job = jobs.get(timeout=self.IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    if not jobs.empty():
                        continue
                    if self._jobs is jobs:
                        self._jobs = None
                return
            if job is None:
                return
            job()
            del job
