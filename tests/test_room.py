"""Rooms on the fake SFU: what users see, in which order, and that nothing is left."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any, get_args

import numpy as np
import pytest

import lkpy as rtc
from lkpy.room_state import EventTypes
from lkpy.testing import FakeSfu

MODES = pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
TONE = (8000 * np.sin(2 * np.pi * 440 * np.arange(480) / 48_000)).astype(np.int16).tobytes()
AT_ANY_TIME = (
    "token_refreshed",
    "connection_quality_changed",
    "active_speakers_changed",
    "room_updated",
)


class Log:
    """The events of a room, and a way to wait for one."""

    def __init__(self, room: rtc.Room) -> None:
        self.events: list[tuple[Any, ...]] = []
        self._changed = asyncio.Event()
        for name in get_args(EventTypes):
            room.on(name, self._recorder(name))

    def _recorder(self, name: str) -> Callable[..., None]:
        def record(*arguments: Any) -> None:
            self.events.append((name, *arguments))
            self._changed.set()

        return record

    @property
    def names(self) -> list[str]:
        """Event names in order, without those that come at any time."""
        at_any_time = (
            "token_refreshed",
            "connection_quality_changed",
            "active_speakers_changed",
            "room_updated",
        )
        return [event[0] for event in self.events if event[0] not in at_any_time]

    async def wait(self, name: str, count: int = 1) -> tuple[Any, ...]:
        """The count-th event of a name, now or later."""
        async with asyncio.timeout(10):
            while len(found := [event for event in self.events if event[0] == name]) < count:
                self._changed.clear()
                await self._changed.wait()
        return found[count - 1]


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


async def joined(sfu: FakeSfu, identity: str, single: bool = True, **options: Any) -> tuple[rtc.Room, Log]:
    room = rtc.Room()
    log = Log(room)
    token = sfu.token(identity, room="lobby")
    await room.connect(sfu.url, token, rtc.RoomOptions(single_peer_connection=single, **options))
    return room, log


async def publish(room: rtc.Room, name: str = "voice") -> tuple[rtc.LocalTrackPublication, rtc.AudioSource]:
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track(name, source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    return await room.local_participant.publish_track(track, options), source


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


async def test_a_refused_track_is_told_at_once(sfu: FakeSfu) -> None:
    room = rtc.Room()
    token = sfu.token("alice", room="lobby", can_publish=False)
    await room.connect(sfu.url, token)
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("voice", source)
    with pytest.raises(rtc.PublishTrackError, match="NOT_ALLOWED"):
        await asyncio.wait_for(room.local_participant.publish_track(track), 3)
    with pytest.raises(rtc.UnpublishTrackError):
        await room.local_participant.unpublish_track("TR_none")
    await room.disconnect()
    await source.aclose()


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
