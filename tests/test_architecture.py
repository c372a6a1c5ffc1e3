"""The rules of the house: imports go down only, no circles, and protocol code does no I/O.

The floors are those of docs/architecture.md. Every import counts, also one in a function or under
`TYPE_CHECKING`.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = {
    "lkpy.protocol": 0,
    "lkpy.errors": 0,
    "lkpy.log": 0,
    "lkpy.version": 0,
    "lkpy._loop": 0,
    "lkpy._runtime": 0,
    "lkpy.media.encoded_frame": 1,
    "lkpy.media.rtp": 1,
    "lkpy.signal": 2,
    "lkpy.data": 2,
    "lkpy.e2ee": 2,
    "lkpy.transport": 3,
    "lkpy.media": 3,
    "lkpy.session": 4,
    "lkpy": 5,
    "lkpy.cli": 6,
    "lkpy.inspect": 6,
    "lkpy.testing": 6,
    "lkpy.__main__": 6,
}
"""Module or package to floor; the longest name that fits decides."""

FORBIDDEN = {
    "lkpy.media": ("lkpy.transport",),
    "lkpy.transport": ("lkpy.media.audio", "lkpy.media.codecs"),
    "lkpy.signal": ("lkpy.data",),
    "lkpy.data": ("lkpy.signal",),
    "lkpy.testing.sfu": (
        "lkpy.session",
        "lkpy._room",
        "lkpy.room",
        "lkpy.participant",
        "lkpy.track",
        "lkpy.cli",
    ),
}
"""Neighbours on one floor that do not know each other; and the SFU, which shares no bug with the client."""

IMPURE = {"asyncio", "concurrent", "random", "secrets", "select", "selectors", "socket", "threading", "time"}
"""What a protocol object gets as an argument, or does not need: clocks, sockets, loops, threads, chance."""

DRIVERS = {
    "lkpy._loop": "time and tasks are what it is about",
    "lkpy._runtime.network": "what streams are made of",
    "lkpy._runtime.offload": "asks sockets for segmentation offload",
    "lkpy._runtime.system_network": "opens sockets",
    "lkpy._runtime.udp": "UDP sockets",
    "lkpy.data.stream_reading": "lets a coroutine wait for a stream",
    "lkpy.media.audio.queue": "filled on the loop, emptied in the worker",
    "lkpy.media.audio.receive": "its timer is the tick",
    "lkpy.media.audio.taps": "delivers on the loop",
    "lkpy.media.audio.tick": "the media timer",
    "lkpy.media.audio.worker": "the worker thread",
    "lkpy.session.driver": "ties a session to the floors below",
    "lkpy.signal.client": "the websocket of a session",
    "lkpy.signal.handshake": "waits for the server's first words",
    "lkpy.signal.websocket": "opens the websocket",
    "lkpy.transport.bundle.transport": "one timer for ICE, DTLS and SCTP",
    "lkpy.transport.dtls.certificate": "draws keys and dates certificates",
    "lkpy.transport.ice.gather": "asks servers for candidates",
    "lkpy.transport.ice.tcp": "ICE-TCP sockets",
    "lkpy.transport.ice.transport": "the timer of an ICE agent",
    "lkpy.transport.ice.turn.relay": "TURN allocations",
    "lkpy.transport.ice.turn.stream": "TURN sockets",
    "lkpy.transport.peer_connection": "the RTCP timer",
    "lkpy.transport.sctp.endpoint": "draws the secret of its cookies when none is given",
    "lkpy.transport.sctp.waiter": "lets a coroutine wait for a channel",
}
"""Modules and packages below floor 5 that may do I/O, and what for. Everything else there is sans-IO."""


@dataclass(frozen=True)
class Import:
    """One imported name, resolved to a module where it is one of ours."""

    module: str
    line: int


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path for path in sorted((ROOT / "lkpy").rglob("*.py"))}


def imports(module: str, source: str, is_package: bool) -> Iterator[Import]:
    """All imports of a module, with relative ones resolved."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")[: len(module.split(".")) - node.level + is_package]
                base = ".".join([*parents, base]).rstrip(".")
            names = [resolve(base, alias.name) for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(name, node.lineno)


def resolve(base: str, name: str) -> str:
    """`from base import name` means the module `base.name`, if there is one."""
    return f"{base}.{name}" if f"{base}.{name}" in SOURCES else base


@functools.cache
def all_imports(module: str) -> tuple[Import, ...]:
    path = SOURCES[module]
    return tuple(imports(module, path.read_text(encoding="utf-8"), path.name == "__init__.py"))


def report(modules: Iterable[str], wrong: Callable[[str, str], bool]) -> list[str]:
    """The imports that are wrong, as `module:line: imported`."""
    return [
        f"{module}:{found.line}: {found.module}"
        for module in modules
        for found in all_imports(module)
        if wrong(module, found.module)
    ]


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def floor(module: str) -> int:
    return FLOORS[max((name for name in FLOORS if inside(module, name)), key=len)]


def is_ours(module: str) -> bool:
    return inside(module, "lkpy")


def test_imports_go_down_only() -> None:
    assert report(SOURCES, lambda module, other: is_ours(other) and floor(other) > floor(module)) == []


@pytest.mark.parametrize("package", FORBIDDEN)
def test_neighbours_that_do_not_know_each_other(package: str) -> None:
    def wrong(_: str, other: str) -> bool:
        return any(inside(other, name) for name in FORBIDDEN[package])

    assert report((module for module in SOURCES if inside(module, package)), wrong) == []


def test_no_circles() -> None:
    graph = {
        module: {
            found.module
            for found in all_imports(module)
            if found.module in SOURCES and found.module != module
        }
        for module in SOURCES
    }
    done: set[str] = set()
    path: list[str] = []

    def visit(module: str) -> None:
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module in done:
            return
        path.append(module)
        for other in sorted(graph[module]):
            visit(other)
        path.pop()
        done.add(module)

    for module in graph:
        visit(module)


def test_protocol_code_does_no_io() -> None:
    """Time, chance and input are arguments. A new driver says in DRIVERS what it drives."""
    pure = [
        module
        for module in SOURCES
        if floor(module) < FLOORS["lkpy"] and not any(inside(module, driver) for driver in DRIVERS)
    ]
    assert report(pure, lambda _, other: other.split(".")[0] in IMPURE) == []


def test_drivers_exist() -> None:
    assert [module for module in DRIVERS if module not in SOURCES] == []


def test_the_check_finds_what_it_looks_for() -> None:
    source = """
import asyncio
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from lkpy.room import Room
def connect():
    from lkpy.session.driver import session
    import lkpy.cli
from . import url
from ..errors import LkpyError
"""
    found = {item.module for item in imports("lkpy.signal.client", source, False)}
    assert {
        "asyncio",
        "lkpy.room",
        "lkpy.session.driver.session",
        "lkpy.cli",
        "lkpy.signal.url",
        "lkpy.errors",
    } <= found
    assert floor("lkpy.protocol.models_pb2") == 0
    assert floor("lkpy.media.rtp.packet") == 1
    assert floor("lkpy.media.audio.tick") == 3
    assert floor("lkpy.room") == 5
    assert floor("lkpy.testing.sfu.room") == 6
