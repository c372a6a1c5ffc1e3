"""Session descriptions as a lenient model of lines: `SessionDescription` and `MediaSection`."""

from lkpy.transport.sdp.attributes import (
    Direction,
    Fingerprint,
    Msid,
    Rid,
    RtpCodec,
    SsrcGroup,
)
from lkpy.transport.sdp.description import SessionDescription
from lkpy.transport.sdp.section import MediaSection

__all__ = [
    "Direction",
    "Fingerprint",
    "MediaSection",
    "Msid",
    "Rid",
    "RtpCodec",
    "SessionDescription",
    "SsrcGroup",
]
