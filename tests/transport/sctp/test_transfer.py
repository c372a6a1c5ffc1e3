"""Messages through a bad network: all of them, once, in order; on a lossy channel, whole or not at all."""

from __future__ import annotations

import random

import pytest

from lkpy.transport.sctp import SctpEndpoint, SctpState
from lkpy.transport.sctp.chunks import DATA, FORWARD_TSN, U32, chunk_bounds
from tests.transport.sctp.network import Network, collect


def kinds(packet: bytes) -> list[int]:
    return [kind for kind, _, _ in chunk_bounds(packet[12:])]


@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_bulk_arrives_equal(loss: float) -> None:
    network = Network(seed=3, loss=loss, delay=0.005)
    ours, theirs = network.channel()
    received = collect(theirs)
    messages = [random.Random(number).randbytes(15_000) for number in range(5_000_000 // 15_000)]
    for message in messages:
        ours.send(message)
    network.run(lambda: len(received) == len(messages), seconds=300)
    assert received == messages
    network.settle()
    assert network.client.counters.bytes_sent == sum(map(len, messages))
    assert ours.buffered_amount == 0


def test_reordered_and_doubled_packets_change_nothing() -> None:
    network = Network(seed=5, loss=0.03, delay=0.01, jitter=0.05, duplication=0.2)
    ours, theirs = network.channel()
    received = collect(theirs)
    source = random.Random(5)
    messages = [source.randbytes(source.choice((1, 100, 1200, 5_000, 60_000))) for _ in range(150)]
    for message in messages:
        ours.send(message)
    network.run(lambda: len(received) == len(messages), seconds=300)
    assert received == messages
    network.settle()
    assert received == messages
    assert network.server.counters.duplicate_chunks > 0


def test_both_directions_at_once() -> None:
    network = Network(seed=6, loss=0.02)
    ours, theirs = network.channel()
    there, back = collect(theirs), collect(ours)
    for number in range(1000):
        ours.send(f"there {number}")
        theirs.send(f"back {number}")
    network.run(lambda: len(there) == len(back) == 1000)
    assert there == [f"there {number}" for number in range(1000)]
    assert back == [f"back {number}" for number in range(1000)]


def test_a_lossy_channel_delivers_whole_messages_and_gives_the_others_up() -> None:
    network = Network(seed=7, delay=0.02)
    ours, theirs = network.channel("_lossy", ordered=False, max_retransmits=0)
    network.settle()
    received = collect(theirs)
    network.loss = 0.05
    source = random.Random(7)
    messages = [number.to_bytes(4, "big") + source.randbytes(3_000) for number in range(400)]
    for message in messages:
        ours.send(message)
        network.run(lambda: ours.buffered_amount == 0)
    network.loss = 0.0
    network.settle()
    assert set(received) <= set(messages)
    assert len(set(received)) == len(received)
    assert 250 < len(received) < len(messages)
    counters = network.client.counters
    assert counters.messages_abandoned >= len(messages) - len(received)
    assert counters.retransmitted_chunks == 0
    # Nothing of the abandoned ones is kept at either end.
    association = network.client.association
    assert not association.transfer.outbound.flight.sent
    assert association.transfer.outbound.flight.bytes == 0
    inbound = network.server.association.transfer.inbound
    assert inbound is not None
    assert inbound.reassembly.buffered == 0
    assert not inbound.tsns.starts


def test_a_message_abandoned_before_its_end_was_sent() -> None:
    network = Network(seed=8)
    ours, theirs = network.channel("lossy", ordered=True, max_retransmits=0)
    network.settle()
    received = collect(theirs)
    lost = []

    def lose_one(source: SctpEndpoint, packet: bytes) -> bool:
        if source is network.client and DATA in kinds(packet) and not lost:
            lost.append(packet)
            return True
        return False

    network.lose = lose_one
    ours.send(bytes(60_000))  # more than the window: its end is not sent when the loss shows
    ours.send(b"after")
    network.run(lambda: bool(received))
    assert received == [b"after"]
    network.settle()
    assert received == [b"after"]
    assert network.client.counters.messages_abandoned == 1
    assert ours.buffered_amount == 0
    assert network.client.counters.bytes_sent < 60_000


def test_reliable_and_lossy_channels_share_the_association() -> None:
    network = Network(seed=9, loss=0.05)
    reliable, reliable_there = network.channel("_reliable")
    lossy, lossy_there = network.channel("_lossy", ordered=False, max_retransmits=0)
    got, got_lossy = collect(reliable_there), collect(lossy_there)
    for number in range(300):
        reliable.send(number.to_bytes(2, "big") * 500)
        lossy.send(number.to_bytes(2, "big") * 100)
    network.run(lambda: len(got) == 300, seconds=200)
    network.settle()
    assert got == [number.to_bytes(2, "big") * 500 for number in range(300)]
    assert 200 < len(got_lossy) <= 300


def test_bulk_does_not_hold_up_another_channel() -> None:
    network = Network(seed=10, delay=0.02)
    bulk, _ = network.channel("bulk")
    other, other_there = network.channel("other")
    network.settle()
    received = collect(other_there)
    for _ in range(100):
        bulk.send(bytes(15_000))
    other.send(b"short")
    began = network.now
    network.run(lambda: bool(received))
    assert network.now - began < 0.2


@pytest.mark.parametrize("messages", [1, 3])
def test_tail_loss_is_repaired_within_half_a_second(messages: int) -> None:
    network = Network(seed=11, delay=0.02)
    ours, theirs = network.channel()
    for _ in range(20):
        ours.send(bytes(100))
        network.settle()
    received = collect(theirs)
    network.lose = lambda source, packet: source is network.client
    for number in range(messages):
        ours.send(bytes([number]) * 1000)
    network.flush()
    network.lose = lambda source, packet: False
    began = network.now
    network.run(lambda: len(received) == messages)
    assert network.now - began < 0.5


def test_a_hole_is_repaired_in_about_a_round_trip() -> None:
    network = Network(seed=12, delay=0.05)
    ours, theirs = network.channel()
    network.settle()
    received = collect(theirs)
    lost = []

    def lose_third(source: SctpEndpoint, packet: bytes) -> bool:
        if source is network.client and DATA in kinds(packet):
            lost.append(packet)
            return len(lost) == 3
        return False

    network.lose = lose_third
    for number in range(9):
        ours.send(bytes([number]) * 1000)
    began = network.now
    network.run(lambda: len(received) == 9)
    assert network.now - began < 0.25
    assert network.client.counters.timeouts == 0
    assert network.client.counters.retransmitted_chunks == 1


def test_silence_of_the_path_is_survived_and_ends_at_once() -> None:
    network = Network(seed=13, delay=0.02)
    ours, theirs = network.channel()
    network.settle()
    received = collect(theirs)
    network.lose = lambda source, packet: True
    ours.send(b"into the void")
    end = network.now + 40
    while network.now < end:
        assert network.step()
    assert received == []
    network.lose = lambda source, packet: False
    network.client.path_restored(network.now)
    began = network.now
    network.run(lambda: bool(received))
    assert network.now - began < 0.1
    assert network.client.state is SctpState.CONNECTED


def test_hearing_the_peer_ends_the_doubled_timeout() -> None:
    network = Network(seed=14, delay=0.02)
    ours, theirs = network.channel()
    network.settle()
    received = collect(theirs)
    network.lose = lambda source, packet: True
    ours.send(b"lost for long")
    end = network.now + 40
    while network.now < end:
        assert network.step()
    network.lose = lambda source, packet: False
    theirs.send(b"hello")
    began = network.now
    network.run(lambda: bool(received))
    assert network.now - began < 0.2


def test_without_any_answer_the_association_fails() -> None:
    network = Network(seed=15)
    ours, _ = network.channel()
    network.settle()
    closed = []
    ours.on_close = lambda: closed.append(True)
    network.lose = lambda source, packet: True
    ours.send(b"nobody hears")
    network.run(lambda: network.client.state is SctpState.FAILED, seconds=900)
    assert closed == [True]
    assert network.client.failure
    assert network.client.next_deadline() is None


@pytest.mark.parametrize("tsn", [U32, U32 - 5, 0x7FFF_FFFC, 0])
def test_tsns_wrap(tsn: int) -> None:
    network = Network(seed=16, loss=0.05, jitter=0.02, tsn=tsn)
    ours, theirs = network.channel()
    received = collect(theirs)
    messages = [bytes([number]) * 3_000 for number in range(60)]
    for message in messages:
        ours.send(message)
    network.run(lambda: len(received) == len(messages), seconds=120)
    assert received == messages


def test_tsns_wrap_with_abandoned_messages() -> None:
    network = Network(seed=17, tsn=U32 - 20)
    ours, theirs = network.channel("lossy", ordered=True, max_retransmits=0)
    network.settle()
    received = collect(theirs)
    network.loss = 0.1
    for number in range(100):
        ours.send(bytes([number]) * 100)
        network.step()
    network.loss = 0.0
    network.settle()
    assert received == sorted(received)  # type: ignore[type-var]
    assert 50 < len(received) < 100
    ours.send(b"last")
    network.settle()
    assert received[-1] == b"last"


def test_stream_sequence_numbers_wrap() -> None:
    network = Network(seed=18, loss=0.03, jitter=0.01)
    ours, theirs = network.channel()
    network.settle()
    ours._stream.next_ssn = 0xFFF0
    inbound = network.server.association.transfer.inbound
    assert inbound is not None
    assert ours.id is not None
    inbound.reassembly._streams[ours.id].expected_ssn = 0xFFF0
    received = collect(theirs)
    messages = [bytes([number]) * 1_500 for number in range(64)]
    for message in messages:
        ours.send(message)
    network.run(lambda: len(received) == len(messages))
    assert received == messages


def test_small_messages_share_packets() -> None:
    network = Network(seed=19)
    ours, theirs = network.channel()
    network.settle()
    received = collect(theirs)
    before = network.client.counters.packets_sent
    for _ in range(90):
        ours.send(bytes(100))
    network.settle()
    assert len(received) == 90
    assert network.client.counters.packets_sent - before == 10


def test_no_packet_is_larger_than_allowed() -> None:
    network = Network(seed=20, loss=0.05, jitter=0.03)
    network.record = True
    ours, theirs = network.channel()
    there, back = collect(theirs), collect(ours)
    for number in range(60):
        ours.send(bytes(number * 97 + 1))
        theirs.send(bytes(number * 89 + 1))
    network.run(lambda: len(there) == len(back) == 60)
    assert max(len(packet) for _, _, packet in network.packets) <= 1152


def test_sacks_are_delayed() -> None:
    network = Network(seed=21, delay=0.001)
    ours, theirs = network.channel()
    network.settle()
    received = collect(theirs)
    before = network.server.counters.packets_sent
    ours.send(b"one")
    began = network.now
    network.run(lambda: bool(received))
    network.flush()
    assert network.server.counters.packets_sent == before
    network.run(lambda: network.server.counters.packets_sent > before)
    assert network.now - began == pytest.approx(0.021)
    assert network.client.rtt == pytest.approx(0.022, abs=0.003)


def test_a_closed_window_is_probed_and_opens() -> None:
    network = Network(seed=22)
    ours, theirs = network.channel()
    network.settle()
    received = collect(theirs)
    flight = network.client.association.transfer.outbound.flight
    flight.peer_rwnd = 0
    for _ in range(10):
        ours.send(bytes(1000))
    network.record = True
    network.flush()
    assert len([packet for _, _, packet in network.packets if DATA in kinds(packet)]) == 1
    network.run(lambda: len(received) == 10)


def test_the_peers_window_is_honoured() -> None:
    network = Network(seed=23)
    ours, _ = network.channel()
    network.settle()
    flight = network.client.association.transfer.outbound.flight
    flight.peer_rwnd = 5_000
    for _ in range(20):
        ours.send(bytes(1000))
    network.flush()
    assert 3_000 < flight.bytes <= 5_000


def test_forward_tsn_that_is_lost_is_said_again() -> None:
    network = Network(seed=24)
    ours, theirs = network.channel("lossy", ordered=False, max_retransmits=0)
    network.settle()
    received = collect(theirs)
    lost = []

    def lose(source: SctpEndpoint, packet: bytes) -> bool:
        found = {DATA, FORWARD_TSN} & set(kinds(packet))
        if source is network.client and found and len(lost) < 3:
            lost.append(found)
            return True
        return False

    network.lose = lose
    ours.send(b"gone")
    network.settle()
    assert {FORWARD_TSN} in lost
    assert received == []
    ours.send(b"here")
    network.settle()
    assert received == [b"here"]
    assert not network.client.association.transfer.outbound.flight.sent
