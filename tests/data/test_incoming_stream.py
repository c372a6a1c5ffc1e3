"""One stream received: complete and in order, or an error; never short data without one."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.data import incoming_stream
from lkpy.data.chunks import split_bytes, split_text
from lkpy.data.incoming_stream import INCOMPLETE, TOO_LARGE, TOO_LONG, WRONG_INDEX, IncomingStream
from lkpy.errors import StreamError
from lkpy.protocol import models_pb2 as models

TEXTS = st.text(st.sampled_from("aé€😀\0"), max_size=60)


def header(text: bool = False, **fields: Any) -> models.DataStream.Header:
    content: dict[str, Any] = {"text_header": {}} if text else {"byte_header": {"name": "file"}}
    return models.DataStream.Header(stream_id="s", topic="t", **content, **fields)


def chunk(index: int, content: bytes) -> models.DataStream.Chunk:
    return models.DataStream.Chunk(stream_id="s", chunk_index=index, content=content)


def trailer(**fields: Any) -> models.DataStream.Trailer:
    return models.DataStream.Trailer(stream_id="s", **fields)


def received(
    head: models.DataStream.Header, messages: list[models.DataStream.Chunk | models.DataStream.Trailer]
) -> IncomingStream:
    stream = IncomingStream(head)
    stream.open(head)
    for message in messages:
        if isinstance(message, models.DataStream.Chunk):
            stream.receive_chunk(message)
        else:
            stream.receive_trailer(message)
    return stream


def pieces(stream: IncomingStream) -> list[bytes | str]:
    found = []
    while (piece := stream.read()) is not None:
        found.append(piece)
    assert stream.unread == 0
    return found


def error(stream: IncomingStream) -> str:
    assert stream.ended
    assert stream.error is not None
    return stream.error.description


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@given(st.binary(max_size=200), st.integers(1, 40), st.booleans())
def test_bytes_arrive(data: bytes, size: int, known: bool) -> None:
    head = header(total_length=len(data) if known else None)
    chunks = [chunk(index, piece) for index, piece in enumerate(split_bytes(data, size))]
    stream = received(head, [*chunks, trailer()])
    assert b"".join(map(bytes, pieces(stream))) == data  # type: ignore[arg-type]
    assert stream.ended
    assert stream.error is None
    assert stream.received == len(data)


@given(TEXTS, st.integers(4, 40), st.integers(1, 7), st.booleans())
def test_text_arrives_however_it_was_cut(text: str, size: int, odd: int, proper: bool) -> None:
    cut = split_text(text, size) if proper else split_bytes(text.encode(), odd)
    chunks = [chunk(index, piece) for index, piece in enumerate(cut)]
    stream = received(header(text=True, total_length=len(text.encode())), [*chunks, trailer()])
    assert "".join(map(str, pieces(stream))) == text
    assert stream.error is None


@given(st.binary(max_size=2000), st.integers(1, 60), st.booleans(), st.booleans())
def test_compressed_content_arrives(data: bytes, size: int, inline: bool, text: bool) -> None:
    if text:
        data = data.decode(errors="replace").encode()
    head = header(text, total_length=len(data), compression=models.DataStream.DEFLATE_RAW)
    packed = deflate(data)
    if inline:
        head.inline_content = packed
        stream = received(head, [])
    else:
        chunks = [chunk(index, piece) for index, piece in enumerate(split_bytes(packed, size))]
        stream = received(head, [*chunks, trailer()])
    assert stream.error is None
    assert stream.ended
    assert b"".join(p.encode() if isinstance(p, str) else p for p in pieces(stream)) == data


@settings(max_examples=200)
@given(st.data())
def test_reordered_lost_and_repeated_messages(data: st.DataObject) -> None:
    content = data.draw(st.binary(min_size=1, max_size=60))
    sent: list[Any] = [chunk(i, p) for i, p in enumerate(split_bytes(content, data.draw(st.integers(1, 20))))]
    sent.append(trailer())
    arrived = data.draw(st.lists(st.sampled_from(sent), max_size=12))
    for known in (True, False):
        stream = received(header(total_length=len(content) if known else None), arrived)
        got = b"".join(map(bytes, pieces(stream)))  # type: ignore[arg-type]
        assert content.startswith(got)
        if known and stream.ended and stream.error is None:
            assert got == content


@pytest.mark.parametrize(
    ("head", "messages", "words"),
    [
        (header(), [chunk(1, b"a")], WRONG_INDEX),
        (header(), [chunk(0, b"a"), chunk(0, b"a")], WRONG_INDEX),
        (header(), [chunk(0, b"a"), chunk(2, b"a")], WRONG_INDEX),
        (header(total_length=2), [chunk(0, b"abc")], TOO_LONG),
        (header(total_length=2), [chunk(0, b"a"), trailer()], INCOMPLETE),
        (header(total_length=2), [chunk(0, b"a"), trailer(reason="tired")], INCOMPLETE),
        (header(total_length=2), [trailer()], INCOMPLETE),
        (header(total_length=6 * 10**9), [], TOO_LARGE),
        (header(text=True), [chunk(0, b"\xff")], "UTF-8 decoding error"),
        (header(text=True), [chunk(0, b"\xe2\x82"), trailer()], "UTF-8 decoding error"),
        (header(total_length=3, inline_content=b"ab"), [], INCOMPLETE),
        (header(total_length=1, inline_content=b"ab"), [], TOO_LONG),
        (header(compression=1), [chunk(0, b"\xff\xff")], "damaged"),
        (header(compression=1), [chunk(0, deflate(b"abc") + b"x")], "damaged"),
        (header(compression=1), [chunk(0, deflate(bytes(99))[:-1]), trailer()], INCOMPLETE),
        (header(compression=1, total_length=10), [chunk(0, deflate(bytes(9999)))], TOO_LONG),
        (header(compression=7), [chunk(0, b"a")], "unknown compression"),
    ],
)
def test_errors(head: models.DataStream.Header, messages: list[Any], words: str) -> None:
    stream = received(head, messages)
    assert words in error(stream)


def test_the_content_before_an_error_is_delivered_first() -> None:
    stream = received(header(), [chunk(0, b"a"), chunk(2, b"c")])
    assert pieces(stream) == [b"a"]
    assert error(stream) == WRONG_INDEX


def test_without_trailer_it_does_not_end() -> None:
    stream = received(header(total_length=1), [chunk(0, b"a")])
    assert not stream.ended


def test_empty_chunks_are_skipped_and_empty_content_is_complete() -> None:
    stream = received(header(), [chunk(0, b""), chunk(1, b"a"), chunk(2, b""), trailer()])
    assert pieces(stream) == [b"a"]
    assert stream.error is None
    stream = received(header(text=True, total_length=0), [trailer()])
    assert (pieces(stream), stream.error, stream.ended) == ([], None, True)


def test_the_trailer_adds_attributes_and_says_why() -> None:
    head = header(attributes={"a": "1", "b": "1"})
    stream = received(head, [chunk(0, b"x"), trailer(reason="done", attributes={"b": "2", "c": "2"})])
    assert dict(stream.header.attributes) == {"a": "1", "b": "2", "c": "2"}
    assert (stream.reason, stream.error) == ("done", None)
    assert dict(head.attributes) == {"a": "1", "b": "1"}


def test_a_bomb_makes_no_more_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming_stream, "MAX_INFLATED", 1000)
    stream = received(header(compression=1), [chunk(0, deflate(bytes(1_000_000)))])
    assert error(stream) == TOO_LARGE
    assert stream.received == 0


def test_after_the_end_nothing_counts() -> None:
    stream = received(header(), [trailer(), chunk(0, b"a"), trailer()])
    assert (pieces(stream), stream.error) == ([], None)


def test_the_reader_is_woken_by_content_and_by_the_end() -> None:
    stream, changes = IncomingStream(header(total_length=3)), []
    stream.on_change = lambda: changes.append((stream.unread, stream.ended))
    stream.receive_chunk(chunk(0, b"abc"))
    stream.receive_trailer(trailer())
    stream.fail(StreamError("nobody is interested any more"))
    assert (stream.total_length, changes, stream.error) == (3, [(3, False), (3, True)], None)


def test_compressed_content_of_unknown_length_has_to_end() -> None:
    packed = deflate(b"abc")
    stream = received(header(compression=1), [chunk(0, packed), trailer()])
    assert (pieces(stream), stream.error, stream.total_length) == ([b"abc"], None, None)
    assert error(received(header(compression=1), [chunk(0, packed[:-1]), trailer()])) == INCOMPLETE


def test_a_stream_that_overflows_loses_what_was_not_read() -> None:
    stream = received(header(), [chunk(0, b"abc")])
    stream.overflow()
    assert error(stream) == "3 bytes of the stream were not read in time and are lost"
    assert (stream.read(), stream.unread) == (None, 0)


def test_a_stream_that_was_read_to_its_end_cannot_be_spoilt() -> None:
    stream = received(header(), [chunk(0, b"abc"), trailer()])
    assert pieces(stream) == [b"abc"]
    stream.abandon()
    stream.overflow()
    assert stream.error is None


def test_an_abandoned_stream_keeps_nothing() -> None:
    stream = received(header(), [chunk(0, b"abc")])
    changes: list[int] = []
    stream.on_unread = changes.append
    stream.abandon()
    stream.receive_chunk(chunk(1, b"def"))
    assert (stream.read(), stream.unread, changes) == (None, 0, [-3])
