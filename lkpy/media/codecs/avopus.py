"""Opus through PyAV's codec contexts, for installations without a libopus that ctypes can load.

Limits against libopus itself: no DTX; a change of bitrate or expected loss starts the encoder anew, which can
be heard; in-band FEC is sent but what it holds is not used, a lost packet is concealed instead.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from lkpy.errors import MediaError
from lkpy.media.rtp.opus import CLOCK_RATE, packet_samples

_LAYOUTS = {1: "mono", 2: "stereo"}
_TIME_BASE = Fraction(1, CLOCK_RATE)


class AvOpusEncoder:
    """An encoder of 20 ms frames; the arguments were checked by `OpusEncoder`."""

    def __init__(
        self,
        channels: int,
        *,
        bitrate: int,
        application: str,
        complexity: int,
        fec: bool,
        packet_loss_percent: int,
    ) -> None:
        self._layout = _LAYOUTS[channels]
        self._bitrate = bitrate
        self._packet_loss = packet_loss_percent
        self._options = {
            "application": application,
            "compression_level": str(complexity),
            "fec": "1" if fec else "0",
        }
        self._pts = 0
        self._context: av.AudioCodecContext | None = None

    def _open(self) -> av.AudioCodecContext:
        context = av.AudioCodecContext.create("libopus", "w")
        context.sample_rate = CLOCK_RATE
        context.layout = self._layout
        context.format = "s16"
        context.time_base = _TIME_BASE
        context.bit_rate = self._bitrate
        context.options = {**self._options, "packet_loss": str(self._packet_loss)}
        return context

    def encode(self, pcm: NDArray[np.int16]) -> bytes:
        if pcm.shape[0] != 960:
            raise MediaError(f"{pcm.shape[0]} samples: without libopus a frame has 960")
        if self._context is None:
            self._context = self._open()
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(pcm).reshape(1, -1), format="s16", layout=self._layout
        )
        frame.sample_rate = CLOCK_RATE
        frame.time_base = _TIME_BASE
        frame.pts = self._pts
        self._pts += pcm.shape[0]
        try:
            packets = self._context.encode(frame)
        except av.FFmpegError as error:
            raise MediaError(f"Opus encoding failed: {error}") from error
        if len(packets) != 1:
            raise MediaError(f"Opus encoder gave {len(packets)} packets for one frame")
        return bytes(packets[0])

    def set_bitrate(self, bitrate: int) -> None:
        if bitrate != self._bitrate:
            self._bitrate = bitrate
            self._context = None

    def set_packet_loss(self, percent: int) -> None:
        if percent != self._packet_loss:
            self._packet_loss = percent
            self._context = None

    def close(self) -> None:
        self._context = None


class AvOpusDecoder:
    """A decoder; the arguments were checked by `OpusDecoder`."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._toc: int | None = None
        self._context: av.AudioCodecContext | None = None

    def _open(self) -> av.AudioCodecContext:
        context = av.AudioCodecContext.create("libopus", "r")
        context.sample_rate = CLOCK_RATE
        context.layout = _LAYOUTS[self._channels]
        context.format = "s16"
        return context

    def _decode(self, payload: bytes) -> NDArray[np.int16]:
        if self._context is None:
            self._context = self._open()
        try:
            frames = self._context.decode(av.Packet(payload))
        except av.FFmpegError as error:
            self._context = None
            raise MediaError(f"Opus decoding failed: {error}") from error
        if not frames:
            return np.zeros((0, self._channels), np.int16)
        return np.concatenate([frame.to_ndarray().reshape(-1, self._channels) for frame in frames])

    def decode(self, payload: bytes) -> NDArray[np.int16]:
        self._toc = payload[0]
        return self._decode(payload)

    def conceal(self, samples: int) -> NDArray[np.int16]:
        if self._toc is None:
            return np.zeros((samples, self._channels), np.int16)
        # A packet that is only a table of contents holds one empty frame: libopus conceals it.
        empty = bytes((self._toc & 0xFC,))
        frame_samples = packet_samples(empty) or samples
        frames = [self._decode(empty) for _ in range(-(-samples // frame_samples))]
        return np.concatenate(frames)[:samples]

    def decode_fec(self, next_payload: bytes, samples: int) -> NDArray[np.int16]:
        return self.conceal(samples)

    def reset(self) -> None:
        self._toc = None
        self._context = None

    def close(self) -> None:
        self._context = None
