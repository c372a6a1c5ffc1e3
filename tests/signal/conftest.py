"""A signalling server for one test: real websockets, scripted answers."""

from __future__ import annotations

import asyncio
import base64
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc

Refusal = tuple[int, str]


class SignalServer:
    """Answers like a LiveKit server; what it does differently is set by the test.

    Attributes:
        refuse: path -> (HTTP status, body); other paths are upgraded.
        validate: the answer on validate paths.
        first: frames sent after the upgrade, before anything is read.
        behave: called with the connection after `first`; answers pings by default.
        requests: every HTTP request.
        received: every `SignalRequest`.
    """

    def __init__(self) -> None:
        self.refuse: dict[str, Refusal] = {}
        self.validate: Refusal = (200, "success")
        self.first: list[bytes | str] = [join_frame()]
        self.behave: Callable[[ServerConnection], Awaitable[None]] = self.answer_pings
        self.requests: list[Request] = []
        self.received: list[rtc.SignalRequest] = []
        self.connections: list[ServerConnection] = []
        self.changed = asyncio.Event()
        self.server: Server | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"ws://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        path = urlsplit(request.path).path
        refusal = self.validate if path.endswith("/validate") else self.refuse.get(path)
        if refusal is None:
            return None
        status, body = refusal
        headers = Headers({"Content-Length": str(len(body.encode())), "Content-Type": "text/plain"})
        return Response(status, HTTPStatus(status).phrase, headers, body.encode())

    async def handle(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        for frame in self.first:
            await connection.send(frame)
        try:
            await self.behave(connection)
        except ConnectionClosed:
            pass

    async def answer_pings(self, connection: ServerConnection) -> None:
        async for frame in connection:
            assert isinstance(frame, bytes)
            request = rtc.SignalRequest.FromString(frame)
            self.received.append(request)
            self.changed.set()
            if request.WhichOneof("message") == "ping_req":
                pong = rtc.Pong(last_ping_timestamp=request.ping_req.timestamp, timestamp=1)
                await connection.send(response(pong_resp=pong))
            elif request.WhichOneof("message") == "ping":
                await connection.send(response(pong=1))

    async def stay_silent(self, connection: ServerConnection) -> None:
        async for frame in connection:
            self.received.append(rtc.SignalRequest.FromString(frame if isinstance(frame, bytes) else b""))
            self.changed.set()

    async def got(self, case: str) -> rtc.SignalRequest:
        """Wait for a request of that case."""
        async with asyncio.timeout(5):
            while True:
                for request in self.received:
                    if request.WhichOneof("message") == case:
                        return request
                self.changed.clear()
                await self.changed.wait()

    def query(self, index: int = -1) -> dict[str, str]:
        """The query parameters of a request."""
        return {
            name: values[0] for name, values in parse_qs(urlsplit(self.requests[index].path).query).items()
        }

    def paths(self) -> list[str]:
        return [urlsplit(request.path).path for request in self.requests]


def response(**case: object) -> bytes:
    return rtc.SignalResponse(**case).SerializeToString()  # type: ignore[arg-type]


def join_frame(ping_interval: int = 0, ping_timeout: int = 0) -> bytes:
    return response(
        join=rtc.JoinResponse(
            room=models.Room(sid="RM_1", name="lobby"),
            participant=models.ParticipantInfo(sid="PA_1", identity="alice"),
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
        )
    )


def unwrap(parameter: str) -> tuple[rtc.WrappedJoinRequest, rtc.JoinRequest]:
    """Read a `join_request` parameter as a server does."""
    wrapped = rtc.WrappedJoinRequest.FromString(base64.urlsafe_b64decode(parameter))
    data = wrapped.join_request
    if wrapped.compression == rtc.WrappedJoinRequest.GZIP:
        data = gzip.decompress(data)
    return wrapped, rtc.JoinRequest.FromString(data)


class Tools:
    """Functions of this file, for test modules."""

    response = staticmethod(response)
    join_frame = staticmethod(join_frame)
    unwrap = staticmethod(unwrap)


@pytest.fixture
def tools() -> type[Tools]:
    return Tools


@pytest.fixture
async def server() -> AsyncIterator[SignalServer]:
    scripted = SignalServer()
    async with serve(
        scripted.handle,
        "127.0.0.1",
        0,
        process_request=scripted.process_request,
        max_size=1 << 26,
        ping_interval=None,
        close_timeout=0.2,
    ) as scripted.server:
        yield scripted
