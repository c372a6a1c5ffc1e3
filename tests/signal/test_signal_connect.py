"""How `SignalClient.connect` fails: typed, in time, in the server's words, without token, nothing left."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import logging
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import ServerConnection, serve

from lkpy.errors import ConnectError, ConnectErrorReason
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal.client import SignalClient, SignalOptions
from tests.cancel import Attempt

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


async def refused(url: str, timeout: float = 5, token: str = TOKEN, **arguments: Any) -> ConnectError:  # noqa: ASYNC109
    """Connect, which must fail within the time."""
    start = asyncio.get_running_loop().time()
    with pytest.raises(ConnectError) as caught:
        await SignalClient.connect(
            url, token, SignalOptions(), publisher_offer=None, timeout=timeout, **arguments
        )
    assert asyncio.get_running_loop().time() - start < timeout + 0.5
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert token not in shown
    return caught.value


@asynccontextmanager
async def tcp_server(handler: Handler) -> AsyncIterator[str]:
    writers: list[asyncio.StreamWriter] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await handler(reader, writer)

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)
        await server.wait_closed()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, ConnectErrorReason.SERVER_ERROR),
        (401, ConnectErrorReason.NOT_ALLOWED),
        (403, ConnectErrorReason.NOT_ALLOWED),
        (500, ConnectErrorReason.SERVER_ERROR),
        (503, ConnectErrorReason.SERVER_ERROR),
    ],
)
async def test_the_server_is_asked_why(server: Any, status: int, reason: ConnectErrorReason) -> None:
    server.refuse["/rtc/v1"] = (status, "short")
    server.validate = (status, f"invalid token: {TOKEN}, error: because")
    error = await refused(server.url)
    assert (error.reason, error.status) == (reason, status)
    assert str(error).endswith(f"HTTP {status}, invalid token: <secret>, error: because")
    assert server.paths() == ["/rtc/v1", "/rtc/v1/validate"]
    assert server.requests[1].headers["Authorization"] == f"Bearer {TOKEN}"
    assert server.query(1) == server.query(0)


async def test_validate_that_has_nothing_to_add(server: Any) -> None:
    server.refuse["/rtc/v1"] = (503, "no free node")
    error = await refused(server.url)
    assert (error.reason, error.status) == (ConnectErrorReason.SERVER_ERROR, 503)
    assert "no free node" in str(error)


async def test_validate_knows_better(server: Any) -> None:
    server.refuse["/rtc/v1"] = (502, "bad gateway")
    server.validate = (401, "permissions denied")
    error = await refused(server.url)
    assert (error.reason, error.status) == (ConnectErrorReason.NOT_ALLOWED, 401)
    assert "permissions denied" in str(error)


async def test_a_long_answer_is_cut(server: Any) -> None:
    server.refuse["/rtc/v1"] = (500, "<html>\n" + "words " * 10_000)
    assert len(str(await refused(server.url))) < 700


async def test_no_livekit_at_that_url(server: Any) -> None:
    server.refuse = {"/rtc/v1": (404, "404 page not found"), "/rtc": (404, "404 page not found")}
    server.validate = (404, "404 page not found")
    error = await refused(server.url)
    assert (error.reason, error.status) == (ConnectErrorReason.NOT_FOUND, 404)
    assert server.paths() == ["/rtc/v1", "/rtc", "/rtc/validate"]


async def test_a_missing_room_is_no_missing_path(server: Any) -> None:
    server.refuse["/rtc/v1"] = server.validate = (404, "requested room does not exist")
    error = await refused(server.url)
    assert (error.reason, error.status) == (ConnectErrorReason.NOT_FOUND, 404)
    assert "requested room does not exist" in str(error)
    assert "/rtc" not in server.paths()


async def test_redirects_are_not_followed(server: Any) -> None:
    server.refuse["/rtc/v1"] = (302, "moved")
    server.validate = (302, "moved")
    error = await refused(server.url)
    assert (error.reason, error.status) == (ConnectErrorReason.SERVER_ERROR, 302)


async def test_a_leave_instead_of_join(server: Any, tools: Any) -> None:
    server.first = [tools.response(leave=rtc.LeaveRequest(reason=models.JOIN_FAILURE))]
    error = await refused(server.url)
    assert error.reason is ConnectErrorReason.LEAVE
    assert "JOIN_FAILURE" in str(error)
    server.first = [tools.response(leave=rtc.LeaveRequest(reason=99))]  # type: ignore[arg-type]
    assert "reason 99" in str(await refused(server.url))


async def test_another_message_instead_of_join(server: Any, tools: Any) -> None:
    server.first = [tools.response(update=rtc.ParticipantUpdate())]
    error = await refused(server.url)
    assert error.reason is ConnectErrorReason.PROTOCOL
    assert "update" in str(error)


async def test_closed_instead_of_join(server: Any) -> None:
    async def close(connection: ServerConnection) -> None:
        await connection.close(1011, f"refused {TOKEN}")

    server.first = []
    server.behave = close
    error = await refused(server.url)
    assert error.reason is ConnectErrorReason.UNREACHABLE
    assert "1011: refused <secret>" in str(error)


async def test_too_long_a_first_message(server: Any) -> None:
    server.first = ["x" * (10 << 20)]
    error = await refused(server.url)
    assert "larger than" in str(error)


async def test_upgraded_and_silent(server: Any) -> None:
    server.first = []
    server.behave = server.stay_silent
    error = await refused(server.url, timeout=0.3)
    assert error.reason is ConnectErrorReason.TIMEOUT
    assert "within 0.3 s, while waiting for the join response" in str(error)


async def test_garbage_does_not_extend_the_time(server: Any) -> None:
    async def babble(connection: ServerConnection) -> None:
        while True:
            await connection.send(b"\xff")
            await asyncio.sleep(0.01)

    server.first = []
    server.behave = babble
    error = await refused(server.url, timeout=0.3)
    assert error.reason is ConnectErrorReason.TIMEOUT


async def test_accepted_and_silent() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async with tcp_server(silent) as url:
        error = await refused(url, timeout=0.3)
    assert error.reason is ConnectErrorReason.TIMEOUT
    assert "while opening the websocket" in str(error)


async def test_silent_about_the_reason() -> None:
    """The upgrade is refused, validate hangs: the refusal is what is told, before the time is up."""
    answered = 0

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        await reader.readuntil(b"\r\n\r\n")
        answered += 1
        if answered == 1:
            writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nbad")
            writer.close()
        else:
            await reader.read(-1)

    async with tcp_server(once) as url:
        error = await refused(url, timeout=0.5)
    assert (error.reason, error.status) == (ConnectErrorReason.NOT_ALLOWED, 401)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", ConnectErrorReason.UNREACHABLE),
        (b"SSH-2.0-OpenSSH_9.0\r\n", ConnectErrorReason.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ConnectErrorReason.SERVER_ERROR),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", ConnectErrorReason.PROTOCOL),
        (b"HTTP/1.1 101 Switch", ConnectErrorReason.PROTOCOL),
        (b"\x00" * 100_000, ConnectErrorReason.PROTOCOL),
    ],
    ids=["nothing", "ssh", "a web page", "no websocket", "half an answer", "zeros"],
)
async def test_no_websocket_server(answer: bytes, reason: ConnectErrorReason) -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with tcp_server(reply) as url:
        error = await refused(url)
    assert error.reason in (reason, ConnectErrorReason.UNREACHABLE)


async def test_nobody_there() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        error = await refused(f"ws://127.0.0.1:{bound.getsockname()[1]}")
    assert error.reason is ConnectErrorReason.UNREACHABLE
    error = await refused("ws://host.invalid")
    assert error.reason is ConnectErrorReason.UNREACHABLE
    assert "host.invalid" in str(error)


async def test_bad_url_and_bad_token_fail_without_a_connection(server: Any) -> None:
    assert (await refused("ftp://host")).reason is ConnectErrorReason.BAD_URL
    for token in ("", " ", "a\r\nX-Evil: 1", "ü"):
        with pytest.raises(ConnectError) as caught:
            await SignalClient.connect(server.url, token, SignalOptions(), publisher_offer=None, timeout=1)
        assert caught.value.reason is ConnectErrorReason.NOT_ALLOWED
    assert server.requests == []


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lkpy test")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return path


async def test_tls_with_a_context_of_the_callers_own(server: Any, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    async with serve(server.handle, "127.0.0.1", 0, ssl=context, close_timeout=0.2) as secure:
        url = f"https://127.0.0.1:{secure.sockets[0].getsockname()[1]}"
        error = await refused(url)
        assert error.reason is ConnectErrorReason.UNREACHABLE
        assert "TLS" in str(error)
        assert "self-signed" in str(error)
        trusting = ssl.create_default_context(cafile=pem)
        client = await SignalClient.connect(
            url, TOKEN, SignalOptions(), publisher_offer=None, timeout=5, ssl=trusting
        )
        await client.aclose()
    # A context given along with an unencrypted URL is of no use, and no harm.
    client = await SignalClient.connect(
        server.url, TOKEN, SignalOptions(), publisher_offer=None, timeout=5, ssl=trusting
    )
    await client.aclose()


async def test_through_a_proxy(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        if b"Proxy-Authorization" not in seen[-1]:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        host, port = seen[-1].split()[1].decode().split(":")
        onward, outward = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

        async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            try:
                while data := await source.read(1 << 16):
                    sink.write(data)
            except ConnectionError:
                pass
            finally:
                sink.close()

        await asyncio.gather(copy(reader, outward), copy(onward, writer))

    async with tcp_server(proxy) as url:
        address = url.removeprefix("ws://")
        client = await SignalClient.connect(
            server.url,
            TOKEN,
            SignalOptions(),
            publisher_offer=None,
            timeout=5,
            proxy=f"http://me:hunter2@{address}",
        )
        await client.aclose()
        assert seen[0].startswith(b"CONNECT 127.0.0.1:")
        assert TOKEN.encode() not in seen[0]
        error = await refused(server.url, proxy=f"http://{address}")
        assert error.reason is ConnectErrorReason.UNREACHABLE
        assert "proxy" in str(error)
        # True takes the environment's, None none.
        monkeypatch.setenv("http_proxy", f"http://{address}")
        monkeypatch.setenv("no_proxy", "")
        assert (await refused(server.url, proxy=True)).reason is ConnectErrorReason.UNREACHABLE
        client = await SignalClient.connect(
            server.url, TOKEN, SignalOptions(), publisher_offer=None, timeout=5, proxy=None
        )
        await client.aclose()
    error = await refused(server.url, proxy=f"http://me:hunter2@{address}")
    assert error.reason is ConnectErrorReason.UNREACHABLE
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("way", ["join", "fallback", "refused", "silent"])
async def test_cancelled_at_every_suspension(server: Any, way: str) -> None:
    """Whichever await it is that the cancellation hits: no task and no socket stays, as `conftest` checks."""
    if way == "fallback":
        server.refuse["/rtc/v1"] = (404, "404 page not found")
    elif way == "refused":
        server.refuse["/rtc/v1"] = server.validate = (401, "no")
    elif way == "silent":
        server.first = []
        server.behave = server.stay_silent
    before = asyncio.all_tasks()
    for step in range(200):
        attempt = Attempt(step)
        task = await attempt.run(
            SignalClient.connect(server.url, TOKEN, SignalOptions(), publisher_offer=None, timeout=0.5)
        )
        if attempt.missed:
            break
        # The server sees each attempt end, its handlers with it; then nothing runs but this test.
        async with asyncio.timeout(2):
            for connection in server.connections:
                await connection.wait_closed()
            left = asyncio.all_tasks() - before
            if left:
                await asyncio.wait(left)
    if task.exception() is None:
        await task.result().aclose()
    assert attempt.missed, "at last it ran through"
    assert step >= 3


async def test_no_token_in_any_log(server: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.refuse["/rtc/v1"] = server.validate = (401, f"invalid token: {TOKEN}")
    await refused(server.url)
    client_side = [r for r in caplog.records if not r.name.startswith("websockets.server")]
    assert TOKEN not in "".join(r.getMessage() for r in client_side)
    assert not [r for r in client_side if r.name.startswith("websockets")]
