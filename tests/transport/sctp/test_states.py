"""The table of an association's states, and the door that it guards."""

from __future__ import annotations

import itertools

import pytest

from lkpy.errors import IllegalInputError
from lkpy.transport.sctp import SctpEndpoint, SctpState
from lkpy.transport.sctp.handshake import ENTROPY_SIZE
from lkpy.transport.sctp.lifecycle import Lifecycle, Occasion
from lkpy.transport.sctp.states import (
    DRAINING,
    OWN_INPUTS,
    PUBLIC_STATES,
    RECEIVING,
    TRANSITIONS,
    Action,
    AssociationState,
    Input,
)


def endpoint() -> SctpEndpoint:
    return SctpEndpoint(True, wake=lambda: None, entropy=bytes(ENTROPY_SIZE))


def test_every_state_is_reached_and_every_input_and_action_is_used() -> None:
    assert {state for state, _ in TRANSITIONS.values()} == set(AssociationState)
    assert {given for _, given in TRANSITIONS} == set(Input)
    assert {action for _, action in TRANSITIONS.values()} == set(Action)
    assert set(PUBLIC_STATES) == set(AssociationState)
    assert {AssociationState.SHUTDOWN_PENDING, AssociationState.SHUTDOWN_RECEIVED} == DRAINING


def test_every_action_is_carried_out_by_somebody() -> None:
    assert set(endpoint().association.lifecycle._actions) == set(Action)


def test_the_end_is_final_and_only_our_own_calls_are_borne_in_it() -> None:
    left = {given: row for (state, given), row in TRANSITIONS.items() if state is AssociationState.TERMINATED}
    assert set(left) == {Input.ASSOCIATE, Input.SHUTDOWN_CALL, Input.ABORT_CALL}
    assert set(left.values()) == {(AssociationState.TERMINATED, Action.IGNORE)}


def test_calls_mean_something_in_every_state() -> None:
    """A user may call them whenever; only a condition of our own can be out of place."""
    calls = OWN_INPUTS - {Input.ALL_ACKNOWLEDGED}
    assert set(itertools.product(AssociationState, calls)) <= set(TRANSITIONS)


def test_chunks_are_taken_in_the_states_of_rfc_9260() -> None:
    taken = {
        state for (state, given), row in TRANSITIONS.items() if row[1] is Action.TAKE and given is Input.DATA
    }
    assert taken == RECEIVING
    assert all(row[0] is state for (state, _), row in TRANSITIONS.items() if row[1] is Action.TAKE)


@pytest.mark.parametrize(
    "given", [given for given in Input if (AssociationState.CLOSED, given) not in TRANSITIONS]
)
def test_what_means_nothing_is_counted_and_changes_nothing(
    given: Input, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lifecycle, "strict", False)
    lax = endpoint().association
    assert not lax.lifecycle.take(given, Occasion(0.0))
    assert lax.lifecycle.state is AssociationState.CLOSED
    own = given in OWN_INPUTS
    assert (lax.counters.illegal, lax.counters.unexpected) == (int(own), int(not own))
    assert lax.take_packets() == []


def test_a_mistake_of_our_own_is_an_error_in_tests() -> None:
    strict = endpoint().association
    with pytest.raises(IllegalInputError, match="all acknowledged means nothing in state closed"):
        strict.lifecycle.take(Input.ALL_ACKNOWLEDGED, Occasion(0.0))
    assert not strict.lifecycle.take(Input.COOKIE_ACK, Occasion(0.0)), "the peer may send anything"


def test_a_call_after_the_end_changes_nothing() -> None:
    states: list[SctpState] = []
    ended = SctpEndpoint(True, wake=lambda: None, on_state=states.append, entropy=bytes(ENTROPY_SIZE))
    ended.shutdown(0.0)
    assert states == [SctpState.CLOSED]
    ended.start(1.0)
    ended.shutdown(1.0)
    ended.abort(1.0)
    ended.write(1.0)
    assert ended.take_packets() == []
    assert states == [SctpState.CLOSED]
    assert ended.counters.illegal == 0


@pytest.mark.parametrize("size", [0, ENTROPY_SIZE - 1, ENTROPY_SIZE + 1])
def test_too_little_entropy_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="40 bytes of entropy"):
        SctpEndpoint(True, wake=lambda: None, entropy=bytes(size))
