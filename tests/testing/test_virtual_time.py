"""The loop on virtual time: exact timers, and no jump while a thread works."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from lkpy._loop import loading, threads
from lkpy.testing import virtual_time
from lkpy.testing.virtual_time import VirtualTimeLoop, run_virtual


def test_sleeping_takes_no_time_and_exactly_as_long_as_it_says() -> None:
    began = time.monotonic()

    async def main() -> float:
        loop = asyncio.get_running_loop()
        order: list[str] = []
        loop.call_later(7200, order.append, "two hours")
        loop.call_later(3600, order.append, "an hour")
        before = loop.time()
        await asyncio.sleep(86_400)
        assert order == ["an hour", "two hours"]
        return loop.time() - before

    assert run_virtual(main()) == pytest.approx(86_400, abs=1e-6)
    assert time.monotonic() - began < 5


def test_what_waits_for_what_never_comes_is_ended() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(TimeoutError):
        run_virtual(main())


def test_tasks_left_behind_are_cancelled() -> None:
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(1e9)
        finally:
            ended.append("cancelled")

    async def main() -> asyncio.Task[None]:
        task = asyncio.create_task(forever())
        await asyncio.sleep(0)
        return task

    run_virtual(main())
    assert ended == ["cancelled"]


def test_the_clock_stands_still_while_an_executor_works() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        other = loop.create_task(asyncio.sleep(0.001))
        before = loop.time()
        release = threading.Event()
        loop.call_soon(release.set)
        assert await asyncio.to_thread(lambda: release.wait(5) and time.sleep(0.05) is None)
        assert loop.time() == before
        assert not other.done()
        await other
        assert loop.time() > before

    run_virtual(main())


def test_a_failing_or_cancelled_executor_job_lets_the_clock_go_on() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, lambda: 1 / 0)
        release = threading.Event()
        waiting = loop.run_in_executor(None, release.wait, 5)
        waiting.cancel()
        before = loop.time()
        await asyncio.sleep(3)
        assert loop.time() == pytest.approx(before + 3)
        assert not threads.under_way(loop)
        release.set()

    run_virtual(main())


def test_a_thread_that_waits_for_the_loops_time_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "PATIENCE", 0.05)

    async def main() -> str:
        loop = asyncio.get_running_loop()

        def work() -> str:
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(60, "slept"), loop).result(5)

        return await asyncio.to_thread(work)

    assert run_virtual(main()) == "slept"


def test_the_clock_stands_still_while_a_module_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "lkpy_slow_module.py").write_text("import time\ntime.sleep(0.1)\n")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        before = loop.time()
        async with asyncio.timeout(0.01):
            await loading.load("lkpy_slow_module")
        assert loop.time() == before
        assert not threads.under_way(loop)

    try:
        run_virtual(main())
    finally:
        sys.modules.pop("lkpy_slow_module", None)
        loading._loaded.discard("lkpy_slow_module")


def test_sockets_work_on_virtual_time() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        try:
            await loop.sock_sendall(ours, b"hello")
            assert await loop.sock_recv(theirs, 100) == b"hello"
            reading = loop.create_task(loop.sock_recv(theirs, 100))
            before = loop.time()
            await asyncio.sleep(1)
            assert loop.time() == pytest.approx(before + 1)
            await loop.sock_sendall(ours, b"again")
            assert await reading == b"again"
            payload = bytes(1 << 20)  # more than the buffers: the socket is watched for both ways
            sending = loop.create_task(loop.sock_sendall(ours, payload))
            got = 0
            while got < len(payload):
                got += len(await loop.sock_recv(theirs, 1 << 16))
            await sending
            readable, writable = asyncio.Event(), asyncio.Event()
            loop.add_reader(theirs, readable.set)
            loop.add_writer(theirs, writable.set)
            await writable.wait()
            assert loop.remove_writer(theirs)
            await loop.sock_sendall(ours, b"?")
            await readable.wait()
            assert loop.remove_reader(theirs)
        finally:
            ours.close()
            theirs.close()

    run_virtual(main())


def test_a_test_may_move_the_clock() -> None:
    loop = VirtualTimeLoop()

    async def main() -> list[str]:
        order: list[str] = []
        loop.call_later(10, order.append, "late")
        loop.now += 60
        await asyncio.sleep(0.001)
        return order

    assert run_virtual(main(), loop) == ["late"]
