"""Rooms on the fake SFU: what users see, in which order, and that nothing is left."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator

import numpy as np
import pytest

import lkpy as rtc
from lkpy.session import subscriptions
from lkpy.testing import FakeSfu
from tests.room_rig import MODES, TONE, joined, publish


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


@MODES
async def test_the_life_of_a_track_as_both_ends_see_it(sfu: FakeSfu, single: bool) -> None:
    alice, ours = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    await ours.wait("participant_active")
    publication, source = await publish(alice)
    track = publication.track
    assert track is not None
    _, heard, remote, participant = await theirs.wait("track_subscribed")
    assert participant is bob.remote_participants["alice"]
    assert remote.track is heard
    assert (remote.sid, remote.name, remote.kind, remote.source) == (
        publication.sid,
        "voice",
        rtc.TrackKind.KIND_AUDIO,
        rtc.TrackSource.SOURCE_MICROPHONE,
    )
    await asyncio.wait_for(publication.wait_for_subscription(), 5)
    track.mute()
    await theirs.wait("track_muted")
    assert heard.muted
    assert remote.muted
    assert publication.muted
    track.unmute()
    await theirs.wait("track_unmuted")
    await alice.local_participant.unpublish_track(publication.sid)
    assert publication.track is None
    assert not alice.local_participant.track_publications
    await theirs.wait("track_unpublished")
    await alice.disconnect()
    await theirs.wait("participant_disconnected")
    await bob.disconnect()
    await source.aclose()
    assert ours.names == [
        "connection_state_changed",
        "participant_connected",
        "participant_active",
        "local_track_published",
        "local_track_subscribed",
        "track_muted",
        "track_unmuted",
        "local_track_unpublished",
        "connection_state_changed",
        "disconnected",
    ]
    assert theirs.names == [
        "connection_state_changed",
        "track_published",
        "track_subscribed",
        "track_muted",
        "track_unmuted",
        "track_unsubscribed",
        "track_unpublished",
        "participant_disconnected",
        "connection_state_changed",
        "disconnected",
    ]


@MODES
async def test_a_stream_hears_the_tone_and_ends_with_the_track(sfu: FakeSfu, single: bool) -> None:
    alice, _ = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    publication, source = await publish(alice)
    _, heard, _, _ = await theirs.wait("track_subscribed")
    stream = rtc.AudioStream(heard, sample_rate=48_000)
    loud = asyncio.Event()

    async def listen() -> int:
        count = 0
        async for event in stream:
            count += 1
            if np.abs(np.frombuffer(event.frame.data, np.int16)).max() > 4000:
                loud.set()
        return count

    listener = asyncio.create_task(listen())
    for _ in range(30):
        await source.capture_frame(rtc.AudioFrame(TONE, 48_000, 1, 480))
    await asyncio.wait_for(loud.wait(), 5)
    await alice.local_participant.unpublish_track(publication.sid)
    assert await asyncio.wait_for(listener, 5) > 0
    await asyncio.gather(alice.disconnect(), bob.disconnect())
    await stream.aclose()
    await source.aclose()


@MODES
async def test_tracks_that_are_there_at_the_join_are_subscribed_without_being_announced(
    sfu: FakeSfu, single: bool
) -> None:
    alice, _ = await joined(sfu, "alice", single)
    publication, source = await publish(alice)
    bob, theirs = await joined(sfu, "bob", single)
    assert publication.sid in bob.remote_participants["alice"].track_publications
    await theirs.wait("track_subscribed")
    assert theirs.names == ["connection_state_changed", "track_subscribed"]
    await asyncio.gather(alice.disconnect(), bob.disconnect())
    await source.aclose()


async def test_manual_subscription(sfu: FakeSfu) -> None:
    alice, _ = await joined(sfu, "alice")
    bob, theirs = await joined(sfu, "bob", auto_subscribe=False)
    _, source = await publish(alice)
    _, remote, _ = await theirs.wait("track_published")
    assert not remote.subscribed
    remote.set_subscribed(True)
    await theirs.wait("track_subscribed")
    assert remote.subscribed
    remote.set_subscribed(False)
    await theirs.wait("track_unsubscribed")
    assert not remote.subscribed
    remote.set_subscribed(True)
    await theirs.wait("track_subscribed", 2)
    await asyncio.gather(alice.disconnect(), bob.disconnect())
    await source.aclose()


@MODES
async def test_media_that_nobody_announces_fails_after_a_while(
    sfu: FakeSfu, monkeypatch: pytest.MonkeyPatch, single: bool
) -> None:
    monkeypatch.setattr(subscriptions, "PUBLICATION_TIMEOUT", 0.2)
    alice, _ = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    room = sfu.rooms["lobby"]
    monkeypatch.setattr(room, "announce", lambda *arguments, **options: None)
    publication, source = await publish(alice)
    _, participant, track_sid, error = await theirs.wait("track_subscription_failed")
    assert participant is bob.remote_participants["alice"]
    assert (track_sid, error) == (
        publication.sid,
        f"could not find published track with sid: {publication.sid}",
    )
    monkeypatch.undo()
    room.announce(room.participants["alice"])  # late, but not too late
    await theirs.wait("track_subscribed")
    assert theirs.names[1:] == ["track_subscription_failed", "track_published", "track_subscribed"]
    await asyncio.gather(alice.disconnect(), bob.disconnect())
    await source.aclose()


async def test_an_identity_that_joins_again_ends_the_older_session(sfu: FakeSfu) -> None:
    first, ours = await joined(sfu, "alice")
    second, _ = await joined(sfu, "alice")
    _, reason = await ours.wait("disconnected")
    assert reason == rtc.DisconnectReason.DUPLICATE_IDENTITY
    await first.disconnect()
    assert not first.isconnected()
    await second.disconnect()


async def test_disconnecting_again_and_connecting_again(sfu: FakeSfu) -> None:
    room = rtc.Room()
    await room.disconnect()
    for _ in range(3):
        await room.connect(sfu.url, sfu.token("alice", room="lobby"))
        assert (await room.sid).startswith("RM_")
        with pytest.raises(rtc.InvalidStateError):
            await room.connect(sfu.url, sfu.token("alice", room="lobby"))
        await asyncio.gather(room.disconnect(), room.disconnect())
        await room.disconnect()
        assert room.connection_state == rtc.ConnectionState.CONN_DISCONNECTED
    with pytest.raises(rtc.PublishDataError):
        await room.local_participant.publish_data("late")


async def test_a_handler_that_raises_disturbs_nobody(sfu: FakeSfu, caplog: pytest.LogCaptureFixture) -> None:
    alice, _ = await joined(sfu, "alice")
    bob, log = await joined(sfu, "bob")
    bob.on("data_received", lambda packet: 1 / 0)
    bob.on("data_received", lambda packet, missing: None)
    await alice.local_participant.publish_data("one")
    await alice.local_participant.publish_data("two", topic="x")
    await log.wait("data_received", 2)
    await asyncio.gather(alice.disconnect(), bob.disconnect())
    assert log.names[-2:] == ["connection_state_changed", "disconnected"]
    assert "ZeroDivisionError" in caplog.text
    assert "error running user callback for data_received" in caplog.text


def test_two_event_loops_one_after_the_other() -> None:
    async def once() -> bytes:
        async with FakeSfu() as sfu:
            alice, _ = await joined(sfu, "alice")
            bob, theirs = await joined(sfu, "bob")
            await alice.local_participant.publish_data("hello")
            _, packet = await theirs.wait("data_received")
            await asyncio.gather(alice.disconnect(), bob.disconnect())
            return bytes(packet.data)

    assert asyncio.run(once()) == asyncio.run(once()) == b"hello"


def _in_child(results: multiprocessing.Queue[bytes]) -> None:
    async def once() -> None:
        async with FakeSfu() as sfu:
            room, _ = await joined(sfu, "alice")
            results.put((await room.sid).encode())
            await room.disconnect()

    asyncio.run(once())


def test_a_fork_after_the_import() -> None:
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[bytes] = context.Queue()
    child = context.Process(target=_in_child, args=(results,))
    child.start()
    assert results.get(timeout=20).startswith(b"RM_")
    child.join(20)
    assert child.exitcode == 0
    results.close()
    results.join_thread()
