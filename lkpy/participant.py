"""Participants: who is in the room, and what the local one can do."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, cast

from lkpy._participant.rpc import LocalRpc
from lkpy._participant.streams import LocalStreams
from lkpy.data.packets import user_packet
from lkpy.errors import UnpublishTrackError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import numbers as wire
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.protocol.connection_quality import ConnectionQuality
from lkpy.track import LocalTrack, RemoteAudioTrack
from lkpy.track_publication import (
    LocalTrackPublication,
    RemoteTrackPublication,
    TrackPublication,
)
from lkpy.transcription import Transcription

if TYPE_CHECKING:
    from lkpy.session.driver.rpc import RoomRpc
    from lkpy.session.driver.streams import RoomStreams


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
    def kind_details(self) -> list[options.ParticipantKindDetail]:
        """More about the kind: forwarded from another room, a connector to some service, ..."""
        return [wire.KIND_DETAILS[n] for n in self._info.kind_details if n in wire.KIND_DETAILS]

    @property
    def state(self) -> options.ParticipantState:
        """Joining, joined, active or disconnected."""
        return self._info.state  # type: ignore[return-value]

    @property
    def joined_at(self) -> datetime.datetime | None:
        """When the participant joined (aware, UTC); None when the server did not say."""
        milliseconds = self._info.joined_at_ms or self._info.joined_at * 1000
        if not milliseconds:
            return None
        return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)

    @property
    def permissions(self) -> models.ParticipantPermission:
        """What the participant may do."""
        return self._info.permission

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

    @property
    def streams(self) -> RoomStreams:
        """The streams of the session."""

    @property
    def rpc(self) -> RoomRpc:
        """The calls of the session."""

    def expect_calls(self) -> None:
        """Others may call from now on."""

    async def update_own(
        self,
        *,
        name: str | None = None,
        metadata: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Change what is given."""

    def set_subscription_permission(self, permission: rtc.SubscriptionPermission) -> None:
        """Say who may subscribe to our tracks."""

    async def publish(self, track: LocalTrack, options: options.TrackPublishOptions) -> LocalTrackPublication:
        """Publish a track."""

    async def unpublish(self, publication: LocalTrackPublication) -> None:
        """Unpublish a track."""

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet."""


class LocalParticipant(LocalStreams, LocalRpc, Participant):
    """Ourselves."""

    _commands: LocalCommands

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

    async def publish_dtmf(self, *, code: int, digit: str) -> None:
        """Press a key of a telephone.

        Args:
            code: number of the key (RFC 4733 section 3.2).
            digit: what is written on it.

        Raises:
            PublishDataError: the room is not connected.
        """
        dtmf = models.SipDTMF(code=code, digit=digit)
        await self._commands.send_data(models.DataPacket(sip_dtmf=dtmf), reliable=True)

    async def publish_transcription(self, transcription: Transcription) -> None:
        """Send what somebody said; the server forwards it only from agents.

        Raises:
            PublishDataError: the room is not connected.
        """
        segments = [
            models.TranscriptionSegment(
                id=segment.id,
                text=segment.text,
                start_time=segment.start_time,
                end_time=segment.end_time,
                final=segment.final,
                language=segment.language,
            )
            for segment in transcription.segments
        ]
        packet = models.DataPacket(
            transcription=models.Transcription(
                transcribed_participant_identity=transcription.participant_identity,
                track_id=transcription.track_sid,
                segments=segments,
            )
        )
        await self._commands.send_data(packet, reliable=True)

    async def set_metadata(self, metadata: str) -> None:
        """Change our metadata; returns when the server has told everybody.

        Raises:
            RequestError: refused, or no answer in 5 s. (The official SDK swallows this.)
            InvalidStateError: the room is not connected.
        """
        await self._commands.update_own(metadata=metadata)

    async def set_name(self, name: str) -> None:
        """Change our display name; as `set_metadata`."""
        await self._commands.update_own(name=name)

    async def set_attributes(self, attributes: dict[str, str]) -> None:
        """Merge into our attributes; an empty value deletes its key. As `set_metadata`."""
        await self._commands.update_own(attributes=attributes)

    def set_track_subscription_permissions(
        self,
        *,
        allow_all_participants: bool,
        participant_permissions: list[options.ParticipantTrackPermission] | None = None,
    ) -> None:
        """Say who may subscribe to our tracks; replaces what was said before.

        Args:
            allow_all_participants: everybody may, to everything.
            participant_permissions: else these may, to the tracks named.

        Raises:
            InvalidStateError: the room is not connected.
        """
        permissions = [
            rtc.TrackPermission(
                participant_identity=permission.participant_identity,
                all_tracks=permission.allow_all,
                track_sids=permission.allowed_track_sids,
            )
            for permission in participant_permissions or ()
        ]
        self._commands.set_subscription_permission(
            rtc.SubscriptionPermission(all_participants=allow_all_participants, track_permissions=permissions)
        )

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
