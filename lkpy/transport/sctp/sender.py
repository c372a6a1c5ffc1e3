"""The sending half: what may be sent when, and T3-rtx (RFC 9260 sections 6.1, 6.3 and 7.2)."""

from __future__ import annotations

from typing import Final

from lkpy.transport.sctp.chunks import DATA_HEADER_SIZE, FORWARD_TSN, SackChunk, build_chunk
from lkpy.transport.sctp.congestion import CongestionWindow
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.flight import Flight
from lkpy.transport.sctp.outbound import SendQueue
from lkpy.transport.sctp.packets import PacketWriter
from lkpy.transport.sctp.rto import NEVER, RttEstimator

MAX_RETRANSMITS: Final = 12
"""Expiries in a row before the association fails; the RFC says 10 (section 16), which RTO_MIN would
shorten."""
_MAX_BURST = 48
"""Packets written per call while acknowledgements are still to come (RFC 9260 section 6.1 D)."""


class OutboundData:
    """Queue, flight, congestion window and retransmission timer of an association.

    Args:
        initial_tsn: our first TSN, as on the wire.
        packet_size: bytes of a full packet.
        counters: filled in.

    Attributes:
        deadline: when T3-rtx expires, or infinity.
        errors: expiries in a row, of all timers of the association (RFC 9260 section 8.1).
    """

    __slots__ = (
        "_congestion",
        "_counters",
        "_forwarded",
        "_initial",
        "_last_sent",
        "_timed",
        "deadline",
        "errors",
        "flight",
        "queue",
        "rtt",
    )

    def __init__(self, initial_tsn: int, packet_size: int, counters: SctpCounters) -> None:
        self.rtt = RttEstimator()
        self._congestion = CongestionWindow(packet_size)
        self.flight = Flight(initial_tsn, self._congestion, counters)
        self.queue = SendQueue(self.flight, packet_size, counters)
        self.deadline = NEVER
        self.errors = 0
        self._counters = counters
        self._initial = self.flight.cumulative
        # A chunk that is measured: its TSN and when it was sent.
        self._timed: tuple[int, float] | None = None
        self._last_sent = 0.0
        # What the last FORWARD-TSN said, and when.
        self._forwarded = (0, 0.0)

    def _drop_cut(self) -> None:
        """The rest of abandoned messages will not be sent."""
        for message in self.flight.cut:
            self.queue.drop_partial(message)
        self.flight.cut.clear()

    @property
    def drained(self) -> bool:
        """Nothing is queued, nothing is unacknowledged."""
        return not self.flight.sent and not self.queue

    @property
    def untouched(self) -> bool:
        """The peer has not acknowledged anything yet."""
        return self.flight.cumulative == self._initial

    def acknowledge(self, sack: SackChunk, now: float) -> bool:
        """Take a SACK. Returns False if it is old or impossible."""
        flight = self.flight
        advance = flight.acknowledge(sack, bool(self.queue))
        if advance is None:
            return False
        if flight.cut:
            self._drop_cut()
        if self.errors:
            self.errors = 0
            self.rtt.restore()
        if advance:
            timed = self._timed
            if timed is not None and timed[0] <= flight.cumulative:
                self.rtt.sample(now - timed[1])
                self._timed = None
            # RFC 9260 section 6.3.2 R2 and R3.
            self.deadline = now + self.rtt.rto if flight.sent else NEVER
        if flight.has_lost:
            # Karn's rule: a measurement that may end with a retransmission is void.
            self._timed = None
        return True

    def count_error(self) -> bool:
        """One more expiry in a row; the timeout doubles. Returns whether that was one too many."""
        self.errors += 1
        self.rtt.back_off()
        return self.errors > MAX_RETRANSMITS

    def timed_out(self, now: float) -> bool:
        """T3-rtx expired. Returns whether that was once too often."""
        self._counters.timeouts += 1
        if self.count_error():
            return True
        self._timed = None
        self._forwarded = (0, 0.0)
        self.flight.timed_out()
        self._drop_cut()
        self.deadline = now + self.rtt.rto
        return False

    def path_restored(self, now: float) -> None:
        """Forget what was doubled while the path was gone, and expire now."""
        self.errors = 0
        self.rtt.restore()
        if self.deadline != NEVER:
            self.deadline = now

    def stop(self) -> None:
        """The association is over."""
        self.deadline = NEVER

    def write(self, writer: PacketWriter, now: float) -> None:
        """Write packets of DATA, lost chunks first, as far as the windows allow.

        What control chunks wait in `writer` go with the first of them, or stay there if there is none.
        """
        flight = self.flight
        queue = self.queue
        if flight.advanced > flight.cumulative:
            self._write_forward_tsn(writer, now)
        if not queue and not flight.has_lost:
            return
        if not flight.sent and now - self._last_sent > self.rtt.rto:
            self._congestion.idle()
        first_new = flight.next_tsn
        budget = _MAX_BURST
        while budget:
            room = writer.room
            if room <= DATA_HEADER_SIZE:
                writer.flush()
                continue
            added = flight.retransmit(writer.chunks, room) if flight.has_lost else 0
            if queue and not flight.has_lost and flight.may_send(room):
                added += queue.fill(writer.chunks, room - added)
            if added:
                writer.seal()
                budget -= 1
            elif room < writer.capacity and (flight.has_lost or (queue and flight.may_send(room))):
                # Nothing fits beside the control chunks.
                writer.flush()
            else:
                break
        if budget == _MAX_BURST:
            return
        self._last_sent = now
        if self.deadline == NEVER:
            self.deadline = now + self.rtt.rto
        if self._timed is None and flight.next_tsn > first_new:
            self._timed = (first_new, now)

    def _write_forward_tsn(self, writer: PacketWriter, now: float) -> None:
        # Once for each new point, and again once a round trip while the peer does not follow (RFC 3758
        # section 3.5 C4).
        point, at = self._forwarded
        if point == self.flight.advanced and now - at < (self.rtt.srtt or self.rtt.rto):
            return
        # T3-rtx runs: what was abandoned is in the flight until the peer follows.
        forward = self.flight.forward_tsn()
        self._forwarded = (self.flight.advanced, now)
        writer.add(build_chunk(FORWARD_TSN, forward.serialize()))
