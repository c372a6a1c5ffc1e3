"""The receiving end of one track that the peer sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lkpy.media.rtp.nack import NackGenerator
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.reception import ReceptionStatistics
from lkpy.transport.jsep.results import NegotiatedReceiver
from lkpy.transport.sdp.attributes import RtpCodec

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
    """Counts the packets of one track and asks for lost ones.

    Packets come in order of arrival; ordering them is the jitter buffer's part.

    Args:
        agreed: what the description says about the track.

    Attributes:
        mid, kind: of the section.
        track_sid, stream_id, participant_sid: who it is; participant_sid is "" where the peer does not say.
        ssrc: from the description, or learnt from the first packet; None before.
        codecs: payload type to codec; the peer may switch between them at any packet.
        extmap: header extension id to URI.
        sink: the driver gives it the packets; without one they are dropped and counted.
        statistics: of the primary stream.
    """

    def __init__(self, agreed: NegotiatedReceiver) -> None:
        self.mid = agreed.mid
        self.kind = agreed.kind
        self.track_sid = agreed.track_sid
        self.ssrc = agreed.ssrc
        self.sink: RtpSink | None = None
        self.counters = RtpReceiverCounters()
        self.nack = NackGenerator()
        self.update(agreed)
        first = next((c for c in self.codecs.values() if c.repairs is None), None)
        self.statistics = ReceptionStatistics(first.clock_rate if first is not None else 90000)

    def update(self, agreed: NegotiatedReceiver) -> None:
        """A later description goes on with this track, perhaps from another source."""
        self.stream_id = agreed.stream_id
        self.participant_sid = agreed.stream_id.partition("|")[0] if "|" in agreed.stream_id else ""
        if agreed.ssrc is not None and agreed.ssrc != self.ssrc:
            self._set_source(agreed.ssrc)
        self.rtx_ssrc = agreed.rtx_ssrc
        self.codecs = dict(agreed.codecs)
        self.extmap = dict(agreed.extmap)
        self._asks = any("nack" in codec.feedback for codec in self.codecs.values())

    def receive(self, packet: RtpPacket, now: float, *, repaired: bool = False) -> RtpCodec | None:
        """Take a packet of the primary stream, unwrapped if it came as a retransmission.

        Returns:
            Its codec, with which it is for `sink`; None for a packet that is for nobody (counted).
        """
        codec = self.codecs.get(packet.payload_type)
        if codec is None:
            self.counters.unknown_payload_type += 1
            return None
        if packet.ssrc != self.ssrc:
            self._set_source(packet.ssrc)
        self.statistics.receive(packet, now)
        if repaired:
            self.counters.repaired += 1
        heard = self.sink is not None
        if self._asks and heard:
            self.nack.received(packet.sequence_number, now)
        if not packet.payload:
            self.counters.padding += 1
            return None
        if not heard:
            self.counters.unheard += 1
            return None
        return codec

    def _set_source(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self.nack = NackGenerator()
