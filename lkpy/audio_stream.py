"""`AudioStream`: hear a track, frame by frame."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from lkpy.audio_frame import AudioFrame
from lkpy.errors import MediaError
from lkpy.media.audio.pcm import SampleFifo, Samples

if TYPE_CHECKING:
    from lkpy.media.audio.taps import Tap
    from lkpy.participant import RemoteParticipant
    from lkpy.track import Track

logger = logging.getLogger("lkpy")

DEFAULT_CAPACITY_MS = 10_000
"""How much audio waits in a stream that nobody reads, when `capacity` is 0."""

_KIND_AUDIO = 1


@dataclass
class AudioFrameEvent:
    """What an `AudioStream` yields.

    Attributes:
        frame: the audio.
    """

    frame: AudioFrame


@dataclass
class NoiseCancellationOptions:
    """Asks the official SDK for a native plugin. `AudioStream` refuses it: there is no native code here.

    Attributes:
        module_id: the plugin.
        options: its configuration.
    """

    module_id: str
    options: dict[str, Any]


class FrameProcessorLike(Protocol):
    """What `noise_cancellation` may be: an object that turns each frame into another."""

    @property
    def enabled(self) -> bool:
        """Whether frames are given to it."""

    def _process(self, frame: AudioFrame) -> AudioFrame:
        """The frame that goes on."""


class AudioStream:
    """An asynchronous iterator over the audio of a track, local or remote.

    Frames last exactly 10 ms (`sample_rate // 100` samples) or `frame_size_ms`, and come without a gap from
    the moment the stream is made: silence when the publisher is muted, idle or cannot be heard. The stream
    ends, after the frames that still wait, when its track goes: unpublished, unsubscribed, its participant
    left or the room was disconnected.

    Args:
        track: a `LocalAudioTrack` or `RemoteAudioTrack`.
        loop: where the stream is read; the running one by default.
        capacity: how many frames wait at most; when a frame comes to a full stream the oldest is dropped and
            counted in `dropped_frames`. 0: as many as make 10 s. (The official SDK keeps frames without
            limit.)
        sample_rate: Hz.
        num_channels: 1 or more; mono is copied to all channels, otherwise all channels get the mean.
        frame_size_ms: length of a frame; 10 by default.
        noise_cancellation: an object with `enabled` and `_process(frame) -> frame`. A frame on which it
            raises passes unchanged.
        auto_close_noise_cancellation: call its `_close()` when the stream is closed.
        kwargs: `participant` and `track_source` instead of a track, as `from_participant` gives them.

    Raises:
        MediaError: the track has no audio, a format that cannot be served, or `noise_cancellation` is a
            native plugin.
        RuntimeError: no loop was given and none is running.
    """

    def __init__(
        self,
        track: Track | None,
        loop: asyncio.AbstractEventLoop | None = None,
        capacity: int = 0,
        sample_rate: int = 48000,
        num_channels: int = 1,
        frame_size_ms: int | None = None,
        noise_cancellation: NoiseCancellationOptions | FrameProcessorLike | None = None,
        auto_close_noise_cancellation: bool = True,
        **kwargs: Any,
    ) -> None:
        participant: RemoteParticipant | None = kwargs.pop("participant", None)
        source: int | None = kwargs.pop("track_source", None)
        if kwargs:
            raise TypeError(f"AudioStream() got an unexpected keyword argument {next(iter(kwargs))!r}")
        if isinstance(noise_cancellation, NoiseCancellationOptions):
            raise MediaError(
                f"the noise cancellation plugin {noise_cancellation.module_id!r} is native code and cannot "
                "be loaded; give an object with `enabled` and `_process(frame)` instead"
            )
        if noise_cancellation is not None and not callable(getattr(noise_cancellation, "_process", None)):
            raise MediaError("noise_cancellation must have `enabled` and `_process(frame)`")
        if capacity < 0:
            raise MediaError(f"capacity must not be negative, got {capacity}")
        frame_ms = frame_size_ms or 10
        if frame_ms < 0:
            raise MediaError(f"frame_size_ms must be positive, got {frame_size_ms}")
        if frame_size_ms and sample_rate * frame_ms < 1000:
            raise MediaError("frame_size_ms is shorter than a sample")
        self._loop = loop or asyncio.get_running_loop()
        self._close_processor = auto_close_noise_cancellation
        self._source = _Source(
            self._loop,
            sample_rate,
            num_channels,
            capacity=capacity or max(1, DEFAULT_CAPACITY_MS // frame_ms),
            frame_samples=sample_rate * frame_ms // 1000 if frame_size_ms else 0,
            processor=noise_cancellation,
            follows=participant is not None,
        )
        self._finalizer = weakref.finalize(self, _forget, self._loop, self._source)
        self._finalizer.atexit = False
        try:
            if participant is not None:
                if source is None:
                    raise MediaError("track_source is needed with a participant")
                self._source.watch(participant, source)
            else:
                self._source.listen(track)
        except BaseException:
            self._source.close()
            raise

    @classmethod
    def from_track(
        cls,
        *,
        track: Track,
        loop: asyncio.AbstractEventLoop | None = None,
        capacity: int = 0,
        sample_rate: int = 48000,
        num_channels: int = 1,
        frame_size_ms: int | None = None,
        noise_cancellation: NoiseCancellationOptions | FrameProcessorLike | None = None,
        auto_close_noise_cancellation: bool = False,
    ) -> AudioStream:
        """Hear a track. Arguments and errors as in the constructor."""
        return cls(
            track,
            loop=loop,
            capacity=capacity,
            sample_rate=sample_rate,
            num_channels=num_channels,
            frame_size_ms=frame_size_ms,
            noise_cancellation=noise_cancellation,
            auto_close_noise_cancellation=auto_close_noise_cancellation,
        )

    @classmethod
    def from_participant(
        cls,
        *,
        participant: RemoteParticipant,
        track_source: int,
        loop: asyncio.AbstractEventLoop | None = None,
        capacity: int = 0,
        sample_rate: int = 48000,
        num_channels: int = 1,
        frame_size_ms: int | None = None,
        noise_cancellation: NoiseCancellationOptions | FrameProcessorLike | None = None,
        auto_close_noise_cancellation: bool = True,
    ) -> AudioStream:
        """Hear whatever audio track of a source a participant has.

        Yields nothing while no such track is subscribed, goes on with the next when one was published again,
        and ends when the participant leaves. Other arguments and errors as in the constructor.
        """
        return cls(
            None,
            loop=loop,
            capacity=capacity,
            sample_rate=sample_rate,
            num_channels=num_channels,
            frame_size_ms=frame_size_ms,
            noise_cancellation=noise_cancellation,
            auto_close_noise_cancellation=auto_close_noise_cancellation,
            participant=participant,
            track_source=track_source,
        )

    async def aclose(self) -> None:
        """End the stream and forget waiting frames. Idempotent."""
        self._finalizer.detach()
        source = self._source
        source.close()
        source.frames.clear()
        if source.processor is not None and self._close_processor:
            processor, source.processor = source.processor, None
            close = getattr(processor, "_close", None)
            if close is not None:
                try:
                    close()
                except Exception:
                    logger.exception("closing the frame processor failed")
        source.end()

    @property
    def dropped_frames(self) -> int:
        """Frames that gave way to newer ones because nobody read them."""
        return self._source.dropped_frames

    def __aiter__(self) -> AudioStream:
        return self

    async def __anext__(self) -> AudioFrameEvent:
        source = self._source
        frames, waiters = source.frames, source.waiters
        while not frames:
            if source.ended:
                raise StopAsyncIteration
            waiter = self._loop.create_future()
            waiters.append(waiter)
            try:
                await waiter
            except BaseException:
                if waiter in waiters:
                    waiters.remove(waiter)
                elif frames and not waiter.cancelled():
                    source.wake()  # it was this reader's turn, and it will not take it
                raise
        frame = frames.popleft()
        if frames and waiters:
            source.wake()
        return AudioFrameEvent(frame)


def _forget(loop: asyncio.AbstractEventLoop, source: _Source) -> None:
    """A stream was collected without having been closed, in whatever thread and at whatever moment."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(source.close)


