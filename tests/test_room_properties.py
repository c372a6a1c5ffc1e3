"""What the newer official SDKs show and do of rooms, participants and tracks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

import lkpy as rtc
from lkpy.protocol import models_pb2 as models
from lkpy.testing import FakeSfu
from tests.room_rig import MODES, joined, publish
from tests.testing.sfu.sfu_client import MediaClient


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


@pytest.mark.parametrize(
    ("kind", "details", "shown", "more"),
    [
        ("", (), rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD, []),
        ("sip", (), rtc.ParticipantKind.PARTICIPANT_KIND_SIP, []),
        (
            "agent",
            ("cloud_agent", "unheard_of"),
            rtc.ParticipantKind.PARTICIPANT_KIND_AGENT,
            [rtc.ParticipantKindDetail.PARTICIPANT_KIND_DETAIL_CLOUD_AGENT],
        ),
        (
            "connector",
            ("connector_twilio", "forwarded"),
            rtc.ParticipantKind.PARTICIPANT_KIND_CONNECTOR,
            [
                rtc.ParticipantKindDetail.PARTICIPANT_KIND_DETAIL_CONNECTOR_TWILIO,
                rtc.ParticipantKindDetail.PARTICIPANT_KIND_DETAIL_FORWARDED,
            ],
        ),
        ("bridge", (), rtc.ParticipantKind.PARTICIPANT_KIND_BRIDGE, []),
    ],
)
async def test_kinds(
    sfu: FakeSfu,
    kind: str,
    details: tuple[str, ...],
    shown: rtc.ParticipantKind,
    more: list[rtc.ParticipantKindDetail],
) -> None:
    alice, ours = await joined(sfu, "alice")
    other, _ = await joined(sfu, "other", kind=kind, kind_details=details)
    _, participant = await ours.wait("participant_connected")
    for seen in (participant, other.local_participant):
        assert (seen.kind, seen.kind_details) == (shown, more)
    await asyncio.gather(alice.disconnect(), other.disconnect())


async def test_a_size_of_a_simulcast_track(sfu: FakeSfu) -> None:
    camera = MediaClient(sfu, "camera", single=True)
    alice, ours = await joined(sfu, "alice")
    await camera.join()
    layers = [models.VideoLayer(quality=quality, width=320, height=180) for quality in (0, 1, 2)]  # type: ignore[arg-type]
    features = [models.PTF_FRAME_ID, models.PTF_USER_TIMESTAMP]
    sid, _ = await camera.publish("cam", "video", layers=layers, packet_trailer_features=features)
    plain, _ = await camera.publish("plain", "video")
    await ours.wait("track_published", 2)
    publications = alice.remote_participants["camera"].track_publications
    assert publications[sid].frame_metadata_features == [
        rtc.FrameMetadataFeature.FMF_FRAME_ID,
        rtc.FrameMetadataFeature.FMF_USER_TIMESTAMP,
    ]
    publications[sid].set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_LOW)
    settings = sfu.rooms["lobby"].participants["alice"].track_settings
    async with asyncio.timeout(3):
        while sid not in settings:  # noqa: ASYNC110
            await asyncio.sleep(0.005)  # the server has no event for a test to wait for
    assert settings[sid].quality == models.VideoQuality.LOW
    with pytest.raises(ValueError, match="requires a simulcasted publication"):
        publications[plain].set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_LOW)
    await alice.disconnect()
    with pytest.raises(rtc.InvalidStateError):
        publications[sid].set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_LOW)
    await camera.aclose()


async def test_audio_has_no_sizes(sfu: FakeSfu) -> None:
    alice, _ = await joined(sfu, "alice")
    bob, theirs = await joined(sfu, "bob")
    publication, source = await publish(alice)
    assert publication.frame_metadata_features == []
    _, remote, _ = await theirs.wait("track_published")
    with pytest.raises(ValueError, match="only supported on video publications"):
        remote.set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_HIGH)
    await asyncio.gather(alice.disconnect(), bob.disconnect())
    await source.aclose()


async def test_a_reason_to_leave(sfu: FakeSfu) -> None:
    alice, ours = await joined(sfu, "alice")
    bob, theirs = await joined(sfu, "bob")
    await alice.disconnect(reason=rtc.DisconnectReason.USER_UNAVAILABLE)
    (_, participant) = await theirs.wait("participant_disconnected")
    assert participant.disconnect_reason == rtc.DisconnectReason.USER_UNAVAILABLE
    assert ours.events[-1] == ("disconnected", rtc.DisconnectReason.USER_UNAVAILABLE)
    await bob.disconnect()


@MODES
async def test_the_method_is_told_and_the_first_call_does_not_wait_for_a_connection(
    sfu: FakeSfu, single: bool
) -> None:
    """Without the right to publish nothing else negotiates the connection that the answer goes out on."""
    alice, _ = await joined(sfu, "alice", single)
    bob, _ = await joined(sfu, "bob", single, can_publish=False, can_publish_data=True)
    bob.local_participant.register_rpc_method("which", lambda call: call.method)
    publisher = sfu.rooms["lobby"].participants["bob"].publisher_peer
    async with asyncio.timeout(3):
        while not publisher.connected:  # noqa: ASYNC110
            await asyncio.sleep(0.005)  # the server has no event for a test to wait for
    answer = await alice.local_participant.perform_rpc(destination_identity="bob", method="which", payload="")
    assert answer == "which"
    await asyncio.gather(alice.disconnect(), bob.disconnect())
