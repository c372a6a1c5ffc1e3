"""The signal client against a real websocket server that behaves as each test says."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal import client as client_module
from lkpy.signal.client import SignalClient, SignalOptions
from lkpy.signal.handshake import MAX_MESSAGE_SIZE
from lkpy.signal.keepalive import KeepAlive

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
NEW_TOKEN = TOKEN + "-refreshed"


async def connect(server: Any, path: str = "", **options: Any) -> SignalClient:
    return await SignalClient.connect(
        server.url + path, TOKEN, SignalOptions(**options), publisher_offer=None, timeout=5
    )


def cases(messages: list[rtc.SignalResponse]) -> list[str | None]:
    return [message.WhichOneof("message") for message in messages]


async def test_single_mode_sends_a_join_request(server: Any, tools: Any) -> None:
    offer = rtc.SessionDescription(type="offer", sdp="v=0\r\n" * 50)
    client = await SignalClient.connect(server.url, TOKEN, SignalOptions(), publisher_offer=offer, timeout=5)
    assert client.single_peer_connection
    assert client.join.participant.identity == "alice"
    assert server.paths() == ["/rtc/v1"]
    _, request = tools.unwrap(server.query()["join_request"])
    assert request.publisher_offer == offer
    headers = server.requests[0].headers
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert "permessage-deflate" in headers["Sec-WebSocket-Extensions"]
    assert TOKEN not in server.requests[0].path
    await client.aclose()


async def test_dual_mode_goes_straight_to_rtc(server: Any) -> None:
    client = await connect(server, single_peer_connection=False, auto_subscribe=False)
    assert not client.single_peer_connection
    assert server.paths() == ["/rtc"]
    assert server.query()["auto_subscribe"] == "0"
    await client.aclose()


async def test_an_old_server_gets_the_old_path(server: Any) -> None:
    server.refuse["/base/rtc/v1"] = (404, "404 page not found")
    client = await connect(server, "/base/")
    assert not client.single_peer_connection
    assert server.paths() == ["/base/rtc/v1", "/base/rtc"]
    await client.aclose()


async def test_http_urls_are_taken(server: Any) -> None:
    client = await SignalClient.connect(
        server.url.replace("ws:", "http:"), TOKEN, SignalOptions(), publisher_offer=None, timeout=5
    )
    await client.aclose()


async def test_messages_arrive_in_order_and_end_with_the_connection(server: Any, tools: Any) -> None:
    server.first += [tools.response(update=rtc.ParticipantUpdate()), tools.response(refresh_token=NEW_TOKEN)]
    server.first += [tools.response(mute=rtc.MuteTrackRequest(sid=str(i))) for i in range(50)]

    async def close(connection: ServerConnection) -> None:
        await connection.close(4001, "bye")

    server.behave = close
    client = await connect(server)
    messages = [message async for message in client]
    assert cases(messages) == ["update", "refresh_token"] + ["mute"] * 50
    assert [message.mute.sid for message in messages[2:]] == [str(i) for i in range(50)]
    assert client.token == NEW_TOKEN
    assert client.closed == "the server closed the connection (4001: bye)"
    assert client.counters.received == 53
    assert not client.send(rtc.SignalRequest(ping=1))
    assert client.counters.dropped == 1
    await client.aclose()
    assert [message async for message in client] == []


async def test_requests_arrive_in_order_and_a_leave_before_closing_arrives(server: Any) -> None:
    client = await connect(server)
    for index in range(500):
        assert client.send(rtc.SignalRequest(mute=rtc.MuteTrackRequest(sid=str(index))))
    assert client.send(rtc.SignalRequest(leave=rtc.LeaveRequest(reason=models.CLIENT_INITIATED)))
    await client.aclose()
    await server.got("leave")
    assert [request.mute.sid for request in server.received[:500]] == [str(i) for i in range(500)]
    assert client.counters.sent == 501
    assert client.closed == "closed by us"


async def test_frames_that_make_no_sense_are_skipped_and_counted(server: Any, tools: Any) -> None:
    server.first = [b"", b"\xff\xff", "{", b"\xc2\x0c\x02\x08\x01", *server.first]
    server.first += [tools.join_frame(), b"\x0a\x05ab", "[]"]
    server.first += [tools.response(reconnect=rtc.ReconnectResponse())]
    server.first += ['{"mute": {"sid": "TR_text", "unknown": 1}}']
    client = await connect(server)
    message = await anext(client)
    assert message.mute.sid == "TR_text", "text frames are protobuf JSON"
    assert client.counters.skipped == 8
    assert client.counters.received == 10
    await client.aclose()


async def test_what_is_not_sent_is_said_and_counted(server: Any) -> None:
    client = await connect(server)
    assert not client.send(rtc.SignalRequest())
    assert client.send(rtc.SignalRequest(leave=rtc.LeaveRequest()))
    assert client.counters.dropped == 1
    await client.aclose()
    assert not client.send(rtc.SignalRequest(leave=rtc.LeaveRequest()))
    assert cases(server.received) == ["leave"]


async def test_pings_of_both_kinds_measure_the_round_trip(
    server: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, interval=0.05, timeout=5)
    client = await connect(server)
    await server.got("ping_req")
    await server.got("ping")
    while client.rtt is None:
        server.changed.clear()
        await asyncio.wait_for(server.changed.wait(), 5)
    assert 0 <= client.rtt < 1
    assert client.closed is None
    await client.aclose()
    assert server.received[0].ping_req.rtt == 0


def hurry(monkeypatch: pytest.MonkeyPatch, interval: float, timeout: float) -> None:
    """Whole seconds are too slow for a test."""
    monkeypatch.setattr(
        client_module, "KeepAlive", lambda _interval, _timeout, now: KeepAlive(interval, timeout, now)
    )


async def test_a_silent_connection_is_closed_with_ping_timeout(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, interval=0.05, timeout=0.2)
    server.behave = server.stay_silent
    client = await connect(server)
    async with asyncio.timeout(3):
        assert [message async for message in client] == []
    assert client.closed == "ping timeout"
    await client.aclose()
    assert server.connections[0].close_reason == "ping timeout"


async def test_any_message_keeps_the_connection(
    server: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, interval=0, timeout=0.3)

    async def talk(connection: ServerConnection) -> None:
        for _ in range(10):
            await asyncio.sleep(0.1)
            await connection.send(tools.response(room_update=rtc.RoomUpdate()))
        await connection.wait_closed()

    server.behave = talk
    client = await connect(server)
    async with asyncio.timeout(5):
        for _ in range(10):
            await anext(client)
    assert client.closed is None
    await client.aclose()


async def test_a_message_too_long_ends_the_connection_with_a_clear_reason(server: Any) -> None:
    server.first.append(b"\x00" * (MAX_MESSAGE_SIZE + 1))
    client = await connect(server)
    async with asyncio.timeout(5):
        assert [message async for message in client] == []
    assert client.closed == f"the server sent a message larger than {MAX_MESSAGE_SIZE} bytes"
    await client.aclose()


async def test_a_small_frame_that_inflates_too_far_ends_the_connection(server: Any) -> None:
    server.first.append("x" * (10 << 20))
    client = await connect(server)
    async with asyncio.timeout(5):
        assert [message async for message in client] == []
    assert client.closed is not None
    assert "larger than" in client.closed
    await client.aclose()


async def test_a_lost_connection_ends_the_iteration(server: Any) -> None:
    client = await connect(server)
    server.connections[0].transport.abort()
    async with asyncio.timeout(2):
        assert [message async for message in client] == []
    assert client.closed == "the connection was lost"
    await client.aclose()


async def test_a_reader_that_stands_still_stops_the_socket_not_the_memory(
    server: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, interval=0.05, timeout=0.2)
    total = client_module.MAX_INCOMING + 200
    server.first += [tools.response(mute=rtc.MuteTrackRequest(sid=str(i))) for i in range(total)]
    client = await connect(server)
    # Longer than the ping timeout: we do not read, so the server is not to blame.
    await asyncio.sleep(0.5)
    assert client.closed is None
    assert len(client._incoming) == client_module.MAX_INCOMING
    async with asyncio.timeout(5):
        seen = [(await anext(client)).mute.sid for _ in range(total)]
    assert seen == [str(i) for i in range(total)]
    await client.aclose()


async def test_a_server_that_does_not_read_costs_bounded_memory_and_time(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ignore(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await connection.wait_closed()

    server.behave = ignore
    client = await connect(server)
    offer = rtc.SessionDescription(sdp=random.Random(1).randbytes(50_000).hex())
    stuck_at = -1
    while client.counters.sent != stuck_at:
        stuck_at = client.counters.sent
        while client.send(rtc.SignalRequest(offer=offer)):
            pass
        await asyncio.sleep(0.1)  # the kernel's buffers fill up
    waiting = len(client._outgoing)
    assert 4 << 20 <= waiting * 100_000 < 5 << 20
    dropped = client.counters.dropped
    start = asyncio.get_running_loop().time()
    await client.aclose()
    assert asyncio.get_running_loop().time() - start < 3
    assert client.counters.dropped >= dropped + waiting - 1
    server.connections[0].transport.abort()


async def test_small_messages_are_bounded_by_their_number(server: Any) -> None:
    client = await connect(server)
    sent = 0
    while client.send(rtc.SignalRequest(mute=rtc.MuteTrackRequest(sid="TR"))):
        sent += 1
    assert sent == client_module.MAX_OUTGOING
    await client.aclose()
    assert len(server.received) == sent


async def test_closing_twice_and_by_two_at_once(server: Any) -> None:
    client = await connect(server)
    await asyncio.gather(client.aclose(), client.aclose())
    await client.aclose()
    assert client.closed == "closed by us"


async def test_a_cancelled_aclose_still_closes(server: Any) -> None:
    client = await connect(server)
    closing = asyncio.create_task(client.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    assert client.closed == "closed by us"
    await client.aclose()


async def test_whoever_waits_for_a_message_is_woken_by_closing(server: Any) -> None:
    client = await connect(server)
    waiting = asyncio.ensure_future(anext(client, None))
    await asyncio.sleep(0)
    await client.aclose()
    assert await waiting is None


async def test_no_token_in_repr_and_log(server: Any, tools: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("lkpy.signal.websocket").setLevel(logging.DEBUG)
    server.first += [tools.response(refresh_token=NEW_TOKEN), '{"refreshToken": "' + NEW_TOKEN + '" oops']

    async def quote(connection: ServerConnection) -> None:
        await connection.close(4001, f"no longer: {NEW_TOKEN}")

    server.behave = quote
    try:
        client = await connect(server)
        assert [message async for message in client]
        await client.aclose()
    finally:
        logging.getLogger("lkpy.signal.websocket").setLevel(logging.INFO)
    ours = [record for record in caplog.records if not record.name.startswith("websockets")]
    text = "\n".join(record.getMessage() for record in ours) + repr(client) + str(client.closed)
    assert "no longer" in text
    assert TOKEN not in text
    assert "c2lnbmF0dXJl" not in text
    assert str(server.url) in repr(client)
