"""Reading and writing RTCP (RFC 3550 section 6, RFC 4585, RFC 5104, RFC 3611, REMB, transport-wide feedback).

`parse_compound` accepts reduced-size packets (RFC 5506) and anything in any order. A packet type or feedback
format this module does not know becomes `UnknownRtcp`; a known one that is malformed is a `ProtocolError` of
the whole datagram. Sizes of what comes out are bounded by the size of what goes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from struct import Struct

from lkpy.errors import ProtocolError
from lkpy.media.rtp.rtcp_packets import (
    MAX_REPORT_BLOCKS,
    SDES_CNAME,
    ExtendedReport,
    FirEntry,
    FullIntraRequest,
    GenericNack,
    Goodbye,
    PictureLossIndication,
    ReceiverReport,
    Remb,
    ReportBlock,
    RtcpPacket,
    SdesChunk,
    SenderReport,
    SourceDescription,
    UnknownRtcp,
    XrBlock,
)
from lkpy.media.rtp.sequence import sequence_difference
from lkpy.media.rtp.transport_feedback import TransportFeedback, parse_transport_feedback

__all__ = [
    "MAX_REPORT_BLOCKS",
    "SDES_CNAME",
    "ExtendedReport",
    "FirEntry",
    "FullIntraRequest",
    "GenericNack",
    "Goodbye",
    "PictureLossIndication",
    "ReceiverReport",
    "Remb",
    "ReportBlock",
    "RtcpPacket",
    "SdesChunk",
    "SenderReport",
    "SourceDescription",
    "TransportFeedback",
    "UnknownRtcp",
    "XrBlock",
    "parse_compound",
    "serialize_compound",
]

SENDER_REPORT = 200
RECEIVER_REPORT = 201
SOURCE_DESCRIPTION = 202
GOODBYE = 203
TRANSPORT_LAYER_FEEDBACK = 205
PAYLOAD_SPECIFIC_FEEDBACK = 206
EXTENDED_REPORT = 207

_FORMAT_NACK = 1
_FORMAT_TRANSPORT_CC = 15
_FORMAT_PLI = 1
_FORMAT_FIR = 4
_FORMAT_APPLICATION = 15

_HEADER = Struct("!BBH")
_U32 = Struct("!L")
_TWO_U32 = Struct("!LL")
_SENDER_INFO = Struct("!LQLLL")
_REPORT_BLOCK = Struct("!LLLLLL")
_NACK_ITEM = Struct("!HH")
_REMB_HEAD = Struct("!4sL")


def parse_compound(data: bytes) -> list[RtcpPacket]:
    """Read all packets of a datagram, in order.

    Raises:
        ProtocolError: empty, not RTCP version 2, a length that does not fit, or a malformed packet.
    """
    packets: list[RtcpPacket] = []
    position = 0
    length = len(data)
    if not length:
        raise ProtocolError("empty RTCP datagram")
    while position < length:
        if position + 4 > length:
            raise ProtocolError("RTCP datagram ends inside a header")
        first, packet_type, words = _HEADER.unpack_from(data, position)
        if first & 0xC0 != 0x80:
            raise ProtocolError(f"RTCP version {first >> 6}")
        end = position + 4 + 4 * words
        if end > length:
            raise ProtocolError("RTCP packet is longer than its datagram")
        body_end = end
        if first & 0x20:
            # RFC 3550 section 6.4.1: the last octet counts the padding, itself included.
            padding = data[end - 1]
            body_end -= padding
            if not words or padding == 0 or body_end < position + 4:
                raise ProtocolError(f"RTCP padding of {padding} bytes does not fit")
        body = data[position + 4 : body_end]
        count = first & 0x1F
        parse = _PARSERS.get(packet_type)
        packets.append(UnknownRtcp(packet_type, count, body) if parse is None else parse(body, count))
        position = end
    return packets


def serialize_compound(packets: Iterable[RtcpPacket]) -> bytes:
    """Write packets one after another, in the order given.

    Raises:
        ValueError: more blocks, sources or bytes than one packet can hold.
        struct.error: a number outside its range.
    """
    return b"".join([_SERIALIZERS[type(packet)](packet) for packet in packets])


def _frame(packet_type: int, count: int, body: bytes) -> bytes:
    if count > 31:
        raise ValueError(f"RTCP packet with {count} entries, the count has room for 31")
    if len(body) & 3:
        raise ValueError(f"RTCP packet of {len(body)} bytes is not a multiple of 4")
    return _HEADER.pack(0x80 | count, packet_type, len(body) >> 2) + body


# --- reports ------------------------------------------------------------------------------------------------


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


def _parse_sender_report(body: bytes, count: int) -> SenderReport:
    if len(body) < 24:
        raise ProtocolError("RTCP sender report is too short")
    ssrc, ntp, rtp, packet_count, octet_count = _SENDER_INFO.unpack_from(body)
    return SenderReport(ssrc, ntp, rtp, packet_count, octet_count, _parse_report_blocks(body, 24, count))


def _serialize_sender_report(packet: SenderReport) -> bytes:
    info = _SENDER_INFO.pack(
        packet.ssrc, packet.ntp_time, packet.rtp_time, packet.packet_count, packet.octet_count
    )
    return _frame(SENDER_REPORT, len(packet.reports), info + _serialize_report_blocks(packet.reports))


def _parse_receiver_report(body: bytes, count: int) -> ReceiverReport:
    if len(body) < 4:
        raise ProtocolError("RTCP receiver report is too short")
    return ReceiverReport(_U32.unpack_from(body)[0], _parse_report_blocks(body, 4, count))


def _serialize_receiver_report(packet: ReceiverReport) -> bytes:
    return _frame(
        RECEIVER_REPORT,
        len(packet.reports),
        _U32.pack(packet.ssrc) + _serialize_report_blocks(packet.reports),
    )


# --- source description, goodbye ----------------------------------------------------------------------------


def _parse_source_description(body: bytes, count: int) -> SourceDescription:
    chunks = []
    position = 0
    length = len(body)
    for _ in range(count):
        if position + 4 > length:
            raise ProtocolError("RTCP source description ends before its chunks")
        (ssrc,) = _U32.unpack_from(body, position)
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


def _serialize_source_description(packet: SourceDescription) -> bytes:
    parts = []
    for chunk in packet.chunks:
        part = _U32.pack(chunk.ssrc)
        for kind, value in chunk.items:
            if not 0 < kind < 256 or len(value) > 255:
                raise ValueError(f"source description item {kind} of {len(value)} bytes")
            part += bytes((kind, len(value))) + value
        # At least one zero octet ends the items, then the chunk is padded (RFC 3550 section 6.5).
        parts.append(part + bytes(4 - (len(part) & 3)))
    return _frame(SOURCE_DESCRIPTION, len(packet.chunks), b"".join(parts))


def _parse_goodbye(body: bytes, count: int) -> Goodbye:
    position = 4 * count
    if position > len(body):
        raise ProtocolError("RTCP goodbye ends inside its sources")
    reason = b""
    if position < len(body):
        after = position + 1 + body[position]
        if after > len(body):
            raise ProtocolError("RTCP goodbye ends inside its reason")
        reason = body[position + 1 : after]
    return Goodbye(tuple(_U32.unpack_from(body, at)[0] for at in range(0, position, 4)), reason)


def _serialize_goodbye(packet: Goodbye) -> bytes:
    body = b"".join([_U32.pack(source) for source in packet.sources])
    if packet.reason:
        reason = bytes((len(packet.reason),)) + packet.reason
        body += reason.ljust((len(reason) + 3) & ~3, b"\0")
    return _frame(GOODBYE, len(packet.sources), body)


# --- feedback (RFC 4585 section 6.1) ------------------------------------------------------------------------


def _feedback_ssrcs(body: bytes) -> tuple[int, int]:
    if len(body) < 8:
        raise ProtocolError("RTCP feedback is too short")
    sender_ssrc, media_ssrc = _TWO_U32.unpack_from(body)
    return sender_ssrc, media_ssrc


def _parse_nack(body: bytes) -> GenericNack:
    sender_ssrc, media_ssrc = _feedback_ssrcs(body)
    if len(body) & 3:
        raise ProtocolError("RTCP NACK ends inside an item")
    lost = []
    for at in range(8, len(body), 4):
        packet_id, mask = _NACK_ITEM.unpack_from(body, at)
        lost.append(packet_id)
        while mask:
            bit = mask & -mask
            lost.append((packet_id + bit.bit_length()) & 0xFFFF)
            mask ^= bit
    return GenericNack(sender_ssrc, media_ssrc, tuple(lost))


def _serialize_nack(packet: GenericNack) -> bytes:
    parts = [_TWO_U32.pack(packet.sender_ssrc, packet.media_ssrc)]
    packet_id: int | None = None
    mask = previous = 0
    for sequence in packet.lost:
        # Items keep the order of `lost`: one starts where the next number is not 1 to 16 ahead or goes back.
        if packet_id is not None:
            ahead = sequence_difference(sequence, packet_id)
            if 0 < ahead <= 16 and sequence_difference(sequence, previous) > 0:
                mask |= 1 << (ahead - 1)
                previous = sequence
                continue
            parts.append(_NACK_ITEM.pack(packet_id, mask))
        packet_id = previous = sequence
        mask = 0
    if packet_id is not None:
        parts.append(_NACK_ITEM.pack(packet_id, mask))
    return _frame(TRANSPORT_LAYER_FEEDBACK, _FORMAT_NACK, b"".join(parts))


def _parse_transport_cc(body: bytes) -> TransportFeedback:
    sender_ssrc, media_ssrc = _feedback_ssrcs(body)
    return parse_transport_feedback(sender_ssrc, media_ssrc, body)


def _serialize_transport_cc(packet: TransportFeedback) -> bytes:
    body = _TWO_U32.pack(packet.sender_ssrc, packet.media_ssrc) + packet.serialize_fci()
    # The deltas end anywhere; the padding bit tells the reader where (draft section 3.1).
    padding = -len(body) & 3
    if not padding:
        return _frame(TRANSPORT_LAYER_FEEDBACK, _FORMAT_TRANSPORT_CC, body)
    body += bytes(padding - 1) + bytes((padding,))
    return _HEADER.pack(0xA0 | _FORMAT_TRANSPORT_CC, TRANSPORT_LAYER_FEEDBACK, len(body) >> 2) + body


def _parse_pli(body: bytes) -> PictureLossIndication:
    return PictureLossIndication(*_feedback_ssrcs(body))


def _serialize_pli(packet: PictureLossIndication) -> bytes:
    return _frame(
        PAYLOAD_SPECIFIC_FEEDBACK, _FORMAT_PLI, _TWO_U32.pack(packet.sender_ssrc, packet.media_ssrc)
    )


def _parse_fir(body: bytes) -> FullIntraRequest:
    sender_ssrc, _ = _feedback_ssrcs(body)
    if len(body) & 7:
        raise ProtocolError("RTCP FIR ends inside an entry")
    entries = []
    for at in range(8, len(body), 8):
        ssrc, tail = _TWO_U32.unpack_from(body, at)
        entries.append(FirEntry(ssrc, tail >> 24))
    return FullIntraRequest(sender_ssrc, tuple(entries))


def _serialize_fir(packet: FullIntraRequest) -> bytes:
    # RFC 5104 section 4.3.1.2: the media SSRC of the header is 0, the entries name the streams.
    body = _TWO_U32.pack(packet.sender_ssrc, 0) + b"".join(
        [_TWO_U32.pack(entry.ssrc, entry.sequence_number << 24) for entry in packet.entries]
    )
    return _frame(PAYLOAD_SPECIFIC_FEEDBACK, _FORMAT_FIR, body)


def _parse_application_feedback(body: bytes) -> Remb | UnknownRtcp:
    sender_ssrc, _ = _feedback_ssrcs(body)
    if body[8:12] != b"REMB":
        return UnknownRtcp(PAYLOAD_SPECIFIC_FEEDBACK, _FORMAT_APPLICATION, body)
    if len(body) < 16:
        raise ProtocolError("REMB is too short")
    _, packed = _REMB_HEAD.unpack_from(body, 8)
    count = packed >> 24
    if 16 + 4 * count > len(body):
        raise ProtocolError("REMB ends inside its SSRCs")
    bitrate = (packed & 0x3FFFF) << ((packed >> 18) & 0x3F)
    return Remb(
        sender_ssrc, bitrate, tuple(_U32.unpack_from(body, at)[0] for at in range(16, 16 + 4 * count, 4))
    )


def _serialize_remb(packet: Remb) -> bytes:
    exponent = max(packet.bitrate.bit_length() - 18, 0)
    if packet.bitrate < 0 or exponent > 63 or len(packet.ssrcs) > 255:
        raise ValueError(f"REMB of {packet.bitrate} bit/s for {len(packet.ssrcs)} streams cannot be written")
    packed = len(packet.ssrcs) << 24 | exponent << 18 | packet.bitrate >> exponent
    body = _TWO_U32.pack(packet.sender_ssrc, 0) + _REMB_HEAD.pack(b"REMB", packed)
    body += b"".join([_U32.pack(ssrc) for ssrc in packet.ssrcs])
    return _frame(PAYLOAD_SPECIFIC_FEEDBACK, _FORMAT_APPLICATION, body)


_TRANSPORT_LAYER_FORMATS: dict[int, Callable[[bytes], RtcpPacket]] = {
    _FORMAT_NACK: _parse_nack,
    _FORMAT_TRANSPORT_CC: _parse_transport_cc,
}
_PAYLOAD_SPECIFIC_FORMATS: dict[int, Callable[[bytes], RtcpPacket]] = {
    _FORMAT_PLI: _parse_pli,
    _FORMAT_FIR: _parse_fir,
    _FORMAT_APPLICATION: _parse_application_feedback,
}


def _parse_transport_layer(body: bytes, count: int) -> RtcpPacket:
    parse = _TRANSPORT_LAYER_FORMATS.get(count)
    return UnknownRtcp(TRANSPORT_LAYER_FEEDBACK, count, body) if parse is None else parse(body)


def _parse_payload_specific(body: bytes, count: int) -> RtcpPacket:
    parse = _PAYLOAD_SPECIFIC_FORMATS.get(count)
    return UnknownRtcp(PAYLOAD_SPECIFIC_FEEDBACK, count, body) if parse is None else parse(body)


# --- extended reports, everything else ----------------------------------------------------------------------


def _parse_extended_report(body: bytes, count: int) -> ExtendedReport:
    if len(body) < 4:
        raise ProtocolError("RTCP extended report is too short")
    blocks = []
    position = 4
    while position < len(body):
        if position + 4 > len(body):
            raise ProtocolError("RTCP extended report ends inside a block header")
        block_type, type_specific, words = _HEADER.unpack_from(body, position)
        after = position + 4 + 4 * words
        if after > len(body):
            raise ProtocolError("RTCP extended report ends inside a block")
        blocks.append(XrBlock(block_type, type_specific, body[position + 4 : after]))
        position = after
    return ExtendedReport(_U32.unpack_from(body)[0], tuple(blocks))


def _serialize_extended_report(packet: ExtendedReport) -> bytes:
    parts = [_U32.pack(packet.ssrc)]
    for block in packet.blocks:
        parts.append(_HEADER.pack(block.block_type, block.type_specific, len(block.data) >> 2))
        parts.append(block.data)
    return _frame(EXTENDED_REPORT, 0, b"".join(parts))


def _serialize_unknown(packet: UnknownRtcp) -> bytes:
    return _frame(packet.packet_type, packet.count, packet.payload)


_PARSERS: dict[int, Callable[[bytes, int], RtcpPacket]] = {
    SENDER_REPORT: _parse_sender_report,
    RECEIVER_REPORT: _parse_receiver_report,
    SOURCE_DESCRIPTION: _parse_source_description,
    GOODBYE: _parse_goodbye,
    TRANSPORT_LAYER_FEEDBACK: _parse_transport_layer,
    PAYLOAD_SPECIFIC_FEEDBACK: _parse_payload_specific,
    EXTENDED_REPORT: _parse_extended_report,
}

_SERIALIZERS: dict[type, Callable[..., bytes]] = {
    SenderReport: _serialize_sender_report,
    ReceiverReport: _serialize_receiver_report,
    SourceDescription: _serialize_source_description,
    Goodbye: _serialize_goodbye,
    GenericNack: _serialize_nack,
    PictureLossIndication: _serialize_pli,
    FullIntraRequest: _serialize_fir,
    Remb: _serialize_remb,
    TransportFeedback: _serialize_transport_cc,
    ExtendedReport: _serialize_extended_report,
    UnknownRtcp: _serialize_unknown,
}
