"""`python -m tests.scenarios fake lkpy 1.2.1 "is muted"`: play scenarios and tell how each went.

The arguments: the server (`fake`, `livekit-server`), alice's SDK, the others' SDK, words of the titles wanted
(all without), and `--dual` for two peer connections each.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import textwrap
from pathlib import Path

from tests.interop.environment import sdk
from tests.interop.servers import RUNNING
from tests.scenarios.language import load
from tests.scenarios.runner import play_all


def main(arguments: list[str]) -> int:
    """Play what the arguments choose; the number of scenarios that went differently."""
    single = "--dual" not in arguments
    server, first, second, *words = [argument for argument in arguments if argument != "--dual"]
    scenarios = [
        scenario
        for scenario in load(Path(__file__).parent, "single" if single else "dual", first, second)
        if not words or any(word in scenario.title for word in words)
    ]
    with tempfile.TemporaryDirectory() as folder, RUNNING[server](Path(folder)) as url:
        outcomes = asyncio.run(play_all(scenarios, url, sdk(first), sdk(second), single=single))
    for title, outcome in outcomes.items():
        print(f"{outcome.seconds:5.1f} s {'ok     ' if outcome.error is None else 'DIFFERS'} {title}")
        if outcome.error is not None:
            print(textwrap.indent(outcome.error, " " * 8))
    return sum(outcome.error is not None for outcome in outcomes.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
