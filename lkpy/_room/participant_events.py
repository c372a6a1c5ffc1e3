"""What session events do to participants and what users see of it; and what participants send."""

from __future__ import annotations

from lkpy._room.objects import Handlers, RoomObjects, copy
from lkpy._room.options import DataPacket, SipDTMF
from lkpy.protocol import numbers
from lkpy.protocol import options_pb2 as options
from lkpy.protocol.connection_quality import ConnectionQuality
from lkpy.session import events as ev
from lkpy.transcription import TranscriptionSegment

_QUALITIES = {quality.value: quality for quality in ConnectionQuality}


def _on_participant_connected(room: RoomObjects, event: ev.ParticipantConnected) -> None:
    info = copy(event.info)
    del info.tracks[:]  # each one comes with its own event
    room.emit("participant_connected", room.add_participant(info))


def _on_participant_active(room: RoomObjects, event: ev.ParticipantActive) -> None:
    if (participant := room.participant(event.identity)) is not None:
        room.emit("participant_active", participant)


def _on_participant_disconnected(room: RoomObjects, event: ev.ParticipantDisconnected) -> None:
    participant = room.remote.pop(event.identity, None)
    if participant is None:
        return
    participant._disconnect_reason = numbers.disconnect_reason(event.reason) or None
    participant._close()
    room.emit("participant_disconnected", participant)


def _on_participant_updated(room: RoomObjects, event: ev.ParticipantUpdated) -> None:
    """Fields that no other event announces; those that have an event wait for it."""
    participant = room.participant(event.info.identity)
    if participant is None:
        return
    old, info = participant._info, copy(event.info)
    info.name, info.metadata = old.name, old.metadata
    info.attributes.clear()
    info.attributes.update(old.attributes)
    info.permission.CopyFrom(old.permission)
    participant._info = info


def _on_name(room: RoomObjects, event: ev.NameChanged) -> None:
    if (participant := room.participant(event.identity)) is not None:
        participant._info.name = event.new
        room.emit("participant_name_changed", participant, event.old, event.new)


def _on_metadata(room: RoomObjects, event: ev.MetadataChanged) -> None:
    if (participant := room.participant(event.identity)) is not None:
        participant._info.metadata = event.new
        room.emit("participant_metadata_changed", participant, event.old, event.new)


def _on_attributes(room: RoomObjects, event: ev.AttributesChanged) -> None:
    if (participant := room.participant(event.identity)) is not None:
        attributes = participant._info.attributes
        for key, value in event.changed.items():
            if value:
                attributes[key] = value
            else:
                attributes.pop(key, None)
        room.emit("participant_attributes_changed", dict(event.changed), participant)


def _on_permissions(room: RoomObjects, event: ev.PermissionsChanged) -> None:
    if (participant := room.participant(event.identity)) is not None:
        participant._info.permission.CopyFrom(event.permissions)
        room.emit("participant_permissions_changed", participant, event.permissions)


def _on_speakers(room: RoomObjects, event: ev.SpeakersChanged) -> None:
    speakers = (room.participant(identity) for identity, _ in event.levels)
    room.emit("active_speakers_changed", [speaker for speaker in speakers if speaker is not None])


def _on_quality(room: RoomObjects, event: ev.ConnectionQualityChanged) -> None:
    if (participant := room.participant(event.identity)) is not None:
        participant._connection_quality = _QUALITIES.get(event.quality, ConnectionQuality.QUALITY_UNKNOWN)
        room.emit("connection_quality_changed", participant, participant._connection_quality)


def _on_data(room: RoomObjects, event: ev.DataReceived) -> None:
    kind = options.KIND_RELIABLE if event.reliable else options.KIND_LOSSY
    sender = room.remote.get(event.identity)
    room.emit("data_received", DataPacket(event.payload, kind, sender, event.topic))


def _on_dtmf(room: RoomObjects, event: ev.DtmfReceived) -> None:
    sender = room.remote.get(event.identity)
    if sender is not None:
        room.emit("sip_dtmf_received", SipDTMF(event.code, event.digit, sender))


def _on_transcription(room: RoomObjects, event: ev.TranscriptionReceived) -> None:
    wired = event.transcription
    segments = [
        TranscriptionSegment(s.id, s.text, s.start_time, s.end_time, s.language, s.final)
        for s in wired.segments
    ]
    speaker = room.participant(wired.transcribed_participant_identity)
    publication = speaker and speaker.track_publications.get(wired.track_id)
    room.emit("transcription_received", segments, speaker, publication)


PARTICIPANT_EVENTS: Handlers = {
    ev.ParticipantConnected: _on_participant_connected,
    ev.ParticipantActive: _on_participant_active,
    ev.ParticipantDisconnected: _on_participant_disconnected,
    ev.ParticipantUpdated: _on_participant_updated,
    ev.NameChanged: _on_name,
    ev.MetadataChanged: _on_metadata,
    ev.AttributesChanged: _on_attributes,
    ev.PermissionsChanged: _on_permissions,
    ev.SpeakersChanged: _on_speakers,
    ev.ConnectionQualityChanged: _on_quality,
    ev.DataReceived: _on_data,
    ev.DtmfReceived: _on_dtmf,
    ev.TranscriptionReceived: _on_transcription,
}
"""What happens to participants, and what they send."""
