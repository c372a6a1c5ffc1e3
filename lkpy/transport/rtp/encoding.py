"""One RTP stream of a track of ours: its numbers, its history, its reports (RFC 3550 section 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lkpy.media.encoded_frame import EncodedFrame
from lkpy.media.rtp.history import RetransmissionBuffer
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.reception import round_trip_time
from lkpy.media.rtp.rtcp import ReportBlock, SenderReport
from lkpy.media.rtp.rtx import wrap_rtx
from lkpy.transport.rtp.departure import Departure, Stamps
from lkpy.transport.sdp.attributes import RtpCodec

HISTORY_SECONDS = 1.0
HISTORY_BYTES = 1 << 20
"""How long and how much is kept to answer NACKs."""

IDLE_AFTER = 5.0
"""Seconds without a packet after which sender reports stop: they would describe nothing."""

DEFAULT_RTT = 0.1
"""Seconds; what a NACK is judged by before a receiver report told."""

_MASK = 0xFFFF_FFFF
_HALF = 0x8000_0000


@dataclass(slots=True)
class RtpEncodingCounters:
    """What an encoding sent, and what the receiver reported last."""

    packets_sent: int = 0
    bytes_sent: int = 0
    """Payload bytes."""
    header_bytes_sent: int = 0
    dropped: int = 0
    """Frames given before anything was negotiated or connected, or after the end."""
    timestamp_repairs: int = 0
    """Times the caller's timestamps did not go on, and ours did."""
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


@dataclass(frozen=True, slots=True)
class EncodingSource:
    """The numbers of an encoding that have to be random (RFC 3550 section 5.1, RFC 4588 section 8.1).

    Attributes:
        ssrc, rtx_ssrc: of the stream and of its retransmissions; None if it has none of its own.
        sequence_number, rtx_sequence_number: the first ones.
        timestamp: offset of all timestamps.
        rid: of the layer, "" without layers; not random.
    """

    ssrc: int
    sequence_number: int
    timestamp: int
    rtx_ssrc: int | None = None
    rtx_sequence_number: int = 0
    rid: str = ""

    @classmethod
    def draw(cls, randbits: Callable[[int], int], *, rid: str = "", rtx: bool = False) -> EncodingSource:
        """Random numbers.

        Args:
            randbits: gives so many random bits.
            rtx: retransmissions get a source of their own.
        """
        return cls(
            random_ssrc(randbits),
            # In the lower half, so that the roll-over counter of SRTP is not in doubt at the start
            # (RFC 3711 section 3.3.1).
            randbits(15),
            randbits(32),
            random_ssrc(randbits) if rtx else None,
            randbits(15),
            rid,
        )


def random_ssrc(randbits: Callable[[int], int]) -> int:
    """A source identifier (RFC 3550 section 8.1); 0 is left out, some stacks take it for none."""
    return randbits(32) or 1


