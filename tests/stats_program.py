"""Two participants talk, then print what their statistics are made of: for each list and kind of entry the id
and the fields that are not zero. Written for `livekit.rtc`; arguments: URL and two tokens.
"""

from __future__ import annotations

import array
import asyncio
import json
import math
import sys
from typing import Any

from livekit import rtc

FRAME = array.array("h", [int(8000 * math.sin(2 * math.pi * 500 * n / 48000)) for n in range(480)])
PACKETS = 40


def described(stats: list[Any]) -> list[dict[str, Any]]:
    """Kind, id and set fields (`part.field`) of each entry."""
    entries = []
    for entry in stats:
        kind = entry.WhichOneof("stats")
        parts = {part.name: message for part, message in getattr(entry, kind).ListFields()}
        fields = {
            f"{name}.{field.name}": str(value)
            for name, message in parts.items()
            for field, value in message.ListFields()
            if value or field.enum_type is not None
        }
        entries.append({"kind": kind, "id": parts["rtc"].id, "fields": fields})
    return entries


async def talk(source: rtc.AudioSource) -> None:
    """A tone without end."""
    while True:
        await source.capture_frame(rtc.AudioFrame(FRAME.tobytes(), 48000, 1, 480))


async def listen(track: rtc.RemoteAudioTrack) -> None:
    """Hear a track to its end."""
    stream = rtc.AudioStream(track)
    try:
        async for _ in stream:
            pass
    finally:
        await stream.aclose()


def kinds(stats: list[Any]) -> set[str]:
    """The kinds of the entries."""
    return {entry.WhichOneof("stats") for entry in stats}


async def main(url: str, first: str, second: str) -> None:
    """Join, talk, print, leave."""
    alice, bob = rtc.Room(), rtc.Room()
    subscribed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    bob.on("track_subscribed", lambda track, *_: subscribed.done() or subscribed.set_result(track))
    await alice.connect(url, first)
    await bob.connect(url, second)
    source = rtc.AudioSource(48000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    await alice.local_participant.publish_track(
        track, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    )
    talking = asyncio.create_task(talk(source))
    remote = await subscribed
    listening = asyncio.create_task(listen(remote))
    await alice.local_participant.publish_data(b"hello")
    async with asyncio.timeout(20):
        while True:
            sent, heard = await track.get_stats(), await remote.get_stats()
            reports = {"remote_inbound_rtp", "remote_outbound_rtp"}  # each end has told the other
            packets = sum(s.inbound_rtp.received.packets_received for s in heard)
            if packets > PACKETS and reports <= kinds(sent) | kinds(heard):
                break
            await asyncio.sleep(0.1)
    rooms = {name: await room.get_rtc_stats() for name, room in (("alice", alice), ("bob", bob))}
    report = {"sent": described(sent), "heard": described(heard)}
    for name, stats in rooms.items():
        report[f"{name} publisher"] = described(stats.publisher_stats)
        report[f"{name} subscriber"] = described(stats.subscriber_stats)
    print(json.dumps(report))
    talking.cancel()
    listening.cancel()
    await asyncio.gather(talking, listening, return_exceptions=True)
    await alice.disconnect()
    await bob.disconnect()
    await source.aclose()


asyncio.run(main(*sys.argv[1:]))
