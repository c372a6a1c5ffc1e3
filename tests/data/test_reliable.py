from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.data.packets import parse_packet, user_packet
from lkpy.data.reliable import MAX_SENDERS, SENDER_TTL, ReliableReceiver, ReliableSender


def sequences(packets: list[bytes]) -> list[int]:
    return [parse_packet(data).sequence for data in packets]


def test_numbers_start_at_one_and_are_on_the_wire() -> None:
    sender = ReliableSender()
    assert sender.last_sequence == 0
    packets = [sender.number(user_packet(b"x")) for _ in range(3)]
    assert sequences(packets) == [1, 2, 3]
    assert sender.last_sequence == 3


def test_replay_is_what_the_server_did_not_get() -> None:
    sender = ReliableSender()
    packets = [sender.number(user_packet(bytes([i]))) for i in range(5)]
    assert sender.replay(3) == packets[3:]
    assert sender.replay(3) == packets[3:], "a second break before the replay arrived needs it again"
    assert sender.replay(5) == []
    assert sender.kept_bytes == 0


def test_replay_goes_on_with_new_packets_behind() -> None:
    sender = ReliableSender()
    for _ in range(3):
        sender.number(user_packet(b"x"))
    sender.number(user_packet(b"later"))
    assert sequences(sender.replay(1)) == [2, 3, 4]


def test_what_left_the_queue_long_ago_is_forgotten() -> None:
    sender = ReliableSender(tail_bytes=0)
    packets = [sender.number(user_packet(b"x" * 100)) for _ in range(10)]
    sender.drained(buffered_amount=sum(map(len, packets[6:])))
    assert sequences(sender.replay(0)) == [7, 8, 9, 10]
    # A packet half out of the queue is kept whole.
    sender.drained(buffered_amount=len(packets[9]) + 1)
    assert sequences(sender.replay(0)) == [9, 10]
    sender.drained(0)
    assert sender.replay(0) == []
    assert sender.forgotten == 0


def test_a_tail_stays_because_leaving_the_queue_is_not_arriving() -> None:
    sender = ReliableSender(tail_bytes=300)
    for _ in range(10):
        sender.number(user_packet(b"x" * 100))
    sender.drained(0)
    assert 300 <= sender.kept_bytes < 300 + 130


def test_memory_is_bounded_and_what_is_forgotten_counted() -> None:
    sender = ReliableSender(max_bytes=1000)
    for _ in range(100):
        sender.number(user_packet(b"x" * 90))
    assert sender.kept_bytes <= 1000
    assert sender.forgotten == 100 - len(sender.replay(0))
    assert sequences(sender.replay(0))[-1] == 100


def test_a_new_session_counts_from_one() -> None:
    sender = ReliableSender()
    sender.number(user_packet(b"x"))
    sender.reset()
    assert sender.replay(0) == []
    assert sequences([sender.number(user_packet(b"x"))]) == [1]


def test_repeats_are_dropped_per_sender() -> None:
    receiver = ReliableReceiver()
    assert receiver.accept("PA_a", 1, 0.0)
    assert receiver.accept("PA_a", 2, 0.0)
    assert not receiver.accept("PA_a", 2, 0.1)
    assert not receiver.accept("PA_a", 1, 0.1)
    assert receiver.accept("PA_b", 1, 0.1)
    assert receiver.accept("PA_a", 5, 0.2), "a gap is no repeat"
    assert receiver.duplicates == 2


def test_packets_without_number_or_sender_are_never_repeats() -> None:
    receiver = ReliableReceiver()
    assert all(receiver.accept("PA_a", 0, 0.0) for _ in range(3))
    assert all(receiver.accept("", 4, 0.0) for _ in range(3))
    assert receiver.states(0.0) == []


def test_silent_senders_are_forgotten() -> None:
    receiver = ReliableReceiver()
    receiver.accept("PA_a", 9, 0.0)
    receiver.accept("PA_b", 4, 20.0)
    assert {(s.publisher_sid, s.last_seq) for s in receiver.states(SENDER_TTL)} == {("PA_a", 9), ("PA_b", 4)}
    assert {(s.publisher_sid, s.last_seq) for s in receiver.states(SENDER_TTL + 0.1)} == {("PA_b", 4)}
    assert receiver.accept("PA_a", 1, SENDER_TTL + 0.2)


def test_the_number_of_senders_is_bounded() -> None:
    receiver = ReliableReceiver()
    for index in range(MAX_SENDERS + 10):
        receiver.accept(f"PA_{index}", 1, 0.0)
    assert len(receiver.states(0.0)) == MAX_SENDERS


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 20)), max_size=60))
def test_every_number_is_delivered_once_and_in_order(arrivals: list[tuple[str, int]]) -> None:
    receiver = ReliableReceiver()
    delivered: dict[str, list[int]] = {}
    for sid, sequence in arrivals:
        if receiver.accept(sid, sequence, 0.0):
            delivered.setdefault(sid, []).append(sequence)
    assert all(numbers == sorted(set(numbers)) for numbers in delivered.values())
