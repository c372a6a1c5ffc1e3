"""Data streams and calls between two rooms on the fake SFU."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import lkpy as rtc
from lkpy.testing import FakeSfu

MODES = pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])


@contextlib.asynccontextmanager
async def rooms(single: bool = True) -> AsyncIterator[tuple[rtc.Room, rtc.Room, FakeSfu]]:
    """Alice and bob in one room, each knowing of the other."""
    async with FakeSfu() as sfu:
        alice, bob = rtc.Room(), rtc.Room()
        joined = asyncio.Event()
        alice.on("participant_connected", lambda _: joined.set())
        options = rtc.RoomOptions(single_peer_connection=single)
        await alice.connect(sfu.url, sfu.token("alice", room="streams"), options)
        await bob.connect(sfu.url, sfu.token("bob", room="streams"), options)
        async with asyncio.timeout(5):
            await joined.wait()
        try:
            yield alice, bob, sfu
        finally:
            await alice.disconnect()
            await bob.disconnect()


def collect(room: rtc.Room) -> asyncio.Queue[tuple[Any, str]]:
    readers: asyncio.Queue[tuple[Any, str]] = asyncio.Queue()
    room.register_text_stream_handler("t", lambda reader, who: readers.put_nowait((reader, who)))
    room.register_byte_stream_handler("t", lambda reader, who: readers.put_nowait((reader, who)))
    return readers


@MODES
async def test_texts_and_files(single: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(os.urandom(1_000_000))
    async with rooms(single) as (alice, bob, _), asyncio.timeout(20):
        for room, sender, name in ((bob, alice, "alice"), (alice, bob, "bob")):
            readers = collect(room)
            for text in ("", "small", "größer 😀 " * 20_000):
                info = await sender.local_participant.send_text(text, topic="t", attributes={"k": "v"})
                reader, who = await readers.get()
                assert await reader.read_all() == text
                assert (who, reader.info) == (name, info)
            sending = asyncio.create_task(sender.local_participant.send_file(str(path), topic="t"))
            reader, _ = await readers.get()
            digest = hashlib.sha256()
            async for piece in reader:
                digest.update(piece)
            assert digest.digest() == hashlib.sha256(path.read_bytes()).digest()
            assert reader.info == await sending


async def test_streams_and_messages_keep_their_order() -> None:
    async with rooms() as (alice, bob, _), asyncio.timeout(10):
        order: list[str] = []
        done = asyncio.Event()
        bob.register_text_stream_handler("t", lambda reader, _: order.append(reader.info.attributes["n"]))

        def received(packet: rtc.DataPacket) -> None:
            order.append(packet.data.decode())
            if len(order) == 20:
                done.set()

        bob.on("data_received", received)
        for number in range(10):
            await alice.local_participant.send_text(
                "x" * 100, topic="t", attributes={"n": f"stream {number}"}
            )
            await alice.local_participant.publish_data(f"message {number}")
        await done.wait()
        for kind in ("stream", "message"):
            assert [text for text in order if text.startswith(kind)] == [f"{kind} {n}" for n in range(10)]


@MODES
async def test_calls(single: bool) -> None:
    async with rooms(single) as (alice, bob, _), asyncio.timeout(20):

        @bob.local_participant.register_rpc_method("echo")
        async def echo(call: rtc.RpcInvocationData) -> str:
            assert call.caller_identity == "alice"
            return call.payload

        async def call(payload: str) -> str:
            return await alice.local_participant.perform_rpc(
                destination_identity="bob", method="echo", payload=payload
            )

        payloads = [f"{number}" for number in range(300)]
        assert await asyncio.gather(*map(call, payloads)) == payloads
        assert await call("€" * 100_000) == "€" * 100_000
        with pytest.raises(rtc.RpcError) as caught:
            await alice.local_participant.perform_rpc(destination_identity="bob", method="?", payload="")
        assert caught.value.code == rtc.RpcError.ErrorCode.UNSUPPORTED_METHOD


async def test_handlers_survive_another_connect_and_end_with_the_room() -> None:
    async with rooms() as (alice, bob, sfu), asyncio.timeout(20):
        readers = collect(bob)
        cancelled = asyncio.Event()
        started = asyncio.Event()

        async def forever(call: rtc.RpcInvocationData) -> str:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            return ""

        bob.local_participant.register_rpc_method("forever", forever)
        for _ in range(2):
            started.clear()
            cancelled.clear()
            await alice.local_participant.send_text("hi", topic="t")
            assert await (await readers.get())[0].read_all() == "hi"
            calling = asyncio.create_task(
                alice.local_participant.perform_rpc(destination_identity="bob", method="forever", payload="")
            )
            await started.wait()
            await bob.disconnect()
            assert cancelled.is_set()
            with pytest.raises(rtc.RpcError) as caught:
                await calling
            assert caught.value.code == rtc.RpcError.ErrorCode.RECIPIENT_DISCONNECTED
            back = asyncio.Event()
            alice.once("participant_connected", lambda _, back=back: back.set())
            await bob.connect(sfu.url, sfu.token("bob", room="streams"))
            await back.wait()


async def test_a_handler_may_disconnect() -> None:
    async with rooms() as (alice, bob, _), asyncio.timeout(10):

        async def leave(call: rtc.RpcInvocationData) -> str:
            await bob.disconnect()
            return "unheard"

        bob.local_participant.register_rpc_method("leave", leave)
        with pytest.raises(rtc.RpcError):
            await alice.local_participant.perform_rpc(destination_identity="bob", method="leave", payload="")
        assert not bob.isconnected()


@MODES
async def test_the_room_ends_in_the_middle_of_a_stream(single: bool) -> None:
    async with rooms(single) as (alice, bob, _), asyncio.timeout(10):
        readers = collect(bob)
        first = await alice.local_participant.stream_text(topic="t")
        await first.write("beginning")
        reader, _ = await readers.get()
        assert await anext(reader) == "beginning"
        await alice.disconnect()
        with pytest.raises(rtc.StreamError, match="Participant alice unexpectedly disconnected"):
            await anext(reader)
        with pytest.raises(rtc.StreamError, match="the room is closed"):
            await first.write("more")
        with pytest.raises(rtc.StreamError):
            await alice.local_participant.send_text("x")
        with pytest.raises(rtc.RpcError) as caught:
            await alice.local_participant.perform_rpc(destination_identity="bob", method="m", payload="")
        assert caught.value.code == rtc.RpcError.ErrorCode.SEND_FAILED
