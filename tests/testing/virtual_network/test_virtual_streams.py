"""Streams on a virtual network behave as TCP's do under asyncio."""

from __future__ import annotations

import asyncio
import errno
import ssl
from typing import Any

import pytest

from lkpy.testing.virtual_network import LinkConditions, VirtualHost, VirtualNetwork
from lkpy.testing.virtual_network import stream as stream_module
from lkpy.testing.virtual_time import run_virtual
from tests.cancel import Attempt

LATENCY = 0.05


class Peer(asyncio.Protocol):
    """Writes down what happens, and when."""

    def __init__(self, *, keep_open: bool = False, greeting: bytes = b"") -> None:
        self.transport: asyncio.Transport
        self.events: list[Any] = []
        self.received = bytearray()
        self.lost = asyncio.get_running_loop().create_future()
        self.grew = asyncio.Event()
        self._keep_open = keep_open
        self._greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.events.append("made")
        if self._greeting:
            transport.write(self._greeting)

    def data_received(self, data: bytes) -> None:
        self.received += data
        self.grew.set()
        self.events.append(data if len(data) < 100 else len(data))

    async def has(self, size: int) -> None:
        """Return when so many bytes have arrived."""
        while len(self.received) < size:
            self.grew.clear()
            await self.grew.wait()

    def eof_received(self) -> bool:
        self.events.append("eof")
        return self._keep_open

    def pause_writing(self) -> None:
        self.events.append("pause")

    def resume_writing(self) -> None:
        self.events.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.events.append("lost")
        self.lost.set_result(exc)


class World:
    """A server that takes streams, and a client."""

    def __init__(self, **conditions: Any) -> None:
        self.network = VirtualNetwork(conditions=LinkConditions(**{"latency": LATENCY, **conditions}))
        self.server, self.client = self.network.host("10.0.0.1"), self.network.host("10.0.0.2")
        self.accepted: list[Peer] = []
        self.options: dict[str, Any] = {}

    def accept(self) -> Peer:
        self.accepted.append(Peer(**self.options))
        return self.accepted[-1]

    async def connect(self, **options: Any) -> tuple[Peer, Peer]:
        if not self.server.listeners:
            await self.server.listen("10.0.0.1", 80, self.accept)
        _, ours = await self.client.open_stream("10.0.0.1", 80, lambda: Peer(**options))
        return ours, self.accepted[-1]


def now() -> float:
    return asyncio.get_running_loop().time()


def virtual(scenario: Any) -> Any:
    def test() -> None:
        run_virtual(scenario())

    return test


@virtual
async def test_connecting_takes_a_round_trip_and_both_know_their_names() -> None:
    world, began = World(), now()
    ours, theirs = await world.connect()
    assert now() - began == pytest.approx(2 * LATENCY)
    assert ours.transport.get_extra_info("peername") == ("10.0.0.1", 80)
    name = ours.transport.get_extra_info("sockname")
    assert name[0] == "10.0.0.2"
    assert theirs.transport.get_extra_info("peername") == name
    assert theirs.transport.get_extra_info("sockname") == ("10.0.0.1", 80)
    assert theirs.transport.get_extra_info("socket") is None
    assert ours.events == theirs.events == ["made"]
    assert ours.transport.get_protocol() is ours


@virtual
async def test_bytes_go_both_ways_in_order_after_the_connection_is_made() -> None:
    world = World(jitter=0.1, loss=0.2)
    world.options["greeting"] = b"welcome"
    ours, theirs = await world.connect()
    for index in range(20):
        ours.transport.write(bytes([index]))
    ours.transport.writelines([b"and", bytearray(b" more")])
    await asyncio.sleep(60)
    assert ours.events == ["made", b"welcome"]
    assert bytes(theirs.received) == bytes(range(20)) + b"and more"


@virtual
async def test_closing_sends_what_waits_and_then_the_end() -> None:
    ours, theirs = await World().connect()
    ours.transport.write(bytes(300_000))
    ours.transport.close()
    ours.transport.close()
    assert ours.transport.is_closing()
    assert not ours.transport.is_reading()
    ours.transport.write(b"too late")
    assert await ours.lost is None
    assert await theirs.lost is None
    assert len(theirs.received) == 300_000
    assert theirs.events[-2:] == ["eof", "lost"]


@virtual
async def test_half_closing_lets_the_other_way_go_on() -> None:
    world = World()
    world.options["keep_open"] = True
    ours, theirs = await world.connect(keep_open=True)
    assert ours.transport.can_write_eof()
    ours.transport.write(b"question")
    ours.transport.write_eof()
    ours.transport.write_eof()
    with pytest.raises(RuntimeError, match="write_eof"):
        ours.transport.write(b"more")
    await asyncio.sleep(1)
    assert theirs.events == ["made", b"question", "eof"]
    theirs.transport.write(b"answer")
    theirs.transport.close()
    await asyncio.sleep(1)
    assert ours.events == ["made", b"answer", "eof"]
    ours.transport.close()
    assert await ours.lost is None


