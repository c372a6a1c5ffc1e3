"""The rules of the house: imports go down only, no circles, and protocol code does no I/O.

The floors are those of docs/architecture.md. Every import counts, also one in a function or under
`TYPE_CHECKING`.
"""

from __future__ import annotations

import ast
import functools
import re
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

READS_TIME = re.compile(r"\b(Clock|ReadTime|Timer|Alarm|Runtime)\b|Callable\[\[\], (float|int)\]")
"""Types of what knows the time."""

HANDED_DOWN = {"lkpy._runtime.runtime", "lkpy._runtime.system_network", "lkpy._runtime.udp"}
"""What drivers get and protocol code does not."""

INNER_EXCEPTIONS = {
    "lkpy.data.rpc_error.RpcError",
    "lkpy.signal.handshake.Refused",
    "lkpy.testing.sfu.join.Refusal",
    "lkpy.testing.sfu.server.PortInUseError",
    "lkpy.testing.sfu.twirp.TwirpError",
    "lkpy.testing.tokens.TokenError",
}
"""Exceptions outside of `errors.py`, which says where those are that users meet."""

DRIVERS = {
    "lkpy._loop": "time and tasks are what it is about",
    "lkpy._runtime.network": "what streams are made of",
    "lkpy._runtime.runtime": "hands down clock and network",
    "lkpy._runtime.offload": "asks sockets for segmentation offload",
    "lkpy._runtime.system_network": "opens sockets",
    "lkpy._runtime.udp": "UDP sockets",
    "lkpy.data.stream_reading": "lets a coroutine wait for a stream",
    "lkpy.media.audio.queue": "filled on the loop, emptied in the worker",
    "lkpy.media.audio.receive": "its timer is the tick",
    "lkpy.media.audio.strand": "runs jobs in workers",
    "lkpy.media.audio.send": "tells the trace of frames when they left",
    "lkpy.media.audio.taps": "delivers on the loop",
    "lkpy.media.audio.tick": "the media timer",
    "lkpy.media.audio.worker": "the worker thread",
    "lkpy.session.driver": "ties a session to the floors below",
    "lkpy.signal.client": "the websocket of a session",
    "lkpy.signal.handshake": "waits for the server's first words",
    "lkpy.signal.websocket": "opens the websocket",
    "lkpy.transport.bundle.data": "drives SCTP over DTLS",
    "lkpy.transport.bundle.guard": "knows what cancelled callbacks raise",
    "lkpy.transport.bundle.transport": "one alarm for DTLS and SCTP",
    "lkpy.transport.dtls.certificate": "draws keys and dates certificates",
    "lkpy.transport.bundle.tracing": "tells the trace when packets passed",
    "lkpy.transport.ice.gather": "asks servers for candidates",
    "lkpy.transport.ice.mux": "a UDP port shared by many agents",
    "lkpy.transport.ice.tcp": "ICE-TCP sockets",
    "lkpy.transport.ice.transport": "the timer of an ICE agent",
    "lkpy.transport.ice.turn.relay": "TURN allocations",
    "lkpy.transport.ice.turn.stream": "TURN sockets",
    "lkpy.transport.peer_connection": "draws what must be random",
    "lkpy.transport.rtp.driver": "the RTCP timer",
    "lkpy.transport.sctp.endpoint": "turns events into callbacks of users",
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


PURE = [
    module
    for module in SOURCES
    if floor(module) < FLOORS["lkpy"] and not any(inside(module, driver) for driver in DRIVERS)
]


def test_protocol_code_does_no_io() -> None:
    """Time, chance and input are arguments. A new driver says in DRIVERS what it drives."""
    assert report(PURE, lambda _, other: other.split(".")[0] in IMPURE) == []


def pure_classes() -> Iterator[tuple[str, ast.ClassDef]]:
    """The classes of protocol code, each with its module."""
    for module in PURE:
        for node in ast.walk(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield module, node


def annotations(node: ast.AST) -> Iterator[str]:
    """Every type that is written in a piece of code."""
    for part in ast.walk(node):
        if isinstance(part, ast.arg | ast.AnnAssign) and part.annotation is not None:
            yield ast.unparse(part.annotation)
        elif isinstance(part, ast.FunctionDef) and part.returns is not None:
            yield ast.unparse(part.returns)


def test_protocol_code_reads_no_time() -> None:
    """Nor is it handed something that does: a clock, a timer, a callable that says what time it is."""
    found = [
        f"{module}: {node.name}: {text}"
        for module, node in pure_classes()
        for text in annotations(node)
        if READS_TIME.search(text)
    ]
    assert found == []
    wrong = report(PURE, lambda _, other: inside(other, "lkpy._loop") or other in HANDED_DOWN)
    assert wrong == []


def test_protocol_code_speaks_one_dialect() -> None:
    """Who has deadlines says when the next one is, and is told the time when it has come."""
    wrong = []
    for module, node in pure_classes():
        methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
        if "handle_timeout" in methods and not {"next_deadline", "deadline"} & methods.keys():
            wrong.append(f"{module}: {node.name} does not say its next deadline")
        timeout = methods.get("handle_timeout")
        if timeout is not None and [argument.arg for argument in timeout.args.args][1:2] != ["now"]:
            wrong.append(f"{module}: {node.name}.handle_timeout is not told the time")
    assert wrong == []


def test_exceptions_are_where_errors_says() -> None:
    """`errors.py` claims all that leave lkpy; the others stay inside their package and are named here."""
    found = {
        f"{module}.{node.name}"
        for module, path in SOURCES.items()
        if module != "lkpy.errors"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Error", "Exception")) for base in node.bases)
    }
    assert found == INNER_EXCEPTIONS


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
