"""`Room.diagnostics()`: every counter below a room has a reader."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import lkpy
import lkpy as rtc
from lkpy.session import events as ev
from lkpy.testing import FakeSfu
from tests.room_rig import MODES, TONE, joined, publish

OF_THE_SERVER = {"MuxCounters"}
"""Counters of what only servers use."""


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


def counter_classes() -> set[str]:
    """The names of all counter classes of lkpy, but those of the test server."""
    found = set()
    for module in pkgutil.walk_packages(lkpy.__path__, "lkpy."):
        if module.name.startswith(("lkpy.testing", "lkpy.cli", "lkpy.__main__", "lkpy.compat")):
            continue
        names = vars(importlib.import_module(module.name))
        found |= {n for n, v in names.items() if n.endswith("Counters") and isinstance(v, type)}
    return found - OF_THE_SERVER


def everything(value: Any) -> Iterator[Any]:
    """A value and all that it is made of."""
    yield value
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from everything(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from everything(item)


@MODES
async def test_every_counter_has_a_reader(sfu: FakeSfu, single: bool) -> None:
    alice, _ = await joined(sfu, "alice", single)
    bob, theirs = await joined(sfu, "bob", single)
    publication, source = await publish(alice)
    _, track, _, _ = await theirs.wait("track_subscribed")
    stream = rtc.AudioStream(track)
    for _ in range(20):
        await source.capture_frame(rtc.AudioFrame(TONE, 48_000, 1, 480))
    await source.wait_for_playout()
    for _ in range(10):
        await anext(stream)
    await alice.local_participant.publish_data("x")
    await theirs.wait("data_received")
    speaking, listening = alice.diagnostics(), bob.diagnostics()
    seen = {type(part).__name__ for shown in (speaking, listening) for part in everything(shown)}
    assert counter_classes() - seen == set()
    assert (speaking.state, speaking.illegal_inputs, speaking.events.failed) == ("connected", 0, 0)
    assert (speaking.subscriber is None) == single
    (sent,) = speaking.published
    assert (sent.sid, sent.muted) == (publication.sid, False)
    assert sent.audio.packets > 0
    (received,) = listening.subscribed
    assert (received.sid, received.kind) == (publication.sid, "audio")
    assert received.audio is not None
    assert received.audio.packets > 0
    assert speaking.publisher is not None
    assert speaking.signal is not None
    assert speaking.signal.counters.sent > 0
    assert speaking.data.replay_bytes > 0
    # A snapshot: what is counted later is not in it.
    before = sent.audio.packets
    for _ in range(4):
        await source.capture_frame(rtc.AudioFrame(TONE, 48_000, 1, 480))
    await source.wait_for_playout()
    assert sent.audio.packets == before
    await stream.aclose()
    await alice.disconnect()
    await bob.disconnect()
    await source.aclose()
    over = alice.diagnostics()
    assert (over.state, over.published) == ("closed", ())
    assert over.publisher is not None
    assert over.publisher.bundle.rtp_sent >= speaking.publisher.bundle.rtp_sent
    assert over.signal is not None
    assert over.signal.counters.sent >= speaking.signal.counters.sent


async def test_before_the_first_connect_there_is_nothing_to_tell() -> None:
    with pytest.raises(rtc.InvalidStateError, match="never connected"):
        rtc.Room().diagnostics()


async def test_nothing_secret_is_shown(sfu: FakeSfu) -> None:
    room, _ = await joined(sfu, "alice")
    session = room._session
    assert session is not None
    text = repr(room.diagnostics())
    for peer in session.link.attempt.peers.all:
        assert peer.transport.local_parameters.ice.pwd not in text
    assert session.token not in text
    await room.disconnect()


async def test_an_event_that_cannot_be_told_is_counted_and_the_next_one_is_told(
    sfu: FakeSfu, caplog: pytest.LogCaptureFixture
) -> None:
    room, log = await joined(sfu, "alice")
    session = room._session
    assert session is not None
    session.emit(ev.SpeakersChanged(None))  # type: ignore[arg-type]
    session.emit(ev.Moved())
    await log.wait("moved")
    assert room.diagnostics().events.failed == 1
    assert "an event could not be told: SpeakersChanged" in caplog.text
    await room.disconnect()
