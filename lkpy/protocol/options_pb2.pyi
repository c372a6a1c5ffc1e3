"""Written by proto/generate.py from proto/lkpy/protocol/options.proto; do not edit."""

from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Literal as _Literal, TypeAlias as _TypeAlias

from google.protobuf import descriptor as _descriptor, message as _message
from google.protobuf.internal import containers as _containers
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper

DESCRIPTOR: _descriptor.FileDescriptor

class _ConnectionStateType(_EnumTypeWrapper[ConnectionState], type): ...

class ConnectionState(int, metaclass=_ConnectionStateType):
    """Where a room stands with its server."""
    ValueType: _TypeAlias = ConnectionState
    CONN_DISCONNECTED: _ClassVar[ConnectionState]
    CONN_CONNECTED: _ClassVar[ConnectionState]
    CONN_RECONNECTING: _ClassVar[ConnectionState]

CONN_DISCONNECTED: ConnectionState
CONN_CONNECTED: ConnectionState
CONN_RECONNECTING: ConnectionState

class _ConnectionQualityType(_EnumTypeWrapper[ConnectionQuality], type): ...

class ConnectionQuality(int, metaclass=_ConnectionQualityType):
    """How well the server hears and is heard by a participant."""
    ValueType: _TypeAlias = ConnectionQuality
    QUALITY_POOR: _ClassVar[ConnectionQuality]
    QUALITY_GOOD: _ClassVar[ConnectionQuality]
    QUALITY_EXCELLENT: _ClassVar[ConnectionQuality]
    QUALITY_LOST: _ClassVar[ConnectionQuality]

QUALITY_POOR: ConnectionQuality
QUALITY_GOOD: ConnectionQuality
QUALITY_EXCELLENT: ConnectionQuality
QUALITY_LOST: ConnectionQuality

class _DisconnectReasonType(_EnumTypeWrapper[DisconnectReason], type): ...

class DisconnectReason(int, metaclass=_DisconnectReasonType):
    """Why a participant, or the room itself, was disconnected. Values as in models.proto."""
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

class _DataPacketKindType(_EnumTypeWrapper[DataPacketKind], type): ...

class DataPacketKind(int, metaclass=_DataPacketKindType):
    """The channel a data packet travels on. The values are swapped compared with `lkpy.DataPacket.Kind`."""
    ValueType: _TypeAlias = DataPacketKind
    KIND_LOSSY: _ClassVar[DataPacketKind]
    KIND_RELIABLE: _ClassVar[DataPacketKind]

KIND_LOSSY: DataPacketKind
KIND_RELIABLE: DataPacketKind

class _SimulateScenarioKindType(_EnumTypeWrapper[SimulateScenarioKind], type): ...

class SimulateScenarioKind(int, metaclass=_SimulateScenarioKindType):
    """What `Room.simulate_scenario` asks the server to do."""
    ValueType: _TypeAlias = SimulateScenarioKind
    SIMULATE_SIGNAL_RECONNECT: _ClassVar[SimulateScenarioKind]
    SIMULATE_SPEAKER: _ClassVar[SimulateScenarioKind]
    SIMULATE_NODE_FAILURE: _ClassVar[SimulateScenarioKind]
    SIMULATE_SERVER_LEAVE: _ClassVar[SimulateScenarioKind]
    SIMULATE_MIGRATION: _ClassVar[SimulateScenarioKind]
    SIMULATE_FORCE_TCP: _ClassVar[SimulateScenarioKind]
    SIMULATE_FORCE_TLS: _ClassVar[SimulateScenarioKind]
    SIMULATE_FULL_RECONNECT: _ClassVar[SimulateScenarioKind]
    SIMULATE_DISCONNECT_SIGNAL_ON_RESUME: _ClassVar[SimulateScenarioKind]

