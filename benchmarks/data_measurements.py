"""Messages, streams, calls and events: each runs the subjects in turn and fills a table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import processes
from bench import AIORTC, Bench
from figures import FINE_MS, MB_PER_SECOND, PER_SECOND, Table, Unit
from processes import Process, Subject, aiortc_alone, data_worker, token

MESSAGES = {100: (20_000, 5_000), 15_000: (2_000, 500)}
"""Bytes of a message: how many are sent in a run, and in a quick one."""
OFFICIAL_SHARE = 5
"""The official SDK sends this part of them: awaited one by one it is slow enough for a good figure."""
STREAM = (40_000_000, 8_000_000)
"""Bytes of a stream, and of one in a quick run."""
CALLS = (500, 100)
TOGETHER = 100
CROWD, EVENTS = 200, (20_000, 4_000)
CALLS_PER_SECOND = Unit("calls/s", 1, 0, grouped=True)
EVENTS_PER_SECOND = Unit("events/s", 1, 0, grouped=True)


async def messages(bench: Bench) -> AsyncIterator[Table]:
    table = Table(
        "Reliable messages",
        "`publish_data`, one awaited after the other, in one process; `data_received` in another. "
        "From the first message of a burst to its last.",
    )
    runs = 1 if bench.quick else 3
    for size, (many, few) in MESSAGES.items():
        count = few if bench.quick else many
        what = f"{size} B" if size < 1000 else f"{size // 1000} kB"
        for server, url in bench.servers.items():
            for subject in bench.subjects:
                share = count if subject.is_lkpy else count // OFFICIAL_SHARE
                rates = await _exchange(subject, url, bench.room(), share, size, runs)
                table.add(f"{what}, {server}", subject.name, rates, PER_SECOND)
        async with aiortc_alone("messages", count, size, runs) as process:
            rates = [(await process.result())["per_second"] for _ in range(runs)]
            table.add(f"{what}, no server", AIORTC, rates, PER_SECOND)
    yield table


async def _exchange(subject: Subject, url: str, room: str, count: int, size: int, runs: int) -> list[float]:
    reading, writing = ("receive", count, runs), ("send", count, size)
    async with _pair(subject, url, room, reading, writing) as (reader, writer):
        rates = []
        for _ in range(runs):
            await asyncio.sleep(0.3)
            writer.tell("go")
            rates.append((await reader.result())["per_second"])
        return rates


@asynccontextmanager
async def _pair(
    subject: Subject, url: str, room: str, reader: tuple[object, ...], writer: tuple[object, ...]
) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes in one room, each ready; a command and its further arguments for each."""
    async with data_worker(subject, reader[0], url, token("reader", room), *reader[1:]) as first:
        await first.result()
        async with data_worker(subject, writer[0], url, token("writer", room), *writer[1:]) as second:
            await second.result()
            yield first, second


async def streams(bench: Bench) -> AsyncIterator[Table]:
    table = Table(
        "Byte streams",
        "`stream_bytes`, written in blocks of 64 kB in one process and read in another; from the first chunk "
        "read to the last.",
    )
    size, runs = STREAM[bench.quick], 1 if bench.quick else 3
    for server, url in bench.servers.items():
        for subject in bench.subjects:
            share = size if subject.is_lkpy else size // OFFICIAL_SHARE
            reading, writing = ("read", runs), ("write", share)
            async with _pair(subject, url, bench.room(), reading, writing) as (reader, writer):
                for _ in range(runs):
                    writer.tell("go")
                    rate = (await reader.result())["per_second"]
                    table.add(server, subject.name, [rate], MB_PER_SECOND)
    yield table


async def calls(bench: Bench) -> AsyncIterator[Table]:
    table = Table(
        "RPC",
        "`perform_rpc` with 100 bytes each way, to another process: one call after the other, and "
        f"{TOGETHER} at a time.",
    )
    count, runs = CALLS[bench.quick], 1 if bench.quick else 3
    for server, url in bench.servers.items():
        for subject in bench.subjects:
            answering, calling = ("answer",), ("call", count, TOGETHER)
            async with _pair(subject, url, bench.room(), answering, calling) as (_, caller):
                for _ in range(runs):
                    caller.tell("go")
                    found = await caller.result()
                    for part in ("p50", "p99"):
                        table.add(f"round trip, {part}, {server}", subject.name, [found[part]], FINE_MS)
                    case = f"{TOGETHER} at a time, {server}"
                    table.add(case, subject.name, [found["per_second"]], CALLS_PER_SECOND)
    yield table


async def events(bench: Bench) -> AsyncIterator[Table]:
    table = Table(
        "Events in a large room",
        f"`participant_metadata_changed` with {CROWD} participants in the room, one update message each. The "
        "fake SFU has made the others up, and sends as fast as it can.",
    )
    count, runs = EVENTS[bench.quick], 1 if bench.quick else 3
    for subject in bench.subjects:
        async with processes.crowded_server(CROWD) as (url, server):
            arguments = (url, token("witness", "crowd"), CROWD, count, runs)
            async with data_worker(subject, "witness", *arguments) as process:
                await process.result()
                for _ in range(runs):
                    server.tell(str(count))
                    rate = (await process.result())["per_second"]
                    table.add(f"{CROWD} participants", subject.name, [rate], EVENTS_PER_SECOND)
    yield table
