"""The sending end of one track: the one door through which its frames leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lkpy.media.encoded_frame import EncodedFrame
from lkpy.transport.jsep.results import NegotiatedSender
from lkpy.transport.rtp.departure import Departure
from lkpy.transport.rtp.encoding import EncodingSource, RtpEncoding
from lkpy.transport.rtp.packetizers import MAX_PAYLOAD, PACKETIZERS, Packetizer
from lkpy.transport.sdp.attributes import RtpCodec


class RtpSender:
    """Takes the encoded frames of a track, one encoding or several (simulcast layers) side by side.

    A frame says by its `ssrc` to which encoding it belongs, and has its timestamp from that (`stamp`), so
    that whatever transforms it knows both before it is sent.

    Args:
        kind: "audio" or "video".
        cid: the id that the description and the signalling share.
        sources: random numbers of each encoding, at least one.
        departure: where packets leave.
        mid: the section the track was given; "" until there is one.

    Attributes:
        codec: the negotiated codec, None while nothing may be sent.
        encodings: the streams, those without a `codec` are not sent.
        ssrc, counters: of the first encoding, which is all there is of a track without layers.
        on_key_frame_request: called with the rid of the layer ("" without layers) that needs a key frame.
        on_loss_report: called with each report, with the part of the packets (0 to 1) that was lost.
    """

    def __init__(
        self,
        kind: str,
        cid: str,
        sources: Sequence[EncodingSource],
        departure: Departure,
        *,
        mid: str = "",
    ) -> None:
        self.kind = kind
        self.cid = cid
        self.mid = mid
        self.codec: RtpCodec | None = None
        self.encodings = tuple(RtpEncoding(source) for source in sources)
        self.ssrc = self.encodings[0].ssrc
        self.counters = self.encodings[0].counters
        self.on_key_frame_request: Callable[[str], None] | None = None
        self.on_loss_report: Callable[[float], None] | None = None
        self._by_ssrc = {encoding.ssrc: encoding for encoding in self.encodings}
        self._departure = departure
        self._packetize: Packetizer | None = None

    def negotiated(self, agreed: NegotiatedSender) -> None:
        """An answer took the track: what it is sent as from now on. Layers that it left out are not sent."""
        codec = agreed.codecs[0]
        self.mid = agreed.mid
        self.codec = codec
        self._packetize = PACKETIZERS.get(codec.key)
        for encoding in self.encodings:
            if encoding.rid and encoding.rid not in agreed.rids:
                encoding.stop()
            else:
                encoding.negotiated(codec, agreed.rtx.get(codec.payload_type), agreed.extmap, agreed.mid)

    def stop(self) -> None:
        """Send nothing any more."""
        self.codec = self._packetize = None
        for encoding in self.encodings:
            encoding.stop()

    def stamp(self, timestamp: int, now: float) -> int:
        """`RtpEncoding.stamp` of the first encoding."""
        return self.encodings[0].stamp(timestamp, now)

    def send(self, frame: EncodedFrame, now: float) -> None:
        """Send one encoded frame.

        It is dropped and counted while nothing is negotiated or connected, or if there is no payload format
        for it or its source is none of ours.

        Args:
            frame: with `ssrc` and `rtp_timestamp` of one of `encodings`.
        """
        encoding = self._by_ssrc.get(frame.ssrc)
        if encoding is None or self._packetize is None:
            self.counters.dropped += 1
            return
        encoding.send(frame, self._packetize(frame, MAX_PAYLOAD), self._departure, now)

    def retransmit(self, encoding: RtpEncoding, lost: Sequence[int], now: float) -> None:
        """The receiver misses packets of an encoding (RFC 4585 section 6.2.1)."""
        encoding.retransmit(lost, self._departure, now)
