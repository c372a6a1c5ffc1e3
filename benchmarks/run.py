"""Measures lkpy, the official SDK and aiortc alone in one run; prints tables, writes docs/benchmarks.md.

.venv/bin/python benchmarks/run.py [--quick] [--only NAME]... [--against REVISION]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import report  # noqa: E402
from bench import FAKE, LKPY, REAL, Bench  # noqa: E402
from measurements import MEASUREMENTS, measure  # noqa: E402
from processes import Subject, fake_sfu, livekit_server  # noqa: E402
from rich.console import Console  # noqa: E402

from lkpy.testing.speech import load_speech  # noqa: E402

INTEROP = ROOT / ".interop"
OFFICIAL = "livekit 1.2.1"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="short runs, to see whether everything works")
    parser.add_argument(
        "--only", action="append", choices=list(MEASUREMENTS), help="only this; may be repeated"
    )
    parser.add_argument(
        "--against", metavar="REVISION", help="measure lkpy as it was there too, in the same run"
    )
    parser.add_argument(
        "--server", type=Path, default=INTEROP / "bin" / "server", help="livekit-server's binary"
    )
    parser.add_argument(
        "--official-python",
        type=Path,
        default=INTEROP / "livekit-1.2.1" / "bin" / "python",
        help="runs livekit",
    )
    parser.add_argument(
        "--output", type=Path, help="the Markdown file; by default docs/benchmarks.md, and none with --only"
    )
    return parser.parse_args()


@contextlib.contextmanager
def earlier(revision: str) -> Iterator[Subject]:
    """lkpy at another commit, in a work tree of its own for as long as it is measured."""
    git = ("git", "-C", str(ROOT))
    shown = subprocess.run(
        (*git, "rev-parse", "--short", f"{revision}^{{commit}}"), check=True, capture_output=True, text=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "lkpy"
        subprocess.run((*git, "worktree", "add", "--quiet", "--detach", str(tree), shown), check=True)
        try:
            yield Subject(f"lkpy at {shown}", sys.executable, "lkpy", tree)
        finally:
            subprocess.run((*git, "worktree", "remove", "--force", str(tree)), check=True)


async def main(options: argparse.Namespace, console: Console) -> int:
    load, began = os.getloadavg()[0], time.monotonic()
    subjects = [Subject(LKPY, sys.executable, "lkpy")]
    official = options.official_python.exists()
    server = options.server if options.server.exists() else None
    failures: list[str] = []
    for what, found in (("the official SDK", official), ("livekit-server", server is not None)):
        if not found:
            failures.append(f"Without {what}: `python3 dev.py test` prepares it.")

    def failed(name: str, error: Exception) -> None:
        failures.append(f"The measurement *{name}* failed.")
        console.print(f"[red]{name} failed[/red]: {error}", markup=True)

    async with contextlib.AsyncExitStack() as stack:
        if options.against is not None:
            subjects.append(stack.enter_context(earlier(options.against)))
        if official:
            subjects.append(Subject(OFFICIAL, str(options.official_python), "livekit.rtc"))
        speech = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "speech.raw"
        load_speech("bob").tofile(speech)
        servers = {FAKE: await stack.enter_async_context(fake_sfu())}
        if server is not None:
            servers[REAL] = await stack.enter_async_context(livekit_server(server))
        bench = Bench(
            subjects,
            servers,
            speech,
            options.quick,
            lambda name: console.print(f"{time.monotonic() - began:4.0f} s  {name}", highlight=False),
        )
        tables = await measure(bench, options.only or list(MEASUREMENTS), failed)
    report.show(console, subjects, tables)
    for failure in failures:
        console.print(failure)
    output = options.output or (None if options.only else ROOT / "docs" / "benchmarks.md")
    if output is not None:
        facts = report.machine(subjects, server, load)
        output.write_text(report.markdown(subjects, tables, facts, options.quick, failures))
        console.print(f"written: {output}")
    console.print(f"{time.monotonic() - began:.0f} s")
    return bool([failure for failure in failures if "failed" in failure])


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments(), Console())))
