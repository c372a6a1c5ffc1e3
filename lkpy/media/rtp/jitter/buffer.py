"""The audio jitter buffer (after NetEQ's idea: the output clock asks, the buffer decides).

Delays are measured against the earliest possible arrival of each packet (`DelayEstimator.base`): a packet is
to be played `target` seconds after that. What is played when follows from timestamps alone, so neither losses
nor the length of the queue change the delay, and the drift of two clocks shows as a slow change of `base`.

Where nothing is there to play, samples are made up. As long as the buffer is empty nobody knows whether
packets are lost, late or were never sent; so what is made up then is a debt that the next packet settles: it
fills the gap if packets are missing, it is a pause if none are, and it is added delay if the packet was only
late.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from lkpy.media.rtp import opus
from lkpy.media.rtp.jitter.decisions import Conceal, ConcealFec, Decision, Play, Silence
from lkpy.media.rtp.jitter.delay_estimator import DelayEstimator
from lkpy.media.rtp.jitter.packets import REMEMBERED, Entry, SeenNumbers, insert_in_order
from lkpy.media.rtp.jitter.statistics import JitterStatistics
from lkpy.media.rtp.jitter.stretching import StretchControl
from lkpy.media.rtp.packet import RtpPacket

MAX_TRANSIT_JUMP = 1.0
"""Seconds; a larger change between two packets is a jump of the sender's clock or a pause with a standing
one."""
MAX_PACKETS = 400
"""One second of the shortest Opus packets."""

_QUANTILE = 0.95
_TICK = 0.010
"""Seconds between two pulls: the grain of all timing here."""
_ON_TIME = _TICK / 2
_MAX_CUSHION = 0.020
_CONCEAL_LIMIT = 0.2
"""Seconds of concealment before silence; decoders have faded out by then."""
_COMFORT_LIMIT = 1.2
"""Seconds of comfort noise; senders refresh it each 0.4 s."""
_MAX_INSERTION = 0.030
"""Seconds a late packet may delay everything after it, if there are others to go on with: the time line must
not jump by more than 40 ms."""
_IMPLAUSIBLE = 0.100
"""Seconds over the target from which a packet's timestamp is no guide to when it should start."""
_LONGEST_PACKET = 0.060

_LOSS_MEMORY = 1 / 256
_LOSSY = 0.01


