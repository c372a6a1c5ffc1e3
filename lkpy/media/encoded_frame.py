"""The currency of media: what an encoder makes, a cryptor transforms, a packetizer cuts, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class EncodedFrame:
    """One encoded audio packet or video picture, on its way between codec and packets.

    The pair of `ssrc` and `rtp_timestamp` is the one on the wire, before and behind a transform, and comes
    once: a cryptor may make its nonce of it.

    Attributes:
        codec: its name as in SDP, lower case: `opus`, `vp8`, ...
        data: what the codec made.
        rtp_timestamp: when the frame begins, in the codec's RTP clock (48 000 Hz for Opus), 32 bits.
        ssrc: of the RTP stream that carries the frame.
        keyframe: decodable without an earlier frame; always true for audio.
        marker: of its last packet: the first frame after silence (RFC 3551 section 4.1), the end of a
            picture.
        audio_level: 0 (loudest) to 127 (silence), -dBov (RFC 6464); None where it is not known.
        voice: whether `audio_level` is that of speech, as far as energy tells.
    """

    codec: str
    data: bytes
    rtp_timestamp: int
    ssrc: int
    keyframe: bool = True
    marker: bool = False
    audio_level: int | None = None
    voice: bool = False


class FrameTransform(Protocol):
    """A step between codec and packetizer, for example encryption.

    One call at a time for a track. A sender calls it in the media worker thread, a receiver on the event
    loop: what is received must be readable before the jitter buffer can time it.
    """

    def transform(self, frame: EncodedFrame) -> EncodedFrame | None:
        """The frame that goes on, this one with other `data` or a new one; None drops it (a receiver then
        conceals it, as if it was lost)."""
