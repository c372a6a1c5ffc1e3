"""The signalling protocol over bare websockets, with nonsense among it; no media."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets
from google.protobuf import json_format

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu, verify_token
from lkpy.transport.sdp import SessionDescription
from tests.testing.sfu.sfu_client import Signal

Reason = rtc.RequestResponse.Reason
Left = models.DisconnectReason


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu(seed=2) as server:
        yield server


@pytest.fixture
async def signals() -> AsyncIterator[list[Signal]]:
    opened: list[Signal] = []
    yield opened
    for signal in opened:
        await signal.aclose()


class Door:
    """Opens connections that the test need not close."""

    def __init__(self, sfu: FakeSfu, signals: list[Signal]) -> None:
        self.sfu, self.signals = sfu, signals

    async def join(self, identity: str, query: str = "", **claims: Any) -> Signal:
        signal = await Signal.open(self.sfu, self.sfu.token(identity, room="lobby", **claims), query=query)
        self.signals.append(signal)
        await signal.wait("refresh_token")
        return signal


@pytest.fixture
def door(sfu: FakeSfu, signals: list[Signal]) -> Door:
    return Door(sfu, signals)


async def test_the_first_messages_are_what_clients_insist_on(door: Door) -> None:
    alice = await door.join("alice", name="Alice", metadata="m", attributes={"a": "1"})
    await alice.wait("offer")
    assert alice.cases[:3] == ["join", "refresh_token", "offer"]
    join = alice.inbox[0].join
    assert join.room.sid.startswith("RM_")
    assert join.participant.sid.startswith("PA_")
    assert (join.participant.name, join.participant.metadata) == ("Alice", "m")
    assert join.participant.permission.can_publish
    assert dict(join.participant.attributes) == {"a": "1"}
    assert join.ping_interval == 5
    assert join.ping_timeout == 15
    assert join.server_info.version == "1.13.5"
    assert join.subscriber_primary
    assert join.fast_publish
    assert {c.mime for c in join.enabled_publish_codecs} >= {"video/VP8", "audio/opus"}
    offer = SessionDescription.parse(alice.inbox[2].offer.sdp)
    assert [section.kind for section in offer.media] == ["application"]
    assert offer.media[0].setup == "actpass"
    assert offer.all_candidates


async def test_without_subscribing_there_is_no_offer(door: Door) -> None:
    alice = await door.join("alice", can_subscribe=False)
    assert not alice.inbox[0].join.subscriber_primary
    await alice.send(ping=1)
    await alice.wait("pong")
    assert "offer" not in alice.cases


async def test_arrivals_and_departures_are_told(door: Door) -> None:
    alice = await door.join("alice")
    bob = await door.join("bob")
    assert [p.identity for p in bob.inbox[0].join.other_participants] == ["alice"]
    await alice.wait("update", lambda body: body.participants[0].identity == "bob")
    await bob.send(leave=rtc.LeaveRequest(reason=Left.CLIENT_INITIATED))
    assert (await bob.wait("leave")).reason == Left.CLIENT_INITIATED
    await bob.wait_closed()
    gone = await alice.wait(
        "update", lambda body: body.participants[0].state == models.ParticipantInfo.State.DISCONNECTED
    )
    assert gone.participants[0].disconnect_reason == Left.CLIENT_INITIATED
    versions = [m.update.participants[0].version for m in alice.inbox if m.HasField("update")]
    assert versions == sorted(set(versions))


async def test_a_leave_is_heard_though_the_client_closes_at_once(sfu: FakeSfu, door: Door) -> None:
    alice, bob = await door.join("alice"), await door.join("bob")
    leave = rtc.SignalRequest(leave=rtc.LeaveRequest(reason=Left.CLIENT_INITIATED)).SerializeToString()
    bob.socket.protocol.send_binary(leave)
    bob.socket.protocol.send_close(1000)
    bob.socket.transport.write(b"".join(bob.socket.protocol.data_to_send()))
    bob.socket.transport.close()
    gone = await alice.wait(
        "update", lambda body: body.participants[0].state == models.ParticipantInfo.State.DISCONNECTED
    )
    assert gone.participants[0].disconnect_reason == Left.CLIENT_INITIATED


async def test_a_hidden_participant_is_not_seen(door: Door) -> None:
    alice = await door.join("alice")
    await door.join("ghost", hidden=True)
    bob = await door.join("bob")
    assert [p.identity for p in bob.inbox[0].join.other_participants] == ["alice"]
    await alice.wait("update", lambda body: body.participants[0].identity == "bob")
    assert "ghost" not in {p.identity for m in alice.inbox for p in m.update.participants}


async def test_the_same_identity_replaces_the_old_session(door: Door) -> None:
    watcher = await door.join("watcher")
    first = await door.join("alice")
    second = await door.join("alice")
    assert (await first.wait("leave")).reason == Left.DUPLICATE_IDENTITY
    await first.wait_closed()
    sid = second.inbox[0].join.participant.sid
    await watcher.wait("update", lambda body: body.participants[0].sid == sid)
    states = {p.state for m in watcher.inbox for p in m.update.participants}
    assert models.ParticipantInfo.State.DISCONNECTED not in states  # protocol 12 understands by itself


async def test_pings_of_both_kinds(door: Door) -> None:
    alice = await door.join("alice")
    await alice.send(ping=5)
    await alice.send(ping_req=rtc.Ping(timestamp=77, rtt=3))
    assert await alice.wait("pong") > 1_600_000_000_000
    assert (await alice.wait("pong_resp")).last_ping_timestamp == 77


async def test_a_lost_websocket_without_media_is_a_departure(door: Door) -> None:
    alice, bob = await door.join("alice"), await door.join("bob")
    bob.abort()
    gone = await alice.wait(
        "update", lambda body: body.participants[0].state == models.ParticipantInfo.State.DISCONNECTED
    )
    assert gone.participants[0].disconnect_reason == Left.SIGNAL_CLOSE


async def test_resume_of_nobody_is_refused(sfu: FakeSfu, signals: list[Signal]) -> None:
    signal = await Signal.open(sfu, sfu.token("alice", room="lobby"), query="reconnect=1&sid=PA_x")
    signals.append(signal)
    leave = await signal.wait("leave")
    assert (leave.reason, leave.action) == (Left.STATE_MISMATCH, rtc.LeaveRequest.Action.RECONNECT)
    await signal.wait_closed()
    assert sfu.rooms == {}


async def test_add_track_is_answered_at_once_or_refused(door: Door) -> None:
    alice = await door.join("alice", can_publish_sources=("microphone",))
    microphone, camera = models.TrackSource.MICROPHONE, models.TrackSource.CAMERA
    await alice.send(add_track=rtc.AddTrackRequest(cid="c1", name="mic", source=microphone))
    track = (await alice.wait("track_published", lambda body: body.cid == "c1")).track
    assert track.sid.startswith("TR_AM")
    assert (track.stream, track.codecs[0].cid) == ("camera", "c1")
    await alice.send(add_track=rtc.AddTrackRequest(cid="c2", type=models.TrackType.VIDEO, source=camera))
    refused = await alice.wait("request_response", lambda body: body.reason == Reason.NOT_ALLOWED)
    assert refused.add_track.cid == "c2"
    await alice.send(add_track=rtc.AddTrackRequest(cid="c3", type=models.TrackType.DATA))
    await alice.wait("request_response", lambda body: body.reason == Reason.UNSUPPORTED_TYPE)
    await alice.send(mute=rtc.MuteTrackRequest(sid="TR_nobody", muted=True))
    unknown = await alice.wait("request_response", lambda body: body.reason == Reason.NOT_FOUND)
    assert unknown.mute.sid == "TR_nobody"
    for number in range(25):
        await alice.send(add_track=rtc.AddTrackRequest(cid=f"many{number}", source=microphone))
    await alice.wait("request_response", lambda body: body.reason == Reason.LIMIT_EXCEEDED)


async def test_own_metadata(door: Door, sfu: FakeSfu) -> None:
    alice = await door.join("alice", can_update_own_metadata=True, attributes={"old": "1"})
    bob = await door.join("bob")
    change = rtc.UpdateParticipantMetadata(metadata="new", attributes={"old": "", "k": "v"}, request_id=9)
    await alice.send(update_metadata=change)
    response = await alice.wait("request_response", lambda body: body.request_id == 9)
    assert response.reason == Reason.OK
    assert alice.cases[-3:] == ["update", "refresh_token", "request_response"]
    seen = await bob.wait("update", lambda body: body.participants[0].metadata == "new")
    assert dict(seen.participants[0].attributes) == {"k": "v"}
    refreshed = verify_token(alice.inbox[-2].refresh_token, {"devkey": "secret"})
    assert (refreshed.metadata, refreshed.identity, refreshed.room) == ("new", "alice", "lobby")
    await bob.send(update_metadata=rtc.UpdateParticipantMetadata(name="x", request_id=3))
    refused = await bob.wait("request_response", lambda body: body.request_id == 3)
    assert refused.reason == Reason.NOT_ALLOWED
    await alice.send(update_metadata=rtc.UpdateParticipantMetadata(name="x" * 257, request_id=10))
    limited = await alice.wait("request_response", lambda body: body.request_id == 10)
    assert limited.reason == Reason.LIMIT_EXCEEDED


@pytest.mark.parametrize(
    ("scenario", "reason", "action"),
    [
        ("server_leave", Left.SERVER_SHUTDOWN, rtc.LeaveRequest.Action.DISCONNECT),
        ("leave_request_full_reconnect", Left.CLIENT_INITIATED, rtc.LeaveRequest.Action.RECONNECT),
    ],
)
async def test_simulated_leaves(door: Door, scenario: str, reason: int, action: int) -> None:
    alice = await door.join("alice")
    await alice.send(simulate=rtc.SimulateScenario(**{scenario: True}))
    leave = await alice.wait("leave")
    assert (leave.reason, leave.action) == (reason, action)
    await alice.wait_closed()


async def test_simulated_speaker_and_node_failure(door: Door) -> None:
    alice = await door.join("alice")
    await alice.send(simulate=rtc.SimulateScenario(speaker_update=1))
    assert (await alice.wait("speakers_changed")).speakers[0].active
    await alice.send(simulate=rtc.SimulateScenario(node_failure=True))
    await alice.wait_closed()
    assert "leave" not in alice.cases


async def test_json_is_answered_in_json(sfu: FakeSfu) -> None:
    token = sfu.token("alice", room="lobby")
    async with websockets.connect(f"{sfu.url}/rtc?access_token={token}&protocol=17") as socket:
        await socket.send('{"pingReq": {"timestamp": "4"}}')
        async with asyncio.timeout(5):
            while isinstance(frame := await socket.recv(), bytes):
                pass
        pong = json_format.Parse(frame, rtc.SignalResponse())
        assert pong.pong_resp.last_ping_timestamp == 4


NONSENSE: list[bytes | str] = [
    b"",
    b"\xff",
    b"\x0a\xff\xff\xff\xff\x0f",
    rtc.SignalRequest(offer=rtc.SessionDescription(sdp="nonsense")).SerializeToString(),
    rtc.SignalRequest(offer=rtc.SessionDescription(sdp="v=0\r\nm=audio 9 X 0\r\n")).SerializeToString(),
    rtc.SignalRequest(answer=rtc.SessionDescription(sdp="v=0")).SerializeToString(),
    rtc.SignalRequest(trickle=rtc.TrickleRequest(candidateInit="{")).SerializeToString(),
    rtc.SignalRequest(trickle=rtc.TrickleRequest(candidateInit='{"candidate": 5}')).SerializeToString(),
    rtc.SignalRequest(
        trickle=rtc.TrickleRequest(candidateInit='{"candidate": "candidate:x"}')
    ).SerializeToString(),
    rtc.SignalRequest(sync_state=rtc.SyncState()).SerializeToString(),
    b"\xfa\x7f\x03abc",  # field 2047, which nobody knows
    "{",
    "[]",
    '{"unknown": {}}',
    '{"offer": 5}',
    "\0",
]


@pytest.mark.parametrize("message", NONSENSE, ids=range(len(NONSENSE)))
async def test_nonsense_is_ignored(door: Door, message: bytes | str) -> None:
    alice = await door.join("alice")
    await alice.socket.send(message)
    await alice.send(ping=1)
    await alice.wait("pong")


async def test_messages_cut_anywhere_are_ignored(door: Door) -> None:
    alice = await door.join("alice")
    whole = rtc.SignalRequest(
        add_track=rtc.AddTrackRequest(cid="cid", name="name", layers=[models.VideoLayer(width=3)])
    ).SerializeToString()
    for end in range(len(whole)):
        await alice.socket.send(whole[:end])
    await alice.send(ping=1)
    await alice.wait("pong")


async def test_ten_megabytes_end_the_connection_not_the_server(door: Door) -> None:
    alice = await door.join("alice")
    with pytest.raises(websockets.ConnectionClosed):  # noqa: PT012
        await alice.socket.send(bytes(10 << 20))
        await alice.socket.wait_closed()
        await alice.socket.send(b"")
    await alice.wait_closed()
    bob = await door.join("bob")
    await bob.send(ping=1)
    await bob.wait("pong")


async def test_endless_nonsense_ends_the_connection(door: Door) -> None:
    alice = await door.join("alice")
    with pytest.raises(websockets.ConnectionClosed):  # noqa: PT012
        for _ in range(10_000):
            await alice.socket.send(b"\xff")
            await asyncio.sleep(0)
    await alice.wait_closed()


async def test_large_messages_are_compressed_both_ways(sfu: FakeSfu) -> None:
    token = sfu.token("alice", room="lobby")
    async with websockets.connect(f"{sfu.url}/rtc?access_token={token}&protocol=17") as socket:
        assert "permessage-deflate" in socket.response.headers["Sec-WebSocket-Extensions"]
        await socket.recv()


async def test_closing_the_server_says_goodbye() -> None:
    sfu = FakeSfu()
    await sfu.start()
    alice = await Signal.open(sfu, sfu.token("alice", room="lobby"), query="")
    await alice.wait("offer")
    await sfu.aclose()
    await sfu.aclose()
    assert (await alice.wait("leave")).reason == Left.SERVER_SHUTDOWN
    await alice.wait_closed()
    await alice.aclose()


async def test_hundreds_of_joins_leave_nothing(sfu: FakeSfu) -> None:
    async def visit(number: int) -> None:
        signal = await Signal.open(sfu, sfu.token(f"p{number}", room=f"room{number % 3}"), query="")
        await signal.wait("offer")
        if number % 3:
            await signal.send(leave=rtc.LeaveRequest())
            await signal.wait_closed()
        else:
            signal.abort()
        await signal.aclose()

    async def empty() -> None:
        while sfu._participants or sfu._closing:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    for start in range(0, 40, 10):
        await asyncio.gather(*(visit(number) for number in range(start, start + 10)))
    async with asyncio.timeout(5):
        await empty()
    gc.collect()
    before = len(gc.get_objects())
    for start in range(40, 240, 10):
        await asyncio.gather(*(visit(number) for number in range(start, start + 10)))
    async with asyncio.timeout(5):
        await empty()
    gc.collect()
    assert len(gc.get_objects()) - before < 2000
    assert not sfu._departures
    assert not sfu._refresh_at
    assert sfu._mux is not None
    assert sfu._mux.users == 0
    assert all(not room.participants and not room.tracks for room in sfu.rooms.values())
