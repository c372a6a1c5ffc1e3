"""What RTCP packets say: one frozen dataclass each (RFC 3550 section 6, RFC 4585, RFC 5104, RFC 3611,
REMB)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lkpy.media.rtp.transport_feedback import TransportFeedback

SDES_CNAME = 1
MAX_REPORT_BLOCKS = 31
"""Blocks in one report: the count has 5 bits."""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """RFC 3550 section 6.4.1.

    Attributes:
        fraction_lost: of the last interval, 0 to 255 (256ths).
        packets_lost: since the start, signed 24 bits.
        highest_sequence: extended highest sequence number, 32 bits.
        jitter: in clock-rate units.
        last_sender_report: middle 32 bits of the NTP time of the last sender report, 0 for none.
        delay_since_last_sender_report: in 1/65536 s.
    """

    ssrc: int
    fraction_lost: int = 0
    packets_lost: int = 0
    highest_sequence: int = 0
    jitter: int = 0
    last_sender_report: int = 0
    delay_since_last_sender_report: int = 0


@dataclass(frozen=True, slots=True)
class SenderReport:
    """RFC 3550 section 6.4.1; `ntp_time` (64 bits) and `rtp_time` (32 bits) are the same instant."""

    ssrc: int
    ntp_time: int
    rtp_time: int
    packet_count: int
    octet_count: int
    reports: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """RFC 3550 section 6.4.2."""

    ssrc: int
    reports: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class SdesChunk:
    """Items (type, value) of one source (RFC 3550 section 6.5); values up to 255 bytes."""

    ssrc: int
    items: tuple[tuple[int, bytes], ...] = ()

    @property
    def cname(self) -> str | None:
        """The canonical name, None if it has none; bytes that are not UTF-8 are replaced."""
        for kind, value in self.items:
            if kind == SDES_CNAME:
                return value.decode("utf-8", "replace")
        return None


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """RFC 3550 section 6.5."""

    chunks: tuple[SdesChunk, ...] = ()

    @classmethod
    def of_cname(cls, cname: str, ssrcs: Iterable[int]) -> SourceDescription:
        """The same canonical name for every SSRC, at most 31."""
        items = ((SDES_CNAME, cname.encode()),)
        return cls(tuple(SdesChunk(ssrc, items) for ssrc in ssrcs))


@dataclass(frozen=True, slots=True)
class Goodbye:
    """RFC 3550 section 6.6."""

    sources: tuple[int, ...]
    reason: bytes = b""


@dataclass(frozen=True, slots=True)
class GenericNack:
    """RFC 4585 section 6.2.1; `lost` in the order of the wire."""

    sender_ssrc: int
    media_ssrc: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PictureLossIndication:
    """RFC 4585 section 6.3.1."""

    sender_ssrc: int
    media_ssrc: int


class FirEntry(NamedTuple):
    """One stream asked for a key frame; a repetition of the request keeps its `sequence_number` (0 to
    255)."""

    ssrc: int
    sequence_number: int


@dataclass(frozen=True, slots=True)
class FullIntraRequest:
    """RFC 5104 section 4.3.1."""

    sender_ssrc: int
    entries: tuple[FirEntry, ...]


@dataclass(frozen=True, slots=True)
class Remb:
    """Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb), bit/s; 18 bits of mantissa are
    kept."""

    sender_ssrc: int
    bitrate: int
    ssrcs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class XrBlock:
    """One report block of an extended report; `data` is a multiple of 4 bytes."""

    block_type: int
    type_specific: int
    data: bytes


@dataclass(frozen=True, slots=True)
class ExtendedReport:
    """RFC 3611."""

    ssrc: int
    blocks: tuple[XrBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownRtcp:
    """A packet of a type or format this module does not read; `count` is the 5-bit count or format."""

    packet_type: int
    count: int
    payload: bytes


RtcpPacket = (
    SenderReport
    | ReceiverReport
    | SourceDescription
    | Goodbye
    | GenericNack
    | PictureLossIndication
    | FullIntraRequest
    | Remb
    | TransportFeedback
    | ExtendedReport
    | UnknownRtcp
)
