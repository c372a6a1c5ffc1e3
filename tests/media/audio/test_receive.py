"""The receive pipeline: continuity, taps, statistics, hostile input."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import numpy as np
import pytest

from lkpy.errors import MediaError
from lkpy.media.audio.levels import SILENT
from lkpy.media.audio.pcm import Samples
from lkpy.media.audio.receive import AudioReceivePipeline
from lkpy.media.audio.tick import MediaTick
from lkpy.media.rtp.packet import RtpPacket
from lkpy.testing.virtual_time import VirtualTimeLoop


class Ear:
    """Collects what a tap gives."""

    def __init__(self) -> None:
        self.blocks: list[Samples] = []
        self.ends = 0

    def hear(self, block: Samples) -> None:
        self.blocks.append(block)

    def end(self) -> None:
        self.ends += 1

    def tap(self, media: Any, rate: int = 48000, channels: int = 1) -> Any:
        return media.add_tap(rate, channels, self.hear, self.end)


def test_silence_100_times_a_second_before_the_first_packet(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, loss=1.0)
        ears = [Ear() for _ in range(3)]
        for ear, (rate, channels) in zip(ears, [(48000, 1), (16000, 2), (22050, 1)], strict=True):
            ear.tap(path.receiver, rate, channels)
        await asyncio.sleep(2.001)
        assert [len(ear.blocks) for ear in ears] == [200, 200, pytest.approx(200, abs=2)]
        assert [ear.blocks[0].shape for ear in ears] == [(480, 1), (160, 2), (220, 1)]
        assert not any(block.any() for ear in ears for block in ear.blocks)
        path.close()

    audio.run(main)


def test_silence_goes_on_after_the_last_packet(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        ear = Ear()
        ear.tap(path.receiver)
        await path.speak(audio.voice(1))
        path.sender.close()
        count = len(ear.blocks)
        await asyncio.sleep(3)
        assert len(ear.blocks) == pytest.approx(count + 300, abs=1)
        assert not any(block.any() for block in ear.blocks[-100:])
        assert path.receiver.audio_level == SILENT
        path.close()

    audio.run(main)


def test_nothing_is_decoded_while_nobody_listens(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        await path.speak(audio.voice(1))
        statistics = path.receiver.statistics()
        assert statistics.packets == statistics.ignored > 40
        assert path.tick.members == 1, "the sender"
        ear = Ear()
        tap = ear.tap(path.receiver)
        await path.speak(audio.voice(1))
        assert path.receiver.statistics().jitter.played_samples > 40 * 960
        tap.close()
        tap.close()
        assert path.tick.members == 1
        count = len(ear.blocks)
        await path.speak(audio.voice(0.5))
        assert len(ear.blocks) == count
        assert ear.ends == 0
        path.close()

    audio.run(main)


def test_one_conversion_for_all_taps_of_a_format(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        first, second, other = Ear(), Ear(), Ear()
        first.tap(path.receiver, 16000)
        second.tap(path.receiver, 16000)
        other.tap(path.receiver, 48000, 2)
        await path.speak(audio.voice(0.5))
        assert all(a is b for a, b in zip(first.blocks, second.blocks, strict=True))
        assert len(other.blocks) == len(first.blocks)
        stereo = np.concatenate(other.blocks)
        assert np.array_equal(stereo[:, 0], stereo[:, 1]), "mono in both channels"
        assert np.abs(stereo).max() > 3000
        assert path.receiver.taps == 3
        path.close()
        assert [ear.ends for ear in (first, second, other)] == [1, 1, 1]

    audio.run(main)


def test_a_tap_that_comes_later_hears_the_same(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        early, late = Ear(), Ear()
        early.tap(path.receiver)
        speaking = asyncio.create_task(path.speak(audio.voice(1)))
        await asyncio.sleep(0.505)
        late.tap(path.receiver, channels=2)
        await speaking
        await asyncio.sleep(0.2)
        path.close()
        assert len(early.blocks) - len(late.blocks) == pytest.approx(50, abs=2)
        tail = np.concatenate(late.blocks[30:])[:, 0].astype(float)
        same = np.concatenate(early.blocks)[-len(tail) :, 0].astype(float)
        assert np.corrcoef(tail, same)[0, 1] > 0.99

    audio.run(main)


def test_callbacks_may_raise_and_close(audio: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        good, short = Ear(), Ear()

        def bad(block: Samples) -> None:
            raise ValueError("bad listener")

        bad_tap = path.receiver.add_tap(48000, 1, bad, lambda: None)
        tap = path.receiver.add_tap(48000, 1, lambda block: (short.hear(block), tap.close()), short.end)
        good.tap(path.receiver)
        await asyncio.sleep(0.5)
        assert len(good.blocks) == 50
        assert len(short.blocks) == 1
        assert bad_tap.failures == 50
        path.close()

    audio.run(main)
    assert caplog.text.count("an audio callback failed") == 1


def test_formats_that_cannot_be_served(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        for rate, channels in [(0, 1), (-8000, 1), (10**7, 1), (48000, 0), (48000, 1000)]:
            with pytest.raises(MediaError):
                Ear().tap(path.receiver, rate, channels)
        assert path.receiver.taps == 0
        path.close()

    audio.run(main)


def test_a_closed_pipeline_ends_taps_at_once(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop)
        path.close()
        path.close()
        ear = Ear()
        tap = ear.tap(path.receiver)
        assert ear.ends == 1
        assert tap.closed
        assert path.tick.members == 0

    audio.run(main)


def test_hostile_packets_do_not_stop_the_clock(audio: Any) -> None:
    chance = random.Random(7)

    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, loss=1.0)
        ear = Ear()
        ear.tap(path.receiver)
        for _ in range(3000):
            payload = chance.randbytes(chance.choice([0, 1, 2, 3, 10, 100, 1500]))
            packet = RtpPacket(
                111,
                chance.choice([chance.getrandbits(16), _ & 0xFFFF]),
                chance.choice([chance.getrandbits(32), _ * 960]),
                chance.choice([1, 2]),
                payload,
            )
            path.receiver.receive(
                packet, audio.Codec(chance.choice(["opus", "opus", "red", "pcmu", ""])), loop.time()
            )
            await asyncio.sleep(0.001)
        assert len(ear.blocks) == pytest.approx(300, abs=2)
        statistics = path.receiver.statistics()
        assert statistics.unsupported > 1000
        assert statistics.jitter.invalid > 0
        # After all of that, a voice is heard again.
        path.link.loss = 0.0
        await path.speak(audio.voice(1))
        await asyncio.sleep(0.3)
        assert np.abs(np.concatenate(ear.blocks[-60:])).max() > 3000
        assert path.tick.counters.failures == 0
        path.close()

    audio.run(main)


async def test_on_a_real_loop_nothing_is_left() -> None:
    pipeline = AudioReceivePipeline()
    heard = asyncio.Event()
    ended = asyncio.Event()
    pipeline.add_tap(16000, 1, lambda block: heard.set(), ended.set)
    await asyncio.wait_for(heard.wait(), 5)
    assert MediaTick.current().members == 1
    await pipeline.aclose()
    assert ended.is_set()
    assert MediaTick.current().members == 0
