"""What we can send and receive, as tables: codecs and header extensions with the numbers of our offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lkpy.media.rtp import extensions
from lkpy.transport.sdp import RtpCodec

VIDEO_FEEDBACK = ("nack", "nack pli", "ccm fir")
AUDIO_FEEDBACK = ("nack",)


@dataclass(frozen=True, slots=True)
class CodecCapability:
    """A codec as we offer it.

    Attributes:
        codec: payload type, name, rate, parameters and the feedback that we act on.
        rtx_payload_type: payload type of its retransmission stream (RFC 4588), None where there is none.
        sends: whether our packetizer can produce it; every capability can be received.
    """

    codec: RtpCodec
    rtx_payload_type: int | None = None
    sends: bool = True

    @property
    def rtx(self) -> RtpCodec | None:
        """The retransmission codec, which is written like any other payload type."""
        if self.rtx_payload_type is None:
            return None
        return RtpCodec(
            self.rtx_payload_type, "rtx", self.codec.clock_rate, fmtp=f"apt={self.codec.payload_type}"
        )


def _video(payload_type: int, rtx: int, name: str, fmtp: str = "", *, sends: bool = True) -> CodecCapability:
    codec = RtpCodec(payload_type, name, 90000, fmtp=fmtp, feedback=VIDEO_FEEDBACK)
    return CodecCapability(codec, rtx, sends)


def _identity(codec: RtpCodec) -> tuple[str, int, int]:
    return codec.key, codec.clock_rate, codec.channels


OPUS = CodecCapability(RtpCodec(111, "opus", 48000, 2, "minptime=10;useinbandfec=1", AUDIO_FEEDBACK))
"""RFC 7587. RED (RFC 2198) is left out: without it a publisher's RED arrives as plain Opus."""
VP8 = _video(96, 97, "VP8")
"""RFC 7741."""
VP9 = _video(98, 99, "VP9", "profile-id=0")
"""RFC 9628."""
H264 = _video(125, 126, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")
"""RFC 6184, constrained baseline."""
H264_SINGLE_NAL = _video(
    108, 109, "H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f", sends=False
)
AV1 = _video(45, 46, "AV1")
"""AV1 RTP payload format 1.0."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The codecs in order of preference and the header extensions, by kind of media.

    Payload types and extension ids are unique over both kinds, since all sections share one transport
    (RFC 9143 section 10.1.2 and 10.3).

    Attributes:
        codecs: "audio" and "video" to what we send and receive.
        extensions: "audio" and "video" to {URI: id in our offers}.
    """

    codecs: Mapping[str, tuple[CodecCapability, ...]]
    extensions: Mapping[str, Mapping[str, int]]

    def offered(self, kind: str, first: Iterable[str] = ()) -> list[RtpCodec]:
        """Every codec for a section of ours, those named in `first` in front, each followed by its rtx.

        All are listed even where one is meant: livekit-server takes the codecs of a connection from the first
        section of each kind, and answers later offers of others with those.
        """
        known = self.codecs.get(kind, ())
        leading = self.sendable(kind, first)
        rank = {payload_type: i for i, payload_type in enumerate(leading)}
        chosen: list[RtpCodec] = []
        for capability in sorted(known, key=lambda c: rank.get(c.codec.payload_type, len(rank))):
            chosen.append(capability.codec)
            if capability.rtx is not None:
                chosen.append(capability.rtx)
        return chosen

    def sendable(self, kind: str, names: Iterable[str]) -> dict[int, RtpCodec]:
        """The codecs of those names that we send, under the payload types of our offers, best first."""
        known = self.codecs.get(kind, ())
        chosen = [c.codec for name in names for c in known if c.codec.key == name.lower() and c.sends]
        return {codec.payload_type: codec for codec in chosen}

    def repairs(self, kind: str, names: Iterable[str]) -> bool:
        """Whether one of those codecs is offered with a retransmission stream (RFC 4588)."""
        wanted = {name.lower() for name in names}
        return any(c.rtx is not None and c.codec.key in wanted for c in self.codecs.get(kind, ()))

    def common(self, kind: str, codecs: Iterable[RtpCodec]) -> list[RtpCodec]:
        """What we take of another's list: their numbers, parameters and order, the feedback that we act on,
        and rtx only for codecs that stay."""
        # Parameters do not matter: a decoder reads every profile and packetization mode of its codec
        known = {_identity(c.codec): c.codec.feedback for c in self.codecs.get(kind, ())}
        listed = list(codecs)
        kept: dict[int, RtpCodec] = {}
        for codec in listed:
            acted_on = known.get(_identity(codec))
            if acted_on is not None:
                feedback = tuple(message for message in codec.feedback if message in acted_on)
                kept[codec.payload_type] = replace(codec, feedback=feedback)
        rtx = {codec.payload_type: codec for codec in listed if codec.repairs in kept}
        return [
            kept.get(codec.payload_type) or rtx[codec.payload_type]
            for codec in listed
            if codec.payload_type in kept or codec.payload_type in rtx
        ]

    def common_extensions(self, kind: str, extmap: Mapping[int, str]) -> dict[int, str]:
        """What we take of another's header extensions, under their ids."""
        known = self.extensions.get(kind, {})
        return {identifier: uri for identifier, uri in extmap.items() if uri in known}

    def offered_extensions(self, kind: str) -> dict[int, str]:
        """Header extensions for a section of ours, id to URI."""
        return {identifier: uri for uri, identifier in self.extensions.get(kind, {}).items()}


DEFAULT_CAPABILITIES = Capabilities(
    codecs={"audio": (OPUS,), "video": (VP8, H264, VP9, AV1, H264_SINGLE_NAL)},
    extensions={
        "audio": {
            extensions.AUDIO_LEVEL: 1,
            extensions.MID: 4,
            extensions.ABS_CAPTURE_TIME: 5,
        },
        "video": {
            extensions.ABS_SEND_TIME: 2,
            extensions.MID: 4,
            extensions.ABS_CAPTURE_TIME: 5,
            extensions.RID: 10,
            extensions.REPAIRED_RID: 11,
        },
    },
)
"""Transport-wide congestion control is not here: who offers it must send feedback for it."""
