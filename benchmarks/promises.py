"""What lkpy promises for audio and connecting, and whether the measured figures keep it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench import FAKE, LKPY, REAL
from figures import COUNT, FINE_MS, MB, MB_PER_SECOND, MS, PER_SECOND, PERCENT, Table, Unit

Tables = dict[str, Table]


@dataclass(frozen=True)
class Promise:
    """One promise.

    Attributes:
        text: what is promised.
        limit: the greatest value that keeps it, or the least where `at_least` is set.
        measured: the value from the tables, None if it was not measured.
        why: the reason, for when it is missed.
    """

    text: str
    limit: float
    unit: Unit
    measured: Callable[[Tables], float | None]
    why: str = ""
    at_least: bool = False

    def verdict(self, tables: Tables) -> tuple[str, str] | None:
        """What was measured and the verdict on it; None if it was not measured."""
        value = self.measured(tables)
        if value is None:
            return None
        missed = self.limit - value if self.at_least else value - self.limit
        shown = f"{self.unit.text(value)} {self.unit.name}".rstrip()
        if missed <= 0:
            return shown, "kept"
        return (
            shown,
            f"**missed** by {f'{self.unit.text(missed)} {self.unit.name}'.rstrip()}. {self.why}".rstrip(),
        )


def _figure(title: str, case: str) -> Callable[[Tables], float | None]:
    """The median of one of lkpy's figures."""

    def measured(tables: Tables) -> float | None:
        figure = tables[title].get(case, LKPY) if title in tables else None
        return figure.median if figure else None

    return measured


def _worst(title: str, *cases: str) -> Callable[[Tables], float | None]:
    """The greatest median of several of lkpy's figures."""

    def measured(tables: Tables) -> float | None:
        found = [value for case in cases if (value := _figure(title, case)(tables)) is not None]
        return max(found, default=None)

    return measured


def _late_after_loss(tables: Tables) -> float | None:
    """How much later than before a loss audio is, a second after it: the worse of the two kinds of loss."""
    title, late = "Latency after one lost packet", []
    for way in ("repaired", "for good"):
        before = _figure(title, f"{way}: before a loss")(tables)
        after = _figure(title, f"{way}: 1 to 2 s after")(tables)
        if before is not None and after is not None:
            late.append(after - before)
    return max(late, default=None)


def _tracks_per_core(tables: Tables) -> float | None:
    for tracks in (40, 10):
        table = tables.get("Receive audio")
        figure = table.get(f"{tracks} tracks", LKPY) if table else None
        if figure and not figure.overloaded:
            return tracks / figure.median
    return None


THROUGH_PYTHON = (
    "Sender, server and receiver share the cores of this machine. The server needs nearly as much CPU as the "
    "other two together: each packet comes in and goes out there."
)

PROMISES = (
    Promise(
        "connect on loopback ≤ 60 ms against the fake SFU",
        0.060,
        MS,
        _worst("Connect", *(f"{FAKE}, {mode} peer connection" for mode in ("single", "dual"))),
        "",
    ),
    Promise(
        "capture to `AudioStream` ≤ 60 ms without loss",
        0.060,
        MS,
        _worst("Latency without loss", FAKE, REAL),
        "20 ms go to the packet that is filled and 20 to 35 to the jitter buffer; a smaller cushion would "
        "conceal more on paths that jitter.",
    ),
    Promise("back at that delay (+10 ms) 1 s after a lost packet", 0.010, MS, _late_after_loss),
    Promise(
        "publishing a track ≤ 2 % of a core, codec included",
        0.02,
        PERCENT,
        _worst("Publish audio", f"1 track, {FAKE}", f"1 track, {REAL}"),
        "Opus encoding alone needs 1.6 % in a tight loop, and about twice that when it is called every 20 ms "
        "with cold caches.",
    ),
    Promise(
        "250 tracks received and decoded per core",
        250,
        COUNT,
        _tracks_per_core,
        "Decoding alone needs 0.25 % a track in a tight loop; the rest is spread over some 60 Python calls "
        "for each packet, with no hot spot among them.",
        at_least=True,
    ),
    Promise(
        "reliable messages of 100 B: ≥ 20 000/s",
        20_000,
        PER_SECOND,
        _figure("Reliable messages", f"100 B, {FAKE}"),
        THROUGH_PYTHON,
        at_least=True,
    ),
    Promise(
        "reliable data ≥ 15 MB/s",
        15e6,
        MB_PER_SECOND,
        _figure("Byte streams", FAKE),
        THROUGH_PYTHON,
        at_least=True,
    ),
    Promise("RPC round trip ≤ 2 ms", 0.002, FINE_MS, _figure("RPC", f"round trip, p50, {FAKE}")),
    Promise("import ≤ 250 ms", 0.250, MS, _figure("Import", "time")),
    Promise("≤ 60 MB after import", 60 * (1 << 20), MB, _figure("Import", "resident memory")),
    Promise(
        "one thread when idle",
        1,
        COUNT,
        _figure("Import", "threads"),
        "The others are those of numpy's OpenBLAS, which starts one for each further core; lkpy starts none.",
    ),
)


def verdicts(tables: list[Table]) -> list[tuple[str, str, str]]:
    """(promise, measured, verdict) of every promise that was measured."""
    by_title = {table.title: table for table in tables}
    found = [(promise.text, promise.verdict(by_title)) for promise in PROMISES]
    return [(text, *verdict) for text, verdict in found if verdict is not None]
