"""Levels and the small PCM helpers."""

from __future__ import annotations

import numpy as np
import pytest

from lkpy.media.audio.levels import SILENT, level_dbov, linear
from lkpy.media.audio.pcm import SampleFifo, remix, silence, slot_at, slot_time


def test_levels_of_known_signals() -> None:
    assert level_dbov(silence(960, 1)) == SILENT
    assert level_dbov(np.zeros((0, 1), np.int16)) == SILENT
    assert level_dbov(np.full((960, 2), -32768, np.int16)) == 0
    time = np.arange(960) / 48000
    sine = (np.sin(2 * np.pi * 500 * time) * 32767).astype(np.int16).reshape(-1, 1)
    assert level_dbov(sine) == 3
    assert level_dbov((sine // 100).astype(np.int16)) == 43
    assert level_dbov(np.array([[1], *[[0]] * 959], np.int16)) == 120


def test_linear() -> None:
    assert linear(0) == 1.0
    assert linear(20) == pytest.approx(0.1)
    assert linear(SILENT) == 0.0


def test_remix() -> None:
    mono = np.array([[1], [-3]], np.int16)
    stereo = np.array([[32767, 32767], [-4, -2], [-32768, -32768]], np.int16)
    assert remix(mono, 1) is mono
    assert remix(mono, 2).tolist() == [[1, 1], [-3, -3]]
    assert remix(stereo, 1).tolist() == [[32767], [-3], [-32768]]
    assert remix(stereo, 3).tolist() == [[32767] * 3, [-3] * 3, [-32768] * 3]
    assert remix(np.array([[3, 6, 9]], np.int16), 1).tolist() == [[6]]


def test_fifo() -> None:
    fifo = SampleFifo(1)
    fifo.put(np.array([[1], [2], [3]], np.int16))
    fifo.put(np.zeros((0, 1), np.int16))
    fifo.put(np.array([[4], [5]], np.int16))
    assert fifo.available == 5
    assert fifo.take(2)[:, 0].tolist() == [1, 2]
    assert fifo.take(2)[:, 0].tolist() == [3, 4]
    assert fifo.available == 1
    assert fifo.take(3)[:, 0].tolist() == [5, 0, 0]
    assert fifo.available == 0
    fifo.put(np.array([[4]], np.int16))
    fifo.clear()
    assert fifo.take(1).tolist() == [[0]]


def test_slots() -> None:
    assert slot_at(12.34) == 1234
    assert slot_at(12.3396) == 1234, "a timer may be early"
    assert slot_at(12.339) == 1233
    assert slot_at(slot_time(99_999)) == 99_999
