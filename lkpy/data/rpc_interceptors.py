"""Calls seen on their way: interceptors that wrap what the application calls and what it answers."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from lkpy.data.rpc_invocation import RpcInvocationData


@dataclass
class RpcCallInfo:
    """A call that is about to be made.

    Attributes:
        destination_identity: who is called.
        method: which method.
        payload: what is sent.
        response_timeout: seconds to wait for the answer; None for the usual.
        max_round_trip_latency: seconds to wait for the acknowledgement; None for the usual.
    """

    destination_identity: str
    method: str
    payload: str
    response_timeout: float | None = None
    max_round_trip_latency: float | None = None


class RpcInterceptor:
    """Wraps calls in one direction or both; override what is of interest.

    `next` goes on with the call, with the same information or other. Whoever does not await it answers
    itself. What it raises, and what an interceptor raises, is the outcome of the call.
    """

    async def intercept_outgoing(
        self, call: RpcCallInfo, next: Callable[[RpcCallInfo], Awaitable[str]]
    ) -> str:
        """A call of ours."""
        return await next(call)

    async def intercept_incoming(
        self,
        invocation: RpcInvocationData,
        next: Callable[[RpcInvocationData], Awaitable[str | None]],
    ) -> str | None:
        """A call of somebody else's, for a method that has a handler or has none (UNSUPPORTED_METHOD)."""
        return await next(invocation)


_Call = TypeVar("_Call")
_Answer = TypeVar("_Answer")
_Step = Callable[[_Call], Awaitable[_Answer]]


def through(
    steps: Iterable[Callable[[_Call, _Step[_Call, _Answer]], Awaitable[_Answer]]],
    last: _Step[_Call, _Answer],
) -> _Step[_Call, _Answer]:
    """All steps as one, the first outermost; later changes of the interceptors do not concern it."""
    for step in reversed(list(steps)):
        last = functools.partial(_one, step, last)
    return last


def _one(
    step: Callable[[_Call, _Step[_Call, _Answer]], Awaitable[_Answer]],
    rest: _Step[_Call, _Answer],
    call: _Call,
) -> Awaitable[_Answer]:
    return step(call, rest)
