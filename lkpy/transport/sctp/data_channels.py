"""The data channels of an association: opening, messages, closing (RFC 8831, RFC 8832)."""

from __future__ import annotations

from collections.abc import Iterable

from lkpy.errors import DataChannelError, ProtocolError
from lkpy.transport.sctp.channel import Channel, ChannelState
from lkpy.transport.sctp.channel_table import ChannelTable
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.dcep import (
    ACK,
    MESSAGE_ACK,
    MESSAGE_OPEN,
    PPID_BINARY,
    PPID_BINARY_EMPTY,
    PPID_DCEP,
    PPID_STRING,
    PPID_STRING_EMPTY,
    DataChannelOpen,
    decode_message,
)
from lkpy.transport.sctp.events import ChannelClosed, ChannelOpened, MessageReceived, SctpEvent
from lkpy.transport.sctp.gate import ReceiveGate
from lkpy.transport.sctp.messages import OutboundStream
from lkpy.transport.sctp.outbound import SendQueue
from lkpy.transport.sctp.reassembly import Message

DEFAULT_REMOTE_MAX_MESSAGE_SIZE = 65536
"""Bytes, when the peer's SDP has no `a=max-message-size` (RFC 8841 section 6.1)."""
_CLOSED = ChannelState.CLOSED
_MAX_NAME = 0xFFFF
_MAX_RETRANSMITS = 0xFFFF_FFFF


