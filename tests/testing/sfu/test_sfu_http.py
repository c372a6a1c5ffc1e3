"""The HTTP front: requests in any pieces, statuses as livekit-server's, websockets on the same port."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import time
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu, PortInUseError, make_token, serve
from lkpy.testing.sfu.http import Request, RequestReader
from lkpy.testing.sfu.join import Refusal, admit


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


async def exchange(sfu: FakeSfu, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes, read until the server closes."""
    reader, writer = await asyncio.open_connection(sfu.host, sfu.port)
    writer.write(request)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    return int(lines[0].split(" ")[1]), headers, body


def get(target: str, token: str = "", method: str = "GET") -> bytes:
    auth = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\n{auth}\r\n".encode()


UPGRADE = (
    b"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 30), max_size=10))
def test_a_request_may_come_in_pieces(sizes: list[int]) -> None:
    data = b"POST /twirp/x?a=1&b=%20 HTTP/1.1\r\nContent-Length: 5\r\nX: 1\r\nx: 2\r\n\r\nhello rest"
    reader, request = RequestReader(), None
    for size in sizes:
        piece, data = data[:size], data[size:]
        if request is None and piece:
            request = reader.feed(piece)
    request = request or reader.feed(data)
    assert request is not None
    assert (request.method, request.path, request.body) == ("POST", "/twirp/x", b"hello")
    assert request.query == {"a": "1", "b": " "}
    assert request.headers["x"] == "1, 2"


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_garbage_raises_nothing_but_protocol_errors(data: bytes) -> None:
    reader = RequestReader(max_head=100)
    with contextlib.suppress(ProtocolError):
        reader.feed(data + b"\r\n\r\n")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_answered_400_or_dropped(sfu: FakeSfu, head: bytes) -> None:
    reader, writer = await asyncio.open_connection(sfu.host, sfu.port)
    writer.write(head)
    writer.write_eof()
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")


async def test_health_preflight_and_unknown_paths(sfu: FakeSfu) -> None:
    assert (await exchange(sfu, get("/")))[::2] == (200, b"OK")
    assert (await exchange(sfu, get("/", method="HEAD")))[::2] == (200, b"")
    assert (await exchange(sfu, get("//")))[0] == 200
    assert (await exchange(sfu, get("/rtc")))[0] == 404
    assert (await exchange(sfu, get("/settings/regions")))[0] == 404
    assert (await exchange(sfu, get("/twirp/livekit.RoomService/ListRooms", method="POST")))[0] == 401
    status, headers, _ = await exchange(sfu, get("/rtc/v1/validate", method="OPTIONS"))
    assert (status, headers["access-control-allow-origin"]) == (204, "*")


def expected(sfu: FakeSfu) -> list[tuple[str, int, bytes]]:
    other = make_token("otherkey", "secret", identity="a", room="r")
    forged = make_token("devkey", "wrong", identity="a", room="r")
    return [
        ("", 401, b"permissions denied"),
        ("garbage", 401, b"invalid authorization token"),
        (other, 401, b"invalid API key"),
        (forged, 401, b"invalid token: signature is invalid"),
        (sfu.token("a", room="r", room_join=False), 401, b"permissions denied"),
        (sfu.token("", room="r"), 400, b"identity cannot be empty"),
        (sfu.token("a" * 257, room="r"), 400, b"identity exceeds length limit of 256"),
        (sfu.token("a", room="", room_join=True), 400, b"no room name"),
        (sfu.token("a", room="r"), 200, b"success"),
    ]


async def test_refusals_have_livekit_servers_status_and_words(sfu: FakeSfu) -> None:
    for token, status, words in expected(sfu):
        got = await exchange(sfu, get("/rtc/validate", token))
        assert got[::2] == (status, words)
        assert got[1]["access-control-allow-origin"] == "*"
        if status != 200:
            upgrade = UPGRADE.replace(b"Host: x", b"Host: x\r\nAuthorization: Bearer " + token.encode())
            upgraded = await exchange(sfu, upgrade % b"/rtc") if token else None
            assert upgraded is None or upgraded[::2] == (status, words)
    assert (await exchange(sfu, get(f"/rtc/validate?access_token={sfu.token('a', room='r')}")))[0] == 200
    basic = b"GET /rtc/validate HTTP/1.1\r\nAuthorization: Basic x\r\n\r\n"
    assert (await exchange(sfu, basic))[0] == 401


async def test_without_single_mode_both_paths_are_404_with_cors() -> None:
    async with FakeSfu(single_peer_connection=False) as sfu:
        token = sfu.token("a", room="r")
        for target in (f"/rtc/v1?access_token={token}", f"/rtc/v1/validate?access_token={token}"):
            status, headers, _ = await exchange(sfu, UPGRADE % target.encode())
            assert (status, headers["access-control-allow-origin"]) == (404, "*")


async def test_a_taken_port_is_said() -> None:
    async with FakeSfu() as first:
        with pytest.raises(PortInUseError, match=str(first.port)):
            await FakeSfu(port=first.port).start()


def _request(join: bytes) -> Request:
    token = make_token("devkey", "secret", identity="a", room="r")
    packed = base64.urlsafe_b64encode(join).decode()
    return Request("GET", f"/rtc/v1?join_request={packed}", {"authorization": f"Bearer {token}"})


KEYS = {"devkey": "secret"}


def test_join_requests_packed_and_not() -> None:
    join = rtc.JoinRequest(
        client_info=models.ClientInfo(sdk=models.ClientInfo.SDK.RUST, protocol=16),
        connection_settings=rtc.ConnectionSettings(auto_subscribe=True),
    ).SerializeToString()
    for wrapped in (
        rtc.WrappedJoinRequest(join_request=join),
        rtc.WrappedJoinRequest(
            compression=rtc.WrappedJoinRequest.Compression.GZIP, join_request=gzip.compress(join)
        ),
    ):
        parameters = admit(_request(wrapped.SerializeToString()), KEYS, time.time())
        assert parameters.single
        assert parameters.auto_subscribe
        assert parameters.protocol == 16
    assert not admit(_request(b""), KEYS, time.time()).auto_subscribe  # the proto's default counts


@settings(max_examples=60)
@given(st.binary(max_size=80))
def test_any_join_request_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(Refusal):
        admit(_request(data), KEYS, time.time())


def test_a_packed_join_request_may_not_explode() -> None:
    bomb = rtc.WrappedJoinRequest(
        compression=rtc.WrappedJoinRequest.Compression.GZIP, join_request=gzip.compress(bytes(64 << 20))
    )
    with pytest.raises(Refusal) as refused:
        admit(_request(bomb.SerializeToString()), KEYS, time.time())
    assert refused.value.status == 400


def test_the_old_path_reads_its_query() -> None:
    token = make_token("devkey", "secret", identity="a", room="r")
    query = "protocol=16&sdk=ios&auto_subscribe=0&capabilities=CAP_PACKET_TRAILER,CAP_NONSENSE&reconnect=1"
    parameters = admit(Request("GET", f"/rtc?{query}&access_token={token}"), KEYS, time.time())
    assert not parameters.single
    assert not parameters.auto_subscribe
    assert parameters.reconnect
    assert parameters.client.sdk == models.ClientInfo.SDK.SWIFT
    assert list(parameters.client.capabilities) == [models.ClientInfo.Capability.CAP_PACKET_TRAILER]
    assert admit(Request("GET", f"/rtc?access_token={token}"), KEYS, time.time()).auto_subscribe


async def test_serve_runs_until_cancelled() -> None:
    ready: asyncio.Future[FakeSfu] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(port=0, on_ready=ready.set_result))
    sfu = await ready
    assert (await exchange(sfu, get("/")))[0] == 200
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(OSError, match=str(sfu.port)):
        await asyncio.open_connection(sfu.host, sfu.port)


async def test_a_client_that_never_asks_does_not_hold_the_server_open() -> None:
    sfu = FakeSfu()
    await sfu.start()
    _, writer = await asyncio.open_connection(sfu.host, sfu.port)
    async with asyncio.timeout(3):
        await sfu.aclose()
    writer.close()
    await writer.wait_closed()
