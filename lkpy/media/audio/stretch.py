"""Changing the length of decoded audio unheard: whole pitch periods are taken out or repeated, cross-faded.

That is how a jitter buffer comes back to its target delay. The period is where the signal is most like itself
a little later (normalised correlation); what has no period is left alone, silence is cut anywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lkpy.media.audio.pcm import SAMPLE_RATE, Samples

_MIN_LAG = SAMPLE_RATE // 400
"""2.5 ms: a voice at 400 Hz."""

_MAX_LAG = SAMPLE_RATE // 80
"""12.5 ms: a voice at 80 Hz."""

_FADE = SAMPLE_RATE // 200
"""5 ms."""

_RAMP = np.linspace(0.0, 1.0, _FADE, dtype=np.float32)[:, None]

_DECIMATION = 6
"""The period is searched at 8 kHz."""

_AVERAGE = np.full(_DECIMATION, 1 / _DECIMATION, np.float32)

_ALIKE = 0.8
_ALIKE_FAST = 0.4
"""Least correlation of a period; in a hurry a rougher seam is better than more delay."""

_QUIET = 64.0
"""RMS below which nobody hears a seam."""


def shorten(samples: Samples, *, limit: int = _MAX_LAG, fast: bool = False) -> Samples:
    """Take out one pitch period.

    Args:
        samples: shape (n, channels) at 48 kHz.
        limit: samples that may be taken out at most.
        fast: be content with a rougher seam.

    Returns:
        The samples, shorter by 2.5 to 12.5 ms, or the same array if it cannot be done.
    """
    lag = _period(samples, _ALIKE_FAST if fast else _ALIKE, limit)
    if not lag:
        return samples
    seam = _cross_fade(samples[:_FADE], samples[lag : lag + _FADE])
    return np.concatenate((seam, samples[lag + _FADE :]))


def lengthen(samples: Samples) -> Samples:
    """Repeat one pitch period.

    Args:
        samples: shape (n, channels) at 48 kHz.

    Returns:
        The samples, longer by 2.5 to 12.5 ms, or the same array if it cannot be done.
    """
    lag = _period(samples, _ALIKE, _MAX_LAG)
    if not lag:
        return samples
    # At `lag` the signal goes back to its beginning.
    seam = _cross_fade(samples[lag : lag + _FADE], samples[:_FADE])
    return np.concatenate((samples[:lag], seam, samples[_FADE:]))


def _cross_fade(out: Samples, into: Samples) -> Samples:
    return np.rint(out * (1 - _RAMP) + into * _RAMP).astype(np.int16)


def _period(samples: Samples, alike: float, limit: int) -> int:
    """The lag, in samples, at which the beginning of the block is most like itself; 0 if there is none."""
    longest = min(_MAX_LAG, len(samples) - _FADE, limit)
    if longest < _MIN_LAG:
        return 0
    mono = samples[:, 0].astype(np.float32)
    if samples.shape[1] > 1:
        mono += samples[:, 1]
    if float(np.dot(mono, mono)) < _QUIET * _QUIET * len(mono):
        return longest
    usable = len(mono) - len(mono) % _DECIMATION
    coarse = mono[:usable].reshape(-1, _DECIMATION) @ _AVERAGE
    lag, likeness = _most_alike(coarse, _MIN_LAG // _DECIMATION, longest // _DECIMATION)
    if likeness < alike:
        return 0
    # At full rate only around the coarse period.
    middle = lag * _DECIMATION
    low, high = max(middle - _DECIMATION, _MIN_LAG), min(middle + _DECIMATION, longest)
    return _most_alike(mono[: high + _FADE], low, high)[0]


def _most_alike(signal: NDArray[np.float32], low: int, high: int) -> tuple[int, float]:
    """The lag from `low` to `high` with the highest normalised correlation, and that correlation."""
    width = len(signal) - high
    head = signal[:width]
    products = np.correlate(signal[low:], head, "valid")
    sums = np.concatenate(([0.0], np.cumsum(np.square(signal[low:]))))
    energies = (sums[width:] - sums[:-width]) * float(np.dot(head, head))
    likeness = products / np.sqrt(np.maximum(energies, 1.0))
    best = int(likeness.argmax())
    return low + best, float(likeness[best])
