"""Written by proto/generate.py from proto/lkpy/protocol/stats.proto; do not edit."""

from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Literal as _Literal, TypeAlias as _TypeAlias

from google.protobuf import descriptor as _descriptor, message as _message
from google.protobuf.internal import containers as _containers
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper

DESCRIPTOR: _descriptor.FileDescriptor

class _DataChannelStateType(_EnumTypeWrapper[DataChannelState], type): ...

class DataChannelState(int, metaclass=_DataChannelStateType):
    ValueType: _TypeAlias = DataChannelState
    DC_CONNECTING: _ClassVar[DataChannelState]
    DC_OPEN: _ClassVar[DataChannelState]
    DC_CLOSING: _ClassVar[DataChannelState]
    DC_CLOSED: _ClassVar[DataChannelState]

DC_CONNECTING: DataChannelState
DC_OPEN: DataChannelState
DC_CLOSING: DataChannelState
DC_CLOSED: DataChannelState

class _QualityLimitationReasonType(_EnumTypeWrapper[QualityLimitationReason], type): ...

class QualityLimitationReason(int, metaclass=_QualityLimitationReasonType):
    """Why an encoder does less than it was asked to."""
    ValueType: _TypeAlias = QualityLimitationReason
    LIMITATION_NONE: _ClassVar[QualityLimitationReason]
    LIMITATION_CPU: _ClassVar[QualityLimitationReason]
    LIMITATION_BANDWIDTH: _ClassVar[QualityLimitationReason]
    LIMITATION_OTHER: _ClassVar[QualityLimitationReason]

LIMITATION_NONE: QualityLimitationReason
LIMITATION_CPU: QualityLimitationReason
LIMITATION_BANDWIDTH: QualityLimitationReason
LIMITATION_OTHER: QualityLimitationReason

class _IceRoleType(_EnumTypeWrapper[IceRole], type): ...

class IceRole(int, metaclass=_IceRoleType):
    ValueType: _TypeAlias = IceRole
    ICE_UNKNOWN: _ClassVar[IceRole]
    ICE_CONTROLLING: _ClassVar[IceRole]
    ICE_CONTROLLED: _ClassVar[IceRole]

ICE_UNKNOWN: IceRole
ICE_CONTROLLING: IceRole
ICE_CONTROLLED: IceRole

class _IceTransportStateType(_EnumTypeWrapper[IceTransportState], type): ...

class IceTransportState(int, metaclass=_IceTransportStateType):
    ValueType: _TypeAlias = IceTransportState
    ICE_TRANSPORT_NEW: _ClassVar[IceTransportState]
    ICE_TRANSPORT_CHECKING: _ClassVar[IceTransportState]
    ICE_TRANSPORT_CONNECTED: _ClassVar[IceTransportState]
    ICE_TRANSPORT_COMPLETED: _ClassVar[IceTransportState]
    ICE_TRANSPORT_DISCONNECTED: _ClassVar[IceTransportState]
    ICE_TRANSPORT_FAILED: _ClassVar[IceTransportState]
    ICE_TRANSPORT_CLOSED: _ClassVar[IceTransportState]

ICE_TRANSPORT_NEW: IceTransportState
ICE_TRANSPORT_CHECKING: IceTransportState
ICE_TRANSPORT_CONNECTED: IceTransportState
ICE_TRANSPORT_COMPLETED: IceTransportState
ICE_TRANSPORT_DISCONNECTED: IceTransportState
ICE_TRANSPORT_FAILED: IceTransportState
ICE_TRANSPORT_CLOSED: IceTransportState

class _IceCandidatePairStateType(_EnumTypeWrapper[IceCandidatePairState], type): ...

class IceCandidatePairState(int, metaclass=_IceCandidatePairStateType):
    ValueType: _TypeAlias = IceCandidatePairState
    PAIR_FROZEN: _ClassVar[IceCandidatePairState]
    PAIR_WAITING: _ClassVar[IceCandidatePairState]
    PAIR_IN_PROGRESS: _ClassVar[IceCandidatePairState]
    PAIR_FAILED: _ClassVar[IceCandidatePairState]
    PAIR_SUCCEEDED: _ClassVar[IceCandidatePairState]

PAIR_FROZEN: IceCandidatePairState
PAIR_WAITING: IceCandidatePairState
PAIR_IN_PROGRESS: IceCandidatePairState
PAIR_FAILED: IceCandidatePairState
PAIR_SUCCEEDED: IceCandidatePairState

class _IceCandidateTypeType(_EnumTypeWrapper[IceCandidateType], type): ...

class IceCandidateType(int, metaclass=_IceCandidateTypeType):
    ValueType: _TypeAlias = IceCandidateType
    HOST: _ClassVar[IceCandidateType]
    SRFLX: _ClassVar[IceCandidateType]
    PRFLX: _ClassVar[IceCandidateType]
    RELAY: _ClassVar[IceCandidateType]

HOST: IceCandidateType
SRFLX: IceCandidateType
PRFLX: IceCandidateType
RELAY: IceCandidateType

class _IceServerTransportProtocolType(_EnumTypeWrapper[IceServerTransportProtocol], type): ...

class IceServerTransportProtocol(int, metaclass=_IceServerTransportProtocolType):
    """How a TURN server was reached."""
    ValueType: _TypeAlias = IceServerTransportProtocol
    TRANSPORT_UDP: _ClassVar[IceServerTransportProtocol]
    TRANSPORT_TCP: _ClassVar[IceServerTransportProtocol]
    TRANSPORT_TLS: _ClassVar[IceServerTransportProtocol]

TRANSPORT_UDP: IceServerTransportProtocol
TRANSPORT_TCP: IceServerTransportProtocol
TRANSPORT_TLS: IceServerTransportProtocol

class _IceTcpCandidateTypeType(_EnumTypeWrapper[IceTcpCandidateType], type): ...

class IceTcpCandidateType(int, metaclass=_IceTcpCandidateTypeType):
    """RFC 6544 section 4.5."""
    ValueType: _TypeAlias = IceTcpCandidateType
    CANDIDATE_ACTIVE: _ClassVar[IceTcpCandidateType]
    CANDIDATE_PASSIVE: _ClassVar[IceTcpCandidateType]
    CANDIDATE_SO: _ClassVar[IceTcpCandidateType]

