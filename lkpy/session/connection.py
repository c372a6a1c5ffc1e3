"""The life of a session as a table: (state, input) -> (next state, actions).

Everything about transitions lives here; the driver looks them up and carries the actions out. An input that
the table does not know in a state changes nothing: the inputs race with one another (a leave, a lost
websocket and the user's `disconnect` may all come in one turn of the loop) and the first one wins.
"""

from __future__ import annotations

import enum


class State(enum.Enum):
    """Where a session stands."""

    IDLE = "idle"
    JOINING = "joining"
    """The websocket is being opened; the first message is awaited."""
    NEGOTIATING = "negotiating"
    """Joined; the peer connections come up."""
    CONNECTED = "connected"
    CLOSED = "closed"
    """Final. A room that connects again makes a new session."""


class Input(enum.Enum):
    """What can happen to a session."""

    CONNECT = "connect"
    JOINED = "joined"
    TRANSPORT_READY = "transport ready"
    LEAVE = "leave"
    SIGNAL_LOST = "signal lost"
    TRANSPORT_FAILED = "transport failed"
    CLOSE = "close"


class Action(enum.Enum):
    """What the driver does on a transition, in this order."""

    OPEN_SIGNAL = "open signal"
    OPEN_TRANSPORTS = "open transports"
    ANNOUNCE_CONNECTED = "announce connected"
    FAIL_CONNECT = "fail connect"
    SEND_LEAVE = "send leave"
    ANNOUNCE_DISCONNECTED = "announce disconnected"
    RELEASE = "release"


_LOST = (State.CLOSED, (Action.ANNOUNCE_DISCONNECTED, Action.RELEASE))
_FAILED = (State.CLOSED, (Action.FAIL_CONNECT, Action.RELEASE))

TRANSITIONS: dict[tuple[State, Input], tuple[State, tuple[Action, ...]]] = {
    (State.IDLE, Input.CONNECT): (State.JOINING, (Action.OPEN_SIGNAL,)),
    (State.IDLE, Input.CLOSE): (State.CLOSED, ()),
    (State.JOINING, Input.JOINED): (State.NEGOTIATING, (Action.OPEN_TRANSPORTS,)),
    (State.JOINING, Input.CLOSE): (State.CLOSED, (Action.RELEASE,)),
    (State.NEGOTIATING, Input.TRANSPORT_READY): (State.CONNECTED, (Action.ANNOUNCE_CONNECTED,)),
    (State.NEGOTIATING, Input.LEAVE): _FAILED,
    (State.NEGOTIATING, Input.SIGNAL_LOST): _FAILED,
    (State.NEGOTIATING, Input.TRANSPORT_FAILED): _FAILED,
    (State.NEGOTIATING, Input.CLOSE): (State.CLOSED, (Action.SEND_LEAVE, Action.RELEASE)),
    (State.CONNECTED, Input.LEAVE): _LOST,
    (State.CONNECTED, Input.SIGNAL_LOST): _LOST,
    (State.CONNECTED, Input.TRANSPORT_FAILED): (
        State.CLOSED,
        (Action.SEND_LEAVE, Action.ANNOUNCE_DISCONNECTED, Action.RELEASE),
    ),
    (State.CONNECTED, Input.CLOSE): (
        State.CLOSED,
        (Action.SEND_LEAVE, Action.ANNOUNCE_DISCONNECTED, Action.RELEASE),
    ),
}


class Connection:
    """The current state, moved by `feed`."""

    def __init__(self) -> None:
        self.state = State.IDLE

    def feed(self, what: Input) -> tuple[Action, ...]:
        """Apply an input; return what the driver has to do, in order (nothing when the input is not due)."""
        self.state, actions = TRANSITIONS.get((self.state, what), (self.state, ()))
        return actions


def diagram() -> str:
    """The table as a Mermaid state diagram; `docs/architecture.md` holds its output."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.IDLE.name}"]
    for (state, what), (target, actions) in TRANSITIONS.items():
        done = f" / {', '.join(a.value for a in actions)}" if actions else ""
        lines.append(f"    {state.name} --> {target.name}: {what.value}{done}")
    lines.append(f"    {State.CLOSED.name} --> [*]")
    return "\n".join(lines)
