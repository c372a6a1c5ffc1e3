"""Written by proto/generate.py from proto/lkpy/protocol/models.proto; do not edit."""

from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Literal as _Literal, TypeAlias as _TypeAlias

from google.protobuf import descriptor as _descriptor, message as _message
from google.protobuf.internal import containers as _containers
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from lkpy.protocol import metrics_pb2 as _metrics_pb2

DESCRIPTOR: _descriptor.FileDescriptor

class _AudioCodecType(_EnumTypeWrapper[AudioCodec], type): ...

class AudioCodec(int, metaclass=_AudioCodecType):
    """Codecs of an egress or ingress; tracks name theirs by MIME type."""
    ValueType: _TypeAlias = AudioCodec
    DEFAULT_AC: _ClassVar[AudioCodec]
    OPUS: _ClassVar[AudioCodec]
    AAC: _ClassVar[AudioCodec]
    AC_MP3: _ClassVar[AudioCodec]

DEFAULT_AC: AudioCodec
OPUS: AudioCodec
AAC: AudioCodec
AC_MP3: AudioCodec

class _VideoCodecType(_EnumTypeWrapper[VideoCodec], type): ...

class VideoCodec(int, metaclass=_VideoCodecType):
    """Codecs of an egress or ingress; not the public enum `lkpy.rtc.VideoCodec`."""
    ValueType: _TypeAlias = VideoCodec
    DEFAULT_VC: _ClassVar[VideoCodec]
    H264_BASELINE: _ClassVar[VideoCodec]
    H264_MAIN: _ClassVar[VideoCodec]
    H264_HIGH: _ClassVar[VideoCodec]
    VP8: _ClassVar[VideoCodec]

DEFAULT_VC: VideoCodec
H264_BASELINE: VideoCodec
H264_MAIN: VideoCodec
H264_HIGH: VideoCodec
VP8: VideoCodec

class _ImageCodecType(_EnumTypeWrapper[ImageCodec], type): ...

class ImageCodec(int, metaclass=_ImageCodecType):
    ValueType: _TypeAlias = ImageCodec
    IC_DEFAULT: _ClassVar[ImageCodec]
    IC_JPEG: _ClassVar[ImageCodec]

IC_DEFAULT: ImageCodec
IC_JPEG: ImageCodec

class _TrackTypeType(_EnumTypeWrapper[TrackType], type): ...

class TrackType(int, metaclass=_TrackTypeType):
    ValueType: _TypeAlias = TrackType
    AUDIO: _ClassVar[TrackType]
    VIDEO: _ClassVar[TrackType]
    DATA: _ClassVar[TrackType]

AUDIO: TrackType
VIDEO: TrackType
DATA: TrackType

class _TrackSourceType(_EnumTypeWrapper[TrackSource], type): ...

class TrackSource(int, metaclass=_TrackSourceType):
    """What a track shows or plays."""
    ValueType: _TypeAlias = TrackSource
    UNKNOWN: _ClassVar[TrackSource]
    CAMERA: _ClassVar[TrackSource]
    MICROPHONE: _ClassVar[TrackSource]
    SCREEN_SHARE: _ClassVar[TrackSource]
    SCREEN_SHARE_AUDIO: _ClassVar[TrackSource]

UNKNOWN: TrackSource
CAMERA: TrackSource
MICROPHONE: TrackSource
SCREEN_SHARE: TrackSource
SCREEN_SHARE_AUDIO: TrackSource

class _AudioTrackFeatureType(_EnumTypeWrapper[AudioTrackFeature], type): ...

class AudioTrackFeature(int, metaclass=_AudioTrackFeatureType):
    """Properties of a published audio track."""
    ValueType: _TypeAlias = AudioTrackFeature
    TF_STEREO: _ClassVar[AudioTrackFeature]
    TF_NO_DTX: _ClassVar[AudioTrackFeature]
    TF_AUTO_GAIN_CONTROL: _ClassVar[AudioTrackFeature]
    TF_ECHO_CANCELLATION: _ClassVar[AudioTrackFeature]
    TF_NOISE_SUPPRESSION: _ClassVar[AudioTrackFeature]
    TF_ENHANCED_NOISE_CANCELLATION: _ClassVar[AudioTrackFeature]
    TF_PRECONNECT_BUFFER: _ClassVar[AudioTrackFeature]

TF_STEREO: AudioTrackFeature
TF_NO_DTX: AudioTrackFeature
TF_AUTO_GAIN_CONTROL: AudioTrackFeature
TF_ECHO_CANCELLATION: AudioTrackFeature
TF_NOISE_SUPPRESSION: AudioTrackFeature
TF_ENHANCED_NOISE_CANCELLATION: AudioTrackFeature
TF_PRECONNECT_BUFFER: AudioTrackFeature

class _VideoQualityType(_EnumTypeWrapper[VideoQuality], type): ...

class VideoQuality(int, metaclass=_VideoQualityType):
    """A simulcast layer as a subscriber sees it; OFF only in dynacast."""
    ValueType: _TypeAlias = VideoQuality
    LOW: _ClassVar[VideoQuality]
    MEDIUM: _ClassVar[VideoQuality]
    HIGH: _ClassVar[VideoQuality]
    OFF: _ClassVar[VideoQuality]

LOW: VideoQuality
MEDIUM: VideoQuality
HIGH: VideoQuality
OFF: VideoQuality

class _BackupCodecPolicyType(_EnumTypeWrapper[BackupCodecPolicy], type): ...

class BackupCodecPolicy(int, metaclass=_BackupCodecPolicyType):
    """What a publisher does when a subscriber cannot decode its first codec."""
    ValueType: _TypeAlias = BackupCodecPolicy
    PREFER_REGRESSION: _ClassVar[BackupCodecPolicy]
    SIMULCAST: _ClassVar[BackupCodecPolicy]
    REGRESSION: _ClassVar[BackupCodecPolicy]

PREFER_REGRESSION: BackupCodecPolicy
SIMULCAST: BackupCodecPolicy
REGRESSION: BackupCodecPolicy

class _PacketTrailerFeatureType(_EnumTypeWrapper[PacketTrailerFeature], type): ...

class PacketTrailerFeature(int, metaclass=_PacketTrailerFeatureType):
    """Data carried behind each encoded frame; only sent to clients that announced CAP_PACKET_TRAILER."""
    ValueType: _TypeAlias = PacketTrailerFeature
    PTF_USER_TIMESTAMP: _ClassVar[PacketTrailerFeature]
    PTF_FRAME_ID: _ClassVar[PacketTrailerFeature]
    PTF_USER_DATA: _ClassVar[PacketTrailerFeature]

PTF_USER_TIMESTAMP: PacketTrailerFeature
PTF_FRAME_ID: PacketTrailerFeature
PTF_USER_DATA: PacketTrailerFeature

class _DisconnectReasonType(_EnumTypeWrapper[DisconnectReason], type): ...

class DisconnectReason(int, metaclass=_DisconnectReasonType):
    """Why a participant left or was sent away."""
    ValueType: _TypeAlias = DisconnectReason
    UNKNOWN_REASON: _ClassVar[DisconnectReason]
    CLIENT_INITIATED: _ClassVar[DisconnectReason]
    DUPLICATE_IDENTITY: _ClassVar[DisconnectReason]
    SERVER_SHUTDOWN: _ClassVar[DisconnectReason]
    PARTICIPANT_REMOVED: _ClassVar[DisconnectReason]
    ROOM_DELETED: _ClassVar[DisconnectReason]
    STATE_MISMATCH: _ClassVar[DisconnectReason]
    JOIN_FAILURE: _ClassVar[DisconnectReason]
    MIGRATION: _ClassVar[DisconnectReason]
    SIGNAL_CLOSE: _ClassVar[DisconnectReason]
    ROOM_CLOSED: _ClassVar[DisconnectReason]
    USER_UNAVAILABLE: _ClassVar[DisconnectReason]
    USER_REJECTED: _ClassVar[DisconnectReason]
    SIP_TRUNK_FAILURE: _ClassVar[DisconnectReason]
    CONNECTION_TIMEOUT: _ClassVar[DisconnectReason]
    MEDIA_FAILURE: _ClassVar[DisconnectReason]
    AGENT_ERROR: _ClassVar[DisconnectReason]

UNKNOWN_REASON: DisconnectReason
CLIENT_INITIATED: DisconnectReason
DUPLICATE_IDENTITY: DisconnectReason
SERVER_SHUTDOWN: DisconnectReason
PARTICIPANT_REMOVED: DisconnectReason
ROOM_DELETED: DisconnectReason
STATE_MISMATCH: DisconnectReason
JOIN_FAILURE: DisconnectReason
MIGRATION: DisconnectReason
SIGNAL_CLOSE: DisconnectReason
ROOM_CLOSED: DisconnectReason
USER_UNAVAILABLE: DisconnectReason
USER_REJECTED: DisconnectReason
SIP_TRUNK_FAILURE: DisconnectReason
CONNECTION_TIMEOUT: DisconnectReason
MEDIA_FAILURE: DisconnectReason
AGENT_ERROR: DisconnectReason

class _RoomEndReasonType(_EnumTypeWrapper[RoomEndReason], type): ...

class RoomEndReason(int, metaclass=_RoomEndReasonType):
    """Why a room ended."""
    ValueType: _TypeAlias = RoomEndReason
    ROOM_END_UNKNOWN: _ClassVar[RoomEndReason]
    ROOM_END_API_DELETE: _ClassVar[RoomEndReason]
    ROOM_END_IDLE_TIMEOUT: _ClassVar[RoomEndReason]
    ROOM_END_SERVER_SHUTDOWN: _ClassVar[RoomEndReason]
    ROOM_END_SUPERSEDED: _ClassVar[RoomEndReason]
    ROOM_END_OPEN_FAILED: _ClassVar[RoomEndReason]

ROOM_END_UNKNOWN: RoomEndReason
ROOM_END_API_DELETE: RoomEndReason
ROOM_END_IDLE_TIMEOUT: RoomEndReason
ROOM_END_SERVER_SHUTDOWN: RoomEndReason
ROOM_END_SUPERSEDED: RoomEndReason
ROOM_END_OPEN_FAILED: RoomEndReason

class _ConnectionQualityType(_EnumTypeWrapper[ConnectionQuality], type): ...

class ConnectionQuality(int, metaclass=_ConnectionQualityType):
    ValueType: _TypeAlias = ConnectionQuality
    POOR: _ClassVar[ConnectionQuality]
    GOOD: _ClassVar[ConnectionQuality]
    EXCELLENT: _ClassVar[ConnectionQuality]
    LOST: _ClassVar[ConnectionQuality]

POOR: ConnectionQuality
GOOD: ConnectionQuality
EXCELLENT: ConnectionQuality
LOST: ConnectionQuality

class _ClientConfigSettingType(_EnumTypeWrapper[ClientConfigSetting], type): ...

