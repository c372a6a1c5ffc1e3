"""What a room shows: the objects of its participants and tracks, moved by session events.

`RoomState.apply` changes the objects first and then emits the event that users see, with the arguments and
in the order that the official SDK was measured to use (behaviour document 1.4 and 1.6).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Literal, Protocol, TypeVar, cast

from lkpy import wire
from lkpy.connection_quality import ConnectionQuality
from lkpy.participant import LocalCommands, LocalParticipant, Participant, RemoteParticipant
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import stats_pb2 as stats
from lkpy.room_options import DataPacket, SipDTMF
from lkpy.session import events as ev
from lkpy.track import RemoteAudioTrack, RemoteTrack, RemoteVideoTrack
from lkpy.track_publication import LocalTrackPublication, RemoteTrackPublication, TrackPublication
from lkpy.transcription import TranscriptionSegment

EventTypes = Literal[
    "participant_connected",
    "participant_disconnected",
    "participant_active",
    "local_track_published",
    "local_track_unpublished",
    "local_track_subscribed",
    "track_published",
    "track_unpublished",
    "track_subscribed",
    "track_unsubscribed",
    "track_subscription_failed",
    "track_muted",
    "track_unmuted",
    "active_speakers_changed",
    "room_metadata_changed",
    "participant_metadata_changed",
    "participant_name_changed",
    "participant_attributes_changed",
    "participant_permissions_changed",
    "connection_quality_changed",
    "data_received",
    "sip_dtmf_received",
    "transcription_received",
    "connection_state_changed",
    "disconnected",
    "room_updated",
    "token_refreshed",
]
"""The names of the events; `docs/events.md` lists their arguments."""

_ROOM_FIELDS = (
    "metadata",
    "name",
    "empty_timeout",
    "departure_timeout",
    "max_participants",
    "num_participants",
    "num_publishers",
    "active_recording",
)
"""The fields whose change makes a `room_updated`."""


class RemoteMedia(Protocol):
    """The receiving side of a subscribed track, as the session offers it."""

    kind: str
    """`audio` or `video`."""

    def close(self) -> None:
        """Stop decoding; whoever listens comes to the end."""


class RoomState:
    """The objects of one connected room.

    Args:
        emit: calls the user's handlers; never raises.
        track_stats: the statistics of a subscribed track, by its sid.
        set_subscribed: called with (identity, track sid, subscribed) when the user asks for or refuses a
        track.
    """

    def __init__(
        self,
        emit: Callable[..., None],
        set_subscribed: Callable[[str, str, bool], None],
        track_stats: Callable[[str], list[stats.RtcStats]],
    ) -> None:
        self.info = models.Room()
        self.connection: options.ConnectionState = options.CONN_DISCONNECTED
        self.local: LocalParticipant | None = None
        self.remote: dict[str, RemoteParticipant] = {}
        self._emit = emit
        self._set_subscribed = set_subscribed
        self._track_stats = track_stats
        self._media: dict[str, RemoteMedia] = {}
        self._sid_waiters: list[asyncio.Future[str]] = []

    def joined(
        self,
        room: models.Room,
        local: models.ParticipantInfo,
        remote: Iterable[models.ParticipantInfo],
        commands: LocalCommands,
    ) -> LocalParticipant:
        """Fill in what the join response said, without events."""
        self.info.CopyFrom(room)
        self.connection = options.CONN_CONNECTED
        self.local = LocalParticipant(_copy(local), commands)
        self.remote.clear()
        for info in remote:
            self._add_participant(_copy(info))
        return self.local

    def apply(self, event: ev.SessionEvent) -> None:
        """Change the objects, then emit."""
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def sid(self) -> asyncio.Future[str]:
        """The room's sid, now or when the server tells it."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        if self.info.sid:
            future.set_result(self.info.sid)
        elif self.connection == options.CONN_DISCONNECTED:
            future.set_exception(RuntimeError("cannot get sid of a disconnected room"))
        else:
            self._sid_waiters.append(future)
        return future

    def close(self) -> None:
        """The session is over: every stream ends, everybody who waits gets an answer."""
        for media in self._media.values():
            media.close()
        self._media.clear()
        for participant in self.remote.values():
            for publication in participant.track_publications.values():
                publication._track = None
            participant._close()
        waiters, self._sid_waiters = self._sid_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(RuntimeError("room disconnected before receiving sid"))

    # Looking up ---
    def participant(self, identity: str) -> Participant | None:
        """The participant with an identity, ourselves included."""
        if self.local is not None and identity == self.local.identity:
            return self.local
        return self.remote.get(identity)

    def _publication(self, identity: str, track_sid: str) -> tuple[Participant, TrackPublication] | None:
        participant = self.participant(identity)
        publication = participant and participant.track_publications.get(track_sid)
        return (participant, publication) if participant and publication else None

    def _remote_publication(
        self, identity: str, track_sid: str
    ) -> tuple[RemoteParticipant, RemoteTrackPublication] | None:
        found = self._publication(identity, track_sid)
        if found is None or not isinstance(found[1], RemoteTrackPublication):
            return None
        return cast("tuple[RemoteParticipant, RemoteTrackPublication]", found)

    def _local_publication(self, track_sid: str) -> LocalTrackPublication | None:
        return self.local.track_publications.get(track_sid) if self.local else None

    def _add_participant(self, info: models.ParticipantInfo) -> RemoteParticipant:
        participant = self.remote[info.identity] = RemoteParticipant(info)
        for track in info.tracks:
            self._add_publication(participant, track)
        return participant

    def _add_publication(
        self, participant: RemoteParticipant, track: models.TrackInfo
    ) -> RemoteTrackPublication:
        identity = participant.identity
        publication = RemoteTrackPublication(
            _copy(track), lambda sid, subscribed: self._set_subscribed(identity, sid, subscribed)
        )
        participant._track_publications[track.sid] = publication
        return publication

    # Connection and room ---
    def _on_connected(self, _: ev.Connected) -> None:
        self.connection = options.CONN_CONNECTED
        self._emit("connection_state_changed", self.connection)

    def _on_disconnected(self, event: ev.Disconnected) -> None:
        self.connection = options.CONN_DISCONNECTED
        self.close()
        self._emit("connection_state_changed", self.connection)
        self._emit("disconnected", wire.disconnect_reason(event.reason))

    def _on_token_refreshed(self, _: ev.TokenRefreshed) -> None:
        self._emit("token_refreshed")

    def _on_room_updated(self, event: ev.RoomUpdated) -> None:
        old = models.Room()
        old.CopyFrom(self.info)
        self.info.CopyFrom(event.room)
        if self.info.sid:
            waiters, self._sid_waiters = self._sid_waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(self.info.sid)
        if old.metadata != self.info.metadata:
            self._emit("room_metadata_changed", old.metadata, self.info.metadata)
        if any(getattr(old, name) != getattr(self.info, name) for name in _ROOM_FIELDS):
            self._emit("room_updated")

    # Participants ---
    def _on_participant_connected(self, event: ev.ParticipantConnected) -> None:
        info = _copy(event.info)
        del info.tracks[:]  # each one comes with its own event
        self._emit("participant_connected", self._add_participant(info))

    def _on_participant_active(self, event: ev.ParticipantActive) -> None:
        if (participant := self.participant(event.identity)) is not None:
            self._emit("participant_active", participant)

    def _on_participant_disconnected(self, event: ev.ParticipantDisconnected) -> None:
        participant = self.remote.pop(event.identity, None)
        if participant is None:
            return
        participant._disconnect_reason = wire.disconnect_reason(event.reason) or None
        participant._close()
        self._emit("participant_disconnected", participant)

    def _on_participant_updated(self, event: ev.ParticipantUpdated) -> None:
        """Fields that no other event announces; those that have an event wait for it."""
        participant = self.participant(event.info.identity)
        if participant is None:
            return
        old, info = participant._info, _copy(event.info)
        info.name, info.metadata = old.name, old.metadata
        info.attributes.clear()
        info.attributes.update(old.attributes)
        info.permission.CopyFrom(old.permission)
        participant._info = info

    def _on_name(self, event: ev.NameChanged) -> None:
        if (participant := self.participant(event.identity)) is not None:
            participant._info.name = event.new
            self._emit("participant_name_changed", participant, event.old, event.new)

    def _on_metadata(self, event: ev.MetadataChanged) -> None:
        if (participant := self.participant(event.identity)) is not None:
            participant._info.metadata = event.new
            self._emit("participant_metadata_changed", participant, event.old, event.new)

    def _on_attributes(self, event: ev.AttributesChanged) -> None:
        if (participant := self.participant(event.identity)) is not None:
            attributes = participant._info.attributes
            for key, value in event.changed.items():
                if value:
                    attributes[key] = value
                else:
                    attributes.pop(key, None)
            self._emit("participant_attributes_changed", dict(event.changed), participant)

    def _on_permissions(self, event: ev.PermissionsChanged) -> None:
        if (participant := self.participant(event.identity)) is not None:
            participant._info.permission.CopyFrom(event.permissions)
            self._emit("participant_permissions_changed", participant, event.permissions)

    def _on_speakers(self, event: ev.SpeakersChanged) -> None:
        speakers = (self.participant(identity) for identity, _ in event.levels)
        self._emit("active_speakers_changed", [speaker for speaker in speakers if speaker is not None])

    def _on_quality(self, event: ev.ConnectionQualityChanged) -> None:
        if (participant := self.participant(event.identity)) is not None:
            participant._connection_quality = ConnectionQuality(event.quality)
            self._emit("connection_quality_changed", participant, participant._connection_quality)

    def _on_data(self, event: ev.DataReceived) -> None:
        kind = options.KIND_RELIABLE if event.reliable else options.KIND_LOSSY
        sender = self.remote.get(event.identity)
        self._emit("data_received", DataPacket(event.payload, kind, sender, event.topic))

    def _on_dtmf(self, event: ev.DtmfReceived) -> None:
        sender = self.remote.get(event.identity)
        if sender is not None:
            self._emit("sip_dtmf_received", SipDTMF(event.code, event.digit, sender))

    def _on_transcription(self, event: ev.TranscriptionReceived) -> None:
        wired = event.transcription
        segments = [
            TranscriptionSegment(s.id, s.text, s.start_time, s.end_time, s.language, s.final)
            for s in wired.segments
        ]
        speaker = self.participant(wired.transcribed_participant_identity)
        publication = speaker and speaker.track_publications.get(wired.track_id)
        self._emit("transcription_received", segments, speaker, publication)

    # Remote tracks ---
    def _on_track_published(self, event: ev.TrackPublished) -> None:
        participant = self.remote.get(event.identity)
        if participant is not None:
            self._emit("track_published", self._add_publication(participant, event.track), participant)

    def _on_track_unpublished(self, event: ev.TrackUnpublished) -> None:
        found = self._remote_publication(event.identity, event.track_sid)
        if found is not None:
            participant, publication = found
            del participant._track_publications[event.track_sid]
            self._emit("track_unpublished", publication, participant)

    def _on_track_updated(self, event: ev.TrackUpdated) -> None:
        found = self._remote_publication(event.identity, event.track.sid)
        if found is not None:
            publication = found[1]
            muted = publication.muted  # its change has an event of its own
            publication._info = _copy(event.track)
            publication._info.muted = muted

    def _on_track_muted(self, event: ev.TrackMuted) -> None:
        found = self._remote_publication(event.identity, event.track_sid)
        if found is not None:
            participant, publication = found
            publication._info.muted = event.muted
            if publication.track is not None:
                publication.track._muted = event.muted
            self._emit("track_muted" if event.muted else "track_unmuted", participant, publication)

    def _on_track_subscribed(self, event: ev.TrackSubscribed) -> None:
        found = self._remote_publication(event.identity, event.track_sid)
        if found is None:
            return
        participant, publication = found
        media = self._media[event.track_sid] = cast("RemoteMedia", event.stream)
        track: RemoteTrack
        if media.kind == "audio":
            track = RemoteAudioTrack(publication._info, media)  # type: ignore[arg-type]
        else:
            track = RemoteVideoTrack(publication._info)
        track._report = lambda: self._track_stats(event.track_sid)
        publication._track = track
        participant._track_subscribed(publication)
        self._emit("track_subscribed", track, publication, participant)

    def _on_track_unsubscribed(self, event: ev.TrackUnsubscribed) -> None:
        found = self._remote_publication(event.identity, event.track_sid)
        media = self._media.pop(event.track_sid, None)
        if media is not None:
            media.close()
        if found is None:
            return
        participant, publication = found
        track, publication._track = publication.track, None
        if track is None:
            return
        track._report = None
        self._emit("track_unsubscribed", track, publication, participant)

    def _on_subscription_failed(self, event: ev.TrackSubscriptionFailed) -> None:
        participant = next((p for p in self.remote.values() if p.sid == event.identity), None)
        if participant is not None:
            self._emit("track_subscription_failed", participant, event.track_sid, event.error)

    # Local tracks ---
    def _on_local_published(self, event: ev.LocalTrackPublished) -> None:
        publication = self._local_publication(event.track_sid)
        if publication is not None:
            self._emit("local_track_published", publication, publication.track)

    def _on_local_unpublished(self, event: ev.LocalTrackUnpublished) -> None:
        publication = self._local_publication(event.track_sid)
        if publication is not None and self.local is not None:
            del self.local._track_publications[event.track_sid]
            self._emit("local_track_unpublished", publication)
            publication._close()

    def _on_local_subscribed(self, event: ev.LocalTrackSubscribed) -> None:
        publication = self._local_publication(event.track_sid)
        if publication is not None:
            publication._set_subscribed()
            self._emit("local_track_subscribed", publication.track)

    def _on_local_muted(self, event: ev.LocalTrackMuted) -> None:
        publication = self._local_publication(event.track_sid)
        if publication is None or publication.muted == event.muted:
            return
        publication._info.muted = event.muted
        if publication.track is not None:
            publication.track._muted = event.muted
        self._emit("track_muted" if event.muted else "track_unmuted", self.local, publication)


