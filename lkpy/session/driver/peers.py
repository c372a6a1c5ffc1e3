"""The peer connections of an attempt, and their negotiation over its signal connection.

Dual mode: the client offers on the publisher connection, the server offers on the subscriber connection.
Single mode: one connection, the client offers, the server asks for more sections.
"""

from __future__ import annotations

import logging
from typing import Protocol

from lkpy._loop.alarm import Alarm
from lkpy._loop.tasks import OwnedTasks
from lkpy._runtime.runtime import Runtime
from lkpy.errors import ProtocolError
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.negotiation import OfferQueue
from lkpy.transport.ice.transport import IceConfig
from lkpy.transport.peer_connection import PeerConnection, PeerConnectionConfig, PeerConnectionState
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.sctp.channels import DataChannel

logger = logging.getLogger("lkpy.session")

FIRST_SECTIONS = 3
"""Receive sections of each kind in the first single-mode offer, as the official SDKs make them."""
MAX_SECTIONS = 100
"""Sections of a kind that one request of the server adds at most."""

LOSSY, RELIABLE, DATA_TRACK = "_lossy", "_reliable", "_data_track"
"""Labels of the data channels that a client makes on the connection it offers on."""


class PeersObserver(Protocol):
    """What a session hears from its peer connections; nothing after `aclose`."""

    def on_transport_states(self) -> None:
        """A connection changed its state, or must be up from now on."""

    def on_receiver_added(self, receiver: RtpReceiver) -> None:
        """A description negotiated media."""

    def on_receiver_removed(self, receiver: RtpReceiver) -> None:
        """A section was freed."""

    def on_channel_message(self, label: str, data: bytes) -> None:
        """A data channel delivered a message."""

    def on_channel_open(self) -> None:
        """One of our data channels takes messages now."""

    def on_negotiation_failed(self, reason: str) -> None:
        """An offer was not answered, or a description made no sense."""


class SignalSender(Protocol):
    """Takes requests for the server."""

    def send(self, request: rtc.SignalRequest) -> bool:
        """Queue a request; False when it was dropped."""


