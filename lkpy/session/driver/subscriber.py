"""The others' tracks of a session: streams of the transport matched with what the roster announces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from lkpy._loop.clock import monotonic
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.driver.media import RemoteMedia
from lkpy.session.roster import Roster
from lkpy.session.subscriptions import Subscriptions
from lkpy.transport.rtp.receiver import RtpReceiver


class Subscriber:
    """The tracks that one session receives.

    Args:
        roster: who is in the room.
        send: sends a signal request.
        emit: takes the events.
    """

    def __init__(
        self, roster: Roster, send: Callable[..., bool], emit: Callable[[ev.SessionEvent], None]
    ) -> None:
        self._roster = roster
        self._send = send
        self._emit = emit
        self._subscriptions = Subscriptions()
        self._media: dict[RtpReceiver, RemoteMedia] = {}
        self._timer: asyncio.TimerHandle | None = None
        for info in roster.initial:
            for track in info.tracks:
                self._subscriptions.publication_added(track.sid, info.identity)

    @property
    def media(self) -> Mapping[RtpReceiver, RemoteMedia]:
        """What is received, by the stream it comes on."""
        return self._media

    def set_subscribed(self, identity: str, track_sid: str, subscribed: bool) -> None:
        """Ask for a track, or refuse it: then it is gone for us at once."""
        participant = self._roster.remote.get(identity)
        tracks = []
        if participant is not None:
            tracks.append(models.ParticipantTracks(participant_sid=participant.sid, track_sids=[track_sid]))
        self._send(
            subscription=rtc.UpdateSubscription(
                track_sids=[track_sid], subscribe=subscribed, participant_tracks=tracks
            )
        )
        change = self._subscriptions.want if subscribed else self._subscriptions.refuse
        self._emit_all(change(track_sid))

    def set_video_quality(self, track_sid: str, quality: int) -> None:
        """Ask for another size of a simulcast track; numbers as in `VideoQuality`."""
        self._send(
            track_setting=rtc.UpdateTrackSettings(track_sids=[track_sid], quality=quality)  # type: ignore[arg-type]
        )

    def on_update(self, update: rtc.ParticipantUpdate) -> None:
        """Participants changed."""
        self.apply(self._roster.update(update.participants))

    def apply(self, events: Iterable[ev.SessionEvent]) -> None:
        """Tell what the roster found; a track's subscription ends before the track, and begins after it."""
        for event in events:
            match event:
                case ev.TrackPublished(identity, track):
                    self._emit(event)
                    self._emit_all(self._subscriptions.publication_added(track.sid, identity))
                case ev.TrackUnpublished(_, track_sid):
                    self._emit_all(self._subscriptions.publication_removed(track_sid))
                    self._emit(event)
                case _:
                    self._emit(event)

    def on_stream_added(self, stream: RtpReceiver) -> None:
        """A description negotiated media."""
        media = self._media[stream] = RemoteMedia(stream)
        participant_sid = stream.stream_id.partition("|")[0]
        self._emit_all(
            self._subscriptions.stream_added(stream.track_sid, participant_sid, media, monotonic())
        )
        self._arm()

    def on_stream_removed(self, stream: RtpReceiver) -> None:
        """A section was freed."""
        media = self._media.pop(stream, None)
        if media is not None:
            self._emit_all(self._subscriptions.stream_removed(stream.track_sid, media))
            media.close()

    def reception(self) -> tuple[int, int]:
        """(received, lost) RTP packets of all streams that are received now."""
        statistics = [receiver.statistics for receiver in self._media]
        return sum(s.packets_received for s in statistics), sum(s.packets_lost for s in statistics)

    def close(self) -> None:
        """The session is over: whoever listens comes to the end."""
        if self._timer is not None:
            self._timer.cancel()
        for media in self._media.values():
            media.close()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._subscriptions.next_deadline()
        if deadline is not None:
            delay = max(0.0, deadline - monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay, self._on_timer)

    def _on_timer(self) -> None:
        self._emit_all(self._subscriptions.handle_timeout(monotonic()))
        self._arm()

    def _emit_all(self, events: Iterable[ev.SessionEvent]) -> None:
        for event in events:
            self._emit(event)
