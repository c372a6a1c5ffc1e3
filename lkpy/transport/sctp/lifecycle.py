"""The life of an association: how it is set up and how it ends (RFC 9260 sections 5 and 9).

There is one door, `take`: every change of state and every action comes out of the table in `states`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from lkpy.errors import IllegalInputError
from lkpy.transport.sctp.chunks import (
    ABORT,
    CAUSE_USER_INITIATED_ABORT,
    SHUTDOWN_COMPLETE,
    U32,
    InitChunk,
    build_chunk,
    build_parameter,
)
from lkpy.transport.sctp.cookie import StateCookie
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.events import SctpEvent, StateChanged
from lkpy.transport.sctp.setup import Setup
from lkpy.transport.sctp.states import (
    DRAINING,
    OWN_INPUTS,
    PUBLIC_STATES,
    TRANSITIONS,
    Action,
    AssociationState,
    Input,
    SctpState,
)
from lkpy.transport.sctp.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Occasion:
    """What came with an input, for the action that follows from it.

    Attributes:
        now: seconds.
        init: the INIT or INIT ACK of the peer.
        cookie: the peer as its cookie describes it.
        cause: what an ABORT tells the peer (RFC 9260 section 3.3.10).
        failure: why the association ends, unless one of the ends wanted it.
    """

    now: float
    init: InitChunk | None = None
    cookie: StateCookie | None = None
    cause: int = CAUSE_USER_INITIATED_ABORT
    failure: str | None = None


class Lifecycle:
    """Where an association is, and what moves it.

    Args:
        setup: says to the peer what an action says.
        transfer: begins and ends with the association.
        events: takes what happens.
        counters: counts inputs that mean nothing.

    Attributes:
        strict: whether an input of our own that means nothing raises; tests set it.
        state: see `states`.
        public: the same as users see it.
        failure: why `public` is FAILED.
    """

    __slots__ = (
        "_actions",
        "_counters",
        "_events",
        "_setup",
        "_transfer",
        "failure",
        "public",
        "state",
    )

    strict: ClassVar[bool] = False

    def __init__(
        self,
        setup: Setup,
        transfer: Transfer,
        events: list[SctpEvent],
        counters: SctpCounters,
    ) -> None:
        self.state = AssociationState.CLOSED
        self.public = SctpState.NEW
        self.failure: str | None = None
        self._setup = setup
        self._transfer = transfer
        self._events = events
        self._counters = counters
        self._actions: dict[Action, Callable[[Occasion], None]] = {
            Action.SEND_INIT: self._send_init,
            Action.SEND_INIT_ACK: self._send_init_ack,
            Action.SEND_COOKIE_ECHO: self._send_cookie_echo,
            Action.ACCEPT_COOKIE: self._accept_cookie,
            Action.CONFIRM_COOKIE: self._confirm_cookie,
            Action.OPEN: self._open,
            Action.TAKE: self._nothing,
            Action.DRAIN: self.drain,
            Action.SEND_SHUTDOWN: self._send_shutdown,
            Action.SEND_SHUTDOWN_ACK: self._send_shutdown_ack,
            Action.SEND_SHUTDOWN_COMPLETE: self._send_shutdown_complete,
            Action.SEND_ABORT: self._send_abort,
            Action.FINISH: self._finish,
            Action.IGNORE: self._nothing,
        }

    def take(self, given: Input, occasion: Occasion) -> bool:
        """Take an input: go where the table says, and do what it says.

        Returns:
            Whether the input means something in this state; if not it was counted.
        Raises:
            IllegalInputError: it was our own, and `strict` is set.
        """
        transition = TRANSITIONS.get((self.state, given))
        if transition is None:
            self._reject(given)
            return False
        self.state, action = transition
        public = PUBLIC_STATES[self.state] if occasion.failure is None else SctpState.FAILED
        if public is not self.public and self.public not in (SctpState.CLOSED, SctpState.FAILED):
            self.public, self.failure = public, occasion.failure
            self._events.append(StateChanged(public, occasion.failure))
        self._actions[action](occasion)
        return True

    def drain(self, occasion: Occasion) -> None:
        """Go on with a shutdown if all that it waits for is acknowledged."""
        if self.state in DRAINING and self._transfer.outbound.drained:
            self.take(Input.ALL_ACKNOWLEDGED, occasion)

    def _reject(self, given: Input) -> None:
        if given not in OWN_INPUTS:
            self._counters.unexpected += 1
            return
        self._counters.illegal += 1
        if self.strict:
            raise IllegalInputError(f"SCTP: {given.value} means nothing in state {self.state.value}")

    # -- actions: setup (RFC 9260 section 5) -----------------------------------------------------------------

    def _send_init(self, occasion: Occasion) -> None:
        self._setup.send_init(occasion.now)

    def _send_init_ack(self, occasion: Occasion) -> None:
        assert occasion.init is not None
        self._setup.answer_init(occasion.init, occasion.now)

    def _send_cookie_echo(self, occasion: Occasion) -> None:
        assert occasion.init is not None
        self._meet(self._setup.describe(occasion.init, occasion.now))
        self._setup.echo_cookie(occasion.init, occasion.now)

    def _accept_cookie(self, occasion: Occasion) -> None:
        self._confirm_cookie(occasion)
        self._open(occasion)

    def _confirm_cookie(self, occasion: Occasion) -> None:
        assert occasion.cookie is not None
        known = self._setup.peer
        if known is None or known.peer_tag != occasion.cookie.peer_tag:
            self._meet(occasion.cookie)
        self._setup.confirm_cookie()

    def _meet(self, peer: StateCookie) -> None:
        self._setup.meet(peer)
        self._transfer.meet(peer)

    def _open(self, occasion: Occasion) -> None:
        self._setup.timer.stop()
        self._transfer.channels.established()

    # -- actions: the end (RFC 9260 section 9) ---------------------------------------------------------------

    def _send_shutdown(self, occasion: Occasion) -> None:
        inbound = self._transfer.inbound
        assert inbound is not None
        self._setup.send_shutdown(occasion.now, inbound.tsns.cumulative & U32)

    def _send_shutdown_ack(self, occasion: Occasion) -> None:
        self._setup.send_shutdown_ack(occasion.now)

    def _send_shutdown_complete(self, occasion: Occasion) -> None:
        self._finish(occasion)
        self._setup.send_last(build_chunk(SHUTDOWN_COMPLETE))

    def _send_abort(self, occasion: Occasion) -> None:
        self._finish(occasion)
        self._setup.send_last(build_chunk(ABORT, build_parameter(occasion.cause, b"")))

    def _finish(self, occasion: Occasion) -> None:
        self._setup.stop()
        self._transfer.stop()

    def _nothing(self, occasion: Occasion) -> None:
        """The transition is all there is to it."""
