"""Which tests are run, and that nothing is left after each: no task, thread, socket, file, unread exception
or unclosed warning."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import logging
import os
import re
import sys
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from lkpy.session.connection import Connection
from lkpy.transport.sctp.lifecycle import Lifecycle

# An input that its table does not know fails the test that made it.
Connection.strict = Lifecycle.strict = True

PARTS = ("together", "sound", "alone")
"""Where a test belongs: among all others, among those that hear (a few at a time), or by itself."""

SHARED = re.compile(r"tests/scenarios/test_scenarios\.py::test_scenario\[[^/]*|tests/interop/test_paths\.py")
"""Tests whose ids begin alike, as far as this goes, share what takes long to start: one process runs them."""

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


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `dev.py test` chooses by."""
    group = parser.getgroup("lkpy's own tests")
    group.addoption("--part", choices=PARTS, help="only the tests of this part")
    group.addoption("--quick", action="store_true", help="only tests that need no other programs")


def _part(item: pytest.Item) -> str:
    return next((part for part in PARTS if item.get_closest_marker(part)), PARTS[0])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Chooses by part and programs."""
    part, quick = config.option.part, config.option.quick
    left_out = [
        item
        for item in items
        if (part and _part(item) != part) or (quick and item.get_closest_marker("interop"))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    for item in items:
        # Only tests that run on an event loop can leave tasks on it.
        if inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.fixturenames.insert(0, "_no_task_is_left")  # type: ignore[attr-defined]


class _Scheduler(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        shared = SHARED.match(nodeid)
        return shared.group() if shared else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Tests run one by one wherever there is room, except those that share something."""
    return _Scheduler(config, log)


def pytest_collection_finish() -> None:
    """What the imports made stays; the collections after each test need not look at it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI the other programs are there: a test that needs one and is skipped has not been run."""
    report = yield
    if report.skipped and os.environ.get("CI") and item.get_closest_marker("interop"):
        report.outcome, report.longrepr = "failed", f"skipped in CI: {report.longrepr}"
    return report


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
