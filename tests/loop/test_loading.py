"""Modules loaded in a thread: the loop goes on, errors arrive, a cancelled caller leaves no thread."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lkpy._loop import loading

SLOW = "import time\ntime.sleep(0.2)\n"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Makes a module with the given source; returns its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    names: list[str] = []

    def make(source: str) -> str:
        names.append(f"lkpy_loading_{len(names)}")
        (tmp_path / f"{names[-1]}.py").write_text(source)
        return names[-1]

    yield make
    for name in names:
        sys.modules.pop(name, None)
        loading._loaded.discard(name)


async def test_the_loop_goes_on(module: Callable[[str], str]) -> None:
    name = module(SLOW)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    beating = asyncio.create_task(beat())
    await asyncio.gather(loading.load(name), loading.load(name))
    beating.cancel()
    assert name in sys.modules
    assert beats > 5
    await loading.load(name)


async def test_errors_arrive_and_are_forgotten(module: Callable[[str], str]) -> None:
    name = module("raise OSError('no such library')")
    for _ in range(2):
        with pytest.raises(OSError, match="no such library"):
            await loading.load(name)


async def test_a_cancelled_caller_leaves_no_thread(module: Callable[[str], str]) -> None:
    name = module(SLOW)
    loader = asyncio.create_task(loading.load(name))
    await asyncio.sleep(0)
    loader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loader
    assert name in sys.modules
