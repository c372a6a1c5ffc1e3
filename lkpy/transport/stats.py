"""Snapshots of a peer connection for `getStats`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from lkpy.media.rtp.rtcp import SenderReport
from lkpy.transport.bundle.observer import BundleCounters
from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint
from lkpy.transport.bundle.states import BundleState
from lkpy.transport.bundle.transport import BundleTransport
from lkpy.transport.dtls.endpoint import DtlsCounters, DtlsState
from lkpy.transport.dtls.srtp import SrtpCounters
from lkpy.transport.ice.stats import IceStats
from lkpy.transport.rtp.encoding import RtpEncodingCounters
from lkpy.transport.rtp.receiver import RtpReceiverCounters
from lkpy.transport.rtp.rtcp_scheduler import RtcpCounters
from lkpy.transport.rtp.session import RtpSession
from lkpy.transport.sctp.channels import ChannelState
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sdp.attributes import RtpCodec


@dataclass(frozen=True, slots=True)
class RtpSenderStats:
    """One stream that we send (RTCOutboundRtpStreamStats, RTCRemoteInboundRtpStreamStats).

    Attributes:
        rid: of its layer, "" without layers.
        rtx_ssrc: of its retransmissions, None where they are not negotiated.
    """

    mid: str
    kind: str
    cid: str
    ssrc: int
    codec: RtpCodec | None
    counters: RtpEncodingCounters
    rid: str = ""
    rtx_ssrc: int | None = None


@dataclass(frozen=True, slots=True)
class RtpReceiverStats:
    """One stream that we receive (RTCInboundRtpStreamStats).

    Attributes:
        codecs: by payload type; the first is what is sent.
        bytes_received: payload bytes.
        jitter: seconds.
        sender_report: the last one, of `sender_reports_received`.
    """

    mid: str
    kind: str
    track_sid: str
    ssrc: int | None
    rtx_ssrc: int | None
    codecs: tuple[RtpCodec, ...]
    packets_received: int
    bytes_received: int
    header_bytes_received: int
    packets_lost: int
    jitter: float
    sender_report: SenderReport | None
    sender_reports_received: int
    counters: RtpReceiverCounters


@dataclass(frozen=True, slots=True)
class DataChannelStats:
    """One data channel (RTCDataChannelStats); bytes are those of messages."""

    label: str
    protocol: str
    id: int | None
    state: ChannelState
    messages_sent: int
    bytes_sent: int
    messages_received: int
    bytes_received: int


@dataclass(frozen=True, slots=True)
class CertificateStats:
    """One end's certificate (RTCCertificateStats)."""

    fingerprint: Fingerprint
    der: bytes


@dataclass(frozen=True, slots=True)
class PeerConnectionStats:
    """A peer connection; all counters are copies.

    Attributes:
        certificates: ours, and the peer's once DTLS is connected.
        srtp: None while there are no media keys.
        round_trip_time: seconds, of the path in use, None before the first answered check.
        unrouted_packets: RTP that belonged to no section.
        bad_candidates: candidates of the peer that could not be read.
    """

    state: BundleState
    error: str
    ice: IceStats
    dtls_state: DtlsState
    dtls_role: DtlsRole | None
    certificates: tuple[CertificateStats, ...]
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
    channels: tuple[DataChannelStats, ...]
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
        dtls_role=bundle.dtls.role,
        certificates=_certificates(bundle),
        dtls_cipher=bundle.dtls.cipher,
        srtp_profile=srtp.profile if srtp is not None else "",
        round_trip_time=pair.rtt if pair is not None else None,
        bundle=replace(bundle.counters),
        dtls=replace(bundle.dtls.counters),
        srtp=replace(srtp.counters) if srtp is not None else None,
        sctp=replace(bundle.sctp.counters),
        rtcp=replace(session.rtcp.counters),
        senders=tuple(
            RtpSenderStats(s.mid, s.kind, s.cid, e.ssrc, e.codec, replace(e.counters), e.rid, e.rtx_ssrc)
            for s in session.senders
            for e in s.encodings
        ),
        receivers=tuple(
            RtpReceiverStats(
                mid=r.mid,
                kind=r.kind,
                track_sid=r.track_sid,
                ssrc=r.ssrc,
                rtx_ssrc=r.rtx_ssrc,
                codecs=tuple(r.codecs.values()),
                packets_received=r.statistics.packets_received,
                bytes_received=r.statistics.bytes_received,
                header_bytes_received=r.statistics.header_bytes_received,
                packets_lost=r.statistics.packets_lost,
                jitter=r.statistics.jitter,
                sender_report=r.statistics.last_sender_report,
                sender_reports_received=r.statistics.sender_reports_received,
                counters=replace(r.counters),
            )
            for r in session.receivers.values()
        ),
        channels=tuple(
            DataChannelStats(
                c.label,
                c.protocol,
                c.id,
                c.state,
                c.messages_sent,
                c.bytes_sent,
                c.messages_received,
                c.bytes_received,
            )
            for c in bundle.data_channels.values()
        ),
        unrouted_packets=session.unrouted,
        malformed_packets=session.malformed,
        bad_candidates=bad_candidates,
        callback_errors=callback_errors,
    )


def _certificates(bundle: BundleTransport) -> tuple[CertificateStats, ...]:
    own = CertificateStats(bundle.certificate.fingerprint, bundle.certificate.der)
    der = bundle.dtls.peer_certificate
    if not der:
        return (own,)
    digest = hashlib.sha256(der).hexdigest().upper()
    value = ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
    return (own, CertificateStats(Fingerprint("sha-256", value), der))
