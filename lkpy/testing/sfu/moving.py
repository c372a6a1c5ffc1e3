"""MoveParticipant: a participant changes rooms and keeps its connections. No asyncio.

Its session goes on with a new participant sid, as LiveKit Cloud does it: published tracks keep their sids and
streams, subscriptions end and others begin. For the old room it is a departure, for the new one an arrival.
"""

from __future__ import annotations

from collections.abc import Callable

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.room import Room

MIN_PROTOCOL = 16
"""The version of signalling from which on clients understand it."""

SETTLING = 0.15
"""Seconds until tracks follow: native SDKs drop a stream that overtakes the news of whose it is."""

_Kind = models.ParticipantInfo.Kind
_UNMOVABLE = {_Kind.EGRESS: "EGRESS", _Kind.AGENT: "AGENT"}


def why_not(participant: Participant) -> str | None:
    """Why a participant cannot be moved; None if it can."""
    if participant.protocol < MIN_PROTOCOL:
        return "participant client version does not support moving"
    kind = _UNMOVABLE.get(participant.info.kind)
    return f"{kind} participants cannot be moved" if kind else None


def move(
    participant: Participant, source: Room, destination: Room, refresh_token: Callable[[Participant], str]
) -> None:
    """Take a participant out of one room and put it into the other.

    The identity must be free there; `Room.flush` of both rooms comes after.
    """
    _depart(participant, source)
    departed = [_gone(other.info) for other in source.participants.values() if not other.hidden]
    _arrive(participant, destination)
    present = [
        other.info
        for other in destination.participants.values()
        if other is not participant and not other.hidden
    ]
    # The native SDKs take these as an update: who is not said to be gone stays for them.
    participant.send(
        room_moved=rtc.RoomMovedResponse(
            room=destination.info,
            token=refresh_token(participant),
            participant=participant.info,
            other_participants=[*departed, *present],
        )
    )
    destination.announce(participant, to_self=False)


def subscribe(participant: Participant, room: Room) -> None:
    """After `SETTLING`: the others get its tracks, and it gets theirs."""
    for track in participant.publisher.published:
        room.distribution.offer_to_all(track)
    room.distribution.subscribe_all(participant)
    room.flush()


def _depart(participant: Participant, room: Room) -> None:
    for subscription in list(participant.subscriptions.live.values()):
        room.distribution.unsubscribe(participant, subscription.track)
    for track in participant.publisher.published:
        room.close_track(track)
    del room.participants[participant.identity]
    room.monitor.remove(participant.sid)
    room.calls.left(participant.identity)
    room.count()
    farewell = rtc.ParticipantUpdate(participants=[_gone(participant.info)])
    if not participant.hidden:
        for other in room.participants.values():
            other.send(update=farewell)
    participant.desired.clear()
    participant.postponed.clear()
    participant.track_settings.clear()


def _arrive(participant: Participant, room: Room) -> None:
    participant.info.sid = room.identifiers.participant()
    participant.grants.room = room.name
    participant.observer = room
    participant.changed()
    for track in (*participant.publisher.published, *participant.publisher.pending.values()):
        track.owner_sid = participant.sid
        track.subscribed_told = False
    for track in participant.publisher.published:
        room.tracks[track.info.sid] = track
    room.participants[participant.identity] = participant
    room.visited = True
    room.count()


def _gone(info: models.ParticipantInfo) -> models.ParticipantInfo:
    """The snapshot by which others hear of a departure."""
    gone = models.ParticipantInfo()
    gone.CopyFrom(info)
    del gone.tracks[:]
    gone.state = models.ParticipantInfo.State.DISCONNECTED
    gone.version += 1
    return gone
