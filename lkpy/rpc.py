"""Remote procedure calls between participants; see `LocalParticipant.perform_rpc`."""

from lkpy.data.rpc_error import RpcError
from lkpy.data.rpc_interceptors import RpcCallInfo, RpcInterceptor
from lkpy.data.rpc_invocation import RpcHandler, RpcInvocationData

__all__ = ["RpcCallInfo", "RpcError", "RpcHandler", "RpcInterceptor", "RpcInvocationData"]
