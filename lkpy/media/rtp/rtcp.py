"""Reading and writing RTCP (RFC 3550 section 6, RFC 4585, RFC 5104, RFC 3611, REMB, transport-wide feedback).

`parse_compound` accepts reduced-size packets (RFC 5506) and anything in any order. A packet type or feedback
format that is not known becomes `UnknownRtcp`; a known one that is malformed is a `ProtocolError` of the
whole datagram. Sizes of what comes out are bounded by the size of what goes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lkpy.errors import ProtocolError
from lkpy.media.rtp import rtcp_feedback as feedback
from lkpy.media.rtp import rtcp_reports as reports
from lkpy.media.rtp import rtcp_wire as wire
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
from lkpy.media.rtp.transport_feedback import TransportFeedback

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
        first, packet_type, words = wire.HEADER.unpack_from(data, position)
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


def _serialize_unknown(packet: UnknownRtcp) -> bytes:
    return wire.frame(packet.packet_type, packet.count, packet.payload)


_PARSERS: dict[int, Callable[[bytes, int], RtcpPacket]] = {
    wire.SENDER_REPORT: reports.parse_sender_report,
    wire.RECEIVER_REPORT: reports.parse_receiver_report,
    wire.SOURCE_DESCRIPTION: reports.parse_source_description,
    wire.GOODBYE: reports.parse_goodbye,
    wire.TRANSPORT_LAYER_FEEDBACK: feedback.parse_transport_layer,
    wire.PAYLOAD_SPECIFIC_FEEDBACK: feedback.parse_payload_specific,
    wire.EXTENDED_REPORT: reports.parse_extended_report,
}

_SERIALIZERS: dict[type, Callable[..., bytes]] = {
    SenderReport: reports.serialize_sender_report,
    ReceiverReport: reports.serialize_receiver_report,
    SourceDescription: reports.serialize_source_description,
    Goodbye: reports.serialize_goodbye,
    GenericNack: feedback.serialize_nack,
    PictureLossIndication: feedback.serialize_pli,
    FullIntraRequest: feedback.serialize_fir,
    Remb: feedback.serialize_remb,
    TransportFeedback: feedback.serialize_transport_cc,
    ExtendedReport: reports.serialize_extended_report,
    UnknownRtcp: _serialize_unknown,
}
