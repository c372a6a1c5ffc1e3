"""A LiveKit client in pure Python: `import lkpy as rtc` in the place of `from livekit import rtc`.

Importing this package loads neither the media libraries nor the websocket; `Room.connect` does.
"""

from lkpy import log as log
from lkpy import stats
from lkpy._room.options import DataPacket, RoomOptions, RtcConfiguration, RtcStats, SipDTMF
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy._statistics.diagnostics import RoomDiagnostics
from lkpy.audio_frame import AudioFrame
from lkpy.audio_source import AudioSource
from lkpy.audio_stream import AudioFrameEvent, AudioStream, NoiseCancellationOptions
from lkpy.data_stream import (
    ByteStreamInfo,
    ByteStreamReader,
    ByteStreamWriter,
    TextStreamInfo,
    TextStreamReader,
    TextStreamWriter,
)
from lkpy.errors import (
    ConnectError,
    ConnectErrorReason,
    InvalidStateError,
    LkpyError,
    MediaError,
    PublishDataError,
    PublishTrackError,
    RequestError,
    StreamError,
    UnpublishTrackError,
)
from lkpy.event_emitter import EventEmitter
from lkpy.participant import LocalParticipant, Participant, RemoteParticipant
from lkpy.protocol.connection_quality import ConnectionQuality
from lkpy.protocol.options_pb2 import (
    AudioEncoding,
    ConnectionState,
    ContinualGatheringPolicy,
    DataPacketKind,
    DisconnectReason,
    EncryptionState,
    EncryptionType,
    FrameMetadata,
    FrameMetadataFeature,
    IceServer,
    IceTransportType,
    ParticipantKind,
    ParticipantKindDetail,
    ParticipantState,
    ParticipantTrackPermission,
    StreamState,
    TrackKind,
    TrackPublishOptions,
    TrackSource,
    VideoBufferType,
    VideoCodec,
    VideoEncoding,
    VideoQuality,
    VideoRotation,
)
from lkpy.room import Room
from lkpy.rpc import RpcCallInfo, RpcError, RpcInterceptor, RpcInvocationData
from lkpy.track import (
    AudioTrack,
    LocalAudioTrack,
    LocalTrack,
    RemoteAudioTrack,
    RemoteTrack,
    RemoteVideoTrack,
    Track,
    VideoTrack,
)
from lkpy.track_publication import (
    LocalTrackPublication,
    RemoteTrackPublication,
    TrackPublication,
)
from lkpy.transcription import Transcription, TranscriptionSegment
from lkpy.utils import combine_audio_frames
from lkpy.version import __version__

__all__ = [
    "AudioEncoding",
    "AudioFrame",
    "AudioFrameEvent",
    "AudioSource",
    "AudioStream",
    "AudioTrack",
    "ByteStreamInfo",
    "ByteStreamReader",
    "ByteStreamWriter",
    "ConnectError",
    "ConnectErrorReason",
    "ConnectionQuality",
    "ConnectionState",
    "ContinualGatheringPolicy",
    "DataPacket",
    "DataPacketKind",
    "DisconnectReason",
    "EncryptionState",
    "EncryptionType",
    "EventEmitter",
    "FrameMetadata",
    "FrameMetadataFeature",
    "IceServer",
    "IceTransportType",
    "InvalidStateError",
    "LkpyError",
    "LocalAudioTrack",
    "LocalParticipant",
    "LocalTrack",
    "LocalTrackPublication",
    "MediaError",
    "NoiseCancellationOptions",
    "Participant",
    "ParticipantKind",
    "ParticipantKindDetail",
    "ParticipantState",
    "ParticipantTrackPermission",
    "PublishDataError",
    "PublishTrackError",
    "RemoteAudioTrack",
    "RemoteParticipant",
    "RemoteTrack",
    "RemoteTrackPublication",
    "RemoteVideoTrack",
    "RequestError",
    "Room",
    "RoomDiagnostics",
    "RoomOptions",
    "RpcCallInfo",
    "RpcError",
    "RpcInterceptor",
    "RpcInvocationData",
    "RtcConfiguration",
    "RtcStats",
    "SipDTMF",
    "StreamError",
    "StreamState",
    "TextStreamInfo",
    "TextStreamReader",
    "TextStreamWriter",
    "TraceDirection",
    "TraceEvent",
    "TraceKind",
    "Track",
    "TrackKind",
    "TrackPublication",
    "TrackPublishOptions",
    "TrackSource",
    "Transcription",
    "TranscriptionSegment",
    "UnpublishTrackError",
    "VideoBufferType",
    "VideoCodec",
    "VideoEncoding",
    "VideoQuality",
    "VideoRotation",
    "VideoTrack",
    "__version__",
    "combine_audio_frames",
    "stats",
]
