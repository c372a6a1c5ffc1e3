"""The states of an association as a table (RFC 9260 section 4).

The table says which inputs mean something in which state, what follows, and which action the association
takes. Both WebRTC ends send INIT (RFC 8841 section 9.3), so the rows of section 5.2 (collisions) are the
normal case here, not the exception.
"""

from __future__ import annotations

import enum


class SctpState(enum.Enum):
    """Where an association is, as its users see it. CLOSED and FAILED are final."""

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


class Input(enum.Enum):
    """What moves an association: a call, a condition, or a chunk of the peer."""

    ASSOCIATE = "associate"
    SHUTDOWN_CALL = "shutdown call"
    ABORT_CALL = "abort call"
    """By the user, or because the peer is silent or breaks the protocol."""
    ALL_ACKNOWLEDGED = "all acknowledged"
    INIT = "INIT"
    INIT_ACK = "INIT ACK"
    COOKIE_ECHO = "COOKIE ECHO"
    COOKIE_ACK = "COOKIE ACK"
    RESTART = "COOKIE ECHO of another association"
    STALE_COOKIE = "ERROR: stale cookie"
    DATA = "DATA"
    SACK = "SACK"
    FORWARD_TSN = "FORWARD TSN"
    RECONFIG = "RE-CONFIG"
    SHUTDOWN = "SHUTDOWN"
    SHUTDOWN_ACK = "SHUTDOWN ACK"
    SHUTDOWN_COMPLETE = "SHUTDOWN COMPLETE"
    ABORT = "ABORT"


OWN_INPUTS = frozenset({Input.ASSOCIATE, Input.SHUTDOWN_CALL, Input.ABORT_CALL, Input.ALL_ACKNOWLEDGED})
"""What comes from ourselves: where it means nothing, the mistake is ours. The peer may send anything."""


class Action(enum.Enum):
    """What the association does on a transition."""

    SEND_INIT = "send INIT"
    SEND_INIT_ACK = "send INIT ACK"
    SEND_COOKIE_ECHO = "take the peer from its INIT ACK, send COOKIE ECHO"
    ACCEPT_COOKIE = "take the peer from its cookie, send COOKIE ACK, open"
    CONFIRM_COOKIE = "send COOKIE ACK again"
    OPEN = "open: data may flow"
    TAKE = "hand the chunk to the part that it is for"
    DRAIN = "wait until all is acknowledged"
    SEND_SHUTDOWN = "send SHUTDOWN"
    SEND_SHUTDOWN_ACK = "send SHUTDOWN ACK"
    SEND_SHUTDOWN_COMPLETE = "send SHUTDOWN COMPLETE, finish"
    SEND_ABORT = "send ABORT, finish"
    FINISH = "finish: close everything"
    IGNORE = "nothing"


_S = AssociationState
_I = Input
_A = Action

RECEIVING = frozenset({_S.ESTABLISHED, _S.SHUTDOWN_PENDING, _S.SHUTDOWN_SENT})
"""States in which DATA may arrive (RFC 9260 section 6)."""
SENDING = frozenset({_S.ESTABLISHED, _S.SHUTDOWN_PENDING, _S.SHUTDOWN_RECEIVED})
"""States in which queued data is sent."""
_PEERLESS = frozenset({_S.CLOSED, _S.COOKIE_WAIT})
"""States in which there is nobody yet who could be told the end."""
_WITH_PEER = frozenset(_S) - _PEERLESS - {_S.TERMINATED}