class ClientConfigSetting(int, metaclass=_ClientConfigSettingType):
    ValueType: _TypeAlias = ClientConfigSetting
    UNSET: _ClassVar[ClientConfigSetting]
    DISABLED: _ClassVar[ClientConfigSetting]
    ENABLED: _ClassVar[ClientConfigSetting]

UNSET: ClientConfigSetting
DISABLED: ClientConfigSetting
ENABLED: ClientConfigSetting

class _ReconnectReasonType(_EnumTypeWrapper[ReconnectReason], type): ...

class ReconnectReason(int, metaclass=_ReconnectReasonType):
    """Why a client comes back with reconnect=1."""
    ValueType: _TypeAlias = ReconnectReason
    RR_UNKNOWN: _ClassVar[ReconnectReason]
    RR_SIGNAL_DISCONNECTED: _ClassVar[ReconnectReason]
    RR_PUBLISHER_FAILED: _ClassVar[ReconnectReason]
    RR_SUBSCRIBER_FAILED: _ClassVar[ReconnectReason]
    RR_SWITCH_CANDIDATE: _ClassVar[ReconnectReason]

RR_UNKNOWN: ReconnectReason
RR_SIGNAL_DISCONNECTED: ReconnectReason
RR_PUBLISHER_FAILED: ReconnectReason
RR_SUBSCRIBER_FAILED: ReconnectReason
RR_SWITCH_CANDIDATE: ReconnectReason

class _SubscriptionErrorType(_EnumTypeWrapper[SubscriptionError], type): ...

class SubscriptionError(int, metaclass=_SubscriptionErrorType):
    ValueType: _TypeAlias = SubscriptionError
    SE_UNKNOWN: _ClassVar[SubscriptionError]
    SE_CODEC_UNSUPPORTED: _ClassVar[SubscriptionError]
    SE_TRACK_NOTFOUND: _ClassVar[SubscriptionError]

SE_UNKNOWN: SubscriptionError
SE_CODEC_UNSUPPORTED: SubscriptionError
SE_TRACK_NOTFOUND: SubscriptionError

class _DataTrackExtensionIDType(_EnumTypeWrapper[DataTrackExtensionID], type): ...

class DataTrackExtensionID(int, metaclass=_DataTrackExtensionIDType):
    """Extensions in the header of a data track's packet."""
    ValueType: _TypeAlias = DataTrackExtensionID
    DTEI_INVALID: _ClassVar[DataTrackExtensionID]
    DTEI_E2EE: _ClassVar[DataTrackExtensionID]
    DTEI_USER_TIMESTAMP: _ClassVar[DataTrackExtensionID]
    DTEI_PARTICIPANT_SID: _ClassVar[DataTrackExtensionID]

DTEI_INVALID: DataTrackExtensionID
DTEI_E2EE: DataTrackExtensionID
DTEI_USER_TIMESTAMP: DataTrackExtensionID
DTEI_PARTICIPANT_SID: DataTrackExtensionID

class Codec(_message.Message):
    """A codec that a room allows: MIME type ("video/VP8") and SDP fmtp."""
    DESCRIPTOR: _descriptor.Descriptor
    MIME_FIELD_NUMBER: _Literal[1]
    mime: str
    FMTP_LINE_FIELD_NUMBER: _Literal[2]
    fmtp_line: str
    def __init__(
        self,
        *,
        mime: str | None = ...,
        fmtp_line: str | None = ...,
    ) -> None: ...

class VideoLayer(_message.Message):
    """One encoding of a video track."""
    DESCRIPTOR: _descriptor.Descriptor

    class _ModeType(_EnumTypeWrapper[VideoLayer.Mode], type): ...

    class Mode(int, metaclass=_ModeType):
        ValueType: _TypeAlias = VideoLayer.Mode
        MODE_UNUSED: _ClassVar[VideoLayer.Mode]
        ONE_SPATIAL_LAYER_PER_STREAM: _ClassVar[VideoLayer.Mode]
        MULTIPLE_SPATIAL_LAYERS_PER_STREAM: _ClassVar[VideoLayer.Mode]
        ONE_SPATIAL_LAYER_PER_STREAM_INCOMPLETE_RTCP_SR: _ClassVar[VideoLayer.Mode]

    MODE_UNUSED: _ClassVar[VideoLayer.Mode]
    ONE_SPATIAL_LAYER_PER_STREAM: _ClassVar[VideoLayer.Mode]
    MULTIPLE_SPATIAL_LAYERS_PER_STREAM: _ClassVar[VideoLayer.Mode]
    ONE_SPATIAL_LAYER_PER_STREAM_INCOMPLETE_RTCP_SR: _ClassVar[VideoLayer.Mode]
    QUALITY_FIELD_NUMBER: _Literal[1]
    quality: VideoQuality
    WIDTH_FIELD_NUMBER: _Literal[2]
    width: int
    HEIGHT_FIELD_NUMBER: _Literal[3]
    height: int
    BITRATE_FIELD_NUMBER: _Literal[4]
    bitrate: int
    """Bit/s."""
    SSRC_FIELD_NUMBER: _Literal[5]
    ssrc: int
    """0 in requests: the server reads it from the SDP."""
    SPATIAL_LAYER_FIELD_NUMBER: _Literal[6]
    spatial_layer: int
    RID_FIELD_NUMBER: _Literal[7]
    rid: str
    REPAIR_SSRC_FIELD_NUMBER: _Literal[8]
    repair_ssrc: int
    def __init__(
        self,
        *,
        quality: VideoQuality | str | None = ...,
        width: int | None = ...,
        height: int | None = ...,
        bitrate: int | None = ...,
        ssrc: int | None = ...,
        spatial_layer: int | None = ...,
        rid: str | None = ...,
        repair_ssrc: int | None = ...,
    ) -> None: ...

class Encryption(_message.Message):
    """How the frames of a track, or a data packet, are encrypted end to end."""
    DESCRIPTOR: _descriptor.Descriptor

    class _TypeType(_EnumTypeWrapper[Encryption.Type], type): ...

    class Type(int, metaclass=_TypeType):
        ValueType: _TypeAlias = Encryption.Type
        NONE: _ClassVar[Encryption.Type]
        GCM: _ClassVar[Encryption.Type]
        CUSTOM: _ClassVar[Encryption.Type]

    NONE: _ClassVar[Encryption.Type]
    GCM: _ClassVar[Encryption.Type]
    CUSTOM: _ClassVar[Encryption.Type]
    def __init__(self) -> None: ...

class SimulcastCodecInfo(_message.Message):
    """One codec of a track; a track with a backup codec has two."""
    DESCRIPTOR: _descriptor.Descriptor
    MIME_TYPE_FIELD_NUMBER: _Literal[1]
    mime_type: str
    MID_FIELD_NUMBER: _Literal[2]
    mid: str
    CID_FIELD_NUMBER: _Literal[3]
    cid: str
    LAYERS_FIELD_NUMBER: _Literal[4]
    @property
    def layers(self) -> _containers.RepeatedCompositeFieldContainer[VideoLayer]: ...
    VIDEO_LAYER_MODE_FIELD_NUMBER: _Literal[5]
    video_layer_mode: VideoLayer.Mode
    SDP_CID_FIELD_NUMBER: _Literal[6]
    sdp_cid: str
    def __init__(
        self,
        *,
        mime_type: str | None = ...,
        mid: str | None = ...,
        cid: str | None = ...,
        layers: _Iterable[VideoLayer] | None = ...,
        video_layer_mode: VideoLayer.Mode | str | None = ...,
        sdp_cid: str | None = ...,
    ) -> None: ...

class TrackInfo(_message.Message):
    """A published track as everybody sees it: a full snapshot, never a delta."""
    DESCRIPTOR: _descriptor.Descriptor
    SID_FIELD_NUMBER: _Literal[1]
    sid: str
    TYPE_FIELD_NUMBER: _Literal[2]
    type: TrackType
    NAME_FIELD_NUMBER: _Literal[3]
    name: str
    MUTED_FIELD_NUMBER: _Literal[4]
    muted: bool
    WIDTH_FIELD_NUMBER: _Literal[5]
    width: int
    HEIGHT_FIELD_NUMBER: _Literal[6]
    height: int
    SIMULCAST_FIELD_NUMBER: _Literal[7]
    simulcast: bool
    DISABLE_DTX_FIELD_NUMBER: _Literal[8]
    disable_dtx: bool
    SOURCE_FIELD_NUMBER: _Literal[9]
    source: TrackSource
    LAYERS_FIELD_NUMBER: _Literal[10]
    @property
    def layers(self) -> _containers.RepeatedCompositeFieldContainer[VideoLayer]: ...
    MIME_TYPE_FIELD_NUMBER: _Literal[11]
    mime_type: str
    MID_FIELD_NUMBER: _Literal[12]
    mid: str
    """The publisher's m-section."""
    CODECS_FIELD_NUMBER: _Literal[13]
    @property
    def codecs(self) -> _containers.RepeatedCompositeFieldContainer[SimulcastCodecInfo]: ...
    STEREO_FIELD_NUMBER: _Literal[14]
    stereo: bool
    DISABLE_RED_FIELD_NUMBER: _Literal[15]
    disable_red: bool
    ENCRYPTION_FIELD_NUMBER: _Literal[16]
    encryption: Encryption.Type
    STREAM_FIELD_NUMBER: _Literal[17]
    stream: str
    """Tracks of one participant with the same stream name play in sync."""
    VERSION_FIELD_NUMBER: _Literal[18]
    @property
    def version(self) -> TimedVersion: ...
    AUDIO_FEATURES_FIELD_NUMBER: _Literal[19]
    @property
    def audio_features(self) -> _containers.RepeatedScalarFieldContainer[AudioTrackFeature]: ...
    BACKUP_CODEC_POLICY_FIELD_NUMBER: _Literal[20]
    backup_codec_policy: BackupCodecPolicy
    PACKET_TRAILER_FEATURES_FIELD_NUMBER: _Literal[21]
    @property
    def packet_trailer_features(self) -> _containers.RepeatedScalarFieldContainer[PacketTrailerFeature]: ...
    def __init__(
        self,
        *,
        sid: str | None = ...,
        type: TrackType | str | None = ...,
        name: str | None = ...,
        muted: bool | None = ...,
        width: int | None = ...,
        height: int | None = ...,
        simulcast: bool | None = ...,
        disable_dtx: bool | None = ...,
        source: TrackSource | str | None = ...,
        layers: _Iterable[VideoLayer] | None = ...,
        mime_type: str | None = ...,
        mid: str | None = ...,
        codecs: _Iterable[SimulcastCodecInfo] | None = ...,
        stereo: bool | None = ...,
        disable_red: bool | None = ...,
        encryption: Encryption.Type | str | None = ...,
        stream: str | None = ...,
        version: TimedVersion | None = ...,
        audio_features: _Iterable[AudioTrackFeature] | None = ...,
        backup_codec_policy: BackupCodecPolicy | str | None = ...,
        packet_trailer_features: _Iterable[PacketTrailerFeature] | None = ...,
    ) -> None: ...

