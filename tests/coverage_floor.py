"""Holds measured branch coverage against its floors: `python3 dev.py test --coverage` runs it at the end.

    .venv/bin/python tests/coverage_floor.py [--all] [--write]

Engines are the modules that do no I/O: a test reaches every branch of them. Drivers meet the outside world,
and have a few branches that only a machine in trouble takes. `--all` lists every gap instead of the engines'
alone; `--write` puts the figures into the README, which has to show them.
"""

from __future__ import annotations

import json
import math
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.test_architecture import DRIVERS, inside, module_name  # noqa: E402

ENGINES = (
    "lkpy.data",
    "lkpy.media.rtp",
    "lkpy.session",
    "lkpy.signal",
    "lkpy.transport",
)
"""Packages whose modules are engines, all but the drivers in them."""

FLOORS = {"engines": 100.0, "all of lkpy": 95.0}
"""Per cent of lines and branches together."""

README = ROOT / "README.md"
LINE = re.compile(r"^Branch coverage: .*$", re.MULTILINE)
FIGURE = re.compile(r"([a-z ]+?) (\d+) %")
SLACK = 2
"""Per cents by which a measured figure may be above the one shown; below it may not be."""
CHANCE = 0.5
"""Per cents that one run may reach less than another: some branches of drivers are a matter of time."""


@dataclass(frozen=True)
class Count:
    """How much of something was reached.

    Attributes:
        reached, there: lines and branches.
        gaps: what was not reached, a module each.
    """

    reached: int = 0
    there: int = 0
    gaps: tuple[str, ...] = ()

    def __add__(self, other: Count) -> Count:
        return Count(self.reached + other.reached, self.there + other.there, self.gaps + other.gaps)

    @property
    def percent(self) -> float:
        return 100.0 * self.reached / self.there if self.there else 100.0


def is_engine(module: str) -> bool:
    """Whether a module is one of an engine."""
    return any(inside(module, package) for package in ENGINES) and not any(
        inside(module, driver) for driver in DRIVERS
    )


def count(module: str, found: dict[str, Any]) -> Count:
    """What was reached of a module, from coverage's report."""
    summary = found["summary"]
    lines = [str(line) for line in found["missing_lines"]]
    # A line that was not reached says enough; its branches need not be named. Negative: out of the function.
    lines += [
        f"{line}->{'exit' if to < 0 else to}"
        for line, to in found["missing_branches"]
        if line not in found["missing_lines"]
    ]
    return Count(
        summary["covered_lines"] + summary["covered_branches"],
        summary["num_statements"] + summary["num_branches"],
        (f"{module}: {', '.join(lines)}",) if lines else (),
    )


def measured() -> dict[str, Count]:
    """Every module of lkpy by name, from what all processes left behind."""
    data = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    data.combine(keep=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        data.json_report(outfile=str(report))
        files = json.loads(report.read_text())["files"]
    return {
        (module := module_name((ROOT / path).resolve())): count(module, found)
        for path, found in sorted(files.items())
    }


def total(modules: dict[str, Count], chosen: Callable[[str], bool]) -> Count:
    """The modules that are chosen, together."""
    return sum((found for module, found in modules.items() if chosen(module)), Count())


def package(module: str) -> str:
    """What a module is counted under: its package, two levels below lkpy at most."""
    return ".".join(module.split(".")[:-1][:3]) or module


def table(modules: dict[str, Count]) -> Iterator[str]:
    """A line for each package: everything in it, and its engines."""
    for name in sorted({package(module) for module in modules}):
        of_it = {module: found for module, found in modules.items() if package(module) == name}
        engines = total(of_it, is_engine)
        pure = f"{engines.percent:7.2f} %" if engines.there else ""
        yield f"{name:26}{total(of_it, bool).percent:7.2f} %  engines {pure}".removesuffix("  engines ")


def shown(figures: dict[str, Count]) -> str:
    """The line of the README, in whole per cents that every run reaches."""
    parts = (
        f"{name} {math.floor(found.percent - (0 if found.reached == found.there else CHANCE))} %"
        for name, found in figures.items()
    )
    return f"Branch coverage: {', '.join(parts)}."


def faults(figures: dict[str, Count], readme: str) -> Iterator[str]:
    """What is wrong, in sentences."""
    line = LINE.search(readme)
    says = {name.strip(): int(figure) for name, figure in FIGURE.findall(line.group()[16:])} if line else {}
    for name, found in figures.items():
        if found.percent < FLOORS[name]:
            yield f"{name}: {found.percent:.2f} % instead of {FLOORS[name]:g} %"
        if not 0 <= found.percent - says.get(name, -SLACK) < SLACK:
            yield f"{name}: {found.percent:.2f} %, the README says {says.get(name)} %; see --write"


def main(arguments: list[str]) -> int:
    """Print the table, the gaps and what is wrong; return the status to end with."""
    modules = measured()
    figures = {"engines": total(modules, is_engine), "all of lkpy": total(modules, bool)}
    print("", *table(modules), sep="\n")
    for name, found in figures.items():
        print(f"{name:26}{found.percent:7.2f} %")
    for gap in figures["all of lkpy" if "--all" in arguments else "engines"].gaps:
        print(f"not reached: {gap}")
    if "--write" in arguments:
        README.write_text(LINE.sub(shown(figures), README.read_text(encoding="utf-8")), encoding="utf-8")
    found = list(faults(figures, README.read_text(encoding="utf-8")))
    for fault in found:
        print(f"coverage: {fault}", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
