"""Work that a loop has handed to threads of ours: on virtual time no time passes while there is some.

Whoever starts a thread that ends in `call_soon_threadsafe` says so on the loop, before and after. The loop's
own executors need not: a loop with virtual time sees them itself.
"""

from __future__ import annotations

import asyncio
import weakref

_counts: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, int] = weakref.WeakKeyDictionary()


def begin(loop: asyncio.AbstractEventLoop) -> None:
    """Work is handed to a thread. On the loop, as everything here."""
    _counts[loop] = _counts.get(loop, 0) + 1


def end(loop: asyncio.AbstractEventLoop) -> None:
    """The result of what `begin` said is back."""
    _counts[loop] -= 1


def under_way(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a thread is still to come back."""
    return _counts.get(loop, 0) > 0
