"""What happened on an association, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class SctpCounters:
    """Monotonic counters of one association; read them at any time.

    The second group counts what was dropped: each is something the peer, the network or a stranger did, none
    of them disturbs the association.
    """

    packets_sent: int = 0
    packets_received: int = 0
    messages_sent: int = 0
    """Messages whose last byte went into a packet."""
    messages_received: int = 0
    bytes_sent: int = 0
    """User bytes put into packets for the first time."""
    bytes_received: int = 0
    retransmitted_chunks: int = 0
    fast_recoveries: int = 0
    timeouts: int = 0
    """Expiries of T3-rtx."""
    messages_abandoned: int = 0
    """Messages of lossy channels given up after a loss (RFC 3758)."""

    bad_checksum: int = 0
    bad_tag: int = 0
    malformed: int = 0
    """Packets and chunks that no parser accepts."""
    unexpected: int = 0
    """Chunks that mean nothing in the present state, old or impossible SACKs among them."""
    illegal: int = 0
    """Calls and conditions of our own that mean nothing in the present state: a mistake of ours."""
    unknown_chunks: int = 0
    duplicate_chunks: int = 0
    refused_chunks: int = 0
    """DATA outside the TSN window, above the stream limit or beyond the receive buffer."""
    messages_dropped: int = 0
    """Incoming messages without a channel, too large, of unknown type or not UTF-8; malformed DCEP."""
    paused_dropped: int = 0
    """Incoming messages of lossy channels while receiving was paused, and what was kept when we closed."""
    callback_errors: int = 0
    """Exceptions raised by callbacks of the user."""
