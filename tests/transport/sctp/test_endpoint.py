"""Channels and the life of an endpoint: opening, sending, back-pressure, closing."""

from __future__ import annotations

import asyncio
import logging

import pytest

from lkpy.errors import InvalidStateError
from lkpy.transport.sctp import ChannelState, DataChannel, DataChannelError, SctpEndpoint, SctpState
from lkpy.transport.sctp.chunks import COOKIE_ACK, COOKIE_ECHO, INIT, INIT_ACK, chunk_bounds
from lkpy.transport.sctp.handshake import ENTROPY_SIZE
from tests.transport.sctp.network import Network, collect, written


def test_both_ends_send_init_and_one_association_stands() -> None:
    network = Network()
    network.connect()
    network.settle()
    assert network.client.next_deadline() is None
    assert network.server.next_deadline() is None


@pytest.mark.parametrize("early", ["client", "server"])
def test_one_end_may_start_long_before_the_other(early: str) -> None:
    network = Network()
    getattr(network, early).start(network.now)
    network.run(lambda: getattr(network, early).state is SctpState.CONNECTED)
    network.start()
    network.run(lambda: network.client.state is network.server.state is SctpState.CONNECTED)
    ours, theirs = network.channel()
    received = collect(theirs)
    ours.send(b"works")
    network.run(lambda: received == [b"works"])


@pytest.mark.parametrize("kind", [INIT, INIT_ACK, COOKIE_ECHO, COOKIE_ACK])
def test_setup_survives_the_loss_of_any_chunk(kind: int) -> None:
    network = Network()
    lost = []

    def lose(source: SctpEndpoint, packet: bytes) -> bool:
        if kind in [found for found, _, _ in chunk_bounds(packet[12:])] and len(lost) < 2:
            lost.append(packet)
            return True
        return False

    network.lose = lose
    channel = network.client.create_channel("early")
    channel.send(b"queued")
    network.start()
    received: list[list[bytes | str]] = []
    network.server._on_channel = lambda channel: received.append(collect(channel))
    network.run(lambda: received == [[b"queued"]], seconds=5)
    assert len(lost) == 2


@pytest.mark.parametrize("seed", range(30))
def test_setup_survives_a_bad_network(seed: int) -> None:
    network = Network(seed, loss=0.3, jitter=0.3, duplication=0.3)
    for number in range(3):
        network.client.create_channel(f"c{number}").send(b"from client")
        network.server.create_channel(f"s{number}").send(b"from server")
    received: list[tuple[str, bytes | str]] = []

    def listen(channel: DataChannel) -> None:
        channel.on_message = lambda data: received.append((channel.label, data))

    network.client._on_channel = network.server._on_channel = listen
    network.start()
    network.run(lambda: len(received) == 6, seconds=120)
    expected = [(f"c{n}", b"from client") for n in range(3)] + [(f"s{n}", b"from server") for n in range(3)]
    assert sorted(received) == sorted(expected)


def test_setup_gives_up_in_the_end() -> None:
    network = Network()
    network.lose = lambda source, packet: True
    states: list[SctpState] = []
    network.client._on_state = states.append
    network.client.start(network.now)
    network.run(lambda: network.client.state is SctpState.FAILED)
    assert states == [SctpState.CONNECTING, SctpState.FAILED]
    assert network.client.failure is not None
    assert network.client.next_deadline() is None
    with pytest.raises(InvalidStateError):
        network.client.create_channel("late")


def test_channels_before_the_role_is_known() -> None:
    endpoint = SctpEndpoint(wake=lambda: None, entropy=bytes(ENTROPY_SIZE))
    first, second = endpoint.create_channel("a"), endpoint.create_channel("b")
    assert first.id is None
    with pytest.raises(InvalidStateError):
        endpoint.start(0.0)
    endpoint.start(0.0, False)
    assert (first.id, second.id) == (1, 3)


