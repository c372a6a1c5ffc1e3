"""One peer connection's snapshot as `RtcStats` messages."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lkpy._statistics.names import (
    CANDIDATE_TYPES,
    CHANNEL_STATES,
    DTLS_1_2,
    DTLS_CIPHERS,
    DTLS_ROLES,
    DTLS_STATES,
    ICE_STATES,
    PAIR_STATES,
    SRTP_CIPHERS,
    TCP_TYPES,
    TRANSPORT,
    candidate_id,
    certificate_id,
    entry_id,
    letter,
    pair_id,
    stream_id,
)
from lkpy.media.audio.pcm import SAMPLE_RATE
from lkpy.media.audio.receive import AudioReceiveStatistics
from lkpy.media.rtp.ntp import NTP_EPOCH_OFFSET
from lkpy.protocol import stats_pb2 as pb
from lkpy.transport.dtls.endpoint import DtlsState
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.stats import PairStats
from lkpy.transport.sctp.channels import ChannelState
from lkpy.transport.sdp.attributes import RtpCodec
from lkpy.transport.stats import PeerConnectionStats, RtpReceiverStats, RtpSenderStats


@dataclass(frozen=True, slots=True)
class SentAudio:
    """What the sending pipeline of a track knows.

    Attributes:
        level: of the last packet, 0 to 127 in -dBov.
        duration: seconds of audio encoded, sent or not.
        bitrate: bit/s of the encoder.
    """

    level: int
    duration: float
    bitrate: int


@dataclass(frozen=True, slots=True)
class Media:
    """What is known above the transport, by SSRC."""

    sent: Mapping[int, SentAudio] = field(default_factory=dict)
    received: Mapping[int, AudioReceiveStatistics] = field(default_factory=dict)


class Entries:
    """Makes the entries of one report.

    Args:
        stats: snapshot of a peer connection.
        media: what the audio pipelines counted.
        timestamp: microseconds since 1970.
    """

    def __init__(self, stats: PeerConnectionStats, media: Media, timestamp: int) -> None:
        self._stats = stats
        self._media = media
        self._timestamp = timestamp
        self._codecs: dict[str, tuple[RtpCodec, str]] = {}

    def all(self) -> list[pb.RtcStats]:
        """Every entry, ordered by id as in libwebrtc's reports."""
        entries: dict[str, pb.RtcStats] = {}
        for entry in (
            *self._connection(),
            *self._certificates(),
            *self._candidates(),
            *self._sent(),
            *self._received(),
            *self._codec_entries(),
        ):
            entries[entry_id(entry)] = entry
        return [entries[key] for key in sorted(entries)]

    def _rtc(self, key: str) -> pb.RtcStatsData:
        return pb.RtcStatsData(id=key, timestamp=self._timestamp)

    # --- transport ----------------------------------------------------------------------------------------

    def _connection(self) -> Iterator[pb.RtcStats]:
        stats = self._stats
        if not stats.certificates[1:] and not stats.ice.pairs:
            # Never negotiated: there are channels that wait, and no transport.
            yield from self._channels()
            return
        selected = stats.ice.selected
        transport = pb.TransportStats(
            packets_sent=sum(p.packets_sent for p in stats.ice.pairs),
            packets_received=sum(p.packets_received for p in stats.ice.pairs),
            bytes_sent=sum(p.bytes_sent for p in stats.ice.pairs),
            bytes_received=sum(p.bytes_received for p in stats.ice.pairs),
            ice_role=pb.ICE_CONTROLLING if stats.ice.controlling else pb.ICE_CONTROLLED,
            ice_local_username_fragment=stats.ice.local_ufrag,
            ice_state=ICE_STATES[stats.ice.state],
            dtls_state=DTLS_STATES[stats.dtls_state],
            dtls_role=DTLS_ROLES[stats.dtls_role],
            tls_version=DTLS_1_2 if stats.dtls_state is DtlsState.CONNECTED else "",
            dtls_cipher=DTLS_CIPHERS.get(stats.dtls_cipher, stats.dtls_cipher),
            srtp_cipher=SRTP_CIPHERS.get(stats.srtp_profile, stats.srtp_profile),
            local_certificate_id=certificate_id(stats.certificates[0].fingerprint.value),
            selected_candidate_pair_id=pair_id(selected) if selected else "",
            selected_candidate_pair_changes=1 if selected else 0,
        )
        if stats.certificates[1:]:
            transport.remote_certificate_id = certificate_id(stats.certificates[1].fingerprint.value)
        yield pb.RtcStats(transport=pb.RtcStats.Transport(rtc=self._rtc(TRANSPORT), transport=transport))
        yield from self._channels()

    def _channels(self) -> Iterator[pb.RtcStats]:
        channels = self._stats.channels
        opened = sum(c.state is not ChannelState.CONNECTING for c in channels)
        closed = sum(c.state is ChannelState.CLOSED for c in channels)
        yield pb.RtcStats(
            peer_connection=pb.RtcStats.PeerConnection(
                rtc=self._rtc("P"),
                pc=pb.PeerConnectionStats(data_channels_opened=opened, data_channels_closed=closed),
            )
        )
        for number, channel in enumerate(channels, 1):
            yield pb.RtcStats(
                data_channel=pb.RtcStats.DataChannel(
                    rtc=self._rtc(f"D{number}"),
                    dc=pb.DataChannelStats(
                        label=channel.label,
                        protocol=channel.protocol,
                        data_channel_identifier=-1 if channel.id is None else channel.id,
                        state=CHANNEL_STATES[channel.state],
                        messages_sent=channel.messages_sent,
                        bytes_sent=channel.bytes_sent,
                        messages_received=channel.messages_received,
                        bytes_received=channel.bytes_received,
                    ),
                )
            )

    def _certificates(self) -> Iterator[pb.RtcStats]:
        if not self._stats.certificates[1:]:
            return
        for certificate in self._stats.certificates:
            fingerprint = certificate.fingerprint
            yield pb.RtcStats(
                certificate=pb.RtcStats.Certificate(
                    rtc=self._rtc(certificate_id(fingerprint.value)),
                    certificate=pb.CertificateStats(
                        fingerprint=fingerprint.value,
                        fingerprint_algorithm=fingerprint.algorithm,
                        base64_certificate=base64.b64encode(certificate.der).decode(),
                    ),
                )
            )

    def _candidates(self) -> Iterator[pb.RtcStats]:
        ice = self._stats.ice
        for pair in ice.pairs:
            yield pb.RtcStats(
                candidate_pair=pb.RtcStats.CandidatePair(
                    rtc=self._rtc(pair_id(pair)), candidate_pair=_pair(pair)
                )
            )
        for candidate in (*ice.local_candidates, *(pair.local for pair in ice.pairs)):
            key, told = candidate_id(candidate, "local"), _candidate(candidate)
            yield pb.RtcStats(local_candidate=pb.RtcStats.LocalCandidate(rtc=self._rtc(key), candidate=told))
        for candidate in (*ice.remote_candidates, *(pair.remote for pair in ice.pairs)):
            key, told = candidate_id(candidate, "remote"), _candidate(candidate)
            yield pb.RtcStats(
                remote_candidate=pb.RtcStats.RemoteCandidate(rtc=self._rtc(key), candidate=told)
            )

    # --- streams ------------------------------------------------------------------------------------------

    def _stream(self, kind: str, ssrc: int, codec: RtpCodec, direction: str) -> pb.RtpStreamStats:
        key = f"C{direction}{TRANSPORT}_{codec.payload_type}"
        if codec.fmtp:
            key = f"{key}_{codec.fmtp}"
        self._codecs[key] = codec, kind
        return pb.RtpStreamStats(ssrc=ssrc, kind=kind, transport_id=TRANSPORT, codec_id=key)

    def _codec_entries(self) -> Iterator[pb.RtcStats]:
        for key, (codec, kind) in self._codecs.items():
            yield pb.RtcStats(
                codec=pb.RtcStats.Codec(
                    rtc=self._rtc(key),
                    codec=pb.CodecStats(
                        payload_type=codec.payload_type,
                        transport_id=TRANSPORT,
                        mime_type=f"{kind}/{codec.name}",
                        clock_rate=codec.clock_rate,
                        channels=codec.channels if kind == "audio" else 0,
                        sdp_fmtp_line=codec.fmtp,
                    ),
                )
            )

    def _sent(self) -> Iterator[pb.RtcStats]:
        for number, sender in enumerate(self._stats.senders, 1):
            if sender.codec is None:
                continue
            yield from self._sent_stream(sender, sender.codec, f"S{letter(sender.kind)}{number}")

    def _sent_stream(self, sender: RtpSenderStats, codec: RtpCodec, source: str) -> Iterator[pb.RtcStats]:
        counters = sender.counters
        audio = self._media.sent.get(sender.ssrc)
        key, remote = stream_id("O", sender.kind, sender.ssrc), f"RI{letter(sender.kind)}{sender.ssrc}"
        stream = self._stream(sender.kind, sender.ssrc, codec, "O")
        reported = counters.reports_received > 0
        outbound = pb.OutboundRtpStreamStats(
            mid=sender.mid,
            media_source_id=source,
            remote_id=remote if reported else "",
            active=True,
            header_bytes_sent=counters.header_bytes_sent,
            retransmitted_packets_sent=counters.packets_retransmitted,
            retransmitted_bytes_sent=counters.bytes_retransmitted,
            nack_count=counters.nacks_received,
            target_bitrate=audio.bitrate if audio is not None else 0,
        )
        sent = pb.SentRtpStreamStats(packets_sent=counters.packets_sent, bytes_sent=counters.bytes_sent)
        yield pb.RtcStats(
            outbound_rtp=pb.RtcStats.OutboundRtp(
                rtc=self._rtc(key), stream=stream, sent=sent, outbound=outbound
            )
        )
        if reported:
            yield pb.RtcStats(
                remote_inbound_rtp=pb.RtcStats.RemoteInboundRtp(
                    rtc=self._rtc(remote),
                    stream=stream,
                    received=pb.ReceivedRtpStreamStats(
                        packets_lost=counters.remote_packets_lost, jitter=counters.remote_jitter
                    ),
                    remote_inbound=pb.RemoteInboundRtpStreamStats(
                        local_id=key,
                        round_trip_time=counters.round_trip_time or 0.0,
                        total_round_trip_time=counters.total_round_trip_time,
                        fraction_lost=counters.remote_fraction_lost,
                        round_trip_time_measurements=counters.round_trip_time_measurements,
                    ),
                )
            )
        yield pb.RtcStats(
            media_source=pb.RtcStats.MediaSource(
                rtc=self._rtc(source),
                source=pb.MediaSourceStats(track_identifier=sender.cid, kind=sender.kind),
                audio=pb.AudioSourceStats(
                    audio_level=_linear(audio.level), total_samples_duration=audio.duration
                )
                if audio is not None
                else None,
            )
        )

    def _received(self) -> Iterator[pb.RtcStats]:
        for receiver in self._stats.receivers:
            if receiver.ssrc is not None and receiver.packets_received and receiver.codecs:
                yield from self._received_stream(receiver, receiver.ssrc, receiver.codecs[0])

    def _received_stream(
        self, receiver: RtpReceiverStats, ssrc: int, codec: RtpCodec
    ) -> Iterator[pb.RtcStats]:
        key, remote = stream_id("I", receiver.kind, ssrc), f"RO{letter(receiver.kind)}{ssrc}"
        stream = self._stream(receiver.kind, ssrc, codec, "I")
        report = receiver.sender_report
        inbound = pb.InboundRtpStreamStats(
            track_identifier=receiver.track_sid,
            mid=receiver.mid,
            remote_id=remote if report is not None else "",
            bytes_received=receiver.bytes_received,
            header_bytes_received=receiver.header_bytes_received,
            nack_count=receiver.counters.nacks_sent,
            retransmitted_packets_received=receiver.counters.repaired,
            rtx_ssrc=receiver.rtx_ssrc or 0,
        )
        audio = self._media.received.get(ssrc)
        if audio is not None:
            inbound.MergeFrom(_heard(audio))
        received = pb.ReceivedRtpStreamStats(
            packets_received=receiver.packets_received,
            packets_lost=receiver.packets_lost,
            jitter=receiver.jitter,
        )
        yield pb.RtcStats(
            inbound_rtp=pb.RtcStats.InboundRtp(
                rtc=self._rtc(key), stream=stream, received=received, inbound=inbound
            )
        )
        if report is not None:
            yield pb.RtcStats(
                remote_outbound_rtp=pb.RtcStats.RemoteOutboundRtp(
                    rtc=self._rtc(remote),
                    stream=stream,
                    sent=pb.SentRtpStreamStats(
                        packets_sent=report.packet_count, bytes_sent=report.octet_count
                    ),
                    remote_outbound=pb.RemoteOutboundRtpStreamStats(
                        local_id=key,
                        remote_timestamp=(report.ntp_time / (1 << 32) - NTP_EPOCH_OFFSET) * 1000,
                        reports_sent=receiver.sender_reports_received,
                    ),
                )
            )


