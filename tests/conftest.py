"""After every test nothing is left: no task, thread, socket, file, unread exception or unclosed warning."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lkpy.session.connection import Connection
from lkpy.transport.sctp.lifecycle import Lifecycle

# An input that its table does not know fails the test that made it.
Connection.strict = Lifecycle.strict = True

_FD_FOLDER = Path("/proc/self/fd")


def _descriptors() -> dict[int, str]:
    """The open files and sockets of this process, where the system tells."""
    found: dict[int, str] = {}
    if sys.platform == "linux":
        for entry in os.listdir(_FD_FOLDER):
            with contextlib.suppress(OSError):  # the listing's own descriptor is gone by now
                found[int(entry)] = os.readlink(_FD_FOLDER / entry)
    return found


def _is_ours(target: str) -> bool:
    """Sockets and ordinary files; the interpreter and the loop own pipes and event descriptors."""
    return target.startswith("socket:") or (target.startswith("/") and not target.startswith("/dev/"))


class _Complaints(logging.Handler):
    """What asyncio complains of: exceptions that nobody read, tasks that were destroyed while pending."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only tests that run on an event loop can leave tasks on it."""
    for item in items:
        if inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.fixturenames.insert(0, "_no_task_is_left")  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    """What the imports made stays; the collections after each test need not look at it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    complaints = _Complaints()
    logging.getLogger("asyncio").addHandler(complaints)
    threads, descriptors = set(threading.enumerate()), _descriptors()
    yield
    gc.collect()
    logging.getLogger("asyncio").removeHandler(complaints)
    assert complaints.texts == []
    for thread in threading.enumerate():
        if thread.name.startswith("asyncio-waitpid-"):  # asyncio's; it outlives its child by a moment
            thread.join(5)
    left = [thread.name for thread in threading.enumerate() if thread not in threads and thread.is_alive()]
    assert left == [], "threads are left"
    opened = {fd: target for fd, target in _descriptors().items() if descriptors.get(fd) != target}
    assert [target for target in opened.values() if _is_ours(target)] == [], "files or sockets are left"


@pytest.fixture
async def _no_task_is_left(_nothing_is_left: None) -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    left = [
        task
        for task in asyncio.all_tasks() - before
        if task is not asyncio.current_task() and not task.done()
    ]
    names = [f"{task.get_name()}: {task.get_coro()}" for task in left]
    for task in left:
        task.cancel()
    assert names == [], "tasks are left"