CANDIDATE_ACTIVE: IceTcpCandidateType
CANDIDATE_PASSIVE: IceTcpCandidateType
CANDIDATE_SO: IceTcpCandidateType

class _DtlsRoleType(_EnumTypeWrapper[DtlsRole], type): ...

class DtlsRole(int, metaclass=_DtlsRoleType):
    ValueType: _TypeAlias = DtlsRole
    DTLS_CLIENT: _ClassVar[DtlsRole]
    DTLS_SERVER: _ClassVar[DtlsRole]
    DTLS_UNKNOWN: _ClassVar[DtlsRole]

DTLS_CLIENT: DtlsRole
DTLS_SERVER: DtlsRole
DTLS_UNKNOWN: DtlsRole

class _DtlsTransportStateType(_EnumTypeWrapper[DtlsTransportState], type): ...

class DtlsTransportState(int, metaclass=_DtlsTransportStateType):
    ValueType: _TypeAlias = DtlsTransportState
    DTLS_TRANSPORT_NEW: _ClassVar[DtlsTransportState]
    DTLS_TRANSPORT_CONNECTING: _ClassVar[DtlsTransportState]
    DTLS_TRANSPORT_CONNECTED: _ClassVar[DtlsTransportState]
    DTLS_TRANSPORT_CLOSED: _ClassVar[DtlsTransportState]
    DTLS_TRANSPORT_FAILED: _ClassVar[DtlsTransportState]

DTLS_TRANSPORT_NEW: DtlsTransportState
DTLS_TRANSPORT_CONNECTING: DtlsTransportState
DTLS_TRANSPORT_CONNECTED: DtlsTransportState
DTLS_TRANSPORT_CLOSED: DtlsTransportState
DTLS_TRANSPORT_FAILED: DtlsTransportState

