"""Every signal message of recorded sessions goes through our definitions and comes out the same."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message

from lkpy.protocol import rtc_pb2

TRACES = sorted((Path(__file__).parent.parent / "data" / "traces").glob("*.jsonl.gz"))
NOT_MESSAGES = {"open", "close", "http"}


def records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def join_requests(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in body.get("query", {}).items():
        if name.startswith("join_request"):
            yield value


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def assert_round_trip(message: Message, expected: dict[str, Any]) -> None:
    json_format.ParseDict(expected, message)
    again = type(message).FromString(message.SerializeToString())
    assert again == message
    assert json_format.MessageToDict(again) == expected


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.name.removesuffix(".jsonl.gz"))
def test_messages_round_trip(path: Path) -> None:
    count = 0
    for record in records(path):
        body = record["body"]
        if record["kind"] == "open":
            for request in join_requests(body):
                assert_round_trip(rtc_pb2.JoinRequest(), request)
                count += 1
        elif record["kind"] not in NOT_MESSAGES:
            message = rtc_pb2.SignalRequest() if record["way"] == "up" else rtc_pb2.SignalResponse()
            assert_round_trip(message, {camel(record["kind"]): body})
            assert message.WhichOneof("message") == record["kind"]
            count += 1
    assert count > 0


def test_the_sessions_show_most_cases() -> None:
    """The traces are worth their space: nearly every case that official clients use is in them."""
    seen = {(record["way"], record["kind"]) for path in TRACES for record in records(path)}
    assert len(TRACES) == 23
    assert {kind for way, kind in seen if way == "up"} >= {
        *("offer", "answer", "trickle", "add_track", "mute", "subscription", "track_setting", "leave"),
        *("subscription_permission", "sync_state", "simulate", "ping", "ping_req", "update_metadata"),
    }
    assert {kind for way, kind in seen if way == "down"} >= {
        *("join", "reconnect", "leave", "offer", "answer", "trickle", "update", "track_published", "mute"),
        *("speakers_changed", "room_update", "connection_quality", "refresh_token", "request_response"),
        *("stream_state_update", "subscribed_quality_update", "media_sections_requirement"),
        *("subscription_permission_update", "track_subscribed", "pong", "pong_resp"),
    }
