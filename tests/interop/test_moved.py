"""Moved to another room through the fake SFU: what lkpy tells, the official SDK tells too, in that order."""

from __future__ import annotations

import pytest
from livekit import api

import lkpy as rtc
from lkpy.testing import FakeSfu
from tests.interop.environment import sdk
from tests.interop.official import OfficialPeer
from tests.room_rig import MOVE

SECRET = "a secret of the length that PyJWT asks for"
WHENEVER = {"active_speakers_changed", "connection_quality_changed", "local_track_subscribed"}

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("name", ["1.2.1", "lkpy"])
@pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
async def test_moved(name: str, single: bool) -> None:
    peer = sdk(name)
    async with (
        FakeSfu(api_secret=SECRET) as sfu,
        api.LiveKitAPI(sfu.url.replace("ws", "http"), sfu.api_key, SECRET) as server,
        OfficialPeer(peer.python, "alice", peer.module) as alice,
    ):
        bob, carol = rtc.Room(), rtc.Room()
        await bob.connect(sfu.url, sfu.token("bob", room="lobby"))
        await carol.connect(sfu.url, sfu.token("carol", room="den"))
        source = rtc.AudioSource(48_000, 1)
        for room in (bob, carol):
            await room.local_participant.publish_track(
                rtc.LocalAudioTrack.create_audio_track("voice", source), rtc.TrackPublishOptions()
            )
        await server.room.update_room_metadata(api.UpdateRoomMetadataRequest(room="den", metadata="quiet"))
        token = sfu.token("alice", room="lobby")
        await alice.call("connect", url=sfu.url, token=token, single=single, listen=False)
        await alice.wait_event("track_subscribed")
        seen = len(alice.events)

        await server.room.move_participant(
            api.MoveParticipantRequest(room="lobby", identity="alice", destination_room="den")
        )
        await alice.wait_event("moved")
        await alice.wait(lambda events: [e["event"] for e in events].count("track_subscribed") == 2)
        told = [event["event"] for event in alice.events[seen:] if event["event"] not in WHENEVER]
        assert told[:11] == [*MOVE, "track_subscribed"]
        state = await alice.call("state")
        assert (state["room"], set(state["participants"])) == ("den", {"alice", "carol"})
        await alice.call("quit")
        await bob.disconnect()
        await carol.disconnect()
        await source.aclose()