_Message = TypeVar("_Message", models.ParticipantInfo, models.TrackInfo)


def _copy(message: _Message) -> _Message:
    """The session's snapshots are its own; what users see is changed event by event."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


_HANDLERS: dict[type[ev.SessionEvent], Callable[[RoomState, Any], None]] = {
    ev.Connected: RoomState._on_connected,
    ev.Disconnected: RoomState._on_disconnected,
    ev.TokenRefreshed: RoomState._on_token_refreshed,
    ev.RoomUpdated: RoomState._on_room_updated,
    ev.ParticipantConnected: RoomState._on_participant_connected,
    ev.ParticipantActive: RoomState._on_participant_active,
    ev.ParticipantDisconnected: RoomState._on_participant_disconnected,
    ev.ParticipantUpdated: RoomState._on_participant_updated,
    ev.NameChanged: RoomState._on_name,
    ev.MetadataChanged: RoomState._on_metadata,
    ev.AttributesChanged: RoomState._on_attributes,
    ev.PermissionsChanged: RoomState._on_permissions,
    ev.SpeakersChanged: RoomState._on_speakers,
    ev.ConnectionQualityChanged: RoomState._on_quality,
    ev.DataReceived: RoomState._on_data,
    ev.DtmfReceived: RoomState._on_dtmf,
    ev.TranscriptionReceived: RoomState._on_transcription,
    ev.TrackPublished: RoomState._on_track_published,
    ev.TrackUnpublished: RoomState._on_track_unpublished,
    ev.TrackUpdated: RoomState._on_track_updated,
    ev.TrackMuted: RoomState._on_track_muted,
    ev.TrackSubscribed: RoomState._on_track_subscribed,
    ev.TrackUnsubscribed: RoomState._on_track_unsubscribed,
    ev.TrackSubscriptionFailed: RoomState._on_subscription_failed,
    ev.LocalTrackPublished: RoomState._on_local_published,
    ev.LocalTrackUnpublished: RoomState._on_local_unpublished,
    ev.LocalTrackSubscribed: RoomState._on_local_subscribed,
    ev.LocalTrackMuted: RoomState._on_local_muted,
}
"""Which event changes what; every event of the session is here."""
