"""An audio path in memory on a virtual clock, and ways to judge what comes out of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lkpy.audio_frame import AudioFrame
from lkpy.audio_source import AudioSource
from lkpy.audio_stream import AudioStream
from lkpy.media.audio.pcm import Samples
from lkpy.media.audio.receive import AudioReceivePipeline
from lkpy.media.audio.send import AudioEncodingOptions, AudioSendPipeline
from lkpy.media.audio.tick import MediaTick
from lkpy.media.audio.worker import InlineWorker
from lkpy.media.encoded_frame import EncodedFrame, FrameTransform
from lkpy.media.rtp.packet import RtpPacket
from lkpy.testing.virtual_time import VirtualTimeLoop, run_virtual


@dataclass(frozen=True)
class Codec:
    """As much of a codec as a receive pipeline looks at."""

    key: str


OPUS = Codec("opus")


class Track:
    """As much of a track as an AudioStream looks at."""

    kind = 1

    def __init__(self, media: object) -> None:
        self._media = media


@dataclass
class Sent:
    """One frame that was sent."""

    time: float
    payload: bytes
    timestamp: int
    marker: bool
    level: int | None
    voice: bool


@dataclass
class Link:
    """Carries packets from a send to a receive pipeline, with loss and delay."""

    loop: VirtualTimeLoop
    receiver: AudioReceivePipeline
    delay: float = 0.0
    jitter: float = 0.0
    loss: float = 0.0
    lost_packets: frozenset[int] = frozenset()
    random: random.Random = field(default_factory=lambda: random.Random(1))
    sent: list[Sent] = field(default_factory=list)
    ssrc: int = 4711
    on_loss_report: Callable[[float], None] | None = None

    def stamp(self, timestamp: int, now: float) -> int:
        return timestamp

    def send(self, frame: EncodedFrame, now: float) -> None:
        number = len(self.sent)
        payload, timestamp, marker = frame.data, frame.rtp_timestamp, frame.marker
        self.sent.append(Sent(now, payload, timestamp, marker, frame.audio_level, frame.voice))
        if number in self.lost_packets or self.random.random() < self.loss:
            return
        packet = RtpPacket(111, number & 0xFFFF, timestamp, frame.ssrc, payload, marker)
        delay = self.delay + self.random.random() * self.jitter
        self.loop.call_later(delay, lambda: self.receiver.receive(packet, OPUS, self.loop.time()))


class Path:
    """AudioSource, send pipeline, link, receive pipeline."""

    def __init__(
        self,
        loop: VirtualTimeLoop,
        *,
        rate: int = 48000,
        channels: int = 1,
        options: AudioEncodingOptions | None = None,
        queue_size_ms: int = 1000,
        muted: bool = False,
        send_transform: FrameTransform | None = None,
        receive_transform: FrameTransform | None = None,
        reported_loss: float = 0.0,
        **link: Any,
    ) -> None:
        class Source(AudioSource):
            _clock = staticmethod(loop.time)

        self.loop = loop
        self.rate = rate
        self.channels = channels
        self.tick = MediaTick(loop, loop.time, InlineWorker())
        self.source = Source(rate, channels, queue_size_ms)
        self.receiver = AudioReceivePipeline(tick=self.tick, transform=receive_transform)
        self.link = Link(loop, self.receiver, **link)
        self.sender = AudioSendPipeline(
            self.source._queue,
            self.link,
            options or AudioEncodingOptions(),
            tick=self.tick,
            muted=muted,
            transform=send_transform,
        )
        self.sender.loss_reported(reported_loss)
        self.track = Track(self.receiver)

    async def speak(self, samples: Samples, ms: int = 10) -> None:
        """Capture samples of shape (n, channels) in frames of `ms` and wait until they are played."""
        size = self.rate * ms // 1000
        for begin in range(0, len(samples), size):
            piece = samples[begin : begin + size]
            await self.source.capture_frame(AudioFrame(piece.tobytes(), self.rate, self.channels, len(piece)))
        await self.source.wait_for_playout()

    def close(self) -> None:
        self.sender.close()
        self.receiver.close()
        assert self.tick.members == 0


@dataclass
class Heard:
    """What a stream gave."""

    samples: list[Samples] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def audio(self) -> Samples:
        return np.concatenate(self.samples)


async def listen(stream: AudioStream, heard: Heard) -> None:
    loop = asyncio.get_running_loop()
    async for event in stream:
        frame = event.frame
        heard.samples.append(np.array(frame.data).reshape(-1, frame.num_channels))
        heard.times.append(loop.time())


def windows(
    spoken: Samples, heard: Samples, rate: int, ms: int = 100, max_lag: float = 0.15
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each audible window of the first channel: best correlation in `heard`, and its lag in seconds."""
    size = rate * ms // 1000
    likeness, lags = [], []
    for begin in range(0, len(spoken) - size + 1, size):
        window = spoken[begin : begin + size, 0].astype(float)
        area = heard[begin : begin + size + int(max_lag * rate), 0].astype(float)
        if window.std() < 100 or len(area) < size:
            continue
        products = np.correlate(area, window, "valid")
        energies = np.convolve(area * area, np.ones(size), "valid") * (window @ window)
        values = products / np.sqrt(np.maximum(energies, 1.0))
        best = int(np.argmax(values))
        likeness.append(values[best])
        lags.append(best / rate)
    return np.array(likeness), np.array(lags)


def voice(seconds: float, rate: int = 48000, seed: int = 3) -> Samples:
    """Something like speech: a gliding, breathing, pulsed voice, unlike itself a little later."""
    random_ = np.random.default_rng(seed)
    count = int(seconds * rate)
    time = np.arange(count) / rate
    knots = np.linspace(0, seconds, max(int(seconds * 5), 2))
    pitch = np.interp(time, knots, random_.uniform(380, 620, len(knots)))
    loudness = np.interp(time, knots, random_.uniform(0.35, 1.0, len(knots)))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    wave = np.zeros(count)
    # No deep tones: Opus for speech shifts their phases, which correlation takes amiss.
    for harmonic in range(1, 5):
        strength = np.interp(time, knots, random_.uniform(0.2, 1.0, len(knots))) / harmonic
        wave += strength * np.sin(harmonic * phase + random_.uniform(0, 6.3))
    wave *= loudness * 9000 / np.abs(wave).max()
    return np.rint(wave).astype(np.int16).reshape(-1, 1)


class Toolbox:
    """What the tests of this folder share."""

    Path = Path
    Heard = Heard
    Track = Track
    Codec = Codec
    listen = staticmethod(listen)
    windows = staticmethod(windows)
    voice = staticmethod(voice)

    @staticmethod
    def run(test: Callable[[VirtualTimeLoop], Coroutine[Any, Any, None]]) -> None:
        loop = VirtualTimeLoop()
        run_virtual(test(loop), loop)


@pytest.fixture
def audio() -> type[Toolbox]:
    return Toolbox
