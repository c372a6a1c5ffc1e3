"""What remote publications and tracks ask of the session: subscriptions, sizes, statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lkpy.errors import InvalidStateError
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import stats_pb2 as stats

if TYPE_CHECKING:
    from lkpy.session.driver import Session


class RemoteTracks:
    """The others' tracks of one room.

    Args:
        session: the room's session at the moment, if it has one.
    """

    def __init__(self, session: Callable[[], Session | None]) -> None:
        self._find = session

    def set_subscribed(self, track_sid: str, subscribed: bool) -> None:
        """Ask for a track, or refuse it. Raises InvalidStateError."""
        session = self._session()
        identity = session.roster.owner_of(track_sid) or ""
        session.subscriber.set_subscribed(identity, track_sid, subscribed)

    def set_video_quality(self, track_sid: str, quality: options.VideoQuality) -> None:
        """Ask for another size of a track. Raises InvalidStateError."""
        self._session().subscriber.set_video_quality(track_sid, quality)

    def statistics(self, track_sid: str) -> list[stats.RtcStats]:
        """What happened to a subscribed track. Raises InvalidStateError."""
        from lkpy._statistics.report import track_stats  # of floors that the session has loaded

        return track_stats(self._session(), track_sid)

    def _session(self) -> Session:
        session = self._find()
        if session is None:
            raise InvalidStateError("the room is not connected")
        return session
