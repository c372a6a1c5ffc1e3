"""What of `livekit.rtc` is where in lkpy. Tables only."""

from __future__ import annotations

import importlib.util

MODULES = {
    name: (f"lkpy.{name}",)
    for name in (
        "apm",
        "audio_filter",
        "audio_frame",
        "audio_mixer",
        "audio_resampler",
        "audio_source",
        "audio_stream",
        "data_stream",
        "e2ee",
        "event_emitter",
        "log",
        "room",
        "rpc",
        "stats",
        "synchronizer",
        "track",
        "track_publication",
        "transcription",
        "utils",
        "version",
        "video_frame",
        "video_source",
        "video_stream",
    )
} | {"participant": ("lkpy.participant", "lkpy.errors")}
"""Official sub-module to the modules of ours that have its names. What lkpy does not have is not found, under
either name."""

MESSAGES = {
    "e2ee_pb2": ("EncryptionState", "EncryptionType"),
    "participant_pb2": (
        "DisconnectReason",
        "ParticipantKind",
        "ParticipantKindDetail",
        "ParticipantPermission",
        "ParticipantState",
    ),
    "room_pb2": (
        "AudioEncoding",
        "ConnectionQuality",
        "ConnectionState",
        "ContinualGatheringPolicy",
        "DataPacketKind",
        "IceServer",
        "IceTransportType",
        "SimulateScenarioKind",
        "TrackPublishOptions",
        "VideoEncoding",
    ),
    "stats_pb2": (),
    "track_pb2": (
        "AudioTrackFeature",
        "ParticipantTrackPermission",
        "StreamState",
        "TrackKind",
        "TrackSource",
    ),
    "video_frame_pb2": ("VideoBufferType", "VideoCodec", "VideoRotation"),
}
"""Modules of `livekit.rtc._proto` to the public messages and enumerations in them. The other modules and
messages there are the native library's calling convention, which nothing here speaks."""

PROTO_ALIASES = {
    "e2ee": {"proto_e2ee": "e2ee_pb2"},
    "participant": {"proto_participant": "participant_pb2"},
    "room": {
        "proto_participant": "participant_pb2",
        "proto_room": "room_pb2",
        "proto_stats": "stats_pb2",
    },
    "track": {"proto_stats": "stats_pb2", "proto_track": "track_pb2"},
    "track_publication": {"proto_e2ee": "e2ee_pb2", "proto_track": "track_pb2"},
    "video_frame": {"proto_video": "video_frame_pb2"},
    "video_source": {"proto_video": "video_frame_pb2"},
    "video_stream": {"proto_video_frame": "video_frame_pb2"},
}
"""Official sub-module to the names under which it holds modules of `_proto`, where programs take them."""


ERROR_ALIASES = {"PublishDTMFError": "PublishDataError", "PublishTranscriptionError": "PublishDataError"}
"""Official exceptions of `livekit.rtc.participant` to what is raised here."""


def exists(name: str) -> bool:
    """Whether the official sub-module (dotted, below `livekit.rtc`) has a counterpart here."""
    package, _, rest = name.rpartition(".")
    if package == "_proto":
        return rest in MESSAGES
    if name in ("", "_proto"):
        return True
    return name in MODULES and importlib.util.find_spec(MODULES[name][0]) is not None
