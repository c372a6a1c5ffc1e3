"""Does an RTP payload begin a key frame? Only headers are read; nothing is decoded. Pure.

Every function takes the payload and answers False for anything it does not understand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_H264_IDR, _H264_SPS, _H264_STAP_A, _H264_FU_A = 5, 7, 24, 28
_H265_IRAP = range(16, 24)
_H265_PARAMETER_SETS = range(32, 35)
_H265_AGGREGATION, _H265_FRAGMENT = 48, 49


def vp8(payload: bytes) -> bool:
    """First packet of a VP8 key frame (RFC 7741 sections 4.2 and 4.3)."""
    if len(payload) < 4 or not payload[0] & 0x10 or payload[0] & 0x07:
        return False
    at = 1
    if payload[0] & 0x80:
        extended, at = payload[1], 2
        if extended & 0x80:
            at += 2 if payload[at] & 0x80 else 1
        at += bool(extended & 0x40) + bool(extended & 0x30)
    return at < len(payload) and not payload[at] & 0x01


def vp9(payload: bytes) -> bool:
    """Start of a VP9 frame without inter prediction in the lowest spatial layer (RFC 9628 section 4.2)."""
    if not payload or payload[0] & 0x40 or not payload[0] & 0x08:
        return False
    at = 1
    if payload[0] & 0x80:  # picture id, one or two bytes
        if len(payload) < 2:
            return False
        at += 2 if payload[1] & 0x80 else 1
    if payload[0] & 0x20:  # layer indices
        return at < len(payload) and not payload[at] & 0x0E
    return True


def h264(payload: bytes) -> bool:
    """A sequence parameter set or the start of an IDR slice (RFC 6184 section 5)."""
    if not payload:
        return False
    kind = payload[0] & 0x1F
    if kind == _H264_STAP_A:
        at = 1
        while at + 2 < len(payload):
            if payload[at + 2] & 0x1F in (_H264_SPS, _H264_IDR):
                return True
            at += 2 + int.from_bytes(payload[at : at + 2], "big")
        return False
    if kind == _H264_FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F == _H264_IDR
    return kind in (_H264_SPS, _H264_IDR)


def h265(payload: bytes) -> bool:
    """A parameter set or the start of an IRAP slice (RFC 7798 section 4.4)."""
    if len(payload) < 3:
        return False
    kind = payload[0] >> 1 & 0x3F
    if kind == _H265_AGGREGATION:
        return len(payload) > 4 and _h265_starts(payload[4] >> 1 & 0x3F)
    if kind == _H265_FRAGMENT:
        return bool(payload[2] & 0x80) and _h265_starts(payload[2] & 0x3F)
    return _h265_starts(kind)


def _h265_starts(kind: int) -> bool:
    return kind in _H265_IRAP or kind in _H265_PARAMETER_SETS


def av1(payload: bytes) -> bool:
    """First packet of a coded video sequence: the N bit (AV1 RTP specification section 4.4)."""
    return bool(payload) and bool(payload[0] & 0x08)


DETECTORS: Mapping[str, Callable[[bytes], bool]] = {
    "vp8": vp8,
    "vp9": vp9,
    "h264": h264,
    "h265": h265,
    "av1": av1,
}
"""By lower-case codec name."""


def is_keyframe(codec: str, payload: bytes) -> bool:
    """Whether `payload` starts a key frame of the codec; False for codecs without key frames."""
    detector = DETECTORS.get(codec)
    return detector is not None and detector(payload)
