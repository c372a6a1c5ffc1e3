"""Audio levels as RFC 6464 counts them."""

from __future__ import annotations

import math

import numpy as np

from lkpy.media.audio.pcm import Samples

SILENT = 127
"""The level of digital silence, in -dBov."""

VOICE_THRESHOLD = 50
"""Levels up to this one, in -dBov, are marked as voice: an energy detector, as RFC 6464 leaves it open."""

_FULL_SCALE = 32768.0


def level_dbov(samples: Samples) -> int:
    """The level of a block: its RMS below full scale, 0 (loudest) to 127 (silence) in -dBov (RFC 6464 s3)."""
    count = samples.size
    if not count:
        return SILENT
    flat = samples.reshape(-1).astype(np.float32)
    energy = float(np.dot(flat, flat))
    if energy <= 0.0:
        return SILENT
    level = round(-10.0 * math.log10(energy / (count * _FULL_SCALE * _FULL_SCALE)))
    return min(max(level, 0), SILENT)


def linear(level: int) -> float:
    """A level in -dBov as a factor of full scale, 0.0 to 1.0."""
    return 0.0 if level >= SILENT else float(10.0 ** (-level / 20))
