"""TSNs and reassembly, compared with models that are simple and slow."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.transport.sctp.chunks import FLAG_BEGIN, FLAG_END, FLAG_UNORDERED, U32
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.reassembly import Reassembly
from lkpy.transport.sctp.tsn_map import DUPLICATE, REFUSED, WINDOW, TsnMap


@settings(max_examples=200)
@given(
    st.sampled_from([0, 1, 1000, U32 - 3, U32]),
    st.lists(st.tuples(st.booleans(), st.integers(-5, 40)), max_size=60),
)
def test_the_map_agrees_with_a_set(initial: int, steps: list[tuple[bool, int]]) -> None:
    tsns = TsnMap(initial)
    base = tsns.cumulative
    model: set[int] = set()
    cumulative = 0
    for forward, offset in steps:
        wire = (initial - 1 + offset) & U32
        if forward and offset % 7 == 0:
            assert tsns.forward(wire) == (offset > cumulative)
            model |= set(range(1, offset + 1))
        else:
            fresh = offset > 0 and offset not in model
            assert tsns.add(wire) == (base + offset if fresh else DUPLICATE)
            if offset > 0:
                model.add(offset)
        while cumulative + 1 in model:
            cumulative += 1
        assert tsns.cumulative == base + cumulative
        held = {cumulative + number for start, end in tsns.blocks(1000) for number in range(start, end + 1)}
        assert held == {number for number in model if number > cumulative}
        # Blocks do not touch: what could be one is one.
        assert all(end + 1 < start for end, start in zip(tsns.ends, tsns.starts[1:], strict=False))


def test_the_map_has_a_window() -> None:
    tsns = TsnMap(10)
    assert tsns.add(9 + WINDOW + 1) == REFUSED
    assert tsns.add(9 + WINDOW) > 0
    assert tsns.add(9) == DUPLICATE
    assert tsns.add((9 - 0x1000_0000) & U32) == DUPLICATE
    assert not tsns.forward(9 + WINDOW + 1)
    assert tsns.blocks(10) == ((WINDOW, WINDOW),)


def data_of(reassembly: Reassembly) -> list[bytes]:
    """The messages that became complete."""
    return [data for _, _, data in reassembly.take_messages()]


def _fragments(
    messages: list[tuple[int, bool, bytes]], size: int
) -> list[tuple[int, int, int, int, int, bytes]]:
    """Chunks (TSN, flags, stream, SSN, PPID, payload) of messages (stream, ordered, data)."""
    chunks = []
    tsn = 1
    numbers: dict[int, int] = {}
    for stream, ordered, data in messages:
        ssn = numbers.get(stream, 0)
        if ordered:
            numbers[stream] = ssn + 1
        pieces = [data[position : position + size] for position in range(0, len(data), size)]
        for index, piece in enumerate(pieces):
            flags = 0 if ordered else FLAG_UNORDERED
            flags |= FLAG_BEGIN if index == 0 else 0
            flags |= FLAG_END if index == len(pieces) - 1 else 0
            chunks.append((tsn, flags, stream, ssn, 53, piece))
            tsn += 1
    return chunks


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.binary(min_size=1, max_size=12)), max_size=25),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_any_order_of_chunks_gives_the_messages(
    messages: list[tuple[int, bool, bytes]], size: int, source: random.Random
) -> None:
    reassembly = Reassembly(100_000, SctpCounters())
    chunks = _fragments(messages, size)
    source.shuffle(chunks)
    for chunk in chunks:
        reassembly.add(*chunk)
    delivered = [(stream, data) for stream, _, data in reassembly.take_messages()]
    assert sorted(delivered) == sorted((stream, data) for stream, _, data in messages)
    assert reassembly.buffered == 0
    assert not reassembly._by_first
    assert not reassembly._by_last


@settings(max_examples=100)
@given(
    st.lists(st.binary(min_size=1, max_size=12), max_size=25),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_ordered_messages_keep_their_order(messages: list[bytes], size: int, source: random.Random) -> None:
    reassembly = Reassembly(100_000, SctpCounters())
    chunks = _fragments([(0, True, data) for data in messages], size)
    source.shuffle(chunks)
    for chunk in chunks:
        reassembly.add(*chunk)
    assert data_of(reassembly) == messages


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.binary(min_size=1, max_size=12)), min_size=1, max_size=25
    ),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_abandoned_messages_are_left_out(
    messages: list[tuple[bool, bool, bytes]], size: int, source: random.Random
) -> None:
    """Messages are (ordered, abandoned, data). Of abandoned ones a part arrives; FORWARD-TSN skips them."""
    reassembly = Reassembly(100_000, SctpCounters())
    numbered = [bytes([index]) + data for index, (_, _, data) in enumerate(messages)]
    chunks = _fragments(
        [(0, ordered, numbered[index]) for index, (ordered, _, _) in enumerate(messages)], size
    )
    owner = []
    index = -1
    for chunk in chunks:
        index += bool(chunk[1] & FLAG_BEGIN)
        owner.append(index)
    arriving = [
        chunk
        for chunk, message in zip(chunks, owner, strict=True)
        if not messages[message][1] or source.random() < 0.5
    ]
    source.shuffle(arriving)
    for chunk in arriving:
        reassembly.add(*chunk)
    skipped = [
        chunk[3]
        for chunk, message in zip(chunks, owner, strict=True)
        if messages[message][1] and not chunk[1] & FLAG_UNORDERED
    ]
    reassembly.forward(len(chunks), [(0, max(skipped))] if skipped else [])
    delivered = data_of(reassembly)
    whole = {data for data, (_, abandoned, _) in zip(numbered, messages, strict=True) if not abandoned}
    assert whole <= set(delivered) <= set(numbered)
    assert len(delivered) == len(set(delivered))
    in_order = [data for data in delivered if messages[data[0]][0]]
    assert in_order == sorted(in_order, key=lambda data: data[0])
    assert reassembly.buffered == 0


def test_a_reset_stream_begins_at_zero() -> None:
    reassembly = Reassembly(1000, SctpCounters())
    both = FLAG_BEGIN | FLAG_END
    reassembly.add(1, both, 5, 0, 53, b"first")
    reassembly.add(3, both, 5, 2, 53, b"waits")
    reassembly.reset((5, 6))
    assert reassembly.buffered == 0
    reassembly.add(4, both, 5, 0, 53, b"again")
    assert data_of(reassembly) == [b"first", b"again"]
    reassembly.reset(None)
    reassembly.add(5, both, 5, 0, 53, b"and again")
    assert data_of(reassembly) == [b"and again"]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("sizes", [(11, 10), (10, 11), (60, 10)])
def test_a_message_too_large_is_counted_off_in_any_order(ordered: bool, sizes: tuple[int, int]) -> None:
    source = random.Random(1)
    for _ in range(20):
        counters = SctpCounters()
        reassembly = Reassembly(10, counters)
        chunks = _fragments([(0, ordered, bytes(size)) for size in sizes], 3)
        source.shuffle(chunks)
        for chunk in chunks:
            reassembly.add(*chunk)
        assert data_of(reassembly) == [bytes(10)]
        assert counters.messages_dropped == 1
        assert reassembly.buffered == 0
