"""Sequence numbers of reliable packets: in order, once each, also across a resumed session.

SCTP delivers reliably as long as its association lives, and the server forwards what it got. What neither
covers is a packet that was sent while the connection broke. So every reliable packet of a session has a
number, from 1. After a resume the server says the last number it got, and the client sends what came later
again; receivers drop numbers they have seen.
"""

from __future__ import annotations

from collections import OrderedDict, deque

from lkpy.data.packets import encode_packet
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc

SENDER_TTL = 30.0
"""Seconds for which a silent sender's last number is remembered."""
MAX_SENDERS = 4096
"""Senders remembered at most; the one that was silent longest is forgotten first."""
REPLAY_BYTES = 4 << 20
"""Bytes kept for a replay at most."""
REPLAY_TAIL = 1 << 20
"""Bytes kept after they left the channel's queue: leaving the queue is not arriving."""


class ReliableSender:
    """Numbers the reliable packets of one session and keeps the newest for a replay.

    The packets kept are those still in the channel's queue and a tail of sent ones. A packet that has to make
    room is counted in `forgotten`; it only matters if the connection breaks before it arrived.
    """

    def __init__(self, max_bytes: int = REPLAY_BYTES, tail_bytes: int = REPLAY_TAIL) -> None:
        self._max_bytes = max_bytes
        self._tail_bytes = tail_bytes
        self._kept: deque[tuple[int, bytes]] = deque()
        self._kept_bytes = 0
        self._last = 0
        self.forgotten = 0

    @property
    def last_sequence(self) -> int:
        """The number of the last packet, 0 before the first."""
        return self._last

    @property
    def kept_bytes(self) -> int:
        """Bytes kept for a replay."""
        return self._kept_bytes

    def number(self, packet: models.DataPacket, max_message_size: int | None = None) -> bytes:
        """Give the packet the next number and return it encoded; the order of calls is the order to send.

        Raises:
            PublishDataError: too large, see `encode_packet`. The number goes to the next packet.
        """
        packet.sequence = self._last + 1
        data = encode_packet(packet, max_message_size)
        self._last += 1
        self._kept.append((self._last, data))
        self._kept_bytes += len(data)
        while self._kept_bytes > self._max_bytes and len(self._kept) > 1:
            self._forget_oldest()
            self.forgotten += 1
        return data

    def drained(self, buffered_amount: int) -> None:
        """The channel's queue holds `buffered_amount` bytes now; what left it long ago need not be kept."""
        while self._kept and self._kept_bytes - len(self._kept[0][1]) >= buffered_amount + self._tail_bytes:
            self._forget_oldest()

    def replay(self, last_received: int) -> list[bytes]:
        """The encoded packets after the number that the server got last, oldest first.

        What the server has is forgotten.
        """
        while self._kept and self._kept[0][0] <= last_received:
            self._forget_oldest()
        return [data for _, data in self._kept]

    def reset(self) -> None:
        """A new session begins: numbers start again at 1."""
        self._kept.clear()
        self._kept_bytes = 0
        self._last = 0

    def _forget_oldest(self) -> None:
        _, data = self._kept.popleft()
        self._kept_bytes -= len(data)


class ReliableReceiver:
    """Tells new packets from repeated ones, per sender session (`participant_sid`)."""

    def __init__(self, ttl: float = SENDER_TTL, max_senders: int = MAX_SENDERS) -> None:
        self._ttl = ttl
        self._max_senders = max_senders
        # From the sender that was silent longest to the one heard last: sid -> (last number, time).
        self._senders: OrderedDict[str, tuple[int, float]] = OrderedDict()
        # Nobody is silent long enough before.
        self._expires = 0.0
        self.duplicates = 0

    def accept(self, participant_sid: str, sequence: int, now: float) -> bool:
        """Whether a packet is new. Packets without number (0) or sender are not tracked and always new."""
        if sequence == 0 or not participant_sid:
            return True
        if now > self._expires:
            self._expire(now)
        last, _ = self._senders.get(participant_sid, (0, now))
        if sequence <= last:
            self.duplicates += 1
            return False
        self._senders[participant_sid] = (sequence, now)
        self._senders.move_to_end(participant_sid)
        if len(self._senders) > self._max_senders:
            self._senders.popitem(last=False)
        return True

    def states(self, now: float) -> list[rtc.DataChannelReceiveState]:
        """What was received last from each sender: for `SyncState.datachannel_receive_states`."""
        self._expire(now)
        return [
            rtc.DataChannelReceiveState(publisher_sid=sid, last_seq=last)
            for sid, (last, _) in self._senders.items()
        ]

    def _expire(self, now: float) -> None:
        while self._senders:
            sid, (_, heard) = next(iter(self._senders.items()))
            if now - heard <= self._ttl:
                self._expires = heard + self._ttl
                return
            del self._senders[sid]
        self._expires = now + self._ttl
