"""The receiving end of one track that the peer sends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from lkpy.media.rtp.nack import NackGenerator
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.reception import ReceptionStatistics
from lkpy.transport.jsep.results import RemoteStream
from lkpy.transport.sdp.attributes import RtpCodec

logger = logging.getLogger(__name__)

MAX_LOGGED_ERRORS = 5
"""Tracebacks of a sink that are logged; later ones are only counted."""

RtpSink = Callable[[RtpPacket, RtpCodec, float], None]
"""Takes a packet, the codec of its payload type, and its time of arrival in seconds."""


@dataclass(slots=True)
class RtpReceiverCounters:
    """What a receiver did with packets; reception itself is in `RtpReceiver.statistics`."""

    unknown_payload_type: int = 0
    """Dropped: the payload type was not negotiated for this section."""
    unheard: int = 0
    """Dropped: nobody listens."""
    padding: int = 0
    """Packets without payload: probes."""
    sink_errors: int = 0
    """Exceptions raised by the sink."""
    repaired: int = 0
    """Packets that came as a retransmission (RFC 4588)."""
    nacks_sent: int = 0
    """Sequence numbers asked for again."""


class RtpReceiver:
    """Counts the packets of one stream, asks for lost ones, and gives them to the sink.

    Packets come in order of arrival; ordering them is the jitter buffer's part.

    Attributes:
        mid, kind: of the section.
        track_sid, stream_id, participant_sid: who it is; participant_sid is "" where the peer does not say.
        ssrc: from the description, or learnt from the first packet; None before.
        codecs: payload type to codec; the peer may switch between them at any packet.
        extmap: header extension id to URI.
        sink: gets the packets; without one they are dropped and counted.
        statistics: of the primary stream.
    """

    def __init__(self, stream: RemoteStream) -> None:
        self.mid = stream.mid
        self.kind = stream.kind
        self.track_sid = stream.track_sid
        self.ssrc = stream.ssrc
        self.sink: RtpSink | None = None
        self.counters = RtpReceiverCounters()
        self.nack = NackGenerator()
        self.update(stream)
        first = next((c for c in self.codecs.values() if c.repairs is None), None)
        self.statistics = ReceptionStatistics(first.clock_rate if first is not None else 90000)

    def update(self, stream: RemoteStream) -> None:
        """A later description goes on with this stream, perhaps from another source."""
        self.stream_id = stream.stream_id
        self.participant_sid = stream.stream_id.partition("|")[0] if "|" in stream.stream_id else ""
        if stream.ssrc is not None and stream.ssrc != self.ssrc:
            self._set_source(stream.ssrc)
        self.rtx_ssrc = stream.rtx_ssrc
        self.codecs = dict(stream.codecs)
        self.extmap = dict(stream.extmap)
        self._asks = any("nack" in codec.feedback for codec in self.codecs.values())

    def receive(self, packet: RtpPacket, now: float, *, repaired: bool = False) -> None:
        """Take a packet of the primary stream, unwrapped if it came as a retransmission. Never raises."""
        codec = self.codecs.get(packet.payload_type)
        if codec is None:
            self.counters.unknown_payload_type += 1
            return
        if packet.ssrc != self.ssrc:
            self._set_source(packet.ssrc)
        self.statistics.receive(packet, now)
        if repaired:
            self.counters.repaired += 1
        sink = self.sink
        if self._asks and sink is not None:
            self.nack.received(packet.sequence_number, now)
        if not packet.payload:
            self.counters.padding += 1
        elif sink is None:
            self.counters.unheard += 1
        else:
            try:
                sink(packet, codec, now)
            except Exception:
                self.counters.sink_errors += 1
                if self.counters.sink_errors <= MAX_LOGGED_ERRORS:
                    logger.exception("the sink of track %s failed", self.track_sid)

    def _set_source(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self.nack = NackGenerator()
