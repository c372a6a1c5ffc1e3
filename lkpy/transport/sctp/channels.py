"""Data channels (RFC 8831), the part that users hold in their hands."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Protocol

from lkpy.errors import InvalidStateError
from lkpy.transport.sctp.dcep import PPID_BINARY, PPID_BINARY_EMPTY, PPID_STRING, PPID_STRING_EMPTY
from lkpy.transport.sctp.messages import OutboundStream
from lkpy.transport.sctp.waiter import DrainWaiters


class ChannelHost(Protocol):
    """What a channel asks of the endpoint that carries it."""

    remote_max_message_size: int

    def push(
        self,
        stream: OutboundStream,
        ppid: int,
        data: bytes,
        unordered: bool,
        max_retransmits: int | None,
        counted: int,
    ) -> None:
        """Queue a message."""

    def close_channel(self, channel: DataChannel) -> None:
        """Reset the channel's streams after what is queued."""


class ChannelState(enum.Enum):
    """As `RTCChannelState` of the WebRTC API."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class DataChannelError(InvalidStateError):
    """A message cannot be sent: the channel is closed, or the message is larger than the peer accepts."""


class DataChannel:
    """A stream of messages each way. Made by `SctpEndpoint.create_channel` or by the peer.

    The callbacks are attributes; set them before the next packet is received. What they raise is logged and
    counted.

    Attributes:
        label: name of the channel.
        protocol: name of the protocol spoken on it, mostly empty.
        ordered: messages arrive in the order in which they were sent.
        max_retransmits: how often a lost part is sent again before its message is given up; None: reliable.
        state: where in its life the channel is. It opens when the association stands, not when the peer has
            confirmed the channel: messages may follow the OPEN at once (RFC 8832 section 6).
        on_message: called with each message, `bytes` or `str`. Without it messages are lost.
        on_open: called when the channel becomes OPEN.
        on_close: called once, when the channel becomes CLOSED.
        on_buffered_amount_low: called when `buffered_amount` falls to `buffered_amount_low_threshold`.
        messages_sent, bytes_sent: given to `send`.
        messages_received, bytes_received: delivered.
    """

    __slots__ = (
        "_above_threshold",
        "_confirmed",
        "_endpoint",
        "_stream",
        "_threshold",
        "_waiters",
        "bytes_received",
        "bytes_sent",
        "label",
        "max_retransmits",
        "messages_received",
        "messages_sent",
        "on_buffered_amount_low",
        "on_close",
        "on_message",
        "on_open",
        "ordered",
        "protocol",
        "state",
    )

    def __init__(
        self,
        endpoint: ChannelHost,
        label: str,
        *,
        stream_id: int | None = None,
        ordered: bool = True,
        max_retransmits: int | None = None,
        protocol: str = "",
    ) -> None:
        self.label = label
        self.protocol = protocol
        self.ordered = ordered
        self.max_retransmits = max_retransmits
        self.state = ChannelState.CONNECTING
        self.messages_sent = self.bytes_sent = 0
        self.messages_received = self.bytes_received = 0
        self.on_message: Callable[[bytes | str], None] | None = None
        self.on_open: Callable[[], None] | None = None
        self.on_close: Callable[[], None] | None = None
        self.on_buffered_amount_low: Callable[[], None] | None = None
        self._endpoint = endpoint
        self._stream = OutboundStream(stream_id)
        self._threshold = 0
        self._above_threshold = False
        self._waiters = DrainWaiters()
        # Until the peer is known to know the channel, everything is sent in order, so that nothing overtakes
        # the OPEN (RFC 8832 section 6).
        self._confirmed = False

    def __repr__(self) -> str:
        return f"<DataChannel {self.label!r} id={self.id} {self.state.value}>"

    @property
    def id(self) -> int | None:
        """Stream identifier; None until the DTLS role, which decides it, is known."""
        return self._stream.id

    @property
    def buffered_amount(self) -> int:
        """Bytes given to `send` that have not been put into a packet yet."""
        return self._stream.buffered

    @property
    def buffered_amount_low_threshold(self) -> int:
        """Bytes; `on_buffered_amount_low` is called when `buffered_amount` falls from above to this or
        less."""
        return self._threshold

    @buffered_amount_low_threshold.setter
    def buffered_amount_low_threshold(self, value: int) -> None:
        self._threshold = value
        self._above_threshold = self._stream.buffered > value
        self._rearm()

    def send(self, data: bytes | bytearray | memoryview | str) -> None:
        """Queue one message. A reliable channel never drops it; use `drain` to wait while too much is queued.

        While the channel is CONNECTING messages are kept and follow the OPEN.

        Raises:
            DataChannelError: the channel is closing or closed, or the message is larger than
                `remote_max_message_size` of the peer. The channel goes on.
        """
        if isinstance(data, bytes):
            ppid = PPID_BINARY
        elif isinstance(data, str):
            data = data.encode()
            ppid = PPID_STRING
        else:
            data = bytes(data)
            ppid = PPID_BINARY
        size = len(data)
        endpoint = self._endpoint
        state = self.state
        if state is not ChannelState.OPEN and state is not ChannelState.CONNECTING:
            raise DataChannelError(f"data channel {self.label!r} is {state.value}")
        if size > endpoint.remote_max_message_size > 0:
            raise DataChannelError(
                f"a message of {size} bytes is larger than the peer accepts "
                f"({endpoint.remote_max_message_size})"
            )
        if not size:
            # SCTP has no empty messages: one byte stands for them (RFC 8831 section 6.6).
            ppid = PPID_STRING_EMPTY if ppid == PPID_STRING else PPID_BINARY_EMPTY
            data = b"\0"
        stream = self._stream
        endpoint.push(stream, ppid, data, self._confirmed and not self.ordered, self.max_retransmits, size)
        self.messages_sent += 1
        self.bytes_sent += size
        if stream.buffered > self._threshold:
            self._above_threshold = True
            stream.armed = True

    async def drain(self, below: int = 0) -> None:
        """Wait until `buffered_amount` is `below` bytes or less, or the channel is closed."""
        while self._stream.buffered > below and self.state is not ChannelState.CLOSED:
            waiting = self._waiters.wait(below)
            stream = self._stream
            stream.notify_at = max(stream.notify_at, below)
            stream.armed = True
            await waiting

    def close(self) -> None:
        """Close the channel: what is queued is still sent, then the stream is reset (RFC 8831 section
        6.7)."""
        self._endpoint.close_channel(self)

    # -- called by the endpoint ------------------------------------------------------------------------------

    def _rearm(self) -> None:
        stream = self._stream
        stream.notify_at = max(self._threshold, self._waiters.highest)
        stream.armed = stream.buffered > 0 and (self._above_threshold or self._waiters.highest >= 0)

    def _fell(self) -> bool:
        """`buffered_amount` fell to the mark. Returns whether that was the threshold."""
        buffered = self._stream.buffered
        self._waiters.wake(buffered)
        crossed = self._above_threshold and buffered <= self._threshold
        if crossed:
            self._above_threshold = False
        self._rearm()
        return crossed

    def _finished(self) -> None:
        self._waiters.wake(0)
