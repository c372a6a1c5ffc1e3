"""The drivers of ICE take their time, network and trace from the runtime, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import time
from typing import Any

import pytest

from lkpy._loop.clock import LoopClock
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.system_network import SystemNetwork
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.errors import ProtocolError
from lkpy.testing.virtual_time import VirtualTimeLoop, run_virtual
from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.proven import MAX_KNOWN_ADDRESSES
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceServer, ServerUrl
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.tcp import TcpStream
from lkpy.transport.ice.turn.relay import allocate
from lkpy.transport.ice.turn.stream import TurnStream
from tests.transport.ice.ice_ends import End, MemoryNetwork, join
from tests.transport.ice.turn_script import MAPPED, RELAYED, Server

TEN_MINUTES = 600.0


def runtime(network: MemoryNetwork, trace: Any = None) -> Runtime:
    return Runtime(LoopClock.running(), network, trace)


class MemoryTurn:
    """The scripted server of the client's tests, on a network in memory."""

    def __init__(self, network: MemoryNetwork) -> None:
        self.network = network
        self.script = Server()
        self.data: list[bytes] = []
        self.silent = False

    async def open(self, host: str = "10.0.0.9") -> None:
        self.endpoint = await self.network.open_datagrams(host, 3478, self.receive)

    def receive(self, data: bytes, source: Any) -> None:
        self.client = source
        if data[0] >= 0x40:
            self.data.append(data)
            return
        request = stun.parse(data)
        assert request is not None
        self.script.log.append(request.method.name)
        if not self.silent:
            self.endpoint.send(self.script.answer(request).encode(self.script.key), source)


def test_ten_quiet_minutes_take_no_time_and_no_socket(monkeypatch: Any) -> None:
    async def call() -> tuple[End, End]:
        network = MemoryNetwork("10.0.0.1", "127.0.0.1")
        mux = await UdpMux.open("10.0.0.2", network=network)
        on = runtime(network)
        a = End(controlling=True, runtime=on)
        b = End(controlling=False, lite=True, mux=mux, runtime=on)
        await join(a, b)
        await asyncio.sleep(TEN_MINUTES)
        a.ice.send(b"\x80still")
        b.ice.send(b"\x80here")
        await a.until(lambda: a.data == [b"\x80here"])
        await b.until(lambda: b.data == [b"\x80still"])
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())
        await mux.aclose()
        return a, b

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a socket was opened")

    loop = VirtualTimeLoop()  # has a pair of sockets of its own
    monkeypatch.setattr(socket, "socket", refuse)
    start = time.perf_counter()
    a, b = run_virtual(call(), loop)
    assert time.perf_counter() - start < 2
    assert a.states == b.states == [IceState.CHECKING, IceState.CONNECTED, IceState.CLOSED]


def test_a_wall_clock_that_is_set_back_does_not_matter(monkeypatch: Any) -> None:
    """Ten minutes over a relay while the date jumps: everything is refreshed in time."""

    async def call() -> Server:
        network = MemoryNetwork("10.0.0.1")
        turn = MemoryTurn(network)
        await turn.open()
        relay = await allocate(
            ServerUrl.parse("turn:10.0.0.9"),
            username="user",
            credential="secret",
            ssl_context=None,
            receiver=lambda *_: None,
            on_lost=lambda: pytest.fail("lost"),
            runtime=runtime(network),
        )
        assert (relay.address, relay.mapped_address) == (RELAYED, MAPPED)
        monkeypatch.setattr(time, "time", lambda: 0.0)
        for _ in range(60):
            assert relay.send(b"x", ("192.0.2.1", 9))
            await asyncio.sleep(10)
        assert relay.send_many([b"y", b"z"], ("192.0.2.1", 9)) == 2
        network.unreachable.add("10.0.0.9")
        assert not relay.send(b"lost", ("192.0.2.1", 9))
        assert relay.send_many([b"lost", b"lost"], ("192.0.2.1", 9)) == 0
        assert relay.dropped == 3
        network.unreachable.clear()
        assert relay.send_many([b"a", b"b"], ("192.0.2.2", 9)) == 2, "they wait for a channel"
        await asyncio.sleep(1)
        assert len(turn.data) == 64
        await asyncio.gather(relay.aclose(), relay.aclose())
        assert relay.send_many([b"late"], ("192.0.2.1", 9)) == 0
        assert turn.script.log.count("REFRESH") == 2, "one in time, one to give it back"
        return turn.script

    script = run_virtual(call())
    assert script.log.count("CHANNEL_BIND") == 1 + 2 + 1


