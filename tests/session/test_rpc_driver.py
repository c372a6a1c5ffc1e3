"""Remote procedure calls between participants of both versions; every error code."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from lkpy.protocol import models_pb2 as models
from lkpy.rpc import RpcError, RpcInvocationData
from tests.session.data_world import Peer, World

Code = RpcError.ErrorCode
VERSIONS = pytest.mark.parametrize("protocol", [0, 1, 2])


async def call(peer: Peer, method: str = "m", payload: str = "", **options: Any) -> str:
    return await peer.perform_rpc(destination_identity="bob", method=method, payload=payload, **options)


async def failure(peer: Peer, *arguments: Any, **options: Any) -> RpcError:
    with pytest.raises(RpcError) as caught:
        await call(peer, *arguments, **options)
    return caught.value


@VERSIONS
async def test_plain_and_coroutine_handlers(protocol: int) -> None:
    async with World() as world:
        alice, bob = world.join("alice", protocol), world.join("bob", protocol)
        seen: list[RpcInvocationData] = []

        @bob.register_rpc_method("plain")
        def plain(data: RpcInvocationData) -> str:
            seen.append(data)
            return data.payload.upper()

        async def slow(data: RpcInvocationData) -> None:
            await asyncio.sleep(0)

        assert bob.register_rpc_method("slow", slow) is slow
        assert await call(alice, "plain", "größe", response_timeout=10) == "GRÖSSE"
        assert await call(alice, "slow") == ""
        assert seen == [RpcInvocationData(seen[0].request_id, "alice", "größe", 3.0, "plain")]
        assert bob.sent_kinds[0] == "rpc_ack"
        last = bob.sent_kinds[-1]
        assert (last == "rpc_response") is (protocol == 0)


@VERSIONS
async def test_errors_of_handlers(protocol: int, caplog: pytest.LogCaptureFixture) -> None:
    async with World() as world:
        alice, bob = world.join("alice", protocol), world.join("bob", protocol)

        def refuse(data: RpcInvocationData) -> str:
            raise RpcError(1401, "x" * 300, "more")

        def broken(data: RpcInvocationData) -> str:
            raise KeyError("bug")

        async def cancelled(data: RpcInvocationData) -> str:
            raise asyncio.CancelledError

        async def late(data: RpcInvocationData) -> str:
            raise TimeoutError

        for handler in (refuse, broken, cancelled, late):
            bob.register_rpc_method(handler.__name__, handler)
        bob.register_rpc_method("number", lambda data: 7)  # type: ignore[arg-type, return-value]
        error = await failure(alice, "refuse")
        assert (error.code, error.message, error.data) == (Code.RECIPIENT_NOT_FOUND, "x" * 256, "more")
        error = await failure(alice, "broken")
        assert (error.code, error.message) == (1500, "Application error in method handler")
        assert error.data == ""
        assert "error in the handler of the RPC method 'broken'" in caplog.text
        assert (await failure(alice, "cancelled")).code == Code.RECIPIENT_DISCONNECTED
        assert (await failure(alice, "late")).code == Code.APPLICATION_ERROR
        assert (await failure(alice, "number")).code == Code.APPLICATION_ERROR
        assert (await failure(alice, "nothing")).code == Code.UNSUPPORTED_METHOD
        bob.unregister_rpc_method("broken")
        bob.unregister_rpc_method("broken")
        assert (await failure(alice, "broken")).code == Code.UNSUPPORTED_METHOD


async def test_sizes() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        bob.register_rpc_method("m", lambda data: "é" * int(data.payload[:5]))
        assert len(await call(alice, payload="07680")) == 7680
        assert (await failure(alice, payload="07681")).code == Code.RESPONSE_PAYLOAD_TOO_LARGE
        assert await call(alice, payload="00001" + "x" * 15_355) == "é"
        assert (await failure(alice, payload="x" * 15_361)).code == Code.REQUEST_PAYLOAD_TOO_LARGE
        assert (await failure(alice, payload="é" * 7_681)).code == Code.REQUEST_PAYLOAD_TOO_LARGE


@pytest.mark.parametrize("protocol", [1, 2])
async def test_version_2_has_no_limit(protocol: int) -> None:
    async with World() as world:
        alice, bob = world.join("alice", protocol), world.join("bob", protocol)
        bob.register_rpc_method("m", lambda data: data.payload * 2)
        assert await call(alice, payload="€" * 50_000) == "€" * 100_000


@pytest.mark.parametrize(("mine", "theirs"), [(0, 2), (2, 0)])
async def test_versions_mixed(mine: int, theirs: int) -> None:
    async with World() as world:
        alice, bob = world.join("alice", mine), world.join("bob", theirs)
        bob.register_rpc_method("m", lambda data: data.payload)
        assert await call(alice, payload="x") == "x"
        assert (alice.sent_kinds == ["rpc_request"]) is (theirs == 0)
        assert (bob.sent_kinds == ["rpc_ack", "rpc_response"]) is (mine == 0)


@VERSIONS
async def test_timeouts(protocol: int) -> None:
    async with World() as world:
        alice, bob = world.join("alice", protocol), world.join("bob", protocol)
        cancelled = asyncio.Event()

        async def forever(data: RpcInvocationData) -> str:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            return ""

        bob.register_rpc_method("m", forever)
        # The recipient's own deadline is at least a second, so the caller's comes first here.
        error = await failure(alice, response_timeout=0.05, max_round_trip_latency=5)
        assert error.code == Code.RESPONSE_TIMEOUT
        world.lose = lambda packet: packet.WhichOneof("value") == "rpc_ack"
        error = await failure(alice, "nothing", max_round_trip_latency=5)
        assert error.code == Code.UNSUPPORTED_METHOD, "an answer may come before the acknowledgement"
        world.lose = lambda packet: True
        error = await failure(alice, max_round_trip_latency=0.05)
        assert (error.code, error.message) == (Code.CONNECTION_TIMEOUT, "Connection timeout")
        world.lose = lambda packet: False
        async with asyncio.timeout(3):
            await cancelled.wait()


async def test_the_handlers_deadline_is_the_callers() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")

        async def forever(data: RpcInvocationData) -> str:
            await asyncio.Event().wait()
            return ""

        bob.register_rpc_method("m", forever)
        error = await failure(alice, response_timeout=2, max_round_trip_latency=1)
        assert (error.code, error.message, error.data) == (1502, "Response timeout", "")


@VERSIONS
async def test_departures(protocol: int) -> None:
    async with World() as world:
        alice, bob = world.join("alice", protocol), world.join("bob", protocol)
        started, ended = asyncio.Event(), asyncio.Event()

        async def forever(data: RpcInvocationData) -> str:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            return ""

        bob.register_rpc_method("m", forever)
        calling = asyncio.create_task(failure(alice))
        await started.wait()
        await bob.leave()
        assert ended.is_set(), "handlers are cancelled and awaited"
        assert (await calling).code == Code.RECIPIENT_DISCONNECTED
        calling = asyncio.create_task(failure(alice, max_round_trip_latency=60))
        await asyncio.sleep(0)
        await alice.leave()
        assert (await calling).code in (Code.RECIPIENT_DISCONNECTED, Code.SEND_FAILED)


async def test_not_sent() -> None:
    async with World() as world:
        alice = world.join("alice")
        alice.broken = True
        error = await failure(alice)
        assert (error.code, error.message) == (Code.SEND_FAILED, "Failed to send")
        world.join("bob", protocol=2)
        assert (await failure(alice)).code == Code.SEND_FAILED


async def test_old_server_and_unknown_version() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        alice.join.server_info.version = "1.7.2"
        assert (await failure(alice)).code == Code.UNSUPPORTED_SERVER
        request = models.RpcRequest(id="1", method="m", version=9, response_timeout_ms=1000)
        await alice.send_data(
            models.DataPacket(rpc_request=request, destination_identities=["bob"]), reliable=True
        )
        await bob.wait_sent(2)
        assert bob.sent[1].rpc_response.error.code == Code.UNSUPPORTED_VERSION


@VERSIONS
async def test_calls_a_hundred_at_a_time(protocol: int) -> None:
    async with World() as world:
        alice, bob = world.join("alice", protocol), world.join("bob", protocol)
        most = running = 0

        async def double(data: RpcInvocationData) -> str:
            nonlocal most, running
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1
            return data.payload * 2

        bob.register_rpc_method("double", double)
        numbers = iter(range(1_000))

        async def caller() -> None:
            for number in numbers:
                assert await call(alice, "double", str(number)) == str(number) * 2

        await asyncio.gather(*(caller() for _ in range(100)))
        assert most > 10
        assert len(alice.rpc._waiting) == len(alice.rpc._calls) == 0
        assert len(bob.rpc._tasks) == len(bob.rpc._running) == 0
        assert len(alice.streams.table) == len(bob.streams.table) == 0


async def test_a_cancelled_call_is_forgotten() -> None:
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        calling = asyncio.create_task(call(alice))
        await asyncio.sleep(0)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert len(alice.rpc._waiting) == len(alice.rpc._calls) == 0
        assert bob.identity == "bob"


async def test_repeated_and_hostile_packets(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    async with World() as world:
        alice, bob = world.join("alice"), world.join("bob")
        bob.register_rpc_method("m", lambda data: "x")
        packet = models.DataPacket(
            participant_identity="alice",
            rpc_request=models.RpcRequest(id="1", method="m", version=1, response_timeout_ms=1000),
        )
        bob.receive(packet)
        bob.receive(packet)
        assert bob.rpc.counters.repeated_requests == 1
        alice.receive(models.DataPacket(participant_identity="bob", rpc_ack={"request_id": "?"}))
        alice.receive(models.DataPacket(participant_identity="bob", rpc_response={"request_id": "?"}))
        for topic in ("lk.rpc_request", "lk.rpc_response"):
            head = models.DataStream.Header(stream_id=topic, topic=topic, text_header={})
            alice.receive(models.DataPacket(participant_identity="bob", stream_header=head))
        await bob.wait_sent(2)
        assert bob.sent_kinds == ["rpc_ack", "rpc_response"]
        assert caplog.text == ""
