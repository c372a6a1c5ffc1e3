"""Which packets to ask for again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.media.rtp.nack import NackGenerator


def received(generator: NackGenerator, *numbers: int, now: float = 0.0) -> None:
    for number in numbers:
        generator.received(number & 0xFFFF, now)


def test_nothing_missing() -> None:
    generator = NackGenerator()
    received(generator, *range(65530, 65550))
    assert generator.due(10.0, 0.05) == []
    assert generator.next_deadline() is None


def test_a_hole_is_asked_for_after_the_batch_delay_then_each_round_trip() -> None:
    generator = NackGenerator(batch_delay=0.010)
    received(generator, 65534, 65537, now=1.0)
    assert generator.next_deadline() == 1.010
    assert generator.due(1.005, 0.05) == []
    assert generator.due(1.010, 0.05) == [65535, 0]
    assert generator.next_deadline() == 1.060
    assert generator.due(1.050, 0.05) == []
    assert generator.due(1.060, 0.05) == [65535, 0]
    assert generator.requested == 4


def test_late_packets_fill_holes() -> None:
    generator = NackGenerator()
    received(generator, 1, 4)
    assert generator.received(2, 0.005)
    assert generator.due(0.010, 0.05) == [3]
    assert generator.received(3, 0.050)
    assert not generator.received(3, 0.051)
    assert (generator.missing, generator.recovered) == (0, 1)
    assert generator.next_deadline() is None


def test_gives_up_after_all_tries_or_too_long() -> None:
    generator = NackGenerator(max_tries=3, max_age=60)
    received(generator, 1, 3)
    now = 0.0
    asked = 0
    while generator.missing:
        deadline = generator.next_deadline()
        assert deadline is not None
        now = max(now, deadline)
        asked += len(generator.due(now, 0.05))
    assert (asked, generator.given_up) == (3, 1)

    generator = NackGenerator(max_age=0.5)
    received(generator, 1, 3)
    assert generator.due(0.5, 0.05) == []
    assert (generator.missing, generator.given_up) == (0, 1)


def test_holes_are_bounded_and_the_newest_stay() -> None:
    generator = NackGenerator(max_missing=100)
    received(generator, 0, 1000)
    assert generator.missing == 100
    assert generator.due(1.0 - 1e-9, 0.05)[0] == 900
    received(generator, 1051)
    assert generator.missing == 100
    assert generator.given_up == 899 + 50


def test_a_jump_is_a_new_start_both_ways() -> None:
    generator = NackGenerator()
    received(generator, 0, 2, 1004)
    assert (generator.missing, generator.resets, generator.given_up) == (0, 1, 1)
    received(generator, 1006, 3)
    assert (generator.missing, generator.resets) == (0, 2)
    generator.reset()
    received(generator, 30000, 30002)
    assert generator.missing == 1


def test_unknown_round_trip_and_a_very_short_one() -> None:
    generator = NackGenerator(batch_delay=0.0, min_interval=0.02)
    received(generator, 1, 3)
    assert generator.due(0.0, None) == [2]
    assert generator.next_deadline() == 0.1
    assert generator.due(0.1, 0.0001) == [2]
    assert generator.next_deadline() == pytest.approx(0.12)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF) | st.integers(0, 50), st.floats(0, 0.1)), max_size=80))
@settings(max_examples=150)
def test_any_order_of_packets_stays_bounded(steps: list[tuple[int, float]]) -> None:
    generator = NackGenerator(max_missing=64)
    now = 0.0
    for number, wait in steps:
        now += wait
        generator.received(number, now)
        asked = generator.due(now, 0.03)
        assert len(asked) <= generator.missing <= 64
        assert number not in asked
        assert all(0 <= each <= 0xFFFF for each in asked)
    generator.due(now + 10, 0.03)
    assert generator.missing == 0
