"""The gate that complete messages pass on their way to the user; it is shut while receiving is paused."""

from __future__ import annotations

from collections import deque

from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.events import ChannelClosed, MessageReceived
from lkpy.transport.sctp.reassembly import CHUNK_OVERHEAD


class ReceiveGate:
    """Keeps what a user who has paused will read later.

    What is kept counts against the receive buffer, so the advertised window shrinks and the peer stops.
    Messages of lossy channels are not kept: late is lost.

    Args:
        counters: counts dropped messages.

    Attributes:
        paused: whether receiving is paused.
        shut: paused, or something is kept, behind which the next message has to wait.
        size: bytes kept, overhead included.
    """

    __slots__ = ("_counters", "_kept", "paused", "shut", "size")

    def __init__(self, counters: SctpCounters) -> None:
        self._counters = counters
        self._kept: deque[MessageReceived | ChannelClosed] = deque()
        self.paused = False
        self.shut = False
        self.size = 0

    def pause(self) -> None:
        """Keep messages from now on."""
        self.paused = self.shut = True

    def resume(self) -> None:
        """Give out what is kept, then let messages pass."""
        self.paused = False
        self.shut = bool(self._kept)

    def keep(self, event: MessageReceived) -> None:
        """Keep a message, or drop it if it is lossy."""
        channel = event.channel
        if channel.max_retransmits is not None:
            self._counters.paused_dropped += 1
            return
        self._kept.append(event)
        self.size += CHUNK_OVERHEAD + len(event.data)
        channel.held += 1

    def keep_end(self, event: ChannelClosed) -> None:
        """A channel of which messages are kept has closed; that is told after them."""
        self._kept.append(event)

    def pull(self) -> MessageReceived | ChannelClosed | None:
        """The oldest of what is kept; None if there is nothing, or receiving is paused."""
        if self.paused or not self._kept:
            return None
        event = self._kept.popleft()
        if isinstance(event, MessageReceived):
            self.size -= CHUNK_OVERHEAD + len(event.data)
            event.channel.held -= 1
        self.shut = bool(self._kept)
        return event

    def discard(self) -> list[ChannelClosed]:
        """Drop the messages that are kept. Returns the ends of channels among them."""
        kept, self._kept = self._kept, deque()
        ends = [event for event in kept if isinstance(event, ChannelClosed)]
        for event in kept:
            event.channel.held = 0
        self._counters.paused_dropped += len(kept) - len(ends)
        self.size = 0
        self.shut = self.paused
        return ends
