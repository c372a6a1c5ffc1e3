"""Helpers for audio frames."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

import numpy as np

from lkpy.audio_frame import AudioFrame

__all__ = ["combine_audio_frames", "sine_wave_generator"]

_FULL_SCALE = 32767
_FRAMES_PER_SECOND = 10


def combine_audio_frames(buffer: AudioFrame | list[AudioFrame]) -> AudioFrame:
    """Join frames of one format to a single frame, in order.

    Args:
        buffer: the frames. A single frame that is not in a list is returned as it is.

    Raises:
        ValueError: no frames, or different sample rates or channel counts.
    """
    if not isinstance(buffer, list):
        return buffer
    if not buffer:
        raise ValueError("buffer is empty")
    first = buffer[0]
    sample_rate, num_channels = first.sample_rate, first.num_channels
    samples = 0
    for frame in buffer:
        if frame.sample_rate != sample_rate:
            raise ValueError(f"Sample rate mismatch: expected {sample_rate}, got {frame.sample_rate}")
        if frame.num_channels != num_channels:
            raise ValueError(f"Channel count mismatch: expected {num_channels}, got {frame.num_channels}")
        samples += frame.samples_per_channel
    data = bytearray().join([frame._data for frame in buffer])
    return AudioFrame(data, sample_rate, num_channels, samples)


async def sine_wave_generator(
    freq: float, duration: float, sample_rate: int = 48000, amplitude: float = 0.3
) -> AsyncIterator[AudioFrame]:
    """A tone, as mono frames of 100 ms; a last piece shorter than that is left out.

    Args:
        freq: Hz.
        duration: seconds.
        sample_rate: Hz.
        amplitude: 0 to 1, of full scale.
    """
    size = sample_rate // _FRAMES_PER_SECOND
    count = int(duration * _FRAMES_PER_SECOND)
    for index in range(count):
        time = np.arange(index * size, (index + 1) * size) / sample_rate
        wave = np.sin(2 * math.pi * freq * time) * (amplitude * _FULL_SCALE)
        yield AudioFrame(wave.astype(np.int16).tobytes(), sample_rate, 1, size)