class AudioJitterBuffer:
    """Orders and times the packets of one audio stream. Holds at most a second of them.

    Call `insert` for each packet as it arrives and `pull` whenever the output runs out of samples, best on a
    clock of 10 ms: while less than 10 ms are left over from the decision before, pull the next.

    Args:
        clock_rate: of the RTP timestamps, Hz.
        start_delay: target delay until enough packets came, s.
        min_delay: least target delay, s.
        max_delay: greatest target delay, s.
        max_buffered: seconds of packets kept; older ones give way.
        duration: samples of a payload, None if it is not valid.
        fec_samples: samples of a gap before it that a payload can fill, 0 for none.
        is_dtx: whether a payload says that the sender pauses.

    Attributes:
        statistics: counters.
    """

    def __init__(
        self,
        clock_rate: int = opus.CLOCK_RATE,
        *,
        start_delay: float = 0.040,
        min_delay: float = 0.020,
        max_delay: float = 0.400,
        max_buffered: float = 1.0,
        duration: Callable[[bytes], int | None] = opus.packet_samples,
        fec_samples: Callable[[bytes], int] = opus.fec_samples,
        is_dtx: Callable[[bytes], bool] = opus.is_dtx,
    ) -> None:
        self.statistics = JitterStatistics()
        self._period = 1 / clock_rate
        self._step = round(clock_rate * _TICK)
        # Opus conceals in steps of 2.5 ms, and no gap shorter than that is worth concealing.
        self._grain = clock_rate // 400
        self._conceal_limit = round(clock_rate * _CONCEAL_LIMIT)
        self._comfort_limit = round(clock_rate * _COMFORT_LIMIT)
        self._max_span = round(clock_rate * max_buffered)
        self._longest_packet = round(clock_rate * _LONGEST_PACKET)
        self._duration = duration
        self._fec_samples = fec_samples
        self._is_dtx = is_dtx
        self._estimator = DelayEstimator(
            start=start_delay, minimum=min_delay, maximum=max_delay, quantile=_QUANTILE
        )
        self._stretching = StretchControl()
        self._queue: deque[Entry] = deque()
        self._ssrc: int | None = None
        self._delay = 0.0
        self._start_stream()

    def _start_stream(self) -> None:
        self._seen = SeenNumbers()
        self._highest_start = 0
        self._last_transit: float | None = None
        self._loss_rate = 0.0
        self._fec_found = False
        self._set_cushion(2 * self._step, False)
        self._start_waiting()

    def _start_waiting(self) -> None:
        """Play nothing until packets are there and have waited long enough."""
        self._waiting = True
        self._next: int | None = None
        self._last_number = -1
        self._settle()
        self._dtx = False
        self._stretching.reset()

    def _settle(self) -> None:
        self._debt = 0
        self._unresolved = 0
        self._in_gap = False

    # --- packets in -----------------------------------------------------------------------------------------

    def insert(self, packet: RtpPacket, now: float) -> None:
        """Take a packet that arrived at `now`. Any packet is accepted; what is of no use is counted."""
        statistics = self.statistics
        statistics.packets += 1
        samples = self._duration(packet.payload)
        if samples is None:
            statistics.invalid += 1
            return
        if packet.ssrc != self._ssrc:
            if self._ssrc is not None:
                self.reset()
            self._ssrc = packet.ssrc
        number, start, in_order = packet.sequence_number, packet.timestamp, True
        highest = self._seen.highest
        if highest is not None:
            # As `unwrap_sequence` and `unwrap_timestamp`.
            step = ((number - highest + 0x8000) & 0xFFFF) - 0x8000
            number = highest + step
            ahead = ((start - self._highest_start + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
            start = self._highest_start + ahead
            in_order = step > 0
            if (in_order and ahead < 0) or not -REMEMBERED < step < REMEMBERED:
                self.reset()
                number, start, in_order = packet.sequence_number, packet.timestamp, True
        if not self._seen.add(number):
            statistics.duplicates += 1
            return
        transit = now - start * self._period
        if in_order:
            last_transit = self._last_transit
            if last_transit is not None and abs(transit - last_transit) > MAX_TRANSIT_JUMP:
                self._flush()
                self._estimator.restart()
                statistics.resets += 1
            self._last_transit = transit
            self._highest_start = start
        self._estimator.add(transit, now, in_order=in_order)
        self._target = self._estimator.target(self._cushion)
        end = start + samples
        if self._next is not None and (number <= self._last_number or end < self._next + self._grain):
            statistics.late += 1
            return
        entry = Entry(number, start, end, packet.payload, now)
        queue = self._queue
        if not queue or number > queue[-1].number:
            queue.append(entry)
        else:
            insert_in_order(queue, entry)
        if len(queue) > MAX_PACKETS or queue[-1].end - queue[0].start > self._max_span:
            self._shorten_queue()

    def _shorten_queue(self) -> None:
        """Nobody pulls, or a burst came: drop what is oldest and choose anew where to go on."""
        queue = self._queue
        while len(queue) > MAX_PACKETS or (
            queue[-1].end - queue[0].start > self._max_span and len(queue) > 1
        ):
            queue.popleft()
            self.statistics.discarded += 1
            self._start_waiting()

    def reset(self) -> None:
        """Another stream begins: drop all packets and all that was learned. Counters stay."""
        self._flush()
        self._estimator.reset()
        self._start_stream()
        self.statistics.resets += 1

    def _flush(self) -> None:
        self.statistics.discarded += len(self._queue)
        self._queue.clear()
        self._start_waiting()

    # --- decisions out --------------------------------------------------------------------------------------

    def pull(self, now: float, pending: int = 0) -> Decision:
        """What to put out next.

        Args:
            now: of the output clock, s; the same clock as that of `insert`.
            pending: samples still to be put out before the result of this decision.

        Returns:
            A decision; the next pull assumes that it was carried out.
        """
        at = now + pending * self._period
        if self._waiting:
            return self._pull_waiting(at)
        if not self._queue:
            return self._underrun()
        if self._debt:
            self._drop_stale(at, self._target + _MAX_INSERTION)
        entry = self._queue[0]
        assert self._next is not None
        gap = entry.start - self._next
        return self._play(entry, at) if gap < self._grain else self._pull_after_gap(entry, gap, at)

    def _pull_waiting(self, at: float) -> Decision:
        if not self._queue or not self._ready(at):
            self.statistics.silent_samples += self._step
            return Silence(self._step)
        if self._unresolved and self._queue[0].number == self._last_number + 1:
            self._was_pause()
        self._drop_stale(at, self._target)
        self._waiting = False
        return self._play(self._queue[0], at)

    def _pull_after_gap(self, entry: Entry, gap: int, at: float) -> Decision:
        lost = entry.number - self._last_number - 1
        if lost == 0 or self._dtx or gap > (lost + 1) * self._longest_packet:
            # The sender paused. Silence is the place to set the delay right: the packet waits for its time.
            self._was_pause()
            return self._play(entry, at) if self._ready(at) else self._comfort()
        missing = gap - self._debt
        if missing < self._grain:
            return self._play(entry, at)
        return self._fill(entry, missing)

    def _fill(self, entry: Entry, missing: int) -> Decision:
        """Packets are lost and one after them is here: `missing` samples have to be made up."""
        statistics = self.statistics
        covered = self._fec_samples(entry.payload)
        if covered:
            self._fec_found = True
            if missing <= covered:
                self._next = entry.start
                self._settle()
                statistics.fec_samples += missing
                return ConcealFec(entry.payload, covered, covered - missing)
            missing -= covered
        samples = max(min(missing, 2 * self._step) // self._grain, 1) * self._grain
        assert self._next is not None
        self._next += self._debt + samples
        self._debt = self._unresolved = 0
        return self._conceal(samples)

    def _underrun(self) -> Decision:
        if self._dtx:
            if self._debt < self._comfort_limit:
                return self._comfort()
        elif self._debt < self._conceal_limit:
            self._debt += self._step
            self._unresolved += self._step
            return self._conceal(self._step)
        self._waiting = True
        self.statistics.silent_samples += self._step
        return Silence(self._step)

    def _conceal(self, samples: int) -> Conceal:
        if not self._in_gap:
            self._in_gap = True
            self.statistics.concealment_events += 1
        self.statistics.concealed_samples += samples
        return Conceal(samples)

    def _comfort(self) -> Conceal:
        self._debt += self._step
        self.statistics.silent_samples += self._step
        return Conceal(self._step, comfort=True)

    def _was_pause(self) -> None:
        """What was made up while nobody knew was no concealment of a loss."""
        if self._unresolved:
            self.statistics.concealed_samples -= self._unresolved
            self.statistics.concealment_events -= 1
            self.statistics.silent_samples += self._unresolved
            self._unresolved = 0
            self._in_gap = False

    def _play(self, entry: Entry, at: float) -> Play:
        self._queue.popleft()
        statistics = self.statistics
        samples = entry.end - entry.start
        lost = self._next is not None and entry.number - self._last_number > 1
        self._loss_rate += (lost - self._loss_rate) * _LOSS_MEMORY
        fec_wait = self._fec_found and self._loss_rate > _LOSSY
        if samples != self._cushion_samples or fec_wait != self._cushion_for_fec:
            self._set_cushion(samples, fec_wait)
        target = self._target
        self._delay = at - entry.start * self._period - (self._estimator.base or 0.0)
        self._last_number = entry.number
        self._next = entry.end
        self._dtx = self._is_dtx(entry.payload)
        if self._debt or self._in_gap:
            self._settle()
        statistics.played_samples += samples
        statistics.emitted_packets += 1
        statistics.jitter_buffer_delay += at - entry.arrival
        statistics.target_delay += target
        stretch = self._stretching.choose(self._delay - target, more=bool(self._queue))
        return Play(entry.payload, entry.start & 0xFFFF_FFFF, samples, stretch)

    def _set_cushion(self, samples: int, fec_wait: bool) -> None:
        """A packet's duration, and a tick more where losses are worth waiting for the packet that repairs
        them."""
        self._cushion_samples, self._cushion_for_fec = samples, fec_wait
        self._cushion = min(max(samples * self._period, _TICK), _MAX_CUSHION) + (_TICK if fec_wait else 0.0)
        self._target = self._estimator.target(self._cushion)

    def _ready(self, at: float) -> bool:
        """Whether the first packet's time has come, after a start or a pause."""
        entry = self._queue[0]
        target = self._target
        delay = self._delay_of(entry, at)
        if delay < target - _ON_TIME:
            return False
        if delay <= target + _IMPLAUSIBLE:
            return True
        # Long overdue: either a burst after a stall, then there is enough to go on with, or the sender's
        # clock stood still, then this packet is the first of a new measure and has to wait like any first
        # packet.
        buffered = (self._queue[-1].end - entry.start) * self._period
        return buffered >= target + _MAX_CUSHION or at - entry.arrival >= target - _ON_TIME

    def _drop_stale(self, at: float, limit: float) -> None:
        """Skip packets that are overdue by more than `limit` while the one after is due as well."""
        queue = self._queue
        target = self._target
        while len(queue) > 1 and self._delay_of(queue[0], at) > limit:
            if self._delay_of(queue[1], at) < target:
                break
            entry = queue.popleft()
            self.statistics.discarded += 1
            if self._next is not None:
                self._debt = max(self._debt - (entry.end - self._next), 0)
                self._next = entry.end
                self._last_number = entry.number

    def _delay_of(self, entry: Entry, at: float) -> float:
        """Seconds between the earliest possible arrival of a packet and its playing at `at`."""
        return at - entry.start * self._period - (self._estimator.base or 0.0)

    # --- for the caller -------------------------------------------------------------------------------------

    def stretched(self, samples: int) -> None:
        """Report what came of a `Stretch`: samples added (positive) or taken away (negative)."""
        if samples > 0:
            self.statistics.inserted_samples += samples
        else:
            self.statistics.removed_samples -= samples

    @property
    def target_delay(self) -> float:
        """Seconds that packets shall wait between their earliest possible arrival and their playing."""
        return self._target

    @property
    def current_delay(self) -> float:
        """The same of the packet that was played last."""
        return self._delay

    @property
    def buffered_packets(self) -> int:
        """Packets held."""
        return len(self._queue)

    @property
    def buffered_samples(self) -> int:
        """From the first sample held to the last."""
        return self._queue[-1].end - self._queue[0].start if self._queue else 0
