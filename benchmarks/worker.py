"""One measured process, under lkpy or the official SDK: the first argument is the module to import as `rtc`.

    worker.py MODULE connect URL MODE TOKEN...                     seconds of each connect; memory, threads
    worker.py MODULE publish URL TOKEN TRACKS SPEECH WINDOWS SECONDS   speaks: CPU of this process
    worker.py MODULE listen  URL TOKEN TRACKS WINDOWS SECONDS      hears tracks: CPU, frames a second
    worker.py MODULE latency URL TOKEN TOKEN SECONDS LOSSES        capture to stream, and the times of losses

MODE is `default`, `single` or `dual`. Prints lines of JSON. CPU is user and system time of the whole process
by elapsed time, from when all is set up.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from typing import Any

import numpy as np
from measure import RATE, Latency, cpu_of, cpu_of_listening, memory_and_threads, noise, say, speech, told

rtc: Any = importlib.import_module(sys.argv[1])

FRAME = RATE // 100
SETTLE = 2.0
"""Seconds that receivers have to settle before they are measured."""
BETWEEN_LOSSES = 2.5


def options(mode: str = "default") -> Any:
    made = rtc.RoomOptions()
    if mode != "default":
        made.single_peer_connection = mode == "single"
    return made


async def connect(url: str, mode: str, *tokens: str) -> None:
    seconds, footprint = [], {}
    for token in tokens:
        room = rtc.Room()
        began = time.perf_counter()
        await room.connect(url, token, options(mode))
        seconds.append(time.perf_counter() - began)
        if len(seconds) == len(tokens):
            await asyncio.sleep(0.5)
            footprint = memory_and_threads()
        await room.disconnect()
    say(seconds=seconds[1:], **footprint)


async def published(room: Any, name: str) -> Any:
    source = rtc.AudioSource(RATE, 1)
    track = rtc.LocalAudioTrack.create_audio_track(name, source)
    made = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False, red=False)
    await room.local_participant.publish_track(track, made)
    return source


async def play(source: Any, samples: np.ndarray) -> None:
    for at in range(0, samples.size - FRAME + 1, FRAME):
        chunk = samples[at : at + FRAME].tobytes()
        await source.capture_frame(rtc.AudioFrame(chunk, RATE, 1, FRAME))


async def publish(url: str, token: str, tracks: str, path: str, windows: str, seconds: str) -> None:
    room = rtc.Room()
    await room.connect(url, token, options())
    samples = speech(path)
    players = []
    for number in range(int(tracks)):
        source = await published(room, f"speech {number}")
        # Not all of them say the same at the same time.
        players.append(asyncio.ensure_future(play(source, samples[number * RATE :])))
    await asyncio.sleep(SETTLE)
    say(cpu=[await cpu_of(float(seconds)) for _ in range(int(windows))])
    await told()
    for player in players:
        player.cancel()
    await asyncio.wait(players)
    await room.disconnect()


async def listen(url: str, token: str, tracks: str, windows: str, seconds: str) -> None:
    room, complete = rtc.Room(), asyncio.Event()
    frames: dict[str, int] = {}
    listeners = []

    async def hear(track: Any) -> None:
        async for _ in rtc.AudioStream(track):
            frames[track.sid] = frames.get(track.sid, 0) + 1

    def subscribed(track: Any, *_: Any) -> None:
        listeners.append(asyncio.ensure_future(hear(track)))
        if len(listeners) == int(tracks):
            complete.set()

    room.on("track_subscribed", subscribed)
    await room.connect(url, token, options())
    await asyncio.wait_for(complete.wait(), 30)
    await asyncio.sleep(SETTLE)
    say(**await cpu_of_listening(frames, int(windows), float(seconds)))
    for listener in listeners:
        listener.cancel()
    await asyncio.wait(listeners)
    await room.disconnect()


async def latency(url: str, first: str, second: str, seconds: str, losses: str) -> None:
    """Captures noise in real time. At each loss it asks for one; losses come `BETWEEN_LOSSES` s apart."""
    alice, bob = rtc.Room(), rtc.Room()
    subscribed = asyncio.get_running_loop().create_future()
    bob.on("track_subscribed", lambda track, *_: subscribed.set_result(track))
    await alice.connect(url, first, options())
    await bob.connect(url, second, options())
    source = await published(alice, "noise")
    stream = rtc.AudioStream(await asyncio.wait_for(subscribed, 10))
    sent = noise(float(seconds))
    lags = Latency(sent)

    async def hear() -> None:
        async for event in stream:
            lags.heard(np.frombuffer(event.frame.data, np.int16).copy())

    listener = asyncio.ensure_future(hear())
    # Noise has neither pauses nor periods, the places where receivers bring their delay down.
    await asyncio.sleep(SETTLE)
    began = next_at = time.perf_counter()
    lost: list[float] = []
    for at in range(0, sent.size - FRAME + 1, FRAME):
        lags.captured(FRAME)
        await source.capture_frame(rtc.AudioFrame(sent[at : at + FRAME].tobytes(), RATE, 1, FRAME))
        if len(lost) < int(losses) and time.perf_counter() - began > SETTLE + 1 + BETWEEN_LOSSES * len(lost):
            lost.append(time.perf_counter())
            say(lose=len(lost))
        # After a stall the pace slips: frames that come in a burst would wait in the source's queue for ever.
        next_at = max(next_at + 0.01, time.perf_counter())
        await asyncio.sleep(max(0.0, next_at - time.perf_counter()))
    await asyncio.sleep(0.5)
    listener.cancel()
    await asyncio.wait([listener])
    found = [(at, lag) for at, lag in lags.result() if at - began > SETTLE]
    say(latency=found, losses=lost)
    await asyncio.gather(alice.disconnect(), bob.disconnect())


COMMANDS = {f.__name__: f for f in (connect, publish, listen, latency)}

if __name__ == "__main__":
    asyncio.run(COMMANDS[sys.argv[2]](*sys.argv[3:]))
