"""Long runs of work give way to the rest of the loop, so that audio goes on every 10 ms."""

from __future__ import annotations

import asyncio

TURN = 0.002
"""Seconds that one piece of work may hold the loop before it gives way."""


class Turn:
    """The turn of one worker that does many small pieces of work without ever waiting."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._holding = False
        self._ends = 0.0

    async def give_way(self) -> None:
        """Let the loop do other work when the turn is over; else return at once."""
        if not self._holding:
            # A worker that waited for something else in between begins a new turn.
            self._holding = True
            self._ends = self._loop.time() + TURN
            self._loop.call_soon(self._loop_went_on)
        elif self._loop.time() > self._ends:
            await asyncio.sleep(0)

    def _loop_went_on(self) -> None:
        self._holding = False