def test_the_next_address_of_a_turn_server_is_tried() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        turn = MemoryTurn(network)
        await turn.open()
        network.names["turn.example"] = ["2001:db8::1", "10.0.0.8", "10.0.0.9"]
        network.unreachable.add("10.0.0.8")
        network.refused.add("::")
        relay = await allocate(
            ServerUrl.parse("turn:turn.example"),
            username="user",
            credential="secret",
            ssl_context=None,
            receiver=lambda *_: None,
            on_lost=lambda: None,
            runtime=runtime(network),
        )
        assert [endpoint.closed for endpoint in network.opened[1:]] == [True, False]
        # The server gives the channel data of somebody else's channel, and strangers send some too.
        turn.endpoint.send(b"\x40\x77\x00\x01x", turn.client)
        stranger = await network.open_datagrams("10.0.0.66", 1, lambda *_: None)
        stranger.send(b"\x40\x00\x00\x01x", turn.client)
        await asyncio.sleep(1)
        assert relay.strangers == 1
        await relay.aclose()
        for names, text in ((["10.0.0.8"], "no address of"), (["2001:db8::1"], "cannot be bound")):
            network.names["turn.example"] = names
            with pytest.raises(OSError, match=text):
                await allocate(
                    ServerUrl.parse("turn:turn.example"),
                    username="user",
                    credential="secret",
                    ssl_context=None,
                    receiver=lambda *_: None,
                    on_lost=lambda: None,
                    runtime=runtime(network),
                )

    run_virtual(call())


def test_a_relay_whose_refresh_is_not_answered_is_a_lost_path() -> None:
    async def call() -> list[TraceEvent]:
        network, seen = MemoryNetwork("10.0.0.1"), []
        turn = MemoryTurn(network)
        await turn.open()
        config = IceConfig(servers=(IceServer(("turn:10.0.0.9",), "user", "secret"),), relay_only=True)
        a = End(controlling=True, config=config, runtime=runtime(network, seen.append))
        await a.ice.gather()
        await a.until(lambda: None in a.candidates)
        assert [c.type for c in a.ice.local_candidates] == ["relay"]
        turn.silent = True
        await asyncio.sleep(TEN_MINUTES)
        assert a.ice.local_candidates == []
        # Gathering again asks the server again.
        turn.silent = False
        await a.ice.gather()
        await a.until(lambda: a.candidates.count(None) == 2)
        assert [c.type for c in a.ice.local_candidates] == ["relay"]
        await a.ice.aclose()
        return seen

    seen = run_virtual(call())
    decisions = [str(event.content) for event in seen if event.kind is TraceKind.DECISION]
    assert "TURN server ('10.0.0.9', 3478) relays from ('203.0.113.5', 40000)" in decisions
    assert "TURN server ('10.0.0.9', 3478) relays no more: no answer" in decisions
    assert not [event for event in seen if "secret" in repr(event)]


def test_a_server_that_says_no() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        turn = MemoryTurn(network)
        turn.script.errors[stun.Method.ALLOCATE] = 486
        await turn.open()
        with pytest.raises(ProtocolError, match="486 no"):
            await allocate(
                ServerUrl.parse("turn:10.0.0.9"),
                username="user",
                credential="secret",
                ssl_context=None,
                receiver=lambda *_: None,
                on_lost=lambda: pytest.fail("never had"),
                runtime=runtime(network),
            )
        assert network.opened[1].closed

    run_virtual(call())


def test_what_a_trace_sees() -> None:
    async def call() -> tuple[list[TraceEvent], list[str]]:
        network, seen = MemoryNetwork("10.0.0.1"), []
        mux = await UdpMux.open("10.0.0.2", network=network)
        a = End(controlling=True, runtime=runtime(network, seen.append))
        b = End(controlling=False, lite=True, mux=mux, runtime=runtime(network, seen.append))
        await join(a, b)
        await a.until(lambda: a.ice.selected_pair is not None)
        secrets = [end.ice.local_parameters.pwd for end in (a, b)]
        a.ice.send(b"\x80data")
        await b.until(lambda: b.data == [b"\x80data"])
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())
        await mux.aclose()
        return seen, secrets

    seen, secrets = run_virtual(call())
    assert {event.where for event in seen} == {"ice"}
    lines = {(e.direction, e.content) for e in seen if e.kind is TraceKind.CANDIDATE}
    assert {direction for direction, _ in lines} == {TraceDirection.SENT, TraceDirection.RECEIVED}
    assert (TraceDirection.SENT, "end of candidates") in lines
    packets = [e for e in seen if e.kind is TraceKind.PACKET]
    assert all(stun.parse(e.content) is not None and e.size == len(e.content) for e in packets)
    sent = [e.content for e in packets if e.direction is TraceDirection.SENT]
    assert sorted(sent) == sorted(e.content for e in packets if e.direction is TraceDirection.RECEIVED)
    decisions = [e.content for e in seen if e.kind is TraceKind.DECISION]
    assert {"ICE is checking", "ICE is connected", "ICE is closed"} <= set(decisions)
    assert any(text.startswith("data goes over host 10.0.0.1:") for text in decisions)
    assert not [e for e in seen if any(secret in repr(e) for secret in secrets)]
    assert all(b.at >= a.at for a, b in itertools.pairwise(seen))


