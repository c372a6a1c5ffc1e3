"""The two servers of the interop tests, each a process of its own: `lkpy serve` and livekit-server."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.environment import SERVER, UNMEASURED, required

START_TIMEOUT = 20.0
STOP_TIMEOUT = 5.0
PORTS = range(20_000, 30_000)
OF_A_WORKER = 500
TURN = """\
  enable_loopback_candidate: true
  ips: {{includes: [127.0.0.1/32]}}
turn:
  enabled: true
  domain: localhost
  udp_port: {port}
  relay_range_start: 31000
  relay_range_end: 31100
  allow_restricted_peer_cidrs: ["127.0.0.0/8"]
"""
"""Goes on from the section `rtc` of a configuration: TURN by livekit-server, to its own loopback address. Its
other addresses are left out: they are announced as that one too, but are not heard through it."""


def _worker() -> int:
    """The number of this process among those that run tests side by side."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _free_ports(*kinds: int) -> list[int]:
    """Ports for so many sockets, each another one: all are held until the last is found.

    They lie below the ports that the system gives to outgoing connections, which come and go meanwhile. Tests
    that run side by side take them from ranges of their own, since none is held between here and its server.
    """
    found: list[int] = []
    first = PORTS.start + _worker() % (len(PORTS) // OF_A_WORKER) * OF_A_WORKER
    with contextlib.ExitStack() as held:
        for kind in kinds:
            while True:
                probe = held.enter_context(socket.socket(socket.AF_INET, kind))
                port = random.randrange(first, first + OF_A_WORKER)
                with contextlib.suppress(OSError):
                    probe.bind(("", port))  # free on all addresses: servers take those of each interface
                    found.append(port)
                    break
    return found


@contextlib.contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[str]:
    """Start a server, wait until its front answers, stop it at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=UNMEASURED)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1):
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"{command[0]} did not start: {log.read_text()[-2000:]}")
                time.sleep(0.05)
        yield f"ws://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()  # livekit-server waits for those whose process ended without a farewell
            process.wait()


@contextlib.contextmanager
def running_fake(folder: Path) -> Iterator[str]:
    """`lkpy serve` on a free port, its log in the folder; yields its URL."""
    (port,) = _free_ports(socket.SOCK_STREAM)
    command = [sys.executable, "-m", "lkpy", "serve", "--port", str(port)]
    with _running(command, port, folder / "lkpy-serve.txt") as url:
        yield url


@contextlib.contextmanager
def running_livekit(folder: Path, *, rtc: str = "", turn: bool = False) -> Iterator[str]:
    """livekit-server on ports of its own, its log in the folder; yields its URL.

    Args:
        rtc: a further line of the configuration's section of that name.
        turn: with its TURN server, which relays to the loopback interface.
    """
    binary = required(SERVER)
    http, tcp, udp, relay = _free_ports(socket.SOCK_STREAM, socket.SOCK_STREAM, *[socket.SOCK_DGRAM] * 2)
    config = f"port: {http}\nrtc:\n  udp_port: {udp}\n  tcp_port: {tcp}\n  {rtc}\n"
    if turn:
        config += TURN.format(port=relay)
    command = [str(binary), "--dev", "--bind", "127.0.0.1", "--node-ip", "127.0.0.1", "--config-body", config]
    with _running(command, http, folder / "livekit-server.txt") as url:
        yield url


RUNNING = {"fake": running_fake, "livekit-server": running_livekit}
