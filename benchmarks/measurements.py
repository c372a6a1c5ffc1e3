"""The measurements by name, and how they are run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import data_measurements
import media_measurements
import processes
from bench import Bench, Measurement
from figures import Table

LIMIT = 240.0
"""Seconds after which a measurement is given up."""

MEASUREMENTS: dict[str, Measurement] = {
    "import": media_measurements.imports,
    "connect": media_measurements.connect,
    "publish": media_measurements.publish,
    "receive": media_measurements.receive,
    "latency": media_measurements.latency,
    "messages": data_measurements.messages,
    "streams": data_measurements.streams,
    "calls": data_measurements.calls,
    "events": data_measurements.events,
}


async def measure(bench: Bench, names: list[str], failed: Callable[[str, Exception], None]) -> list[Table]:
    """Run measurements; one that fails is reported and left out."""
    tables = []
    for name in names:
        bench.log(name)
        try:
            async with asyncio.timeout(LIMIT):
                tables += [table async for table in MEASUREMENTS[name](bench)]
        except (processes.BenchmarkError, TimeoutError) as error:
            failed(name, error)
    return tables
