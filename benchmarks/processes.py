"""Starts the servers and the measured processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
import tempfile
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lkpy.testing.tokens import make_token

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
START_TIMEOUT = 20.0
STOP_TIMEOUT = 10.0


class BenchmarkError(Exception):
    """A process failed; the message has its last words."""


def token(identity: str, room: str) -> str:
    """Lets `identity` into `room` of any server started here."""
    return make_token("devkey", "secret", identity=identity, room=room)


@dataclass(frozen=True)
class Subject:
    """What is measured: which Python runs it, what it imports, and from which tree where that is lkpy."""

    name: str
    python: str
    module: str
    tree: Path = ROOT

    @property
    def is_lkpy(self) -> bool:
        return self.module == "lkpy"


class Process:
    """A process that reports in lines of JSON and is told what to do in lines of text."""

    def __init__(self, *command: object, tree: Path = ROOT) -> None:
        self._tree = tree
        self._command = [str(word) for word in command]
        self._process: asyncio.subprocess.Process | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __aexit__

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        path = os.pathsep.join(filter(None, (str(self._tree), os.environ.get("PYTHONPATH"))))
        # Compiled files are kept whatever this environment says, or imports would be measured with compiling.
        changes = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": ""}
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=pipe,
            stdout=pipe,
            stderr=self._errors,
            limit=16 << 20,
            env=os.environ | changes,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        self._errors.close()

    async def result(self, patience: float = 90) -> dict[str, Any]:
        """The next line it says.

        Raises:
            BenchmarkError: it ended, or said nothing in `patience` seconds.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(patience):
                line = await self._process.stdout.readline()
        except TimeoutError:
            line = b""
        if not line:
            raise BenchmarkError(f"{' '.join(self._shown())} gave no result\n{self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def tell(self, line: str) -> None:
        """Write a line to it."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")

    def _shown(self) -> list[str]:
        """The command without tokens."""
        return [word if len(word) < 100 else "…" for word in self._command[1:]]

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-2000:]


def worker(subject: Subject, *arguments: object) -> Process:
    """`worker.py` under lkpy or the official SDK."""
    return _under(subject, "worker.py", *arguments)


def data_worker(subject: Subject, *arguments: object) -> Process:
    """`data_worker.py` under lkpy or the official SDK."""
    return _under(subject, "data_worker.py", *arguments)


def _under(subject: Subject, script: str, *arguments: object) -> Process:
    return Process(subject.python, "-u", HERE / script, subject.module, *arguments, tree=subject.tree)


def aiortc_alone(*arguments: object) -> Process:
    """`aiortc_alone.py` in this Python."""
    return Process(sys.executable, "-u", HERE / "aiortc_alone.py", *arguments)


async def import_seconds(subject: Subject) -> dict[str, Any]:
    """Import the subject in a fresh process: seconds, resident bytes, threads."""
    code = (
        "import time; began = time.perf_counter()\n"
        f"import {subject.module}\n"
        "took = time.perf_counter() - began\n"
        "status = dict(l.split(':', 1) for l in open('/proc/self/status'))\n"
        "rss = int(status['VmRSS'].split()[0]) * 1024\n"
        "import json; print(json.dumps({'seconds': took, 'rss': rss, 'threads': int(status['Threads'])}))"
    )
    async with Process(subject.python, "-c", code, tree=subject.tree) as process:
        return await process.result()


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answers(port: int, name: str) -> None:
    for _ in range(int(START_TIMEOUT / 0.05)):
        try:
            await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/", timeout=1)
            return
        except OSError:
            await asyncio.sleep(0.05)
    raise BenchmarkError(f"{name} did not start")


@contextlib.asynccontextmanager
async def _serving(name: str, port: int, *command: object) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *(str(word) for word in command),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        await _answers(port, name)
        yield f"ws://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


def livekit_server(binary: Path) -> contextlib.AbstractAsyncContextManager[str]:
    """A livekit-server on ports of its own; its URL."""
    http, tcp, udp = free_port(), free_port(), free_port(socket.SOCK_DGRAM)
    config = f"port: {http}\nrtc:\n  udp_port: {udp}\n  tcp_port: {tcp}\n"
    options = ("--dev", "--bind", "127.0.0.1", "--node-ip", "127.0.0.1", "--config-body", config)
    return _serving("livekit-server", http, binary, *options)


def fake_sfu() -> contextlib.AbstractAsyncContextManager[str]:
    """`lkpy serve` on a port of its own; its URL."""
    port = free_port()
    return _serving("lkpy serve", port, sys.executable, "-m", "lkpy", "serve", "--port", port)


@contextlib.asynccontextmanager
async def lossy_server() -> AsyncIterator[tuple[str, Process]]:
    """A fake SFU that loses packets when it is told: its URL, and the process to tell."""
    async with _told_server("lossy_server.py") as found:
        yield found


@contextlib.asynccontextmanager
async def crowded_server(participants: int) -> AsyncIterator[tuple[str, Process]]:
    """A fake SFU with a room full of people: its URL, and the process to tell how many updates to send."""
    async with _told_server("crowded_server.py", participants) as found:
        yield found


@contextlib.asynccontextmanager
async def _told_server(script: str, *arguments: object) -> AsyncIterator[tuple[str, Process]]:
    port = free_port()
    async with Process(sys.executable, "-u", HERE / script, port, *arguments) as process:
        await _answers(port, script)
        yield f"ws://127.0.0.1:{port}", process
