"""How a session connects."""

from __future__ import annotations

import ssl as ssl_module
from dataclasses import dataclass, field

from lkpy.transport.ice.transport import IceServer


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How to connect.

    Attributes:
        auto_subscribe: the server subscribes us to every track.
        single_peer_connection: None or True tries the single mode first; False uses two peer connections.
        timeout: seconds for the whole of `connect`.
        ice_servers: replace the server's list when not empty.
        relay_only: only candidates of TURN servers are used.
        proxy: URL of the proxy for the websocket; True takes the environment's, None uses none.
        ssl: TLS settings for `wss`; None verifies with the system's authorities.
    """

    auto_subscribe: bool = True
    single_peer_connection: bool | None = None
    timeout: float = 15.0
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    proxy: str | bool | None = True
    ssl: ssl_module.SSLContext | None = field(default=None, repr=False)
