"""What the local participant says, as messages of the wire."""

from __future__ import annotations

from collections.abc import Iterable

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.transcription import Transcription


def dtmf_packet(code: int, digit: str) -> models.DataPacket:
    """The packet of `publish_dtmf`."""
    return models.DataPacket(sip_dtmf=models.SipDTMF(code=code, digit=digit))


def transcription_packet(transcription: Transcription) -> models.DataPacket:
    """The packet of `publish_transcription`."""
    segments = [
        models.TranscriptionSegment(
            id=segment.id,
            text=segment.text,
            start_time=segment.start_time,
            end_time=segment.end_time,
            final=segment.final,
            language=segment.language,
        )
        for segment in transcription.segments
    ]
    return models.DataPacket(
        transcription=models.Transcription(
            transcribed_participant_identity=transcription.participant_identity,
            track_id=transcription.track_sid,
            segments=segments,
        )
    )


def subscription_permission(
    allow_all: bool, permissions: Iterable[options.ParticipantTrackPermission]
) -> rtc.SubscriptionPermission:
    """The request of `set_track_subscription_permissions`."""
    tracks = [
        rtc.TrackPermission(
            participant_identity=permission.participant_identity,
            all_tracks=permission.allow_all,
            track_sids=permission.allowed_track_sids,
        )
        for permission in permissions
    ]
    return rtc.SubscriptionPermission(all_participants=allow_all, track_permissions=tracks)
