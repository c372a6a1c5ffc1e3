"""A whole room with the fake SFU, on virtual time and a network in memory: no socket, and no waiting."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

import lkpy as rtc
from lkpy.testing import FakeSfu
from lkpy.testing.virtual_network import LinkConditions, VirtualHost, VirtualNetwork
from lkpy.testing.virtual_time import run_virtual
from tests.room_rig import Log

SINGLE_AND_DUAL = pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop has its own pair already when the room begins; nobody else may have one."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a socket was opened")

    for name in ("bind", "connect", "connect_ex", "listen", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)


class World:
    """A server and the rooms on it, each on a machine of its own."""

    def __init__(self, sfu: FakeSfu, network: VirtualNetwork, server: VirtualHost) -> None:
        self.sfu, self.network = sfu, network
        self.server = server
        self.machines: dict[str, VirtualHost] = {}

    async def join(self, identity: str, *, single: bool = True) -> tuple[rtc.Room, Log]:
        self.machines[identity] = self.network.host()
        room = rtc.Room()
        log = Log(room)
        options = rtc.RoomOptions(network=self.machines[identity], single_peer_connection=single)
        await room.connect(self.sfu.url, self.sfu.token(identity, room="lobby"), options)
        return room, log


def virtual(test: Callable[[World], Awaitable[None]], latency: float = 0.0) -> float:
    """Run a test in a virtual world; returns the real seconds that it took."""

    async def main() -> None:
        network = VirtualNetwork(conditions=LinkConditions(latency=latency))
        server = network.host("10.0.0.1")
        async with FakeSfu(host=server.address, network=server) as sfu:
            await test(World(sfu, network, server))

    began = time.perf_counter()
    run_virtual(main())
    return time.perf_counter() - began


async def publish(room: rtc.Room) -> tuple[rtc.LocalAudioTrack, rtc.AudioSource]:
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("voice", source)
    await room.local_participant.publish_track(track)
    return track, source


async def hear(stream: rtc.AudioStream, frames: int) -> float:
    """The loudness (RMS) of the next frames."""
    heard: list[np.ndarray[Any, Any]] = []
    async for event in stream:
        heard.append(np.frombuffer(event.frame.data, np.int16).astype(float))
        if len(heard) == frames:
            break
    return float(np.sqrt(np.mean(np.concatenate(heard) ** 2)))


def tone(seconds: float) -> rtc.AudioFrame:
    samples = 8000 * np.sin(2 * np.pi * 440 * np.arange(int(48_000 * seconds)) / 48_000)
    return rtc.AudioFrame(samples.astype(np.int16).tobytes(), 48_000, 1, len(samples))


@pytest.mark.alone
@SINGLE_AND_DUAL
def test_ten_quiet_minutes_of_a_call_in_under_two_seconds(single: bool) -> None:
    """Somebody speaks, then mutes and stays.

    Keep-alives, consent checks, reports and refreshed tokens go on; nobody is cut off; afterwards voice and
    data pass as before.
    """

    async def test(world: World) -> None:
        loop = asyncio.get_running_loop()
        alice, ours = await world.join("alice", single=single)
        bob, theirs = await world.join("bob", single=single)
        await ours.wait("participant_active")
        voice, source = await publish(alice)
        _, track, _, _ = await theirs.wait("track_subscribed")
        stream = rtc.AudioStream(track)
        await source.capture_frame(tone(1.0))
        assert await hear(stream, 50) > 100
        await stream.aclose()
        await source.wait_for_playout()
        voice.mute()
        began = loop.time()
        await asyncio.sleep(600)
        assert loop.time() - began == pytest.approx(600)
        assert alice.isconnected()
        assert bob.isconnected()
        assert "connection_state_changed" not in [event[0] for event in theirs.events[1:]]
        assert len([event for event in ours.events if event[0] == "token_refreshed"]) >= 2
        await alice.local_participant.publish_data("still here")
        assert (await theirs.wait("data_received"))[1].data == b"still here"
        voice.unmute()
        stream = rtc.AudioStream(track)
        await source.capture_frame(tone(1.0))
        assert await hear(stream, 50) > 100
        await stream.aclose()
        await source.aclose()
        await alice.disconnect()
        await bob.disconnect()

    took = virtual(test)
    assert took < 2.0, f"{took:.2f} s"


def test_audio_arrives_with_the_delay_of_the_network() -> None:
    async def test(world: World) -> None:
        alice, _ = await world.join("alice")
        bob, theirs = await world.join("bob")
        _, source = await publish(alice)
        _, track, _, _ = await theirs.wait("track_subscribed")
        stream = rtc.AudioStream(track)
        await source.capture_frame(tone(2.0))
        assert await hear(stream, 50) > 100
        assert await hear(stream, 100) > 3000
        await source.wait_for_playout()
        await asyncio.sleep(1)
        assert await hear(stream, 400) < 3000
        await stream.aclose()
        await source.aclose()
        await alice.disconnect()
        await bob.disconnect()

    virtual(test, latency=0.03)


def test_a_network_that_goes_ends_the_session() -> None:
    async def test(world: World) -> None:
        bob, theirs = await world.join("bob")
        loop = asyncio.get_running_loop()
        began = loop.time()
        world.network.partition(world.machines["bob"], world.server)
        _, reason = await theirs.wait("disconnected", timeout=60)
        assert reason == rtc.DisconnectReason.SIGNAL_CLOSE  # pings are answered no more
        assert loop.time() - began < 60
        await bob.disconnect()

    virtual(test)


def test_a_network_that_comes_back_soon_ends_nothing() -> None:
    async def test(world: World) -> None:
        alice, ours = await world.join("alice")
        bob, theirs = await world.join("bob")
        await ours.wait("participant_active")
        world.network.partition(world.machines["bob"], world.server)
        await asyncio.sleep(3)
        world.network.heal(world.machines["bob"], world.server)
        await alice.local_participant.publish_data("welcome back")
        assert (await theirs.wait("data_received"))[1].data == b"welcome back"
        assert "disconnected" not in theirs.names
        await alice.disconnect()
        await bob.disconnect()

    virtual(test)
