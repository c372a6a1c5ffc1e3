"""Hearing one's own source, before anything is encoded."""

from __future__ import annotations

from collections.abc import Callable

from lkpy.errors import InvalidStateError
from lkpy.media.audio.pcm import Samples, silence
from lkpy.media.audio.queue import SampleQueue, SourceReader
from lkpy.media.audio.strand import Lane
from lkpy.media.audio.taps import Tap, TapBank, TapCallback, TapGroup
from lkpy.media.audio.tick import MediaTick, Ticker


class LocalAudioMedia:
    """Taps on the queue of an `AudioSource`: its audio, or silence, 100 blocks a second.

    While somebody listens, all callbacks run on the event loop on which the first of them began to.
    """

    lane = Lane.AUDIO

    def __init__(self, queue: SampleQueue, tick: Ticker | None = None) -> None:
        self._queue = queue
        self._tick = tick
        self._tick_used: Ticker | None = None
        self._bank = TapBank(queue.sample_rate, self._on_change)
        self._reader: SourceReader | None = None
        self._groups: tuple[TapGroup, ...] = ()
        self._blocks: list[tuple[int, Samples | None]] = []
        self._closed = False
        self.next_slot = 0

    def add_tap(self, rate: int, channels: int, callback: TapCallback, on_end: Callable[[], None]) -> Tap:
        """See `AudioTrackMedia`.

        Raises:
            MediaError: the rate or the channel count cannot be served.
            InvalidStateError: the source is closed.
        """
        if self._closed:
            raise InvalidStateError("the audio source is closed; make a new AudioSource")
        if self._reader is None or self._bank.stranded:
            # Nobody listens, or a loop that is gone did: the loop of this tap is the next one to serve.
            if self._reader is not None:
                self._reader.close()
                self._reader = self._tick_used = None
            self._bank = TapBank(self._queue.sample_rate, self._on_change)
        return self._bank.add(rate, channels, callback, on_end)

    def close(self) -> None:
        """End all taps. Idempotent."""
        self._closed = True
        self._bank.end()

    def collect(self, slot: int) -> bool:
        """Read the source."""
        if self._reader is None:
            return False
        self.next_slot = slot + 1
        self._blocks = self._reader.read(slot)
        if not self._blocks:
            return False
        self._groups = self._bank.groups
        if self._bank.trivial:
            self.work()
            self.deliver()
            return False
        return True

    def work(self) -> None:
        """Convert what was read."""
        queue = self._queue
        for slot, block in self._blocks:
            if block is None:
                block = silence(queue.slot_samples(slot), queue.channels)
            for group in self._groups:
                group.render(block, 1)

    def deliver(self) -> None:
        """Hand it to the taps."""
        for _ in self._blocks:
            self._bank.give_slot()

    def _on_change(self) -> None:
        wanted = self._bank.taps > 0
        if wanted and self._reader is None:
            self._reader = self._queue.attach()
            self._tick_used = self._tick or MediaTick.current()
            self._tick_used.add(self)
        elif not wanted and self._reader is not None:
            self._reader.close()
            self._reader = None
            assert self._tick_used is not None
            self._tick_used.remove(self)
            self._tick_used = None