@virtual
async def test_aborting_resets_the_other_end() -> None:
    ours, theirs = await World().connect()
    ours.transport.write(bytes(1 << 20))
    ours.transport.abort()
    ours.transport.abort()
    assert await ours.lost is None
    assert isinstance(await theirs.lost, ConnectionResetError)
    assert len(theirs.received) <= stream_module.WINDOW
    theirs.transport.write(b"?")
    theirs.transport.close()
    theirs.transport.abort()
    await asyncio.sleep(1)
    assert ours.events.count("lost") == theirs.events.count("lost") == 1


@virtual
async def test_resets_that_cross() -> None:
    ours, theirs = await World().connect()
    ours.transport.abort()
    theirs.transport.abort()
    await asyncio.sleep(1)
    assert await ours.lost is None
    assert await theirs.lost is None


@virtual
async def test_writing_to_a_closed_end_is_answered_with_a_reset() -> None:
    world = World()
    world.options["keep_open"] = True
    ours, theirs = await world.connect()
    ours.transport.close()
    await asyncio.sleep(1)
    assert theirs.events == ["made", "eof"]
    theirs.transport.write(b"are you there?")
    assert isinstance(await theirs.lost, ConnectionResetError)


@virtual
async def test_who_closes_while_sending_still_takes_what_comes() -> None:
    world = World()
    world.options["keep_open"] = True
    ours, theirs = await world.connect()
    theirs.transport.pause_reading()
    ours.transport.pause_reading()
    theirs.transport.write(b"before")
    await asyncio.sleep(1)
    ours.transport.write(bytes(300_000))
    ours.transport.close()
    theirs.transport.write(b"meanwhile")
    await asyncio.sleep(1)
    assert "lost" not in ours.events
    theirs.transport.resume_reading()
    assert await ours.lost is None
    await asyncio.sleep(1)
    assert len(theirs.received) == 300_000
    assert ours.received == b""


@virtual
async def test_flow_control_bounds_what_is_under_way_and_asks_to_pause() -> None:
    ours, theirs = await World().connect()
    theirs.transport.pause_reading()
    theirs.transport.pause_reading()
    assert not theirs.transport.is_reading()
    ours.transport.write(bytes(1 << 20))
    assert ours.events == ["made", "pause"]
    assert ours.transport.get_write_buffer_size() == (1 << 20) - stream_module.WINDOW
    await asyncio.sleep(60)
    assert theirs.received == b""
    theirs.transport.resume_reading()
    theirs.transport.resume_reading()
    began = now()
    await theirs.has(1 << 20)
    assert ours.events == ["made", "pause", "resume"]
    # A window for each trip.
    assert now() - began == pytest.approx((1 << 20) / stream_module.WINDOW * LATENCY, rel=0.2)


