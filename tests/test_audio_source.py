"""AudioSource: the pace of `capture_frame` and what the queue reports, on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from lkpy.audio_frame import AudioFrame
from lkpy.audio_source import AudioSource
from lkpy.errors import InvalidStateError, MediaError
from lkpy.media.audio.pcm import slot_at
from lkpy.testing.virtual_time import VirtualTimeLoop, run_virtual


def frame(ms: int, rate: int = 48000, channels: int = 1) -> AudioFrame:
    return AudioFrame.create(rate, channels, rate * ms // 1000)


def on_virtual_clock(test: Callable[[type[AudioSource], VirtualTimeLoop], Awaitable[None]]) -> None:
    loop = VirtualTimeLoop()

    async def main() -> None:
        await test(AudioSource, loop)

    run_virtual(main(), loop)


async def timed(loop: VirtualTimeLoop, awaitable: Awaitable[None]) -> float:
    begin = loop.time()
    await awaitable
    return loop.time() - begin


def test_a_second_is_taken_at_once_and_then_in_real_time() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        begin = loop.time()
        for _ in range(100):
            await source.capture_frame(frame(10))
        assert loop.time() - begin == 0
        for _ in range(50):
            await source.capture_frame(frame(10))
        assert loop.time() - begin == pytest.approx(0.5, abs=0.011)

    on_virtual_clock(test)


def test_long_frames_are_cut_in_pieces_of_the_queue() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        assert await timed(loop, source_class(48000, 1).capture_frame(frame(3000))) == pytest.approx(
            2.0, abs=0.011
        )
        source = source_class(48000, 1)
        seconds = [await timed(loop, source.capture_frame(frame(1000))) for _ in range(3)]
        assert seconds == pytest.approx([0, 1, 1], abs=0.011)
        short = source_class(48000, 1, queue_size_ms=200)
        assert await timed(loop, short.capture_frame(frame(1000))) == pytest.approx(0.8, abs=0.011)

    on_virtual_clock(test)


@pytest.mark.parametrize(("rate", "channels"), [(12345, 1), (44100, 2), (22050, 1), (8000, 2)])
def test_any_rate_keeps_real_time(rate: int, channels: int) -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(rate, channels, 200)
        begin = loop.time()
        for _ in range(30):
            await source.capture_frame(AudioFrame.create(rate, channels, rate // 10))
        assert loop.time() - begin == pytest.approx(2.8, abs=0.05)

    on_virtual_clock(test)


def test_queued_duration_counts_up_to_twice_the_queue_and_runs_down() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        assert source.queued_duration == 0
        await source.capture_frame(frame(1000))
        task = asyncio.create_task(source.capture_frame(frame(900)))
        await asyncio.sleep(0)
        assert source.queued_duration == pytest.approx(1.9)
        await task
        assert source.queued_duration == pytest.approx(1.0, abs=0.011)
        await asyncio.sleep(0.25)
        assert source.queued_duration == pytest.approx(0.75, abs=0.011)
        await asyncio.sleep(2)
        assert source.queued_duration == 0
        await source.capture_frame(frame(10))
        assert source.queued_duration == pytest.approx(0.01)

    on_virtual_clock(test)


def test_wait_for_playout() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        assert await timed(loop, source.wait_for_playout()) == 0
        await source.capture_frame(frame(1000))
        assert await timed(loop, source.wait_for_playout()) == pytest.approx(1.0, abs=0.002)
        assert await timed(loop, source.wait_for_playout()) == 0

    on_virtual_clock(test)


def test_wait_for_playout_waits_for_what_is_captured_meanwhile() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        await source.capture_frame(frame(500))
        waiting = asyncio.create_task(timed(loop, source.wait_for_playout()))
        await asyncio.sleep(0.3)
        await source.capture_frame(frame(500))
        assert await waiting == pytest.approx(1.0, abs=0.002)

    on_virtual_clock(test)


def test_clear_queue_releases_everybody() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        capture = asyncio.create_task(timed(loop, source.capture_frame(frame(3000))))
        playout = asyncio.create_task(timed(loop, source.wait_for_playout()))
        await asyncio.sleep(0.3)
        source.clear_queue()
        assert source.queued_duration == 0
        assert await capture == pytest.approx(0.3, abs=0.01)
        assert await playout == pytest.approx(0.3, abs=0.01)
        assert await timed(loop, source.capture_frame(frame(1000))) == 0

    on_virtual_clock(test)


def test_a_second_capture_is_refused_while_one_waits() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        task = asyncio.create_task(source.capture_frame(frame(1500)))
        await asyncio.sleep(0.1)
        with pytest.raises(
            InvalidStateError, match=r"^an RtcError occurred: InvalidState - failed to capture frame$"
        ):
            await source.capture_frame(frame(10))
        await task
        await source.capture_frame(frame(10))

    on_virtual_clock(test)


def test_a_cancelled_capture_leaves_the_source_usable() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        task = asyncio.create_task(source.capture_frame(frame(5000)))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await timed(loop, source.capture_frame(frame(10))) == pytest.approx(0.91, abs=0.02)

    on_virtual_clock(test)


async def test_frames_of_another_format_are_refused() -> None:
    source = AudioSource(48000, 1)
    text = "^an RtcError occurred: InvalidState - sample_rate and num_channels don't match$"
    with pytest.raises(MediaError, match=text):
        await source.capture_frame(frame(10, rate=16000))
    with pytest.raises(MediaError, match=text):
        await source.capture_frame(frame(10, channels=2))
    assert source.queued_duration == 0


async def test_without_a_queue_frames_last_ten_milliseconds() -> None:
    source = AudioSource(48000, 1, queue_size_ms=0)
    for _ in range(20):
        await asyncio.wait_for(source.capture_frame(frame(10)), 0.1)
    text = "InvalidState - direct capture requires 10ms frames: got 960 frames, expected 480$"
    with pytest.raises(MediaError, match=text):
        await source.capture_frame(frame(20))


async def test_empty_frames_and_closed_sources_are_ignored() -> None:
    source = AudioSource(48000, 2)
    await source.capture_frame(AudioFrame.create(48000, 2, 0))
    assert source.queued_duration == 0
    blocked = asyncio.create_task(source.capture_frame(frame(3000, channels=2)))
    await asyncio.sleep(0)
    await source.aclose()
    await asyncio.wait_for(blocked, 1)
    await source.aclose()
    await source.capture_frame(frame(10, channels=2))
    assert source.queued_duration == 0
    assert (source.sample_rate, source.num_channels) == (48000, 2)
    with pytest.raises(InvalidStateError, match="closed"):
        source.clear_queue()


@pytest.mark.parametrize(
    "arguments", [(48000, 1, 5), (48000, 1, -10), (0, 1, 1000), (48000, 0, 1000), (-1, 1, 1000)]
)
def test_impossible_sources_are_refused(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(MediaError):
        AudioSource(*arguments)


def test_a_source_needs_no_loop() -> None:
    source = AudioSource(48000, 1)
    source.clear_queue()
    assert source.queued_duration == 0


def test_the_caller_may_reuse_a_writable_buffer() -> None:
    async def test(source_class: type[AudioSource], loop: VirtualTimeLoop) -> None:
        source = source_class(48000, 1)
        reader = source._queue.attach()
        buffer = bytearray(np.full(480, 7, np.int16).tobytes())
        await source.capture_frame(AudioFrame(buffer, 48000, 1, 480))
        buffer[:] = bytes(960)
        await source.capture_frame(AudioFrame(bytes(960) + b"\1\1", 48000, 1, 480))
        loop.now += 0.02
        blocks = reader.read(slot_at(loop.now))
        assert [block.tolist() for _, block in blocks if block is not None] == [[[7]] * 480, [[0]] * 480]

    on_virtual_clock(test)
