"""Session events applied to the objects of a room.

`apply` changes the objects first and then emits the event that users see, with the arguments and in the order
that the official SDK was measured to use.
"""

from __future__ import annotations

from typing import Literal

from lkpy._room.objects import Handlers, RoomObjects
from lkpy._room.participant_events import PARTICIPANT_EVENTS
from lkpy._room.track_events import TRACK_EVENTS
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import numbers
from lkpy.protocol import options_pb2 as options
from lkpy.session import events as ev

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
    "moved",
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


def apply(room: RoomObjects, event: ev.SessionEvent) -> None:
    """Change the objects, then emit."""
    handler = _HANDLERS.get(type(event))
    if handler is not None:
        handler(room, event)


def _on_connected(room: RoomObjects, _: ev.Connected) -> None:
    room.connection = options.CONN_CONNECTED
    room.emit("connection_state_changed", room.connection)


def _on_disconnected(room: RoomObjects, event: ev.Disconnected) -> None:
    room.connection = options.CONN_DISCONNECTED
    room.close()
    room.emit("connection_state_changed", room.connection)
    room.emit("disconnected", numbers.disconnect_reason(event.reason))


def _on_token_refreshed(room: RoomObjects, _: ev.TokenRefreshed) -> None:
    room.emit("token_refreshed")


def _on_room_updated(room: RoomObjects, event: ev.RoomUpdated) -> None:
    old = models.Room()
    old.CopyFrom(room.info)
    room.info.CopyFrom(event.room)
    if room.info.sid:
        waiters, room.sid_waiters = room.sid_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(room.info.sid)
    if old.metadata != room.info.metadata:
        room.emit("room_metadata_changed", old.metadata, room.info.metadata)
    if any(getattr(old, name) != getattr(room.info, name) for name in _ROOM_FIELDS):
        room.emit("room_updated")


def _on_moved(room: RoomObjects, _: ev.Moved) -> None:
    room.emit("moved")


_HANDLERS: Handlers = {
    ev.Connected: _on_connected,
    ev.Disconnected: _on_disconnected,
    ev.TokenRefreshed: _on_token_refreshed,
    ev.RoomUpdated: _on_room_updated,
    ev.Moved: _on_moved,
    **PARTICIPANT_EVENTS,
    **TRACK_EVENTS,
}
"""Which event changes what; every event of the session is here."""
