"""The states of an association as a table (RFC 9260 section 4).

The table says which events mean something in which state, what follows, and which action the association
takes. A pair that is not in it is dropped and counted. Both WebRTC ends send INIT (RFC 8841 section 9.3), so
the rows of section 5.2 (collisions) are the normal case here, not the exception.
"""

from __future__ import annotations

import enum


class SctpState(enum.Enum):
    """Where the endpoint is. CLOSED and FAILED are final."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    CLOSED = "closed"
    FAILED = "failed"


class AssociationState(enum.Enum):
    """RFC 9260 section 4; TERMINATED is CLOSED after an association existed, and final."""

    CLOSED = "closed"
    COOKIE_WAIT = "cookie-wait"
    COOKIE_ECHOED = "cookie-echoed"
    ESTABLISHED = "established"
    SHUTDOWN_PENDING = "shutdown-pending"
    SHUTDOWN_SENT = "shutdown-sent"
    SHUTDOWN_RECEIVED = "shutdown-received"
    SHUTDOWN_ACK_SENT = "shutdown-ack-sent"
    TERMINATED = "terminated"


class Event(enum.Enum):
    """What moves an association: a call, a chunk, or a condition."""

    ASSOCIATE = "associate"
    SHUTDOWN_CALL = "shutdown call"
    ALL_ACKNOWLEDGED = "all acknowledged"
    INIT = "INIT"
    INIT_ACK = "INIT ACK"
    COOKIE_ECHO = "COOKIE ECHO"
    COOKIE_ACK = "COOKIE ACK"
    DATA = "DATA"
    SHUTDOWN = "SHUTDOWN"
    SHUTDOWN_ACK = "SHUTDOWN ACK"
    SHUTDOWN_COMPLETE = "SHUTDOWN COMPLETE"


class Action(enum.Enum):
    """What the association does on a transition."""

    SEND_INIT = "send INIT"
    SEND_INIT_ACK = "send INIT ACK"
    SEND_COOKIE_ECHO = "send COOKIE ECHO"
    ACCEPT_COOKIE = "take the peer from its cookie, send COOKIE ACK"
    CONFIRM_COOKIE = "send COOKIE ACK again"
    OPEN = "report the association"
    DRAIN = "wait until all is acknowledged"
    SEND_SHUTDOWN = "send SHUTDOWN"
    SEND_SHUTDOWN_ACK = "send SHUTDOWN ACK"
    SEND_SHUTDOWN_COMPLETE = "send SHUTDOWN COMPLETE, report the end"
    FINISH = "report the end"
    IGNORE = "nothing"


_S = AssociationState
_E = Event
_A = Action

TRANSITIONS: dict[tuple[AssociationState, Event], tuple[AssociationState, Action]] = {
    # Section 5.1: setup.
    (_S.CLOSED, _E.ASSOCIATE): (_S.COOKIE_WAIT, _A.SEND_INIT),
    (_S.CLOSED, _E.INIT): (_S.CLOSED, _A.SEND_INIT_ACK),
    (_S.CLOSED, _E.COOKIE_ECHO): (_S.ESTABLISHED, _A.ACCEPT_COOKIE),
    (_S.COOKIE_WAIT, _E.INIT_ACK): (_S.COOKIE_ECHOED, _A.SEND_COOKIE_ECHO),
    (_S.COOKIE_ECHOED, _E.COOKIE_ACK): (_S.ESTABLISHED, _A.OPEN),
    # Section 5.2.1: both sent INIT. The answer carries the tag and TSN of our own INIT.
    (_S.COOKIE_WAIT, _E.INIT): (_S.COOKIE_WAIT, _A.SEND_INIT_ACK),
    (_S.COOKIE_ECHOED, _E.INIT): (_S.COOKIE_ECHOED, _A.SEND_INIT_ACK),
    # Section 5.2.4, actions B and D: the peer's cookie arrives before the answer to ours.
    (_S.COOKIE_WAIT, _E.COOKIE_ECHO): (_S.ESTABLISHED, _A.ACCEPT_COOKIE),
    (_S.COOKIE_ECHOED, _E.COOKIE_ECHO): (_S.ESTABLISHED, _A.ACCEPT_COOKIE),
    # The peer sends data only once it is established: its COOKIE ACK was lost or overtaken.
    (_S.COOKIE_ECHOED, _E.DATA): (_S.ESTABLISHED, _A.OPEN),
    # Section 5.2.2: a late INIT is answered; the cookie that comes back tells a late one from a restart.
    (_S.ESTABLISHED, _E.INIT): (_S.ESTABLISHED, _A.SEND_INIT_ACK),
    (_S.ESTABLISHED, _E.COOKIE_ECHO): (_S.ESTABLISHED, _A.CONFIRM_COOKIE),
    # What is left over when both sent INIT.
    (_S.ESTABLISHED, _E.INIT_ACK): (_S.ESTABLISHED, _A.IGNORE),
    (_S.ESTABLISHED, _E.COOKIE_ACK): (_S.ESTABLISHED, _A.IGNORE),
    # Section 9.2: shutdown.
    (_S.ESTABLISHED, _E.SHUTDOWN_CALL): (_S.SHUTDOWN_PENDING, _A.DRAIN),
    (_S.SHUTDOWN_PENDING, _E.ALL_ACKNOWLEDGED): (_S.SHUTDOWN_SENT, _A.SEND_SHUTDOWN),
    (_S.ESTABLISHED, _E.SHUTDOWN): (_S.SHUTDOWN_RECEIVED, _A.DRAIN),
    (_S.SHUTDOWN_PENDING, _E.SHUTDOWN): (_S.SHUTDOWN_RECEIVED, _A.DRAIN),
    (_S.SHUTDOWN_RECEIVED, _E.ALL_ACKNOWLEDGED): (_S.SHUTDOWN_ACK_SENT, _A.SEND_SHUTDOWN_ACK),
    (_S.SHUTDOWN_SENT, _E.SHUTDOWN): (_S.SHUTDOWN_ACK_SENT, _A.SEND_SHUTDOWN_ACK),
    (_S.SHUTDOWN_SENT, _E.SHUTDOWN_ACK): (_S.TERMINATED, _A.SEND_SHUTDOWN_COMPLETE),
    (_S.SHUTDOWN_ACK_SENT, _E.SHUTDOWN): (_S.SHUTDOWN_ACK_SENT, _A.SEND_SHUTDOWN_ACK),
    (_S.SHUTDOWN_ACK_SENT, _E.SHUTDOWN_ACK): (_S.TERMINATED, _A.SEND_SHUTDOWN_COMPLETE),
    (_S.SHUTDOWN_ACK_SENT, _E.SHUTDOWN_COMPLETE): (_S.TERMINATED, _A.FINISH),
}

RECEIVING: frozenset[AssociationState] = frozenset({_S.ESTABLISHED, _S.SHUTDOWN_PENDING, _S.SHUTDOWN_SENT})
"""States in which DATA may arrive (RFC 9260 section 6)."""

SENDING: frozenset[AssociationState] = frozenset({_S.ESTABLISHED, _S.SHUTDOWN_PENDING, _S.SHUTDOWN_RECEIVED})
"""States in which queued data is sent."""
