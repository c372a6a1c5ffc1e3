"""One measured process. Runs under lkpy or the official SDK: the first argument is the module to import as `rtc`.

    worker.py MODULE connect   URL TOKEN... [--dual]           connects once with each token: seconds of each
    worker.py MODULE publish   URL TOKEN TRACKS SECONDS        publishes tones: CPU of this process
    worker.py MODULE listen    URL TOKEN TRACKS SECONDS        hears tracks: CPU and frames a second of each
    worker.py MODULE latency   URL TOKEN TOKEN                 capture to stream: seconds, one value a window
    worker.py MODULE receive   URL TOKEN COUNT                 waits for messages: messages a second
    worker.py MODULE send      URL TOKEN COUNT SIZE            sends messages

Prints one line of JSON. CPU is user and system time of the whole process by elapsed time, from when all is set up.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import resource
import sys
import time
from typing import Any

import numpy as np

rtc: Any = importlib.import_module(sys.argv[1])

RATE = 48_000
FRAME = RATE // 100


def say(**result: Any) -> None:
    print(json.dumps(result), flush=True)


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def cpu_of(seconds: float) -> float:
    began, cpu = time.perf_counter(), cpu_seconds()
    await asyncio.sleep(seconds)
    return (cpu_seconds() - cpu) / (time.perf_counter() - began)


def options(dual: bool = False) -> Any:
    made = rtc.RoomOptions()
    if hasattr(made, "single_peer_connection"):
        made.single_peer_connection = not dual
    return made


async def connect(url: str, *tokens: str) -> None:
    dual = "--dual" in tokens
    seconds = []
    for token in (token for token in tokens if not token.startswith("--")):
        room = rtc.Room()
        began = time.perf_counter()
        await room.connect(url, token, options(dual))
        seconds.append(time.perf_counter() - began)
        await room.disconnect()
    say(seconds=seconds)


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


async def publish(url: str, token: str, tracks: str, seconds: str) -> None:
    room = rtc.Room()
    await room.connect(url, token, options())
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(RATE * 300) / RATE)).astype(np.int16)
    players = []
    for number in range(int(tracks)):
        source = await published(room, f"tone {number}")
        players.append(asyncio.ensure_future(play(source, tone)))
    await asyncio.sleep(1)
    say(cpu=await cpu_of(float(seconds)))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for player in players:
        player.cancel()
    await asyncio.wait(players)
    await room.disconnect()


async def listen(url: str, token: str, tracks: str, seconds: str) -> None:
    room, frames, complete = rtc.Room(), {}, asyncio.Event()
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
    await asyncio.sleep(2)
    frames.clear()
    cpu = await cpu_of(float(seconds))
    say(cpu=cpu, frames_per_second=[count / float(seconds) for count in frames.values()])
    for listener in listeners:
        listener.cancel()
    await asyncio.wait(listeners)
    await room.disconnect()


async def latency(url: str, first: str, second: str) -> None:
    """Noise bursts are found again by correlation; one in each half second."""
    alice, bob, heard = rtc.Room(), rtc.Room(), []
    subscribed, began = asyncio.get_running_loop().create_future(), []
    bob.on("track_subscribed", lambda track, *_: subscribed.set_result(track))
    await alice.connect(url, first, options())
    await bob.connect(url, second, options())
    source = await published(alice, "noise")
    stream = rtc.AudioStream(await asyncio.wait_for(subscribed, 10))

    async def hear() -> None:
        async for event in stream:
            heard.append(np.frombuffer(event.frame.data, np.int16).copy())
            began.append(time.perf_counter() - len(heard) * 0.01)

    listener = asyncio.ensure_future(hear())
    await asyncio.sleep(1)
    random = np.random.default_rng(1)
    smooth = np.convolve(random.normal(0, 1, RATE * 10), np.ones(24) / 24, "same")
    sent = (smooth / np.abs(smooth).max() * 16000).astype(np.int16)
    first_at = time.perf_counter()
    next_at = first_at
    for at in range(0, sent.size - FRAME + 1, FRAME):
        await source.capture_frame(rtc.AudioFrame(sent[at : at + FRAME].tobytes(), RATE, 1, FRAME))
        next_at += 0.01
        await asyncio.sleep(max(0.0, next_at - time.perf_counter()))
        if at == sent.size // 2:
            say(half=True)  # the driver loses one packet now
    await asyncio.sleep(0.5)
    listener.cancel()
    await asyncio.wait([listener])
    pcm = np.concatenate(heard).astype(np.float64)
    stream_began = min(began)
    lags = []
    window = RATE // 4
    for at in range(0, sent.size - window, RATE // 2):
        wanted = sent[at : at + window].astype(np.float64)
        expected = int((first_at - stream_began) * RATE) + at
        region = pcm[max(0, expected - RATE // 10) : expected + RATE]
        if region.size > window:
            found = max(0, expected - RATE // 10) + int(np.argmax(np.correlate(region, wanted, "valid")))
            lags.append((found - expected) / RATE)
    say(seconds=lags)
    await asyncio.gather(alice.disconnect(), bob.disconnect())


async def receive(url: str, token: str, count: str) -> None:
    room, times, complete = rtc.Room(), [], asyncio.Event()

    def received(_: Any) -> None:
        times.append(time.perf_counter())
        if len(times) == int(count):
            complete.set()

    room.on("data_received", received)
    await room.connect(url, token, options())
    say(ready=True)
    await asyncio.wait_for(complete.wait(), 120)
    say(per_second=(len(times) - 1) / (times[-1] - times[0]))
    await room.disconnect()


async def send(url: str, token: str, count: str, size: str) -> None:
    room, payload = rtc.Room(), bytes(int(size))
    await room.connect(url, token, options())
    await asyncio.sleep(0.5)
    for _ in range(int(count)):
        await room.local_participant.publish_data(payload)
    say(sent=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await room.disconnect()


COMMANDS = {f.__name__: f for f in (connect, publish, listen, latency, receive, send)}

if __name__ == "__main__":
    asyncio.run(COMMANDS[sys.argv[2]](*sys.argv[3:]))
