"""The connection table: every path to the end, and nothing after it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.session.connection import TRANSITIONS, Action, Connection, Input, State, diagram

JOIN = (Input.CONNECT, Input.JOINED, Input.TRANSPORT_READY)


def test_joining_and_leaving() -> None:
    connection = Connection()
    assert connection.feed(Input.CONNECT) == (Action.OPEN_SIGNAL,)
    assert connection.feed(Input.JOINED) == (Action.OPEN_TRANSPORTS,)
    assert connection.feed(Input.TRANSPORT_READY) == (Action.ANNOUNCE_CONNECTED,)
    assert connection.state is State.CONNECTED
    assert connection.feed(Input.CLOSE) == (Action.SEND_LEAVE, Action.ANNOUNCE_DISCONNECTED, Action.RELEASE)
    assert connection.state is State.CLOSED


@pytest.mark.parametrize("end", [Input.LEAVE, Input.SIGNAL_LOST, Input.TRANSPORT_FAILED, Input.CLOSE])
@pytest.mark.parametrize("joined", [2, 3])
def test_whatever_ends_a_session_ends_it_once(end: Input, joined: int) -> None:
    connection = Connection()
    for step in JOIN[:joined]:
        connection.feed(step)
    actions = connection.feed(end)
    assert connection.state is State.CLOSED
    assert actions.count(Action.RELEASE) == 1
    assert (Action.ANNOUNCE_DISCONNECTED in actions) == (joined == 3)
    assert all(connection.feed(what) == () for what in Input)
    assert connection.state is State.CLOSED


def test_the_server_hears_a_leave_only_from_us() -> None:
    connection = Connection()
    for step in JOIN:
        connection.feed(step)
    assert Action.SEND_LEAVE not in connection.feed(Input.LEAVE)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(Input), max_size=8))
def test_any_order_of_inputs_keeps_the_invariants(inputs: list[Input]) -> None:
    connection = Connection()
    announced = released = 0
    for what in inputs:
        before = connection.state
        actions = connection.feed(what)
        assert before is not State.CLOSED or not actions
        announced += (Action.ANNOUNCE_CONNECTED in actions) - (Action.ANNOUNCE_DISCONNECTED in actions)
        released += actions.count(Action.RELEASE)
    assert announced in (0, 1)
    assert released <= 1


def test_every_state_can_be_reached_and_left() -> None:
    reached = {target for target, _ in TRANSITIONS.values()} | {State.IDLE}
    left = {state for state, _ in TRANSITIONS}
    assert reached == set(State)
    assert left == set(State) - {State.CLOSED}


def test_the_diagram_has_a_line_for_every_transition() -> None:
    text = diagram()
    for (state, what), (target, _) in TRANSITIONS.items():
        assert f"{state.name} --> {target.name}: {what.value}" in text


def test_the_documented_diagram_is_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "architecture.md"
    assert diagram() in page.read_text(encoding="utf-8")
