"""Data streams between participants: what is sent, what readers get, and when they get an error."""

from __future__ import annotations

import asyncio
import gc
import logging
import zlib
from pathlib import Path
from typing import Any

import pytest

from lkpy.data_stream import (
    ByteStreamReader,
    ByteStreamWriter,
    TextStreamReader,
    TextStreamWriter,
)
from lkpy.errors import StreamError
from lkpy.protocol import models_pb2 as models
from tests.session.data_world import Peer, World

LONG = "😀 größer €" * 3000


def collect(peer: Peer, topic: str = "t") -> asyncio.Queue[tuple[Any, str]]:
    """The readers of the streams of a topic that `peer` gets."""
    readers: asyncio.Queue[tuple[Any, str]] = asyncio.Queue()
    peer.handlers.register_text(topic, lambda reader, who: readers.put_nowait((reader, who)))
    peer.handlers.register_byte(topic, lambda reader, who: readers.put_nowait((reader, who)))
    return readers


async def test_text() -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        info = await alice.send_text(LONG, topic="t", attributes={"a": "1"}, reply_to_id="before")
        reader, sender = await readers.get()
        assert isinstance(reader, TextStreamReader)
        assert await reader.read_all() == LONG
        assert (sender, reader.info) == ("alice", info)
        assert info.size == reader.bytes_received == len(LONG.encode())
        assert alice.sent_kinds == ["stream_header", *["stream_chunk"] * 4, "stream_trailer"]
        assert alice.sent[0].stream_header.text_header.reply_to_stream_id == "before"
        assert all(len(p.stream_chunk.content) <= 15_000 for p in alice.sent)


async def test_text_written_piece_by_piece() -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        writer = await alice.stream_text(topic="t", total_size=5, stream_id="mine")
        reader, _ = await readers.get()
        for text in ("one", "", "twö"):
            await writer.write(text)
        assert [await anext(reader), await anext(reader)] == ["one", "twö"]
        await writer.aclose(reason="enough", attributes={"b": "2"})
        with pytest.raises(StopAsyncIteration):
            await anext(reader)
        assert reader.info.attributes == {"b": "2"}
        assert (writer.info.size, reader.info.size, writer.info.stream_id) == (5, 0, "mine")
        assert writer.bytes_sent == reader.bytes_received == 7
        assert alice.sent[-1].stream_trailer.reason == "enough"
        with pytest.raises(RuntimeError, match="Cannot write after stream is closed"):
            await writer.write("more")
        with pytest.raises(RuntimeError, match="Stream already closed"):
            await writer.aclose()


async def test_bytes_to_some() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        readers, others = collect(bob), collect(world.join("carol"))
        writer = await alice.stream_bytes(
            "a.bin", topic="t", total_size=40_000, mime_type="x/y", destination_identities=["bob"]
        )
        data = bytes(range(250)) * 160
        await writer.write(data)
        await writer.aclose()
        reader, _ = await readers.get()
        assert isinstance(reader, ByteStreamReader)
        assert [len(piece) async for piece in reader] == [15_000, 15_000, 10_000]
        info = reader.info
        assert (info.name, info.mime_type, info.size) == ("a.bin", "x/y", 40_000)
        assert others.empty()
        await alice.send_bytes(data, topic="t")
        reader, _ = await others.get()
        assert await reader.read_all() == data
        assert reader.info.name == "unknown"


async def test_a_header_too_large() -> None:
    async with World() as world:
        alice = world.join("alice")
        with pytest.raises(StreamError, match="stream header exceeds maximum size"):
            await alice.send_text("x", topic="t", attributes={"a": "b" * 70_000})
        assert alice.sent == []


