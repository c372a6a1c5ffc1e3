"""Data channels over one DTLS connection, without I/O: what a transport drives.

The driver's duty: call `start` when DTLS stands; `receive` for each packet; `packets_to_send` after a batch
of received packets, after `handle_timeout`, and after `wake` was called; and keep one timer for
`next_timeout`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from lkpy.errors import InvalidStateError, ProtocolError
from lkpy.transport.sctp.association import PACKET_SIZE, Association
from lkpy.transport.sctp.channel_table import ChannelTable
from lkpy.transport.sctp.channels import ChannelState, DataChannel
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.dcep import (
    ACK,
    MESSAGE_ACK,
    MESSAGE_OPEN,
    PPID_BINARY,
    PPID_DCEP,
    DataChannelOpen,
    decode_message,
)
from lkpy.transport.sctp.messages import OutboundStream
from lkpy.transport.sctp.states import SctpState

_logger = logging.getLogger(__name__)

DEFAULT_REMOTE_MAX_MESSAGE_SIZE = 65536
"""Bytes, when the peer's SDP has no `a=max-message-size` (RFC 8841 section 6.1)."""
MAX_INCOMING_MESSAGE = 262144
"""Bytes of a message that we accept from a peer at least; more than libwebrtc ever sends."""


class SctpEndpoint:
    """An SCTP association with its data channels.

    Args:
        is_client: our DTLS role, which gives us the even stream ids (RFC 8832 section 6). May be left None
            until `start`.
        wake: called when there is something to send, at any time and at most once until the next
            `packets_to_send`. It must not call back into the endpoint; scheduling a call is what it is for.
        on_channel: called with each channel that the peer opens, already OPEN. Set its `on_message` in there.
        on_state: called with each new state.
        max_message_size: what we announced to the peer. Messages up to 262144 bytes are taken even if it is
            less, larger ones are dropped and counted.
        packet_size: bytes of the largest SCTP packet.
        entropy: returns that many random bytes.
    """

    def __init__(
        self,
        is_client: bool | None = None,
        *,
        wake: Callable[[], None],
        on_channel: Callable[[DataChannel], None] | None = None,
        on_state: Callable[[SctpState], None] | None = None,
        max_message_size: int = MAX_INCOMING_MESSAGE,
        packet_size: int = PACKET_SIZE,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.state = SctpState.NEW
        self.failure: str | None = None
        """Why the state is FAILED."""
        self.remote_max_message_size = DEFAULT_REMOTE_MAX_MESSAGE_SIZE
        """Bytes that the peer accepts, its `a=max-message-size`; 0: any (RFC 8841 section 6.1). Set any
        time."""
        self._table = ChannelTable()
        self.channels = self._table.by_id
        """Channels that have a stream id and are not closed, ours and the peer's."""
        self.counters = SctpCounters()
        self._is_client = is_client
        self._wake = wake
        self._woken = False
        self._on_channel = on_channel
        self._on_state = on_state
        self._association = Association(
            self,
            entropy=entropy,
            max_message_size=max(max_message_size, MAX_INCOMING_MESSAGE),
            counters=self.counters,
            packet_size=packet_size,
        )
        self._queue = self._association.sender.queue

    # -- the driver's calls ----------------------------------------------------------------------------------

    @property
    def rtt(self) -> float | None:
        """Smoothed round-trip time, seconds; None before the first measurement."""
        return self._association.rtt

    def start(self, now: float, is_client: bool | None = None) -> None:
        """Begin the association. Call when DTLS stands, at both ends; then `packets_to_send`.

        Args:
            now: seconds.
            is_client: our DTLS role, if it was not given before.
        Raises:
            InvalidStateError: the DTLS role is not known.
        """
        if self.state is not SctpState.NEW:
            return
        if is_client is not None:
            self._is_client = is_client
        if self._is_client is None:
            raise InvalidStateError("the DTLS role decides stream ids: pass is_client")
        self._set_state(SctpState.CONNECTING)
        unnumbered, self._table.unnumbered = self._table.unnumbered, []
        for channel in unnumbered:
            self._number(channel, self._is_client)
        self._association.associate(now)

    def receive(self, packet: bytes, now: float) -> None:
        """Take one packet that DTLS decrypted. Never raises; callbacks are called from inside."""
        self._association.receive(packet, now)

    def packets_to_send(self, now: float) -> list[bytes]:
        """Packets for DTLS, at most a burst; more follow when these are acknowledged."""
        self._woken = False
        packets = self._association.packets_to_send(now)
        low = self._queue.low_water
        if low:
            self._queue.low_water = []
            for stream in low:
                channel = self._table.of_stream(stream)
                if channel is not None and channel._fell():
                    self._call(channel.on_buffered_amount_low)
        return packets

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, on the clock of `now`; None: nothing is waited for."""
        return self._association.next_timeout()

    def handle_timeout(self, now: float) -> None:
        """Act on deadlines that have passed; then call `packets_to_send`. Calling it early does no harm."""
        self._association.handle_timeout(now)

    def path_restored(self, now: float) -> None:
        """Retransmit at once, because the path below works again (after an ICE restart, for example)."""
        self._association.path_restored(now)

    def close(self, now: float) -> None:
        """Abort: channels close, queued data is lost. Call `packets_to_send` once more to tell the peer."""
        self._association.abort()
        if self.state is not SctpState.FAILED:
            self.on_terminated(None)

    def shutdown(self, now: float) -> None:
        """Close after everything queued is acknowledged; the state becomes CLOSED then."""
        self._association.shutdown(now)
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
        if self.state in (SctpState.CLOSED, SctpState.FAILED):
            raise InvalidStateError(
                f"cannot open data channel {label!r}: the transport is {self.state.value}"
            )
        if max(len(label.encode()), len(protocol.encode())) > 0xFFFF:
            raise ValueError("label or protocol of a data channel is longer than 65535 bytes")
        if max_retransmits is not None and not 0 <= max_retransmits <= 0xFFFF_FFFF:
            raise ValueError(f"max_retransmits {max_retransmits} is not a 32-bit number")
        channel = DataChannel(
            self, label, ordered=ordered, max_retransmits=max_retransmits, protocol=protocol
        )
        if self._is_client is None:
            self._table.unnumbered.append(channel)
        else:
            self._number(channel, self._is_client)
        if self.state is SctpState.CONNECTED and channel.id is not None:
            self._open(channel)
        return channel

    # -- used by DataChannel ---------------------------------------------------------------------------------

    def push(
        self,
        stream: OutboundStream,
        ppid: int,
        data: bytes,
        unordered: bool,
        max_retransmits: int | None,
        counted: int,
    ) -> None:
        """Queue a message of a channel and ask to be driven."""
        self._queue.push(stream, ppid, data, unordered, max_retransmits, counted)
        if not self._woken and self.state is SctpState.CONNECTED:
            self._woken = True
            self._wake()

    def close_channel(self, channel: DataChannel) -> None:
        """Reset the outgoing stream of a channel once its queue is sent."""
        if channel.state in (ChannelState.CLOSING, ChannelState.CLOSED):
            return
        if self.state is SctpState.CONNECTED:
            channel.state = ChannelState.CLOSING
            self._association.close_stream(channel._stream)
            self._request_wake()
        else:
            self._queue.discard(channel._stream)
            self._table.forget(channel)
            self._close(channel)

    # -- called by the association ---------------------------------------------------------------------------

    def on_established(self) -> None:
        """RFC 9260 section 11.2 COMMUNICATION UP."""
        self._set_state(SctpState.CONNECTED)
        for channel in list(self.channels.values()):
            if channel.state is ChannelState.CONNECTING:
                self._open(channel)
        self._request_wake()

    def on_message(self, stream_id: int, ppid: int, data: bytes) -> None:
        """A message on a stream: DCEP, or one for a channel."""
        counters = self.counters
        if ppid == PPID_DCEP:
            self._receive_dcep(stream_id, data)
            return
        channel = self.channels.get(stream_id)
        if channel is None or channel.state is ChannelState.CLOSED:
            counters.messages_dropped += 1
            return
        message: bytes | str = data
        size = len(data)
        if ppid != PPID_BINARY:
            decoded = decode_message(ppid, data)
            if decoded is None:
                counters.messages_dropped += 1
                return
            message = decoded
            if not message:
                size = 0
        counters.messages_received += 1
        counters.bytes_received += size
        channel.messages_received += 1
        channel.bytes_received += size
        # A message shows that the peer knows the channel, as an ACK does (RFC 8832 section 6).
        channel._confirmed = True
        handler = channel.on_message
        if handler is not None:
            try:
                handler(message)
            except Exception:
                self._callback_failed()

    def on_streams_reset(self, streams: tuple[int, ...] | None) -> None:
        """The peer closed channels (RFC 8831 section 6.7): close our side of them."""
        for channel in self._table.peer_reset(streams):
            if channel.state is ChannelState.CLOSING:
                continue  # our own reset is on its way; its answer completes the close
            # The peer no longer reads: what is queued has nowhere to go.
            self._queue.discard(channel._stream)
            self._close(channel)
            self._association.close_stream(channel._stream)

    def on_streams_closed(self, streams: list[OutboundStream]) -> None:
        """Our resets were answered."""
        for stream in streams:
            channel = self._table.we_reset(stream)
            if channel is not None:
                self._close(channel)

    def on_terminated(self, failure: str | None) -> None:
        """The association is over: close everything."""
        if self.state in (SctpState.CLOSED, SctpState.FAILED):
            return
        self.failure = failure
        self._set_state(SctpState.CLOSED if failure is None else SctpState.FAILED)
        for channel in self._table.clear():
            self._queue.discard(channel._stream)
            self._close(channel)
        self._request_wake()

    # -- channels --------------------------------------------------------------------------------------------

    def _number(self, channel: DataChannel, is_client: bool) -> None:
        max_streams = self._association.max_outbound_streams
        self._table.number(channel, is_client=is_client, max_streams=max_streams)

    def _open(self, channel: DataChannel) -> None:
        """Send OPEN, ahead of messages that were queued while connecting, and report the channel open."""
        message = DataChannelOpen(
            channel.label, channel.protocol, channel.ordered, channel.max_retransmits
        ).serialize()
        self._queue.push_first(channel._stream, PPID_DCEP, message)
        channel.state = ChannelState.OPEN
        self._request_wake()
        self._call(channel.on_open)

    def _receive_dcep(self, stream_id: int, data: bytes) -> None:
        if data[0] == MESSAGE_ACK:
            channel = self.channels.get(stream_id)
            if channel is None:
                self.counters.messages_dropped += 1
            else:
                channel._confirmed = True
            return
        try:
            if data[0] != MESSAGE_OPEN:
                raise ProtocolError(f"DCEP message of unknown type {data[0]}")
            opening = DataChannelOpen.parse(data)
        except ProtocolError:
            self.counters.messages_dropped += 1
            return
        channel = self.channels.get(stream_id)
        if channel is not None and channel.state is ChannelState.CLOSED:
            # Only the answer to our reset is late.
            self._table.reused(stream_id, channel)
            channel = None
        if channel is None:
            channel = DataChannel(
                self,
                opening.label,
                stream_id=stream_id,
                ordered=opening.ordered,
                max_retransmits=opening.max_retransmits,
                protocol=opening.protocol,
            )
            channel.state = ChannelState.OPEN
            channel._confirmed = True
            self._table.register(stream_id, channel)
            self._queue.push(channel._stream, PPID_DCEP, ACK, counted=0)
            self._call(self._on_channel, channel)
        elif channel.state is ChannelState.OPEN and not channel._stream.queue:
            # Said twice: confirmed again, nothing new (but never more answers than one at a time).
            self._queue.push(channel._stream, PPID_DCEP, ACK, counted=0)

    def _close(self, channel: DataChannel) -> None:
        if channel.state is not ChannelState.CLOSED:
            channel.state = ChannelState.CLOSED
            channel._finished()
            self._call(channel.on_close)

    # -- helpers ---------------------------------------------------------------------------------------------

    def _set_state(self, state: SctpState) -> None:
        self.state = state
        self._call(self._on_state, state)

    def _request_wake(self) -> None:
        if not self._woken:
            self._woken = True
            self._wake()

    def _call(self, callback: Callable[..., None] | None, *args: object) -> None:
        """Call back into user code; what it raises must not disturb the protocol."""
        if callback is None:
            return
        try:
            callback(*args)
        except Exception:
            self._callback_failed()

    def _callback_failed(self) -> None:
        self.counters.callback_errors += 1
        _logger.exception("a data channel callback raised")
