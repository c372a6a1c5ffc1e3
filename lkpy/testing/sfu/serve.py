"""A server that runs until it is stopped: what `lkpy serve` does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from lkpy.testing.sfu.server import FakeSfu


async def serve(
    host: str = "127.0.0.1",
    port: int = 7880,
    api_key: str = "devkey",
    api_secret: str = "secret",
    on_ready: Callable[[FakeSfu], None] | None = None,
    **options: Any,
) -> None:
    """Run a server until cancelled. `on_ready` gets it once it listens; `options` are those of `FakeSfu`.

    Raises:
        PortInUseError: the port is taken.
    """
    async with FakeSfu(host, port, api_key, api_secret, **options) as sfu:
        if on_ready is not None:
            on_ready(sfu)
        await asyncio.get_running_loop().create_future()
