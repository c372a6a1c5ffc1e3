"""The users' side of an association: it turns events into callbacks of data channels.

Its driver has a clock and a path. The driver's duty: call `start` when DTLS stands; `receive` for each
packet; `write` after a batch of received packets, after `handle_timeout`, and after `wake` was called; send
what `take_packets` gives; and keep one alarm for `next_deadline`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any

from lkpy.transport.sctp.association import PACKET_SIZE, Association
from lkpy.transport.sctp.channel import Channel, ChannelState
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.data_channels import DEFAULT_REMOTE_MAX_MESSAGE_SIZE
from lkpy.transport.sctp.events import (
    BufferedAmountLow,
    ChannelClosed,
    ChannelOpened,
    MessageReceived,
    SctpEvent,
    StateChanged,
)
from lkpy.transport.sctp.states import SctpState

__all__ = ["DEFAULT_REMOTE_MAX_MESSAGE_SIZE", "MAX_INCOMING_MESSAGE", "SctpEndpoint"]

_logger = logging.getLogger(__name__)

MAX_INCOMING_MESSAGE = 262144
"""Bytes of a message that we accept from a peer at least; more than libwebrtc ever sends."""


class SctpEndpoint:
    """An SCTP association with its data channels.

    Args:
        is_client: our DTLS role, which gives us the even stream ids (RFC 8832 section 6). May be left None
            until `start`.
        wake: called when there is something to send, at any time and at most once until the next `write`. It
            must not call back into the endpoint; scheduling a call is what it is for.
        on_channel: called with each channel that the peer opens, already OPEN. Set its `on_message` in there.
        on_state: called with each new state.
        max_message_size: what we announced to the peer. Messages up to 262144 bytes are taken even if it is
            less, larger ones are dropped and counted.
        packet_size: bytes of the largest SCTP packet.
        entropy: `ENTROPY_SIZE` random bytes.

    Attributes:
        association: the protocol below.
        woken: `wake` was called, and `write` not yet.
    """

    def __init__(
        self,
        is_client: bool | None = None,
        *,
        entropy: bytes,
        wake: Callable[[], object],
        on_channel: Callable[[DataChannel], object] | None = None,
        on_state: Callable[[SctpState], object] | None = None,
        max_message_size: int = MAX_INCOMING_MESSAGE,
        packet_size: int = PACKET_SIZE,
    ) -> None:
        self.association = Association(
            is_client=is_client,
            entropy=entropy,
            max_message_size=max(max_message_size, MAX_INCOMING_MESSAGE),
            packet_size=packet_size,
        )
        self.counters: SctpCounters = self.association.counters
        self._handles: dict[Channel, DataChannel] = {}
        self._wake = wake
        self.woken = False
        # A callback may end the association while events from before are still to be told.
        self._ended = False
        self._on_channel = on_channel
        self._on_state = on_state
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            StateChanged: lambda event: self._call(self._on_state, event.state),
            ChannelOpened: self._opened,
            BufferedAmountLow: self._fell,
            ChannelClosed: self._closed,
        }

    # -- the driver's calls ----------------------------------------------------------------------------------

    @property
    def state(self) -> SctpState:
        """Where the association is."""
        return self.association.state

    @property
    def failure(self) -> str | None:
        """Why the state is FAILED."""
        return self.association.failure

    @property
    def rtt(self) -> float | None:
        """Smoothed round-trip time, seconds; None before the first measurement."""
        return self.association.rtt

    @property
    def remote_max_message_size(self) -> int:
        """Bytes that the peer accepts, its `a=max-message-size`; 0: any (RFC 8841 section 6.1)."""
        return self.association.channels.remote_max_message_size

    @remote_max_message_size.setter
    def remote_max_message_size(self, size: int) -> None:
        self.association.channels.remote_max_message_size = size

    @property
    def channels(self) -> dict[int, DataChannel]:
        """Channels that have a stream id and are not closed, ours and the peer's."""
        known = self.association.channels.table.by_id
        handles = {number: self._handles.get(channel) for number, channel in known.items()}
        return {number: handle for number, handle in handles.items() if handle is not None}

    def start(self, now: float, is_client: bool | None = None) -> None:
        """Begin the association. Call when DTLS stands, at both ends; then `write`.

        Args:
            now: seconds.
            is_client: our DTLS role, if it was not given before.
        Raises:
            InvalidStateError: the DTLS role is not known.
        """
        self._tell(self.association.start(now, is_client))

    def receive(self, packet: bytes, now: float) -> None:
        """Take one packet that DTLS decrypted. Never raises; callbacks are called from inside."""
        self._tell(self.association.receive(packet, now))

    def write(self, now: float) -> None:
        """Put what is due into packets, at most a burst; more follow when these are acknowledged."""
        self.woken = False
        self._tell(self.association.write(now))

    def take_packets(self) -> list[bytes]:
        """Packets for DTLS."""
        return self.association.take_packets()

    def next_deadline(self) -> float | None:
        """When `handle_timeout` is due, on the clock of `now`; None: nothing is waited for."""
        return self.association.next_deadline()

    def handle_timeout(self, now: float) -> None:
        """Act on deadlines that have passed; then `write`. Calling it early does no harm."""
        self._tell(self.association.handle_timeout(now))

    def path_restored(self, now: float) -> None:
        """Retransmit at once, because the path below works again (after an ICE restart, for example)."""
        self._tell(self.association.path_restored(now))

    def abort(self, now: float) -> None:
        """End at once: channels close, queued data is lost. `write` once more to tell the peer."""
        self._ended = True
        self._tell(self.association.abort(now))

    def close(self, now: float) -> None:
        """Abort, and drop what a pause has kept: nobody is interested any more."""
        self.abort(now)
        self._tell(self.association.discard_kept())

    def shutdown(self, now: float) -> None:
        """Close after everything queued is acknowledged; the state becomes CLOSED then."""
        self._tell(self.association.shutdown(now))
        self._request_wake()

    def create_channel(
        self, label: str, *, ordered: bool = True, max_retransmits: int | None = None, protocol: str = ""
    ) -> DataChannel:
        """Open a channel; it may be called before `start`.

        Args:
            label: name, at most 65535 bytes of UTF-8.
            ordered: keep the order of messages.
            max_retransmits: give a message up after that many retransmissions; None: never.
            protocol: name of a protocol.
        Raises:
            InvalidStateError: the endpoint is closed, or all stream ids are taken.
            ValueError: label or protocol are too long, max_retransmits is negative.
        """
        channel, events = self.association.create_channel(
            label, ordered=ordered, max_retransmits=max_retransmits, protocol=protocol
        )
        handle = self._handles[channel] = DataChannel(self, self.association, channel)
        self._tell(events)
        self.wake_if_connected()
        return handle

    def pause_receiving(self) -> None:
        """Let messages of reliable channels wait in the association; those of lossy channels are dropped.

        What waits closes the window that the peer sees, so a slow application slows its sender. Messages of
        the packet that is being read still come.
        """
        self.association.pause_receiving()

    def resume_receiving(self) -> None:
        """Let messages come again, with the next packets; `deliver_kept` gives out what has waited."""
        self.association.resume_receiving()

    def deliver_kept(self) -> bool:
        """Hand one of the messages that waited to its channel. Returns whether there was one.

        Those of new packets wait behind them.
        """
        event = self.association.pull_kept()
        if event is None:
            return False
        self._tell((event,))
        if self.association.write_due:
            self.wake_if_connected()
        return True

    # -- used by DataChannel ---------------------------------------------------------------------------------

    def wake_if_connected(self) -> None:
        """Ask to be driven; before the association stands there is no use."""
        if self.association.state is SctpState.CONNECTED:
            self._request_wake()

    def close_channel(self, channel: Channel) -> None:
        """Reset the outgoing stream of a channel once its queue is sent."""
        self._tell(self.association.close_channel(channel))
        self.wake_if_connected()

    # -- events ----------------------------------------------------------------------------------------------

    def _tell(self, events: Iterable[SctpEvent]) -> None:
        handles = self._handles
        for event in events:
            # Nearly all events are messages. A callback may have closed their channel by now.
            if type(event) is MessageReceived:
                handle = handles.get(event.channel)
                callback = None if handle is None else handle.on_message
                if callback is not None:
                    try:
                        callback(event.data)
                    except (Exception, asyncio.CancelledError):
                        self._callback_failed()
            else:
                self._handlers[type(event)](event)

    def _opened(self, event: ChannelOpened) -> None:
        channel = event.channel
        if self._ended:
            return
        if event.by_peer:
            handle = self._handles[channel] = DataChannel(self, self.association, channel)
            self._call(self._on_channel, handle)
        elif channel.state is ChannelState.OPEN:
            self._call(self._handles[channel].on_open)

    def _fell(self, event: BufferedAmountLow) -> None:
        handle = self._handles.get(event.channel)
        if handle is not None and handle.fell():
            self._call(handle.on_buffered_amount_low)

    def _closed(self, event: ChannelClosed) -> None:
        handle = self._handles.pop(event.channel, None)
        if handle is not None:
            handle.end()
            self._call(handle.on_close)

    def _request_wake(self) -> None:
        if not self.woken:
            self.woken = True
            self._wake()

    def _call(self, callback: Callable[..., object] | None, *args: object) -> None:
        """Call back into user code; what it raises must not disturb the protocol."""
        if callback is None:
            return
        try:
            callback(*args)
        except (Exception, asyncio.CancelledError):
            self._callback_failed()

    def _callback_failed(self) -> None:
        self.counters.callback_errors += 1
        _logger.exception("a data channel callback raised")
