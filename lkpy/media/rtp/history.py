"""Sent packets kept for retransmission."""

from __future__ import annotations

from lkpy.media.rtp.packet import RtpPacket

_Sent = tuple[RtpPacket, int, float]
"""The packet, what it counts as in bytes, and when it was sent."""

_OVERHEAD = 200
"""Bytes a stored packet costs besides its payload."""


class RetransmissionBuffer:
    """The last packets of one stream by sequence number, bounded in time and bytes.

    Args:
        max_age_s: seconds a packet is kept.
        max_bytes: payload bytes, with 200 bytes for each packet added.

    Attributes:
        bytes: kept now, counted like `max_bytes`.
        retransmitted: packets handed out by `get`.
        unknown: requests for packets that were never sent or are gone.
        repeated: requests within a round trip of the one before, ignored.
    """

    def __init__(self, max_age_s: float = 1.0, max_bytes: int = 1 << 20) -> None:
        self._max_age = max_age_s
        self._max_bytes = max_bytes
        self._packets: dict[int, _Sent] = {}
        self._resent_at: dict[int, float] = {}
        self.bytes = 0
        self.retransmitted = 0
        self.unknown = 0
        self.repeated = 0

    def __len__(self) -> int:
        return len(self._packets)

    def add(self, packet: RtpPacket, now: float) -> None:
        """Keep a packet that was sent at `now`. The buffer holds the object, not a copy."""
        size = len(packet.payload) + _OVERHEAD
        previous = self._packets.pop(packet.sequence_number, None)
        if previous is not None:
            self.bytes -= previous[1]
        self._packets[packet.sequence_number] = packet, size, now
        if self._resent_at:
            self._resent_at.pop(packet.sequence_number, None)
        self.bytes += size
        oldest_allowed = now - self._max_age
        # Insertion order is age: entries are never moved, and one that is replaced was taken out first.
        while self._packets:
            sequence = next(iter(self._packets))
            _, size, sent_at = self._packets[sequence]
            if sent_at >= oldest_allowed and self.bytes <= self._max_bytes:
                break
            del self._packets[sequence]
            if self._resent_at:
                self._resent_at.pop(sequence, None)
            self.bytes -= size

    def get(self, seq: int, now: float, rtt: float | None) -> RtpPacket | None:
        """The packet asked for, to be sent again now.

        Args:
            seq: 16-bit sequence number.
            rtt: seconds to the receiver and back; None if unknown, then 20 ms are assumed.

        Returns:
            None if it is unknown, too old, or was sent again less than a round trip ago: that copy is still
            on its way.
        """
        entry = self._packets.get(seq)
        if entry is None or now - entry[2] > self._max_age:
            self.unknown += 1
            return None
        guard = 0.02 if rtt is None else rtt
        resent_at = self._resent_at.get(seq)
        if resent_at is not None and now - resent_at < guard:
            self.repeated += 1
            return None
        self._resent_at[seq] = now
        self.retransmitted += 1
        return entry[0]

    def clear(self) -> None:
        """Forget all packets."""
        self._packets.clear()
        self._resent_at.clear()
        self.bytes = 0