SIMULATE_SIGNAL_RECONNECT: SimulateScenarioKind
SIMULATE_SPEAKER: SimulateScenarioKind
SIMULATE_NODE_FAILURE: SimulateScenarioKind
SIMULATE_SERVER_LEAVE: SimulateScenarioKind
SIMULATE_MIGRATION: SimulateScenarioKind
SIMULATE_FORCE_TCP: SimulateScenarioKind
SIMULATE_FORCE_TLS: SimulateScenarioKind
SIMULATE_FULL_RECONNECT: SimulateScenarioKind
SIMULATE_DISCONNECT_SIGNAL_ON_RESUME: SimulateScenarioKind

class _IceTransportTypeType(_EnumTypeWrapper[IceTransportType], type): ...

class IceTransportType(int, metaclass=_IceTransportTypeType):
    """Which ICE candidates may be used."""
    ValueType: _TypeAlias = IceTransportType
    TRANSPORT_RELAY: _ClassVar[IceTransportType]
    TRANSPORT_NOHOST: _ClassVar[IceTransportType]
    TRANSPORT_ALL: _ClassVar[IceTransportType]

TRANSPORT_RELAY: IceTransportType
TRANSPORT_NOHOST: IceTransportType
TRANSPORT_ALL: IceTransportType

class _ContinualGatheringPolicyType(_EnumTypeWrapper[ContinualGatheringPolicy], type): ...

class ContinualGatheringPolicy(int, metaclass=_ContinualGatheringPolicyType):
    """Whether candidates are still gathered after the first connection."""
    ValueType: _TypeAlias = ContinualGatheringPolicy
    GATHER_ONCE: _ClassVar[ContinualGatheringPolicy]
    GATHER_CONTINUALLY: _ClassVar[ContinualGatheringPolicy]

GATHER_ONCE: ContinualGatheringPolicy
GATHER_CONTINUALLY: ContinualGatheringPolicy

class _ParticipantKindType(_EnumTypeWrapper[ParticipantKind], type): ...

class ParticipantKind(int, metaclass=_ParticipantKindType):
    """What a participant is. Values above AGENT differ from `lkpy.ParticipantInfo.Kind`."""
    ValueType: _TypeAlias = ParticipantKind
    PARTICIPANT_KIND_STANDARD: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_INGRESS: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_EGRESS: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_SIP: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_AGENT: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_CONNECTOR: _ClassVar[ParticipantKind]
    PARTICIPANT_KIND_BRIDGE: _ClassVar[ParticipantKind]

PARTICIPANT_KIND_STANDARD: ParticipantKind
PARTICIPANT_KIND_INGRESS: ParticipantKind
PARTICIPANT_KIND_EGRESS: ParticipantKind
PARTICIPANT_KIND_SIP: ParticipantKind
PARTICIPANT_KIND_AGENT: ParticipantKind
PARTICIPANT_KIND_CONNECTOR: ParticipantKind
PARTICIPANT_KIND_BRIDGE: ParticipantKind

class _ParticipantKindDetailType(_EnumTypeWrapper[ParticipantKindDetail], type): ...

class ParticipantKindDetail(int, metaclass=_ParticipantKindDetailType):
    """More about the kind: where an agent runs, what a connector connects."""
    ValueType: _TypeAlias = ParticipantKindDetail
    PARTICIPANT_KIND_DETAIL_CLOUD_AGENT: _ClassVar[ParticipantKindDetail]
    PARTICIPANT_KIND_DETAIL_FORWARDED: _ClassVar[ParticipantKindDetail]
    PARTICIPANT_KIND_DETAIL_CONNECTOR_WHATSAPP: _ClassVar[ParticipantKindDetail]
    PARTICIPANT_KIND_DETAIL_CONNECTOR_TWILIO: _ClassVar[ParticipantKindDetail]
    PARTICIPANT_KIND_DETAIL_BRIDGE_RTSP: _ClassVar[ParticipantKindDetail]
    PARTICIPANT_KIND_DETAIL_SIMULATION: _ClassVar[ParticipantKindDetail]

