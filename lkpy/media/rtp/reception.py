"""What a receiver knows about one RTP stream, for report blocks and statistics (RFC 3550 sections 6.4 and
A)."""

from __future__ import annotations

from lkpy.media.rtp.ntp import ntp_middle
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtcp import ReportBlock, SenderReport

MAX_DROPOUT = 3000
"""A step forward of more packets than this is a restart of the sender, not a loss (RFC 3550 A.1)."""
MAX_MISORDER = 100
"""A packet older than this is a restart of the sender, not disorder (RFC 3550 A.1)."""

_MIN_LOST = -(1 << 23)
_MAX_LOST = (1 << 23) - 1


class ReceptionStatistics:
    """Reception statistics of one SSRC; a packet of another SSRC starts them over.

    Args:
        clock_rate: of the payload type, Hz.

    Attributes:
        ssrc: of the stream, None before its first packet.
        packets_received: duplicates and repaired packets included.
        bytes_received: payload bytes.
        header_bytes_received: RTP header, extension and padding bytes that `RtpPacket` lets tell: 12 bytes,
            CSRCs and padding.
        last_packet_at: `now` of the last packet.
        last_sender_report: the newest sender report, None before the first.
        sender_reports_received: how many came.
        restarts: how often the sender's numbering jumped and counting began anew.
    """

    __slots__ = (
        "_bad_sequence",
        "_base",
        "_clock_rate",
        "_cycles",
        "_expected_prior",
        "_highest",
        "_jitter",
        "_last_arrival",
        "_last_timestamp",
        "_received",
        "_received_prior",
        "_sender_report_at",
        "bytes_received",
        "header_bytes_received",
        "last_packet_at",
        "last_sender_report",
        "packets_received",
        "restarts",
        "sender_reports_received",
        "ssrc",
    )

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self.ssrc: int | None = None
        self.packets_received = 0
        self.bytes_received = 0
        self.header_bytes_received = 0
        self.last_packet_at: float | None = None
        self.last_sender_report: SenderReport | None = None
        self.sender_reports_received = 0
        self.restarts = 0
        self._sender_report_at = 0.0
        self._start(0, 0, 0.0)

    def _start(self, sequence: int, timestamp: int, arrival: float) -> None:
        self._base = sequence
        self._highest = sequence
        self._cycles = 0
        self._bad_sequence: int | None = None
        self._received = 0
        self._expected_prior = 0
        self._received_prior = 0
        self._jitter = 0.0
        self._last_timestamp = timestamp
        self._last_arrival = arrival

    def receive(self, packet: RtpPacket, now: float) -> None:
        """Count a packet that arrived at `now`."""
        sequence = packet.sequence_number
        if packet.ssrc != self.ssrc:
            if self.ssrc is not None:
                self.restarts += 1
                self.last_sender_report = None
            self.ssrc = packet.ssrc
            self._start(sequence, packet.timestamp, now)
        self.packets_received += 1
        self.bytes_received += len(packet.payload)
        self.header_bytes_received += 12 + 4 * len(packet.csrcs) + packet.padding_size
        self.last_packet_at = now
        step = ((sequence - self._highest + 0x8000) & 0xFFFF) - 0x8000
        if step > MAX_DROPOUT or step < -MAX_MISORDER:
            if not self._restarted(sequence):
                return
            self._start(sequence, packet.timestamp, now)
        elif step > 0:
            if sequence < self._highest:
                self._cycles += 0x10000
            self._highest = sequence
            self._bad_sequence = None
            # RFC 3550 A.8, once a timestamp: packets of one video frame are sent in a burst on purpose.
            timestamp = packet.timestamp
            units = ((timestamp - self._last_timestamp + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
            if units:
                difference = abs((now - self._last_arrival) * self._clock_rate - units)
                self._last_timestamp = timestamp
                self._last_arrival = now
                # A transit change of over a second is a jump of the sender's clock; it would spoil the mean
                # for minutes.
                if difference < self._clock_rate:
                    self._jitter += (difference - self._jitter) / 16
        self._received += 1

    def _restarted(self, sequence: int) -> bool:
        """RFC 3550 A.1: two packets in a row after a jump make it a restart; one alone is a stray."""
        if sequence == self._bad_sequence:
            self.restarts += 1
            return True
        self._bad_sequence = (sequence + 1) & 0xFFFF
        return False

    @property
    def extended_highest_sequence(self) -> int:
        """Highest sequence number with the count of its cycles above bit 16."""
        return self._cycles + self._highest

    @property
    def packets_lost(self) -> int:
        """Expected minus received since the stream (re)started; negative if more duplicates than losses
        came."""
        if self._received == 0:
            return 0
        return self._expected - self._received

    @property
    def _expected(self) -> int:
        return self._cycles + self._highest - self._base + 1

    @property
    def jitter(self) -> float:
        """Interarrival jitter, seconds."""
        return self._jitter / self._clock_rate

    def sender_report(self, report: SenderReport, now: float) -> None:
        """Remember a sender report of this stream that arrived at `now`."""
        self.last_sender_report = report
        self.sender_reports_received += 1
        self._sender_report_at = now

    def report_block(self, now: float) -> ReportBlock | None:
        """The block for the next report, None before the first packet. Starts a new interval of fraction
        lost."""
        if self.ssrc is None or self._received == 0:
            return None
        expected = self._expected
        expected_interval = expected - self._expected_prior
        lost_interval = expected_interval - (self._received - self._received_prior)
        self._expected_prior = expected
        self._received_prior = self._received
        fraction = 0
        if expected_interval > 0 and lost_interval > 0:
            fraction = min(255, (lost_interval << 8) // expected_interval)
        last_report = 0
        delay = 0
        if self.last_sender_report is not None:
            last_report = ntp_middle(self.last_sender_report.ntp_time)
            delay = min(max(round((now - self._sender_report_at) * 65536), 0), 0xFFFF_FFFF)
        return ReportBlock(
            ssrc=self.ssrc,
            fraction_lost=fraction,
            packets_lost=min(max(expected - self._received, _MIN_LOST), _MAX_LOST),
            highest_sequence=self.extended_highest_sequence & 0xFFFF_FFFF,
            jitter=min(int(self._jitter), 0xFFFF_FFFF),
            last_sender_report=last_report,
            delay_since_last_sender_report=delay,
        )


def round_trip_time(block: ReportBlock, ntp_now: int) -> float | None:
    """Seconds from our sender report to its mention in `block` and back (RFC 3550 section 6.4.1).

    Args:
        ntp_now: 64-bit NTP time of the block's arrival, of the clock that wrote our sender reports.

    Returns:
        None if the block mentions no report or the result is no plausible round trip (over 60 s or negative).
    """
    if block.last_sender_report == 0:
        return None
    units = (
        ntp_middle(ntp_now) - block.last_sender_report - block.delay_since_last_sender_report
    ) & 0xFFFF_FFFF
    if units > 60 << 16:
        # Rounding of the two clocks can make an instant answer come out just below zero.
        return 0.0 if units > 0xFFFF_FFFF - 66 else None
    return units / 65536
