"""Shows the tables in the terminal and writes them as Markdown."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import date
from importlib import metadata
from pathlib import Path

from bench import AIORTC
from figures import Table
from processes import Subject
from promises import verdicts
from rich.console import Console
from rich.table import Table as Grid

PACKAGES = ("aiortc", "aioice", "av", "cryptography", "numpy", "protobuf", "pylibsrtp", "websockets")

HOW_TO_READ = """\
Each figure is the median of several runs, with the least and the greatest in brackets. A percentage is CPU
time, user and system, of the whole process with all its threads, by elapsed time: 100 % is one core. lkpy and
the official SDK run the same program, `benchmarks/worker.py`, on the same servers; aiortc, which has no
signalling, runs two peer connections. Everything runs on one machine at the same time, so where publisher,
server and listener need more than its cores have, figures say more about the machine than about the library.
"""

HOW_TO_REPRODUCE = """\
```sh
python3 dev.py test                         # once: prepares .venv, the official SDK and livekit-server
.venv/bin/python benchmarks/run.py          # everything; writes this file
.venv/bin/python benchmarks/run.py --quick --only latency    # one measurement, in the terminal only
.venv/bin/python benchmarks/run.py --against main            # and lkpy as it was at another commit
```

Nothing else should run on the machine. Without Go there is no livekit-server; its rows are left out then.
"""


def columns(subjects: list[Subject], table: Table) -> list[str]:
    """The subjects that have a figure in the table."""
    names = [*(subject.name for subject in subjects), AIORTC]
    return [name for name in names if any(name in row for row in table.rows.values())]


def cells(table: Table, names: list[str]) -> list[list[str]]:
    """A row for each case: the case, and a figure or a dash for each name."""
    return [
        [case, *(row[name].text() if name in row else "–" for name in names)]
        for case, row in table.rows.items()
    ]


def show(console: Console, subjects: list[Subject], tables: list[Table]) -> None:
    """Print everything."""
    for table in tables:
        names = columns(subjects, table)
        grid = Grid("", *names, title=table.title, title_justify="left", title_style="bold")
        for row in cells(table, names):
            grid.add_row(*row)
        console.print(grid)
    grid = Grid("promise", "measured", "", title="Promises", title_justify="left", title_style="bold")
    for text, measured, verdict in verdicts(tables):
        grid.add_row(text, measured, verdict.replace("**", ""))
    if grid.row_count:
        console.print(grid)


def machine(subjects: list[Subject], server: Path | None, load: float) -> list[tuple[str, str]]:
    """What the figures were taken on."""
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    facts = [
        ("date", date.today().isoformat()),
        ("CPU", f"{_cpu()}, {os.cpu_count()} cores"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("load before the run", f"{load:.2f}"),
        ("Python", sys.version.split()[0]),
        ("lkpy", f"{_lkpy()}, on {packages}"),
    ]
    facts += [
        ("official SDK", f"{subject.name}, Python {_output(subject.python, '--version')[7:]}")
        for subject in subjects
        if not subject.is_lkpy
    ]
    if server is not None:
        facts.append(("livekit-server", _output(str(server), "--version").rpartition(" ")[2]))
    return facts


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _lkpy() -> str:
    from lkpy.version import __version__

    return __version__


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _markdown_table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def markdown(
    subjects: list[Subject],
    tables: list[Table],
    facts: list[tuple[str, str]],
    quick: bool,
    failures: list[str],
) -> str:
    """The contents of docs/benchmarks.md."""
    parts = ["# Benchmarks\n", "Written by `benchmarks/run.py`; do not edit.\n"]
    if quick:
        parts.append("**A quick run: one short window for each figure. Do not quote these.**\n")
    parts += ["## Promises\n"]
    rows = [list(row) for row in verdicts(tables)]
    parts.append(_markdown_table(["promise", "measured, median", "verdict"], rows))
    parts += ["## Machine\n", _markdown_table(["", ""], [list(fact) for fact in facts])]
    parts += [
        "## How to read this\n",
        HOW_TO_READ,
        "## How to reproduce it\n",
        HOW_TO_REPRODUCE,
        "## Figures\n",
    ]
    for table in tables:
        names = columns(subjects, table)
        parts += [f"### {table.title}\n", table.explanation + "\n"]
        parts.append(_markdown_table(["", *names], cells(table, names)))
    parts += [f"{failure}\n" for failure in failures]
    return "\n".join(parts)
