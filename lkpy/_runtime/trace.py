"""What crosses a border, for whoever wants to see it.

A trace is a callable. Each border of lkpy (signalling, descriptions, candidates, packets, frames, decisions,
events) asks `if trace is not None` and then tells it, so that nothing is made and nothing is called while
nobody looks. A trace runs inside what it watches, so it must be quick. What it raises is logged once and ends
nothing.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger("lkpy")


class TraceKind(enum.Enum):
    """Which border was crossed."""

    MESSAGE = "message"
    """A signal message or a data packet: `content` is the protobuf message, without tokens."""
    DESCRIPTION = "description"
    """An offer or an answer: `content` is the SDP, without passwords."""
    CANDIDATE = "candidate"
    """An ICE candidate: `content` is its line."""
    PACKET = "packet"
    """A datagram, as RTP, RTCP, DTLS, SCTP or STUN: `content` is its decrypted bytes where we have them."""
    FRAME = "frame"
    """An encoded frame: `content` is the `EncodedFrame`."""
    DECISION = "decision"
    """Something was decided: `content` is a sentence, or the table's (state, input, state)."""
    EVENT = "event"
    """An event for the room: `content` is it."""


class TraceDirection(enum.Enum):
    """Which way it went."""

    SENT = "sent"
    RECEIVED = "received"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One crossing.

    Attributes:
        at: seconds on the room's clock.
        kind: which border.
        direction: which way.
        where: the part of lkpy that tells it: `signal`, `publisher`, `subscriber`, `session`, ...
        content: what crossed; see `TraceKind`.
        size: bytes on the wire, 0 where there are none.
    """

    at: float
    kind: TraceKind
    direction: TraceDirection
    where: str
    content: object
    size: int = 0


Trace = Callable[[TraceEvent], None]
"""Hears what crosses a border."""


class GuardedTrace:
    """A trace whose exceptions end nothing.

    Attributes:
        failures: exceptions that it raised; the first is logged.
    """

    __slots__ = ("_trace", "failures")

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self.failures = 0

    def __call__(self, event: TraceEvent) -> None:
        try:
            self._trace(event)
        except Exception:
            self.failures += 1
            if self.failures == 1:
                logger.exception("a trace failed; later failures are only counted")
