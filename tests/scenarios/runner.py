"""Plays scenarios: many at a time, each in a room of its own, in one pair of processes."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from jwt.warnings import InsecureKeyLengthWarning
from livekit import api

from tests.interop.environment import API_KEY, API_SECRET, Sdk
from tests.interop.official import OfficialPeer
from tests.scenarios.actions import perform
from tests.scenarios.language import Scenario
from tests.scenarios.stage import Stage

AT_ONCE = 8
"""Scenarios that are played at the same time; most of a scenario is waiting for a server. With more on two
cores the official SDK now and then leaves out an event of its own."""
PATIENCE = 60.0
QUIET = 0.3
"""Seconds after the last step in which nothing more may be seen."""


@dataclass(frozen=True)
class Outcome:
    """How a scenario went; `error` is None when everybody saw what the file says."""

    seconds: float
    error: str | None


async def play(scenario: Scenario, stage: Stage) -> None:
    """Play one scenario. Raises Differs, PeerFailed or the server's error, with the step it happened at."""
    in_order: dict[str, list[str]] = {}
    at_any_time: dict[str, set[str]] = {}
    try:
        for step in scenario.steps:
            try:
                await perform(stage, step.action)
                for who, events in step.in_order.items():
                    in_order.setdefault(who, []).extend(events)
                for who, events in step.at_any_time.items():
                    at_any_time.setdefault(who, set()).update(events)
                for who in {**step.in_order, **step.at_any_time}:
                    participant = stage.participants[who]
                    await stage.until(participant, in_order.get(who, []), at_any_time.get(who, set()))
            except Exception as error:
                error.add_note(f"at {scenario.file}:{step.line}: {step.action}")
                raise
        await asyncio.sleep(QUIET)
        for name, participant in stage.participants.items():
            wanted = in_order.get(name, [])
            stage.same(participant, wanted, stage.written(participant, wanted)[0])
    finally:
        await stage.clear()


async def play_all(
    scenarios: Sequence[Scenario], url: str, first: Sdk, second: Sdk, *, single: bool = True
) -> dict[str, Outcome]:
    """Play them through a server, `alice` with the first SDK and all others with the second."""
    turn = asyncio.Semaphore(AT_ONCE)
    outcomes: dict[str, Outcome] = {}

    async def one(scenario: Scenario) -> None:
        async with turn:
            began, error = time.perf_counter(), None
            try:
                async with asyncio.timeout(PATIENCE):
                    await play(scenario, Stage(url, processes, server, single))
            except Exception as caught:
                error = "\n".join([*getattr(caught, "__notes__", []), f"{type(caught).__name__}: {caught}"])
            outcomes[scenario.title] = Outcome(time.perf_counter() - began, error)

    # The well-known secret of development servers is shorter than it should be.
    warnings.filterwarnings("ignore", category=InsecureKeyLengthWarning)
    async with (
        OfficialPeer(first.python, "first", first.module) as one_end,
        OfficialPeer(second.python, "second", second.module) as other_end,
        api.LiveKitAPI(url.replace("ws", "http", 1), API_KEY, API_SECRET) as server,
    ):
        processes = {"first": (first.name, one_end), "second": (second.name, other_end)}
        await asyncio.gather(*map(one, scenarios))
        await asyncio.gather(one_end.call("quit"), other_end.call("quit"))
    return outcomes
