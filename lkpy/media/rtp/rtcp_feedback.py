"""RTCP feedback: NACK, PLI, FIR, REMB and transport-wide feedback (RFC 4585 section 6.1, RFC 5104).

Readers get the body of one packet, without header and padding. Writers give the whole packet.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from lkpy.errors import ProtocolError
from lkpy.media.rtp.rtcp_packets import (
    FirEntry,
    FullIntraRequest,
    GenericNack,
    PictureLossIndication,
    Remb,
    RtcpPacket,
    UnknownRtcp,
)
from lkpy.media.rtp.rtcp_wire import (
    HEADER,
    PAYLOAD_SPECIFIC_FEEDBACK,
    TRANSPORT_LAYER_FEEDBACK,
    TWO_U32,
    U32,
    frame,
)
from lkpy.media.rtp.sequence import sequence_difference
from lkpy.media.rtp.transport_feedback import TransportFeedback, parse_transport_feedback

_FORMAT_NACK = 1
_FORMAT_TRANSPORT_CC = 15
_FORMAT_PLI = 1
_FORMAT_FIR = 4
_FORMAT_APPLICATION = 15

_NACK_ITEM = Struct("!HH")
_REMB_HEAD = Struct("!4sL")


def _feedback_ssrcs(body: bytes) -> tuple[int, int]:
    if len(body) < 8:
        raise ProtocolError("RTCP feedback is too short")
    sender_ssrc, media_ssrc = TWO_U32.unpack_from(body)
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


def serialize_nack(packet: GenericNack) -> bytes:
    parts = [TWO_U32.pack(packet.sender_ssrc, packet.media_ssrc)]
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
    return frame(TRANSPORT_LAYER_FEEDBACK, _FORMAT_NACK, b"".join(parts))


def _parse_transport_cc(body: bytes) -> TransportFeedback:
    sender_ssrc, media_ssrc = _feedback_ssrcs(body)
    return parse_transport_feedback(sender_ssrc, media_ssrc, body)


def serialize_transport_cc(packet: TransportFeedback) -> bytes:
    body = TWO_U32.pack(packet.sender_ssrc, packet.media_ssrc) + packet.serialize_fci()
    # The deltas end anywhere; the padding bit tells the reader where (draft section 3.1).
    padding = -len(body) & 3
    if not padding:
        return frame(TRANSPORT_LAYER_FEEDBACK, _FORMAT_TRANSPORT_CC, body)
    body += bytes(padding - 1) + bytes((padding,))
    return HEADER.pack(0xA0 | _FORMAT_TRANSPORT_CC, TRANSPORT_LAYER_FEEDBACK, len(body) >> 2) + body


def _parse_pli(body: bytes) -> PictureLossIndication:
    return PictureLossIndication(*_feedback_ssrcs(body))


def serialize_pli(packet: PictureLossIndication) -> bytes:
    return frame(PAYLOAD_SPECIFIC_FEEDBACK, _FORMAT_PLI, TWO_U32.pack(packet.sender_ssrc, packet.media_ssrc))


def _parse_fir(body: bytes) -> FullIntraRequest:
    sender_ssrc, _ = _feedback_ssrcs(body)
    if len(body) & 7:
        raise ProtocolError("RTCP FIR ends inside an entry")
    entries = []
    for at in range(8, len(body), 8):
        ssrc, tail = TWO_U32.unpack_from(body, at)
        entries.append(FirEntry(ssrc, tail >> 24))
    return FullIntraRequest(sender_ssrc, tuple(entries))


def serialize_fir(packet: FullIntraRequest) -> bytes:
    # RFC 5104 section 4.3.1.2: the media SSRC of the header is 0, the entries name the streams.
    body = TWO_U32.pack(packet.sender_ssrc, 0) + b"".join(
        [TWO_U32.pack(entry.ssrc, entry.sequence_number << 24) for entry in packet.entries]
    )
    return frame(PAYLOAD_SPECIFIC_FEEDBACK, _FORMAT_FIR, body)


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
        sender_ssrc, bitrate, tuple(U32.unpack_from(body, at)[0] for at in range(16, 16 + 4 * count, 4))
    )


def serialize_remb(packet: Remb) -> bytes:
    exponent = max(packet.bitrate.bit_length() - 18, 0)
    if packet.bitrate < 0 or exponent > 63 or len(packet.ssrcs) > 255:
        raise ValueError(f"REMB of {packet.bitrate} bit/s for {len(packet.ssrcs)} streams cannot be written")
    packed = len(packet.ssrcs) << 24 | exponent << 18 | packet.bitrate >> exponent
    body = TWO_U32.pack(packet.sender_ssrc, 0) + _REMB_HEAD.pack(b"REMB", packed)
    body += b"".join([U32.pack(ssrc) for ssrc in packet.ssrcs])
    return frame(PAYLOAD_SPECIFIC_FEEDBACK, _FORMAT_APPLICATION, body)


_TRANSPORT_LAYER_FORMATS: dict[int, Callable[[bytes], RtcpPacket]] = {
    _FORMAT_NACK: _parse_nack,
    _FORMAT_TRANSPORT_CC: _parse_transport_cc,
}
_PAYLOAD_SPECIFIC_FORMATS: dict[int, Callable[[bytes], RtcpPacket]] = {
    _FORMAT_PLI: _parse_pli,
    _FORMAT_FIR: _parse_fir,
    _FORMAT_APPLICATION: _parse_application_feedback,
}


def parse_transport_layer(body: bytes, count: int) -> RtcpPacket:
    parse = _TRANSPORT_LAYER_FORMATS.get(count)
    return UnknownRtcp(TRANSPORT_LAYER_FEEDBACK, count, body) if parse is None else parse(body)


def parse_payload_specific(body: bytes, count: int) -> RtcpPacket:
    parse = _PAYLOAD_SPECIFIC_FORMATS.get(count)
    return UnknownRtcp(PAYLOAD_SPECIFIC_FEEDBACK, count, body) if parse is None else parse(body)