@virtual
async def test_limits_of_the_write_buffer() -> None:
    ours, _ = await World().connect()
    transport: Any = ours.transport
    transport.set_write_buffer_limits(low=10)
    assert transport.get_write_buffer_limits() == (10, 40)
    transport.set_write_buffer_limits()
    assert transport.get_write_buffer_limits() == (stream_module.HIGH_WATER // 4, stream_module.HIGH_WATER)
    transport.write(bytes(stream_module.WINDOW + 100))
    transport.set_write_buffer_limits(high=50)
    assert ours.events == ["made", "pause"]
    transport.set_write_buffer_limits(high=400)
    assert ours.events == ["made", "pause", "resume"]
    with pytest.raises(ValueError, match="must be >= low"):
        transport.set_write_buffer_limits(high=1, low=2)


@virtual
async def test_a_partition_holds_streams_up_and_loses_nothing() -> None:
    world = World()
    ours, theirs = await world.connect()
    world.network.partition(world.server, world.client)
    ours.transport.write(b"one ")
    ours.transport.write(b"two")
    await asyncio.sleep(600)
    assert theirs.received == b""
    world.network.heal(world.server, world.client)
    await asyncio.sleep(1)
    assert theirs.received == b"one two"


@virtual
async def test_the_bandwidth_of_a_stream() -> None:
    world = World(bandwidth=1_000_000)
    ours, theirs = await world.connect()
    began = now()
    ours.transport.write(bytes(250_000))
    await theirs.has(250_000)
    assert now() - began == pytest.approx(2.1, abs=0.2)


@virtual
async def test_connections_that_are_not_made() -> None:
    world = World()
    client: VirtualHost = world.client
    began = now()
    with pytest.raises(ConnectionRefusedError):
        await client.open_stream("10.0.0.1", 81, Peer)
    assert now() - began == pytest.approx(2 * LATENCY)
    with pytest.raises(OSError, match="no host has") as caught:
        await client.open_stream("10.7.7.7", 80, Peer)
    assert caught.value.errno == errno.EHOSTUNREACH
    with pytest.raises(OSError, match="knows no"):
        await client.open_stream("nowhere.example", 80, Peer)
    with pytest.raises(OSError, match="no TLS"):
        await client.open_stream("10.0.0.1", 80, Peer, ssl=ssl.create_default_context())
    world.network.partition(client, world.server)
    began = now()
    with pytest.raises(TimeoutError):
        await client.open_stream("10.0.0.1", 80, Peer)
    assert now() - began == pytest.approx(127)
    world.network.heal(client, world.server)
    await asyncio.sleep(1)


@virtual
async def test_a_partition_that_ends_in_time_only_delays_connecting() -> None:
    world = World()
    world.network.partition(world.client, world.server)
    asyncio.get_running_loop().call_later(30, world.network.heal, world.client, world.server)
    began = now()
    await world.connect()
    assert now() - began == pytest.approx(30 + 2 * LATENCY)


@virtual
async def test_a_listener_that_stopped_takes_no_more_and_its_streams_go_on() -> None:
    world = World()
    listener = await world.server.listen("", 90, world.accept)
    assert listener.port == 90
    with pytest.raises(OSError, match="in use"):
        await world.server.listen("localhost", 90, world.accept)
    _, ours = await world.client.open_stream("10.0.0.1", 90, Peer)
    listener.stop()
    await listener.aclose()
    with pytest.raises(ConnectionRefusedError):
        await world.client.open_stream("10.0.0.1", 90, Peer)
    ours.transport.write(b"still here")
    await asyncio.sleep(1)
    assert world.accepted[0].received == b"still here"
    again = await world.server.listen("", 90, world.accept)
    await listener.aclose()
    assert (await world.client.open_stream("10.0.0.1", 90, Peer))[1].events == ["made"]
    await again.aclose()


@virtual
async def test_a_protocol_that_raises_loses_its_connection() -> None:
    ours, theirs = await World().connect()

    class Broken(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            raise ValueError("oops")

        def connection_lost(self, exc: Exception | None) -> None:
            theirs.connection_lost(exc)

    theirs.transport.set_protocol(Broken())
    ours.transport.write(b"x")
    assert isinstance(await theirs.lost, ValueError)
    assert isinstance(await ours.lost, ConnectionResetError)


@virtual
async def test_cancelled_at_every_suspension_nothing_stays() -> None:
    world = World()
    await world.server.listen("10.0.0.1", 80, world.accept)
    for step in range(20):
        attempt = Attempt(step)
        task = await attempt.run(world.client.open_stream("10.0.0.1", 80, Peer))
        if attempt.missed:
            transport, _ = task.result()
            transport.abort()
            break
    else:
        pytest.fail("never reached the end")
    await asyncio.sleep(1)
    assert len(world.accepted) == 1, "who gave up before the question arrived was never let in"
    assert world.accepted[0].lost.done()


@virtual
async def test_cancelled_just_when_the_answer_comes_the_stream_is_reset() -> None:
    world = World()
    await world.server.listen("10.0.0.1", 80, world.accept)
    task = await Attempt(0, late=True).run(world.client.open_stream("10.0.0.1", 80, Peer))
    assert task.cancelled()
    assert isinstance(await world.accepted[0].lost, ConnectionResetError)


@virtual
async def test_cancelled_while_the_answer_is_under_way() -> None:
    world = World()
    world.network.shape(world.client, world.server, LinkConditions(latency=0.01))
    await world.server.listen("10.0.0.1", 80, world.accept)
    task = asyncio.create_task(world.client.open_stream("10.0.0.1", 80, Peer))
    await asyncio.sleep(0.015)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not world.accepted[0].lost.done()
    assert isinstance(await world.accepted[0].lost, ConnectionResetError)


@virtual
async def test_streams_of_asyncio_run_on_it() -> None:
    world, done = World(), asyncio.Event()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
        done.set()

    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(loop.create_task(echo(reader, writer)))

    def accept() -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(), serve)

    await world.server.listen("10.0.0.1", 80, accept)
    reader = asyncio.StreamReader()
    transport, protocol = await world.client.open_stream(
        "10.0.0.1", 80, lambda: asyncio.StreamReaderProtocol(reader)
    )
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    payload = bytes(range(256)) * 2000
    writer.write(payload)
    writer.write_eof()
    assert await reader.read() == payload
    writer.close()
    await writer.wait_closed()
    await done.wait()
