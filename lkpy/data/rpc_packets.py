"""Requests and answers of remote procedure calls on the wire, of both versions.

Version 1 are packets of their own. Version 2 carries the request, and the result of a success, in a text
stream with attributes, so that payloads may have any length; acknowledgements and errors are packets of
version 1 in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lkpy.data.packets import RELIABLE
from lkpy.data.rpc_calls import RESPONSE_TIMEOUT
from lkpy.data.rpc_error import RpcError, to_wire
from lkpy.protocol import models_pb2 as models

REQUEST_TOPIC = "lk.rpc_request"
RESPONSE_TOPIC = "lk.rpc_response"
STREAM_PROTOCOL = 1
"""The `client_protocol` from which on a participant takes version 2."""
VERSION = 1
STREAM_VERSION = "2"
MIN_SERVER = (1, 8, 0)
"""The first server that carries calls."""
_ID = "lk.rpc_request_id"
_METHOD = "lk.rpc_request_method"
_TIMEOUT = "lk.rpc_request_response_timeout_ms"
_VERSION = "lk.rpc_request_version"
_MAX_TIMEOUT_MS = 0xFFFF_FFFF
_TIMEOUT_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived.

    Attributes:
        request_id: names the call.
        caller: identity of the participant that asks.
        method: what it asks for.
        response_timeout: seconds that the handler may take.
        supported: whether its version is one that is known here.
    """

    request_id: str
    caller: str
    method: str
    response_timeout: float
    supported: bool


def request_packet(
    call_id: str, destination: str, method: str, payload: str, handling_time: float
) -> models.DataPacket:
    """A request of version 1."""
    return _packet(
        destination,
        rpc_request=models.RpcRequest(
            id=call_id,
            method=method,
            payload=payload,
            response_timeout_ms=_milliseconds(handling_time),
            version=VERSION,
        ),
    )


def request_attributes(call_id: str, method: str, handling_time: float) -> dict[str, str]:
    """The attributes of a request's stream."""
    return {
        _ID: call_id,
        _METHOD: method,
        _TIMEOUT: str(_milliseconds(handling_time)),
        _VERSION: STREAM_VERSION,
    }


def response_attributes(request_id: str) -> dict[str, str]:
    """The attributes of a result's stream."""
    return {_ID: request_id}


def ack_packet(request: Request) -> models.DataPacket:
    """The acknowledgement of a request."""
    return _packet(request.caller, rpc_ack=models.RpcAck(request_id=request.request_id))


def result_packet(request: Request, payload: str) -> models.DataPacket:
    """The result of a success."""
    return _packet(
        request.caller, rpc_response=models.RpcResponse(request_id=request.request_id, payload=payload)
    )


def error_packet(request: Request, error: RpcError) -> models.DataPacket:
    """The error that a call ends with."""
    response = models.RpcResponse(request_id=request.request_id, error=to_wire(error))
    return _packet(request.caller, rpc_response=response)


def read_request(packet: models.DataPacket) -> Request:
    """The request that a packet of version 1 holds."""
    request = packet.rpc_request
    return Request(
        request.id,
        packet.participant_identity,
        request.method,
        _handling_time(request.response_timeout_ms),
        request.version == VERSION and not request.compressed_payload,
    )


def read_stream_request(attributes: Mapping[str, str], caller: str) -> Request | None:
    """The request that the header of a stream announces; None when it has no id."""
    if not attributes.get(_ID):
        return None
    digits = attributes.get(_TIMEOUT, "")
    valid = digits.isascii() and digits.isdigit() and len(digits) <= _TIMEOUT_DIGITS
    return Request(
        attributes[_ID],
        caller,
        attributes.get(_METHOD, ""),
        _handling_time(int(digits) if valid else 0),
        attributes.get(_VERSION) == STREAM_VERSION,
    )


def read_stream_response(attributes: Mapping[str, str]) -> str:
    """The id of the call that a stream answers; empty when it has none."""
    return attributes.get(_ID, "")


def server_supports_rpc(version: str) -> bool:
    """Whether a server of this version carries calls; one that does not tell its version is trusted to."""
    numbers = []
    for part in version.split("-")[0].split(".")[:3]:
        if not (part.isascii() and part.isdigit()):
            return True
        numbers.append(int(part))
    return not numbers or tuple(numbers) >= MIN_SERVER


def _packet(
    destination: str, **value: models.RpcRequest | models.RpcAck | models.RpcResponse
) -> models.DataPacket:
    return models.DataPacket(
        kind=RELIABLE,
        destination_identities=[destination],
        **value,  # type: ignore[arg-type]
    )


def _handling_time(milliseconds: int) -> float:
    """Seconds that a handler may take; a request that does not say gets the usual time."""
    return min(milliseconds, _MAX_TIMEOUT_MS) / 1000 if milliseconds else RESPONSE_TIMEOUT


def _milliseconds(seconds: float) -> int:
    return max(0, min(round(seconds * 1000), _MAX_TIMEOUT_MS))