class SubscribedAudioCodec(_message.Message):
    """Whether anybody listens to this codec of an audio track."""
    DESCRIPTOR: _descriptor.Descriptor
    CODEC_FIELD_NUMBER: _Literal[1]
    codec: str
    ENABLED_FIELD_NUMBER: _Literal[2]
    enabled: bool
    def __init__(
        self,
        *,
        codec: str | None = ...,
        enabled: bool | None = ...,
    ) -> None: ...

class PlayoutDelay(_message.Message):
    """Limits of the receivers' jitter buffers, in milliseconds."""
    DESCRIPTOR: _descriptor.Descriptor
    ENABLED_FIELD_NUMBER: _Literal[1]
    enabled: bool
    MIN_FIELD_NUMBER: _Literal[2]
    min: int
    MAX_FIELD_NUMBER: _Literal[3]
    max: int
    def __init__(
        self,
        *,
        enabled: bool | None = ...,
        min: int | None = ...,
        max: int | None = ...,
    ) -> None: ...

class Room(_message.Message):
    """A room as its participants see it. `sid` may be empty in the join response and follow in a RoomUpdate."""
    DESCRIPTOR: _descriptor.Descriptor
    SID_FIELD_NUMBER: _Literal[1]
    sid: str
    NAME_FIELD_NUMBER: _Literal[2]
    name: str
    EMPTY_TIMEOUT_FIELD_NUMBER: _Literal[3]
    empty_timeout: int
    """Seconds until a room that nobody joined is closed."""
    DEPARTURE_TIMEOUT_FIELD_NUMBER: _Literal[14]
    departure_timeout: int
    """Seconds until a room that everybody left is closed."""
    MAX_PARTICIPANTS_FIELD_NUMBER: _Literal[4]
    max_participants: int
    CREATION_TIME_FIELD_NUMBER: _Literal[5]
    creation_time: int
    """Seconds since 1970."""
    CREATION_TIME_MS_FIELD_NUMBER: _Literal[15]
    creation_time_ms: int
    """Milliseconds since 1970."""
    TURN_PASSWORD_FIELD_NUMBER: _Literal[6]
    turn_password: str
    ENABLED_CODECS_FIELD_NUMBER: _Literal[7]
    @property
    def enabled_codecs(self) -> _containers.RepeatedCompositeFieldContainer[Codec]: ...
    METADATA_FIELD_NUMBER: _Literal[8]
    metadata: str
    NUM_PARTICIPANTS_FIELD_NUMBER: _Literal[9]
    num_participants: int
    NUM_PUBLISHERS_FIELD_NUMBER: _Literal[11]
    num_publishers: int
    ACTIVE_RECORDING_FIELD_NUMBER: _Literal[10]
    active_recording: bool
    VERSION_FIELD_NUMBER: _Literal[13]
    @property
    def version(self) -> TimedVersion: ...
    def __init__(
        self,
        *,
        sid: str | None = ...,
        name: str | None = ...,
        empty_timeout: int | None = ...,
        departure_timeout: int | None = ...,
        max_participants: int | None = ...,
        creation_time: int | None = ...,
        creation_time_ms: int | None = ...,
        turn_password: str | None = ...,
        enabled_codecs: _Iterable[Codec] | None = ...,
        metadata: str | None = ...,
        num_participants: int | None = ...,
        num_publishers: int | None = ...,
        active_recording: bool | None = ...,
        version: TimedVersion | None = ...,
    ) -> None: ...

class ParticipantPermission(_message.Message):
    """What the token allows a participant."""
    DESCRIPTOR: _descriptor.Descriptor
    CAN_SUBSCRIBE_FIELD_NUMBER: _Literal[1]
    can_subscribe: bool
    CAN_PUBLISH_FIELD_NUMBER: _Literal[2]
    can_publish: bool
    CAN_PUBLISH_DATA_FIELD_NUMBER: _Literal[3]
    can_publish_data: bool
    CAN_PUBLISH_SOURCES_FIELD_NUMBER: _Literal[9]
    @property
    def can_publish_sources(self) -> _containers.RepeatedScalarFieldContainer[TrackSource]:
        """Empty: any source."""
    HIDDEN_FIELD_NUMBER: _Literal[7]
    hidden: bool
    RECORDER_FIELD_NUMBER: _Literal[8]
    recorder: bool
    CAN_UPDATE_METADATA_FIELD_NUMBER: _Literal[10]
    can_update_metadata: bool
    AGENT_FIELD_NUMBER: _Literal[11]
    agent: bool
    CAN_SUBSCRIBE_METRICS_FIELD_NUMBER: _Literal[12]
    can_subscribe_metrics: bool
    CAN_MANAGE_AGENT_SESSION_FIELD_NUMBER: _Literal[13]
    can_manage_agent_session: bool
    def __init__(
        self,
        *,
        can_subscribe: bool | None = ...,
        can_publish: bool | None = ...,
        can_publish_data: bool | None = ...,
        can_publish_sources: _Iterable[TrackSource] | None = ...,
        hidden: bool | None = ...,
        recorder: bool | None = ...,
        can_update_metadata: bool | None = ...,
        agent: bool | None = ...,
        can_subscribe_metrics: bool | None = ...,
        can_manage_agent_session: bool | None = ...,
    ) -> None: ...

class ParticipantInfo(_message.Message):
    """A participant: a full snapshot, never a delta. `version` grows with every change of one `sid`."""
    DESCRIPTOR: _descriptor.Descriptor

    class _StateType(_EnumTypeWrapper[ParticipantInfo.State], type): ...

    class State(int, metaclass=_StateType):
        ValueType: _TypeAlias = ParticipantInfo.State
        JOINING: _ClassVar[ParticipantInfo.State]
        JOINED: _ClassVar[ParticipantInfo.State]
        ACTIVE: _ClassVar[ParticipantInfo.State]
        DISCONNECTED: _ClassVar[ParticipantInfo.State]

    JOINING: _ClassVar[ParticipantInfo.State]
    JOINED: _ClassVar[ParticipantInfo.State]
    ACTIVE: _ClassVar[ParticipantInfo.State]
    DISCONNECTED: _ClassVar[ParticipantInfo.State]

    class _KindType(_EnumTypeWrapper[ParticipantInfo.Kind], type): ...

    class Kind(int, metaclass=_KindType):
        ValueType: _TypeAlias = ParticipantInfo.Kind
        STANDARD: _ClassVar[ParticipantInfo.Kind]
        INGRESS: _ClassVar[ParticipantInfo.Kind]
        EGRESS: _ClassVar[ParticipantInfo.Kind]
        SIP: _ClassVar[ParticipantInfo.Kind]
        AGENT: _ClassVar[ParticipantInfo.Kind]
        CONNECTOR: _ClassVar[ParticipantInfo.Kind]
        BRIDGE: _ClassVar[ParticipantInfo.Kind]

    STANDARD: _ClassVar[ParticipantInfo.Kind]
    INGRESS: _ClassVar[ParticipantInfo.Kind]
    EGRESS: _ClassVar[ParticipantInfo.Kind]
    SIP: _ClassVar[ParticipantInfo.Kind]
    AGENT: _ClassVar[ParticipantInfo.Kind]
    CONNECTOR: _ClassVar[ParticipantInfo.Kind]
    BRIDGE: _ClassVar[ParticipantInfo.Kind]

    class _KindDetailType(_EnumTypeWrapper[ParticipantInfo.KindDetail], type): ...

    class KindDetail(int, metaclass=_KindDetailType):
        ValueType: _TypeAlias = ParticipantInfo.KindDetail
        CLOUD_AGENT: _ClassVar[ParticipantInfo.KindDetail]
        FORWARDED: _ClassVar[ParticipantInfo.KindDetail]
        CONNECTOR_WHATSAPP: _ClassVar[ParticipantInfo.KindDetail]
        CONNECTOR_TWILIO: _ClassVar[ParticipantInfo.KindDetail]
        BRIDGE_RTSP: _ClassVar[ParticipantInfo.KindDetail]
        SIMULATION: _ClassVar[ParticipantInfo.KindDetail]

    CLOUD_AGENT: _ClassVar[ParticipantInfo.KindDetail]
    FORWARDED: _ClassVar[ParticipantInfo.KindDetail]
    CONNECTOR_WHATSAPP: _ClassVar[ParticipantInfo.KindDetail]
    CONNECTOR_TWILIO: _ClassVar[ParticipantInfo.KindDetail]
    BRIDGE_RTSP: _ClassVar[ParticipantInfo.KindDetail]
    SIMULATION: _ClassVar[ParticipantInfo.KindDetail]
    SID_FIELD_NUMBER: _Literal[1]
    sid: str
    IDENTITY_FIELD_NUMBER: _Literal[2]
    identity: str
    STATE_FIELD_NUMBER: _Literal[3]
    state: ParticipantInfo.State
    TRACKS_FIELD_NUMBER: _Literal[4]
    @property
    def tracks(self) -> _containers.RepeatedCompositeFieldContainer[TrackInfo]: ...
    METADATA_FIELD_NUMBER: _Literal[5]
    metadata: str
    JOINED_AT_FIELD_NUMBER: _Literal[6]
    joined_at: int
    """Seconds since 1970."""
    JOINED_AT_MS_FIELD_NUMBER: _Literal[17]
    joined_at_ms: int
    """Milliseconds since 1970."""
    NAME_FIELD_NUMBER: _Literal[9]
    name: str
    VERSION_FIELD_NUMBER: _Literal[10]
    version: int
    PERMISSION_FIELD_NUMBER: _Literal[11]
    @property
    def permission(self) -> ParticipantPermission: ...
    REGION_FIELD_NUMBER: _Literal[12]
    region: str
    IS_PUBLISHER_FIELD_NUMBER: _Literal[13]
    is_publisher: bool
    """It has published something, or may and has a publisher connection."""
    KIND_FIELD_NUMBER: _Literal[14]
    kind: ParticipantInfo.Kind
    ATTRIBUTES_FIELD_NUMBER: _Literal[15]
    @property
    def attributes(self) -> _containers.ScalarMap[str, str]: ...
    DISCONNECT_REASON_FIELD_NUMBER: _Literal[16]
    disconnect_reason: DisconnectReason
    KIND_DETAILS_FIELD_NUMBER: _Literal[18]
    @property
    def kind_details(self) -> _containers.RepeatedScalarFieldContainer[ParticipantInfo.KindDetail]: ...
    DATA_TRACKS_FIELD_NUMBER: _Literal[19]
    @property
    def data_tracks(self) -> _containers.RepeatedCompositeFieldContainer[DataTrackInfo]: ...
    CLIENT_PROTOCOL_FIELD_NUMBER: _Literal[20]
    client_protocol: int
    CAPABILITIES_FIELD_NUMBER: _Literal[21]
    @property
    def capabilities(self) -> _containers.RepeatedScalarFieldContainer[ClientInfo.Capability]: ...
    def __init__(
        self,
        *,
        sid: str | None = ...,
        identity: str | None = ...,
        state: ParticipantInfo.State | str | None = ...,
        tracks: _Iterable[TrackInfo] | None = ...,
        metadata: str | None = ...,
        joined_at: int | None = ...,
        joined_at_ms: int | None = ...,
        name: str | None = ...,
        version: int | None = ...,
        permission: ParticipantPermission | None = ...,
        region: str | None = ...,
        is_publisher: bool | None = ...,
        kind: ParticipantInfo.Kind | str | None = ...,
        attributes: _Mapping[str, str] | None = ...,
        disconnect_reason: DisconnectReason | str | None = ...,
        kind_details: _Iterable[ParticipantInfo.KindDetail] | None = ...,
        data_tracks: _Iterable[DataTrackInfo] | None = ...,
        client_protocol: int | None = ...,
        capabilities: _Iterable[ClientInfo.Capability] | None = ...,
    ) -> None: ...

