"""The objects of one room: its participants, their publications and tracks, and how to find them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from lkpy._room.commands import RoomCommands
from lkpy.participant import LocalParticipant, Participant, RemoteParticipant
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.session import events as ev
from lkpy.track_publication import LocalTrackPublication, RemoteTrackPublication, TrackPublication


class RoomObjects:
    """The objects of one connected room.

    Args:
        emit: calls the user's handlers; never raises.

    Attributes:
        info: the room's description.
        connection: whether the room is connected.
        local, remote: ourselves, None before the first join, and the others by identity.
        commands: what the objects ask of the session; that of the last join.
    """

    def __init__(self, emit: Callable[..., None]) -> None:
        self.info = models.Room()
        self.connection: options.ConnectionState = options.CONN_DISCONNECTED
        self.local: LocalParticipant | None = None
        self.remote: dict[str, RemoteParticipant] = {}
        self.emit = emit
        self.commands: RoomCommands | None = None
        self.sid_waiters: list[asyncio.Future[str]] = []

    def joined(
        self,
        room: models.Room,
        local: models.ParticipantInfo,
        remote: Iterable[models.ParticipantInfo],
        commands: RoomCommands,
    ) -> None:
        """Fill in what the join response said, without events."""
        self.info.CopyFrom(room)
        self.connection = options.CONN_CONNECTED
        self.commands = commands
        self.local = LocalParticipant(copy(local), commands)
        self.remote.clear()
        for info in remote:
            self.add_participant(copy(info))

    def sid(self) -> asyncio.Future[str]:
        """The room's sid, now or when the server tells it."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        if self.info.sid:
            future.set_result(self.info.sid)
        elif self.connection == options.CONN_DISCONNECTED:
            future.set_exception(RuntimeError("cannot get sid of a disconnected room"))
        else:
            self.sid_waiters.append(future)
        return future

    def close(self) -> None:
        """The session is over: every stream ends, everybody who waits gets an answer."""
        for participant in self.remote.values():
            for publication in participant.track_publications.values():
                publication._track = None
            participant._close()
        waiters, self.sid_waiters = self.sid_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(RuntimeError("room disconnected before receiving sid"))

    def _commands(self) -> RoomCommands:
        assert self.commands is not None  # participants and tracks come with a join
        return self.commands

    # Looking up ---
    def participant(self, identity: str) -> Participant | None:
        """The participant with an identity, ourselves included."""
        if self.local is not None and identity == self.local.identity:
            return self.local
        return self.remote.get(identity)

    def publication(self, identity: str, track_sid: str) -> tuple[Participant, TrackPublication] | None:
        """A publication and whose it is, or None."""
        participant = self.participant(identity)
        publication = participant and participant.track_publications.get(track_sid)
        return (participant, publication) if participant and publication else None

    def remote_publication(
        self, identity: str, track_sid: str
    ) -> tuple[RemoteParticipant, RemoteTrackPublication] | None:
        """Somebody else's publication and whose it is, or None."""
        found = self.publication(identity, track_sid)
        if found is None or not isinstance(found[1], RemoteTrackPublication):
            return None
        return cast("tuple[RemoteParticipant, RemoteTrackPublication]", found)

    def local_publication(self, track_sid: str) -> LocalTrackPublication | None:
        """One of our publications, or None."""
        return self.local.track_publications.get(track_sid) if self.local else None

    def add_participant(self, info: models.ParticipantInfo) -> RemoteParticipant:
        """Somebody is here, with tracks."""
        participant = self.remote[info.identity] = RemoteParticipant(info)
        for track in info.tracks:
            self.add_publication(participant, track)
        return participant

    def add_publication(
        self, participant: RemoteParticipant, track: models.TrackInfo
    ) -> RemoteTrackPublication:
        """Somebody publishes a track."""
        publication = RemoteTrackPublication(copy(track), self._commands())
        participant._track_publications[track.sid] = publication
        return publication


_Message = TypeVar("_Message", models.ParticipantInfo, models.TrackInfo)


def copy(message: _Message) -> _Message:
    """The session's snapshots are its own; what users see is changed event by event."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


Handlers = Mapping[type[ev.SessionEvent], Callable[[RoomObjects, Any], None]]
"""Which event changes what."""
