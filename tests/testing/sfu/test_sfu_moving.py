"""MoveParticipant and PerformRpc, called with a token of their own, as bare clients see them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu, make_token, verify_token
from lkpy.testing.sfu import moving
from tests.testing.sfu.sfu_client import MediaClient, Signal
from tests.testing.sfu.test_sfu_http import exchange

State = models.ParticipantInfo.State
SECRET = "secret"


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu(seed=4) as server:
        yield server


@pytest.fixture
async def clients() -> AsyncIterator[list[Any]]:
    opened: list[Any] = []
    yield opened
    for client in opened:
        await client.aclose()


async def ask(
    sfu: FakeSfu, call: str, grants: dict[str, Any] | None = None, **fields: Any
) -> tuple[int, Any]:
    """One call as the administrator of `lobby`; its status and JSON."""
    said = {"room": "lobby", "room_admin": True, "destination_room": "den", **(grants or {})}
    token = make_token("devkey", SECRET, identity="", room_join=False, **said)
    body = json.dumps({"room": "lobby", **fields}).encode()
    head = f"POST /twirp/livekit.RoomService/{call} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\nAuthorization: Bearer {token}\r\n\r\n"
    status, _, answer = await exchange(sfu, head.encode() + body)
    return status, json.loads(answer)


async def move(sfu: FakeSfu, identity: str, to: str = "den", **grants: Any) -> tuple[int, Any]:
    return await ask(sfu, "MoveParticipant", grants, identity=identity, destination_room=to)


@pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
async def test_a_publisher_is_moved(sfu: FakeSfu, clients: list[Any], single: bool) -> None:
    alice, bob = (MediaClient(sfu, name, single=single) for name in ("alice", "bob"))
    carol = MediaClient(sfu, "carol", single=single, room="den")
    clients += [alice, bob, carol]
    for client in clients:
        await client.join()
    sid, _ = await alice.publish()
    hers, _ = await carol.publish()
    his, _ = await bob.publish()
    await bob.until(lambda: sid in bob.streams, "stream")
    await alice.until(lambda: his in alice.streams, "stream")

    assert await move(sfu, "alice") == (200, {})
    moved = await alice.signal.wait("room_moved")
    assert (moved.room.name, moved.room.num_participants, moved.room.num_publishers) == ("den", 2, 2)
    assert verify_token(moved.token, {"devkey": SECRET}).room == "den"
    assert moved.participant.sid != alice.sid
    assert [track.sid for track in moved.participant.tracks] == [sid]
    assert [(p.identity, p.state) for p in moved.other_participants] == [
        ("bob", State.DISCONNECTED),
        ("carol", State.ACTIVE),
    ]
    farewell = await bob.signal.wait("update", lambda body: body.participants[0].state == State.DISCONNECTED)
    assert (farewell.participants[0].identity, list(farewell.participants[0].tracks)) == ("alice", [])
    await bob.until(lambda: sid not in bob.streams, "end of the stream")
    await alice.until(lambda: his not in alice.streams and hers in alice.streams, "other streams")
    await carol.until(lambda: sid in carol.streams, "stream")
    assert carol.streams[sid].stream_id.startswith(moved.participant.sid)
    assert set(sfu.rooms["lobby"].participants) == {"bob"}

    # What she says and does from now on concerns the other room.
    alice.send_data(models.DataPacket(user=models.UserPacket(payload=b"hello")))
    await carol.until(lambda: carol.data, "data")
    assert carol.data[0][1].participant_sid == moved.participant.sid
    await alice.signal.send(leave=rtc.LeaveRequest())
    await carol.signal.wait("update", lambda body: body.participants[0].state == State.DISCONNECTED)
    assert not bob.data


async def test_who_may_be_moved_where(sfu: FakeSfu, clients: list[Any]) -> None:
    async def join(identity: str, room: str = "lobby", query: str = "", **claims: Any) -> Signal:
        signal = await Signal.open(sfu, sfu.token(identity, room=room, **claims), query=query)
        clients.append(signal)
        await signal.wait("join")
        return signal

    alice, other_alice = await join("alice"), await join("alice", "den")
    await join("agent", kind="agent")
    await join("old", query="protocol=15")
    wrong = [
        (await move(sfu, "alice", destination_room="elsewhere"), 401, "unauthenticated"),
        (await move(sfu, "alice", room_admin=False), 401, "unauthenticated"),
        (await move(sfu, "alice", "lobby", destination_room="lobby"), 400, "invalid_argument"),
        (await move(sfu, "alice", "", destination_room=""), 400, "invalid_argument"),
        (await move(sfu, "nobody"), 503, "unavailable"),
        (await move(sfu, "agent"), 412, "failed_precondition"),
        (await ask(sfu, "ForwardParticipant", identity="alice", destination_room="den"), 500, "unknown"),
    ]
    for (status, answer), expected, code in wrong:
        assert (status, answer["code"]) == (expected, code)
    assert (await move(sfu, "alice"))[0] == 200
    leave = await other_alice.wait("leave")
    assert leave.reason == models.DisconnectReason.DUPLICATE_IDENTITY
    assert (await alice.wait("room_moved")).room.name == "den"


async def test_a_resume_goes_to_the_room_one_was_moved_to(sfu: FakeSfu, clients: list[Any]) -> None:
    alice = MediaClient(sfu, "alice", single=False)
    clients.append(alice)
    await alice.join()
    await move(sfu, "alice")
    token = (await alice.signal.wait("room_moved")).token
    alice.signal.abort()
    again = await Signal.open(sfu, token, query="reconnect=1")
    clients.append(again)
    assert (await again.wait("room_update")).room.name == "den"


@pytest.mark.parametrize("answer", ["payload", "error", "leave"])
async def test_the_server_calls_a_method(sfu: FakeSfu, clients: list[Any], answer: str) -> None:
    alice, bob = MediaClient(sfu, "alice", single=True), MediaClient(sfu, "bob", single=True)
    clients += [alice, bob]
    await alice.join()
    await bob.join()
    asked = asyncio.create_task(
        ask(
            sfu, "PerformRpc", destination_identity="alice", method="m", payload="p", response_timeout_ms=3000
        )
    )
    await alice.until(lambda: alice.data, "request")
    label, packet = alice.data[0]
    request = packet.rpc_request
    assert (label, request.method, request.payload, request.response_timeout_ms) == (
        "_reliable",
        "m",
        "p",
        3000,
    )
    alice.send_data(models.DataPacket(rpc_ack=models.RpcAck(request_id=request.id)))
    if answer == "leave":
        await alice.signal.send(leave=rtc.LeaveRequest())
    else:
        response = models.RpcResponse(request_id=request.id)
        if answer == "payload":
            response.payload = "done"
        else:
            response.error.CopyFrom(models.RpcError(code=101, message="mine", data="more"))
        alice.send_data(models.DataPacket(rpc_response=response))
    status, body = await asked
    assert (status, body.get("payload", body.get("msg"))) == {
        "payload": (200, "done"),
        "error": (500, "twirp error unknown: RpcError 101: mine: more"),
        "leave": (404, "twirp error unknown: participant does not exist"),
    }[answer]
    assert not bob.data


async def test_calls_that_fail_without_an_answer(sfu: FakeSfu, clients: list[Any]) -> None:
    alice = MediaClient(sfu, "alice", single=True)
    clients.append(alice)
    await alice.join()
    call = {"destination_identity": "alice", "method": "m", "payload": "p"}
    for changes, status, code in (
        ({"destination_identity": ""}, 400, "invalid_argument"),
        ({"destination_identity": "nobody"}, 503, "unavailable"),
        ({"payload": "x" * 15_361}, 400, "invalid_argument"),
        ({}, 408, "canceled"),  # nobody acknowledges it
    ):
        found, body = await ask(sfu, "PerformRpc", **{**call, **changes})
        assert (found, body["code"]) == (status, code)


async def test_whoever_leaves_right_after_the_move_leaves_nothing(sfu: FakeSfu, clients: list[Any]) -> None:
    alice = MediaClient(sfu, "alice", single=True)
    carol = MediaClient(sfu, "carol", single=True, room="den")
    clients += [alice, carol]
    await alice.join()
    await carol.join()
    sid, _ = await carol.publish()
    await move(sfu, "alice")
    await alice.signal.send(leave=rtc.LeaveRequest())
    await carol.signal.wait("update", lambda body: body.participants[0].state == State.DISCONNECTED)
    await asyncio.sleep(2 * moving.SETTLING)
    assert sfu.rooms["den"].tracks[sid].downs == {}
    assert set(sfu.rooms["den"].participants) == {"carol"}


async def test_back_before_the_tracks_have_followed(sfu: FakeSfu, clients: list[Any]) -> None:
    alice, bob = MediaClient(sfu, "alice", single=True), MediaClient(sfu, "bob", single=True)
    clients += [alice, bob]
    await alice.join()
    await bob.join()
    sid, _ = await bob.publish()
    await alice.until(lambda: sid in alice.streams, "stream")
    await move(sfu, "alice")
    there = await ask(
        sfu,
        "MoveParticipant",
        {"room": "den", "destination_room": "lobby"},
        room="den",
        identity="alice",
        destination_room="lobby",
    )
    assert there == (200, {})
    await alice.until(lambda: alice.removed == [sid] and sid in alice.streams, "stream again")
