"""SampleQueue: one block per slot, to every reader."""

from __future__ import annotations

import numpy as np
import pytest

from lkpy.media.audio.pcm import Samples
from lkpy.media.audio.queue import CATCH_UP_SLOTS, DIRECT_SLOTS, READER_SLOTS, SampleQueue


class FakeClock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, ms: int) -> int:
        self.now = round(self.now + ms / 1000, 6)
        return round(self.now * 100)


def ramp(begin: int, end: int) -> Samples:
    return np.arange(begin, end).astype(np.int16).reshape(-1, 1)


def test_blocks_come_in_order_to_every_reader() -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, 1000, clock)
    first, second = queue.attach(), queue.attach()
    queue.put(ramp(0, 200))
    assert first.read(5000) == []
    slot = clock.sleep(10)
    ((number, block),) = first.read(slot)
    assert number == slot
    assert block is not None
    assert block[:, 0].tolist() == list(range(80))
    slot = clock.sleep(20)
    blocks = first.read(slot)
    assert [number for number, _ in blocks] == [slot - 1, slot]
    assert blocks[0][1] is not None
    assert blocks[0][1][:, 0].tolist() == list(range(80, 160))
    assert blocks[1][1] is None, "forty samples wait for more"
    assert [number for number, _ in second.read(slot)] == [slot - 2, slot - 1, slot]
    queue.put(ramp(200, 240))
    ((_, block),) = first.read(clock.sleep(10))
    assert block is not None
    assert block[:, 0].tolist() == list(range(160, 240))


def test_without_readers_time_empties_the_queue() -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, 1000, clock)
    assert queue.put(ramp(0, 8000)) == 0
    clock.sleep(300)
    assert queue.queued == 8000 - 2400
    clock.sleep(10_000)
    assert queue.queued == 0
    queue.put(ramp(0, 85))
    clock.sleep(10_000)
    assert queue.queued == 5, "what is less than a block waits"


@pytest.mark.parametrize(("queue_ms", "waits"), [(1000, [0.02, 0, 0.02, 0, 0.02, 0]), (20, [0.01] * 6)])
def test_whoever_fills_a_deep_queue_wakes_with_its_reader(queue_ms: int, waits: list[float]) -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, queue_ms, clock)
    reader = queue.attach(2)
    reader.read(clock.sleep(20))
    assert queue.put(ramp(0, 8 * queue_ms)) == 0
    found = []
    for _ in waits:
        found.append(queue.put(ramp(0, 80)))
        slot = clock.sleep(round(1000 * found[-1]))
        assert queue.time_until_accepting() == 0
        if found[-1] == 0.02:
            assert len(reader.read(slot)) == 2
    assert found == pytest.approx(waits)


def test_a_held_up_process_pauses_the_audio() -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, 1000, clock)
    reader = queue.attach()
    queue.put(ramp(0, 8000))
    slot = clock.sleep(500)
    blocks = reader.read(slot)
    assert [number for number, _ in blocks] == list(range(slot - CATCH_UP_SLOTS + 1, slot + 1))
    assert blocks[0][1] is not None
    assert blocks[0][1][0, 0] == 0, "nothing was skipped"
    assert queue.queued == 8000 - CATCH_UP_SLOTS * 80


def test_a_reader_that_does_not_read_is_bounded() -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, 1000, clock)
    reader = queue.attach()
    queue.put(ramp(0, 8000))
    for _ in range(30):
        slot = clock.sleep(10)
        assert queue.queued >= 0
    assert [number for number, _ in reader.read(slot)] == list(range(slot - READER_SLOTS + 1, slot + 1))
    assert reader.dropped_blocks == 30 - READER_SLOTS


@pytest.mark.parametrize("rate", [12345, 22050, 11025, 44100])
def test_slots_of_odd_rates_add_up(rate: int) -> None:
    queue = SampleQueue(rate, 1, 1000, FakeClock())
    counts = [queue.slot_samples(slot) for slot in range(700, 1700)]
    assert abs(sum(counts) - rate * 10) <= 1
    assert max(counts) - min(counts) <= 1
    assert min(counts) >= rate // 100


def test_clear_also_takes_back_what_was_not_read() -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, 1000, clock)
    reader = queue.attach()
    queue.put(ramp(0, 400))
    slot = clock.sleep(20)
    assert queue.queued == 240
    queue.clear()
    assert reader.read(slot) == [(slot - 1, None), (slot, None)]
    assert queue.queued == 0


def test_without_a_size_the_oldest_is_dropped() -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, 0, clock)
    reader = queue.attach()
    for index in range(DIRECT_SLOTS + 2):
        queue.put(ramp(index * 80, index * 80 + 80))
    assert queue.queued == DIRECT_SLOTS * 80
    assert queue.dropped_blocks == 2
    ((_, block),) = reader.read(clock.sleep(10))
    assert block is not None
    assert block[0, 0] == 160


def test_a_closed_reader_hears_nothing() -> None:
    clock = FakeClock()
    queue = SampleQueue(8000, 1, 1000, clock)
    reader = queue.attach()
    reader.close()
    reader.close()
    assert queue.readers == 0
    queue.put(ramp(0, 400))
    assert reader.read(clock.sleep(30)) == []
