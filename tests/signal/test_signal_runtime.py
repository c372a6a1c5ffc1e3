"""What the signal client takes from its runtime: the trace of messages, the clock, the network."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.system_network import SystemNetwork
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.errors import ConnectError, ConnectErrorReason
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal import client as client_module
from lkpy.signal.client import SignalClient, SignalOptions
from lkpy.signal.dispatch import parse_response
from lkpy.signal.join import dual_query
from lkpy.signal.redaction import HIDDEN, without_secrets

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
SECRET = "hush-hush"
SDP = f"v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:{SECRET}\r\na=mid:0\r\na=ice-pwd:{SECRET}\n"


async def connect(server: Any, runtime: Runtime, **options: Any) -> SignalClient:
    return await SignalClient.connect(
        server.url, TOKEN, SignalOptions(), publisher_offer=None, timeout=5, runtime=runtime, **options
    )


def test_secrets_are_hidden_in_every_message_that_has_them() -> None:
    messages = [
        rtc.SignalResponse(refresh_token=SECRET),
        rtc.SignalResponse(room_moved=rtc.RoomMovedResponse(token=SECRET, room=models.Room(name="lobby"))),
        rtc.SignalResponse(
            join=rtc.JoinResponse(
                ice_servers=[rtc.ICEServer(urls=["turn:host"], username="alice", credential=SECRET)],
                participant=models.ParticipantInfo(identity="alice", attributes={"token": "mine"}),
            )
        ),
        rtc.SignalResponse(offer=rtc.SessionDescription(type="offer", sdp=SDP)),
        rtc.SignalRequest(sync_state=rtc.SyncState(answer=rtc.SessionDescription(type="answer", sdp=SDP))),
    ]
    for message in messages:
        shown = without_secrets(message)
        assert SECRET not in str(shown)
        assert HIDDEN in str(shown)
        assert SECRET in str(message), "the message itself stays"
    assert without_secrets(messages[2]).join.participant.attributes["token"] == "mine"
    assert without_secrets(messages[3]).offer.sdp.endswith("a=mid:0\r\na=ice-pwd:***\n")


async def test_a_trace_sees_messages_of_both_ways_without_tokens(server: Any, tools: Any) -> None:
    seen: list[TraceEvent] = []
    server.first += [tools.response(refresh_token=TOKEN + "-new"), tools.response(pong=5)]
    client = await connect(server, Runtime.running(trace=seen.append))
    assert (await anext(client)).refresh_token == TOKEN + "-new"
    offer = rtc.SessionDescription(type="offer", sdp=SDP)
    client.send(rtc.SignalRequest(offer=offer))
    client.send(rtc.SignalRequest(mute=rtc.MuteTrackRequest(sid="TR_1")))
    await client.aclose()
    told = [(event.direction, event.content.WhichOneof("message")) for event in seen]  # type: ignore[attr-defined]
    assert [case for way, case in told if way is TraceDirection.RECEIVED] == ["join", "refresh_token", "pong"]
    assert [case for way, case in told if way is TraceDirection.SENT] == ["offer", "mute"]
    assert {event.kind for event in seen} == {TraceKind.MESSAGE}
    assert all(event.where == "signal" and event.size > 0 for event in seen)
    assert [event.at for event in seen] == sorted(event.at for event in seen)
    shown = "".join(str(event.content) for event in seen)
    assert TOKEN not in shown
    assert SECRET not in shown
    assert server.received[0].offer.sdp == SDP


async def test_a_trace_that_raises_ends_nothing(
    server: Any, tools: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: TraceEvent) -> None:
        raise ValueError("oops")

    server.first.append(tools.response(mute=rtc.MuteTrackRequest(sid="TR_1")))
    runtime = Runtime.running(trace=broken)
    client = await connect(server, runtime)
    assert (await anext(client)).mute.sid == "TR_1"
    assert client.send(rtc.SignalRequest(mute=rtc.MuteTrackRequest(sid="TR_2")))
    await server.got("mute")
    await client.aclose()
    assert runtime.trace_failures == 3
    assert "a trace failed" in caplog.text


async def test_a_message_that_we_fail_on_is_counted_and_the_next_is_read(
    server: Any, tools: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def parse(frame: bytes | str) -> Any:
        case, message = parse_response(frame)
        if case == "room_update":
            raise KeyError(case)
        return case, message

    client = await connect(server, Runtime.running())
    monkeypatch.setattr(client_module, "parse_response", parse)
    connection: ServerConnection = server.connections[0]
    await connection.send(tools.response(room_update=rtc.RoomUpdate()))
    await connection.send(tools.response(mute=rtc.MuteTrackRequest(sid="TR_1")))
    async with asyncio.timeout(5):
        assert (await anext(client)).mute.sid == "TR_1"
    assert client.counters.failed == 1
    assert "was not handled" in caplog.text
    await client.aclose()


async def test_numbers_of_a_newer_server_have_no_name_and_do_no_harm(server: Any, tools: Any) -> None:
    server.first = [tools.response(leave=rtc.LeaveRequest(reason=99))]  # type: ignore[arg-type]
    with pytest.raises(ConnectError, match="leave: reason 99") as caught:
        await connect(server, Runtime.running())
    assert caught.value.reason is ConnectErrorReason.LEAVE


def test_a_capability_without_a_name_is_not_announced_by_name() -> None:
    options = SignalOptions(capabilities=(models.ClientInfo.CAP_PACKET_TRAILER, 77))  # type: ignore[arg-type]
    assert dual_query(options)["capabilities"] == "CAP_PACKET_TRAILER"


class OtherNetwork(SystemNetwork):
    """Counts what is opened."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, int]] = []

    async def open_stream(self, host: str, port: int, *args: Any, **options: Any) -> Any:
        self.opened.append((host, port))
        return await super().open_stream(host, port, *args, **options)


async def test_websockets_are_opened_by_the_network(server: Any) -> None:
    network = OtherNetwork()
    server.refuse["/rtc/v1"] = (404, "404 page not found")
    client = await connect(server, Runtime.running(network))
    await client.aclose()
    port = int(server.url.rpartition(":")[2])
    assert network.opened == [("127.0.0.1", port)] * 2
