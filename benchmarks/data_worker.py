"""One measured process of a pair that exchanges data: the first argument is the module to import as `rtc`.

    data_worker.py MODULE receive URL TOKEN COUNT RUNS    messages a second, one line a run
    data_worker.py MODULE send    URL TOKEN COUNT SIZE    sends that many for each line it is told
    data_worker.py MODULE read    URL TOKEN RUNS          bytes a second of a stream, one line a run
    data_worker.py MODULE write   URL TOKEN SIZE          a stream of that size for each line it is told
    data_worker.py MODULE answer  URL TOKEN               answers calls
    data_worker.py MODULE call    URL TOKEN COUNT PARALLEL    round trips and calls a second, for each line
    data_worker.py MODULE witness URL TOKEN OTHERS COUNT RUNS    events a second, one line a run

Prints lines of JSON, the first when it is ready.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from typing import Any

import numpy as np
from measure import say, told

rtc: Any = importlib.import_module(sys.argv[1])

BLOCK = bytes(65_536)
PAYLOAD = "x" * 100
SETTLE = 0.5


class Meter:
    """How many of something there are in a second, from the first of `count` to the last."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._times: list[float] = []
        self._complete = asyncio.Event()

    def tick(self) -> None:
        """One more."""
        self._times.append(time.perf_counter())
        if len(self._times) == self._count:
            self._complete.set()

    async def report(self, runs: int) -> None:
        """Say that it is ready, and then the rate of each run."""
        say(ready=True)
        for _ in range(runs):
            await asyncio.wait_for(self._complete.wait(), 60)
            per_second = (len(self._times) - 1) / (self._times[-1] - self._times[0])
            self._times.clear()
            self._complete.clear()
            say(per_second=per_second)


async def receive(url: str, token: str, count: str, runs: str) -> None:
    room, meter = rtc.Room(), Meter(int(count))

    def received(packet: Any) -> None:
        if packet.data:  # not the one that opened the sender's channels
            meter.tick()

    room.on("data_received", received)
    await room.connect(url, token, rtc.RoomOptions())
    await meter.report(int(runs))
    await room.disconnect()


async def send(url: str, token: str, count: str, size: str) -> None:
    room, payload = rtc.Room(), bytes(int(size))
    await room.connect(url, token, rtc.RoomOptions())
    await room.local_participant.publish_data(b"", reliable=False)  # opens the channels
    await asyncio.sleep(0.5)
    say(ready=True)
    while await told():
        for _ in range(int(count)):
            await room.local_participant.publish_data(payload)
    await room.disconnect()


async def read(url: str, token: str, runs: str) -> None:
    room = rtc.Room()
    streams: asyncio.Queue[Any] = asyncio.Queue()
    room.register_byte_stream_handler("bulk", lambda reader, _: streams.put_nowait(reader))
    await room.connect(url, token, rtc.RoomOptions())
    say(ready=True)
    for _ in range(int(runs)):
        reader = await asyncio.wait_for(streams.get(), 60)
        size, first, began = 0, 0, 0.0
        async for chunk in reader:
            size += len(chunk)
            if not began:
                began, first = time.perf_counter(), size
        say(per_second=(size - first) / (time.perf_counter() - began))
    await room.disconnect()


async def write(url: str, token: str, size: str) -> None:
    room = rtc.Room()
    await room.connect(url, token, rtc.RoomOptions())
    await _others(room, 1)
    say(ready=True)
    while await told():
        writer = await room.local_participant.stream_bytes("bulk", topic="bulk")
        for at in range(0, int(size), len(BLOCK)):
            await writer.write(BLOCK[: int(size) - at])
        await writer.aclose()
    await room.disconnect()


async def answer(url: str, token: str) -> None:
    room = rtc.Room()
    await room.connect(url, token, rtc.RoomOptions())

    async def echo(call: Any) -> str:
        return str(call.payload)

    room.local_participant.register_rpc_method("echo", echo)
    say(ready=True)
    await told()
    await room.disconnect()


async def call(url: str, token: str, count: str, parallel: str) -> None:
    room = rtc.Room()
    await room.connect(url, token, rtc.RoomOptions())
    await _others(room, 1)

    async def perform() -> float:
        began = time.perf_counter()
        await room.local_participant.perform_rpc(
            destination_identity="reader", method="echo", payload=PAYLOAD
        )
        return time.perf_counter() - began

    async def perform_many() -> None:
        for _ in range(int(count) // int(parallel)):
            await perform()

    await perform()
    say(ready=True)
    while await told():
        times = [await perform() for _ in range(int(count))]
        began = time.perf_counter()
        await asyncio.gather(*(perform_many() for _ in range(int(parallel))))
        took = time.perf_counter() - began
        p50, p99 = np.percentile(times, (50, 99))
        say(p50=float(p50), p99=float(p99), per_second=int(count) // int(parallel) * int(parallel) / took)
    await room.disconnect()


async def witness(url: str, token: str, others: str, count: str, runs: str) -> None:
    room, meter = rtc.Room(), Meter(int(count))
    room.on("participant_metadata_changed", lambda *_: meter.tick())
    await room.connect(url, token, rtc.RoomOptions())
    await _others(room, int(others) - 1)
    await meter.report(int(runs))
    await room.disconnect()


async def _others(room: Any, count: int) -> None:
    """Wait until so many others are in the room, and a moment more."""
    joined = asyncio.Event()
    room.on("participant_connected", lambda _: joined.set())
    while len(room.remote_participants) < count:
        joined.clear()
        await asyncio.wait_for(joined.wait(), 10)
    await asyncio.sleep(SETTLE)


COMMANDS = {f.__name__: f for f in (receive, send, read, write, answer, call, witness)}

if __name__ == "__main__":
    asyncio.run(COMMANDS[sys.argv[2]](*sys.argv[3:]))
