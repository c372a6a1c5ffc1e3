"""Receiving is paused: reliable messages wait and slow their sender, lossy ones are dropped."""

from __future__ import annotations

from lkpy.transport.sctp import ChannelState, DataChannel, SctpState
from lkpy.transport.sctp.inbound import RECEIVE_BUFFER
from tests.transport.sctp.network import Network, collect


def connected(**options: object) -> tuple[Network, DataChannel, DataChannel, list[bytes | str]]:
    """A network, both ends of a channel, and what arrives at the server's."""
    network = Network()
    ours, theirs = network.channel(**options)  # type: ignore[arg-type]
    network.settle()
    return network, ours, theirs, collect(theirs)


def deliver(network: Network) -> None:
    """Resume at the server, and give out all that was kept."""
    network.server.resume_receiving()
    while network.server.deliver_kept():
        pass


def wait(network: Network, seconds: float) -> None:
    """Let time pass."""
    end = network.now + seconds
    while network.now < end and network.step():
        pass


def test_reliable_messages_wait_in_order_and_come_before_later_ones() -> None:
    network, ours, _, received = connected()
    ours.send(b"before")
    network.settle()
    network.server.pause_receiving()
    ours.send(b"one")
    ours.send("two")
    network.settle()
    assert received == [b"before"]
    assert not network.server.deliver_kept(), "still paused"
    network.server.resume_receiving()
    ours.send(b"three")
    network.settle()
    assert received == [b"before"], "three waits behind what is kept"
    while network.server.deliver_kept():
        pass
    ours.send(b"four")
    network.settle()
    assert received == [b"before", b"one", "two", b"three", b"four"]


def test_a_slow_reader_stops_its_sender_within_the_receive_buffer() -> None:
    network, ours, theirs, received = connected()
    network.server.pause_receiving()
    messages = [bytes([number]) * 10_000 for number in range(250)]
    for message in messages:
        ours.send(message)
    wait(network, 120)
    association = network.server.association
    assert association.transfer.gate.size <= RECEIVE_BUFFER + 10_000
    assert ours.buffered_amount > 2_500_000 - RECEIVE_BUFFER - 50_000
    assert network.client.association.transfer.outbound.flight.peer_rwnd < 10_000
    assert network.client.state is network.server.state is SctpState.CONNECTED, "two minutes are no failure"
    assert received == []
    back = collect(ours)
    theirs.send(b"the other way is open")
    network.run(lambda: back == [b"the other way is open"])
    deliver(network)
    began = network.now
    network.run(lambda: len(received) == len(messages))
    assert received == messages
    assert network.now - began < 5
    network.settle()
    assert association.transfer.gate.size == 0
    assert network.client.association.transfer.outbound.flight.peer_rwnd == RECEIVE_BUFFER


def test_many_small_messages_are_bounded_too() -> None:
    network, ours, _, received = connected()
    network.server.pause_receiving()
    for _ in range(20_000):
        ours.send(b"x")
    wait(network, 20)
    kept = network.server.association.transfer.gate
    assert len(kept._kept) < 10_000
    deliver(network)
    network.run(lambda: len(received) == 20_000)


def test_a_reader_that_reads_little_by_little_lets_the_sender_go_on() -> None:
    network, ours, _, received = connected()
    network.server.pause_receiving()
    messages = [bytes([number % 256]) * 20_000 for number in range(120)]
    for message in messages:
        ours.send(message)
    network.run(lambda: network.client.association.transfer.outbound.flight.peer_rwnd < 20_000)
    rounds = 0
    while len(received) < len(messages):
        network.server.resume_receiving()
        for _ in range(20):
            if not network.server.deliver_kept():
                break
        network.server.pause_receiving()
        wait(network, 1)
        rounds += 1
        assert rounds < 30
    assert received == messages


