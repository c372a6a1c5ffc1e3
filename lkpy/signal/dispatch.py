"""Reading the server's messages: bytes to `SignalResponse`, and what becomes of each case."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf import json_format
from google.protobuf.message import DecodeError

from lkpy.errors import ProtocolError
from lkpy.protocol import rtc_pb2 as rtc


class Route(enum.Enum):
    """What the signal client does with a message."""

    OPENING = "opening"
    """Only the first message of a connection; later it is skipped."""
    DELIVER = "deliver"
    """Handed to whoever iterates over the client."""
    TOKEN = "token"
    """Stored as the token to come back with, and handed on."""
    PONG = "pong"
    """Ends in the keep-alive."""


ROUTES: Mapping[str, Route] = {
    "join": Route.OPENING,
    "reconnect": Route.OPENING,
    "answer": Route.DELIVER,
    "offer": Route.DELIVER,
    "trickle": Route.DELIVER,
    "update": Route.DELIVER,
    "track_published": Route.DELIVER,
    "leave": Route.DELIVER,
    "mute": Route.DELIVER,
    "speakers_changed": Route.DELIVER,
    "room_update": Route.DELIVER,
    "connection_quality": Route.DELIVER,
    "stream_state_update": Route.DELIVER,
    "subscribed_quality_update": Route.DELIVER,
    "subscription_permission_update": Route.DELIVER,
    "refresh_token": Route.TOKEN,
    "track_unpublished": Route.DELIVER,
    "pong": Route.PONG,
    "pong_resp": Route.PONG,
    "subscription_response": Route.DELIVER,
    "request_response": Route.DELIVER,
    "track_subscribed": Route.DELIVER,
    "room_moved": Route.TOKEN,
    "media_sections_requirement": Route.DELIVER,
    "subscribed_audio_codec_update": Route.DELIVER,
    "publish_data_track_response": Route.DELIVER,
    "unpublish_data_track_response": Route.DELIVER,
    "data_track_subscriber_handles": Route.DELIVER,
    "store_data_blob_response": Route.DELIVER,
    "get_data_blob_response": Route.DELIVER,
}
"""Every case of `SignalResponse.message`, and where it goes."""


@dataclass(slots=True)
class SignalCounters:
    """Messages of one connection.

    Attributes:
        received: frames read, of any kind.
        skipped: frames that were no message, had no known case, or came where they make no sense.
        sent: messages handed to the socket.
        failed: messages that raised an error in us; it was logged.
        dropped: messages not sent: the connection was closed, too many waited, or they asked for nothing.
    """

    received: int = 0
    skipped: int = 0
    sent: int = 0
    failed: int = 0
    dropped: int = 0


def parse_response(frame: bytes | str) -> tuple[str, rtc.SignalResponse]:
    """Read one websocket frame: the case's name and the message.

    Args:
        frame: binary frames hold a serialized message, text frames the same as protobuf JSON.

    Raises:
        ProtocolError: not a `SignalResponse`, or one without a case known here.
    """
    try:
        if isinstance(frame, str):
            message = json_format.Parse(frame, rtc.SignalResponse(), ignore_unknown_fields=True)
        else:
            message = rtc.SignalResponse.FromString(frame)
    except (DecodeError, json_format.ParseError, ValueError, RecursionError) as error:
        # The text of the error may quote the frame, and the frame may hold a token.
        raise ProtocolError(f"not a signal message: {type(error).__name__}") from None
    case = message.WhichOneof("message")
    if case is None:
        raise ProtocolError("a signal message without a known case")
    return case, message


def new_token(case: str, message: rtc.SignalResponse) -> str:
    """The token in a message with `Route.TOKEN`; empty when it brings none."""
    return message.refresh_token if case == "refresh_token" else message.room_moved.token
