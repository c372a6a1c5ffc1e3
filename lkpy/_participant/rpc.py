"""What the local participant can do with remote procedure calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from lkpy.data.rpc_interceptors import RpcCallInfo, RpcInterceptor, through
from lkpy.data.rpc_invocation import RpcHandler

if TYPE_CHECKING:
    from lkpy.session.driver.rpc import RoomRpc

_Handler = TypeVar("_Handler", bound=RpcHandler)


class RpcCommands(Protocol):
    """What the room offers for it."""

    @property
    def rpc(self) -> RoomRpc:
        """The calls of the session."""

    def expect_calls(self) -> None:
        """Others may call from now on."""


class Calling:
    """Calls others for the local participant, which documents what each method does, and has it called."""

    def __init__(self, commands: RpcCommands) -> None:
        self._commands = commands

    async def perform_rpc(
        self,
        *,
        destination_identity: str,
        method: str,
        payload: str,
        response_timeout: float | None = None,
        max_round_trip_latency: float | None = None,
    ) -> str:
        """Call a method of another participant."""
        rpc = self._commands.rpc

        async def perform(call: RpcCallInfo) -> str:
            return await rpc.perform(
                call.destination_identity,
                call.method,
                call.payload,
                call.response_timeout,
                call.max_round_trip_latency,
            )

        call = RpcCallInfo(destination_identity, method, payload, response_timeout, max_round_trip_latency)
        return await through([i.intercept_outgoing for i in rpc.interceptors], perform)(call)

    def add_rpc_interceptor(self, interceptor: RpcInterceptor) -> None:
        """Have calls of both directions go through an interceptor, inside those that were added before."""
        if not any(known is interceptor for known in self._commands.rpc.interceptors):
            self._commands.rpc.interceptors.append(interceptor)

    def remove_rpc_interceptor(self, interceptor: RpcInterceptor) -> None:
        """Have calls no longer go through an interceptor; one that was never added is ignored."""
        kept = [known for known in self._commands.rpc.interceptors if known is not interceptor]
        self._commands.rpc.interceptors[:] = kept

    def register_rpc_method(
        self, method_name: str, handler: _Handler | None = None
    ) -> _Handler | Callable[[_Handler], _Handler]:
        """Answer calls of a method; an earlier handler of the method is replaced."""
        handlers = self._commands.rpc.handlers

        def register(handler: _Handler) -> _Handler:
            handlers[method_name] = handler
            self._commands.expect_calls()
            return handler

        return register if handler is None else register(handler)

    def unregister_rpc_method(self, method: str) -> None:
        """Answer no more calls of a method; those that run are finished. Unknown methods are ignored."""
        self._commands.rpc.handlers.pop(method, None)
