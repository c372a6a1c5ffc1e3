"""The life of a session as a table: (state, input) -> (next state, actions).

Everything about transitions lives here: the driver feeds what happened and carries out the actions it gets,
all of them and nothing else. Inputs race with one another (a leave, a lost websocket and the user's
`disconnect` may all come in one turn of the loop), so those that may come late have rows too, without
actions. An input without a row is a mistake of the driver's: it raises in tests, and is counted and left
alone elsewhere.
"""

from __future__ import annotations

import enum
from typing import ClassVar

from lkpy.errors import IllegalInputError


class State(enum.Enum):
    """Where a session stands."""

    IDLE = "idle"
    JOINING = "joining"
    """The websocket is being opened; the first message is awaited."""
    NEGOTIATING = "negotiating"
    """Joined; the peer connections come up."""
    NEGOTIATING_FAILED = "negotiating, path failed"
    """A path failed while it came up. The server's reason may still be on the way, or another path."""
    CONNECTED = "connected"
    CONNECTED_FAILED = "connected, path failed"
    """The media path failed. The server's reason may still be on the way, or the path come back."""
    CLOSED = "closed"
    """Final. A room that connects again makes a new session."""


class Input(enum.Enum):
    """What can happen to a session."""

    CONNECT = "connect"
    JOINED = "joined"
    REFUSED = "refused"
    """There is no signal connection, or the server does not let us in."""
    TRANSPORT_PENDING = "transport pending"
    """A peer connection that must be up is not, or not any more; none has failed."""
    TRANSPORT_READY = "transport ready"
    """All peer connections that must be up are."""
    TRANSPORT_FAILED = "transport failed"
    LAST_WORDS_OVER = "last words over"
    """A path failed some time ago, and neither came it back nor did the server say why."""
    NEGOTIATION_FAILED = "negotiation failed"
    """The two ends do not understand each other."""
    TIMED_OUT = "timed out"
    """The time given to connect is over."""
    LEAVE = "leave"
    SIGNAL_LOST = "signal lost"
    CLOSE = "close"


class Action(enum.Enum):
    """What the driver does on a transition, in this order."""

    OPEN_SIGNAL = "open signal"
    OPEN_TRANSPORTS = "open transports"
    AWAIT_LAST_WORDS = "await last words"
    STOP_AWAITING = "stop awaiting"
    ANNOUNCE_CONNECTED = "announce connected"
    FAIL_CONNECT = "fail connect"
    UNPUBLISH = "unpublish"
    SEND_LEAVE = "send leave"
    ANNOUNCE_DISCONNECTED = "announce disconnected"
    RELEASE = "release"


_S, _I, _A = State, Input, Action
_Row = tuple[State, tuple[Action, ...]]

_STAY: dict[State, _Row] = {state: (state, ()) for state in State}
_NOT_IN: _Row = (_S.CLOSED, (_A.FAIL_CONNECT, _A.RELEASE))
_GIVEN_UP: _Row = (_S.CLOSED, (_A.SEND_LEAVE, _A.FAIL_CONNECT, _A.RELEASE))
_SENT_AWAY: _Row = (_S.CLOSED, (_A.ANNOUNCE_DISCONNECTED, _A.UNPUBLISH, _A.RELEASE))
_LEFT: _Row = (_S.CLOSED, (_A.UNPUBLISH, _A.SEND_LEAVE, _A.ANNOUNCE_DISCONNECTED, _A.RELEASE))
_LOST: _Row = (_S.CLOSED, (_A.SEND_LEAVE, _A.ANNOUNCE_DISCONNECTED, _A.UNPUBLISH, _A.RELEASE))

