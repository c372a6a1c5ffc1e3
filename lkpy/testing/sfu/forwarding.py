"""One track on its way to one subscriber: header rewriting, retransmission, the end. Pure, nothing decoded.

A subscriber sees one stream per track with an SSRC, sequence numbers and timestamps of its own, continuous
over layer switches. Sequence numbers start low and never jump: libsrtp refuses a stream for good when its
numbers jump by half the range (RFC 3711 section 3.3.1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lkpy.errors import ProtocolError
from lkpy.media.rtp import extensions as ext
from lkpy.media.rtp.history import RetransmissionBuffer
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.red import parse_red
from lkpy.media.rtp.rtcp import RtcpPacket, SenderReport, SourceDescription
from lkpy.testing.sfu.codecs import matching_payload_type
from lkpy.testing.sfu.layers import LayerSelector
from lkpy.transport.sdp import RtpCodec

COPIED_EXTENSIONS = (ext.AUDIO_LEVEL, ext.DEPENDENCY_DESCRIPTOR, ext.ABS_CAPTURE_TIME, ext.PLAYOUT_DELAY)
"""Header extensions that are carried over where the subscriber's section has them."""

SILENCE_PACKETS = 10
SILENCE_INTERVAL = 0.02
OPUS_SILENCE = b"\xf8\xff\xfe"
"""20 ms of silence; ten of them end an audio stream as livekit-server does, so that decoders fade out."""

HISTORY_AGE, HISTORY_BYTES = 1.0, 1 << 19
MAX_STEP = 3000
"""Packets by which a source may jump before it counts as a new one."""

_HALF16, _MASK16, _MASK32 = 0x8000, 0xFFFF, 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Egress:
    """The subscriber's section as negotiated."""

    mid: str
    codecs: Sequence[RtpCodec]
    extmap: Mapping[int, str]
    send_mid: bool
    """Whether packets carry the mid: negotiated in single mode, not on the subscriber connection."""


@dataclass(frozen=True, slots=True)
class IncomingPacket:
    """A publisher's packet with what its section says about it."""

    packet: RtpPacket
    codec: RtpCodec
    rid: str
    keyframe: bool
    extmap: Mapping[int, str]


class Renumbering:
    """Own sequence numbers and timestamps, continuous over changes of the source."""

    def __init__(self, first_sequence: int, first_timestamp: int, clock_rate: int) -> None:
        self._sequence = first_sequence
        self._timestamp = first_timestamp
        self._clock_rate = clock_rate
        self._at: float | None = None
        self._sequence_offset = 0
        self._start: int | None = None
        self.timestamp_offset = 0

    def start_source(self, sequence: int, timestamp: int, now: float) -> None:
        """The next packet comes from another source: go on right behind the last one sent."""
        elapsed = 0 if self._at is None else max(round((now - self._at) * self._clock_rate), 1)
        self._start = (self._sequence + 1) & _MASK16
        self._sequence_offset = (self._start - sequence) & _MASK16
        self.timestamp_offset = (self._timestamp + elapsed - timestamp) & _MASK32

    def apply(self, sequence: int, timestamp: int, now: float) -> tuple[int, int] | None:
        """The numbers a packet of the current source goes out with.

        None for one from before the change of source: its number belongs to the old source.
        """
        out = (sequence + self._sequence_offset) & _MASK16
        stamp = (timestamp + self.timestamp_offset) & _MASK32
        if self._start is not None:
            since = (out - self._start) & _MASK16
            if since >= _HALF16:
                return None
            if since > MAX_STEP:
                self._start = None  # long ago: nothing of the old source is under way any more
        if (out - self._sequence) & _MASK16 < _HALF16:
            self._sequence, self._timestamp, self._at = out, stamp, now
        return out, stamp

    def far(self, sequence: int) -> bool:
        """Whether a source's number would jump so far that the stream has to be treated as a new source."""
        step = (sequence + self._sequence_offset - self._sequence) & _MASK16
        return MAX_STEP < step < _MASK16 - MAX_STEP

    def next(self, timestamp_step: int, now: float) -> tuple[int, int]:
        """Numbers for a packet of our own making behind everything sent so far."""
        self._sequence = (self._sequence + 1) & _MASK16
        self._timestamp = (self._timestamp + timestamp_step) & _MASK32
        self._at = now
        return self._sequence, self._timestamp


