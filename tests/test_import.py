"""`import lkpy` is light: nothing heavy is loaded until it is needed, and a process may fork afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "OpenSSL",
    "aioice",
    "aiortc",
    "av",
    "cryptography",
    "pylibsrtp",
    "rich",
    "soxr",
    "typer",
    "websockets",
}
"""Packages that take time and memory, and are only needed once a room is connected or a command runs."""


def run(code: str) -> Any:
    """Run code in a fresh interpreter; it prints one line of JSON."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_import_loads_nothing_heavy() -> None:
    loaded = run("import lkpy, sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))")
    assert HEAVY.isdisjoint(loaded), HEAVY.intersection(loaded)


def test_import_starts_no_thread_and_opens_no_socket() -> None:
    code = """
import json, os, sys, threading
import lkpy
folder = "/proc/self/fd"
paths = [f"{folder}/{fd}" for fd in os.listdir(folder)] if os.path.isdir(folder) else []
links = [os.readlink(path) for path in paths if os.path.islink(path)]
print(json.dumps([threading.active_count(), [link for link in links if link.startswith("socket:")]]))
"""
    assert run(code) == [1, []]


def test_import_prints_and_configures_nothing() -> None:
    code = """
import logging, json
import lkpy
logging.getLogger("lkpy.signal").error("not to be seen")
print(json.dumps([len(logging.getLogger().handlers), logging.getLogger("lkpy").level]))
"""
    assert run(code) == [0, 0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_after_import_works() -> None:
    """The child can run a loop and connect a room; without a server that fails, but as documented."""
    code = """
import asyncio, json, os
import lkpy
from lkpy.errors import ConnectError

async def use():
    room = lkpy.Room()
    try:
        await room.connect("ws://127.0.0.1:1", "token")
    except ConnectError as error:
        return error.reason.name

pid = os.fork()
if pid == 0:
    os._exit(0 if asyncio.run(use()) == "UNREACHABLE" else 1)
_, status = os.waitpid(pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), asyncio.run(use())]))
"""
    assert run(code) == [0, "UNREACHABLE"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what is resident now")
def test_memory_after_import() -> None:
    """Generous, for allocators differ; the promise of 60 MB is measured in benchmarks."""
    code = """
import json, os
import lkpy
with open("/proc/self/statm") as file:
    print(json.dumps(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)))
"""
    assert run(code) < 80
