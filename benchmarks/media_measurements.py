"""Importing, connecting and audio: each runs the subjects in turn and fills tables."""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import processes
from bench import AIORTC, FAKE, REAL, Bench
from figures import COUNT, MB, MS, PERCENT, Table
from processes import Subject, aiortc_alone, token, worker

TRACKS = (1, 10, 40)
PACE = 3.0
"""Frames a second by which a track may be off its 100 before the machine counts as overloaded."""


async def imports(bench: Bench) -> AsyncIterator[Table]:
    table = Table("Import", "Fresh processes, compiled files warm, the start of Python itself not counted.")
    subjects = [*bench.subjects, Subject(AIORTC, bench.subjects[0].python, "aiortc")]
    for subject in subjects:
        await processes.import_seconds(subject)
    # In turns, so that a busy moment of the machine hits all alike.
    for _ in range(3 if bench.quick else 9):
        for subject in subjects:
            found = await processes.import_seconds(subject)
            table.add("time", subject.name, [found["seconds"]], MS)
            table.add("resident memory", subject.name, [found["rss"]], MB)
            table.add("threads", subject.name, [found["threads"]], COUNT)
    yield table


async def connect(bench: Bench) -> AsyncIterator[Table]:
    table = Table(
        "Connect",
        "`Room.connect`, one after the other in one process after a warm-up; (least–greatest). "
        "aiortc: offer, answer, ICE and DTLS between two connections in one process, without signalling.",
    )
    idle = Table("In a room, idle", "The process after these connects, 0.5 s later, one room joined.")
    runs = 4 if bench.quick else 10
    cases = [(subject, server, mode) for subject in bench.subjects for server, mode in _modes(bench, subject)]
    for subject, server, mode in cases:
        room = bench.room()
        tokens = [token(f"guest {number}", room) for number in range(runs + 1)]
        async with worker(subject, "connect", bench.servers[server], mode, *tokens) as process:
            found = await process.result()
        case = f"{server}, {'dual' if mode == 'dual' else 'single'} peer connection"
        table.add(case, subject.name, found["seconds"], MS)
        idle.add(f"resident memory, {case}", subject.name, [found["rss"]], MB)
        idle.add(f"threads, {case}", subject.name, [found["threads"]], COUNT)
    async with aiortc_alone("connect", runs) as process:
        table.add("no server", AIORTC, (await process.result())["seconds"], MS)
    yield table
    yield idle


def _modes(bench: Bench, subject: Subject) -> list[tuple[str, str]]:
    """Each server with both modes."""
    return [(server, mode) for server in bench.servers for mode in ("single", "dual")]


async def publish(bench: Bench) -> AsyncIterator[Table]:
    table = Table(
        "Publish audio", "One track of speech, 48 kHz mono, captured in 10 ms frames; codec included."
    )
    setting = (bench.speech, bench.windows, bench.seconds)
    for server, url in bench.servers.items():
        for subject in bench.subjects:
            arguments = (url, token("speaker", bench.room()), 1, *setting)
            async with worker(subject, "publish", *arguments) as process:
                table.add(f"1 track, {server}", subject.name, (await process.result())["cpu"], PERCENT)
                process.tell("end")
    async with aiortc_alone("publish", *setting) as process:
        table.add("1 track, no server", AIORTC, (await process.result())["cpu"], PERCENT)
    yield table


@asynccontextmanager
async def _speaking(bench: Bench, url: str, room: str, tracks: int) -> AsyncIterator[None]:
    """A publisher process; lkpy for every listener, so that all hear the same."""
    arguments = (url, token("speaker", room), tracks, bench.speech, 1, 0.1)
    async with worker(bench.subjects[0], "publish", *arguments) as process:
        await process.result()
        yield
        process.tell("end")


async def receive(bench: Bench) -> AsyncIterator[Table]:
    table = Table(
        "Receive audio",
        "Tracks of speech, each decoded and read through an `AudioStream` of its own; one process publishes "
        "them all (lkpy for lkpy and the official SDK). *Overloaded*: a track did not get its 100 frames a "
        "second, because the machine had no time for publisher, server and listener together.",
    )
    server = REAL if REAL in bench.servers else FAKE
    url = bench.servers[server]
    for tracks in TRACKS:
        case = f"{tracks} track{'s' * (tracks > 1)}"
        for subject in bench.subjects:
            room = bench.room()
            arguments = (url, token("listener", room), tracks, bench.windows, bench.seconds)
            async with _speaking(bench, url, room, tracks), worker(subject, "listen", *arguments) as process:
                _listened(table, case, subject.name, tracks, await process.result())
        arguments = (tracks, bench.speech, bench.windows, bench.seconds)
        async with aiortc_alone("listen", *arguments) as process:
            _listened(table, case, AIORTC, tracks, await process.result())
    yield table


