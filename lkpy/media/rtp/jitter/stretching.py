"""When to play a little faster or slower, to come back to the target delay."""

from __future__ import annotations

from lkpy.media.rtp.jitter.decisions import Stretch

_SHORTEN_FROM, _SHORTEN_TO, _SHORTEN_FAST_FROM = 0.008, 0.003, 0.060
_LENGTHEN_FROM, _LENGTHEN_TO = -0.008, -0.002


class StretchControl:
    """Hysteresis around the target delay."""

    __slots__ = ("_now",)

    def __init__(self) -> None:
        self._now = Stretch.NONE

    def reset(self) -> None:
        """Nothing is stretched now."""
        self._now = Stretch.NONE

    def choose(self, excess: float, *, more: bool) -> Stretch:
        """What to do with the next packet.

        Args:
            excess: of its delay over the target, s.
            more: whether another packet is there to go on with, without which nothing is shortened.
        """
        if excess > 0:
            limit = _SHORTEN_TO if self._now is Stretch.SHORTEN else _SHORTEN_FROM
            self._now = Stretch.SHORTEN if excess > limit and more else Stretch.NONE
            if self._now is Stretch.SHORTEN and excess > _SHORTEN_FAST_FROM:
                return Stretch.SHORTEN_FAST
        else:
            limit = _LENGTHEN_TO if self._now is Stretch.LENGTHEN else _LENGTHEN_FROM
            self._now = Stretch.LENGTHEN if excess < limit else Stretch.NONE
        return self._now
