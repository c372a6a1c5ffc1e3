"""What a newer server may send: numbers without a name, and messages with fields missing.

The cases are read from the protocol: every message that a server can send, with every enumeration in it at a
number nobody knows, and with every message in it empty. After each the room goes on: it hears what comes
next, its objects can be looked at, it can be left, and nothing had to be logged as an error.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

import lkpy as rtc
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2
from lkpy.testing import FakeSfu
from lkpy.testing.sfu.participant import Participant
from tests.room_rig import Log, publish

UNKNOWN = 99
DEPTH = 8
"""Messages within messages that are filled; some types hold themselves."""
Path = tuple[str, ...]

BOB, BOBS_TRACK, OURS = "PA_bob", "TR_bob", "TR_ours"
TEXTS = {
    "identity": "bob",
    "participant_identity": "bob",
    "caller_identity": "bob",
    "sid": BOB,
    "participant_sid": BOB,
    "tracks.sid": BOBS_TRACK,
    "track.sid": BOBS_TRACK,
    "track_sid": BOBS_TRACK,
    "mute.sid": OURS,
    "track_subscribed.track_sid": OURS,
    "track_unpublished.track_sid": OURS,
    "join.participant.identity": "alice",
    "room_moved.participant.identity": "alice",
    "room.sid": "RM_other",
    "method": "known",
    "topic": "known",
    "version": "1",
}
"""What a text says, by the longest end of its path, so that the message is about somebody who is there."""

KNOWN_CASES = {
    "leave.reason=17": rtc_pb2.SignalResponse(leave={"reason": 17}),
    "connection_quality=77": rtc_pb2.SignalResponse(
        connection_quality={"updates": [{"participant_sid": BOB, "quality": 77}]}
    ),
    "request_response.reason=55": rtc_pb2.SignalResponse(request_response={"request_id": 1, "reason": 55}),
}
"""Inputs that were found before this test was written."""


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def paths(descriptor: Descriptor, above: Path = (), inside: tuple[str, ...] = ()) -> Iterator[Path]:
    """Every field of an enumeration or a message, however deep; a type is not entered within itself."""
    for field in descriptor.fields:
        path = (*above, field.name)
        if field.enum_type is not None or (field.message_type is not None and not is_map(field)):
            yield path
        if field.message_type is not None and not is_map(field) and field.message_type.name not in inside:
            yield from paths(field.message_type, path, (*inside, field.message_type.name))


def names(found: Iterator[Path]) -> list[Any]:
    """Paths as parameters, each under its name."""
    return [pytest.param(path, id=".".join(path)) for path in found]


class Filler:
    """Fills messages with likely values, and leaves one thing odd.

    Args:
        odd: the path of what is odd: a number that nobody knows, or nothing in a message.
        ours: the sid of the track that we publish.
    """

    def __init__(self, odd: Path, ours: str = "") -> None:
        self._odd = odd
        self._ours = ours

    def fill(self, message: Any, above: Path = ()) -> Any:
        """Give every field a value; of those that exclude each other the odd one, or else the first."""
        for field in message.DESCRIPTOR.fields:
            path = (*above, field.name)
            if is_map(field) or not self._is_chosen(field, path):
                continue
            if field.message_type is not None:
                self._fill_inner(getattr(message, field.name), field, path)
            elif field.is_repeated:
                getattr(message, field.name).append(self._value(field, path))
            else:
                setattr(message, field.name, self._value(field, path))
        return message

    def _is_chosen(self, field: FieldDescriptor, path: Path) -> bool:
        if field.containing_oneof is None:
            return True
        names = [other.name for other in field.containing_oneof.fields]
        at = len(path) - 1
        on_the_way = self._odd[:at] == path[:at] and self._odd[at : at + 1]
        wanted = self._odd[at] if on_the_way and self._odd[at] in names else names[0]
        return field.name == wanted

    def _fill_inner(self, found: Any, field: FieldDescriptor, path: Path) -> None:
        inner = found.add() if field.is_repeated else found
        inner.SetInParent()
        if path != self._odd and len(path) < DEPTH:
            self.fill(inner, path)

    def _value(self, field: FieldDescriptor, path: Path) -> Any:
        if path == self._odd:
            return UNKNOWN
        if field.enum_type is not None:
            return field.enum_type.values[-1].number
        if field.type == FieldDescriptor.TYPE_STRING:
            return self._text(".".join(path))
        return {FieldDescriptor.TYPE_BYTES: b"x", FieldDescriptor.TYPE_BOOL: True}.get(field.type, 1)

    def _text(self, path: str) -> str:
        fitting = [end for end in TEXTS if f".{path}".endswith("." + end)]
        said = TEXTS[max(fitting, key=len)] if fitting else "x"
        return self._ours if said is OURS else said


SIGNALS = [path for path in paths(rtc_pb2.SignalResponse.DESCRIPTOR) if path[0] != "join"]
JOINS = [path[1:] for path in paths(rtc_pb2.SignalResponse.DESCRIPTOR) if path[0] == "join" and path[1:]]
PACKETS = list(paths(models.DataPacket.DESCRIPTOR))


class Scene:
    """Alice in a room where the server says what the test wants; bob is made up."""

    def __init__(self, sfu: FakeSfu) -> None:
        self.sfu = sfu
        self.room = rtc.Room()
        self.log = Log(self.room)
        for register in (self.room.register_text_stream_handler, self.room.register_byte_stream_handler):
            register("known", lambda reader, identity: None)

    async def join(self) -> None:
        token = self.sfu.token("alice", room="lobby", can_update_own_metadata=True)
        await self.room.connect(self.sfu.url, token, rtc.RoomOptions(single_peer_connection=True))

        async def answer(call: rtc.RpcInvocationData) -> str:
            return call.payload

        self.room.local_participant.register_rpc_method("known", answer)

    @property
    def alice(self) -> Participant:
        """The server's end."""
        return self.sfu.rooms["lobby"].participants["alice"]

    def say(self, message: rtc_pb2.SignalResponse) -> None:
        assert self.alice.signal is not None
        self.alice.signal.send(message)

    def enter(self, identity: str) -> None:
        """Have somebody join."""
        track = models.TrackInfo(sid=f"TR_{identity}", type=models.AUDIO, name="voice")
        info = models.ParticipantInfo(
            sid=f"PA_{identity}", identity=identity, state=models.ParticipantInfo.ACTIVE, tracks=[track]
        )
        self.say(rtc_pb2.SignalResponse(update=rtc_pb2.ParticipantUpdate(participants=[info])))

    async def goes_on(self) -> None:
        """What comes next is heard; unless this was the end, which is heard too."""
        async with asyncio.timeout(5):
            if self.room.isconnected():
                heard = asyncio.ensure_future(self.log.wait("participant_connected", self._joined() + 1))
                over = asyncio.ensure_future(self.log.wait("disconnected"))
                if "lobby" in self.sfu.rooms and "alice" in self.sfu.rooms["lobby"].participants:
                    self.enter("carol")
                await asyncio.wait((heard, over), return_when=asyncio.FIRST_COMPLETED)
                for waiting in (heard, over):
                    waiting.cancel()
                await asyncio.wait((heard, over))

    def _joined(self) -> int:
        return sum(event[0] == "participant_connected" for event in self.log.events)

    def look(self) -> None:
        """Read everything that the room's objects show."""
        participants = [self.room.local_participant, *self.room.remote_participants.values()]
        publications = [p for who in participants for p in who.track_publications.values()]
        tracks = [p.track for p in publications if p.track is not None]
        for thing in (*participants, *publications, *tracks):
            for name in dir(type(thing)):
                if isinstance(getattr(type(thing), name), property):
                    getattr(thing, name)
            assert repr(thing)
        assert repr(self.room)


