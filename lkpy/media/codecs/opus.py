"""Opus (RFC 6716) at 48 kHz: PCM int16, shape (samples, channels), to packets and back.

The work is done by libopus through ctypes (`libopus`), else by PyAV with fewer features (`avopus`). An object
may be used from any thread, by one at a time; the GIL is released while libopus computes.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lkpy.errors import MediaError, ProtocolError
from lkpy.media.codecs import libopus
from lkpy.media.rtp.opus import MAX_FRAME_BYTES, MAX_PACKET_SAMPLES, parse_opus

Application = Literal["voip", "audio"]

FRAME_SIZES = frozenset((120, 240, 480, 960, 1920, 2880))
"""Samples a frame may have: 2.5, 5, 10, 20, 40, 60 ms."""
MIN_BITRATE = 6_000
MAX_BITRATE = 510_000

_STEP = 120
"""Samples; concealment goes in steps of 2.5 ms."""


class _EncoderBackend(Protocol):
    def encode(self, pcm: NDArray[np.int16]) -> bytes: ...
    def set_bitrate(self, bitrate: int) -> None: ...
    def set_packet_loss(self, percent: int) -> None: ...
    def close(self) -> None: ...


class _DecoderBackend(Protocol):
    def decode(self, payload: bytes) -> NDArray[np.int16]: ...
    def conceal(self, samples: int) -> NDArray[np.int16]: ...
    def decode_fec(self, next_payload: bytes, samples: int) -> NDArray[np.int16]: ...
    def reset(self) -> None: ...
    def close(self) -> None: ...


def _check_channels(channels: int) -> None:
    if channels not in (1, 2):
        raise MediaError(f"{channels} channels: Opus has 1 or 2")


class OpusEncoder:
    """Encodes one stream.

    Args:
        channels: 1 or 2.
        bitrate: bit/s, 6000 to 510000; clamped.
        application: "voip" for speech, "audio" for everything else.
        complexity: 0 (cheap) to 10.
        fec: carry a coarse copy of the frame before in each packet that can hold one (speech modes only), as
            far as `packet_loss_percent` makes it worth its bits.
        packet_loss_percent: loss to expect, 0 to 100.
        dtx: in silence give packets of 1 or 2 bytes that need not be sent (RFC 7587 section 3.1.3), with a
            real one each 400 ms.

    Raises:
        MediaError: a number outside its range.
    """

    def __init__(
        self,
        channels: int,
        *,
        bitrate: int = 48_000,
        application: Application = "voip",
        complexity: int = 9,
        fec: bool = True,
        packet_loss_percent: int = 10,
        dtx: bool = False,
    ) -> None:
        _check_channels(channels)
        if application not in ("voip", "audio"):
            raise MediaError(f"application {application!r}: it is 'voip' or 'audio'")
        if not 0 <= complexity <= 10:
            raise MediaError(f"complexity {complexity}: it is 0 to 10")
        self.channels = channels
        self._bitrate = _clamped_bitrate(bitrate)
        self._packet_loss = _checked_percent(packet_loss_percent)
        self._backend: _EncoderBackend | None = _open_encoder(
            channels, self._bitrate, application, complexity, fec, self._packet_loss, dtx
        )

    @property
    def bitrate(self) -> int:
        """bit/s of the packets; may be set at any time."""
        return self._bitrate

    @bitrate.setter
    def bitrate(self, bitrate: int) -> None:
        self.set_bitrate(bitrate)

    def set_bitrate(self, bitrate: int) -> None:
        """Change the bit/s of the packets from the next one on; clamped to 6000 to 510000."""
        bitrate = _clamped_bitrate(bitrate)
        if bitrate != self._bitrate:
            self._open.set_bitrate(bitrate)
            self._bitrate = bitrate

    def set_packet_loss(self, percent: int) -> None:
        """Tell what loss (0 to 100 %) to protect against from the next packet on.

        Raises:
            MediaError: a percentage outside its range.
        """
        percent = _checked_percent(percent)
        if percent != self._packet_loss:
            self._open.set_packet_loss(percent)
            self._packet_loss = percent

    def encode(self, pcm: NDArray[np.int16]) -> bytes:
        """One frame as a packet.

        Args:
            pcm: int16, shape (samples, channels), samples one of `FRAME_SIZES` (960 for 20 ms); (samples,) is
                accepted for mono.

        Raises:
            MediaError: another shape or type, or the encoder is closed.
        """
        if pcm.dtype != np.int16:
            raise MediaError(f"PCM of type {pcm.dtype}: the encoder takes int16")
        if pcm.ndim == 1 and self.channels == 1:
            pcm = pcm.reshape(-1, 1)
        if pcm.ndim != 2 or pcm.shape[1] != self.channels or pcm.shape[0] not in FRAME_SIZES:
            raise MediaError(f"PCM of shape {pcm.shape}: the encoder takes (960, {self.channels})")
        return (self._backend or self._open).encode(pcm)

    @property
    def _open(self) -> _EncoderBackend:
        if self._backend is None:
            raise MediaError("the Opus encoder is closed")
        return self._backend

    def close(self) -> None:
        """Free the encoder. Idempotent."""
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.close()


class OpusDecoder:
    """Decodes one stream, whatever the channels of its packets, to `channels` channels.

    Args:
        channels: 1 or 2.

    Raises:
        MediaError: another number of channels.
    """

    def __init__(self, channels: int) -> None:
        _check_channels(channels)
        self.channels = channels
        self._backend: _DecoderBackend | None = _open_decoder(channels)

    def decode(self, payload: bytes) -> NDArray[np.int16]:
        """A packet as PCM.

        Returns:
            int16, shape (samples, channels); samples is the duration that the packet tells (120 to 5760).

        Raises:
            MediaError: not an Opus packet (also empty ones), or the decoder is closed. The decoder can go on.
        """
        # A packet of one frame (RFC 6716 section 3.2.2) breaks no rule but that of its size.
        if not payload or payload[0] & 3 or len(payload) > 1 + MAX_FRAME_BYTES:
            _check_payload(payload)
        return (self._backend or self._open).decode(payload)

    def conceal(self, samples: int) -> NDArray[np.int16]:
        """What a lost packet may have sounded like; fades out when called again and again. After a DTX packet
        it is comfort noise.

        Args:
            samples: a multiple of 120 (2.5 ms), at most 5760.

        Returns:
            int16, shape (samples, channels).

        Raises:
            MediaError: another number of samples, or the decoder is closed.
        """
        _check_samples(samples)
        return self._open.conceal(samples)

    def decode_fec(self, next_payload: bytes, samples: int) -> NDArray[np.int16]:
        """The frame before a packet, out of the copy in that packet; concealed where there is none.

        Args:
            next_payload: the packet after the gap. Decode it with `decode` afterwards.
            samples: of the gap, a multiple of 120. What is longer than one frame is concealed first.

        Returns:
            int16, shape (samples, channels).

        Raises:
            MediaError: not an Opus packet, another number of samples, or the decoder is closed.
        """
        _check_payload(next_payload)
        _check_samples(samples)
        return self._open.decode_fec(next_payload, samples)

    def reset(self) -> None:
        """Forget the past: the next packet starts a new stream."""
        self._open.reset()

    @property
    def _open(self) -> _DecoderBackend:
        if self._backend is None:
            raise MediaError("the Opus decoder is closed")
        return self._backend

    def close(self) -> None:
        """Free the decoder. Idempotent."""
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.close()


def _clamped_bitrate(bitrate: int) -> int:
    return min(max(int(bitrate), MIN_BITRATE), MAX_BITRATE)


def _checked_percent(percent: int) -> int:
    if not 0 <= percent <= 100:
        raise MediaError(f"packet loss of {percent} %: it is 0 to 100")
    return int(percent)


def _check_samples(samples: int) -> None:
    if not 0 < samples <= MAX_PACKET_SAMPLES or samples % _STEP:
        raise MediaError(f"{samples} samples: concealment takes multiples of {_STEP}, at most 5760")


def _check_payload(payload: bytes) -> None:
    try:
        parse_opus(payload)
    except ProtocolError as error:
        raise MediaError(f"not an Opus packet: {error.message}") from error


def _open_encoder(
    channels: int,
    bitrate: int,
    application: Application,
    complexity: int,
    fec: bool,
    packet_loss_percent: int,
    dtx: bool,
) -> _EncoderBackend:
    library = libopus.load()
    if library is not None:
        return libopus.LibopusEncoder(
            library,
            channels,
            bitrate=bitrate,
            application=application,
            complexity=complexity,
            fec=fec,
            packet_loss_percent=packet_loss_percent,
            dtx=dtx,
        )
    from lkpy.media.codecs.avopus import AvOpusEncoder

    return AvOpusEncoder(
        channels,
        bitrate=bitrate,
        application=application,
        complexity=complexity,
        fec=fec,
        packet_loss_percent=packet_loss_percent,
    )


def _open_decoder(channels: int) -> _DecoderBackend:
    library = libopus.load()
    if library is not None:
        return libopus.LibopusDecoder(library, channels)
    from lkpy.media.codecs.avopus import AvOpusDecoder

    return AvOpusDecoder(channels)
