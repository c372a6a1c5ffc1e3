"""Counts the Python functions of lkpy that one audio packet costs, on its way out and on its way in.

.venv/bin/python benchmarks/calls.py [--seconds 4] [--functions]

Two clients talk through the fake SFU in one process; each of the three has a thread and an event loop of its
own, so a profiler in one thread sees one end alone. A call belongs to the outermost function of lkpy that the
event loop called: the media tick, the socket's reader, the listener's `async for`. Out is what the speaker's
capturing (two frames of 10 ms) and tick do, up to the socket; in is what the listener's socket, tick and
stream do. Reports, connectivity checks and signalling are listed apart.

CPU is measured without the profiler: processor time of the thread, codec included.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

import lkpy  # noqa: E402
from lkpy.testing import FakeSfu  # noqa: E402
from lkpy.testing.speech import load_speech  # noqa: E402

RATE = 48_000
FRAME = RATE // 100
PACKETS_PER_SECOND = 50
SETTLE = 2.0
"""Seconds until the connection is quiet: candidates checked, encoder and jitter buffer settled."""

OUT = ("AudioFrame.", "AudioSource.", "_Pause.", "MediaTick.")
IN = ("BatchedUdp.", "MediaTick.", "AudioStream.")
"""Where the event loop enters lkpy for a packet."""


class Profile:
    """Counts calls of lkpy's functions in the thread that starts it, by the entry they belong to."""

    def __init__(self) -> None:
        self.calls: dict[str, Counter[CodeType]] = {}
        self._depth = 0
        self._current: Counter[CodeType] = Counter()

    def start(self) -> None:
        self._depth = 0
        sys.setprofile(self._on_event)

    def stop(self) -> None:
        sys.setprofile(None)

    def _on_event(self, frame: FrameType, event: str, _: object) -> None:
        if event not in ("call", "return") or not frame.f_globals.get("__name__", "").startswith("lkpy."):
            return
        if event == "return":
            self._depth = max(self._depth - 1, 0)
            return
        if not self._depth:
            self._current = self.calls.setdefault(frame.f_code.co_qualname, Counter())
        self._depth += 1
        self._current[frame.f_code] += 1

    def total(self, entries: tuple[str, ...]) -> Counter[CodeType]:
        """The calls below entries whose names begin so."""
        counts = [calls for entry, calls in self.calls.items() if entry.startswith(entries)]
        return sum(counts, Counter())


class End:
    """One thread with an event loop, and what was measured there."""

    def __init__(self, main: Callable[[End], Coroutine[Any, Any, None]]) -> None:
        self.profile = Profile()
        self.ready = threading.Event()
        self.cpu = 0.0
        self.packets = 0
        self._main = main
        self._stop: Callable[[], object] = lambda: None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            asyncio.run(self._main(self))
        except BaseException as error:
            self._error = error
            self.ready.set()

    def wait(self) -> None:
        self.ready.wait(20)
        if self._error is not None:
            raise self._error

    async def until_stopped(self) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(stopped.set)
        self.ready.set()
        await stopped.wait()

    async def measure(self, seconds: float) -> None:
        """Processor time first, then calls."""
        await asyncio.sleep(SETTLE)
        began = time.thread_time()
        await asyncio.sleep(seconds)
        self.cpu = (time.thread_time() - began) / seconds
        self.profile.start()
        await asyncio.sleep(seconds)
        self.profile.stop()
        self.packets = round(seconds * PACKETS_PER_SECOND)
        await self.until_stopped()

    def join(self) -> None:
        self._stop()
        self._thread.join(20)
        if self._error is not None:
            raise self._error


async def speak(end: End, url: str, token: str, seconds: float, samples: np.ndarray) -> None:
    room = lkpy.Room()
    await room.connect(url, token)
    source = lkpy.AudioSource(RATE, 1)
    track = lkpy.LocalAudioTrack.create_audio_track("speech", source)
    options = lkpy.TrackPublishOptions(source=lkpy.TrackSource.SOURCE_MICROPHONE, dtx=False, red=False)
    await room.local_participant.publish_track(track, options)

    async def play() -> None:
        for at in range(0, samples.size - FRAME + 1, FRAME):
            chunk = samples[at : at + FRAME].tobytes()
            await source.capture_frame(lkpy.AudioFrame(chunk, RATE, 1, FRAME))

    playing = asyncio.create_task(play())
    await end.measure(seconds)
    playing.cancel()
    await room.disconnect()


async def listen(end: End, url: str, token: str, seconds: float) -> None:
    room = lkpy.Room()
    found = asyncio.get_running_loop().create_future()
    room.on("track_subscribed", lambda track, *_: found.set_result(track))
    await room.connect(url, token)
    stream = lkpy.AudioStream(await asyncio.wait_for(found, 10))
    frames = 0

    async def hear() -> None:
        nonlocal frames
        async for _ in stream:
            frames += 1

    hearing = asyncio.create_task(hear())
    await end.measure(seconds)
    assert frames > 100 * seconds, f"only {frames} frames were heard"
    await stream.aclose()
    await hearing
    await room.disconnect()


def report(name: str, end: End, entries: tuple[str, ...], functions: bool) -> None:
    counted = end.profile.total(entries)
    print(f"{name}: {counted.total() / end.packets:.1f} calls a packet, {end.cpu:.2%} of a core")
    for entry, calls in sorted(end.profile.calls.items()):
        each = calls.total() / end.packets
        if each >= 0.1:
            print(f"    {each:6.1f}  {entry}{'' if entry.startswith(entries) else '  (apart)'}")
    if functions:
        print("  functions:")
        for code, count in counted.most_common():
            if count / end.packets >= 0.1:
                where = Path(code.co_filename).name
                print(f"    {count / end.packets:6.2f}  {code.co_qualname}  ({where}:{code.co_firstlineno})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="of each of the two windows")
    parser.add_argument("--functions", action="store_true", help="list every function")
    options = parser.parse_args()
    samples = np.tile(load_speech("bob"), 20)
    url, tokens = "", {}

    async def serve(end: End) -> None:
        nonlocal url
        async with FakeSfu() as sfu:
            url = sfu.url
            tokens.update({name: sfu.token(name, room="calls") for name in ("alice", "bob")})
            await end.until_stopped()

    server = End(serve)
    server.wait()
    speaker = End(lambda end: speak(end, url, tokens["alice"], options.seconds, samples))
    listener = End(lambda end: listen(end, url, tokens["bob"], options.seconds))
    speaker.wait()
    listener.wait()
    speaker.join()
    listener.join()
    server.join()
    report("out", speaker, OUT, options.functions)
    report("in", listener, IN, options.functions)


if __name__ == "__main__":
    main()
