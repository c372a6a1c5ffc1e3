"""A server that offers no UDP: everything goes over ICE-TCP (RFC 6544)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import lkpy as rtc
from lkpy.testing.tokens import make_token
from tests.interop.environment import API_KEY, API_SECRET
from tests.interop.servers import running_livekit

pytestmark = pytest.mark.interop
RATE, HZ = 48_000, 440
LARGE = 300_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_livekit(tmp_path_factory.mktemp("tcp"), rtc="force_tcp: true") as url:
        yield url


async def whistle(source: rtc.AudioSource) -> None:
    """A tone without end."""
    second = (8000 * np.sin(2 * math.pi * HZ * np.arange(RATE) / RATE)).astype(np.int16).reshape(100, -1)
    while True:
        for block in second:
            await source.capture_frame(rtc.AudioFrame(block.tobytes(), RATE, 1, block.size))


async def heard(track: rtc.Track) -> float:
    """The pitch of half a second that begins with a sound, Hz."""
    blocks: list[np.ndarray] = []
    stream = rtc.AudioStream(track)
    async for event in stream:
        block = np.frombuffer(event.frame.data, np.int16)
        if blocks or np.abs(block).max() > 1000:
            blocks.append(block)
        if len(blocks) == 60:
            break
    await stream.aclose()
    samples = np.concatenate(blocks[10:])
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / samples.size)


def protocols(stats: rtc.RtcStats) -> set[str]:
    """The protocols of the local candidates in use."""
    entries = [*stats.publisher_stats, *stats.subscriber_stats]
    used = {e.transport.transport.selected_candidate_pair_id for e in entries if e.HasField("transport")}
    pairs = [e.candidate_pair for e in entries if e.HasField("candidate_pair")]
    local = {pair.candidate_pair.local_candidate_id for pair in pairs if pair.rtc.id in used}
    candidates = [e.local_candidate for e in entries if e.HasField("local_candidate")]
    return {c.candidate.protocol for c in candidates if c.rtc.id in local}


@pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
async def test_audio_and_data_over_tcp(server: str, single: bool) -> None:
    rooms = {name: rtc.Room() for name in ("alice", "bob")}
    subscribed: asyncio.Future[rtc.Track] = asyncio.get_running_loop().create_future()
    received: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    rooms["bob"].on("track_subscribed", lambda track, *_: subscribed.set_result(track))

    async def take(reader: Any) -> None:
        received.set_result(await reader.read_all())

    rooms["bob"].register_byte_stream_handler("large", lambda reader, _: take(reader))
    for name, room in rooms.items():
        token = make_token(API_KEY, API_SECRET, identity=name, room=f"tcp {single}")
        await room.connect(server, token, rtc.RoomOptions(single_peer_connection=single))
    source = rtc.AudioSource(RATE, 1)
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    await rooms["alice"].local_participant.publish_track(track)
    whistling = asyncio.create_task(whistle(source))
    content = np.random.default_rng(1).bytes(LARGE)
    await rooms["alice"].local_participant.send_bytes(content, name="large", topic="large")
    async with asyncio.timeout(15):
        assert abs(await heard(await subscribed) - HZ) <= 2
        assert await received == content
    for room in rooms.values():
        assert protocols(await room.get_rtc_stats()) == {"tcp"}
    whistling.cancel()
    await asyncio.wait((whistling,))
    await asyncio.gather(*(room.disconnect() for room in rooms.values()))
    await source.aclose()
