"""Opening the websocket: one attempt on one URL, and what a failure means.

Every way in which an attempt can fail ends in `ConnectError` with the server's words where it gave any, and
without the token: servers quote it in their refusals.
"""

from __future__ import annotations

import asyncio
import logging
import ssl as ssl_module
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as websocket_connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)

from lkpy.errors import ConnectError, ConnectErrorReason, ProtocolError
from lkpy.log import RedactingFilter, get_logger, redact
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.signal.dispatch import SignalCounters, parse_response
from lkpy.signal.url import SINGLE_PATH, origin, validate_url
from lkpy.version import __version__

MAX_MESSAGE_SIZE = 8 << 20
"""Bytes of the largest message taken, decompressed. The server splits its own at about 128 KiB."""
CLOSE_TIMEOUT = 1.0
"""Seconds given to the closing handshake."""
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
# Given to websockets, whose debug records show headers and frames.
_websocket_logger = get_logger("signal.websocket")
_websocket_logger.setLevel(logging.INFO)
_websocket_logger.addFilter(RedactingFilter())


class _Connect(websocket_connect):
    """Without redirects: a token goes to the server it was meant for and nowhere else."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach a server, and the token to show.

    Attributes:
        token: goes into the `Authorization` header (RFC 6750 section 2.1), never into a URL.
        proxy: URL of a proxy; True takes the environment's, None uses none.
        ssl: for `wss`; None verifies with the system's authorities.
    """

    token: str = field(repr=False)
    proxy: str | bool | None = field(default=None, repr=False)
    ssl: ssl_module.SSLContext | None = None

    def scrub(self, text: str) -> str:
        """The text without the token and without the proxy's address, which may hold a password."""
        proxy = self.proxy if isinstance(self.proxy, str) else ""
        return redact(text, self.token, proxy)


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
        return await _Connect(
            url,
            additional_headers={"Authorization": f"Bearer {server.token}"},
            user_agent_header=f"lkpy/{__version__}",
            logger=_websocket_logger,
            proxy=server.proxy or None,
            **_tls(url, server),
            compression="deflate",
            open_timeout=None,
            ping_interval=None,
            close_timeout=CLOSE_TIMEOUT,
            max_size=MAX_MESSAGE_SIZE,
        )
    except InvalidStatus as error:
        body = bytes(error.response.body or b"").decode("utf-8", "replace")
        words = server.scrub(" ".join(body.split()))[:MAX_WORDS]
        raise Refused(error.response.status_code, words) from None
    except (OSError, InvalidHandshake, InvalidURI, ImportError, ValueError) as error:
        raise _failure(error, url, server) from None


def _tls(url: str, server: Server) -> dict[str, Any]:
    """websockets takes no `ssl=None` for wss, and nothing else for ws."""
    return {"ssl": server.ssl} if server.ssl is not None and url.startswith("wss:") else {}


async def explain(refused: Refused, url: str, server: Server, deadline: float) -> ConnectError:
    """Ask the validate path why the server refused, and make the error out of its words.

    Args:
        refused: how the upgrade failed; its words are taken when the server has none to add in time.
        url: the signalling URL that was refused.
        server: as for `open_websocket`.
        deadline: loop time by which the answer has to be there.
    """
    status, words = refused.status, refused.words
    # A little before the deadline of everything, whose error would say less.
    latest = min(deadline - 0.05, asyncio.get_running_loop().time() + VALIDATE_TIMEOUT)
    try:
        async with asyncio.timeout_at(latest):
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


async def discard(websocket: ClientConnection) -> None:
    """Close at once, without a closing handshake; returns when the socket is gone."""
    websocket.transport.abort()
    await websocket.wait_closed()


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
