"""The server API: the same calls to `lkpy serve` and to livekit-server are answered alike, errors included.

What is not compared: ids, times, words of refused tokens, the fields of messages that JSON shows as null, and
how long livekit-server takes to find that nobody answers.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import lkpy as rtc
from lkpy.testing import make_token
from tests.interop.environment import API_KEY, API_SECRET
from tests.interop.servers import RUNNING

ROOM, SERVICE = "lobby", "livekit.RoomService"
ADMIN: dict[str, Any] = {"room": ROOM, "room_admin": True, "room_create": True, "room_list": True}
ANY = {
    "turn_password",
    "creation_time",
    "creation_time_ms",
    "joined_at",
    "joined_at_ms",
    "unix_micro",
    "version",
    "cid",
}
COUNTED_LATE = {"num_participants", "num_publishers"}
"""livekit-server stores the counts now and then only."""

pytestmark = [pytest.mark.interop, pytest.mark.timeout(120)]


@dataclass(frozen=True)
class Call:
    """One request; `MIC`, `ALICE` in the body stand for the sids of her track and herself."""

    method: str
    body: dict[str, Any] = field(default_factory=dict)
    grants: dict[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    content: str = "application/json"
    verb: str = "POST"
    token: str | None = None


def data(text: str, **fields: Any) -> Call:
    return Call("SendData", {"room": ROOM, "data": base64.b64encode(text.encode()).decode(), **fields})


def participant(method: str, identity: str, **fields: Any) -> Call:
    return Call(method, {"room": ROOM, "identity": identity, **fields})


def rpc(**fields: Any) -> Call:
    return Call("PerformRpc", {"room": ROOM, "destination_identity": "bob", "method": "m", **fields})


def permission(**fields: Any) -> Call:
    return participant("UpdateParticipant", "bob", permission=fields)


WITHOUT_A_ROOM = [
    Call("DeleteRoom", {"room": ROOM}),
    Call("ListParticipants", {"room": ROOM}),
    Call("UpdateRoomMetadata", {"room": ROOM, "metadata": "x"}),
    participant("GetParticipant", "alice"),
    participant("RemoveParticipant", "alice"),
    participant("UpdateParticipant", "alice", metadata="x"),
    participant("MutePublishedTrack", "alice", track_sid="TR_x", muted=True),
    participant("UpdateSubscriptions", "alice", track_sids=["TR_x"]),
    data("x"),
    rpc(),
]
ROOMS = [
    Call(
        "CreateRoom",
        {"name": ROOM, "empty_timeout": 100, "departure_timeout": 33, "max_participants": 5, "metadata": "m"},
    ),
    Call("CreateRoom", {"name": ROOM, "empty_timeout": 1, "metadata": "other", "max_participants": 9}),
    Call("CreateRoom", {"name": "plain"}),
    Call("CreateRoom", {"name": "tagged", "tags": {"a": "b"}, "nonsense": 1}),
    Call("CreateRoom", {"name": "preset", "room_preset": "unknown"}),
    Call("CreateRoom", {"name": "n" * 257}),
    Call("CreateRoom", {"name": "large", "metadata": "m" * (512 * 1024 + 1)}),
    Call("CreateRoom", {"name": 5}),
    Call("ListRooms", {"names": [ROOM]}),
    Call("ListRooms", {"names": ["nowhere"]}),
]
TOKENS_AND_ROUTES = [
    *(Call(method, {"room": ROOM}, grants={"room_create": False, "room_list": False, "room_admin": False})
      for method in ("CreateRoom", "ListRooms", "DeleteRoom", "ListParticipants", "SendData", "PerformRpc",
                     "MoveParticipant", "ForwardParticipant", "UpdateRoomMetadata")),
    Call("ListParticipants", {"room": ROOM}, grants={"room": "other"}),
    Call("ListParticipants", {"room": ""}),
    Call("ListRooms", token=""),
    Call("ListRooms", token="Bearer nonsense"),
    Call("ListRooms", token="Basic nonsense"),
    Call("ListRooms", raw=b"{nonsense"),
    Call("ListRooms", raw=b""),
    Call("ListRooms", raw=b"\xff", content="application/protobuf"),
    Call("ListRooms", content="text/plain"),
    Call("ListRooms", verb="GET"),
    Call("Nothing"),
    participant("MoveParticipant", "alice", destination_room="den"),
    Call("MoveParticipant", {"room": ROOM, "identity": "alice", "destination_room": ROOM},
         grants={"destination_room": ROOM}),
]  # fmt: skip
PARTICIPANTS = [
    Call("ListRooms", {"names": [ROOM]}),
    participant("GetParticipant", "alice"),
    participant("GetParticipant", "nobody"),
    participant("GetParticipant", ""),
    participant("UpdateParticipant", "bob", metadata="m"),
    participant("UpdateParticipant", "bob", name="Bob"),
    participant("UpdateParticipant", "bob", attributes={"a": "1", "b": "2"}),
    participant("UpdateParticipant", "bob", attributes={"a": ""}),
    participant("UpdateParticipant", "bob"),
    participant("UpdateParticipant", "nobody", metadata="m"),
    participant("UpdateParticipant", "bob", name="n" * 257),
    participant("UpdateParticipant", "bob", metadata="m" * (512 * 1024 + 1)),
    participant("UpdateParticipant", "bob", attributes={"a": "v" * 65_536}),
    permission(can_subscribe=True, can_publish_data=True),
    permission(can_subscribe=True, can_publish=True, can_publish_sources=["MICROPHONE"]),
    permission(can_subscribe=True, can_publish=True, can_publish_data=True, hidden=True),
    participant("GetParticipant", "bob"),
    permission(can_subscribe=True, can_publish=True, can_publish_data=True, can_update_metadata=True),
]
TRACKS = [
    participant("MutePublishedTrack", "alice", track_sid="MIC", muted=True),
    participant("MutePublishedTrack", "alice", track_sid="MIC", muted=True),
    participant("MutePublishedTrack", "alice", track_sid="MIC"),
    participant("MutePublishedTrack", "alice", track_sid="TR_x", muted=True),
    participant("MutePublishedTrack", "alice", track_sid="TR_x"),
    participant("MutePublishedTrack", "bob", track_sid="MIC", muted=True),
    participant("MutePublishedTrack", "nobody", track_sid="MIC", muted=True),
    participant("UpdateSubscriptions", "bob", track_sids=["MIC"]),
    participant("UpdateSubscriptions", "bob", track_sids=["MIC"], subscribe=True),
    participant("UpdateSubscriptions", "bob", track_sids=["TR_x"], subscribe=True),
    participant("UpdateSubscriptions", "nobody", track_sids=["MIC"]),
]
DATA = [
    data("all", topic="t"),
    data("lossy", kind="LOSSY"),
    data("alice", destination_identities=["alice"]),
    data("nobody", destination_identities=["nobody"]),
    data("sid", destination_sids=["ALICE"]),
    data("short", nonce=base64.b64encode(b"123").decode()),
    *2 * [data("nonce", nonce=base64.b64encode(b"0123456789abcdef").decode())],
    Call("UpdateRoomMetadata", {"room": ROOM, "metadata": "new"}),
    Call("UpdateRoomMetadata", {"room": ROOM, "metadata": "m" * (512 * 1024 + 1)}),
]
CALLS = [
    rpc(payload="good day"),
    *(rpc(payload=payload) for payload in ("mine", "crash", "large", "x" * 15_361)),
    rpc(payload="slow", response_timeout_ms=1000),
    rpc(method="unknown"),
    rpc(destination_identity="nobody"),
    rpc(destination_identity=""),
]
ENDS = [
    participant("RemoveParticipant", "nobody"),
    participant("RemoveParticipant", "bob"),
    participant("RemoveParticipant", "bob"),
    Call("DeleteRoom", {"room": ROOM}),
    Call("DeleteRoom", {"room": ROOM}),
]


def comparable(value: Any) -> Any:
    """An answer without what differs from run to run."""
    if isinstance(value, dict):
        return {
            key: comparable(entry)
            for key, entry in sorted(value.items())
            if key not in ANY | COUNTED_LATE and entry is not None
        }
    if isinstance(value, list):
        return [comparable(entry) for entry in value]
    return re.sub(r"\b(RM|PA|TR)_\w+", r"\1", value) if isinstance(value, str) else value


class Server:
    """One of the two servers, with alice and bob in the room."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url, http
        self._names: dict[str, str] = {}
        self.alice, self.bob = rtc.Room(), rtc.Room()
        self.received: list[tuple[bytes, str | None, int]] = []
        self._source: rtc.AudioSource | None = None

    async def ask(self, call: Call) -> tuple[int, Any]:
        """Status, and the JSON or the text of the answer."""
        token = make_token(API_KEY, API_SECRET, identity="", room_join=False, **{**ADMIN, **call.grants})
        headers = {"Content-Type": call.content}
        if authorization := f"Bearer {token}" if call.token is None else call.token:
            headers["Authorization"] = authorization
        body = json.dumps(call.body)
        for name, sid in self._names.items():
            body = body.replace(f'"{name}"', f'"{sid}"')
        sent = body.encode() if call.raw is None else call.raw
        url = f"{self._url.replace('ws', 'http')}/twirp/{SERVICE}/{call.method}"
        async with self._http.request(call.verb, url, data=sent, headers=headers) as answer:
            text = await answer.text()
            is_json = answer.content_type == "application/json"
            return answer.status, comparable(json.loads(text)) if is_json else text

    async def fill(self) -> None:
        """Alice publishes, bob answers calls."""
        self.alice.on(
            "data_received", lambda packet: self.received.append((packet.data, packet.topic, packet.kind))
        )
        active = asyncio.Event()
        self.alice.on("participant_active", lambda participant: active.set())
        for identity, room in (("alice", self.alice), ("bob", self.bob)):
            token = make_token(API_KEY, API_SECRET, identity=identity, room=ROOM, attributes={"of": identity})
            await room.connect(self._url, token)
        self._source = rtc.AudioSource(48_000, 1)
        track = rtc.LocalAudioTrack.create_audio_track("mic", self._source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        publication = await self.alice.local_participant.publish_track(track, options)
        await asyncio.wait_for(active.wait(), 10)
        await publication.wait_for_subscription()
        self._names = {"MIC": publication.sid, "ALICE": self.alice.local_participant.sid}

        async def handle(call: rtc.RpcInvocationData) -> str:
            match call.payload:
                case "mine":
                    raise rtc.RpcError(101, "mine", "more")
                case "crash":
                    raise ValueError("crash")
                case "slow":
                    await asyncio.Event().wait()
            return "b" * 20_000 if call.payload == "large" else f"answer to {call.payload}"

        self.bob.local_participant.register_rpc_method("m", handle)

    async def aclose(self) -> None:
        await asyncio.gather(self.alice.disconnect(), self.bob.disconnect())
        if self._source is not None:
            await self._source.aclose()


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[list[Server]]:
    """`lkpy serve` and livekit-server."""
    with RUNNING["fake"](tmp_path) as fake, RUNNING["livekit-server"](tmp_path) as livekit:
        async with aiohttp.ClientSession() as http:
            opened = [Server(fake, http), Server(livekit, http)]
            yield opened
            for server in opened:
                await server.aclose()


async def compare(servers: list[Server], calls: list[Call], *, at_once: bool = False) -> None:
    """Send all calls to both servers, one after the other or `at_once`."""

    async def answers(server: Server) -> list[tuple[int, Any]]:
        if at_once:
            return await asyncio.gather(*(server.ask(call) for call in calls))
        return [await server.ask(call) for call in calls]

    ours, theirs = await asyncio.gather(*(answers(server) for server in servers))
    different = [
        f"{call.method} {str(call.body)[:100]}: {mine} instead of {wanted}"
        for call, mine, wanted in zip(calls, ours, theirs, strict=True)
        if mine != wanted
    ]
    assert different == []


async def test_answers_alike(servers: list[Server]) -> None:
    await compare(servers, WITHOUT_A_ROOM, at_once=True)
    await compare(servers, ROOMS)
    await compare(servers, TOKENS_AND_ROUTES)
    for server in servers:
        await server.fill()
    for calls in (PARTICIPANTS, TRACKS, DATA, CALLS):
        await compare(servers, calls)
    for server in servers:
        async with asyncio.timeout(5):
            while len(server.received) < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert sorted(servers[0].received, key=str) == sorted(servers[1].received, key=str)
    await compare(servers, ENDS)