def _listened(table: Table, case: str, subject: str, tracks: int, found: dict[str, Any]) -> None:
    off = min(found["slowest"]) < 100 - PACE or max(found["fastest"]) > 100 + PACE
    table.add(case, subject, found["cpu"], PERCENT, off)
    if tracks > 1:
        each = [cpu / tracks for cpu in found["cpu"]]
        table.add(f"{case}, for each", subject, each, PERCENT, off)


PHASES = {
    "before a loss": (-1.0, -0.2, statistics.median),
    "worst in the second after": (-0.1, 1.0, max),
    "1 to 2 s after": (1.0, 2.0, statistics.median),
}
"""Seconds of capture from the moment of the loss, and what is made of the latencies in there."""


async def latency(bench: Bench) -> AsyncIterator[Table]:
    quiet = Table(
        "Latency without loss",
        "From `capture_frame` to the frame's arrival in the `AudioStream`, noise found again by correlation; "
        "median of each second. Before it receivers had two seconds of silence to find their delay.",
    )
    lossy = Table(
        "Latency after one lost packet",
        "One RTP packet lost between server and listener. *Repaired*: its retransmission comes through, if "
        "the listener asks for one; *for good*: that is lost too. aiortc has no retransmission of audio.",
    )
    if REAL in bench.servers:
        for subject in bench.subjects:
            arguments = _two(bench.servers[REAL], bench.room())
            async with worker(subject, "latency", *arguments, 4 if bench.quick else 8, 0) as process:
                _quiet(quiet, REAL, subject.name, await process.result())
    losses = 2 if bench.quick else 6
    seconds = 4 + 2.5 * losses
    for subject in bench.subjects:
        async with processes.lossy_server() as (url, server):
            arguments = _two(url, bench.room())
            async with worker(subject, "latency", *arguments, seconds, losses) as process:
                found, ways = await _with_losses(process, server)
        _lossy(lossy, subject.name, found, ways)
        _quiet(quiet, FAKE, subject.name, found)
    # The first loss counts: later ones add to what it left behind.
    async with aiortc_alone("latency", 7, 1) as process:
        found = await process.result()
    _lossy(lossy, AIORTC, found, ["for good"])
    _quiet(quiet, "no server", AIORTC, found)
    yield quiet
    yield lossy


def _two(url: str, room: str) -> tuple[str, str, str]:
    return url, token("alice", room), token("bob", room)


async def _with_losses(
    process: processes.Process, server: processes.Process
) -> tuple[dict[str, Any], list[str]]:
    """Lose a packet whenever the process asks for it, in both ways by turns."""
    ways: list[str] = []
    while "latency" not in (found := await process.result()):
        ways.append("once" if found["lose"] % 2 else "for good")
        server.tell(ways[-1])
        await server.result(5)
    return found, ways


def _quiet(table: Table, case: str, subject: str, found: dict[str, Any]) -> None:
    """Medians of the seconds up to the first loss."""
    until = min(found["losses"], default=float("inf")) - 0.2
    lags = [(at, lag) for at, lag in found["latency"] if at < until]
    seconds: dict[int, list[float]] = {}
    for at, lag in lags:
        seconds.setdefault(int(at - lags[0][0]), []).append(lag)
    table.add(case, subject, [statistics.median(of) for of in seconds.values() if len(of) > 2], MS)


def _lossy(table: Table, subject: str, found: dict[str, Any], ways: list[str]) -> None:
    for loss, way in zip(found["losses"], ways, strict=True):
        how = "repaired" if way == "once" else "for good"
        for phase, (first, last, condense) in PHASES.items():
            lags = [lag for at, lag in found["latency"] if first <= at - loss < last]
            table.add(f"{how}: {phase}", subject, [condense(lags)] if lags else [], MS)
