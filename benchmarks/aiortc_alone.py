"""The same figures from aiortc alone: two peer connections on loopback, no server.

aiortc_alone.py connect  COUNT                             seconds of each connect
aiortc_alone.py publish  SPEECH WINDOWS SECONDS            CPU of this process; a second one listens
aiortc_alone.py listen   TRACKS SPEECH WINDOWS SECONDS     CPU of this process; a second one speaks
aiortc_alone.py latency  SECONDS LOSSES                    capture to `recv()`
aiortc_alone.py messages COUNT SIZE RUNS                   a second process sends: messages a second
"""

from __future__ import annotations

import asyncio
import fractions
import multiprocessing
import sys
import time
from collections.abc import Callable, Coroutine
from multiprocessing.connection import Connection
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCBundlePolicy
from measure import RATE, Latency, cpu_of, cpu_of_listening, noise, say, speech

PROCESSES = multiprocessing.get_context("spawn")
CONFIGURATION = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
PTIME = RATE // 50
SETTLE = 2.0
BETWEEN_LOSSES = 2.5

Work = Callable[..., Coroutine[Any, Any, None]]


class Player(MediaStreamTrack):
    """20 ms frames of the samples in real time."""

    kind = "audio"

    def __init__(self, samples: np.ndarray, lags: Latency | None = None) -> None:
        super().__init__()
        self._samples = samples
        self._lags = lags
        self._began: float | None = None
        self._at = 0

    async def recv(self) -> av.AudioFrame:
        if self._began is None:
            self._began = time.perf_counter()
        await asyncio.sleep(max(0.0, self._began + self._at / RATE - time.perf_counter()))
        pcm = self._samples[self._at : self._at + PTIME]
        if pcm.size < PTIME:
            await asyncio.get_running_loop().create_future()  # the end: silence until somebody closes
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts = RATE, self._at
        frame.time_base = fractions.Fraction(1, RATE)
        if self._lags is not None:
            self._lags.captured(PTIME)
        self._at += PTIME
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


async def connect(count: str) -> None:
    seconds = []
    for _ in range(int(count) + 1):
        a, b = RTCPeerConnection(CONFIGURATION), RTCPeerConnection(CONFIGURATION)
        a.createDataChannel("x")
        began = time.perf_counter()
        await join(a, b)
        seconds.append(time.perf_counter() - began)
        await asyncio.gather(a.close(), b.close())
    say(seconds=seconds[1:])


async def latency(seconds: str, losses: str) -> None:
    a, b = RTCPeerConnection(CONFIGURATION), RTCPeerConnection(CONFIGURATION)
    sent = noise(float(seconds))
    lags = Latency(sent)
    heard = asyncio.get_running_loop().create_future()
    player = Player(sent, lags)
    rtp = a.addTrack(player).transport
    lossless, lose = rtp._send_rtp, False

    async def send_rtp(data: bytes) -> None:
        nonlocal lose
        # RTCP passes here too (RFC 5761 section 4): only a media packet is lost.
        if lose and not 192 <= data[1] <= 223:
            lose = False
            return
        await lossless(data)

    rtp._send_rtp = send_rtp
    b.on("track", heard.set_result)
    await join(a, b)
    track = await heard

    async def hear() -> None:
        while True:
            frame = await track.recv()
            stereo = frame.to_ndarray().reshape(-1, len(frame.layout.channels))
            lags.heard(stereo[:, 0].copy())

    listener = asyncio.ensure_future(hear())
    began = time.perf_counter()
    lost = []
    for number in range(int(losses)):
        await asyncio.sleep(SETTLE + 1 if number == 0 else BETWEEN_LOSSES)
        lost.append(time.perf_counter())
        lose = True
    await asyncio.sleep(max(0.0, began + float(seconds) + 0.5 - time.perf_counter()))
    listener.cancel()
    await asyncio.wait([listener])
    say(latency=[(at, lag) for at, lag in lags.result() if at - began > SETTLE], losses=lost)
    await asyncio.gather(a.close(), b.close())


