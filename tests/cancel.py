"""Cancelling a coroutine at one of its suspensions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any


class CancelAt:
    """Awaits something and cancels the task that does so at the n-th suspension, counted from 0.

    Args:
        awaitable: what is awaited.
        step: the suspension at which to cancel.
        late: cancel when what is waited for has come, before the task has run on, instead of at once.

    Attributes:
        suspensions: how many there were; not more than `step` means that it ran through.
    """

    def __init__(self, awaitable: Awaitable[Any], step: int, *, late: bool = False) -> None:
        self._awaitable = awaitable
        self._step = step
        self._late = late
        self.suspensions = 0

    @property
    def hit(self) -> bool:
        """Whether it was cancelled."""
        return self.suspensions > self._step

    def __await__(self) -> Generator[Any, Any, Any]:
        iterator: Any = self._awaitable.__await__()
        resume, argument = iterator.__next__, ()
        while True:
            try:
                waiting_for = resume(*argument)
            except StopIteration as stop:
                return stop.value
            if self.suspensions == self._step:
                self._cancel(waiting_for)
            self.suspensions += 1
            try:
                yield waiting_for
                resume, argument = iterator.__next__, ()
            except BaseException as error:
                resume, argument = iterator.throw, (error,)

    def _cancel(self, waiting_for: asyncio.Future[Any] | None) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self._late and waiting_for is not None:
            waiting_for.add_done_callback(lambda _: task.cancel())
        else:
            task.get_loop().call_soon(task.cancel)
