"""AudioStream: frames, capacity, end, forgetting, filters."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lkpy.audio_frame import AudioFrame
from lkpy.audio_source import AudioSource
from lkpy.audio_stream import AudioFrameEvent, AudioStream, NoiseCancellationOptions
from lkpy.errors import InvalidStateError, MediaError
from lkpy.media.audio.pcm import Samples
from lkpy.media.audio.taps import TapBank
from lkpy.media.audio.tick import MediaTick


class Media:
    """A track's media that plays what the test says, through the real taps."""

    def __init__(self) -> None:
        self.bank = TapBank(48000, lambda: None)

    def add_tap(self, rate: int, channels: int, callback: Any, on_end: Any) -> Any:
        return self.bank.add(rate, channels, callback, on_end)

    def play(self, samples: Samples) -> None:
        """Any number of whole blocks of 480."""
        for begin in range(0, len(samples), 480):
            for group in self.bank.groups:
                group.render(samples[begin : begin + 480], 1)
            self.bank.give_slot()


def track_of(media: Any, kind: int = 1) -> Any:
    return SimpleNamespace(_media=media, kind=kind)


def numbered(blocks: int) -> Samples:
    return np.repeat(np.arange(blocks), 480).astype(np.int16).reshape(-1, 1)


async def read(stream: AudioStream, count: int) -> list[AudioFrame]:
    async with asyncio.timeout(5):
        return [(await anext(stream)).frame for _ in range(count)]


