"""The parts of signalling that know no socket: URLs, join request, keep-alive, dispatch, tokens."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ConnectError, ConnectErrorReason, ProtocolError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal.dispatch import ROUTES, Route, new_token, parse_response
from lkpy.signal.join import SignalOptions, client_info, dual_query, join_request, single_query
from lkpy.signal.keepalive import GRACE, KeepAlive
from lkpy.signal.token import expires_at, is_sendable
from lkpy.signal.url import origin, signal_url, validate_url
from lkpy.version import __version__


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ws://host", "ws://host/rtc?a=1"),
        ("http://host:7880", "ws://host:7880/rtc?a=1"),
        ("https://host/", "wss://host/rtc?a=1"),
        ("WSS://Host/base/path/", "wss://host/base/path/rtc?a=1"),
        (" wss://host/a b ", "wss://host/a%20b/rtc?a=1"),
        ("ws://[::1]:7880", "ws://[::1]:7880/rtc?a=1"),
        ("ws://host/p?tenant=x#part", "ws://host/p/rtc?tenant=x&a=1"),
        ("wss://bücher.example", "wss://xn--bcher-kva.example/rtc?a=1"),
    ],
)
def test_url_of_the_signalling_path(url: str, expected: str) -> None:
    assert signal_url(url, "/rtc", {"a": "1"}) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "no scheme"),
        ("localhost:7880", "scheme is 'localhost'"),
        ("ftp://host", "ws://, wss://"),
        ("ws://", "no host"),
        ("ws://:7880", "no host"),
        ("ws://host:99999", "Port out of range"),
        ("ws://host:x", "cannot be read"),
        ("ws://[::1", "cannot be read"),
        ("ws://user:hunter2@host", "user name or password"),
        ("ws://" + "ü" * 80, "not a host name"),
        ("ws://a b", "not a host name"),
    ],
)
def test_bad_urls(url: str, words: str) -> None:
    with pytest.raises(ConnectError, match=words) as caught:
        signal_url(url, "/rtc", {})
    assert caught.value.reason is ConnectErrorReason.BAD_URL
    assert "hunter2" not in str(caught.value)


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_any_text_is_a_url_or_a_connect_error(text: str) -> None:
    for url in (text, f"ws://{text}"):
        try:
            signal_url(url, "/rtc", {"a": "b"})
        except ConnectError as error:
            assert error.reason is ConnectErrorReason.BAD_URL  # noqa: PT017 (either outcome is fine)


def test_validate_and_origin() -> None:
    url = "wss://host:1/base/rtc/v1?join_request=x"
    assert validate_url(url) == "wss://host:1/base/rtc/v1/validate?join_request=x"
    assert origin(url) == "wss://host:1"
    assert origin("http://user:secret@proxy:1/x") == "http://proxy:1"


def test_dual_query_says_who_we_are() -> None:
    query = dual_query(SignalOptions(auto_subscribe=False, client_protocol=1))
    assert query["sdk"] == "python"
    assert query["version"] == __version__
    assert query["protocol"] == "17"
    assert query["client_protocol"] == "1"
    assert query["auto_subscribe"] == "0"
    assert query["adaptive_stream"] == "0"
    assert "capabilities" not in query
    capability = models.ClientInfo.CAP_COMPRESSION_DEFLATE_RAW
    assert (
        dual_query(SignalOptions(capabilities=(capability,)))["capabilities"] == "CAP_COMPRESSION_DEFLATE_RAW"
    )


def test_join_request_says_the_same(tools: Any) -> None:
    offer = rtc.SessionDescription(type="offer", sdp="v=0\r\n" * 200, id=1)
    options = SignalOptions(client_protocol=2)
    wrapped, request = tools.unwrap(single_query(options, offer)["join_request"])
    assert wrapped.compression == rtc.WrappedJoinRequest.GZIP
    assert request == join_request(options, offer)
    assert request.client_info == client_info(options)
    assert request.client_info.sdk == models.ClientInfo.PYTHON
    assert request.connection_settings.auto_subscribe
    assert request.publisher_offer == offer


def test_join_request_is_compressed_only_when_that_helps(tools: Any) -> None:
    parameter = single_query(SignalOptions(), None)["join_request"]
    wrapped, request = tools.unwrap(parameter)
    assert wrapped.compression == rtc.WrappedJoinRequest.NONE
    assert len(gzip.compress(wrapped.join_request)) >= len(wrapped.join_request)
    assert not request.HasField("publisher_offer")
    assert len(parameter) % 4 == 0, "padded"


def test_every_case_has_a_route() -> None:
    cases = rtc.SignalResponse.DESCRIPTOR.oneofs_by_name["message"].fields
    assert {field.name for field in cases} == ROUTES.keys()


def test_frames_of_both_kinds() -> None:
    message = rtc.SignalResponse(mute=rtc.MuteTrackRequest(sid="TR_1", muted=True))
    assert parse_response(message.SerializeToString()) == ("mute", message)
    assert parse_response(json_format.MessageToJson(message)) == ("mute", message)
    assert parse_response('{"mute": {"sid": "TR_1", "muted": true, "new_field": 1}}') == ("mute", message)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        "",
        "{}",
        "[]",
        "null",
        "{",
        b"\xff\xff",
        b"\x0a\x05ab",
        b"\xc2\x0c\x02\x08\x01",
        '{"later": {}}',
        '{"mute": 5}',
        '{"pong": "x"}',
        "[" * 100_000,
        '{"join":' * 5000,
        "\ud800",
    ],
    ids=repr,
)
def test_frames_that_are_no_message(frame: bytes | str) -> None:
    with pytest.raises(ProtocolError):
        parse_response(frame)


@settings(max_examples=200)
@given(st.binary(max_size=100) | st.text(max_size=100))
def test_no_frame_raises_anything_else(frame: bytes | str) -> None:
    try:
        case, _ = parse_response(frame)
    except ProtocolError:
        return
    assert case in ROUTES


def test_every_truncated_join_is_a_message_or_a_protocol_error() -> None:
    whole = rtc.SignalResponse(join=rtc.JoinResponse(room=models.Room(name="x" * 20))).SerializeToString()
    for length in range(len(whole)):
        with pytest.raises(ProtocolError):
            parse_response(whole[:length])


def test_errors_do_not_quote_the_frame() -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_response('{"refreshToken": "hunter2" oops')
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_tokens_come_with_two_cases() -> None:
    assert {case for case, route in ROUTES.items() if route is Route.TOKEN} == {"refresh_token", "room_moved"}
    assert new_token("refresh_token", rtc.SignalResponse(refresh_token="a")) == "a"
    moved = rtc.SignalResponse(room_moved=rtc.RoomMovedResponse(token="b"))
    assert new_token("room_moved", moved) == "b"


def cases(messages: list[rtc.SignalRequest]) -> list[str | None]:
    return [message.WhichOneof("message") for message in messages]


def test_pings_go_out_every_interval_and_measure_the_round_trip() -> None:
    keepalive = KeepAlive(5, 15, now=100.0)
    assert keepalive.next_deadline() == 105.0
    assert keepalive.handle_timeout(104.9, 1_000) == []
    first = keepalive.handle_timeout(105.0, 1_000)
    assert cases(first) == ["ping_req", "ping"], "both kinds, the server may be old"
    assert (first[0].ping_req.timestamp, first[0].ping_req.rtt) == (1_000, 0)
    assert first[1].ping == 1_000
    keepalive.received(105.02)
    keepalive.pong(rtc.Pong(last_ping_timestamp=1_000, timestamp=77), 105.02)
    assert keepalive.rtt == pytest.approx(0.02)
    second = keepalive.handle_timeout(110.0, 6_000)
    assert cases(second) == ["ping_req"], "the server knows the newer kind"
    assert second[0].ping_req.rtt == 20


def test_pongs_that_answer_nothing_are_ignored() -> None:
    keepalive = KeepAlive(5, 15, now=0.0)
    keepalive.pong(rtc.Pong(last_ping_timestamp=5), 1.0)
    keepalive.pong(rtc.Pong(), 1.0)
    assert keepalive.rtt is None
    keepalive.handle_timeout(5.0, 1_000)
    keepalive.pong(rtc.Pong(last_ping_timestamp=1_000), 5.5)
    keepalive.pong(rtc.Pong(last_ping_timestamp=1_000), 9.5)
    assert keepalive.rtt == 0.5


def test_pings_of_the_same_millisecond_are_told_apart() -> None:
    keepalive = KeepAlive(1, 0, now=0.0)
    stamps = [keepalive.handle_timeout(float(second), 1_000)[0].ping_req.timestamp for second in (1, 2, 3)]
    assert stamps == [1_000, 1_001, 1_002]


def test_silence_ends_the_connection() -> None:
    keepalive = KeepAlive(5, 15, now=0.0)
    keepalive.received(2.0)
    for now in (5.0, 10.0, 15.0):
        assert keepalive.handle_timeout(now, int(now * 1000))
        assert not keepalive.expired
    assert keepalive.next_deadline() == 17.0
    assert keepalive.handle_timeout(17.0, 17_000) == []
    assert keepalive.expired
    assert keepalive.next_deadline() is None


def test_a_loop_that_stood_still_is_not_the_servers_fault() -> None:
    keepalive = KeepAlive(5, 15, now=0.0)
    keepalive.handle_timeout(40.0, 0)
    assert not keepalive.expired
    deadline = 40.0 + GRACE
    assert keepalive.next_deadline() == deadline
    keepalive.handle_timeout(deadline, 0)
    assert keepalive.expired, "but it gets only one grace"


def test_zero_switches_off() -> None:
    assert KeepAlive(0, 0, now=0.0).next_deadline() is None
    only_timeout = KeepAlive(0, 15, now=0.0)
    assert only_timeout.handle_timeout(15.0, 0) == []
    assert only_timeout.expired
    only_pings = KeepAlive(5, 0, now=0.0)
    assert cases(only_pings.handle_timeout(1000.0, 0)) == ["ping_req", "ping"]
    assert not only_pings.expired


def test_unanswered_pings_take_no_memory() -> None:
    keepalive = KeepAlive(1, 0, now=0.0)
    for second in range(1, 1000):
        keepalive.handle_timeout(float(second), second)
    assert len(keepalive._sent) <= 16


def token(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (token({"exp": 1_700_000_000}), 1_700_000_000.0),
        (token({"exp": 1.5, "nbf": 0}), 1.5),
        (token({}), None),
        (token({"exp": "soon"}), None),
        (token({"exp": True}), None),
        (token([1]), None),
        ("garbage", None),
        ("a.b.c", None),
        ("a.!!!!.c", None),
        ("ü.ü.ü", None),
    ],
)
def test_expiry_of_a_token(text: str, expected: float | None) -> None:
    assert expires_at(text) == expected


@pytest.mark.parametrize(
    ("text", "fine"), [("abc.def-_", True), ("", False), ("a b", False), ("a\r\nX: y", False), ("ü", False)]
)
def test_tokens_that_fit_a_header(text: str, fine: bool) -> None:
    assert is_sendable(text) is fine
