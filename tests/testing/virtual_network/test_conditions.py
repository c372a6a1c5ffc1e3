"""Fates of packets: pure, seeded, each condition by itself."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.testing.virtual_network.conditions import (
    DATAGRAM_OVERHEAD,
    RETRANSMISSION_TIMEOUT,
    SEGMENT_OVERHEAD,
    SEGMENT_SIZE,
    LinkConditions,
    LinkModel,
)


def model(seed: int = 1, **conditions: Any) -> LinkModel:
    return LinkModel(LinkConditions(**conditions), random.Random(seed))


def send(link: LinkModel, count: int, gap: float = 0.02, size: int = 172) -> list[float | None]:
    return [link.datagram(size, index * gap) for index in range(count)]


def test_nothing_is_in_the_way_by_default() -> None:
    link = model()
    assert send(link, 3) == [0.0, 0.02, 0.04]
    assert link.segment(100, 1.0) == 1.0
    assert (link.counters.datagrams, link.counters.segments, link.counters.bytes) == (3, 1, 616)


def test_latency_is_added_to_everything() -> None:
    link = model(latency=0.05)
    assert link.datagram(10, 1.0) == 1.05
    assert link.segment(10, 1.0) == 1.05


def test_jitter_delays_and_changes_no_order() -> None:
    link = model(latency=0.05, jitter=0.1)
    arrivals = [a for a in send(link, 500) if a is not None]
    delays = [arrival - 0.02 * index for index, arrival in enumerate(arrivals)]
    assert arrivals == sorted(arrivals)
    assert min(delays) >= 0.05
    assert 0.1 < max(delays) <= 0.15 + 1e-9
    segments = [link.segment(10, 100 + 0.02 * index) for index in range(500)]
    assert segments == sorted(segments)


def test_the_share_that_is_lost() -> None:
    link = model(loss=0.1)
    arrivals = send(link, 2000)
    assert arrivals.count(None) == link.counters.lost
    assert 150 < link.counters.lost < 250
    assert send(model(loss=1.0), 10) == [None] * 10


def test_the_same_seed_is_the_same_fate_and_another_is_another() -> None:
    conditions: dict[str, Any] = {"latency": 0.05, "jitter": 0.05, "loss": 0.2, "reorder": 0.1}
    assert send(model(1, **conditions), 200) == send(model(1, **conditions), 200)
    assert send(model(1, **conditions), 200) != send(model(2, **conditions), 200)


def test_what_is_held_back_is_overtaken_and_holds_nothing_up() -> None:
    link = model(latency=0.01, reorder=0.25, reorder_by=0.05)
    arrivals = [a for a in send(link, 400) if a is not None]
    late = [index for index, arrival in enumerate(arrivals) if arrival > 0.02 * index + 0.03]
    assert len(late) == link.counters.reordered
    assert 70 < len(late) < 130
    assert all(arrivals[i] == pytest.approx(0.02 * i + (0.06 if i in late else 0.01)) for i in range(400))


def test_the_bandwidth_spaces_packets_and_the_queue_is_bounded() -> None:
    size = 972
    link = model(bandwidth=80_000, queue=0.5)  # 0.1 s a packet
    arrivals = [link.datagram(size, 0.0) for _ in range(10)]
    taken = [arrival for arrival in arrivals if arrival is not None]
    assert (size + DATAGRAM_OVERHEAD) * 8 == 8000
    assert taken == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert arrivals[6:] == [None] * 4
    assert link.counters.overflowed == 4
    assert link.datagram(size, 5.0) == pytest.approx(5.1), "the queue empties with time"


def test_streams_share_the_bandwidth_and_are_not_dropped() -> None:
    link = model(bandwidth=80_000, queue=0.0)
    assert link.segment(SEGMENT_SIZE * 2, 0.0) == pytest.approx(
        (SEGMENT_SIZE + SEGMENT_OVERHEAD) * 2 / 10_000
    )
    assert link.segment(0, 0.0) == pytest.approx(0.3 + SEGMENT_OVERHEAD / 10_000)
    assert link.datagram(100, 0.0) is None


def test_segments_that_are_lost_come_later_and_hold_up_what_is_behind() -> None:
    link = model(loss=0.05, latency=0.05)
    arrivals = [link.segment(100, 0.01 * index) for index in range(300)]
    assert arrivals == sorted(arrivals)
    assert link.counters.resent > 5
    delays = [arrival - 0.01 * index for index, arrival in enumerate(arrivals)]
    assert min(delays) == pytest.approx(0.05)
    assert max(delays) >= 0.05 + RETRANSMISSION_TIMEOUT + 0.1 - 1e-9


def test_a_link_that_loses_everything_delays_a_stream_by_a_bounded_time() -> None:
    assert model(loss=1.0).segment(100, 0.0) == pytest.approx(RETRANSMISSION_TIMEOUT * 63)


def test_conditions_change_for_what_is_sent_from_then_on() -> None:
    link = model(latency=1.0)
    assert link.datagram(10, 0.0) == 1.0
    link.conditions = LinkConditions(latency=0.1)
    assert link.datagram(10, 0.5) == 1.0, "no datagram overtakes another one"
    assert link.datagram(10, 1.5) == 1.6


@pytest.mark.parametrize(
    "wrong",
    [{"loss": 1.1}, {"reorder": -0.1}, {"latency": -1}, {"jitter": -1}, {"queue": -1}, {"bandwidth": 0}],
)
def test_conditions_that_make_no_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"share|negative|positive"):
        LinkConditions(**wrong)


@settings(max_examples=100)
@given(
    st.integers(0, 1000),
    st.builds(
        LinkConditions,
        latency=st.floats(0, 1),
        jitter=st.floats(0, 1),
        loss=st.floats(0, 1),
        bandwidth=st.none() | st.floats(1000, 1e9),
        queue=st.floats(0, 1),
    ),
    st.lists(st.tuples(st.floats(0, 0.1), st.integers(0, 20_000), st.booleans()), max_size=50),
)
def test_whatever_the_conditions_order_is_kept_and_nothing_arrives_before_it_could(
    seed: int, conditions: LinkConditions, sent: list[tuple[float, int, bool]]
) -> None:
    link = LinkModel(conditions, random.Random(seed))
    now, last = 0.0, {True: 0.0, False: 0.0}
    for gap, size, is_stream in sent:
        now += gap
        arrival = link.segment(size, now) if is_stream else link.datagram(size, now)
        if arrival is not None:
            assert arrival >= now + conditions.latency - 1e-9
            assert arrival >= last[is_stream]
            last[is_stream] = arrival
    counters = link.counters
    assert counters.datagrams + counters.segments == len(sent)
