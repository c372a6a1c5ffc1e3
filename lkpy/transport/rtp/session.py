"""The RTP session of one peer connection, without I/O: its senders, receivers, demultiplexing and RTCP.

One session spans the whole bundle (RFC 9143 section 9): packets find their section by source, then by mid and
rid, then by payload type.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from lkpy.errors import ProtocolError
from lkpy.media.rtp.demux import StreamTable
from lkpy.media.rtp.extensions import MID, REPAIRED_RID, RID
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtx import unwrap_rtx
from lkpy.transport.jsep.results import NegotiatedSender, NegotiationResult, RemoteStream
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.rtcp_scheduler import RtcpScheduler
from lkpy.transport.rtp.sender import RtpSender


def random_ssrc() -> int:
    """A source identifier (RFC 3550 section 8.1); 0 is left out, some stacks take it for none."""
    return secrets.randbits(32) or 1


class RtpSession:
    """Everything between decrypted packets and tracks.

    Args:
        cname: RTCP canonical name of our sources.
        transmit: encrypts and sends a packet; False if it was dropped.
        clock: seconds, monotonic.
        wake: called when `next_timeout` moved.
        on_stream_added, on_stream_removed: told by `apply`; must not raise.

    Attributes:
        senders: in the order they were added.
        receivers: by `RemoteStream.key`.
        rtcp: reports and feedback.
        malformed: RTP packets that could not be read.
    """

    def __init__(
        self,
        *,
        cname: str,
        transmit: Callable[[bytes], bool],
        clock: Callable[[], float],
        wake: Callable[[], None],
        on_stream_added: Callable[[RtpReceiver], None],
        on_stream_removed: Callable[[RtpReceiver], None],
    ) -> None:
        self._transmit = transmit
        self._clock = clock
        self._wake = wake
        self._on_stream_added = on_stream_added
        self._on_stream_removed = on_stream_removed
        self._table: StreamTable[RtpReceiver] = StreamTable()
        self.rtcp = RtcpScheduler(ssrc=random_ssrc(), cname=cname)
        self.senders: list[RtpSender] = []
        self.receivers: dict[tuple[str, str], RtpReceiver] = {}
        self.malformed = 0

    @property
    def unrouted(self) -> int:
        """RTP packets that belong to no section."""
        return self._table.unknown

    # --- what is negotiated -------------------------------------------------------------------------------

    def add_sender(self, kind: str, cid: str, mid: str, ssrc: int) -> RtpSender:
        """A track of ours; it sends once an answer takes it."""
        sender = RtpSender(
            kind,
            cid,
            mid=mid,
            ssrc=ssrc,
            # In the lower half, so that the roll-over counter of SRTP is not in doubt at the start
            # (RFC 3711 section 3.3.1).
            sequence_number=secrets.randbits(15),
            timestamp=secrets.randbits(32),
            transmit=self._send,
            clock=self._clock,
        )
        self.senders.append(sender)
        self.rtcp.senders[ssrc] = sender
        return sender

    def remove_sender(self, sender: RtpSender) -> None:
        """Stop and forget a track of ours."""
        sender.stop()
        self.senders.remove(sender)
        self.rtcp.senders.pop(sender.ssrc, None)

    def apply(self, result: NegotiationResult) -> None:
        """Take the outcome of an exchange. Streams end before others begin on their sections."""
        self._apply_senders({negotiated.track_id: negotiated for negotiated in result.senders})
        for stream in result.removed:
            self._remove_stream(stream)
        for stream in result.kept:
            receiver = self.receivers.get(stream.key)
            if receiver is not None:
                receiver.update(stream)
                self._table.remove(receiver)
                self._route(receiver)
        for stream in result.added:
            self._add_stream(stream)

    def close(self) -> None:
        """Send nothing any more."""
        for sender in self.senders:
            sender.stop()

    def _apply_senders(self, taken: dict[str, NegotiatedSender]) -> None:
        for sender in self.senders:
            negotiated = taken.get(sender.cid)
            if negotiated is not None:
                sender.negotiated(negotiated.mid, negotiated.codecs[0], negotiated.extmap)
            elif sender.codec is not None:
                sender.stop()

    def _add_stream(self, stream: RemoteStream) -> None:
        receiver = self.receivers[stream.key] = RtpReceiver(stream)
        self._route(receiver)
        self.rtcp.receivers.append(receiver)
        self._on_stream_added(receiver)

    def _remove_stream(self, stream: RemoteStream) -> None:
        receiver = self.receivers.pop(stream.key, None)
        if receiver is None:
            return
        self._table.remove(receiver)
        self.rtcp.receivers.remove(receiver)
        self._on_stream_removed(receiver)

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

    # --- packets ------------------------------------------------------------------------------------------

    def _send(self, packet: bytes) -> bool:
        sent = self._transmit(packet)
        if sent and self.rtcp.note_activity(self._clock()):
            self._wake()
        return sent

    def receive_rtp(self, data: bytes, now: float) -> None:
        """Take a decrypted packet. Never raises; what cannot be used is counted."""
        try:
            packet = RtpPacket.parse(data)
            route = self._table.route(packet)
            if route is None:
                return
            receiver = route.key
            if route.repair:
                original = self._unwrap(packet, receiver, route.primary_ssrc)
                if original is None:
                    return
                packet = original
        except ProtocolError:
            self.malformed += 1
            return
        receiver.receive(packet, now, repaired=route.repair)
        moved = self.rtcp.note_activity(now)
        if self.rtcp.note_loss(receiver, now) or moved:
            self._wake()

    def receive_rtcp(self, data: bytes, now: float, ntp: int) -> None:
        """Take a decrypted compound packet. Raises only what callbacks raise."""
        self.rtcp.receive(data, now, ntp)

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
