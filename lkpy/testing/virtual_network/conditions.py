"""When what is sent in one direction arrives, if it does. Pure: time and chance are arguments."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

DATAGRAM_OVERHEAD, SEGMENT_OVERHEAD = 28, 40
"""Bytes of the headers of IPv4 with UDP, and with TCP."""
SEGMENT_SIZE = 1460
"""Bytes of a stream in one packet."""
RETRANSMISSION_TIMEOUT = 0.2
"""Seconds, beside a round trip, after which a lost segment is sent again; doubled each time (RFC 6298)."""


@dataclass(frozen=True, slots=True)
class LinkConditions:
    """What one direction between two hosts is like. By default everything arrives, at once and in order.

    A datagram passes the bottleneck first (`bandwidth`, `queue`), then it may be lost, else it takes time.
    Streams lose nothing: a lost segment is sent again, and what is behind it waits.

    Attributes:
        latency: seconds from one end to the other.
        jitter: seconds by which a packet may take longer, evenly distributed; it changes no order.
        loss: share of packets that are lost, 0 to 1.
        reorder: share of datagrams that come later by `reorder_by`, so that others overtake them.
        reorder_by: seconds.
        bandwidth: bits per second, headers included; None has no limit.
        queue: seconds that a datagram waits for its turn at most, where the bandwidth is limited; one that
            would have to wait longer is dropped.
    """

    latency: float = 0.0
    jitter: float = 0.0
    loss: float = 0.0
    reorder: float = 0.0
    reorder_by: float = 0.02
    bandwidth: float | None = None
    queue: float = 0.3

    def __post_init__(self) -> None:
        """Raises ValueError: a share is not between 0 and 1, a time is negative, or there is no bandwidth."""
        if not (0 <= self.loss <= 1 and 0 <= self.reorder <= 1):
            raise ValueError("loss and reorder are shares between 0 and 1")
        if min(self.latency, self.jitter, self.reorder_by, self.queue) < 0:
            raise ValueError("latency, jitter, reorder_by and queue are not negative")
        if self.bandwidth is not None and self.bandwidth <= 0:
            raise ValueError("the bandwidth is positive; a partition stops everything")


@dataclass(slots=True)
class LinkCounters:
    """What happened to the datagrams and segments of one direction.

    Attributes:
        datagrams: sent; those below are a part of them.
        lost: by `loss`.
        overflowed: dropped at the bottleneck.
        cut: sent during a partition.
        reordered: held back.
        unclaimed: arrived where nobody listens.
        segments: pieces of streams that were sent.
        resent: packets of streams that were lost and sent again.
        bytes: sent, of both, without headers.
    """

    datagrams: int = 0
    lost: int = 0
    overflowed: int = 0
    cut: int = 0
    reordered: int = 0
    unclaimed: int = 0
    segments: int = 0
    resent: int = 0
    bytes: int = 0


class LinkModel:
    """The fate of packets in one direction.

    Attributes:
        conditions: may be changed at any time, for what is sent from then on.
        counters: what was sent.
    """

    def __init__(self, conditions: LinkConditions, chance: random.Random) -> None:
        self.conditions = conditions
        self.counters = LinkCounters()
        self._chance = chance
        self._free_at = -math.inf
        self._last_datagram = self._last_segment = -math.inf

    def datagram(self, size: int, now: float) -> float | None:
        """Send a datagram of `size` bytes; returns when it arrives, None when it does not."""
        conditions, counters = self.conditions, self.counters
        counters.datagrams += 1
        counters.bytes += size
        if max(self._free_at - now, 0.0) > conditions.queue:
            counters.overflowed += 1
            return None
        arrival = self._leave(size + DATAGRAM_OVERHEAD, now) + self._travel()
        if self._hits(conditions.loss):
            counters.lost += 1
            return None
        if self._hits(conditions.reorder):
            counters.reordered += 1
            return arrival + conditions.reorder_by
        self._last_datagram = max(arrival, self._last_datagram)
        return self._last_datagram

    def segment(self, size: int, now: float) -> float:
        """Send a piece of a stream of `size` bytes (0: the beginning or the end); returns when it arrives."""
        packets = max(1, math.ceil(size / SEGMENT_SIZE))
        self.counters.segments += 1
        self.counters.bytes += size
        arrival = self._leave(size + packets * SEGMENT_OVERHEAD, now) + self._travel()
        arrival += max(self._resending() for _ in range(packets))
        self._last_segment = max(arrival, self._last_segment)
        return self._last_segment

    def _leave(self, size: int, now: float) -> float:
        """When the last bit of a packet has passed the bottleneck."""
        if self.conditions.bandwidth is None:
            return now
        self._free_at = max(now, self._free_at) + size * 8 / self.conditions.bandwidth
        return self._free_at

    def _travel(self) -> float:
        jitter = self.conditions.jitter
        return self.conditions.latency + (self._chance.uniform(0.0, jitter) if jitter else 0.0)

    def _resending(self) -> float:
        """Seconds until a packet of a stream comes through; on a link that loses all, after six attempts."""
        delay, timeout = 0.0, RETRANSMISSION_TIMEOUT + 2 * self.conditions.latency
        for _ in range(6):
            if not self._hits(self.conditions.loss):
                break
            self.counters.resent += 1
            delay += timeout
            timeout *= 2
        return delay

    def _hits(self, share: float) -> bool:
        # Chance is asked only where there is a choice, so that other conditions do not change the rest.
        return share > 0 and self._chance.random() < share
