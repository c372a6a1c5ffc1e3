"""Snapshots of a peer connection for `getStats`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lkpy.transport.bundle import BundleTransport
from lkpy.transport.bundle_observer import BundleCounters
from lkpy.transport.dtls import DtlsCounters, DtlsState
from lkpy.transport.ice.stats import IceStats
from lkpy.transport.rtcp_scheduler import RtcpCounters
from lkpy.transport.rtp_receiver import RtpReceiverCounters
from lkpy.transport.rtp_sender import RtpSenderCounters
from lkpy.transport.rtp_session import RtpSession
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


def collect(
    bundle: BundleTransport, session: RtpSession, *, bad_candidates: int, callback_errors: int
) -> PeerConnectionStats:
    """A snapshot of a transport and the RTP session over it."""
    pair = bundle.ice.selected_pair
    srtp = bundle.dtls.srtp
    return PeerConnectionStats(
        state=bundle.state,
        error=bundle.error,
        ice=bundle.ice.stats(),
        dtls_state=bundle.dtls.state,
        dtls_cipher=bundle.dtls.cipher,
        srtp_profile=srtp.profile if srtp is not None else "",
        round_trip_time=pair.rtt if pair is not None else None,
        bundle=replace(bundle.counters),
        dtls=replace(bundle.dtls.counters),
        srtp=replace(srtp.counters) if srtp is not None else None,
        sctp=replace(bundle.sctp.counters),
        rtcp=replace(session.rtcp.counters),
        senders=tuple(
            RtpSenderStats(s.mid, s.kind, s.cid, s.ssrc, s.codec, replace(s.counters))
            for s in session.senders
        ),
        receivers=tuple(
            RtpReceiverStats(
                mid=r.mid,
                kind=r.kind,
                track_sid=r.track_sid,
                ssrc=r.ssrc,
                packets_received=r.statistics.packets_received,
                bytes_received=r.statistics.bytes_received,
                packets_lost=r.statistics.packets_lost,
                jitter=r.statistics.jitter,
                counters=replace(r.counters),
            )
            for r in session.receivers.values()
        ),
        unrouted_packets=session.unrouted,
        malformed_packets=session.malformed,
        bad_candidates=bad_candidates,
        callback_errors=callback_errors,
    )
