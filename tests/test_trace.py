"""The trace: every border that something crosses tells of it, no secret among it, and at no cost when off."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

import lkpy as rtc
from lkpy._runtime import trace as trace_module
from lkpy.testing import FakeSfu
from tests.room_rig import MODES, TONE, Log, publish

BOTH = {rtc.TraceDirection.SENT, rtc.TraceDirection.RECEIVED}
INSIDE = {rtc.TraceDirection.INSIDE}
CROSSED = {
    rtc.TraceKind.MESSAGE: BOTH,
    rtc.TraceKind.DESCRIPTION: BOTH,
    rtc.TraceKind.CANDIDATE: BOTH,
    rtc.TraceKind.PACKET: BOTH,
    rtc.TraceKind.FRAME: BOTH,
    rtc.TraceKind.DECISION: INSIDE,
    rtc.TraceKind.EVENT: INSIDE,
}
"""What a call between two rooms shows."""


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


async def joined(
    sfu: FakeSfu, identity: str, single: bool, trace: trace_module.Trace | None
) -> tuple[rtc.Room, Log, str]:
    room, token = rtc.Room(), sfu.token(identity, room="lobby")
    log = Log(room)
    await room.connect(sfu.url, token, rtc.RoomOptions(single_peer_connection=single, trace=trace))
    return room, log, token


async def talk(sfu: FakeSfu, single: bool, trace: trace_module.Trace | None) -> list[str]:
    """Two rooms say hello with a sound and a message; returns what must stay secret."""
    alice, ours, token = await joined(sfu, "alice", single, trace)
    bob, theirs, other_token = await joined(sfu, "bob", single, trace)
    secrets = [token, other_token, sfu._api_secret]
    _, source = await publish(alice)
    _, track, _, _ = await theirs.wait("track_subscribed")
    stream = rtc.AudioStream(track)
    for _ in range(20):
        await source.capture_frame(rtc.AudioFrame(TONE, 48_000, 1, 480))
    for _ in range(10):
        await anext(stream)
    await alice.local_participant.publish_data("hello")
    await theirs.wait("data_received")
    await ours.wait("token_refreshed")
    for room in (alice, bob):
        assert room._session is not None
        secrets.append(room._session.token)
        secrets += [p.transport.local_parameters.ice.pwd for p in room._session.link.attempt.peers.all]
    await stream.aclose()
    await alice.disconnect()
    await bob.disconnect()
    await source.aclose()
    return secrets


@MODES
async def test_every_border_tells_and_no_secret_is_told(sfu: FakeSfu, single: bool) -> None:
    seen: list[rtc.TraceEvent] = []
    secrets = await talk(sfu, single, seen.append)
    for kind, directions in CROSSED.items():
        assert {event.direction for event in seen if event.kind is kind} >= directions, kind
    messages = [e for e in seen if e.kind is rtc.TraceKind.MESSAGE]
    assert {e.where for e in messages} == {"signal", "data"}
    assert ("joining", "joined", "negotiating") in [e.content for e in seen]
    told = "\n".join(repr(event) for event in seen)
    for secret in secrets:
        assert secret not in told


async def test_a_trace_that_fails_ends_nothing(sfu: FakeSfu, caplog: pytest.LogCaptureFixture) -> None:
    calls = 0

    def fail(event: rtc.TraceEvent) -> None:
        nonlocal calls
        calls += 1
        raise ValueError("a clumsy trace")

    await talk(sfu, True, fail)
    assert calls > 100
    assert [r.message for r in caplog.records if "a trace failed" in r.message] == [
        "a trace failed; later failures are only counted"
    ] * 2  # one a room


async def test_without_a_trace_no_event_is_made(sfu: FakeSfu, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    # Counted rather than refused: much of what makes events would swallow an exception.
    monkeypatch.setattr(trace_module.TraceEvent, "__init__", lambda *arguments: made.append(arguments))
    await talk(sfu, True, None)
    assert made == []