def test_ids_by_role_and_options_reach_the_peer() -> None:
    network = Network()
    ours, theirs = network.channel("größer ☃", ordered=False, max_retransmits=3, protocol="protokoll-é")
    assert ours.id == theirs.id == 0
    assert (theirs.ordered, theirs.max_retransmits, theirs.protocol) == (False, 3, "protokoll-é")
    assert network.server.create_channel("x").id == 1
    assert network.client.create_channel("y").id == 2
    assert repr(ours) == "<DataChannel 'größer ☃' id=0 open>"


def test_callbacks_of_opening() -> None:
    network = Network()
    opened = []
    channel = network.client.create_channel("a")
    channel.on_open = lambda: opened.append(channel.state)
    network.connect()
    assert opened == [ChannelState.OPEN]
    later = network.client.create_channel("b")
    assert later.state is ChannelState.OPEN


def test_kinds_of_messages() -> None:
    network = Network()
    ours, theirs = network.channel()
    received = collect(theirs)
    for data in ("text", "", b"", b"bytes", bytearray(b"array"), memoryview(b"view")):
        ours.send(data)
    network.settle()
    assert received == ["text", "", b"", b"bytes", b"array", b"view"]
    assert network.server.counters.messages_received == 6


def test_a_mutable_buffer_is_copied() -> None:
    network = Network()
    ours, theirs = network.channel()
    received = collect(theirs)
    buffer = bytearray(b"before")
    ours.send(buffer)
    buffer[:] = b"after!"
    network.settle()
    assert received == [b"before"]


def test_a_message_larger_than_the_peer_accepts_is_refused_and_the_channel_lives() -> None:
    network = Network()
    ours, theirs = network.channel()
    received = collect(theirs)
    network.client.remote_max_message_size = 1000
    with pytest.raises(DataChannelError, match="1001 bytes"):
        ours.send(bytes(1001))
    with pytest.raises(DataChannelError):
        ours.send("ä" * 501)
    ours.send(bytes(1000))
    network.client.remote_max_message_size = 0
    ours.send(bytes(200_000))
    network.settle()
    assert [len(message) for message in received] == [1000, 200_000]


def test_a_message_larger_than_we_accept_is_dropped_and_the_stream_goes_on() -> None:
    network = Network(loss=0.02)
    ours, theirs = network.channel()
    received = collect(theirs)
    network.client.remote_max_message_size = 0
    for data in (b"before", bytes(262_145), b"after", bytes(262_144)):
        ours.send(data)
    network.run(lambda: len(received) == 3)
    assert received == [b"before", b"after", bytes(262_144)]
    assert network.server.counters.messages_dropped == 1
    inbound = network.server.association.transfer.inbound
    assert inbound is not None
    assert inbound.reassembly.buffered == 0


