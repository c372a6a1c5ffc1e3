"""Real peer connections through the server: audio, data, subscriptions, section re-use, resume."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu
from lkpy.transport.rtp.sender import RtpSender
from tests.testing.sfu.sfu_client import MediaClient, Signal
from tests.transport.transport_pairs import send_audio

MODES = pytest.mark.parametrize("single", [False, True], ids=["dual", "single"])
OPUS_FRAME = b"\x78" + bytes(20)


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu(seed=1) as server:
        yield server


def speak(sender: RtpSender, first: int, count: int, level: int = 20) -> None:
    for number in range(first, first + count):
        payload = OPUS_FRAME + number.to_bytes(4, "big")
        send_audio(sender, payload, number * 960, marker=number == 0, audio_level=level, voice=True)


def numbers(client: MediaClient, sid: str) -> list[int]:
    """Which of the spoken packets arrived, in order; silence of the server is left out."""
    return [int.from_bytes(p.payload[-4:], "big") for p in client.packets.get(sid, []) if len(p.payload) > 20]


@MODES
async def test_audio_arrives_whole_and_renumbered(sfu: FakeSfu, single: bool) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    bob = await MediaClient(sfu, "bob", single=single).join()
    sid, sender = await alice.publish()
    await bob.until(lambda: sid in bob.streams, "stream")
    await alice.signal.wait("track_subscribed", lambda body: body.track_sid == sid)
    speak(sender, 0, 50)
    await bob.until(lambda: len(numbers(bob, sid)) == 50, "50 packets")
    assert numbers(bob, sid) == list(range(50))
    packets = bob.packets[sid]
    steps = [(b.sequence_number - a.sequence_number) & 0xFFFF for a, b in pairwise(packets)]
    times = [(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in pairwise(packets)]
    assert steps == [1] * 49
    assert times == [960] * 49
    assert {p.ssrc for p in packets} == {bob.streams[sid].ssrc}
    assert sender.ssrc not in {p.ssrc for p in packets}
    await alice.aclose()
    await bob.aclose()


@MODES
async def test_a_late_joiner_gets_what_is_published(sfu: FakeSfu, single: bool) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    sid, sender = await alice.publish()
    await alice.signal.wait("update", lambda body: any(p.tracks for p in body.participants))
    bob = await MediaClient(sfu, "bob", single=single).join()
    joined = await bob.signal.wait("join")
    assert [track.sid for track in joined.other_participants[0].tracks] == [sid]
    await bob.until(lambda: sid in bob.streams, "stream")
    await alice.signal.wait("track_subscribed")
    speak(sender, 0, 5)
    await bob.until(lambda: len(numbers(bob, sid)) == 5, "packets")
    await alice.aclose()
    await bob.aclose()


@MODES
async def test_a_thousand_reliable_messages_in_order_and_once(sfu: FakeSfu, single: bool) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    bob = await MediaClient(sfu, "bob", single=single).join()
    for number in range(1, 1001):
        packet = models.DataPacket(
            sequence=number, user=models.UserPacket(payload=b"%d" % number, topic="chat")
        )
        alice.send_data(packet)
        if number % 10 == 0:
            alice.send_data(packet)  # as after a resume: the server knows it already
    alice.send_data(models.DataPacket(user=models.UserPacket(payload=b"lossy")), reliable=False)
    await bob.until(lambda: len(bob.data) == 1001, "messages")
    reliable = [packet for label, packet in bob.data if label == "_reliable"]
    assert [int(p.user.payload) for p in reliable] == list(range(1, 1001))
    assert {(p.participant_identity, p.participant_sid) for p in reliable} == {("alice", alice.sid)}
    assert {p.user.participant_identity for p in reliable} == {"alice"}
    lossy = next(packet for label, packet in bob.data if label == "_lossy")
    assert lossy.kind == models.DataPacket.Kind.LOSSY
    assert alice.data == []
    await alice.aclose()
    await bob.aclose()


async def test_data_goes_to_its_destinations_alone(sfu: FakeSfu) -> None:
    clients = {name: await MediaClient(sfu, name, single=True).join() for name in ("alice", "bob", "carol")}
    alice, bob, carol = clients.values()
    private = models.UserPacket(payload=b"private", destination_identities=["carol", "nobody"])
    alice.send_data(models.DataPacket(user=private))
    alice.send_data(models.DataPacket(user=models.UserPacket(payload=b"public")))
    await carol.until(lambda: len(carol.data) == 2, "two messages")
    await bob.until(lambda: len(bob.data) == 1, "one message")
    assert [p.user.payload for _, p in carol.data] == [b"private", b"public"]
    assert [p.user.payload for _, p in bob.data] == [b"public"]
    for client in clients.values():
        await client.aclose()


async def test_data_without_permission_is_dropped(sfu: FakeSfu) -> None:
    alice = await MediaClient(sfu, "alice", single=True).join(can_publish_data=False)
    bob = await MediaClient(sfu, "bob", single=True).join()
    alice.send_data(models.DataPacket(user=models.UserPacket(payload=b"refused")))
    bob.send_data(models.DataPacket(user=models.UserPacket(payload=b"allowed")))
    await alice.until(lambda: alice.data, "the allowed message")
    await bob.signal.send(ping=1)
    await bob.signal.wait("pong")
    assert bob.data == []
    await alice.aclose()
    await bob.aclose()


@MODES
async def test_unsubscribing_frees_the_section_and_subscribing_again_uses_it(
    sfu: FakeSfu, single: bool
) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    bob = await MediaClient(sfu, "bob", single=single).join(auto_subscribe=False)
    sid, sender = await alice.publish()
    await bob.signal.wait("update", lambda body: any(p.tracks for p in body.participants))
    assert bob.streams == {}
    await bob.signal.send(subscription=rtc.UpdateSubscription(track_sids=[sid], subscribe=True))
    first = await bob.until(lambda: bob.streams.get(sid), "stream")
    await alice.signal.wait("track_subscribed")
    speak(sender, 0, 3)
    await bob.until(lambda: len(numbers(bob, sid)) == 3, "packets")
    mid, ssrc = first.mid, first.ssrc
    await bob.signal.send(subscription=rtc.UpdateSubscription(track_sids=[sid], subscribe=False))
    await bob.until(lambda: sid in bob.removed, "the end of the stream")
    silence = [p for p in bob.packets[sid] if p.payload == b"\xf8\xff\xfe"]
    assert len(silence) == 10
    await bob.signal.send(subscription=rtc.UpdateSubscription(track_sids=[sid], subscribe=True))
    again = await bob.until(lambda: bob.streams.get(sid), "stream again")
    assert again.mid == mid
    assert again.ssrc != ssrc
    speak(sender, 3, 3)
    await bob.until(lambda: numbers(bob, sid)[-1] == 5, "packets")
    assert len([m for m in alice.signal.cases if m == "track_subscribed"]) == 1
    await alice.aclose()
    await bob.aclose()


@MODES
async def test_more_tracks_than_sections(sfu: FakeSfu, single: bool) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    bob = await MediaClient(sfu, "bob", single=single).join()
    published = [await alice.publish(f"track{n}", source=models.TrackSource.UNKNOWN) for n in range(5)]
    await bob.until(lambda: len(bob.streams) == 5, "five streams", patience=8)
    for sid, _ in published:
        await alice.signal.wait("track_subscribed", lambda body, sid=sid: body.track_sid == sid)
    for _, sender in published:
        speak(sender, 0, 2)
    await bob.until(lambda: all(len(numbers(bob, sid)) == 2 for sid, _ in published), "packets of all")
    assert len({stream.mid for stream in bob.streams.values()}) == 5
    await alice.aclose()
    await bob.aclose()


@MODES
async def test_unpublished_tracks_go_and_new_ones_come(sfu: FakeSfu, single: bool) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    bob = await MediaClient(sfu, "bob", single=single).join()
    first, sender = await alice.publish("first")
    await bob.until(lambda: first in bob.streams, "first stream")
    await alice.unpublish(sender)
    await bob.signal.wait(
        "update", lambda body: any(p.version > 3 and not p.tracks for p in body.participants)
    )
    await bob.until(lambda: first in bob.removed, "its end")
    second, sender = await alice.publish("second")
    await bob.until(lambda: second in bob.streams, "second stream")
    await alice.signal.wait("track_subscribed", lambda body: body.track_sid == second)
    speak(sender, 0, 2)
    await bob.until(lambda: len(numbers(bob, second)) == 2, "packets")
    assert list(sfu.rooms["lobby"].tracks) == [second]
    await alice.aclose()
    await bob.aclose()


async def test_muted_audio_is_swallowed_and_everybody_told(sfu: FakeSfu) -> None:
    alice = await MediaClient(sfu, "alice", single=True).join()
    bob = await MediaClient(sfu, "bob", single=True).join()
    sid, sender = await alice.publish()
    await alice.signal.wait("track_subscribed")
    await alice.signal.send(mute=rtc.MuteTrackRequest(sid=sid, muted=True))
    for client in (alice, bob):
        await client.signal.wait(
            "update", lambda body: any(t.muted for p in body.participants for t in p.tracks)
        )
    speak(sender, 0, 3)
    # Media and signalling come over different ways: the server must have these before it hears of the next.
    layers = sfu.rooms["lobby"].tracks[sid].layers
    async with asyncio.timeout(5):
        while sum(layer.statistics.packets_received for layer in layers.values()) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.005)  # the server tells nobody
    await alice.signal.send(mute=rtc.MuteTrackRequest(sid=sid, muted=False))
    await bob.signal.wait(
        "update",
        lambda body: any(p.tracks and not p.tracks[0].muted and p.version > 4 for p in body.participants),
    )
    speak(sender, 3, 3)
    await bob.until(lambda: len(numbers(bob, sid)) >= 3, "packets")
    assert numbers(bob, sid)[-3:] == [3, 4, 5]
    await alice.aclose()
    await bob.aclose()


async def test_speakers_are_told_to_themselves_and_their_listeners(sfu: FakeSfu) -> None:
    alice = await MediaClient(sfu, "alice", single=True).join()
    bob = await MediaClient(sfu, "bob", single=True).join()
    deaf = await MediaClient(sfu, "deaf", single=True).join(auto_subscribe=False)
    _, sender = await alice.publish()
    await alice.signal.wait("track_subscribed")
    number = 0
    while "speakers_changed" not in bob.signal.cases:
        speak(sender, number, 10, level=10)
        number += 10
        await asyncio.sleep(0.1)
    for client in (alice, bob):
        changed = await client.signal.wait("speakers_changed")
        assert changed.speakers[0].sid == alice.sid
        assert changed.speakers[0].active
        assert 0 < changed.speakers[0].level <= 1
        await client.signal.wait("speakers_changed", lambda body: not body.speakers[0].active)
    assert "speakers_changed" not in deaf.signal.cases
    for client in (alice, bob, deaf):
        await client.aclose()


@MODES
async def test_quality_is_excellent_and_told_soon(sfu: FakeSfu, single: bool) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    told = await alice.signal.wait("connection_quality")
    assert [(u.participant_sid, u.score) for u in told.updates] == [(alice.sid, 4.5)]
    assert told.updates[0].quality == models.ConnectionQuality.EXCELLENT
    await alice.aclose()


@MODES
async def test_resume_keeps_media_and_says_what_was_missed(sfu: FakeSfu, single: bool) -> None:
    alice = await MediaClient(sfu, "alice", single=single).join()
    bob = await MediaClient(sfu, "bob", single=single).join()
    sid, sender = await alice.publish()
    await alice.signal.wait("track_subscribed")
    bob.send_data(models.DataPacket(sequence=7, user=models.UserPacket(payload=b"x")))
    await alice.until(lambda: alice.data, "message")
    old = bob.signal
    token = (await old.wait("refresh_token")) or ""
    old.abort()
    await old.wait_closed()
    if single:
        join = rtc.JoinRequest(
            client_info=models.ClientInfo(sdk=models.ClientInfo.SDK.PYTHON, protocol=17), reconnect=True
        )
        bob.signal = await Signal.open(sfu, token, join=join)
    else:
        bob.signal = await Signal.open(sfu, token, query=f"reconnect=1&sid={bob.sid}")
    bob.signal.react(bob._react)
    reconnect = await bob.signal.wait("reconnect")
    assert reconnect.last_message_seq == 7
    if single:
        sdp = await bob.publisher.create_offer(ice_restart=True)
        await bob.signal.send(offer=rtc.SessionDescription(type="offer", sdp=sdp))
        await bob.signal.wait("answer")
        expected = ["reconnect", "update", "room_update", "refresh_token"]
    else:
        await bob.signal.wait("refresh_token")
        expected = ["reconnect", "update", "room_update", "offer"]
    assert bob.signal.cases[:4] == expected
    infos = (await bob.signal.wait("update")).participants
    assert {p.identity for p in infos} == {"alice", "bob"}
    for number in range(200):
        speak(sender, number, 1)
        await asyncio.sleep(0.005)
        if numbers(bob, sid):
            break
    assert numbers(bob, sid)
    assert bob.sid in {p.sid for p in sfu.rooms["lobby"].participants.values()}
    await alice.aclose()
    await old.aclose()
    await bob.aclose()
