"""Long runs of work give way to the rest of the loop, so that audio goes on every 10 ms."""

from __future__ import annotations

import asyncio
import time

SLICE = 0.002
"""Seconds that one piece of work may hold the loop before it gives way."""


class TimeSlice:
    """The share of the loop of one worker that does many small pieces of work without ever waiting."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._holding = False
        self._ends = 0.0

    async def give_way(self) -> None:
        """Let the loop do other work when the slice is over; else return at once."""
        if not self._holding:
            # A worker that waited for something else in between begins a new slice.
            self._holding = True
            self._ends = time.perf_counter() + SLICE
            self._loop.call_soon(self._loop_went_on)
        elif time.perf_counter() > self._ends:
            await asyncio.sleep(0)

    def _loop_went_on(self) -> None:
        self._holding = False
