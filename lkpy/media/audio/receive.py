"""Receiving audio: packets, jitter buffer, Opus, blocks of 10 ms for all who listen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.media.audio.levels import SILENT
from lkpy.media.audio.pcm import SAMPLE_RATE
from lkpy.media.audio.playout import AudioPlayout
from lkpy.media.audio.taps import Tap, TapBank, TapCallback
from lkpy.media.audio.tick import MediaTick, Ticker
from lkpy.media.encoded_frame import EncodedFrame, FrameTransform
from lkpy.media.rtp.jitter import AudioJitterBuffer, JitterStatistics
from lkpy.media.rtp.packet import RtpPacket

logger = logging.getLogger("lkpy.media")


@dataclass(frozen=True, slots=True)
class AudioReceiveStatistics:
    """What a receive pipeline has done, a snapshot.

    Attributes:
        packets: RTP packets given to it.
        ignored: of these, those that came while nobody listened.
        unsupported: of these, those of another codec than Opus.
        transform_drops: packets that the transform did not let through.
        decode_errors: packets that the decoder refused.
        skipped_slots: 10 ms slots left out because the process was held up.
        audio_level: of the last block, 0 to 127 in -dBov.
        target_delay: what the jitter buffer aims at, in seconds; 0 while nobody listens.
        current_delay: of the packet played last, in seconds.
        jitter: counters of the jitter buffer.
    """

    packets: int
    ignored: int
    unsupported: int
    transform_drops: int
    decode_errors: int
    skipped_slots: int
    audio_level: int
    target_delay: float
    current_delay: float
    jitter: JitterStatistics


class Codec(Protocol):
    """What is asked of the codec of a payload type."""

    @property
    def key(self) -> str:
        """Its name in lower case."""


class AudioReceivePipeline:
    """Plays the packets of one RTP stream to its taps: 100 blocks a second, whatever arrives.

    Packets are buffered and decoded only while there are taps. On the event loop that runs when it is made,
    except that taps may be added and closed anywhere.

    Args:
        transform: between packets and decoder; called on the loop.
        tick: of the running event loop by default.
        runtime: whose trace hears of frames; None: nobody's.

    Raises:
        RuntimeError: no tick was given and no event loop is running.
    """

    def __init__(
        self,
        *,
        transform: FrameTransform | None = None,
        tick: Ticker | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        self.transform = transform
        self._trace = runtime.trace if runtime is not None else None
        self._codec: Codec | None = None
        self._supported = False
        self._tick: Ticker = tick or MediaTick.current()
        self._bank = TapBank(SAMPLE_RATE, self._on_taps, asyncio._get_running_loop())
        self._playout: AudioPlayout | None = None
        self._jitter_statistics = JitterStatistics()
        self._closed = False
        self._packets = self._ignored = self._unsupported = 0
        self._transform_drops = self._decode_errors = self._skipped_slots = 0

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def taps(self) -> int:
        """How many listen."""
        return self._bank.taps

    @property
    def audio_level(self) -> int:
        """Of the last block, 0 to 127 in -dBov; 127 while nobody listens."""
        return self._playout.level if self._playout else SILENT

    def receive(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Take a packet of the stream; this is what a receiver's `sink` is.

        Args:
            packet: any; what is of no use is counted and dropped. It belongs to the pipeline from now on.
            codec: of its payload type.
            now: when it arrived, seconds.
        """
        self._packets += 1
        if codec is not self._codec:
            self._codec = codec
            self._supported = codec.key == "opus"
        if not self._supported:
            self._unsupported += 1
            return
        frame = EncodedFrame("opus", packet.payload, packet.timestamp, packet.ssrc, True, packet.marker)
        if self._trace is not None:
            size = len(frame.data)
            self._trace(TraceEvent(now, TraceKind.FRAME, TraceDirection.RECEIVED, "subscriber", frame, size))
        playout = self._playout
        if playout is None:
            self._ignored += 1
            return
        if self.transform is not None:
            transformed = self._transformed(self.transform, frame)
            if transformed is None:
                self._transform_drops += 1
                return
            packet.payload = transformed.data
        playout.jitter.insert(packet, now)

    def add_tap(self, rate: int, channels: int, callback: TapCallback, on_end: Callable[[], None]) -> Tap:
        """See `AudioTrackMedia`. A tap on a closed pipeline ends at once.

        Raises:
            MediaError: the rate or the channel count cannot be served.
        """
        tap = self._bank.add(rate, channels, callback, on_end)
        if self._closed:
            self._bank.end()
        return tap

    def close(self) -> None:
        """End all taps. Idempotent; on the loop."""
        self._closed = True
        self._bank.end()

    async def aclose(self) -> None:
        """`close`, and wait for the media thread to end if this was the last user of it."""
        self.close()
        if isinstance(self._tick, MediaTick):
            await self._tick.drained()

    def statistics(self) -> AudioReceiveStatistics:
        """Everything counted so far."""
        playout = self._playout
        return AudioReceiveStatistics(
            packets=self._packets,
            ignored=self._ignored,
            unsupported=self._unsupported,
            transform_drops=self._transform_drops,
            decode_errors=self._decode_errors + (playout.decode_errors if playout else 0),
            skipped_slots=self._skipped_slots + (playout.skipped_slots if playout else 0),
            audio_level=self.audio_level,
            target_delay=playout.jitter.target_delay if playout else 0.0,
            current_delay=playout.jitter.current_delay if playout else 0.0,
            jitter=replace(self._jitter_statistics),
        )

    def _transformed(self, transform: FrameTransform, frame: EncodedFrame) -> EncodedFrame | None:
        try:
            return transform.transform(frame)
        except Exception:
            if not self._transform_drops:
                logger.exception("a frame transform failed; later failures are only counted")
            return None

    def _on_taps(self) -> None:
        listening = self._bank.taps > 0
        if listening and self._playout is None:
            jitter = AudioJitterBuffer()
            jitter.statistics = self._jitter_statistics
            self._playout = AudioPlayout(jitter, self._bank)
            self._tick.add(self._playout)
        elif not listening and self._playout is not None:
            self._tick.remove(self._playout)
            self._decode_errors += self._playout.decode_errors
            self._skipped_slots += self._playout.skipped_slots
            self._playout = None
