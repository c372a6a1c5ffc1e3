"""A data channel as its users hold it in their hands (RFC 8831)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lkpy.errors import DataChannelError
from lkpy.transport.sctp.association import Association
from lkpy.transport.sctp.channel import Channel, ChannelState
from lkpy.transport.sctp.waiter import DrainWaiters

__all__ = ["ChannelState", "DataChannel", "DataChannelError"]


class ChannelHost(Protocol):
    """What a channel asks of the endpoint that carries it."""

    woken: bool

    def wake_if_connected(self) -> None:
        """Something was queued; not to be called while `woken`."""

    def close_channel(self, channel: Channel) -> None:
        """Reset the channel's streams after what is queued."""


class DataChannel:
    """A stream of messages each way. Made by `SctpEndpoint`, for a channel of ours or of the peer.

    The callbacks are attributes; set them before the next packet is received. What they raise is logged and
    counted.

    Args:
        host: drives the association.
        association: carries the channel.
        channel: what it knows of it.

    Attributes:
        on_message: called with each message, `bytes` or `str`. Without it messages are lost.
        on_open: called when the channel becomes OPEN.
        on_close: called once, when the channel is CLOSED and its last message was told.
        on_buffered_amount_low: called when `buffered_amount` falls to `buffered_amount_low_threshold`.
    """

    __slots__ = (
        "_above_threshold",
        "_channel",
        "_host",
        "_send",
        "_stream",
        "_threshold",
        "_waiters",
        "on_buffered_amount_low",
        "on_close",
        "on_message",
        "on_open",
    )

    def __init__(self, host: ChannelHost, association: Association, channel: Channel) -> None:
        self.on_message: Callable[[bytes | str], None] | None = None
        self.on_open: Callable[[], None] | None = None
        self.on_close: Callable[[], None] | None = None
        self.on_buffered_amount_low: Callable[[], None] | None = None
        self._host = host
        self._send = association.channels.send
        self._channel = channel
        self._stream = channel.stream
        self._threshold = 0
        self._above_threshold = False
        self._waiters = DrainWaiters()

    def __repr__(self) -> str:
        return f"<DataChannel {self.label!r} id={self.id} {self.state.value}>"

    @property
    def label(self) -> str:
        """Name of the channel."""
        return self._channel.label

    @property
    def protocol(self) -> str:
        """Name of the protocol spoken on it, mostly empty."""
        return self._channel.protocol

    @property
    def ordered(self) -> bool:
        """Messages arrive in the order in which they were sent."""
        return self._channel.ordered

    @property
    def max_retransmits(self) -> int | None:
        """How often a lost part is sent again before its message is given up; None: reliable."""
        return self._channel.max_retransmits

    @property
    def id(self) -> int | None:
        """Stream identifier; None until the DTLS role, which decides it, is known."""
        return self._stream.id

    @property
    def state(self) -> ChannelState:
        """Where in its life the channel is.

        It opens when the association stands, not when the peer has confirmed the channel: messages may follow
        the OPEN at once (RFC 8832 section 6).
        """
        return self._channel.state

    @property
    def messages_sent(self) -> int:
        """Messages given to `send`."""
        return self._channel.messages_sent

    @property
    def bytes_sent(self) -> int:
        """Bytes given to `send`."""
        return self._channel.bytes_sent

    @property
    def messages_received(self) -> int:
        """Messages that arrived."""
        return self._channel.messages_received

    @property
    def bytes_received(self) -> int:
        """Bytes of messages that arrived."""
        return self._channel.bytes_received

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
        self._send(self._channel, data)
        host = self._host
        if not host.woken:
            host.wake_if_connected()
        stream = self._stream
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
        self._host.close_channel(self._channel)

    # -- called by the endpoint ------------------------------------------------------------------------------

    def fell(self) -> bool:
        """`buffered_amount` fell to the mark. Returns whether that was the threshold."""
        buffered = self._stream.buffered
        self._waiters.wake(buffered)
        crossed = self._above_threshold and buffered <= self._threshold
        if crossed:
            self._above_threshold = False
        self._rearm()
        return crossed

    def end(self) -> None:
        """The channel is closed: nobody waits any more."""
        self._waiters.wake(0)

    def _rearm(self) -> None:
        stream = self._stream
        stream.notify_at = max(self._threshold, self._waiters.highest)
        stream.armed = stream.buffered > 0 and (self._above_threshold or self._waiters.highest >= 0)
