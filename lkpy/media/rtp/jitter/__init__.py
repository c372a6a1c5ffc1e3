"""The audio jitter buffer: when to play which packet, and what to do when there is none."""

from lkpy.media.rtp.jitter.buffer import AudioJitterBuffer
from lkpy.media.rtp.jitter.decisions import Conceal, ConcealFec, Decision, Play, Silence, Stretch
from lkpy.media.rtp.jitter.statistics import JitterStatistics

__all__ = [
    "AudioJitterBuffer",
    "Conceal",
    "ConcealFec",
    "Decision",
    "JitterStatistics",
    "Play",
    "Silence",
    "Stretch",
]
