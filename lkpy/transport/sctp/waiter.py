"""The one place of this package that knows asyncio: waiting until a data channel has room."""

from __future__ import annotations

import asyncio


class DrainWaiters:
    """Callers of `DataChannel.drain`."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    @property
    def highest(self) -> int:
        """The largest amount somebody waits for, or -1."""
        return max((below for below, _ in self._waiting), default=-1)

    async def wait(self, below: int) -> None:
        """Sleep until `wake` is called with `below` bytes or less."""
        future = asyncio.get_running_loop().create_future()
        entry = (below, future)
        self._waiting.append(entry)
        try:
            await future
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)

    def wake(self, buffered: int) -> None:
        """Wake everybody who waits for at least that amount."""
        if not self._waiting:
            return
        due = [entry for entry in self._waiting if buffered <= entry[0]]
        for entry in due:
            self._waiting.remove(entry)
            if not entry[1].done():
                entry[1].set_result(None)