def _linear(level: int) -> float:
    """-dBov as webrtc-stats has levels: 0 to 1."""
    return float(10 ** (-level / 20)) if level < 127 else 0.0


def _pair(pair: PairStats) -> pb.CandidatePairStats:
    return pb.CandidatePairStats(
        transport_id=TRANSPORT,
        local_candidate_id=candidate_id(pair.local, "local"),
        remote_candidate_id=candidate_id(pair.remote, "remote"),
        state=PAIR_STATES[pair.state],
        nominated=pair.nominated,
        packets_sent=pair.packets_sent,
        packets_received=pair.packets_received,
        bytes_sent=pair.bytes_sent,
        bytes_received=pair.bytes_received,
        total_round_trip_time=pair.total_rtt,
        current_round_trip_time=pair.rtt or 0.0,
        requests_received=pair.requests_received,
        requests_sent=pair.requests_sent,
        responses_received=pair.responses_received,
        responses_sent=pair.responses_sent,
    )


def _candidate(candidate: Candidate) -> pb.IceCandidateStats:
    told = pb.IceCandidateStats(
        transport_id=TRANSPORT,
        address=candidate.host,
        port=candidate.port,
        protocol=candidate.transport,
        candidate_type=CANDIDATE_TYPES.get(candidate.type, pb.HOST),
        priority=candidate.priority,
        foundation=candidate.foundation,
        related_address=candidate.related_address or "",
        related_port=candidate.related_port or 0,
        username_fragment=candidate.ufrag or "",
    )
    if candidate.tcptype in TCP_TYPES:
        told.tcp_type = TCP_TYPES[candidate.tcptype]
    return told


def _heard(audio: AudioReceiveStatistics) -> pb.InboundRtpStreamStats:
    """The jitter buffer's part of `inbound_rtp`; webrtc-stats sums delays over samples."""
    jitter = audio.jitter
    per_packet = jitter.played_samples / jitter.emitted_packets if jitter.emitted_packets else 0.0
    total = jitter.played_samples + jitter.concealed_samples + jitter.fec_samples + jitter.silent_samples
    return pb.InboundRtpStreamStats(
        packets_discarded=jitter.late + jitter.discarded,
        jitter_buffer_delay=jitter.jitter_buffer_delay * per_packet,
        jitter_buffer_target_delay=jitter.target_delay * per_packet,
        jitter_buffer_emitted_count=jitter.played_samples,
        total_samples_received=total,
        concealed_samples=jitter.concealed_samples,
        concealment_events=jitter.concealment_events,
        inserted_samples_for_deceleration=jitter.inserted_samples,
        removed_samples_for_acceleration=jitter.removed_samples,
        audio_level=_linear(audio.audio_level),
        total_samples_duration=total / SAMPLE_RATE,
    )
