"""A room: who is in it, who is told what, who is sent what. No asyncio; time and randomness are passed in.

Messages leave through each participant's `SignalPort` in the order things happen. Negotiation is collected
and done by `flush`, which the driver calls after every input, so that several changes make one offer.
"""

from __future__ import annotations

from collections import Counter, deque

from lkpy._loop.clock import ReadTime
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.codecs import ENABLED_CODECS, PUBLISH_CODECS
from lkpy.testing.sfu.data_routing import NONCE_MEMORY, RoutedPacket
from lkpy.testing.sfu.distribution import Distribution
from lkpy.testing.sfu.feedback import Feedback
from lkpy.testing.sfu.identifiers import Identifiers
from lkpy.testing.sfu.monitor import RoomMonitor, watch_connections
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.peer import DATA_TRACK, LOSSY, RELIABLE
from lkpy.testing.sfu.server_calls import ServerCalls
from lkpy.testing.sfu.upstream import PublishedTrack

SERVER_VERSION = "1.13.5"
"""What clients compare features with: the livekit-server this double was measured against."""

SERVER_PROTOCOL = 17
PING_INTERVAL, PING_TIMEOUT = 5, 15
ROOM_UPDATE_INTERVAL = 5.0
"""Seconds within which participant counts are told at most once."""


