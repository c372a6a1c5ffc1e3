"""Every public coroutine, cancelled at every suspension, those of the tasks it starts included: at once, and
just as what is waited for has come.

A cancelled call raises `CancelledError`, leaves no task behind, and the objects go on working: the same call
without cancelling comes last, in the same room. Sockets, threads and files are the leak checks' part.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

import lkpy as rtc
from lkpy.testing import FakeSfu
from tests.cancel import Attempt

PATIENCE = 10.0
MANY = 200
LONG = "grüße " * 8000
"""More than three chunks of a stream."""
FRAME = rtc.AudioFrame(bytes(960), 48_000, 1, 480)

EVENTS = (
    "participant_connected",
    "participant_disconnected",
    "track_published",
    "track_unpublished",
    "track_subscribed",
)


class Scene:
    """Alice, who does things, and bob in a room of a fake SFU; he answers calls and takes streams."""

    def __init__(self, sfu: FakeSfu) -> None:
        self.sfu = sfu
        self.alice, self.bob = rtc.Room(), rtc.Room()
        self.source = rtc.AudioSource(48_000, 1, queue_size_ms=20)
        self.track = rtc.LocalAudioTrack.create_audio_track("voice", self.source)
        self.readers: asyncio.Queue[Any] = asyncio.Queue()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.happened = asyncio.Event()
        for name in EVENTS:
            self.bob.on(name, lambda *_: self.happened.set())

    async def open(self) -> None:
        await self.join(self.alice)
        await self.bob.connect(self.sfu.url, self.sfu.token("bob", room="lobby"))
        for register in (self.bob.register_text_stream_handler, self.bob.register_byte_stream_handler):
            register("kept", lambda reader, _: self.readers.put_nowait(reader))
            register("read", lambda reader, _: self.background(reader.read_all()))

        async def answer(call: rtc.RpcInvocationData) -> str:
            return call.payload

        self.bob.local_participant.register_rpc_method("echo", answer)

    async def something_happens(self) -> None:
        """Wait for bob's next event of a participant or a track."""
        self.happened.clear()
        await self.happened.wait()

    async def close(self) -> None:
        await self.alice.disconnect()
        await self.bob.disconnect()
        await self.source.aclose()
        while self.tasks:
            await asyncio.wait(self.tasks)

    async def join(self, room: rtc.Room, *, single: bool = True) -> None:
        token = self.sfu.token("alice", room="lobby", can_update_own_metadata=True)
        await room.connect(self.sfu.url, token, rtc.RoomOptions(single_peer_connection=single))

    def background(self, coroutine: Any) -> None:
        """Do something meanwhile. A stream whose sender was cancelled fails; everything else must not."""

        async def run() -> None:
            with contextlib.suppress(rtc.StreamError):
                await coroutine

        task = asyncio.get_running_loop().create_task(run())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    @property
    def me(self) -> rtc.LocalParticipant:
        return self.alice.local_participant

    async def publication(self) -> rtc.LocalTrackPublication:
        """Alice's publication, published now if it was not."""
        if not self.me.track_publications:
            await self.me.publish_track(self.track)
        return next(iter(self.me.track_publications.values()))

    async def unpublished(self) -> None:
        """Alice publishes nothing (any more)."""
        for sid in list(self.me.track_publications):
            await self.me.unpublish_track(sid)

    async def seen_by_bob(self) -> None:
        """Wait until bob sees just what alice knows to be hers."""
        wanted = list(self.me.track_publications)
        async with asyncio.timeout(PATIENCE):
            while self._seen() != wanted:
                await self.something_happens()

    def _seen(self) -> list[str] | None:
        alice = self.bob.remote_participants.get("alice")
        return None if alice is None else list(alice.track_publications)

    async def subscribed(self) -> Any:
        """Bob's end of alice's track."""
        await self.publication()
        async with asyncio.timeout(PATIENCE):
            while True:
                for publication in self.bob.remote_participants["alice"].track_publications.values():
                    if publication.track is not None:
                        return publication.track
                await self.something_happens()

    async def reader(self, kind: str, *, more: bool = True) -> Any:
        """Bob's reader of a stream that alice has opened and goes on writing meanwhile."""
        writer = await (self.me.stream_text if kind == "text" else self.me.stream_bytes)(
            **({} if kind == "text" else {"name": "file"}), topic="kept"
        )

        async def write() -> None:
            await writer.write(LONG if kind == "text" else LONG.encode())
            await writer.aclose()

        reader = await self.readers.get()
        self.background(write())
        return reader


