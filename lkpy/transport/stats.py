"""Snapshots of a peer connection for `getStats`."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy.transport.bundle import BundleCounters
from lkpy.transport.dtls import DtlsCounters, DtlsState
from lkpy.transport.ice.stats import IceStats
from lkpy.transport.rtcp_scheduler import RtcpCounters
from lkpy.transport.rtp_receiver import RtpReceiverCounters
from lkpy.transport.rtp_sender import RtpSenderCounters
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sdp.attributes import RtpCodec
from lkpy.transport.srtp import SrtpCounters
from lkpy.transport.states import BundleState


@dataclass(frozen=True, slots=True)
class RtpSenderStats:
    """One stream that we send (RTCOutboundRtpStreamStats, RTCRemoteInboundRtpStreamStats)."""

    mid: str
    kind: str
    cid: str
    ssrc: int
    codec: RtpCodec | None
    counters: RtpSenderCounters


@dataclass(frozen=True, slots=True)
class RtpReceiverStats:
    """One stream that we receive (RTCInboundRtpStreamStats).

    Attributes:
        bytes_received: payload bytes.
        jitter: seconds.
    """

    mid: str
    kind: str
    track_sid: str
    ssrc: int | None
    packets_received: int
    bytes_received: int
    packets_lost: int
    jitter: float
    counters: RtpReceiverCounters


@dataclass(frozen=True, slots=True)
class PeerConnectionStats:
    """A peer connection; all counters are copies.

    Attributes:
        srtp: None while there are no media keys.
        round_trip_time: seconds, of the path in use, None before the first answered check.
        unrouted_packets: RTP that belonged to no section.
        bad_candidates: candidates of the peer that could not be read.
    """

    state: BundleState
    error: str
    ice: IceStats
    dtls_state: DtlsState
    dtls_cipher: str
    srtp_profile: str
    round_trip_time: float | None
    bundle: BundleCounters
    dtls: DtlsCounters
    srtp: SrtpCounters | None
    sctp: SctpCounters
    rtcp: RtcpCounters
    senders: tuple[RtpSenderStats, ...]
    receivers: tuple[RtpReceiverStats, ...]
    unrouted_packets: int
    malformed_packets: int
    bad_candidates: int
    callback_errors: int
