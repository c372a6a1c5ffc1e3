"""The wire's numbers and the public API's numbers, where they differ.

The public constants are those of `livekit.rtc`; the wire has its own. Tables only; a value from the future
maps to the public "unknown".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options

TRACK_KINDS: dict[int, options.TrackKind] = {
    models.AUDIO: options.KIND_AUDIO,
    models.VIDEO: options.KIND_VIDEO,
}

TRACK_SOURCES: dict[int, options.TrackSource] = {
    models.CAMERA: options.SOURCE_CAMERA,
    models.MICROPHONE: options.SOURCE_MICROPHONE,
    models.SCREEN_SHARE: options.SOURCE_SCREENSHARE,
    models.SCREEN_SHARE_AUDIO: options.SOURCE_SCREENSHARE_AUDIO,
}

WIRE_SOURCES: dict[int, models.TrackSource] = {
    options.SOURCE_CAMERA: models.CAMERA,
    options.SOURCE_MICROPHONE: models.MICROPHONE,
    options.SOURCE_SCREENSHARE: models.SCREEN_SHARE,
    options.SOURCE_SCREENSHARE_AUDIO: models.SCREEN_SHARE_AUDIO,
}

WIRE_QUALITIES: dict[int, models.VideoQuality] = {
    options.VIDEO_QUALITY_LOW: models.LOW,
    options.VIDEO_QUALITY_MEDIUM: models.MEDIUM,
    options.VIDEO_QUALITY_HIGH: models.HIGH,
}

PARTICIPANT_KINDS: dict[int, options.ParticipantKind] = {
    models.ParticipantInfo.STANDARD: options.PARTICIPANT_KIND_STANDARD,
    models.ParticipantInfo.INGRESS: options.PARTICIPANT_KIND_INGRESS,
    models.ParticipantInfo.EGRESS: options.PARTICIPANT_KIND_EGRESS,
    models.ParticipantInfo.SIP: options.PARTICIPANT_KIND_SIP,
    models.ParticipantInfo.AGENT: options.PARTICIPANT_KIND_AGENT,
    models.ParticipantInfo.CONNECTOR: options.PARTICIPANT_KIND_CONNECTOR,
    models.ParticipantInfo.BRIDGE: options.PARTICIPANT_KIND_BRIDGE,
}

KIND_DETAILS: dict[int, options.ParticipantKindDetail] = {
    models.ParticipantInfo.CLOUD_AGENT: options.PARTICIPANT_KIND_DETAIL_CLOUD_AGENT,
    models.ParticipantInfo.FORWARDED: options.PARTICIPANT_KIND_DETAIL_FORWARDED,
    models.ParticipantInfo.CONNECTOR_WHATSAPP: options.PARTICIPANT_KIND_DETAIL_CONNECTOR_WHATSAPP,
    models.ParticipantInfo.CONNECTOR_TWILIO: options.PARTICIPANT_KIND_DETAIL_CONNECTOR_TWILIO,
    models.ParticipantInfo.BRIDGE_RTSP: options.PARTICIPANT_KIND_DETAIL_BRIDGE_RTSP,
    models.ParticipantInfo.SIMULATION: options.PARTICIPANT_KIND_DETAIL_SIMULATION,
}

FRAME_METADATA: dict[int, options.FrameMetadataFeature] = {
    models.PTF_USER_TIMESTAMP: options.FMF_USER_TIMESTAMP,
    models.PTF_FRAME_ID: options.FMF_FRAME_ID,
    models.PTF_USER_DATA: options.FMF_USER_DATA,
}


_REASONS = frozenset(options.DisconnectReason.values())


def disconnect_reason(number: int) -> options.DisconnectReason:
    """The public reason for a wire reason: the same numbers, as far as they are known."""
    return number if number in _REASONS else options.UNKNOWN_REASON  # type: ignore[return-value]


class WireEnum(Protocol):
    """An enumeration of the wire, as protobuf makes them."""

    def keys(self) -> Sequence[str]:
        """The names."""

    def values(self) -> Sequence[int]:
        """The numbers."""


def name_of(enum: WireEnum, number: int) -> str:
    """The name of a number of the wire; the number itself where a newer server knows one that we do not."""
    return next((k for k, v in zip(enum.keys(), enum.values(), strict=True) if v == number), str(number))
