"""The system's sockets behind the `Network` protocol."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import Any

import pytest

from lkpy._loop.clock import LoopClock
from lkpy._runtime import udp
from lkpy._runtime.network import Address, DatagramEndpoint, Network
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.system_network import SystemNetwork
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind

ERRNO = r"\[?(Errno|WinError)"


class Inbox:
    """Takes datagrams; `get` waits for the next."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[bytes, Address]] = asyncio.Queue()

    def receive(self, data: bytes, address: Address) -> None:
        self._queue.put_nowait((data, address))

    async def get(self) -> tuple[bytes, Address]:
        async with asyncio.timeout(5):
            return await self._queue.get()


class Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


class Client(asyncio.Protocol):
    def __init__(self) -> None:
        self.got: asyncio.Queue[bytes] = asyncio.Queue()
        self.lost: asyncio.Event = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.got.put_nowait(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()


def test_addresses_are_those_of_this_machine() -> None:
    addresses = SystemNetwork().addresses()
    assert "127.0.0.1" in addresses
    assert not [address for address in addresses if address.startswith("fe80")]


def test_the_address_that_the_outside_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    network = SystemNetwork()
    assert network.outgoing_address() in network.addresses()

    def unreachable(*_: Any) -> None:
        raise OSError(errno.ENETUNREACH, "no route")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert network.outgoing_address() == "127.0.0.1"


async def pair(network: Network, host: str) -> tuple[DatagramEndpoint, Inbox, DatagramEndpoint, Inbox]:
    ours, theirs = Inbox(), Inbox()
    return (
        await network.open_datagrams(host, 0, ours.receive),
        ours,
        await network.open_datagrams(host, 0, theirs.receive),
        theirs,
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_datagrams_go_both_ways_and_closing_ends_them(host: str) -> None:
    a, inbox_a, b, inbox_b = await pair(SystemNetwork(), host)
    assert a.address[0] == host
    assert a.send(b"hello", b.address)
    assert await inbox_b.get() == (b"hello", a.address)
    assert b.send_many([b"one", b"two", b"three"], a.address) == 3
    assert [await inbox_a.get() for _ in range(3)] == [(d, b.address) for d in (b"one", b"two", b"three")]
    assert not a.send(bytes(70_000), b.address)
    await a.aclose()
    await a.aclose()
    assert not a.send(b"late", b.address)
    await b.aclose()


async def test_loops_without_readers_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_readers(*args: Any) -> None:
        raise NotImplementedError

    monkeypatch.setattr(udp, "BatchedUdp", no_readers)
    a, inbox_a, b, inbox_b = await pair(SystemNetwork(), "127.0.0.1")
    assert isinstance(a, udp.AsyncioUdp)
    assert a.send(b"hello", b.address)
    assert await inbox_b.get() == (b"hello", a.address)
    assert b.send_many([b"one", b"two"], a.address) == 2
    assert [(await inbox_a.get())[0] for _ in range(2)] == [b"one", b"two"]
    a.error_received(OSError())
    assert a.errors == 1
    await b.aclose()
    await a.aclose()
    await a.aclose()
    assert not a.send(b"late", b.address)
    assert udp.AsyncioUdp(inbox_a.receive).send(b"early", b.address) is False


async def test_an_address_that_cannot_be_bound_leaves_no_socket() -> None:
    network, inbox = SystemNetwork(), Inbox()
    taken = await network.open_datagrams("127.0.0.1", 0, inbox.receive)
    with pytest.raises(OSError, match=ERRNO):
        await network.open_datagrams("127.0.0.1", taken.address[1], inbox.receive)
    with pytest.raises(OSError, match=ERRNO):
        await network.open_datagrams("192.0.2.1", 0, inbox.receive)
    await taken.aclose()


async def test_streams_and_listeners() -> None:
    network = SystemNetwork()
    made: list[Echo] = []

    def echo() -> Echo:
        made.append(Echo())
        return made[-1]

    listener = await network.listen("127.0.0.1", 0, echo)
    with pytest.raises(OSError, match=ERRNO):
        await network.listen("127.0.0.1", listener.port, echo)
    transport, client = await network.open_stream("127.0.0.1", listener.port, Client)
    sock = transport.get_extra_info("socket")
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    listener.stop()
    transport.write(b"still there")
    async with asyncio.timeout(5):
        assert await client.got.get() == b"still there"
        with pytest.raises(ConnectionRefusedError):
            await network.open_stream("127.0.0.1", listener.port, Client)
        made[0].transport.close()
        await client.lost.wait()
        await listener.aclose()
        await listener.aclose()


async def test_names() -> None:
    network = SystemNetwork()
    assert ("127.0.0.1", 80) in await network.resolve("localhost", 80)
    with pytest.raises(socket.gaierror):
        await network.resolve("no-such-host.invalid", 80)


async def test_the_runtime_of_the_running_loop() -> None:
    seen: list[TraceEvent] = []
    plain, watched = Runtime.running(), Runtime.running(trace=seen.append)
    assert isinstance(plain.network, SystemNetwork)
    assert isinstance(plain.clock, LoopClock)
    assert plain.trace is None
    assert watched.trace is not None
    watched.trace(TraceEvent(1.0, TraceKind.EVENT, TraceDirection.INSIDE, "session", "hello"))
    assert seen[0].size == 0
    other = SystemNetwork()
    assert Runtime.running(other).network is other
