"""Is what arrived what was said? Speech compared window by window.

Receivers of real-time audio stretch and squeeze time a little to keep their delay short, so one correlation
over a whole recording says little. Here every 100 ms window of the sent speech is looked for near the place
where the window before it was found; each has its own best lag.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 48_000
"""Hz of every recording in this module; samples are mono int16."""

Samples = npt.NDArray[np.int16]

_WINDOW = SAMPLE_RATE // 10
_REACH = SAMPLE_RATE * 30 // 1000
_WIDE_REACH = SAMPLE_RATE * 300 // 1000
_LOST = 0.5
_SURE = 0.8
_AUDIBLE = 0.05
"""A window is judged when its level is above this part of the loudest window's: silence matches anything."""


@dataclass(frozen=True, slots=True)
class SpeechMatch:
    """How well a received recording holds what was sent.

    Attributes:
        correlation: mean over the audible windows, each at its own best lag, -1..1.
        lag: seconds from the start of the received recording to the first sent sample.
        duration_ratio: length of the received speech by the length of the sent speech.
        largest_jump: seconds, the largest change of lag between neighbouring windows that were surely found.
        windows: how many windows were compared.
    """

    correlation: float
    lag: float
    duration_ratio: float
    largest_jump: float
    windows: int


def load_speech(speaker: Literal["alice", "bob"]) -> Samples:
    """One of the package's own recordings, 6.5 and 7.8 s of synthetic speech.

    Returns:
        int16 samples, shape (n,), 48 kHz mono.
    """
    import av

    path = resources.files("lkpy.testing") / "audio" / f"{speaker}.opus"
    with resources.as_file(path) as file, av.open(str(file)) as container:
        resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.int16)


def match_speech(sent: Samples, received: Samples) -> SpeechMatch:
    """Find the sent speech in what was received.

    Args:
        sent: int16, shape (n,), 48 kHz mono, at least one second.
        received: the same of any length; may begin and end with anything else.
    """
    spoken, heard = sent.astype(np.float64), received.astype(np.float64)
    if heard.size < _WINDOW or not heard.any():
        return SpeechMatch(0.0, 0.0, 0.0, 0.0, 0)
    start = lag = _coarse_lag(spoken, heard)
    levels = [float(np.sqrt(np.mean(w**2))) for w in _windows(spoken)]
    floor = max(levels) * _AUDIBLE
    correlations: list[float] = []
    found: list[tuple[int, int]] = []
    for index, window in enumerate(_windows(spoken)):
        if levels[index] < floor:
            continue
        at = index * _WINDOW
        correlation, best = _best_lag(window, heard, at + lag, _REACH)
        if correlation < _LOST:
            correlation, best = _best_lag(window, heard, at + lag, _WIDE_REACH)
        correlations.append(correlation)
        if correlation >= _SURE:
            lag = best - at
            found.append((at, lag))
    if not found:
        return SpeechMatch(float(np.mean(correlations)), start / SAMPLE_RATE, 0.0, 0.0, len(correlations))
    jumps = [abs(b[1] - a[1]) for a, b in itertools.pairwise(found)]
    (first, first_lag), (last, last_lag) = found[0], found[-1]
    length = max(last - first, 1)
    return SpeechMatch(
        correlation=float(np.mean(correlations)),
        lag=first_lag / SAMPLE_RATE,
        duration_ratio=(length + last_lag - first_lag) / length,
        largest_jump=max(jumps, default=0) / SAMPLE_RATE,
        windows=len(correlations),
    )


def _windows(samples: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
    return [samples[i : i + _WINDOW] for i in range(0, samples.size - _WINDOW + 1, _WINDOW)]


def _coarse_lag(spoken: npt.NDArray[np.float64], heard: npt.NDArray[np.float64]) -> int:
    """Where the whole recording fits best, by FFT cross-correlation."""
    size = 1 << (spoken.size + heard.size - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size)), size)
    lag = int(np.argmax(product))
    return lag - size if lag > heard.size else lag


def _best_lag(
    window: npt.NDArray[np.float64], heard: npt.NDArray[np.float64], around: int, reach: int
) -> tuple[float, int]:
    """The normalised correlation of a window at its best place within `reach`, and that place."""
    begin, end = max(0, around - reach), min(heard.size, around + reach + window.size)
    region = heard[begin:end]
    if region.size < window.size:
        return 0.0, around
    products = np.correlate(region, window, "valid")
    energy = np.concatenate(([0.0], np.cumsum(region**2)))
    energies = energy[window.size :] - energy[: -window.size]
    norms = np.sqrt(np.maximum(energies, 1.0) * max(float(np.sum(window**2)), 1.0))
    normalised = products / norms
    best = int(np.argmax(normalised))
    return float(normalised[best]), begin + best
