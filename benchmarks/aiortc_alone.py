"""The same figures from aiortc alone, two peer connections on loopback in one or two processes, no server.

    aiortc_alone.py connect                   10 connects: seconds of each
    aiortc_alone.py listen  TRACKS SECONDS    a forked sender, this process receives and decodes: CPU, frames a second
    aiortc_alone.py latency                   capture to `recv()` without loss: seconds
    aiortc_alone.py messages COUNT SIZE       a forked sender: messages a second
"""

from __future__ import annotations

import asyncio
import fractions
import json
import multiprocessing
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCBundlePolicy

sys.path.insert(0, __file__.rpartition("/")[0])

CONFIGURATION = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
RATE = 48_000
PTIME = RATE // 50


def say(**result: Any) -> None:
    print(json.dumps(result), flush=True)


class Tone(MediaStreamTrack):
    """20 ms frames in real time; frame n begins with n so that it can be found again."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.began: float | None = None
        self.number = 0
        self.captured: dict[int, float] = {}

    async def recv(self) -> av.AudioFrame:
        if self.began is None:
            self.began = time.perf_counter()
        await asyncio.sleep(max(0.0, self.began + self.number * 0.02 - time.perf_counter()))
        # A burst each second: silence carries its time to the other end.
        loud = self.number % 50 == 0
        phase = np.arange(PTIME) * 2 * np.pi * 1000 / RATE
        pcm = (16000 * np.sin(phase) if loud else np.zeros(PTIME)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts = RATE, self.number * PTIME
        frame.time_base = fractions.Fraction(1, RATE)
        if loud:
            self.captured[self.number] = time.perf_counter()
        self.number += 1
        return frame


async def described(pc: RTCPeerConnection, make: Any) -> RTCSessionDescription:
    await pc.setLocalDescription(await make())
    return pc.localDescription


async def connected(pc: RTCPeerConnection) -> None:
    done = asyncio.Event()
    pc.on("connectionstatechange", lambda: pc.connectionState == "connected" and done.set())
    if pc.connectionState != "connected":
        await done.wait()


async def join(a: RTCPeerConnection, b: RTCPeerConnection) -> None:
    await b.setRemoteDescription(await described(a, a.createOffer))
    await a.setRemoteDescription(await described(b, b.createAnswer))
    await asyncio.gather(connected(a), connected(b))


async def connect() -> None:
    seconds = []
    for _ in range(10):
        a, b = RTCPeerConnection(CONFIGURATION), RTCPeerConnection(CONFIGURATION)
        a.createDataChannel("x")
        began = time.perf_counter()
        await join(a, b)
        seconds.append(time.perf_counter() - began)
        await asyncio.gather(a.close(), b.close())
    say(seconds=seconds)


async def latency() -> None:
    a, b = RTCPeerConnection(CONFIGURATION), RTCPeerConnection(CONFIGURATION)
    tone, heard = Tone(), asyncio.get_running_loop().create_future()
    a.addTrack(tone)
    b.on("track", heard.set_result)
    await join(a, b)
    track, lags = await heard, []
    quiet = True
    while len(lags) < 8:
        pcm = (await track.recv()).to_ndarray()
        loud = bool(np.abs(pcm).max() > 4000)
        if loud and quiet and tone.captured:
            lags.append(time.perf_counter() - max(tone.captured.values()))
        quiet = not loud
    say(seconds=lags)
    await asyncio.gather(a.close(), b.close())


async def sender(pipe: Connection, tracks: int, count: int, size: int) -> None:
    pc = RTCPeerConnection(CONFIGURATION)
    channel = pc.createDataChannel("x")
    opened = asyncio.Event()
    channel.on("open", opened.set)
    for _ in range(tracks):
        pc.addTrack(Tone())
    pipe.send((await described(pc, pc.createOffer)).sdp)
    loop = asyncio.get_running_loop()
    answer = await loop.run_in_executor(None, pipe.recv)
    await pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await opened.wait()
    low = asyncio.Event()
    channel.bufferedAmountLowThreshold = 1 << 18
    channel.on("bufferedamountlow", low.set)
    for _ in range(count):
        channel.send(bytes(size))
        if channel.bufferedAmount > 1 << 20:
            low.clear()
            await low.wait()
    await loop.run_in_executor(None, pipe.recv)
    await pc.close()


def run_sender(pipe: Connection, tracks: int, count: int, size: int) -> None:
    asyncio.run(sender(pipe, tracks, count, size))


async def with_sender(tracks: int, count: int, size: int, work: Any) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=run_sender, args=(theirs, tracks, count, size))
    process.start()
    pc = RTCPeerConnection(CONFIGURATION)
    loop = asyncio.get_running_loop()
    result = asyncio.ensure_future(work(pc))
    await asyncio.sleep(0)
    offer = await loop.run_in_executor(None, ours.recv)
    await pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    ours.send((await described(pc, pc.createAnswer)).sdp)
    await result
    ours.send("done")
    await pc.close()
    process.join()


async def listen(tracks: str, seconds: str) -> None:
    from worker import cpu_of

    frames: dict[str, int] = {}

    async def work(pc: RTCPeerConnection) -> None:
        readers = []

        async def read(track: MediaStreamTrack) -> None:
            while True:
                await track.recv()
                frames[track.id] = frames.get(track.id, 0) + 1

        pc.on("track", lambda track: readers.append(asyncio.ensure_future(read(track))))
        await connected(pc)
        await asyncio.sleep(2)
        frames.clear()
        cpu = await cpu_of(float(seconds))
        say(cpu=cpu, frames_per_second=[count / float(seconds) for count in frames.values()])
        for reader in readers:
            reader.cancel()
        await asyncio.wait(readers)

    await with_sender(int(tracks), 0, 0, work)


async def messages(count: str, size: str) -> None:
    async def work(pc: RTCPeerConnection) -> None:
        times: list[float] = []
        complete = asyncio.Event()

        def received(_: Any) -> None:
            times.append(time.perf_counter())
            if len(times) == int(count):
                complete.set()

        pc.on("datachannel", lambda channel: channel.on("message", received))
        await asyncio.wait_for(complete.wait(), 120)
        say(per_second=(len(times) - 1) / (times[-1] - times[0]))

    await with_sender(0, int(count), int(size), work)


COMMANDS = {f.__name__: f for f in (connect, listen, latency, messages)}

if __name__ == "__main__":
    sys.argv.insert(1, "json")  # where `worker` looks for the module to measure
    asyncio.run(COMMANDS[sys.argv[2]](*sys.argv[3:]))
