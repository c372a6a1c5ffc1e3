"""The send pipeline: packets, timestamps, markers, levels, silence."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from lkpy.media.audio.levels import SILENT
from lkpy.media.audio.send import AudioEncodingOptions, AudioSendPipeline
from lkpy.media.codecs.opus import OpusDecoder
from lkpy.media.rtp.opus import parse_opus
from lkpy.testing.virtual_time import VirtualTimeLoop

NO_DTX = AudioEncodingOptions(dtx=False)


def test_a_packet_each_20_ms_even_when_idle(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, options=NO_DTX)
        await asyncio.sleep(1.001)
        await path.speak(audio.voice(1))
        await asyncio.sleep(1)
        path.close()
        sent = path.link.sent
        assert len(sent) == 150
        assert np.diff([packet.timestamp for packet in sent]).tolist() == [960] * 149
        assert np.diff([packet.time for packet in sent]) == pytest.approx(0.02, abs=0.001)
        assert {parse_opus(packet.payload).frame_samples for packet in sent} == {960}
        count = len(sent)
        await asyncio.sleep(1)
        assert len(path.link.sent) == count, "closed"

    audio.run(main)


def test_a_packet_leaves_within_20_ms_of_its_samples(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, options=NO_DTX)
        for offset in (0.503, 0.511, 0.516):
            await asyncio.sleep(offset)
            count = len(path.link.sent)
            begin = loop.time()
            await path.speak(audio.voice(0.02))
            await asyncio.sleep(0.05)
            first = next(packet for packet in path.link.sent[count:] if packet.level < SILENT)
            assert first.time - begin <= 0.020 + 0.001
        path.close()

    audio.run(main)


def test_dtx_sends_one_packet_each_400_ms_of_silence(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        await path.speak(audio.voice(1))
        await asyncio.sleep(1)
        begin = len(path.link.sent)
        await asyncio.sleep(8)
        pause = path.link.sent[begin:]
        assert 18 <= len(pause) <= 42
        assert max(np.diff([packet.time for packet in pause])) <= 0.401
        assert sum(len(packet.payload) for packet in pause) < 1500
        begin = len(path.link.sent)
        await path.speak(audio.voice(0.5))
        spoken = path.link.sent[begin:]
        path.close()
        assert [packet.marker for packet in spoken if packet.level < SILENT][:2] == [True, False]
        timestamps = np.array([packet.timestamp for packet in path.link.sent])
        times = np.array([packet.time for packet in path.link.sent])
        assert np.abs((timestamps - timestamps[0]) / 48000 - (times - times[0])).max() < 0.001
        assert path.sender.counters.suppressed > 350

    audio.run(main)


def test_levels_and_markers(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, options=NO_DTX)
        await asyncio.sleep(0.2)
        await path.speak(audio.voice(0.5))
        await asyncio.sleep(0.2)
        await path.speak(audio.voice(0.5))
        await asyncio.sleep(0.1)
        path.close()
        sent = path.link.sent
        silent = [packet for packet in sent if packet.level == SILENT]
        loud = [packet for packet in sent if packet.level < SILENT]
        assert len(loud) == pytest.approx(50, abs=2)
        assert {packet.level for packet in loud[1:20]} <= set(range(8, 30))
        assert all(packet.voice for packet in loud[1:20])
        assert not any(packet.voice or packet.marker for packet in silent)
        assert sum(packet.marker for packet in sent) == 2
        assert path.sender.audio_level == SILENT

    audio.run(main)


def test_muted_is_silence_and_keeps_the_rhythm(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, options=NO_DTX, muted=True)
        await path.speak(audio.voice(0.5))
        assert {packet.level for packet in path.link.sent} == {SILENT}
        path.sender.muted = False
        begin = len(path.link.sent)
        await path.speak(audio.voice(0.5))
        assert min(packet.level for packet in path.link.sent[begin:]) < 30
        path.sender.muted = True
        begin = len(path.link.sent) + 2
        await path.speak(audio.voice(0.5))
        assert {packet.level for packet in path.link.sent[begin:]} == {SILENT}
        path.close()
        assert np.diff([packet.timestamp for packet in path.link.sent]).tolist() == [960] * (
            len(path.link.sent) - 1
        )
        decoder = OpusDecoder(1)
        pcm = [decoder.decode(packet.payload) for packet in path.link.sent]
        assert np.abs(pcm[-1]).max() <= 1

    audio.run(main)


def test_a_held_up_process_leaves_a_gap_in_the_timestamps(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, options=NO_DTX)
        speaking = asyncio.create_task(path.speak(audio.voice(1)))
        await asyncio.sleep(0.3)
        loop.now += 0.5
        await speaking
        await asyncio.sleep(0.1)
        path.close()
        sent = path.link.sent
        steps = np.diff([packet.timestamp for packet in sent])
        assert steps.min() == 960
        assert sorted(steps)[-1] == pytest.approx(960 + 450 * 48, abs=960)
        assert sum(step != 960 for step in steps) == 1
        assert sent[int(np.argmax(steps)) + 1].marker
        assert sent[-1].timestamp / 48000 == pytest.approx(sent[-1].time - sent[0].time, abs=0.03)

    audio.run(main)


def test_stereo_and_bitrate(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        options = AudioEncodingOptions(stereo=True, bitrate=128_000, dtx=False)
        path = audio.Path(loop, channels=2, options=options)
        noise = np.random.default_rng(1).integers(-8000, 8000, (48000, 2)).astype(np.int16)
        await path.speak(noise)
        high = [len(packet.payload) for packet in path.link.sent[-20:]]
        assert parse_opus(path.link.sent[-1].payload).stereo
        path.sender.set_bitrate(24_000)
        await path.speak(noise)
        low = [len(packet.payload) for packet in path.link.sent[-20:]]
        path.close()
        assert np.mean(high) == pytest.approx(128_000 / 8 / 50, rel=0.25)
        assert np.mean(low) == pytest.approx(24_000 / 8 / 50, rel=0.25)

    audio.run(main)


def test_stereo_sources_are_mixed_for_mono(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, channels=2, options=NO_DTX)
        voice = audio.voice(0.5)
        await path.speak(np.concatenate([voice, -voice], axis=1))
        path.close()
        assert not parse_opus(path.link.sent[-1].payload).stereo
        assert min(packet.level for packet in path.link.sent) > 80, "opposite channels cancel out"

    audio.run(main)


def test_one_source_feeds_several_tracks(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, options=NO_DTX)
        other = type(path.link)(loop, path.receiver, loss=1.0)
        second = AudioSendPipeline(path.source._queue, other, NO_DTX, tick=path.tick)
        await path.speak(audio.voice(0.5))
        second.close()
        path.close()
        payloads = [packet.payload for packet in path.link.sent]
        assert len(payloads) > 20
        assert [packet.payload for packet in other.sent] == payloads
        assert path.source._queue.readers == 0

    audio.run(main)