async def test_frames_of_ten_milliseconds() -> None:
    media = Media()
    stream = AudioStream(track_of(media))
    media.play(numbered(3))
    event = await anext(stream)
    assert isinstance(event, AudioFrameEvent)
    frame = event.frame
    assert (frame.sample_rate, frame.num_channels, frame.samples_per_channel) == (48000, 1, 480)
    assert not frame.data.readonly
    assert [frame.data[0] for frame in await read(stream, 2)] == [1, 2]
    await stream.aclose()


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 24000, 44100, 48000, 96000])
@pytest.mark.parametrize("channels", [1, 2])
async def test_any_format(rate: int, channels: int) -> None:
    media = Media()
    stream = AudioStream.from_track(track=track_of(media), sample_rate=rate, num_channels=channels)
    media.play(np.full((4800, 1), 1000, np.int16))
    frames = await read(stream, 9)
    assert {frame.samples_per_channel for frame in frames} == {rate // 100}
    assert {frame.num_channels for frame in frames} == {channels}
    assert np.array(frames[5].data) == pytest.approx(1000, abs=2)
    await stream.aclose()


@pytest.mark.parametrize("ms", [15, 20, 25, 100])
async def test_frame_size(ms: int) -> None:
    media = Media()
    stream = AudioStream(track_of(media), frame_size_ms=ms)
    media.play(numbered(20))
    frames = await read(stream, 200 // ms)
    assert {frame.samples_per_channel for frame in frames} == {48 * ms}
    joined = np.concatenate([np.array(frame.data) for frame in frames])
    assert np.array_equal(joined, numbered(20)[: len(joined), 0])
    await stream.aclose()


async def test_capacity_drops_the_oldest() -> None:
    media = Media()
    stream = AudioStream(track_of(media), capacity=3)
    media.play(numbered(10))
    assert stream.dropped_frames == 7
    assert [frame.data[0] for frame in await read(stream, 3)] == [7, 8, 9]
    await stream.aclose()


async def test_an_unread_stream_keeps_ten_seconds() -> None:
    media = Media()
    small, large = AudioStream(track_of(media)), AudioStream(track_of(media), frame_size_ms=100)
    media.play(numbered(1100))
    assert small.dropped_frames == 100
    assert large.dropped_frames == 10
    assert (await read(small, 1))[0].data[0] == 100
    await small.aclose()
    await large.aclose()


async def test_the_end_of_the_track_comes_after_what_waits() -> None:
    media = Media()
    stream = AudioStream(track_of(media))
    media.play(numbered(3))
    media.bank.end()
    assert [event.frame.data[0] async for event in stream] == [0, 1, 2]
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    await stream.aclose()


async def test_a_waiting_reader_learns_of_the_end() -> None:
    for finish in ("end", "close"):
        media = Media()
        stream = AudioStream(track_of(media))
        readers = [asyncio.ensure_future(anext(stream, None)) for _ in range(3)]
        await asyncio.sleep(0)
        if finish == "end":
            media.bank.end()
        else:
            await stream.aclose()
            await stream.aclose()
        assert await asyncio.wait_for(asyncio.gather(*readers), 5) == [None] * 3
        assert media.bank.taps == 0


async def test_aclose_forgets_what_waits() -> None:
    media = Media()
    stream = AudioStream(track_of(media))
    media.play(numbered(3))
    await stream.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_several_readers_share_the_frames() -> None:
    media = Media()
    stream = AudioStream(track_of(media))
    readers = [asyncio.ensure_future(anext(stream)) for _ in range(3)]
    await asyncio.sleep(0)
    media.play(numbered(3))
    events = await asyncio.wait_for(asyncio.gather(*readers), 5)
    assert sorted(event.frame.data[0] for event in events) == [0, 1, 2]
    cancelled = asyncio.ensure_future(anext(stream))
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    cancelled.cancel()
    media.play(numbered(1))
    assert (await asyncio.wait_for(waiting, 5)).frame.data[0] == 0
    await stream.aclose()


async def test_a_reader_that_is_cancelled_after_its_turn_came_passes_it_on() -> None:
    media = Media()
    stream = AudioStream(track_of(media))
    first = asyncio.ensure_future(anext(stream))
    second = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    media.play(numbered(1))
    first.cancel()
    async with asyncio.timeout(5):
        event = await second
    assert event.frame.samples_per_channel == 480
    with pytest.raises(asyncio.CancelledError):
        await first
    third = asyncio.ensure_future(anext(stream))
    fourth = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    third.cancel()
    media.play(numbered(1))
    async with asyncio.timeout(5):
        await fourth
    assert third.cancelled()
    await stream.aclose()


async def test_a_forgotten_stream_stops_listening() -> None:
    media = Media()
    stream = AudioStream(track_of(media))
    assert media.bank.taps == 1
    del stream
    gc.collect()
    await asyncio.sleep(0)
    assert media.bank.taps == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: AudioStream(track_of(Media(), kind=2)),
        lambda: AudioStream(SimpleNamespace(kind=1)),  # type: ignore[arg-type]
        lambda: AudioStream(None),
        lambda: AudioStream(track_of(Media()), capacity=-1),
        lambda: AudioStream(track_of(Media()), sample_rate=0),
        lambda: AudioStream(track_of(Media()), num_channels=0),
        lambda: AudioStream(track_of(Media()), frame_size_ms=-5),
        lambda: AudioStream(track_of(Media()), noise_cancellation=object()),  # type: ignore[arg-type]
        lambda: AudioStream(track_of(Media()), noise_cancellation=NoiseCancellationOptions("krisp", {})),
    ],
)
async def test_what_cannot_be_is_refused(make: Callable[[], AudioStream]) -> None:
    with pytest.raises(MediaError):
        make()


async def test_native_plugins_are_refused_by_name() -> None:
    with pytest.raises(MediaError, match=r"'krisp' is native code and cannot be loaded"):
        AudioStream(track_of(Media()), noise_cancellation=NoiseCancellationOptions("krisp", {}))
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        AudioStream(track_of(Media()), colour=1)


def test_a_stream_needs_a_loop() -> None:
    with pytest.raises(RuntimeError):
        AudioStream(track_of(Media()))


