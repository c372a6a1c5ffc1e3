"""The others' tracks of a session: streams of the transport matched with what the roster announces.

The one owner of what is received: a track's pipeline is made when it shows and closed when it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from lkpy._loop.alarm import Alarm
from lkpy._runtime.runtime import Runtime
from lkpy.media.audio.receive import AudioReceivePipeline
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.driver.link import Link
from lkpy.session.roster import Roster
from lkpy.session.subscriptions import Subscriptions
from lkpy.transport.rtp.receiver import RtpReceiver


class SubscribedTrack:
    """The receiving side of one subscribed track.

    Attributes:
        receiver: its RTP stream.
        kind: `audio` or `video`.
        pipeline: decodes audio while somebody listens; None for video, which is not decoded.
    """

    def __init__(self, receiver: RtpReceiver, runtime: Runtime) -> None:
        self.receiver = receiver
        self.kind: Literal["audio", "video"] = "audio" if receiver.kind == "audio" else "video"
        self.pipeline: AudioReceivePipeline | None = None
        if self.kind == "audio":
            self.pipeline = AudioReceivePipeline(runtime=runtime)
            receiver.sink = self.pipeline.receive

    def close(self) -> None:
        """Everybody who listens comes to the end. Idempotent."""
        self.receiver.sink = None
        if self.pipeline is not None:
            self.pipeline.close()


class Subscriber:
    """The tracks that one session receives.

    Args:
        roster: who is in the room.
        link: the way to the server.
        emit: takes the events.
    """

    def __init__(
        self, roster: Roster, link: Link, emit: Callable[[ev.SessionEvent], None], runtime: Runtime
    ) -> None:
        self._roster = roster
        self._link = link
        self._emit = emit
        self._runtime = runtime
        self._clock = runtime.clock
        self._alarm = Alarm(runtime.clock, self._on_alarm)
        self._subscriptions = Subscriptions()
        self._shown: dict[str, SubscribedTrack] = {}
        self._closed = False

    def joined(self) -> None:
        """The roster knows who is there."""
        for info in self._roster.initial:
            for track in info.tracks:
                self._apply(self._subscriptions.publication_added(track.sid, info.identity))

    def __iter__(self) -> Iterator[SubscribedTrack]:
        """The tracks that are received now."""
        return iter(self._shown.values())

    def set_subscribed(self, track_sid: str, subscribed: bool) -> None:
        """Ask for a track, or refuse it: then it is gone for us at once.

        Raises:
            InvalidStateError: the room is not connected.
        """
        participant = self._roster.remote.get(self._roster.owner_of(track_sid) or "")
        tracks = []
        if participant is not None:
            tracks.append(models.ParticipantTracks(participant_sid=participant.sid, track_sids=[track_sid]))
        update = rtc.UpdateSubscription(
            track_sids=[track_sid], subscribe=subscribed, participant_tracks=tracks
        )
        self._link.send(rtc.SignalRequest(subscription=update))
        change = self._subscriptions.want if subscribed else self._subscriptions.refuse
        self._apply(change(track_sid))

    def set_video_quality(self, track_sid: str, quality: models.VideoQuality) -> None:
        """Ask for another size of a simulcast track.

        Raises:
            InvalidStateError: the room is not connected.
        """
        settings = rtc.UpdateTrackSettings(track_sids=[track_sid], quality=quality)
        self._link.send(rtc.SignalRequest(track_setting=settings))

    def on_update(self, update: rtc.ParticipantUpdate) -> None:
        """Participants changed."""
        self.tell(self._roster.update(update.participants))

    def tell(self, events: Iterable[ev.SessionEvent]) -> None:
        """Tell what the roster found; a track's subscription ends before the track, and begins after it."""
        for event in events:
            match event:
                case ev.TrackPublished(identity, track):
                    self._emit(event)
                    self._apply(self._subscriptions.publication_added(track.sid, identity))
                case ev.TrackUnpublished(_, track_sid):
                    self._apply(self._subscriptions.publication_removed(track_sid))
                    self._emit(event)
                case _:
                    self._emit(event)

    def on_receiver_added(self, receiver: RtpReceiver) -> None:
        """A description negotiated media."""
        participant_sid = receiver.stream_id.partition("|")[0]
        now = self._clock.now()
        self._apply(self._subscriptions.receiver_added(receiver.track_sid, participant_sid, receiver, now))
        self._alarm.set(self._subscriptions.next_deadline())

    def on_receiver_removed(self, receiver: RtpReceiver) -> None:
        """A section was freed."""
        self._apply(self._subscriptions.receiver_removed(receiver.track_sid, receiver))

    def reception(self) -> tuple[int, int]:
        """(received, lost) RTP packets of all tracks that are received now."""
        statistics = [track.receiver.statistics for track in self._shown.values()]
        return sum(s.packets_received for s in statistics), sum(s.packets_lost for s in statistics)

    def close(self) -> None:
        """The session is over: whoever listens comes to the end."""
        self._closed = True
        self._alarm.cancel()
        for track in self._shown.values():
            track.close()
        self._shown.clear()

    def _on_alarm(self) -> None:
        self._apply(self._subscriptions.handle_timeout(self._clock.now()))
        self._alarm.set(self._subscriptions.next_deadline())

    def _apply(self, changes: Iterable[ev.SessionEvent]) -> None:
        """Make or close what a change of the subscriptions needs, and tell it."""
        for change in () if self._closed else changes:
            match change:
                case ev.TrackSubscribed(identity, track_sid, receiver):
                    assert isinstance(receiver, RtpReceiver)
                    track = self._shown[track_sid] = SubscribedTrack(receiver, self._runtime)
                    self._emit(ev.TrackSubscribed(identity, track_sid, track))
                case ev.TrackUnsubscribed(_, track_sid):
                    self._shown.pop(track_sid).close()
                    self._emit(change)
                case _:
                    self._emit(change)
