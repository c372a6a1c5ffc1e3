"""Pending calls: deadlines, answers, departures; on virtual time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lkpy.data.rpc_calls import CallOutcome, RpcCalls, handling_time
from lkpy.data.rpc_error import ErrorCode


def codes(outcomes: list[CallOutcome]) -> dict[str, int]:
    return {outcome.call_id: outcome.error.code for outcome in outcomes if outcome.error is not None}


def started(*call_ids: str, to: str = "bob", now: float = 0.0) -> RpcCalls:
    calls = RpcCalls()
    for call_id in call_ids:
        calls.start(call_id, to, response_timeout=15.0, max_round_trip=7.0, now=now)
    return calls


def test_no_acknowledgement() -> None:
    calls = started("1")
    assert calls.next_deadline() == 7.0
    assert calls.handle_timeout(6.9) == []
    assert codes(calls.handle_timeout(7.0)) == {"1": ErrorCode.CONNECTION_TIMEOUT}
    assert (len(calls), calls.next_deadline()) == (0, None)


def test_no_response() -> None:
    calls = started("1")
    calls.acknowledge("1", "bob", 2.0)
    calls.acknowledge("1", "bob", 9.0)
    assert calls.next_deadline() == 17.0
    assert codes(calls.handle_timeout(17.0)) == {"1": ErrorCode.RESPONSE_TIMEOUT}


def test_responses() -> None:
    calls = started("1", "2")
    calls.acknowledge("1", "bob", 1.0)
    assert calls.respond("1", "bob", "yes") == CallOutcome("1", "yes")
    assert calls.respond("2", "bob", "before the acknowledgement") is not None
    assert calls.respond("1", "bob", "again") is None
    calls.acknowledge("2", "bob", 3.0)
    assert (len(calls), calls.stray, calls.next_deadline()) == (0, 2, None)


def test_only_the_one_asked_may_answer() -> None:
    calls = started("1")
    calls.acknowledge("1", "mallory", 1.0)
    assert calls.respond("1", "mallory", "no") is None
    assert calls.stray == 2
    assert codes(calls.handle_timeout(7.0)) == {"1": ErrorCode.CONNECTION_TIMEOUT}


def test_departures() -> None:
    calls = started("1", "2")
    calls.start("3", "carol", 15.0, 7.0, 0.0)
    assert codes(calls.peer_gone("bob")) == dict.fromkeys("12", ErrorCode.RECIPIENT_DISCONNECTED)
    assert codes(calls.close()) == {"3": ErrorCode.RECIPIENT_DISCONNECTED}


def test_a_call_that_its_caller_gave_up() -> None:
    calls = started("1", "2")
    calls.acknowledge("2", "bob", 1.0)
    calls.forget("1")
    calls.forget("unknown")
    assert calls.respond("1", "bob", "too late") is None
    assert (len(calls), calls.next_deadline()) == (1, 16.0)


def test_time_for_the_handler() -> None:
    assert handling_time(15.0, 7.0) == 8.0
    assert handling_time(7.5, 7.0) == 1.0


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20), st.none() | st.floats(0, 20)), max_size=20))
def test_every_call_ends_once_and_on_time(specs: list[tuple[float, float, float | None]]) -> None:
    """Calls with any timeouts, acknowledged at any time or never: each ends at its own deadline."""
    calls, expected = RpcCalls(), {}
    for number, (response, trip, ack) in enumerate(specs):
        calls.start(str(number), "bob", response, trip, 0.0)
        acknowledged = ack is not None and ack < trip
        expected[str(number)] = (
            (ack + response, ErrorCode.RESPONSE_TIMEOUT)
            if acknowledged and ack is not None
            else (trip, ErrorCode.CONNECTION_TIMEOUT)
        )
    acks = sorted((ack, str(i)) for i, (_, _, ack) in enumerate(specs) if ack is not None)
    ended: dict[str, tuple[float, int]] = {}

    def run(until: float) -> None:
        while (deadline := calls.next_deadline()) is not None and deadline <= until:
            for call_id, code in codes(calls.handle_timeout(deadline)).items():
                assert call_id not in ended
                ended[call_id] = (deadline, code)

    for ack, call_id in acks:
        run(ack)
        calls.acknowledge(call_id, "bob", ack)
    run(100.0)
    assert ended == expected
