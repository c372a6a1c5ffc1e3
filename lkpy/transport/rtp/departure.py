"""Where RTP packets leave: stamped, serialized and handed to the transport, in this one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from lkpy.media.rtp.extensions import (
    ABS_SEND_TIME,
    AUDIO_LEVEL,
    MID,
    REPAIRED_RID,
    RID,
    TRANSPORT_CC,
    pack_abs_send_time,
    pack_audio_level,
    pack_identifier,
    pack_transport_sequence,
)
from lkpy.media.rtp.packet import RtpPacket

_LEVELS = tuple(pack_audio_level(value & 0x7F, value >= 0x80) for value in range(256))


class PacketTransport(Protocol):
    """What encrypts and sends: a bundle transport."""

    def send_rtp(self, packet: bytes) -> bool:
        """Send one packet; False if it was dropped."""

    def send_rtp_batch(self, packets: Sequence[bytes]) -> int:
        """Send several, in order and together; returns how many were not dropped."""


class Stamps:
    """The header extensions of one RTP stream: what is always the same, and the ids of what is not.

    Args:
        extmap: header extension ids to URIs, as negotiated.
        mid: of the section.
        rid: of the layer, "" without layers.
        repairs: for retransmissions, which name the layer that they repair (RFC 8852 section 3).
    """

    __slots__ = ("audio_level", "fixed", "send_time", "transport_sequence")

    def __init__(
        self, extmap: Mapping[int, str], mid: str = "", rid: str = "", *, repairs: bool = False
    ) -> None:
        ids = {uri: number for number, uri in extmap.items()}
        names = {MID: mid, REPAIRED_RID if repairs else RID: rid}
        self.fixed = {ids[uri]: pack_identifier(name) for uri, name in names.items() if uri in ids and name}
        self.audio_level = ids.get(AUDIO_LEVEL)
        self.send_time = ids.get(ABS_SEND_TIME)
        self.transport_sequence = ids.get(TRANSPORT_CC)


class Departure:
    """Everything that our tracks send goes through here, in the order in which it reaches the network.

    Args:
        transport: sends packets, those of a frame together.

    Attributes:
        transport_sequence: the next transport-wide sequence number; counts where that was negotiated.
    """

    def __init__(self, transport: PacketTransport) -> None:
        self._transport = transport
        self.transport_sequence = 0

    def send(
        self,
        packets: Sequence[RtpPacket],
        stamps: Stamps,
        now: float,
        *,
        audio_level: int | None = None,
        voice: bool = False,
    ) -> int:
        """Stamp packets of one stream and send them together.

        Args:
            packets: without extensions; they keep those that they get here.
            stamps: of their stream.
            audio_level: 0 to 127, -dBov (RFC 6464), where it was negotiated; None sends none.
            voice: whether that is speech.

        Returns:
            Bytes of RTP that were sent; 0 if all of them were dropped.
        """
        datagrams = []
        for packet in packets:
            extensions = packet.extensions
            extensions.update(stamps.fixed)
            if audio_level is not None and stamps.audio_level is not None:
                extensions[stamps.audio_level] = _LEVELS[audio_level & 0x7F | (0x80 if voice else 0)]
            if stamps.send_time is not None:
                extensions[stamps.send_time] = pack_abs_send_time(now)
            if stamps.transport_sequence is not None:
                extensions[stamps.transport_sequence] = pack_transport_sequence(self.transport_sequence)
                self.transport_sequence += 1
            datagrams.append(packet.serialize())
        if len(datagrams) == 1:
            return len(datagrams[0]) if self._transport.send_rtp(datagrams[0]) else 0
        return sum(map(len, datagrams)) if self._transport.send_rtp_batch(datagrams) else 0

    def repeat(self, packet: RtpPacket) -> bool:
        """Send a packet again as it was, to the byte: SRTP would use its nonce for it once more, which is
        safe for the very same content alone (RFC 7714 section 9.1). False if it was dropped."""
        return self._transport.send_rtp(packet.serialize())