class RtcStats(_message.Message):
    """One entry of a report. `WhichOneof("stats")` says what it is about."""
    DESCRIPTOR: _descriptor.Descriptor

    class Codec(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        CODEC_FIELD_NUMBER: _Literal[2]
        @property
        def codec(self) -> CodecStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            codec: CodecStats | None = ...,
        ) -> None: ...

    class InboundRtp(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        STREAM_FIELD_NUMBER: _Literal[2]
        @property
        def stream(self) -> RtpStreamStats: ...
        RECEIVED_FIELD_NUMBER: _Literal[3]
        @property
        def received(self) -> ReceivedRtpStreamStats: ...
        INBOUND_FIELD_NUMBER: _Literal[4]
        @property
        def inbound(self) -> InboundRtpStreamStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            stream: RtpStreamStats | None = ...,
            received: ReceivedRtpStreamStats | None = ...,
            inbound: InboundRtpStreamStats | None = ...,
        ) -> None: ...

    class OutboundRtp(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        STREAM_FIELD_NUMBER: _Literal[2]
        @property
        def stream(self) -> RtpStreamStats: ...
        SENT_FIELD_NUMBER: _Literal[3]
        @property
        def sent(self) -> SentRtpStreamStats: ...
        OUTBOUND_FIELD_NUMBER: _Literal[4]
        @property
        def outbound(self) -> OutboundRtpStreamStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            stream: RtpStreamStats | None = ...,
            sent: SentRtpStreamStats | None = ...,
            outbound: OutboundRtpStreamStats | None = ...,
        ) -> None: ...

    class RemoteInboundRtp(_message.Message):
        """What the receiver reports about a stream of ours (RTCP RR)."""
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        STREAM_FIELD_NUMBER: _Literal[2]
        @property
        def stream(self) -> RtpStreamStats: ...
        RECEIVED_FIELD_NUMBER: _Literal[3]
        @property
        def received(self) -> ReceivedRtpStreamStats: ...
        REMOTE_INBOUND_FIELD_NUMBER: _Literal[4]
        @property
        def remote_inbound(self) -> RemoteInboundRtpStreamStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            stream: RtpStreamStats | None = ...,
            received: ReceivedRtpStreamStats | None = ...,
            remote_inbound: RemoteInboundRtpStreamStats | None = ...,
        ) -> None: ...

    class RemoteOutboundRtp(_message.Message):
        """What the sender reports about a stream we receive (RTCP SR)."""
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        STREAM_FIELD_NUMBER: _Literal[2]
        @property
        def stream(self) -> RtpStreamStats: ...
        SENT_FIELD_NUMBER: _Literal[3]
        @property
        def sent(self) -> SentRtpStreamStats: ...
        REMOTE_OUTBOUND_FIELD_NUMBER: _Literal[4]
        @property
        def remote_outbound(self) -> RemoteOutboundRtpStreamStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            stream: RtpStreamStats | None = ...,
            sent: SentRtpStreamStats | None = ...,
            remote_outbound: RemoteOutboundRtpStreamStats | None = ...,
        ) -> None: ...

    class MediaSource(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        SOURCE_FIELD_NUMBER: _Literal[2]
        @property
        def source(self) -> MediaSourceStats: ...
        AUDIO_FIELD_NUMBER: _Literal[3]
        @property
        def audio(self) -> AudioSourceStats: ...
        VIDEO_FIELD_NUMBER: _Literal[4]
        @property
        def video(self) -> VideoSourceStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            source: MediaSourceStats | None = ...,
            audio: AudioSourceStats | None = ...,
            video: VideoSourceStats | None = ...,
        ) -> None: ...

    class MediaPlayout(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        AUDIO_PLAYOUT_FIELD_NUMBER: _Literal[2]
        @property
        def audio_playout(self) -> AudioPlayoutStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            audio_playout: AudioPlayoutStats | None = ...,
        ) -> None: ...

    class PeerConnection(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        PC_FIELD_NUMBER: _Literal[2]
        @property
        def pc(self) -> PeerConnectionStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            pc: PeerConnectionStats | None = ...,
        ) -> None: ...

    class DataChannel(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        DC_FIELD_NUMBER: _Literal[2]
        @property
        def dc(self) -> DataChannelStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            dc: DataChannelStats | None = ...,
        ) -> None: ...

    class Transport(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        TRANSPORT_FIELD_NUMBER: _Literal[2]
        @property
        def transport(self) -> TransportStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            transport: TransportStats | None = ...,
        ) -> None: ...

    class CandidatePair(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        CANDIDATE_PAIR_FIELD_NUMBER: _Literal[2]
        @property
        def candidate_pair(self) -> CandidatePairStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            candidate_pair: CandidatePairStats | None = ...,
        ) -> None: ...

    class LocalCandidate(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        CANDIDATE_FIELD_NUMBER: _Literal[2]
        @property
        def candidate(self) -> IceCandidateStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            candidate: IceCandidateStats | None = ...,
        ) -> None: ...

    class RemoteCandidate(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        CANDIDATE_FIELD_NUMBER: _Literal[2]
        @property
        def candidate(self) -> IceCandidateStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            candidate: IceCandidateStats | None = ...,
        ) -> None: ...

    class Certificate(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        CERTIFICATE_FIELD_NUMBER: _Literal[2]
        @property
        def certificate(self) -> CertificateStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            certificate: CertificateStats | None = ...,
        ) -> None: ...

    class Stream(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        RTC_FIELD_NUMBER: _Literal[1]
        @property
        def rtc(self) -> RtcStatsData: ...
        STREAM_FIELD_NUMBER: _Literal[2]
        @property
        def stream(self) -> StreamStats: ...
        def __init__(
            self,
            *,
            rtc: RtcStatsData | None = ...,
            stream: StreamStats | None = ...,
        ) -> None: ...

    class Track(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        def __init__(self) -> None: ...
    CODEC_FIELD_NUMBER: _Literal[1]
    @property
    def codec(self) -> RtcStats.Codec: ...
    INBOUND_RTP_FIELD_NUMBER: _Literal[2]
    @property
    def inbound_rtp(self) -> RtcStats.InboundRtp: ...
    OUTBOUND_RTP_FIELD_NUMBER: _Literal[3]
    @property
    def outbound_rtp(self) -> RtcStats.OutboundRtp: ...
    REMOTE_INBOUND_RTP_FIELD_NUMBER: _Literal[4]
    @property
    def remote_inbound_rtp(self) -> RtcStats.RemoteInboundRtp: ...
    REMOTE_OUTBOUND_RTP_FIELD_NUMBER: _Literal[5]
    @property
    def remote_outbound_rtp(self) -> RtcStats.RemoteOutboundRtp: ...
    MEDIA_SOURCE_FIELD_NUMBER: _Literal[6]
    @property
    def media_source(self) -> RtcStats.MediaSource: ...
    MEDIA_PLAYOUT_FIELD_NUMBER: _Literal[7]
    @property
    def media_playout(self) -> RtcStats.MediaPlayout: ...
    PEER_CONNECTION_FIELD_NUMBER: _Literal[8]
    @property
    def peer_connection(self) -> RtcStats.PeerConnection: ...
    DATA_CHANNEL_FIELD_NUMBER: _Literal[9]
    @property
    def data_channel(self) -> RtcStats.DataChannel: ...
    TRANSPORT_FIELD_NUMBER: _Literal[10]
    @property
    def transport(self) -> RtcStats.Transport: ...
    CANDIDATE_PAIR_FIELD_NUMBER: _Literal[11]
    @property
    def candidate_pair(self) -> RtcStats.CandidatePair: ...
    LOCAL_CANDIDATE_FIELD_NUMBER: _Literal[12]
    @property
    def local_candidate(self) -> RtcStats.LocalCandidate: ...
    REMOTE_CANDIDATE_FIELD_NUMBER: _Literal[13]
    @property
    def remote_candidate(self) -> RtcStats.RemoteCandidate: ...
    CERTIFICATE_FIELD_NUMBER: _Literal[14]
    @property
    def certificate(self) -> RtcStats.Certificate: ...
    STREAM_FIELD_NUMBER: _Literal[15]
    @property
    def stream(self) -> RtcStats.Stream: ...
    TRACK_FIELD_NUMBER: _Literal[16]
    @property
    def track(self) -> RtcStats.Track: ...
    def __init__(
        self,
        *,
        codec: RtcStats.Codec | None = ...,
        inbound_rtp: RtcStats.InboundRtp | None = ...,
        outbound_rtp: RtcStats.OutboundRtp | None = ...,
        remote_inbound_rtp: RtcStats.RemoteInboundRtp | None = ...,
        remote_outbound_rtp: RtcStats.RemoteOutboundRtp | None = ...,
        media_source: RtcStats.MediaSource | None = ...,
        media_playout: RtcStats.MediaPlayout | None = ...,
        peer_connection: RtcStats.PeerConnection | None = ...,
        data_channel: RtcStats.DataChannel | None = ...,
        transport: RtcStats.Transport | None = ...,
        candidate_pair: RtcStats.CandidatePair | None = ...,
        local_candidate: RtcStats.LocalCandidate | None = ...,
        remote_candidate: RtcStats.RemoteCandidate | None = ...,
        certificate: RtcStats.Certificate | None = ...,
        stream: RtcStats.Stream | None = ...,
        track: RtcStats.Track | None = ...,
    ) -> None: ...

class RtcStatsData(_message.Message):
    """What every entry has: an id that other entries refer to, and when it was taken (microseconds since 1970)."""
    DESCRIPTOR: _descriptor.Descriptor
    ID_FIELD_NUMBER: _Literal[1]
    id: str
    TIMESTAMP_FIELD_NUMBER: _Literal[2]
    timestamp: int
    def __init__(
        self,
        *,
        id: str | None = ...,
        timestamp: int | None = ...,
    ) -> None: ...

class CodecStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PAYLOAD_TYPE_FIELD_NUMBER: _Literal[1]
    payload_type: int
    TRANSPORT_ID_FIELD_NUMBER: _Literal[2]
    transport_id: str
    MIME_TYPE_FIELD_NUMBER: _Literal[3]
    mime_type: str
    CLOCK_RATE_FIELD_NUMBER: _Literal[4]
    clock_rate: int
    """Hz."""
    CHANNELS_FIELD_NUMBER: _Literal[5]
    channels: int
    SDP_FMTP_LINE_FIELD_NUMBER: _Literal[6]
    sdp_fmtp_line: str
    def __init__(
        self,
        *,
        payload_type: int | None = ...,
        transport_id: str | None = ...,
        mime_type: str | None = ...,
        clock_rate: int | None = ...,
        channels: int | None = ...,
        sdp_fmtp_line: str | None = ...,
    ) -> None: ...

class RtpStreamStats(_message.Message):
    """What an entry about an RTP stream begins with."""
    DESCRIPTOR: _descriptor.Descriptor
    SSRC_FIELD_NUMBER: _Literal[1]
    ssrc: int
    KIND_FIELD_NUMBER: _Literal[2]
    kind: str
    TRANSPORT_ID_FIELD_NUMBER: _Literal[3]
    transport_id: str
    CODEC_ID_FIELD_NUMBER: _Literal[4]
    codec_id: str
    def __init__(
        self,
        *,
        ssrc: int | None = ...,
        kind: str | None = ...,
        transport_id: str | None = ...,
        codec_id: str | None = ...,
    ) -> None: ...

class ReceivedRtpStreamStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PACKETS_RECEIVED_FIELD_NUMBER: _Literal[1]
    packets_received: int
    PACKETS_LOST_FIELD_NUMBER: _Literal[2]
    packets_lost: int
    """Negative when duplicates outnumber losses (RFC 3550 appendix A.3)."""
    JITTER_FIELD_NUMBER: _Literal[3]
    jitter: float
    def __init__(
        self,
        *,
        packets_received: int | None = ...,
        packets_lost: int | None = ...,
        jitter: float | None = ...,
    ) -> None: ...

class SentRtpStreamStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PACKETS_SENT_FIELD_NUMBER: _Literal[1]
    packets_sent: int
    BYTES_SENT_FIELD_NUMBER: _Literal[2]
    bytes_sent: int
    """Payload only."""
    def __init__(
        self,
        *,
        packets_sent: int | None = ...,
        bytes_sent: int | None = ...,
    ) -> None: ...

class InboundRtpStreamStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_IDENTIFIER_FIELD_NUMBER: _Literal[1]
    track_identifier: str
    MID_FIELD_NUMBER: _Literal[2]
    mid: str
    REMOTE_ID_FIELD_NUMBER: _Literal[3]
    remote_id: str
    PLAYOUT_ID_FIELD_NUMBER: _Literal[4]
    playout_id: str
    BYTES_RECEIVED_FIELD_NUMBER: _Literal[5]
    bytes_received: int
    """Packets and bytes."""
    HEADER_BYTES_RECEIVED_FIELD_NUMBER: _Literal[6]
    header_bytes_received: int
    PACKETS_DISCARDED_FIELD_NUMBER: _Literal[7]
    packets_discarded: int
    LAST_PACKET_RECEIVED_TIMESTAMP_FIELD_NUMBER: _Literal[8]
    last_packet_received_timestamp: float
    NACK_COUNT_FIELD_NUMBER: _Literal[9]
    nack_count: int
    FIR_COUNT_FIELD_NUMBER: _Literal[10]
    fir_count: int
    PLI_COUNT_FIELD_NUMBER: _Literal[11]
    pli_count: int
    RETRANSMITTED_PACKETS_RECEIVED_FIELD_NUMBER: _Literal[12]
    retransmitted_packets_received: int
    """Retransmission and forward error correction."""
    RETRANSMITTED_BYTES_RECEIVED_FIELD_NUMBER: _Literal[13]
    retransmitted_bytes_received: int
    RTX_SSRC_FIELD_NUMBER: _Literal[14]
    rtx_ssrc: int
    FEC_BYTES_RECEIVED_FIELD_NUMBER: _Literal[15]
    fec_bytes_received: int
    FEC_PACKETS_RECEIVED_FIELD_NUMBER: _Literal[16]
    fec_packets_received: int
    FEC_PACKETS_DISCARDED_FIELD_NUMBER: _Literal[17]
    fec_packets_discarded: int
    FEC_SSRC_FIELD_NUMBER: _Literal[18]
    fec_ssrc: int
    JITTER_BUFFER_DELAY_FIELD_NUMBER: _Literal[19]
    jitter_buffer_delay: float
    """The jitter buffer."""
    JITTER_BUFFER_TARGET_DELAY_FIELD_NUMBER: _Literal[20]
    jitter_buffer_target_delay: float
    JITTER_BUFFER_EMITTED_COUNT_FIELD_NUMBER: _Literal[21]
    jitter_buffer_emitted_count: int
    JITTER_BUFFER_MINIMUM_DELAY_FIELD_NUMBER: _Literal[22]
    jitter_buffer_minimum_delay: float
    ESTIMATED_PLAYOUT_TIMESTAMP_FIELD_NUMBER: _Literal[23]
    estimated_playout_timestamp: float
    TOTAL_PROCESSING_DELAY_FIELD_NUMBER: _Literal[24]
    total_processing_delay: float
    TOTAL_SAMPLES_RECEIVED_FIELD_NUMBER: _Literal[25]
    total_samples_received: int
    """Audio: what was played and what had to be made up, in samples."""
    CONCEALED_SAMPLES_FIELD_NUMBER: _Literal[26]
    concealed_samples: int
    SILENT_CONCEALED_SAMPLES_FIELD_NUMBER: _Literal[27]
    silent_concealed_samples: int
    CONCEALMENT_EVENTS_FIELD_NUMBER: _Literal[28]
    concealment_events: int
    INSERTED_SAMPLES_FOR_DECELERATION_FIELD_NUMBER: _Literal[29]
    inserted_samples_for_deceleration: int
    REMOVED_SAMPLES_FOR_ACCELERATION_FIELD_NUMBER: _Literal[30]
    removed_samples_for_acceleration: int
    AUDIO_LEVEL_FIELD_NUMBER: _Literal[31]
    audio_level: float
    TOTAL_AUDIO_ENERGY_FIELD_NUMBER: _Literal[32]
    total_audio_energy: float
    TOTAL_SAMPLES_DURATION_FIELD_NUMBER: _Literal[33]
    total_samples_duration: float
    FRAMES_RECEIVED_FIELD_NUMBER: _Literal[34]
    frames_received: int
    """Video: frames, from the network to the screen."""
    FRAMES_DECODED_FIELD_NUMBER: _Literal[35]
    frames_decoded: int
    KEY_FRAMES_DECODED_FIELD_NUMBER: _Literal[36]
    key_frames_decoded: int
    FRAMES_RENDERED_FIELD_NUMBER: _Literal[37]
    frames_rendered: int
    FRAMES_DROPPED_FIELD_NUMBER: _Literal[38]
    frames_dropped: int
    FRAME_WIDTH_FIELD_NUMBER: _Literal[39]
    frame_width: int
    FRAME_HEIGHT_FIELD_NUMBER: _Literal[40]
    frame_height: int
    FRAMES_PER_SECOND_FIELD_NUMBER: _Literal[41]
    frames_per_second: float
    QP_SUM_FIELD_NUMBER: _Literal[42]
    qp_sum: int
    TOTAL_DECODE_TIME_FIELD_NUMBER: _Literal[43]
    total_decode_time: float
    TOTAL_INTER_FRAME_DELAY_FIELD_NUMBER: _Literal[44]
    total_inter_frame_delay: float
    TOTAL_SQUARED_INTER_FRAME_DELAY_FIELD_NUMBER: _Literal[45]
    total_squared_inter_frame_delay: float
    FRAMES_ASSEMBLED_FROM_MULTIPLE_PACKETS_FIELD_NUMBER: _Literal[46]
    frames_assembled_from_multiple_packets: int
    TOTAL_ASSEMBLY_TIME_FIELD_NUMBER: _Literal[47]
    total_assembly_time: float
    PAUSE_COUNT_FIELD_NUMBER: _Literal[48]
    pause_count: int
    TOTAL_PAUSE_DURATION_FIELD_NUMBER: _Literal[49]
    total_pause_duration: float
    FREEZE_COUNT_FIELD_NUMBER: _Literal[50]
    freeze_count: int
    TOTAL_FREEZE_DURATION_FIELD_NUMBER: _Literal[51]
    total_freeze_duration: float
    DECODER_IMPLEMENTATION_FIELD_NUMBER: _Literal[52]
    decoder_implementation: str
    POWER_EFFICIENT_DECODER_FIELD_NUMBER: _Literal[53]
    power_efficient_decoder: bool
    def __init__(
        self,
        *,
        track_identifier: str | None = ...,
        mid: str | None = ...,
        remote_id: str | None = ...,
        playout_id: str | None = ...,
        bytes_received: int | None = ...,
        header_bytes_received: int | None = ...,
        packets_discarded: int | None = ...,
        last_packet_received_timestamp: float | None = ...,
        nack_count: int | None = ...,
        fir_count: int | None = ...,
        pli_count: int | None = ...,
        retransmitted_packets_received: int | None = ...,
        retransmitted_bytes_received: int | None = ...,
        rtx_ssrc: int | None = ...,
        fec_bytes_received: int | None = ...,
        fec_packets_received: int | None = ...,
        fec_packets_discarded: int | None = ...,
        fec_ssrc: int | None = ...,
        jitter_buffer_delay: float | None = ...,
        jitter_buffer_target_delay: float | None = ...,
        jitter_buffer_emitted_count: int | None = ...,
        jitter_buffer_minimum_delay: float | None = ...,
        estimated_playout_timestamp: float | None = ...,
        total_processing_delay: float | None = ...,
        total_samples_received: int | None = ...,
        concealed_samples: int | None = ...,
        silent_concealed_samples: int | None = ...,
        concealment_events: int | None = ...,
        inserted_samples_for_deceleration: int | None = ...,
        removed_samples_for_acceleration: int | None = ...,
        audio_level: float | None = ...,
        total_audio_energy: float | None = ...,
        total_samples_duration: float | None = ...,
        frames_received: int | None = ...,
        frames_decoded: int | None = ...,
        key_frames_decoded: int | None = ...,
        frames_rendered: int | None = ...,
        frames_dropped: int | None = ...,
        frame_width: int | None = ...,
        frame_height: int | None = ...,
        frames_per_second: float | None = ...,
        qp_sum: int | None = ...,
        total_decode_time: float | None = ...,
        total_inter_frame_delay: float | None = ...,
        total_squared_inter_frame_delay: float | None = ...,
        frames_assembled_from_multiple_packets: int | None = ...,
        total_assembly_time: float | None = ...,
        pause_count: int | None = ...,
        total_pause_duration: float | None = ...,
        freeze_count: int | None = ...,
        total_freeze_duration: float | None = ...,
        decoder_implementation: str | None = ...,
        power_efficient_decoder: bool | None = ...,
    ) -> None: ...

class OutboundRtpStreamStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    MID_FIELD_NUMBER: _Literal[1]
    mid: str
    MEDIA_SOURCE_ID_FIELD_NUMBER: _Literal[2]
    media_source_id: str
    REMOTE_ID_FIELD_NUMBER: _Literal[3]
    remote_id: str
    RID_FIELD_NUMBER: _Literal[4]
    rid: str
    """The simulcast layer."""
    ACTIVE_FIELD_NUMBER: _Literal[5]
    active: bool
    SCALABILITY_MODE_FIELD_NUMBER: _Literal[6]
    scalability_mode: str
    HEADER_BYTES_SENT_FIELD_NUMBER: _Literal[7]
    header_bytes_sent: int
    """Packets and bytes."""
    RETRANSMITTED_PACKETS_SENT_FIELD_NUMBER: _Literal[8]
    retransmitted_packets_sent: int
    RETRANSMITTED_BYTES_SENT_FIELD_NUMBER: _Literal[9]
    retransmitted_bytes_sent: int
    RTX_SSRC_FIELD_NUMBER: _Literal[10]
    rtx_ssrc: int
    TOTAL_PACKET_SEND_DELAY_FIELD_NUMBER: _Literal[11]
    total_packet_send_delay: float
    NACK_COUNT_FIELD_NUMBER: _Literal[12]
    nack_count: int
    FIR_COUNT_FIELD_NUMBER: _Literal[13]
    fir_count: int
    PLI_COUNT_FIELD_NUMBER: _Literal[14]
    pli_count: int
    TARGET_BITRATE_FIELD_NUMBER: _Literal[15]
    target_bitrate: float
    """The encoder."""
    TOTAL_ENCODED_BYTES_TARGET_FIELD_NUMBER: _Literal[16]
    total_encoded_bytes_target: int
    FRAME_WIDTH_FIELD_NUMBER: _Literal[17]
    frame_width: int
    FRAME_HEIGHT_FIELD_NUMBER: _Literal[18]
    frame_height: int
    FRAMES_PER_SECOND_FIELD_NUMBER: _Literal[19]
    frames_per_second: float
    FRAMES_SENT_FIELD_NUMBER: _Literal[20]
    frames_sent: int
    HUGE_FRAMES_SENT_FIELD_NUMBER: _Literal[21]
    huge_frames_sent: int
    FRAMES_ENCODED_FIELD_NUMBER: _Literal[22]
    frames_encoded: int
    KEY_FRAMES_ENCODED_FIELD_NUMBER: _Literal[23]
    key_frames_encoded: int
    QP_SUM_FIELD_NUMBER: _Literal[24]
    qp_sum: int
    TOTAL_ENCODE_TIME_FIELD_NUMBER: _Literal[25]
    total_encode_time: float
    QUALITY_LIMITATION_REASON_FIELD_NUMBER: _Literal[26]
    quality_limitation_reason: QualityLimitationReason
    QUALITY_LIMITATION_DURATIONS_FIELD_NUMBER: _Literal[27]
    @property
    def quality_limitation_durations(self) -> _containers.ScalarMap[str, float]:
        """Seconds spent under each reason, by its lower-case name."""
    QUALITY_LIMITATION_RESOLUTION_CHANGES_FIELD_NUMBER: _Literal[28]
    quality_limitation_resolution_changes: int
    ENCODER_IMPLEMENTATION_FIELD_NUMBER: _Literal[29]
    encoder_implementation: str
    POWER_EFFICIENT_ENCODER_FIELD_NUMBER: _Literal[30]
    power_efficient_encoder: bool
    def __init__(
        self,
        *,
        mid: str | None = ...,
        media_source_id: str | None = ...,
        remote_id: str | None = ...,
        rid: str | None = ...,
        active: bool | None = ...,
        scalability_mode: str | None = ...,
        header_bytes_sent: int | None = ...,
        retransmitted_packets_sent: int | None = ...,
        retransmitted_bytes_sent: int | None = ...,
        rtx_ssrc: int | None = ...,
        total_packet_send_delay: float | None = ...,
        nack_count: int | None = ...,
        fir_count: int | None = ...,
        pli_count: int | None = ...,
        target_bitrate: float | None = ...,
        total_encoded_bytes_target: int | None = ...,
        frame_width: int | None = ...,
        frame_height: int | None = ...,
        frames_per_second: float | None = ...,
        frames_sent: int | None = ...,
        huge_frames_sent: int | None = ...,
        frames_encoded: int | None = ...,
        key_frames_encoded: int | None = ...,
        qp_sum: int | None = ...,
        total_encode_time: float | None = ...,
        quality_limitation_reason: QualityLimitationReason | str | None = ...,
        quality_limitation_durations: _Mapping[str, float] | None = ...,
        quality_limitation_resolution_changes: int | None = ...,
        encoder_implementation: str | None = ...,
        power_efficient_encoder: bool | None = ...,
    ) -> None: ...

class RemoteInboundRtpStreamStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    LOCAL_ID_FIELD_NUMBER: _Literal[1]
    local_id: str
    ROUND_TRIP_TIME_FIELD_NUMBER: _Literal[2]
    round_trip_time: float
    TOTAL_ROUND_TRIP_TIME_FIELD_NUMBER: _Literal[3]
    total_round_trip_time: float
    FRACTION_LOST_FIELD_NUMBER: _Literal[4]
    fraction_lost: float
    """0..1, of the last report."""
    ROUND_TRIP_TIME_MEASUREMENTS_FIELD_NUMBER: _Literal[5]
    round_trip_time_measurements: int
    def __init__(
        self,
        *,
        local_id: str | None = ...,
        round_trip_time: float | None = ...,
        total_round_trip_time: float | None = ...,
        fraction_lost: float | None = ...,
        round_trip_time_measurements: int | None = ...,
    ) -> None: ...

class RemoteOutboundRtpStreamStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    LOCAL_ID_FIELD_NUMBER: _Literal[1]
    local_id: str
    REMOTE_TIMESTAMP_FIELD_NUMBER: _Literal[2]
    remote_timestamp: float
    REPORTS_SENT_FIELD_NUMBER: _Literal[3]
    reports_sent: int
    ROUND_TRIP_TIME_FIELD_NUMBER: _Literal[4]
    round_trip_time: float
    TOTAL_ROUND_TRIP_TIME_FIELD_NUMBER: _Literal[5]
    total_round_trip_time: float
    ROUND_TRIP_TIME_MEASUREMENTS_FIELD_NUMBER: _Literal[6]
    round_trip_time_measurements: int
    def __init__(
        self,
        *,
        local_id: str | None = ...,
        remote_timestamp: float | None = ...,
        reports_sent: int | None = ...,
        round_trip_time: float | None = ...,
        total_round_trip_time: float | None = ...,
        round_trip_time_measurements: int | None = ...,
    ) -> None: ...

class MediaSourceStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_IDENTIFIER_FIELD_NUMBER: _Literal[1]
    track_identifier: str
    KIND_FIELD_NUMBER: _Literal[2]
    kind: str
    def __init__(
        self,
        *,
        track_identifier: str | None = ...,
        kind: str | None = ...,
    ) -> None: ...

class AudioSourceStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    AUDIO_LEVEL_FIELD_NUMBER: _Literal[1]
    audio_level: float
    TOTAL_AUDIO_ENERGY_FIELD_NUMBER: _Literal[2]
    total_audio_energy: float
    TOTAL_SAMPLES_DURATION_FIELD_NUMBER: _Literal[3]
    total_samples_duration: float
    ECHO_RETURN_LOSS_FIELD_NUMBER: _Literal[4]
    echo_return_loss: float
    ECHO_RETURN_LOSS_ENHANCEMENT_FIELD_NUMBER: _Literal[5]
    echo_return_loss_enhancement: float
    DROPPED_SAMPLES_DURATION_FIELD_NUMBER: _Literal[6]
    dropped_samples_duration: float
    DROPPED_SAMPLES_EVENTS_FIELD_NUMBER: _Literal[7]
    dropped_samples_events: int
    TOTAL_CAPTURE_DELAY_FIELD_NUMBER: _Literal[8]
    total_capture_delay: float
    TOTAL_SAMPLES_CAPTURED_FIELD_NUMBER: _Literal[9]
    total_samples_captured: int
    def __init__(
        self,
        *,
        audio_level: float | None = ...,
        total_audio_energy: float | None = ...,
        total_samples_duration: float | None = ...,
        echo_return_loss: float | None = ...,
        echo_return_loss_enhancement: float | None = ...,
        dropped_samples_duration: float | None = ...,
        dropped_samples_events: int | None = ...,
        total_capture_delay: float | None = ...,
        total_samples_captured: int | None = ...,
    ) -> None: ...

class VideoSourceStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    WIDTH_FIELD_NUMBER: _Literal[1]
    width: int
    HEIGHT_FIELD_NUMBER: _Literal[2]
    height: int
    FRAMES_FIELD_NUMBER: _Literal[3]
    frames: int
    FRAMES_PER_SECOND_FIELD_NUMBER: _Literal[4]
    frames_per_second: float
    def __init__(
        self,
        *,
        width: int | None = ...,
        height: int | None = ...,
        frames: int | None = ...,
        frames_per_second: float | None = ...,
    ) -> None: ...

class AudioPlayoutStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    KIND_FIELD_NUMBER: _Literal[1]
    kind: str
    SYNTHESIZED_SAMPLES_DURATION_FIELD_NUMBER: _Literal[2]
    synthesized_samples_duration: float
    SYNTHESIZED_SAMPLES_EVENTS_FIELD_NUMBER: _Literal[3]
    synthesized_samples_events: int
    TOTAL_SAMPLES_DURATION_FIELD_NUMBER: _Literal[4]
    total_samples_duration: float
    TOTAL_PLAYOUT_DELAY_FIELD_NUMBER: _Literal[5]
    total_playout_delay: float
    TOTAL_SAMPLES_COUNT_FIELD_NUMBER: _Literal[6]
    total_samples_count: int
    def __init__(
        self,
        *,
        kind: str | None = ...,
        synthesized_samples_duration: float | None = ...,
        synthesized_samples_events: int | None = ...,
        total_samples_duration: float | None = ...,
        total_playout_delay: float | None = ...,
        total_samples_count: int | None = ...,
    ) -> None: ...

class StreamStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ID_FIELD_NUMBER: _Literal[1]
    id: str
    STREAM_IDENTIFIER_FIELD_NUMBER: _Literal[2]
    stream_identifier: str
    def __init__(
        self,
        *,
        id: str | None = ...,
        stream_identifier: str | None = ...,
    ) -> None: ...

class PeerConnectionStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    DATA_CHANNELS_OPENED_FIELD_NUMBER: _Literal[1]
    data_channels_opened: int
    DATA_CHANNELS_CLOSED_FIELD_NUMBER: _Literal[2]
    data_channels_closed: int
    def __init__(
        self,
        *,
        data_channels_opened: int | None = ...,
        data_channels_closed: int | None = ...,
    ) -> None: ...

class DataChannelStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    LABEL_FIELD_NUMBER: _Literal[1]
    label: str
    PROTOCOL_FIELD_NUMBER: _Literal[2]
    protocol: str
    DATA_CHANNEL_IDENTIFIER_FIELD_NUMBER: _Literal[3]
    data_channel_identifier: int
    STATE_FIELD_NUMBER: _Literal[4]
    state: DataChannelState
    MESSAGES_SENT_FIELD_NUMBER: _Literal[5]
    messages_sent: int
    BYTES_SENT_FIELD_NUMBER: _Literal[6]
    bytes_sent: int
    MESSAGES_RECEIVED_FIELD_NUMBER: _Literal[7]
    messages_received: int
    BYTES_RECEIVED_FIELD_NUMBER: _Literal[8]
    bytes_received: int
    def __init__(
        self,
        *,
        label: str | None = ...,
        protocol: str | None = ...,
        data_channel_identifier: int | None = ...,
        state: DataChannelState | str | None = ...,
        messages_sent: int | None = ...,
        bytes_sent: int | None = ...,
        messages_received: int | None = ...,
        bytes_received: int | None = ...,
    ) -> None: ...

class TransportStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PACKETS_SENT_FIELD_NUMBER: _Literal[1]
    packets_sent: int
    PACKETS_RECEIVED_FIELD_NUMBER: _Literal[2]
    packets_received: int
    BYTES_SENT_FIELD_NUMBER: _Literal[3]
    bytes_sent: int
    BYTES_RECEIVED_FIELD_NUMBER: _Literal[4]
    bytes_received: int
    ICE_ROLE_FIELD_NUMBER: _Literal[5]
    ice_role: IceRole
    ICE_LOCAL_USERNAME_FRAGMENT_FIELD_NUMBER: _Literal[6]
    ice_local_username_fragment: str
    ICE_STATE_FIELD_NUMBER: _Literal[7]
    ice_state: IceTransportState
    DTLS_STATE_FIELD_NUMBER: _Literal[8]
    dtls_state: DtlsTransportState
    DTLS_ROLE_FIELD_NUMBER: _Literal[9]
    dtls_role: DtlsRole
    TLS_VERSION_FIELD_NUMBER: _Literal[10]
    tls_version: str
    """Four hexadecimal digits, "FEFD" is DTLS 1.2."""
    DTLS_CIPHER_FIELD_NUMBER: _Literal[11]
    dtls_cipher: str
    SRTP_CIPHER_FIELD_NUMBER: _Literal[12]
    srtp_cipher: str
    LOCAL_CERTIFICATE_ID_FIELD_NUMBER: _Literal[13]
    local_certificate_id: str
    REMOTE_CERTIFICATE_ID_FIELD_NUMBER: _Literal[14]
    remote_certificate_id: str
    SELECTED_CANDIDATE_PAIR_ID_FIELD_NUMBER: _Literal[15]
    selected_candidate_pair_id: str
    SELECTED_CANDIDATE_PAIR_CHANGES_FIELD_NUMBER: _Literal[16]
    selected_candidate_pair_changes: int
    def __init__(
        self,
        *,
        packets_sent: int | None = ...,
        packets_received: int | None = ...,
        bytes_sent: int | None = ...,
        bytes_received: int | None = ...,
        ice_role: IceRole | str | None = ...,
        ice_local_username_fragment: str | None = ...,
        ice_state: IceTransportState | str | None = ...,
        dtls_state: DtlsTransportState | str | None = ...,
        dtls_role: DtlsRole | str | None = ...,
        tls_version: str | None = ...,
        dtls_cipher: str | None = ...,
        srtp_cipher: str | None = ...,
        local_certificate_id: str | None = ...,
        remote_certificate_id: str | None = ...,
        selected_candidate_pair_id: str | None = ...,
        selected_candidate_pair_changes: int | None = ...,
    ) -> None: ...

class CandidatePairStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TRANSPORT_ID_FIELD_NUMBER: _Literal[1]
    transport_id: str
    LOCAL_CANDIDATE_ID_FIELD_NUMBER: _Literal[2]
    local_candidate_id: str
    REMOTE_CANDIDATE_ID_FIELD_NUMBER: _Literal[3]
    remote_candidate_id: str
    STATE_FIELD_NUMBER: _Literal[4]
    state: IceCandidatePairState
    NOMINATED_FIELD_NUMBER: _Literal[5]
    nominated: bool
    PACKETS_SENT_FIELD_NUMBER: _Literal[6]
    packets_sent: int
    PACKETS_RECEIVED_FIELD_NUMBER: _Literal[7]
    packets_received: int
    BYTES_SENT_FIELD_NUMBER: _Literal[8]
    bytes_sent: int
    BYTES_RECEIVED_FIELD_NUMBER: _Literal[9]
    bytes_received: int
    LAST_PACKET_SENT_TIMESTAMP_FIELD_NUMBER: _Literal[10]
    last_packet_sent_timestamp: float
    LAST_PACKET_RECEIVED_TIMESTAMP_FIELD_NUMBER: _Literal[11]
    last_packet_received_timestamp: float
    TOTAL_ROUND_TRIP_TIME_FIELD_NUMBER: _Literal[12]
    total_round_trip_time: float
    CURRENT_ROUND_TRIP_TIME_FIELD_NUMBER: _Literal[13]
    current_round_trip_time: float
    AVAILABLE_OUTGOING_BITRATE_FIELD_NUMBER: _Literal[14]
    available_outgoing_bitrate: float
    AVAILABLE_INCOMING_BITRATE_FIELD_NUMBER: _Literal[15]
    available_incoming_bitrate: float
    REQUESTS_RECEIVED_FIELD_NUMBER: _Literal[16]
    requests_received: int
    REQUESTS_SENT_FIELD_NUMBER: _Literal[17]
    requests_sent: int
    RESPONSES_RECEIVED_FIELD_NUMBER: _Literal[18]
    responses_received: int
    RESPONSES_SENT_FIELD_NUMBER: _Literal[19]
    responses_sent: int
    CONSENT_REQUESTS_SENT_FIELD_NUMBER: _Literal[20]
    consent_requests_sent: int
    PACKETS_DISCARDED_ON_SEND_FIELD_NUMBER: _Literal[21]
    packets_discarded_on_send: int
    BYTES_DISCARDED_ON_SEND_FIELD_NUMBER: _Literal[22]
    bytes_discarded_on_send: int
    def __init__(
        self,
        *,
        transport_id: str | None = ...,
        local_candidate_id: str | None = ...,
        remote_candidate_id: str | None = ...,
        state: IceCandidatePairState | str | None = ...,
        nominated: bool | None = ...,
        packets_sent: int | None = ...,
        packets_received: int | None = ...,
        bytes_sent: int | None = ...,
        bytes_received: int | None = ...,
        last_packet_sent_timestamp: float | None = ...,
        last_packet_received_timestamp: float | None = ...,
        total_round_trip_time: float | None = ...,
        current_round_trip_time: float | None = ...,
        available_outgoing_bitrate: float | None = ...,
        available_incoming_bitrate: float | None = ...,
        requests_received: int | None = ...,
        requests_sent: int | None = ...,
        responses_received: int | None = ...,
        responses_sent: int | None = ...,
        consent_requests_sent: int | None = ...,
        packets_discarded_on_send: int | None = ...,
        bytes_discarded_on_send: int | None = ...,
    ) -> None: ...

class IceCandidateStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TRANSPORT_ID_FIELD_NUMBER: _Literal[1]
    transport_id: str
    ADDRESS_FIELD_NUMBER: _Literal[2]
    address: str
    PORT_FIELD_NUMBER: _Literal[3]
    port: int
    PROTOCOL_FIELD_NUMBER: _Literal[4]
    protocol: str
    CANDIDATE_TYPE_FIELD_NUMBER: _Literal[5]
    candidate_type: IceCandidateType
    PRIORITY_FIELD_NUMBER: _Literal[6]
    priority: int
    URL_FIELD_NUMBER: _Literal[7]
    url: str
    RELAY_PROTOCOL_FIELD_NUMBER: _Literal[8]
    relay_protocol: IceServerTransportProtocol
    FOUNDATION_FIELD_NUMBER: _Literal[9]
    foundation: str
    RELATED_ADDRESS_FIELD_NUMBER: _Literal[10]
    related_address: str
    RELATED_PORT_FIELD_NUMBER: _Literal[11]
    related_port: int
    USERNAME_FRAGMENT_FIELD_NUMBER: _Literal[12]
    username_fragment: str
    TCP_TYPE_FIELD_NUMBER: _Literal[13]
    tcp_type: IceTcpCandidateType
    def __init__(
        self,
        *,
        transport_id: str | None = ...,
        address: str | None = ...,
        port: int | None = ...,
        protocol: str | None = ...,
        candidate_type: IceCandidateType | str | None = ...,
        priority: int | None = ...,
        url: str | None = ...,
        relay_protocol: IceServerTransportProtocol | str | None = ...,
        foundation: str | None = ...,
        related_address: str | None = ...,
        related_port: int | None = ...,
        username_fragment: str | None = ...,
        tcp_type: IceTcpCandidateType | str | None = ...,
    ) -> None: ...

class CertificateStats(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    FINGERPRINT_FIELD_NUMBER: _Literal[1]
    fingerprint: str
    FINGERPRINT_ALGORITHM_FIELD_NUMBER: _Literal[2]
    fingerprint_algorithm: str
    BASE64_CERTIFICATE_FIELD_NUMBER: _Literal[3]
    base64_certificate: str
    """DER, base64."""
    ISSUER_CERTIFICATE_ID_FIELD_NUMBER: _Literal[4]
    issuer_certificate_id: str
    def __init__(
        self,
        *,
        fingerprint: str | None = ...,
        fingerprint_algorithm: str | None = ...,
        base64_certificate: str | None = ...,
        issuer_certificate_id: str | None = ...,
    ) -> None: ...
