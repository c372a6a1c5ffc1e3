"""Hosts, names and datagrams on a virtual network."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lkpy._runtime.network import Address, DatagramEndpoint, Network
from lkpy.testing.virtual_network import LinkConditions, VirtualHost, VirtualNetwork
from lkpy.testing.virtual_network import host as host_module
from lkpy.testing.virtual_time import run_virtual

Scenario = Callable[[], Coroutine[Any, Any, None]]


def virtual(scenario: Scenario) -> Callable[[], None]:
    """The test on virtual time."""

    def test() -> None:
        run_virtual(scenario())

    test.__doc__ = scenario.__doc__
    return test


class Inbox:
    """What an endpoint got, and when (s from the beginning)."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, Address]] = []
        self.times: list[float] = []
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    def receive(self, data: bytes, address: Address) -> None:
        self.got.append((data, address))
        self.times.append(self._loop.time() - self._began)

    @property
    def data(self) -> list[bytes]:
        return [data for data, _ in self.got]


async def two(
    network: VirtualNetwork,
) -> tuple[VirtualHost, DatagramEndpoint, VirtualHost, DatagramEndpoint, Inbox]:
    one, other, inbox = network.host(), network.host(), Inbox()
    return (
        one,
        await one.open_datagrams(one.address, 0, Inbox().receive),
        other,
        await other.open_datagrams(other.address, 5000, inbox.receive),
        inbox,
    )


@virtual
async def test_datagrams_arrive_with_where_they_came_from() -> None:
    _, a, _, b, inbox = await two(VirtualNetwork())
    assert (a.address[0], b.address) == ("10.0.0.1", ("10.0.0.2", 5000))
    assert a.send(b"hello", b.address)
    assert inbox.got == [], "not before the loop's next turn"
    assert a.send_many([b"one", b"two"], b.address) == 2
    await asyncio.sleep(0.001)
    assert inbox.got == [(b"hello", a.address), (b"one", a.address), (b"two", a.address)]


async def test_the_same_on_real_time() -> None:
    _, a, _, b, inbox = await two(VirtualNetwork(conditions=LinkConditions(latency=0.01)))
    arrived = asyncio.Event()
    closing = await a_listener(b, arrived, inbox)
    assert a.send(b"hello", closing.address)
    async with asyncio.timeout(5):
        await arrived.wait()
    assert inbox.times[0] >= 0.009


async def a_listener(near: DatagramEndpoint, arrived: asyncio.Event, inbox: Inbox) -> DatagramEndpoint:
    """Another endpoint of the same host, which sets the event."""

    def receive(data: bytes, address: Address) -> None:
        inbox.receive(data, address)
        arrived.set()

    assert isinstance(near, host_module.VirtualEndpoint)
    return await near._host.open_datagrams(near.address[0], 0, receive)


@virtual
async def test_conditions_hold_for_one_direction_or_both() -> None:
    network = VirtualNetwork(conditions=LinkConditions(latency=0.05))
    one, a, other, b, inbox = await two(network)
    a.send(b"1", b.address)
    await asyncio.sleep(1)
    network.link(one, other).conditions = LinkConditions(latency=0.2)
    assert network.link(other, one).conditions.latency == 0.05
    a.send(b"2", b.address)
    await asyncio.sleep(1)
    network.shape(other, one, LinkConditions(loss=1.0))
    a.send(b"3", b.address)
    await asyncio.sleep(1)
    assert inbox.times == pytest.approx([0.05, 1.2])
    counters = network.link(one, other).counters
    assert (counters.datagrams, counters.lost) == (3, 1)


@virtual
async def test_a_partition_begins_and_ends_at_will() -> None:
    network = VirtualNetwork(conditions=LinkConditions(latency=0.05))
    one, a, other, b, inbox = await two(network)
    a.send(b"under way", b.address)
    network.partition(one, other)
    assert not network.link(other, one).up
    assert a.send(b"cut", b.address), "nobody tells the sender"
    await asyncio.sleep(1)
    network.heal(other, one)
    a.send(b"through", b.address)
    await asyncio.sleep(1)
    assert inbox.data == [b"under way", b"through"]
    assert network.link(one, other).counters.cut == 1


@virtual
async def test_traffic_of_others_changes_no_fate() -> None:
    async def fates(noise: bool) -> list[bytes]:
        network = VirtualNetwork(seed=7, conditions=LinkConditions(loss=0.5))
        _, a, _, b, inbox = await two(network)
        _, c, _, d, _ = await two(network)
        for index in range(50):
            a.send(bytes([index]), b.address)
            if noise:
                c.send(b"noise", d.address)
                b.send(b"noise", a.address)
        await asyncio.sleep(1)
        return inbox.data

    quiet = await fates(False)
    assert quiet == await fates(True)
    assert 10 < len(quiet) < 40


@virtual
async def test_reordered_datagrams_arrive_out_of_order() -> None:
    network = VirtualNetwork(conditions=LinkConditions(reorder=0.3, reorder_by=0.05))
    _, a, _, b, inbox = await two(network)
    for index in range(50):
        a.send(bytes([index]), b.address)
        await asyncio.sleep(0.01)
    await asyncio.sleep(1)
    assert inbox.data != sorted(inbox.data)
    assert sorted(inbox.data) == [bytes([index]) for index in range(50)]


