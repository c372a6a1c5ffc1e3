"""Which loss an encoder should protect against, from what receivers report."""

from __future__ import annotations

_FALL = 0.75
"""What is left of the estimate after a report without loss: it is gone after some fifteen of them."""


class ExpectedLoss:
    """Rises at once with a report and falls slowly, for losses come in groups.

    While nothing is lost Opus spends neither bits nor time on copies of packets (RFC 6716 section 2.1.7),
    which would also cost it the band above 12 kHz. libwebrtc does the same. What is lost between the server
    and its listeners is theirs to ask for again: livekit-server does not report it to the speaker.
    """

    def __init__(self) -> None:
        self._fraction = 0.0

    @property
    def percent(self) -> int:
        """0 to 100; what an encoder is told."""
        return round(self._fraction * 100)

    def reported(self, fraction: float) -> None:
        """A receiver report: the part of the packets, 0 to 1, that were lost since the last one."""
        self._fraction = max(fraction, self._fraction * _FALL)
