"""What happened in a session and was not told the room's user yet: the border between session and room."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from lkpy.session import events as ev

MAX_EVENTS = 4096
"""Events that may wait before the session takes in less."""
MAX_BYTES = 8 << 20
"""Bytes of data messages that may wait before the session takes in less."""
LOW = 1 / 4
"""The part of the limits to which the queue must fall before the session takes in everything again."""


class EventQueue:
    """Events in order, with a limit: the session holds the server back while it is reached.

    The limit is asked of what comes from the network. Events of the session itself are always taken, so a few
    more than the limit may wait, and nothing that the user has to know is ever lost.

    Args:
        on_full: called with True when the limit is reached, with False when there is room again.

    Attributes:
        dropped: lossy messages dropped because the limit was reached.
        peak: the most events that ever waited.
    """

    def __init__(self, on_full: Callable[[bool], None] = lambda full: None) -> None:
        self._events: deque[ev.SessionEvent] = deque()
        self._on_full = on_full
        self._bytes = 0
        self._put = 0
        self._told = 0
        self._closed = self._released = False
        self._pushed = asyncio.Event()
        self._accepting = asyncio.Event()
        self._accepting.set()
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.dropped = 0
        self.peak = 0

    def __len__(self) -> int:
        return len(self._events)

    @property
    def full(self) -> bool:
        """The limit was reached, and the user has not caught up since."""
        return not self._accepting.is_set()

    def put(self, event: ev.SessionEvent) -> None:
        """Append an event; lossy messages are dropped while the queue is full."""
        if type(event) is ev.DataReceived:
            if not event.reliable and self.full:
                self.dropped += 1
                return
            self._bytes += len(event.payload)
        self._events.append(event)
        self._put += 1
        waiting = len(self._events)
        if waiting > self.peak:
            self.peak = waiting
        if (waiting >= MAX_EVENTS or self._bytes >= MAX_BYTES) and not self.full:
            self._accepting.clear()
            self._on_full(True)
        self._pushed.set()

    async def accepting(self) -> None:
        """Return when there is room for what comes from the network."""
        await self._accepting.wait()

    async def wait(self) -> bool:
        """Wait for an event; False when the queue is closed and empty."""
        while not self._events:
            if self._closed:
                return False
            self._pushed.clear()
            await self._pushed.wait()
        return True

    def take(self) -> ev.SessionEvent:
        """The oldest event. Raises IndexError when there is none."""
        event = self._events.popleft()
        if type(event) is ev.DataReceived:
            self._bytes -= len(event.payload)
        if self.full and len(self._events) <= MAX_EVENTS * LOW and self._bytes <= MAX_BYTES * LOW:
            self._accepting.set()
            self._on_full(False)
        return event

    def told(self) -> None:
        """The user has heard the event that was taken last."""
        self._told += 1
        while self._waiters and self._waiters[0][0] <= self._told:
            waiter = self._waiters.popleft()[1]
            if not waiter.done():
                waiter.set_result(None)

    async def flushed(self) -> None:
        """Return when the user has heard everything that was put so far."""
        if self._told < self._put and not self._released:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append((self._put, waiter))
            await waiter

    def close(self) -> None:
        """Nothing will be put any more."""
        self._closed = True
        self._accepting.set()
        self._pushed.set()

    def release(self) -> None:
        """Nobody takes events any more: nobody waits for them either."""
        self._released = True
        self.close()
        waiters, self._waiters = self._waiters, deque()
        for _, waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
