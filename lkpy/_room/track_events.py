"""What session events do to tracks and publications, and what users see of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from lkpy._room.objects import Handlers, RoomObjects, copy
from lkpy.protocol import stats_pb2 as stats
from lkpy.session import events as ev
from lkpy.track import LocalTrack, RemoteAudioTrack, RemoteTrack, RemoteVideoTrack
from lkpy.track_publication import LocalTrackPublication

if TYPE_CHECKING:
    from lkpy.session.driver.subscriber import SubscribedTrack


def _on_track_published(room: RoomObjects, event: ev.TrackPublished) -> None:
    participant = room.remote.get(event.identity)
    if participant is not None:
        room.emit("track_published", room.add_publication(participant, event.track), participant)


def _on_track_unpublished(room: RoomObjects, event: ev.TrackUnpublished) -> None:
    found = room.remote_publication(event.identity, event.track_sid)
    if found is not None:
        participant, publication = found
        del participant._track_publications[event.track_sid]
        room.emit("track_unpublished", publication, participant)


def _on_track_updated(room: RoomObjects, event: ev.TrackUpdated) -> None:
    found = room.remote_publication(event.identity, event.track.sid)
    if found is not None:
        publication = found[1]
        muted = publication.muted  # its change has an event of its own
        publication._info = copy(event.track)
        publication._info.muted = muted


def _on_track_muted(room: RoomObjects, event: ev.TrackMuted) -> None:
    found = room.remote_publication(event.identity, event.track_sid)
    if found is not None:
        participant, publication = found
        publication._info.muted = event.muted
        if publication.track is not None:
            publication.track._muted = event.muted
        room.emit("track_muted" if event.muted else "track_unmuted", participant, publication)


def _on_track_subscribed(room: RoomObjects, event: ev.TrackSubscribed) -> None:
    found = room.remote_publication(event.identity, event.track_sid)
    if found is None:
        return
    participant, publication = found
    media = cast("SubscribedTrack", event.media)
    track: RemoteTrack
    if media.pipeline is not None:
        track = RemoteAudioTrack(publication._info, media.pipeline)
    else:
        track = RemoteVideoTrack(publication._info)
    track._report = _report(room, event.track_sid)
    publication._track = track
    participant._track_subscribed(publication)
    room.emit("track_subscribed", track, publication, participant)


def _on_track_unsubscribed(room: RoomObjects, event: ev.TrackUnsubscribed) -> None:
    found = room.remote_publication(event.identity, event.track_sid)
    if found is None:
        return
    participant, publication = found
    track, publication._track = publication.track, None
    if track is None:
        return
    track._report = None
    room.emit("track_unsubscribed", track, publication, participant)


def _on_subscription_failed(room: RoomObjects, event: ev.TrackSubscriptionFailed) -> None:
    participant = next((p for p in room.remote.values() if p.sid == event.participant_sid), None)
    if participant is not None:
        room.emit("track_subscription_failed", participant, event.track_sid, event.error)


def _on_local_published(room: RoomObjects, event: ev.LocalTrackPublished) -> None:
    local, track = room.local, cast("LocalTrack", event.track)
    if local is None:
        return
    publication = LocalTrackPublication(event.info, track)
    local._track_publications[event.info.sid] = publication
    track._report = _report(room, event.info.sid)
    room.emit("local_track_published", publication, track)


def _on_local_unpublished(room: RoomObjects, event: ev.LocalTrackUnpublished) -> None:
    publication = room.local_publication(event.track_sid)
    if publication is not None and room.local is not None:
        del room.local._track_publications[event.track_sid]
        room.emit("local_track_unpublished", publication)
        publication._close()


def _on_local_subscribed(room: RoomObjects, event: ev.LocalTrackSubscribed) -> None:
    publication = room.local_publication(event.track_sid)
    if publication is not None:
        publication._set_subscribed()
        room.emit("local_track_subscribed", publication.track)


def _on_local_muted(room: RoomObjects, event: ev.LocalTrackMuted) -> None:
    publication = room.local_publication(event.track_sid)
    if publication is None or publication.muted == event.muted:
        return
    publication._info.muted = event.muted
    room.emit("track_muted" if event.muted else "track_unmuted", room.local, publication)


def _report(room: RoomObjects, track_sid: str) -> Callable[[], list[stats.RtcStats]]:
    commands = room.commands
    assert commands is not None  # tracks come with a join
    return lambda: commands.statistics(track_sid)


TRACK_EVENTS: Handlers = {
    ev.TrackPublished: _on_track_published,
    ev.TrackUnpublished: _on_track_unpublished,
    ev.TrackUpdated: _on_track_updated,
    ev.TrackMuted: _on_track_muted,
    ev.TrackSubscribed: _on_track_subscribed,
    ev.TrackUnsubscribed: _on_track_unsubscribed,
    ev.TrackSubscriptionFailed: _on_subscription_failed,
    ev.LocalTrackPublished: _on_local_published,
    ev.LocalTrackUnpublished: _on_local_unpublished,
    ev.LocalTrackSubscribed: _on_local_subscribed,
    ev.LocalTrackMuted: _on_local_muted,
}
"""What happens to tracks."""