PARTICIPANT_KIND_DETAIL_CLOUD_AGENT: ParticipantKindDetail
PARTICIPANT_KIND_DETAIL_FORWARDED: ParticipantKindDetail
PARTICIPANT_KIND_DETAIL_CONNECTOR_WHATSAPP: ParticipantKindDetail
PARTICIPANT_KIND_DETAIL_CONNECTOR_TWILIO: ParticipantKindDetail
PARTICIPANT_KIND_DETAIL_BRIDGE_RTSP: ParticipantKindDetail
PARTICIPANT_KIND_DETAIL_SIMULATION: ParticipantKindDetail

class _ParticipantStateType(_EnumTypeWrapper[ParticipantState], type): ...

class ParticipantState(int, metaclass=_ParticipantStateType):
    """How far a participant has come: JOINED once the join was answered, ACTIVE once media can flow."""
    ValueType: _TypeAlias = ParticipantState
    PARTICIPANT_STATE_JOINING: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_JOINED: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_ACTIVE: _ClassVar[ParticipantState]
    PARTICIPANT_STATE_DISCONNECTED: _ClassVar[ParticipantState]

PARTICIPANT_STATE_JOINING: ParticipantState
PARTICIPANT_STATE_JOINED: ParticipantState
PARTICIPANT_STATE_ACTIVE: ParticipantState
PARTICIPANT_STATE_DISCONNECTED: ParticipantState

class _TrackKindType(_EnumTypeWrapper[TrackKind], type): ...

class TrackKind(int, metaclass=_TrackKindType):
    ValueType: _TypeAlias = TrackKind
    KIND_UNKNOWN: _ClassVar[TrackKind]
    KIND_AUDIO: _ClassVar[TrackKind]
    KIND_VIDEO: _ClassVar[TrackKind]

KIND_UNKNOWN: TrackKind
KIND_AUDIO: TrackKind
KIND_VIDEO: TrackKind

class _TrackSourceType(_EnumTypeWrapper[TrackSource], type): ...

class TrackSource(int, metaclass=_TrackSourceType):
    ValueType: _TypeAlias = TrackSource
    SOURCE_UNKNOWN: _ClassVar[TrackSource]
    SOURCE_CAMERA: _ClassVar[TrackSource]
    SOURCE_MICROPHONE: _ClassVar[TrackSource]
    SOURCE_SCREENSHARE: _ClassVar[TrackSource]
    SOURCE_SCREENSHARE_AUDIO: _ClassVar[TrackSource]

SOURCE_UNKNOWN: TrackSource
SOURCE_CAMERA: TrackSource
SOURCE_MICROPHONE: TrackSource
SOURCE_SCREENSHARE: TrackSource
SOURCE_SCREENSHARE_AUDIO: TrackSource

class _StreamStateType(_EnumTypeWrapper[StreamState], type): ...

class StreamState(int, metaclass=_StreamStateType):
    """Whether a track flows; PAUSED is the server's congestion control at work. Not the wire enum `lkpy.StreamState`."""
    ValueType: _TypeAlias = StreamState
    STATE_UNKNOWN: _ClassVar[StreamState]
    STATE_ACTIVE: _ClassVar[StreamState]
    STATE_PAUSED: _ClassVar[StreamState]

STATE_UNKNOWN: StreamState
STATE_ACTIVE: StreamState
STATE_PAUSED: StreamState

class _AudioTrackFeatureType(_EnumTypeWrapper[AudioTrackFeature], type): ...

class AudioTrackFeature(int, metaclass=_AudioTrackFeatureType):
    """Properties of a published audio track. Values as in models.proto."""
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
    """The simulcast layer a subscriber asks for."""
    ValueType: _TypeAlias = VideoQuality
    VIDEO_QUALITY_LOW: _ClassVar[VideoQuality]
    VIDEO_QUALITY_MEDIUM: _ClassVar[VideoQuality]
    VIDEO_QUALITY_HIGH: _ClassVar[VideoQuality]

