"""Taps: where the audio of a track is heard, in the rate and channel count that the listener wants."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from lkpy.errors import MediaError
from lkpy.media.audio.pcm import SLOTS_PER_SECOND, SampleFifo, Samples, remix
from lkpy.media.audio.resample import Resampler

logger = logging.getLogger("lkpy.media")

TapCallback = Callable[[Samples], None]
"""Gets 10 ms, shape (rate // 100, channels). The array is shared with other taps: to be read, not written."""

MIN_RATE = 1_000
MAX_RATE = 384_000
MAX_CHANNELS = 32


class AudioTrackMedia(Protocol):
    """What a track offers to those who want to hear it."""

    def add_tap(self, rate: int, channels: int, callback: TapCallback, on_end: Callable[[], None]) -> Tap:
        """Hear the track from now on, 100 blocks a second, until the tap is closed or the track ends.

        Args:
            rate: Hz.
            channels: of the blocks.
            callback: called on the track's event loop with each block.
            on_end: called there once when no more blocks will come; not after `Tap.close`.
        """


class Tap:
    """One listener of a track.

    Attributes:
        callback, on_end: see `AudioTrackMedia`.
        closed: whether the tap was closed or its track has ended.
        failures: exceptions that the callback raised.
    """

    __slots__ = ("_bank", "_key", "callback", "closed", "failures", "on_end")

    def __init__(
        self, bank: TapBank, key: tuple[int, int], callback: TapCallback, on_end: Callable[[], None]
    ) -> None:
        self.callback = callback
        self.on_end = on_end
        self.failures = 0
        self.closed = False
        self._bank = bank
        self._key = key

    def close(self) -> None:
        """Hear no more. Idempotent; any thread may call."""
        if not self.closed:
            self.closed = True
            self._bank.remove(self, self._key)

    def failed(self) -> None:
        """The callback raised: counted, and logged the first time."""
        self.failures += 1
        if self.failures == 1:
            logger.exception("an audio callback failed; later failures are only counted")

    def end(self) -> None:
        """Tell the listener that the track has ended."""
        if self.closed:
            return
        self.closed = True
        try:
            self.on_end()
        except Exception:
            logger.exception("an audio end callback failed")


class TapGroup:
    """All taps of one rate and channel count: one conversion for all of them."""

    def __init__(self, input_rate: int, rate: int, channels: int) -> None:
        self.taps: tuple[Tap, ...] = ()
        self._channels = channels
        self._size = rate // SLOTS_PER_SECOND
        self._resampler = Resampler(input_rate, rate, channels)
        self._same_rate = input_rate == rate
        self._fifo: SampleFifo | None = None
        if not self._resampler.exact or rate % SLOTS_PER_SECOND:
            self._fifo = SampleFifo(channels)
        self.ready: deque[list[Samples]] = deque()
        """The blocks of each slot that was rendered and not handed out."""
        self.trivial = input_rate == rate
        """True if the conversion costs next to nothing."""

    def render(self, samples: Samples, slots: int) -> None:
        """Convert the audio of `slots` slots. Blocks become ready for each of them."""
        if self._fifo is None:
            converted = samples
            if samples.shape[1] != self._channels:
                converted = remix(samples, self._channels)
            if not self._same_rate:
                converted = self._resampler.process(converted)
            size = self._size
            for start in range(0, slots * size, size):
                self.ready.append([converted[start : start + size]])
            return
        length = len(samples)
        mixed = remix(samples, self._channels)
        for index in range(slots):
            part = mixed[index * length // slots : (index + 1) * length // slots]
            self._fifo.put(self._resampler.process(part))
            self.ready.append(
                [self._fifo.take(self._size) for _ in range(self._fifo.available // self._size)]
            )


class TapBank:
    """The taps of one track, grouped by format.

    Args:
        input_rate: Hz, of what `render` is given.
        on_change: called after taps came or went, on the loop.
        loop: where everything but adding and closing taps happens; the one that runs when the first tap is
            added, if None.

    Attributes:
        groups: the taps by format, each of which renders for itself.
        channels: the highest channel count that somebody wants; 0 without taps.
        trivial: True if no tap needs its sample rate converted.
    """

    def __init__(
        self,
        input_rate: int,
        on_change: Callable[[], None],
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._input_rate = input_rate
        self._loop = loop
        self._notify = on_change
        self._lock = threading.RLock()
        self._groups: dict[tuple[int, int], TapGroup] = {}
        self.groups: tuple[TapGroup, ...] = ()
        self.channels = 0
        self.trivial = True

    @property
    def taps(self) -> int:
        """How many taps there are."""
        return sum(len(group.taps) for group in self.groups)

    @property
    def stranded(self) -> bool:
        """True if the loop was closed while there were taps."""
        return self._loop is not None and self._loop.is_closed()

    def add(self, rate: int, channels: int, callback: TapCallback, on_end: Callable[[], None]) -> Tap:
        """Add a tap.

        Raises:
            MediaError: the rate or the channel count cannot be served.
        """
        if not MIN_RATE <= rate <= MAX_RATE:
            raise MediaError(f"sample_rate must be {MIN_RATE} to {MAX_RATE} Hz, got {rate}")
        if not 1 <= channels <= MAX_CHANNELS:
            raise MediaError(f"num_channels must be 1 to {MAX_CHANNELS}, got {channels}")
        key = (rate, channels)
        tap = Tap(self, key, callback, on_end)
        with self._lock:
            group = self._groups.get(key)
            if group is None:
                group = self._groups[key] = TapGroup(self._input_rate, rate, channels)
            group.taps = (*group.taps, tap)
            self._summarize()
        self._on_change()
        return tap

    def remove(self, tap: Tap, key: tuple[int, int]) -> None:
        """Remove a tap; called by `Tap.close`."""
        with self._lock:
            group = self._groups.get(key)
            if group is not None:
                group.taps = tuple(other for other in group.taps if other is not tap)
                if not group.taps:
                    del self._groups[key]
            self._summarize()
        self._on_change()

    def _summarize(self) -> None:
        self.groups = tuple(self._groups.values())
        self.channels = max((channels for _, channels in self._groups), default=0)
        self.trivial = all(group.trivial for group in self.groups)

    def _on_change(self) -> None:
        running = asyncio._get_running_loop()
        if self._loop is None:
            self._loop = running
        if running is self._loop or self._loop is None:
            self._notify()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._notify)

    def give_slot(self) -> None:
        """Hand out the blocks of one slot, on the loop."""
        for group in self.groups:
            if not group.ready:
                continue
            for block in group.ready.popleft():
                for tap in group.taps:
                    if not tap.closed:
                        try:
                            tap.callback(block)
                        except Exception:
                            tap.failed()

    def end(self) -> None:
        """End all taps."""
        with self._lock:
            groups = self.groups
            self._groups.clear()
            self._summarize()
        for group in groups:
            for tap in group.taps:
                tap.end()
        self._on_change()
