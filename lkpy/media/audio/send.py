"""Sending audio: source queue, 48 kHz, Opus, packets of 20 ms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.media.audio.expected_loss import ExpectedLoss
from lkpy.media.audio.levels import SILENT, VOICE_THRESHOLD, level_dbov
from lkpy.media.audio.pcm import BLOCK_SAMPLES, SAMPLE_RATE, SampleFifo, Samples, remix, silence
from lkpy.media.audio.queue import SampleQueue
from lkpy.media.audio.resample import Resampler
from lkpy.media.audio.strand import Lane
from lkpy.media.audio.tick import MediaTick, Ticker
from lkpy.media.codecs.opus import OpusEncoder
from lkpy.media.encoded_frame import EncodedFrame, FrameTransform

SLOTS_PER_PACKET = 2
PACKET_SAMPLES = SLOTS_PER_PACKET * BLOCK_SAMPLES

_DTX_SIZE = 2
"""Opus packets up to this many bytes hold no audio: the encoder has nothing to say (RFC 6716 section 3.1)."""

_DTX_REFRESH = 20
"""In a pause one packet of so many is sent: each 400 ms, as Opus itself refreshes."""

_SETTLED_PACKETS = 15
"""Packets of silence after which an encoder has forgotten what was before."""

_TIMESTAMP_MASK = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class AudioEncodingOptions:
    """How a track is encoded.

    Attributes:
        bitrate: bit/s.
        dtx: send next to nothing in silence (RFC 7587 section 3.1.3): one packet each 400 ms.
        stereo: two channels; otherwise all channels are mixed to one.
        fec: where packets get lost, each one also carries a coarse copy of the one before.
        complexity: 0 to 10, of the encoder. Below 7 libopus does not analyse the signal, and DTX takes steady
            sounds for silence.
    """

    bitrate: int = 48_000
    dtx: bool = True
    stereo: bool = False
    fec: bool = True
    complexity: int = 7


class EncodedAudioSink(Protocol):
    """Where packets go: an RTP sender.

    Attributes:
        ssrc: of the stream.
        on_loss_report: set by the pipeline; called with the part (0 to 1) of the packets that was lost since
            the report before.
    """

    ssrc: int
    on_loss_report: Callable[[float], None] | None

    def stamp(self, timestamp: int, now: float) -> int:
        """The RTP timestamp on the wire for one of ours (48 kHz, from any origin)."""

    def send(self, frame: EncodedFrame, now: float) -> None:
        """Send one frame."""


@dataclass(slots=True)
class AudioSendCounters:
    """What a send pipeline has done.

    Attributes:
        packets: given to the sink.
        bytes: their payloads.
        suppressed: packets not sent because of DTX.
        transform_drops: frames that the transform did not let through.
        skipped_slots: 10 ms slots left out of the timeline because the process was held up.
    """

    packets: int = 0
    bytes: int = 0
    suppressed: int = 0
    transform_drops: int = 0
    skipped_slots: int = 0


_Blocks = list[tuple[int, Samples | None]]
"""Blocks of 10 ms with their slots; None for silence."""


_Piece = tuple[_Blocks, int, int]
"""What becomes one packet: its audio, its timestamp on the wire, and how many slots are missing before it."""


class AudioSendPipeline:
    """Sends what a source plays, from construction until `close`.

    While the source is idle or the track is muted, silence is sent. RTP timestamps follow the slots of the
    source, so a held up process leaves a gap in them and never sends late audio as if it were new.

    Args:
        queue: of the source.
        sink: gets the packets, on the loop.
        options: how to encode.
        transform: between encoder and sink.
        tick: of the running event loop by default.
        muted: send silence from the start.
        runtime: whose trace hears of frames; None: nobody's.

    Raises:
        RuntimeError: no tick was given and no event loop is running.
    """

    lane = Lane.AUDIO

    def __init__(
        self,
        queue: SampleQueue,
        sink: EncodedAudioSink,
        options: AudioEncodingOptions = AudioEncodingOptions(),
        *,
        transform: FrameTransform | None = None,
        tick: Ticker | None = None,
        muted: bool = False,
        runtime: Runtime | None = None,
    ) -> None:
        self.muted = muted
        self.transform = transform
        self.options = options
        self.counters = AudioSendCounters()
        self.audio_level = SILENT
        """Of the last packet, 0 to 127 in -dBov."""
        self.next_slot = 0
        self._sink = sink
        self._queue = queue
        self._channels = 2 if options.stereo else 1
        self._bitrate = options.bitrate
        self._loss = ExpectedLoss()
        self._adjusted = False  # bitrate or loss
        self._encoder: OpusEncoder | None = None
        self._resampler = Resampler(queue.sample_rate, SAMPLE_RATE, self._channels)
        self._fifo = SampleFifo(self._channels)
        self._zeros = silence(PACKET_SAMPLES, self._channels)
        self._quiet = True  # the resampler's memory holds only zeros
        self._pending: _Blocks = []
        self._pieces: list[_Piece] = []
        self._frames: list[EncodedFrame] = []
        self._trace = runtime.trace if runtime is not None else None
        self._first_slot: int | None = None
        self._last_slot = 0
        self._silence = b""
        self._silent_packets = 0  # encoded one after the other
        self._dtx_packets = 0
        self._talkspurt = False  # the last packet was part of one
        self._closed = False
        self._tick: Ticker = tick or MediaTick.current()
        self._reader = queue.attach(SLOTS_PER_PACKET)
        sink.on_loss_report = self.loss_reported
        self._tick.add(self)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def set_bitrate(self, bitrate: int) -> None:
        """Change the bit/s of the packets from the next one on."""
        self._bitrate = bitrate
        self._adjusted = True

    def loss_reported(self, fraction: float) -> None:
        """The receiver has lost this part (0 to 1) of the packets since it last reported."""
        self._loss.reported(fraction)
        self._adjusted = True

    def close(self) -> None:
        """Send no more. Idempotent; on the loop."""
        if self._closed:
            return
        self._closed = True
        self._sink.on_loss_report = None
        self._tick.remove(self)
        self._reader.close()

    async def aclose(self) -> None:
        """`close`, and wait for the media thread to end if this was the last user of it."""
        self.close()
        if isinstance(self._tick, MediaTick):
            await self._tick.drained()

    def collect(self, slot: int) -> bool:
        """Take what the source played; there is work when a packet is complete."""
        for number, block in self._reader.read(slot):
            self._pending.append((number, None if self.muted else block))
            if len(self._pending) < SLOTS_PER_PACKET:
                continue
            blocks, self._pending = self._pending, []
            gap = 0
            if self._first_slot is None:
                self._first_slot = number
            else:
                gap = number - self._last_slot - SLOTS_PER_PACKET
                self.counters.skipped_slots += gap
            self._last_slot = number
            timestamp = (number - self._first_slot) * BLOCK_SAMPLES & _TIMESTAMP_MASK
            self._pieces.append((blocks, self._sink.stamp(timestamp, self._tick.now()), gap))
        self.next_slot = slot + SLOTS_PER_PACKET - len(self._pending)
        return bool(self._pieces)

    def work(self) -> None:
        """Convert and encode."""
        encoder = self._encoder
        if encoder is None:
            options = self.options
            encoder = self._encoder = OpusEncoder(
                self._channels,
                bitrate=self._bitrate,
                application="audio" if options.stereo else "voip",
                complexity=options.complexity,
                fec=options.fec,
                packet_loss_percent=self._loss.percent,
                dtx=options.dtx,
            )
        if self._adjusted:
            self._adjusted = False
            encoder.set_bitrate(self._bitrate)
            encoder.set_packet_loss(self._loss.percent)
        pieces, self._pieces = self._pieces, []
        for blocks, timestamp, gap in pieces:
            samples = self._converted(blocks)
            level = SILENT if samples is self._zeros else level_dbov(samples)
            frame = self._frame(self._encoded(encoder, samples), timestamp, gap, level)
            if frame is not None:
                self._frames.append(frame)

    def deliver(self) -> None:
        """Send."""
        frames, self._frames = self._frames, []
        now = self._tick.now()
        for frame in frames:
            self.audio_level = SILENT if frame.audio_level is None else frame.audio_level
            self.counters.packets += 1
            self.counters.bytes += len(frame.data)
            self._sink.send(frame, now)
            if self._trace is not None:
                size = len(frame.data)
                self._trace(TraceEvent(now, TraceKind.FRAME, TraceDirection.SENT, "publisher", frame, size))

    def _converted(self, blocks: list[tuple[int, Samples | None]]) -> Samples:
        """One packet's samples at 48 kHz; the very object `_zeros` for silence."""
        channels = self._channels
        heard = []
        for _, block in blocks:
            if block is not None:
                heard.append(block if block.shape[1] == channels else remix(block, channels))
        if not heard and self._quiet and self._resampler.exact:
            return self._zeros
        self._quiet = not heard
        queue = self._queue
        if len(heard) < len(blocks):
            heard = [
                silence(queue.slot_samples(slot), channels) if block is None else remix(block, channels)
                for slot, block in blocks
            ]
        samples = np.concatenate(heard)
        if queue.sample_rate == SAMPLE_RATE:
            return samples
        self._fifo.put(self._resampler.process(samples))
        return self._fifo.take(PACKET_SAMPLES)

    def _encoded(self, encoder: OpusEncoder, samples: Samples) -> bytes:
        """The samples as a packet. Silence that has lasted for a while is not encoded again and again.

        By then the encoder gives packets that decode to nothing, so one of them may as well be repeated.
        """
        if samples is not self._zeros:
            self._silent_packets = 0
            return encoder.encode(samples)
        if self._silent_packets < _SETTLED_PACKETS:
            self._silent_packets += 1
            self._silence = encoder.encode(samples)
            if self.options.dtx and len(self._silence) > _DTX_SIZE:
                self._silent_packets = 0
        return self._silence

    def _frame(self, payload: bytes, timestamp: int, gap: int, level: int) -> EncodedFrame | None:
        """A packet as it is sent, or None if it is not.

        Args:
            gap: slots that are missing before it.
        """
        # The first packet of a pause tells the decoder that it begins; the others need not be sent.
        self._dtx_packets = self._dtx_packets + 1 if len(payload) <= _DTX_SIZE else 0
        if self._dtx_packets and (self._dtx_packets - 1) % _DTX_REFRESH:
            self._talkspurt = False
            self.counters.suppressed += 1
            return None
        talking = level < SILENT and not self._dtx_packets
        marker = talking and (gap > 0 or not self._talkspurt)
        self._talkspurt = talking
        frame = EncodedFrame(
            "opus", payload, timestamp, self._sink.ssrc, True, marker, level, level <= VOICE_THRESHOLD
        )
        if self.transform is not None:
            transformed = self.transform.transform(frame)
            if transformed is None:
                self.counters.transform_drops += 1
                return None
            frame.data = transformed.data
        return frame
