"""Active ICE-TCP against a passive server that speaks through a lite agent."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.transport.ice.agent.lite import lite_agent
from lkpy.transport.ice.candidate import Candidate, candidate_priority
from lkpy.transport.ice.events import AddressLearned
from lkpy.transport.ice.parameters import IceConfig
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.tcp import MAX_WRITE_BUFFER, FrameReader, TcpStream


class PassiveServer:
    """Accepts connections and answers checks; echoes data."""

    def __init__(self) -> None:
        self.agent = lite_agent(config=IceConfig(), entropy=os.urandom)
        self.writers: set[asyncio.StreamWriter] = set()
        self.accepted = 0
        self.closed = asyncio.Event()
        self.port = 0
        self.learned = 0

    @property
    def candidate(self) -> Candidate:
        priority = candidate_priority("host", 1, transport="tcp")
        return Candidate("1", 1, "tcp", priority, "127.0.0.1", self.port, "host", tcptype="passive")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.writers.add(writer)
        source = writer.get_extra_info("peername")
        path = self.agent.add_path(self.candidate)
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                data = await reader.readexactly(size)
                if data and data[0] < 4:
                    events = self.agent.receive(path, data, source, time.monotonic())
                    for transmit in self.agent.take_transmits():
                        writer.write(len(transmit.data).to_bytes(2, "big") + transmit.data)
                    self.learned += sum(isinstance(e, AddressLearned) for e in events)
                else:
                    # Two frames in one write, one of them cut in the middle of its length.
                    frame = len(data).to_bytes(2, "big") + data
                    writer.write(b"\x00\x00" + frame[:1])
                    await writer.drain()
                    writer.write(frame[1:])
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()
            self.closed.set()


@pytest.fixture
async def passive() -> AsyncIterator[PassiveServer]:
    passive = PassiveServer()
    server = await asyncio.start_server(passive.serve, "127.0.0.1", 0)
    passive.port = server.sockets[0].getsockname()[1]
    yield passive
    server.close()
    for writer in list(passive.writers):
        writer.transport.abort()
    await server.wait_closed()
    async with asyncio.timeout(5):
        while passive.writers:
            passive.closed.clear()
            await passive.closed.wait()


def introduce(a: Any, passive: PassiveServer) -> None:
    a.ice.set_remote_parameters(passive.agent.local_parameters)
    a.ice.add_remote_candidate(passive.candidate)


@pytest.mark.alone
async def test_connects_and_carries_data(end: Any, passive: PassiveServer) -> None:
    a = end(controlling=False)
    await a.ice.gather()
    start = time.perf_counter()
    introduce(a, passive)
    await a.connected()
    took = time.perf_counter() - start
    await a.until(lambda: a.checked == 1)
    messages = [b"\x80" + os.urandom(size) for size in (0, 1, 100, 1200, 20_000, 65_534)]
    for message in messages:
        a.ice.send(message)
    await a.until(lambda: len(a.data) == len(messages))
    assert a.data == messages
    pair = a.ice.stats().selected
    assert pair.local.tcptype == "active"
    assert pair.local.transport == pair.remote.transport == "tcp"
    a.ice.send(bytes(70_000))
    assert a.ice.stats().counters.not_sent == 1
    assert a.ice.stats().counters.empty == len(messages)
    print(f"\nICE-TCP: connected in {1000 * took:.1f} ms")
    assert took < 0.1
    await a.ice.aclose()
    await asyncio.wait_for(passive.closed.wait(), 5)


async def test_a_restart_opens_a_connection_of_its_own(end: Any, passive: PassiveServer) -> None:
    a = end(controlling=True)
    await a.ice.gather()
    introduce(a, passive)
    await a.connected()
    a.ice.restart()
    passive.agent.restart(time.monotonic())
    a.ice.send(b"\x80meanwhile")
    await a.until(lambda: a.data == [b"\x80meanwhile"])
    introduce(a, passive)
    await asyncio.wait_for(passive.closed.wait(), 5)
    a.ice.send(b"\x80after")
    await a.until(lambda: a.data == [b"\x80meanwhile", b"\x80after"])
    assert passive.accepted == 2
    assert a.states == [IceState.CHECKING, IceState.CONNECTED]


async def test_udp_wins_and_the_connection_is_let_go(end: Any, joined: Any, passive: PassiveServer) -> None:
    a, b = end(controlling=True), end(controlling=False)
    await joined(a, b)
    a.ice.add_remote_candidate(passive.candidate)
    await asyncio.sleep(0.1)
    assert passive.accepted == 0, "a pair was selected before: no connection is opened"


async def test_switched_off(end: Any, passive: PassiveServer) -> None:
    a = end(controlling=True, config=IceConfig(tcp=False))
    await a.ice.gather()
    introduce(a, passive)
    await asyncio.sleep(0.1)
    assert passive.accepted == 0
    assert a.ice.stats().pairs == ()


async def test_a_refused_connection_is_a_failed_pair(end: Any, joined: Any) -> None:
    a, b = end(controlling=True), end(controlling=False)
    await asyncio.gather(a.ice.gather(), b.ice.gather())
    a.ice.set_remote_parameters(b.ice.local_parameters)
    a.ice.add_remote_candidate(Candidate.parse("1 1 tcp 5 127.0.0.1 1 typ host tcptype passive"))
    async with asyncio.timeout(5):
        while [pair.state.value for pair in a.ice.stats().pairs] != ["failed"]:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    await joined(a, b)


async def test_a_lost_connection_is_noticed_at_once(end: Any, passive: PassiveServer) -> None:
    a = end(controlling=True)
    await a.ice.gather()
    introduce(a, passive)
    await a.connected()
    for writer in list(passive.writers):
        writer.transport.abort()
    await a.until(lambda: a.ice.state is IceState.DISCONNECTED)
    a.ice.send(b"\x80lost")
    assert a.ice.stats().counters.unroutable == 1


@pytest.mark.alone
async def test_a_peer_that_does_not_read_costs_bounded_memory() -> None:
    stuck = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()
        await stuck.wait()
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    stream = await TcpStream.connect(("127.0.0.1", port), lambda *_: None, lambda: None)
    sent = 0
    while stream.send(bytes(60_000), ("127.0.0.1", port)):
        sent += 1
        assert sent < 2000
    assert stream.dropped == 1
    assert stream._transport.get_write_buffer_size() < MAX_WRITE_BUFFER + 70_000
    start = time.perf_counter()
    await stream.aclose()
    assert time.perf_counter() - start < 0.9
    assert not stream.send(b"late", ("127.0.0.1", port))
    stuck.set()
    server.close()
    await server.wait_closed()


@settings(deadline=None)
@given(frames=st.lists(st.binary(max_size=40), max_size=10), cuts=st.lists(st.integers(0, 400), max_size=10))
def test_frames_survive_any_cut(frames: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(len(frame).to_bytes(2, "big") + frame for frame in frames)
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    reader = FrameReader()
    out: list[bytes] = []
    for first, last in itertools.pairwise(edges):
        out += reader.feed(stream[first:last])
    assert out == frames
