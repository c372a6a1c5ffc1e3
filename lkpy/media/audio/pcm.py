"""Internal PCM: int16 arrays of shape (samples, channels), 48 kHz, in blocks of 10 ms."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
"""Hz; the only rate of Opus RTP timestamps (RFC 7587 section 4.1)."""

SLOTS_PER_SECOND = 100
"""Media time is counted in slots of 10 ms."""

SLOT_SECONDS = 1 / SLOTS_PER_SECOND

BLOCK_SAMPLES = SAMPLE_RATE // SLOTS_PER_SECOND
"""Samples of one channel in a slot at 48 kHz."""

Samples: TypeAlias = NDArray[np.int16]
"""PCM, shape (samples, channels)."""


EARLY = 0.0005
"""Seconds before its time at which a slot counts as begun, as timers fire early."""


def slot_at(now: float) -> int:
    """The slot that has begun at `now` (seconds).

    Every clock reader of a process counts the same slots, so what one of them makes available in a slot is
    there for another one in the same slot.
    """
    return int((now + EARLY) * SLOTS_PER_SECOND)


def slot_time(slot: int) -> float:
    """When a slot begins, in seconds."""
    return slot / SLOTS_PER_SECOND


def silence(samples: int, channels: int) -> Samples:
    """A block of zeros."""
    return np.zeros((samples, channels), np.int16)


def remix(samples: Samples, channels: int) -> Samples:
    """Change the channel count: mono is copied to all channels, any other change goes through the mean.

    Returns the array itself when it fits.
    """
    have = samples.shape[1]
    if have == channels:
        return samples
    if have == 1:
        return np.repeat(samples, channels, axis=1)
    if have == 2:
        # Half of an int32 sum costs a third of `mean`.
        total = samples[:, 0].astype(np.int32)
        total += samples[:, 1]
        total >>= 1
        mono = total.astype(np.int16).reshape(-1, 1)
    else:
        mono = np.rint(samples.mean(axis=1, keepdims=True)).astype(np.int16)
    return mono if channels == 1 else np.repeat(mono, channels, axis=1)


class SampleFifo:
    """Samples in, blocks of any size out. Bounded by its user, who takes out what was put in.

    Attributes:
        available: samples of one channel that can be taken.
    """

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._parts: list[Samples] = []
        self.available = 0

    def put(self, samples: Samples) -> None:
        """Append samples; the array is kept, not copied."""
        if len(samples):
            self._parts.append(samples)
            self.available += len(samples)

    def take(self, count: int) -> Samples:
        """Remove and return `count` samples; fewer available are padded with zeros."""
        if self._parts and len(self._parts[0]) == count:
            self.available -= count
            return self._parts.pop(0)
        parts: list[Samples] = []
        missing = count
        while missing and self._parts:
            head = self._parts[0]
            if len(head) <= missing:
                parts.append(self._parts.pop(0))
                missing -= len(head)
            else:
                parts.append(head[:missing])
                self._parts[0] = head[missing:]
                missing = 0
        self.available -= count - missing
        if missing:
            parts.append(silence(missing, self._channels))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def remixed(self, channels: int) -> SampleFifo:
        """The same samples in another channel count; this FIFO is used up."""
        fifo = SampleFifo(channels)
        for part in self._parts:
            fifo.put(remix(part, channels))
        return fifo

    def clear(self) -> None:
        """Forget everything."""
        self._parts.clear()
        self.available = 0
