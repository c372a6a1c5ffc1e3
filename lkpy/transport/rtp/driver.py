"""Drives the RTP session of a connection: packets to sinks, events to callbacks, RTCP in time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from lkpy._loop.alarm import Alarm
from lkpy._loop.clock import Clock
from lkpy.media.rtp.ntp import ntp_time
from lkpy.transport.bundle.transport import BundleTransport
from lkpy.transport.jsep.results import NegotiationResult
from lkpy.transport.rtp.departure import Departure
from lkpy.transport.rtp.encoding import EncodingSource
from lkpy.transport.rtp.events import (
    KeyFrameRequested,
    LossReported,
    ReceiverAdded,
    ReceiverRemoved,
    RetransmissionRequested,
    RtpEvent,
)
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.rtp.session import RtpSession

logger = logging.getLogger(__name__)

MAX_LOGGED_ERRORS = 5
"""Tracebacks of one receiver's sink that are logged; later ones are only counted."""


class RtpDriver:
    """An `RtpSession` on a transport.

    Args:
        session: what is driven.
        transport: sends packets; the owner gives what it receives to `receive_rtp` and `receive_rtcp`.
        clock: of the connection.
        on_receiver_added, on_receiver_removed: told of the peer's tracks.

    Attributes:
        session: for its senders, receivers and counters.
        callback_errors: exceptions that callbacks raised.
    """

    def __init__(
        self,
        session: RtpSession,
        transport: BundleTransport,
        clock: Clock,
        *,
        on_receiver_added: Callable[[RtpReceiver], None],
        on_receiver_removed: Callable[[RtpReceiver], None],
    ) -> None:
        self.session = session
        self.callback_errors = 0
        self._transport = transport
        self._clock = clock
        self._departure = Departure(transport)
        self._alarm = Alarm(clock, self._on_alarm)
        self._closed = False
        self._told_added = on_receiver_added
        self._told_removed = on_receiver_removed
        self._handlers: dict[type[object], Callable[..., None]] = {
            ReceiverAdded: self._on_receiver_added,
            ReceiverRemoved: self._on_receiver_removed,
            KeyFrameRequested: self._on_key_frame_requested,
            LossReported: self._on_loss_reported,
            RetransmissionRequested: self._on_retransmission_requested,
        }

    def add_sender(self, kind: str, cid: str, mid: str, sources: Sequence[EncodingSource]) -> RtpSender:
        """A track of ours; it sends once an answer takes it."""
        sender = RtpSender(kind, cid, sources, self._departure, mid=mid)
        self.session.add_sender(sender)
        return sender

    def apply(self, result: NegotiationResult) -> None:
        """Take the outcome of an exchange."""
        self._dispatch(self.session.apply(result, self._clock.now()))

    def close(self) -> None:
        """Send nothing any more. Idempotent."""
        self._closed = True
        self._alarm.cancel()
        self.session.close()

    def receive_rtp(self, data: bytes, now: float) -> None:
        """Take a decrypted packet. Never raises."""
        session = self.session
        received = session.receive_rtp(data, now)
        if session.rtcp.nack_at is not None:
            self._arm()
        if received is None:
            return
        receiver, packet, codec = received
        try:
            assert receiver.sink is not None
            receiver.sink(packet, codec, now)
        except Exception:
            receiver.counters.sink_errors += 1
            if receiver.counters.sink_errors <= MAX_LOGGED_ERRORS:
                logger.exception("the sink of track %s failed", receiver.track_sid)

    def receive_rtcp(self, data: bytes, now: float) -> None:
        """Take a decrypted compound packet. Never raises."""
        self._dispatch(self.session.receive_rtcp(data, now, ntp=ntp_time(self._clock.unix())))

    def call(self, callback: Callable[..., None], *args: object) -> None:
        """Run others' code; what it raises is logged and counted."""
        try:
            callback(*args)
        except Exception:
            self.callback_errors += 1
            logger.exception("a callback of the peer connection failed: %r", callback)

    def _arm(self) -> None:
        if not self._closed:
            self._alarm.set(self.session.next_deadline())

    def _on_alarm(self) -> None:
        pair = self._transport.ice.selected_pair
        self.session.rtcp.path_rtt = pair.rtt if pair is not None else None
        events = self.session.handle_timeout(self._clock.now(), ntp=ntp_time(self._clock.unix()))
        for compound in self.session.take_rtcp():
            self._transport.send_rtcp(compound)
        self._dispatch(events)

    def _dispatch(self, events: Iterable[RtpEvent]) -> None:
        for event in events:
            self._handlers[type(event)](event)
        self._arm()

    def _on_receiver_added(self, event: ReceiverAdded) -> None:
        self.call(self._told_added, event.receiver)

    def _on_receiver_removed(self, event: ReceiverRemoved) -> None:
        self.call(self._told_removed, event.receiver)

    def _on_key_frame_requested(self, event: KeyFrameRequested) -> None:
        if event.sender.on_key_frame_request is not None:
            self.call(event.sender.on_key_frame_request, event.encoding.rid)

    def _on_loss_reported(self, event: LossReported) -> None:
        if event.sender.on_loss_report is not None:
            self.call(event.sender.on_loss_report, event.fraction)

    def _on_retransmission_requested(self, event: RetransmissionRequested) -> None:
        event.sender.retransmit(event.encoding, event.lost, self._clock.now())
