"""Taking out and repeating pitch periods."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lkpy.media.audio.stretch import lengthen, shorten


def tone(frequency: float, count: int = 960, channels: int = 1) -> Any:
    wave = np.sin(2 * np.pi * frequency * np.arange(count) / 48000) * 8000
    return np.rint(wave).astype(np.int16).reshape(-1, 1).repeat(channels, axis=1)


@pytest.mark.parametrize("frequency", [100.0, 137.0, 200.0, 333.0, 440.0])
def test_whole_periods(frequency: float) -> None:
    samples = tone(frequency)
    for result in (shorten(samples), lengthen(samples)):
        change = abs(len(result) - 960)
        assert 120 <= change <= 600
        periods = change * frequency / 48000
        assert periods == pytest.approx(round(periods), abs=0.03)
        steps = np.abs(np.diff(result[:, 0].astype(int))).max()
        assert steps <= np.abs(np.diff(samples[:, 0].astype(int))).max() * 1.1, "no click"


def test_the_ends_fit_to_the_neighbours() -> None:
    samples = tone(150, 960, 2)
    for result in (shorten(samples), lengthen(samples)):
        assert result.shape[1] == 2
        assert np.array_equal(result[0], samples[0])
        assert np.array_equal(result[-200:], samples[-200:])


def test_noise_is_left_alone_unless_in_a_hurry() -> None:
    noise = np.random.default_rng(5).integers(-9000, 9000, (960, 1)).astype(np.int16)
    assert shorten(noise) is noise
    assert lengthen(noise) is noise


def test_silence_is_cut_anywhere() -> None:
    zeros = np.zeros((960, 1), np.int16)
    assert len(shorten(zeros)) == 360
    assert len(shorten(zeros, limit=480)) == 480
    assert len(lengthen(zeros)) == 1560


def test_too_little_to_find_anything_in() -> None:
    for count in (0, 100, 240, 350):
        samples = tone(200, count)
        assert shorten(samples) is samples
        assert lengthen(samples) is samples
    samples = tone(200)
    assert shorten(samples, limit=0) is samples
