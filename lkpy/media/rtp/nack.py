"""Which packets to ask for again (RFC 4585 section 6.2.1)."""

from __future__ import annotations

from lkpy.media.rtp.sequence import unwrap_sequence

MAX_GAP = 1000
"""A step over more packets than this is a new start of the sender, not a loss."""


class _Missing:
    __slots__ = ("due_at", "noticed_at", "tries")

    def __init__(self, noticed_at: float, due_at: float) -> None:
        self.noticed_at = noticed_at
        self.due_at = due_at
        self.tries = 0


class NackGenerator:
    """Notices holes in the sequence of one stream and says when to ask for what.

    A hole is asked for `batch_delay` after it was noticed, which lets reordered packets fill it and later
    holes share the request, then every round trip until it is filled, `max_tries` are used up or `max_age`
    has passed.

    Args:
        max_tries: requests per packet.
        max_age: seconds after which a packet is useless even if it came.
        max_missing: holes kept at once; the oldest are given up for newer ones.
        batch_delay: seconds.
        min_interval: least seconds between two requests of one packet, for round trips near zero.

    Attributes:
        given_up: holes never filled.
        recovered: holes filled after they had been asked for.
        requested: requests, counted per packet.
        resets: jumps of the sequence over `MAX_GAP`.
    """

    def __init__(
        self,
        *,
        max_tries: int = 10,
        max_age: float = 1.0,
        max_missing: int = 250,
        batch_delay: float = 0.010,
        min_interval: float = 0.020,
    ) -> None:
        self._max_tries = max_tries
        self._max_age = max_age
        self._max_missing = max_missing
        self._batch_delay = batch_delay
        self._min_interval = min_interval
        self._highest: int | None = None
        self.holes: dict[int, _Missing] = {}
        self.given_up = 0
        self.recovered = 0
        self.requested = 0
        self.resets = 0

    @property
    def missing(self) -> int:
        """Holes that are waited for."""
        return len(self.holes)

    def received(self, seq: int, now: float) -> bool:
        """Note an arrived packet (16-bit sequence number).

        Returns:
            True if it fills a hole.
        """
        highest = self._highest
        if highest is None:
            self._highest = seq
            return False
        number = unwrap_sequence(seq, highest)
        step = number - highest
        if step == 1:
            self._highest = number
            return False
        if step <= 0:
            if step < -MAX_GAP:
                self._restart(seq)
                return False
            hole = self.holes.pop(number, None)
            if hole is None:
                return False
            if hole.tries:
                self.recovered += 1
            return True
        if step > MAX_GAP:
            self._restart(seq)
            return False
        first = max(highest + 1, number - self._max_missing)
        self.given_up += first - (highest + 1)
        due_at = now + self._batch_delay
        for hole_number in range(first, number):
            self.holes[hole_number] = _Missing(now, due_at)
        self._highest = number
        excess = len(self.holes) - self._max_missing
        if excess > 0:
            for hole_number in list(self.holes)[:excess]:
                del self.holes[hole_number]
            self.given_up += excess
        return False

    def due(self, now: float, rtt: float | None) -> list[int]:
        """The sequence numbers (16 bits) to ask for now, oldest first; each counts as asked.

        Args:
            rtt: seconds to the sender and back; None if not known yet, then 100 ms are assumed.
        """
        if not self.holes:
            return []
        interval = max(0.1 if rtt is None else rtt, self._min_interval)
        asked: list[int] = []
        hopeless: list[int] = []
        for number, hole in self.holes.items():
            if now - hole.noticed_at >= self._max_age:
                hopeless.append(number)
            elif hole.due_at <= now:
                if hole.tries >= self._max_tries:
                    hopeless.append(number)
                    continue
                hole.tries += 1
                hole.due_at = now + interval
                asked.append(number & 0xFFFF)
        for number in hopeless:
            del self.holes[number]
        self.given_up += len(hopeless)
        self.requested += len(asked)
        return asked

    def next_deadline(self) -> float | None:
        """When `due` has something to do, None if nothing is missing."""
        if not self.holes:
            return None
        return min(min(hole.due_at, hole.noticed_at + self._max_age) for hole in self.holes.values())

    def reset(self) -> None:
        """Forget everything but the counters: the stream starts anew."""
        self._highest = None
        self.holes.clear()

    def _restart(self, seq: int) -> None:
        self.resets += 1
        self.given_up += len(self.holes)
        self.holes.clear()
        self._highest = seq
