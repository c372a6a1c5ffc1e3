"""Opening one websocket (RFC 6455) with the library `websockets`.

It is built on `network.open_stream`, whichever the network is. The one exception is a proxy: proxies are the
system's, so `websockets` opens the connection through one by itself, and a network that is made up has none.
"""

from __future__ import annotations

import logging
import ssl as ssl_module
from dataclasses import dataclass, field
from typing import Any, Literal

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as websocket_connect
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import enable_client_permessage_deflate
from websockets.uri import parse_uri

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.system_network import SystemNetwork
from lkpy.log import RedactingFilter, get_logger, redact
from lkpy.version import __version__

MAX_MESSAGE_SIZE = 8 << 20
"""Bytes of the largest message taken, decompressed. The server splits its own at about 128 KiB."""
CLOSE_TIMEOUT = 1.0
"""Seconds given to the closing handshake."""

_USER_AGENT = f"lkpy/{__version__}"

# Given to websockets, whose debug records show headers and frames.
_logger = get_logger("signal.websocket")
_logger.setLevel(logging.INFO)
_logger.addFilter(RedactingFilter())


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach a server, and the token to show.

    Attributes:
        token: goes into the `Authorization` header (RFC 6750 section 2.1), never into a URL.
        runtime: its network opens connections, its clock ends waiting for them.
        proxy: URL of a proxy; True takes the environment's, None uses none.
        ssl: for `wss`; None verifies with the system's authorities.
    """

    token: str = field(repr=False)
    runtime: Runtime
    proxy: str | Literal[True] | None = field(default=None, repr=False)
    ssl: ssl_module.SSLContext | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What the request says beside what the protocol wants."""
        return {"Authorization": f"Bearer {self.token}"}

    def scrub(self, text: str) -> str:
        """The text without the token and without the proxy's address, which may hold a password."""
        proxy = self.proxy if isinstance(self.proxy, str) else ""
        return redact(text, self.token, proxy)


class _Connect(websocket_connect):
    """Without redirects: a token goes to the server it was meant for and nowhere else."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


async def open_connection(url: str, server: Server) -> ClientConnection:
    """Connect and shake hands. Cancelling leaves nothing open.

    Raises:
        InvalidHandshake: and what else `websockets` raises.
        OSError: no connection.
    """
    if server.proxy and isinstance(server.runtime.network, SystemNetwork):
        return await _open_through_proxy(url, server, server.proxy)
    uri = parse_uri(url)
    protocol = ClientProtocol(
        uri, extensions=enable_client_permessage_deflate(None), max_size=MAX_MESSAGE_SIZE, logger=_logger
    )
    tls = (server.ssl or ssl_module.create_default_context()) if uri.secure else None
    _, connection = await server.runtime.network.open_stream(
        uri.host,
        uri.port,
        lambda: ClientConnection(protocol, ping_interval=None, close_timeout=CLOSE_TIMEOUT),
        ssl=tls,
        server_hostname=uri.host if tls is not None else None,
    )
    try:
        await connection.handshake(server.headers, _USER_AGENT)
    except BaseException:
        connection.transport.abort()
        raise
    return connection


async def _open_through_proxy(url: str, server: Server, proxy: str | Literal[True]) -> ClientConnection:
    # websockets takes no `ssl=None` for wss, and nothing else for ws.
    tls: dict[str, Any] = {"ssl": server.ssl} if server.ssl is not None and url.startswith("wss:") else {}
    return await _Connect(
        url,
        additional_headers=server.headers,
        user_agent_header=_USER_AGENT,
        logger=_logger,
        proxy=proxy,
        **tls,
        compression="deflate",
        open_timeout=None,
        ping_interval=None,
        close_timeout=CLOSE_TIMEOUT,
        max_size=MAX_MESSAGE_SIZE,
    )


async def discard(websocket: ClientConnection) -> None:
    """Close at once, without a closing handshake; returns when the socket is gone."""
    websocket.transport.abort()
    await websocket.wait_closed()
