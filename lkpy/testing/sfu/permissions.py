"""What the server does to a participant from outside: new details, new permissions, muted tracks. No asyncio.

A permission that is taken away ends what it allowed; one that is given back brings subscriptions back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.room import Room
from lkpy.testing.sfu.upstream import PublishedTrack


def update_details(
    info: models.ParticipantInfo, *, metadata: str, name: str, attributes: Mapping[str, str]
) -> None:
    """Change metadata, name and attributes. Empty text leaves as it is; an empty attribute is deleted."""
    info.metadata = metadata or info.metadata
    info.name = name or info.name
    for key, value in attributes.items():
        if value:
            info.attributes[key] = value
        else:
            info.attributes.pop(key, None)


def update_permission(
    room: Room,
    participant: Participant,
    permission: models.ParticipantPermission,
    send_refresh_token: Callable[[Participant], None],
) -> None:
    """Give a participant other permissions: snapshot and token first, then what follows from them."""
    participant.info.permission.CopyFrom(permission)
    participant.info.is_publisher = permission.can_publish and participant.publisher_peer.connected
    participant.changed()
    room.count()
    room.announce(participant)
    send_refresh_token(participant)
    _close_forbidden(room, participant)
    if not permission.can_subscribe:
        for subscription in list(participant.subscriptions.live.values()):
            room.distribution.unsubscribe(participant, subscription.track)
    else:
        room.distribution.subscribe_all(participant)
    room.flush()


def mute(room: Room, owner: Participant, track: PublishedTrack, muted: bool) -> None:
    """Mute a track in the server's name: its owner is asked to, everybody is told."""
    if track.info.muted == muted:
        return
    track.info.muted = muted
    owner.send(mute=rtc.MuteTrackRequest(sid=track.info.sid, muted=muted))
    room.track_changed(owner, track)


def _close_forbidden(room: Room, participant: Participant) -> None:
    publisher = participant.publisher
    for cid, track in list(publisher.pending.items()):
        if not participant.may_publish(track.info.source):
            del publisher.pending[cid]
            _tell_unpublished(participant, track)
    for track in publisher.published:
        if not participant.may_publish(track.info.source):
            participant.upstream.unbind(track)
            _tell_unpublished(participant, track)
            room.unpublish(participant, track)


def _tell_unpublished(participant: Participant, track: PublishedTrack) -> None:
    """Clients before protocol 7 do not know the message; they are muted instead."""
    if participant.protocol >= 7:
        participant.send(track_unpublished=rtc.TrackUnpublishedResponse(track_sid=track.info.sid))
    else:
        participant.send(mute=rtc.MuteTrackRequest(sid=track.info.sid, muted=True))
