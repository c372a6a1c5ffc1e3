from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from lkpy._runtime import udp
from lkpy._runtime.udp import open_udp
from lkpy.transport.ice import stun
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceParameters, IceServer
from lkpy.transport.ice.states import IceState

S = IceState
LOCAL = IceConfig(ipv6=False)


@pytest.fixture
async def mux() -> AsyncIterator[UdpMux]:
    mux = await UdpMux.open()
    yield mux
    await mux.aclose()


class Silent(asyncio.DatagramProtocol):
    """A UDP port that never answers, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.asked.append(data)


class StunServer(Silent):
    """Answers every binding request with the same address."""

    def __init__(self, mapped: tuple[str, int]) -> None:
        super().__init__()
        self.mapped = mapped

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        super().datagram_received(data, addr)
        request = stun.parse(data)
        assert request is not None
        reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
        reply.attributes["XOR-MAPPED-ADDRESS"] = self.mapped
        self.transport.sendto(bytes(reply), addr)


@contextlib.asynccontextmanager
async def serving(protocol: Any) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: protocol, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)


async def exchange(a: Any, b: Any) -> None:
    a.ice.send(b"\x80ping")
    b.ice.send(b"\x80pong")
    await a.until(lambda: b"\x80pong" in a.data)
    await b.until(lambda: b"\x80ping" in b.data)


@pytest.mark.alone
@pytest.mark.parametrize("lite", [False, True])
async def test_connects_on_loopback_in_milliseconds(end: Any, joined: Any, mux: UdpMux, lite: bool) -> None:
    times, gathering = [], []
    for _ in range(7):
        a, b = end(controlling=True), end(controlling=False, lite=lite, mux=mux if lite else None)
        start = time.perf_counter()
        await a.ice.gather()
        gathering.append(time.perf_counter() - start)
        await b.ice.gather()
        start = time.perf_counter()
        await joined(a, b)
        times.append(time.perf_counter() - start)
        await exchange(a, b)
        assert a.checked == b.checked == 1
        assert a.states == b.states == [S.CHECKING, S.CONNECTED]
        await a.ice.aclose()
        await b.ice.aclose()
    print(
        f"\nICE {'full-lite' if lite else 'full-full'}: connected in {1000 * statistics.median(times):.1f} ms"
        f" (best {1000 * min(times):.1f}), hosts gathered in {1000 * statistics.median(gathering):.1f} ms"
    )
    assert min(times) < 0.010
    assert min(gathering) < 0.010


async def test_gathering_reports_every_candidate_and_the_end(end: Any) -> None:
    a = end(controlling=True)
    await a.ice.gather()
    assert a.candidates[-1] is None
    assert a.candidates[:-1] == a.ice.local_candidates
    hosts = {c.host for c in a.ice.local_candidates}
    assert "127.0.0.1" in hosts
    assert all(c.ufrag == a.ice.local_parameters.ufrag and c.type == "host" for c in a.ice.local_candidates)
    assert all(c.priority for c in a.ice.local_candidates)
    without = end(controlling=True, config=IceConfig(include_loopback=False, ipv6=False))
    await without.ice.gather()
    assert not {c.host for c in without.ice.local_candidates} & {"127.0.0.1", "::1"}
    assert not [c for c in without.ice.local_candidates if ":" in c.host]


async def test_send_without_a_pair_is_dropped_and_counted(end: Any) -> None:
    a = end(controlling=True)
    a.ice.send(b"\x80nobody")
    await a.ice.gather()
    a.ice.send(b"\x80nobody")
    assert a.ice.stats().counters.unroutable == 2
    assert a.ice.stats().selected is None


@pytest.mark.parametrize("lite", [False, True])
async def test_restart_under_traffic_loses_nothing(
    end: Any, joined: Any, signalled: Any, mux: UdpMux, lite: bool
) -> None:
    a, b = end(controlling=True, config=LOCAL), end(controlling=False, lite=lite, mux=mux if lite else None)
    await joined(a, b)
    sent = 0
    for _ in range(3):
        old = a.ice.local_parameters
        a.ice.restart()
        b.ice.restart()
        assert a.ice.local_parameters.ufrag != old.ufrag
        for step in range(20):
            if step == 5:
                signalled(a, b)
            a.ice.send(b"\x80a%d" % sent)
            b.ice.send(b"\x80b%d" % sent)
            sent += 1
            await asyncio.sleep(0.002)
        for one in (a, b):
            await one.until(lambda data=one.data, count=sent: len(data) == count)
        assert a.ice.selected_pair.remote.ufrag == b.ice.local_parameters.ufrag
        assert a.ice.selected_pair.local.ufrag == a.ice.local_parameters.ufrag
    assert a.states == b.states == [S.CHECKING, S.CONNECTED]
    # Every candidate is reported once more for each restart.
    assert len([c for c in a.candidates if c is not None]) == 4 * len(a.ice.local_candidates)
    await a.ice.aclose()
    await b.ice.aclose()
    assert (mux.users, mux.sources) == (0, 0)


@pytest.mark.alone
async def test_40_agents_on_one_port(end: Any, joined: Any, mux: UdpMux) -> None:
    pairs = []
    start = time.perf_counter()
    for _ in range(40):
        a = end(controlling=True, config=LOCAL)
        b = end(controlling=False, lite=True, mux=mux)
        pairs.append((a, b))
    await asyncio.gather(*(joined(a, b) for a, b in pairs))
    took = time.perf_counter() - start
    assert len({b.ice.local_candidates[0].port for _, b in pairs}) == 1
    assert mux.users == 40
    for index, (a, b) in enumerate(pairs):
        a.ice.send(b"\x80up %d" % index)
        b.ice.send(b"\x80down %d" % index)
    for index, (a, b) in enumerate(pairs):
        await a.until(lambda a=a, index=index: a.data == [b"\x80down %d" % index])
        await b.until(lambda b=b, index=index: b.data == [b"\x80up %d" % index])
    print(f"\n40 agents on one port connected in {1000 * took:.0f} ms")
    await asyncio.gather(*(b.ice.aclose() for _, b in pairs))
    assert (mux.users, mux.sources) == (0, 0)


async def test_full_agents_share_a_port_too(end: Any, joined: Any, mux: UdpMux) -> None:
    for controlling in (True, False):
        a = end(controlling=not controlling, config=LOCAL)
        b = end(controlling=controlling, mux=mux)
        await joined(a, b)
        await exchange(a, b)


async def hostile(target: tuple[str, int], users: list[IceParameters]) -> int:
    """Send everything a stranger can think of. Returns how many datagrams went out."""
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sent = 0

    def send(data: bytes) -> None:
        nonlocal sent
        with contextlib.suppress(BlockingIOError):
            sock.sendto(data, target)
            sent += 1

    wrong = IceParameters(users[0].ufrag, "w" * 24)
    make = {"priority": 1, "controlling": True, "tie_breaker": 1, "use_candidate": True}
    _, forged = stun.binding_request(os.urandom, local=users[0], remote=wrong, **make)
    send(b"")
    for first in range(256):
        send(bytes([first]))
        send(bytes([first]) + os.urandom(1500))
    for first in (0, 1, 3, 20, 22, 23, 64, 128, 144, 200, 255):
        send(bytes([first]) + os.urandom(65506))
    for size in range(1, len(forged)):
        send(forged[:size])
    for _ in range(500):
        send(forged)
    for method in range(0, 0x400, 7):
        send(method.to_bytes(2, "big") + b"\x00\x00\x21\x12\xa4\x42" + os.urandom(12))
    send(b"\x00\x01\x00\x08\x21\x12\xa4\x42" + bytes(12) + b"\x00\x06\x00\x01\xff\x00\x00\x00")
    send(b"\x00\x01" + (65484).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12) + bytes(65484))
    # Nobody answers a stranger.
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await loop.sock_recv(sock, 2048)
    sock.close()
    return sent


@pytest.mark.parametrize("lite", [False, True])
async def test_strangers_do_no_harm(end: Any, joined: Any, mux: UdpMux, lite: bool) -> None:
    a, b = end(controlling=True, config=LOCAL), end(controlling=False, lite=lite, mux=mux if lite else None)
    await joined(a, b)
    target = a.ice.selected_pair.address
    await hostile(target, [b.ice.local_parameters])
    assert b.data == []
    await exchange(a, b)
    counters = b.ice.stats().counters
    if lite:
        assert mux.counters.malformed > 0
        assert mux.counters.unknown_source > 0
        assert mux.counters.empty == 1
        assert mux.sources == 1
    else:
        assert counters.malformed > 0
        assert counters.unknown_source > 0
        assert counters.empty == 1
    assert counters.bad_integrity > 0
    assert b.states == [S.CHECKING, S.CONNECTED]
    assert len(b.ice.stats().pairs) <= 8


async def test_raising_callbacks_are_counted(end: Any, joined: Any) -> None:
    failed: asyncio.Queue[Any] = asyncio.Queue()

    def fail(*arguments: Any) -> None:
        failed.put_nowait(arguments)
        raise RuntimeError("the user's fault")

    a, b = end(controlling=True, config=LOCAL), end(controlling=False, config=LOCAL)
    b.ice._on_candidate = b.ice._on_checked = fail
    await joined(a, b)
    for path in b.ice._paths.values():
        path.on_data = fail
    before = failed.qsize()
    assert before >= 3
    for _ in range(3):
        a.ice.send(b"\x80boom")
    for _ in range(before + 3):
        await asyncio.wait_for(failed.get(), 5)
    b.ice.send(b"\x80fine")
    await a.until(lambda: a.data == [b"\x80fine"])
    assert b.ice.stats().counters.callback_errors == before + 3
    assert b.ice.state is S.CONNECTED


@pytest.mark.alone
async def test_close_is_idempotent_and_final(end: Any, joined: Any) -> None:
    a, b = end(controlling=True), end(controlling=False)
    await joined(a, b)
    start = time.perf_counter()
    await asyncio.gather(a.ice.aclose(), a.ice.aclose())
    await a.ice.aclose()
    assert time.perf_counter() - start < 0.5
    assert a.states[-1] is S.CLOSED
    assert a.states.count(S.CLOSED) == 1
    a.ice.send(b"\x80late")
    a.ice.set_remote_parameters(IceParameters("abcd", "e" * 24))
    a.ice.restart()
    await a.ice.gather()
    assert a.ice.stats().pairs
    before_gathering = end(controlling=True)
    await before_gathering.ice.aclose()
    assert before_gathering.states == [S.CLOSED]


async def test_close_out_of_a_callback(end: Any, joined: Any) -> None:
    a, b = end(controlling=True, config=LOCAL), end(controlling=False, config=LOCAL)
    await joined(a, b)
    closing: list[asyncio.Task[None]] = []
    for path in b.ice._paths.values():
        path.on_data = lambda data: closing.append(asyncio.ensure_future(b.ice.aclose()))
    for _ in range(10):
        a.ice.send(b"\x80close")
    await b.until(lambda: b.ice.state is S.CLOSED)
    await asyncio.gather(*closing)


async def test_statistics(end: Any, joined: Any) -> None:
    a, b = end(controlling=True, config=LOCAL), end(controlling=False, config=LOCAL)
    await joined(a, b)
    await exchange(a, b)
    stats = a.ice.stats()
    assert stats.state is S.CONNECTED
    assert stats.controlling
    pair = stats.selected
    assert (pair.packets_sent, pair.bytes_sent) == (1, 5)
    assert (pair.packets_received, pair.bytes_received) == (1, 5)
    assert 0 < pair.rtt < 1
    assert pair.total_rtt >= pair.rtt
    assert pair.responses_received >= 1
    assert pair.local in stats.local_candidates
    assert pair.remote in stats.remote_candidates


@pytest.mark.alone
async def test_silent_servers_cost_nothing(end: Any, joined: Any) -> None:
    async with serving(Silent()) as port:
        urls = (
            f"stun:127.0.0.1:{port}",
            f"turn:127.0.0.1:{port}",
            "stun:127.0.0.1:9",
            "turn:127.0.0.1:9",
            "junk",
        )
        closed = "turn:127.0.0.1:1?transport=tcp"
        config = IceConfig(servers=(IceServer((*urls, closed), "user", "secret"),), ipv6=False)
        a, b = end(controlling=True, config=config), end(controlling=False, config=config)
        start = time.perf_counter()
        await joined(a, b)
        took = time.perf_counter() - start
        await exchange(a, b)
        assert None not in a.candidates, "the servers may still answer"
        start = time.perf_counter()
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())
        closing = time.perf_counter() - start
    print(f"\nwith dead servers: connected in {1000 * took:.1f} ms, closed in {1000 * closing:.1f} ms")
    assert took < 0.5
    assert closing < 0.9


async def test_server_reflexive_candidate(end: Any) -> None:
    async with serving(StunServer(("203.0.113.9", 9999))) as port:
        config = IceConfig(servers=(IceServer((f"stun:127.0.0.1:{port}",)),), ipv6=False)
        a = end(controlling=True, config=config)
        await a.ice.gather()
        assert None not in a.candidates
        await a.until(lambda: None in a.candidates)
    found = [c for c in a.ice.local_candidates if c.type == "srflx"]
    assert [(c.host, c.port, c.related_address) for c in found] == [("203.0.113.9", 9999, "127.0.0.1")]
    assert found[0] in a.candidates
    assert found[0].ufrag == a.ice.local_parameters.ufrag


async def test_servers_named_later(end: Any) -> None:
    async with serving(StunServer(("203.0.113.9", 9999))) as port:
        a = end(controlling=True, config=LOCAL)
        await a.ice.gather()
        hosts = list(a.candidates)
        a.ice.use_servers([IceServer((f"stun:127.0.0.1:{port}",))])
        await a.until(lambda: a.candidates.count(None) == 2)
    new = a.candidates[len(hosts) :]
    assert [c.type for c in new[:-1]] == ["srflx"]


async def test_relay_only_without_a_relay_has_no_candidate(end: Any) -> None:
    a = end(controlling=True, config=IceConfig(relay_only=True))
    await a.ice.gather()
    assert a.candidates == [None]


async def test_a_path_that_dies_and_returns(end: Any, joined: Any) -> None:
    quick = IceConfig(ipv6=False, disconnected_after=0.3, failed_after=0.8, consent_interval=0.1)
    a, b = end(controlling=True, config=quick), end(controlling=False, config=quick)
    await joined(a, b)
    senders = [path for one in (a, b) for path in one.ice._paths.values()]
    sockets = [path.io for path in senders]
    for path in senders:
        path.io = None
    await a.until(lambda: a.ice.state is S.DISCONNECTED)
    await a.until(lambda: a.ice.state is S.FAILED)
    a.ice.send(b"\x80lost")
    for path, io in zip(senders, sockets, strict=True):
        path.io = io
    await a.connected()
    await b.connected()
    await exchange(a, b)
    assert a.states[-3:] == [S.DISCONNECTED, S.FAILED, S.CONNECTED]


async def test_without_add_reader(end: Any, joined: Any, monkeypatch: Any) -> None:
    """Loops that cannot watch sockets (Windows' proactor) use asyncio's datagram transport."""

    def refuse(*_: Any) -> None:
        raise NotImplementedError

    monkeypatch.setattr(udp, "BatchedUdp", refuse)
    a, b = end(controlling=True), end(controlling=False)
    await joined(a, b)
    await exchange(a, b)
    assert {type(path.io) for path in a.ice._paths.values()} == {udp.AsyncioUdp}
    endpoint = await open_udp("127.0.0.1", 0, lambda data, address: None)
    await endpoint.aclose()
    await endpoint.aclose()
    assert not endpoint.send(b"late", endpoint.address)


async def test_a_batch_of_datagrams_arrives_in_order() -> None:
    got: list[bytes] = []
    done = asyncio.Event()

    def receive(data: bytes, address: Any) -> None:
        got.append(data)
        if len(got) == 1000:
            done.set()

    a, b = await open_udp("127.0.0.1", 0, receive), await open_udp("127.0.0.1", 0, receive)
    for index in range(1000):
        b.send(b"%d" % index, a.address)
        if index % 100 == 99:
            await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await done.wait()
    assert got == [b"%d" % index for index in range(1000)]
    assert not b.send(bytes(70_000), a.address)
    assert not b.send(b"x", ("127.0.0.1", 0))
    await a.aclose()
    await b.aclose()


async def test_the_port_of_a_mux_may_be_taken(mux: UdpMux) -> None:
    with pytest.raises(OSError, match="in use"):
        await UdpMux.open(port=mux.address[1])