class Room:
    """One room; also the `ParticipantObserver` of its participants."""

    def __init__(self, name: str, *, identifiers: Identifiers, clock: ReadTime, unix_time: float) -> None:
        self.identifiers = identifiers
        self._clock = clock
        self.participants: dict[str, Participant] = {}
        """By identity."""
        self.tracks: dict[str, PublishedTrack] = {}
        """By sid, what is published now."""
        self.counters: Counter[str] = Counter()
        self.info = models.Room(
            sid=identifiers.room(),
            name=name,
            empty_timeout=300,
            departure_timeout=20,
            creation_time=int(unix_time),
            creation_time_ms=int(unix_time * 1000),
            enabled_codecs=[models.Codec(mime=mime) for mime in ENABLED_CODECS],
        )
        self.visited = False
        """Whether anybody was ever here; an empty room lives by another timeout before than after."""
        self._node = "ND_" + identifiers.word()
        self._sif_trailer = identifiers.word(40).encode()
        self._feedback = Feedback(self.participants)
        self.distribution = Distribution(self.participants, self.tracks, identifiers, clock)
        self.monitor = RoomMonitor(self.participants, self.tracks, clock())
        self._next_update = clock() + ROOM_UPDATE_INTERVAL
        self._told_counts = (0, 0)
        self.calls = ServerCalls(clock)
        self.nonces: deque[bytes] = deque(maxlen=NONCE_MEMORY)
        """Of data that the server API sent: repeats are dropped."""

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def empty_lifetime(self) -> float:
        """Seconds the room is kept while nobody is in it."""
        return float(self.info.departure_timeout if self.visited else self.info.empty_timeout)

    def is_full(self, newcomer: str) -> bool:
        """Whether there is no place for `newcomer`, an identity that may already be here."""
        limit = self.info.max_participants
        return bool(limit) and newcomer not in self.participants and len(self.participants) >= limit

    # Joining and leaving

    def join_response(self, participant: Participant) -> rtc.JoinResponse:
        """The first message of a session, everything in it that some client insists on."""
        others = [p.info for p in self.participants.values() if p is not participant and not p.hidden]
        return rtc.JoinResponse(
            room=self.info,
            participant=participant.info,
            other_participants=others,
            server_version=SERVER_VERSION,
            subscriber_primary=participant.subscriber_primary,
            ping_timeout=PING_TIMEOUT,
            ping_interval=PING_INTERVAL,
            server_info=self.server_info(),
            sif_trailer=self._sif_trailer,
            enabled_publish_codecs=[models.Codec(mime=mime) for mime in PUBLISH_CODECS],
            fast_publish=participant.info.permission.can_publish,
        )

    def server_info(self) -> models.ServerInfo:
        return models.ServerInfo(
            version=SERVER_VERSION, protocol=SERVER_PROTOCOL, node_id=self._node, agent_protocol=1
        )

    def add(self, participant: Participant) -> None:
        """Greet a new participant and tell the others; `subscribe_all` and the first offer come after."""
        participant.send(join=self.join_response(participant))
        participant.joined = True
        participant.info.state = models.ParticipantInfo.State.JOINED
        participant.changed()
        self.participants[participant.identity] = participant
        self.visited = True
        self.count()
        self.announce(participant, to_self=False)

    def remove(self, participant: Participant, reason: models.DisconnectReason) -> None:
        """Take a participant out: its tracks close, its subscriptions end, the others are told."""
        if self.participants.get(participant.identity) is not participant:
            return
        del self.participants[participant.identity]
        participant.gone = True
        for track in participant.publisher.published:
            participant.upstream.unbind(track)
            self.close_track(track)
        for subscription in list(participant.subscriptions.live.values()):
            subscription.track.downs.pop(participant.sid, None)
        participant.subscriptions.live.clear()
        self.monitor.remove(participant.sid)
        self.calls.left(participant.identity)
        del participant.info.tracks[:]
        participant.info.state = models.ParticipantInfo.State.DISCONNECTED
        participant.info.disconnect_reason = reason
        participant.changed()
        self.count()
        self.announce(
            participant, to_self=False, replaced=reason == models.DisconnectReason.DUPLICATE_IDENTITY
        )

    def resume(self, participant: Participant) -> None:
        """Tell a client that came back with a new websocket what it missed (the order clients rely on)."""
        participant.send(
            reconnect=rtc.ReconnectResponse(
                server_info=self.server_info(), last_message_seq=participant.router.last_sequence
            )
        )
        infos = [p.info for p in self.participants.values() if p is participant or not p.hidden]
        participant.send(update=rtc.ParticipantUpdate(participants=infos))
        participant.send(room_update=rtc.RoomUpdate(room=self.info))
        if participant.subscriber_peer is not None:
            participant.subscriber_peer.bundle.restart_ice()
            participant.send(offer=participant.describe_offer())

    def announce(self, participant: Participant, *, to_self: bool = True, replaced: bool = False) -> None:
        """Send a participant's snapshot to everybody who may see it.

        `replaced`: the identity came back with a new sid, which clients of protocol 12 understand.
        """
        update = rtc.ParticipantUpdate(participants=[participant.info])
        for other in self.participants.values():
            if other is participant:
                if to_self:
                    other.send(update=update)
            elif not participant.hidden and not (replaced and other.protocol >= 12):
                other.send(update=update)

    def count(self) -> None:
        """Bring the description's numbers up to date; hidden participants do not count."""
        shown = [participant for participant in self.participants.values() if not participant.hidden]
        self.info.num_participants = len(shown)
        self.info.num_publishers = sum(participant.info.is_publisher for participant in shown)

    # Tracks

    def publish(self, participant: Participant, track: PublishedTrack) -> None:
        """A track became real: others are told, auto-subscribers get it."""
        track.info.version.unix_micro = self.identifiers.timestamp()
        participant.info.tracks.append(track.info)
        participant.info.is_publisher = True
        participant.changed()
        self.count()
        self.tracks[track.info.sid] = track
        self.announce(participant)
        self.distribution.offer_to_all(track)

    def unpublish(self, participant: Participant, track: PublishedTrack) -> None:
        """A track is gone: its section no longer sends."""
        kept = [info for info in participant.info.tracks if info.sid != track.info.sid]
        del participant.info.tracks[:]
        participant.info.tracks.extend(kept)
        participant.changed()
        self.close_track(track)
        self.announce(participant)

    def track_changed(self, participant: Participant, track: PublishedTrack) -> None:
        """Mute, features, dimensions: copy into the snapshot and tell everybody."""
        for info in participant.info.tracks:
            if info.sid == track.info.sid:
                info.CopyFrom(track.info)
        participant.changed()
        self.announce(participant)

    def close_track(self, track: PublishedTrack) -> None:
        """Nobody in this room has the track any more."""
        self.tracks.pop(track.info.sid, None)
        self.distribution.withdraw(track)

    # Negotiation

    def flush(self) -> None:
        """Negotiate what has changed: offers in dual mode, requirements in single mode."""
        for participant in list(self.participants.values()):
            if participant.single:
                if participant.requested.dirty:
                    participant.requested.dirty = False
                    need = participant.requested.requirement(participant.subscriptions)
                    participant.send(
                        media_sections_requirement=rtc.MediaSectionsRequirement(
                            num_audios=need["audio"], num_videos=need["video"]
                        )
                    )
            elif participant.offered.dirty and not participant.offered.awaiting_answer:
                participant.send(offer=participant.describe_offer())

    # ParticipantObserver

    def participant_active(self, participant: Participant) -> None:
        """A connection of the participant is up."""
        if participant.gone:
            return
        if not participant.active and participant.primary_peer.connected:
            participant.info.state = models.ParticipantInfo.State.ACTIVE
            participant.changed()
            self.announce(participant)
            self.monitor.hasten(self._clock())
            self.distribution.subscribe_all(participant)
        self.distribution.activate(participant)
        self.flush()

    def rtcp_received(self, participant: Participant, data: bytes, now: float) -> None:
        """Reports and requests of a client, about what it publishes and what it receives."""
        self._feedback.receive(participant, data, now)

    def message_received(self, participant: Participant, label: str, data: bytes | str) -> None:
        """A data channel message: stamp it and send it to whom it is for."""
        if not participant.info.permission.can_publish_data or label == DATA_TRACK:
            self.counters["data refused"] += 1
            return
        raw = data.encode() if isinstance(data, str) else data
        if self.calls.takes(raw, participant.identity):
            return
        if label in (RELIABLE, LOSSY):
            routed = participant.router.route(label, raw, participant.sender)
        else:
            routed = participant.router.wrap_raw(label, raw, participant.sender)
        if routed is not None:
            self.counters["data"] += 1
            self.deliver(routed, besides=participant)

    def deliver(self, routed: RoutedPacket, *, besides: Participant | None = None) -> None:
        """Send a packet to its destinations; never back to its sender."""
        for other in self.participants.values():
            if other is not besides and (routed.for_all or routed.reaches(other.identity, other.sid)):
                other.send_data(routed.label, routed.data)

    # Time

    def handle_timeout(self, now: float) -> None:
        """Everything periodic; called every few hundredths of a second while somebody is here."""
        for participant in list(self.participants.values()):
            participant.upstream.handle_timeout(now)
            watch_connections(participant, now)
            if participant.subscriptions.fading:
                participant.fade_out(now)
                self.distribution.settle(participant)
        self.monitor.handle_timeout(now)
        self.calls.handle_timeout(now)
        if now >= self._next_update:
            self._next_update = now + ROOM_UPDATE_INTERVAL
            counts = (self.info.num_participants, self.info.num_publishers)
            if self._told_counts != counts:
                self._told_counts = counts
                self.send_room_update()
        self.flush()

    def send_room_update(self) -> None:
        for other in self.participants.values():
            other.send(room_update=rtc.RoomUpdate(room=self.info))
