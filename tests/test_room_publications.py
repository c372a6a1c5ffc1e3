"""Our publications have one owner: what the server takes back can be published again, whatever happened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

import lkpy as rtc
from lkpy.protocol import models_pb2 as models
from lkpy.testing import FakeSfu
from lkpy.testing.sfu.permissions import update_permission
from tests.room_rig import MODES, joined, publish


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


def permit(sfu: FakeSfu, identity: str, *, publishing: bool) -> None:
    """The server's administrator gives or takes the permission to publish."""
    room, signalling = sfu.room_for("lobby")
    permission = models.ParticipantPermission(
        can_subscribe=True, can_publish=publishing, can_publish_data=True, can_update_metadata=True
    )
    update_permission(room, room.participants[identity], permission, signalling.send_refresh_token)


@MODES
async def test_a_permission_taken_and_given_back(sfu: FakeSfu, single: bool) -> None:
    alice, ours = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    publication, source = await publish(alice)
    track = publication.track
    assert track is not None
    await theirs.wait("track_subscribed")
    for count in (1, 2):
        permit(sfu, "alice", publishing=False)
        await ours.wait("local_track_unpublished", count)
        assert not alice.local_participant.track_publications
        with pytest.raises(rtc.UnpublishTrackError):
            await alice.local_participant.unpublish_track(track.sid)
        with pytest.raises(rtc.PublishTrackError, match="NOT_ALLOWED"):
            await alice.local_participant.publish_track(track)
        permit(sfu, "alice", publishing=True)
        await ours.wait("participant_permissions_changed", 2 * count)
        again = await alice.local_participant.publish_track(track)
        assert again.track is track
        assert track.sid == again.sid != publication.sid
        await theirs.wait("track_subscribed", count + 1)
    await alice.local_participant.unpublish_track(again.sid)
    assert not alice.local_participant.track_publications
    await theirs.wait("track_unpublished", 3)
    await alice.disconnect()
    await bob.disconnect()
    await source.aclose()


async def test_muting_has_one_owner(sfu: FakeSfu) -> None:
    """What a track says of being muted is what is sent, before, during and after a publication."""
    alice, ours = await joined(sfu, "alice")
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("voice", source)
    track.mute()
    assert track.muted
    publication = await alice.local_participant.publish_track(track)
    assert (track.muted, publication.muted) == (True, True)
    track.unmute()
    assert not track.muted
    await ours.wait("track_unmuted")
    assert not publication.muted
    await alice.local_participant.unpublish_track(publication.sid)
    track.mute()
    assert track.muted
    assert "track_muted" not in ours.names
    again = await alice.local_participant.publish_track(track)
    assert (track.muted, again.muted) == (True, True)
    await alice.disconnect()
    await source.aclose()


async def test_muted_while_the_request_is_under_way(sfu: FakeSfu) -> None:
    alice, ours = await joined(sfu, "alice")
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("voice", source)
    publishing = asyncio.create_task(alice.local_participant.publish_track(track))
    await asyncio.sleep(0)
    track.mute()
    publication = await publishing
    await ours.wait("track_muted")
    assert publication.muted
    await alice.disconnect()
    await source.aclose()


async def test_publishing_twice_is_refused_and_changes_nothing(sfu: FakeSfu) -> None:
    alice, _ = await joined(sfu, "alice")
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("voice", source)
    first = asyncio.create_task(alice.local_participant.publish_track(track))
    await asyncio.sleep(0)
    with pytest.raises(rtc.PublishTrackError, match="is being published already"):
        await alice.local_participant.publish_track(track)
    publication = await first
    with pytest.raises(rtc.PublishTrackError, match=f"published already, as {publication.sid}"):
        await alice.local_participant.publish_track(track)
    assert list(alice.local_participant.track_publications) == [publication.sid]
    await alice.disconnect()
    await source.aclose()


async def test_a_publish_that_is_cancelled_is_taken_back(sfu: FakeSfu) -> None:
    alice, _ = await joined(sfu, "alice")
    bob, theirs = await joined(sfu, "bob")
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("voice", source)
    publishing = asyncio.create_task(alice.local_participant.publish_track(track))
    await asyncio.sleep(0)
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    again = await alice.local_participant.publish_track(track)
    while (await theirs.wait("track_subscribed"))[2].sid != again.sid:
        await theirs.wait("track_subscribed", 2)
    assert list(alice.local_participant.track_publications) == [again.sid]
    await alice.disconnect()
    await bob.disconnect()
    await source.aclose()
