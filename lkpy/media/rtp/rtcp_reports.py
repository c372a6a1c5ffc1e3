"""RTCP reports, source descriptions and goodbyes (RFC 3550 section 6); extended reports (RFC 3611).

Readers get the body of one packet, without header and padding, and the count of its header. Writers give the
whole packet.
"""

from __future__ import annotations

from struct import Struct

from lkpy.errors import ProtocolError
from lkpy.media.rtp.rtcp_packets import (
    ExtendedReport,
    Goodbye,
    ReceiverReport,
    ReportBlock,
    SdesChunk,
    SenderReport,
    SourceDescription,
    XrBlock,
)
from lkpy.media.rtp.rtcp_wire import (
    EXTENDED_REPORT,
    GOODBYE,
    HEADER,
    RECEIVER_REPORT,
    SENDER_REPORT,
    SOURCE_DESCRIPTION,
    U32,
    frame,
)

_SENDER_INFO = Struct("!LQLLL")
_REPORT_BLOCK = Struct("!LLLLLL")


def _parse_report_blocks(body: bytes, position: int, count: int) -> tuple[ReportBlock, ...]:
    if position + 24 * count > len(body):
        raise ProtocolError("RTCP report ends inside its blocks")
    blocks = []
    for at in range(position, position + 24 * count, 24):
        ssrc, lost, highest, jitter, last, delay = _REPORT_BLOCK.unpack_from(body, at)
        total = lost & 0xFF_FFFF
        if total & 0x80_0000:
            total -= 0x100_0000
        blocks.append(ReportBlock(ssrc, lost >> 24, total, highest, jitter, last, delay))
    return tuple(blocks)


def _serialize_report_blocks(blocks: tuple[ReportBlock, ...]) -> bytes:
    return b"".join(
        [
            _REPORT_BLOCK.pack(
                block.ssrc,
                block.fraction_lost << 24 | block.packets_lost & 0xFF_FFFF,
                block.highest_sequence,
                block.jitter,
                block.last_sender_report,
                block.delay_since_last_sender_report,
            )
            for block in blocks
        ]
    )


def parse_sender_report(body: bytes, count: int) -> SenderReport:
    if len(body) < 24:
        raise ProtocolError("RTCP sender report is too short")
    ssrc, ntp, rtp, packet_count, octet_count = _SENDER_INFO.unpack_from(body)
    return SenderReport(ssrc, ntp, rtp, packet_count, octet_count, _parse_report_blocks(body, 24, count))


def serialize_sender_report(packet: SenderReport) -> bytes:
    info = _SENDER_INFO.pack(
        packet.ssrc, packet.ntp_time, packet.rtp_time, packet.packet_count, packet.octet_count
    )
    return frame(SENDER_REPORT, len(packet.reports), info + _serialize_report_blocks(packet.reports))


def parse_receiver_report(body: bytes, count: int) -> ReceiverReport:
    if len(body) < 4:
        raise ProtocolError("RTCP receiver report is too short")
    return ReceiverReport(U32.unpack_from(body)[0], _parse_report_blocks(body, 4, count))


def serialize_receiver_report(packet: ReceiverReport) -> bytes:
    return frame(
        RECEIVER_REPORT,
        len(packet.reports),
        U32.pack(packet.ssrc) + _serialize_report_blocks(packet.reports),
    )


def parse_source_description(body: bytes, count: int) -> SourceDescription:
    chunks = []
    position = 0
    length = len(body)
    for _ in range(count):
        if position + 4 > length:
            raise ProtocolError("RTCP source description ends before its chunks")
        (ssrc,) = U32.unpack_from(body, position)
        position += 4
        items = []
        while True:
            if position >= length:
                raise ProtocolError("RTCP source description has no end of items")
            kind = body[position]
            position += 1
            if kind == 0:
                break
            if position >= length or position + 1 + body[position] > length:
                raise ProtocolError("RTCP source description ends inside an item")
            after = position + 1 + body[position]
            items.append((kind, body[position + 1 : after]))
            position = after
        position = (position + 3) & ~3
        chunks.append(SdesChunk(ssrc, tuple(items)))
    return SourceDescription(tuple(chunks))


def serialize_source_description(packet: SourceDescription) -> bytes:
    parts = []
    for chunk in packet.chunks:
        part = U32.pack(chunk.ssrc)
        for kind, value in chunk.items:
            if not 0 < kind < 256 or len(value) > 255:
                raise ValueError(f"source description item {kind} of {len(value)} bytes")
            part += bytes((kind, len(value))) + value
        # At least one zero octet ends the items, then the chunk is padded (RFC 3550 section 6.5).
        parts.append(part + bytes(4 - (len(part) & 3)))
    return frame(SOURCE_DESCRIPTION, len(packet.chunks), b"".join(parts))


def parse_goodbye(body: bytes, count: int) -> Goodbye:
    position = 4 * count
    if position > len(body):
        raise ProtocolError("RTCP goodbye ends inside its sources")
    reason = b""
    if position < len(body):
        after = position + 1 + body[position]
        if after > len(body):
            raise ProtocolError("RTCP goodbye ends inside its reason")
        reason = body[position + 1 : after]
    return Goodbye(tuple(U32.unpack_from(body, at)[0] for at in range(0, position, 4)), reason)


def serialize_goodbye(packet: Goodbye) -> bytes:
    body = b"".join([U32.pack(source) for source in packet.sources])
    if packet.reason:
        reason = bytes((len(packet.reason),)) + packet.reason
        body += reason.ljust((len(reason) + 3) & ~3, b"\0")
    return frame(GOODBYE, len(packet.sources), body)


def parse_extended_report(body: bytes, count: int) -> ExtendedReport:
    if len(body) < 4:
        raise ProtocolError("RTCP extended report is too short")
    blocks = []
    position = 4
    while position < len(body):
        if position + 4 > len(body):
            raise ProtocolError("RTCP extended report ends inside a block header")
        block_type, type_specific, words = HEADER.unpack_from(body, position)
        after = position + 4 + 4 * words
        if after > len(body):
            raise ProtocolError("RTCP extended report ends inside a block")
        blocks.append(XrBlock(block_type, type_specific, body[position + 4 : after]))
        position = after
    return ExtendedReport(U32.unpack_from(body)[0], tuple(blocks))


def serialize_extended_report(packet: ExtendedReport) -> bytes:
    parts = [U32.pack(packet.ssrc)]
    for block in packet.blocks:
        parts.append(HEADER.pack(block.block_type, block.type_specific, len(block.data) >> 2))
        parts.append(block.data)
    return frame(EXTENDED_REPORT, 0, b"".join(parts))
