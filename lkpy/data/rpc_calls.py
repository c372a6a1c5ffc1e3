"""The calls that wait for their answer: acknowledgement first, then the response, each with its deadline."""

from __future__ import annotations

import enum
import heapq
from dataclasses import dataclass

from lkpy.data.rpc_error import ErrorCode, RpcError

MAX_ROUND_TRIP = 7.0
"""Seconds that a request and its acknowledgement may take together, unless the caller says otherwise."""
RESPONSE_TIMEOUT = 15.0
"""Seconds that an acknowledged call may take, unless the caller says otherwise."""
MIN_HANDLING = 1.0
"""Seconds that the recipient is given at least."""


class CallState(enum.Enum):
    """What a call waits for."""

    SENT = ErrorCode.CONNECTION_TIMEOUT
    """The acknowledgement. The value is the error when it does not come."""
    ACKNOWLEDGED = ErrorCode.RESPONSE_TIMEOUT
    """The response."""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """How a call ended: with a payload or with an error.

    Attributes:
        call_id: which call.
        payload: the result, None when there is an error.
        error: None when there is a result.
    """

    call_id: str
    payload: str | None = None
    error: RpcError | None = None


@dataclass(slots=True)
class _Call:
    destination: str
    deadline: float
    response_timeout: float
    state: CallState = CallState.SENT


def handling_time(response_timeout: float, max_round_trip: float) -> float:
    """Seconds that the request gives to the recipient, so that its answer arrives in time."""
    return max(response_timeout - max_round_trip, MIN_HANDLING)


class RpcCalls:
    """The calls of one session. Inputs are told with the time and return the outcomes they bring about."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}
        self._deadlines: list[tuple[float, str]] = []
        self.stray = 0

    def __len__(self) -> int:
        return len(self._calls)

    def start(
        self, call_id: str, destination: str, response_timeout: float, max_round_trip: float, now: float
    ) -> None:
        """A request is about to be sent."""
        self._calls[call_id] = _Call(destination, now + max_round_trip, response_timeout)
        heapq.heappush(self._deadlines, (now + max_round_trip, call_id))

    def acknowledge(self, call_id: str, sender: str, now: float) -> None:
        """The recipient has the request. Counted as stray when nobody waits for it."""
        call = self._find(call_id, sender)
        if call is not None and call.state is CallState.SENT:
            call.state = CallState.ACKNOWLEDGED
            call.deadline = now + call.response_timeout
            heapq.heappush(self._deadlines, (call.deadline, call_id))

    def respond(
        self, call_id: str, sender: str, payload: str | None, error: RpcError | None = None
    ) -> CallOutcome | None:
        """The recipient answered; it may do so before its acknowledgement arrives."""
        if self._find(call_id, sender) is None:
            return None
        del self._calls[call_id]
        return CallOutcome(call_id, payload, error)

    def forget(self, call_id: str) -> None:
        """The caller does not wait any more."""
        self._calls.pop(call_id, None)

    def peer_gone(self, identity: str) -> list[CallOutcome]:
        """A participant left."""
        ids = [call_id for call_id, call in self._calls.items() if call.destination == identity]
        return [self._fail(call_id, ErrorCode.RECIPIENT_DISCONNECTED) for call_id in ids]

    def close(self) -> list[CallOutcome]:
        """We left."""
        return [self._fail(call_id, ErrorCode.RECIPIENT_DISCONNECTED) for call_id in list(self._calls)]

    def next_deadline(self) -> float | None:
        """When `handle_timeout` has something to do at the earliest."""
        heap = self._deadlines
        while heap:
            deadline, call_id = heap[0]
            call = self._calls.get(call_id)
            if call is not None and call.deadline == deadline:
                return deadline
            heapq.heappop(heap)
        return None

    def handle_timeout(self, now: float) -> list[CallOutcome]:
        """The calls whose time is over."""
        outcomes = []
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            call_id = heapq.heappop(self._deadlines)[1]
            outcomes.append(self._fail(call_id, self._calls[call_id].state.value))
        return outcomes

    def _find(self, call_id: str, sender: str) -> _Call | None:
        """The call, when it was the one asked who answers."""
        call = self._calls.get(call_id)
        if call is None or call.destination != sender:
            self.stray += 1
            return None
        return call

    def _fail(self, call_id: str, code: ErrorCode) -> CallOutcome:
        del self._calls[call_id]
        return CallOutcome(call_id, error=RpcError._built_in(code))
