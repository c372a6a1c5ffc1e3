"""The loss that an encoder is told to expect."""

from __future__ import annotations

import pytest

from lkpy.media.audio.expected_loss import ExpectedLoss


def test_it_rises_at_once_and_falls_slowly() -> None:
    loss = ExpectedLoss()
    assert loss.percent == 0
    seen = []
    for fraction in (0.0, 0.1, 0.0, 0.0, 0.2, 0.05, 0.0):
        loss.reported(fraction)
        seen.append(loss.percent)
    assert seen == [0, 10, 8, 6, 20, 15, 11]
    for _ in range(15):
        loss.reported(0.0)
    assert loss.percent == 0


@pytest.mark.parametrize("fraction", [0.0, 255 / 256])
def test_any_report_is_a_percentage(fraction: float) -> None:
    loss = ExpectedLoss()
    for _ in range(100):
        loss.reported(fraction)
    assert 0 <= loss.percent <= 100