Prepared = Callable[[Scene], Awaitable[Awaitable[Any]]]
"""Brings the scene where a call makes sense; returns the call itself, not yet begun."""


def simply(call: Callable[[Scene], Awaitable[Any]]) -> Prepared:
    """A call that needs no preparation."""

    async def prepare(scene: Scene) -> Awaitable[Any]:
        return call(scene)

    return prepare


def with_reader(kind: str, call: Callable[[Any], Awaitable[Any]]) -> Prepared:
    async def prepare(scene: Scene) -> Awaitable[Any]:
        return call(await scene.reader(kind))

    return prepare


def with_writer(kind: str, call: Callable[[Any], Awaitable[Any]]) -> Prepared:
    async def prepare(scene: Scene) -> Awaitable[Any]:
        if kind == "text":
            return call(await scene.me.stream_text(topic="read"))
        return call(await scene.me.stream_bytes("file", topic="read"))

    return prepare


async def joining(scene: Scene) -> Awaitable[Any]:
    await scene.alice.disconnect()
    return scene.join(scene.alice)


async def joining_with_two_connections(scene: Scene) -> Awaitable[Any]:
    await scene.alice.disconnect()
    return scene.join(scene.alice, single=False)


async def publishing(scene: Scene) -> Awaitable[Any]:
    await scene.unpublished()
    return scene.me.publish_track(scene.track)


async def unpublishing(scene: Scene) -> Awaitable[Any]:
    return scene.me.unpublish_track((await scene.publication()).sid)


async def subscribing(scene: Scene) -> Awaitable[Any]:
    await scene.unpublished()
    return (await scene.publication()).wait_for_subscription()


async def local_stats(scene: Scene) -> Awaitable[Any]:
    await scene.publication()
    return scene.track.get_stats()


async def remote_stats(scene: Scene) -> Awaitable[Any]:
    stats: Awaitable[Any] = (await scene.subscribed()).get_stats()
    return stats


async def capturing(scene: Scene) -> Awaitable[Any]:
    for _ in range(2):
        await scene.source.capture_frame(FRAME)
    return scene.source.capture_frame(FRAME)


async def playing(scene: Scene) -> Awaitable[Any]:
    await scene.source.capture_frame(FRAME)
    return scene.source.wait_for_playout()


async def hearing(scene: Scene) -> Awaitable[Any]:
    stream = rtc.AudioStream(await scene.subscribed())

    async def hear() -> None:
        try:
            await stream.__anext__()
        finally:
            await stream.aclose()

    return hear()


async def not_hearing(scene: Scene) -> Awaitable[Any]:
    return rtc.AudioStream(await scene.subscribed()).aclose()


