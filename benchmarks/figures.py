"""What was measured, as values with units, collected into tables."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Unit:
    """How values are written: `scale` times the value, with so many decimals."""

    name: str
    scale: float
    decimals: int
    grouped: bool = False

    def text(self, value: float) -> str:
        comma = "," if self.grouped else ""
        return f"{value * self.scale:{comma}.{self.decimals}f}"


MS = Unit("ms", 1e3, 0)
FINE_MS = Unit("ms", 1e3, 2)
MB = Unit("MB", 1 / (1 << 20), 1)
COUNT = Unit("", 1, 0)
PERCENT = Unit("% of a core", 100, 1)
MB_PER_SECOND = Unit("MB/s", 1e-6, 1)
PER_SECOND = Unit("messages/s", 1, 0, grouped=True)


@dataclass
class Figure:
    """One figure of one subject: median, least and greatest of several runs.

    Attributes:
        overloaded: the machine could not keep the pace, so the figure is worth nothing.
    """

    values: list[float]
    unit: Unit
    overloaded: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def text(self) -> str:
        """`median (least–greatest) unit`."""
        unit = self.unit
        shown = unit.text(self.median)
        span = unit.text(min(self.values)), unit.text(max(self.values))
        if span[0] != span[1]:
            shown += f" ({span[0]}–{span[1]})"
        shown = f"{shown} {unit.name}".rstrip()
        return f"{shown}, overloaded" if self.overloaded else shown


@dataclass
class Table:
    """The figures of one measurement: a row for each case, a column for each subject."""

    title: str
    explanation: str
    rows: dict[str, dict[str, Figure]] = field(default_factory=dict)

    def add(self, case: str, subject: str, values: list[float], unit: Unit, overloaded: bool = False) -> None:
        """Enter a figure. Values of further runs join those that are there; none at all enter nothing."""
        if not values:
            return
        row = self.rows.setdefault(case, {})
        figure = row.setdefault(subject, Figure([], unit))
        figure.values += values
        figure.overloaded |= overloaded

    def get(self, case: str, subject: str) -> Figure | None:
        return self.rows.get(case, {}).get(subject)
