"""What a room tells its members now and then: who speaks, and how good everybody's connection is. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu import quality as qualities
from lkpy.testing.sfu import speakers
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.upstream import PublishedTrack

FAILURE_PATIENCE = 1.0
"""Seconds that a failed connection has to be mended in before the client is told."""


class RoomMonitor:
    """The two workers of a room.

    Args:
        participants: the room's, by identity.
        tracks: what is published in it, by sid.
        now: seconds, the start of the first windows.
    """

    def __init__(
        self, participants: Mapping[str, Participant], tracks: Mapping[str, PublishedTrack], now: float
    ) -> None:
        self._participants = participants
        self._tracks = tracks
        self._next_speakers = now + speakers.INTERVAL
        self._next_quality = now + qualities.INTERVAL
        self.speakers = speakers.SpeakerTable()
        self.qualities = qualities.QualityTable()

    def handle_timeout(self, now: float) -> None:
        """Close the windows that are over."""
        if now >= self._next_speakers:
            self._next_speakers = now + speakers.INTERVAL
            self._close_speaker_window()
        if now >= self._next_quality:
            self._next_quality = now + qualities.INTERVAL
            self._tell_quality()

    def hasten(self, now: float) -> None:
        """Somebody became active: its quality is told soon, not at the end of the interval."""
        self._next_quality = min(self._next_quality, now + qualities.FIRST)

    def remove(self, participant_sid: str) -> None:
        """Forget somebody who left."""
        self.speakers.remove(participant_sid)
        self.qualities.current.pop(participant_sid, None)

    def send_speakers(self, changes: list[speakers.Speaker]) -> None:
        """Tell each participant the changes of whom it hears, and of itself."""
        for participant in self._participants.values():
            seen = [
                models.SpeakerInfo(sid=c.participant_sid, level=c.level, active=c.level > 0)
                for c in changes
                if c.participant_sid == participant.sid or participant.subscriptions.sees(c.participant_sid)
            ]
            if seen:
                participant.send(speakers_changed=rtc.SpeakersChanged(speakers=seen))

    def _close_speaker_window(self) -> None:
        levels: dict[str, float] = {}
        for track in self._tracks.values():
            level = track.levels.close()
            if track.info.source == models.TrackSource.MICROPHONE:
                levels[track.owner_sid] = max(levels.get(track.owner_sid, 0.0), level)
        changes = self.speakers.update(levels)
        if changes:
            self.send_speakers(changes)

    def _tell_quality(self) -> None:
        current = {p.sid: _rate(p) for p in self._participants.values() if p.active}
        if not self.qualities.update(current):
            return
        for participant in self._participants.values():
            updates = [
                rtc.ConnectionQualityInfo(participant_sid=sid, quality=q.quality, score=q.score)
                for sid, q in current.items()
                if sid == participant.sid or participant.subscriptions.sees(sid)
            ]
            if updates:
                participant.send(connection_quality=rtc.ConnectionQualityUpdate(updates=updates))


def _rate(participant: Participant) -> qualities.Quality:
    scores = []
    for track in participant.publisher.published:
        losses = [layer.loss for layer in track.layers.values() if layer.loss is not None]
        scores.append(track.score.update(max(losses) if losses and not track.info.muted else None))
    scores += [s.score.update(s.down.loss) for s in participant.subscriptions.live.values()]
    return qualities.rate(scores, participant.protocol)


def watch_connections(participant: Participant, now: float) -> None:
    """A connection that stays lost: the client is told to resume, as livekit-server does.

    Not at once: a client that leaves closes its connections while its leave is under way.
    """
    if not any(peer.failed for peer in participant.peers):
        participant.failed_since = None
    elif participant.failed_since is None:
        participant.failed_since = now
    elif now - participant.failed_since > FAILURE_PATIENCE and participant.signal is not None:
        participant.failed_since = math.inf  # told once
        leave = rtc.LeaveRequest(reason=models.DisconnectReason.CONNECTION_TIMEOUT)
        if participant.protocol >= 13:
            leave.action = rtc.LeaveRequest.Action.RESUME
        else:
            leave.can_reconnect = True
        participant.send(leave=leave)
        participant.signal.close()
