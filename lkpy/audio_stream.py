"""`AudioStream`: hear a track, frame by frame."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lkpy.audio_frame import AudioFrame
from lkpy.errors import MediaError
from lkpy.media.audio.pcm import Samples

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
        self._loop = loop or asyncio.get_running_loop()
        self._sample_rate = sample_rate
        self._num_channels = num_channels
        self._capacity = capacity or max(1, DEFAULT_CAPACITY_MS // frame_ms)
        self._chunker = _Chunker(sample_rate * frame_ms // 1000) if frame_size_ms else None
        self._processor = noise_cancellation
        self._close_processor = auto_close_noise_cancellation
        self._frames: deque[AudioFrame] = deque()
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._ended = False
        self._follows = participant is not None
        self.dropped_frames = 0
        self._source = _Source(self)
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
        self._source.close()
        self._frames.clear()
        if self._processor is not None and self._close_processor:
            processor, self._processor = self._processor, None
            close = getattr(processor, "_close", None)
            if close is not None:
                try:
                    close()
                except Exception:
                    logger.exception("closing the frame processor failed")
        self._end()

    def __aiter__(self) -> AudioStream:
        return self

    async def __anext__(self) -> AudioFrameEvent:
        while not self._frames:
            if self._ended:
                raise StopAsyncIteration
            waiter = self._loop.create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            except BaseException:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
                elif self._frames and not waiter.cancelled():
                    self._wake()  # it was this reader's turn, and it will not take it
                raise
        frame = self._frames.popleft()
        if self._frames:
            self._wake()
        return AudioFrameEvent(frame)

    def _push(self, samples: Samples) -> None:
        """A block of the track, on the stream's loop."""
        if self._ended:
            return
        frames = self._frames
        for chunk in (samples,) if self._chunker is None else self._chunker.push(samples):
            # A copy: blocks are shared with other listeners, and frames are writable.
            frame = AudioFrame(bytearray(chunk), self._sample_rate, self._num_channels, len(chunk))
            if self._processor is not None:
                frame = self._processed(self._processor, frame)
            if len(frames) >= self._capacity:
                frames.popleft()
                self.dropped_frames += 1
            frames.append(frame)
            waiters = self._waiters
            while waiters:
                waiter = waiters.popleft()
                if not waiter.done():
                    waiter.set_result(None)
                    break

    def _processed(
        self, processor: FrameProcessorLike | NoiseCancellationOptions, frame: AudioFrame
    ) -> AudioFrame:
        assert not isinstance(processor, NoiseCancellationOptions)
        try:
            return processor._process(frame) if processor.enabled else frame
        except Exception as error:
            logger.warning("Frame processing failed, passing through original frame: %s", error)
            return frame

    def _end(self) -> None:
        self._ended = True
        while self._waiters:
            self._wake()

    def _wake(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return


def _forget(loop: asyncio.AbstractEventLoop, source: _Source) -> None:
    """A stream was collected without having been closed, in whatever thread and at whatever moment."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(source.close)


class _Chunker:
    """Cuts blocks of any length into frames of one length."""

    def __init__(self, size: int) -> None:
        if size < 1:
            raise MediaError("frame_size_ms is shorter than a sample")
        self._size = size
        self._pending: list[Samples] = []
        self._count = 0

    def push(self, samples: Samples) -> list[Samples]:
        self._pending.append(samples)
        self._count += len(samples)
        if self._count < self._size:
            return []
        joined = np.concatenate(self._pending)
        whole = self._count - self._count % self._size
        rest = joined[whole:]
        self._pending = [rest] if len(rest) else []
        self._count -= whole
        return [joined[at : at + self._size] for at in range(0, whole, self._size)]


class _Source:
    """Where a stream gets its audio. Knows the stream weakly, so a forgotten stream ends by itself."""

    def __init__(self, stream: AudioStream) -> None:
        self._stream = weakref.ref(stream)
        self._loop = stream._loop
        self._rate = stream._sample_rate
        self._channels = stream._num_channels
        self._follows = stream._follows
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
        stream = self._stream()
        if stream is None:
            return
        if self._loop is asyncio._get_running_loop():
            stream._push(block)
        else:
            self._call(stream._push, block)

    def _on_end(self) -> None:
        self._tap = None
        if not self._follows:
            self._finish()

    def _finish(self) -> None:
        self.close()
        stream = self._stream()
        if stream is not None:
            self._call(stream._end)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        if self._loop is asyncio._get_running_loop():
            function(*args)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)