VIDEO_QUALITY_LOW: VideoQuality
VIDEO_QUALITY_MEDIUM: VideoQuality
VIDEO_QUALITY_HIGH: VideoQuality

class _FrameMetadataFeatureType(_EnumTypeWrapper[FrameMetadataFeature], type): ...

class FrameMetadataFeature(int, metaclass=_FrameMetadataFeatureType):
    """Data that travels with each video frame, in a trailer behind the encoded picture."""
    ValueType: _TypeAlias = FrameMetadataFeature
    FMF_USER_TIMESTAMP: _ClassVar[FrameMetadataFeature]
    FMF_FRAME_ID: _ClassVar[FrameMetadataFeature]
    FMF_USER_DATA: _ClassVar[FrameMetadataFeature]

FMF_USER_TIMESTAMP: FrameMetadataFeature
FMF_FRAME_ID: FrameMetadataFeature
FMF_USER_DATA: FrameMetadataFeature

class _DegradationPreferenceType(_EnumTypeWrapper[DegradationPreference], type): ...

class DegradationPreference(int, metaclass=_DegradationPreferenceType):
    """What gives way when the bandwidth or the processor is not enough. 3 is not used."""
    ValueType: _TypeAlias = DegradationPreference
    DEGRADATION_PREFERENCE_BALANCED: _ClassVar[DegradationPreference]
    DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE: _ClassVar[DegradationPreference]
    DEGRADATION_PREFERENCE_MAINTAIN_RESOLUTION: _ClassVar[DegradationPreference]
    DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE_AND_RESOLUTION: _ClassVar[DegradationPreference]

DEGRADATION_PREFERENCE_BALANCED: DegradationPreference
DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE: DegradationPreference
DEGRADATION_PREFERENCE_MAINTAIN_RESOLUTION: DegradationPreference
DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE_AND_RESOLUTION: DegradationPreference

class _VideoEncoderBackendType(_EnumTypeWrapper[VideoEncoderBackend], type): ...

class VideoEncoderBackend(int, metaclass=_VideoEncoderBackendType):
    """Who encodes the pictures of a track."""
    ValueType: _TypeAlias = VideoEncoderBackend
    ENCODER_BACKEND_AUTO: _ClassVar[VideoEncoderBackend]
    ENCODER_BACKEND_SOFTWARE: _ClassVar[VideoEncoderBackend]
    ENCODER_BACKEND_HARDWARE: _ClassVar[VideoEncoderBackend]
    ENCODER_BACKEND_NVENC: _ClassVar[VideoEncoderBackend]
    ENCODER_BACKEND_VAAPI: _ClassVar[VideoEncoderBackend]
    ENCODER_BACKEND_VIDEOTOOLBOX: _ClassVar[VideoEncoderBackend]
    ENCODER_BACKEND_PRE_ENCODED: _ClassVar[VideoEncoderBackend]

ENCODER_BACKEND_AUTO: VideoEncoderBackend
ENCODER_BACKEND_SOFTWARE: VideoEncoderBackend
ENCODER_BACKEND_HARDWARE: VideoEncoderBackend
ENCODER_BACKEND_NVENC: VideoEncoderBackend
ENCODER_BACKEND_VAAPI: VideoEncoderBackend
ENCODER_BACKEND_VIDEOTOOLBOX: VideoEncoderBackend
ENCODER_BACKEND_PRE_ENCODED: VideoEncoderBackend

class _VideoCodecType(_EnumTypeWrapper[VideoCodec], type): ...

class VideoCodec(int, metaclass=_VideoCodecType):
    ValueType: _TypeAlias = VideoCodec
    VP8: _ClassVar[VideoCodec]
    H264: _ClassVar[VideoCodec]
    AV1: _ClassVar[VideoCodec]
    VP9: _ClassVar[VideoCodec]
    H265: _ClassVar[VideoCodec]

VP8: VideoCodec
H264: VideoCodec
AV1: VideoCodec
VP9: VideoCodec
H265: VideoCodec