_COMING_UP: dict[Input, _Row] = {
    _I.NEGOTIATION_FAILED: _GIVEN_UP,
    _I.TIMED_OUT: _GIVEN_UP,
    _I.LEAVE: _NOT_IN,
    _I.SIGNAL_LOST: _NOT_IN,
    _I.CLOSE: _GIVEN_UP,
}
_UP: dict[Input, _Row] = {
    _I.NEGOTIATION_FAILED: _LOST,
    _I.LEAVE: _SENT_AWAY,
    _I.SIGNAL_LOST: _SENT_AWAY,
    _I.CLOSE: _LEFT,
}
_ROWS: dict[State, dict[Input, _Row]] = {
    _S.IDLE: {
        _I.CONNECT: (_S.JOINING, (_A.OPEN_SIGNAL,)),
        _I.CLOSE: (_S.CLOSED, ()),
    },
    _S.JOINING: {
        _I.JOINED: (_S.NEGOTIATING, (_A.OPEN_TRANSPORTS,)),
        _I.REFUSED: _NOT_IN,
        _I.CLOSE: _NOT_IN,
    },
    _S.NEGOTIATING: _COMING_UP
    | {
        _I.TRANSPORT_PENDING: _STAY[_S.NEGOTIATING],
        _I.TRANSPORT_READY: (_S.CONNECTED, (_A.ANNOUNCE_CONNECTED,)),
        _I.TRANSPORT_FAILED: (_S.NEGOTIATING_FAILED, (_A.AWAIT_LAST_WORDS,)),
    },
    _S.NEGOTIATING_FAILED: _COMING_UP
    | {
        _I.TRANSPORT_PENDING: (_S.NEGOTIATING, (_A.STOP_AWAITING,)),
        _I.TRANSPORT_READY: (_S.CONNECTED, (_A.STOP_AWAITING, _A.ANNOUNCE_CONNECTED)),
        _I.LAST_WORDS_OVER: _GIVEN_UP,
    },
    _S.CONNECTED: _UP
    | {
        _I.TRANSPORT_PENDING: _STAY[_S.CONNECTED],
        _I.TRANSPORT_READY: _STAY[_S.CONNECTED],
        _I.TRANSPORT_FAILED: (_S.CONNECTED_FAILED, (_A.AWAIT_LAST_WORDS,)),
    },
    _S.CONNECTED_FAILED: _UP
    | {
        _I.TRANSPORT_PENDING: (_S.CONNECTED, (_A.STOP_AWAITING,)),
        _I.TRANSPORT_READY: (_S.CONNECTED, (_A.STOP_AWAITING,)),
        _I.LAST_WORDS_OVER: _LOST,
    },
    _S.CLOSED: dict.fromkeys(
        (
            _I.JOINED,
            _I.REFUSED,
            _I.TRANSPORT_PENDING,
            _I.TRANSPORT_READY,
            _I.TRANSPORT_FAILED,
            _I.NEGOTIATION_FAILED,
            _I.LEAVE,
            _I.SIGNAL_LOST,
            _I.CLOSE,
        ),
        _STAY[_S.CLOSED],
    ),
}

TRANSITIONS: dict[tuple[State, Input], _Row] = {
    (state, what): row for state, rows in _ROWS.items() for what, row in rows.items()
}


class Connection:
    """The current state, moved by `feed`.

    Attributes:
        strict: whether an input without a row raises; tests set it.
        illegal: inputs without a row so far.
    """

    strict: ClassVar[bool] = False

    def __init__(self) -> None:
        self.state = State.IDLE
        self.illegal = 0

    def feed(self, what: Input) -> tuple[Action, ...]:
        """Apply an input; return what the driver has to do, in order.

        Raises:
            IllegalInputError: the table has no row for it, and `strict` is set.
        """
        row = TRANSITIONS.get((self.state, what))
        if row is None:
            self.illegal += 1
            if self.strict:
                raise IllegalInputError(f"{what} while {self.state}")
            return ()
        self.state, actions = row
        return actions


def diagram() -> str:
    """The table as a Mermaid state diagram; `docs/architecture.md` holds its output.

    Rows that change nothing are left out.
    """
    lines = ["stateDiagram-v2", f"    [*] --> {State.IDLE.name}"]
    for (state, what), (target, actions) in TRANSITIONS.items():
        if state is not target or actions:
            done = f" / {', '.join(a.value for a in actions)}" if actions else ""
            lines.append(f"    {state.name} --> {target.name}: {what.value}{done}")
    lines.append(f"    {State.CLOSED.name} --> [*]")
    return "\n".join(lines)
