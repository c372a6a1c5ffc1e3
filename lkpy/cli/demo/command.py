"""The demo itself: server, two participants, summary, files."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

import lkpy as rtc
from lkpy.cli.demo.picture import draw
from lkpy.cli.demo.speaker import Heard, Speaker
from lkpy.cli.demo.view import View, packets
from lkpy.testing import FakeSfu
from lkpy.testing.speech import SAMPLE_RATE, SpeechMatch, load_speech, match_speech
from lkpy.testing.tokens import make_token

MESSAGES = 50
MEASURES = ("length", "correlation", "latency", "packets lost", "messages", "round trip", "joined in")
GOOD_CORRELATION = 0.9
HEAR_TIMEOUT = 10.0
"""Seconds to wait until both hear each other."""


@dataclass(frozen=True)
class Settings:
    """What the command line said."""

    url: str
    api_key: str
    api_secret: str = field(repr=False)
    tokens: tuple[str, ...] = field(repr=False)
    out: Path
    single_peer_connection: bool = True


async def run(settings: Settings, console: Console | None = None) -> int:
    """Run the demo; 0 when both heard each other well."""
    console = console or Console()
    if len(settings.tokens) not in (0, 2):
        console.print("give --token twice, once for each participant")
        return 2
    async with contextlib.AsyncExitStack() as stack:
        url, tokens = settings.url, settings.tokens
        if not url:
            sfu = await stack.enter_async_context(FakeSfu())
            url, tokens = sfu.url, (sfu.token("alice", room="demo"), sfu.token("bob", room="demo"))
        elif not tokens:
            room = f"lkpy-demo-{secrets.token_hex(4)}"
            tokens = tuple(
                make_token(settings.api_key, settings.api_secret, identity=who, room=room)
                for who in ("alice", "bob")
            )
        alice, bob = Speaker("alice", load_speech("alice")), Speaker("bob", load_speech("bob"))
        try:
            took = [
                await speaker.join(url, token, single_peer_connection=settings.single_peer_connection)
                for speaker, token in zip((alice, bob), tokens, strict=True)
            ]
            async with View(console, f"{alice.room.name} on {url}", (alice, bob)):
                async with asyncio.timeout(HEAR_TIMEOUT):
                    await asyncio.gather(alice.hears(), bob.hears())
                await asyncio.gather(alice.speak(), bob.speak(), alice.write(MESSAGES), bob.write(MESSAGES))
        except rtc.ConnectError as error:
            console.print(f"cannot join {url}: {error.message}")
            return 1
        except TimeoutError:
            console.print(f"the two did not hear each other within {HEAR_TIMEOUT:g} s")
            return 1
        finally:
            counters = {speaker.name: packets(speaker) for speaker in (alice, bob)}
            await asyncio.gather(alice.leave(), bob.leave())
    return await _summary(console, settings.out, (alice, bob), took, counters)


async def _summary(
    console: Console,
    out: Path,
    speakers: tuple[Speaker, Speaker],
    connect_seconds: list[float],
    counters: dict[str, tuple[int, int]],
) -> int:
    alice, bob = speakers
    await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
    table = Table("sent and arrived")
    columns = []
    good = True
    rows = []
    for speaker, listener, seconds in ((alice, bob, connect_seconds[0]), (bob, alice, connect_seconds[1])):
        heard = listener.heard.samples
        match = await asyncio.to_thread(match_speech, speaker.speech, heard)
        _, lost = counters[listener.name]
        trips = speaker.round_trips
        table.add_column(f"{speaker.name} to {listener.name}", justify="right")
        figures = (
            f"{match.duration_ratio:.1%}",
            f"{match.correlation:.3f}",
            f"{latency(speaker, listener.heard, match) * 1000:.0f} ms",
            str(lost),
            f"{len(trips)} of {MESSAGES}",
            f"{statistics.median(trips) * 1000:.1f} ms" if trips else "-",
            f"{seconds * 1000:.0f} ms",
        )
        columns.append(figures)
        good = good and match.correlation >= GOOD_CORRELATION and len(trips) == MESSAGES
        (out / f"{listener.name}-heard.wav").write_bytes(
            rtc.AudioFrame(heard.tobytes(), SAMPLE_RATE, 1, heard.size).to_wav_bytes()
        )
        rows += [
            (f"{speaker.name} said", speaker.speech, False),
            (f"{listener.name} heard", heard[max(0, round(match.lag * SAMPLE_RATE)) :], True),
        ]
    for row in zip(MEASURES, *columns, strict=True):
        table.add_row(*row)
    draw(out / "waveforms.svg", rows)
    console.print(table)
    console.print(f"recordings and a picture of the waveforms are in {out}")
    console.print("Both heard each other." if good else "Something was lost on the way.")
    return 0 if good else 1


def latency(speaker: Speaker, heard: Heard, match: SpeechMatch) -> float:
    """Seconds from `capture_frame` to the frame that the listener's stream gave."""
    return heard.began_at + match.lag - speaker.spoke_at
