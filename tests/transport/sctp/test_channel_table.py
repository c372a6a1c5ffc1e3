"""Ids are taken from the opening of a channel until both sides have reset it."""

from __future__ import annotations

import pytest

from lkpy.errors import InvalidStateError
from lkpy.transport.sctp.channel import Channel
from lkpy.transport.sctp.channel_table import ChannelTable


def channel(label: str = "x", stream_id: int | None = None) -> Channel:
    return Channel(label, stream_id=stream_id)


def test_ids_have_the_parity_of_the_role_and_are_the_lowest_free_ones() -> None:
    table = ChannelTable()
    made = [channel() for _ in range(3)]
    for each in made:
        table.number(each, is_client=True, max_streams=100)
    assert [each.id for each in made] == [0, 2, 4]
    server = channel()
    table.number(server, is_client=False, max_streams=100)
    assert server.id == 1
    table.forget(made[1])
    again = channel()
    table.number(again, is_client=True, max_streams=100)
    assert again.id == 2
    assert table.by_id == {0: made[0], 1: server, 2: again, 4: made[2]}


def test_there_are_only_as_many_ids_as_both_ends_agreed() -> None:
    table = ChannelTable()
    for _ in range(2):
        table.number(channel(), is_client=True, max_streams=4)
    with pytest.raises(InvalidStateError, match="all stream ids are taken"):
        table.number(channel(), is_client=True, max_streams=4)


@pytest.mark.parametrize("peer_first", [True, False])
def test_an_id_is_free_when_both_sides_have_reset_it(peer_first: bool) -> None:
    table = ChannelTable()
    each = channel(stream_id=3)
    table.register(3, each)
    if peer_first:
        assert table.peer_reset([3, 99]) == [each]
        assert table.by_id == {3: each}
        assert table.we_reset(each.stream) is each
    else:
        assert table.we_reset(each.stream) is each
        assert table.by_id == {3: each}
        assert table.peer_reset([3, 99]) == []
    assert table.by_id == {}
    assert table.we_reset(each.stream) is None


def test_the_peer_may_reset_everything_at_once() -> None:
    table = ChannelTable()
    ours, both = channel(stream_id=0), channel(stream_id=2)
    for each in (ours, both):
        table.register(each.id or 0, each)
    table.we_reset(both.stream)
    assert table.peer_reset(None) == [ours]
    assert table.by_id == {0: ours}


def test_an_id_that_the_peer_uses_again_is_new() -> None:
    table = ChannelTable()
    old, new = channel("old", 1), channel("new", 1)
    table.register(1, old)
    assert table.peer_reset([1]) == [old]
    table.reused(1, old)
    table.register(1, new)
    # The late answer to the reset of the old channel does not concern the new one.
    assert table.we_reset(old.stream) is None
    assert table.by_id == {1: new}
    assert table.peer_reset([1]) == [new]


def test_nothing_is_left_of_it() -> None:
    table = ChannelTable()
    waiting, open_ = channel(), channel(stream_id=1)
    table.unnumbered.append(waiting)
    table.register(1, open_)
    assert set(table.clear()) == {waiting, open_}
    assert table.clear() == []
    assert table.of_stream(open_.stream) is None
