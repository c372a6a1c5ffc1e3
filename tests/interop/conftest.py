"""Servers for the interop tests."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator

import pytest

from lkpy.testing import FakeSfu
from tests.interop.environment import SERVER, required

START_TIMEOUT = 20.0


def _free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def livekit_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running livekit-server on ports of its own."""
    binary = required(SERVER)
    http, tcp = _free_port(socket.SOCK_STREAM), _free_port(socket.SOCK_STREAM)
    udp = _free_port(socket.SOCK_DGRAM)
    log = tmp_path_factory.mktemp("livekit-server") / "log.txt"
    config = f"port: {http}\nrtc:\n  udp_port: {udp}\n  tcp_port: {tcp}\n"
    command = [binary, "--dev", "--bind", "127.0.0.1", "--node-ip", "127.0.0.1", "--config-body", config]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + START_TIMEOUT
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{http}/", timeout=1):
                        break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        pytest.fail(f"livekit-server did not start: {log.read_text()[-2000:]}")
                    time.sleep(0.05)
            yield f"ws://127.0.0.1:{http}"
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
async def server_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of the server that the test's `server_url` parameter names: `fake` or `livekit-server`."""
    if request.param == "fake":
        async with FakeSfu() as sfu:
            yield sfu.url
    else:
        # A synchronous fixture that may be set up inside this one: its process outlives the loop.
        yield await asyncio.to_thread(request.getfixturevalue, "livekit_server")
