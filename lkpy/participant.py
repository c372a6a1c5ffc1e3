"""Participants: who is in the room, and what the local one can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, cast

from lkpy import wire
from lkpy.connection_quality import ConnectionQuality
from lkpy.data.packets import user_packet
from lkpy.errors import UnpublishTrackError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.track import LocalTrack, RemoteAudioTrack
from lkpy.track_publication import (
    LocalTrackPublication,
    RemoteTrackPublication,
    TrackPublication,
)


class Participant:
    """What local and remote participants have in common; the fields are the server's `ParticipantInfo`."""

    def __init__(self, info: models.ParticipantInfo) -> None:
        self._info = info
        self._track_publications: dict[str, TrackPublication] = {}
        self._disconnect_reason: options.DisconnectReason | None = None
        self._connection_quality = ConnectionQuality.QUALITY_UNKNOWN

    @property
    def sid(self) -> str:
        """The server's id of this participant's session, `PA_...`."""
        return self._info.sid

    @property
    def identity(self) -> str:
        """The application's name for the participant, unique in the room."""
        return self._info.identity

    @property
    def name(self) -> str:
        """The display name."""
        return self._info.name

    @property
    def metadata(self) -> str:
        """The application's text for the participant."""
        return self._info.metadata

    @property
    def attributes(self) -> dict[str, str]:
        """The application's key-value pairs for the participant (a copy)."""
        return dict(self._info.attributes)

    @property
    def kind(self) -> options.ParticipantKind:
        """Whether this is a person, an agent, a recorder, ..."""
        return wire.PARTICIPANT_KINDS.get(self._info.kind, options.PARTICIPANT_KIND_STANDARD)

    @property
    def connection_quality(self) -> ConnectionQuality:
        """The last quality that the server told, `QUALITY_UNKNOWN` before the first."""
        return self._connection_quality

    @property
    def disconnect_reason(self) -> options.DisconnectReason | None:
        """Why the participant left; None while it is there or when nobody said why."""
        return self._disconnect_reason

    @property
    def track_publications(self) -> Mapping[str, TrackPublication]:
        """The participant's publications by track sid (live)."""
        return self._track_publications


class LocalCommands(Protocol):
    """What the local participant asks of its room."""

    async def publish(self, track: LocalTrack, options: options.TrackPublishOptions) -> LocalTrackPublication:
        """Publish a track."""

    async def unpublish(self, publication: LocalTrackPublication) -> None:
        """Unpublish a track."""

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet."""


class LocalParticipant(Participant):
    """Ourselves."""

    def __init__(self, info: models.ParticipantInfo, commands: LocalCommands) -> None:
        super().__init__(info)
        self._commands = commands

    @property
    def track_publications(self) -> Mapping[str, LocalTrackPublication]:
        """Our publications by track sid (live)."""
        return cast("Mapping[str, LocalTrackPublication]", self._track_publications)

    async def publish_track(
        self,
        track: LocalTrack,
        options: options.TrackPublishOptions = options.TrackPublishOptions(),  # noqa: B008
    ) -> LocalTrackPublication:
        """Publish a track; returns when the server has accepted it.

        Of the options, audio uses `source`, `dtx` (on unless set), `stream` and `audio_encoding.max_bitrate`
        (bit/s).

        Raises:
            PublishTrackError: refused by the server (at once, with its reason), not connected, or no answer
                within 10 s.
        """
        return await self._commands.publish(track, options)

    async def unpublish_track(self, track_sid: str) -> None:
        """Stop sending a track and take it out of the room.

        Raises:
            UnpublishTrackError: no track with that sid is published.
        """
        publication = self.track_publications.get(track_sid)
        if publication is None:
            raise UnpublishTrackError(f"no local track is published with the sid {track_sid!r}")
        await self._commands.unpublish(publication)

    async def publish_data(
        self,
        payload: bytes | str,
        *,
        reliable: bool = True,
        destination_identities: list[str] = [],  # noqa: B006 - the official signature
        topic: str = "",
    ) -> None:
        """Send a message to the others in the room.

        Args:
            payload: bytes, or text that is sent as UTF-8. With its envelope at most 64 000 bytes.
            reliable: ordered and repeated until it arrives, or sent once and perhaps lost.
            destination_identities: who gets it; everybody else in the room when empty.
            topic: a name that receivers can filter by.

        Raises:
            PublishDataError: too large, or the room is not connected.
        """
        packet = user_packet(
            payload, reliable=reliable, topic=topic, destination_identities=destination_identities
        )
        await self._commands.send_data(packet, reliable=reliable)

    def __repr__(self) -> str:
        return f"rtc.LocalParticipant(sid={self.sid}, identity={self.identity}, name={self.name})"


class RemoteParticipant(Participant):
    """Somebody else in the room."""

    def __init__(self, info: models.ParticipantInfo) -> None:
        super().__init__(info)
        self._watchers: list[_TrackWatcher] = []

    @property
    def track_publications(self) -> Mapping[str, RemoteTrackPublication]:
        """The participant's publications by track sid (live)."""
        return cast("Mapping[str, RemoteTrackPublication]", self._track_publications)

    def _watch_track(
        self, source: options.TrackSource, callback: Callable[[RemoteAudioTrack | None], None]
    ) -> Callable[[], None]:
        """Tell `callback` the subscribed audio track of a source, now and whenever it comes.

        `callback(None)` says that the participant is gone. Returns a function that ends the watching.
        """
        watcher = _TrackWatcher(source, callback)
        self._watchers.append(watcher)
        for publication in self.track_publications.values():
            self._track_subscribed(publication, [watcher])
        if self._gone:
            callback(None)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    _gone = False

    def _track_subscribed(
        self, publication: RemoteTrackPublication, watchers: list[_TrackWatcher] | None = None
    ) -> None:
        track = publication.track
        if not isinstance(track, RemoteAudioTrack):
            return
        for watcher in list(self._watchers if watchers is None else watchers):
            if watcher.source == publication.source:
                watcher.callback(track)

    def _close(self) -> None:
        self._gone = True
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            watcher.callback(None)

    def __repr__(self) -> str:
        return f"rtc.RemoteParticipant(sid={self.sid}, identity={self.identity}, name={self.name})"


class _TrackWatcher:
    """One `AudioStream.from_participant` that waits for tracks of a source."""

    def __init__(
        self, source: options.TrackSource, callback: Callable[[RemoteAudioTrack | None], None]
    ) -> None:
        self.source = source
        self.callback = callback
