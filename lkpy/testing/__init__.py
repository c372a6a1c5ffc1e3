"""Test doubles for LiveKit applications: a real little SFU that runs inside the process.

    from lkpy.testing import FakeSfu

    async with FakeSfu() as sfu:
        await room.connect(sfu.url, sfu.token("alice", room="lobby"))

Names are resolved on first use: the pytest plugin imports this package at start-up and must stay light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lkpy.testing.sfu.serve import serve
    from lkpy.testing.sfu.server import FakeSfu, PortInUseError
    from lkpy.testing.tokens import Grants, TokenError, encode_token, make_token, verify_token

__all__ = [
    "FakeSfu",
    "Grants",
    "PortInUseError",
    "TokenError",
    "encode_token",
    "make_token",
    "serve",
    "verify_token",
]

_HOME = {
    "FakeSfu": "lkpy.testing.sfu.server",
    "PortInUseError": "lkpy.testing.sfu.server",
    "serve": "lkpy.testing.sfu.serve",
    "Grants": "lkpy.testing.tokens",
    "TokenError": "lkpy.testing.tokens",
    "encode_token": "lkpy.testing.tokens",
    "make_token": "lkpy.testing.tokens",
    "verify_token": "lkpy.testing.tokens",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)
