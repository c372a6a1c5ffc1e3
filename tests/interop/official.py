"""Drives `official_peer.py` from a test.

async with OfficialPeer(python) as alice:
    await alice.call("connect", url=url, token=token)
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.interop.environment import UNMEASURED

SCRIPT = Path(__file__).with_name("official_peer.py")
BROWSER_SCRIPT = Path(__file__).parent / "browser" / "peer.mjs"


class PeerFailed(AssertionError):
    """A command was answered with an error, or the process ended."""


class OfficialPeer:
    """A process with an SDK in it: the official one, or lkpy as `module`."""

    def __init__(self, python: str, name: str = "peer", module: str = "livekit.rtc") -> None:
        self._command = (python, "-u", str(SCRIPT), module)
        self._name = name
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._calls = 0
        self._ended = False
        self._changed = asyncio.Event()
        self.events: list[dict[str, Any]] = []
        self.listeners: dict[str, Callable[[dict[str, Any]], None]] = {}
        """Who gets the events of a participant (its `as`) instead of `events`."""
        self.errors: list[str] = []

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            limit=16 << 20,
            env=UNMEASURED,
        )
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._read()), loop.create_task(self._read_errors())]
        await self.wait_event("ready", patience=20)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        if self._process.returncode is None:
            self._process.stdin.close()
            try:
                async with asyncio.timeout(5):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        await asyncio.gather(*self._tasks)

    async def call(self, op: str, patience: float = 20, **command: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        if self._ended:
            raise PeerFailed(f"{self._name} {op}: the process ended {self.errors[-5:]}")
        number = self._calls = self._calls + 1
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps({"op": op, "id": number, **command}).encode() + b"\n")
        try:
            await self._process.stdin.drain()
            async with asyncio.timeout(patience):
                reply = await answer
        except TimeoutError:
            raise PeerFailed(f"{self._name} {op}: no answer in {patience} s {self.errors[-5:]}") from None
        finally:
            del self._waiting[number]
        if "error" in reply:
            raise PeerFailed(f"{self._name} {op}: {reply} {self.errors[-5:]}")
        return reply

    async def wait(self, found: Callable[[list[dict[str, Any]]], Any], patience: float = 10) -> Any:
        """Wait until `found(events)` is true and return it."""
        try:
            async with asyncio.timeout(patience):
                while not (result := found(self.events)):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise PeerFailed(f"{self._name}: not seen in {self.events[-20:]} {self.errors[-5:]}") from None
        return result

    async def wait_event(self, name: str, *args: Any, patience: float = 10) -> dict[str, Any]:
        """The first event of that name whose leading arguments are `args`."""

        def found(events: list[dict[str, Any]]) -> dict[str, Any] | None:
            return next(
                (e for e in events if e["event"] == name and e["args"][: len(args)] == list(args)), None
            )

        result: dict[str, Any] = await self.wait(found, patience)
        return result

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            try:
                message = json.loads(line)
            except ValueError:
                self.errors.append(line.decode(errors="replace"))
                continue
            if "reply" in message:
                waiting = self._waiting.get(message["id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(message)
            elif (listener := self.listeners.get(message.get("as", ""))) is not None:
                listener(message)
            else:
                self.events.append(message)
                self._changed.set()
        self._ended = True
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result({"error": "the process ended"})

    async def _read_errors(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self.errors.append(line.decode(errors="replace").rstrip())
            if len(self.errors) > 500:
                del self.errors[:250]


class BrowserPeer(OfficialPeer):
    """A headless Chromium with livekit-client in it; see `browser/peer.mjs` for what it can do."""

    def __init__(self, chromium: Path, modules: Path, name: str = "browser") -> None:
        super().__init__("", name)
        self._command = ("node", str(BROWSER_SCRIPT), str(chromium), str(modules))
