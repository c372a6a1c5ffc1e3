"""What is sent: streams, the messages on them, and the chunks that messages become."""

from __future__ import annotations

from collections import deque
from typing import Final

# States of a chunk that has a TSN.
IN_FLIGHT: Final = 0
LOST: Final = 1
ACKED: Final = 2
ABANDONED: Final = 3


class OutboundStream:
    """One outgoing stream.

    Attributes:
        id: stream identifier, or None until the DTLS role that decides it is known.
        queue: messages that are not wholly in packets yet.
        buffered: user bytes in the queue that were not yet put into a packet.
        next_ssn: stream sequence number of the next ordered message.
        outstanding: chunks that have a TSN and are not acknowledged cumulatively.
        notify_at: when `buffered` falls to this many bytes, the stream is reported by `SendQueue.low_water`.
        armed: whether that report is wanted.
    """

    __slots__ = ("armed", "buffered", "id", "next_ssn", "notify_at", "outstanding", "queue")

    def __init__(self, stream_id: int | None) -> None:
        self.id = stream_id
        self.queue: deque[OutboundMessage] = deque()
        self.buffered = 0
        self.next_ssn = 0
        self.outstanding = 0
        self.notify_at = 0
        self.armed = False

    @property
    def idle(self) -> bool:
        """Everything that was queued is acknowledged."""
        return not self.queue and not self.outstanding


class OutboundMessage:
    """A user message from `send()` until its last fragment has a TSN, and as the owner of its chunks
    afterwards.

    Attributes:
        stream: where it goes.
        ppid: payload protocol identifier.
        data: all its bytes, at least one.
        flags: the U flag, or 0.
        max_retransmits: how often a chunk is sent again before the message is abandoned; None: until it
            arrives.
        counted: bytes that count as the user's for `buffered`.
        offset: bytes already in chunks.
        ssn: stream sequence number, given with the first fragment.
        first_tsn, last_tsn: the TSNs of its chunks so far.
    """

    __slots__ = (
        "counted",
        "data",
        "first_tsn",
        "flags",
        "last_tsn",
        "max_retransmits",
        "offset",
        "ppid",
        "ssn",
        "stream",
    )

    def __init__(
        self,
        stream: OutboundStream,
        ppid: int,
        data: bytes,
        flags: int,
        max_retransmits: int | None,
        counted: int,
    ) -> None:
        self.stream = stream
        self.ppid = ppid
        self.data = data
        self.flags = flags
        self.max_retransmits = max_retransmits
        self.counted = counted
        self.offset = 0
        self.ssn = 0
        self.first_tsn = 0
        self.last_tsn = 0


class SentChunk:
    """A DATA chunk that has a TSN. An abandoned one without bytes stands for the unsent rest of its
    message."""

    __slots__ = ("message", "resends", "state", "wire")

    def __init__(self, wire: bytes, message: OutboundMessage) -> None:
        self.wire = wire
        self.message = message
        self.state = IN_FLIGHT
        self.resends = 0