class _VideoBufferTypeType(_EnumTypeWrapper[VideoBufferType], type): ...

class VideoBufferType(int, metaclass=_VideoBufferTypeType):
    """The memory layout of a `VideoFrame`."""
    ValueType: _TypeAlias = VideoBufferType
    RGBA: _ClassVar[VideoBufferType]
    ABGR: _ClassVar[VideoBufferType]
    ARGB: _ClassVar[VideoBufferType]
    BGRA: _ClassVar[VideoBufferType]
    RGB24: _ClassVar[VideoBufferType]
    I420: _ClassVar[VideoBufferType]
    I420A: _ClassVar[VideoBufferType]
    I422: _ClassVar[VideoBufferType]
    I444: _ClassVar[VideoBufferType]
    I010: _ClassVar[VideoBufferType]
    NV12: _ClassVar[VideoBufferType]

RGBA: VideoBufferType
ABGR: VideoBufferType
ARGB: VideoBufferType
BGRA: VideoBufferType
RGB24: VideoBufferType
I420: VideoBufferType
I420A: VideoBufferType
I422: VideoBufferType
I444: VideoBufferType
I010: VideoBufferType
NV12: VideoBufferType

class _VideoRotationType(_EnumTypeWrapper[VideoRotation], type): ...

class VideoRotation(int, metaclass=_VideoRotationType):
    """How far a picture has to be turned clockwise to stand upright; the value is degrees / 90."""
    ValueType: _TypeAlias = VideoRotation
    VIDEO_ROTATION_0: _ClassVar[VideoRotation]
    VIDEO_ROTATION_90: _ClassVar[VideoRotation]
    VIDEO_ROTATION_180: _ClassVar[VideoRotation]
    VIDEO_ROTATION_270: _ClassVar[VideoRotation]

VIDEO_ROTATION_0: VideoRotation
VIDEO_ROTATION_90: VideoRotation
VIDEO_ROTATION_180: VideoRotation
VIDEO_ROTATION_270: VideoRotation

class _EncodedFrameTypeType(_EnumTypeWrapper[EncodedFrameType], type): ...

class EncodedFrameType(int, metaclass=_EncodedFrameTypeType):
    """Whether a pre-encoded frame stands alone."""
    ValueType: _TypeAlias = EncodedFrameType
    ENCODED_FRAME_KEY: _ClassVar[EncodedFrameType]
    ENCODED_FRAME_DELTA: _ClassVar[EncodedFrameType]

ENCODED_FRAME_KEY: EncodedFrameType
ENCODED_FRAME_DELTA: EncodedFrameType

class _EncryptionTypeType(_EnumTypeWrapper[EncryptionType], type): ...

class EncryptionType(int, metaclass=_EncryptionTypeType):
    ValueType: _TypeAlias = EncryptionType
    NONE: _ClassVar[EncryptionType]
    GCM: _ClassVar[EncryptionType]
    CUSTOM: _ClassVar[EncryptionType]

NONE: EncryptionType
GCM: EncryptionType
CUSTOM: EncryptionType

class _EncryptionStateType(_EnumTypeWrapper[EncryptionState], type): ...

class EncryptionState(int, metaclass=_EncryptionStateType):
    """What happened to the frames of a participant last."""
    ValueType: _TypeAlias = EncryptionState
    NEW: _ClassVar[EncryptionState]
    OK: _ClassVar[EncryptionState]
    ENCRYPTION_FAILED: _ClassVar[EncryptionState]
    DECRYPTION_FAILED: _ClassVar[EncryptionState]
    MISSING_KEY: _ClassVar[EncryptionState]
    KEY_RATCHETED: _ClassVar[EncryptionState]
    INTERNAL_ERROR: _ClassVar[EncryptionState]

NEW: EncryptionState
OK: EncryptionState
ENCRYPTION_FAILED: EncryptionState
DECRYPTION_FAILED: EncryptionState
MISSING_KEY: EncryptionState
KEY_RATCHETED: EncryptionState
INTERNAL_ERROR: EncryptionState

