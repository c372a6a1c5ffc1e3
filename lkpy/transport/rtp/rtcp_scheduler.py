"""All RTCP of one peer connection, without I/O: reports each second, NACKs in batches, what comes in.

One deadline serves every stream (RFC 3550 section 6, RFC 4585).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lkpy.errors import ProtocolError
from lkpy.media.rtp.rtcp import (
    MAX_REPORT_BLOCKS,
    FullIntraRequest,
    GenericNack,
    Goodbye,
    PictureLossIndication,
    ReceiverReport,
    ReportBlock,
    RtcpPacket,
    SenderReport,
    SourceDescription,
    parse_compound,
    serialize_compound,
)
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import DEFAULT_RTT, RtpSender

REPORT_INTERVAL = 1.0
"""Seconds between reports. livekit-server judges connection quality by them, so they come more often than the
5 s of RFC 3550."""

NACK_SLACK = 0.01
"""Seconds by which a NACK may be late, so that holes noticed close together share a packet."""


@dataclass(slots=True)
class RtcpCounters:
    """RTCP that was sent and received."""

    compounds_sent: int = 0
    compounds_received: int = 0
    malformed: int = 0
    """Dropped: no RTCP compound."""
    ignored: int = 0
    """Packets of types, or about sources, that mean nothing here."""
    goodbyes: int = 0


class RtcpScheduler:
    """Writes and reads RTCP for senders and receivers, which the owner adds to and removes from the lists.

    Args:
        ssrc: our source as a receiver that sends nothing.
        cname: RTCP canonical name (RFC 7022).
    """

    def __init__(self, *, ssrc: int, cname: str) -> None:
        self._ssrc = ssrc
        self._cname = cname
        self._report_at: float | None = None
        self._nack_at: float | None = None
        self.senders: dict[int, RtpSender] = {}
        self.receivers: list[RtpReceiver] = []
        self.path_rtt: float | None = None
        """Round trip in seconds as another layer measured it; used until a report tells."""
        self.counters = RtcpCounters()
        self._handlers: dict[type[object], Callable[..., None]] = {
            SenderReport: self._on_sender_report,
            ReceiverReport: self._on_receiver_report,
            GenericNack: self._on_nack,
            PictureLossIndication: self._on_picture_loss,
            FullIntraRequest: self._on_full_intra,
            Goodbye: self._on_goodbye,
            SourceDescription: lambda packet, now, ntp: None,
        }

    @property
    def round_trip_time(self) -> float:
        """Seconds: from receiver reports, else of the path, else a guess."""
        times = [s.counters.round_trip_time for s in self.senders.values()]
        return min((t for t in times if t is not None), default=self.path_rtt or DEFAULT_RTT)

    # --- time -------------------------------------------------------------------------------------------

    def note_activity(self, now: float) -> bool:
        """A packet was sent or received: reports are due from now on. True if `next_timeout` moved."""
        if self._report_at is not None:
            return False
        self._report_at = now + REPORT_INTERVAL
        return True

    def note_loss(self, receiver: RtpReceiver, now: float) -> bool:
        """Look whether the receiver misses something it wants to ask for. True if `next_timeout` moved."""
        if not receiver.nack.missing or (self._nack_at is not None and self._nack_at <= now + NACK_SLACK):
            return False
        deadline = receiver.nack.next_deadline()
        if deadline is None or (self._nack_at is not None and self._nack_at <= deadline):
            return False
        self._nack_at = deadline
        return True

    def next_timeout(self) -> float | None:
        """When `handle_timeout` wants to be called, or None while there is nothing to report."""
        times = [t for t in (self._report_at, self._nack_at) if t is not None]
        return min(times, default=None)

    def handle_timeout(self, now: float, ntp: int) -> list[bytes]:
        """The compound packets that are due.

        Args:
            ntp: `now` as 64-bit NTP time.
        """
        compounds: list[list[RtcpPacket]] = []
        if self._nack_at is not None and now >= self._nack_at:
            self._nack_at = None
            compounds += self._nacks(now)
        if self._report_at is not None and now >= self._report_at:
            reports = self._reports(now, ntp)
            compounds += reports
            # Without streams the clock stops; the next packet starts it again.
            self._report_at = now + REPORT_INTERVAL if reports else None
        self.counters.compounds_sent += len(compounds)
        return [serialize_compound(compound) for compound in compounds]

    def _description(self, ssrc: int) -> SourceDescription:
        return SourceDescription.of_cname(self._cname, (ssrc,))

    def _reports(self, now: float, ntp: int) -> list[list[RtcpPacket]]:
        compounds: list[list[RtcpPacket]] = []
        for sender in self.senders.values():
            report = sender.sender_report(now, ntp)
            if report is not None:
                compounds.append([report, self._description(sender.ssrc)])
        blocks = [b for r in self.receivers if (b := r.statistics.report_block(now)) is not None]
        for start in range(0, len(blocks), MAX_REPORT_BLOCKS):
            part = tuple(blocks[start : start + MAX_REPORT_BLOCKS])
            compounds.append([ReceiverReport(self._ssrc, part), self._description(self._ssrc)])
        return compounds

    def _nacks(self, now: float) -> list[list[RtcpPacket]]:
        rtt = self.round_trip_time
        packets: list[RtcpPacket] = []
        for receiver in self.receivers:
            lost = receiver.nack.due(now, rtt)
            if lost and receiver.ssrc is not None:
                receiver.counters.nacks_sent += len(lost)
                packets.append(GenericNack(self._ssrc, receiver.ssrc, tuple(lost)))
            self.note_loss(receiver, now)
        return [[ReceiverReport(self._ssrc), packet] for packet in packets]

    # --- input ------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float, ntp: int) -> None:
        """Take a decrypted compound packet; what makes no sense is counted. Raises what callbacks raise."""
        try:
            packets = parse_compound(data)
        except ProtocolError:
            self.counters.malformed += 1
            return
        self.counters.compounds_received += 1
        for packet in packets:
            handler = self._handlers.get(type(packet))
            if handler is None:
                self.counters.ignored += 1
            else:
                handler(packet, now, ntp)

    def _on_sender_report(self, packet: SenderReport, now: float, ntp: int) -> None:
        for receiver in self.receivers:
            if receiver.ssrc == packet.ssrc:
                receiver.statistics.sender_report(packet, now)
        self._on_blocks(packet.reports, ntp)

    def _on_receiver_report(self, packet: ReceiverReport, now: float, ntp: int) -> None:
        self._on_blocks(packet.reports, ntp)

    def _on_blocks(self, blocks: tuple[ReportBlock, ...], ntp: int) -> None:
        for block in blocks:
            sender = self.senders.get(block.ssrc)
            if sender is None:
                self.counters.ignored += 1
            else:
                sender.on_report_block(block, ntp)

    def _on_nack(self, packet: GenericNack, now: float, ntp: int) -> None:
        sender = self.senders.get(packet.media_ssrc)
        if sender is None:
            self.counters.ignored += 1
        else:
            sender.on_nack(packet.lost, now)

    def _on_picture_loss(self, packet: PictureLossIndication, now: float, ntp: int) -> None:
        self._key_frame_needed(packet.media_ssrc)

    def _on_full_intra(self, packet: FullIntraRequest, now: float, ntp: int) -> None:
        """RFC 5104 section 4.3.1: the media source of the header is unused, the entries name the sources."""
        for entry in packet.entries:
            self._key_frame_needed(entry.ssrc)

    def _key_frame_needed(self, ssrc: int) -> None:
        sender = self.senders.get(ssrc)
        if sender is None:
            self.counters.ignored += 1
        else:
            sender.on_key_frame_needed()

    def _on_goodbye(self, packet: Goodbye, now: float, ntp: int) -> None:
        """The description says which tracks there are; a BYE only is a hint (RFC 3550 section 6.6)."""
        self.counters.goodbyes += 1
