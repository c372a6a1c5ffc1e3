"""Sample rate conversion without waiting: 10 ms in, 10 ms out.

A windowed-sinc filter in polyphase form. soxr at its better qualities collects 20 to 40 ms before it gives
anything, which a conversation cannot afford; this filter delays by half its length, 1 ms at 16 kHz.

When both rates are a multiple of 100 Hz a 10 ms block holds whole filter periods, and a block is one matrix
product: rows are stretches of the input, columns the phases of the filter. Other rates (22 050 Hz, 12 345 Hz)
gather the input of each output sample.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lkpy.media.audio.pcm import SLOTS_PER_SECOND, Samples

_ZERO_CROSSINGS = 16
"""Of the sinc on each side of its peak: about 80 dB of stop band with the window below."""

_KAISER_BETA = 8.0

_CUTOFF = 0.93
"""Of the lower Nyquist frequency. The transition ends just above it."""

_MAX_PHASES = 1024
"""Rates with a larger ratio use the nearest of so many phases: at most 1/2048 sample off."""

_MAX_MATRIX_PHASES = 320

_Filter = NDArray[np.float32]


@lru_cache(maxsize=32)
def _filter_bank(up: int, down: int, phases: int) -> tuple[int, _Filter]:
    """Half length in input samples, and the filter, shape (phases, 2 * half).

    Row p weights the 2 * half input samples around a point p/phases after the middle one.
    """
    scale = min(1.0, up / down) * _CUTOFF
    half = math.ceil(_ZERO_CROSSINGS / min(1.0, up / down))
    position = np.arange(2 * half)[None, :] - (half - 1) - np.arange(phases)[:, None] / phases
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (position / half) ** 2, 0, None))) / np.i0(_KAISER_BETA)
    bank = scale * np.sinc(scale * position) * window
    bank /= bank.sum(axis=1, keepdims=True)
    return half, bank.astype(np.float32)


@lru_cache(maxsize=32)
def _block_matrix(up: int, down: int, periods: int) -> tuple[int, _Filter]:
    """Half length, and the matrix from `periods * down + 2 * half - 1` inputs to `periods * up` outputs."""
    half, bank = _filter_bank(up, down, up)
    matrix = np.zeros((periods * down + 2 * half - 1, periods * up), np.float32)
    for output in range(periods * up):
        start, phase = divmod(output * down, up)
        matrix[start : start + 2 * half, output] = bank[phase]
    return half, matrix


def _periods_per_row(total: int, down: int, half: int) -> int:
    """How many filter periods one matrix row serves: few rows, yet no more zeros than filter in them."""
    return max(n for n in range(1, total + 1) if total % n == 0 and (n == 1 or n * down <= 2 * half))


class Resampler:
    """Converts a stream of int16 samples from one rate to another.

    Args:
        input_rate: Hz.
        output_rate: Hz.
        channels: of the samples given to `process`.

    After n input samples exactly `ceil(n * output_rate / input_rate)` output samples have come. Not for two
    threads at once.
    """

    def __init__(self, input_rate: int, output_rate: int, channels: int) -> None:
        divisor = math.gcd(input_rate, output_rate)
        self._up = output_rate // divisor
        self._down = input_rate // divisor
        self._channels = channels
        self._phases = min(self._up, _MAX_PHASES)
        self._half, self._bank = _filter_bank(self._up, self._down, self._phases)
        self._matrix: _Filter | None = None
        self._stride = 0  # input samples per matrix row
        if divisor % SLOTS_PER_SECOND == 0 and self._up <= _MAX_MATRIX_PHASES:
            periods = _periods_per_row(divisor // SLOTS_PER_SECOND, self._down, self._half)
            _, self._matrix = _block_matrix(self._up, self._down, periods)
            self._stride = periods * self._down
        self._history = np.zeros((channels, 2 * self._half - 1), np.float32)
        self._phase = 0  # of the next output, in 1/up input samples after the oldest unconsumed input

    @property
    def exact(self) -> bool:
        """Whether 10 ms of input always give exactly 10 ms of output."""
        return self._up == self._down or self._matrix is not None

    @property
    def delay(self) -> float:
        """How far the output lags behind, in input samples."""
        return 0.0 if self._up == self._down else float(self._half)

    def process(self, samples: Samples) -> Samples:
        """Convert samples of shape (n, channels); any n, whole multiples of 10 ms are fastest."""
        if self._up == self._down or not len(samples):
            return samples
        data = np.concatenate((self._history, samples.T), axis=1, dtype=np.float32)
        if self._matrix is not None and self._phase == 0 and len(samples) % self._stride == 0:
            result = self._by_matrix(data, len(samples) // self._stride)
        else:
            result = self._by_gathering(data, len(samples))
        self._history = data[:, len(samples) :]
        np.rint(result, out=result)
        np.maximum(result, -32768.0, out=result)
        np.minimum(result, 32767.0, out=result)
        return np.ascontiguousarray(result.astype(np.int16).T)

    def _by_matrix(self, data: _Filter, rows: int) -> _Filter:
        assert self._matrix is not None
        taps, outputs = self._matrix.shape
        channel, sample = data.strides
        # The overlapping windows, made without `as_strided`, whose checks cost more than the product.
        windows = np.ndarray(
            (self._channels, rows, taps), np.float32, data, 0, (channel, sample * self._stride, sample)
        )
        product: _Filter = windows.reshape(-1, taps) @ self._matrix
        return product.reshape(self._channels, rows * outputs)

    def _by_gathering(self, data: _Filter, count: int) -> _Filter:
        outputs = max(0, -((self._phase - count * self._up) // self._down))
        at = self._phase + np.arange(outputs, dtype=np.int64) * self._down
        start, phase = np.divmod(at, self._up)
        self._phase += outputs * self._down - count * self._up
        if self._phases != self._up:
            phase = phase * self._phases // self._up
        channel, sample = data.strides
        windows = np.ndarray(
            (self._channels, count, 2 * self._half), np.float32, data, 0, (channel, sample, sample)
        )
        result: _Filter = np.einsum("cnt,nt->cn", windows[:, start], self._bank[phase])
        return result