class RtpEncoding:
    """Numbers, remembers and reports the packets of one stream.

    Args:
        source: its random numbers.

    Attributes:
        rid, ssrc, rtx_ssrc: as in `source`.
        codec: what it is sent as, None while it may not be sent.
        rtx_payload_type: of its retransmissions; None: lost packets are sent again as they were.
        last_sent_at: seconds, of the last packet; None before the first.
    """

    def __init__(self, source: EncodingSource) -> None:
        self.rid = source.rid
        self.ssrc = source.ssrc
        self.rtx_ssrc = source.rtx_ssrc
        self.codec: RtpCodec | None = None
        self.rtx_payload_type: int | None = None
        self.counters = RtpEncodingCounters()
        self.last_sent_at: float | None = None
        self._sequence = source.sequence_number & 0xFFFF
        self._rtx_sequence = source.rtx_sequence_number & 0xFFFF
        self._clock_rate = 0
        self._offset = source.timestamp
        self._last_given: int | None = None
        self._last_stamp = 0
        self._stamped_at = 0.0
        self._last_timestamp = 0
        self._history: RetransmissionBuffer | None = None
        self._stamps = self._rtx_stamps = Stamps({})

    def negotiated(
        self, codec: RtpCodec, rtx_payload_type: int | None, extmap: Mapping[int, str], mid: str
    ) -> None:
        """What the stream is sent as from now on.

        Args:
            codec: payload type and feedback.
            rtx_payload_type: of retransmissions of that payload type, if there is one.
            extmap: header extension ids to URIs.
        """
        self.codec = codec
        self.rtx_payload_type = rtx_payload_type if self.rtx_ssrc is not None else None
        self._clock_rate = codec.clock_rate
        self._stamps = Stamps(extmap, mid, self.rid)
        self._rtx_stamps = Stamps(extmap, mid, self.rid, repairs=True)
        if "nack" not in codec.feedback:
            self._history = None
        elif self._history is None:
            self._history = RetransmissionBuffer(HISTORY_SECONDS, HISTORY_BYTES)

    def stop(self) -> None:
        """Send nothing any more."""
        self.codec = None
        self._history = None

    def stamp(self, timestamp: int, now: float) -> int:
        """The timestamp on the wire of a frame that begins at `timestamp`, from any origin.

        Never the same twice, and never going back: receivers fall silent at a step back, a jump ahead they
        follow. Where the caller's timestamps start over, ours go on by the time that passed.
        """
        step = 1
        if self._last_given is not None:
            step = (timestamp - self._last_given) & _MASK
        if not 0 < step < _HALF:
            elapsed = round((now - self._stamped_at) * self._clock_rate)
            self._offset = self._last_stamp + min(max(elapsed, 1), _HALF - 1) - timestamp
            self.counters.timestamp_repairs += 1
        self._last_given = timestamp
        self._stamped_at = now
        self._last_stamp = stamp = (timestamp + self._offset) & _MASK
        return stamp

    def send(self, frame: EncodedFrame, payloads: Sequence[bytes], departure: Departure, now: float) -> None:
        """Send a frame as packets; dropped and counted while nothing is negotiated or connected."""
        codec, counters = self.codec, self.counters
        if codec is None:
            counters.dropped += 1
            return
        sequence, last = self._sequence, len(payloads) - 1
        packets = []
        for index, payload in enumerate(payloads):
            marker = frame.marker and index == last
            packets.append(
                RtpPacket(codec.payload_type, sequence, frame.rtp_timestamp, self.ssrc, payload, marker)
            )
            sequence = (sequence + 1) & 0xFFFF
        size = departure.send(packets, self._stamps, now, audio_level=frame.audio_level, voice=frame.voice)
        if not size:
            counters.dropped += 1
            return
        self._sequence = sequence  # what was not sent is no loss
        self.last_sent_at = now
        self._last_timestamp = frame.rtp_timestamp
        counters.packets_sent += len(packets)
        for packet in packets:
            length = len(packet.payload)
            size -= length
            counters.bytes_sent += length
            if self._history is not None:
                self._history.add(packet, now)
        counters.header_bytes_sent += size

    def retransmit(self, lost: Sequence[int], departure: Departure, now: float) -> None:
        """Send packets again, as far as they are kept and were not sent again just now (RFC 4585).

        Where it was negotiated they travel as a stream of their own (RFC 4588), else they are the very same.
        """
        counters = self.counters
        counters.nacks_received += 1
        if self._history is None:
            return
        rtt = counters.round_trip_time or DEFAULT_RTT
        for sequence_number in lost:
            packet = self._history.get(sequence_number, now, rtt)
            if packet is not None and self._sent_again(packet, departure, now):
                counters.packets_retransmitted += 1
                counters.bytes_retransmitted += len(packet.payload)

    def _sent_again(self, packet: RtpPacket, departure: Departure, now: float) -> bool:
        if self.rtx_payload_type is None or self.rtx_ssrc is None:
            return departure.repeat(packet)
        repair = wrap_rtx(
            packet,
            payload_type=self.rtx_payload_type,
            ssrc=self.rtx_ssrc,
            sequence_number=self._rtx_sequence,
            extensions={},
        )
        if not departure.send((repair,), self._rtx_stamps, now):
            return False
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        return True

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

    def reported(self, block: ReportBlock, ntp: int) -> None:
        """What the receiver says about the stream, received at NTP time `ntp`."""
        counters = self.counters
        counters.reports_received += 1
        counters.remote_packets_lost = block.packets_lost
        counters.remote_fraction_lost = block.fraction_lost / 256
        if self._clock_rate:
            counters.remote_jitter = block.jitter / self._clock_rate
        rtt = round_trip_time(block, ntp)
        if rtt is not None:
            counters.round_trip_time = rtt
            counters.total_round_trip_time += rtt
            counters.round_trip_time_measurements += 1
