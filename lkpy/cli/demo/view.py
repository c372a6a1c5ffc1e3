"""What the demo shows while it runs: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lkpy.cli.demo.speaker import Speaker

REFRESH = 0.1
"""Seconds between two pictures of the live table."""
PLAIN_INTERVAL = 1.0
"""Seconds between two plain lines."""
_BARS = 24


class View:
    """Shows the speakers until it is closed."""

    def __init__(self, console: Console, title: str, speakers: Sequence[Speaker]) -> None:
        self._console, self._title, self._speakers = console, title, speakers
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> View:
        if self._live is not None:
            self._live.start()
        else:
            self._console.print(self._title)
        self._task = asyncio.create_task(self._run(), name="lkpy demo view")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        if self._live is not None:
            self._live.update(self._table(), refresh=True)
            self._live.stop()

    async def _run(self) -> None:
        while True:
            if self._live is not None:
                self._live.update(self._table(), refresh=True)
            else:
                for speaker in self._speakers:
                    self._console.print(self._line(speaker))
            await asyncio.sleep(PLAIN_INTERVAL if self._live is None else REFRESH)

    def _table(self) -> Group:
        table = Table(expand=False)
        for heading in ("who", "speaks", "hears", "messages", "round trip", "packets", "lost"):
            table.add_column(heading)
        for speaker in self._speakers:
            table.add_row(
                speaker.name,
                _meter(speaker.level),
                _meter(speaker.heard_level),
                str(speaker.messages),
                _round_trip(speaker),
                *(str(number) for number in packets(speaker)),
            )
        return Group(Text(self._title, style="bold"), table)

    def _line(self, speaker: Speaker) -> str:
        received, lost = packets(speaker)
        return (
            f"{speaker.name}: speaks {speaker.level:.2f} hears {speaker.heard_level:.2f} "
            f"messages {speaker.messages} round trip {_round_trip(speaker)} packets {received} lost {lost}"
        )


def packets(speaker: Speaker) -> tuple[int, int]:
    """(received, lost) RTP packets of everything that a speaker hears."""
    return speaker.room._reception()


def _round_trip(speaker: Speaker) -> str:
    return f"{speaker.round_trips[-1] * 1000:.1f} ms" if speaker.round_trips else "-"


def _meter(level: float) -> Text:
    filled = min(_BARS, round(level * 4 * _BARS))
    return Text("█" * filled + "·" * (_BARS - filled), style="green" if filled < _BARS * 3 // 4 else "yellow")
