"""The threads in which codecs and filters run."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol


class Worker(Protocol):
    """Runs jobs, somewhere."""

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
            self._thread.submit(partial(self._measured, job))
            return
        begin = time.thread_time()
        job()
        self._average += (time.thread_time() - begin - self._average) * self._MEMORY

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
    """Runs jobs in daemon threads, which exist from the first job until `stop`.

    Jobs begin in the order in which they come. A thread that gets none for a while ends too: an event loop
    that was stopped without closing its tracks leaves no thread behind.

    Args:
        most: threads at most; there are as many as jobs wait or run.
        name: of the threads.
    """

    IDLE_SECONDS = 2.0

    def __init__(self, most: int = 1, name: str = "lkpy-media") -> None:
        self._most = most
        self._name = name
        self._crew: _Crew | None = None
        self._left: list[threading.Thread] = []

    def submit(self, job: Callable[[], None]) -> None:
        """Hand a job to a thread; starts one when all are busy, up to the limit."""
        if self._crew is None:
            self._crew = _Crew(self._most, self._name, self.IDLE_SECONDS)
        self._crew.submit(job)

    def stop(self) -> None:
        """Let the threads end after the jobs that wait."""
        crew, self._crew = self._crew, None
        if crew is not None:
            self._left = crew.dismiss()

    def join(self, timeout: float) -> None:
        """After `stop`: wait until the threads have ended."""
        if self._crew is None:
            until = time.monotonic() + timeout
            for thread in self._left:
                thread.join(max(until - time.monotonic(), 0.0))


class _Crew:
    """Threads that share one queue of jobs."""

    def __init__(self, most: int, name: str, idle_seconds: float) -> None:
        self._most = most
        self._name = name
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._open = 0  # jobs that wait or run

    def submit(self, job: Callable[[], None]) -> None:
        with self._lock:
            self._open += 1
            if len(self._threads) < min(self._open, self._most):
                thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._jobs.put(job)

    def dismiss(self) -> list[threading.Thread]:
        """No more jobs; returns the threads, which end."""
        with self._lock:
            for _ in self._threads:
                self._jobs.put(None)
            return list(self._threads)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_seconds)
            except queue.Empty:
                with self._lock:
                    if not self._jobs.empty():
                        continue
                    self._threads.remove(threading.current_thread())
                return
            if job is None:
                return
            job()
            del job
            with self._lock:
                self._open -= 1