async def offering(pipe: Connection, tracks: int, path: str, work: Work | None, arguments: Any) -> None:
    """One side: offers a data channel and tracks of speech; then `work(channel, arguments)`."""
    pc = RTCPeerConnection(CONFIGURATION)
    # Tracks first: aiortc 1.16 does not connect when a bundle was begun by the data channel.
    samples = speech(path) if tracks else np.zeros(0, np.int16)
    for number in range(tracks):
        pc.addTrack(Player(samples[number * RATE :]))
    channel = pc.createDataChannel("x")
    opened = asyncio.Event()
    channel.on("open", opened.set)
    pipe.send((await described(pc, pc.createOffer)).sdp)
    loop = asyncio.get_running_loop()
    answer = await loop.run_in_executor(None, pipe.recv)
    await pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await opened.wait()
    if work is not None:
        await work(channel, *arguments)
    await loop.run_in_executor(None, pipe.recv)
    await pc.close()


async def answering(pipe: Connection, work: Work) -> None:
    """The other side: answers; then `work(pc)`, started before any packet can come."""
    pc = RTCPeerConnection(CONFIGURATION)
    task = asyncio.ensure_future(work(pc))
    await asyncio.sleep(0)
    offer = await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    await pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    pipe.send((await described(pc, pc.createAnswer)).sdp)
    await task
    pipe.send("done")
    await pc.close()


def in_a_process(function: Any, *arguments: Any) -> Any:
    process = PROCESSES.Process(target=_run, args=(function, arguments))
    process.start()
    return process


def _run(function: Any, arguments: Any) -> None:
    asyncio.run(function(*arguments))


def listening(counts: dict[str, int], work: Work) -> Work:
    """Reads every track and counts 10 ms frames, while `work()` is done."""

    async def run(pc: RTCPeerConnection) -> None:
        readers = []

        async def read(track: MediaStreamTrack) -> None:
            while True:
                frame = await track.recv()
                counts[track.id] = counts.get(track.id, 0) + frame.samples * 100 // frame.sample_rate

        pc.on("track", lambda track: readers.append(asyncio.ensure_future(read(track))))
        await connected(pc)
        await asyncio.sleep(SETTLE)
        await work()
        for reader in readers:
            reader.cancel()
        await asyncio.wait(readers)

    return run


async def listen(tracks: str, path: str, windows: str, seconds: str) -> None:
    ours, theirs = PROCESSES.Pipe()
    process = in_a_process(offering, theirs, int(tracks), path, None, ())
    counts: dict[str, int] = {}

    async def measure() -> None:
        say(**await cpu_of_listening(counts, int(windows), float(seconds)))

    await answering(ours, listening(counts, measure))
    process.join()


async def listen_for(pipe: Connection, seconds: float) -> None:
    await answering(pipe, listening({}, lambda: asyncio.sleep(seconds)))


async def publish(path: str, windows: str, seconds: str) -> None:
    ours, theirs = PROCESSES.Pipe()
    process = in_a_process(listen_for, theirs, int(windows) * float(seconds) + 1)

    async def measure(_: Any) -> None:
        await asyncio.sleep(SETTLE)
        say(cpu=[await cpu_of(float(seconds)) for _ in range(int(windows))])

    await offering(ours, 1, path, measure, ())
    process.join()


async def send_messages(channel: Any, pipe: Connection, count: int, size: int) -> None:
    low = asyncio.Event()
    channel.bufferedAmountLowThreshold = 1 << 18
    channel.on("bufferedamountlow", low.set)
    while await asyncio.get_running_loop().run_in_executor(None, pipe.recv) == "go":
        for _ in range(count):
            channel.send(bytes(size))
            if channel.bufferedAmount > 1 << 20:
                low.clear()
                await low.wait()


async def messages(count: str, size: str, runs: str) -> None:
    ours, theirs = PROCESSES.Pipe()
    go, gone = PROCESSES.Pipe()
    process = in_a_process(offering, theirs, 0, "", send_messages, (gone, int(count), int(size)))

    async def work(pc: RTCPeerConnection) -> None:
        times: list[float] = []
        complete = asyncio.Event()

        def received(_: Any) -> None:
            times.append(time.perf_counter())
            if len(times) == int(count):
                complete.set()

        pc.on("datachannel", lambda channel: channel.on("message", received))
        await connected(pc)
        await asyncio.sleep(0.5)
        for _ in range(int(runs)):
            go.send("go")
            await asyncio.wait_for(complete.wait(), 60)
            say(per_second=(len(times) - 1) / (times[-1] - times[0]))
            times.clear()
            complete.clear()
        go.send("end")

    await answering(ours, work)
    process.join()


COMMANDS = {f.__name__: f for f in (connect, publish, listen, latency, messages)}

if __name__ == "__main__":
    asyncio.run(COMMANDS[sys.argv[1]](*sys.argv[2:]))