class DataChannels:
    """Makes channels of streams.

    Args:
        queue: takes what is sent.
        gate: where messages wait while receiving is paused.
        events: takes what happens.
        counters: filled in.

    Attributes:
        table: which channel has which id.
        is_client: our DTLS role, which gives us the even ids; None until it is known.
        max_streams: how many ids both ends agreed on.
        remote_max_message_size: bytes that the peer accepts in a message; 0: any.
    """

    __slots__ = (
        "_by_id",
        "_counters",
        "_events",
        "_gate",
        "_queue",
        "is_client",
        "max_streams",
        "remote_max_message_size",
        "table",
    )

    def __init__(
        self,
        queue: SendQueue,
        gate: ReceiveGate,
        events: list[SctpEvent],
        counters: SctpCounters,
        *,
        is_client: bool | None,
        max_streams: int,
    ) -> None:
        self.table = ChannelTable()
        self.is_client = is_client
        self.max_streams = max_streams
        self.remote_max_message_size = DEFAULT_REMOTE_MAX_MESSAGE_SIZE
        self._by_id = self.table.by_id
        self._queue = queue
        self._gate = gate
        self._events = events
        self._counters = counters

    # -- calls -----------------------------------------------------------------------------------------------

    def create(
        self, label: str, *, ordered: bool, max_retransmits: int | None, protocol: str, connected: bool
    ) -> Channel:
        """Make a channel of ours. See `Association.create_channel`."""
        if max(len(label.encode()), len(protocol.encode())) > _MAX_NAME:
            raise ValueError("label or protocol of a data channel is longer than 65535 bytes")
        if max_retransmits is not None and not 0 <= max_retransmits <= _MAX_RETRANSMITS:
            raise ValueError(f"max_retransmits {max_retransmits} is not a 32-bit number")
        channel = Channel(label, ordered=ordered, max_retransmits=max_retransmits, protocol=protocol)
        if self.is_client is None:
            self.table.unnumbered.append(channel)
        else:
            self.table.number(channel, is_client=self.is_client, max_streams=self.max_streams)
            if connected:
                self._open(channel)
        return channel

    def set_role(self, is_client: bool) -> None:
        """Our DTLS role is known: channels get their ids.

        Raises:
            InvalidStateError: there are more channels than ids.
        """
        self.is_client = is_client
        unnumbered, self.table.unnumbered = self.table.unnumbered, []
        for channel in unnumbered:
            self.table.number(channel, is_client=is_client, max_streams=self.max_streams)

    def send(self, channel: Channel, data: bytes | bytearray | memoryview | str) -> None:
        """Queue one message. See `DataChannel.send`."""
        if isinstance(data, bytes):
            ppid = PPID_BINARY
        elif isinstance(data, str):
            data = data.encode()
            ppid = PPID_STRING
        else:
            data = bytes(data)
            ppid = PPID_BINARY
        size = len(data)
        state = channel.state
        if state is not ChannelState.OPEN and state is not ChannelState.CONNECTING:
            raise DataChannelError(f"data channel {channel.label!r} is {state.value}")
        if size > self.remote_max_message_size > 0:
            raise DataChannelError(
                f"a message of {size} bytes is larger than the peer accepts ({self.remote_max_message_size})"
            )
        if not size:
            # SCTP has no empty messages: one byte stands for them (RFC 8831 section 6.6).
            ppid = PPID_STRING_EMPTY if ppid == PPID_STRING else PPID_BINARY_EMPTY
            data = b"\0"
        unordered = channel.confirmed and not channel.ordered
        self._queue.push(channel.stream, ppid, data, unordered, channel.max_retransmits, size)
        channel.messages_sent += 1
        channel.bytes_sent += size

    def close(self, channel: Channel, *, connected: bool) -> bool:
        """Close a channel of either side. Returns whether its stream is to be reset."""
        if channel.state in (ChannelState.CLOSING, ChannelState.CLOSED):
            return False
        if connected:
            channel.state = ChannelState.CLOSING
            return True
        self._queue.discard(channel.stream)
        self.table.forget(channel)
        self._closed(channel)
        return False

    # -- what the association brings -------------------------------------------------------------------------

    def established(self) -> None:
        """RFC 9260 section 11.2 COMMUNICATION UP: open what waits for it."""
        for channel in self._by_id.values():
            self._open(channel)

    def receive(self, messages: Iterable[Message]) -> None:
        """Take complete messages: DCEP, or for a channel."""
        by_id = self._by_id
        events = self._events
        shut = self._gate.shut
        count = total = 0
        for stream_id, ppid, data in messages:
            if ppid == PPID_DCEP:
                self._receive_dcep(stream_id, data)
                continue
            channel = by_id.get(stream_id)
            message = data if ppid == PPID_BINARY else decode_message(ppid, data)
            if channel is None or channel.state is _CLOSED or message is None:
                self._counters.messages_dropped += 1
                continue
            # The one byte that stands for an empty message does not count; text counts as it is on the wire.
            size = len(data) if message else 0
            count += 1
            total += size
            channel.messages_received += 1
            channel.bytes_received += size
            # A message shows that the peer knows the channel, as an ACK does (RFC 8832 section 6).
            channel.confirmed = True
            event = MessageReceived(channel, message)
            if shut:
                self._gate.keep(event)
            else:
                events.append(event)
        self._counters.messages_received += count
        self._counters.bytes_received += total

    def peer_reset(self, stream_ids: Iterable[int] | None) -> list[OutboundStream]:
        """The peer closed channels (RFC 8831 section 6.7). Returns our streams of them, to be reset too."""
        streams = []
        for channel in self.table.peer_reset(stream_ids):
            if channel.state is ChannelState.CLOSING:
                continue  # our own reset is on its way; its answer completes the close
            # The peer no longer reads: what is queued has nowhere to go.
            self._queue.discard(channel.stream)
            self._closed(channel)
            streams.append(channel.stream)
        return streams

    def own_reset(self, streams: Iterable[OutboundStream]) -> None:
        """Our resets were answered."""
        for stream in streams:
            channel = self.table.we_reset(stream)
            if channel is not None:
                self._closed(channel)

    def terminate(self) -> None:
        """The association is over: close everything."""
        for channel in self.table.clear():
            self._queue.discard(channel.stream)
            self._closed(channel)

    def discard_kept(self) -> None:
        """Nobody will read what the gate keeps."""
        self._events.extend(self._gate.discard())

    # -- inside ----------------------------------------------------------------------------------------------

    def _open(self, channel: Channel) -> None:
        """Send OPEN, ahead of messages that were queued while connecting, and report the channel open."""
        message = DataChannelOpen(
            channel.label, channel.protocol, channel.ordered, channel.max_retransmits
        ).serialize()
        self._queue.push_first(channel.stream, PPID_DCEP, message)
        channel.state = ChannelState.OPEN
        self._events.append(ChannelOpened(channel, by_peer=False))

    def _receive_dcep(self, stream_id: int, data: bytes) -> None:
        channel = self._by_id.get(stream_id)
        if data[0] == MESSAGE_ACK:
            if channel is None:
                self._counters.messages_dropped += 1
            else:
                channel.confirmed = True
            return
        try:
            if data[0] != MESSAGE_OPEN:
                raise ProtocolError(f"DCEP message of unknown type {data[0]}")
            opening = DataChannelOpen.parse(data)
        except ProtocolError:
            self._counters.messages_dropped += 1
            return
        if channel is None or channel.state is ChannelState.CLOSED:
            if channel is not None:
                # Only the answer to our reset is late.
                self.table.reused(stream_id, channel)
            self._accept(stream_id, opening)
        elif channel.state is ChannelState.OPEN and not channel.stream.queue:
            # Said twice: confirmed again, nothing new (but never more answers than one at a time).
            self._queue.push(channel.stream, PPID_DCEP, ACK, counted=0)

    def _accept(self, stream_id: int, opening: DataChannelOpen) -> None:
        channel = Channel(
            opening.label,
            stream_id=stream_id,
            ordered=opening.ordered,
            max_retransmits=opening.max_retransmits,
            protocol=opening.protocol,
        )
        channel.state = ChannelState.OPEN
        channel.confirmed = True
        self.table.register(stream_id, channel)
        self._queue.push(channel.stream, PPID_DCEP, ACK, counted=0)
        self._events.append(ChannelOpened(channel, by_peer=True))

    def _closed(self, channel: Channel) -> None:
        if channel.state is ChannelState.CLOSED:
            return
        channel.state = ChannelState.CLOSED
        event = ChannelClosed(channel)
        if channel.held:
            self._gate.keep_end(event)
        else:
            self._events.append(event)
