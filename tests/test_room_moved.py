"""Moved to another room by the server: connections stay, everybody else is another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from livekit import api

import lkpy as rtc
from lkpy.testing import FakeSfu, verify_token
from tests.room_rig import MODES, MOVE, TONE, joined, publish

SECRET = "a secret of the length that PyJWT asks for"
WHENEVER = ("active_speakers_changed", "connection_quality_changed")


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu(api_secret=SECRET) as server:
        yield server


@pytest.fixture
async def server(sfu: FakeSfu) -> AsyncIterator[api.LiveKitAPI]:
    async with api.LiveKitAPI(sfu.url.replace("ws", "http"), sfu.api_key, SECRET) as caller:
        yield caller


async def move(server: api.LiveKitAPI, identity: str, source: str = "lobby", to: str = "den") -> None:
    await server.room.move_participant(
        api.MoveParticipantRequest(room=source, identity=identity, destination_room=to)
    )


@MODES
async def test_everything_is_told_in_order(sfu: FakeSfu, server: api.LiveKitAPI, single: bool) -> None:
    alice, ours = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    carol, hers = await joined(sfu, "carol", single, room="den")
    await server.room.update_room_metadata(api.UpdateRoomMetadataRequest(room="den", metadata="quiet"))
    publication, mine = await publish(alice)
    remote, his = await publish(bob)
    _, third = await publish(carol)
    _, heard, _, _ = await ours.wait("track_subscribed")
    await ours.wait("local_track_subscribed")
    former = alice.remote_participants["bob"]
    sid = alice.local_participant.sid
    seen = len(ours.events)

    await move(server, "alice")
    await ours.wait("moved")
    events = [event for event in ours.events[seen:] if event[0] not in WHENEVER]
    assert [event[0] for event in events][:10] == MOVE
    assert (events[1][1], events[1][2].sid, events[1][3]) == (heard, remote.sid, former)
    assert events[3][1] is former
    assert (alice.name, alice.metadata, await alice.sid) == ("den", "quiet", await carol.sid)
    assert alice.local_participant.sid != sid
    assert list(alice.remote_participants) == ["carol"]
    assert verify_token(alice._session.token, {"devkey": SECRET}).room == "den"  # type: ignore[union-attr]

    # The same track goes on, heard by others now.
    await theirs.wait("participant_disconnected")
    _, _, published, _ = await hers.wait("track_subscribed")
    assert published.sid == publication.sid
    await ours.wait("track_subscribed", 2)
    assert alice.local_participant.track_publications[publication.sid].track is publication.track
    loud = asyncio.Event()

    async def listen() -> None:
        async for event in rtc.AudioStream(published.track):
            if max(event.frame.data) > 4000:
                loud.set()
                return

    listener = asyncio.create_task(listen())
    while not loud.is_set():
        await mine.capture_frame(rtc.AudioFrame(TONE, 48_000, 1, 480))
    await listener
    publication.track.mute()  # type: ignore[union-attr]
    await hers.wait("track_muted")
    await alice.local_participant.publish_data("hello")
    _, packet = await hers.wait("data_received")
    assert packet.participant is carol.remote_participants["alice"]
    await carol.local_participant.publish_data("welcome", destination_identities=["alice"])
    _, packet = await ours.wait("data_received")
    assert packet.participant is alice.remote_participants["carol"]
    await alice.disconnect()
    await hers.wait("participant_disconnected")
    await asyncio.gather(bob.disconnect(), carol.disconnect())
    assert "data_received" not in theirs.names
    await asyncio.gather(mine.aclose(), his.aclose(), third.aclose())


@MODES
async def test_two_are_moved_one_after_the_other_and_back(
    sfu: FakeSfu, server: api.LiveKitAPI, single: bool
) -> None:
    alice, ours = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    publication, source = await publish(alice)
    await theirs.wait("track_subscribed")
    for turn, (here, there) in enumerate([("lobby", "den"), ("den", "lobby")], 1):
        await move(server, "alice", here, there)
        await ours.wait("moved", turn)
        assert alice.remote_participants == {}
        await move(server, "bob", here, there)
        await theirs.wait("moved", turn)
        await theirs.wait("track_subscribed", turn + 1)
        remote = bob.remote_participants["alice"].track_publications[publication.sid]
        assert remote.subscribed
    assert theirs.names.count("track_unsubscribed") == 2
    assert (alice.name, bob.name) == ("lobby", "lobby")
    await asyncio.gather(alice.disconnect(), bob.disconnect())
    await source.aclose()


async def test_calls_end_with_the_room_and_work_in_the_next(sfu: FakeSfu, server: api.LiveKitAPI) -> None:
    alice, ours = await joined(sfu, "alice")
    bob, _ = await joined(sfu, "bob")
    carol, hers = await joined(sfu, "carol", room="den")
    waiting = asyncio.Event()

    async def slow(call: rtc.RpcInvocationData) -> str:
        waiting.set()
        await asyncio.Event().wait()
        return ""

    bob.local_participant.register_rpc_method("slow", slow)
    carol.local_participant.register_rpc_method("greet", lambda call: f"hello {call.caller_identity}")
    call = asyncio.create_task(
        alice.local_participant.perform_rpc(destination_identity="bob", method="slow", payload="")
    )
    await waiting.wait()
    await move(server, "alice")
    with pytest.raises(rtc.RpcError) as caught:
        await asyncio.wait_for(call, 3)
    assert caught.value.code == rtc.RpcError.ErrorCode.RECIPIENT_DISCONNECTED
    await ours.wait("moved")
    await hers.wait("participant_connected")
    answer = await alice.local_participant.perform_rpc(
        destination_identity="carol", method="greet", payload=""
    )
    assert answer == "hello alice"
    await asyncio.gather(alice.disconnect(), bob.disconnect(), carol.disconnect())