class _Source:
    """Where a stream gets its audio, and what waits there to be read.

    Tracks know this and never the stream, so a forgotten stream ends by itself.

    Args:
        loop, rate, channels: of the stream.
        capacity: frames that wait before the oldest is dropped.
        frame_samples: length of the frames; 0: each block is one.
        processor: turns each frame into another.
        follows: whether there may be another track after this one.

    Attributes:
        frames, waiters: what is to be read, and readers, the one whose turn is next first.
        ended: whether no more frames will come.
        dropped_frames: those that nobody read in time.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        rate: int,
        channels: int,
        *,
        capacity: int,
        frame_samples: int,
        processor: FrameProcessorLike | None,
        follows: bool,
    ) -> None:
        self.frames: deque[AudioFrame] = deque()
        self.waiters: deque[asyncio.Future[None]] = deque()
        self.ended = False
        self.dropped_frames = 0
        self.processor = processor
        self._loop = loop
        self._rate, self._channels = rate, channels
        self._capacity = capacity
        self._frame_samples = frame_samples
        self._fifo = SampleFifo(channels)
        self._follows = follows
        self._tap: Tap | None = None
        self._unwatch: Callable[[], None] | None = None
        self._closed = False

    def listen(self, track: Track | None) -> None:
        """Hear a track, instead of the one before."""
        media = getattr(track, "_media", None)
        if track is None or media is None or track.kind != _KIND_AUDIO:
            raise MediaError(f"an AudioStream needs an audio track, got {track!r}")
        if self._tap is not None:
            self._tap.close()
        self._tap = media.add_tap(self._rate, self._channels, self._on_block, self._on_end)

    def watch(self, participant: RemoteParticipant, source: int) -> None:
        """Hear the tracks of a participant's source."""
        unwatch = participant._watch_track(source, self._on_track)  # type: ignore[arg-type]
        if self._closed:
            unwatch()
        else:
            self._unwatch = unwatch

    def close(self) -> None:
        """Hear no more. Idempotent."""
        self._closed = True
        tap, self._tap = self._tap, None
        if tap is not None:
            tap.close()
        unwatch, self._unwatch = self._unwatch, None
        if unwatch is not None:
            unwatch()

    def _on_track(self, track: Track | None) -> None:
        if self._closed:
            return
        if track is None:
            self._finish()
            return
        try:
            self.listen(track)
        except Exception:
            logger.exception("an AudioStream could not go on with %r", track)

    def _on_block(self, block: Samples) -> None:
        """A block of the track, on its loop."""
        if self._loop is not asyncio._get_running_loop():
            self._call(self._on_block, block)
            return
        if self.ended:
            return
        frames, waiters = self.frames, self.waiters
        for chunk in self._cut(block) if self._frame_samples else (block,):
            # A copy: blocks are shared with other listeners, and frames are writable.
            frame = AudioFrame(bytearray(chunk), self._rate, self._channels, len(chunk))
            if self.processor is not None:
                frame = self._processed(self.processor, frame)
            if len(frames) >= self._capacity:
                frames.popleft()
                self.dropped_frames += 1
            frames.append(frame)
            while waiters:
                waiter = waiters.popleft()
                if not waiter.done():
                    waiter.set_result(None)
                    break

    def _cut(self, block: Samples) -> list[Samples]:
        fifo, size = self._fifo, self._frame_samples
        fifo.put(block)
        return [fifo.take(size) for _ in range(fifo.available // size)]

    def _processed(self, processor: FrameProcessorLike, frame: AudioFrame) -> AudioFrame:
        try:
            return processor._process(frame) if processor.enabled else frame
        except Exception as error:
            logger.warning("Frame processing failed, passing through original frame: %s", error)
            return frame

    def end(self) -> None:
        """No more frames: readers come to the end."""
        self.ended = True
        while self.waiters:
            self.wake()

    def wake(self) -> None:
        """It is the next reader's turn."""
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _on_end(self) -> None:
        self._tap = None
        if not self._follows:
            self._finish()

    def _finish(self) -> None:
        self.close()
        self._call(self.end)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        if self._loop is asyncio._get_running_loop():
            function(*args)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)
