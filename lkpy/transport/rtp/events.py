"""What the RTP session of a connection found out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from lkpy.media.rtp.packet import RtpPacket
from lkpy.transport.rtp.encoding import RtpEncoding
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.sdp.attributes import RtpCodec


@dataclass(frozen=True, slots=True)
class ReceiverAdded:
    """A description brought a track."""

    receiver: RtpReceiver


@dataclass(frozen=True, slots=True)
class ReceiverRemoved:
    """A description ended a track."""

    receiver: RtpReceiver


@dataclass(frozen=True, slots=True)
class KeyFrameRequested:
    """The peer cannot go on without a key frame (PLI, FIR)."""

    sender: RtpSender
    encoding: RtpEncoding


@dataclass(frozen=True, slots=True)
class LossReported:
    """The peer reported on a stream: `fraction`, 0 to 1, of its packets were lost since the last report."""

    sender: RtpSender
    fraction: float


@dataclass(frozen=True, slots=True)
class RetransmissionRequested:
    """The peer misses packets (NACK); `lost` are their sequence numbers."""

    sender: RtpSender
    encoding: RtpEncoding
    lost: tuple[int, ...]


RtpEvent: TypeAlias = (
    ReceiverAdded | ReceiverRemoved | KeyFrameRequested | LossReported | RetransmissionRequested
)

ReceivedPacket: TypeAlias = tuple[RtpReceiver, RtpPacket, RtpCodec]
"""A packet with the receiver that it is for and the codec of its payload type."""
