"""The media tick: rhythm, one job at a time, nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable

import pytest

from lkpy.media.audio.pcm import slot_at
from lkpy.media.audio.strand import Lane
from lkpy.media.audio.tick import VIDEO_THREADS, MediaTick
from lkpy.media.audio.worker import AdaptiveWorker, InlineWorker, ThreadWorker
from lkpy.testing.virtual_time import VirtualTimeLoop, run_virtual


class Member:
    """Wants every n-th slot and writes down what happens."""

    def __init__(
        self, every: int = 1, work: Callable[[], None] = lambda: None, lane: Lane = Lane.AUDIO
    ) -> None:
        self.lane = lane
        self.next_slot = 0
        self.every = every
        self.slots: list[int] = []
        self.threads: set[int] = set()
        self.delivered = asyncio.Event()
        self.deliveries = 0
        self._work = work

    def collect(self, slot: int) -> bool:
        self.slots.append(slot)
        self.next_slot = slot + self.every
        return True

    def work(self) -> None:
        self.threads.add(threading.get_ident())
        self._work()

    def deliver(self) -> None:
        self.deliveries += 1
        self.delivered.set()


def media_threads() -> list[str]:
    names = ("lkpy-media", "lkpy-video")
    return sorted(thread.name for thread in threading.enumerate() if thread.name in names)


@pytest.fixture(autouse=True)
def _no_threads_before() -> None:
    assert media_threads() == []


def test_members_are_called_in_their_slots_without_drift() -> None:
    loop = VirtualTimeLoop()

    async def main() -> None:
        tick = MediaTick(loop, InlineWorker())
        first, second = Member(), Member(every=2)
        tick.add(first)
        await asyncio.sleep(0.013)
        tick.add(second)
        await asyncio.sleep(9.99)
        tick.remove(first)
        tick.remove(second)
        slot = slot_at(loop.time())
        assert first.slots == list(range(slot - 1000 + 1, slot + 1))
        assert len(second.slots) == 500
        assert {b - a for a, b in zip(second.slots[:-1], second.slots[1:], strict=True)} == {2}
        assert first.deliveries == 1000
        await asyncio.sleep(1)
        assert len(first.slots) == 1000
        assert tick.counters.missed == tick.counters.merged == tick.counters.failures == 0

    run_virtual(main(), loop)


def test_the_timer_runs_only_as_often_as_somebody_is_due() -> None:
    loop = VirtualTimeLoop()

    async def main() -> None:
        tick = MediaTick(loop, InlineWorker())
        member = Member(every=4)
        tick.add(member)
        await asyncio.sleep(2)
        assert tick.counters.ticks == 50
        tick.remove(member)

    run_virtual(main(), loop)


def test_slots_missed_by_a_blocked_loop_are_merged() -> None:
    loop = VirtualTimeLoop()

    async def main() -> None:
        tick = MediaTick(loop, InlineWorker())
        member = Member()
        tick.add(member)
        await asyncio.sleep(0.1)
        before = len(member.slots)
        loop.now += 0.5
        await asyncio.sleep(0.0101)
        assert len(member.slots) - before in (1, 2)
        assert tick.counters.missed in (49, 50)
        tick.remove(member)

    run_virtual(main(), loop)


def test_a_failing_member_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    loop = VirtualTimeLoop()

    class Broken(Member):
        def collect(self, slot: int) -> bool:
            super().collect(slot)
            raise RuntimeError("broken")

    def fail() -> None:
        raise RuntimeError("broken at work")

    async def main() -> None:
        tick = MediaTick(loop, InlineWorker())
        members = [Broken(), Member(work=fail), Member()]
        for member in members:
            tick.add(member)
        await asyncio.sleep(0.1)
        assert [member.deliveries for member in members] == [0, 0, 10]
        assert tick.counters.failures == 20
        for member in members:
            tick.remove(member)

    run_virtual(main(), loop)
    assert len([record for record in caplog.records if "failed in the media tick" in record.message]) == 2


async def test_one_thread_and_only_while_there_are_members() -> None:
    tick = MediaTick(asyncio.get_running_loop(), worker=ThreadWorker())
    members = [Member() for _ in range(3)]
    for member in members:
        tick.add(member)
    for member in members:
        await asyncio.wait_for(member.delivered.wait(), 5)
    assert media_threads() == ["lkpy-media"]
    threads = set().union(*(member.threads for member in members))
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    for member in members:
        tick.remove(member)
    await tick.drained()
    assert media_threads() == []


async def test_never_two_jobs_at_once() -> None:
    started, release = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        release.wait(5)

    tick = MediaTick(asyncio.get_running_loop(), worker=ThreadWorker())
    member, other = Member(work=work), Member()
    tick.add(member)
    tick.add(other)
    try:
        await asyncio.to_thread(started.wait, 5)
        await asyncio.sleep(0.05)  # five slots pass
        assert tick.counters.merged == 1
        assert tick.counters.jobs == len(other.slots) == 1
    finally:
        release.set()
    for _ in range(2):
        other.delivered.clear()
        await asyncio.wait_for(other.delivered.wait(), 5)
    assert other.slots[1] - other.slots[0] >= 4, "the slots that passed came as one"
    tick.remove(member)
    tick.remove(other)
    await tick.drained()


async def test_a_member_removed_during_its_job_gets_nothing() -> None:
    started, release = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        release.wait(5)

    tick = MediaTick(asyncio.get_running_loop(), worker=ThreadWorker())
    member = Member(work=work)
    tick.add(member)
    await asyncio.to_thread(started.wait, 5)
    tick.remove(member)
    release.set()
    await tick.drained()
    assert member.deliveries == 0
    assert media_threads() == []


async def test_short_jobs_stay_on_the_loop_and_long_ones_go_to_the_thread() -> None:
    def burn() -> None:
        sum(range(400_000))

    tick = MediaTick(asyncio.get_running_loop(), worker=AdaptiveWorker())
    light = Member()
    tick.add(light)
    await asyncio.wait_for(light.delivered.wait(), 5)
    assert light.threads == {threading.get_ident()}
    assert media_threads() == []
    heavy = Member(work=burn)
    tick.add(heavy)
    async with asyncio.timeout(10):
        while heavy.threads <= {threading.get_ident()}:
            heavy.delivered.clear()
            await heavy.delivered.wait()
    assert media_threads() == ["lkpy-media"]
    tick.remove(heavy)
    tick.remove(light)
    await tick.drained()
    assert media_threads() == []


def test_two_loops_one_after_the_other() -> None:
    ticks = []

    async def main() -> None:
        tick = MediaTick.current()
        assert MediaTick.current() is tick
        ticks.append(weakref.ref(tick))
        member = Member()
        tick.add(member)
        await asyncio.wait_for(member.delivered.wait(), 5)
        tick.remove(member)

    for _ in range(2):
        asyncio.run(main())
    gc.collect()
    assert [ref() for ref in ticks] == [None, None], "ticks go with their loop"


def test_two_loops_in_two_threads() -> None:
    seen = []

    async def main() -> None:
        member = Member()
        tick = MediaTick.current()
        tick.add(member)
        await asyncio.wait_for(member.delivered.wait(), 5)
        tick.remove(member)
        seen.append(id(tick))

    threads = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(seen) == 2


def test_a_loop_closed_with_members_leaves_no_thread_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ThreadWorker, "IDLE_SECONDS", 0.05)

    async def main() -> None:
        tick = MediaTick(asyncio.get_running_loop(), worker=ThreadWorker())
        member = Member()
        tick.add(member)
        await asyncio.wait_for(member.delivered.wait(), 5)

    asyncio.run(main())
    for thread in threading.enumerate():
        if thread.name == "lkpy-media":
            thread.join(5)
    assert media_threads() == []


# --- the video lane -----------------------------------------------------------------------------------------


async def test_audio_keeps_its_grid_beside_long_jobs_of_video() -> None:
    """Each job of video lasts until audio has gone on for 50 ms: it would last for ever if audio waited."""
    tick = MediaTick(asyncio.get_running_loop())
    in_time: list[bool] = []
    five_slots = threading.Semaphore(0)

    def encode() -> None:
        in_time.append(all(five_slots.acquire(timeout=5) for _ in range(5)))

    audio = Member(work=lambda: five_slots.release())
    video = Member(every=3, work=encode, lane=Lane.VIDEO)
    tick.add(video)
    tick.add(audio)
    async with asyncio.timeout(20):
        while audio.deliveries < 100:
            audio.delivered.clear()
            await audio.delivered.wait()
    tick.remove(video)
    five_slots.release(5)
    tick.remove(audio)
    await tick.drained()
    assert len(in_time) >= 15
    assert all(in_time)
    left_out = audio.slots[-1] - audio.slots[0] + 1 - len(audio.slots)
    assert left_out <= tick.counters.missed, "only a busy machine leaves slots out"
    assert audio.threads == {threading.get_ident()}
    assert threading.get_ident() not in video.threads
    assert tick.counters.merged > 0, "video is one job at a time"
    assert media_threads() == []


async def test_video_shares_a_few_threads_and_members_do_not_wait_for_each_other() -> None:
    release = threading.Event()
    tick = MediaTick(asyncio.get_running_loop())
    slow = Member(work=lambda: release.wait(5) and None, lane=Lane.VIDEO)
    others = [Member(lane=Lane.VIDEO) for _ in range(VIDEO_THREADS + 2)]
    tick.add(slow)
    try:
        if VIDEO_THREADS > 1:
            for member in others:
                tick.add(member)
            for member in others:
                await asyncio.wait_for(member.delivered.wait(), 5)
        assert slow.deliveries == 0
        assert len(media_threads()) <= VIDEO_THREADS
    finally:
        release.set()
    await asyncio.wait_for(slow.delivered.wait(), 5)
    for member in [slow, *others]:
        tick.remove(member)
        tick.remove(member)
    await tick.drained()
    assert media_threads() == []


@pytest.mark.parametrize("lane", Lane)
async def test_drained_waits_for_every_lane(lane: Lane) -> None:
    started, release = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        release.wait(5)

    tick = MediaTick(asyncio.get_running_loop(), ThreadWorker())
    member = Member(work=work, lane=lane)
    tick.add(member)
    await asyncio.to_thread(started.wait, 5)
    tick.remove(member)
    waiting = asyncio.create_task(tick.drained())
    await asyncio.sleep(0)
    assert not waiting.done()
    release.set()
    await waiting
    assert member.deliveries == 0
    assert media_threads() == []


async def test_a_member_that_comes_back_during_its_job_waits_for_it() -> None:
    started, release = threading.Event(), threading.Event()
    at_once: list[int] = []
    running: list[int] = []

    def work() -> None:
        running.append(1)
        at_once.append(len(running))
        started.set()
        release.wait(5)
        running.pop()

    tick = MediaTick(asyncio.get_running_loop())
    member = Member(work=work, lane=Lane.VIDEO)
    tick.add(member)
    await asyncio.to_thread(started.wait, 5)
    tick.remove(member)
    tick.add(member)
    await asyncio.sleep(0.03)  # slots pass
    assert at_once == [1]
    release.set()
    async with asyncio.timeout(5):
        while len(at_once) < 3:
            member.delivered.clear()
            await member.delivered.wait()
    assert set(at_once) == {1}
    tick.remove(member)
    await tick.drained()


async def test_video_goes_on_when_it_was_late(caplog: pytest.LogCaptureFixture) -> None:
    """What became due during a job comes as one, in the slot of its end; a failure hurts nobody else."""
    release = threading.Semaphore(0)

    class Broken(Member):
        def deliver(self) -> None:
            super().deliver()
            raise RuntimeError("broken at delivery")

    tick = MediaTick(asyncio.get_running_loop())
    member = Broken(work=lambda: release.acquire(timeout=5) and None, lane=Lane.VIDEO)
    metronome = Member()
    tick.add(metronome)
    tick.add(member)
    for count in range(1, 4):
        async with asyncio.timeout(5):
            while tick.counters.merged < count:
                metronome.delivered.clear()
                await metronome.delivered.wait()
        member.delivered.clear()
        release.release()
        await asyncio.wait_for(member.delivered.wait(), 5)
    assert tick.counters.failures == 3
    assert caplog.text.count("failed in the media tick") == 1
    tick.remove(metronome)
    tick.remove(member)
    release.release(5)
    await tick.drained()


def test_on_virtual_time_no_thread_works() -> None:
    loop = VirtualTimeLoop()

    async def main() -> None:
        tick = MediaTick(loop)
        members = [Member(work=lambda: sum(range(400_000)) and None, lane=lane) for lane in Lane]
        for member in members:
            tick.add(member)
        await asyncio.sleep(0.2)
        for member in members:
            assert member.threads == {threading.get_ident()}
            assert member.deliveries == 20
            tick.remove(member)

    run_virtual(main(), loop)
