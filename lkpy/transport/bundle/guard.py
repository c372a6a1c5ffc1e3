"""Others' code, run so that it cannot hurt the transport."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from lkpy.transport.bundle.observer import BundleCounters

logger = logging.getLogger(__name__)

MAX_LOGGED_ERRORS = 20
"""Tracebacks logged for one transport; errors after these are only counted."""

CALLBACK_ERRORS = (Exception, asyncio.CancelledError)
"""What a callback may raise: also the cancellation of something of its own that it waited for."""


class CallbackGuard:
    """Calls callbacks. What they raise is counted, and logged without flooding the log.

    Args:
        counters: counts errors.
    """

    __slots__ = ("_counters",)

    def __init__(self, counters: BundleCounters) -> None:
        self._counters = counters

    def __call__(self, callback: Callable[..., object], *args: object) -> None:
        try:
            callback(*args)
        except CALLBACK_ERRORS:
            self.failed(callback)

    def failed(self, callback: Callable[..., object]) -> None:
        """To be called while the exception of a callback is being handled."""
        self._counters.callback_errors += 1
        if self._counters.callback_errors <= MAX_LOGGED_ERRORS:
            logger.exception("a callback of the transport failed: %r", callback)
