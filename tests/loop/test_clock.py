"""Clocks of real, virtual and foreign loops; alarms on them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, cast

import pytest

from lkpy._loop.alarm import Alarm
from lkpy._loop.clock import LoopClock
from lkpy.testing.virtual_time import VirtualTimeLoop, run_virtual


class ForeignLoop:
    """As uvloop: no `BaseEventLoop`, a coarse time of its own, timers that do not say when."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.delays: list[float] = []

    def time(self) -> float:
        return 5.0

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any) -> Any:
        self.delays.append(delay)
        handle = self._loop.call_later(delay, callback, *args)

        class Timer:
            def cancel(self) -> None:
                handle.cancel()

        return Timer()


async def test_the_clock_of_a_real_loop_is_the_systems() -> None:
    clock = LoopClock.running()
    assert abs(clock.now() - time.monotonic()) < 1
    assert abs(clock.unix() - time.time()) < 1


def test_no_clock_without_a_loop() -> None:
    with pytest.raises(RuntimeError):
        LoopClock.running()


def test_all_clocks_of_a_virtual_loop_agree_and_their_unix_time_passes_with_it() -> None:
    async def main() -> None:
        first = LoopClock.running()
        started, unix = first.now(), first.unix()
        assert abs(unix - time.time()) < 5
        await asyncio.sleep(3600)
        second = LoopClock.running()
        assert first.now() == second.now() == pytest.approx(started + 3600)
        assert first.unix() == second.unix() == pytest.approx(unix + 3600)

    run_virtual(main())


def test_a_virtual_time_near_the_systems_own_is_virtual_all_the_same() -> None:
    loop = VirtualTimeLoop()
    loop.now = time.monotonic()

    async def main() -> None:
        clock = LoopClock.running()
        unix = clock.unix()
        await asyncio.sleep(1000)
        assert clock.unix() == pytest.approx(unix + 1000)

    run_virtual(main(), loop)


async def test_the_clock_of_a_foreign_loop_is_exact_and_its_timers_say_when() -> None:
    loop = ForeignLoop(asyncio.get_running_loop())
    clock = LoopClock(cast(asyncio.AbstractEventLoop, loop))
    assert abs(clock.now() - time.monotonic()) < 1
    assert abs(clock.unix() - time.time()) < 1
    rung = asyncio.Event()
    when = clock.now() + 0.02
    timer = clock.call_at(when, rung.set)
    assert timer.when == when
    async with asyncio.timeout(5):
        await rung.wait()
    never = clock.call_at(clock.now() + 60, pytest.fail)
    never.cancel()
    never.cancel()
    rung.clear()
    clock.call_at(clock.now() - 1, rung.set)
    assert loop.delays[-1] == 0.0
    async with asyncio.timeout(5):
        await rung.wait()


def on_virtual_time(test: Callable[[LoopClock, list[float], Alarm], Any]) -> None:
    async def main() -> None:
        clock, rings = LoopClock.running(), list[float]()
        await test(clock, rings, Alarm(clock, lambda: rings.append(clock.now() - 1000.0)))

    run_virtual(main())


def test_an_alarm_rings_once_and_can_be_set_again() -> None:
    async def scenario(clock: LoopClock, rings: list[float], alarm: Alarm) -> None:
        assert alarm.when is None
        alarm.set(1002.0)
        assert alarm.when == 1002.0
        await asyncio.sleep(5)
        assert alarm.when is None
        alarm.set(1006.0)
        await asyncio.sleep(5)
        assert rings == pytest.approx([2.0, 6.0])

    on_virtual_time(scenario)


def test_an_alarm_moved_to_earlier_rings_then_and_one_moved_to_later_a_little_early() -> None:
    async def scenario(clock: LoopClock, rings: list[float], alarm: Alarm) -> None:
        alarm.set(1010.0)
        alarm.set(1002.0)
        alarm.set(1020.0)
        assert alarm.when == 1002.0
        await asyncio.sleep(30)
        assert rings == pytest.approx([2.0])

    on_virtual_time(scenario)


def test_an_alarm_that_was_cancelled_does_not_ring() -> None:
    async def scenario(clock: LoopClock, rings: list[float], alarm: Alarm) -> None:
        alarm.cancel()
        alarm.set(1002.0)
        alarm.cancel()
        alarm.cancel()
        alarm.set(1003.0)
        alarm.set(None)
        assert alarm.when is None
        await asyncio.sleep(5)
        assert rings == []

    on_virtual_time(scenario)


def test_a_callback_sets_its_own_alarm() -> None:
    async def main() -> None:
        clock, rings = LoopClock.running(), list[float]()

        def ring() -> None:
            rings.append(clock.now())
            alarm.set(clock.now() + 1.0)

        alarm = Alarm(clock, ring)
        alarm.set(clock.now() - 5.0)
        await asyncio.sleep(3.5)
        alarm.cancel()
        assert rings == pytest.approx([1000.0, 1001.0, 1002.0, 1003.0])

    run_virtual(main())
