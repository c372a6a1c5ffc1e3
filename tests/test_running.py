"""How the tests themselves are run and judged: `dev.py test` and `.ci/run`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import dev
from tests import conftest, coverage_floor
from tests.coverage_floor import Count, count, faults, shown

REPORT = """<?xml version="1.0"?>
<testsuites><testsuite tests="9" failures="2" errors="1" skipped="3" time="1"></testsuite></testsuites>
"""


def test_tests_are_counted_over_all_parts(tmp_path: Path) -> None:
    report = tmp_path / "part.xml"
    assert dev.counted(report) == Counter()
    report.write_text(REPORT)
    assert dev.counted(report) == Counter(passed=3, failed=3, skipped=3)


def judged(monkeypatch: pytest.MonkeyPatch, *, ci: bool, marked: bool, outcome: str) -> Any:
    """What becomes of a report."""
    monkeypatch.setenv("CI", "1" if ci else "")
    item = SimpleNamespace(get_closest_marker=lambda name: marked and name == "interop")
    report = SimpleNamespace(outcome=outcome, skipped=outcome == "skipped", longrepr="no Go here")
    judging = conftest.pytest_runtest_makereport(item)
    next(judging)
    with pytest.raises(StopIteration) as done:
        judging.send(report)
    return done.value.value


def test_in_ci_a_skipped_interop_test_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = judged(monkeypatch, ci=True, marked=True, outcome="skipped")
    assert (failed.outcome, failed.longrepr) == ("failed", "skipped in CI: no Go here")
    assert judged(monkeypatch, ci=False, marked=True, outcome="skipped").outcome == "skipped"
    assert judged(monkeypatch, ci=True, marked=False, outcome="skipped").outcome == "skipped"
    assert judged(monkeypatch, ci=True, marked=True, outcome="passed").outcome == "passed"


def test_what_was_not_reached_is_named() -> None:
    summary = {"covered_lines": 5, "covered_branches": 1, "num_statements": 6, "num_branches": 4}
    found = {"summary": summary, "missing_lines": [7], "missing_branches": [[3, 9], [7, 8], [4, -1]]}
    assert count("lkpy.log", found) == Count(6, 10, ("lkpy.log: 7, 3->9, 4->exit",))
    assert (Count(6, 10) + Count(4, 10)).percent == 50.0
    assert Count().percent == 100.0


def test_engines_are_what_does_no_io() -> None:
    assert coverage_floor.is_engine("lkpy.media.rtp.packet")
    assert coverage_floor.is_engine("lkpy.session.roster")
    assert not coverage_floor.is_engine("lkpy.session.driver.session")
    assert not coverage_floor.is_engine("lkpy.room")


@pytest.mark.parametrize(
    ("engines", "everything", "says", "wrong"),
    [
        (1000, 956, (100, 95), []),
        (1000, 969, (100, 95), []),
        (999, 956, (99, 95), ["engines: 99.90 % instead of 100 %"]),
        (1000, 949, (100, 94), ["all of lkpy: 94.90 % instead of 95 %"]),
        (1000, 956, (100, 96), ["all of lkpy: 95.60 %, the README says 96 %; see --write"]),
        (1000, 970, (100, 95), ["all of lkpy: 97.00 %, the README says 95 %; see --write"]),
    ],
)
def test_figures_are_held_to_their_floors_and_to_the_readme(
    engines: int, everything: int, says: tuple[int, int], wrong: list[str]
) -> None:
    figures = {"engines": Count(engines, 1000), "all of lkpy": Count(everything, 1000)}
    line = f"Branch coverage: engines {says[0]} %, all of lkpy {says[1]} %."
    assert list(faults(figures, f"# lkpy\n\n{line}\n")) == wrong
    assert coverage_floor.LINE.sub(shown(figures), line) == shown(figures)


def test_the_readme_shows_what_every_run_reaches() -> None:
    figures = {"engines": Count(1000, 1000), "all of lkpy": Count(9720, 10_000)}
    assert shown(figures) == "Branch coverage: engines 100 %, all of lkpy 96 %."


def test_a_readme_without_figures_is_wrong() -> None:
    figures = {"engines": Count(1, 1), "all of lkpy": Count(1, 1)}
    assert len(list(faults(figures, "# lkpy"))) == 2