TRANSITIONS: dict[tuple[AssociationState, Input], tuple[AssociationState, Action]] = {
    # Section 5.1: setup.
    (_S.CLOSED, _I.ASSOCIATE): (_S.COOKIE_WAIT, _A.SEND_INIT),
    (_S.CLOSED, _I.INIT): (_S.CLOSED, _A.SEND_INIT_ACK),
    (_S.CLOSED, _I.COOKIE_ECHO): (_S.ESTABLISHED, _A.ACCEPT_COOKIE),
    (_S.COOKIE_WAIT, _I.INIT_ACK): (_S.COOKIE_ECHOED, _A.SEND_COOKIE_ECHO),
    (_S.COOKIE_ECHOED, _I.COOKIE_ACK): (_S.ESTABLISHED, _A.OPEN),
    # The peer was first, or the end came first.
    **{(s, _I.ASSOCIATE): (s, _A.IGNORE) for s in _S if s is not _S.CLOSED},
    # Section 5.2.1: both sent INIT. The answer carries the tag and TSN of our own INIT.
    (_S.COOKIE_WAIT, _I.INIT): (_S.COOKIE_WAIT, _A.SEND_INIT_ACK),
    (_S.COOKIE_ECHOED, _I.INIT): (_S.COOKIE_ECHOED, _A.SEND_INIT_ACK),
    # Section 5.2.4, actions B and D: the peer's cookie arrives before the answer to ours.
    (_S.COOKIE_WAIT, _I.COOKIE_ECHO): (_S.ESTABLISHED, _A.ACCEPT_COOKIE),
    (_S.COOKIE_ECHOED, _I.COOKIE_ECHO): (_S.ESTABLISHED, _A.ACCEPT_COOKIE),
    # The peer sends data only once it is established: its COOKIE ACK was lost or overtaken.
    (_S.COOKIE_ECHOED, _I.DATA): (_S.ESTABLISHED, _A.OPEN),
    # Section 5.2.2: a late INIT is answered; the cookie that comes back tells a late one from a restart.
    (_S.ESTABLISHED, _I.INIT): (_S.ESTABLISHED, _A.SEND_INIT_ACK),
    (_S.ESTABLISHED, _I.COOKIE_ECHO): (_S.ESTABLISHED, _A.CONFIRM_COOKIE),
    # Section 5.2.4 action A. The peer's data channels are gone, so are ours.
    **{(s, _I.RESTART): (_S.TERMINATED, _A.SEND_ABORT) for s in _WITH_PEER},
    # Section 5.2.6: begin again with a fresh INIT.
    (_S.COOKIE_ECHOED, _I.STALE_COOKIE): (_S.COOKIE_WAIT, _A.SEND_INIT),
    # What is left over when both sent INIT.
    (_S.ESTABLISHED, _I.INIT_ACK): (_S.ESTABLISHED, _A.IGNORE),
    (_S.ESTABLISHED, _I.COOKIE_ACK): (_S.ESTABLISHED, _A.IGNORE),
    # Section 6: data and what goes with it.
    **{(s, i): (s, _A.TAKE) for s in RECEIVING for i in (_I.DATA, _I.FORWARD_TSN, _I.RECONFIG)},
    **{(s, _I.SACK): (s, _A.TAKE) for s in SENDING | {_S.SHUTDOWN_SENT}},
    # Section 9.2: shutdown.
    (_S.CLOSED, _I.SHUTDOWN_CALL): (_S.TERMINATED, _A.FINISH),
    (_S.COOKIE_WAIT, _I.SHUTDOWN_CALL): (_S.TERMINATED, _A.FINISH),
    (_S.COOKIE_ECHOED, _I.SHUTDOWN_CALL): (_S.TERMINATED, _A.SEND_ABORT),
    (_S.ESTABLISHED, _I.SHUTDOWN_CALL): (_S.SHUTDOWN_PENDING, _A.DRAIN),
    (_S.SHUTDOWN_PENDING, _I.SHUTDOWN_CALL): (_S.SHUTDOWN_PENDING, _A.IGNORE),
    (_S.SHUTDOWN_SENT, _I.SHUTDOWN_CALL): (_S.SHUTDOWN_SENT, _A.IGNORE),
    (_S.SHUTDOWN_RECEIVED, _I.SHUTDOWN_CALL): (_S.SHUTDOWN_RECEIVED, _A.IGNORE),
    (_S.SHUTDOWN_ACK_SENT, _I.SHUTDOWN_CALL): (_S.SHUTDOWN_ACK_SENT, _A.IGNORE),
    (_S.TERMINATED, _I.SHUTDOWN_CALL): (_S.TERMINATED, _A.IGNORE),
    (_S.SHUTDOWN_PENDING, _I.ALL_ACKNOWLEDGED): (_S.SHUTDOWN_SENT, _A.SEND_SHUTDOWN),
    (_S.ESTABLISHED, _I.SHUTDOWN): (_S.SHUTDOWN_RECEIVED, _A.DRAIN),
    (_S.SHUTDOWN_PENDING, _I.SHUTDOWN): (_S.SHUTDOWN_RECEIVED, _A.DRAIN),
    (_S.SHUTDOWN_RECEIVED, _I.SHUTDOWN): (_S.SHUTDOWN_RECEIVED, _A.DRAIN),
    (_S.SHUTDOWN_RECEIVED, _I.ALL_ACKNOWLEDGED): (_S.SHUTDOWN_ACK_SENT, _A.SEND_SHUTDOWN_ACK),
    (_S.SHUTDOWN_SENT, _I.SHUTDOWN): (_S.SHUTDOWN_ACK_SENT, _A.SEND_SHUTDOWN_ACK),
    (_S.SHUTDOWN_SENT, _I.SHUTDOWN_ACK): (_S.TERMINATED, _A.SEND_SHUTDOWN_COMPLETE),
    (_S.SHUTDOWN_ACK_SENT, _I.SHUTDOWN): (_S.SHUTDOWN_ACK_SENT, _A.SEND_SHUTDOWN_ACK),
    (_S.SHUTDOWN_ACK_SENT, _I.SHUTDOWN_ACK): (_S.TERMINATED, _A.SEND_SHUTDOWN_COMPLETE),
    (_S.SHUTDOWN_ACK_SENT, _I.SHUTDOWN_COMPLETE): (_S.TERMINATED, _A.FINISH),
    # Section 9.1: the end at once.
    **{(s, _I.ABORT_CALL): (_S.TERMINATED, _A.FINISH) for s in _PEERLESS},
    **{(s, _I.ABORT_CALL): (_S.TERMINATED, _A.SEND_ABORT) for s in _WITH_PEER},
    (_S.TERMINATED, _I.ABORT_CALL): (_S.TERMINATED, _A.IGNORE),
    **{(s, _I.ABORT): (_S.TERMINATED, _A.FINISH) for s in _S if s is not _S.TERMINATED},
}

DRAINING = frozenset(state for state, given in TRANSITIONS if given is _I.ALL_ACKNOWLEDGED)
"""States that end as soon as all is acknowledged."""

PUBLIC_STATES = {
    _S.CLOSED: SctpState.NEW,
    _S.COOKIE_WAIT: SctpState.CONNECTING,
    _S.COOKIE_ECHOED: SctpState.CONNECTING,
    _S.ESTABLISHED: SctpState.CONNECTED,
    _S.SHUTDOWN_PENDING: SctpState.CONNECTED,
    _S.SHUTDOWN_SENT: SctpState.CONNECTED,
    _S.SHUTDOWN_RECEIVED: SctpState.CONNECTED,
    _S.SHUTDOWN_ACK_SENT: SctpState.CONNECTED,
    _S.TERMINATED: SctpState.CLOSED,
}
"""As users see them; an end with a reason is FAILED."""
