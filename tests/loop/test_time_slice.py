"""A worker that never waits gives way to the loop in time, one that does is not held up."""

from __future__ import annotations

import asyncio

import pytest

from lkpy._loop.time_slice import SLICE, TimeSlice


@pytest.mark.alone
async def test_a_worker_gives_way_when_its_turn_is_over_and_not_before() -> None:
    loop, turn = asyncio.get_running_loop(), TimeSlice()
    others = 0

    def count() -> None:
        nonlocal others
        others += 1
        loop.call_soon(count)

    count()
    for _ in range(3):
        began, before = loop.time(), others
        while others == before:
            await turn.give_way()
        assert loop.time() - began > SLICE
        assert others == before + 1


@pytest.mark.alone
async def test_a_worker_that_waited_goes_on_at_once() -> None:
    loop, turn = asyncio.get_running_loop(), TimeSlice()
    for _ in range(3):
        await turn.give_way()
        await asyncio.sleep(2 * SLICE)
        ran: list[bool] = []
        loop.call_soon(ran.append, True)
        await turn.give_way()
        assert not ran
        await asyncio.sleep(0)
        assert ran
