"""The codecs the SFU forwards: livekit-server's payload types for its own offers, and the choice of a payload
type for a packet on another leg. Pure tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lkpy.transport.sdp import RtpCodec

AUDIO = ("opus", "red", "pcmu", "pcma")
VIDEO = ("vp8", "h264", "vp9", "av1", "h265")
FORWARDED: Mapping[str, tuple[str, ...]] = {"audio": AUDIO, "video": VIDEO}
"""Codec names (lower case) that are kept in an answer, by kind."""

VIDEO_FEEDBACK = ("goog-remb", "ccm fir", "nack", "nack pli")

ENABLED_CODECS = (
    "audio/PCMU",
    "audio/PCMA",
    "audio/opus",
    "audio/red",
    "video/VP8",
    "video/H264",
    "video/VP9",
    "video/AV1",
    "video/H265",
    "video/rtx",
)
PUBLISH_CODECS = (
    "video/VP8",
    "video/H264",
    "video/VP9",
    "video/AV1",
    "video/H265",
    "audio/PCMU",
    "audio/PCMA",
    "audio/opus",
    "audio/red",
)


def _video(payload_type: int, name: str, parameters: str = "") -> tuple[RtpCodec, RtpCodec]:
    return (
        RtpCodec(payload_type, name, 90000, fmtp=parameters, feedback=VIDEO_FEEDBACK),
        RtpCodec(payload_type + 1, "rtx", 90000, fmtp=f"apt={payload_type}"),
    )


def _h264(mode: int, profile: str) -> str:
    return f"level-asymmetry-allowed=1;packetization-mode={mode};profile-level-id={profile}"


OPUS_PARAMETERS = "minptime=10;useinbandfec=1"
OFFERED_AUDIO = (
    RtpCodec(111, "opus", 48000, 2, OPUS_PARAMETERS),
    RtpCodec(63, "red", 48000, 2, "111/111"),
    RtpCodec(0, "PCMU", 8000, feedback=("nack",)),
    RtpCodec(8, "PCMA", 8000, feedback=("nack",)),
)
OFFERED_VIDEO = (
    *_video(96, "VP8"),
    *_video(98, "VP9", "profile-id=0"),
    *_video(100, "VP9", "profile-id=1"),
    *_video(125, "H264", _h264(0, "42e01f")),
    *_video(108, "H264", _h264(1, "42e01f")),
    *_video(104, "H264", _h264(0, "42001f")),
    *_video(102, "H264", _h264(1, "42001f")),
    *_video(35, "AV1"),
    *_video(116, "H265"),
)
OFFERED: Mapping[str, tuple[RtpCodec, ...]] = {"audio": OFFERED_AUDIO, "video": OFFERED_VIDEO}


def kept(kind: str, codecs: Iterable[RtpCodec]) -> list[RtpCodec]:
    """The codecs of an offered section that are answered, repair streams behind what they repair."""
    offered = list(codecs)
    media = [c for c in offered if c.key in FORWARDED.get(kind, ())]
    numbers = {c.payload_type for c in media}
    return media + [c for c in offered if c.repairs in numbers]


_DISTINGUISHING = {
    "h264": (("packetization-mode", "0"), ("profile-level-id", "42e01f")),
    "vp9": (("profile-id", "0"),),
}


def matching_payload_type(codec: RtpCodec, choices: Iterable[RtpCodec]) -> int | None:
    """The payload type that carries `codec` on another leg (same name, most alike parameters), or None."""
    best, best_score = None, -1
    for choice in choices:
        if choice.key != codec.key:
            continue
        score = 0
        for position, (name, default) in enumerate(_DISTINGUISHING.get(codec.key, ())):
            ours, theirs = codec.parameters.get(name, default), choice.parameters.get(name, default)
            score += (ours.lower()[:4] == theirs.lower()[:4]) << (4 - position)
        if score > best_score:
            best, best_score = choice.payload_type, score
    return best
