"""The sending end of one RTP stream (RFC 3550 section 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lkpy.media.rtp.extensions import AUDIO_LEVEL, MID, pack_audio_level, pack_identifier
from lkpy.media.rtp.history import RetransmissionBuffer
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.reception import round_trip_time
from lkpy.media.rtp.rtcp import ReportBlock, SenderReport
from lkpy.media.rtp.sequence import timestamp_difference
from lkpy.transport.sdp.attributes import RtpCodec

HISTORY_SECONDS = 1.0
HISTORY_BYTES = 1 << 20
"""How long and how much is kept to answer NACKs."""

IDLE_AFTER = 5.0
"""Seconds without a packet after which sender reports stop: they would describe nothing."""

DEFAULT_RTT = 0.1
"""Seconds; what a NACK is judged by before a receiver report told."""

_MASK = 0xFFFF_FFFF


@dataclass(slots=True)
class RtpSenderCounters:
    """What a sender did, and what the receiver reported last."""

    packets_sent: int = 0
    bytes_sent: int = 0
    """Payload bytes."""
    header_bytes_sent: int = 0
    dropped: int = 0
    """Packets given before anything was negotiated or connected, or after the end."""
    timestamp_repairs: int = 0
    """Times the caller's timestamps went back, and ours did not."""
    nacks_received: int = 0
    packets_retransmitted: int = 0
    key_frame_requests: int = 0
    """PLI and FIR."""
    remote_packets_lost: int = 0
    remote_fraction_lost: float = 0.0
    remote_jitter: float = 0.0
    """Seconds."""
    round_trip_time: float | None = None
    """Seconds."""
    total_round_trip_time: float = 0.0
    """Seconds, the sum over `round_trip_time_measurements`."""
    round_trip_time_measurements: int = 0
    reports_received: int = 0
    """Report blocks about this stream."""
    bytes_retransmitted: int = 0
    """Payload bytes, in no other count."""


