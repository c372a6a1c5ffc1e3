"""What waits to be sent: messages, their streams, and the order in which they become DATA chunks.

Streams take turns message by message, so that a bulk transfer on one channel does not hold up another (RFC
8831 section 6.4 asks for fairness). Once the first fragment of a message has a TSN its other fragments follow
without a gap, because TSNs of one message are consecutive (RFC 9260 section 6.9).
"""

from __future__ import annotations

from collections import deque

from lkpy.transport.sctp.chunks import (
    COMMON_HEADER_SIZE,
    DATA,
    DATA_HEADER,
    DATA_HEADER_SIZE,
    FLAG_BEGIN,
    FLAG_END,
    FLAG_UNORDERED,
    U16,
    U32,
)
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.flight import Flight
from lkpy.transport.sctp.messages import OutboundMessage, OutboundStream, SentChunk

_MIN_FRAGMENT = 256
"""Bytes: a fragment smaller than this at the end of a packet costs more than it saves."""

_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")
"""By length modulo four."""

_pack = DATA_HEADER.pack


class SendQueue:
    """Turns queued messages into DATA chunks.

    Args:
        flight: where sent chunks live until they are acknowledged.
        packet_size: bytes of a full SCTP packet with its common header.
        counters: counts messages and bytes.
    """

    __slots__ = ("_counters", "_flight", "_max_payload", "_ready", "low_water")

    def __init__(self, flight: Flight, packet_size: int, counters: SctpCounters) -> None:
        self._flight = flight
        self._counters = counters
        self._max_payload = packet_size - COMMON_HEADER_SIZE - DATA_HEADER_SIZE
        self._ready: deque[OutboundStream] = deque()
        self.low_water: list[OutboundStream] = []
        """Armed streams whose buffered bytes fell to their mark; whoever reads this clears it."""

    def __bool__(self) -> bool:
        return bool(self._ready)

    def push(
        self,
        stream: OutboundStream,
        ppid: int,
        data: bytes,
        unordered: bool = False,
        max_retransmits: int | None = None,
        counted: int | None = None,
    ) -> None:
        """Queue one message of at least one byte.

        Args:
            counted: bytes of it that count as the user's; all of them if None.
        """
        size = len(data) if counted is None else counted
        queue = stream.queue
        queue.append(
            OutboundMessage(stream, ppid, data, FLAG_UNORDERED if unordered else 0, max_retransmits, size)
        )
        stream.buffered += size
        if len(queue) == 1:
            self._ready.append(stream)

    def push_first(self, stream: OutboundStream, ppid: int, data: bytes) -> None:
        """Queue a control message ahead of what is queued on a stream that has not sent anything yet."""
        stream.queue.appendleft(OutboundMessage(stream, ppid, data, 0, None, 0))
        if len(stream.queue) == 1:
            self._ready.append(stream)

    def discard(self, stream: OutboundStream) -> None:
        """Forget queued messages of a stream, except one whose first fragments are on their way."""
        queue = stream.queue
        keep = queue[0] if queue and queue[0].offset else None
        queue.clear()
        stream.buffered = 0
        if keep is not None:
            queue.append(keep)
            stream.buffered = max(0, keep.counted - keep.offset)
        elif stream in self._ready:
            self._ready.remove(stream)
        self._report(stream)

    def drop_partial(self, message: OutboundMessage) -> None:
        """The rest of a message that has begun will not be sent: it was abandoned."""
        stream = message.stream
        stream.queue.popleft()
        stream.buffered -= max(0, message.counted - message.offset)
        message.offset = len(message.data)
        self._ready.popleft()
        if stream.queue:
            self._ready.append(stream)
        self._report(stream)

    def _report(self, stream: OutboundStream) -> None:
        if stream.armed and stream.buffered <= stream.notify_at:
            stream.armed = False
            self.low_water.append(stream)

    def fill(self, parts: list[bytes], room: int) -> int:
        """Append DATA chunks of new data to a packet.

        Args:
            parts: the chunks of the packet.
            room: bytes left in it.
        Returns:
            Bytes appended.
        """
        ready = self._ready
        flight = self._flight
        sent = flight.sent
        tsn = flight.next_tsn
        before = room
        user_bytes = 0
        while ready:
            stream = ready[0]
            queue = stream.queue
            message = queue[0]
            data = message.data
            offset = message.offset
            left = len(data) - offset
            flags = message.flags
            if left + DATA_HEADER_SIZE <= room:
                flags |= FLAG_END
                take = left
            elif (left <= self._max_payload and not offset) or room < DATA_HEADER_SIZE + _MIN_FRAGMENT:
                break
            else:
                take = (room - DATA_HEADER_SIZE) & ~3
            if not offset:
                flags |= FLAG_BEGIN
                message.first_tsn = tsn
                if not flags & FLAG_UNORDERED:
                    message.ssn = stream.next_ssn
                    stream.next_ssn = (message.ssn + 1) & U16
            header = _pack(
                DATA, flags, DATA_HEADER_SIZE + take, tsn & U32, stream.id, message.ssn, message.ppid
            )
            part = data if take == len(data) else data[offset : offset + take]
            wire = header + part + _PADDING[take & 3] if take & 3 else header + part
            parts.append(wire)
            sent[tsn] = SentChunk(wire, message)
            message.last_tsn = tsn
            tsn += 1
            room -= len(wire)
            stream.outstanding += 1
            if take == left:
                queue.popleft()
                self._counters.messages_sent += 1
                if len(ready) > 1:
                    ready.popleft()
                    if queue:
                        ready.append(stream)
                elif not queue:
                    ready.popleft()
            message.offset = offset + take
            if message.counted:
                user_bytes += take
                stream.buffered -= take
                if stream.armed and stream.buffered <= stream.notify_at:
                    stream.armed = False
                    self.low_water.append(stream)
        added = before - room
        if added:
            flight.next_tsn = tsn
            flight.bytes += added
            self._counters.bytes_sent += user_bytes
        return added
