"""Publishing of local tracks: what `LocalParticipant` asks is carried out here, on the session."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from lkpy.errors import PublishTrackError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import numbers as wire
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.protocol import stats_pb2 as stats
from lkpy.session import events as ev
from lkpy.session.connection import State
from lkpy.session.publishing import AudioPublication
from lkpy.track import LocalAudioTrack, LocalTrack
from lkpy.track_publication import LocalTrackPublication

if TYPE_CHECKING:
    from lkpy.participant import LocalParticipant
    from lkpy.session.driver import LocalAudio, Session
    from lkpy.session.driver.rpc import RoomRpc
    from lkpy.session.driver.streams import RoomStreams

DEFAULT_BITRATE = 48_000
"""bit/s of an audio track when the options do not say, as in the official SDK."""


class LocalTracks:
    """The published tracks of one session."""

    def __init__(
        self,
        session: Session,
        emit: Callable[[ev.SessionEvent], None],
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._session = session
        self._emit = emit
        self._flush = flush
        self._media: dict[str, LocalAudio] = {}
        self._publishing: set[LocalTrack] = set()
        self.participant: LocalParticipant | None = None

    async def publish(self, track: LocalTrack, options: options.TrackPublishOptions) -> LocalTrackPublication:
        """Publish a track. Raises PublishTrackError."""
        if not isinstance(track, LocalAudioTrack):
            raise PublishTrackError(f"cannot publish a {type(track).__name__}; make a LocalAudioTrack")
        if track.sid in self._media:
            raise PublishTrackError(f"track {track.name!r} is published already, as {track.sid}")
        if track in self._publishing:
            raise PublishTrackError(f"track {track.name!r} is being published already")
        channels = min(track._source.num_channels, 2)
        publication = AudioPublication(
            cid=str(uuid.uuid4()),
            name=track.name,
            source=wire.WIRE_SOURCES.get(options.source, models.UNKNOWN),
            muted=track.muted,
            stereo=channels == 2,
            dtx=options.dtx if options.HasField("dtx") else True,
            stream=options.stream,
        )
        if self._session.state is not State.CONNECTED:
            raise PublishTrackError("cannot publish: the room is not connected")
        bitrate = options.audio_encoding.max_bitrate or DEFAULT_BITRATE
        self._publishing.add(track)
        try:
            media = await self._session.publisher.publish_audio(
                publication, track._source._queue, bitrate=bitrate
            )
        finally:
            self._publishing.discard(track)
        assert self.participant is not None
        info = models.TrackInfo()
        info.CopyFrom(media.info)
        track._sid = info.sid
        track._sending = media
        track._report = lambda: self._statistics(info.sid)
        result = LocalTrackPublication(info, track)
        self._media[info.sid] = media
        self.participant._track_publications[info.sid] = result
        if track.muted != info.muted:  # muted or unmuted while the request was under way
            media.set_muted(track.muted)
        self._emit(ev.LocalTrackPublished(info.sid))
        return result

    async def unpublish(self, publication: LocalTrackPublication) -> None:
        """Unpublish a track; its event comes before this returns."""
        self._stop(publication.sid)
        await self._flush()

    @property
    def streams(self) -> RoomStreams:
        """The streams of the session."""
        return self._session.streams

    @property
    def rpc(self) -> RoomRpc:
        """The calls of the session."""
        return self._session.rpc

    def expect_calls(self) -> None:
        """Others may call from now on: their calls are acknowledged over a connection that is there."""
        self._session.expect_calls()

    async def update_own(
        self,
        *,
        name: str | None = None,
        metadata: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Change what is given. Raises RequestError or InvalidStateError."""
        await self._session.own.update(name=name, metadata=metadata, attributes=attributes)
        await self._flush()

    def set_subscription_permission(self, permission: rtc.SubscriptionPermission) -> None:
        """Say who may subscribe to our tracks. Raises InvalidStateError."""
        self._session.own.set_permissions(permission)

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet. Raises PublishDataError."""
        await self._session.send_data(packet, reliable=reliable)

    def close(self) -> None:
        """Unpublish everything."""
        for track_sid in list(self._media):
            self._stop(track_sid)

    def _statistics(self, track_sid: str) -> list[stats.RtcStats]:
        from lkpy._statistics.report import track_stats  # of floors that the session has loaded

        return track_stats(self._session, track_sid)

    def _stop(self, track_sid: str) -> None:
        media = self._media.pop(track_sid, None)
        if media is None:
            return
        media.close()
        assert self.participant is not None
        publication = self.participant.track_publications.get(track_sid)
        if publication is not None and publication.track is not None:
            publication.track._sending = None
        self._emit(ev.LocalTrackUnpublished(track_sid))
