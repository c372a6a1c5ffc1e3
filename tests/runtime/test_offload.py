"""Datagrams that share a system call: cut, sent and received one by one all the same."""

from __future__ import annotations

import asyncio
import errno
import itertools
import socket
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy._runtime import offload, udp
from lkpy._runtime.network import DatagramEndpoint
from lkpy._runtime.udp import BatchedUdp, open_udp


@settings(max_examples=100)
@given(st.lists(st.sampled_from([b"", b"a", b"bb", b"cc", b"d" * 1200]), max_size=150))
def test_runs_are_the_same_datagrams_in_order(datagrams: list[bytes]) -> None:
    runs = list(offload.runs(datagrams))
    assert [datagram for run in runs for datagram in run] == datagrams
    for run in runs:
        assert len(run) <= offload.MAX_SEGMENTS
        assert sum(map(len, run)) <= offload.MAX_BYTES
        assert {len(datagram) for datagram in run[:-1]} <= {len(run[0])}
        assert len(run[-1]) <= len(run[0])
        assert len(run) == 1 or run[-1]


class Sink:
    """Takes datagrams and waits for a number of them."""

    def __init__(self, count: int, seconds: float = 0.0) -> None:
        self.got: list[bytes] = []
        self._count, self._seconds = count, seconds
        self._done = asyncio.Event()

    def receive(self, data: bytes, address: Any) -> None:
        self.got.append(data)
        time.sleep(self._seconds)
        if len(self.got) == self._count:
            self._done.set()

    async def wait(self) -> list[bytes]:
        async with asyncio.timeout(5):
            await self._done.wait()
        return self.got


BURST = [*(b"%04d" % index * 290 for index in range(100)), b"short", *(b"%03d" % n for n in range(30)), b""]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("known", [True, False], ids=["offload", "without"])
async def test_a_burst_arrives_as_datagrams(host: str, known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not known:
        monkeypatch.setattr(offload, "enable_receiving", lambda sock: False)
        monkeypatch.setattr(offload, "can_send", lambda sock: False)
    sink = Sink(len(BURST))
    a, b = await open_udp(host, 0, sink.receive), await open_udp(host, 0, sink.receive)
    assert b.send_many(BURST, a.address) == len(BURST)
    assert await sink.wait() == BURST
    await a.aclose()
    await b.aclose()


async def test_a_burst_gives_way_to_the_loop() -> None:
    sink = Sink(len(BURST), seconds=0.0005)
    a, b = await open_udp("127.0.0.1", 0, sink.receive), await open_udp("127.0.0.1", 0, sink.receive)
    b.send_many(BURST, a.address)
    turns = [0]
    async with asyncio.timeout(5):
        while turns[-1] < len(BURST):
            await asyncio.sleep(0)
            turns.append(len(sink.got))
    assert await sink.wait() == BURST
    longest = max(after - before for before, after in itertools.pairwise(turns))
    assert longest <= udp.BATCH_SECONDS / 0.0005 * 2 + 1
    await a.aclose()
    await b.aclose()


async def test_nothing_is_delivered_after_the_close() -> None:
    got: list[bytes] = []
    closed = asyncio.Event()
    a: DatagramEndpoint

    def receive(data: bytes, address: Any) -> None:
        got.append(data)
        assert isinstance(a, BatchedUdp)
        a.close()
        closed.set()

    a, b = await open_udp("127.0.0.1", 0, receive), await open_udp("127.0.0.1", 0, receive)
    b.send_many(BURST, a.address)
    await asyncio.wait_for(closed.wait(), 5)
    await asyncio.sleep(0.01)
    assert got == BURST[:1]
    await b.aclose()


async def test_a_path_that_refuses_runs_is_sent_single_datagrams(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def refuse(sock: socket.socket, run: Any, address: Any) -> None:
        tried.append(len(run))
        raise OSError(errno.EIO, "no checksums")

    monkeypatch.setattr(offload, "can_send", lambda sock: True)
    monkeypatch.setattr(offload, "send_run", refuse)
    sink = Sink(2 * len(BURST))
    a, b = await open_udp("127.0.0.1", 0, sink.receive), await open_udp("127.0.0.1", 0, sink.receive)
    for _ in range(2):
        assert b.send_many(BURST, a.address) == len(BURST)
    assert await sink.wait() == BURST * 2
    assert len(tried) == 1
    await a.aclose()
    await b.aclose()
