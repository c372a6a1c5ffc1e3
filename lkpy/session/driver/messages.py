"""What the server's signal messages do in a session: one table from message to handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.protocol.numbers import name_of
from lkpy.session import events as ev
from lkpy.session.driver.own_info import OwnInfo
from lkpy.session.driver.peers import Peers
from lkpy.session.driver.publisher import Publisher
from lkpy.session.driver.subscriber import Subscriber
from lkpy.session.roster import Roster


class SignalTarget(Protocol):
    """A session, as far as messages change it."""

    roster: Roster
    own: OwnInfo
    publisher: Publisher
    subscriber: Subscriber

    def emit(self, event: ev.SessionEvent) -> None:
        """Tell the room."""

    def on_leave(self, reason: int, text: str) -> None:
        """The server sent us away."""


_Handler = Callable[[SignalTarget, Peers, Any], Awaitable[None] | None]


def _on_room_update(session: SignalTarget, _: Peers, update: rtc.RoomUpdate) -> None:
    for event in session.roster.update_room(update.room):
        session.emit(event)


def _on_room_moved(session: SignalTarget, _: Peers, moved: rtc.RoomMovedResponse) -> None:
    """The connections stay as they are; the signal client has taken the token already."""
    session.subscriber.tell(session.roster.move(moved))


def _on_speakers(session: SignalTarget, _: Peers, changed: rtc.SpeakersChanged) -> None:
    active = sorted((s for s in changed.speakers if s.active), key=lambda s: s.level)
    named = ((session.roster.identity_of(s.sid), s.level) for s in active)
    session.emit(ev.SpeakersChanged(tuple((who, level) for who, level in named if who is not None)))


def _on_quality(session: SignalTarget, _: Peers, update: rtc.ConnectionQualityUpdate) -> None:
    for entry in update.updates:
        identity = session.roster.identity_of(entry.participant_sid)
        if identity is not None:
            session.emit(ev.ConnectionQualityChanged(identity, entry.quality))


def _on_request_response(session: SignalTarget, _: Peers, response: rtc.RequestResponse) -> None:
    session.publisher.on_request_response(response)
    session.own.on_request_response(response)


def _on_leave(session: SignalTarget, _: Peers, leave: rtc.LeaveRequest) -> None:
    name = name_of(models.DisconnectReason, leave.reason)
    session.on_leave(leave.reason, f"the server ended the session: {name}")


HANDLERS: Mapping[str, _Handler] = {
    "answer": lambda session, peers, message: peers.on_answer(message),
    "offer": lambda session, peers, message: peers.on_offer(message),
    "trickle": lambda session, peers, message: peers.on_trickle(message),
    "media_sections_requirement": lambda session, peers, message: peers.on_sections_required(message),
    "update": lambda session, peers, message: session.subscriber.on_update(message),
    "room_update": _on_room_update,
    "room_moved": _on_room_moved,
    "speakers_changed": _on_speakers,
    "connection_quality": _on_quality,
    "track_published": lambda session, peers, message: session.publisher.on_track_published(message),
    "request_response": _on_request_response,
    "track_subscribed": lambda session, peers, message: session.publisher.on_track_subscribed(message),
    "track_unpublished": lambda session, peers, message: session.publisher.on_track_unpublished(message),
    "mute": lambda session, peers, message: session.publisher.on_mute(message),
    "refresh_token": lambda session, peers, message: session.emit(ev.TokenRefreshed()),
    "leave": _on_leave,
}
"""Signal messages and who takes them; the rest is of no use to this client yet and only logged."""
