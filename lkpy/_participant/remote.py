"""Somebody else in the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from lkpy._participant.base import Participant
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.track import RemoteAudioTrack
from lkpy.track_publication import RemoteTrackPublication


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
