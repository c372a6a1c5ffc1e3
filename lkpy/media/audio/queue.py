"""The queue behind an `AudioSource`: samples go in when they are made and come out in real time."""

from __future__ import annotations

import threading
from collections import deque

from lkpy._loop.clock import ReadTime, monotonic
from lkpy.media.audio.pcm import EARLY, SLOTS_PER_SECOND, SampleFifo, Samples, slot_at

CATCH_UP_SLOTS = 5
"""Slots that are played at once after nobody looked for a while; the audio waits through the others."""

READER_SLOTS = 10
"""Blocks that wait for one reader before the oldest is dropped."""

DIRECT_SLOTS = 5
"""Blocks that a queue without a size holds: enough for a capture that is a little early or late."""

DEEP_SLOTS = 10
"""A queue of so many blocks can be 10 ms emptier than it need be."""


class SampleQueue:
    """Gives out one block of 10 ms in each slot while it has that much, to all its readers.

    There is no timer: every call first plays what has become due since the last one. Any thread may call.

    Args:
        sample_rate: Hz.
        channels: of the samples.
        queue_ms: how much is accepted without waiting, a multiple of 10. Twice as much fits. 0: samples go
            straight to the readers, a few blocks wait at most, the oldest are dropped.
        clock: seconds, monotonic.
    """

    def __init__(self, sample_rate: int, channels: int, queue_ms: int, clock: ReadTime = monotonic) -> None:
        self.sample_rate = sample_rate
        self.channels = channels
        self.direct = queue_ms == 0
        self.limit = sample_rate * queue_ms // 1000
        self.dropped_blocks = 0
        self._deep = queue_ms >= DEEP_SLOTS * 1000 // SLOTS_PER_SECOND
        self._clock = clock
        self._lock = threading.RLock()
        self._fifo = SampleFifo(channels)
        self._slot = slot_at(clock())
        self._next_slot_at = 0.0  # not before it there is a slot to play
        # Of every slot, if all have as many.
        self._block = sample_rate // SLOTS_PER_SECOND if sample_rate % SLOTS_PER_SECOND == 0 else 0
        self._readers: list[SourceReader] = []

    @property
    def queued(self) -> int:
        """Samples of one channel that wait now."""
        with self._lock:
            self._advance(slot_at(self._clock()))
            return self._fifo.available

    @property
    def readers(self) -> int:
        """How many readers are attached."""
        return len(self._readers)

    def slot_samples(self, slot: int) -> int:
        """How many samples of one channel belong to a slot.

        With a rate that is not a multiple of 100 Hz that varies by one; never fewer than the rate demands.
        """
        if self._block:
            return self._block
        rate = self.sample_rate
        return -(-(slot + 1) * rate // SLOTS_PER_SECOND) + (-slot * rate // SLOTS_PER_SECOND)

    def put(self, samples: Samples) -> float:
        """Append samples of shape (n, channels). The array must not change afterwards.

        Returns:
            Seconds until no more waits than is accepted, see `time_until_accepting`.
        """
        with self._lock:
            now = self._clock()
            fifo = self._fifo
            if now >= self._next_slot_at:
                self._advance(slot_at(now))
            fifo.put(samples)
            if not self.direct:
                surplus = fifo.available - self.limit
                return self._time_until_played(surplus, now) if surplus > 0 else 0.0
            block = self.slot_samples(0)
            while fifo.available > DIRECT_SLOTS * block:
                fifo.take(block)
                self.dropped_blocks += 1
            return 0.0

    def clear(self) -> None:
        """Forget what waits, also what was given to readers that have not read it."""
        with self._lock:
            self._fifo.clear()
            for reader in self._readers:
                reader._clear()

    def time_until_accepting(self) -> float:
        """Seconds until at most `queue_ms` wait, if nothing is added; 0 when it is so.

        A deep queue waits for the slot in which its first reader reads: whoever captures then wakes together
        with the reader, half as often as there are slots. A wake-up costs more than what is done in it.
        """
        with self._lock:
            now = self._clock()
            if now >= self._next_slot_at:
                self._advance(slot_at(now))
            surplus = self._fifo.available - self.limit
            return self._time_until_played(surplus, now) if surplus > 0 else 0.0

    def _time_until_played(self, surplus: int, now: float) -> float:
        """Seconds until so many samples are played, in the slot in which that is to be noticed."""
        slot = self._slot - (-surplus * SLOTS_PER_SECOND // self.sample_rate)
        if self._deep and self._readers:
            reader = self._readers[0]
            slot += (reader.last_slot - slot) % reader.period
        return max(slot / SLOTS_PER_SECOND - now, 0.0)

    def attach(self, period: int = 1) -> SourceReader:
        """A new reader, which hears everything from now on and reads every `period` slots."""
        with self._lock:
            self._advance(slot_at(self._clock()))
            reader = SourceReader(self, period)
            self._readers.append(reader)
            return reader

    def detach(self, reader: SourceReader) -> None:
        """End a reader; unknown ones are ignored."""
        with self._lock:
            if reader in self._readers:
                self._readers.remove(reader)

    def _advance(self, slot: int) -> None:
        """Play all slots up to and with `slot` (now)."""
        due = slot - self._slot
        if due <= 0:
            return
        self._slot = slot
        self._next_slot_at = (slot + 1) / SLOTS_PER_SECOND - EARLY
        fifo = self._fifo
        if not self._readers:
            # Nobody hears it: no need to take it out block by block.
            block = self.slot_samples(slot)
            played = min(due * block, fifo.available)
            if fifo.available < due * block:
                played -= played % block
            if played:
                fifo.take(played)
            return
        for number in range(slot - min(due, CATCH_UP_SLOTS) + 1, slot + 1):
            count = self._block or self.slot_samples(number)
            block_or_none = fifo.take(count) if fifo.available >= count else None
            for reader in self._readers:
                blocks = reader.blocks
                if len(blocks) >= READER_SLOTS:
                    blocks.popleft()
                    reader.dropped_blocks += 1
                blocks.append((number, block_or_none))


class SourceReader:
    """One consumer's view of a `SampleQueue`.

    Attributes:
        period: slots between two reads, as a rule.
        last_slot: of the last read.
        blocks: given to it by the queue and not read yet.
    """

    def __init__(self, queue: SampleQueue, period: int) -> None:
        self.queue = queue
        self.period = period
        self.last_slot = 0
        self.dropped_blocks = 0
        self.blocks: deque[tuple[int, Samples | None]] = deque()

    def read(self, slot: int) -> list[tuple[int, Samples | None]]:
        """All blocks up to and with `slot` that were not read yet: (slot, samples), None for silence.

        Slots may be missing after the reader or the whole process was held up.
        """
        with self.queue._lock:
            self.last_slot = slot
            if slot > self.queue._slot:
                self.queue._advance(slot)
            blocks = list(self.blocks)
            self.blocks.clear()
            return blocks

    def close(self) -> None:
        """Read no more. Idempotent."""
        self.queue.detach(self)
        self.blocks.clear()

    def _clear(self) -> None:
        for index, (slot, _) in enumerate(self.blocks):
            self.blocks[index] = (slot, None)
