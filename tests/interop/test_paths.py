"""Other ways to a server than plain UDP: ICE-TCP (RFC 6544) where it offers nothing else, and its TURN relay
(RFC 8656) where we are told to use nothing else."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import lkpy as rtc
from lkpy.protocol import stats_pb2
from lkpy.testing.tokens import make_token
from tests.interop.environment import API_KEY, API_SECRET
from tests.interop.servers import running_livekit

pytestmark = pytest.mark.interop
RATE, HZ = 48_000, 440
LARGE = 300_000


RELAY_ONLY = rtc.RtcConfiguration(ice_transport_type=rtc.IceTransportType.TRANSPORT_RELAY)


@dataclass(frozen=True)
class Way:
    """What the server is told, what the client is told, and what it must use then."""

    server: dict[str, Any]
    client: dict[str, Any]
    used: tuple[str, str]


WAYS = {
    "tcp": Way({"rtc": "force_tcp: true"}, {}, ("tcp", "HOST")),
    "relay": Way({"turn": True}, {"rtc_config": RELAY_ONLY}, ("udp", "RELAY")),
}


@pytest.fixture(scope="module", params=WAYS)
def way(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Way]]:
    """The URL of a server, and how it is reached."""
    chosen = WAYS[request.param]
    with running_livekit(tmp_path_factory.mktemp(request.param), **chosen.server) as url:
        yield url, chosen


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


def used(stats: rtc.RtcStats) -> set[tuple[str, str]]:
    """Protocol and type of the local candidates in use."""
    entries = [*stats.publisher_stats, *stats.subscriber_stats]
    used = {e.transport.transport.selected_candidate_pair_id for e in entries if e.HasField("transport")}
    pairs = [e.candidate_pair for e in entries if e.HasField("candidate_pair")]
    local = {pair.candidate_pair.local_candidate_id for pair in pairs if pair.rtc.id in used}
    candidates = [e.local_candidate for e in entries if e.HasField("local_candidate")]
    return {
        (c.candidate.protocol, stats_pb2.IceCandidateType.Name(c.candidate.candidate_type))
        for c in candidates
        if c.rtc.id in local
    }


@pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
async def test_audio_and_data(way: tuple[str, Way], single: bool) -> None:
    url, chosen = way
    options = rtc.RoomOptions(single_peer_connection=single, **chosen.client)
    rooms = {name: rtc.Room() for name in ("alice", "bob")}
    subscribed: asyncio.Future[rtc.Track] = asyncio.get_running_loop().create_future()
    received: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    rooms["bob"].on("track_subscribed", lambda track, *_: subscribed.set_result(track))

    async def take(reader: Any) -> None:
        received.set_result(await reader.read_all())

    rooms["bob"].register_byte_stream_handler("large", lambda reader, _: take(reader))
    for name, room in rooms.items():
        token = make_token(API_KEY, API_SECRET, identity=name, room=f"single {single}")
        await room.connect(url, token, options)
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
        assert used(await room.get_rtc_stats()) == {chosen.used}
    whistling.cancel()
    await asyncio.wait((whistling,))
    await asyncio.gather(*(room.disconnect() for room in rooms.values()))
    await source.aclose()
