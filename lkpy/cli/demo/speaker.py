"""One participant of the demo: speaks a recording, records what it hears, exchanges messages."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

import lkpy as rtc
from lkpy.testing.speech import SAMPLE_RATE

FRAME = SAMPLE_RATE // 100
"""Samples of the 10 ms frames that are spoken and heard."""
TAIL_SECONDS = 0.6
"""Silence after the speech, so that its end travels too."""
TOPIC = "lkpy-demo"


@dataclass
class Heard:
    """What one participant heard: 10 ms frames, and when the recording began."""

    frames: list[npt.NDArray[np.int16]] = field(default_factory=list)
    began_at: float = 0.0
    """Seconds on `time.perf_counter`: the start of the first frame, by the least delayed frame so far."""

    def add(self, samples: npt.NDArray[np.int16], now: float) -> None:
        """Append a frame that came at `now`."""
        self.frames.append(samples)
        began = now - len(self.frames) * 0.01
        self.began_at = began if len(self.frames) == 1 else min(self.began_at, began)

    @property
    def samples(self) -> npt.NDArray[np.int16]:
        """Everything, shape (n,), 48 kHz mono."""
        return np.concatenate(self.frames) if self.frames else np.zeros(0, np.int16)


class Speaker:
    """One participant of the demo.

    Attributes:
        level: loudness of what it speaks now, 0..1.
        round_trips: seconds that answered messages took.
        messages: how many messages came in.
    """

    def __init__(self, name: str, speech: npt.NDArray[np.int16]) -> None:
        self.name = name
        self.speech = speech
        self.room = rtc.Room()
        self.heard = Heard()
        self.level = 0.0
        self.heard_level = 0.0
        self.spoke_at = 0.0
        self.messages = 0
        self.round_trips: list[float] = []
        self.events: list[str] = []
        self._source = rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=100)
        self._stream: rtc.AudioStream | None = None
        self._listener: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._hearing = asyncio.Event()

    async def join(self, url: str, token: str, *, single_peer_connection: bool) -> float:
        """Connect, publish, start to listen; returns the seconds that `connect` took."""
        self.room.on("track_subscribed", self._on_track)
        self.room.on("data_received", self._on_data)
        self.room.on("participant_connected", lambda p: self.events.append(f"{p.identity} joined"))
        began = time.perf_counter()
        await self.room.connect(url, token, rtc.RoomOptions(single_peer_connection=single_peer_connection))
        took = time.perf_counter() - began
        track = rtc.LocalAudioTrack.create_audio_track("voice", self._source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self.room.local_participant.publish_track(track, options)
        return took

    async def hears(self) -> None:
        """Return when the other's track is here and frames come."""
        await self._hearing.wait()

    async def speak(self) -> None:
        """Say the whole recording in real time."""
        tail = np.zeros(int(TAIL_SECONDS * SAMPLE_RATE), np.int16)
        samples = np.concatenate((self.speech, tail))
        self.spoke_at = time.perf_counter()
        for at in range(0, samples.size - FRAME + 1, FRAME):
            chunk = samples[at : at + FRAME]
            self.level = _level(chunk)
            await self._source.capture_frame(rtc.AudioFrame(chunk.tobytes(), SAMPLE_RATE, 1, FRAME))
        await self._source.wait_for_playout()
        self.level = 0.0

    async def write(self, count: int) -> None:
        """Send numbered messages, ten a second; the other one answers each."""
        for number in range(count):
            stamp = time.perf_counter()
            await self.room.local_participant.publish_data(f"ping {number} {stamp}", topic=TOPIC)
            await asyncio.sleep(0.1)

    async def leave(self) -> None:
        """Stop listening and disconnect."""
        if self._stream is not None:
            await self._stream.aclose()
        if self._listener is not None:
            await asyncio.wait((self._listener,))
        await asyncio.gather(*self._answers)
        await self.room.disconnect()
        await self._source.aclose()

    def _on_track(
        self,
        track: rtc.RemoteAudioTrack,
        publication: rtc.RemoteTrackPublication,
        participant: rtc.RemoteParticipant,
    ) -> None:
        if isinstance(track, rtc.RemoteAudioTrack) and self._listener is None:
            self.events.append(f"hears {participant.identity}")
            self._stream = rtc.AudioStream.from_track(track=track, sample_rate=SAMPLE_RATE, num_channels=1)
            self._listener = asyncio.create_task(self._listen(self._stream))

    async def _listen(self, stream: rtc.AudioStream) -> None:
        async for event in stream:
            samples = np.frombuffer(event.frame.data, np.int16).copy()
            self.heard.add(samples, time.perf_counter())
            self.heard_level = _level(samples)
            self._hearing.set()

    def _on_data(self, packet: rtc.DataPacket) -> None:
        if packet.topic != TOPIC:
            return
        self.messages += 1
        kind, number, stamp = packet.data.decode().split()
        if kind == "ping":
            answer = self.room.local_participant.publish_data(f"pong {number} {stamp}", topic=TOPIC)
            task = asyncio.create_task(answer)
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        else:
            self.round_trips.append(time.perf_counter() - float(stamp))


def _level(samples: npt.NDArray[np.int16]) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float32) ** 2))) / 32768