@pytest.fixture
async def scene(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Scene]:
    async with FakeSfu() as sfu:
        scene = Scene(sfu)
        yield scene
        async with asyncio.timeout(5):
            await scene.room.disconnect()
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


async def publishing(scene: Scene) -> tuple[str, rtc.AudioSource]:
    """Alice publishes, and bob is there; the sid of her track."""
    await scene.join()
    publication, source = await publish(scene.room)
    scene.enter("bob")
    await scene.log.wait("participant_connected")
    return publication.sid, source


@pytest.mark.parametrize("odd", names(iter(SIGNALS)))
async def test_signal_message(scene: Scene, odd: Path) -> None:
    ours, source = await publishing(scene)
    scene.say(Filler(odd, ours).fill(rtc_pb2.SignalResponse()))
    await scene.goes_on()
    assert scene.room.isconnected() == (odd[0] != "leave")
    scene.look()
    await source.aclose()


@pytest.mark.parametrize("name", KNOWN_CASES)
async def test_known_case(scene: Scene, name: str) -> None:
    _, source = await publishing(scene)
    scene.say(KNOWN_CASES[name])
    await scene.goes_on()
    assert scene.room.isconnected() == (not name.startswith("leave"))
    scene.look()
    await source.aclose()


@pytest.mark.parametrize("odd", names(iter(PACKETS)))
async def test_data_packet(scene: Scene, odd: Path) -> None:
    _, source = await publishing(scene)
    packet = Filler(odd).fill(models.DataPacket())
    packet.ClearField("sequence")
    came = asyncio.Event()
    scene.room.on("data_received", lambda received: came.set() if received.topic == "next" else None)
    following = models.DataPacket(participant_identity="bob", user={"payload": b"x", "topic": "next"})
    for sent in (packet, following):
        assert scene.alice.send_data("_reliable", sent.SerializeToString())
    async with asyncio.timeout(5):
        await came.wait()
    await scene.goes_on()
    assert scene.room.isconnected()
    scene.look()
    await source.aclose()


@pytest.mark.parametrize("odd", names(iter(JOINS)))
async def test_join(scene: Scene, odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room is joined, or says why not."""
    send = Participant.send

    def changed(participant: Participant, **case: Any) -> None:
        if "join" in case:
            likely = Filler(("join", *odd)).fill(rtc_pb2.SignalResponse()).join
            likely.ping_timeout, likely.ping_interval = 15, 5
            for field, value in case["join"].ListFields():
                if field.name != odd[0]:
                    likely.ClearField(field.name)
                    inner = getattr(likely, field.name)
                    if field.is_repeated:
                        inner.MergeFrom(value)
                    elif field.message_type is not None:
                        inner.CopyFrom(value)
                    else:
                        setattr(likely, field.name, value)
            case["join"] = likely
        send(participant, **case)

    monkeypatch.setattr(Participant, "send", changed)
    try:
        await scene.join()
    except rtc.ConnectError:
        return  # it has said that this is no join; an empty one may well be none
    await scene.goes_on()
    assert scene.room.isconnected()
    scene.look()


@pytest.mark.parametrize("reason", [55, UNKNOWN])
async def test_a_refusal_without_a_name(scene: Scene, reason: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is told at once, and not when its time is over."""
    await scene.join()
    send = Participant.send

    def refused(participant: Participant, **case: Any) -> None:
        if "request_response" in case:
            case["request_response"].reason = reason
        send(participant, **case)

    monkeypatch.setattr(Participant, "send", refused)
    with pytest.raises(rtc.RequestError, match="refused"):
        await scene.room.local_participant.set_metadata("x")
    await scene.goes_on()
    assert scene.room.isconnected()
