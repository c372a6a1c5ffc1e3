"""What we change of ourselves: accepted, refused, and never answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

import lkpy as rtc
from lkpy.session.driver import own_info
from lkpy.testing import FakeSfu
from tests.room_rig import MODES, joined


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


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
async def test_the_change_is_there_when_the_setter_returns(sfu: FakeSfu, single: bool) -> None:
    alice, ours = await joined(sfu, "alice", single, can_update_own_metadata=True)
    bob, theirs = await joined(sfu, "bob", single)
    local = alice.local_participant
    await local.set_name("Alice")
    await local.set_metadata("m")
    await local.set_attributes({"a": "1", "b": "2"})
    await local.set_attributes({"a": ""})
    assert (local.name, local.metadata, local.attributes) == ("Alice", "m", {"b": "2"})
    await theirs.wait("participant_attributes_changed", 2)
    remote = bob.remote_participants["alice"]
    assert (remote.name, remote.metadata, remote.attributes) == ("Alice", "m", {"b": "2"})
    assert [name for name in ours.names if name.startswith("participant_") and name.endswith("changed")] == [
        "participant_name_changed",
        "participant_metadata_changed",
        "participant_attributes_changed",
        "participant_attributes_changed",
    ]
    await asyncio.gather(alice.disconnect(), bob.disconnect())


async def test_a_refused_change_raises_with_the_reason_and_changes_nothing(sfu: FakeSfu) -> None:
    alice, ours = await joined(sfu, "alice", can_update_own_metadata=False)
    local = alice.local_participant
    for change in (local.set_name("x"), local.set_metadata("x"), local.set_attributes({"x": "y"})):
        with pytest.raises(rtc.RequestError, match="does not have permission") as caught:
            await change
        assert caught.value.reason == "NOT_ALLOWED"
    assert (local.name, local.metadata, local.attributes) == ("", "", {})
    assert not any(name.endswith("changed") and name.startswith("participant") for name in ours.names)
    await alice.disconnect()


@pytest.mark.parametrize(
    ("setter", "value"),
    [
        ("set_name", "n" * 257),
        ("set_metadata", "m" * (512 * 1024 + 1)),
        ("set_attributes", {"a": "v" * 65_536}),
    ],
)
async def test_what_is_too_long_is_refused(sfu: FakeSfu, setter: str, value: object) -> None:
    alice, _ = await joined(sfu, "alice", can_update_own_metadata=True)
    with pytest.raises(rtc.RequestError) as caught:
        await getattr(alice.local_participant, setter)(value)
    assert caught.value.reason == "LIMIT_EXCEEDED"
    await alice.disconnect()


@pytest.mark.parametrize(
    ("setter", "value"), [("set_name", "x"), ("set_metadata", "x"), ("set_attributes", {"x": "y"})]
)
async def test_a_server_that_never_answers(
    sfu: FakeSfu, monkeypatch: pytest.MonkeyPatch, setter: str, value: object
) -> None:
    monkeypatch.setattr(own_info, "REQUEST_TIMEOUT", 0.2)
    alice, _ = await joined(sfu, "alice", can_update_own_metadata=True)
    _, signalling = sfu._rooms["lobby"]
    monkeypatch.setitem(signalling._handlers, "update_metadata", lambda participant, body: None)  # type: ignore[arg-type]
    with pytest.raises(rtc.RequestError, match="did not answer") as caught:
        await asyncio.wait_for(getattr(alice.local_participant, setter)(value), 3)
    assert caught.value.reason == "TIMEOUT"
    monkeypatch.undo()
    await getattr(alice.local_participant, setter)(value)
    await alice.disconnect()


async def test_a_disconnect_ends_the_waiting(sfu: FakeSfu, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, _ = await joined(sfu, "alice", can_update_own_metadata=True)
    _, signalling = sfu._rooms["lobby"]
    monkeypatch.setitem(signalling._handlers, "update_metadata", lambda participant, body: None)  # type: ignore[arg-type]
    change = asyncio.create_task(alice.local_participant.set_name("late"))
    await asyncio.sleep(0)
    await alice.disconnect()
    with pytest.raises(rtc.InvalidStateError):
        await change
    with pytest.raises(rtc.InvalidStateError):
        await alice.local_participant.set_name("later")
