"""Publications: what the room knows of a track, whether or not we receive it."""

from __future__ import annotations

import asyncio
from typing import Protocol

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import numbers
from lkpy.protocol import options_pb2 as options
from lkpy.track import LocalTrack, RemoteTrack, Track


class TrackPublication:
    """What local and remote publications have in common; the fields are the server's `TrackInfo`."""

    def __init__(self, info: models.TrackInfo) -> None:
        self._info = info

    @property
    def track(self) -> Track | None:
        """The track, while there is one."""
        return None

    @property
    def sid(self) -> str:
        """The server's id of this publication, `TR_...`."""
        return self._info.sid

    @property
    def name(self) -> str:
        """The name that the publisher gave the track."""
        return self._info.name

    @property
    def kind(self) -> options.TrackKind:
        """`TrackKind.KIND_AUDIO` or `TrackKind.KIND_VIDEO`."""
        return numbers.TRACK_KINDS.get(self._info.type, options.KIND_UNKNOWN)

    @property
    def source(self) -> options.TrackSource:
        """Where the track comes from: microphone, camera, ..."""
        return numbers.TRACK_SOURCES.get(self._info.source, options.SOURCE_UNKNOWN)

    @property
    def simulcasted(self) -> bool:
        """Whether the video is sent in several sizes."""
        return self._info.simulcast

    @property
    def width(self) -> int:
        """Pixels; 0 for audio."""
        return self._info.width

    @property
    def height(self) -> int:
        """Pixels; 0 for audio."""
        return self._info.height

    @property
    def mime_type(self) -> str:
        """The codec, for example `audio/opus`."""
        return self._info.mime_type

    @property
    def muted(self) -> bool:
        """Whether the publisher muted the track."""
        return self._info.muted

    @property
    def encryption_type(self) -> options.EncryptionType:
        """How the publisher encrypts the media end to end."""
        return self._info.encryption  # type: ignore[return-value]

    @property
    def audio_features(self) -> list[models.AudioTrackFeature]:
        """What the publisher's audio has: stereo, no DTX, noise suppression, ..."""
        return list(self._info.audio_features)

    @property
    def frame_metadata_features(self) -> list[options.FrameMetadataFeature]:
        """What the publisher sends along with its video frames: timestamps, frame ids, data of its own."""
        sent = self._info.packet_trailer_features
        return [numbers.FRAME_METADATA[n] for n in sent if n in numbers.FRAME_METADATA]


class LocalTrackPublication(TrackPublication):
    """One of our published tracks."""

    def __init__(self, info: models.TrackInfo, track: LocalTrack) -> None:
        super().__init__(info)
        self._track: LocalTrack | None = track
        self._subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def track(self) -> LocalTrack | None:
        """The track; None once it is unpublished."""
        return self._track

    async def wait_for_subscription(self) -> None:
        """Return when somebody receives this track for the first time.

        Raises:
            asyncio.CancelledError: the track was unpublished or the room closed before anybody did.
        """
        await asyncio.shield(self._subscribed)

    def _set_subscribed(self) -> None:
        if not self._subscribed.done():
            self._subscribed.set_result(None)

    def _close(self) -> None:
        self._track = None
        self._subscribed.cancel()

    def __repr__(self) -> str:
        return f"rtc.LocalTrackPublication(sid={self.sid}, name={self.name}, kind={self.kind})"


class RemoteCommands(Protocol):
    """What a remote publication asks of its room."""

    def set_subscribed(self, track_sid: str, subscribed: bool) -> None:
        """Ask for a track, or refuse it."""

    def set_video_quality(self, track_sid: str, quality: options.VideoQuality) -> None:
        """Ask for another size."""


class RemoteTrackPublication(TrackPublication):
    """Somebody's published track."""

    def __init__(self, info: models.TrackInfo, commands: RemoteCommands) -> None:
        super().__init__(info)
        self._track: RemoteTrack | None = None
        self._commands = commands

    @property
    def track(self) -> RemoteTrack | None:
        """The track while we are subscribed to it, else None."""
        return self._track

    @property
    def subscribed(self) -> bool:
        """Whether we receive the track."""
        return self._track is not None

    def set_subscribed(self, subscribed: bool) -> None:
        """Ask for the track, or refuse it.

        Refusing takes effect at once (`track_unsubscribed`); asking waits for the server
        (`track_subscribed`).
        """
        self._commands.set_subscribed(self.sid, subscribed)

    def set_video_quality(self, quality: options.VideoQuality) -> None:
        """Ask for another of the sizes that the publisher sends.

        Args:
            quality: `VideoQuality.VIDEO_QUALITY_LOW`, `_MEDIUM` or `_HIGH`.

        Raises:
            ValueError: the track is audio, or sent in one size only.
            InvalidStateError: the room is not connected.
        """
        if self.kind != options.KIND_VIDEO:
            raise ValueError(f"set_video_quality is only supported on video publications (sid={self.sid})")
        if not self.simulcasted:
            raise ValueError(f"set_video_quality requires a simulcasted publication (sid={self.sid})")
        self._commands.set_video_quality(self.sid, quality)

    def __repr__(self) -> str:
        return f"rtc.RemoteTrackPublication(sid={self.sid}, name={self.name}, kind={self.kind})"
