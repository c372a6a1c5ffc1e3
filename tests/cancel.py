"""Cancelling a call at one of its suspensions, those of the tasks it starts included."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Coroutine, Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any

_ATTEMPT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)
"""The attempt that a task belongs to; tasks inherit it from those that start them."""


class Attempt:
    """Awaits something in a task and cancels that at its n-th suspension, counted from 0.

    Args:
        step: the suspension at which to cancel, of the task or of one that it has started.
        late: cancel when what is waited for there has come, before anybody has run on, instead of at once.

    Attributes:
        suspensions: how many there were.
        hit: whether the task was cancelled; if not, it was over before.
    """

    def __init__(self, step: int, *, late: bool = False) -> None:
        self._step = step
        self._late = late
        self._task: asyncio.Task[Any] | None = None
        self.suspensions = 0
        self.hit = False

    @property
    def missed(self) -> bool:
        """Whether there was no such suspension: later ones need not be tried."""
        return self.suspensions <= self._step

    async def run(self, awaitable: Awaitable[Any], patience: float = 10) -> asyncio.Task[Any]:
        """The task, done.

        Raises:
            AssertionError: it takes longer than `patience` seconds.
        """

        async def call() -> Any:
            return await awaitable

        with _counted_tasks():
            token = _ATTEMPT.set(self)
            self._task = asyncio.create_task(call())
            _ATTEMPT.reset(token)
            await asyncio.wait((self._task,), timeout=patience)
        assert self._task.done(), f"hangs when cancelled at suspension {self._step}"
        return self._task

    def suspended(self, waiting_for: asyncio.Future[Any] | None) -> None:
        """One of the tasks waits."""
        if self._task is None or self._task.done():
            return
        if self.suspensions == self._step:
            if self._late and waiting_for is not None:
                waiting_for.add_done_callback(lambda _: self._cancel())
            else:
                asyncio.get_running_loop().call_soon(self._cancel)
        self.suspensions += 1

    def _cancel(self) -> None:
        assert self._task is not None
        self.hit = self._task.cancel()


class _Counted(Coroutine[Any, Any, Any]):
    """A coroutine whose suspensions are counted."""

    def __init__(self, inner: Coroutine[Any, Any, Any], attempt: Attempt) -> None:
        self._inner = inner
        self._attempt = attempt

    def __await__(self) -> Any:
        return self

    def send(self, value: Any) -> Any:
        return self._wait(self._inner.send(value))

    def throw(self, kind: Any, value: BaseException | None = None, trace: TracebackType | None = None) -> Any:
        return self._wait(self._inner.throw(kind if value is None else value))

    def close(self) -> None:
        self._inner.close()

    def _wait(self, waiting_for: Any) -> Any:
        self._attempt.suspended(waiting_for)
        return waiting_for


@contextlib.contextmanager
def _counted_tasks() -> Iterator[None]:
    """Tasks that belong to an attempt are counted by it."""

    def factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        attempt = _ATTEMPT.get()
        if attempt is not None:
            coroutine = _Counted(coroutine, attempt)
        return asyncio.Task(coroutine, loop=loop, **options)

    loop = asyncio.get_running_loop()
    before = loop.get_task_factory()
    loop.set_task_factory(factory)  # type: ignore[arg-type]
    try:
        yield
    finally:
        loop.set_task_factory(before)
