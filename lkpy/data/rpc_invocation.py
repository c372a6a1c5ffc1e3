"""What the handler of a remote procedure call is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass
class RpcInvocationData:
    """One call, as its handler sees it.

    Attributes:
        request_id: unique name of the call.
        caller_identity: who calls.
        payload: what the caller sent.
        response_timeout: seconds in which the caller wants the answer; later it does not wait any more.
        method: what was called, for handlers of several methods.
    """

    request_id: str
    caller_identity: str
    payload: str
    response_timeout: float
    method: str = ""


RpcHandler = Callable[[RpcInvocationData], Awaitable[str | None] | str | None]
"""Answers calls of one method: returns the payload of the answer (None is an empty one), or raises."""