class DownTrack:
    """The stream of one subscription.

    Args:
        kind: "audio" or "video".
        ssrc: of the stream as the subscriber sees it.
        clock_rate: Hz.
    """

    def __init__(
        self, kind: str, *, ssrc: int, first_sequence: int, first_timestamp: int, clock_rate: int
    ) -> None:
        self.kind = kind
        self.ssrc = ssrc
        self.clock_rate = clock_rate
        self.egress: Egress | None = None
        self.active = False
        """The subscriber's connection is up and its description applied: packets may go."""
        self.disabled = False
        """Paused by the subscriber (`UpdateTrackSettings.disabled`)."""
        self.loss: float | None = None
        """Part of the packets the subscriber missed, from its last report."""
        self.layers = LayerSelector(needs_keyframe=kind == "video")
        self.counters: Counter[str] = Counter()
        self._numbers = Renumbering(first_sequence, first_timestamp, clock_rate)
        self._history = RetransmissionBuffer(max_age_s=HISTORY_AGE, max_bytes=HISTORY_BYTES)
        self._payload_types: dict[int, int | None] = {}
        self._extension_ids: dict[int, int] = {}
        self._source_extmap: Mapping[int, str] | None = None
        self._mid_extension: dict[int, bytes] = {}
        self._unwrap_red = False
        self._paused = False
        self._silence_left: int | None = None
        self._silence_at = 0.0

    def bind(self, egress: Egress) -> None:
        """Use a section of the subscriber; called again whenever it is negotiated anew."""
        self.egress = egress
        self._payload_types.clear()
        self._source_extmap = None
        self._unwrap_red = not any(codec.key == "red" for codec in egress.codecs)
        mid_id = next((number for number, uri in egress.extmap.items() if uri == ext.MID), None)
        # With the publisher's mid a packet is never played: it carries the subscriber's own, or none.
        self._mid_extension = {mid_id: egress.mid.encode()} if egress.send_mid and mid_id is not None else {}

    def forward(self, incoming: IncomingPacket, now: float) -> tuple[RtpPacket | None, bool]:
        """Rewrite a packet: (the packet to send or None, whether its layer needs a key frame)."""
        if self.egress is None or not self.active or self._silence_left is not None:
            return None, False
        if self.disabled:
            self.pause()
            return None, False
        source = incoming.packet
        before = self.layers.current
        send, ask = self.layers.observe(incoming.rid, incoming.keyframe, now)
        if not send:
            return None, ask
        payload_type, payload = self._payload(incoming)
        if payload_type is None:
            return None, False
        if before != incoming.rid or self._paused or self._numbers.far(source.sequence_number):
            self._numbers.start_source(source.sequence_number, source.timestamp, now)
            self._paused = False
        numbers = self._numbers.apply(source.sequence_number, source.timestamp, now)
        if numbers is None:
            self.counters["late"] += 1
            return None, False
        sequence, timestamp = numbers
        packet = RtpPacket(
            payload_type,
            sequence,
            timestamp,
            self.ssrc,
            payload,
            marker=source.marker,
            extensions=self._extensions(incoming),
            padding_size=source.padding_size,
        )
        self._count(packet)
        self._history.add(packet, now)
        return packet, False

    def pause(self) -> None:
        """A packet is withheld (muted, disabled): go on later without a gap that looks like loss."""
        self._paused = True
        if self.kind == "video":
            self.layers.current = None  # a decoder needs a key frame after the gap

    def retransmit(self, lost: Sequence[int], now: float, rtt: float) -> list[RtpPacket]:
        """The packets of a NACK that are still known (RFC 4585 section 6.2.1)."""
        found = [self._history.get(sequence, now, rtt) for sequence in lost]
        packets = [packet for packet in found if packet is not None]
        self.counters["retransmitted"] += len(packets)
        return packets

    def sender_report(self, report: SenderReport) -> list[RtcpPacket]:
        """The publisher's report in this stream's numbers (RFC 3550 section 6.4.1), with our SDES."""
        if not self.active or not self.counters["sent"]:
            return []
        timestamp = (report.rtp_time + self._numbers.timestamp_offset) & _MASK32
        return [
            SenderReport(
                ssrc=self.ssrc,
                ntp_time=report.ntp_time,
                rtp_time=timestamp,
                packet_count=self.counters["sent"] & _MASK32,
                octet_count=self.counters["octets"] & _MASK32,
            ),
            SourceDescription.of_cname("sfu", [self.ssrc]),
        ]

    # The end of a stream

    def end(self, now: float) -> None:
        """Stop forwarding; an audio stream fades out with silence first."""
        fades = self.kind == "audio" and self.active and self.counters["sent"] > 0
        self._silence_left = SILENCE_PACKETS if fades else 0
        self._silence_at = now

    @property
    def ended(self) -> bool:
        return self._silence_left == 0

    def closing_packets(self, now: float) -> list[RtpPacket]:
        """The silence that is due."""
        packets = []
        while self._silence_left and now >= self._silence_at:
            self._silence_left -= 1
            self._silence_at += SILENCE_INTERVAL
            packets += self.silence(now)
        return packets

    def silence(self, now: float) -> list[RtpPacket]:
        """One packet of Opus silence, also the first packet of a track that says nothing yet."""
        codecs = self.egress.codecs if self.egress is not None else ()
        opus = next((codec for codec in codecs if codec.key == "opus"), None)
        if opus is None:
            return []
        step = round(SILENCE_INTERVAL * self.clock_rate)
        sequence, timestamp = self._numbers.next(step, now)
        packet = RtpPacket(
            opus.payload_type,
            sequence,
            timestamp,
            self.ssrc,
            OPUS_SILENCE,
            extensions=dict(self._mid_extension),
        )
        self._count(packet)
        return [packet]

    def _count(self, packet: RtpPacket) -> None:
        self.counters["sent"] += 1
        self.counters["octets"] += len(packet.payload)

    def _payload(self, incoming: IncomingPacket) -> tuple[int | None, bytes]:
        """Payload type and payload for this subscriber. RED (RFC 2198) is unwrapped for who has only Opus."""
        codec, payload = incoming.codec, incoming.packet.payload
        codecs = self.egress.codecs if self.egress is not None else ()
        if codec.key == "red" and self._unwrap_red:
            opus = next((choice.payload_type for choice in codecs if choice.key == "opus"), None)
            try:
                return opus, parse_red(payload)[-1].payload
            except ProtocolError:
                self.counters["bad red"] += 1
                return None, payload
        number = codec.payload_type
        if number not in self._payload_types:
            self._payload_types[number] = matching_payload_type(codec, codecs)
        if self._payload_types[number] is None:
            self.counters["no codec"] += 1
        return self._payload_types[number], payload

    def _extensions(self, incoming: IncomingPacket) -> dict[int, bytes]:
        if self._source_extmap is not incoming.extmap:
            self._source_extmap = incoming.extmap
            ours = {uri: number for number, uri in (self.egress.extmap if self.egress else {}).items()}
            self._extension_ids = {
                number: ours[uri]
                for number, uri in incoming.extmap.items()
                if uri in ours and uri in COPIED_EXTENSIONS
            }
        extensions = dict(self._mid_extension)
        for number, value in incoming.packet.extensions.items():
            if number in self._extension_ids:
                extensions[self._extension_ids[number]] = value
        return extensions
