"""Signalling against real servers: both modes, keep-alive, leave, and how refusals read."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from typing import Any

import pytest

from lkpy.errors import ConnectError, ConnectErrorReason
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal import client as client_module
from lkpy.signal.client import SignalClient, SignalOptions
from lkpy.signal.keepalive import KeepAlive
from lkpy.signal.token import expires_at
from lkpy.testing.tokens import Grants, encode_token
from tests.interop.environment import API_KEY, API_SECRET

pytestmark = pytest.mark.interop
BOTH_SERVERS = pytest.mark.parametrize("server_url", ["fake", "livekit-server"], indirect=True)


def token(secret: str = API_SECRET, **grants: Any) -> str:
    says: dict[str, Any] = {"identity": "alice", "room": "signalling", "room_join": True} | grants
    return encode_token(Grants(**says).to_claims(), API_KEY, secret)


async def connect(url: str, access: str, *, single: bool = True) -> SignalClient:
    return await SignalClient.connect(
        url, access, SignalOptions(single_peer_connection=single), publisher_offer=None, timeout=5
    )


@BOTH_SERVERS
@pytest.mark.parametrize("single", [True, False])
async def test_join_ping_and_leave(server_url: str, single: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "KeepAlive", lambda _, timeout, now: KeepAlive(0.05, timeout, now))
    client = await connect(server_url, token(), single=single)
    assert client.single_peer_connection is single
    assert client.join.participant.identity == "alice"
    assert client.join.room.name == "signalling"
    async with asyncio.timeout(5):
        cases = []
        while client.rtt is None or "refresh_token" not in cases:
            waiting = asyncio.ensure_future(anext(client))
            await asyncio.wait([waiting], timeout=0.05)
            if waiting.done():
                cases.append(waiting.result().WhichOneof("message"))
            else:
                waiting.cancel()
                await asyncio.wait([waiting])
    assert client.token != ""
    assert (expires_at(client.token) or 0) > time.time()
    assert client.send(rtc.SignalRequest(leave=rtc.LeaveRequest(reason=models.CLIENT_INITIATED)))
    async with asyncio.timeout(5):
        rest = [message async for message in client]
    assert rest[-1].leave.reason == models.CLIENT_INITIATED
    assert client.closed is not None
    assert "server closed" in client.closed
    assert client.counters.skipped == 0
    await client.aclose()


@BOTH_SERVERS
@pytest.mark.parametrize(
    ("access", "words"),
    [
        ("this-is-a-garbage-token-0123456789", "HTTP 401, ."),
        (token(secret="some other secret of 32 characters"), "signature"),
        (token(room_join=False), "permissions denied"),
    ],
    ids=["garbage", "wrong signature", "no grant"],
)
async def test_refused_in_the_servers_words_without_the_token(
    server_url: str, access: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ConnectError, match=words) as caught:
        await connect(server_url, access)
    error = caught.value
    assert (error.reason, error.status) == (ConnectErrorReason.NOT_ALLOWED, 401)
    client_side = [r for r in caplog.records if not r.name.startswith(("websockets.server", "lkpy.testing"))]
    shown = "".join(traceback.format_exception(error)) + "".join(r.getMessage() for r in client_side)
    assert access not in shown
    for part in access.split("."):
        assert part not in shown


@BOTH_SERVERS
async def test_no_livekit_below_that_path(server_url: str) -> None:
    with pytest.raises(ConnectError) as caught:
        await connect(server_url + "/nothing/here", token())
    assert (caught.value.reason, caught.value.status) == (ConnectErrorReason.NOT_FOUND, 404)
