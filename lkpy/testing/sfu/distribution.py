"""Who in a room is sent which of its tracks. No asyncio.

What changes here makes a new offer or requirement necessary; `Room.flush` negotiates it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lkpy._loop.clock import ReadTime
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.forwarding import DownTrack
from lkpy.testing.sfu.identifiers import Identifiers
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.requests import apply_settings
from lkpy.testing.sfu.subscriber import Subscription
from lkpy.testing.sfu.upstream import PublishedTrack

MAX_DESIRED = 1000
"""Wishes about tracks kept for one participant."""


class Distribution:
    """The subscriptions of a room.

    Args:
        participants: the room's, by identity.
        tracks: what is published in it, by sid.
        identifiers: makes SSRCs and first numbers.
        clock: tells the time.
    """

    def __init__(
        self,
        participants: Mapping[str, Participant],
        tracks: Mapping[str, PublishedTrack],
        identifiers: Identifiers,
        clock: ReadTime,
    ) -> None:
        self._participants = participants
        self._tracks = tracks
        self._identifiers = identifiers
        self._clock = clock

    def offer_to_all(self, track: PublishedTrack) -> None:
        """Subscribe everybody who wants every track."""
        for other in list(self._participants.values()):
            if other.joined and other.wants(track.info.sid):
                self.subscribe(other, track)

    def subscribe_all(self, participant: Participant) -> None:
        """Subscribe to everything published that the participant wants."""
        for track in list(self._tracks.values()):
            if participant.wants(track.info.sid):
                self.subscribe(participant, track)

    def want(self, participant: Participant, track_sid: str, wanted: bool) -> None:
        """Take a wish about a track; it is kept for one that is not published yet."""
        desired = participant.desired
        if track_sid in desired or len(desired) < MAX_DESIRED:
            desired[track_sid] = wanted
        track = self._tracks.get(track_sid)
        if track is None:
            participant.counters["unknown tracks"] += 1
        elif wanted:
            self.subscribe(participant, track)
        else:
            participant.postponed.pop(track_sid, None)
            self.unsubscribe(participant, track)

    def subscribe_postponed(self, participant: Participant) -> None:
        """Subscribe again to tracks whose old section the client has seen freed."""
        waiting = participant.postponed
        for sid in [sid for sid in waiting if not participant.subscriptions.is_fading(sid)]:
            track = waiting.pop(sid)
            if self._tracks.get(sid) is track and participant.wants(sid):
                self.subscribe(participant, track)

    def subscribe(self, participant: Participant, track: PublishedTrack) -> None:
        """Send a track to a participant, if it may have it."""
        owner = self._participants.get(track.owner_identity)
        if track.owner_sid == participant.sid or track.info.sid in participant.subscriptions.live:
            return
        if not participant.info.permission.can_subscribe or owner is None:
            return
        if participant.subscriptions.is_fading(track.info.sid):
            participant.postponed[track.info.sid] = track
            return
        allowed = owner.lets_subscribe(participant, track.info.sid)
        participant.send(
            subscription_permission_update=rtc.SubscriptionPermissionUpdate(
                participant_sid=track.owner_sid, track_sid=track.info.sid, allowed=allowed
            )
        )
        if not allowed:
            return
        down = DownTrack(
            track.kind,
            ssrc=self._identifiers.ssrc(),
            first_sequence=self._identifiers.sequence_number(),
            first_timestamp=self._identifiers.timestamp(),
            clock_rate=track.clock_rate,
        )
        if participant.adaptive_stream:
            down.layers.max_rank = 0
        subscription = participant.subscriptions.add(track, down)
        if track.info.sid in participant.track_settings:
            apply_settings(subscription, participant.track_settings[track.info.sid])
        track.downs[participant.sid] = (down, participant.media_peer.bundle.send_rtp)
        _negotiate(participant)

    def unsubscribe(self, participant: Participant, track: PublishedTrack) -> None:
        """Stop sending a track; audio fades out before its section is freed."""
        track.downs.pop(participant.sid, None)
        if participant.subscriptions.remove(track.info.sid, self._clock()) is not None:
            self.settle(participant)

    def settle(self, participant: Participant) -> None:
        """Free sections whose streams have faded out."""
        if participant.subscriptions.finished():
            _negotiate(participant)

    def withdraw(self, track: PublishedTrack) -> None:
        """Nobody is sent the track any more, and nobody's wishes about it are kept."""
        for other in self._participants.values():
            other.desired.pop(track.info.sid, None)
            other.postponed.pop(track.info.sid, None)
        for other in self._participants.values():
            self.unsubscribe(other, track)

    def activate(self, participant: Participant) -> None:
        """Start the streams whose sections are agreed and whose connection is up."""
        if not participant.media_peer.connected:
            return
        for subscription in participant.subscriptions.live.values():
            if subscription.bound and not subscription.down.active:
                subscription.down.active = True
                self._started(participant, subscription)

    def _started(self, participant: Participant, subscription: Subscription) -> None:
        track, now = subscription.track, self._clock()
        owner = self._participants.get(track.owner_identity)
        if owner is None:
            return
        if not track.subscribed_told and not participant.hidden:
            track.subscribed_told = True
            owner.send(track_subscribed=rtc.TrackSubscribed(track_sid=track.info.sid))
        if track.kind == "video":
            owner.upstream.request_keyframe(track, None, now)
        elif participant.client.sdk == models.ClientInfo.SDK.GO:
            # That SDK announces a track to its application only when the first packet arrives.
            for packet in subscription.down.silence(now):
                participant.media_peer.bundle.send_rtp(packet.serialize())


def _negotiate(participant: Participant) -> None:
    participant.offered.dirty = participant.requested.dirty = True
