"""The receiving half: TSNs, the receive buffer, and when to acknowledge (RFC 9260 section 6.2)."""

from __future__ import annotations

from typing import Final

from lkpy.transport.sctp.chunks import (
    DATA_FIELDS,
    DATA_HEADER_SIZE,
    FLAG_IMMEDIATE,
    U32,
    ForwardTsnChunk,
    SackChunk,
)
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.gate import ReceiveGate
from lkpy.transport.sctp.reassembly import Reassembly
from lkpy.transport.sctp.rto import NEVER
from lkpy.transport.sctp.tsn_map import REFUSED, TsnMap

RECEIVE_BUFFER: Final = 1 << 20
"""Bytes that may wait for a missing fragment or an earlier message before the window closes."""
_HARD_LIMIT: Final = 2 * RECEIVE_BUFFER
"""Only the next TSN is taken beyond the buffer, because progress depends on it; a peer that fills even this
much without completing anything is hostile."""
MAX_STREAMS: Final = 1024
"""Incoming streams, announced in INIT."""

_SACK_DELAY = 0.02
"""Seconds; RFC 9260 section 6.2 allows up to 0.5."""
_SACK_EVERY = 2
"""Packets (RFC 9260 section 6.2)."""
_WINDOW_STEP = RECEIVE_BUFFER // 4
_MAX_BLOCKS = 200
_MAX_DUPLICATES = 16

_unpack = DATA_FIELDS.unpack_from


class InboundData:
    """What arrives from the peer.

    Args:
        initial_tsn: the first TSN of the peer, as on the wire.
        gate: where complete messages wait while receiving is paused; they fill the receive buffer too.
        max_message_size: bytes; larger messages are dropped and counted.
        counters: counts what is dropped.
    """

    __slots__ = (
        "_announced",
        "_counters",
        "_duplicates",
        "_gate",
        "_initial",
        "_limit",
        "_packets",
        "exhausted",
        "reassembly",
        "sack_at",
        "sack_due",
        "touched",
        "tsns",
    )

    def __init__(
        self, initial_tsn: int, gate: ReceiveGate, max_message_size: int, counters: SctpCounters
    ) -> None:
        self.tsns = TsnMap(initial_tsn)
        self._initial = self.tsns.cumulative
        self.reassembly = Reassembly(max_message_size, counters)
        self._gate = gate
        # Bytes that reassembly may hold beside what the gate keeps, as of the last packet.
        self._limit = RECEIVE_BUFFER
        self._announced = RECEIVE_BUFFER
        self.sack_due = False
        self.sack_at = NEVER
        self.touched = False
        """The packet being read held DATA."""
        self.exhausted = False
        """The peer filled the receive buffer with what can never be completed."""
        self._counters = counters
        self._duplicates: list[int] = []
        self._packets = 0

    def receive(self, body: bytes, start: int, stop: int) -> None:
        """Take the DATA chunk `body[start:stop]`, which holds at least one byte of payload."""
        flags, tsn, stream_id, ssn, ppid = _unpack(body, start)
        self.touched = True
        reassembly = self.reassembly
        tsns = self.tsns
        if reassembly.buffered >= self._limit:
            self.sack_due = True
            if reassembly.buffered >= _HARD_LIMIT:
                self.exhausted = True
            # What a paused user leaves unread will be read: nothing has to be taken for progress then.
            if self._limit < RECEIVE_BUFFER or self.exhausted or (tsn - tsns.cumulative) & U32 != 1:
                self._counters.refused_chunks += 1
                return
        if not tsns.starts and (tsn - tsns.cumulative) & U32 == 1:
            tsns.cumulative = absolute = tsns.cumulative + 1
        else:
            absolute = tsns.add(tsn)
            if absolute <= 0:
                self._reject(absolute, tsn)
                return
        if flags & FLAG_IMMEDIATE:
            self.sack_due = True
        if stream_id >= MAX_STREAMS:
            # Acknowledged all the same, or the peer would send it for ever (RFC 9260 section 6.5).
            self._counters.refused_chunks += 1
            return
        reassembly.add(absolute, flags, stream_id, ssn, ppid, body[start + DATA_HEADER_SIZE : stop])

    @property
    def untouched(self) -> bool:
        """Nothing has arrived yet."""
        return self.tsns.cumulative == self._initial and not self.tsns.starts

    def _reject(self, verdict: int, tsn: int) -> None:
        # Both are answered at once: the peer's idea of what we have is wrong (RFC 9260 section 6.2).
        self.sack_due = True
        if verdict == REFUSED:
            self._counters.refused_chunks += 1
        else:
            self._counters.duplicate_chunks += 1
            if len(self._duplicates) < _MAX_DUPLICATES:
                self._duplicates.append(tsn)

    def forward(self, chunk: ForwardTsnChunk) -> None:
        """Take a FORWARD-TSN (RFC 3758 section 3.6)."""
        self.sack_due = True
        before = self.tsns.cumulative
        if not self.tsns.forward(chunk.new_cumulative_tsn):
            self._counters.unexpected += 1
            return
        new_cumulative = before + ((chunk.new_cumulative_tsn - before) & U32)
        streams = [pair for pair in chunk.streams if pair[0] < MAX_STREAMS]
        self._counters.refused_chunks += len(chunk.streams) - len(streams)
        self.reassembly.forward(new_cumulative, streams)

    def packet_done(self, now: float) -> None:
        """A packet with DATA was read to its end: decide when to acknowledge (RFC 9260 section 6.2)."""
        self.touched = False
        self._limit = RECEIVE_BUFFER - self._gate.size
        self._packets += 1
        if self._packets >= _SACK_EVERY or self.tsns.starts:
            self.sack_due = True
        else:
            self.sack_at = now + _SACK_DELAY

    @property
    def _window(self) -> int:
        return max(0, self._limit - self.reassembly.buffered)

    def window_opened(self) -> None:
        """Kept messages were read: tell the peer, but not of every crumb (RFC 1122 section 4.2.3.3, silly
        window)."""
        self._limit = RECEIVE_BUFFER - self._gate.size
        opened = self._window - self._announced
        if opened >= _WINDOW_STEP or (opened and not self._gate.size):
            self.sack_due = True

    def take_sack(self) -> SackChunk:
        """The SACK to send now."""
        tsns = self.tsns
        self.sack_due = False
        self.sack_at = NEVER
        self._packets = 0
        duplicates = tuple(self._duplicates)
        self._duplicates.clear()
        self._announced = window = self._window
        blocks = tsns.blocks(_MAX_BLOCKS) if tsns.starts else ()
        return SackChunk(tsns.cumulative & U32, window, blocks, duplicates)
