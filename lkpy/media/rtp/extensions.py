"""RTP header extensions: their URIs and the values inside.

Readers return None for a value of the wrong shape: a header extension is a hint, and a packet with a broken
hint is still a packet.
"""

from __future__ import annotations

from struct import Struct

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
"""The m-section a packet belongs to (RFC 9143 section 15)."""
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
"""The simulcast layer of a packet (RFC 8852)."""
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
"""The simulcast layer that a retransmission repairs (RFC 8852)."""
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
"""RFC 6464."""
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
ABS_CAPTURE_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
DEPENDENCY_DESCRIPTOR = (
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
)
PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
VIDEO_ORIENTATION = "urn:3gpp:video-orientation"
TRANSMISSION_OFFSET = "urn:ietf:params:rtp-hdrext:toffset"

_U16 = Struct("!H")
_U64 = Struct("!Q")
_CAPTURE_WITH_OFFSET = Struct("!Qq")

SILENT_LEVEL = 127
"""The audio level, in -dBov, that stands for digital silence."""


def pack_audio_level(level_dbov: int, voice: bool) -> bytes:
    """The value of `AUDIO_LEVEL` (RFC 6464 section 3): 0 (loudest) to 127 (silent) in -dBov; clamped."""
    level = 0 if level_dbov < 0 else min(level_dbov, SILENT_LEVEL)
    return bytes((level | 0x80 if voice else level,))


def parse_audio_level(value: bytes) -> tuple[int, bool] | None:
    """(level in -dBov 0 to 127, voice activity). Padded values (RFC 6464 two-byte form) are read too."""
    if not value:
        return None
    return value[0] & 0x7F, value[0] >= 0x80


def pack_abs_send_time(seconds: float) -> bytes:
    """Seconds of any clock as 24-bit 6.18 fixed point, modulo 64 s."""
    return (round(seconds * (1 << 18)) & 0xFF_FFFF).to_bytes(3, "big")


def parse_abs_send_time(value: bytes) -> float | None:
    """Seconds, 0 to 64."""
    if len(value) != 3:
        return None
    return int.from_bytes(value, "big") / (1 << 18)


def pack_transport_sequence(sequence_number: int) -> bytes:
    """The value of `TRANSPORT_CC`: the transport-wide sequence number, 16 bits."""
    return _U16.pack(sequence_number & 0xFFFF)


def parse_transport_sequence(value: bytes) -> int | None:
    """The transport-wide sequence number."""
    if len(value) != 2:
        return None
    return (value[0] << 8) | value[1]


def pack_abs_capture_time(ntp: int, clock_offset: int | None = None) -> bytes:
    """Capture time as a 64-bit NTP timestamp, optionally with the estimated offset to the capturer's clock
    (signed 32.32 fixed point seconds)."""
    return _U64.pack(ntp) if clock_offset is None else _CAPTURE_WITH_OFFSET.pack(ntp, clock_offset)


def parse_abs_capture_time(value: bytes) -> tuple[int, int | None] | None:
    """(64-bit NTP timestamp, clock offset in signed 32.32 fixed point or None)."""
    if len(value) == 8:
        return int.from_bytes(value, "big"), None
    if len(value) == 16:
        ntp, offset = _CAPTURE_WITH_OFFSET.unpack(value)
        return ntp, offset
    return None


def pack_identifier(text: str) -> bytes:
    """A mid or rid as the value of `MID`, `RID` or `REPAIRED_RID`.

    Raises:
        ValueError: empty, longer than 255 bytes or not ASCII.
    """
    value = text.encode("ascii")
    if not 0 < len(value) < 256:
        raise ValueError(f"identifier of {len(value)} bytes")
    return value


def parse_identifier(value: bytes) -> str | None:
    """A mid or rid; None if it is empty or not ASCII."""
    if not value or not value.isascii():
        return None
    return value.decode("ascii")