def test_addresses_that_cannot_be_bound_and_those_that_go() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1", "10.0.0.2", "10.0.0.2", "fe80::1", "not an address")
        network.refused.add("10.0.0.2")
        config = IceConfig(ipv6=False)
        a = End(controlling=True, config=config, runtime=runtime(network))
        await a.ice.gather()
        assert [c.host for c in a.ice.local_candidates] == ["10.0.0.1"]
        network.own = ("10.0.0.3",)
        await a.ice.gather()
        assert [c.host for c in a.ice.local_candidates] == ["10.0.0.3"]
        await asyncio.sleep(0)
        assert network.opened[0].closed
        await a.ice.aclose()

    run_virtual(call())


def test_stun_servers_of_both_families() -> None:
    async def call() -> list[Any]:
        network = MemoryNetwork("10.0.0.1", "2001:db8::5")
        network.names["stun.example"] = ["2001:db8::1", "10.0.0.9", "10.0.0.10"]
        asked: list[Any] = []

        def answer(ip: str) -> Any:
            def receive(data: bytes, source: Any) -> None:
                asked.append((ip, source[0]))
                request = stun.parse(data)
                assert request is not None
                # Behind no NAT for one family: the address equals its base and is no candidate.
                mapped = source if ":" in ip else ("203.0.113.1", 7)
                reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
                reply.attributes["MAPPED-ADDRESS"] = mapped
                network.endpoints[ip, 3478].send(bytes(reply), source)

            return receive

        for ip in network.names["stun.example"]:
            await network.open_datagrams(ip, 3478, answer(ip))
        servers = (IceServer(("stun:stun.example", "stun:nowhere.example", "stuns:x")),)
        a = End(controlling=True, config=IceConfig(servers=servers), runtime=runtime(network))
        await a.ice.gather()
        await a.until(lambda: None in a.candidates)
        reflexive = [c for c in a.candidates if c is not None and c.type == "srflx"]
        assert [(c.host, c.port) for c in reflexive] == [("203.0.113.1", 7)]
        relay_only = End(
            controlling=True, config=IceConfig(servers=servers, relay_only=True), runtime=runtime(network)
        )
        await relay_only.ice.gather()
        assert relay_only.candidates == [None]
        await asyncio.gather(a.ice.aclose(), relay_only.ice.aclose())
        return asked

    assert sorted(run_virtual(call())) == [("10.0.0.9", "10.0.0.1"), ("2001:db8::1", "2001:db8::5")]


def test_batches_share_what_send_counts() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        on = runtime(network)
        a, b = End(controlling=True, runtime=on), End(controlling=False, runtime=on)
        a.ice.send_many([b"\x80one", b"\x80two"])
        assert a.ice.stats().counters.unroutable == 2
        await join(a, b)
        a.ice.send_many([b"\x80one", b"\x80three"])
        await b.until(lambda: b.data == [b"\x80one", b"\x80three"])
        pair = a.ice.stats().selected
        assert pair is not None
        assert (pair.packets_sent, pair.bytes_sent) == (2, 10)
        network.unreachable.add("10.0.0.1")
        a.ice.send_many([b"\x80lost"])
        for path in a.ice._paths.values():
            path.io = None
        a.ice.send_many([b"\x80lost"])
        a.ice.send(b"\x80lost")
        assert a.ice.stats().counters.not_sent == 3
        assert a.ice.remote_parameters == b.ice.local_parameters
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())

    run_virtual(call())


def test_a_connection_that_is_refused_on_the_network_of_the_runtime() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        a = End(controlling=True, runtime=runtime(network))
        b = End(controlling=False, runtime=runtime(network))
        a.ice.set_remote_parameters(b.ice.local_parameters)
        a.ice.add_remote_candidate(Candidate.parse("1 1 tcp 5 10.0.0.1 1 typ host tcptype passive"))
        await asyncio.sleep(0.1)
        assert [pair.state.value for pair in a.ice.stats().pairs] == ["failed"]
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())

    run_virtual(call())


