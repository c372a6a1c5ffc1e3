"""Connecting: what stands in the way, and that a failed or cancelled attempt leaves nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

import lkpy as rtc
from lkpy.testing import FakeSfu
from tests.room_rig import MODES


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


async def test_disconnecting_while_connecting() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    room = rtc.Room()
    attempt = asyncio.create_task(room.connect(url, "token"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await room.disconnect()
    with pytest.raises(rtc.ConnectError):
        await attempt
    server.close()
    await server.wait_closed()


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://localhost", rtc.ConnectErrorReason.BAD_URL),
        ("localhost:7880", rtc.ConnectErrorReason.BAD_URL),
        ("", rtc.ConnectErrorReason.BAD_URL),
        ("ws://", rtc.ConnectErrorReason.BAD_URL),
    ],
)
async def test_urls_that_cannot_be(url: str, reason: rtc.ConnectErrorReason) -> None:
    with pytest.raises(rtc.ConnectError) as caught:
        await rtc.Room().connect(url, "token")
    assert caught.value.reason is reason


async def test_nobody_listens() -> None:
    with pytest.raises(rtc.ConnectError) as caught:
        await rtc.Room().connect(f"ws://127.0.0.1:{_unused_port()}", "token")
    assert caught.value.reason is rtc.ConnectErrorReason.UNREACHABLE


async def test_a_silent_server_costs_no_more_than_the_timeout() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    room = rtc.Room()
    began = asyncio.get_running_loop().time()
    with pytest.raises(rtc.ConnectError) as caught:
        await room.connect(url, "token", rtc.RoomOptions(connect_timeout=0.3))
    assert caught.value.reason is rtc.ConnectErrorReason.TIMEOUT
    assert asyncio.get_running_loop().time() - began < 3
    server.close()
    await server.wait_closed()


async def test_a_bad_token_is_refused_and_not_shown(sfu: FakeSfu) -> None:
    token = sfu.token("alice", room="lobby")[:-6] + "AAAAAA"
    with pytest.raises(rtc.ConnectError) as caught:
        await rtc.Room().connect(sfu.url, token)
    assert caught.value.reason is rtc.ConnectErrorReason.NOT_ALLOWED
    assert caught.value.status == 401
    assert token not in str(caught.value) + repr(caught.value)


async def test_publishing_before_connecting_says_what_to_do() -> None:
    room = rtc.Room()
    assert repr(room) == "rtc.Room(sid=unknown, name=, metadata=, connection_state=CONN_DISCONNECTED)"
    with pytest.raises(rtc.InvalidStateError, match="before connecting"):
        room.local_participant.publish_track  # noqa: B018
    with pytest.raises(RuntimeError, match="disconnected room"):
        await room.sid


@MODES
async def test_connect_cancelled_at_every_await_leaves_nothing(sfu: FakeSfu, single: bool) -> None:
    """What else is asserted is in the leak checks: sockets, tasks and threads of every attempt are gone."""
    options = rtc.RoomOptions(single_peer_connection=single)
    for step in range(1, 200):
        room = rtc.Room()
        attempt = asyncio.create_task(room.connect(sfu.url, sfu.token("alice", room="lobby"), options))
        for _ in range(step):
            await asyncio.sleep(0)
        if attempt.done():
            await attempt
            await room.disconnect()
            return
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        assert not room.isconnected()
    attempt = asyncio.create_task(rtc.Room().connect(sfu.url, sfu.token("alice", room="lobby"), options))
    attempt.cancel()
    await asyncio.wait((attempt,))
