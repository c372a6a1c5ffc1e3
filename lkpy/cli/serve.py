"""`lkpy serve`: the fake SFU as a server of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal

from rich.console import Console

from lkpy.testing import FakeSfu, PortInUseError
from lkpy.testing.tokens import make_token

ROOM = "lobby"


async def run(host: str, port: int, api_key: str, api_secret: str, console: Console | None = None) -> int:
    """Serve until interrupted; 1 when the port is taken."""
    console = console or Console(soft_wrap=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows' event loops have no signal handlers; KeyboardInterrupt ends them.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    try:
        async with FakeSfu(host, port, api_key, api_secret) as sfu:
            console.print(f"serving at {sfu.url}")
            console.print(f"API key {api_key}, for tests and learning only")
            token = make_token(api_key, api_secret, identity="guest", room=ROOM)
            console.print(f"token for guest in {ROOM}:\n{token}", highlight=False)
            await stop.wait()
    except PortInUseError as error:
        console.print(f"cannot serve: {error.message}")
        return 1
    return 0
