"""One direction between two hosts: keeps what is under way and delivers it when it is time."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable

from lkpy._loop.alarm import Alarm
from lkpy._loop.clock import Clock
from lkpy.testing.virtual_network.conditions import LinkConditions, LinkCounters, LinkModel

Delivery = Callable[[], None]
"""What happens at the other end."""


class Link:
    """Carries datagrams and segments of streams; its two ends are hosts.

    Attributes:
        counters: what was sent.
    """

    def __init__(self, model: LinkModel, clock: Clock) -> None:
        self._model = model
        self._clock = clock
        self._alarm = Alarm(clock, self._on_alarm)
        self._under_way: list[tuple[float, int, Delivery]] = []
        self._numbers = itertools.count()
        self._held: deque[tuple[int, Delivery]] = deque()
        self._up = True

    @property
    def counters(self) -> LinkCounters:
        """What was sent."""
        return self._model.counters

    @property
    def conditions(self) -> LinkConditions:
        """May be set at any time, for what is sent from then on."""
        return self._model.conditions

    @conditions.setter
    def conditions(self, conditions: LinkConditions) -> None:
        self._model.conditions = conditions

    @property
    def up(self) -> bool:
        """False during a partition."""
        return self._up

    def cut(self) -> None:
        """Nothing gets through: datagrams are lost, streams wait. What is under way still arrives."""
        self._up = False

    def mend(self) -> None:
        """What was cut works again; streams send what had to wait."""
        self._up = True
        while self._held:
            self._send_segment(*self._held.popleft())

    def carry_datagram(self, size: int, deliver: Delivery) -> None:
        """Send a datagram."""
        if not self._up:
            self.counters.datagrams += 1
            self.counters.cut += 1
            return
        arrival = self._model.datagram(size, self._clock.now())
        if arrival is not None:
            self._deliver_at(arrival, deliver)

    def carry_segment(self, size: int, deliver: Delivery) -> None:
        """Send a piece of a stream: it arrives, sooner or later, in order."""
        if self._up:
            self._send_segment(size, deliver)
        else:
            self._held.append((size, deliver))

    def _send_segment(self, size: int, deliver: Delivery) -> None:
        self._deliver_at(self._model.segment(size, self._clock.now()), deliver)

    def _deliver_at(self, arrival: float, deliver: Delivery) -> None:
        # The number keeps the order of what arrives at the same time.
        heapq.heappush(self._under_way, (arrival, next(self._numbers), deliver))
        self._alarm.set(self._under_way[0][0])

    def _on_alarm(self) -> None:
        under_way, now = self._under_way, self._clock.now()
        try:
            while under_way and under_way[0][0] <= now:
                heapq.heappop(under_way)[2]()
        finally:
            self._alarm.set(under_way[0][0] if under_way else None)