class RtpSender:
    """Numbers, stamps and sends the packets of one track.

    The owner gives a random source, first sequence number and first timestamp (RFC 3550 section 5.1).

    Args:
        kind: "audio" or "video".
        cid: the id that the description and the signalling share.
        mid: the section the track was given; "" until there is one.
        transmit: sends a serialized packet; False if it was dropped.
        clock: seconds, monotonic.

    Attributes:
        codec: the negotiated codec, None while nothing may be sent.
        on_key_frame_request: called when the receiver needs a key frame.
        on_loss_report: called with each report, with the part of the packets (0 to 1) that was lost.
    """

    def __init__(
        self,
        kind: str,
        cid: str,
        *,
        mid: str = "",
        ssrc: int,
        sequence_number: int,
        timestamp: int,
        transmit: Callable[[bytes], bool],
        clock: Callable[[], float],
    ) -> None:
        self.kind = kind
        self.cid = cid
        self.mid = mid
        self.ssrc = ssrc
        self.codec: RtpCodec | None = None
        self.counters = RtpSenderCounters()
        self.on_key_frame_request: Callable[[], None] | None = None
        self.on_loss_report: Callable[[float], None] | None = None
        self.last_sent_at: float | None = None
        self._sequence = sequence_number & 0xFFFF
        self._offset = timestamp
        self._last_given: int | None = None
        self._last_timestamp = 0
        self._transmit = transmit
        self._clock = clock
        self._history: RetransmissionBuffer | None = None
        self._extensions: dict[int, bytes] = {}
        self._level_id: int | None = None

    def negotiated(self, mid: str, codec: RtpCodec, extmap: Mapping[int, str]) -> None:
        """An answer took the track: what it is sent as from now on.

        Args:
            codec: payload type and feedback.
            extmap: header extension ids to URIs.
        """
        ids = {uri: number for number, uri in extmap.items()}
        self.mid = mid
        self.codec = codec
        self._extensions = {ids[MID]: pack_identifier(mid)} if MID in ids and mid else {}
        self._level_id = ids.get(AUDIO_LEVEL)
        if "nack" not in codec.feedback:
            self._history = None
        elif self._history is None:
            self._history = RetransmissionBuffer(HISTORY_SECONDS, HISTORY_BYTES)

    def stop(self) -> None:
        """Send nothing any more."""
        self.codec = None
        self._history = None

    def send_audio(
        self,
        payload: bytes,
        timestamp: int,
        *,
        marker: bool = False,
        audio_level: int | None = None,
        voice: bool = True,
    ) -> None:
        """Send one encoded frame; dropped and counted while nothing is negotiated or connected.

        Args:
            payload: at most about 1300 bytes.
            timestamp: of the first sample, in units of the codec's clock rate, from any origin.
            marker: the first frame after silence (RFC 3551 section 4.1).
            audio_level: 0 (loudest) to 127 (silent), -dBov; None sends none.
            voice: whether it is speech (RFC 6464).
        """
        codec = self.codec
        if codec is None:
            self.counters.dropped += 1
            return
        now = self._clock()
        extensions = self._extensions
        if audio_level is not None and self._level_id is not None:
            extensions = {**extensions, self._level_id: pack_audio_level(audio_level, voice)}
        packet = RtpPacket(
            codec.payload_type,
            self._sequence,
            self._map_timestamp(timestamp, codec.clock_rate, now),
            self.ssrc,
            payload,
            marker,
            extensions=extensions,
        )
        data = packet.serialize()
        if not self._transmit(data):
            self.counters.dropped += 1
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.last_sent_at = now
        self.counters.packets_sent += 1
        self.counters.bytes_sent += len(payload)
        self.counters.header_bytes_sent += len(data) - len(payload)
        if self._history is not None:
            self._history.add(packet, now)

    def _map_timestamp(self, timestamp: int, clock_rate: int, now: float) -> int:
        """Ours never goes back: receivers fall silent at a step back, a jump ahead they follow."""
        if self._last_given is not None and timestamp_difference(timestamp & _MASK, self._last_given) < 0:
            elapsed = now - self.last_sent_at if self.last_sent_at is not None else 0.0
            self._offset = self._last_timestamp + round(max(elapsed, 0.0) * clock_rate) - timestamp
            self.counters.timestamp_repairs += 1
        self._last_given = timestamp & _MASK
        self._last_timestamp = (timestamp + self._offset) & _MASK
        return self._last_timestamp

    # --- RTCP ---------------------------------------------------------------------------------------------

    def sender_report(self, now: float, ntp: int) -> SenderReport | None:
        """The report for this moment, None before the first packet and when nothing is sent any more.

        Args:
            ntp: `now` as 64-bit NTP time. Its RTP timestamp is extrapolated from the last packet.
        """
        if self.codec is None or self.last_sent_at is None or now - self.last_sent_at > IDLE_AFTER:
            return None
        elapsed = round((now - self.last_sent_at) * self.codec.clock_rate)
        return SenderReport(
            ssrc=self.ssrc,
            ntp_time=ntp,
            rtp_time=(self._last_timestamp + elapsed) & _MASK,
            packet_count=self.counters.packets_sent & _MASK,
            octet_count=self.counters.bytes_sent & _MASK,
        )

    def on_report_block(self, block: ReportBlock, ntp: int) -> None:
        """What the receiver says about us, received at NTP time `ntp`."""
        self.counters.reports_received += 1
        self.counters.remote_packets_lost = block.packets_lost
        self.counters.remote_fraction_lost = block.fraction_lost / 256
        if self.codec is not None:
            self.counters.remote_jitter = block.jitter / self.codec.clock_rate
        rtt = round_trip_time(block, ntp)
        if rtt is not None:
            self.counters.round_trip_time = rtt
            self.counters.total_round_trip_time += rtt
            self.counters.round_trip_time_measurements += 1
        if self.on_loss_report is not None:
            self.on_loss_report(self.counters.remote_fraction_lost)

    def on_nack(self, lost: tuple[int, ...], now: float) -> None:
        """Send the very same packets again, as far as they are kept and not just resent (RFC 4585)."""
        self.counters.nacks_received += 1
        if self._history is None:
            return
        rtt = self.counters.round_trip_time or DEFAULT_RTT
        for sequence_number in lost:
            packet = self._history.get(sequence_number, now, rtt)
            if packet is not None and self._transmit(packet.serialize()):
                self.counters.packets_retransmitted += 1
                self.counters.bytes_retransmitted += len(packet.payload)

    def on_key_frame_needed(self) -> None:
        """A PLI or FIR came."""
        self.counters.key_frame_requests += 1
        if self.on_key_frame_request is not None:
            self.on_key_frame_request()
