"""Whole conversations on virtual time: what a listener would hear."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from lkpy.media.rtp.jitter import AudioJitterBuffer, Conceal, ConcealFec, Play, Silence, Stretch
from lkpy.media.rtp.packet import RtpPacket

VOICE = b"\x78" + bytes(40)
VOICE_WITH_FEC = b"\x78\x40" + bytes(40)
DTX = b"\x78"
RATE = 48_000
FRAME = 960
ORIGIN = 1000.003
PITCH = 300
"""Samples that a stretch adds or takes away here."""


@dataclass(frozen=True)
class Sent:
    """A packet and its arrival, in seconds from the start."""

    arrival: float
    number: int
    timestamp: int
    payload: bytes = VOICE


@dataclass
class Listener:
    """Pulls every 10 ms, as the media tick does, and notes when each packet is heard.

    Attributes:
        heard: (time its first sample is put out, capture time of that sample), seconds.
        kinds: (time, class) of each decision.
    """

    buffer: AudioJitterBuffer
    heard: list[tuple[float, float]] = field(default_factory=list)
    kinds: list[tuple[float, type]] = field(default_factory=list)
    pending: int = 0

    def listen(self, packets: Iterable[Sent], seconds: float, *, start: float = 0.0) -> Listener:
        arriving = iter(sorted(packets, key=lambda sent: sent.arrival))
        following = next(arriving, None)
        for tick in range(round(start * 100), round(seconds * 100)):
            elapsed = tick * 0.01
            while following is not None and following.arrival <= elapsed:
                packet = RtpPacket(
                    111, following.number & 0xFFFF, following.timestamp & 0xFFFF_FFFF, 1, following.payload
                )
                self.buffer.insert(packet, ORIGIN + following.arrival)
                following = next(arriving, None)
            while self.pending < 480:
                self._pull(elapsed)
            self.pending -= 480
        return self

    def _pull(self, elapsed: float) -> None:
        decision = self.buffer.pull(ORIGIN + elapsed, self.pending)
        self.kinds.append((elapsed, type(decision)))
        samples = decision.samples
        if isinstance(decision, Play):
            self.heard.append((elapsed + self.pending / RATE, decision.timestamp / RATE))
            change = {
                Stretch.NONE: 0,
                Stretch.SHORTEN: -PITCH,
                Stretch.SHORTEN_FAST: -samples // 2,
                Stretch.LENGTHEN: PITCH,
            }[decision.stretch]
            self.buffer.stretched(change)
            samples += change
        elif isinstance(decision, ConcealFec):
            samples -= decision.skip
        self.pending += samples

    def delays(self, start: float = 0.0, end: float = 1e9) -> list[float]:
        """Capture to output of the packets heard between two times, s."""
        return [out - captured for out, captured in self.heard if start <= out < end]

    def jumps(self, start: float = 0.0) -> float:
        """Greatest change of the delay between two packets heard one after the other, s."""
        delays = self.delays(start)
        return max(abs(after - before) for before, after in pairwise(delays))

    @property
    def concealed(self) -> float:
        """Part of the speech that was made up."""
        statistics = self.buffer.statistics
        made_up = statistics.concealed_samples
        return made_up / (made_up + statistics.fec_samples + statistics.played_samples)


def listener() -> Listener:
    return Listener(AudioJitterBuffer())


def talk(
    count: int,
    delay: Callable[[int], float] = lambda number: 0.003,
    *,
    lost: Callable[[int], bool] = lambda number: False,
    frame: int = FRAME,
    ppm: float = 0.0,
    payload: bytes = VOICE,
) -> Iterator[Sent]:
    """One packet per frame, sent when its frame is complete; sequence and timestamps wrap on the way."""
    for number in range(count):
        if not lost(number):
            sent = (number + 1) * frame / RATE * (1 + ppm * 1e-6)
            yield Sent(sent + delay(number), 65500 + number, number * frame, payload)


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)]


@pytest.mark.parametrize("phase", [0.0, 0.002, 0.005, 0.008, 0.0099])
def test_no_loss_on_loopback(phase: float) -> None:
    generator = random.Random(1)
    heard = listener().listen(talk(500, lambda number: phase + generator.random() * 0.002), 10)
    # Opus looks 6.5 ms ahead, which is not in these numbers: 60 - 6.5.
    assert max(heard.delays(start=1.5)) - phase <= 0.0535
    assert max(heard.delays()) - phase <= 0.08
    assert heard.concealed == 0
    assert heard.jumps() <= 0.01
    assert heard.buffer.statistics.discarded == 0


def test_one_lost_packet_leaves_no_trace() -> None:
    heard = listener().listen(talk(500, lost=lambda number: number == 250), 10)
    statistics = heard.buffer.statistics
    assert (statistics.concealed_samples, statistics.concealment_events) == (960, 1)
    before, after = heard.delays(4, 5), heard.delays(5.1, 6)
    assert max(after) == pytest.approx(max(before), abs=0.001)
    assert heard.jumps(2) <= 0.001


@pytest.mark.parametrize("loss", [0.01, 0.05, 0.2])
def test_concealed_is_about_the_loss(loss: float) -> None:
    generator = random.Random(7)
    heard = listener().listen(talk(3000, lost=lambda number: generator.random() < loss), 60)
    actual = 1 - len(heard.heard) / 3000
    assert heard.concealed == pytest.approx(actual, abs=0.005)
    assert heard.concealed == pytest.approx(loss, rel=0.35)
    assert heard.jumps(2) <= 0.02
    assert max(heard.delays(2)) <= 0.06


@pytest.mark.parametrize("loss", [0.01, 0.05, 0.2])
def test_fec_restores_nearly_all_single_losses(loss: float) -> None:
    generator = random.Random(7)
    heard = listener().listen(
        talk(3000, lost=lambda number: generator.random() < loss, payload=VOICE_WITH_FEC), 60
    )
    statistics = heard.buffer.statistics
    total = statistics.played_samples + statistics.fec_samples + statistics.concealed_samples
    assert (statistics.fec_samples + statistics.concealed_samples) / total == pytest.approx(loss, rel=0.35)
    assert statistics.fec_samples > 0.7 * statistics.concealed_samples
    assert max(heard.delays(5)) <= 0.07
    assert heard.jumps(2) <= 0.02


@pytest.mark.parametrize("jitter", [0.03, 0.1])
@pytest.mark.parametrize("disorder", [True, False])
def test_jitter(jitter: float, disorder: bool) -> None:
    generator = random.Random(5)
    last = 0.0

    def delay(number: int) -> float:
        nonlocal last
        arrival = number * 0.02 + generator.random() * jitter
        if not disorder:
            arrival = last = max(arrival, last)
        return arrival - number * 0.02

    heard = listener().listen(talk(3000, delay), 60)
    assert heard.concealed <= 0.005
    assert percentile(heard.delays(5), 0.95) <= 0.02 + jitter + 0.03
    assert heard.jumps(3) <= 0.04
    assert heard.heard[-1][0] - heard.heard[0][0] == pytest.approx(60, rel=0.01)


def test_jitter_that_ends_lets_the_delay_shrink() -> None:
    generator = random.Random(5)
    heard = listener().listen(
        talk(1500, lambda number: generator.random() * 0.1 if number < 500 else 0.003), 30
    )
    assert min(heard.delays(8, 10)) > 0.1
    assert max(heard.delays(17)) <= 0.0535
    assert heard.jumps(3) <= 0.04


def test_reordered_and_doubled_packets() -> None:
    generator = random.Random(2)
    packets = []
    for sent in talk(1500, lambda number: 0.028 if generator.random() < 0.1 else 0.003):
        packets.append(sent)
        if generator.random() < 0.2:
            packets.append(Sent(sent.arrival + 0.011, sent.number, sent.timestamp))
    heard = listener().listen(packets, 30)
    assert heard.concealed <= 0.001
    assert heard.buffer.statistics.duplicates == len(packets) - 1500
    assert heard.jumps(2) <= 0.02


@pytest.mark.parametrize("ppm", [300, -300])
def test_clock_drift_over_ten_minutes(ppm: int) -> None:
    count = 30_000
    heard = listener().listen(talk(count, ppm=ppm), 599.7)
    # The capture clock runs away from ours; seen from the sender's clock the delay stays.
    delays = [out - captured * (1 + ppm * 1e-6) for out, captured in heard.heard if out > 2]
    assert max(delays) <= 0.0535
    assert min(delays) >= 0.03
    statistics = heard.buffer.statistics
    assert (statistics.concealed_samples, statistics.discarded, statistics.late) == (0, 0, 0)
    corrected = statistics.inserted_samples - statistics.removed_samples
    assert corrected == pytest.approx(ppm * 1e-6 * 600 * RATE, rel=0.15)


@pytest.mark.parametrize("frame", [120, 240, 480, 1920, 2880])
def test_packets_of_any_duration(frame: int) -> None:
    buffer = AudioJitterBuffer(duration=lambda payload: frame)
    heard = Listener(buffer).listen(talk(10 * RATE // frame, frame=frame), 9.9)
    assert heard.concealed == 0
    assert max(heard.delays(2)) <= frame / RATE + 0.045
    assert heard.jumps(1) <= 0.01


@pytest.mark.parametrize("stall", [0.05, 0.1, 0.2, 0.4, 0.8, 1.5])
def test_a_burst_after_a_stall_drains_within_a_second(stall: float) -> None:
    def delay(number: int) -> float:
        sent = (number + 1) * 0.02
        return 5 + stall - sent + 1e-6 * number if 5 < sent <= 5 + stall else 0.003

    heard = listener().listen(talk(500, delay), 9.9)
    assert max(heard.delays(5 + stall + 1)) <= 0.0535
    assert heard.jumps(2) <= 0.04
    assert max(heard.delays(2)) <= 0.09


@pytest.mark.parametrize("seconds", [1, 300])
def test_total_silence_then_back_within_a_second(seconds: int) -> None:
    last = 250 + 50 * seconds
    heard = listener().listen(talk(last + 250, lost=lambda number: 250 <= number < last), seconds + 9.9)
    back = 5 + seconds
    first = next(out for out, _ in heard.heard if out > 5.1)
    assert first <= back + 0.1
    assert max(heard.delays(back + 1)) <= 0.0535
    # A concealment fades out, it does not go on for minutes.
    assert heard.buffer.statistics.concealed_samples <= 0.25 * RATE


def test_dtx_is_no_loss() -> None:
    generator = random.Random(3)
    packets: list[Sent] = []
    for frame in range(1500):
        phase = frame % 150
        if phase < 50 or (phase - 50) % 20 == 0:
            arrival = (frame + 1) * 0.02 + 0.003 + generator.random() * 0.005
            packets.append(Sent(arrival, 65500 + len(packets), frame * FRAME, VOICE if phase < 50 else DTX))
    heard = listener().listen(packets, 30)
    statistics = heard.buffer.statistics
    assert (statistics.concealed_samples, statistics.concealment_events) == (0, 0)
    assert statistics.emitted_packets >= len(packets) - 2
    assert max(heard.delays(2)) <= 0.06
    assert heard.jumps(2) <= 0.02


def test_mute_and_unmute() -> None:
    packets = [
        *talk(250),
        *(
            Sent(sent.arrival + 5, sent.number, sent.timestamp + 5 * RATE)
            for sent in talk(500)
            if sent.number >= 65500 + 250
        ),
    ]
    heard = listener().listen(packets, 14.9)
    statistics = heard.buffer.statistics
    assert (statistics.concealed_samples, statistics.resets) == (0, 0)
    assert next(out for out, _ in heard.heard if out > 6) <= 10.08
    assert max(heard.delays(2)) <= 0.0535
    assert {kind for at, kind in heard.kinds if 6 < at < 10} == {Silence}


@pytest.mark.parametrize("pause", [0.3, 0.7, 5.0])
def test_a_pause_in_which_the_timestamps_stand_still(pause: float) -> None:
    packets = [
        Sent(sent.arrival + (pause if sent.number >= 65500 + 250 else 0), sent.number, sent.timestamp)
        for sent in talk(500)
    ]
    heard = listener().listen(packets, 9.9 + pause)
    first = next(out for out, captured in heard.heard if captured >= 5)
    assert first - 5 - pause <= 0.08
    # Nothing of what came after the pause is thrown away, and it is played at the usual delay.
    assert heard.buffer.statistics.discarded == 0
    after = [out - captured - pause for out, captured in heard.heard if captured > 6]
    assert max(after) <= 0.0535
    assert [captured for _, captured in heard.heard] == [
        pytest.approx(number * 0.02) for number in range(len(heard.heard))
    ]


@pytest.mark.parametrize(("step", "settled"), [(0.05, 1.0), (0.2, 1.0), (-0.05, 1.5), (-0.2, 2.0)])
def test_a_step_of_the_path_delay(step: float, settled: float) -> None:
    first, second = (0.003, 0.003 + step) if step > 0 else (0.003 - step, 0.003)
    heard = listener().listen(talk(750, lambda number: first if number < 250 else second), 14.9)
    assert max(heard.delays(5 + settled)) <= 0.06 + second
    assert heard.concealed <= 0.02


def test_a_listener_who_comes_late_hears_what_is_new() -> None:
    buffer = AudioJitterBuffer()
    for sent in talk(300):
        buffer.insert(
            RtpPacket(111, sent.number & 0xFFFF, sent.timestamp, 1, sent.payload), ORIGIN + sent.arrival
        )
    heard = Listener(buffer).listen(
        [sent for sent in talk(600) if sent.number >= 65500 + 300], 11.9, start=6.01
    )
    assert max(heard.delays()) <= 0.12
    assert max(heard.delays(7.5)) <= 0.0535
    assert Conceal not in {kind for _, kind in heard.kinds}
