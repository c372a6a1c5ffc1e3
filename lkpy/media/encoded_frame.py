"""The currency of media: what an encoder makes, a cryptor transforms, a packetizer cuts, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One encoded audio packet or video picture.

    Attributes:
        codec: its name as in SDP, lower case: `opus`, `vp8`, ...
        data: what the codec made.
        rtp_timestamp: when the frame begins, in the codec's RTP clock (48 000 Hz for Opus), 32 bits.
        keyframe: decodable without an earlier frame; always true for audio.
        layer: rid of the simulcast layer, empty without layers.
        ssrc: of the RTP stream that carries the frame; 0 when it is not known yet.
    """

    codec: str
    data: bytes
    rtp_timestamp: int
    keyframe: bool = True
    layer: str = ""
    ssrc: int = 0


class FrameTransform(Protocol):
    """A step between codec and packetizer, for example encryption.

    One call at a time for a track. A sender calls it in the media worker thread, a receiver on the event
    loop: what is received must be readable before the jitter buffer can time it.
    """

    def transform(self, frame: EncodedFrame) -> EncodedFrame | None:
        """The frame that goes on; None drops it (a receiver then conceals it, as if it was lost)."""
