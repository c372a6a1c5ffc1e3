#!/usr/bin/env python3
"""Set up and run: `python3 dev.py demo`, `python3 dev.py test`. Needs nothing but Python 3.11 or newer.

The first command makes `.venv` in this folder and installs lkpy into it, from wheels. `test` also prepares
the programs at the other end of the interop tests: the official SDKs, each in an environment of its own under
`.interop/`, `livekit-server` where Go is installed, and livekit-client for a headless Chromium where npm is.

    python3 dev.py test [--quick] [--coverage] [pytest's arguments]

Tests run in parallel, those that measure time or sound by themselves at the end. `--quick` leaves out those
that need other programs; `--coverage` measures branches and holds the figures to `tests/coverage_floor.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
INTEROP = ROOT / ".interop"
SDKS = ("1.2.1", "1.0.17")
BROWSER = ROOT / "tests" / "interop" / "browser"
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
PARTS = {"together": 2 * CORES, "sound": CORES, "alone": 0}
"""The parts of a run of the tests, one after the other, and how many processes each has; 0: none of its own.
Much of the first is waiting for other programs."""
NOTHING_TO_DO = 5
"""How pytest ends where no test was chosen."""
SERVER = "github.com/livekit/livekit-server/cmd/server@v1.13.5"


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if WINDOWS else "bin/python")


def run(*command: object, check: bool = True, **environment: str) -> int:
    """Run a command here; end with its status when it fails and `check` is set."""
    status = subprocess.run([str(c) for c in command], cwd=ROOT, env=os.environ | environment).returncode
    if check and status:
        sys.exit(status)
    return status


def environment(folder: Path, *requirements: str) -> Path:
    """A virtual environment with these requirements; made again when they changed."""
    stamp = folder / "requirements.stamp"
    ours = [(ROOT / "pyproject.toml").read_text()] if "-e" in requirements else []
    wanted = "\n".join((sys.version, *requirements, *ours))
    python = python_of(folder)
    if not (stamp.exists() and stamp.read_text() == wanted):
        print(f"preparing {folder.relative_to(ROOT)}", flush=True)
        # A link to the interpreter, no copy: a program that another thread starts meanwhile would hold the
        # copy open for writing, and it could not be run (ETXTBSY).
        venv.create(folder, clear=True, with_pip=True, symlinks=not WINDOWS)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements)
        stamp.write_text(wanted)
    return python


def demo(*arguments: str) -> int:
    """Two participants talk through an embedded server; see `lkpy demo --help`."""
    return run(environment(ROOT / ".venv", "-e", ".[dev]"), "-m", "lkpy", "demo", *arguments, check=False)


def interop() -> int:
    """Prepare the other ends of the interop tests, all at the same time."""
    with ThreadPoolExecutor() as threads:
        works = [*(threads.submit(official, version) for version in SDKS)]
        works += [threads.submit(server), threads.submit(browser)]
        for work in works:
            work.result()  # raises what failed
    return 0


def official(version: str) -> None:
    """Prepare an official SDK in an environment of its own."""
    environment(INTEROP / f"livekit-{version}", f"livekit=={version}", "livekit-api", "numpy")


def server() -> None:
    """Build livekit-server, where there is Go."""
    binary = INTEROP / "bin" / ("server.exe" if WINDOWS else "server")
    if shutil.which("go") and not binary.exists():
        print("building livekit-server", flush=True)
        run("go", "install", SERVER, GOBIN=str(binary.parent), GOFLAGS="")


def browser() -> None:
    """Prepare livekit-client, and Chromium where that is one command of an administrator."""
    folder, lock = INTEROP / "browser", (BROWSER / "package-lock.json").read_text()
    stamp = folder / "package-lock.stamp"
    npm = shutil.which("npm")
    if npm and not (stamp.exists() and stamp.read_text() == lock):
        print("preparing livekit-client", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(BROWSER / name, folder)
        run(npm, "ci", "--ignore-scripts", "--silent", "--prefix", folder)
        stamp.write_text(lock)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if npm and is_root and shutil.which("apt-get") and not shutil.which("chromium"):
        print("installing chromium", flush=True)
        install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
        if run(*install, check=False, DEBIAN_FRONTEND="noninteractive"):
            run("apt-get", "update", "-qq")
            run(*install, DEBIAN_FRONTEND="noninteractive")


def test(*arguments: str) -> int:
    """All tests, or those that the arguments choose (pytest's own)."""
    python = environment(ROOT / ".venv", "-e", ".[dev]")
    if "--quick" not in arguments:
        interop()
    chosen = [argument for argument in arguments if argument != "--coverage"]
    total, statuses = Counter[str](), []
    with tempfile.TemporaryDirectory() as folder:
        # Compiled files are kept whatever this environment says: dozens of processes import all of it.
        settings = {"COVERAGE_FILE": str(Path(folder) / "coverage"), "PYTHONDONTWRITEBYTECODE": ""}
        for part, processes in PARTS.items():
            report = Path(folder) / f"{part}.xml"
            options = [f"--part={part}", f"--junitxml={report}", f"--numprocesses={processes}", *chosen]
            # Measuring slows down, so it keeps away from what measures time and sound.
            measure = ("coverage", "run", "-m") if part == "together" and "--coverage" in arguments else ()
            statuses.append(run(python, "-m", *measure, "pytest", *options, check=False, **settings))
            total += counted(report)
        ran = [status for status in statuses if status != NOTHING_TO_DO] or [NOTHING_TO_DO]
        if "--coverage" in arguments:
            ran.append(run(python, "tests/coverage_floor.py", check=False, **settings))
    print(", ".join(f"{total[what]} {what}" for what in ("passed", "failed", "skipped")), flush=True)
    return next((status for status in ran if status), 0)


def counted(report: Path) -> Counter[str]:
    """How many tests passed, failed (or could not be set up) and were skipped."""
    found = Counter[str]()
    if not report.exists():  # pytest has said why
        return found
    for suite in ElementTree.parse(report).getroot():
        tests, failures, errors, skipped = (
            int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")
        )
        failed = failures + errors
        found += Counter(passed=tests - failed - skipped, failed=failed, skipped=skipped)
    return found


def check() -> int:
    """Everything that has to hold before a change lands: formatting, lint, types, generated code."""
    python = environment(ROOT / ".venv", "-e", ".[dev]")
    run(python, "-m", "ruff", "check", ".")
    run(python, "-m", "ruff", "format", "--check", ".")
    run(python, "-m", "mypy")
    run(python, "proto/generate.py", "--check")
    run(python, "docs/generate_reference.py", "--check")
    return 0


COMMANDS = {"demo": demo, "test": test, "check": check, "interop": interop}


def main(arguments: list[str]) -> int:
    """Entry point; the status to end with."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        print(f"usage: python3 dev.py {{{','.join(COMMANDS)}}} [arguments]", file=sys.stderr)
        return 2
    return command(*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