async def test_a_mux_drops_what_is_for_nobody() -> None:
    network = MemoryNetwork("10.0.0.1")
    mux = await UdpMux.open("10.0.0.1", network=network)
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, bytes(12))
    mux.receive(bytes(response), ("10.0.0.5", 1))
    assert mux.counters.unknown_transaction == 1
    await mux.aclose()
    await mux.aclose()


def test_a_silent_stun_server_is_given_up_and_a_relay_is_asked_for_once() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        turn = MemoryTurn(network)
        await turn.open()
        servers = (IceServer(("stun:10.0.0.77", "turn:10.0.0.9"), "user", "secret"),)
        a = End(controlling=True, runtime=runtime(network))
        a.ice.use_servers(servers)
        assert a.candidates == [], "nothing is gathered before it is asked for"
        await a.ice.gather()
        await asyncio.sleep(6)
        assert [c.type for c in a.candidates if c is not None] == ["host", "relay"]
        assert a.candidates[-1] is None
        asked = turn.script.log.count("ALLOCATE")
        await a.ice.gather()
        await asyncio.sleep(6)
        assert turn.script.log.count("ALLOCATE") == asked
        await a.ice.aclose()

    run_virtual(call())


def test_a_transport_that_closes_while_it_gathers_keeps_nothing() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        opening, go_on = asyncio.Event(), asyncio.Event()
        bind = network.open_datagrams

        async def slowly(*arguments: Any) -> Any:
            opening.set()
            await go_on.wait()
            return await bind(*arguments)

        network.open_datagrams = slowly  # type: ignore[method-assign]
        a = End(controlling=True, runtime=runtime(network))
        gathering = asyncio.ensure_future(a.ice.gather())
        await opening.wait()
        closing = asyncio.ensure_future(a.ice.aclose())
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(gathering, closing)
        await asyncio.sleep(1)
        assert [endpoint.closed for endpoint in network.opened] == [True]
        assert a.candidates == []

    run_virtual(call())


def test_the_path_that_carries_data_outlives_its_interface_in_gathering() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        on = runtime(network)
        a, b = End(controlling=True, runtime=on), End(controlling=False, runtime=on)
        await join(a, b)
        network.own = ("10.0.0.3",)
        await a.ice.gather()
        a.ice.send(b"\x80still")
        await b.until(lambda: b.data == [b"\x80still"])
        assert [c.host for c in a.ice.local_candidates] == ["10.0.0.1", "10.0.0.3"]
        # A path that the transport does not know is no path to lose.
        a.ice.drop_path(99)
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())

    run_virtual(call())


def test_an_address_that_is_forgotten_is_nobody_s() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        mux = await UdpMux.open("10.0.0.2", network=network)
        on = runtime(network)
        a, b = End(controlling=True, runtime=on), End(controlling=False, lite=True, mux=mux, runtime=on)
        await join(a, b)
        [path] = b.ice._paths.values()
        [address] = path.known
        other = b.ice.new_path(mux)
        mux.forget(address, other)
        mux.unregister(b.ice.local_parameters.ufrag, other)
        assert (mux.users, mux.sources) == (1, 1)
        path.forget(address)
        assert (path.known, mux.sources) == ({}, 0)
        a.ice.send(b"\x80nobody")
        await asyncio.sleep(1)
        assert mux.counters.unknown_source == 1
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())
        await mux.aclose()

    run_virtual(call())


@pytest.mark.parametrize("answer_first", [True, False])
def test_an_allocation_that_is_given_up_while_its_answer_arrives(answer_first: bool) -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        turn = MemoryTurn(network)
        await turn.open()
        answer = turn.receive

        def give_up(data: bytes, source: Any) -> None:
            if len(turn.script.log) == 1 and not answer_first:
                task.cancel()
            answer(data, source)
            if len(turn.script.log) == 2:
                task.cancel()

        turn.endpoint.receiver = give_up
        task = asyncio.ensure_future(
            allocate(
                ServerUrl.parse("turn:10.0.0.9"),
                username="user",
                credential="secret",
                ssl_context=None,
                receiver=lambda *_: None,
                on_lost=lambda: pytest.fail("never had"),
                runtime=runtime(network),
            )
        )
        await asyncio.wait((task,))
        assert task.cancelled()
        await asyncio.sleep(TEN_MINUTES)
        assert network.opened[1].closed
        assert "REFRESH" not in turn.script.log

    run_virtual(call())


