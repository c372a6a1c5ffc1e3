"""An event loop on a virtual clock: sleeping takes no time, and exactly as long as it says.

The clock moves to the next timer when nothing else is to be done. It stands still while a thread works for
the loop (`run_in_executor`, and the threads of lkpy itself): what comes back from there comes at the time at
which it was handed over.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

from lkpy._loop import threads

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")

PATIENCE = 5.0
"""Real seconds that the clock stands still for a thread; one that waits for the loop's time gets it then."""
LIFETIME = 100_000.0
"""Virtual seconds after which `run_virtual` ends what does not end by itself."""


class _Selector(selectors.BaseSelector):
    """The system's selector, which instead of waiting moves the loop's clock forward."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self._loop = loop
        self._system = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return self._system.select()
        events = self._system.select(0)
        if not events and timeout > 0 and threads.under_way(self._loop):
            events = self._system.select(PATIENCE)
        if not events and timeout > 0:
            self._loop.now += max(timeout, 1e-9)
        return events

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._system.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._system.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._system.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._system.get_map()

    def close(self) -> None:
        self._system.close()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs timers in order, as soon as nothing else is to do.

    Attributes:
        now: seconds; what `time()` returns. May be moved forward by a test, as if the loop was blocked.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        super().__init__(_Selector(self))
        # Timers are as exact as the clock, whatever the system's one is (15 ms on Windows).
        self._clock_resolution = 1e-9

    def time(self) -> float:
        """The virtual clock, in seconds."""
        return self.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """As every loop's; the clock stands still until the result is there."""
        future = super().run_in_executor(executor, func, *args)
        threads.begin(self)
        future.add_done_callback(lambda _: threads.end(self))
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        """As every loop's: its time limit is meant in real time."""
        threads.begin(self)
        try:
            await super().shutdown_default_executor(*args)
        finally:
            threads.end(self)


def run_virtual(main: Coroutine[Any, Any, _T], loop: VirtualTimeLoop | None = None) -> _T:
    """Run a coroutine on a virtual clock; cancel what it left, and close the loop.

    Raises:
        TimeoutError: it was not done after 100 000 virtual seconds: it waits for what never comes.
    """
    with asyncio.Runner(loop_factory=lambda: loop or VirtualTimeLoop()) as runner:
        return runner.run(asyncio.wait_for(main, LIFETIME))