async def test_files(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(bytes(300_000))
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        info = await alice.send_file(str(path), topic="t", attributes={"k": "v"}, stream_id="f")
        reader, _ = await readers.get()
        assert await reader.read_all() == bytes(300_000)
        assert reader.info == info
        assert (info.name, info.mime_type, info.size, info.stream_id) == (
            "notes.txt",
            "text/plain",
            300_000,
            "f",
        )
        with pytest.raises(StreamError, match=r"I/O error: No such file or directory \(os error 2\)"):
            await alice.send_file(str(tmp_path / "missing"))


async def test_empty_content() -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        await alice.send_text("", topic="t")
        reader, _ = await readers.get()
        assert await reader.read_all() == ""
        assert alice.sent_kinds == ["stream_header", "stream_trailer"]
        assert alice.sent[0].stream_header.HasField("total_length")


async def test_small_content_travels_in_the_header_when_all_take_that() -> None:
    async with World() as world:
        alice = world.join("alice", protocol=2)
        readers = collect(world.join("bob", protocol=2))
        await alice.send_text("grüße", topic="t")
        await alice.send_bytes(bytes(100), topic="t")
        assert alice.sent_kinds == ["stream_header"] * 2
        assert await (await readers.get())[0].read_all() == "grüße"
        assert await (await readers.get())[0].read_all() == bytes(100)
        await alice.send_bytes(bytes(14_990), topic="t")
        assert alice.sent_kinds[2:] == ["stream_header", "stream_chunk", "stream_trailer"]
        world.join("carol", protocol=1)
        await alice.send_text("x", topic="t")
        assert alice.sent_kinds[5:] == ["stream_header", "stream_chunk", "stream_trailer"]
        await alice.send_text("x", topic="t", destination_identities=["bob"])
        assert alice.sent_kinds[8:] == ["stream_header"]


async def test_compressed_content_is_understood() -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = packer.compress(LONG.encode()) + packer.flush()
        head = models.DataStream.Header(
            stream_id="z", topic="t", text_header={}, compression=1, total_length=len(LONG.encode())
        )
        await alice.send_data(models.DataPacket(stream_header=head), reliable=True)
        for index, start in enumerate(range(0, len(packed), 100)):
            piece = models.DataStream.Chunk(
                stream_id="z", chunk_index=index, content=packed[start : start + 100]
            )
            await alice.send_data(models.DataPacket(stream_chunk=piece), reliable=True)
        await alice.send_data(
            models.DataPacket(stream_trailer=models.DataStream.Trailer(stream_id="z")), reliable=True
        )
        assert await (await readers.get())[0].read_all() == LONG


@pytest.mark.parametrize(
    ("lost", "words"),
    [("stream_chunk", "exactly one more"), ("stream_trailer", "Participant alice unexpectedly disconnected")],
)
async def test_lost_packets_never_yield_short_data(lost: str, words: str) -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        left = [1]

        def lose(packet: models.DataPacket) -> bool:
            if packet.WhichOneof("value") == lost and left:
                left.pop()
                return True
            return False

        world.lose = lose
        await alice.send_text(LONG, topic="t")
        reader, _ = await readers.get()
        await alice.leave()
        with pytest.raises(StreamError, match=words):
            await reader.read_all()


async def test_the_receiver_leaves() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        readers = collect(bob)
        writer = await alice.stream_text(topic="t")
        await writer.write("a")
        reader, _ = await readers.get()
        waiting = asyncio.create_task(reader.read_all())
        await asyncio.sleep(0)
        await bob.leave()
        with pytest.raises(StreamError, match="Disconnected while receiving"):
            await waiting
        alice.broken = True
        with pytest.raises(StreamError, match="the room is closed"):
            await writer.write("b")


async def test_topics_without_handler_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "lkpy")
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        await alice.send_text("x", topic="nobody")
        assert len(bob.streams.table) == 0
        assert bob.streams.table.counters.stray == 2
        assert "ignoring text stream with topic 'nobody', no callback attached" in caplog.text
        collect(bob)
        with pytest.raises(ValueError, match="text stream handler for topic 't' already set"):
            collect(bob)
        bob.handlers.unregister_text("t")
        bob.handlers.unregister_text("t")
        bob.handlers.unregister_byte("t")
        await alice.send_text("x", topic="t")
        assert len(bob.streams.table) == 0


async def test_a_failing_handler_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")

        def broken(reader: TextStreamReader, sender: str) -> None:
            raise KeyError("bug")

        bob.handlers.register_text("broken", broken)
        readers = collect(bob)
        await alice.send_text(LONG, topic="broken")
        await alice.send_text("x", topic="t")
        assert await (await readers.get())[0].read_all() == "x"
        assert "error in the stream handler of topic 'broken'" in caplog.text
        gc.collect()
        assert bob.streams.table.unread == 0


async def test_coroutine_handlers_run_and_end_with_the_session() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        got: list[str] = []
        ended = asyncio.Event()

        async def handler(reader: TextStreamReader, sender: str) -> None:
            got.append(await reader.read_all())
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        bob.handlers.register_text("t", handler)
        await alice.send_text("x", topic="t")
        await asyncio.sleep(0)
        await bob.leave()
        assert (got, ended.is_set()) == (["x"], True)


async def test_closed_and_forgotten_readers_keep_nothing() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        readers = collect(bob)
        await alice.send_text(LONG, topic="t")
        reader, _ = await readers.get()
        assert bob.streams.table.unread == len(LONG.encode())
        await reader.aclose()
        assert bob.streams.table.unread == 0
        with pytest.raises(StopAsyncIteration):
            await anext(reader)
        await alice.send_text(LONG, topic="t")
        assert bob.streams.table.unread > 0
        await readers.get()
        gc.collect()
        assert bob.streams.table.unread == 0


async def test_a_cancelled_text_ends_with_an_error() -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        sending = asyncio.create_task(alice.send_text(LONG, topic="t"))
        reader, _ = await readers.get()
        sending.cancel()
        with pytest.raises(StreamError, match="stream data is incomplete"):
            await reader.read_all()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_a_file_that_shrinks_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(bytes(1_000_000))
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        sending = asyncio.create_task(alice.send_file(str(path), topic="t"))
        reader, _ = await readers.get()
        path.write_bytes(b"")
        with pytest.raises(StreamError, match="shorter"):
            await sending
        with pytest.raises(StreamError, match="incomplete"):
            await reader.read_all()


async def test_many_writers_of_one_stream() -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        writer = await alice.stream_bytes("x", topic="t")
        await asyncio.gather(*(writer.write(bytes([number]) * 20_000) for number in range(10)))
        await writer.aclose()
        data = await (await readers.get())[0].read_all()
        assert data == b"".join(bytes([number]) * 20_000 for number in range(10))


async def test_writers_made_by_hand_open_themselves() -> None:
    async with World() as world:
        alice, readers = world.join("alice"), collect(world.join("bob"))
        text, data = TextStreamWriter(alice, topic="t"), ByteStreamWriter(alice, name="n", topic="t")
        await text.write("x")
        await text.aclose()
        await data.aclose()
        assert await (await readers.get())[0].read_all() == "x"
        assert await (await readers.get())[0].read_all() == b""


async def test_a_reader_made_by_hand() -> None:
    reader = ByteStreamReader(models.DataStream.Header(stream_id="x", byte_header={"name": "n"}), 0)
    assert reader.info.name == "n"
    reader.close()
    assert await reader.read_all() == b""
