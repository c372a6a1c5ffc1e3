"""TURN through a scripted server: Allocate, ChannelBind, Refresh and channel data, nothing else."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import ipaddress
import ssl
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aioice import stun
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lkpy.errors import ProtocolError
from lkpy.transport.ice.parameters import IceConfig, IceServer, ServerUrl
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.turn import channels
from lkpy.transport.ice.turn.channels import MAX_WAITING
from lkpy.transport.ice.turn.relay import allocate

KEY = hashlib.md5(b"user:lkpy:secret").digest()


class Relayed(asyncio.DatagramProtocol):
    """The relayed socket of one allocation."""

    def __init__(self, allocation: Allocation) -> None:
        self.allocation = allocation

    def datagram_received(self, data: bytes, addr: Any) -> None:
        channel = self.allocation.channels.get(addr)
        if channel is not None:
            frame = channel.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data
            self.allocation.reply(frame + bytes(-len(frame) % 4) if self.allocation.stream else frame)


class Allocation:
    """What one client has on the server."""

    def __init__(self, server: TurnServer, reply: Any, source: Any, stream: bool) -> None:
        self.server = server
        self.reply = reply
        self.source = source
        self.stream = stream
        self.socket: Any = None
        self.channels: dict[Any, int] = {}

    async def message(self, data: bytes) -> None:
        if data[0] & 0xC0 == 0x40:
            self.server.log.append("data")
            length = int.from_bytes(data[2:4], "big")
            channel = int.from_bytes(data[:2], "big")
            peer = next(peer for peer, number in self.channels.items() if number == channel)
            self.socket.sendto(data[4 : 4 + length], peer)
            return
        request = stun.parse_message(data)
        self.server.log.append(request.message_method.name)
        if self.server.silent_to(request):
            return
        response = stun.Message(request.message_method, stun.Class.RESPONSE, request.transaction_id)
        if not request.check_message_integrity(KEY):
            response.message_class = stun.Class.ERROR
            response.attributes |= {"ERROR-CODE": (401, "who?"), "REALM": "lkpy", "NONCE": b"n1"}
            self.reply(bytes(response))
            return
        if request.message_method is stun.Method.ALLOCATE:
            loop = asyncio.get_running_loop()
            self.socket, _ = await loop.create_datagram_endpoint(
                lambda: Relayed(self), local_addr=("127.0.0.1", 0)
            )
            self.server.sockets.append(self.socket)
            response.attributes["XOR-RELAYED-ADDRESS"] = self.socket.get_extra_info("sockname")
            response.attributes["XOR-MAPPED-ADDRESS"] = self.source
            response.attributes["LIFETIME"] = 600
        elif request.message_method is stun.Method.CHANNEL_BIND:
            if self.server.refuse_channels:
                response.message_class = stun.Class.ERROR
                response.attributes["ERROR-CODE"] = (403, "no")
            else:
                peer = request.attributes["XOR-PEER-ADDRESS"]
                self.channels[peer] = request.attributes["CHANNEL-NUMBER"]
        elif request.message_method is stun.Method.REFRESH:
            response.attributes["LIFETIME"] = request.attributes["LIFETIME"]
        response.add_message_integrity(KEY)
        self.reply(bytes(response))


class TurnServer(asyncio.DatagramProtocol):
    """Listens on UDP and TCP."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.sockets: list[Any] = []
        self.silent: set[str] = set()
        self.refuse_channels = False
        self.port = 0
        self.transport: Any = None
        self._clients: dict[Any, tuple[Allocation, asyncio.Queue[bytes]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []

    def silent_to(self, request: stun.Message) -> bool:
        return request.message_method.name in self.silent

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if addr not in self._clients:
            allocation = Allocation(self, lambda reply: self.transport.sendto(reply, addr), addr, False)
            queue: asyncio.Queue[bytes] = asyncio.Queue()
            self._clients[addr] = allocation, queue
            self._tasks.append(asyncio.ensure_future(self._serve(allocation, queue)))
        self._clients[addr][1].put_nowait(data)

    async def _serve(self, allocation: Allocation, queue: asyncio.Queue[bytes]) -> None:
        while True:
            await allocation.message(await queue.get())

    async def stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        allocation = Allocation(self, writer.write, writer.get_extra_info("peername"), True)
        try:
            while True:
                head = await reader.readexactly(4)
                length = int.from_bytes(head[2:], "big")
                rest = length + (-length % 4) if head[0] & 0xC0 == 0x40 else 16 + length
                await allocation.message(head + await reader.readexactly(rest))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        for socket in self.sockets:
            socket.close()
        if self.transport is not None:
            self.transport.close()
        await asyncio.sleep(0.01)


async def same_port(turn: TurnServer) -> asyncio.Server:
    """A port that is free for UDP and TCP; others take ports meanwhile."""
    loop = asyncio.get_running_loop()
    while True:
        tcp = await asyncio.start_server(turn.stream, "127.0.0.1", 0)
        turn.port = tcp.sockets[0].getsockname()[1]
        try:
            await loop.create_datagram_endpoint(lambda: turn, local_addr=("127.0.0.1", turn.port))
        except OSError:
            tcp.close()
            await tcp.wait_closed()
        else:
            return tcp


@pytest.fixture
async def server() -> AsyncIterator[TurnServer]:
    turn = TurnServer()
    tcp = await same_port(turn)
    yield turn
    tcp.close()
    await turn.aclose()
    await tcp.wait_closed()


def relay_config(*urls: str, relay_only: bool = True) -> IceConfig:
    return IceConfig(servers=(IceServer(urls, "user", "secret"),), relay_only=relay_only, ipv6=False)


@pytest.mark.alone
@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_relayed_only(end: Any, signalled: Any, server: TurnServer, transport: str) -> None:
    config = relay_config(f"turn:127.0.0.1:{server.port}?transport={transport}")
    a, b = end(controlling=True, config=config), end(controlling=False, config=IceConfig(ipv6=False))
    await asyncio.gather(a.ice.gather(), b.ice.gather())
    signalled(a, b)
    await asyncio.gather(a.connected(), b.connected())
    relayed = a.ice.local_candidates
    assert [c.type for c in relayed] == ["relay"]
    assert (relayed[0].related_address, relayed[0].related_port) == ("0.0.0.0", 9)
    assert a.candidates == [relayed[0], None]
    await a.until(lambda: a.ice.selected_pair is not None)
    for size in (0, 1, 2, 3, 1200):
        message = b"\x80" + bytes(size)
        a.ice.send(message)
        await b.until(lambda message=message: message in b.data)
        b.ice.send(message)
        await a.until(lambda message=message: message in a.data)
    assert a.ice.stats().selected.local.type == "relay"
    # Once the channel is bound a datagram needs no task.
    before = asyncio.all_tasks()
    for _ in range(20):
        a.ice.send(b"\x80more")
    assert asyncio.all_tasks() == before
    await b.until(lambda: b.data.count(b"\x80more") == 20)
    start = time.perf_counter()
    await a.ice.aclose()
    assert time.perf_counter() - start < 0.3
    assert server.log[-1] == "REFRESH", "the allocation was given back"


@pytest.mark.alone
async def test_several_servers_one_of_them_dead(end: Any, server: TurnServer) -> None:
    dead = TurnServer()
    loop = asyncio.get_running_loop()
    dead.silent = {"ALLOCATE"}
    udp, _ = await loop.create_datagram_endpoint(lambda: dead, local_addr=("127.0.0.1", 0))
    dead_port = udp.get_extra_info("sockname")[1]
    config = relay_config(
        f"turn:127.0.0.1:{dead_port}",
        f"turn:127.0.0.1:{server.port}",
        f"turn:127.0.0.1:{server.port}?transport=tcp",
        relay_only=False,
    )
    a = end(controlling=True, config=config)
    start = time.perf_counter()
    await a.ice.gather()
    hosts = time.perf_counter() - start
    await a.until(lambda: sum(c is not None and c.type == "relay" for c in a.candidates) == 2)
    assert time.perf_counter() - start < 1
    assert hosts < 0.1
    relays = [c for c in a.ice.local_candidates if c.type == "relay"]
    assert len({c.priority for c in relays}) == 2, "UDP is preferred to TCP"
    assert all(c.related_address == "127.0.0.1" for c in relays)
    assert None not in a.candidates
    await a.ice.aclose()
    await dead.aclose()


@pytest.mark.alone
async def test_closing_with_a_silent_server_is_bounded(end: Any, server: TurnServer) -> None:
    a = end(controlling=True, config=relay_config(f"turn:127.0.0.1:{server.port}"))
    await a.ice.gather()
    await a.until(lambda: None in a.candidates)
    server.silent = {"REFRESH"}
    start = time.perf_counter()
    await a.ice.aclose()
    assert 0.4 < time.perf_counter() - start < 0.8


async def test_wrong_credentials_give_no_candidate(end: Any, server: TurnServer) -> None:
    servers = (IceServer((f"turn:127.0.0.1:{server.port}",), "user", "wrong"),)
    a = end(controlling=True, config=IceConfig(servers=servers, relay_only=True))
    await a.ice.gather()
    await a.until(lambda: None in a.candidates)
    assert a.candidates == [None]
    with pytest.raises(ProtocolError):
        await allocate(
            ServerUrl.parse(f"turn:127.0.0.1:{server.port}"),
            username="user",
            credential="wrong",
            ssl_context=None,
            receiver=lambda *_: None,
            on_lost=lambda: None,
        )


async def test_a_refused_channel_drops_and_counts(server: TurnServer) -> None:
    server.refuse_channels = True
    relay = await allocate(
        ServerUrl.parse(f"turn:127.0.0.1:{server.port}"),
        username="user",
        credential="secret",
        ssl_context=None,
        receiver=lambda *_: None,
        on_lost=lambda: None,
    )
    for _ in range(MAX_WAITING + 10):
        assert relay.send(b"x", ("127.0.0.1", 9))
    assert relay.dropped == 10
    async with asyncio.timeout(5):
        while relay.dropped < MAX_WAITING + 9:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert not relay.send(b"x", ("127.0.0.1", 9)), "the server is not asked again"
    assert server.log.count("CHANNEL_BIND") == 1
    await relay.aclose()
    await relay.aclose()
    assert not relay.send(b"late", ("127.0.0.1", 9))


async def test_a_channel_is_refreshed_while_data_flows(server: TurnServer, monkeypatch: Any) -> None:
    monkeypatch.setattr(channels, "REFRESH_AFTER", 0.02)
    relay = await allocate(
        ServerUrl.parse(f"turn:127.0.0.1:{server.port}"),
        username="user",
        credential="secret",
        ssl_context=None,
        receiver=lambda *_: None,
        on_lost=lambda: None,
    )
    peer = ("127.0.0.1", 9)

    async def logged(name: str, count: int) -> None:
        async with asyncio.timeout(5):
            while server.log.count(name) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    relay.send(b"x", peer)
    await logged("data", 1)
    await logged("CHANNEL_BIND", 2)
    for _ in range(3):
        assert relay.send(b"x", peer)
    await logged("data", 4)
    assert relay.dropped == 0
    await relay.aclose()


async def test_turn_over_tls(end: Any, signalled: Any) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem + private)
        file.flush()
        theirs.load_cert_chain(file.name)
    turn = TurnServer()
    tcp = await asyncio.start_server(turn.stream, "127.0.0.1", 0, ssl=theirs)
    url = f"turns:127.0.0.1:{tcp.sockets[0].getsockname()[1]}"
    trusting = ssl.create_default_context(cadata=pem.decode())
    servers = (IceServer((url,), "user", "secret"),)
    config = IceConfig(servers=servers, relay_only=True, ssl_context=trusting)
    a, b = end(controlling=True, config=config), end(controlling=False, config=IceConfig(ipv6=False))
    await asyncio.gather(a.ice.gather(), b.ice.gather())
    signalled(a, b)
    await asyncio.gather(a.connected(), b.connected())
    a.ice.send(b"\x80secret")
    await b.until(lambda: b.data == [b"\x80secret"])
    # Nobody vouches for the certificate: no candidate, nothing else.
    wary = end(controlling=True, config=replace(config, ssl_context=None))
    await wary.ice.gather()
    await wary.until(lambda: None in wary.candidates)
    assert wary.candidates == [None]
    await a.ice.aclose()
    tcp.close()
    await turn.aclose()
    await tcp.wait_closed()


async def test_a_lost_allocation_is_a_lost_path(end: Any, signalled: Any, server: TurnServer) -> None:
    config = relay_config(f"turn:127.0.0.1:{server.port}?transport=tcp")
    a, b = end(controlling=True, config=config), end(controlling=False, config=IceConfig(ipv6=False))
    await asyncio.gather(a.ice.gather(), b.ice.gather())
    signalled(a, b)
    await a.connected()
    for writer in server._writers:
        writer.transport.abort()
    await a.until(lambda: a.ice.state is IceState.DISCONNECTED)
    a.ice.send(b"\x80lost")
    assert a.ice.local_candidates == []
    # A restart allocates anew.
    a.ice.restart()
    b.ice.restart()
    signalled(a, b)
    await a.connected()
    assert server.log.count("ALLOCATE") >= 3


async def test_garbage_from_the_server_is_survived(server: TurnServer) -> None:
    got: list[bytes] = []
    relay = await allocate(
        ServerUrl.parse(f"turn:127.0.0.1:{server.port}"),
        username="user",
        credential="secret",
        ssl_context=None,
        receiver=lambda data, address: got.append(data),
        on_lost=lambda: None,
    )
    source = ("127.0.0.1", server.port)
    for data in (b"", b"\x00", b"\x40\x00\xff\xff", b"\x40\x01\x00\x00", b"\x01\x03\x00\x00" + bytes(16)):
        relay._receive(data, source)
    short = b"\x00\x17\x00\x08\x21\x12\xa4\x42" + bytes(12) + b"\x00\x0d\x00\x01\x00\x00\x00\x00"
    relay._receive(short, source)
    relay._receive(b"\x40\x00\x00\x01x", ("127.0.0.1", 9))
    assert relay.strangers == 1
    assert got == []
    await relay.aclose()
