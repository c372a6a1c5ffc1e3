"""Requests and answers on the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lkpy.data import rpc_packets as wire
from lkpy.data.rpc_error import ErrorCode, RpcError, from_wire, to_wire
from lkpy.protocol import models_pb2 as models


def test_request_and_answers() -> None:
    packet = wire.request_packet("id", "bob", "greet", "hello", 8.0)
    assert packet.rpc_request == models.RpcRequest(
        id="id", method="greet", payload="hello", response_timeout_ms=8000, version=1
    )
    assert list(packet.destination_identities) == ["bob"]
    assert packet.kind == models.DataPacket.RELIABLE
    packet.participant_identity = "alice"
    request = wire.read_request(packet)
    assert request == wire.Request("id", "alice", "greet", 8.0, True)
    assert wire.ack_packet(request).rpc_ack.request_id == "id"
    assert wire.result_packet(request, "").rpc_response.WhichOneof("value") == "payload"
    answer = wire.error_packet(request, RpcError(7, "no", "why"))
    assert list(answer.destination_identities) == ["alice"]
    error = from_wire(answer.rpc_response.error)
    assert (error.code, error.message, error.data) == (7, "no", "why")


def test_request_as_stream() -> None:
    attributes = wire.request_attributes("id", "greet", 1.5)
    assert attributes == {
        "lk.rpc_request_id": "id",
        "lk.rpc_request_method": "greet",
        "lk.rpc_request_response_timeout_ms": "1500",
        "lk.rpc_request_version": "2",
    }
    assert wire.read_stream_request(attributes, "alice") == wire.Request("id", "alice", "greet", 1.5, True)
    assert wire.read_stream_request({}, "alice") is None
    assert wire.read_stream_response(wire.response_attributes("id")) == "id"


@pytest.mark.parametrize("timeout", ["", "0", "-1", "soon", "١٢", "9" * 5000, "1e3"])
def test_nonsense_instead_of_a_timeout(timeout: str) -> None:
    attributes = wire.request_attributes("id", "m", 1) | {"lk.rpc_request_response_timeout_ms": timeout}
    request = wire.read_stream_request(attributes, "alice")
    assert request is not None
    assert request.response_timeout == 15.0


@pytest.mark.parametrize(("version", "known"), [(0, False), (1, True), (2, False)])
def test_versions(version: int, known: bool) -> None:
    packet = models.DataPacket(rpc_request=models.RpcRequest(id="id", version=version))
    assert wire.read_request(packet).supported is known


@pytest.mark.parametrize(
    ("version", "new_enough"),
    [
        ("1.8.0", True),
        ("1.13.5", True),
        ("2", True),
        ("1.7.9", False),
        ("0.15.1-dev", False),
        ("", True),
        ("cloud", True),
    ],
)
def test_server_versions(version: str, new_enough: bool) -> None:
    assert wire.server_supports_rpc(version) is new_enough


@given(st.text(max_size=300), st.text(max_size=300))
def test_errors_fit_on_the_wire(message: str, data: str) -> None:
    sent = to_wire(RpcError(1500, message, data * 60))
    assert len(sent.message.encode()) <= 256
    assert len(sent.data.encode()) <= 15_360
    assert message.startswith(sent.message)


def test_every_code_has_its_text() -> None:
    assert set(RpcError.ErrorMessage) == set(ErrorCode)
    error = RpcError._built_in(ErrorCode.SEND_FAILED)
    assert (error.code, str(error), error.data) == (1505, "Failed to send", None)
