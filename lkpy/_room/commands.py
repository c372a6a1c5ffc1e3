"""What the objects of a room ask of it: every command of the public API, carried out on the session."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lkpy.errors import PublishTrackError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import numbers
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.protocol import stats_pb2 as stats
from lkpy.session.publishing import AudioTrackRequest
from lkpy.track import LocalAudioTrack, LocalTrack
from lkpy.track_publication import LocalTrackPublication

if TYPE_CHECKING:
    from lkpy.session.driver import Session
    from lkpy.session.driver.rpc import RoomRpc
    from lkpy.session.driver.streams import RoomStreams

DEFAULT_BITRATE = 48_000
"""bit/s of an audio track when the options do not say, as in the official SDK."""


class RoomCommands:
    """The commands of one session's room.

    Args:
        session: carries them out.
        find_publication: one of our publications that the room shows, by sid.
    """

    def __init__(
        self, session: Session, find_publication: Callable[[str], LocalTrackPublication | None]
    ) -> None:
        self._session = session
        self._find_publication = find_publication

    # Local tracks ---
    async def publish(self, track: LocalTrack, options: options.TrackPublishOptions) -> LocalTrackPublication:
        """Publish a track. Raises PublishTrackError."""
        if not isinstance(track, LocalAudioTrack):
            raise PublishTrackError(f"cannot publish a {type(track).__name__}; make a LocalAudioTrack")
        known = track._published
        if known is not None and not known.ended:
            state = f"published already, as {known.sid}" if known.sid else "being published already"
            raise PublishTrackError(f"track {track.name!r} is {state}")
        if not self._session.connected:
            raise PublishTrackError("cannot publish: the room is not connected")
        request = AudioTrackRequest(
            cid=str(uuid.uuid4()),
            name=track.name,
            source=numbers.WIRE_SOURCES.get(options.source, models.UNKNOWN),
            muted=track.muted,
            stereo=track._source.num_channels > 1,
            dtx=options.dtx if options.HasField("dtx") else True,
            stream=options.stream,
        )
        bitrate = options.audio_encoding.max_bitrate or DEFAULT_BITRATE
        publisher = self._session.publisher
        published = publisher.announce_audio(request, track._source._queue, bitrate=bitrate, track=track)
        track._published = published
        await publisher.accepted(published)
        try:
            await self._session.events.flushed()
        except BaseException:
            publisher.unpublish(published)
            raise
        publication = self._find_publication(published.sid)
        if publication is None:
            raise PublishTrackError("the track was unpublished as soon as it was published")
        return publication

    async def unpublish(self, publication: LocalTrackPublication) -> None:
        """Unpublish a track; its event comes before this returns."""
        published = self._session.publisher.find(publication.sid)
        if published is not None:
            self._session.publisher.unpublish(published)
        await self._session.events.flushed()

    # Remote tracks ---
    def set_subscribed(self, track_sid: str, subscribed: bool) -> None:
        """Ask for a track, or refuse it. Raises InvalidStateError."""
        self._session.subscriber.set_subscribed(track_sid, subscribed)

    def set_video_quality(self, track_sid: str, quality: options.VideoQuality) -> None:
        """Ask for another size of a track. Raises InvalidStateError."""
        self._session.subscriber.set_video_quality(track_sid, numbers.WIRE_QUALITIES[quality])

    def statistics(self, track_sid: str) -> list[stats.RtcStats]:
        """What happened to one of our tracks, or to a subscribed one. Raises InvalidStateError."""
        from lkpy._statistics.report import track_stats  # of floors that the session has loaded

        return track_stats(self._session, track_sid)

    # Data, calls, ourselves ---
    @property
    def streams(self) -> RoomStreams:
        """The data streams of the session."""
        return self._session.streams

    @property
    def rpc(self) -> RoomRpc:
        """The calls of the session."""
        return self._session.rpc

    def expect_calls(self) -> None:
        """Others may call from now on: their calls are acknowledged over a connection that is there."""
        self._session.expect_calls()

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet. Raises PublishDataError."""
        await self._session.data.send(packet, reliable=reliable)

    async def update_own(
        self,
        *,
        name: str | None = None,
        metadata: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Change what is given. Raises RequestError or InvalidStateError."""
        await self._session.own.update(name=name, metadata=metadata, attributes=attributes)
        await self._session.events.flushed()

    def set_subscription_permission(self, permission: rtc.SubscriptionPermission) -> None:
        """Say who may subscribe to our tracks. Raises InvalidStateError."""
        self._session.own.set_permissions(permission)
