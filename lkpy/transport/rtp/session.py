"""The RTP session of one peer connection, without I/O: its senders, receivers, demultiplexing and RTCP.

One session spans the whole bundle (RFC 9143 section 9): packets find their section by source, then by mid and
rid, then by payload type.
"""

from __future__ import annotations

from collections.abc import Sequence

from lkpy.errors import ProtocolError
from lkpy.media.rtp.demux import StreamTable
from lkpy.media.rtp.extensions import MID, REPAIRED_RID, RID
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtx import unwrap_rtx
from lkpy.transport.jsep.results import NegotiatedReceiver, NegotiationResult
from lkpy.transport.rtp.events import ReceivedPacket, ReceiverAdded, ReceiverRemoved, RtpEvent
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.rtcp_scheduler import RtcpScheduler
from lkpy.transport.rtp.sender import RtpSender


class RtpSession:
    """Everything between decrypted packets and tracks.

    Args:
        ssrc: our source as a receiver that sends nothing, random.
        cname: RTCP canonical name of our sources.

    Attributes:
        senders: in the order they were added.
        receivers: by `NegotiatedReceiver.key`.
        rtcp: reports and feedback.
        malformed: RTP packets that could not be read.
    """

    def __init__(self, *, ssrc: int, cname: str) -> None:
        self._table: StreamTable[RtpReceiver] = StreamTable()
        self.rtcp = RtcpScheduler(ssrc=ssrc, cname=cname)
        self.senders: list[RtpSender] = []
        self.receivers: dict[tuple[str, str], RtpReceiver] = {}
        self.malformed = 0

    @property
    def unrouted(self) -> int:
        """RTP packets that belong to no section."""
        return self._table.unknown

    # --- what is negotiated -------------------------------------------------------------------------------

    def add_sender(self, sender: RtpSender) -> None:
        """A track of ours; it sends once an answer takes it."""
        self.senders.append(sender)
        self.rtcp.add_sender(sender)

    def remove_sender(self, sender: RtpSender) -> None:
        """Stop and forget a track of ours."""
        sender.stop()
        self.senders.remove(sender)
        self.rtcp.remove_sender(sender)

    def apply(self, result: NegotiationResult, now: float) -> list[RtpEvent]:
        """Take the outcome of an exchange. Receivers end before others begin on their sections."""
        taken = {agreed.track_id: agreed for agreed in result.senders}
        for sender in self.senders:
            agreed_sender = taken.get(sender.cid)
            if agreed_sender is not None:
                sender.negotiated(agreed_sender)
            elif sender.codec is not None:
                sender.stop()
        events: list[RtpEvent] = []
        for agreed in result.removed:
            gone = self.receivers.pop(agreed.key, None)
            if gone is not None:
                self._table.remove(gone)
                self.rtcp.receivers.remove(gone)
                events.append(ReceiverRemoved(gone))
        for agreed in result.kept:
            kept = self.receivers.get(agreed.key)
            if kept is not None:
                kept.update(agreed)
                self._table.remove(kept)
                self._route(kept)
        events += [ReceiverAdded(self._add_receiver(agreed)) for agreed in result.added]
        self.rtcp.start(now)
        return events

    def close(self) -> None:
        """Send nothing any more."""
        for sender in self.senders:
            sender.stop()

    def _add_receiver(self, agreed: NegotiatedReceiver) -> RtpReceiver:
        receiver = self.receivers[agreed.key] = RtpReceiver(agreed)
        self._route(receiver)
        self.rtcp.receivers.append(receiver)
        return receiver

    def _route(self, receiver: RtpReceiver) -> None:
        """Enter a receiver in the demultiplexing table (RFC 9143 section 9.2).

        A payload type tells a stream only where the description names no source; livekit-server names all and
        sends no mid, so a packet of an unknown source is no track of this section.
        """
        ids = {uri: number for number, uri in receiver.extmap.items()}
        if MID in ids:
            self._table.set_extensions(mid=ids[MID], rid=ids.get(RID), repaired_rid=ids.get(REPAIRED_RID))
        self._table.add_mid(receiver.mid, receiver)
        if receiver.ssrc is None:
            self._table.add_payload_types(receiver.codecs, receiver)
            return
        self._table.add_ssrc(receiver.ssrc, receiver)
        if receiver.rtx_ssrc is not None:
            self._table.add_ssrc(receiver.rtx_ssrc, receiver, repairs=receiver.ssrc)

    # --- packets and time ---------------------------------------------------------------------------------

    def receive_rtp(self, data: bytes, now: float) -> ReceivedPacket | None:
        """Take a decrypted packet; `next_deadline` moves if one before it is missing.

        Returns:
            What is for the receiver's sink; None for a packet that cannot be used (counted).
        """
        try:
            packet = RtpPacket.parse(data)
            route = self._table.route(packet)
            if route is None:
                return None
            receiver = route.key
            if route.repair:
                original = self._unwrap(packet, receiver, route.primary_ssrc)
                if original is None:
                    return None
                packet = original
        except ProtocolError:
            self.malformed += 1
            return None
        codec = receiver.receive(packet, now, repaired=route.repair)
        if receiver.nack.holes:
            self.rtcp.note_loss(receiver, now)
        return None if codec is None else (receiver, packet, codec)

    def receive_rtcp(self, data: bytes, now: float, *, ntp: int) -> Sequence[RtpEvent]:
        """Take a decrypted compound packet that arrived at `ntp`, as 64-bit NTP time."""
        return self.rtcp.receive(data, now, ntp=ntp)

    def next_deadline(self) -> float | None:
        """When `handle_timeout` wants to be called; None: not at all."""
        return self.rtcp.next_deadline()

    def handle_timeout(self, now: float, *, ntp: int) -> Sequence[RtpEvent]:
        """Write the RTCP that is due at `ntp`, as 64-bit NTP time."""
        self.rtcp.handle_timeout(now, ntp=ntp)
        return ()

    def take_rtcp(self) -> list[bytes]:
        """The compound packets to be sent, oldest first."""
        return self.rtcp.take_compounds()

    def _unwrap(self, packet: RtpPacket, receiver: RtpReceiver, primary: int | None) -> RtpPacket | None:
        """The packet that a retransmission carries (RFC 4588); None for probes and unknown originals."""
        codec = receiver.codecs.get(packet.payload_type)
        if codec is None or codec.repairs is None or primary is None:
            receiver.counters.unknown_payload_type += 1
            return None
        original = unwrap_rtx(packet, payload_type=codec.repairs, ssrc=primary)
        if original is None:
            receiver.counters.padding += 1
        return original
