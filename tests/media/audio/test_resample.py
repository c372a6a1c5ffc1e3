"""The resampler: length, quality, delay."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.media.audio.pcm import Samples
from lkpy.media.audio.resample import Resampler

EXACT = [
    (48000, 16000),
    (16000, 48000),
    (24000, 48000),
    (48000, 24000),
    (44100, 48000),
    (48000, 44100),
    (48000, 8000),
    (8000, 48000),
    (48000, 96000),
    (96000, 48000),
    (32000, 48000),
]
ODD = [(22050, 48000), (48000, 22050), (11025, 48000), (48000, 11025), (12345, 48000), (48000, 12345)]


def tone(rate: int, frequency: float, seconds: float, amplitude: float = 10_000) -> Samples:
    time = np.arange(int(rate * seconds)) / rate
    return np.rint(np.sin(2 * np.pi * frequency * time) * amplitude).astype(np.int16).reshape(-1, 1)


def in_slots(resampler: Resampler, samples: Samples, rate: int) -> list[Samples]:
    edges = [math.ceil(k * rate / 100) for k in range(len(samples) * 100 // rate + 1)]
    return [resampler.process(samples[begin:end]) for begin, end in itertools.pairwise(edges)]


@pytest.mark.parametrize(("input_rate", "output_rate"), EXACT)
def test_ten_milliseconds_in_give_ten_out(input_rate: int, output_rate: int) -> None:
    resampler = Resampler(input_rate, output_rate, 1)
    assert resampler.exact
    blocks = in_slots(resampler, tone(input_rate, 440, 0.2), input_rate)
    assert {len(block) for block in blocks} == {output_rate // 100}


@pytest.mark.parametrize(("input_rate", "output_rate"), ODD)
def test_odd_rates_never_fall_behind(input_rate: int, output_rate: int) -> None:
    resampler = Resampler(input_rate, output_rate, 1)
    assert not resampler.exact
    total = 0
    for index, block in enumerate(in_slots(resampler, tone(input_rate, 440, 1), input_rate)):
        total += len(block)
        assert total >= output_rate * (index + 1) // 100
        assert total <= output_rate * (index + 1) / 100 + output_rate / input_rate + 1


@pytest.mark.parametrize(("input_rate", "output_rate"), EXACT + ODD)
def test_a_tone_stays_clean(input_rate: int, output_rate: int) -> None:
    frequency = 1000.0
    blocks = in_slots(Resampler(input_rate, output_rate, 1), tone(input_rate, frequency, 1), input_rate)
    heard = np.concatenate(blocks)[output_rate // 10 :, 0].astype(float)
    time = np.arange(len(heard)) / output_rate
    basis = np.stack([np.sin(2 * np.pi * frequency * time), np.cos(2 * np.pi * frequency * time)], axis=1)
    weights, *_ = np.linalg.lstsq(basis, heard, rcond=None)
    noise = heard - basis @ weights
    assert np.hypot(*weights) == pytest.approx(10_000, rel=0.005)
    assert 10 * np.log10((basis @ weights).var() / noise.var()) > 70


def test_what_the_output_cannot_hold_is_filtered_out() -> None:
    heard = Resampler(48000, 16000, 1).process(tone(48000, 9500, 1))[2000:]
    assert np.abs(heard).max() <= 3


def test_the_delay_is_what_it_says() -> None:
    resampler = Resampler(48000, 16000, 1)
    impulse = np.zeros((4800, 1), np.int16)
    impulse[1200] = 20_000
    peak = int(np.argmax(resampler.process(impulse)))
    assert peak == round((1200 + resampler.delay) / 3)
    assert resampler.delay / 48000 <= 0.001


def test_channels_are_independent() -> None:
    stereo = np.concatenate([tone(24000, 300, 0.1), tone(24000, 700, 0.1)], axis=1)
    both = Resampler(24000, 48000, 2).process(stereo)
    for channel in (0, 1):
        alone = Resampler(24000, 48000, 1).process(stereo[:, channel : channel + 1])
        assert np.array_equal(both[:, channel], alone[:, 0])


def test_loud_audio_is_clipped_not_wrapped() -> None:
    square = np.sign(tone(16000, 100, 0.1)).astype(np.int16) * np.int16(32767)
    heard = Resampler(16000, 48000, 1).process(square)
    assert heard.max() == 32767
    assert np.abs(np.diff(heard[:, 0].astype(int))).max() < 45_000


def test_the_same_rate_passes_through() -> None:
    samples = tone(48000, 440, 0.01)
    assert Resampler(48000, 48000, 1).process(samples) is samples


@settings(max_examples=40, deadline=None)
@given(
    rates=st.sampled_from([*EXACT, *ODD]),
    cuts=st.lists(st.integers(0, 700), min_size=1, max_size=12),
)
def test_pieces_make_no_difference(rates: tuple[int, int], cuts: list[int]) -> None:
    samples = np.random.default_rng(1).integers(-9000, 9000, (sum(cuts), 1)).astype(np.int16)
    whole = Resampler(*rates, 1).process(samples)
    pieces = Resampler(*rates, 1)
    parts, at = [np.zeros((0, 1), np.int16)], 0
    for cut in cuts:
        parts.append(pieces.process(samples[at : at + cut]))
        at += cut
    joined = np.concatenate(parts)
    assert len(joined) == len(whole) == math.ceil(len(samples) * rates[1] / rates[0])
    assert np.abs(joined.astype(int) - whole).max(initial=0) <= 1
