"""The connection table: every path to the end, and nothing after it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import IllegalInputError
from lkpy.session.connection import TRANSITIONS, Action, Connection, Input, State, diagram
from lkpy.session.transports import transport_input
from lkpy.transport.bundle.states import BundleState

JOIN = (Input.CONNECT, Input.JOINED, Input.TRANSPORT_READY)
ENDS = [Input.LEAVE, Input.SIGNAL_LOST, Input.NEGOTIATION_FAILED, Input.CLOSE]


def after(*inputs: Input) -> Connection:
    connection = Connection()
    for what in inputs:
        connection.feed(what)
    return connection


def test_joining_and_leaving() -> None:
    connection = Connection()
    assert connection.feed(Input.CONNECT) == (Action.OPEN_SIGNAL,)
    assert connection.feed(Input.JOINED) == (Action.OPEN_TRANSPORTS,)
    assert connection.feed(Input.TRANSPORT_READY) == (Action.ANNOUNCE_CONNECTED,)
    assert connection.state is State.CONNECTED
    assert connection.feed(Input.CLOSE) == (
        Action.UNPUBLISH,
        Action.SEND_LEAVE,
        Action.ANNOUNCE_DISCONNECTED,
        Action.RELEASE,
    )
    assert connection.state is State.CLOSED


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("failed", [False, True], ids=["", "path failed"])
@pytest.mark.parametrize("joined", [2, 3])
def test_whatever_ends_a_session_ends_it_once(end: Input, joined: int, failed: bool) -> None:
    connection = after(*JOIN[:joined], *([Input.TRANSPORT_FAILED] if failed else []))
    actions = connection.feed(end)
    assert connection.state is State.CLOSED
    assert actions.count(Action.RELEASE) == 1
    assert (Action.ANNOUNCE_DISCONNECTED in actions) == (joined == 3)
    assert (Action.FAIL_CONNECT in actions) == (joined == 2)
    assert all(connection.feed(late) == () for late in ENDS)
    assert connection.state is State.CLOSED


@pytest.mark.parametrize("joined", [2, 3])
def test_a_path_that_comes_back_ends_nothing(joined: int) -> None:
    connection = after(*JOIN[:joined])
    assert connection.feed(Input.TRANSPORT_FAILED) == (Action.AWAIT_LAST_WORDS,)
    announced = (Action.ANNOUNCE_CONNECTED,) if joined == 2 else ()
    assert connection.feed(Input.TRANSPORT_READY) == (Action.STOP_AWAITING, *announced)
    assert connection.state is State.CONNECTED


@pytest.mark.parametrize("joined", [2, 3])
def test_a_path_that_does_not_come_back_ends_it(joined: int) -> None:
    connection = after(*JOIN[:joined], Input.TRANSPORT_FAILED)
    actions = connection.feed(Input.LAST_WORDS_OVER)
    assert actions[0] is Action.SEND_LEAVE
    assert connection.state is State.CLOSED


def test_the_server_hears_a_leave_only_from_us() -> None:
    assert Action.SEND_LEAVE not in after(*JOIN).feed(Input.LEAVE)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(Input), max_size=12))
def test_any_order_of_inputs_keeps_the_invariants(inputs: list[Input]) -> None:
    connection = Connection()
    announced = released = failed = illegal = 0
    for what in inputs:
        before = connection.state
        if (before, what) not in TRANSITIONS:
            illegal += 1
            with pytest.raises(IllegalInputError, match=what.name):
                connection.feed(what)
            assert connection.state is before
            continue
        actions = connection.feed(what)
        assert before is not State.CLOSED or not actions
        announced += (Action.ANNOUNCE_CONNECTED in actions) - (Action.ANNOUNCE_DISCONNECTED in actions)
        failed += actions.count(Action.FAIL_CONNECT)
        released += actions.count(Action.RELEASE)
    assert announced in (0, 1)
    assert announced + failed <= 1
    assert released <= 1
    assert connection.illegal == illegal


def test_an_illegal_input_is_a_counted_no_op_outside_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "strict", False)
    connection = after(Input.JOINED, Input.CONNECT)
    assert connection.illegal == 1
    assert connection.state is State.JOINING


def test_every_state_can_be_reached_and_left() -> None:
    reached = {target for target, _ in TRANSITIONS.values()} | {State.IDLE}
    left = {state for state, what in TRANSITIONS if TRANSITIONS[state, what][0] is not state}
    assert reached == set(State)
    assert left == set(State) - {State.CLOSED}


def test_every_action_is_in_the_table() -> None:
    assert {action for _, actions in TRANSITIONS.values() for action in actions} == set(Action)


def test_the_diagram_has_a_line_for_every_change() -> None:
    text = diagram()
    for (state, what), (target, actions) in TRANSITIONS.items():
        if target is not state or actions:
            assert f"{state.name} --> {target.name}: {what.value}" in text


def test_the_documented_diagram_is_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "architecture.md"
    assert diagram() in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("required", "others", "expected"),
    [
        ([], [], Input.TRANSPORT_READY),
        ([BundleState.CONNECTED], [BundleState.NEW], Input.TRANSPORT_READY),
        ([BundleState.CONNECTED, BundleState.CONNECTING], [], Input.TRANSPORT_PENDING),
        ([BundleState.DISCONNECTED], [], Input.TRANSPORT_PENDING),
        ([BundleState.CONNECTED], [BundleState.FAILED], Input.TRANSPORT_FAILED),
        ([BundleState.FAILED, BundleState.CONNECTED], [], Input.TRANSPORT_FAILED),
    ],
)
def test_states_of_the_peer_connections(
    required: list[BundleState], others: list[BundleState], expected: Input
) -> None:
    assert transport_input(required, required + others) is expected