def test_buffered_amount_counts_what_is_not_in_a_packet() -> None:
    network = Network()
    ours, _ = network.channel()
    network.settle()
    ours.send(bytes(500_000 // 10))
    ours.send("ä")
    assert ours.buffered_amount == 50_002
    network.flush()
    assert 0 < ours.buffered_amount < 50_000
    network.settle()
    assert ours.buffered_amount == 0


def test_the_low_mark_is_reported_once_for_each_fall() -> None:
    network = Network()
    ours, _ = network.channel()
    network.settle()
    ours.buffered_amount_low_threshold = 20_000
    assert ours.buffered_amount_low_threshold == 20_000
    amounts: list[int] = []
    ours.on_buffered_amount_low = lambda: amounts.append(ours.buffered_amount)
    ours.send(bytes(1000))
    network.settle()
    assert amounts == []
    for _ in range(2):
        for _ in range(60):
            ours.send(bytes(1000))
        network.settle()
    assert len(amounts) == 2
    assert all(19_000 < amount <= 20_000 or amount < 20_000 for amount in amounts)


def test_refilling_from_the_low_mark_keeps_the_channel_busy() -> None:
    network = Network()
    ours, theirs = network.channel()
    received = collect(theirs)
    left = [bytes([number]) * 5_000 for number in range(100)]
    ours.buffered_amount_low_threshold = 10_000

    def refill() -> None:
        while left and ours.buffered_amount < 40_000:
            ours.send(left.pop(0))

    ours.on_buffered_amount_low = refill
    refill()
    network.run(lambda: len(received) == 100)
    assert received == [bytes([number]) * 5_000 for number in range(100)]


async def test_drain() -> None:
    network = Network()
    ours, _ = network.channel()
    network.settle()
    await ours.drain(0)
    for _ in range(50):
        ours.send(bytes(10_000))
    order: list[int] = []

    async def wait(below: int) -> None:
        await ours.drain(below)
        assert ours.buffered_amount <= below
        order.append(below)

    tasks = [asyncio.create_task(wait(below)) for below in (0, 400_000, 100_000)]
    cancelled = asyncio.create_task(ours.drain(200_000))
    await asyncio.sleep(0)
    cancelled.cancel()
    for _ in range(1000):
        if not network.step():
            break
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == [400_000, 100_000, 0]
    assert cancelled.cancelled()


async def test_drain_ends_when_the_channel_closes() -> None:
    network = Network()
    ours, _ = network.channel()
    ours.send(bytes(60_000))
    waiting = asyncio.create_task(ours.drain(0))
    await asyncio.sleep(0)
    network.client.close(network.now)
    await waiting
    assert ours.state is ChannelState.CLOSED


def test_wake_is_asked_for_once_until_the_next_write() -> None:
    network = Network()
    ours, _ = network.channel()
    network.settle()
    network.wakes = 0
    for _ in range(10):
        ours.send(b"x")
    assert network.wakes == 1
    network.settle()
    ours.send(b"x")
    assert network.wakes == 2


@pytest.mark.parametrize("closer", ["ours", "theirs", "both"])
@pytest.mark.parametrize("loss", [0.0, 0.2])
def test_closing(closer: str, loss: float) -> None:
    network = Network(seed=4)
    ours, theirs = network.channel()
    network.settle()
    network.loss = loss
    closed: list[str] = []
    ours.on_close = lambda: closed.append("ours")
    theirs.on_close = lambda: closed.append("theirs")
    received = collect(theirs)
    ours.send(b"last words" * 1000)
    if closer in ("ours", "both"):
        ours.close()
        ours.close()
        assert ours.state is ChannelState.CLOSING
        with pytest.raises(DataChannelError):
            ours.send(b"too late")
    if closer in ("theirs", "both"):
        theirs.close()
    network.run(lambda: sorted(closed) == ["ours", "theirs"])
    assert ours.state is theirs.state is ChannelState.CLOSED
    if closer == "ours":
        assert received == [b"last words" * 1000]
    network.settle()
    assert network.client.channels == network.server.channels == {}
    with pytest.raises(DataChannelError):
        theirs.send(b"closed")
    again, again_there = network.channel("again")
    assert again.id == ours.id
    received = collect(again_there)
    again.send(b"new life")
    network.run(lambda: received == [b"new life"])


def test_many_channels_come_and_go() -> None:
    network = Network(seed=5, loss=0.05, jitter=0.02)
    network.connect()
    for turn in range(5):
        pairs = [network.channel(f"{turn}-{number}") for number in range(20)]
        for ours, _ in pairs:
            ours.close()
        network.run(lambda pairs=pairs: all(theirs.state is ChannelState.CLOSED for _, theirs in pairs))
        network.settle()
        assert network.client.channels == network.server.channels == {}


def test_all_ids_can_be_taken() -> None:
    network = Network()
    network.connect()
    for number in range(512):
        network.client.create_channel(str(number))
    with pytest.raises(InvalidStateError, match="all stream ids"):
        network.client.create_channel("one more")
    network.settle()
    assert len(network.server_channels) == 512


def test_close_tells_the_peer() -> None:
    network = Network()
    ours, theirs = network.channel()
    network.client.close(network.now)
    network.client.close(network.now)
    assert ours.state is ChannelState.CLOSED
    network.settle()
    assert network.server.state is SctpState.CLOSED
    assert theirs.state is ChannelState.CLOSED
    assert network.server.failure is None
    assert network.client.next_deadline() is None
    assert network.server.next_deadline() is None
    with pytest.raises(DataChannelError):
        ours.send(b"x")


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("loss", [0.0, 0.2])
def test_shutdown_delivers_everything_first(loss: float, both: bool) -> None:
    network = Network(seed=6, loss=loss)
    ours, theirs = network.channel()
    received = collect(theirs)
    for number in range(50):
        ours.send(bytes([number]) * 3_000)
    network.client.shutdown(network.now)
    if both:
        network.server.shutdown(network.now)
    network.run(lambda: network.client.state is network.server.state is SctpState.CLOSED)
    assert received == [bytes([number]) * 3_000 for number in range(50)]


def test_closing_before_anything_began() -> None:
    endpoint = SctpEndpoint(wake=lambda: None, entropy=bytes(ENTROPY_SIZE))
    channel = endpoint.create_channel("a")
    channel.send(b"never sent")
    endpoint.close(0.0)
    assert endpoint.state is SctpState.CLOSED
    assert channel.state is ChannelState.CLOSED
    assert channel.buffered_amount == 0
    assert written(endpoint, 0.0) == []
    endpoint.start(0.0, True)
    assert written(endpoint, 0.0) == []


def test_a_channel_closed_while_connecting_is_never_opened() -> None:
    network = Network()
    channel = network.client.create_channel("brief")
    channel.close()
    assert channel.state is ChannelState.CLOSED
    network.connect()
    network.settle()
    assert network.server_channels == []


def test_raising_callbacks_disturb_nothing(caplog: pytest.LogCaptureFixture) -> None:
    network = Network()
    ours, theirs = network.channel()
    received: list[bytes | str] = []

    def fail(data: bytes | str) -> None:
        received.append(data)
        raise RuntimeError("of the user")

    def fail_too() -> None:
        raise RuntimeError("of the user, again")

    theirs.on_message = fail
    ours.on_buffered_amount_low = ours.on_close = fail_too
    ours.buffered_amount_low_threshold = 10
    with caplog.at_level(logging.CRITICAL):
        ours.send(b"one" * 10)
        ours.send(b"two")
        network.settle()
        ours.close()
        network.settle()
    assert received == [b"one" * 10, b"two"]
    assert network.server.counters.callback_errors == 2
    assert network.client.counters.callback_errors == 2
    assert network.client.state is SctpState.CONNECTED


def test_closing_from_inside_a_callback() -> None:
    network = Network()
    ours, theirs = network.channel()
    received: list[bytes | str] = []

    def close(data: bytes | str) -> None:
        received.append(data)
        network.server.close(network.now)

    theirs.on_message = close
    for _ in range(5):
        ours.send(b"x")
    network.settle()
    assert received == [b"x"]
    assert network.client.state is network.server.state is SctpState.CLOSED


def test_a_restarted_peer_ends_the_association() -> None:
    network = Network(seed=30)
    _, theirs = network.channel()
    network.settle()
    other = Network(seed=31)
    other.client.start(network.now)
    # The peer lost its memory and begins anew over the same DTLS connection.
    packets = written(other.client, network.now)
    for _ in range(4):
        for packet in packets:
            network.server.receive(packet, network.now)
        packets = []
        for packet in written(network.server, network.now):
            other.client.receive(packet, network.now)
        packets = written(other.client, network.now)
    assert network.server.state is SctpState.FAILED
    assert theirs.state is ChannelState.CLOSED
