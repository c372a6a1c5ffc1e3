"""The values inside SDP attributes: directions, codecs, stream ids, layers (RFC 8866, RFC 8859, RFC 8853)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Direction(enum.StrEnum):
    """Which way media flows, seen from whoever wrote the description (RFC 8866 section 6.7)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @classmethod
    def of(cls, *, sends: bool, receives: bool) -> Direction:
        """The direction of somebody who sends, receives, both or neither."""
        return _BY_FLOW[sends, receives]

    @property
    def sends(self) -> bool:
        return self in _SENDING

    @property
    def receives(self) -> bool:
        return self in _RECEIVING

    @property
    def reversed(self) -> Direction:
        """The same flow as the other end sees it."""
        return _BY_FLOW[self.receives, self.sends]


_BY_FLOW = {
    (True, True): Direction.SENDRECV,
    (True, False): Direction.SENDONLY,
    (False, True): Direction.RECVONLY,
    (False, False): Direction.INACTIVE,
}
_SENDING = frozenset({Direction.SENDRECV, Direction.SENDONLY})
_RECEIVING = frozenset({Direction.SENDRECV, Direction.RECVONLY})

DIRECTIONS = {way.value: way for way in Direction}

SETUP_ROLES = frozenset({"active", "passive", "actpass", "holdconn"})
"""Values of `a=setup` (RFC 4145 section 4)."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A certificate digest (RFC 8122): `algorithm` in lower case ("sha-256"), `value` as "AB:CD:..."."""

    algorithm: str
    value: str

    @property
    def normalized(self) -> tuple[str, str]:
        """For comparing: RFC 8122 section 5 asks for upper-case hex, not everybody writes it."""
        return self.algorithm.lower(), self.value.upper()


@dataclass(frozen=True, slots=True)
class RtpCodec:
    """One payload type of an m-section.

    Attributes:
        payload_type: 0 to 127, as agreed for this connection.
        name: encoding name as written ("opus", "VP8", "rtx"); compare with `key`.
        clock_rate: RTP clock in Hz.
        channels: audio channels, 1 where the rtpmap names none.
        fmtp: the raw format parameters, "" without any; see `parameters`.
        feedback: RTCP feedback messages ("nack", "nack pli"), blanks normalised (RFC 4585 section 4.2).
    """

    payload_type: int
    name: str
    clock_rate: int
    channels: int = 1
    fmtp: str = ""
    feedback: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name in lower case; encoding names are case-insensitive (RFC 4855 section 3)."""
        return self.name.lower()

    @property
    def parameters(self) -> dict[str, str]:
        """`fmtp` as a table, keys in lower case; a parameter without value maps to ""."""
        table: dict[str, str] = {}
        for part in self.fmtp.split(";"):
            key, _, value = part.strip().partition("=")
            if key:
                table[key.strip().lower()] = value.strip()
        return table

    @property
    def repairs(self) -> int | None:
        """The payload type an rtx codec retransmits (RFC 4588 section 8.1), else None."""
        return number(self.parameters.get("apt", ""), 127) if self.key == "rtx" else None

    @property
    def rtpmap(self) -> str:
        """The value behind the payload type in `a=rtpmap`."""
        tail = f"/{self.channels}" if self.channels != 1 else ""
        return f"{self.name}/{self.clock_rate}{tail}"


class Msid(NamedTuple):
    """`a=msid` (RFC 8830): stream id, and track id or "" in the one-word form."""

    stream_id: str
    track_id: str

    def __str__(self) -> str:
        return f"{self.stream_id} {self.track_id}".rstrip()


class Rid(NamedTuple):
    """`a=rid` (RFC 8851): layer id, "send" or "recv", and the restrictions as written."""

    id: str
    direction: str
    restrictions: str = ""

    def __str__(self) -> str:
        return f"{self.id} {self.direction} {self.restrictions}".rstrip()


class SsrcGroup(NamedTuple):
    """`a=ssrc-group` (RFC 5576 section 4.2): semantics ("FID", "SIM") and its sources."""

    semantics: str
    ssrcs: tuple[int, ...]

    def __str__(self) -> str:
        return " ".join([self.semantics, *map(str, self.ssrcs)])


STATIC_CODECS = {
    codec.payload_type: codec
    for codec in (
        RtpCodec(0, "PCMU", 8000),
        RtpCodec(3, "GSM", 8000),
        RtpCodec(4, "G723", 8000),
        RtpCodec(8, "PCMA", 8000),
        RtpCodec(9, "G722", 8000),
        RtpCodec(13, "CN", 8000),
        RtpCodec(18, "G729", 8000),
    )
}
"""Audio payload types that need no rtpmap (RFC 3551 table 4), as far as WebRTC peers list them."""


def number(text: str, maximum: int) -> int | None:
    """A plain decimal number from 0 to `maximum`, or None. `int()` alone takes "1_0", signs, blanks."""
    if text.isascii() and text.isdigit() and len(text) <= 20:
        value = int(text)
        if value <= maximum:
            return value
    return None
