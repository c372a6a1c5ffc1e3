"""Chunks on their way: acknowledgement, loss, retransmission, abandonment.

Each SACK costs what it newly acknowledges, never a walk of the whole flight:

* the cumulative TSN takes chunks out of a dict;
* gap blocks are compared with the blocks of the SACK before, only the difference is looked at;
* a chunk is watched for loss ("suspect") from the SACK that first reports something above it, and only until
  three such reports are together (RFC 9260 section 7.2.4).

TSNs are unwrapped integers here; the wire has their low 32 bits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lkpy.transport.sctp.chunks import (
    FLAG_IMMEDIATE,
    FLAG_UNORDERED,
    HALF_U32,
    U32,
    ForwardTsnChunk,
    SackChunk,
)
from lkpy.transport.sctp.congestion import CongestionWindow
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.messages import ABANDONED, ACKED, IN_FLIGHT, LOST, OutboundMessage, SentChunk

_MISSING_REPORTS = 3
"""RFC 9260 section 7.2.4."""
_MAX_SKIPPED_STREAMS = 200
"""Streams that fit into one FORWARD-TSN chunk."""

Range = tuple[int, int]


class Flight:
    """The sent and not yet cumulatively acknowledged chunks of an association.

    Args:
        first_tsn: the TSN of our first chunk, as on the wire.
        congestion: told about acknowledgements and losses.
        counters: counts what happens.

    Attributes:
        cut: abandoned messages that still have bytes in the send queue; whoever reads it takes them out.
    """

    __slots__ = (
        "_blocks",
        "_congestion",
        "_counters",
        "_highest_sacked",
        "_lost",
        "_resent",
        "_suspects",
        "advanced",
        "bytes",
        "cumulative",
        "cut",
        "next_tsn",
        "partial_reliability",
        "peer_rwnd",
        "sent",
        "urgent",
    )

    def __init__(
        self,
        first_tsn: int,
        congestion: CongestionWindow,
        counters: SctpCounters,
    ) -> None:
        # One turn above zero, so that differences below the first TSN stay positive.
        self.next_tsn = first_tsn + U32 + 1
        self.cumulative = self.next_tsn - 1
        self.advanced = self.cumulative
        """RFC 3758 section 3.5: Advanced.Peer.Ack.Point."""
        self.sent: dict[int, SentChunk] = {}
        self.bytes = 0
        """Bytes of chunks (headers included) believed to be in the network."""
        self.peer_rwnd = 0
        self.partial_reliability = False
        self.urgent = False
        """The first packet of a fast retransmit goes out whatever the window says (RFC 9260 section
        7.2.4)."""
        self._congestion = congestion
        self._counters = counters
        self.cut: list[OutboundMessage] = []
        self._blocks: list[Range] = []
        self._highest_sacked = self.cumulative
        self._suspects: dict[int, int] = {}
        self._lost: deque[int] = deque()
        self._resent: deque[Range] = deque()

    @property
    def has_lost(self) -> bool:
        """Something waits to be sent again."""
        return bool(self._lost)

    def may_send(self, room: int) -> bool:
        """Whether new data may be sent now (RFC 9260 section 6.1 A and B).

        Args:
            room: bytes that a packet can take.
        """
        in_flight = self.bytes
        if in_flight >= self._congestion.window:
            return False
        # With nothing in flight one packet probes a closed window.
        return not in_flight or in_flight + room <= self.peer_rwnd

    # -- acknowledgement -------------------------------------------------------------------------------------

    def acknowledge(self, sack: SackChunk, more_queued: bool) -> int | None:
        """Take in a SACK (RFC 9260 section 6.2.1).

        Args:
            sack: the chunk.
            more_queued: whether new data waits, which would bring more SACKs soon.
        Returns:
            How far the cumulative TSN advanced, or None if the SACK is old or acknowledges what was never
            sent.
        """
        advance = (sack.cumulative_tsn - self.cumulative) & U32
        if advance >= HALF_U32:
            return None
        cumulative = self.cumulative + advance
        blocks = [(cumulative + start, cumulative + end) for start, end in sack.blocks]
        if (blocks[-1][1] if blocks else cumulative) >= self.next_tsn:
            return None
        flight_before = self.bytes
        newly = 0
        sent = self.sent
        if advance:
            for tsn in range(self.cumulative + 1, cumulative + 1):
                chunk = sent.pop(tsn)
                chunk.message.stream.outstanding -= 1
                if chunk.state == IN_FLIGHT:
                    newly += len(chunk.wire)
            self.bytes -= newly
            self.cumulative = cumulative
            if self.advanced < cumulative:
                self.advanced = cumulative
        self.peer_rwnd = sack.a_rwnd
        if advance:
            self._congestion.acknowledged(newly, flight_before, cumulative)
        if blocks or self._suspects or self._resent:
            self._take_blocks(blocks, advance > 0, more_queued)
        self._blocks = blocks
        return advance

    def _take_blocks(self, blocks: list[Range], advanced: bool, more_queued: bool) -> None:
        sent = self.sent
        newly = 0
        highest_newly = 0
        for start, end in _difference(blocks, self._blocks):
            for tsn in range(start, end + 1):
                chunk = sent[tsn]
                if chunk.state <= LOST:
                    if chunk.state == IN_FLIGHT:
                        newly += len(chunk.wire)
                    chunk.state = ACKED
                    highest_newly = tsn
        self.bytes -= newly
        suspects = self._suspects
        highest = blocks[-1][1] if blocks else 0
        if highest > self._highest_sacked:
            for tsn in range(max(self._highest_sacked, self.cumulative) + 1, highest):
                if sent[tsn].state == IN_FLIGHT and not sent[tsn].resends:
                    suspects[tsn] = 0
            self._highest_sacked = highest
        # A chunk that was sent again becomes suspect again once something sent after it arrives.
        while self._resent and (self._resent[0][0] <= highest_newly or self._resent[0][1] <= self.cumulative):
            _, tsn = self._resent.popleft()
            if tsn > self.cumulative and sent[tsn].state == IN_FLIGHT:
                suspects[tsn] = 0
        if suspects:
            self._count_missing(newly, highest_newly, advanced, more_queued)

    def _count_missing(self, newly: int, highest_newly: int, advanced: bool, more_queued: bool) -> None:
        """Add missing reports and declare chunks lost (RFC 9260 section 7.2.4)."""
        sent = self.sent
        suspects = self._suspects
        if not highest_newly and advanced and self._congestion.in_recovery:
            highest_newly = self._highest_sacked
        # A peer that answers a whole batch with one SACK would need three batches to show a loss. Three
        # packets newly acknowledged above the hole say as much as three SACKs (RFC 6675 section 4, IsLost).
        reports = max(1, newly // self._congestion.packet_size)
        # Early retransmit (RFC 5827): so few chunks are left that three reports cannot come.
        needed = _MISSING_REPORTS if more_queued or len(sent) > _MISSING_REPORTS else max(1, len(sent) - 1)
        lost = []
        for tsn, count in list(suspects.items()):
            if tsn <= self.cumulative or sent[tsn].state != IN_FLIGHT:
                del suspects[tsn]
            elif tsn < highest_newly:
                if count + reports < needed:
                    suspects[tsn] = count + reports
                else:
                    del suspects[tsn]
                    lost.append(tsn)
        if lost:
            if self._congestion.lost(self.next_tsn - 1):
                self._counters.fast_recoveries += 1
                self.urgent = True
            for tsn in lost:
                self._lose(tsn)
            self._advance()

    # -- loss ------------------------------------------------------------------------------------------------

    def _lose(self, tsn: int) -> None:
        chunk = self.sent[tsn]
        if chunk.state != IN_FLIGHT:
            return
        limit = chunk.message.max_retransmits
        if limit is not None and chunk.resends >= limit and self.partial_reliability:
            self._abandon(chunk.message)
            return
        self.bytes -= len(chunk.wire)
        chunk.state = LOST
        self._lost.append(tsn)

    def _abandon(self, message: OutboundMessage) -> None:
        """Give up a message and with it all its fragments (RFC 3758 section 3.5 A3)."""
        sent = self.sent
        for tsn in range(max(message.first_tsn, self.cumulative + 1), message.last_tsn + 1):
            chunk = sent[tsn]
            if chunk.state == IN_FLIGHT:
                self.bytes -= len(chunk.wire)
            chunk.state = ABANDONED
        if message.offset < len(message.data):
            # The receiver may have all fragments so far and wait for the next one. A TSN that stands for the
            # rest lets FORWARD-TSN reach past what it has, so that it drops them.
            chunk = SentChunk(b"", message)
            chunk.state = ABANDONED
            sent[self.next_tsn] = chunk
            message.last_tsn = self.next_tsn
            message.stream.outstanding += 1
            self.next_tsn += 1
            self.cut.append(message)
        self._counters.messages_abandoned += 1

    def _advance(self) -> None:
        """Move Advanced.Peer.Ack.Point over abandoned chunks (RFC 3758 section 3.5 C2)."""
        sent = self.sent
        point = self.advanced
        while (chunk := sent.get(point + 1)) is not None and chunk.state == ABANDONED:
            point += 1
        self.advanced = point

    def forward_tsn(self) -> ForwardTsnChunk:
        """The FORWARD-TSN that tells the peer what will not come (RFC 3758 section 3.5 C3 and C4).

        To be asked for while `advanced` is ahead of `cumulative`.
        """
        self._advance()
        skipped: dict[int, int] = {}
        point = self.cumulative
        for tsn in range(self.cumulative + 1, self.advanced + 1):
            message = self.sent[tsn].message
            if not message.flags & FLAG_UNORDERED:
                stream_id = message.stream.id
                assert stream_id is not None
                if len(skipped) == _MAX_SKIPPED_STREAMS and stream_id not in skipped:
                    break
                skipped[stream_id] = message.ssn
            point = tsn
        return ForwardTsnChunk(point & U32, tuple(skipped.items()))

    def timed_out(self) -> None:
        """T3-rtx expired: everything without acknowledgement is lost (RFC 9260 section 6.3.3)."""
        self._congestion.timed_out()
        self._suspects.clear()
        self._resent.clear()
        self._lost.clear()
        self.urgent = True
        acked = iter(self._blocks)
        start, end = next(acked, (0, 0))
        for tsn, chunk in list(self.sent.items()):
            while end and tsn > end:
                start, end = next(acked, (0, 0))
            if chunk.state == ACKED and not (start <= tsn <= end):
                # The peer took its acknowledgement back (RFC 9260 section 6.2.1 D iii).
                self.bytes += len(chunk.wire)
                chunk.state = IN_FLIGHT
            if chunk.state == LOST:
                self._lost.append(tsn)
            else:
                self._lose(tsn)
        self._highest_sacked = self.cumulative
        self._advance()

    def retransmit(self, parts: list[bytes], room: int) -> int:
        """Append lost chunks to a packet, lowest TSN first.

        Args:
            parts: the chunks of the packet.
            room: bytes left in it.
        Returns:
            Bytes appended; 0 if nothing fits, the window is closed, or nothing is lost.
        """
        lost = self._lost
        sent = self.sent
        if not self.urgent and self.bytes >= self._congestion.window:
            return 0
        added = 0
        while lost:
            chunk = sent.get(lost[0])
            if chunk is None or chunk.state != LOST:
                lost.popleft()
                continue
            wire = chunk.wire
            size = len(wire)
            if size > room:
                break
            if self._congestion.window <= 2 * self._congestion.packet_size:
                # So few packets would wait for the peer's delayed SACK (RFC 7053 section 5.1).
                wire = wire[:1] + bytes((wire[1] | FLAG_IMMEDIATE,)) + wire[2:]
            tsn = lost.popleft()
            parts.append(wire)
            chunk.state = IN_FLIGHT
            chunk.resends += 1
            self._resent.append((self.next_tsn, tsn))
            room -= size
            added += size
        if added:
            self.urgent = False
            self.bytes += added
            self._counters.retransmitted_chunks += 1
        return added


def _difference(new: list[Range], old: list[Range]) -> Iterator[Range]:
    """The parts of `new` that `old` does not cover; both ascending and disjoint."""
    index = 0
    for start, end in new:
        while index < len(old) and old[index][1] < start:
            index += 1
        position = start
        probe = index
        while probe < len(old) and old[probe][0] <= end:
            if old[probe][0] > position:
                yield position, old[probe][0] - 1
            position = old[probe][1] + 1
            probe += 1
        if position <= end:
            yield position, end
