"""All RTCP of one peer connection, without I/O: reports each second, NACKs in batches, what comes in.

One deadline serves every stream (RFC 3550 section 6, RFC 4585).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from lkpy.transport.rtp.encoding import DEFAULT_RTT, RtpEncoding
from lkpy.transport.rtp.events import KeyFrameRequested, LossReported, RetransmissionRequested, RtpEvent
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender

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
    """Writes and reads RTCP for the senders and receivers of a connection.

    Reports are due each second while there are any; which streams they tell of is seen when they are written.

    Args:
        ssrc: our source as a receiver that sends nothing.
        cname: RTCP canonical name (RFC 7022).

    Attributes:
        receivers: in the order they were added.
        nack_at: when holes have to be asked for; None while nothing is missing.
        path_rtt: round trip in seconds as another layer measured it; used until a report tells.
    """

    def __init__(self, *, ssrc: int, cname: str) -> None:
        self._ssrc = ssrc
        self._cname = cname
        self._sources: dict[int, tuple[RtpSender, RtpEncoding]] = {}
        self._report_at: float | None = None
        self._compounds: list[list[RtcpPacket]] = []
        self.receivers: list[RtpReceiver] = []
        self.nack_at: float | None = None
        self.path_rtt: float | None = None
        self.counters = RtcpCounters()
        self._handlers: dict[type[object], Callable[..., Iterator[RtpEvent]]] = {
            SenderReport: self._on_sender_report,
            ReceiverReport: self._on_receiver_report,
            GenericNack: self._on_nack,
            PictureLossIndication: self._on_picture_loss,
            FullIntraRequest: self._on_full_intra,
            Goodbye: self._on_goodbye,
            SourceDescription: self._on_description,
        }

    @property
    def round_trip_time(self) -> float:
        """Seconds: from receiver reports, else of the path, else a guess."""
        times = [encoding.counters.round_trip_time for _, encoding in self._sources.values()]
        return min((t for t in times if t is not None), default=self.path_rtt or DEFAULT_RTT)

    def add_sender(self, sender: RtpSender) -> None:
        """Report about its streams and take what is reported about them."""
        for encoding in sender.encodings:
            self._sources[encoding.ssrc] = sender, encoding

    def remove_sender(self, sender: RtpSender) -> None:
        """Forget its streams."""
        for encoding in sender.encodings:
            self._sources.pop(encoding.ssrc, None)

    # --- time -------------------------------------------------------------------------------------------

    def start(self, now: float) -> None:
        """There may be something to report from now on."""
        if self._report_at is None and (self._sources or self.receivers):
            self._report_at = now + REPORT_INTERVAL

    def note_loss(self, receiver: RtpReceiver, now: float) -> None:
        """Look when the receiver wants to ask for what it misses."""
        if self.nack_at is not None and self.nack_at <= now + NACK_SLACK:
            return
        deadline = receiver.nack.next_deadline()
        if deadline is not None and (self.nack_at is None or deadline < self.nack_at):
            self.nack_at = deadline

    def next_deadline(self) -> float | None:
        """When `handle_timeout` wants to be called, or None while there is nothing to report."""
        times = [t for t in (self._report_at, self.nack_at) if t is not None]
        return min(times, default=None)

    def handle_timeout(self, now: float, *, ntp: int) -> None:
        """Write what is due.

        Args:
            ntp: `now` as 64-bit NTP time.
        """
        if self.nack_at is not None and now >= self.nack_at:
            self.nack_at = None
            self._compounds += self._nacks(now)
        if self._report_at is not None and now >= self._report_at:
            self._report_at = None
            self._compounds += self._reports(now, ntp)
            self.start(now)

    def take_compounds(self) -> list[bytes]:
        """The compound packets to be sent, oldest first."""
        compounds, self._compounds = self._compounds, []
        self.counters.compounds_sent += len(compounds)
        return [serialize_compound(compound) for compound in compounds]

    def _description(self, ssrc: int) -> SourceDescription:
        return SourceDescription.of_cname(self._cname, (ssrc,))

    def _reports(self, now: float, ntp: int) -> list[list[RtcpPacket]]:
        compounds: list[list[RtcpPacket]] = []
        for _, encoding in self._sources.values():
            report = encoding.sender_report(now, ntp)
            if report is not None:
                compounds.append([report, self._description(encoding.ssrc)])
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

    def receive(self, data: bytes, now: float, *, ntp: int) -> Sequence[RtpEvent]:
        """Take a decrypted compound packet; what makes no sense is counted.

        Args:
            ntp: `now` as 64-bit NTP time.
        """
        try:
            packets = parse_compound(data)
        except ProtocolError:
            self.counters.malformed += 1
            return ()
        self.counters.compounds_received += 1
        events: list[RtpEvent] = []
        for packet in packets:
            handler = self._handlers.get(type(packet))
            if handler is None:
                self.counters.ignored += 1
            else:
                events += handler(packet, now, ntp)
        return events

    def _source(self, ssrc: int) -> tuple[RtpSender, RtpEncoding] | None:
        found = self._sources.get(ssrc)
        if found is None:
            self.counters.ignored += 1
        return found

    def _on_sender_report(self, packet: SenderReport, now: float, ntp: int) -> Iterator[RtpEvent]:
        for receiver in self.receivers:
            if receiver.ssrc == packet.ssrc:
                receiver.statistics.sender_report(packet, now)
        yield from self._on_blocks(packet.reports, ntp)

    def _on_receiver_report(self, packet: ReceiverReport, now: float, ntp: int) -> Iterator[RtpEvent]:
        yield from self._on_blocks(packet.reports, ntp)

    def _on_blocks(self, blocks: tuple[ReportBlock, ...], ntp: int) -> Iterator[RtpEvent]:
        for block in blocks:
            if (found := self._source(block.ssrc)) is not None:
                sender, encoding = found
                encoding.reported(block, ntp)
                yield LossReported(sender, encoding.counters.remote_fraction_lost)

    def _on_nack(self, packet: GenericNack, now: float, ntp: int) -> Iterator[RtpEvent]:
        if (found := self._source(packet.media_ssrc)) is not None:
            yield RetransmissionRequested(*found, packet.lost)

    def _on_picture_loss(self, packet: PictureLossIndication, now: float, ntp: int) -> Iterator[RtpEvent]:
        yield from self._key_frame_needed(packet.media_ssrc)

    def _on_full_intra(self, packet: FullIntraRequest, now: float, ntp: int) -> Iterator[RtpEvent]:
        """RFC 5104 section 4.3.1: the media source of the header is unused, the entries name the sources."""
        for entry in packet.entries:
            yield from self._key_frame_needed(entry.ssrc)

    def _key_frame_needed(self, ssrc: int) -> Iterator[RtpEvent]:
        if (found := self._source(ssrc)) is not None:
            found[1].counters.key_frame_requests += 1
            yield KeyFrameRequested(*found)

    def _on_goodbye(self, packet: Goodbye, now: float, ntp: int) -> Iterator[RtpEvent]:
        """The description says which tracks there are; a BYE only is a hint (RFC 3550 section 6.6)."""
        self.counters.goodbyes += 1
        yield from ()

    def _on_description(self, packet: SourceDescription, now: float, ntp: int) -> Iterator[RtpEvent]:
        """Names are those of the description, too."""
        yield from ()
