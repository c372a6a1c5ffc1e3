"""The session's driver on a scripted server and virtual time: every row of the table, and what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from lkpy.errors import (
    ConnectError,
    ConnectErrorReason,
    InvalidStateError,
    PublishDataError,
    PublishTrackError,
)
from lkpy.media.audio.queue import SampleQueue
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.connection import TRANSITIONS, Action, Input, State
from lkpy.session.driver import event_queue
from lkpy.session.driver.publisher import PublishedAudio
from lkpy.session.publishing import AudioTrackRequest
from lkpy.testing.virtual_time import run_virtual
from lkpy.transport.bundle.states import BundleState
from tests.session.scripted import TIMEOUT, ScriptedWorld

WAYS: dict[State, tuple[Input, ...]] = {
    State.IDLE: (),
    State.JOINING: (Input.CONNECT,),
    State.NEGOTIATING: (Input.CONNECT, Input.JOINED),
    State.NEGOTIATING_FAILED: (Input.CONNECT, Input.JOINED, Input.TRANSPORT_FAILED),
    State.CONNECTED: (Input.CONNECT, Input.JOINED, Input.TRANSPORT_READY),
    State.CONNECTED_FAILED: (
        Input.CONNECT,
        Input.JOINED,
        Input.TRANSPORT_READY,
        Input.TRANSPORT_FAILED,
    ),
    State.CLOSED: (Input.CONNECT, Input.JOINED, Input.TRANSPORT_READY, Input.LEAVE),
}
"""How each state is reached."""

BEFORE_READY = {State.CONNECTED: (Input.TRANSPORT_PENDING,)}
"""What has to happen first for an input to be a change."""


def scripted(test: Callable[[ScriptedWorld], Awaitable[None]]) -> None:
    """Run a test of a scripted session on virtual time, and close what it left."""

    async def main() -> None:
        world = ScriptedWorld()
        try:
            await test(world)
        finally:
            await world.finish()

    run_virtual(main())


@pytest.mark.parametrize(("state", "what"), TRANSITIONS, ids=[f"{s.name}-{w.name}" for s, w in TRANSITIONS])
def test_every_row_of_the_table(state: State, what: Input) -> None:
    async def test(world: ScriptedWorld) -> None:
        late_opening = state is State.CLOSED and what in (Input.JOINED, Input.REFUSED)
        if late_opening:
            world.stubborn = True
            await world.happen(Input.CONNECT)
            await world.happen(Input.CLOSE)
        else:
            for step in WAYS[state]:
                await world.happen(step)
        assert world.session.state is state
        if what is Input.TRANSPORT_READY:
            for step in BEFORE_READY.get(state, ()):
                await world.happen(step)
        leaves, heard = len(world.attempt.leaves), len(world.heard)
        target, actions = TRANSITIONS[state, what]
        await world.happen(what)
        assert world.session.state is target
        assert (len(world.attempt.leaves) > leaves) == (Action.SEND_LEAVE in actions)
        new = world.heard[heard:]
        assert ("Connected" in new) == (Action.ANNOUNCE_CONNECTED in actions)
        assert ("Disconnected" in new) == (Action.ANNOUNCE_DISCONNECTED in actions)
        if Action.FAIL_CONNECT in actions:
            assert world.connecting is not None
            with pytest.raises(ConnectError):
                await world.connecting
        if Action.OPEN_TRANSPORTS in actions:
            assert world.attempt.started
        if target is State.CLOSED and (Input.JOINED in WAYS[state] or late_opening):
            await world.session.aclose()
            assert world.attempt.closed == (not late_opening or what is Input.JOINED)
            assert not world.session.link.connected
        assert world.session._connection.illegal == 0

    scripted(test)


@pytest.mark.parametrize(
    ("inputs", "reason", "text"),
    [
        ((Input.CONNECT, Input.REFUSED), ConnectErrorReason.NOT_ALLOWED, "^no$"),
        ((Input.CONNECT, Input.TIMED_OUT), ConnectErrorReason.TIMEOUT, "the signal connection was not ready"),
        (
            (Input.CONNECT, Input.JOINED, Input.TIMED_OUT),
            ConnectErrorReason.TIMEOUT,
            "within 15 s: the peer connection was not ready",
        ),
        ((Input.CONNECT, Input.JOINED, Input.LEAVE), ConnectErrorReason.LEAVE, "PARTICIPANT_REMOVED"),
        ((Input.CONNECT, Input.JOINED, Input.SIGNAL_LOST), ConnectErrorReason.UNREACHABLE, "1006"),
        (
            (Input.CONNECT, Input.JOINED, Input.TRANSPORT_FAILED, Input.SIGNAL_LOST),
            ConnectErrorReason.UNREACHABLE,
            "signal connection closed",
        ),
        (
            (Input.CONNECT, Input.JOINED, Input.TRANSPORT_FAILED, Input.LAST_WORDS_OVER),
            ConnectErrorReason.MEDIA,
            "media connection",
        ),
        (
            (Input.CONNECT, Input.JOINED, Input.NEGOTIATION_FAILED),
            ConnectErrorReason.MEDIA,
            "no common codec",
        ),
        ((Input.CONNECT, Input.CLOSE), ConnectErrorReason.LEAVE, "disconnect"),
    ],
    ids=lambda value: "-".join(i.name for i in value) if isinstance(value, tuple) else None,
)
def test_why_connecting_failed(inputs: tuple[Input, ...], reason: ConnectErrorReason, text: str) -> None:
    async def test(world: ScriptedWorld) -> None:
        for what in inputs:
            await world.happen(what)
        assert world.connecting is not None
        with pytest.raises(ConnectError, match=text) as caught:
            await world.connecting
        assert caught.value.reason is reason
        assert world.heard == []
        assert world.attempt.closed == (Input.JOINED in inputs)

    scripted(test)


@pytest.mark.parametrize("early", [0.01, 0.05, 0.49])
def test_a_path_that_failed_and_came_back_ends_nothing(early: float) -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        await world.happen(Input.TRANSPORT_FAILED)
        await asyncio.sleep(early)
        await world.happen(Input.TRANSPORT_READY)
        await asyncio.sleep(60)
        assert world.session.state is State.CONNECTED
        assert world.heard == ["Connected"]

    scripted(test)


def test_the_servers_reason_is_told_though_the_path_failed_before_it_came() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        await world.happen(Input.TRANSPORT_FAILED)
        await asyncio.sleep(0.3)
        await world.happen(Input.LEAVE)
        assert world.events[-1] == ev.Disconnected(models.PARTICIPANT_REMOVED)

    scripted(test)


@pytest.mark.parametrize("reason", [17, 99])
def test_a_leave_with_a_reason_of_the_future_ends_the_session(reason: int) -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        leave = rtc.LeaveRequest.FromString(bytes([0x10, reason]))
        assert leave.reason == reason
        world.receive(leave=leave)
        await world.turn()
        assert world.events[-1] == ev.Disconnected(reason)
        await world.session.aclose()
        assert world.attempt.leaves == []

    scripted(test)


def test_cancelling_connect_closes_what_was_opened() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.happen(Input.CONNECT)
        await world.happen(Input.JOINED)
        assert world.connecting is not None
        world.connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await world.connecting
        assert world.attempt.closed
        assert world.attempt.leaves == [models.CLIENT_INITIATED]

    scripted(test)


def test_an_opener_that_fails_in_an_unknown_way_is_an_error_of_connect(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.happen(Input.CONNECT)
        world.opened.set_exception(ZeroDivisionError("a mistake"))
        await world.turn()
        assert world.connecting is not None
        with pytest.raises(ConnectError, match="ZeroDivisionError"):
            await world.connecting

    scripted(test)
    assert "lkpy session join failed" in caplog.text


def test_what_comes_while_connecting_is_told_after_the_connection() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.happen(Input.CONNECT)
        await world.happen(Input.JOINED)
        world.receive(room_update={"room": {"sid": "RM_1"}})
        await world.turn()
        assert world.heard == []
        await world.happen(Input.TRANSPORT_READY)
        assert world.heard == ["Connected", "RoomUpdated"]

    scripted(test)


def test_nothing_but_the_end_is_told_after_the_end() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        world.receive(leave={})
        world.receive(room_update={"room": {"sid": "RM_1"}})
        await world.turn()
        assert world.heard == ["Connected", "Disconnected"]

    scripted(test)


def test_a_message_without_use_changes_nothing() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        assert world.session.on_message(world.attempt, rtc.SignalResponse()) is None  # type: ignore[arg-type]
        world.receive(pong=3)
        world.receive(offer={"sdp": "v=0"})
        assert world.attempt.peers.descriptions == [rtc.SessionDescription(sdp="v=0")]

    scripted(test)


# Tracks ---
def audio(cid: str = "c1", muted: bool = False) -> AudioTrackRequest:
    return AudioTrackRequest(cid, "voice", models.MICROPHONE, muted=muted)


def announce(world: ScriptedWorld, request: AudioTrackRequest) -> PublishedAudio:
    source = SampleQueue(48_000, 1, 1000, world.runtime.clock.now)
    source.put(np.zeros((480, 1), np.int16))
    return world.session.publisher.announce_audio(request, source, bitrate=48_000, track="track")


def test_a_request_that_cannot_be_sent_is_an_error_at_once() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        world.attempt.takes = False
        with pytest.raises(PublishTrackError, match="was not sent"):
            announce(world, audio())
        with pytest.raises(InvalidStateError, match="was not sent"):
            world.session.subscriber.set_subscribed("TR_1", True)
        assert world.attempt.peers.senders == []

    scripted(test)


def test_before_and_after_the_connection_nothing_is_sent() -> None:
    async def test(world: ScriptedWorld) -> None:
        with pytest.raises(PublishTrackError, match="not connected"):
            announce(world, audio())
        with pytest.raises(PublishDataError, match="not connected"):
            await world.session.send_data(models.DataPacket(), reliable=True)
        await world.connected()
        await world.session.send_data(models.DataPacket(), reliable=True)
        await world.session.aclose()
        with pytest.raises(PublishDataError, match="the room is closed"):
            await world.session.send_data(models.DataPacket(), reliable=False)

    scripted(test)


def test_an_answer_that_does_not_come_takes_the_track_back() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        published = announce(world, audio())
        began = world.runtime.clock.now()
        with pytest.raises(PublishTrackError, match="timed out"):
            await world.session.publisher.accepted(published)
        assert world.runtime.clock.now() - began == pytest.approx(10)
        assert published.ended
        assert world.attempt.peers.senders[0].removed
        world.receive(track_published={"cid": "c1", "track": {"sid": "TR_late"}})
        await world.turn()
        assert world.heard == ["Connected"]

    scripted(test)


def test_a_track_that_is_muted_while_it_is_announced_is_muted() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        published = announce(world, audio())
        published.set_muted(True)
        world.receive(track_published={"cid": "c1", "track": {"sid": "TR_1"}})
        await world.session.publisher.accepted(published)
        await world.turn()
        assert published.pipeline is not None
        assert published.pipeline.muted
        assert world.heard == ["Connected", "LocalTrackPublished", "LocalTrackMuted"]
        mutes = [r.mute for r in world.attempt.sent if r.WhichOneof("message") == "mute"]
        assert mutes == [rtc.MuteTrackRequest(sid="TR_1", muted=True)]

    scripted(test)


def test_the_server_takes_a_track_back_as_soon_as_it_has_accepted_it() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        published = announce(world, audio())
        world.receive(track_published={"cid": "c1", "track": {"sid": "TR_1"}})
        world.receive(track_unpublished={"track_sid": "TR_1"})
        await world.session.publisher.accepted(published)
        await world.turn()
        assert published.ended
        assert list(world.session.publisher) == []
        assert world.heard == ["Connected", "LocalTrackPublished", "LocalTrackUnpublished"]

    scripted(test)


@pytest.mark.parametrize("end", [Input.CLOSE, Input.LEAVE])
def test_who_waits_for_the_server_when_the_session_ends_gets_an_error(end: Input) -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        published = announce(world, audio())
        waiting = asyncio.create_task(world.session.publisher.accepted(published))
        renaming = asyncio.create_task(world.session.own.update(name="x"))
        await world.turn()
        await world.happen(end)
        with pytest.raises(PublishTrackError, match="disconnected while publishing"):
            await waiting
        with pytest.raises(InvalidStateError, match="disconnected"):
            await renaming

    scripted(test)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (Input.CLOSE, ["LocalTrackUnpublished", "Disconnected"]),
        (Input.LEAVE, ["Disconnected", "LocalTrackUnpublished"]),
    ],
)
def test_tracks_end_with_the_session_in_the_measured_order(end: Input, expected: list[str]) -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        published = announce(world, audio())
        world.receive(track_published={"cid": "c1", "track": {"sid": "TR_1"}})
        await world.session.publisher.accepted(published)
        negotiations = world.attempt.peers.negotiations
        await world.happen(end)
        assert world.heard[-2:] == expected
        assert world.attempt.peers.negotiations == negotiations
        assert published.pipeline is not None
        assert published.pipeline.closed

    scripted(test)


# Holding back ---
def test_a_slow_user_slows_the_server_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_queue, "MAX_EVENTS", 8)

    async def test(world: ScriptedWorld) -> None:
        await world.connected()
        session = world.session
        world.user.clear()
        session.emit(ev.TokenRefreshed())
        await world.turn()
        for number in range(8):
            session.emit(ev.DataReceived("bob", bytes([number]), "", True))
        assert world.attempt.peers.held_back == [True]
        session.emit(ev.DataReceived("bob", b"lossy", "", False))
        assert session.events.dropped == 1
        reading = asyncio.create_task(session.ready_for_message())
        await asyncio.sleep(0)
        assert not reading.done()
        world.user.set()
        await world.turn()
        assert world.attempt.peers.held_back == [True, False]
        await reading
        assert world.heard == ["Connected", "TokenRefreshed"] + 8 * ["DataReceived"]
        assert session.events.peak == 8

    scripted(test)


def test_a_path_of_two_connections_counts_only_those_that_must_be_up() -> None:
    async def test(world: ScriptedWorld) -> None:
        await world.happen(Input.CONNECT)
        await world.happen(Input.JOINED)
        world.attempt.peers.want_publisher()
        world.transports(BundleState.CONNECTING, BundleState.CONNECTED)
        assert world.session.state is State.NEGOTIATING
        world.transports(BundleState.CONNECTED, BundleState.CONNECTED)
        assert world.session.state is State.CONNECTED

    scripted(test)


def test_the_deadline_of_connect_holds_though_a_path_failed_and_came_back() -> None:
    async def test(world: ScriptedWorld) -> None:
        began = world.runtime.clock.now()
        await world.happen(Input.CONNECT)
        await world.happen(Input.JOINED)
        await world.happen(Input.TRANSPORT_FAILED)
        await asyncio.sleep(0.2)
        await world.happen(Input.TRANSPORT_PENDING)
        assert world.connecting is not None
        with pytest.raises(ConnectError, match="was not ready"):
            await world.connecting
        assert world.runtime.clock.now() - began == pytest.approx(TIMEOUT)

    scripted(test)
