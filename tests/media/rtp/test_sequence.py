"""Counters that wrap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lkpy.media.rtp.sequence import (
    Unwrapper,
    sequence_difference,
    timestamp_difference,
    unwrap_sequence,
    unwrap_timestamp,
)


def test_differences_across_the_wrap() -> None:
    assert sequence_difference(0, 65535) == 1
    assert sequence_difference(65535, 0) == -1
    assert sequence_difference(32768, 0) == -32768
    assert timestamp_difference(5, 2**32 - 5) == 10
    assert timestamp_difference(102_999, 103_000) == -1


@given(st.integers(0, 2**40), st.integers(-32768, 32767))
def test_unwrap_sequence(near: int, step: int) -> None:
    assert unwrap_sequence((near + step) & 0xFFFF, near) == near + step


@given(st.integers(0, 2**50), st.integers(-(2**31), 2**31 - 1))
def test_unwrap_timestamp(near: int, step: int) -> None:
    assert unwrap_timestamp((near + step) & 0xFFFF_FFFF, near) == near + step


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-30000, 30000), max_size=50))
def test_unwrapper_follows_any_walk(start: int, steps: list[int]) -> None:
    unwrapper = Unwrapper(16)
    position = start
    assert unwrapper.unwrap(start) == start
    for step in steps:
        position += step
        assert unwrapper.unwrap(position & 0xFFFF) == position
    unwrapper.reset()
    assert unwrapper.unwrap(3) == 3
