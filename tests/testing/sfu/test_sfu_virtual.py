"""The fake SFU on virtual time and a network in memory: its front, its websockets, its tokens, its clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from lkpy._runtime.runtime import Runtime
from lkpy.errors import ConnectError, ConnectErrorReason
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal.client import SignalClient, SignalOptions
from lkpy.testing import FakeSfu, PortInUseError
from lkpy.testing.sfu.front import REQUEST_TIMEOUT
from lkpy.testing.tokens import LEEWAY
from lkpy.testing.virtual_network import LinkConditions, VirtualHost, VirtualNetwork
from lkpy.testing.virtual_time import run_virtual

LATENCY = 0.04


class World:
    """A server, and a machine to reach it from."""

    def __init__(self, **options: Any) -> None:
        self.network = VirtualNetwork(conditions=LinkConditions(latency=LATENCY))
        self.server, self.client = self.network.host(), self.network.host()
        self.sfu = FakeSfu(network=self.server, **options)

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def connect(self, token: str = "", *, single: bool = True, timeout: float = 5.0) -> SignalClient:  # noqa: ASYNC109
        return await SignalClient.connect(
            self.sfu.url,
            token or self.sfu.token("alice", room="lobby"),
            SignalOptions(single_peer_connection=single),
            publisher_offer=None,
            timeout=timeout,
            runtime=Runtime.running(self.client),
        )


def virtual(**options: Any) -> Callable[[Callable[[World], Awaitable[None]]], Callable[[], None]]:
    """The test with a server, on virtual time."""

    def decorate(test: Callable[[World], Awaitable[None]]) -> Callable[[], None]:
        async def main() -> None:
            world = World(**options)
            async with world.sfu:
                await test(world)

        def run() -> None:
            run_virtual(main())

        return run

    return decorate


@virtual()
async def test_a_server_is_where_others_on_its_network_reach_it(world: World) -> None:
    assert world.sfu.host == world.server.address
    assert world.sfu.url.startswith(f"ws://{world.server.address}:")
    assert FakeSfu().host == "127.0.0.1"
    other = FakeSfu(host="0.0.0.0", network=world.client)
    async with other:
        assert other._mux is not None
        assert other._mux.address[0] == world.client.address


@virtual()
async def test_a_port_is_taken_on_its_own_network_alone(world: World) -> None:
    with pytest.raises(PortInUseError, match="in use"):
        await FakeSfu(port=world.sfu.port, network=world.server).start()
    async with FakeSfu(port=world.sfu.port, network=world.client) as other:
        assert other.port == world.sfu.port


@virtual()
async def test_joining_takes_the_trips_that_it_needs(world: World) -> None:
    began = world.now()
    client = await world.connect()
    # One for the stream, one for the upgrade, with which the join response comes.
    assert world.now() - began == pytest.approx(4 * LATENCY)
    assert client.join.room.name == "lobby"
    await client.aclose()


@virtual()
async def test_ten_minutes_of_pings_and_their_round_trips(world: World) -> None:
    client = await world.connect(single=False)

    async def read() -> list[str | None]:
        return [message.WhichOneof("message") async for message in client]

    reading = asyncio.create_task(read())
    await asyncio.sleep(600)
    assert client.closed is None
    assert client.rtt == pytest.approx(2 * LATENCY)
    assert client.counters.sent >= 120
    await client.aclose()
    assert (await reading).count("refresh_token") == 2  # at the join, and every five minutes


@virtual()
async def test_a_server_that_is_cut_off_is_missed_in_time(world: World) -> None:
    client = await world.connect()
    world.network.partition(world.client, world.server)
    began = world.now()
    assert [m async for m in client if m.WhichOneof("message") not in ("refresh_token", "offer")] == []
    assert client.closed == "ping timeout"
    assert world.now() - began <= client.join.ping_timeout + 1
    await client.aclose()


@virtual()
async def test_an_unreachable_server_fails_within_the_time_given(world: World) -> None:
    world.network.partition(world.client, world.server)
    began = world.now()
    with pytest.raises(ConnectError) as caught:
        await world.connect(timeout=7.0)
    assert caught.value.reason is ConnectErrorReason.TIMEOUT
    assert world.now() - began == pytest.approx(7)


@virtual()
async def test_tokens_expire_on_the_servers_clock(world: World) -> None:
    brief = world.sfu.token("alice", room="lobby", ttl=60)
    await asyncio.sleep(60 + LEEWAY - 5)
    await (await world.connect(brief)).aclose()
    await asyncio.sleep(10)
    with pytest.raises(ConnectError, match="expired") as caught:
        await world.connect(brief)
    assert caught.value.reason is ConnectErrorReason.NOT_ALLOWED


@virtual()
async def test_refreshed_tokens_are_valid_when_they_are_needed(world: World) -> None:
    """They were issued at the real time, and had expired long ago on the server's."""
    client = await world.connect(world.sfu.token("alice", room="lobby", ttl=60))
    reading = asyncio.create_task(drain(client))
    await asyncio.sleep(1800)
    token = client.token
    await client.aclose()
    await reading
    again = await world.connect(token)
    assert again.join.participant.identity == "alice"
    await again.aclose()


async def drain(client: SignalClient) -> None:
    async for _ in client:
        pass


@virtual()
async def test_a_request_that_never_ends_is_given_up(world: World) -> None:
    reader = asyncio.StreamReader()
    transport, _ = await world.client.open_stream(
        world.server.address, world.sfu.port, lambda: asyncio.StreamReaderProtocol(reader)
    )
    transport.write(b"GET / HTTP/1.1\r\n")
    began = world.now()
    assert await reader.read() == b""
    assert world.now() - began == pytest.approx(REQUEST_TIMEOUT, abs=1)
    transport.close()


@virtual(grace=20.0)
async def test_who_is_cut_off_leaves_after_a_while(world: World) -> None:
    room_clock = world.now
    client = await world.connect()
    assert client.send(rtc.SignalRequest(ping=1))
    assert "alice" in world.sfu.rooms["lobby"].participants
    client._websocket.transport.abort()
    await drain(client)
    await client.aclose()
    began = room_clock()
    await asyncio.sleep(1)
    # Without media nothing is left to come back to.
    assert "alice" not in world.sfu.rooms["lobby"].participants
    await asyncio.sleep(world.sfu.rooms["lobby"].empty_lifetime + 5)
    assert "lobby" not in world.sfu.rooms
    assert room_clock() - began < 60


def test_two_worlds_on_one_network_do_not_meet() -> None:
    async def main() -> None:
        network = VirtualNetwork()
        hosts: list[VirtualHost] = [network.host(), network.host()]
        async with FakeSfu(network=hosts[0]) as one, FakeSfu(network=hosts[1], port=one.port) as other:
            assert one.url != other.url
            client = await SignalClient.connect(
                other.url,
                other.token("alice", room="lobby"),
                SignalOptions(),
                publisher_offer=None,
                timeout=5,
                runtime=Runtime.running(hosts[0]),
            )
            assert list(other.rooms) == ["lobby"]
            assert list(one.rooms) == []
            await client.aclose()

    run_virtual(main())
