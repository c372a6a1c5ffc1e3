"""Which remote tracks we receive: media that arrives, matched with publications.

A subscription shows when both halves are known: the publication (from participant updates) and its media
(from a session description). They come over different ways, so either may be first; the official SDK waits
5 s for the publication and then reports a failed subscription.
"""

from __future__ import annotations

from dataclasses import dataclass

from lkpy.session import events as ev

PUBLICATION_TIMEOUT = 5.0
"""Seconds that media waits for its publication."""


@dataclass(slots=True)
class _Media:
    """Media that a description told us of."""

    receiver: object
    participant_sid: str
    deadline: float
    shown: bool = False
    awaited: bool = True
    """Its publication has never been known, and may still come."""


class Subscriptions:
    """The media of one session, by track sid."""

    def __init__(self) -> None:
        self._media: dict[str, _Media] = {}
        self._owners: dict[str, str] = {}
        self._refused: set[str] = set()

    def refuse(self, track_sid: str) -> list[ev.SessionEvent]:
        """The user does not want this track any more: it is gone at once, whatever the server still sends."""
        self._refused.add(track_sid)
        return self._hide(track_sid)

    def want(self, track_sid: str) -> list[ev.SessionEvent]:
        """The user wants this track (again); media that is still there is shown."""
        self._refused.discard(track_sid)
        return self._show(track_sid)

    def publication_added(self, track_sid: str, identity: str) -> list[ev.SessionEvent]:
        """A participant update announced a track."""
        self._owners[track_sid] = identity
        return self._show(track_sid)

    def publication_removed(self, track_sid: str) -> list[ev.SessionEvent]:
        """A participant update no longer names a track."""
        gone = self._hide(track_sid)
        self._owners.pop(track_sid, None)
        self._refused.discard(track_sid)
        return gone

    def receiver_added(
        self, track_sid: str, participant_sid: str, receiver: object, now: float
    ) -> list[ev.SessionEvent]:
        """A description negotiated media for a track."""
        gone = self._hide(track_sid)
        self._media[track_sid] = _Media(receiver, participant_sid, now + PUBLICATION_TIMEOUT)
        return gone + self._show(track_sid)

    def receiver_removed(self, track_sid: str, receiver: object) -> list[ev.SessionEvent]:
        """The section of a track was freed."""
        media = self._media.get(track_sid)
        if media is None or media.receiver is not receiver:
            return []
        gone = self._hide(track_sid)
        del self._media[track_sid]
        return gone

    def next_deadline(self) -> float | None:
        """When `handle_timeout` is due, in seconds on the clock of `now`."""
        return min(
            (media.deadline for media in self._media.values() if media.awaited),
            default=None,
        )

    def handle_timeout(self, now: float) -> list[ev.SessionEvent]:
        """Report the media whose publication never came."""
        failed: list[ev.SessionEvent] = []
        for sid, media in self._media.items():
            if media.awaited and media.deadline <= now:
                media.awaited = False
                text = f"could not find published track with sid: {sid}"
                failed.append(ev.TrackSubscriptionFailed(media.participant_sid, sid, text))
        return failed

    def _show(self, track_sid: str) -> list[ev.SessionEvent]:
        media, identity = self._media.get(track_sid), self._owners.get(track_sid)
        if media is None or identity is None:
            return []
        media.awaited = False
        if media.shown or track_sid in self._refused:
            return []
        media.shown = True
        return [ev.TrackSubscribed(identity, track_sid, media.receiver)]

    def _hide(self, track_sid: str) -> list[ev.SessionEvent]:
        media = self._media.get(track_sid)
        if media is None or not media.shown:
            return []
        media.shown = False
        return [ev.TrackUnsubscribed(self._owners[track_sid], track_sid)]
