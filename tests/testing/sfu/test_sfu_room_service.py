"""The server API with `livekit-api` as the caller, beside bare clients that see what it does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from livekit import api
from websockets.exceptions import InvalidStatus

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu, make_token, verify_token
from lkpy.transport.rtp.sender import RtpSender
from tests.testing.sfu.sfu_client import MediaClient, Signal
from tests.testing.sfu.test_sfu_http import exchange
from tests.transport.transport_pairs import send_audio

Left = models.DisconnectReason
SECRET = "a secret of the length that PyJWT asks for"


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu(api_secret=SECRET, seed=4) as server:
        yield server


@pytest.fixture
async def caller(sfu: FakeSfu) -> AsyncIterator[api.LiveKitAPI]:
    url = sfu.url.replace("ws", "http")
    async with api.LiveKitAPI(url, sfu.api_key, SECRET) as client:
        yield client


@pytest.fixture
async def clients(sfu: FakeSfu) -> AsyncIterator[list[MediaClient]]:
    opened: list[MediaClient] = []
    yield opened
    for client in opened:
        await client.aclose()


async def join(sfu: FakeSfu, identity: str, opened: list[Any], **claims: Any) -> Signal:
    signal = await Signal.open(sfu, sfu.token(identity, room="lobby", **claims))
    opened.append(signal)
    await signal.wait("refresh_token")
    return signal


@pytest.fixture
async def signals() -> AsyncIterator[list[Signal]]:
    opened: list[Signal] = []
    yield opened
    for signal in opened:
        await signal.aclose()


async def refused(call: Any) -> tuple[str, int]:
    with pytest.raises(api.TwirpError) as caught:
        await call
    return caught.value.code, caught.value.status


async def test_rooms_are_made_listed_and_deleted(
    sfu: FakeSfu, caller: api.LiveKitAPI, signals: list[Signal]
) -> None:
    made = await caller.room.create_room(
        api.CreateRoomRequest(name="lobby", metadata="m", empty_timeout=7, departure_timeout=3)
    )
    again = await caller.room.create_room(api.CreateRoomRequest(name="lobby", metadata="other"))
    assert (made.sid, again.metadata) == (again.sid, "m")
    assert (made.empty_timeout, made.departure_timeout) == (7, 3)
    await caller.room.create_room(api.CreateRoomRequest(name="den"))
    alice, bob = await join(sfu, "alice", signals), await join(sfu, "bob", signals)
    assert alice.inbox[0].join.room.sid == made.sid
    listed = await caller.room.list_rooms(api.ListRoomsRequest())
    assert {(room.name, room.num_participants) for room in listed.rooms} == {("lobby", 2), ("den", 0)}
    only = await caller.room.list_rooms(api.ListRoomsRequest(names=["den", "nowhere"]))
    assert [room.name for room in only.rooms] == ["den"]

    await caller.room.delete_room(api.DeleteRoomRequest(room="lobby"))
    leave = await alice.wait("leave")
    assert (leave.reason, leave.action) == (Left.ROOM_DELETED, rtc.LeaveRequest.Action.DISCONNECT)
    await alice.wait_closed()
    await bob.wait_closed()
    assert set(sfu.rooms) == {"den"}
    states = {p.state for m in bob.inbox for p in m.update.participants}
    assert models.ParticipantInfo.State.DISCONNECTED not in states
    assert await refused(caller.room.delete_room(api.DeleteRoomRequest(room="lobby"))) == ("not_found", 404)


async def test_a_full_room_takes_nobody(sfu: FakeSfu, caller: api.LiveKitAPI, signals: list[Signal]) -> None:
    await caller.room.create_room(api.CreateRoomRequest(name="lobby", max_participants=1))
    await join(sfu, "alice", signals)
    with pytest.raises(InvalidStatus) as caught:
        await Signal.open(sfu, sfu.token("bob", room="lobby"))
    assert caught.value.response.status_code == 500
    assert caught.value.response.body == b"connection closed by media"
    second = await join(sfu, "alice", signals)  # the same identity takes its own place
    assert second.cases[0] == "join"


async def test_room_metadata_is_told_before_the_call_returns(
    sfu: FakeSfu, caller: api.LiveKitAPI, signals: list[Signal]
) -> None:
    alice = await join(sfu, "alice", signals)
    room = await caller.room.update_room_metadata(api.UpdateRoomMetadataRequest(room="lobby", metadata="x"))
    assert room.metadata == "x"
    assert (await alice.wait("room_update")).room.metadata == "x"


async def test_participants_are_listed_changed_and_removed(
    sfu: FakeSfu, caller: api.LiveKitAPI, signals: list[Signal]
) -> None:
    alice = await join(sfu, "alice", signals, attributes={"a": "1", "b": "2"})
    bob = await join(sfu, "bob", signals)
    listed = await caller.room.list_participants(api.ListParticipantsRequest(room="lobby"))
    assert {p.identity for p in listed.participants} == {"alice", "bob"}
    one = await caller.room.get_participant(api.RoomParticipantIdentity(room="lobby", identity="alice"))
    assert one.sid == alice.inbox[0].join.participant.sid

    changed = await caller.room.update_participant(
        api.UpdateParticipantRequest(
            room="lobby",
            identity="alice",
            metadata="new",
            attributes={"a": "", "c": "3"},
            permission=api.ParticipantPermission(can_subscribe=True, can_update_metadata=True),
        )
    )
    assert (changed.metadata, dict(changed.attributes)) == ("new", {"b": "2", "c": "3"})
    for signal in (alice, bob):
        details = await signal.wait("update", lambda body: body.participants[0].metadata == "new")
        assert details.participants[0].permission.can_publish
        rights = await signal.wait("update", lambda body: not body.participants[0].permission.can_publish)
        assert rights.participants[0].version > details.participants[0].version
    assert alice.cases[-4:] == ["update", "refresh_token", "update", "refresh_token"]
    token = alice.inbox[-1].refresh_token
    grants = verify_token(token, {"devkey": SECRET})
    assert (grants.metadata, grants.attributes) == ("new", {"b": "2", "c": "3"})
    assert (grants.may_publish, grants.can_update_own_metadata) == (False, True)

    await caller.room.remove_participant(api.RoomParticipantIdentity(room="lobby", identity="alice"))
    assert (await alice.wait("leave")).reason == Left.PARTICIPANT_REMOVED
    await alice.wait_closed()
    gone = await bob.wait(
        "update", lambda body: body.participants[0].state == models.ParticipantInfo.State.DISCONNECTED
    )
    assert gone.participants[0].disconnect_reason == Left.PARTICIPANT_REMOVED
    missing = api.RoomParticipantIdentity(room="lobby", identity="alice")
    assert await refused(caller.room.get_participant(missing)) == ("not_found", 404)
    assert await refused(caller.room.remove_participant(missing)) == ("not_found", 404)


async def heard(
    sfu: FakeSfu, clients: list[MediaClient], *, single: bool
) -> tuple[MediaClient, MediaClient, str, RtpSender]:
    """Alice, who publishes, and bob, who has her stream; the sid of her track and its sender."""
    alice, bob = (MediaClient(sfu, name, single=single) for name in ("alice", "bob"))
    clients += [alice, bob]
    await alice.join()
    await bob.join()
    sid, sender = await alice.publish()
    await bob.until(lambda: sid in bob.streams, "stream")
    return alice, bob, sid, sender


@pytest.mark.parametrize("single", [True, False])
async def test_tracks_are_muted_and_closed_from_outside(
    sfu: FakeSfu, caller: api.LiveKitAPI, clients: list[MediaClient], single: bool
) -> None:
    alice, bob, sid, _ = await heard(sfu, clients, single=single)

    muted = await caller.room.mute_published_track(
        api.MuteRoomTrackRequest(room="lobby", identity="alice", track_sid=sid, muted=True)
    )
    assert muted.track.muted
    assert (await alice.signal.wait("mute")).sid == sid
    await bob.signal.wait("update", lambda body: any(t.muted for p in body.participants for t in p.tracks))
    unmute = api.MuteRoomTrackRequest(room="lobby", identity="alice", track_sid=sid)
    assert await refused(caller.room.mute_published_track(unmute)) == ("failed_precondition", 412)
    unknown = api.MuteRoomTrackRequest(room="lobby", identity="alice", track_sid="TR_x", muted=True)
    assert not (await caller.room.mute_published_track(unknown)).HasField("track")
    stranger = api.MuteRoomTrackRequest(room="lobby", identity="nobody", track_sid=sid, muted=True)
    assert await refused(caller.room.mute_published_track(stranger)) == ("unavailable", 503)

    await caller.room.update_subscriptions(
        api.UpdateSubscriptionsRequest(room="lobby", identity="bob", track_sids=[sid], subscribe=False)
    )
    await bob.until(lambda: sid in bob.removed, "end of the stream")
    await caller.room.update_subscriptions(
        api.UpdateSubscriptionsRequest(room="lobby", identity="bob", track_sids=[sid], subscribe=True)
    )
    await bob.until(lambda: sid in bob.streams, "stream again")

    await caller.room.update_participant(
        api.UpdateParticipantRequest(
            room="lobby",
            identity="alice",
            permission=api.ParticipantPermission(
                can_subscribe=True,
                can_publish=True,
                can_publish_data=True,
                can_publish_sources=[api.TrackSource.CAMERA],
            ),
        )
    )
    assert (await alice.signal.wait("track_unpublished")).track_sid == sid
    await bob.until(lambda: sid not in bob.streams, "end of the track")
    await alice.signal.send(
        add_track=rtc.AddTrackRequest(cid="mic2", source=models.TrackSource.MICROPHONE, name="mic2")
    )
    answer = await alice.signal.wait("request_response")
    assert (answer.reason, answer.add_track.cid) == (rtc.RequestResponse.Reason.NOT_ALLOWED, "mic2")


@pytest.mark.parametrize("single", [True, False])
async def test_the_permission_to_subscribe_goes_and_comes_back(
    sfu: FakeSfu, caller: api.LiveKitAPI, clients: list[MediaClient], single: bool
) -> None:
    _, bob, sid, _ = await heard(sfu, clients, single=single)
    for allowed in (False, True):
        permission = api.ParticipantPermission(can_subscribe=allowed, can_publish=True)
        await caller.room.update_participant(
            api.UpdateParticipantRequest(room="lobby", identity="bob", permission=permission)
        )
        await bob.until(lambda: (sid in bob.streams) is allowed, f"stream {allowed}")  # noqa: B023


@pytest.mark.parametrize("single", [True, False])
async def test_a_subscription_that_ends_and_comes_back_at_once(
    sfu: FakeSfu, clients: list[MediaClient], single: bool
) -> None:
    _, bob, sid, sender = await heard(sfu, clients, single=single)
    for subscribe in (False, True):
        await bob.signal.send(subscription=rtc.UpdateSubscription(track_sids=[sid], subscribe=subscribe))
    await bob.signal.send(ping=1)
    await bob.signal.wait("pong")
    bob.packets[sid].clear()
    async with asyncio.timeout(5):
        for number in itertools.count():
            send_audio(sender, b"opus", number * 960, marker=False, audio_level=30)
            await asyncio.sleep(0.005)
            if sid in bob.streams and bob.packets[sid]:
                break


async def test_a_track_may_be_wanted_before_it_is_published(sfu: FakeSfu, clients: list[MediaClient]) -> None:
    alice, bob = (MediaClient(sfu, name, single=True) for name in ("alice", "bob"))
    clients += [alice, bob]
    await alice.join()
    await bob.join(auto_subscribe=False)
    await alice.signal.send(add_track=rtc.AddTrackRequest(cid="mic", name="mic"))
    sid = (await alice.signal.wait("track_published")).track.sid
    await bob.signal.send(subscription=rtc.UpdateSubscription(track_sids=[sid], subscribe=True))
    await bob.signal.send(ping=1)
    await bob.signal.wait("pong")
    assert (await alice.publish())[0] == sid
    await bob.until(lambda: sid in bob.streams, "stream")


async def test_data_from_the_server(sfu: FakeSfu, caller: api.LiveKitAPI, clients: list[MediaClient]) -> None:
    alice, bob = MediaClient(sfu, "alice", single=True), MediaClient(sfu, "bob", single=False)
    clients += [alice, bob]
    await alice.join()
    await bob.join()

    def payloads(client: MediaClient) -> list[bytes]:
        return [packet.user.payload for _, packet in client.data]

    async def send(data: bytes, **fields: Any) -> None:
        await caller.room.send_data(api.SendDataRequest(room="lobby", data=data, **fields))

    await send(b"one", destination_identities=["alice"], topic="t")
    await send(b"sid", destination_sids=[bob.sid])
    await send(b"all")
    await alice.until(lambda: b"all" in payloads(alice), "data")
    await bob.until(lambda: b"all" in payloads(bob), "data")
    assert (payloads(alice), payloads(bob)) == ([b"one", b"all"], [b"sid", b"all"])
    label, first = alice.data[0]
    assert (label, first.user.topic, first.participant_identity, first.sequence) == ("_reliable", "t", "", 0)
    short = api.SendDataRequest(room="lobby", data=b"x", nonce=b"123")
    nobody = api.SendDataRequest(room="nowhere", data=b"x")
    assert await refused(caller.room.send_data(nobody)) == ("unavailable", 503)
    with pytest.raises(api.TwirpError) as caught:
        await caller.room._client.request(
            "RoomService",
            "SendData",
            short,
            caller.room._auth_header(api.VideoGrants(room_admin=True, room="lobby")),
            api.ListRoomsResponse,
        )
    assert caught.value.code == "invalid_argument"


async def test_limits(sfu: FakeSfu, caller: api.LiveKitAPI, signals: list[Signal]) -> None:
    await join(sfu, "alice", signals)
    for fields in (
        {"name": "n" * 257},
        {"metadata": "m" * (512 * 1024 + 1)},
        {"attributes": {"a": "v" * 65536}},
    ):
        request = api.UpdateParticipantRequest(room="lobby", identity="alice", **fields)  # type: ignore[arg-type]
        assert await refused(caller.room.update_participant(request)) == ("invalid_argument", 400)
    for bad in (
        api.CreateRoomRequest(name="n" * 257),
        api.CreateRoomRequest(name="x", metadata="m" * (512 * 1024 + 1)),
        api.CreateRoomRequest(name="x", room_preset="unknown"),
    ):
        assert await refused(caller.room.create_room(bad)) == ("invalid_argument", 400)


def post(path: str, body: bytes, token: str, content: str = "application/json") -> bytes:
    head = f"POST /twirp/{path} HTTP/1.1\r\nHost: x\r\nContent-Type: {content}\r\n"
    head += f"Content-Length: {len(body)}\r\n"
    return (head + f"Authorization: Bearer {token}\r\n\r\n").encode() + body


async def test_json_grants_and_errors(sfu: FakeSfu) -> None:
    def signed(**grants: Any) -> str:
        return make_token("devkey", SECRET, identity="", room_join=False, **grants)

    async def ask(
        method: str, body: bytes, token: str, content: str = "application/json"
    ) -> tuple[int, bytes]:
        status, _, answer = await exchange(sfu, post(f"livekit.RoomService/{method}", body, token, content))
        return status, answer

    status, answer = await ask("CreateRoom", b'{"name": "r", "emptyTimeout": 9}', signed(room_create=True))
    assert (status, b'"empty_timeout": 9' in answer) == (200, True)
    status, answer = await ask("ListRooms", b"{}", signed(room_list=True), "application/json; charset=utf-8")
    assert (status, b'"name": "r"' in answer) == (200, True)

    wrong = [
        ("ListRooms", b"{}", signed(room_create=True), 401, b"unauthenticated"),
        ("CreateRoom", b"{}", signed(room_list=True), 401, b"unauthenticated"),
        (
            "ListParticipants",
            b'{"room": "r"}',
            signed(room="other", room_admin=True),
            401,
            b"unauthenticated",
        ),
        ("ListParticipants", b'{"room": "r"}', signed(room="r"), 401, b"unauthenticated"),
        ("ListRooms", b"{}", "nonsense", 401, b"invalid authorization token"),
        ("ListRooms", b"{nonsense", signed(room_list=True), 400, b"malformed"),
        ("ListRooms", b"", signed(room_list=True), 400, b"malformed"),
        ("Nothing", b"{}", signed(room_list=True), 404, b"bad_route"),
    ]
    for method, body, token, expected, code in wrong:
        status, answer = await ask(method, body, token)
        assert (status, code in answer) == (expected, True), (method, answer)
    assert (await ask("ListRooms", b"\xff", signed(room_list=True), "application/protobuf"))[0] == 400
    assert (await ask("ListRooms", b"", signed(room_list=True), "text/plain"))[0] == 404
    assert (await ask("ListParticipants", b'{"room": "r"}', signed(room="r", room_admin=True)))[0] == 200


async def test_an_empty_room_ends_by_its_own_timeout(sfu: FakeSfu, caller: api.LiveKitAPI) -> None:
    await caller.room.create_room(api.CreateRoomRequest(name="short", empty_timeout=1))
    await caller.room.create_room(api.CreateRoomRequest(name="long", empty_timeout=60))
    async with asyncio.timeout(5):
        while "short" in sfu.rooms:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # the end of an empty room is told to nobody
    assert set(sfu.rooms) == {"long"}


async def test_tokens_are_refreshed_as_often_as_asked(signals: list[Signal]) -> None:
    async with FakeSfu(refresh_interval=0.05) as sfu:
        alice = await join(sfu, "alice", signals)
        async with asyncio.timeout(5):
            while alice.cases.count("refresh_token") < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await alice.aclose()
        signals.clear()