class ParticipantTracks(_message.Message):
    """Tracks of one participant."""
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[1]
    participant_sid: str
    TRACK_SIDS_FIELD_NUMBER: _Literal[2]
    @property
    def track_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    def __init__(
        self,
        *,
        participant_sid: str | None = ...,
        track_sids: _Iterable[str] | None = ...,
    ) -> None: ...

class TimedVersion(_message.Message):
    """A version that two servers can compare: microseconds since 1970, then a counter."""
    DESCRIPTOR: _descriptor.Descriptor
    UNIX_MICRO_FIELD_NUMBER: _Literal[1]
    unix_micro: int
    TICKS_FIELD_NUMBER: _Literal[2]
    ticks: int
    def __init__(
        self,
        *,
        unix_micro: int | None = ...,
        ticks: int | None = ...,
    ) -> None: ...

class ActiveSpeakerUpdate(_message.Message):
    """Before protocol 3: all who speak now. Replaced by SpeakersChanged."""
    DESCRIPTOR: _descriptor.Descriptor
    SPEAKERS_FIELD_NUMBER: _Literal[1]
    @property
    def speakers(self) -> _containers.RepeatedCompositeFieldContainer[SpeakerInfo]: ...
    def __init__(
        self,
        *,
        speakers: _Iterable[SpeakerInfo] | None = ...,
    ) -> None: ...

class SpeakerInfo(_message.Message):
    """How loud a participant is, 0 to 1; `active` false means it fell silent."""
    DESCRIPTOR: _descriptor.Descriptor
    SID_FIELD_NUMBER: _Literal[1]
    sid: str
    LEVEL_FIELD_NUMBER: _Literal[2]
    level: float
    """0 to 1."""
    ACTIVE_FIELD_NUMBER: _Literal[3]
    active: bool
    def __init__(
        self,
        *,
        sid: str | None = ...,
        level: float | None = ...,
        active: bool | None = ...,
    ) -> None: ...

class ClientInfo(_message.Message):
    """What a client says about itself. `protocol` is the signalling version, `client_protocol` what it understands from
    other clients (1: RPC over data streams, 2: inline and compressed data streams).
    """
    DESCRIPTOR: _descriptor.Descriptor

    class _SDKType(_EnumTypeWrapper[ClientInfo.SDK], type): ...

    class SDK(int, metaclass=_SDKType):
        ValueType: _TypeAlias = ClientInfo.SDK
        UNKNOWN: _ClassVar[ClientInfo.SDK]
        JS: _ClassVar[ClientInfo.SDK]
        SWIFT: _ClassVar[ClientInfo.SDK]
        ANDROID: _ClassVar[ClientInfo.SDK]
        FLUTTER: _ClassVar[ClientInfo.SDK]
        GO: _ClassVar[ClientInfo.SDK]
        UNITY: _ClassVar[ClientInfo.SDK]
        REACT_NATIVE: _ClassVar[ClientInfo.SDK]
        RUST: _ClassVar[ClientInfo.SDK]
        PYTHON: _ClassVar[ClientInfo.SDK]
        CPP: _ClassVar[ClientInfo.SDK]
        UNITY_WEB: _ClassVar[ClientInfo.SDK]
        NODE: _ClassVar[ClientInfo.SDK]
        UNREAL: _ClassVar[ClientInfo.SDK]
        ESP32: _ClassVar[ClientInfo.SDK]
        DOTNET: _ClassVar[ClientInfo.SDK]

    UNKNOWN: _ClassVar[ClientInfo.SDK]
    JS: _ClassVar[ClientInfo.SDK]
    SWIFT: _ClassVar[ClientInfo.SDK]
    ANDROID: _ClassVar[ClientInfo.SDK]
    FLUTTER: _ClassVar[ClientInfo.SDK]
    GO: _ClassVar[ClientInfo.SDK]
    UNITY: _ClassVar[ClientInfo.SDK]
    REACT_NATIVE: _ClassVar[ClientInfo.SDK]
    RUST: _ClassVar[ClientInfo.SDK]
    PYTHON: _ClassVar[ClientInfo.SDK]
    CPP: _ClassVar[ClientInfo.SDK]
    UNITY_WEB: _ClassVar[ClientInfo.SDK]
    NODE: _ClassVar[ClientInfo.SDK]
    UNREAL: _ClassVar[ClientInfo.SDK]
    ESP32: _ClassVar[ClientInfo.SDK]
    DOTNET: _ClassVar[ClientInfo.SDK]

    class _CapabilityType(_EnumTypeWrapper[ClientInfo.Capability], type): ...

    class Capability(int, metaclass=_CapabilityType):
        ValueType: _TypeAlias = ClientInfo.Capability
        CAP_UNUSED: _ClassVar[ClientInfo.Capability]
        CAP_PACKET_TRAILER: _ClassVar[ClientInfo.Capability]
        CAP_COMPRESSION_DEFLATE_RAW: _ClassVar[ClientInfo.Capability]

    CAP_UNUSED: _ClassVar[ClientInfo.Capability]
    CAP_PACKET_TRAILER: _ClassVar[ClientInfo.Capability]
    CAP_COMPRESSION_DEFLATE_RAW: _ClassVar[ClientInfo.Capability]
    SDK_FIELD_NUMBER: _Literal[1]
    sdk: ClientInfo.SDK
    VERSION_FIELD_NUMBER: _Literal[2]
    version: str
    PROTOCOL_FIELD_NUMBER: _Literal[3]
    protocol: int
    OS_FIELD_NUMBER: _Literal[4]
    os: str
    OS_VERSION_FIELD_NUMBER: _Literal[5]
    os_version: str
    DEVICE_MODEL_FIELD_NUMBER: _Literal[6]
    device_model: str
    BROWSER_FIELD_NUMBER: _Literal[7]
    browser: str
    BROWSER_VERSION_FIELD_NUMBER: _Literal[8]
    browser_version: str
    ADDRESS_FIELD_NUMBER: _Literal[9]
    address: str
    """Filled by the server."""
    NETWORK_FIELD_NUMBER: _Literal[10]
    network: str
    OTHER_SDKS_FIELD_NUMBER: _Literal[11]
    other_sdks: str
    CLIENT_PROTOCOL_FIELD_NUMBER: _Literal[12]
    client_protocol: int
    CAPABILITIES_FIELD_NUMBER: _Literal[13]
    @property
    def capabilities(self) -> _containers.RepeatedScalarFieldContainer[ClientInfo.Capability]: ...
    def __init__(
        self,
        *,
        sdk: ClientInfo.SDK | str | None = ...,
        version: str | None = ...,
        protocol: int | None = ...,
        os: str | None = ...,
        os_version: str | None = ...,
        device_model: str | None = ...,
        browser: str | None = ...,
        browser_version: str | None = ...,
        address: str | None = ...,
        network: str | None = ...,
        other_sdks: str | None = ...,
        client_protocol: int | None = ...,
        capabilities: _Iterable[ClientInfo.Capability] | None = ...,
    ) -> None: ...

class ServerInfo(_message.Message):
    """What a server says about itself."""
    DESCRIPTOR: _descriptor.Descriptor

    class _EditionType(_EnumTypeWrapper[ServerInfo.Edition], type): ...

    class Edition(int, metaclass=_EditionType):
        ValueType: _TypeAlias = ServerInfo.Edition
        Standard: _ClassVar[ServerInfo.Edition]
        Cloud: _ClassVar[ServerInfo.Edition]

    Standard: _ClassVar[ServerInfo.Edition]
    Cloud: _ClassVar[ServerInfo.Edition]
    EDITION_FIELD_NUMBER: _Literal[1]
    edition: ServerInfo.Edition
    VERSION_FIELD_NUMBER: _Literal[2]
    version: str
    PROTOCOL_FIELD_NUMBER: _Literal[3]
    protocol: int
    REGION_FIELD_NUMBER: _Literal[4]
    region: str
    NODE_ID_FIELD_NUMBER: _Literal[5]
    node_id: str
    DEBUG_INFO_FIELD_NUMBER: _Literal[6]
    debug_info: str
    AGENT_PROTOCOL_FIELD_NUMBER: _Literal[7]
    agent_protocol: int
    def __init__(
        self,
        *,
        edition: ServerInfo.Edition | str | None = ...,
        version: str | None = ...,
        protocol: int | None = ...,
        region: str | None = ...,
        node_id: str | None = ...,
        debug_info: str | None = ...,
        agent_protocol: int | None = ...,
    ) -> None: ...

class ClientConfiguration(_message.Message):
    """What the server wants this client to do differently."""
    DESCRIPTOR: _descriptor.Descriptor
    VIDEO_FIELD_NUMBER: _Literal[1]
    @property
    def video(self) -> VideoConfiguration: ...
    SCREEN_FIELD_NUMBER: _Literal[2]
    @property
    def screen(self) -> VideoConfiguration: ...
    RESUME_CONNECTION_FIELD_NUMBER: _Literal[3]
    resume_connection: ClientConfigSetting
    DISABLED_CODECS_FIELD_NUMBER: _Literal[4]
    @property
    def disabled_codecs(self) -> DisabledCodecs: ...
    FORCE_RELAY_FIELD_NUMBER: _Literal[5]
    force_relay: ClientConfigSetting
    def __init__(
        self,
        *,
        video: VideoConfiguration | None = ...,
        screen: VideoConfiguration | None = ...,
        resume_connection: ClientConfigSetting | str | None = ...,
        disabled_codecs: DisabledCodecs | None = ...,
        force_relay: ClientConfigSetting | str | None = ...,
    ) -> None: ...

