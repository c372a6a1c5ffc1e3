"""The STUN messages of ICE (RFC 8445 section 7.1)."""

from __future__ import annotations

from lkpy._runtime.network import Address
from lkpy.transport.ice.parameters import Entropy, IceParameters
from lkpy.transport.ice.stun_codec import TRANSACTION_ID_LENGTH, Class, Message, Method, parse

__all__ = [
    "ROLE_CONFLICT",
    "Class",
    "Message",
    "Method",
    "binding_request",
    "binding_response",
    "parse",
    "plain_binding_request",
    "role_conflict_response",
]

ROLE_CONFLICT = 487


def binding_request(
    entropy: Entropy,
    *,
    local: IceParameters,
    remote: IceParameters,
    priority: int,
    controlling: bool,
    tie_breaker: int,
    use_candidate: bool,
) -> tuple[bytes, bytes]:
    """A connectivity check. Returns its transaction id and its bytes."""
    transaction_id = entropy(TRANSACTION_ID_LENGTH)
    message = Message(Method.BINDING, Class.REQUEST, transaction_id)
    message.attributes["USERNAME"] = f"{remote.ufrag}:{local.ufrag}"
    message.attributes["PRIORITY"] = priority
    message.attributes["ICE-CONTROLLING" if controlling else "ICE-CONTROLLED"] = tie_breaker
    if use_candidate:
        message.attributes["USE-CANDIDATE"] = None
    return transaction_id, message.encode(remote.pwd.encode())


def plain_binding_request(entropy: Entropy) -> tuple[bytes, bytes]:
    """A question for a STUN server. Returns its transaction id and its bytes."""
    transaction_id = entropy(TRANSACTION_ID_LENGTH)
    return transaction_id, Message(Method.BINDING, Class.REQUEST, transaction_id).encode()


def binding_response(request: Message, source: Address, pwd: str) -> bytes:
    """The success response to an authenticated check that came from `source`."""
    attributes = {"XOR-MAPPED-ADDRESS": source}
    return Message(Method.BINDING, Class.RESPONSE, request.transaction_id, attributes).encode(pwd.encode())


def role_conflict_response(request: Message, pwd: str) -> bytes:
    """The 487 answer to an authenticated check (RFC 8445 section 7.3.1.1)."""
    attributes = {"ERROR-CODE": (ROLE_CONFLICT, "Role Conflict")}
    return Message(Method.BINDING, Class.ERROR, request.transaction_id, attributes).encode(pwd.encode())
