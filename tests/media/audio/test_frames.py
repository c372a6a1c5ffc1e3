"""Encoded frames before and behind transforms: what a cryptor makes its nonces of."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest

from lkpy._loop.clock import LoopClock
from lkpy._runtime.network import Network
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.audio_source import AudioSource
from lkpy.media.audio.receive import AudioReceivePipeline
from lkpy.media.audio.send import AudioEncodingOptions, AudioSendPipeline
from lkpy.media.audio.tick import MediaTick
from lkpy.media.encoded_frame import EncodedFrame
from lkpy.media.rtp.packet import RtpPacket
from lkpy.testing.virtual_time import VirtualTimeLoop
from lkpy.transport.jsep.results import NegotiatedSender
from lkpy.transport.rtp.departure import Departure
from lkpy.transport.rtp.encoding import EncodingSource
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.sdp.attributes import RtpCodec

OPUS = RtpCodec(111, "opus", 48000, 2, feedback=("nack",))
NO_DTX = AudioEncodingOptions(dtx=False)


class Recorder:
    """A transform that keeps what it saw and changes the data, in place or in a frame of its own."""

    def __init__(self, *, in_place: bool = True) -> None:
        self.nonces: list[tuple[int, int]] = []
        self._in_place = in_place

    def transform(self, frame: EncodedFrame) -> EncodedFrame | None:
        self.nonces.append((frame.ssrc, frame.rtp_timestamp))
        data = bytes(byte ^ 0x5A for byte in frame.data)
        if not self._in_place:
            return EncodedFrame(frame.codec, data, frame.rtp_timestamp, frame.ssrc)
        frame.data = data
        return frame


class End:
    """One participant's connection: its senders, and what they put on the wire."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.wire: list[RtpPacket] = []
        self.departure = Departure(self)

    def send_rtp_batch(self, packets: Sequence[bytes]) -> int:
        return sum(self.send_rtp(packet) for packet in packets)

    def send_rtp(self, packet: bytes) -> bool:
        self.wire.append(RtpPacket.parse(packet))
        return True

    def sender(self) -> RtpSender:
        sender = RtpSender("audio", "cid", [EncodingSource.draw(self.chance.getrandbits)], self.departure)
        sender.negotiated(NegotiatedSender("0", "audio", "cid", (OPUS,), {}, {}))
        return sender

    @property
    def nonces(self) -> list[tuple[int, int]]:
        return [(packet.ssrc, packet.timestamp) for packet in self.wire]


@pytest.mark.parametrize("in_place", [True, False])
def test_no_nonce_comes_twice_and_each_is_the_one_on_the_wire(audio: Any, in_place: bool) -> None:
    """Two tracks of one source, a track that starts over, both directions: as one key may serve them all."""
    chance = random.Random(5)

    async def main(loop: VirtualTimeLoop) -> None:
        tick = MediaTick(loop)
        ends = [End(chance), End(chance)]
        recorders = [Recorder(in_place=in_place) for _ in ends]
        source = AudioSource(48000, 1)
        for _ in range(3):  # each time new pipelines on the same senders, with timestamps from 0
            pipelines = [
                AudioSendPipeline(source._queue, sender, NO_DTX, tick=tick, transform=recorder)
                for end, recorder in zip(ends, recorders, strict=True)
                for sender in (senders.setdefault((end, n), end.sender()) for n in range(2))
            ]
            await asyncio.sleep(0.5)
            for pipeline in pipelines:
                pipeline.close()
            await asyncio.sleep(chance.choice((0.0, 0.013)))
        for end, recorder in zip(ends, recorders, strict=True):
            assert end.nonces == recorder.nonces
            assert len(end.nonces) >= 2 * 3 * 24
        every = ends[0].nonces + ends[1].nonces
        assert len(set(every)) == len(every)
        for ssrc in {ssrc for ssrc, _ in every}:
            stamps = [stamp for source, stamp in every if source == ssrc]
            steps = [(b - a) & 0xFFFF_FFFF for a, b in itertools.pairwise(stamps)]
            assert max(steps) < 48000, "they only go on"

    senders: dict[tuple[End, int], RtpSender] = {}
    audio.run(main)


def test_a_track_that_starts_over_at_once_goes_on(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        end = End(random.Random(6))
        sender = end.sender()
        stamps = [sender.stamp(timestamp, 1.0) for timestamp in (0, 960, 0, 0, 960, 2**31, 0)]
        steps = [(b - a) & 0xFFFF_FFFF for a, b in itertools.pairwise(stamps)]
        assert steps == [960, 1, 1, 960, 2**31 - 960, 1]
        assert sender.counters.timestamp_repairs == 3

    audio.run(main)


def test_a_receiver_gives_transforms_what_was_on_the_wire(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        recorder = Recorder()
        pipeline = AudioReceivePipeline(tick=MediaTick(loop), transform=recorder)
        tap = pipeline.add_tap(48000, 1, lambda block: None, lambda: None)
        packets = [
            RtpPacket(111, n, 0xFFFF_FF00 + n * 960 & 0xFFFF_FFFF, 7 + n // 3, b"\x78x") for n in range(6)
        ]
        for packet in packets:
            pipeline.receive(packet, OPUS, loop.time())
        assert recorder.nonces == [(packet.ssrc, packet.timestamp) for packet in packets]
        assert packets[0].payload == bytes((0x78 ^ 0x5A, ord("x") ^ 0x5A))
        tap.close()

    audio.run(main)


def test_a_transform_may_keep_a_frame_back(audio: Any) -> None:
    class Picky:
        def __init__(self) -> None:
            self.count = 0

        def transform(self, frame: EncodedFrame) -> EncodedFrame | None:
            self.count += 1
            return frame if self.count % 2 else None

    async def main(loop: VirtualTimeLoop) -> None:
        path = audio.Path(loop, options=NO_DTX, send_transform=Picky())
        assert not path.sender.closed
        await path.speak(audio.voice(0.2))
        await path.sender.aclose()
        await path.receiver.aclose()
        path.close()
        assert path.sender.closed
        assert path.receiver.closed
        counters = path.sender.counters
        assert counters.packets == len(path.link.sent)
        assert counters.packets - counters.transform_drops in (0, 1)
        assert counters.packets >= 5
        assert path.link.on_loss_report is None

    audio.run(main)


class NoNetwork(Network):
    """Opens nothing."""


def test_frames_are_traced(audio: Any) -> None:
    async def main(loop: VirtualTimeLoop) -> None:
        seen: list[TraceEvent] = []
        runtime = Runtime(LoopClock(loop), NoNetwork(), seen.append)
        path = audio.Path(loop, options=NO_DTX, runtime=runtime)
        await path.speak(audio.voice(0.1))
        path.close()
        await asyncio.sleep(0.1)
        assert {event.kind for event in seen} == {TraceKind.FRAME}
        sent, received = (
            [event.content for event in seen if event.direction is direction]
            for direction in (TraceDirection.SENT, TraceDirection.RECEIVED)
        )
        assert len(sent) == len(path.link.sent) == len(received)
        for mine, theirs in zip(sent, received, strict=True):
            assert isinstance(mine, EncodedFrame)
            assert isinstance(theirs, EncodedFrame)
            assert (mine.data, mine.rtp_timestamp, mine.ssrc) == (
                theirs.data,
                theirs.rtp_timestamp,
                theirs.ssrc,
            )
        assert seen[0].size == len(path.link.sent[0].payload)
        assert seen[0].at == path.link.sent[0].time

    audio.run(main)
