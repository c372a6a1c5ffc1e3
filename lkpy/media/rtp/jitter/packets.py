"""What a jitter buffer holds and remembers: packets in order, and which numbers it has seen."""

from __future__ import annotations

from collections import deque

MAX_SEQUENCE_JUMP = 1000
"""A larger step of the sequence number is a new start of the sender."""
REMEMBERED = MAX_SEQUENCE_JUMP + 1

_SEEN_MASK = (1 << REMEMBERED) - 1


class Entry:
    """A packet that waits.

    Attributes:
        number: sequence number, unwrapped.
        start, end: RTP timestamps of its first sample and of the one after its last, unwrapped.
        payload: of the packet.
        arrival: seconds.
    """

    __slots__ = ("arrival", "end", "number", "payload", "start")

    def __init__(self, number: int, start: int, end: int, payload: bytes, arrival: float) -> None:
        self.number = number
        self.start = start
        self.end = end
        self.payload = payload
        self.arrival = arrival


class SeenNumbers:
    """The last `REMEMBERED` sequence numbers, one bit each, the highest in bit 0.

    Attributes:
        highest: unwrapped; None before the first.
    """

    __slots__ = ("_bits", "highest")

    def __init__(self) -> None:
        self.highest: int | None = None
        self._bits = 0

    def add(self, number: int) -> bool:
        """Remember a number less than `REMEMBERED` away from the highest; False if it was there already."""
        highest = self.highest
        if highest is None:
            self._bits = 1
            self.highest = number
            return True
        step = number - highest
        if step > 0:
            self._bits = (self._bits << step | 1) & _SEEN_MASK
            self.highest = number
            return True
        bit = 1 << -step
        if self._bits & bit:
            return False
        self._bits |= bit
        return True


def insert_in_order(queue: deque[Entry], entry: Entry) -> None:
    """Put a packet that came out of order where its number belongs, before the last one."""
    position = len(queue) - 1
    while position > 0 and queue[position - 1].number > entry.number:
        position -= 1
    queue.insert(position, entry)
