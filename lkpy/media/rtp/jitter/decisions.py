"""What `AudioJitterBuffer.pull` tells its caller to put out next. All lengths are samples of the RTP
clock."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Stretch(enum.Enum):
    """What to do with the length of a decoded packet, to bring the delay to its target.

    The caller changes the length by whole pitch periods with a cross-fade, by as much as it can do unheard (a
    few ms of speech, more of silence), and reports it with `AudioJitterBuffer.stretched`.
    """

    NONE = "none"
    SHORTEN = "shorten"
    SHORTEN_FAST = "shorten fast"
    """Far behind, after a stall: take away up to half of it."""
    LENGTHEN = "lengthen"


@dataclass(frozen=True, slots=True)
class Play:
    """Decode this packet.

    Attributes:
        payload: of the packet.
        timestamp: RTP timestamp of the packet, 32 bits.
        samples: its duration.
        stretch: what to do with the decoded samples.
    """

    payload: bytes
    timestamp: int
    samples: int
    stretch: Stretch = Stretch.NONE


@dataclass(frozen=True, slots=True)
class ConcealFec:
    """The packet before this one is lost: decode the copy of it that this one carries.

    Attributes:
        payload: of the packet after the gap; it will be played by a later decision.
        samples: to be decoded from it.
        skip: how many of these come to nothing, at the front: they were concealed before this packet arrived.
    """

    payload: bytes
    samples: int
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Conceal:
    """Nothing to decode: let the decoder make up `samples`.

    Attributes:
        samples: how many.
        comfort: True in a pause that the sender made (DTX): comfort noise, not concealment of a loss.
    """

    samples: int
    comfort: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Zeros; the decoder need not be asked. Before the first packet, and when none came for long."""

    samples: int


Decision = Play | ConcealFec | Conceal | Silence