class Halve:
    def __init__(self) -> None:
        self.enabled = True
        self.closed = 0

    def _process(self, frame: AudioFrame) -> AudioFrame:
        if frame.data[0] == 4:
            raise RuntimeError("four")
        data = (np.array(frame.data) // 2).astype(np.int16).tobytes()
        return AudioFrame(data, frame.sample_rate, frame.num_channels, frame.samples_per_channel)

    def _close(self) -> None:
        self.closed += 1


async def test_frame_processors(caplog: pytest.LogCaptureFixture) -> None:
    media, processor = Media(), Halve()
    stream = AudioStream(track_of(media), noise_cancellation=processor)
    with caplog.at_level(logging.WARNING):
        media.play(numbered(7))
    processor.enabled = False
    media.play(numbered(3))
    frames = await read(stream, 10)
    assert [frame.data[0] for frame in frames] == [0, 0, 1, 1, 4, 2, 3, 0, 1, 2]
    assert "Frame processing failed, passing through original frame" in caplog.text
    await stream.aclose()
    await stream.aclose()
    assert processor.closed == 1
    kept = Halve()
    await AudioStream.from_track(track=track_of(media), noise_cancellation=kept).aclose()
    assert kept.closed == 0


class Participant:
    """Watching as `RemoteParticipant` offers it."""

    def __init__(self) -> None:
        self.watchers: dict[int, Any] = {}

    def _watch_track(self, source: int, callback: Any) -> Callable[[], None]:
        self.watchers[source] = callback
        return lambda: self.watchers.pop(source, None)


async def test_from_participant_follows_its_tracks() -> None:
    participant: Any = Participant()
    stream = AudioStream.from_participant(participant=participant, track_source=2)
    first, second = Media(), Media()
    participant.watchers[2](track_of(first))
    first.play(numbered(2))
    first.bank.end()
    participant.watchers[2](track_of(second))
    second.play(numbered(1))
    assert [frame.data[0] for frame in await read(stream, 3)] == [0, 1, 0]
    third = Media()
    participant.watchers[2](track_of(third))
    assert second.bank.taps == 0, "the newest track replaces the one before"
    third.play(numbered(1))
    participant.watchers[2](None)
    assert [event.frame.data[0] async for event in stream] == [0]
    assert participant.watchers == {}
    assert third.bank.taps == 0
    await stream.aclose()


async def test_from_a_participant_that_has_left() -> None:
    class Gone(Participant):
        def _watch_track(self, source: int, callback: Any) -> Callable[[], None]:
            unwatch = super()._watch_track(source, callback)
            callback(None)
            return unwatch

    participant: Any = Gone()
    stream = AudioStream.from_participant(participant=participant, track_source=2)
    assert [event async for event in stream] == []
    assert participant.watchers == {}
    forgotten = AudioStream.from_participant(participant=Participant(), track_source=2)  # type: ignore[arg-type]
    await forgotten.aclose()


async def test_a_local_track_is_heard_before_encoding() -> None:
    source = AudioSource(48000, 1)
    stream = AudioStream(track_of(source._taps))
    await source.capture_frame(AudioFrame(numbered(5).tobytes(), 48000, 1, 2400))
    values = [0]
    while values[-1] != 4:
        values += [frame.data[0] for frame in await read(stream, 1)]
    assert values[-4:] == [1, 2, 3, 4], "bit by bit"
    resampled = AudioStream(track_of(source._taps), sample_rate=16000, num_channels=2)
    assert (await read(resampled, 2))[1].samples_per_channel == 160
    await source.aclose()
    assert [event async for event in resampled] == []
    async for _ in stream:
        pass
    assert MediaTick.current().members == 0
    assert source._queue.readers == 0
    with pytest.raises(InvalidStateError, match="closed"):
        AudioStream(track_of(source._taps))


def test_one_source_on_two_loops() -> None:
    source = AudioSource(48000, 1)
    open_streams = []

    async def main(close: bool) -> None:
        stream = AudioStream(track_of(source._taps))
        await read(stream, 3)
        if close:
            await stream.aclose()
        else:
            open_streams.append(stream)

    for close in (True, False, True):
        asyncio.run(main(close))


async def test_a_stream_read_on_another_loop() -> None:
    source = AudioSource(48000, 1)
    listener = AudioStream(track_of(source._taps))

    async def elsewhere() -> int:
        stream = AudioStream(track_of(source._taps), sample_rate=16000)
        frames = await read(stream, 3)
        await stream.aclose()
        return frames[0].samples_per_channel

    assert await asyncio.to_thread(asyncio.run, elsewhere()) == 160
    await listener.aclose()
    await asyncio.sleep(0.02)
    assert MediaTick.current().members == 0
