"""Tasks that end with their owner."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger("lkpy")

CLOSE_TIMEOUT = 5.0
"""Seconds that a cancelled task may take to end."""


class OwnedTasks:
    """A set of tasks. What they raise is logged; closing cancels and awaits them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run a coroutine as a task; nothing after `aclose`."""
        if self._closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work, name=name)
        if task.done():  # the loop has an eager task factory
            self._ended(task)
            return
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def aclose(self) -> None:
        """Cancel all tasks and wait until they have ended. Idempotent; bounded by `CLOSE_TIMEOUT`."""
        self._closed = True
        for task in self._others():
            task.cancel()
        if others := self._others():
            _, left = await asyncio.wait(others, timeout=CLOSE_TIMEOUT)
            for task in left:
                logger.warning("%s does not end though it was cancelled", task.get_name())

    async def wait(self) -> None:
        """Wait until all tasks have ended by themselves, those spawned meanwhile included."""
        while others := self._others():
            await asyncio.wait(others)

    def _others(self) -> set[asyncio.Task[Any]]:
        """Whoever closes its owner from one of the tasks does not wait for itself."""
        return self._tasks - {asyncio.current_task()}

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._ended(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("%s failed", task.get_name(), exc_info=error)