@virtual
async def test_what_nobody_takes_is_counted() -> None:
    network = VirtualNetwork()
    one, a, other, b, inbox = await two(network)
    assert a.send(b"?", ("10.0.0.2", 1))
    assert a.send(b"?", ("10.9.9.9", 1))
    a.send(b"late", b.address)
    await b.aclose()
    await b.aclose()
    await asyncio.sleep(1)
    assert inbox.got == []
    assert network.link(one, other).counters.unclaimed == 2
    assert not b.send(b"?", a.address)
    assert not a.send(bytes(65_508), b.address)


@virtual
async def test_binding() -> None:
    network = VirtualNetwork()
    host, inbox = network.host("10.0.0.1", "10.0.0.7", "fd00::1"), Inbox()
    first = await host.open_datagrams("10.0.0.1", 7000, inbox.receive)
    for taken in ("10.0.0.1", "0.0.0.0", ""):
        with pytest.raises(OSError, match="in use"):
            await host.open_datagrams(taken, 7000, inbox.receive)
    for free in ("10.0.0.7", "127.0.0.1", "::"):
        await host.open_datagrams(free, 7000, inbox.receive)
    with pytest.raises(OSError, match="in use"):
        await host.open_datagrams("fd00::1", 7000, inbox.receive)
    with pytest.raises(OSError, match="not an address"):
        await host.open_datagrams("10.0.0.2", 0, inbox.receive)
    await first.aclose()
    again = await host.open_datagrams("10.0.0.1", 7000, inbox.receive)
    assert again.address == ("10.0.0.1", 7000)


@virtual
async def test_ports_that_are_picked_are_free_and_come_round() -> None:
    host, inbox = VirtualNetwork().host(), Inbox()
    await host.open_datagrams("", 65535, inbox.receive)
    host._next_port = 65534
    picked = [(await host.open_datagrams("", 0, inbox.receive)).address[1] for _ in range(3)]
    assert picked == [65534, host_module.FIRST_FREE_PORT, host_module.FIRST_FREE_PORT + 1]


@virtual
async def test_wildcards_and_families() -> None:
    network = VirtualNetwork()
    one, other, inbox = network.host("10.0.0.1", "fd00::1"), network.host("10.0.0.2", "fd00::2"), Inbox()
    await other.open_datagrams("0.0.0.0", 5000, inbox.receive)
    await other.open_datagrams("::", 6000, inbox.receive)
    v4 = await one.open_datagrams("0.0.0.0", 5001, inbox.receive)
    v6 = await one.open_datagrams("fd00::1", 5001, inbox.receive)
    assert v4.send(b"v4", ("10.0.0.2", 5000))
    assert v6.send(b"v6", ("fd00::2", 6000))
    assert v4.send(b"not bound", ("10.0.0.2", 6000))
    assert not v6.send(b"other family", ("10.0.0.2", 5000))
    await asyncio.sleep(0.001)
    assert inbox.got == [(b"v4", ("10.0.0.1", 5001)), (b"v6", ("fd00::1", 5001))]
    only_v6 = VirtualNetwork().host("fd00::9")
    nowhere = await only_v6.open_datagrams("", 0, inbox.receive)
    assert not nowhere.send(b"no way", ("10.0.0.1", 1))


@virtual
async def test_loopback_is_each_hosts_own_and_perfect() -> None:
    network = VirtualNetwork(conditions=LinkConditions(loss=1.0))
    one, other, inbox = network.host(), network.host("fd00::2"), Inbox()
    assert one.addresses() == ["127.0.0.1", "10.0.0.1"]
    assert other.addresses() == ["::1", "fd00::2"]
    near = await one.open_datagrams("127.0.0.1", 5000, inbox.receive)
    any_address = await one.open_datagrams("0.0.0.0", 5001, inbox.receive)
    assert any_address.send(b"here", ("127.0.0.1", 5000))
    assert not near.send(b"there", ("10.0.0.77", 5000))
    await asyncio.sleep(0.001)
    assert inbox.got == [(b"here", ("127.0.0.1", 5001))]


@virtual
async def test_names() -> None:
    network = VirtualNetwork()
    host: Network = network.host()
    network.name("SFU.example", "10.0.0.9", "fd00::9")
    assert await host.resolve("sfu.Example", 80) == [("10.0.0.9", 80), ("fd00::9", 80)]
    assert await host.resolve("localhost", 80) == [("127.0.0.1", 80)]
    assert await host.resolve("10.1.2.3", 80) == [("10.1.2.3", 80)]
    with pytest.raises(socket.gaierror, match="nowhere"):
        await host.resolve("nowhere.example", 80)


def test_addresses_are_addresses_and_each_is_one_hosts() -> None:
    network = VirtualNetwork()
    assert network.host("10.0.0.1").address == "10.0.0.1"
    assert network.host().address == "10.0.0.2"
    assert repr(network.host("fd00:0::1")) == "<VirtualHost fd00::1>"
    for wrong in ("10.0.0.1", "sfu.example", "127.0.0.1"):
        with pytest.raises(ValueError, match=r"not free|not appear"):
            network.host(wrong)


@virtual
async def test_the_clock_may_be_given() -> None:
    class Clock:
        now = asyncio.get_running_loop().time

        def unix(self) -> float:
            return 0.0

        def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> Any:
            asked.append(when)
            return Timer(when)

    class Timer:
        def __init__(self, when: float) -> None:
            self.when = when

        def cancel(self) -> None: ...

    asked: list[float] = []
    _, a, _, b, _ = await two(VirtualNetwork(clock=Clock(), conditions=LinkConditions(latency=1)))
    a.send(b"", b.address)
    assert asked == [1001.0]
