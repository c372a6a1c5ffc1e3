"""The wire's numbers and the public API's numbers, where they differ.

The public constants are those of `livekit.rtc`; the wire has its own. Tables only; a value from the future
maps to the public "unknown".
"""

from __future__ import annotations

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

PARTICIPANT_KINDS: dict[int, options.ParticipantKind] = {
    models.ParticipantInfo.STANDARD: options.PARTICIPANT_KIND_STANDARD,
    models.ParticipantInfo.INGRESS: options.PARTICIPANT_KIND_INGRESS,
    models.ParticipantInfo.EGRESS: options.PARTICIPANT_KIND_EGRESS,
    models.ParticipantInfo.SIP: options.PARTICIPANT_KIND_SIP,
    models.ParticipantInfo.AGENT: options.PARTICIPANT_KIND_AGENT,
}


_REASONS = frozenset(options.DisconnectReason.values())


def disconnect_reason(number: int) -> options.DisconnectReason:
    """The public reason for a wire reason: the same numbers, as far as they are known."""
    return number if number in _REASONS else options.UNKNOWN_REASON  # type: ignore[return-value]
