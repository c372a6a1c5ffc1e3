"""The language of the scenario files: who does what, and what each one sees.

    == a track is muted

    alice, bob are in the room
    alice publishes mic
        alice: local_track_published mic
        bob: track_published mic alice; track_subscribed mic alice

A line at the margin is an action (`actions.py` has them all). Indented lines say what participants see of it:
`bob:` in this order and after everything before, `bob ~` at some time; `bob/dual:` only where clients have
two peer connections (`/single` one), `bob/lkpy:` only where bob is lkpy (`/official` the official SDK). At
the end the whole ordered list of each participant has to be just what was said. `#` starts a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

SEEN = re.compile(
    r"\s+(?P<who>\w+)(?P<only>(/(single|dual|lkpy|official))*)\s*(?P<how>[:~])\s*(?P<events>.+)"
)
AT_ANY_TIME = frozenset(
    {
        "active_speakers_changed",
        "connection_quality_changed",
        "local_track_subscribed",
        "participant_active",
        "room_updated",
        "token_refreshed",
    }
)
"""Events whose place among the others is open: never part of an ordered list."""
TIMES = re.compile(r'"([^"]*)" times (\d+)')


class ScenarioError(Exception):
    """A scenario file cannot be read."""


@dataclass
class Step:
    """One action and what it makes participants see."""

    action: str
    line: int
    in_order: dict[str, list[str]] = field(default_factory=dict)
    at_any_time: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Scenario:
    """A title and steps."""

    title: str
    file: str
    steps: list[Step] = field(default_factory=list)


def _repeated(match: re.Match[str]) -> str:
    """`"ab" times 3` is `"ababab"`."""
    return f'"{match[1] * int(match[2])}"'


def parse(text: str, mode: str, first: str, second: str, file: str = "") -> list[Scenario]:
    """The scenarios of a text, as those see them who play it. Raises ScenarioError and says the line.

    `mode` is `single` or `dual`, `first` alice's SDK, `second` the others'.
    """
    kinds = ["lkpy" if sdk == "lkpy" else "official" for sdk in (second, first)]
    scenarios: list[Scenario] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", raw).rstrip()
        if not line:
            continue
        if line.startswith("== "):
            scenarios.append(Scenario(line[3:].strip(), file))
            continue
        if not scenarios:
            raise ScenarioError(f"{file}:{number}: a scenario starts with `== title`")
        steps = scenarios[-1].steps
        if not line[0].isspace():
            steps.append(Step(line, number))
            continue
        match = SEEN.fullmatch(line)
        if match is None or not steps:
            raise ScenarioError(f"{file}:{number}: expected `who: event; event` after an action")
        if not set(match["only"].split("/")[1:]) <= {mode, kinds[match["who"].startswith("alice")]}:
            continue
        events = [TIMES.sub(_repeated, event.strip()) for event in match["events"].split(";")]
        kind = steps[-1].in_order if match["how"] == ":" else steps[-1].at_any_time
        kind.setdefault(match["who"], []).extend(events)
        for event in events:
            if (event.split()[0] in AT_ANY_TIME) is (match["how"] == ":"):
                raise ScenarioError(f"{file}:{number}: {event.split()[0]} needs the other of `:` and `~`")
    return scenarios


def load(folder: Path, mode: str, first: str, second: str) -> list[Scenario]:
    """All scenarios of the folder's files, in order; see `parse`."""
    return [
        scenario
        for path in sorted(folder.glob("*.scenario"))
        for scenario in parse(path.read_text(encoding="utf-8"), mode, first, second, path.name)
    ]