def test_lossy_messages_are_dropped_and_counted() -> None:
    network, ours, _, received = connected(label="_lossy", ordered=False, max_retransmits=0)
    network.server.pause_receiving()
    for _ in range(5):
        ours.send(b"late is lost")
    network.settle()
    assert network.server.counters.paused_dropped == 5
    assert network.server.association.transfer.gate.size == 0
    deliver(network)
    ours.send(b"in time")
    network.settle()
    assert received == [b"in time"]


def test_channels_open_and_are_confirmed_while_receiving_is_paused() -> None:
    network, ours, _, _ = connected()
    network.server.pause_receiving()
    other, other_there = network.channel("other")
    received = collect(other_there)
    other.send(b"kept")
    network.settle()
    assert other._channel.confirmed
    assert received == []
    deliver(network)
    assert received == [b"kept"]
    assert ours.state is ChannelState.OPEN


def test_the_end_of_a_channel_is_told_after_its_messages() -> None:
    network, ours, theirs, received = connected()
    told: list[object] = received
    theirs.on_close = lambda: told.append("closed")
    network.server.pause_receiving()
    ours.send(b"last words")
    ours.close()
    network.settle()
    assert told == []
    assert theirs.state is ChannelState.CLOSED
    again, _ = network.channel("again")
    assert again.id == ours.id, "the id is free all the same"
    deliver(network)
    assert told == [b"last words", "closed"]


def test_what_was_kept_outlives_a_peer_that_leaves_but_not_our_own_close() -> None:
    for leaves, expected in ((True, [b"kept", "closed"]), (False, ["closed"])):
        network, ours, theirs, received = connected()
        told: list[object] = received
        theirs.on_close = lambda told=told: told.append("closed")  # type: ignore[misc]
        network.server.pause_receiving()
        ours.send(b"kept")
        network.settle()
        if leaves:
            network.client.close(network.now)
        else:
            network.server.close(network.now)
        network.settle()
        assert network.server.state is SctpState.CLOSED
        deliver(network)
        assert told == expected
        assert network.server.counters.paused_dropped == (0 if leaves else 1)


def test_a_callback_may_pause_again() -> None:
    network, ours, theirs, _ = connected()
    network.server.pause_receiving()
    received: list[bytes | str] = []

    def read_one(data: bytes | str) -> None:
        received.append(data)
        network.server.pause_receiving()

    theirs.on_message = read_one
    for number in range(3):
        ours.send(b"%d" % number)
    network.settle()
    for number in range(3):
        deliver(network)
        assert received == [b"%d" % n for n in range(number + 1)]


def test_a_message_of_many_fragments_fits_beside_what_is_kept() -> None:
    network, ours, _, received = connected()
    network.client.remote_max_message_size = 0
    network.server.pause_receiving()
    messages = [bytes([number]) * 250_000 for number in range(8)]
    for message in messages:
        ours.send(message)
    wait(network, 30)
    inbound = network.server.association.transfer.inbound
    assert inbound is not None
    assert not inbound.exhausted
    deliver(network)
    network.run(lambda: len(received) == len(messages))
    assert received == messages


def test_the_window_is_reopened_without_waiting_for_a_probe() -> None:
    """The sender hears of the room at once; its own timer would be 0.4 s."""
    network, ours, _, received = connected()
    network.server.pause_receiving()
    for _ in range(150):
        ours.send(bytes(10_000))
    network.run(lambda: network.client.association.transfer.outbound.flight.peer_rwnd < 10_000)
    network.run(lambda: not network._queue)
    before = len(received)
    deliver(network)
    assert network.server.association.write_due
    began = network.now
    kept = len(received)
    network.run(lambda: len(received) > kept)
    assert before == 0
    assert network.now - began < 0.1


def test_reading_when_nothing_was_kept_says_nothing() -> None:
    network, _, _, _ = connected()
    network.server.pause_receiving()
    sent = network.server.counters.packets_sent
    deliver(network)
    network.settle()
    assert network.server.counters.packets_sent == sent
