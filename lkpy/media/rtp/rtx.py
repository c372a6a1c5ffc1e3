"""Retransmission payload format (RFC 4588 section 4)."""

from __future__ import annotations

from lkpy.errors import ProtocolError
from lkpy.media.rtp.packet import RtpPacket


def unwrap_rtx(packet: RtpPacket, *, payload_type: int, ssrc: int) -> RtpPacket | None:
    """The original packet inside a retransmission.

    Args:
        payload_type: of the original, from the `apt` parameter.
        ssrc: of the original stream.

    Returns:
        None for a packet without payload: padding that probes the bandwidth.

    Raises:
        ProtocolError: the payload is too short for the original sequence number.
    """
    payload = packet.payload
    if not payload:
        return None
    if len(payload) < 2:
        raise ProtocolError("retransmission without the original sequence number")
    return RtpPacket(
        payload_type,
        payload[0] << 8 | payload[1],
        packet.timestamp,
        ssrc,
        payload[2:],
        packet.marker,
        packet.csrcs,
        packet.extensions,
    )


def wrap_rtx(
    packet: RtpPacket,
    *,
    payload_type: int,
    ssrc: int,
    sequence_number: int,
    extensions: dict[int, bytes] | None = None,
) -> RtpPacket:
    """A packet as its retransmission.

    Args:
        payload_type: of the RTX format.
        ssrc: of the RTX stream.
        sequence_number: the next one of the RTX stream.
        extensions: instead of the packet's own. A simulcast layer must carry repaired-rid here, not rid.
    """
    return RtpPacket(
        payload_type,
        sequence_number,
        packet.timestamp,
        ssrc,
        packet.sequence_number.to_bytes(2, "big") + packet.payload,
        packet.marker,
        packet.csrcs,
        packet.extensions if extensions is None else extensions,
    )