def test_connections_that_are_gone_before_they_are_known() -> None:
    """The peer closes at once, and the agent lets go while the connection is made."""

    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        closed: list[Any] = []
        for number, let_go in enumerate((False, True)):
            a, b = End(controlling=True, runtime=runtime(network)), End(controlling=False)

            def end(stream: Any, a: End = a, let_go: bool = let_go) -> None:
                closed.append(stream._transport)
                if let_go:
                    a.ice.drop_path(1)
                else:
                    stream._transport.close()

            network.short["10.0.0.2", 1 + number] = end
            a.ice.set_remote_parameters(b.ice.local_parameters)
            a.ice.add_remote_candidate(
                Candidate.parse(f"1 1 tcp 5 10.0.0.2 {1 + number} typ host tcptype passive")
            )
            await asyncio.sleep(1)
            assert [pair.state.value for pair in a.ice.stats().pairs] == ["failed"]
            assert a.ice._paths == {}
            await asyncio.gather(a.ice.aclose(), b.ice.aclose())
        assert [transport.gone for transport in closed] == [True, True]

    run_virtual(call())


def test_a_check_that_outruns_the_news_of_its_connection_is_not_in_vain() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        a, b = End(controlling=True, runtime=runtime(network)), End(controlling=False)
        streams: list[Any] = []

        def check(stream: Any) -> None:
            streams.append(stream)
            _, data = stun.binding_request(
                lambda size: bytes(size),
                local=b.ice.local_parameters,
                remote=a.ice.local_parameters,
                priority=5,
                controlling=False,
                tie_breaker=1,
                use_candidate=False,
            )
            stream.data_received(len(data).to_bytes(2, "big") + data)

        network.short["10.0.0.2", 1] = check
        a.ice.set_remote_parameters(b.ice.local_parameters)
        a.ice.add_remote_candidate(Candidate.parse("1 1 tcp 5 10.0.0.2 1 typ host tcptype passive"))
        await a.until(lambda: a.checked == 1)
        streams[0].data_received(b"\x00\x02\x80x")
        assert a.data == [b"\x80x"]
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())

    run_virtual(call())


def test_a_turn_server_that_closes_at_once() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        network.short["10.0.0.9", 3478] = lambda stream: stream._transport.close()
        with pytest.raises(ProtocolError, match="the connection was lost"):
            await allocate(
                ServerUrl.parse("turn:10.0.0.9?transport=tcp"),
                username="user",
                credential="secret",
                ssl_context=None,
                receiver=lambda *_: None,
                on_lost=lambda: pytest.fail("never had"),
                runtime=runtime(network),
            )

    run_virtual(call())


def test_addresses_that_the_agent_forgets_are_closed() -> None:
    async def call() -> None:
        network = MemoryNetwork("10.0.0.1")
        on = runtime(network)
        a, b = End(controlling=True, runtime=on), End(controlling=False, runtime=on)
        await join(a, b)
        [path] = b.ice._paths.values()
        for port in range(1, 100):
            _, data = stun.binding_request(
                os.urandom,
                local=a.ice.local_parameters,
                remote=b.ice.local_parameters,
                priority=5,
                controlling=True,
                tie_breaker=1,
                use_candidate=False,
            )
            path.receive(data, ("10.0.0.5", port))
        assert len(path.known) == MAX_KNOWN_ADDRESSES
        path.receive(b"\x80old", ("10.0.0.5", 1))
        path.receive(b"\x80new", ("10.0.0.5", 99))
        assert b.data == [b"\x80new"]
        assert b.ice.stats().counters.unknown_source == 1
        await asyncio.gather(a.ice.aclose(), b.ice.aclose())

    run_virtual(call())


async def test_a_stream_to_a_server_that_speaks_something_else() -> None:
    lost: list[str] = []
    got: list[bytes] = []
    stream = TurnStream(("10.0.0.9", 1), lambda data, _: got.append(data), lambda: lost.append("lost"))
    assert not stream.send(b"early", ("10.0.0.9", 1))
    await stream.aclose()

    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x40\x00\x00\x00\xff\xff\xff\xff")
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.transport.abort()
        served.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await SystemNetwork().open_stream("127.0.0.1", port, lambda: stream)
    async with asyncio.timeout(5):
        await served.wait()
    assert lost == ["lost"]
    assert got == [b"\x40\x00\x00\x00"]
    assert not stream.send(b"late", ("10.0.0.9", 1))
    server.close()
    await server.wait_closed()


async def test_a_stream_that_was_never_connected() -> None:
    stream = TcpStream(("10.0.0.9", 1), lambda *_: None, lambda: pytest.fail("never had"))
    await stream.aclose()
    assert not stream.send(b"x", ("10.0.0.9", 1))
    assert stream.dropped == 1