TRANSCRIPTION = rtc.Transcription(
    "alice", "TR_any", [rtc.TranscriptionSegment("SG_1", "words", 0, 1, "en", True)]
)
CALLS: dict[str, Prepared] = {
    "AudioSource.aclose": simply(lambda scene: rtc.AudioSource(48_000, 1).aclose()),
    "AudioSource.capture_frame": capturing,
    "AudioSource.wait_for_playout": playing,
    "AudioStream.__anext__": hearing,
    "AudioStream.aclose": not_hearing,
    "BaseStreamWriter.aclose": with_writer("text", lambda writer: writer.aclose()),
    "ByteStreamReader.__anext__": with_reader("bytes", lambda reader: reader.__anext__()),
    "ByteStreamReader.read_all": with_reader("bytes", lambda reader: reader.read_all()),
    "ByteStreamWriter.write": with_writer("bytes", lambda writer: writer.write(LONG.encode())),
    "LocalParticipant.publish_data": simply(lambda scene: scene.me.publish_data(b"data")),
    "LocalParticipant.publish_dtmf": simply(lambda scene: scene.me.publish_dtmf(code=1, digit="1")),
    "LocalParticipant.publish_track": publishing,
    "LocalParticipant.publish_transcription": simply(
        lambda scene: scene.me.publish_transcription(TRANSCRIPTION)
    ),
    "LocalParticipant.set_attributes": simply(lambda scene: scene.me.set_attributes({"mood": "good"})),
    "LocalParticipant.set_metadata": simply(lambda scene: scene.me.set_metadata("about me")),
    "LocalParticipant.set_name": simply(lambda scene: scene.me.set_name("Alice")),
    "LocalParticipant.unpublish_track": unpublishing,
    "LocalParticipant.perform_rpc": simply(
        lambda scene: scene.me.perform_rpc(destination_identity="bob", method="echo", payload="hello")
    ),
    "RpcInterceptor.intercept_outgoing": simply(
        lambda scene: rtc.RpcInterceptor().intercept_outgoing(
            rtc.RpcCallInfo("bob", "echo", "hello"), lambda call: scene.me.perform_rpc(**vars(call))
        )
    ),
    "RpcInterceptor.intercept_incoming": simply(
        lambda scene: rtc.RpcInterceptor().intercept_incoming(
            rtc.RpcInvocationData("", "bob", "hello", 1.0, "echo"),
            lambda call: scene.me.perform_rpc(
                destination_identity="bob", method=call.method, payload=call.payload
            ),
        )
    ),
    "LocalParticipant.send_bytes": simply(
        lambda scene: scene.me.send_bytes(LONG.encode(), name="file", topic="read")
    ),
    "LocalParticipant.send_file": simply(lambda scene: scene.me.send_file(__file__, topic="read")),
    "LocalParticipant.send_text": simply(lambda scene: scene.me.send_text(LONG, topic="read")),
    "LocalParticipant.stream_bytes": simply(lambda scene: scene.me.stream_bytes("file", topic="read")),
    "LocalParticipant.stream_text": simply(lambda scene: scene.me.stream_text(topic="read")),
    "LocalTrackPublication.wait_for_subscription": subscribing,
    "Room.connect of one connection": joining,
    "Room.connect of two connections": joining_with_two_connections,
    "Room.disconnect": simply(lambda scene: scene.alice.disconnect()),
    "Room.get_rtc_stats": simply(lambda scene: scene.alice.get_rtc_stats()),
    "Room.sid": simply(lambda scene: scene.alice.sid),
    "TextStreamReader.__anext__": with_reader("text", lambda reader: reader.__anext__()),
    "TextStreamReader.read_all": with_reader("text", lambda reader: reader.read_all()),
    "TextStreamWriter.write": with_writer("text", lambda writer: writer.write(LONG)),
    "Track.get_stats of a local one": local_stats,
    "Track.get_stats of a remote one": remote_stats,
    "_Reader.aclose": with_reader("text", lambda reader: reader.aclose()),
}
"""The public coroutines by the class that defines them."""


def public_coroutines() -> set[str]:
    """The coroutine methods that the public names of lkpy have."""
    found = set()
    for value in (getattr(rtc, name) for name in dir(rtc) if not name.startswith("_")):
        if inspect.isclass(value):
            members = [
                member for name, member in inspect.getmembers(value) if name[0] != "_" or "anext" in name
            ]
            found |= {member.__qualname__ for member in members if inspect.iscoroutinefunction(member)}
        elif inspect.iscoroutinefunction(value):
            found.add(value.__qualname__)
    return found


def test_every_public_coroutine_is_here() -> None:
    assert public_coroutines() == {name.partition(" of ")[0] for name in CALLS} - {"Room.sid"}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with FakeSfu() as sfu:
        scene = Scene(sfu)
        await scene.open()
        yield scene
        await scene.close()


@pytest.mark.parametrize("late", [False, True], ids=["at-once", "late"])
@pytest.mark.parametrize("name", CALLS)
async def test_cancelled_at_every_suspension(scene: Scene, name: str, late: bool) -> None:
    for step in range(MANY):
        attempt = Attempt(step, late=late)
        task = await attempt.run(await CALLS[name](scene))
        assert task.cancelled() == attempt.hit, task
        if not attempt.hit:
            assert task.exception() is None
        if not scene.alice.isconnected():
            assert name.startswith(("Room.connect", "Room.disconnect"))
            await scene.join(scene.alice)
        await scene.seen_by_bob()
        if attempt.missed:
            break
    else:
        pytest.fail(f"not over after {MANY} suspensions")
