"""What the local participant can do with remote procedure calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, overload

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


class LocalRpc:
    """The part of `LocalParticipant` that calls others and is called by them."""

    _commands: RpcCommands

    async def perform_rpc(
        self,
        *,
        destination_identity: str,
        method: str,
        payload: str,
        response_timeout: float | None = None,
        max_round_trip_latency: float | None = None,
    ) -> str:
        """Call a method of another participant.

        Args:
            destination_identity: who is called.
            method: what the other end registered with `register_rpc_method`.
            payload: at most 15 360 bytes as UTF-8; of any length when the other end takes version 2.
            response_timeout: seconds to wait for the answer after the other end has acknowledged the call;
                15 when not given.
            max_round_trip_latency: seconds to wait for that acknowledgement; 7 when not given.

        Returns:
            what the handler at the other end returned.

        Raises:
            RpcError: what the handler raised, or with a code of `RpcError.ErrorCode` why there is no answer.
        """
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
        """Have calls of both directions go through an interceptor, inside those that were added before.

        It keeps its place when the room connects again. Calls that are under way are not concerned.
        """
        if not any(known is interceptor for known in self._commands.rpc.interceptors):
            self._commands.rpc.interceptors.append(interceptor)

    def remove_rpc_interceptor(self, interceptor: RpcInterceptor) -> None:
        """Have calls no longer go through an interceptor; one that was never added is ignored."""
        kept = [known for known in self._commands.rpc.interceptors if known is not interceptor]
        self._commands.rpc.interceptors[:] = kept

    @overload
    def register_rpc_method(self, method_name: str, handler: _Handler) -> _Handler: ...

    @overload
    def register_rpc_method(
        self, method_name: str, handler: None = None
    ) -> Callable[[_Handler], _Handler]: ...

    def register_rpc_method(
        self, method_name: str, handler: _Handler | None = None
    ) -> _Handler | Callable[[_Handler], _Handler]:
        """Answer calls of a method; an earlier handler of the method is replaced.

        The handler gets an `RpcInvocationData`, and returns the answer's payload or raises an `RpcError`,
        which the caller gets. It may be a coroutine function; then it is cancelled when the caller's time is
        over (the caller gets RESPONSE_TIMEOUT) and when the room disconnects. A plain function runs on the
        event loop and should be short. It keeps its place when the room connects again.

        Without a handler, returns a decorator.
        """
        handlers = self._commands.rpc.handlers

        def register(handler: _Handler) -> _Handler:
            handlers[method_name] = handler
            self._commands.expect_calls()
            return handler

        return register if handler is None else register(handler)

    def unregister_rpc_method(self, method: str) -> None:
        """Answer no more calls of a method; those that run are finished. Unknown methods are ignored."""
        self._commands.rpc.handlers.pop(method, None)