class Peers:
    """Publisher and subscriber connection, or the one connection of single mode.

    Nothing goes to the server before `attach`: what the connections want to say earlier (candidates of the
    offer that travels inside the join request) waits.

    Attributes:
        publisher: what we offer on; in single mode the only one.
        subscriber: what the server offers on; None in single mode.
        publisher_wanted: the publisher connection was offered or is about to be, so it must come up.
    """

    def __init__(self, observer: PeersObserver, ice: IceConfig, runtime: Runtime, *, single: bool) -> None:
        self._observer = observer
        self._runtime = runtime
        self._closed = False
        config = PeerConnectionConfig(ice=ice)
        self.publisher = PeerConnection(
            config=config, offerer=True, observer=_Side(self, rtc.PUBLISHER), runtime=runtime
        )
        self.subscriber: PeerConnection | None = None
        if not single:
            self.subscriber = PeerConnection(
                config=config, offerer=False, observer=_Side(self, rtc.SUBSCRIBER), runtime=runtime
            )
        create = self.publisher.create_data_channel
        for channel in (
            create(LOSSY, ordered=False, max_retransmits=0),
            create(RELIABLE),
            create(DATA_TRACK, ordered=False, max_retransmits=0),
        ):
            self.listen(channel)
            channel.on_open = observer.on_channel_open
        self._offers = OfferQueue()
        self._answer_alarm = Alarm(runtime.clock, self._on_answer_deadline)
        self._signal: SignalSender | None = None
        self._early: list[rtc.SignalRequest] = []
        self._tasks = OwnedTasks()
        self._offering = False
        self.publisher_wanted = False

    @property
    def all(self) -> tuple[PeerConnection, ...]:
        """The connections there are."""
        return (self.publisher, self.subscriber) if self.subscriber else (self.publisher,)

    @property
    def single(self) -> bool:
        """Whether one connection serves both directions."""
        return self.subscriber is None

    def required(self, *, subscriber_primary: bool) -> list[PeerConnectionState]:
        """The states of the connections that must be up."""
        states = [self.publisher.state] if self.publisher_wanted else []
        if self.subscriber is not None and subscriber_primary:
            states.append(self.subscriber.state)
        return states

    # Towards the server ---
    async def first_offer(self) -> rtc.SessionDescription:
        """The single-mode offer that travels inside the join request."""
        for kind in ("audio", "video"):
            self.publisher.add_receive_sections(kind, FIRST_SECTIONS)
        return await self._make_offer()

    def attach(self, signal: SignalSender, ice: IceConfig) -> None:
        """The session has joined: what waited is sent, the servers for ICE are known."""
        if ice.servers:
            for peer in self.all:
                peer.transport.ice.use_servers(ice.servers, relay_only=ice.relay_only)
        self._signal = signal
        early, self._early = self._early, []
        for request in early:
            signal.send(request)
        self._answer_alarm.set(self._offers.next_deadline())
        self._offer_if_due()

    def want_publisher(self) -> None:
        """Something is to be sent: offer, unless that was done."""
        if not self.publisher_wanted:
            self.request_negotiation()

    def request_negotiation(self) -> None:
        """The publisher's sections changed: offer as soon as no offer is outstanding."""
        if not self.publisher_wanted:
            self.publisher_wanted = True
            self._tell_states()
        self._offers.request()
        self._offer_if_due()

    def _offer_if_due(self) -> None:
        if self._offers.due and not self._offering and self._signal is not None:
            # Later in this turn of the loop, so that changes that are made together share an offer.
            self._offering = True
            self._tasks.spawn(self._offer(), "lkpy negotiation")

    async def _offer(self) -> None:
        try:
            self._send(rtc.SignalRequest(offer=await self._make_offer()))
        except ProtocolError as error:
            self._fail(error.message)
        finally:
            self._offering = False
        self._answer_alarm.set(self._offers.next_deadline())

    async def _make_offer(self) -> rtc.SessionDescription:
        self.publisher_wanted = True
        offer_id = self._offers.begin(self._runtime.clock.now())
        return rtc.SessionDescription(type="offer", sdp=await self.publisher.create_offer(), id=offer_id)

    def _on_answer_deadline(self) -> None:
        deadline = self._offers.next_deadline()
        if deadline is not None and self._runtime.clock.now() >= deadline:
            self._fail("the server did not answer an offer")
        else:
            self._answer_alarm.set(deadline)

    def _send(self, request: rtc.SignalRequest) -> None:
        if self._signal is None:
            self._early.append(request)
        else:
            self._signal.send(request)

    # From the server ---
    async def on_offer(self, offer: rtc.SessionDescription) -> None:
        """The server offers on the subscriber connection."""
        if self.subscriber is None:
            logger.debug("ignoring a server offer in single mode")
            return
        try:
            sdp = await self.subscriber.answer_offer(offer.sdp, offer.mid_to_track_id)
        except ProtocolError as error:
            self._fail(error.message)
            return
        self._send(rtc.SignalRequest(answer=rtc.SessionDescription(type="answer", sdp=sdp, id=offer.id)))

    def on_answer(self, answer: rtc.SessionDescription) -> None:
        """The server answers our offer."""
        if not self._offers.accept(answer.id):
            logger.debug("ignoring the answer to offer %d", answer.id)
            return
        try:
            self.publisher.set_answer(answer.sdp, answer.mid_to_track_id)
        except ProtocolError as error:
            self._fail(error.message)
            return
        self._offer_if_due()

    def on_trickle(self, trickle: rtc.TrickleRequest) -> None:
        """A candidate of the server."""
        peer = self.subscriber if trickle.target == rtc.SUBSCRIBER else self.publisher
        (peer or self.publisher).add_remote_candidate(trickle.candidateInit)

    def on_sections_required(self, required: rtc.MediaSectionsRequirement) -> None:
        """Single mode: the server has more to send than there are sections; 0/0 only asks for an offer."""
        for kind, count in (("audio", required.num_audios), ("video", required.num_videos)):
            if count:
                self.publisher.add_receive_sections(kind, min(count, MAX_SECTIONS))
        self.request_negotiation()

    def listen(self, channel: DataChannel) -> None:
        """Deliver what arrives on a channel, ours or the server's."""
        observer, label = self._observer, channel.label

        def deliver(data: bytes | str) -> None:
            observer.on_channel_message(label, data.encode() if isinstance(data, str) else data)

        channel.on_message = deliver

    def hold_back(self, paused: bool) -> None:
        """Take no data for a while, or again; the server is slowed down meanwhile."""
        for peer in self.all:
            if paused:
                peer.transport.pause_receiving()
            else:
                peer.transport.resume_receiving()

    def _tell_states(self) -> None:
        if not self._closed:
            self._observer.on_transport_states()

    def _fail(self, reason: str) -> None:
        if not self._closed:
            self._observer.on_negotiation_failed(reason)

    async def aclose(self) -> None:
        """Close everything; idempotent."""
        self._closed = True
        self._answer_alarm.cancel()
        await self._tasks.aclose()
        for peer in self.all:
            await peer.aclose()


class _Side:
    """The observer of one peer connection: adds which of the two it is."""

    def __init__(self, peers: Peers, target: rtc.SignalTarget) -> None:
        self._peers = peers
        self._target = target
        self.on_receiver_added = peers._observer.on_receiver_added
        self.on_receiver_removed = peers._observer.on_receiver_removed
        self.on_data_channel = peers.listen

    def on_candidate(self, init_json: str) -> None:
        trickle = rtc.TrickleRequest(candidateInit=init_json, target=self._target)
        self._peers._send(rtc.SignalRequest(trickle=trickle))

    def on_state(self, state: PeerConnectionState) -> None:
        logger.debug("%s peer connection: %s", rtc.SignalTarget.Name(self._target).lower(), state.value)
        self._peers._tell_states()
