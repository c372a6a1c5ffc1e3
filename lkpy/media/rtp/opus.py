"""Reading Opus packets without decoding them (RFC 6716 section 3; RTP payload format RFC 7587).

All durations are in samples at 48 kHz, the RTP clock of Opus whatever the coded bandwidth.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lkpy.errors import ProtocolError

CLOCK_RATE = 48_000
MAX_PACKET_SAMPLES = 5760
"""120 ms, the longest packet (RFC 6716 section 3.2.5, R5)."""
MAX_FRAME_BYTES = 1275
"""R2."""
MAX_PACKET_BYTES = 48 * (MAX_FRAME_BYTES + 2) + 2
"""A packet longer than this is padding or not Opus."""

SILENCE_FRAME = b"\xf8\xff\xfe"
"""20 ms of digital silence (CELT, full band, mono): what a sender without a codec sends to say nothing."""

_MASK_DURATIONS = (120, 240, 480, 960)
_SILK_DURATIONS = (480, 960, 1920, 2880)
_HYBRID_DURATIONS = (480, 960)


class OpusMode(enum.Enum):
    """RFC 6716 section 3.1, table 2."""

    SILK = "silk"
    HYBRID = "hybrid"
    CELT = "celt"


def _configurations() -> tuple[tuple[OpusMode, int], ...]:
    table: list[tuple[OpusMode, int]] = []
    table += [(OpusMode.SILK, _SILK_DURATIONS[config & 3]) for config in range(12)]
    table += [(OpusMode.HYBRID, _HYBRID_DURATIONS[config & 1]) for config in range(12, 16)]
    table += [(OpusMode.CELT, _MASK_DURATIONS[config & 3]) for config in range(16, 32)]
    return tuple(table)


_CONFIGURATIONS = _configurations()
_FRAME_SAMPLES = tuple(_CONFIGURATIONS[toc >> 3][1] for toc in range(256))


@dataclass(frozen=True, slots=True)
class OpusPacket:
    """What the structure of an Opus packet tells.

    Attributes:
        mode: of all its frames.
        stereo: coded with two channels.
        frame_samples: duration of one frame.
        frames: the compressed frames, 1 to 48; an empty one means "not transmitted" (DTX or lost).
    """

    mode: OpusMode
    stereo: bool
    frame_samples: int
    frames: tuple[bytes, ...]

    @property
    def samples(self) -> int:
        """Duration of the packet."""
        return self.frame_samples * len(self.frames)

    @property
    def has_fec(self) -> bool:
        """True if the first frame carries a copy of the frame before it (LBRR, RFC 6716 section 4.2.4)."""
        if self.mode is OpusMode.CELT or not self.frames[0]:
            return False
        # Each 20 ms SILK frame has a voice activity bit, then one bit says whether the channel has LBRR data.
        silk_frames = max(self.frame_samples // 960, 1)
        flags = self.frames[0][0]
        if flags >> (7 - silk_frames) & 1:
            return True
        return self.stereo and bool(flags >> (6 - 2 * silk_frames) & 1)


def packet_samples(payload: bytes) -> int | None:
    """Duration of a packet, from its first two bytes; None if no packet looks like that."""
    if not payload:
        return None
    toc = payload[0]
    code = toc & 3
    if code == 0:
        return _FRAME_SAMPLES[toc]
    if code < 3:
        samples = 2 * _FRAME_SAMPLES[toc]
    else:
        if len(payload) < 2:
            return None
        samples = (payload[1] & 0x3F) * _FRAME_SAMPLES[toc]
    return samples if 0 < samples <= MAX_PACKET_SAMPLES else None


def is_dtx(payload: bytes) -> bool:
    """True for the packets of at most two bytes that say "silence goes on" (RFC 7587 section 3.1.3)."""
    return len(payload) <= 2


def fec_samples(payload: bytes) -> int:
    """How much of the time before a packet its copy of the frame before covers; 0 if it has none."""
    try:
        packet = parse_opus(payload)
    except ProtocolError:
        return 0
    return packet.frame_samples if packet.has_fec else 0


def parse_opus(payload: bytes) -> OpusPacket:
    """Check a packet against all rules of RFC 6716 section 3.4 and cut it into frames.

    Raises:
        ProtocolError: a rule (R1 to R7) is broken.
    """
    if not payload:
        raise ProtocolError("empty Opus packet (R1)")
    toc = payload[0]
    mode, frame_samples = _CONFIGURATIONS[toc >> 3]
    code = toc & 3
    frames: tuple[bytes, ...]
    if code == 0:
        frames = (payload[1:],)
    elif code == 1:
        if not len(payload) & 1:
            raise ProtocolError("Opus packet of two equal frames has an odd body (R3)")
        half = len(payload) >> 1
        frames = (payload[1 : 1 + half], payload[1 + half :])
    elif code == 2:
        length, position = _frame_length(payload, 1, len(payload))
        if position + length > len(payload):
            raise ProtocolError("Opus packet ends inside its first frame (R4)")
        frames = (payload[position : position + length], payload[position + length :])
    else:
        frames = _parse_code_3(payload, frame_samples)
    for frame in frames:
        if len(frame) > MAX_FRAME_BYTES:
            raise ProtocolError(f"Opus frame of {len(frame)} bytes (R2)")
    return OpusPacket(mode, bool(toc & 4), frame_samples, frames)


def _frame_length(payload: bytes, position: int, end: int) -> tuple[int, int]:
    """(length, position after it) of a frame length of one or two bytes (RFC 6716 section 3.2.1)."""
    if position >= end:
        raise ProtocolError("Opus packet ends before a frame length")
    first = payload[position]
    if first < 252:
        return first, position + 1
    if position + 1 >= end:
        raise ProtocolError("Opus packet ends inside a frame length")
    return first + 4 * payload[position + 1], position + 2


def _parse_code_3(payload: bytes, frame_samples: int) -> tuple[bytes, ...]:
    """RFC 6716 section 3.2.5: a signalled number of frames, with padding."""
    if len(payload) < 2:
        raise ProtocolError("Opus packet without its frame count (R6, R7)")
    head = payload[1]
    count = head & 0x3F
    if not 0 < count * frame_samples <= MAX_PACKET_SAMPLES:
        raise ProtocolError(f"Opus packet of {count} frames of {frame_samples} samples (R5)")
    position = 2
    end = len(payload)
    if head & 0x40:
        while True:
            if position >= end:
                raise ProtocolError("Opus packet ends inside its padding length (R6, R7)")
            step = payload[position]
            position += 1
            end -= 254 if step == 255 else step
            if step != 255:
                break
        if end < position:
            raise ProtocolError("Opus padding is longer than its packet (R6, R7)")
    if not head & 0x80:
        size, rest = divmod(end - position, count)
        if rest:
            raise ProtocolError("Opus packet of equal frames does not divide (R6)")
        return tuple(
            payload[position + size * index : position + size * (index + 1)] for index in range(count)
        )
    lengths = []
    for _ in range(count - 1):
        length, position = _frame_length(payload, position, end)
        lengths.append(length)
    frames = []
    for length in lengths:
        if position + length > end:
            raise ProtocolError("Opus packet ends inside a frame (R7)")
        frames.append(payload[position : position + length])
        position += length
    frames.append(payload[position:end])
    return tuple(frames)
