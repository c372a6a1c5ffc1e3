"""An event loop on a virtual clock: sleeping takes no time, and exactly as long as it says."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Selector(selectors.DefaultSelector):
    """Instead of waiting, moves the loop's clock forward."""

    loop: VirtualTimeLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events: list[tuple[selectors.SelectorKey, int]] = super().select(None if timeout is None else 0)
        if not events and timeout:
            self.loop.now += max(timeout, 1e-9)
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs timers in order, as soon as nothing else is to do.

    Attributes:
        now: seconds; what `time()` returns. May be moved forward by a test, as if the loop was blocked.
    """

    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self.now = 1000.0
        super().__init__(selector)

    def time(self) -> float:
        """The virtual clock, in seconds."""
        return self.now


def run_virtual(main: Coroutine[Any, Any, _T], loop: VirtualTimeLoop | None = None) -> _T:
    """Run a coroutine on a virtual clock and close the loop."""
    loop = loop or VirtualTimeLoop()
    try:
        return loop.run_until_complete(asyncio.wait_for(main, 100_000))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
