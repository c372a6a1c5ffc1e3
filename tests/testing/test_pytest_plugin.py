"""The `fake_sfu` fixture, and that the plugin costs other suites nothing."""

from __future__ import annotations

import subprocess
import sys

from lkpy.testing import FakeSfu
from lkpy.testing.pytest_plugin import fake_sfu
from tests.testing.sfu.sfu_client import Signal

__all__ = ["fake_sfu"]  # in use here even where lkpy is not installed and its entry point not read

HEAVY = (
    "av",
    "aiortc",
    "aioice",
    "cryptography",
    "OpenSSL",
    "pylibsrtp",
    "soxr",
    "websockets",
    "rich",
)


async def test_the_fixture_is_a_running_server(fake_sfu: FakeSfu) -> None:
    signal = await Signal.open(fake_sfu, fake_sfu.token("alice", room="lobby"), query="")
    assert (await signal.wait("join")).room.name == "lobby"
    assert list(fake_sfu.rooms["lobby"].participants) == ["alice"]
    await signal.aclose()


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    code = "import sys, lkpy.testing.pytest_plugin; print([m for m in sys.argv[1:] if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True, timeout=30
    )
    assert run.stdout.strip() == "[]", run.stderr
