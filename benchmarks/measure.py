"""What the measured processes share: how they report, how CPU, memory and latency are taken."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48_000
WINDOW = RATE // 5
"""Samples that are looked for when latency is measured."""
HOP = RATE // 10
REACH = RATE * 3 // 4
"""Samples after the moment of capture within which they have to arrive."""
FOUND = 0.5
"""Correlation above which a window counts as found."""


def say(**result: Any) -> None:
    """Report to the process that started this one."""
    print(json.dumps(result), flush=True)


async def told() -> str:
    """Wait for a line of the process that started this one; empty at its end."""
    return (await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)).strip()


def cpu_seconds() -> float:
    """User and system time of this process so far, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def cpu_of(seconds: float) -> float:
    """Part of one core that this process uses in the next `seconds`."""
    began, cpu = time.perf_counter(), cpu_seconds()
    await asyncio.sleep(seconds)
    return (cpu_seconds() - cpu) / (time.perf_counter() - began)


async def cpu_of_listening(counts: dict[str, int], windows: int, seconds: float) -> dict[str, list[float]]:
    """CPU while tracks are heard, and the slowest and fastest track of each window.

    Args:
        counts: 10 ms frames heard so far by track; the caller goes on counting.
    """
    cpu, slowest, fastest = [], [], []
    for _ in range(windows):
        before, began = dict(counts), time.perf_counter()
        cpu.append(await cpu_of(seconds))
        elapsed = time.perf_counter() - began
        rates = [(counts[track] - before.get(track, 0)) / elapsed for track in counts]
        slowest.append(min(rates))
        fastest.append(max(rates))
    return {"cpu": cpu, "slowest": slowest, "fastest": fastest}


def memory_and_threads() -> dict[str, int]:
    """Resident memory in bytes and the number of threads, native ones too (Linux)."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {"rss": int(status["VmRSS"].split()[0]) * 1024, "threads": int(status["Threads"])}


def speech(path: str) -> np.ndarray:
    """Recorded speech, int16, 48 kHz mono, 5 minutes of it."""
    samples = np.fromfile(path, np.int16)
    return np.tile(samples, RATE * 300 // samples.size + 1)


def noise(seconds: float) -> np.ndarray:
    """Low-passed noise, int16: no two pieces of it are alike, and Opus keeps its shape."""
    white = np.random.default_rng(1).normal(0, 1, int(seconds * RATE))
    smooth = np.convolve(white, np.ones(24) / 24, "same")
    return (smooth / np.abs(smooth).max() * 16000).astype(np.int16)


class Latency:
    """Finds pieces of what was captured again in what was heard, and when each came.

    Latency is from the `capture` of a sample's frame to the arrival of the frame that holds it.
    """

    def __init__(self, sent: np.ndarray, clock: Callable[[], float] = time.perf_counter) -> None:
        self._sent = sent
        self._clock = clock
        self._captured: list[tuple[float, int]] = []
        self._heard: list[np.ndarray] = []
        self._arrived: list[float] = []

    def captured(self, samples: int) -> None:
        """The next `samples` are given away now."""
        self._captured.append((self._clock(), samples))

    def heard(self, pcm: np.ndarray) -> None:
        """A frame came now."""
        self._heard.append(pcm)
        self._arrived.append(self._clock())

    def result(self) -> list[tuple[float, float]]:
        """(time of capture, latency) of each piece that was found, seconds."""
        captured = np.repeat([t for t, _ in self._captured], [n for _, n in self._captured])
        arrived = np.repeat(self._arrived, [pcm.size for pcm in self._heard])
        heard = np.concatenate(self._heard).astype(np.float64)
        found = []
        for at in range(0, captured.size - WINDOW, HOP):
            start = int(np.searchsorted(arrived, captured[at]))
            region = heard[start : start + REACH]
            place = _place(region, self._sent[at : at + WINDOW].astype(np.float64))
            if place is not None:
                first = start + place
                lag = arrived[first : first + WINDOW] - captured[at : at + WINDOW]
                found.append((float(captured[at + WINDOW // 2]), float(lag.mean())))
        return found


def _place(region: np.ndarray, wanted: np.ndarray) -> int | None:
    """Where `wanted` is in `region`, by normalised correlation."""
    if region.size <= wanted.size:
        return None
    size = 1 << (region.size + wanted.size).bit_length()
    spectrum = np.fft.rfft(region, size) * np.conj(np.fft.rfft(wanted, size))
    product = np.fft.irfft(spectrum, size)[: region.size - wanted.size + 1]
    energy = np.cumsum(np.concatenate(([0.0], region**2)))
    energy = energy[wanted.size :] - energy[: -wanted.size]
    match = product / np.sqrt(np.maximum(energy, 1.0) * (wanted @ wanted))
    best = int(np.argmax(match))
    return best if match[best] > FOUND else None
