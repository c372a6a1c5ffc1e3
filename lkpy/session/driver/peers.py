"""The peer connections of a session, and their negotiation over the signal connection.

Dual mode: the client offers on the publisher connection, the server offers on the subscriber connection.
Single mode: one connection, the client offers, the server asks for more sections (protocol document 3 and
4).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from lkpy._loop.clock import monotonic
from lkpy.errors import ProtocolError
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.negotiation import ANSWER_TIMEOUT, OfferQueue
from lkpy.transport.ice.transport import IceConfig
from lkpy.transport.peer_connection import (
    PeerConnection,
    PeerConnectionConfig,
    PeerConnectionState,
)
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.sctp.channels import DataChannel

logger = logging.getLogger("lkpy.session")

FIRST_SECTIONS = 3
"""Receive sections of each kind in the first single-mode offer, as the official SDKs make them."""

CHANNELS: dict[str, dict[str, object]] = {
    "_lossy": {"ordered": False, "max_retransmits": 0},
    "_reliable": {"ordered": True},
    "_data_track": {"ordered": False, "max_retransmits": 0},
}
"""The data channels that a client makes on the connection it offers on (protocol document 3.3)."""


class PeersObserver(Protocol):
    """What the session hears from its peer connections."""

    def send_signal(self, **case: object) -> bool:
        """Send one signal request."""

    def on_peers_state(self) -> None:
        """A connection changed its state."""

    def on_stream_added(self, stream: RtpReceiver) -> None:
        """A description negotiated media."""

    def on_stream_removed(self, stream: RtpReceiver) -> None:
        """A section was freed."""

    def on_channel_message(self, label: str, data: bytes) -> None:
        """A data channel delivered a message."""

    def on_negotiation_failed(self, reason: str) -> None:
        """An offer was not answered, or a description made no sense."""


class _Side:
    """The observer of one peer connection: adds which of the two it is."""

    def __init__(self, peers: Peers, target: rtc.SignalTarget) -> None:
        self._peers = peers
        self._target = target

    def on_candidate(self, init_json: str) -> None:
        self._peers.send(trickle=rtc.TrickleRequest(candidateInit=init_json, target=self._target))

    def on_state(self, state: PeerConnectionState) -> None:
        logger.debug("%s peer connection: %s", rtc.SignalTarget.Name(self._target).lower(), state.value)
        self._peers.observer.on_peers_state()

    def on_receiver_added(self, receiver: RtpReceiver) -> None:
        self._peers.observer.on_stream_added(receiver)

    def on_receiver_removed(self, receiver: RtpReceiver) -> None:
        self._peers.observer.on_stream_removed(receiver)

    def on_data_channel(self, channel: DataChannel) -> None:
        self._peers.listen(channel)


class Peers:
    """Publisher and subscriber connection, or the one connection of single mode.

    Nothing goes to the server before `attach`: what the connections want to say earlier (candidates of the
    offer that travels inside the join request) waits.
    """

    def __init__(self, observer: PeersObserver, ice: IceConfig, *, single: bool) -> None:
        self.observer = observer
        self.single = single
        self._config = PeerConnectionConfig(ice=ice)
        self.publisher = PeerConnection(
            config=self._config, offerer=True, observer=_Side(self, rtc.PUBLISHER)
        )
        self.subscriber: PeerConnection | None = None
        if not single:
            self.subscriber = PeerConnection(
                config=self._config, offerer=False, observer=_Side(self, rtc.SUBSCRIBER)
            )
        for label, options in CHANNELS.items():
            self.listen(self.publisher.create_data_channel(label, **options))  # type: ignore[arg-type]
        self._offers = OfferQueue()
        self._early: list[dict[str, object]] | None = []
        self._wake = asyncio.Event()
        self._answered = asyncio.Event()
        self._negotiator: asyncio.Task[None] | None = None
        self.negotiated = False

    @property
    def all(self) -> tuple[PeerConnection, ...]:
        """The connections there are."""
        return (self.publisher, self.subscriber) if self.subscriber else (self.publisher,)

    # Towards the server ---
    async def first_offer(self) -> rtc.SessionDescription:
        """The single-mode offer that travels inside the join request."""
        for kind in ("audio", "video"):
            self.publisher.add_receive_sections(kind, FIRST_SECTIONS)
        return await self._make_offer()

    def attach(self, ice: IceConfig) -> None:
        """The session has joined: what waited is sent, the servers for ICE are known."""
        if ice.servers:
            for peer in self.all:
                peer.transport.ice.use_servers(ice.servers, relay_only=ice.relay_only)
        early, self._early = self._early or [], None
        for case in early:
            self.observer.send_signal(**case)
        self._negotiator = asyncio.create_task(self._negotiate(), name="lkpy negotiation")

    def send(self, **case: object) -> None:
        """Send a signal request, or keep it until `attach`."""
        if self._early is None:
            self.observer.send_signal(**case)
        else:
            self._early.append(case)

    def request_negotiation(self) -> None:
        """The publisher's sections changed: offer as soon as no offer is outstanding."""
        self.negotiated = True
        if self._offers.request():
            self._wake.set()

    async def _make_offer(self) -> rtc.SessionDescription:
        self.negotiated = True
        offer_id = self._offers.begin(monotonic())
        self._answered.clear()
        return rtc.SessionDescription(type="offer", sdp=await self.publisher.create_offer(), id=offer_id)

    async def _negotiate(self) -> None:
        """Offer when something changed; one offer at a time."""
        try:
            while True:
                if self._offers.outstanding:
                    async with asyncio.timeout(ANSWER_TIMEOUT):
                        await self._answered.wait()
                if not self._offers.due:
                    self._wake.clear()
                    await self._wake.wait()
                self.send(offer=await self._make_offer())
        except TimeoutError:
            self.observer.on_negotiation_failed("the server did not answer an offer")
        except ProtocolError as error:
            self.observer.on_negotiation_failed(error.message)

    # From the server ---
    async def on_offer(self, offer: rtc.SessionDescription) -> None:
        """The server offers on the subscriber connection."""
        if self.subscriber is None:
            logger.debug("ignoring a server offer in single mode")
            return
        try:
            sdp = await self.subscriber.answer_offer(offer.sdp, offer.mid_to_track_id)
        except ProtocolError as error:
            self.observer.on_negotiation_failed(error.message)
            return
        self.send(answer=rtc.SessionDescription(type="answer", sdp=sdp, id=offer.id))

    def on_answer(self, answer: rtc.SessionDescription) -> None:
        """The server answers our offer."""
        if not self._offers.accept(answer.id):
            logger.debug("ignoring the answer to offer %d", answer.id)
            return
        try:
            self.publisher.set_answer(answer.sdp, answer.mid_to_track_id)
        except ProtocolError as error:
            self.observer.on_negotiation_failed(error.message)
        self._answered.set()

    def on_trickle(self, trickle: rtc.TrickleRequest) -> None:
        """A candidate of the server."""
        peer = self.subscriber if trickle.target == rtc.SUBSCRIBER else self.publisher
        (peer or self.publisher).add_remote_candidate(trickle.candidateInit)

    def on_sections_required(self, required: rtc.MediaSectionsRequirement) -> None:
        """Single mode: the server has more to send than there are sections; 0/0 only asks for an offer."""
        for kind, count in (("audio", required.num_audios), ("video", required.num_videos)):
            if count:
                self.publisher.add_receive_sections(kind, min(count, 100))
        self.request_negotiation()

    def listen(self, channel: DataChannel) -> None:
        """Deliver what arrives on a channel, ours or the server's."""
        on_message: Callable[[bytes, str], None] = self._on_message
        label = channel.label
        channel.on_message = lambda data: on_message(data.encode() if isinstance(data, str) else data, label)

    def _on_message(self, data: bytes, label: str) -> None:
        self.observer.on_channel_message(label, data)

    async def aclose(self) -> None:
        """Close everything; idempotent."""
        task, self._negotiator = self._negotiator, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait((task,))
        await asyncio.gather(*(peer.aclose() for peer in self.all))
