"""Owned tasks: they end with their owner, what they raise is logged, closing is bounded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import pytest

from lkpy._loop import tasks as tasks_module
from lkpy._loop.tasks import OwnedTasks
from lkpy.testing.virtual_time import VirtualTimeLoop, run_virtual


async def fail() -> None:
    raise ValueError("oops")


async def forever(ended: list[str]) -> None:
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        ended.append("forever")


async def test_closing_cancels_and_waits() -> None:
    owner, ended = OwnedTasks(), list[str]()
    owner.spawn(forever(ended), "one")
    owner.spawn(forever(ended), "two")
    await asyncio.sleep(0)
    assert len(owner) == 2
    await owner.aclose()
    await owner.aclose()
    assert ended == ["forever", "forever"]
    assert len(owner) == 0


async def test_nothing_is_started_after_closing() -> None:
    owner = OwnedTasks()
    await owner.aclose()
    late = fail()
    owner.spawn(late, "late")
    assert len(owner) == 0
    with pytest.raises(RuntimeError, match="cannot reuse"):
        await late


async def test_what_a_task_raises_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    owner = OwnedTasks()
    owner.spawn(fail(), "lkpy chore")
    await owner.wait()
    assert [record.message for record in caplog.records] == ["lkpy chore failed"]
    await owner.aclose()


async def test_waiting_includes_what_is_spawned_meanwhile() -> None:
    owner, done = OwnedTasks(), list[int]()

    async def chain(left: int) -> None:
        await asyncio.sleep(0)
        done.append(left)
        if left:
            owner.spawn(chain(left - 1), "chain")

    owner.spawn(chain(3), "chain")
    await owner.wait()
    assert done == [3, 2, 1, 0]


async def test_a_task_may_close_its_owner() -> None:
    owner, ended = OwnedTasks(), list[str]()
    closed = asyncio.Event()

    async def close() -> None:
        await owner.aclose()
        closed.set()

    owner.spawn(forever(ended), "other")
    await asyncio.sleep(0)
    owner.spawn(close(), "closer")
    async with asyncio.timeout(5):
        await closed.wait()
    assert ended == ["forever"]


def test_a_task_that_does_not_end_is_left_behind_and_named(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        owner, release = OwnedTasks(), asyncio.Event()

        async def stubborn() -> None:
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue

        owner.spawn(stubborn(), "stubborn")
        await asyncio.sleep(0)
        before = asyncio.get_running_loop().time()
        await owner.aclose()
        waited = asyncio.get_running_loop().time() - before
        assert waited == pytest.approx(tasks_module.CLOSE_TIMEOUT)
        release.set()
        await owner.wait()

    run_virtual(main())
    assert caplog.messages == ["stubborn does not end though it was cancelled"]


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python 3.12 starts tasks eagerly")
def test_tasks_that_begin_at_once(caplog: pytest.LogCaptureFixture) -> None:
    loop = VirtualTimeLoop()
    loop.set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined, unused-ignore]

    async def main() -> None:
        owner, ended = OwnedTasks(), list[str]()

        async def at_once() -> None:
            ended.append("at once")

        def spawn(work: Coroutine[Any, Any, None], name: str) -> int:
            owner.spawn(work, name)
            return len(owner)

        assert spawn(at_once(), "done") == 0
        assert ended == ["at once"]
        assert spawn(fail(), "lkpy chore") == 0
        assert spawn(forever(ended), "waits") == 1

        async def close() -> None:
            await owner.aclose()

        assert spawn(close(), "closes") == 2
        await owner.wait()
        assert ended == ["at once", "forever"]

    with caplog.at_level(logging.ERROR):
        run_virtual(main(), loop)
    assert caplog.messages == ["lkpy chore failed"]
