"""STUN messages of ICE (RFC 8489, RFC 8445 section 7.1) on aioice's codec, with a guard for hostile input."""

from __future__ import annotations

import struct

from aioice import stun as codec

from lkpy.transport.ice.parameters import Entropy, IceParameters

Message = codec.Message
Class = codec.Class
Method = codec.Method

Address = tuple[str, int]

MAX_MESSAGE = 1500
"""Bytes. RFC 8489 section 6.1 keeps messages below the path MTU; 64 kB of attributes cost milliseconds."""

TRANSACTION_ID_LENGTH = 12

ROLE_CONFLICT = 487


def is_stun(data: bytes) -> bool:
    """RFC 7983 section 7: the first byte of a STUN message is 0 to 3. Safe for empty data."""
    return bool(data) and data[0] < 4


def parse(data: bytes) -> Message | None:
    """The message in `data`, or None when there is none."""
    if len(data) > MAX_MESSAGE or data[4:8] != b"\x21\x12\xa4\x42":
        return None
    try:
        return codec.parse_message(data)
    except (ValueError, struct.error, IndexError, KeyError, OverflowError):
        # aioice raises these for short attributes, unknown methods, bad text and fingerprints.
        return None


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
    message.add_message_integrity(remote.pwd.encode())
    return transaction_id, bytes(message)


def plain_binding_request(entropy: Entropy) -> tuple[bytes, bytes]:
    """A question for a STUN server. Returns its transaction id and its bytes."""
    transaction_id = entropy(TRANSACTION_ID_LENGTH)
    return transaction_id, bytes(Message(Method.BINDING, Class.REQUEST, transaction_id))


def binding_response(request: Message, source: Address, pwd: str) -> bytes:
    """The success response to an authenticated check that came from `source`."""
    message = Message(Method.BINDING, Class.RESPONSE, request.transaction_id)
    message.attributes["XOR-MAPPED-ADDRESS"] = source
    message.add_message_integrity(pwd.encode())
    return bytes(message)


def role_conflict_response(request: Message, pwd: str) -> bytes:
    """The 487 answer to an authenticated check (RFC 8445 section 7.3.1.1)."""
    message = Message(Method.BINDING, Class.ERROR, request.transaction_id)
    message.attributes["ERROR-CODE"] = (ROLE_CONFLICT, "Role Conflict")
    message.add_message_integrity(pwd.encode())
    return bytes(message)
