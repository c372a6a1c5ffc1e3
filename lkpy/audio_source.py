"""`AudioSource`: where an application puts the audio that it publishes."""

from __future__ import annotations

import asyncio
from functools import cached_property

import numpy as np

from lkpy._loop.clock import LoopClock, ReadTime, monotonic
from lkpy.audio_frame import AudioFrame
from lkpy.errors import InvalidStateError, MediaError
from lkpy.media.audio.local import LocalAudioMedia
from lkpy.media.audio.queue import SampleQueue

_NATIVE = "an RtcError occurred: InvalidState - "
"""Prefix of the official SDK's messages, which applications may look for."""

_MAX_CHANNELS = 32

_INSTANT = 1e-6
"""Seconds; less than a sample of any rate is no duration."""


class AudioSource:
    """A queue of audio that is played in real time.

    Every 10 ms the tracks made of this source get 10 ms of what was captured, or silence when there is not
    that much. `capture_frame` accepts `queue_size_ms` of audio without waiting and then keeps that pace.

    Args:
        sample_rate: Hz, of the frames that will be captured.
        num_channels: of the frames that will be captured.
        queue_size_ms: a multiple of 10. 0: no queue; frames must last 10 ms, are taken at once, and the
            caller keeps the pace.
        loop: whose time is the source's; by default that of the running loop, outside of one the system's
            monotonic clock, which is the same for all loops but those of tests. `capture_frame` uses the loop
            in which it runs.

    Raises:
        MediaError: a rate, channel count or queue size that no source can have.
    """

    def __init__(
        self,
        sample_rate: int,
        num_channels: int,
        queue_size_ms: int = 1000,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if sample_rate < 100:
            raise MediaError(f"sample_rate must be at least 100 Hz, got {sample_rate}")
        if not 1 <= num_channels <= _MAX_CHANNELS:
            raise MediaError(f"num_channels must be 1 to {_MAX_CHANNELS}, got {num_channels}")
        if queue_size_ms < 0 or queue_size_ms % 10:
            raise MediaError(f"queue_size_ms must be a multiple of 10 and not negative, got {queue_size_ms}")
        self._sample_rate = sample_rate
        self._num_channels = num_channels
        loop = loop or asyncio._get_running_loop()
        self._clock: ReadTime = LoopClock(loop).now if loop is not None else monotonic
        self._queue = SampleQueue(sample_rate, num_channels, queue_size_ms, self._clock)
        self._closed = False
        self._blocked: _Pause | None = None
        # Playout as the caller knows it: `_captured` seconds were waiting at `_captured_at`.
        self._captured = 0.0
        self._captured_at = 0.0
        self._listeners: set[_Pause] = set()

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return self._sample_rate

    @property
    def num_channels(self) -> int:
        """Channels of the frames to capture."""
        return self._num_channels

    @property
    def queued_duration(self) -> float:
        """Seconds of captured audio that were not played yet; up to twice `queue_size_ms`."""
        return max(self._captured - (self._clock() - self._captured_at), 0.0)

    def clear_queue(self) -> None:
        """Forget what was not played yet. A blocked `capture_frame` returns and drops the rest of its frame.

        Raises:
            InvalidStateError: the source is closed.
        """
        if self._closed:
            raise InvalidStateError("the audio source is closed; make a new AudioSource")
        self._clear()

    async def capture_frame(self, frame: AudioFrame) -> None:
        """Append a frame to the queue, in pieces of `queue_size_ms`; wait while more than that is queued.

        Returns at once for an empty frame or when the source is closed.

        Raises:
            MediaError: rate or channel count of the frame are not those of the source; or the source has no
                queue and the frame does not last 10 ms.
            InvalidStateError: another `capture_frame` is waiting.
        """
        count = frame._samples_per_channel
        if self._closed or count == 0:
            return
        channels = self._num_channels
        if frame._sample_rate != self._sample_rate or frame._num_channels != channels:
            raise MediaError(f"{_NATIVE}sample_rate and num_channels don't match")
        if self._blocked is not None:
            raise InvalidStateError(f"{_NATIVE}failed to capture frame")
        queue = self._queue
        if queue.direct and count != self._sample_rate // 100:
            raise MediaError(
                f"{_NATIVE}direct capture requires 10ms frames: "
                f"got {count} frames, expected {self._sample_rate // 100}"
            )
        samples = np.frombuffer(frame._data, np.int16, count * channels).reshape(count, channels)
        if not isinstance(frame._data, bytes):
            samples = samples.copy()  # the caller may write its next frame into the same memory
        now = self._clock()
        self._captured = max(self._captured - (now - self._captured_at), 0.0) + count / self._sample_rate
        self._captured_at = now
        if queue.direct:
            queue.put(samples)
            return
        for start in range(0, count, queue.limit):
            delay = queue.put(samples[start : start + queue.limit])
            while delay > 0:
                pause = self._blocked = _Pause(delay)
                try:
                    if await pause.ended:
                        return
                finally:
                    self._blocked = None
                    pause.timer.cancel()
                delay = queue.time_until_accepting()

    async def wait_for_playout(self) -> None:
        """Wait until everything captured was played or cleared; returns at once when nothing is queued."""
        while (delay := self.queued_duration) > _INSTANT:
            pause = _Pause(delay)
            self._listeners.add(pause)
            try:
                await pause.ended
            finally:
                self._listeners.discard(pause)
                pause.timer.cancel()

    async def aclose(self) -> None:
        """Stop: what is queued is not played, later captures do nothing, local streams end. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self._clear()
        self._taps.close()

    @cached_property
    def _taps(self) -> LocalAudioMedia:
        """What local tracks of this source offer to an `AudioStream`."""
        return LocalAudioMedia(self._queue)

    def _clear(self) -> None:
        self._queue.clear()
        self._captured = 0.0
        if self._blocked is not None:
            self._blocked.release()
        for pause in list(self._listeners):
            pause.release()


class _Pause:
    """A sleep that somebody else can end.

    Args:
        seconds: how long.

    Attributes:
        ended: to be awaited; True when `release` ended it.
        timer: ends it, to be cancelled behind it.
    """

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[bool] = self._loop.create_future()
        self.timer = self._loop.call_later(seconds, self._end, False)

    def release(self) -> None:
        """End the sleep. Any thread may call."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end, True)

    def _end(self, released: bool) -> None:
        if not self.ended.done():
            self.ended.set_result(released)