class _KeyDerivationFunctionType(_EnumTypeWrapper[KeyDerivationFunction], type): ...

class KeyDerivationFunction(int, metaclass=_KeyDerivationFunctionType):
    """How a passphrase becomes a key."""
    ValueType: _TypeAlias = KeyDerivationFunction
    PBKDF2: _ClassVar[KeyDerivationFunction]
    HKDF: _ClassVar[KeyDerivationFunction]

PBKDF2: KeyDerivationFunction
HKDF: KeyDerivationFunction

class IceServer(_message.Message):
    """A STUN or TURN server of the caller's own, in `RtcConfiguration`."""
    DESCRIPTOR: _descriptor.Descriptor
    URLS_FIELD_NUMBER: _Literal[1]
    @property
    def urls(self) -> _containers.RepeatedScalarFieldContainer[str]:
        """`stun:`, `turn:` and `turns:` URLs (RFC 7064, RFC 7065)."""
    USERNAME_FIELD_NUMBER: _Literal[2]
    username: str
    PASSWORD_FIELD_NUMBER: _Literal[3]
    password: str
    def __init__(
        self,
        *,
        urls: _Iterable[str] | None = ...,
        username: str | None = ...,
        password: str | None = ...,
    ) -> None: ...

class ParticipantPermission(_message.Message):
    """What the token allows a participant: `Participant.permissions`."""
    DESCRIPTOR: _descriptor.Descriptor
    CAN_SUBSCRIBE_FIELD_NUMBER: _Literal[1]
    can_subscribe: bool
    CAN_PUBLISH_FIELD_NUMBER: _Literal[2]
    can_publish: bool
    CAN_PUBLISH_DATA_FIELD_NUMBER: _Literal[3]
    can_publish_data: bool
    CAN_PUBLISH_SOURCES_FIELD_NUMBER: _Literal[4]
    @property
    def can_publish_sources(self) -> _containers.RepeatedScalarFieldContainer[TrackSource]:
        """Empty: any source."""
    HIDDEN_FIELD_NUMBER: _Literal[5]
    hidden: bool
    CAN_UPDATE_METADATA_FIELD_NUMBER: _Literal[6]
    can_update_metadata: bool
    CAN_SUBSCRIBE_METRICS_FIELD_NUMBER: _Literal[7]
    can_subscribe_metrics: bool
    CAN_MANAGE_AGENT_SESSION_FIELD_NUMBER: _Literal[8]
    can_manage_agent_session: bool
    def __init__(
        self,
        *,
        can_subscribe: bool | None = ...,
        can_publish: bool | None = ...,
        can_publish_data: bool | None = ...,
        can_publish_sources: _Iterable[TrackSource] | None = ...,
        hidden: bool | None = ...,
        can_update_metadata: bool | None = ...,
        can_subscribe_metrics: bool | None = ...,
        can_manage_agent_session: bool | None = ...,
    ) -> None: ...

class ParticipantTrackPermission(_message.Message):
    """One line of `LocalParticipant.set_track_subscription_permissions`: what one participant may subscribe to."""
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[1]
    participant_identity: str
    ALLOW_ALL_FIELD_NUMBER: _Literal[2]
    allow_all: bool
    ALLOWED_TRACK_SIDS_FIELD_NUMBER: _Literal[3]
    @property
    def allowed_track_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    def __init__(
        self,
        *,
        participant_identity: str | None = ...,
        allow_all: bool | None = ...,
        allowed_track_sids: _Iterable[str] | None = ...,
    ) -> None: ...

