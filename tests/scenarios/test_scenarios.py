"""Every scenario, on both servers, with lkpy at both ends and with the official SDK at either end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.environment import sdk
from tests.interop.servers import RUNNING
from tests.scenarios.language import load
from tests.scenarios.runner import Outcome, play_all

FOLDER = Path(__file__).parent
TITLES = [scenario.title for scenario in load(FOLDER, "single", "lkpy", "lkpy")]
PAIRS = {
    "lkpy-lkpy": ("lkpy", "lkpy", "single"),
    "lkpy-lkpy-dual": ("lkpy", "lkpy", "dual"),
    "lkpy-1.2.1": ("lkpy", "1.2.1", "single"),
    "1.2.1-lkpy": ("1.2.1", "lkpy", "single"),
}
"""Name -> alice's SDK, the others' SDK, one or two peer connections each."""
RUNS = [f"{server}/{pair}" for server in RUNNING for pair in PAIRS]

pytestmark = [pytest.mark.interop, pytest.mark.timeout(180)]


@pytest.fixture(scope="session", params=RUNS)
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Outcome]]:
    """All selected scenarios, played through one server by one pair of SDKs."""
    server, _, pair = request.param.partition("/")
    first, second, mode = PAIRS[pair]
    selected = {
        item.callspec.params.get("title") for item in request.session.items if hasattr(item, "callspec")
    }
    scenarios = [scenario for scenario in load(FOLDER, mode, first, second) if scenario.title in selected]
    with RUNNING[server](tmp_path_factory.mktemp(server)) as url:
        yield asyncio.run(play_all(scenarios, url, sdk(first), sdk(second), single=mode == "single"))


@pytest.mark.parametrize("title", TITLES, ids=lambda title: title.replace(" ", "-"))
def test_scenario(outcomes: dict[str, Outcome], title: str) -> None:
    assert outcomes[title].error is None, outcomes[title].error
