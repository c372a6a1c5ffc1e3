"""From DATA chunks to messages: fragments joined by TSN, ordered messages put in order by SSN (RFC 9260
section 6.6 and 6.9), messages that will not come left out (RFC 3758 section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lkpy.transport.sctp.chunks import FLAG_BEGIN, FLAG_END, FLAG_UNORDERED, HALF_U16, U16
from lkpy.transport.sctp.counters import SctpCounters

_BORDERS: Final = FLAG_BEGIN | FLAG_END

CHUNK_OVERHEAD: Final = 128
"""Bytes that a waiting chunk is taken to cost beside its payload, so that many tiny ones are bounded too."""

Message = tuple[int, int, bytes]
"""Stream id, PPID and data of a complete message."""


class _Run:
    """Consecutive fragments of one message."""

    __slots__ = ("begins", "ends", "first", "flags", "last", "parts", "ppid", "size", "ssn", "stream_id")

    def __init__(self, tsn: int, flags: int, stream_id: int, ssn: int, ppid: int, payload: bytes) -> None:
        self.first = tsn
        self.last = tsn
        self.begins = bool(flags & FLAG_BEGIN)
        self.ends = bool(flags & FLAG_END)
        self.flags = flags
        self.stream_id = stream_id
        self.ssn = ssn
        self.ppid = ppid
        # None: the message is too large; its fragments are counted off but not kept.
        self.parts: list[bytes] | None = [payload]
        self.size = len(payload)

    @property
    def cost(self) -> int:
        if self.parts is None:
            return CHUNK_OVERHEAD
        return self.size + CHUNK_OVERHEAD * len(self.parts)


class _InboundStream:
    __slots__ = ("expected_ssn", "waiting")

    def __init__(self) -> None:
        self.expected_ssn = 0
        self.waiting: dict[int, tuple[int, bytes | None]] = {}


class Reassembly:
    """Joins and orders what arrives.

    Args:
        max_message_size: bytes; larger messages are dropped and counted, their stream goes on.
        counters: counts dropped messages.

    Attributes:
        messages: complete messages, in order where they are ordered; `take_messages` fetches them.
    """

    __slots__ = (
        "_by_first",
        "_by_last",
        "_counters",
        "_max_message_size",
        "_streams",
        "buffered",
        "messages",
    )

    def __init__(self, max_message_size: int, counters: SctpCounters) -> None:
        self.messages: list[Message] = []
        self._max_message_size = max_message_size
        self._counters = counters
        # Runs that may grow at their end, by last TSN; and at their beginning, by first TSN.
        self._by_last: dict[int, _Run] = {}
        self._by_first: dict[int, _Run] = {}
        self._streams: dict[int, _InboundStream] = {}
        self.buffered = 0
        """Bytes held back, overhead included."""

    def take_messages(self) -> list[Message]:
        """What became complete since the last call."""
        messages, self.messages = self.messages, []
        return messages

    def add(self, tsn: int, flags: int, stream_id: int, ssn: int, ppid: int, payload: bytes) -> None:
        """Take one chunk that was not seen before; `tsn` is unwrapped."""
        begins = flags & FLAG_BEGIN
        ends = flags & FLAG_END
        if begins and ends:
            if flags & FLAG_UNORDERED:
                self.messages.append((stream_id, ppid, payload))
                return
            stream = self._streams.get(stream_id)
            if stream is not None and ssn == stream.expected_ssn and not stream.waiting:
                # Nearly all small messages: nothing is missing.
                stream.expected_ssn = (ssn + 1) & U16
                self.messages.append((stream_id, ppid, payload))
            else:
                self._in_order(stream_id, ssn, ppid, payload)
            return
        left = self._by_last.pop(tsn - 1, None)
        if left is not None and left.parts is not None and not flags & _BORDERS and not self._by_first:
            # The next fragment of a message in the middle of which nothing is missing.
            left.last = tsn
            left.size += len(payload)
            left.parts.append(payload)
            self.buffered += len(payload) + CHUNK_OVERHEAD
            self._by_last[tsn] = left
            if left.size > self._max_message_size:
                self._give_up(left)
            return
        if left is None:
            run = _Run(tsn, flags, stream_id, ssn, ppid, payload)
            if not begins:
                self._by_first[tsn] = run
            self.buffered += run.cost
        elif begins:
            # A new message begins where the old one should go on: the old one was abandoned by its sender.
            self._remove(left)
            run = _Run(tsn, flags, stream_id, ssn, ppid, payload)
            self.buffered += run.cost
        else:
            run = left
            run.last = tsn
            run.ends = bool(ends)
            run.size += len(payload)
            if run.parts is not None:
                run.parts.append(payload)
                self.buffered += len(payload) + CHUNK_OVERHEAD
        if not ends:
            right = self._by_first.pop(tsn + 1, None)
            if right is not None:
                self._join(run, right)
            if not run.ends:
                self._by_last[run.last] = run
        if run.size > self._max_message_size:
            self._give_up(run)
        if run.begins and run.ends:
            self._complete(run)

    def _give_up(self, run: _Run) -> None:
        """The message is too large: only its end is waited for."""
        self.buffered -= run.cost
        run.parts = None
        self.buffered += run.cost

    def _join(self, left: _Run, right: _Run) -> None:
        self.buffered -= left.cost + right.cost
        left.last = right.last
        left.ends = right.ends
        left.size += right.size
        if left.parts is not None:
            if right.parts is None:
                left.parts = None
            else:
                left.parts += right.parts
        self.buffered += left.cost

    def _remove(self, run: _Run) -> None:
        self.buffered -= run.cost
        self._by_first.pop(run.first, None)
        self._by_last.pop(run.last, None)

    def _complete(self, run: _Run) -> None:
        self.buffered -= run.cost
        message = None
        if run.parts is None:
            self._counters.messages_dropped += 1
        else:
            message = b"".join(run.parts)
        if not run.flags & FLAG_UNORDERED:
            self._in_order(run.stream_id, run.ssn, run.ppid, message)
        elif message is not None:
            self.messages.append((run.stream_id, run.ppid, message))

    def _in_order(self, stream_id: int, ssn: int, ppid: int, message: bytes | None) -> None:
        stream = self._streams.get(stream_id)
        if stream is None:
            stream = self._streams[stream_id] = _InboundStream()
        if ssn == stream.expected_ssn:
            stream.expected_ssn = (ssn + 1) & U16
            if message is not None:
                self.messages.append((stream_id, ppid, message))
            if stream.waiting:
                self._drain(stream_id, stream)
        elif (ssn - stream.expected_ssn) & U16 < HALF_U16 and ssn not in stream.waiting:
            stream.waiting[ssn] = (ppid, message)
            self.buffered += CHUNK_OVERHEAD + len(message or b"")
        else:
            self._counters.messages_dropped += 1

    def _take(self, stream_id: int, stream: _InboundStream, ssn: int) -> None:
        ppid, message = stream.waiting.pop(ssn)
        self.buffered -= CHUNK_OVERHEAD + len(message or b"")
        if message is not None:
            self.messages.append((stream_id, ppid, message))

    def _drain(self, stream_id: int, stream: _InboundStream) -> None:
        while stream.waiting:
            ssn = stream.expected_ssn
            if ssn not in stream.waiting:
                return
            stream.expected_ssn = (ssn + 1) & U16
            self._take(stream_id, stream, ssn)

    def forward(self, cumulative: int, skipped: Iterable[tuple[int, int]]) -> None:
        """Leave out what the sender abandoned (RFC 3758 section 3.6).

        Args:
            cumulative: the new cumulative TSN of the chunk, unwrapped.
            skipped: (stream id, SSN) up to which ordered messages will not come.
        """
        for run in {*self._by_last.values(), *self._by_first.values()}:
            if run.last <= cumulative or (run.first <= cumulative and not run.begins):
                self._remove(run)
        for stream_id, ssn in skipped:
            stream = self._streams.get(stream_id)
            if stream is None:
                stream = self._streams[stream_id] = _InboundStream()
            if (ssn - stream.expected_ssn) & U16 >= HALF_U16:
                continue
            expected = stream.expected_ssn
            stream.expected_ssn = (ssn + 1) & U16
            # Complete messages among the skipped ones are delivered, in order.
            for waiting in sorted(stream.waiting, key=lambda number: (number - expected) & U16):
                if (ssn - waiting) & U16 < HALF_U16:
                    self._take(stream_id, stream, waiting)
            self._drain(stream_id, stream)

    def reset(self, streams: Iterable[int] | None) -> None:
        """Incoming streams begin again at SSN 0 (RFC 6525 section 5.2.2 E4). None: all of them."""
        for stream_id in list(self._streams) if streams is None else streams:
            stream = self._streams.pop(stream_id, None)
            if stream is not None:
                for _, message in stream.waiting.values():
                    self.buffered -= CHUNK_OVERHEAD + len(message or b"")
                stream.waiting.clear()