class FrameMetadata(_message.Message):
    """What the trailer of one frame said, or shall say."""
    DESCRIPTOR: _descriptor.Descriptor
    USER_TIMESTAMP_FIELD_NUMBER: _Literal[1]
    user_timestamp: int
    """Microseconds."""
    FRAME_ID_FIELD_NUMBER: _Literal[2]
    frame_id: int
    USER_DATA_FIELD_NUMBER: _Literal[3]
    user_data: bytes
    def __init__(
        self,
        *,
        user_timestamp: int | None = ...,
        frame_id: int | None = ...,
        user_data: bytes | None = ...,
    ) -> None: ...

class VideoEncoding(_message.Message):
    """Limits of one video encoding: bit/s and frames per second."""
    DESCRIPTOR: _descriptor.Descriptor
    MAX_BITRATE_FIELD_NUMBER: _Literal[1]
    max_bitrate: int
    MAX_FRAMERATE_FIELD_NUMBER: _Literal[2]
    max_framerate: float
    def __init__(
        self,
        *,
        max_bitrate: int | None = ...,
        max_framerate: float | None = ...,
    ) -> None: ...

class AudioEncoding(_message.Message):
    """Limit of one audio encoding: bit/s."""
    DESCRIPTOR: _descriptor.Descriptor
    MAX_BITRATE_FIELD_NUMBER: _Literal[1]
    max_bitrate: int
    def __init__(
        self,
        *,
        max_bitrate: int | None = ...,
    ) -> None: ...

class TrackPublishOptions(_message.Message):
    """How a track is published. Not set: dtx, red and simulcast on, VP8, source unknown, bitrate by size."""
    DESCRIPTOR: _descriptor.Descriptor
    VIDEO_ENCODING_FIELD_NUMBER: _Literal[1]
    @property
    def video_encoding(self) -> VideoEncoding: ...
    AUDIO_ENCODING_FIELD_NUMBER: _Literal[2]
    @property
    def audio_encoding(self) -> AudioEncoding: ...
    VIDEO_CODEC_FIELD_NUMBER: _Literal[3]
    video_codec: VideoCodec
    DTX_FIELD_NUMBER: _Literal[4]
    dtx: bool
    """Opus: discontinuous transmission, nothing is sent while it is silent."""
    RED_FIELD_NUMBER: _Literal[5]
    red: bool
    """Opus: redundant audio (RFC 2198)."""
    SIMULCAST_FIELD_NUMBER: _Literal[6]
    simulcast: bool
    SOURCE_FIELD_NUMBER: _Literal[7]
    source: TrackSource
    STREAM_FIELD_NUMBER: _Literal[8]
    stream: str
    """The name of the group that this track plays in sync with."""
    PRECONNECT_BUFFER_FIELD_NUMBER: _Literal[9]
    preconnect_buffer: bool
    """The track carries audio from before the connection."""
    FRAME_METADATA_FEATURES_FIELD_NUMBER: _Literal[10]
    @property
    def frame_metadata_features(self) -> _containers.RepeatedScalarFieldContainer[FrameMetadataFeature]: ...
    SCALABILITY_MODE_FIELD_NUMBER: _Literal[11]
    scalability_mode: str
    """SVC codecs, for example "L3T3_KEY" (W3C webrtc-svc)."""
    VIDEO_ENCODER_FIELD_NUMBER: _Literal[12]
    video_encoder: VideoEncoderBackend
    DEGRADATION_PREFERENCE_FIELD_NUMBER: _Literal[13]
    degradation_preference: DegradationPreference
    def __init__(
        self,
        *,
        video_encoding: VideoEncoding | None = ...,
        audio_encoding: AudioEncoding | None = ...,
        video_codec: VideoCodec | str | None = ...,
        dtx: bool | None = ...,
        red: bool | None = ...,
        simulcast: bool | None = ...,
        source: TrackSource | str | None = ...,
        stream: str | None = ...,
        preconnect_buffer: bool | None = ...,
        frame_metadata_features: _Iterable[FrameMetadataFeature] | None = ...,
        scalability_mode: str | None = ...,
        video_encoder: VideoEncoderBackend | str | None = ...,
        degradation_preference: DegradationPreference | str | None = ...,
    ) -> None: ...