class VideoConfiguration(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    HARDWARE_ENCODER_FIELD_NUMBER: _Literal[1]
    hardware_encoder: ClientConfigSetting
    def __init__(
        self,
        *,
        hardware_encoder: ClientConfigSetting | str | None = ...,
    ) -> None: ...

class DisabledCodecs(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    CODECS_FIELD_NUMBER: _Literal[1]
    @property
    def codecs(self) -> _containers.RepeatedCompositeFieldContainer[Codec]: ...
    PUBLISH_FIELD_NUMBER: _Literal[2]
    @property
    def publish(self) -> _containers.RepeatedCompositeFieldContainer[Codec]: ...
    def __init__(
        self,
        *,
        codecs: _Iterable[Codec] | None = ...,
        publish: _Iterable[Codec] | None = ...,
    ) -> None: ...

class DataPacket(_message.Message):
    """One message of a data channel. The server overwrites `kind`, `participant_identity` and `participant_sid`;
    `sequence` counts the reliable packets of one sender from 1 (0: not tracked).
    """
    DESCRIPTOR: _descriptor.Descriptor

    class _KindType(_EnumTypeWrapper[DataPacket.Kind], type): ...

    class Kind(int, metaclass=_KindType):
        ValueType: _TypeAlias = DataPacket.Kind
        RELIABLE: _ClassVar[DataPacket.Kind]
        LOSSY: _ClassVar[DataPacket.Kind]

    RELIABLE: _ClassVar[DataPacket.Kind]
    LOSSY: _ClassVar[DataPacket.Kind]
    KIND_FIELD_NUMBER: _Literal[1]
    kind: DataPacket.Kind
    """Deprecated, but still set: the channel it travels on."""
    PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[4]
    participant_identity: str
    DESTINATION_IDENTITIES_FIELD_NUMBER: _Literal[5]
    @property
    def destination_identities(self) -> _containers.RepeatedScalarFieldContainer[str]:
        """Empty: everybody else."""
    USER_FIELD_NUMBER: _Literal[2]
    @property
    def user(self) -> UserPacket: ...
    SPEAKER_FIELD_NUMBER: _Literal[3]
    @property
    def speaker(self) -> ActiveSpeakerUpdate: ...
    SIP_DTMF_FIELD_NUMBER: _Literal[6]
    @property
    def sip_dtmf(self) -> SipDTMF: ...
    TRANSCRIPTION_FIELD_NUMBER: _Literal[7]
    @property
    def transcription(self) -> Transcription: ...
    METRICS_FIELD_NUMBER: _Literal[8]
    @property
    def metrics(self) -> _metrics_pb2.MetricsBatch: ...
    CHAT_MESSAGE_FIELD_NUMBER: _Literal[9]
    @property
    def chat_message(self) -> ChatMessage: ...
    RPC_REQUEST_FIELD_NUMBER: _Literal[10]
    @property
    def rpc_request(self) -> RpcRequest: ...
    RPC_ACK_FIELD_NUMBER: _Literal[11]
    @property
    def rpc_ack(self) -> RpcAck: ...
    RPC_RESPONSE_FIELD_NUMBER: _Literal[12]
    @property
    def rpc_response(self) -> RpcResponse: ...
    STREAM_HEADER_FIELD_NUMBER: _Literal[13]
    @property
    def stream_header(self) -> DataStream.Header: ...
    STREAM_CHUNK_FIELD_NUMBER: _Literal[14]
    @property
    def stream_chunk(self) -> DataStream.Chunk: ...
    STREAM_TRAILER_FIELD_NUMBER: _Literal[15]
    @property
    def stream_trailer(self) -> DataStream.Trailer: ...
    ENCRYPTED_PACKET_FIELD_NUMBER: _Literal[18]
    @property
    def encrypted_packet(self) -> EncryptedPacket: ...
    SEQUENCE_FIELD_NUMBER: _Literal[16]
    sequence: int
    """From 1, reliable packets only."""
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[17]
    participant_sid: str
    def __init__(
        self,
        *,
        kind: DataPacket.Kind | str | None = ...,
        participant_identity: str | None = ...,
        destination_identities: _Iterable[str] | None = ...,
        user: UserPacket | None = ...,
        speaker: ActiveSpeakerUpdate | None = ...,
        sip_dtmf: SipDTMF | None = ...,
        transcription: Transcription | None = ...,
        metrics: _metrics_pb2.MetricsBatch | None = ...,
        chat_message: ChatMessage | None = ...,
        rpc_request: RpcRequest | None = ...,
        rpc_ack: RpcAck | None = ...,
        rpc_response: RpcResponse | None = ...,
        stream_header: DataStream.Header | None = ...,
        stream_chunk: DataStream.Chunk | None = ...,
        stream_trailer: DataStream.Trailer | None = ...,
        encrypted_packet: EncryptedPacket | None = ...,
        sequence: int | None = ...,
        participant_sid: str | None = ...,
    ) -> None: ...

class UserPacket(_message.Message):
    """`publish_data`. Without identity when it comes from the server API."""
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[1]
    participant_sid: str
    PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[5]
    participant_identity: str
    PAYLOAD_FIELD_NUMBER: _Literal[2]
    payload: bytes
    DESTINATION_SIDS_FIELD_NUMBER: _Literal[3]
    @property
    def destination_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    DESTINATION_IDENTITIES_FIELD_NUMBER: _Literal[6]
    @property
    def destination_identities(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    TOPIC_FIELD_NUMBER: _Literal[4]
    topic: str
    ID_FIELD_NUMBER: _Literal[8]
    id: str
    START_TIME_FIELD_NUMBER: _Literal[9]
    start_time: int
    """Of a transcription, milliseconds."""
    END_TIME_FIELD_NUMBER: _Literal[10]
    end_time: int
    NONCE_FIELD_NUMBER: _Literal[11]
    nonce: bytes
    """16 bytes or none; a repeated one is dropped."""
    def __init__(
        self,
        *,
        participant_sid: str | None = ...,
        participant_identity: str | None = ...,
        payload: bytes | None = ...,
        destination_sids: _Iterable[str] | None = ...,
        destination_identities: _Iterable[str] | None = ...,
        topic: str | None = ...,
        id: str | None = ...,
        start_time: int | None = ...,
        end_time: int | None = ...,
        nonce: bytes | None = ...,
    ) -> None: ...

class SipDTMF(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    CODE_FIELD_NUMBER: _Literal[3]
    code: int
    DIGIT_FIELD_NUMBER: _Literal[4]
    digit: str
    def __init__(
        self,
        *,
        code: int | None = ...,
        digit: str | None = ...,
    ) -> None: ...

class Transcription(_message.Message):
    """Only agents may send it."""
    DESCRIPTOR: _descriptor.Descriptor
    TRANSCRIBED_PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[2]
    transcribed_participant_identity: str
    TRACK_ID_FIELD_NUMBER: _Literal[3]
    track_id: str
    SEGMENTS_FIELD_NUMBER: _Literal[4]
    @property
    def segments(self) -> _containers.RepeatedCompositeFieldContainer[TranscriptionSegment]: ...
    def __init__(
        self,
        *,
        transcribed_participant_identity: str | None = ...,
        track_id: str | None = ...,
        segments: _Iterable[TranscriptionSegment] | None = ...,
    ) -> None: ...

class TranscriptionSegment(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ID_FIELD_NUMBER: _Literal[1]
    id: str
    TEXT_FIELD_NUMBER: _Literal[2]
    text: str
    START_TIME_FIELD_NUMBER: _Literal[3]
    start_time: int
    END_TIME_FIELD_NUMBER: _Literal[4]
    end_time: int
    FINAL_FIELD_NUMBER: _Literal[5]
    final: bool
    LANGUAGE_FIELD_NUMBER: _Literal[6]
    language: str
    def __init__(
        self,
        *,
        id: str | None = ...,
        text: str | None = ...,
        start_time: int | None = ...,
        end_time: int | None = ...,
        final: bool | None = ...,
        language: str | None = ...,
    ) -> None: ...

class ChatMessage(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ID_FIELD_NUMBER: _Literal[1]
    id: str
    TIMESTAMP_FIELD_NUMBER: _Literal[2]
    timestamp: int
    """Milliseconds since 1970."""
    EDIT_TIMESTAMP_FIELD_NUMBER: _Literal[3]
    edit_timestamp: int
    """Milliseconds since 1970."""
    MESSAGE_FIELD_NUMBER: _Literal[4]
    message: str
    DELETED_FIELD_NUMBER: _Literal[5]
    deleted: bool
    GENERATED_FIELD_NUMBER: _Literal[6]
    generated: bool
    def __init__(
        self,
        *,
        id: str | None = ...,
        timestamp: int | None = ...,
        edit_timestamp: int | None = ...,
        message: str | None = ...,
        deleted: bool | None = ...,
        generated: bool | None = ...,
    ) -> None: ...

class RpcRequest(_message.Message):
    """A remote call, version 1; version 2 travels as a text stream on topic `lk.rpc_request`."""
    DESCRIPTOR: _descriptor.Descriptor
    ID_FIELD_NUMBER: _Literal[1]
    id: str
    """A UUID."""
    METHOD_FIELD_NUMBER: _Literal[2]
    method: str
    PAYLOAD_FIELD_NUMBER: _Literal[3]
    payload: str
    RESPONSE_TIMEOUT_MS_FIELD_NUMBER: _Literal[4]
    response_timeout_ms: int
    VERSION_FIELD_NUMBER: _Literal[5]
    version: int
    COMPRESSED_PAYLOAD_FIELD_NUMBER: _Literal[6]
    compressed_payload: bytes
    def __init__(
        self,
        *,
        id: str | None = ...,
        method: str | None = ...,
        payload: str | None = ...,
        response_timeout_ms: int | None = ...,
        version: int | None = ...,
        compressed_payload: bytes | None = ...,
    ) -> None: ...

class RpcAck(_message.Message):
    """The request has arrived and a handler will run."""
    DESCRIPTOR: _descriptor.Descriptor
    REQUEST_ID_FIELD_NUMBER: _Literal[1]
    request_id: str
    def __init__(
        self,
        *,
        request_id: str | None = ...,
    ) -> None: ...

class RpcResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    REQUEST_ID_FIELD_NUMBER: _Literal[1]
    request_id: str
    PAYLOAD_FIELD_NUMBER: _Literal[2]
    payload: str
    ERROR_FIELD_NUMBER: _Literal[3]
    @property
    def error(self) -> RpcError: ...
    COMPRESSED_PAYLOAD_FIELD_NUMBER: _Literal[4]
    compressed_payload: bytes
    def __init__(
        self,
        *,
        request_id: str | None = ...,
        payload: str | None = ...,
        error: RpcError | None = ...,
        compressed_payload: bytes | None = ...,
    ) -> None: ...

class RpcError(_message.Message):
    """Codes 1001 to 1999 are reserved: 1400 unsupported method, 1500 application error, ..."""
    DESCRIPTOR: _descriptor.Descriptor
    CODE_FIELD_NUMBER: _Literal[1]
    code: int
    MESSAGE_FIELD_NUMBER: _Literal[2]
    message: str
    DATA_FIELD_NUMBER: _Literal[3]
    data: str
    def __init__(
        self,
        *,
        code: int | None = ...,
        message: str | None = ...,
        data: str | None = ...,
    ) -> None: ...

class DataStream(_message.Message):
    """Text and files of any length: one header, chunks, one trailer, all on the reliable channel."""
    DESCRIPTOR: _descriptor.Descriptor

    class _OperationTypeType(_EnumTypeWrapper[DataStream.OperationType], type): ...

    class OperationType(int, metaclass=_OperationTypeType):
        ValueType: _TypeAlias = DataStream.OperationType
        CREATE: _ClassVar[DataStream.OperationType]
        UPDATE: _ClassVar[DataStream.OperationType]
        DELETE: _ClassVar[DataStream.OperationType]
        REACTION: _ClassVar[DataStream.OperationType]

    CREATE: _ClassVar[DataStream.OperationType]
    UPDATE: _ClassVar[DataStream.OperationType]
    DELETE: _ClassVar[DataStream.OperationType]
    REACTION: _ClassVar[DataStream.OperationType]

    class _CompressionTypeType(_EnumTypeWrapper[DataStream.CompressionType], type): ...

    class CompressionType(int, metaclass=_CompressionTypeType):
        ValueType: _TypeAlias = DataStream.CompressionType
        NONE: _ClassVar[DataStream.CompressionType]
        DEFLATE_RAW: _ClassVar[DataStream.CompressionType]

    NONE: _ClassVar[DataStream.CompressionType]
    DEFLATE_RAW: _ClassVar[DataStream.CompressionType]

    class TextHeader(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        OPERATION_TYPE_FIELD_NUMBER: _Literal[1]
        operation_type: DataStream.OperationType
        VERSION_FIELD_NUMBER: _Literal[2]
        version: int
        REPLY_TO_STREAM_ID_FIELD_NUMBER: _Literal[3]
        reply_to_stream_id: str
        ATTACHED_STREAM_IDS_FIELD_NUMBER: _Literal[4]
        @property
        def attached_stream_ids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
        GENERATED_FIELD_NUMBER: _Literal[5]
        generated: bool
        def __init__(
            self,
            *,
            operation_type: DataStream.OperationType | str | None = ...,
            version: int | None = ...,
            reply_to_stream_id: str | None = ...,
            attached_stream_ids: _Iterable[str] | None = ...,
            generated: bool | None = ...,
        ) -> None: ...

    class ByteHeader(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        NAME_FIELD_NUMBER: _Literal[1]
        name: str
        def __init__(
            self,
            *,
            name: str | None = ...,
        ) -> None: ...

    class Header(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        STREAM_ID_FIELD_NUMBER: _Literal[1]
        stream_id: str
        TIMESTAMP_FIELD_NUMBER: _Literal[2]
        timestamp: int
        """Milliseconds since 1970."""
        TOPIC_FIELD_NUMBER: _Literal[3]
        topic: str
        MIME_TYPE_FIELD_NUMBER: _Literal[4]
        mime_type: str
        TOTAL_LENGTH_FIELD_NUMBER: _Literal[5]
        total_length: int
        """Bytes before compression; absent when the sender did not know."""
        ENCRYPTION_TYPE_FIELD_NUMBER: _Literal[7]
        encryption_type: Encryption.Type
        """Deprecated."""
        ATTRIBUTES_FIELD_NUMBER: _Literal[8]
        @property
        def attributes(self) -> _containers.ScalarMap[str, str]: ...
        TEXT_HEADER_FIELD_NUMBER: _Literal[9]
        @property
        def text_header(self) -> DataStream.TextHeader: ...
        BYTE_HEADER_FIELD_NUMBER: _Literal[10]
        @property
        def byte_header(self) -> DataStream.ByteHeader: ...
        INLINE_CONTENT_FIELD_NUMBER: _Literal[11]
        inline_content: bytes
        """The whole payload; no chunks and no trailer follow."""
        COMPRESSION_FIELD_NUMBER: _Literal[12]
        compression: DataStream.CompressionType
        def __init__(
            self,
            *,
            stream_id: str | None = ...,
            timestamp: int | None = ...,
            topic: str | None = ...,
            mime_type: str | None = ...,
            total_length: int | None = ...,
            encryption_type: Encryption.Type | str | None = ...,
            attributes: _Mapping[str, str] | None = ...,
            text_header: DataStream.TextHeader | None = ...,
            byte_header: DataStream.ByteHeader | None = ...,
            inline_content: bytes | None = ...,
            compression: DataStream.CompressionType | str | None = ...,
        ) -> None: ...

    class Chunk(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        STREAM_ID_FIELD_NUMBER: _Literal[1]
        stream_id: str
        CHUNK_INDEX_FIELD_NUMBER: _Literal[2]
        chunk_index: int
        """From 0."""
        CONTENT_FIELD_NUMBER: _Literal[3]
        content: bytes
        """At most 15000 bytes."""
        VERSION_FIELD_NUMBER: _Literal[4]
        version: int
        IV_FIELD_NUMBER: _Literal[5]
        iv: bytes
        """Deprecated."""
        def __init__(
            self,
            *,
            stream_id: str | None = ...,
            chunk_index: int | None = ...,
            content: bytes | None = ...,
            version: int | None = ...,
            iv: bytes | None = ...,
        ) -> None: ...

    class Trailer(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        STREAM_ID_FIELD_NUMBER: _Literal[1]
        stream_id: str
        REASON_FIELD_NUMBER: _Literal[2]
        reason: str
        """Not empty: the stream ended early."""
        ATTRIBUTES_FIELD_NUMBER: _Literal[3]
        @property
        def attributes(self) -> _containers.ScalarMap[str, str]:
            """Merged over the header's."""
        def __init__(
            self,
            *,
            stream_id: str | None = ...,
            reason: str | None = ...,
            attributes: _Mapping[str, str] | None = ...,
        ) -> None: ...
    def __init__(self) -> None: ...

class EncryptedPacket(_message.Message):
    """Replaces the value of a data packet when data is encrypted: AES-128-GCM, tag at the end, no AAD."""
    DESCRIPTOR: _descriptor.Descriptor
    ENCRYPTION_TYPE_FIELD_NUMBER: _Literal[1]
    encryption_type: Encryption.Type
    IV_FIELD_NUMBER: _Literal[2]
    iv: bytes
    """12 bytes."""
    KEY_INDEX_FIELD_NUMBER: _Literal[3]
    key_index: int
    ENCRYPTED_VALUE_FIELD_NUMBER: _Literal[4]
    encrypted_value: bytes
    """An EncryptedPacketPayload, encrypted; the GCM tag at its end."""
    def __init__(
        self,
        *,
        encryption_type: Encryption.Type | str | None = ...,
        iv: bytes | None = ...,
        key_index: int | None = ...,
        encrypted_value: bytes | None = ...,
    ) -> None: ...

class EncryptedPacketPayload(_message.Message):
    """The plaintext of an EncryptedPacket."""
    DESCRIPTOR: _descriptor.Descriptor
    USER_FIELD_NUMBER: _Literal[1]
    @property
    def user(self) -> UserPacket: ...
    CHAT_MESSAGE_FIELD_NUMBER: _Literal[3]
    @property
    def chat_message(self) -> ChatMessage: ...
    RPC_REQUEST_FIELD_NUMBER: _Literal[4]
    @property
    def rpc_request(self) -> RpcRequest: ...
    RPC_ACK_FIELD_NUMBER: _Literal[5]
    @property
    def rpc_ack(self) -> RpcAck: ...
    RPC_RESPONSE_FIELD_NUMBER: _Literal[6]
    @property
    def rpc_response(self) -> RpcResponse: ...
    STREAM_HEADER_FIELD_NUMBER: _Literal[7]
    @property
    def stream_header(self) -> DataStream.Header: ...
    STREAM_CHUNK_FIELD_NUMBER: _Literal[8]
    @property
    def stream_chunk(self) -> DataStream.Chunk: ...
    STREAM_TRAILER_FIELD_NUMBER: _Literal[9]
    @property
    def stream_trailer(self) -> DataStream.Trailer: ...
    def __init__(
        self,
        *,
        user: UserPacket | None = ...,
        chat_message: ChatMessage | None = ...,
        rpc_request: RpcRequest | None = ...,
        rpc_ack: RpcAck | None = ...,
        rpc_response: RpcResponse | None = ...,
        stream_header: DataStream.Header | None = ...,
        stream_chunk: DataStream.Chunk | None = ...,
        stream_trailer: DataStream.Trailer | None = ...,
    ) -> None: ...

class DataTrackInfo(_message.Message):
    """A published data track. `pub_handle` is the publisher's own number for it."""
    DESCRIPTOR: _descriptor.Descriptor
    PUB_HANDLE_FIELD_NUMBER: _Literal[1]
    pub_handle: int
    SID_FIELD_NUMBER: _Literal[2]
    sid: str
    NAME_FIELD_NUMBER: _Literal[3]
    name: str
    ENCRYPTION_FIELD_NUMBER: _Literal[4]
    encryption: Encryption.Type
    FRAME_ENCODING_FIELD_NUMBER: _Literal[5]
    @property
    def frame_encoding(self) -> DataTrackFrameEncoding: ...
    SCHEMA_FIELD_NUMBER: _Literal[6]
    @property
    def schema(self) -> DataTrackSchemaId: ...
    def __init__(
        self,
        *,
        pub_handle: int | None = ...,
        sid: str | None = ...,
        name: str | None = ...,
        encryption: Encryption.Type | str | None = ...,
        frame_encoding: DataTrackFrameEncoding | None = ...,
        schema: DataTrackSchemaId | None = ...,
    ) -> None: ...

class DataTrackFrameEncoding(_message.Message):
    """How the frames of a data track are encoded."""
    DESCRIPTOR: _descriptor.Descriptor

    class _WellKnownFrameEncodingType(_EnumTypeWrapper[DataTrackFrameEncoding.WellKnownFrameEncoding], type): ...

    class WellKnownFrameEncoding(int, metaclass=_WellKnownFrameEncodingType):
        ValueType: _TypeAlias = DataTrackFrameEncoding.WellKnownFrameEncoding
        WELL_KNOWN_FRAME_ENCODING_UNSPECIFIED: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
        WELL_KNOWN_FRAME_ENCODING_ROS1: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
        WELL_KNOWN_FRAME_ENCODING_CDR: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
        WELL_KNOWN_FRAME_ENCODING_PROTOBUF: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
        WELL_KNOWN_FRAME_ENCODING_FLATBUFFER: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
        WELL_KNOWN_FRAME_ENCODING_CBOR: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
        WELL_KNOWN_FRAME_ENCODING_MSGPACK: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
        WELL_KNOWN_FRAME_ENCODING_JSON: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]

    WELL_KNOWN_FRAME_ENCODING_UNSPECIFIED: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FRAME_ENCODING_ROS1: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FRAME_ENCODING_CDR: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FRAME_ENCODING_PROTOBUF: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FRAME_ENCODING_FLATBUFFER: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FRAME_ENCODING_CBOR: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FRAME_ENCODING_MSGPACK: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FRAME_ENCODING_JSON: _ClassVar[DataTrackFrameEncoding.WellKnownFrameEncoding]
    WELL_KNOWN_FIELD_NUMBER: _Literal[1]
    well_known: DataTrackFrameEncoding.WellKnownFrameEncoding
    CUSTOM_FIELD_NUMBER: _Literal[2]
    custom: str
    def __init__(
        self,
        *,
        well_known: DataTrackFrameEncoding.WellKnownFrameEncoding | str | None = ...,
        custom: str | None = ...,
    ) -> None: ...

class DataTrackSchemaEncoding(_message.Message):
    """How a schema is written."""
    DESCRIPTOR: _descriptor.Descriptor

    class _WellKnownSchemaEncodingType(_EnumTypeWrapper[DataTrackSchemaEncoding.WellKnownSchemaEncoding], type): ...

    class WellKnownSchemaEncoding(int, metaclass=_WellKnownSchemaEncodingType):
        ValueType: _TypeAlias = DataTrackSchemaEncoding.WellKnownSchemaEncoding
        WELL_KNOWN_SCHEMA_ENCODING_UNSPECIFIED: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
        WELL_KNOWN_SCHEMA_ENCODING_PROTOBUF: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
        WELL_KNOWN_SCHEMA_ENCODING_FLATBUFFER: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
        WELL_KNOWN_SCHEMA_ENCODING_ROS1_MSG: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
        WELL_KNOWN_SCHEMA_ENCODING_ROS2_MSG: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
        WELL_KNOWN_SCHEMA_ENCODING_ROS2_IDL: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
        WELL_KNOWN_SCHEMA_ENCODING_OMG_IDL: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
        WELL_KNOWN_SCHEMA_ENCODING_JSON_SCHEMA: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]

    WELL_KNOWN_SCHEMA_ENCODING_UNSPECIFIED: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_SCHEMA_ENCODING_PROTOBUF: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_SCHEMA_ENCODING_FLATBUFFER: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_SCHEMA_ENCODING_ROS1_MSG: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_SCHEMA_ENCODING_ROS2_MSG: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_SCHEMA_ENCODING_ROS2_IDL: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_SCHEMA_ENCODING_OMG_IDL: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_SCHEMA_ENCODING_JSON_SCHEMA: _ClassVar[DataTrackSchemaEncoding.WellKnownSchemaEncoding]
    WELL_KNOWN_FIELD_NUMBER: _Literal[1]
    well_known: DataTrackSchemaEncoding.WellKnownSchemaEncoding
    CUSTOM_FIELD_NUMBER: _Literal[2]
    custom: str
    def __init__(
        self,
        *,
        well_known: DataTrackSchemaEncoding.WellKnownSchemaEncoding | str | None = ...,
        custom: str | None = ...,
    ) -> None: ...

class DataTrackSchemaId(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    NAME_FIELD_NUMBER: _Literal[1]
    name: str
    ENCODING_FIELD_NUMBER: _Literal[2]
    @property
    def encoding(self) -> DataTrackSchemaEncoding: ...
    def __init__(
        self,
        *,
        name: str | None = ...,
        encoding: DataTrackSchemaEncoding | None = ...,
    ) -> None: ...

class DataTrackExtensionParticipantSid(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ID_FIELD_NUMBER: _Literal[1]
    id: DataTrackExtensionID
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[2]
    participant_sid: str
    def __init__(
        self,
        *,
        id: DataTrackExtensionID | str | None = ...,
        participant_sid: str | None = ...,
    ) -> None: ...

class DataTrackSubscriptionOptions(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TARGET_FPS_FIELD_NUMBER: _Literal[1]
    target_fps: int
    """Absent: every frame."""
    def __init__(
        self,
        *,
        target_fps: int | None = ...,
    ) -> None: ...

class DataBlobKey(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    GENERIC_FIELD_NUMBER: _Literal[1]
    generic: str
    SCHEMA_ID_FIELD_NUMBER: _Literal[2]
    @property
    def schema_id(self) -> DataTrackSchemaId: ...
    def __init__(
        self,
        *,
        generic: str | None = ...,
        schema_id: DataTrackSchemaId | None = ...,
    ) -> None: ...

class DataBlob(_message.Message):
    """Bytes that a participant leaves with the server for others, a schema for instance."""
    DESCRIPTOR: _descriptor.Descriptor
    KEY_FIELD_NUMBER: _Literal[1]
    @property
    def key(self) -> DataBlobKey: ...
    CONTENTS_FIELD_NUMBER: _Literal[2]
    contents: bytes
    def __init__(
        self,
        *,
        key: DataBlobKey | None = ...,
        contents: bytes | None = ...,
    ) -> None: ...

class RTPDrift(_message.Message):
    """How far an RTP clock and the wall clock are apart."""
    DESCRIPTOR: _descriptor.Descriptor
    START_TIME_FIELD_NUMBER: _Literal[1]
    @property
    def start_time(self) -> _timestamp_pb2.Timestamp: ...
    END_TIME_FIELD_NUMBER: _Literal[2]
    @property
    def end_time(self) -> _timestamp_pb2.Timestamp: ...
    DURATION_FIELD_NUMBER: _Literal[3]
    duration: float
    START_TIMESTAMP_FIELD_NUMBER: _Literal[4]
    start_timestamp: int
    END_TIMESTAMP_FIELD_NUMBER: _Literal[5]
    end_timestamp: int
    RTP_CLOCK_TICKS_FIELD_NUMBER: _Literal[6]
    rtp_clock_ticks: int
    DRIFT_SAMPLES_FIELD_NUMBER: _Literal[7]
    drift_samples: int
    DRIFT_MS_FIELD_NUMBER: _Literal[8]
    drift_ms: float
    CLOCK_RATE_FIELD_NUMBER: _Literal[9]
    clock_rate: float
    def __init__(
        self,
        *,
        start_time: _timestamp_pb2.Timestamp | None = ...,
        end_time: _timestamp_pb2.Timestamp | None = ...,
        duration: float | None = ...,
        start_timestamp: int | None = ...,
        end_timestamp: int | None = ...,
        rtp_clock_ticks: int | None = ...,
        drift_samples: int | None = ...,
        drift_ms: float | None = ...,
        clock_rate: float | None = ...,
    ) -> None: ...

class RTPStats(_message.Message):
    """Everything counted about one RTP stream."""
    DESCRIPTOR: _descriptor.Descriptor
    START_TIME_FIELD_NUMBER: _Literal[1]
    @property
    def start_time(self) -> _timestamp_pb2.Timestamp: ...
    END_TIME_FIELD_NUMBER: _Literal[2]
    @property
    def end_time(self) -> _timestamp_pb2.Timestamp: ...
    DURATION_FIELD_NUMBER: _Literal[3]
    duration: float
    PACKETS_FIELD_NUMBER: _Literal[4]
    packets: int
    PACKET_RATE_FIELD_NUMBER: _Literal[5]
    packet_rate: float
    BYTES_FIELD_NUMBER: _Literal[6]
    bytes: int
    HEADER_BYTES_FIELD_NUMBER: _Literal[39]
    header_bytes: int
    BITRATE_FIELD_NUMBER: _Literal[7]
    bitrate: float
    PACKETS_LOST_FIELD_NUMBER: _Literal[8]
    packets_lost: int
    PACKET_LOSS_RATE_FIELD_NUMBER: _Literal[9]
    packet_loss_rate: float
    PACKET_LOSS_PERCENTAGE_FIELD_NUMBER: _Literal[10]
    packet_loss_percentage: float
    PACKETS_DUPLICATE_FIELD_NUMBER: _Literal[11]
    packets_duplicate: int
    PACKET_DUPLICATE_RATE_FIELD_NUMBER: _Literal[12]
    packet_duplicate_rate: float
    BYTES_DUPLICATE_FIELD_NUMBER: _Literal[13]
    bytes_duplicate: int
    HEADER_BYTES_DUPLICATE_FIELD_NUMBER: _Literal[40]
    header_bytes_duplicate: int
    BITRATE_DUPLICATE_FIELD_NUMBER: _Literal[14]
    bitrate_duplicate: float
    PACKETS_PADDING_FIELD_NUMBER: _Literal[15]
    packets_padding: int
    PACKET_PADDING_RATE_FIELD_NUMBER: _Literal[16]
    packet_padding_rate: float
    BYTES_PADDING_FIELD_NUMBER: _Literal[17]
    bytes_padding: int
    HEADER_BYTES_PADDING_FIELD_NUMBER: _Literal[41]
    header_bytes_padding: int
    BITRATE_PADDING_FIELD_NUMBER: _Literal[18]
    bitrate_padding: float
    PACKETS_OUT_OF_ORDER_FIELD_NUMBER: _Literal[19]
    packets_out_of_order: int
    FRAMES_FIELD_NUMBER: _Literal[20]
    frames: int
    FRAME_RATE_FIELD_NUMBER: _Literal[21]
    frame_rate: float
    JITTER_CURRENT_FIELD_NUMBER: _Literal[22]
    jitter_current: float
    JITTER_MAX_FIELD_NUMBER: _Literal[23]
    jitter_max: float
    GAP_HISTOGRAM_FIELD_NUMBER: _Literal[24]
    @property
    def gap_histogram(self) -> _containers.ScalarMap[int, int]: ...
    NACKS_FIELD_NUMBER: _Literal[25]
    nacks: int
    NACK_ACKS_FIELD_NUMBER: _Literal[37]
    nack_acks: int
    NACK_MISSES_FIELD_NUMBER: _Literal[26]
    nack_misses: int
    NACK_REPEATED_FIELD_NUMBER: _Literal[38]
    nack_repeated: int
    PLIS_FIELD_NUMBER: _Literal[27]
    plis: int
    LAST_PLI_FIELD_NUMBER: _Literal[28]
    @property
    def last_pli(self) -> _timestamp_pb2.Timestamp: ...
    FIRS_FIELD_NUMBER: _Literal[29]
    firs: int
    LAST_FIR_FIELD_NUMBER: _Literal[30]
    @property
    def last_fir(self) -> _timestamp_pb2.Timestamp: ...
    RTT_CURRENT_FIELD_NUMBER: _Literal[31]
    rtt_current: int
    RTT_MAX_FIELD_NUMBER: _Literal[32]
    rtt_max: int
    KEY_FRAMES_FIELD_NUMBER: _Literal[33]
    key_frames: int
    LAST_KEY_FRAME_FIELD_NUMBER: _Literal[34]
    @property
    def last_key_frame(self) -> _timestamp_pb2.Timestamp: ...
    LAYER_LOCK_PLIS_FIELD_NUMBER: _Literal[35]
    layer_lock_plis: int
    LAST_LAYER_LOCK_PLI_FIELD_NUMBER: _Literal[36]
    @property
    def last_layer_lock_pli(self) -> _timestamp_pb2.Timestamp: ...
    PACKET_DRIFT_FIELD_NUMBER: _Literal[44]
    @property
    def packet_drift(self) -> RTPDrift: ...
    NTP_REPORT_DRIFT_FIELD_NUMBER: _Literal[45]
    @property
    def ntp_report_drift(self) -> RTPDrift: ...
    REBASED_REPORT_DRIFT_FIELD_NUMBER: _Literal[46]
    @property
    def rebased_report_drift(self) -> RTPDrift: ...
    RECEIVED_REPORT_DRIFT_FIELD_NUMBER: _Literal[47]
    @property
    def received_report_drift(self) -> RTPDrift: ...
    FEC_PACKETS_FIELD_NUMBER: _Literal[48]
    fec_packets: int
    FEC_BYTES_FIELD_NUMBER: _Literal[49]
    fec_bytes: int
    FEC_PACKETS_DISCARDED_FIELD_NUMBER: _Literal[50]
    fec_packets_discarded: int
    FEC_PACKETS_RECOVERED_FIELD_NUMBER: _Literal[51]
    fec_packets_recovered: int
    def __init__(
        self,
        *,
        start_time: _timestamp_pb2.Timestamp | None = ...,
        end_time: _timestamp_pb2.Timestamp | None = ...,
        duration: float | None = ...,
        packets: int | None = ...,
        packet_rate: float | None = ...,
        bytes: int | None = ...,
        header_bytes: int | None = ...,
        bitrate: float | None = ...,
        packets_lost: int | None = ...,
        packet_loss_rate: float | None = ...,
        packet_loss_percentage: float | None = ...,
        packets_duplicate: int | None = ...,
        packet_duplicate_rate: float | None = ...,
        bytes_duplicate: int | None = ...,
        header_bytes_duplicate: int | None = ...,
        bitrate_duplicate: float | None = ...,
        packets_padding: int | None = ...,
        packet_padding_rate: float | None = ...,
        bytes_padding: int | None = ...,
        header_bytes_padding: int | None = ...,
        bitrate_padding: float | None = ...,
        packets_out_of_order: int | None = ...,
        frames: int | None = ...,
        frame_rate: float | None = ...,
        jitter_current: float | None = ...,
        jitter_max: float | None = ...,
        gap_histogram: _Mapping[int, int] | None = ...,
        nacks: int | None = ...,
        nack_acks: int | None = ...,
        nack_misses: int | None = ...,
        nack_repeated: int | None = ...,
        plis: int | None = ...,
        last_pli: _timestamp_pb2.Timestamp | None = ...,
        firs: int | None = ...,
        last_fir: _timestamp_pb2.Timestamp | None = ...,
        rtt_current: int | None = ...,
        rtt_max: int | None = ...,
        key_frames: int | None = ...,
        last_key_frame: _timestamp_pb2.Timestamp | None = ...,
        layer_lock_plis: int | None = ...,
        last_layer_lock_pli: _timestamp_pb2.Timestamp | None = ...,
        packet_drift: RTPDrift | None = ...,
        ntp_report_drift: RTPDrift | None = ...,
        rebased_report_drift: RTPDrift | None = ...,
        received_report_drift: RTPDrift | None = ...,
        fec_packets: int | None = ...,
        fec_bytes: int | None = ...,
        fec_packets_discarded: int | None = ...,
        fec_packets_recovered: int | None = ...,
    ) -> None: ...

class RTCPSenderReportState(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    RTP_TIMESTAMP_FIELD_NUMBER: _Literal[1]
    rtp_timestamp: int
    RTP_TIMESTAMP_EXT_FIELD_NUMBER: _Literal[2]
    rtp_timestamp_ext: int
    NTP_TIMESTAMP_FIELD_NUMBER: _Literal[3]
    ntp_timestamp: int
    AT_FIELD_NUMBER: _Literal[4]
    at: int
    AT_ADJUSTED_FIELD_NUMBER: _Literal[5]
    at_adjusted: int
    PACKETS_FIELD_NUMBER: _Literal[6]
    packets: int
    OCTETS_FIELD_NUMBER: _Literal[7]
    octets: int
    def __init__(
        self,
        *,
        rtp_timestamp: int | None = ...,
        rtp_timestamp_ext: int | None = ...,
        ntp_timestamp: int | None = ...,
        at: int | None = ...,
        at_adjusted: int | None = ...,
        packets: int | None = ...,
        octets: int | None = ...,
    ) -> None: ...

class RTPForwarderState(_message.Message):
    """What a forwarder needs to go on seamlessly on another server."""
    DESCRIPTOR: _descriptor.Descriptor
    STARTED_FIELD_NUMBER: _Literal[1]
    started: bool
    REFERENCE_LAYER_SPATIAL_FIELD_NUMBER: _Literal[2]
    reference_layer_spatial: int
    PRE_START_TIME_FIELD_NUMBER: _Literal[3]
    pre_start_time: int
    EXT_FIRST_TIMESTAMP_FIELD_NUMBER: _Literal[4]
    ext_first_timestamp: int
    DUMMY_START_TIMESTAMP_OFFSET_FIELD_NUMBER: _Literal[5]
    dummy_start_timestamp_offset: int
    RTP_MUNGER_FIELD_NUMBER: _Literal[6]
    @property
    def rtp_munger(self) -> RTPMungerState: ...
    VP8_MUNGER_FIELD_NUMBER: _Literal[7]
    @property
    def vp8_munger(self) -> VP8MungerState: ...
    SENDER_REPORT_STATE_FIELD_NUMBER: _Literal[8]
    @property
    def sender_report_state(self) -> _containers.RepeatedCompositeFieldContainer[RTCPSenderReportState]: ...
    DEPENDENCY_DESCRIPTOR_FORWARDER_FIELD_NUMBER: _Literal[9]
    @property
    def dependency_descriptor_forwarder(self) -> DependencyDescriptorForwarderState: ...
    def __init__(
        self,
        *,
        started: bool | None = ...,
        reference_layer_spatial: int | None = ...,
        pre_start_time: int | None = ...,
        ext_first_timestamp: int | None = ...,
        dummy_start_timestamp_offset: int | None = ...,
        rtp_munger: RTPMungerState | None = ...,
        vp8_munger: VP8MungerState | None = ...,
        sender_report_state: _Iterable[RTCPSenderReportState] | None = ...,
        dependency_descriptor_forwarder: DependencyDescriptorForwarderState | None = ...,
    ) -> None: ...

class DependencyDescriptorForwarderState(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    EXT_LAST_FRAME_NUMBER_FIELD_NUMBER: _Literal[1]
    ext_last_frame_number: int
    def __init__(
        self,
        *,
        ext_last_frame_number: int | None = ...,
    ) -> None: ...

class RTPMungerState(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    EXT_LAST_SEQUENCE_NUMBER_FIELD_NUMBER: _Literal[1]
    ext_last_sequence_number: int
    EXT_SECOND_LAST_SEQUENCE_NUMBER_FIELD_NUMBER: _Literal[2]
    ext_second_last_sequence_number: int
    EXT_LAST_TIMESTAMP_FIELD_NUMBER: _Literal[3]
    ext_last_timestamp: int
    EXT_SECOND_LAST_TIMESTAMP_FIELD_NUMBER: _Literal[4]
    ext_second_last_timestamp: int
    LAST_MARKER_FIELD_NUMBER: _Literal[5]
    last_marker: bool
    SECOND_LAST_MARKER_FIELD_NUMBER: _Literal[6]
    second_last_marker: bool
    def __init__(
        self,
        *,
        ext_last_sequence_number: int | None = ...,
        ext_second_last_sequence_number: int | None = ...,
        ext_last_timestamp: int | None = ...,
        ext_second_last_timestamp: int | None = ...,
        last_marker: bool | None = ...,
        second_last_marker: bool | None = ...,
    ) -> None: ...

class VP8MungerState(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    EXT_LAST_PICTURE_ID_FIELD_NUMBER: _Literal[1]
    ext_last_picture_id: int
    PICTURE_ID_USED_FIELD_NUMBER: _Literal[2]
    picture_id_used: bool
    LAST_TL0_PIC_IDX_FIELD_NUMBER: _Literal[3]
    last_tl0_pic_idx: int
    TL0_PIC_IDX_USED_FIELD_NUMBER: _Literal[4]
    tl0_pic_idx_used: bool
    TID_USED_FIELD_NUMBER: _Literal[5]
    tid_used: bool
    LAST_KEY_IDX_FIELD_NUMBER: _Literal[6]
    last_key_idx: int
    KEY_IDX_USED_FIELD_NUMBER: _Literal[7]
    key_idx_used: bool
    def __init__(
        self,
        *,
        ext_last_picture_id: int | None = ...,
        picture_id_used: bool | None = ...,
        last_tl0_pic_idx: int | None = ...,
        tl0_pic_idx_used: bool | None = ...,
        tid_used: bool | None = ...,
        last_key_idx: int | None = ...,
        key_idx_used: bool | None = ...,
    ) -> None: ...

class Pagination(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    AFTER_ID_FIELD_NUMBER: _Literal[1]
    after_id: str
    LIMIT_FIELD_NUMBER: _Literal[2]
    limit: int
    def __init__(
        self,
        *,
        after_id: str | None = ...,
        limit: int | None = ...,
    ) -> None: ...

class TokenPagination(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TOKEN_FIELD_NUMBER: _Literal[1]
    token: str
    def __init__(
        self,
        *,
        token: str | None = ...,
    ) -> None: ...

class ListUpdate(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    SET_FIELD_NUMBER: _Literal[1]
    @property
    def set(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    ADD_FIELD_NUMBER: _Literal[2]
    @property
    def add(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    REMOVE_FIELD_NUMBER: _Literal[3]
    @property
    def remove(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    CLEAR_FIELD_NUMBER: _Literal[4]
    clear: bool
    def __init__(
        self,
        *,
        set: _Iterable[str] | None = ...,
        add: _Iterable[str] | None = ...,
        remove: _Iterable[str] | None = ...,
        clear: bool | None = ...,
    ) -> None: ...

class FilterParams(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    INCLUDE_EVENTS_FIELD_NUMBER: _Literal[1]
    @property
    def include_events(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    EXCLUDE_EVENTS_FIELD_NUMBER: _Literal[2]
    @property
    def exclude_events(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    def __init__(
        self,
        *,
        include_events: _Iterable[str] | None = ...,
        exclude_events: _Iterable[str] | None = ...,
    ) -> None: ...

class WebhookConfig(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    URL_FIELD_NUMBER: _Literal[1]
    url: str
    SIGNING_KEY_FIELD_NUMBER: _Literal[2]
    signing_key: str
    FILTER_PARAMS_FIELD_NUMBER: _Literal[3]
    @property
    def filter_params(self) -> FilterParams: ...
    def __init__(
        self,
        *,
        url: str | None = ...,
        signing_key: str | None = ...,
        filter_params: FilterParams | None = ...,
    ) -> None: ...
