"""Single decisions of the audio jitter buffer, and hostile input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.media.rtp.jitter import (
    AudioJitterBuffer,
    Conceal,
    ConcealFec,
    Decision,
    Play,
    Silence,
    Stretch,
)
from lkpy.media.rtp.jitter.buffer import MAX_PACKETS
from lkpy.media.rtp.jitter.delay_estimator import DelayEstimator
from lkpy.media.rtp.packet import RtpPacket

VOICE = b"\x78" + bytes(40)
"""20 ms without a copy of the frame before."""
VOICE_WITH_FEC = b"\x78\x40" + bytes(40)
DTX = b"\x78"
NOW = 1000.0


def packet(number: int, payload: bytes = VOICE, *, timestamp: int | None = None, ssrc: int = 1) -> RtpPacket:
    stamp = number * 960 if timestamp is None else timestamp
    return RtpPacket(111, number & 0xFFFF, stamp & 0xFFFF_FFFF, ssrc, payload)


def started(until: int = 3, payload: bytes = VOICE) -> AudioJitterBuffer:
    """Packets 0 to `until` each came in time; the next to be pulled is number 0, at NOW + 0.04."""
    buffer = AudioJitterBuffer()
    for number in range(until + 1):
        buffer.insert(packet(number, payload), NOW + 0.02 * number)
    return buffer


def numbers(decisions: list[Decision]) -> list[int]:
    return [decision.timestamp // 960 for decision in decisions if isinstance(decision, Play)]


def test_silence_before_the_first_packet() -> None:
    buffer = AudioJitterBuffer()
    assert buffer.pull(NOW) == Silence(480)
    assert buffer.statistics.silent_samples == 480
    assert buffer.statistics.concealed_samples == 0


def test_the_first_packet_waits_for_the_start_delay() -> None:
    buffer = AudioJitterBuffer()
    buffer.insert(packet(0), NOW)
    assert [type(buffer.pull(NOW + 0.01 * tick)) for tick in range(5)] == [Silence] * 4 + [Play]


def test_packets_come_out_in_order_whatever_the_order_of_arrival() -> None:
    buffer = AudioJitterBuffer(start_delay=0.1)
    for number, at in ((0, 0.0), (3, 0.06), (2, 0.061), (1, 0.062), (4, 0.08)):
        buffer.insert(packet(65534 + number), NOW + at)
    decisions = [buffer.pull(NOW + 0.1 + 0.02 * index) for index in range(5)]
    assert numbers(decisions) == [65534 + number for number in range(5)]
    assert buffer.buffered_packets == 0


def test_sequence_and_timestamp_wrap() -> None:
    buffer = AudioJitterBuffer()
    first = 2**32 - 2 * 960
    for number in range(4):
        stamp = first + number * 960
        buffer.insert(packet(65534 + number, timestamp=stamp), NOW + 0.02 * number)
    stamps = []
    for index in range(4):
        decision = buffer.pull(NOW + 0.04 + 0.02 * index)
        assert isinstance(decision, Play)
        stamps.append(decision.timestamp)
    assert stamps == [2**32 - 1920, 2**32 - 960, 0, 960]
    assert buffer.statistics.resets == 0


def test_duplicates_are_dropped_before_and_after_playing() -> None:
    buffer = started()
    buffer.insert(packet(1), NOW + 0.03)
    assert isinstance(buffer.pull(NOW + 0.04), Play)
    buffer.insert(packet(0), NOW + 0.05)
    assert buffer.statistics.duplicates == 2
    assert buffer.buffered_packets == 3


def test_a_lost_packet_is_concealed_and_its_late_copy_dropped() -> None:
    buffer = AudioJitterBuffer()
    for number in (0, 2, 3):
        buffer.insert(packet(number), NOW + 0.02 * number)
    assert numbers([buffer.pull(NOW + 0.04)]) == [0]
    assert buffer.pull(NOW + 0.06) == Conceal(960)
    buffer.insert(packet(1), NOW + 0.07)
    assert numbers([buffer.pull(NOW + 0.08)]) == [2]
    statistics = buffer.statistics
    assert (statistics.late, statistics.concealed_samples, statistics.concealment_events) == (1, 960, 1)


def test_the_packet_after_a_gap_restores_the_one_before() -> None:
    buffer = AudioJitterBuffer()
    for number in (0, 2, 3):
        buffer.insert(packet(number, VOICE_WITH_FEC), NOW + 0.02 * number)
    buffer.pull(NOW + 0.04)
    assert buffer.pull(NOW + 0.06) == ConcealFec(VOICE_WITH_FEC, 960, 0)
    assert numbers([buffer.pull(NOW + 0.08)]) == [2]
    assert (buffer.statistics.fec_samples, buffer.statistics.concealed_samples) == (960, 0)


def test_a_longer_gap_is_concealed_up_to_what_can_be_restored() -> None:
    buffer = AudioJitterBuffer(start_delay=0.1)
    for number in (0, 4, 5):
        buffer.insert(packet(number, VOICE_WITH_FEC), NOW + 0.02 * number)
    decisions = [buffer.pull(NOW + 0.1 + 0.02 * index) for index in range(5)]
    assert decisions[1:4] == [Conceal(960), Conceal(960), ConcealFec(VOICE_WITH_FEC, 960, 0)]
    assert numbers(decisions) == [0, 4]
    assert buffer.statistics.concealment_events == 1


def test_what_was_concealed_before_the_packet_came_is_not_restored_twice() -> None:
    buffer = started(0, VOICE_WITH_FEC)
    assert numbers([buffer.pull(NOW + 0.04)]) == [0]
    assert buffer.pull(NOW + 0.06) == Conceal(480)
    buffer.insert(packet(2, VOICE_WITH_FEC), NOW + 0.065)
    assert buffer.pull(NOW + 0.07) == ConcealFec(VOICE_WITH_FEC, 960, 480)
    assert numbers([buffer.pull(NOW + 0.08)]) == [2]


def test_a_gap_that_is_made_up_already_costs_nothing_more() -> None:
    buffer = started(0)
    assert numbers([buffer.pull(NOW + 0.04)]) == [0]
    assert [buffer.pull(NOW + 0.06), buffer.pull(NOW + 0.07)] == [Conceal(480)] * 2
    buffer.insert(packet(2), NOW + 0.075)
    assert numbers([buffer.pull(NOW + 0.08)]) == [2]
    assert (buffer.statistics.concealed_samples, buffer.statistics.concealment_events) == (960, 1)


def test_a_late_packet_is_played_and_adds_delay() -> None:
    buffer = started(0)
    buffer.pull(NOW + 0.04)
    assert buffer.pull(NOW + 0.06) == Conceal(480)
    buffer.insert(packet(1), NOW + 0.065)
    assert numbers([buffer.pull(NOW + 0.07)]) == [1]
    assert buffer.current_delay == pytest.approx(0.05)
    assert buffer.statistics.late == 0


def test_a_burst_after_a_stall_does_not_add_its_length() -> None:
    buffer = AudioJitterBuffer()
    for number in range(40):
        buffer.insert(packet(number), NOW + 0.02 * number)
        buffer.pull(NOW + 0.02 * number + 0.001)
    now = NOW + 0.8
    kinds = [type(buffer.pull(now + 0.01 * tick)) for tick in range(15)]
    assert set(kinds) == {Play, Conceal}
    now += 0.15
    for number in range(40, 48):
        buffer.insert(packet(number), now + 1e-4 * number)
    (first,) = numbers([buffer.pull(now + 0.01)])
    assert first > 40
    assert buffer.current_delay <= buffer.target_delay + 0.031
    assert buffer.statistics.discarded == first - 40


def test_nothing_for_long_becomes_silence_then_starts_over() -> None:
    buffer = started(0)
    buffer.pull(NOW + 0.04)
    kinds = [type(buffer.pull(NOW + 0.06 + 0.01 * tick)) for tick in range(40)]
    assert kinds == [Conceal] * 20 + [Silence] * 20
    buffer.insert(packet(50), NOW + 1.0)
    assert isinstance(buffer.pull(NOW + 1.0), Silence)
    assert numbers([buffer.pull(NOW + 1.04)]) == [50]


def test_a_gap_in_the_timestamps_alone_is_a_pause_and_no_loss() -> None:
    buffer = started(1)
    for index in range(2):
        buffer.pull(NOW + 0.04 + 0.02 * index)
    for tick in range(10):
        assert isinstance(buffer.pull(NOW + 0.08 + 0.01 * tick), Conceal)
    buffer.insert(packet(2, timestamp=10 * 960), NOW + 0.2)
    kinds = [buffer.pull(NOW + 0.18 + 0.01 * tick) for tick in range(7)]
    assert kinds[:6] == [Conceal(480, comfort=True)] * 6
    assert isinstance(kinds[6], Play)  # at its time: NOW + 0.2 + 0.04
    statistics = buffer.statistics
    assert (statistics.concealed_samples, statistics.concealment_events) == (0, 0)
    assert statistics.silent_samples == 16 * 480


def test_after_a_dtx_packet_there_is_comfort_noise() -> None:
    buffer = started(0)
    buffer.insert(packet(1, DTX), NOW + 0.02)
    assert [type(buffer.pull(NOW + 0.04 + 0.02 * index)) for index in range(2)] == [Play, Play]
    for tick in range(120):
        assert buffer.pull(NOW + 0.08 + 0.01 * tick) == Conceal(480, comfort=True)
    assert buffer.pull(NOW + 2) == Silence(480)
    assert buffer.statistics.concealed_samples == 0


def test_a_hole_in_the_sequence_without_one_in_time_is_no_loss() -> None:
    buffer = started(0)
    buffer.insert(packet(5, timestamp=960), NOW + 0.02)
    assert [type(buffer.pull(NOW + 0.04 + 0.02 * index)) for index in range(2)] == [Play, Play]
    assert buffer.statistics.concealed_samples == 0


@pytest.mark.parametrize(
    "after",
    [
        packet(5000, timestamp=4 * 960),
        packet(40000, timestamp=4 * 960),
        packet(4, timestamp=4 * 960, ssrc=2),
        packet(4, timestamp=-50 * 960),
    ],
    ids=["ahead", "back", "ssrc", "timestamp back"],
)
def test_jumps_start_over(after: RtpPacket) -> None:
    buffer = started()
    buffer.pull(NOW + 0.04)
    buffer.insert(after, NOW + 0.08)
    assert buffer.buffered_packets == 1
    assert (buffer.statistics.resets, buffer.statistics.discarded) == (1, 3)
    assert isinstance(buffer.pull(NOW + 0.09), Silence)
    decision = buffer.pull(NOW + 0.13)
    assert isinstance(decision, Play)
    assert decision.timestamp == after.timestamp


def test_a_jump_of_the_timestamp_ahead_of_the_clock_starts_over() -> None:
    buffer = started()
    buffer.insert(packet(4, timestamp=10_000_000), NOW + 0.08)
    assert (buffer.buffered_packets, buffer.statistics.resets) == (1, 1)


def test_never_more_than_a_second() -> None:
    buffer = AudioJitterBuffer()
    for number in range(500):
        buffer.insert(packet(number), NOW + 0.02 * number)
        assert buffer.buffered_samples <= 48000
    assert buffer.statistics.discarded == 450
    # Who pulls at last hears what is new.
    (first,) = numbers([buffer.pull(NOW + 10)])
    assert first >= 496


def test_never_more_than_the_packets_of_a_second() -> None:
    buffer = AudioJitterBuffer(duration=lambda payload: 1)
    for number in range(2000):
        buffer.insert(packet(number, timestamp=number), NOW)
    assert buffer.buffered_packets == MAX_PACKETS


def test_payloads_that_are_no_opus_are_counted() -> None:
    buffer = AudioJitterBuffer()
    for number, payload in enumerate((b"", b"\xfb", b"\xfb\x00")):
        buffer.insert(packet(number, payload), NOW)
    assert (buffer.statistics.invalid, buffer.buffered_packets) == (3, 0)


def test_pending_samples_count_as_time() -> None:
    buffer = AudioJitterBuffer()
    buffer.insert(packet(0), NOW)
    assert isinstance(buffer.pull(NOW + 0.03), Silence)
    assert isinstance(buffer.pull(NOW + 0.03, 480), Play)


def test_stretching_is_reported_back() -> None:
    buffer = AudioJitterBuffer()
    buffer.stretched(-300)
    buffer.stretched(200)
    assert (buffer.statistics.removed_samples, buffer.statistics.inserted_samples) == (300, 200)


def test_too_much_delay_asks_for_shortening_too_little_for_lengthening() -> None:
    buffer = AudioJitterBuffer(start_delay=0.1)
    asked = []
    for number in range(100):
        buffer.insert(packet(number), NOW + 0.02 * number)
        decision = buffer.pull(NOW + 0.02 * number + 0.001)
        if isinstance(decision, Play):
            asked.append(decision.stretch)
    assert asked[0] is Stretch.NONE
    assert Stretch.SHORTEN_FAST in asked

    buffer = AudioJitterBuffer(min_delay=0.05)
    for number in range(30):
        buffer.insert(packet(number), NOW + 0.02 * number)
    buffer._estimator._settled = True
    buffer._waiting, buffer._next, buffer._last_number = False, 0, -1
    decision = buffer.pull(NOW + 0.01)
    assert isinstance(decision, Play)
    assert decision.stretch is Stretch.LENGTHEN


@given(
    st.lists(
        st.tuples(
            st.integers(0, 0xFFFF) | st.integers(0, 60),
            st.integers(0, 0xFFFF_FFFF) | st.integers(0, 60).map(lambda number: number * 960),
            st.sampled_from([1, 1, 1, 2]),
            st.sampled_from([VOICE, VOICE_WITH_FEC, DTX, b"", b"\xfb\x06", b"\x1b\x02" + bytes(20)])
            | st.binary(max_size=4),
            st.floats(0, 0.2),
            st.integers(0, 4),
        ),
        max_size=60,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_packets_at_any_time(steps: list[tuple[int, int, int, bytes, float, int]]) -> None:
    buffer = AudioJitterBuffer()
    now = NOW
    out = 0
    for number, stamp, ssrc, payload, wait, pulls in steps:
        now += wait
        buffer.insert(RtpPacket(111, number, stamp, ssrc, payload), now)
        assert buffer.buffered_samples <= 48000 or buffer.buffered_packets == 1
        for _ in range(pulls):
            decision = buffer.pull(now)
            skip = decision.skip if isinstance(decision, ConcealFec) else 0
            assert 0 < decision.samples <= 5760
            assert 0 <= skip < decision.samples
            if isinstance(decision, Conceal):
                assert decision.samples % 120 == 0
            out += decision.samples - skip
    statistics = buffer.statistics
    assert statistics.concealed_samples >= 0
    assert statistics.concealment_events >= 0
    assert out == (
        statistics.played_samples
        + statistics.concealed_samples
        + statistics.fec_samples
        + statistics.silent_samples
    )
    kept = (
        statistics.emitted_packets
        + statistics.duplicates
        + statistics.late
        + statistics.discarded
        + statistics.invalid
    )
    assert kept + buffer.buffered_packets == statistics.packets


def estimator() -> DelayEstimator:
    return DelayEstimator(start=0.04, minimum=0.02, maximum=0.4, quantile=0.95)


def test_estimator_keeps_the_start_value_until_it_knows_better() -> None:
    delays = estimator()
    assert delays.base is None
    assert delays.target(0.02) == 0.04
    for number in range(24):
        delays.add(5.0, number * 0.02, in_order=True)
    assert delays.target(0.02) == 0.04
    for number in range(24, 60):
        delays.add(5.0, number * 0.02, in_order=True)
    assert delays.base == 5.0
    assert delays.target(0.02) == 0.02
    delays.reset()
    assert delays.target(0.02) == 0.04


def test_estimator_takes_the_quantile_within_its_limits() -> None:
    delays = estimator()
    for number in range(400):
        delays.add(5.0 + (number % 100) * 1e-3, number * 0.02, in_order=False)
    assert delays.spread == pytest.approx(0.095, abs=0.002)
    assert delays.target(0.02) == pytest.approx(0.115, abs=0.002)
    assert delays.target(1.0) == 0.4
    assert delays.target(-1.0) == 0.02


def test_estimator_forgets_after_some_seconds() -> None:
    delays = estimator()
    for number in range(2000):
        jitter = 0.1 * (number % 2) if number < 1000 else 0.0
        delays.add(5.0 + jitter, number * 0.02, in_order=True)
        if number == 900:
            assert delays.spread == pytest.approx(0.1)
    assert delays.spread == 0.0


@pytest.mark.parametrize("step", [0.3, -0.3])
def test_estimator_notices_a_step_of_the_delay(step: float) -> None:
    delays = estimator()
    for number in range(250):
        delays.add(5.0, number * 0.02, in_order=True)
    for number in range(250, 260):
        delays.add(5.0 + step, number * 0.02, in_order=True)
    assert delays.base == 5.0 + step
    assert delays.spread == 0.0


def test_estimator_counts_a_stall_once() -> None:
    delays = estimator()
    for number in range(250):
        delays.add(5.0, number * 0.02, in_order=True)
    for index in range(20):
        delays.add(5.4 - index * 0.02, 5.4 + index * 1e-4, in_order=True)
    assert delays.target(0.02) == 0.02
