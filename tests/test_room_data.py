"""Messages, keys of telephones and transcriptions between rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

import lkpy as rtc
from lkpy.testing import FakeSfu
from tests.room_rig import MODES, joined, publish


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


@MODES
async def test_messages_arrive_once_and_in_order(sfu: FakeSfu, single: bool) -> None:
    alice, ours = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    for number in range(300):
        await alice.local_participant.publish_data(f"{number}", topic="count")
    await bob.local_participant.publish_data(b"\x00\xff", reliable=False)
    await theirs.wait("data_received", 300)
    (_, lossy) = await ours.wait("data_received")
    packets = [event[1] for event in theirs.events if event[0] == "data_received"]
    assert [packet.data for packet in packets] == [str(number).encode() for number in range(300)]
    assert {packet.topic for packet in packets} == {"count"}
    assert {packet.kind for packet in packets} == {rtc.DataPacketKind.KIND_RELIABLE}
    assert packets[0].participant is bob.remote_participants["alice"]
    assert (lossy.data, lossy.kind, lossy.topic) == (b"\x00\xff", rtc.DataPacketKind.KIND_LOSSY, "")
    await asyncio.gather(alice.disconnect(), bob.disconnect())


async def test_destinations_and_the_size_limit(sfu: FakeSfu) -> None:
    alice, _ = await joined(sfu, "alice")
    bob, theirs = await joined(sfu, "bob")
    carol, hers = await joined(sfu, "carol")
    local = alice.local_participant
    await local.publish_data("for bob", destination_identities=["bob"])
    await local.publish_data("x" * 63_000)
    with pytest.raises(rtc.PublishDataError, match="limit is 64000"):
        await local.publish_data("x" * 64_000)
    await local.publish_data("still alive")
    await theirs.wait("data_received", 3)
    await hers.wait("data_received", 2)
    assert [len(event[1].data) for event in hers.events if event[0] == "data_received"] == [63_000, 11]
    await asyncio.gather(alice.disconnect(), bob.disconnect(), carol.disconnect())


@MODES
async def test_keys_of_a_telephone(sfu: FakeSfu, single: bool) -> None:
    alice, ours = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    await alice.local_participant.publish_dtmf(code=5, digit="5")
    await alice.local_participant.publish_dtmf(code=11, digit="#")
    await bob.local_participant.publish_dtmf(code=0, digit="0")
    await theirs.wait("sip_dtmf_received", 2)
    (_, key) = await ours.wait("sip_dtmf_received")
    keys = [event[1] for event in theirs.events if event[0] == "sip_dtmf_received"]
    assert [(key.code, key.digit, key.participant) for key in keys] == [
        (5, "5", bob.remote_participants["alice"]),
        (11, "#", bob.remote_participants["alice"]),
    ]
    assert (key.code, key.digit, key.participant) == (0, "0", alice.remote_participants["bob"])
    await asyncio.gather(alice.disconnect(), bob.disconnect())


async def test_an_agent_writes_down_what_is_said(sfu: FakeSfu) -> None:
    alice, ours = await joined(sfu, "alice")
    bob, theirs = await joined(sfu, "bob")
    agent, _ = await joined(sfu, "agent", kind="agent")
    publication, source = await publish(alice)
    segments = [
        rtc.TranscriptionSegment("s1", "good day", 100, 900, "en", final=True),
        rtc.TranscriptionSegment("s2", "how are", 900, 1200, "en", final=False),
    ]
    spoken = rtc.Transcription("alice", publication.sid, segments)
    await bob.local_participant.publish_transcription(rtc.Transcription("alice", publication.sid, []))
    await agent.local_participant.publish_transcription(spoken)
    await agent.local_participant.publish_transcription(rtc.Transcription("nobody", "TR_none", segments[:1]))
    (_, *heard) = await theirs.wait("transcription_received")
    assert heard == [
        segments,
        bob.remote_participants["alice"],
        bob.remote_participants["alice"].track_publications[publication.sid],
    ]
    (_, *own) = await ours.wait("transcription_received")
    assert own == [segments, alice.local_participant, publication]
    (_, *unknown) = await theirs.wait("transcription_received", 2)
    assert unknown == [segments[:1], None, None]
    assert agent.local_participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    await asyncio.gather(alice.disconnect(), bob.disconnect(), agent.disconnect())
    assert len([event for event in ours.events if event[0] == "transcription_received"]) == 2
    await source.aclose()
