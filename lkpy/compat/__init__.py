"""Programs written for `livekit.rtc` run on lkpy.

    import lkpy.compat
    lkpy.compat.install()

    from livekit import api, rtc  # rtc is lkpy

Or without touching the program: `python -m lkpy.compat program.py arguments`.

`livekit.api` and everything else below `livekit` stay what they are. The official `livekit` package may be
installed or not; where it was imported already, names taken from it before stay the official ones, so install
first.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from lkpy.compat.modules import PACKAGE, PARENT, ParentFinder, RtcFinder, below

__all__ = ["install", "installed", "uninstall"]

_finder, _parent_finder = RtcFinder(), ParentFinder()
_replaced: dict[str, ModuleType] = {}
"""The official modules that were loaded when `install` was called."""


def installed() -> bool:
    """Whether `livekit.rtc` is lkpy now."""
    return _finder in sys.meta_path


def install() -> None:
    """Put lkpy in the place of `livekit.rtc`, for every import from now on. Idempotent."""
    if installed():
        return
    _replaced.update(_take_out())
    sys.meta_path.insert(0, _finder)
    sys.meta_path.append(_parent_finder)
    importlib.invalidate_caches()
    importlib.import_module(PACKAGE)


def uninstall() -> None:
    """Give `livekit.rtc` back to the official package, if there is one. Idempotent."""
    if not installed():
        return
    sys.meta_path.remove(_finder)
    sys.meta_path.remove(_parent_finder)
    _take_out()
    sys.modules.update(_replaced)
    parent = sys.modules.get(PARENT)
    if parent is not None and PACKAGE in _replaced:
        vars(parent)["rtc"] = _replaced[PACKAGE]
    if parent is not None and getattr(parent.__spec__, "loader", None) is _parent_finder:
        del sys.modules[PARENT]
    _replaced.clear()


def _take_out() -> dict[str, ModuleType]:
    """Take whatever is `livekit.rtc` now out of the import system."""
    taken = {name: sys.modules.pop(name) for name in list(sys.modules) if below(name) is not None}
    parent = sys.modules.get(PARENT)
    if parent is not None:
        vars(parent).pop("rtc", None)
    return taken
