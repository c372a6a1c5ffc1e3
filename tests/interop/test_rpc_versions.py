"""Calls that one side does not know the version of, over the wire: the codes 1403 and 1404."""

from __future__ import annotations

import pytest

import lkpy as rtc
from lkpy.data import rpc_packets
from lkpy.session.driver.streams import RoomStreams
from lkpy.testing import FakeSfu, make_token
from lkpy.testing.sfu import room as sfu_room
from tests.interop.environment import API_KEY, API_SECRET, sdk
from tests.interop.test_streams import BOTH_SERVERS, OTHERS, joined

pytestmark = pytest.mark.interop


async def failure(caller: rtc.Room, to: str) -> tuple[int, str]:
    """The error that a call ends in."""
    with pytest.raises(rtc.RpcError) as caught:
        await caller.local_participant.perform_rpc(destination_identity=to, method="echo", payload="")
    return caught.value.code, caught.value.message


@BOTH_SERVERS
@OTHERS
async def test_a_request_of_an_unknown_version(
    server_url: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc_packets, "VERSION", 9)
    monkeypatch.setattr(RoomStreams, "protocol_of", lambda *_: 0)  # as packets, which name the version
    name, room = f"versions-{other}", rtc.Room()
    async with joined(server_url, name, bob=sdk(other)):
        await room.connect(server_url, make_token(API_KEY, API_SECRET, identity="alice", room=name))
        assert await failure(room, "bob") == (1404, "Unsupported RPC version")
        await room.disconnect()


async def test_a_server_that_carries_no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sfu_room, "SERVER_VERSION", "1.7.2")
    room = rtc.Room()
    async with FakeSfu() as sfu:
        await room.connect(sfu.url, sfu.token("alice", room="lobby"))
        assert await failure(room, "bob") == (1403, "RPC not supported by server")
        await room.disconnect()
