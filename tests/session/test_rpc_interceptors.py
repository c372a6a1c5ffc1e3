"""Interceptors of calls: their order, what they may change, and that a call keeps the ones it began with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from lkpy.data.rpc_error import RpcError
from lkpy.data.rpc_interceptors import RpcCallInfo, RpcInterceptor
from lkpy.data.rpc_invocation import RpcInvocationData
from tests.session.data_world import World


class Marking(RpcInterceptor):
    """Writes itself around what passes."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    async def intercept_outgoing(
        self, call: RpcCallInfo, next: Callable[[RpcCallInfo], Awaitable[str]]
    ) -> str:
        call.payload += f">{self.mark}"
        return await next(call) + f"<{self.mark}"

    async def intercept_incoming(
        self, invocation: RpcInvocationData, next: Callable[[RpcInvocationData], Awaitable[str | None]]
    ) -> str | None:
        invocation.payload += f">{self.mark}"
        return f"{await next(invocation)}<{self.mark}"


@pytest.mark.parametrize("protocol", [0, 2])
async def test_the_first_added_is_outermost_in_both_directions(protocol: int) -> None:
    async with World() as world:
        alice, bob = world.join("alice", protocol), world.join("bob", protocol)
        bob.register_rpc_method("echo", lambda call: call.payload)
        marks = {name: Marking(name) for name in "abcd"}
        for name in "ab":
            alice.add_rpc_interceptor(marks[name])
        for name in "cd":
            bob.add_rpc_interceptor(marks[name])
        alice.add_rpc_interceptor(marks["a"])  # it is there already
        answer = await alice.perform_rpc(destination_identity="bob", method="echo", payload="x")
        assert answer == "x>a>b>c>d<d<c<b<a"
        alice.remove_rpc_interceptor(marks["a"])
        alice.remove_rpc_interceptor(marks["c"])
        bob.remove_rpc_interceptor(marks["d"])
        answer = await alice.perform_rpc(destination_identity="bob", method="echo", payload="x")
        assert answer == "x>b>c<c<b"


async def test_an_interceptor_sees_methods_that_are_not_there_and_may_answer_itself() -> None:
    class Fallback(RpcInterceptor):
        async def intercept_incoming(
            self, invocation: RpcInvocationData, next: Callable[[RpcInvocationData], Awaitable[str | None]]
        ) -> str | None:
            try:
                return await next(invocation)
            except RpcError as error:
                return f"{invocation.method}: {error.code}"

    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        with pytest.raises(RpcError):
            await alice.perform_rpc(destination_identity="bob", method="other", payload="")
        bob.add_rpc_interceptor(Fallback())
        answer = await alice.perform_rpc(destination_identity="bob", method="other", payload="")
        assert answer == "other: 1400"


async def test_what_an_interceptor_raises_is_the_outcome() -> None:
    class Guard(RpcInterceptor):
        async def intercept_outgoing(
            self, call: RpcCallInfo, next: Callable[[RpcCallInfo], Awaitable[str]]
        ) -> str:
            raise RpcError(7, f"not to {call.destination_identity}")

        async def intercept_incoming(
            self, invocation: RpcInvocationData, next: Callable[[RpcInvocationData], Awaitable[str | None]]
        ) -> str | None:
            raise RpcError(8, f"not from {invocation.caller_identity}")

    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        bob.register_rpc_method("echo", lambda call: call.payload)
        bob.add_rpc_interceptor(Guard())
        with pytest.raises(RpcError, match="not from alice") as caught:
            await alice.perform_rpc(destination_identity="bob", method="echo", payload="")
        assert caught.value.code == 8
        with pytest.raises(RpcError, match="not to alice"):
            await bob.perform_rpc(destination_identity="alice", method="echo", payload="")
        assert not bob.rpc._waiting


async def test_a_plain_interceptor_changes_nothing() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        bob.register_rpc_method("echo", lambda call: call.payload)
        for peer in (alice, bob):
            peer.add_rpc_interceptor(RpcInterceptor())
        assert await alice.perform_rpc(destination_identity="bob", method="echo", payload="x") == "x"
