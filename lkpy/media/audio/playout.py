"""Playing one RTP stream to its taps: the jitter buffer decides, the decoder carries out, slot by slot."""

from __future__ import annotations

from lkpy.errors import MediaError
from lkpy.media.audio.levels import level_dbov
from lkpy.media.audio.pcm import BLOCK_SAMPLES, SLOTS_PER_SECOND, SampleFifo, Samples, silence
from lkpy.media.audio.strand import Lane
from lkpy.media.audio.stretch import lengthen, shorten
from lkpy.media.audio.taps import TapBank, TapGroup
from lkpy.media.codecs.opus import OpusDecoder
from lkpy.media.rtp.jitter import AudioJitterBuffer, Conceal, ConcealFec, Decision, Play, Silence, Stretch

CATCH_UP_SLOTS = 20
"""Slots of 10 ms that are made up for after the loop or the machine was busy; more are left out."""

_MAX_DECISIONS = 2 * CATCH_UP_SLOTS
"""In one job. What shorter packets leave missing comes with the next slot."""

_HURRY_DECISIONS = 5


class AudioPlayout:
    """A member of the tick, from the first tap of a stream to the last.

    Args:
        jitter: holds the packets.
        bank: the taps; 48 kHz.

    Attributes:
        decode_errors: packets that the decoder refused.
        skipped_slots: slots left out because the process was held up.
    """

    lane = Lane.AUDIO

    def __init__(self, jitter: AudioJitterBuffer, bank: TapBank) -> None:
        self.jitter = jitter
        self.decode_errors = 0
        self.skipped_slots = 0
        self._bank = bank
        self.next_slot = 0
        self._slot: int | None = None
        self._due = 1  # slots to hand out
        self._ready = 0  # slots that are rendered
        # Used by `work`, which `collect` and `deliver` never meet.
        self._decoder: OpusDecoder | None = None
        self._channels = 1
        self._fifo = SampleFifo(1)
        self._decisions: list[Decision] = []
        self._stretched: list[int] = []
        self._hurry = False
        self._groups: tuple[TapGroup, ...] = ()
        self._slack = 0  # samples there will be more than are due
        self._last = silence(0, 1)

    @property
    def level(self) -> int:
        """Of what was decoded last, 0 to 127 in -dBov."""
        return level_dbov(self._last)

    def collect(self, slot: int) -> bool:
        """Hand out what is rendered; decide what to decode for the rest."""
        if self._slot is not None:
            self._due += slot - self._slot
        self._slot = slot
        self.next_slot = slot + 1
        if self._due > CATCH_UP_SLOTS:
            self.skipped_slots += self._due - CATCH_UP_SLOTS
            self._due = CATCH_UP_SLOTS
        while self._due and self._ready:
            self._due -= 1
            self._ready -= 1
            self._bank.give_slot()
        if not self._due:
            return False
        silent = self._decide((slot - self._due + 1) / SLOTS_PER_SECOND, self._due * BLOCK_SAMPLES)
        self._channels = min(self._bank.channels, 2)
        self._groups = self._bank.groups
        if silent and self._bank.trivial:
            # Zeros for a stream without packets are not worth a job.
            self.work()
            self.deliver()
            return False
        return True

    def work(self) -> None:
        """Decode, and convert for the taps."""
        decoder = self._decoder
        if decoder is None or decoder.channels != self._channels:
            decoder = self._decoder = OpusDecoder(self._channels)
            self._fifo = self._fifo.remixed(self._channels)
        fifo = self._fifo
        # Whoever has a lot to catch up with has no time for finding pitch periods.
        self._hurry = len(self._decisions) > _HURRY_DECISIONS
        decisions = self._decisions
        if len(decisions) == 1 and not fifo.available:
            samples = self._carry_out(decoder, decisions[0])
            if len(samples) % BLOCK_SAMPLES:
                fifo.put(samples)
        else:
            for decision in decisions:
                fifo.put(self._carry_out(decoder, decision))
        decisions.clear()
        if fifo.available:
            samples = fifo.take(fifo.available - fifo.available % BLOCK_SAMPLES)
        slots = len(samples) // BLOCK_SAMPLES
        if slots:
            self._last = samples
            for group in self._groups:
                group.render(samples, slots)
            self._ready += slots

    def deliver(self) -> None:
        """Hand out what is due."""
        if self._stretched:
            for samples in self._stretched:
                self.jitter.stretched(samples)
            self._stretched.clear()
        while self._due and self._ready:
            self._due -= 1
            self._ready -= 1
            self._bank.give_slot()

    def _decide(self, now: float, needed: int) -> bool:
        """Ask the jitter buffer until there are `needed` samples; True if all of them are zeros."""
        pending = self._fifo.available
        silent = pending == 0
        while pending < needed and len(self._decisions) < _MAX_DECISIONS:
            decision = self.jitter.pull(now, pending)
            self._decisions.append(decision)
            pending += decision.samples
            if isinstance(decision, ConcealFec):
                pending -= decision.skip
            silent = silent and isinstance(decision, Silence)
        self._slack = pending - needed
        return silent

    def _carry_out(self, decoder: OpusDecoder, decision: Decision) -> Samples:
        try:
            match decision:
                case Play(payload=payload, stretch=Stretch.NONE):
                    return decoder.decode(payload)
                case Play(payload=payload, stretch=stretch):
                    return self._stretch(decoder.decode(payload), stretch)
                case ConcealFec(payload=payload, samples=samples, skip=skip):
                    return decoder.decode_fec(payload, samples)[skip:]
                case Conceal(samples=samples):
                    return decoder.conceal(samples)
                case Silence(samples=samples):
                    return silence(samples, decoder.channels)
        except MediaError:
            self.decode_errors += 1
            samples = decision.samples - (decision.skip if isinstance(decision, ConcealFec) else 0)
            return silence(samples, decoder.channels)

    def _stretch(self, samples: Samples, stretch: Stretch) -> Samples:
        if self._hurry:
            return samples
        if stretch is Stretch.LENGTHEN:
            result = lengthen(samples)
        else:
            result = shorten(samples, limit=self._slack, fast=stretch is Stretch.SHORTEN_FAST)
        if result is not samples:
            change = len(result) - len(samples)
            self._slack += change
            self._stretched.append(change)
        return result
