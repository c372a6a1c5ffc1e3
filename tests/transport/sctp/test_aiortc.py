"""Against aiortc's SCTP, in memory: its coroutines never suspend when the layer below does not, so they are
run to their end in place; its timers belong to the event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest
from aiortc import RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcsctptransport import RTCSctpCapabilities, RTCSctpTransport

from lkpy.transport.sctp import ChannelState, DataChannel, SctpEndpoint, SctpState
from lkpy.transport.sctp.handshake import ENTROPY_SIZE
from tests.transport.sctp.network import collect, written


class _Below:
    """What RTCSctpTransport asks of DTLS."""

    def __init__(self, role: str) -> None:
        self.state = "connected"
        self._role = role
        self.receiver: Any = None
        self.sent: list[bytes] = []

    def _register_data_receiver(self, receiver: object) -> None:
        self.receiver = receiver

    def _unregister_data_receiver(self, receiver: object) -> None:
        self.receiver = None

    async def _send_data(self, data: bytes) -> None:
        self.sent.append(bytes(data))


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("aiortc suspended")


class Pair:
    """One of our endpoints and one of aiortc's."""

    def __init__(self, we_are_client: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self.below = _Below("server" if we_are_client else "client")
        self.theirs = RTCSctpTransport(self.below)  # type: ignore[arg-type]
        self.their_channels: list[RTCDataChannel] = []
        self.theirs.on("datachannel", self.their_channels.append)
        self.our_channels: list[DataChannel] = []
        self.ours = SctpEndpoint(
            we_are_client,
            wake=lambda: None,
            on_channel=self.our_channels.append,
            entropy=os.urandom(ENTROPY_SIZE),
        )
        self.drop: Callable[[int], bool] = lambda number: False
        self._count = 0

    def start_ours(self) -> None:
        self.ours.start(self._loop.time())

    def start_theirs(self) -> None:
        _run(self.theirs.start(RTCSctpCapabilities(maxMessageSize=262144), 5000))

    def exchange(self) -> None:
        """Carry packets until neither has any."""
        while True:
            ours = written(self.ours, self._loop.time())
            for packet in ours:
                self._count += 1
                if not self.drop(self._count) and self.below.receiver is not None:
                    _run(self.theirs._handle_data(packet))
            sent, self.below.sent = self.below.sent, []
            for packet in sent:
                self._count += 1
                if not self.drop(self._count):
                    self.ours.receive(packet, self._loop.time())
            if not ours and not sent:
                return

    async def run(self, until: Callable[[], bool]) -> None:
        async with asyncio.timeout(8):
            while not until():
                self.ours.handle_timeout(self._loop.time())
                self.exchange()
                # aiortc leaves part of its work to tasks and timers of the loop.
                await asyncio.sleep(0.001)


@pytest.fixture
async def make() -> AsyncIterator[Callable[[bool, str], Awaitable[Pair]]]:
    pairs: list[Pair] = []

    async def build(we_are_client: bool, first: str) -> Pair:
        pair = Pair(we_are_client)
        pairs.append(pair)
        starts = {"ours": [pair.start_ours], "theirs": [pair.start_theirs]}
        order = ["ours", "theirs"] if first in ("ours", "both") else ["theirs", "ours"]
        for name in order:
            for start in starts[name]:
                start()
            if first != "both":
                pair.exchange()
        await pair.run(lambda: pair.ours.state is SctpState.CONNECTED and pair.theirs.state == "connected")
        return pair

    yield build
    for pair in pairs:
        _run(pair.theirs.stop())
        pair.ours.close(0.0)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("we_are_client", [True, False])
@pytest.mark.parametrize("first", ["ours", "theirs", "both"])
async def test_the_association_comes_up(
    make: Callable[[bool, str], Awaitable[Pair]], we_are_client: bool, first: str
) -> None:
    pair = await make(we_are_client, first)
    assert pair.ours.counters.malformed == 0


@pytest.mark.parametrize("we_are_client", [True, False])
async def test_messages_both_ways_on_our_channel(
    make: Callable[[bool, str], Awaitable[Pair]], we_are_client: bool
) -> None:
    pair = await make(we_are_client, "both")
    pair.drop = lambda number: number % 29 == 7
    channel = pair.ours.create_channel("grüße", protocol="π")
    assert channel.id == (0 if we_are_client else 1)
    await pair.run(lambda: bool(pair.their_channels))
    theirs = pair.their_channels[0]
    assert (theirs.label, theirs.protocol, theirs.id) == ("grüße", "π", channel.id)
    there: list[bytes | str] = []
    theirs.on("message", there.append)
    back = collect(channel)
    messages: list[bytes | str] = [
        "text ü",
        b"bytes",
        "",
        b"",
        bytes(60_000),
        b"x" * 1124,
        b"y" * 1125,
        "end",
    ]
    for message in messages:
        channel.send(message)
        theirs.send(message)
    await pair.run(lambda: len(there) == len(back) == len(messages))
    assert there == messages
    assert back == messages


@pytest.mark.parametrize("we_are_client", [True, False])
async def test_messages_both_ways_on_their_channel(
    make: Callable[[bool, str], Awaitable[Pair]], we_are_client: bool
) -> None:
    pair = await make(we_are_client, "both")
    theirs = RTCDataChannel(
        pair.theirs, RTCDataChannelParameters(label="_lossy", ordered=False, maxRetransmits=0)
    )
    await pair.run(lambda: bool(pair.our_channels))
    channel = pair.our_channels[0]
    assert (channel.label, channel.ordered, channel.max_retransmits) == ("_lossy", False, 0)
    assert channel.id == (1 if we_are_client else 0)
    await pair.run(lambda: theirs.readyState == "open")
    there: list[bytes | str] = []
    theirs.on("message", there.append)
    back = collect(channel)
    channel.send(bytes(60_000))
    theirs.send(bytes(60_000))
    await pair.run(lambda: len(there) == len(back) == 1)
    assert there == back == [bytes(60_000)]


async def test_what_we_abandon_does_not_stop_them(make: Callable[[bool, str], Awaitable[Pair]]) -> None:
    pair = await make(True, "both")
    channel = pair.ours.create_channel("_lossy", ordered=False, max_retransmits=0)
    await pair.run(lambda: bool(pair.their_channels) and channel._channel.confirmed)
    there: list[bytes | str] = []
    pair.their_channels[0].on("message", there.append)
    pair.drop = lambda number: number % 5 == 0
    for number in range(60):
        channel.send(bytes([number]) * 2_500)
        pair.exchange()
    pair.drop = lambda number: False
    # aiortc drops a whole message too when a FORWARD-TSN for the one before comes after it.
    await pair.run(lambda: not pair.ours.association.transfer.outbound.flight.sent)
    channel.send(b"last")
    await pair.run(lambda: b"last" in there)
    assert 10 < len(there) < 61
    await pair.run(lambda: not pair.ours.association.transfer.outbound.flight.sent)


async def test_what_they_abandon_does_not_stop_us(make: Callable[[bool, str], Awaitable[Pair]]) -> None:
    pair = await make(True, "both")
    theirs = RTCDataChannel(
        pair.theirs, RTCDataChannelParameters(label="_lossy", ordered=False, maxRetransmits=0)
    )
    await pair.run(lambda: bool(pair.our_channels) and theirs.readyState == "open")
    received = collect(pair.our_channels[0])
    pair.drop = lambda number: number % 5 == 0
    for number in range(30):
        theirs.send(bytes([number]) * 2_500)
        await asyncio.sleep(0)
        pair.exchange()
    pair.drop = lambda number: False
    theirs.send(b"last")
    await pair.run(lambda: b"last" in received)
    inbound = pair.ours.association.transfer.inbound
    assert inbound is not None
    await pair.run(lambda: not inbound.reassembly.buffered)


@pytest.mark.parametrize("we_close", [True, False])
async def test_closing_a_channel_resets_its_stream(
    make: Callable[[bool, str], Awaitable[Pair]], we_close: bool
) -> None:
    pair = await make(True, "both")
    channel = pair.ours.create_channel("brief")
    closed: list[bool] = []
    channel.on_close = lambda: closed.append(True)
    await pair.run(lambda: bool(pair.their_channels))
    theirs = pair.their_channels[0]
    there: list[bytes | str] = []
    theirs.on("message", there.append)
    if we_close:
        channel.send(b"last words")
        channel.close()
        assert channel.state is ChannelState.CLOSING
    else:
        theirs.close()
    await pair.run(lambda: channel.state is ChannelState.CLOSED and theirs.readyState == "closed")
    assert closed == [True]
    assert there == ([b"last words"] if we_close else [])
    # The id is free again, and its numbers begin anew.
    await pair.run(lambda: not pair.ours.channels)
    again = pair.ours.create_channel("again")
    assert again.id == channel.id
    await pair.run(lambda: len(pair.their_channels) == 2)
    received = collect(again)
    pair.their_channels[1].send("hello")
    await pair.run(lambda: received == ["hello"])


async def test_their_abort_closes_our_channels(make: Callable[[bool, str], Awaitable[Pair]]) -> None:
    pair = await make(False, "both")
    channel = pair.ours.create_channel("a")
    await pair.run(lambda: bool(pair.their_channels))
    _run(pair.theirs.stop())
    pair.exchange()
    assert pair.ours.state is SctpState.CLOSED
    assert channel.state is ChannelState.CLOSED


async def test_our_abort_closes_their_association(make: Callable[[bool, str], Awaitable[Pair]]) -> None:
    pair = await make(True, "both")
    pair.ours.close(0.0)
    pair.exchange()
    assert pair.theirs.state == "closed"
