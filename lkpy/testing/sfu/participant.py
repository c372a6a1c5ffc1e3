"""One participant of a room: its info, its permissions, its two directions. No asyncio.

A participant owns the state; `room.py` decides what happens between participants, `signalling.py` what a
client's message means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from lkpy.errors import ProtocolError
from lkpy.media.rtp.rtcp import RtcpPacket, serialize_compound
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.data_routing import DataRouter, Sender
from lkpy.testing.sfu.identifiers import Identifiers
from lkpy.testing.sfu.join import JoinParameters
from lkpy.testing.sfu.peer import MAX_MESSAGE_SIZE, RELIABLE, SfuPeer
from lkpy.testing.sfu.publisher import PublisherNegotiation
from lkpy.testing.sfu.subscriber import OfferedSections, RequestedSections, Subscriptions
from lkpy.testing.sfu.upstream import PublishedTrack, Upstream
from lkpy.testing.tokens import Grants
from lkpy.transport.sdp import SessionDescription

_SOURCES = {
    "camera": models.TrackSource.CAMERA,
    "microphone": models.TrackSource.MICROPHONE,
    "screen_share": models.TrackSource.SCREEN_SHARE,
    "screen_share_audio": models.TrackSource.SCREEN_SHARE_AUDIO,
}
_KINDS = {
    "ingress": models.ParticipantInfo.Kind.INGRESS,
    "egress": models.ParticipantInfo.Kind.EGRESS,
    "sip": models.ParticipantInfo.Kind.SIP,
    "agent": models.ParticipantInfo.Kind.AGENT,
    "connector": models.ParticipantInfo.Kind.CONNECTOR,
    "bridge": models.ParticipantInfo.Kind.BRIDGE,
}
_DETAILS = {name.lower(): number for name, number in models.ParticipantInfo.KindDetail.items()}


class SignalPort(Protocol):
    """The way to the client; never blocks, never raises."""

    def send(self, message: rtc.SignalResponse) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class ParticipantObserver(Protocol):
    """What a participant tells its room."""

    def participant_active(self, participant: Participant) -> None: ...

    def rtcp_received(self, participant: Participant, data: bytes, now: float) -> None: ...

    def message_received(self, participant: Participant, label: str, data: bytes | str) -> None: ...


_AGENT = models.ParticipantInfo.Kind.AGENT  # looking up its name for each data packet would take longer

PeerFactory = Callable[["Participant", bool], SfuPeer]
"""(observer, server offers) -> a gathered peer."""


class Participant:
    """State of one session; also the `PeerObserver` of its peers."""

    def __init__(
        self,
        parameters: JoinParameters,
        *,
        observer: ParticipantObserver,
        make_peer: PeerFactory,
        identifiers: Identifiers,
        unix_time: float,
    ) -> None:
        grants = parameters.grants
        self.grants = grants
        self.client = parameters.client
        self.single = parameters.single
        self.auto_subscribe = parameters.auto_subscribe
        self.adaptive_stream = parameters.adaptive_stream
        self.subscriber_primary = parameters.subscriber_primary
        self.signal: SignalPort | None = None
        self.gone = False
        self.joined = False
        self.info = models.ParticipantInfo(
            sid=identifiers.participant(),
            identity=grants.identity,
            name=grants.name,
            metadata=grants.metadata,
            attributes=grants.attributes,
            state=models.ParticipantInfo.State.JOINING,
            joined_at=int(unix_time),
            joined_at_ms=int(unix_time * 1000),
            kind=_KINDS.get(grants.kind, models.ParticipantInfo.Kind.STANDARD),
            kind_details=[_DETAILS[name] for name in grants.kind_details if name in _DETAILS],
            permission=permission_of(grants),
            client_protocol=parameters.client.client_protocol,
            capabilities=parameters.client.capabilities,
        )
        self.counters: Counter[str] = Counter()
        self.failed_since: float | None = None
        self.router = DataRouter(RELIABLE)
        self.upstream = Upstream(self._send_rtcp_up)
        self.publisher = PublisherNegotiation(self.upstream)
        self.subscriptions = Subscriptions()
        self.offered = OfferedSections(offer_id=identifiers.offer_base())
        self.requested = RequestedSections()
        self.allowed_subscribers: dict[str, frozenset[str] | None] | None = None
        """Identity or sid to track sids (None: all of them); None as a whole: no restriction."""
        self.track_settings: dict[str, rtc.UpdateTrackSettings] = {}
        """By track sid; they may come before the subscription exists."""
        self.desired: dict[str, bool] = {}
        """By track sid, whether the participant said it wants the track; published or not yet."""
        self.postponed: dict[str, PublishedTrack] = {}
        """Wanted again while the old stream was fading out: subscribed when its section has been freed."""
        self.simulated_cut = 0
        """How many of the next resumes are cut by `SimulateScenario`."""
        self.simulated_cut_early = False
        self.observer = observer
        """The room it is in."""
        self.publisher_peer = make_peer(self, False)
        self.subscriber_peer = None if self.single else make_peer(self, True)

    # Who it is

    @property
    def sid(self) -> str:
        return self.info.sid

    @property
    def identity(self) -> str:
        return self.info.identity

    @property
    def protocol(self) -> int:
        return self.client.protocol

    @property
    def active(self) -> bool:
        return self.info.state == models.ParticipantInfo.State.ACTIVE

    @property
    def hidden(self) -> bool:
        return self.info.permission.hidden

    @property
    def sender(self) -> Sender:
        """How its data packets are stamped."""
        info = self.info
        return Sender(info.sid, info.identity, info.kind == _AGENT, info.permission.hidden)

    @property
    def primary_peer(self) -> SfuPeer:
        """The connection by which the participant is called active and is sent data."""
        if self.subscriber_primary and self.subscriber_peer is not None:
            return self.subscriber_peer
        return self.publisher_peer

    @property
    def media_peer(self) -> SfuPeer:
        """The connection that forwarded media goes out on."""
        return self.subscriber_peer or self.publisher_peer

    @property
    def peers(self) -> list[SfuPeer]:
        return [self.publisher_peer] + ([self.subscriber_peer] if self.subscriber_peer else [])

    def changed(self) -> None:
        """Something others are told about: every snapshot has a higher version than the last."""
        self.info.version += 1

    def may_publish(self, source: models.TrackSource) -> bool:
        permission = self.info.permission
        sources = permission.can_publish_sources
        return permission.can_publish and (not sources or source in sources)

    def wants(self, track_sid: str) -> bool:
        """What it said about the track, else what it said about all tracks when it joined."""
        return self.desired.get(track_sid, self.auto_subscribe)

    def lets_subscribe(self, other: Participant, track_sid: str) -> bool:
        """Whether this publisher's `SubscriptionPermission` lets `other` have the track."""
        if self.allowed_subscribers is None:
            return True
        for name in (other.identity, other.sid):
            if name in self.allowed_subscribers:
                sids = self.allowed_subscribers[name]
                return sids is None or track_sid in sids
        return False

    # To the client

    def send(self, **case: object) -> None:
        """Send one signal message, `send(update=...)`; dropped while there is no websocket."""
        if self.signal is not None and (self.joined or "join" in case):
            self.signal.send(rtc.SignalResponse(**case))  # type: ignore[arg-type]

    def send_data(self, label: str, data: bytes) -> bool:
        return self.primary_peer.send_message(label, data)

    def send_rtcp_down(self, packets: list[RtcpPacket]) -> None:
        if packets:
            self.media_peer.bundle.send_rtcp(serialize_compound(packets))

    def fade_out(self, now: float) -> None:
        """Send what is due of streams that end."""
        for subscription in self.subscriptions.fading:
            for packet in subscription.down.closing_packets(now):
                self.media_peer.bundle.send_rtp(packet.serialize())

    def _send_rtcp_up(self, packets: list[RtcpPacket]) -> None:
        self.publisher_peer.bundle.send_rtcp(serialize_compound(packets))

    # Descriptions

    def describe_offer(self) -> rtc.SessionDescription:
        """The next offer of the subscriber connection (dual mode)."""
        assert self.subscriber_peer is not None
        offered = self.offered
        offered.assign(self.subscriptions)
        sections, mid_to_track = offered.sections(self.subscriptions, MAX_MESSAGE_SIZE)
        offered.offer_id += 1
        offered.awaiting_answer, offered.dirty = True, False
        return rtc.SessionDescription(
            type="offer",
            sdp=self.subscriber_peer.describe(sections, answer=False),
            id=offered.offer_id,
            mid_to_track_id=mid_to_track,
        )

    def describe_answer(self, offer: SessionDescription, offer_id: int) -> rtc.SessionDescription:
        """The answer to the client's offer, after `publisher.apply_offer`."""
        requested = self.requested if self.single else None
        sections, mid_to_track = self.publisher.answer(offer, requested, self.subscriptions)
        return rtc.SessionDescription(
            type="answer",
            sdp=self.publisher_peer.describe(sections, answer=True),
            id=offer_id,
            mid_to_track_id=mid_to_track,
        )

    # PeerObserver

    def peer_connected(self, peer: SfuPeer) -> None:
        if peer in (self.primary_peer, self.media_peer):
            self.observer.participant_active(self)

    def peer_rtp(self, peer: SfuPeer, data: bytes, now: float) -> None:
        if peer is not self.publisher_peer:
            return
        try:
            self.upstream.receive(data, now)
        except ProtocolError:
            self.counters["bad rtp"] += 1

    def peer_rtcp(self, peer: SfuPeer, data: bytes, now: float) -> None:
        try:
            self.observer.rtcp_received(self, data, now)
        except ProtocolError:
            self.counters["bad rtcp"] += 1

    def peer_message(self, peer: SfuPeer, label: str, data: bytes | str) -> None:
        if peer is not self.publisher_peer:
            return  # clients send on their own channels only
        try:
            self.observer.message_received(self, label, data)
        except ProtocolError:
            self.counters["bad data packet"] += 1

    def claims(self) -> Grants:
        """The grants as they are now, for a refreshed token."""
        grants, permission = self.grants, self.info.permission
        grants.name, grants.metadata = self.info.name, self.info.metadata
        grants.attributes = dict(self.info.attributes)
        grants.can_publish = permission.can_publish
        grants.can_subscribe = permission.can_subscribe
        grants.can_publish_data = permission.can_publish_data
        grants.can_update_own_metadata = permission.can_update_metadata
        grants.can_publish_sources = tuple(
            name for name, source in _SOURCES.items() if source in permission.can_publish_sources
        )
        grants.hidden = permission.hidden
        return grants


def permission_of(grants: Grants) -> models.ParticipantPermission:
    """The permission message of a token's grants."""
    return models.ParticipantPermission(
        can_subscribe=grants.may_subscribe,
        can_publish=grants.may_publish,
        can_publish_data=grants.may_publish_data,
        can_publish_sources=[_SOURCES[s] for s in grants.can_publish_sources if s in _SOURCES],
        hidden=grants.hidden,
        recorder=grants.recorder,
        can_update_metadata=grants.can_update_own_metadata,
        agent=grants.agent,
        can_subscribe_metrics=grants.can_subscribe_metrics,
    )
