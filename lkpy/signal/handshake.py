"""Opening the websocket: one attempt on one URL, and what a failure means.

Every way in which an attempt can fail ends in `ConnectError` with the server's words where it gave any, and
without the token: servers quote it in their refusals.
"""

from __future__ import annotations

import asyncio
import ssl as ssl_module

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)

from lkpy.errors import ConnectError, ConnectErrorReason, ProtocolError
from lkpy.log import get_logger
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal.dispatch import SignalCounters, parse_response
from lkpy.signal.url import SINGLE_PATH, origin, validate_url
from lkpy.signal.websocket import MAX_MESSAGE_SIZE, Server, discard, open_connection

VALIDATE_TIMEOUT = 3.0
"""Seconds spent on asking why the server refused."""
MAX_WORDS = 500
"""Characters of a server's answer that go into an error."""
ROOM_MISSING = "requested room does not exist"
"""What a server says with 404 when it knows the path, but not the room."""

_STATUS_REASONS = {
    401: ConnectErrorReason.NOT_ALLOWED,
    403: ConnectErrorReason.NOT_ALLOWED,
    404: ConnectErrorReason.NOT_FOUND,
}

logger = get_logger("signal")


class Refused(Exception):
    """The server answered the upgrade with an HTTP status; stays inside this package."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.words = words

    @property
    def path_unknown(self) -> bool:
        """The server does not know the path, rather than the room."""
        return self.status == 404 and ROOM_MISSING not in self.words


async def open_websocket(url: str, server: Server) -> ClientConnection:
    """Open the websocket at `url`. Cancelling leaves nothing open.

    Raises:
        Refused: the server answered with a status other than 101.
        ConnectError: everything else that went wrong.
    """
    try:
        return await open_connection(url, server)
    except InvalidStatus as error:
        body = bytes(error.response.body or b"").decode("utf-8", "replace")
        words = server.scrub(" ".join(body.split()))[:MAX_WORDS]
        raise Refused(error.response.status_code, words) from None
    except (OSError, InvalidHandshake, InvalidURI, ImportError, ValueError) as error:
        raise _failure(error, url, server) from None


async def explain(refused: Refused, url: str, server: Server, deadline: float) -> ConnectError:
    """Ask the validate path why the server refused, and make the error out of its words.

    Args:
        refused: how the upgrade failed; its words are taken when the server has none to add in time.
        url: the signalling URL that was refused.
        server: as for `open_websocket`.
        deadline: time on the clock by which the answer has to be there.
    """
    status, words = refused.status, refused.words
    # A little before the deadline of everything, whose error would say less.
    left = deadline - 0.05 - server.runtime.clock.now()
    try:
        async with asyncio.timeout(min(left, VALIDATE_TIMEOUT)):
            websocket = await open_websocket(validate_url(url), server)
    except Refused as answer:
        # 2xx: "I would have let you in"; 404: an old server without this path.
        if answer.status >= 400 and answer.status != 404 and answer.words:
            status, words = answer.status, answer.words
    except (ConnectError, TimeoutError):
        pass
    else:
        await discard(websocket)
    reason = _STATUS_REASONS.get(status, ConnectErrorReason.SERVER_ERROR)
    text = f"the server at {origin(url)} refused the connection: HTTP {status}"
    return ConnectError(f"{text}, {words}" if words else text, reason, status)


def _failure(error: Exception, url: str, server: Server) -> ConnectError:
    """Map an exception of asyncio, ssl or websockets."""
    where = origin(url)
    text = server.scrub(str(error)) or type(error).__name__
    match error:
        case ssl_module.SSLError():
            return ConnectError(f"TLS with {where} failed: {text}", ConnectErrorReason.UNREACHABLE)
        case ProxyError() | ImportError():
            return ConnectError(f"the proxy cannot be used: {text}", ConnectErrorReason.UNREACHABLE)
        case OSError():
            return ConnectError(f"cannot reach {where}: {text}", ConnectErrorReason.UNREACHABLE)
        case InvalidMessage(__cause__=EOFError()):
            return ConnectError(
                f"{where} closed the connection instead of answering", ConnectErrorReason.UNREACHABLE
            )
        case InvalidHandshake():
            return ConnectError(f"{where} is no LiveKit server: {text}", ConnectErrorReason.PROTOCOL)
        case _:
            return ConnectError(f"bad URL: {text}", ConnectErrorReason.BAD_URL)


async def open_first(
    urls: list[tuple[str, bool]], server: Server, deadline: float
) -> tuple[ClientConnection, bool]:
    """Open the first URL whose path the server knows; with it comes the flag it was given with.

    Raises:
        ConnectError: refused by a server that knows the path, or no URL left.
    """
    for url, single in urls[:-1]:
        try:
            return await open_websocket(url, server), single
        except Refused as refused:
            if not refused.path_unknown:
                raise await explain(refused, url, server, deadline) from None
            logger.debug("the server does not know %s", SINGLE_PATH)
    url, single = urls[-1]
    try:
        return await open_websocket(url, server), single
    except Refused as refused:
        raise await explain(refused, url, server, deadline) from None


async def first_message(
    websocket: ClientConnection, counters: SignalCounters, server: Server
) -> rtc.JoinResponse:
    """Wait for the join response; frames that are no message are skipped and counted.

    Raises:
        ConnectError: LEAVE, or PROTOCOL for another message, or UNREACHABLE when the connection closed.
    """
    while True:
        try:
            frame = await websocket.recv()
        except ConnectionClosed as closed:
            words = server.scrub(closing_words(closed))
            raise ConnectError(f"no join response: {words}", ConnectErrorReason.UNREACHABLE) from None
        counters.received += 1
        try:
            case, message = parse_response(frame)
        except ProtocolError as error:
            counters.skipped += 1
            logger.debug("skipped a frame: %s", error)
            continue
        if case == "join":
            return message.join
        if case == "leave":
            name = _reason_name(message.leave.reason)
            raise ConnectError(f"the server answered the join with a leave: {name}", ConnectErrorReason.LEAVE)
        raise ConnectError(f"the server's first message was {case}, not join", ConnectErrorReason.PROTOCOL)


def _reason_name(reason: int) -> str:
    value = models.DisconnectReason.DESCRIPTOR.values_by_number.get(reason)
    return value.name if value is not None else f"reason {reason}"


def closing_words(closed: ConnectionClosed) -> str:
    """Who closed the websocket, and why."""
    if closed.sent is not None and not closed.rcvd_then_sent:
        if closed.sent.code == 1009:
            return f"the server sent a message larger than {MAX_MESSAGE_SIZE} bytes"
        return f"we closed the connection ({closed.sent.code}: {closed.sent.reason or 'no reason'})"
    if closed.rcvd is not None:
        return f"the server closed the connection ({closed.rcvd.code}: {closed.rcvd.reason or 'no reason'})"
    return "the connection was lost"
