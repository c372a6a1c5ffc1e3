"""The programs at the other end of the interop tests: the official SDKs, livekit-server, a browser.

`python3 dev.py test` prepares them under `.interop/`. Where they are missing a test is skipped, except in CI
and on machines that have Go: there everything could have been prepared, so a missing program is a failure. In
CI every interop test has to run, whatever the reason for which it would be skipped (`tests/conftest.py`).
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

INTEROP = Path(__file__).resolve().parents[2] / ".interop"
SERVER = INTEROP / "bin" / "server"
BROWSER = INTEROP / "browser"
API_KEY, API_SECRET = "devkey", "secret"
UNMEASURED = {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"}
"""The environment of the other processes: coverage is measured in the tests' own, since it slows down."""


def required(path: Path) -> Path:
    """The path, if it is there; else the test fails or is skipped, see above."""
    if path.exists():
        return path
    message = f"{path.name} is missing under {INTEROP.name}/; `python3 dev.py test` prepares it"
    if os.environ.get("CI") or shutil.which("go"):
        pytest.fail(message)
    pytest.skip(f"{message} where Go is installed")


@dataclass(frozen=True)
class Sdk:
    """An SDK that can be driven: which Python runs it, and under which name it is imported."""

    name: str
    python: str
    module: str = "livekit.rtc"


def sdk(name: str) -> Sdk:
    """`lkpy`, or an official version such as `1.2.1`."""
    if name == "lkpy":
        return Sdk(name, sys.executable, "lkpy")
    return Sdk(name, str(required(INTEROP / f"livekit-{name}" / "bin" / "python")))


def browser() -> tuple[Path, Path]:
    """Chromium and the folder with livekit-client; without them the test fails in CI, else it is skipped."""
    chromium, modules = shutil.which("chromium"), BROWSER / "node_modules"
    if chromium and shutil.which("node") and (modules / "livekit-client").exists():
        return Path(chromium), modules
    message = (
        "Chromium or livekit-client is missing; `python3 dev.py test` prepares them where npm and apt are"
    )
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
