"""Tracks: something to hear (or see), ours or somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from lkpy.errors import InvalidStateError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import stats_pb2 as stats

if TYPE_CHECKING:
    from lkpy.audio_source import AudioSource
    from lkpy.media.audio.taps import AudioTrackMedia

UNPUBLISHED_SID = "TR_unknown"
"""The sid of a local track that is not published."""


class Published(Protocol):
    """A publication of a local track as the session keeps it: the one owner of its sid and of being muted."""

    @property
    def sid(self) -> str:
        """The server's id, empty until it has accepted the track."""

    @property
    def muted(self) -> bool:
        """Whether silence is sent."""

    @property
    def ended(self) -> bool:
        """Taken back, by us or by the server."""

    def set_muted(self, muted: bool) -> None:
        """Send silence, or the source again, and tell the server."""


class Track:
    """What all tracks have in common.

    Tracks are not made by their constructor: local ones by `create_audio_track`, remote ones by the room.
    """

    def __init__(self, *, sid: str, name: str, kind: options.TrackKind, muted: bool) -> None:
        self._sid = sid
        self._name = name
        self._kind = kind
        self._muted = muted
        self._stream_state: options.StreamState = options.STATE_ACTIVE
        self._report: Callable[[], list[stats.RtcStats]] | None = None

    @property
    def sid(self) -> str:
        """The server's id of the publication; `"TR_unknown"` for a local track that is not published."""
        return self._sid

    @property
    def name(self) -> str:
        """The name given when the track was made."""
        return self._name

    @property
    def kind(self) -> options.TrackKind:
        """`TrackKind.KIND_AUDIO` or `TrackKind.KIND_VIDEO`."""
        return self._kind

    @property
    def stream_state(self) -> options.StreamState:
        """`StreamState.STATE_ACTIVE`; the server's pauses are not reported, as in the official SDK."""
        return self._stream_state

    @property
    def muted(self) -> bool:
        """Whether the publisher muted the track."""
        return self._muted

    async def get_stats(self) -> list[stats.RtcStats]:
        """What happened to the track and to the transport below it, one message for each object.

        Raises:
            InvalidStateError: the track is neither published nor subscribed.
        """
        if self._report is None:
            raise InvalidStateError("room failure: no transceiver found for track")
        return self._report()


class LocalAudioTrack(Track):
    """An audio track that can be published; it sends what its `AudioSource` is given."""

    def __init__(self, name: str, source: AudioSource) -> None:
        super().__init__(sid=UNPUBLISHED_SID, name=name, kind=options.KIND_AUDIO, muted=False)
        self._source = source
        self._published: Published | None = None

    @property
    def sid(self) -> str:
        """The server's id of the newest publication; `"TR_unknown"` for a track that was never published."""
        return (self._published.sid if self._published is not None else "") or UNPUBLISHED_SID

    @property
    def muted(self) -> bool:
        """Whether silence is sent, or will be when the track is published."""
        return self._muted if self._published is None else self._published.muted

    @staticmethod
    def create_audio_track(name: str, source: AudioSource) -> LocalAudioTrack:
        """Make a track of a source. One source may feed several tracks."""
        return LocalAudioTrack(name, source)

    def mute(self) -> None:
        """Send silence from now on and tell the room. Before publishing: publish muted."""
        self._set_muted(True)

    def unmute(self) -> None:
        """Send the source again and tell the room."""
        self._set_muted(False)

    def _set_muted(self, muted: bool) -> None:
        if self._published is None:
            self._muted = muted
        else:
            self._published.set_muted(muted)

    @property
    def _media(self) -> AudioTrackMedia:
        return self._source._taps

    def __repr__(self) -> str:
        return f"rtc.LocalAudioTrack(sid={self.sid}, name={self.name})"


class RemoteTrack(Track):
    """What remote tracks have in common."""

    def __init__(self, info: models.TrackInfo, kind: options.TrackKind) -> None:
        super().__init__(sid=info.sid, name=info.name, kind=kind, muted=info.muted)


class RemoteAudioTrack(RemoteTrack):
    """Somebody's audio; hear it with `AudioStream`."""

    def __init__(self, info: models.TrackInfo, media: AudioTrackMedia) -> None:
        super().__init__(info, options.KIND_AUDIO)
        self._media = media

    def __repr__(self) -> str:
        return f"rtc.RemoteAudioTrack(sid={self.sid}, name={self.name})"


class RemoteVideoTrack(RemoteTrack):
    """Somebody's video. It is negotiated and announced; its frames are not decoded."""

    def __init__(self, info: models.TrackInfo) -> None:
        super().__init__(info, options.KIND_VIDEO)

    def __repr__(self) -> str:
        return f"rtc.RemoteVideoTrack(sid={self.sid}, name={self.name})"


LocalTrack = LocalAudioTrack
"""A track that can be published."""

AudioTrack = LocalAudioTrack | RemoteAudioTrack
"""A track that an `AudioStream` can hear."""

VideoTrack = RemoteVideoTrack
"""A track of pictures."""
