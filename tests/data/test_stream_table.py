"""The streams of a session: which packet belongs to which, and bounds."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lkpy.data.incoming_stream import IncomingStream
from lkpy.data.stream_table import StreamTable
from lkpy.protocol import models_pb2 as models


def header(stream_id: str, **fields: Any) -> models.DataStream.Header:
    return models.DataStream.Header(stream_id=stream_id, byte_header={"name": ""}, **fields)


def chunk(stream_id: str, index: int, content: bytes) -> models.DataStream.Chunk:
    return models.DataStream.Chunk(stream_id=stream_id, chunk_index=index, content=content)


def trailer(stream_id: str) -> models.DataStream.Trailer:
    return models.DataStream.Trailer(stream_id=stream_id)


def opened(table: StreamTable, sid: str, stream_id: str, **fields: Any) -> IncomingStream:
    head = header(stream_id, **fields)
    stream = table.open(sid, f"who-{sid}", head, f"who-{sid}")
    assert stream is not None
    table.begin(sid, stream, head)
    return stream


def content(stream: IncomingStream) -> bytes:
    found = b""
    while (piece := stream.read()) is not None:
        assert isinstance(piece, bytes)
        found += piece
    return found


@given(st.permutations(["a"] * 4 + ["b"] * 4 + ["c"] * 4))
def test_interleaved_streams_do_not_mix(order: list[str]) -> None:
    """Two streams of one sender and one of another with the same id, in every order of their packets."""
    table = StreamTable()
    names = {"a": ("PA_1", "x"), "b": ("PA_1", "y"), "c": ("PA_2", "x")}
    streams = {name: opened(table, *where) for name, where in names.items()}
    sent = dict.fromkeys(names, 0)
    for name in order:
        sid, stream_id = names[name]
        if sent[name] == 3:
            table.receive_trailer(sid, trailer(stream_id))
        else:
            table.receive_chunk(sid, chunk(stream_id, sent[name], f"{name}{sent[name]}".encode()))
        sent[name] += 1
    for name, stream in streams.items():
        assert content(stream) == f"{name}0{name}1{name}2".encode()
        assert stream.ended
        assert stream.error is None
    assert (len(table), table.unread, table.counters.stray) == (0, 0, 0)


def test_strays_are_counted() -> None:
    table = StreamTable()
    table.receive_chunk("PA_1", chunk("x", 0, b"a"))
    table.receive_trailer("PA_1", trailer("x"))
    assert (len(table), table.counters.stray) == (0, 2)


def test_refused_headers() -> None:
    table = StreamTable(max_streams=2)
    opened(table, "PA_1", "x")
    assert table.open("PA_1", "who", header("x"), "who") is None
    assert table.open("PA_1", "who", header(""), "who") is None
    opened(table, "PA_1", "y")
    assert table.open("PA_1", "who", header("z"), "who") is None
    opened(table, "PA_2", "z")
    assert (len(table), table.counters.refused) == (3, 3)


def test_a_sender_leaves() -> None:
    table = StreamTable()
    left, stays = opened(table, "PA_1", "x"), opened(table, "PA_2", "x")
    table.receive_chunk("PA_1", chunk("x", 0, b"a"))
    table.sender_gone("who-PA_1")
    assert content(left) == b"a"
    assert left.error is not None
    assert "Participant who-PA_1 unexpectedly disconnected" in left.error.description
    assert not stays.ended
    assert len(table) == 1


def test_a_sender_that_came_back_keeps_its_new_streams() -> None:
    table = StreamTable()
    head = header("x")
    old, new = table.open("PA_1", "bob", head, "bob"), table.open("PA_2", "bob", head, "bob")
    assert old is not None
    assert new is not None
    table.sender_gone("bob", but_not="PA_2")
    assert old.ended
    assert not new.ended


def test_the_session_ends() -> None:
    table = StreamTable()
    stream = opened(table, "PA_1", "x")
    table.close()
    assert stream.error is not None
    assert stream.error.description == "Disconnected while receiving"
    assert len(table) == 0


def test_what_nobody_reads_is_bounded() -> None:
    table = StreamTable(max_unread=100)
    small, large = opened(table, "PA_1", "x"), opened(table, "PA_2", "y")
    table.receive_chunk("PA_1", chunk("x", 0, bytes(40)))
    for index in range(6):
        table.receive_chunk("PA_2", chunk("y", index, bytes(10)))
    assert table.unread == 100
    table.receive_chunk("PA_1", chunk("x", 1, bytes(1)))
    assert large.error is not None
    assert "not read in time" in large.error.description
    assert large.read() is None
    assert (table.unread, table.counters.overflowed) == (41, 1)
    assert not small.ended
    table.receive_chunk("PA_2", chunk("y", 6, bytes(10)))
    assert table.unread == 41
    assert len(table) == 1


def test_inline_content_is_complete_at_once() -> None:
    table = StreamTable()
    stream = opened(table, "PA_1", "x", total_length=3, inline_content=b"abc")
    assert content(stream) == b"abc"
    assert (stream.ended, stream.error, len(table)) == (True, None, 0)
