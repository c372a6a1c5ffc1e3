"""Who is in the room: snapshots in, events out.

The server sends whole `ParticipantInfo` snapshots, never differences. The roster
keeps the last one of each participant and tells what changed, in the order that the official SDK was
measured to use: name, metadata, attributes, permissions, tracks; a participant that becomes active is told
last, or right after its arrival when it arrives active. A known identity with a new sid is one participant
gone and another one come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev

_ACTIVE = models.ParticipantInfo.ACTIVE
_GONE = models.ParticipantInfo.DISCONNECTED


class Roster:
    """The participants of one session; nobody, and an unnamed room, before the join.

    Attributes:
        local: our own last snapshot.
        remote: the others' last snapshots by identity, in order of arrival.
        initial: the others as the join response named them.
        room: the last description of the room.
    """

    def __init__(self) -> None:
        self.room = models.Room()
        self.local = models.ParticipantInfo()
        self.initial: tuple[models.ParticipantInfo, ...] = ()
        self.remote: dict[str, models.ParticipantInfo] = {}

    def joined(self, join: rtc.JoinResponse) -> None:
        """The server let us in, and says who is there."""
        self.room.CopyFrom(join.room)
        self.local.CopyFrom(join.participant)
        self.initial = tuple(info for info in join.other_participants if info.state != _GONE)
        self.remote = {info.identity: info for info in self.initial}

    def identity_of(self, sid: str) -> str | None:
        """The identity behind a participant sid, or None."""
        if sid == self.local.sid:
            return self.local.identity
        return next((p.identity for p in self.remote.values() if p.sid == sid), None)

    def owner_of(self, track_sid: str) -> str | None:
        """The identity of the remote participant that publishes a track, or None."""
        for info in self.remote.values():
            if any(track.sid == track_sid for track in info.tracks):
                return info.identity
        return None

    def update(self, infos: Iterable[models.ParticipantInfo]) -> list[ev.SessionEvent]:
        """Apply one `ParticipantUpdate`; return what changed, in order."""
        return [event for info in infos for event in self._apply(info)]

    def update_room(self, room: models.Room) -> list[ev.SessionEvent]:
        """Apply one `RoomUpdate`."""
        self.room.CopyFrom(room)
        return [ev.RoomUpdated(room)]

    def move(self, moved: rtc.RoomMovedResponse) -> list[ev.SessionEvent]:
        """We are in another room now: another token, another self, everybody else leaves and others come.

        The room's description follows, and the move itself is told last.
        """
        events: list[ev.SessionEvent] = [ev.TokenRefreshed()] if moved.token else []
        if moved.HasField("participant"):
            events += self._replace_local(moved.participant)
        for known in list(self.remote.values()):
            events += self._leave(known, models.UNKNOWN_REASON)
        events += self.update(moved.other_participants)
        if moved.HasField("room"):
            events += self.update_room(moved.room)
        return [*events, ev.Moved()]

    def _apply(self, info: models.ParticipantInfo) -> Iterator[ev.SessionEvent]:
        if info.sid == self.local.sid or info.identity == self.local.identity:
            yield from self._apply_local(info)
            return
        known = self._find(info)
        if known is not None and known.sid != info.sid:
            # Identity-based reconnection (protocol >= 12): nobody tells us that the old session ended.
            if info.state == _GONE:
                return
            yield from self._leave(known, models.UNKNOWN_REASON)
            known = None
        if info.state == _GONE:
            if known is not None:
                yield from self._leave(known, info.disconnect_reason)
            return
        if known is None:
            yield from self._arrive(info)
        elif known.version <= info.version:
            yield from self._change(known, info)

    def _find(self, info: models.ParticipantInfo) -> models.ParticipantInfo | None:
        if info.identity:
            return self.remote.get(info.identity)
        return next((p for p in self.remote.values() if p.sid == info.sid), None)

    def _apply_local(self, info: models.ParticipantInfo) -> Iterator[ev.SessionEvent]:
        if info.sid != self.local.sid or info.version < self.local.version or info.state == _GONE:
            return
        yield from self._replace_local(info)

    def _replace_local(self, info: models.ParticipantInfo) -> Iterator[ev.SessionEvent]:
        old, self.local = self.local, info
        yield ev.ParticipantUpdated(info)
        yield from _differences(old, info)

    def _arrive(self, info: models.ParticipantInfo) -> Iterator[ev.SessionEvent]:
        self.remote[info.identity] = info
        yield ev.ParticipantConnected(info)
        if info.state == _ACTIVE:
            yield ev.ParticipantActive(info.identity)
        for track in info.tracks:
            yield ev.TrackPublished(info.identity, track)

    def _leave(self, info: models.ParticipantInfo, reason: int) -> Iterator[ev.SessionEvent]:
        for track in info.tracks:
            yield ev.TrackUnpublished(info.identity, track.sid)
        del self.remote[info.identity]
        yield ev.ParticipantDisconnected(info.identity, reason)

    def _change(self, old: models.ParticipantInfo, new: models.ParticipantInfo) -> Iterator[ev.SessionEvent]:
        if not new.identity:
            new.identity = old.identity
        self.remote[new.identity] = new
        yield ev.ParticipantUpdated(new)
        yield from _differences(old, new)
        yield from _track_differences(old, new)
        if new.state == _ACTIVE and old.state != _ACTIVE:
            yield ev.ParticipantActive(new.identity)


def _differences(old: models.ParticipantInfo, new: models.ParticipantInfo) -> Iterator[ev.SessionEvent]:
    identity = new.identity or old.identity
    if old.name != new.name:
        yield ev.NameChanged(identity, old.name, new.name)
    if old.metadata != new.metadata:
        yield ev.MetadataChanged(identity, old.metadata, new.metadata)
    before, after = dict(old.attributes), dict(new.attributes)
    if before != after:
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        changed.update({key: "" for key in before if key not in after})
        yield ev.AttributesChanged(identity, changed)
    if old.permission != new.permission:
        yield ev.PermissionsChanged(identity, new.permission)


def _track_differences(old: models.ParticipantInfo, new: models.ParticipantInfo) -> Iterator[ev.SessionEvent]:
    before = {track.sid: track for track in old.tracks}
    after = {track.sid: track for track in new.tracks}
    for sid in before.keys() - after.keys():
        yield ev.TrackUnpublished(new.identity, sid)
    for sid, track in after.items():
        known = before.get(sid)
        if known is None:
            yield ev.TrackPublished(new.identity, track)
        elif known != track:
            yield ev.TrackUpdated(new.identity, track)
            if known.muted != track.muted:
                yield ev.TrackMuted(new.identity, sid, track.muted)
