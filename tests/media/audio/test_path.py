"""The whole path: AudioSource, Opus, packets in memory with and without loss, AudioStream."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lkpy.audio_stream import AudioStream
from lkpy.media.audio.send import AudioEncodingOptions
from lkpy.media.encoded_frame import EncodedFrame
from lkpy.testing.virtual_time import VirtualTimeLoop

BEFORE = 0.5
"""Seconds of silence before anybody speaks."""


async def converse(audio: Any, loop: VirtualTimeLoop, spoken: Any, listen_rate: int, **options: Any) -> Any:
    """Speak after `BEFORE`; returns the path, what was heard from then on and when."""
    listen_channels = options.pop("listen_channels", 1)
    path = audio.Path(loop, **options)
    stream = AudioStream(path.track, sample_rate=listen_rate, num_channels=listen_channels)
    heard = audio.Heard()
    task = asyncio.create_task(audio.listen(stream, heard))
    await asyncio.sleep(BEFORE)
    begin = len(heard.samples)
    await path.speak(spoken)
    await asyncio.sleep(0.5)
    path.close()
    await task
    await stream.aclose()
    heard.samples, heard.times = heard.samples[begin:], heard.times[begin:]
    return path, heard


@pytest.mark.parametrize("dtx", [True, False])
def test_what_is_spoken_is_heard_within_60_ms(audio: Any, dtx: bool) -> None:
    spoken = audio.voice(3)

    async def main(loop: VirtualTimeLoop) -> None:
        path, heard = await converse(
            audio, loop, spoken, 48000, options=AudioEncodingOptions(dtx=dtx), delay=0.0005
        )
        likeness, lags = audio.windows(spoken, heard.audio, 48000)
        assert len(likeness) == 30
        assert likeness[lags == np.median(lags)].min() >= 0.9
        assert likeness.min() >= 0.8, "a window in which the delay was shortened is torn in two"
        assert np.median(lags) <= 0.060
        assert lags[10:].max() <= 0.060
        assert np.abs(np.diff(lags)).max() <= 0.015, "only stretching"
        assert heard.times[-1] - heard.times[0] == pytest.approx(len(heard.times) / 100, abs=0.03)
        assert np.diff(heard.times).max() <= 0.0101, "a frame every 10 ms"
        statistics = path.receiver.statistics()
        assert statistics.decode_errors == statistics.skipped_slots == 0
        assert statistics.jitter.concealed_samples == 0

    audio.run(main)


@pytest.mark.parametrize(
    ("rate", "channels", "stereo"),
    [(24000, 1, False), (16000, 1, False), (22050, 1, False), (44100, 2, True), (12345, 1, False)],
)
def test_any_rate_in_and_out(audio: Any, rate: int, channels: int, stereo: bool) -> None:
    spoken = audio.voice(2, rate).repeat(channels, axis=1)

    async def main(loop: VirtualTimeLoop) -> None:
        options = AudioEncodingOptions(stereo=stereo, bitrate=64000)
        _, heard = await converse(
            audio, loop, spoken, rate, rate=rate, channels=channels, options=options, listen_channels=channels
        )
        assert {len(frame) for frame in heard.samples} == {rate // 100}
        assert {frame.shape[1] for frame in heard.samples} == {channels}
        likeness, lags = audio.windows(spoken, heard.audio, rate)
        assert likeness.min() >= 0.9
        assert np.median(lags) <= 0.060
        assert np.abs(np.diff(lags)).max() <= 0.015

    audio.run(main)


@pytest.mark.parametrize("link", [{"loss": 0.05}, {"jitter": 0.03}, {"loss": 0.03, "jitter": 0.02}])
def test_loss_and_jitter(audio: Any, link: dict[str, float]) -> None:
    spoken = audio.voice(4)

    async def main(loop: VirtualTimeLoop) -> None:
        path, heard = await converse(audio, loop, spoken, 48000, delay=0.01, **link)
        likeness, lags = audio.windows(spoken, heard.audio, 48000)
        assert likeness.mean() >= 0.9
        assert np.median(likeness) >= 0.95
        assert np.abs(np.diff(lags[likeness > 0.9])).max() <= 0.040, "no jump of the timeline"
        assert np.median(lags) <= 0.010 + 0.065 + link.get("jitter", 0)
        if "loss" in link:
            jitter = path.receiver.statistics().jitter
            assert jitter.fec_samples + jitter.concealed_samples > 0

    audio.run(main)


@pytest.mark.parametrize("reported", [0.0, 0.05])
def test_packets_carry_copies_where_loss_was_reported(audio: Any, reported: float) -> None:
    spoken = audio.voice(4)

    async def main(loop: VirtualTimeLoop) -> None:
        path, _ = await converse(audio, loop, spoken, 48000, delay=0.01, loss=0.05, reported_loss=reported)
        jitter = path.receiver.statistics().jitter
        assert (jitter.fec_samples > 0) == (reported > 0)
        assert jitter.fec_samples + jitter.concealed_samples > 0

    audio.run(main)


def test_one_lost_packet_costs_no_delay(audio: Any) -> None:
    spoken = audio.voice(3)

    async def main(loop: VirtualTimeLoop) -> None:
        # The lost packet is about 2.5 s after the first.
        path, heard = await converse(audio, loop, spoken, 48000, lost_packets=frozenset([125]))
        _, lags = audio.windows(spoken, heard.audio, 48000)
        assert np.median(lags[-5:]) <= np.median(lags[:10]) + 0.010
        statistics = path.receiver.statistics().jitter
        assert 0 < statistics.concealed_samples + statistics.fec_samples <= 4 * 960

    audio.run(main)


def test_a_blocked_loop_loses_nothing_that_arrived(audio: Any) -> None:
    spoken = audio.voice(3)

    async def main(loop: VirtualTimeLoop) -> None:
        loop.call_later(1.5, lambda: setattr(loop, "now", loop.now + 0.15))
        path, heard = await converse(audio, loop, spoken, 48000)
        total = sum(len(frame) for frame in heard.samples) / 48000
        assert total == pytest.approx(heard.times[-1] - heard.times[0], abs=0.03), (
            "the frames were made up for"
        )
        likeness, _ = audio.windows(spoken, heard.audio, 48000, max_lag=0.4)
        assert np.mean(likeness >= 0.9) >= 0.85
        assert path.receiver.statistics().skipped_slots == 0
        assert path.sender.counters.skipped_slots > 0

    audio.run(main)


def test_a_queue_without_a_size(audio: Any) -> None:
    spoken = audio.voice(2)

    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, queue_size_ms=0)
        heard = audio.Heard()
        stream = AudioStream(path.track)
        task = asyncio.create_task(audio.listen(stream, heard))
        for begin in range(0, len(spoken), 480):
            await path.speak(spoken[begin : begin + 480])
        await asyncio.sleep(0.3)
        path.close()
        await task
        likeness, _ = audio.windows(spoken, heard.audio, 48000)
        assert likeness.min() >= 0.9
        assert path.source._queue.dropped_blocks == 0

    audio.run(main)


def test_frames_go_through_the_transforms(audio: Any) -> None:
    class Xor:
        def __init__(self) -> None:
            self.frames: list[EncodedFrame] = []

        def transform(self, frame: EncodedFrame) -> EncodedFrame | None:
            self.frames.append(frame)
            if frame.data.endswith(b"broken"):
                raise RuntimeError("broken")
            data = bytes(byte ^ 0x5A for byte in frame.data)
            return replace(frame, data=data)

    spoken = audio.voice(1)
    encrypt, decrypt = Xor(), Xor()

    async def main(loop: VirtualTimeLoop) -> None:
        path, heard = await converse(
            audio, loop, spoken, 48000, send_transform=encrypt, receive_transform=decrypt
        )
        likeness, _ = audio.windows(spoken, heard.audio, 48000)
        assert likeness.min() >= 0.9
        assert encrypt.frames[0].codec == "opus"
        assert [frame.rtp_timestamp for frame in decrypt.frames] == [
            sent.timestamp for sent in path.link.sent
        ]
        assert decrypt.frames[5].data == path.link.sent[5].payload != encrypt.frames[5].data

    audio.run(main)


def test_what_cannot_be_decrypted_is_silence(audio: Any, caplog: pytest.LogCaptureFixture) -> None:
    class Refuse:
        def __init__(self, error: bool) -> None:
            self.error = error

        def transform(self, frame: EncodedFrame) -> EncodedFrame | None:
            if self.error:
                raise ValueError("no key")
            return None

    spoken = audio.voice(1)
    for error in (False, True):

        async def main(loop: VirtualTimeLoop, error: bool = error) -> None:
            path, heard = await converse(audio, loop, spoken, 48000, receive_transform=Refuse(error))
            assert np.abs(heard.audio).max() == 0
            assert len(heard.samples) == pytest.approx(150, abs=2)
            statistics = path.receiver.statistics()
            assert statistics.transform_drops == statistics.packets > 40

        audio.run(main)
    assert caplog.text.count("a frame transform failed") == 1
