"""The modules that stand in the place of `livekit.rtc`: made when they are imported, filled from lkpy.

They are modules of their own, not lkpy's under another name: a program may patch `livekit.rtc.Room` without
touching lkpy, and no module of lkpy is ever loaded twice.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import lkpy
from lkpy.compat.names import ERROR_ALIASES, MESSAGES, MODULES, PROTO_ALIASES, exists
from lkpy.protocol import options_pb2, stats_pb2

PARENT = "livekit"
PACKAGE = "livekit.rtc"

API_VERSION = "1.0.17"
"""The version of `livekit.rtc` whose API this is, for programs that look at `__version__`."""


def below(name: str) -> str | None:
    """The part of a module's name below the package: `""` for itself, None for a stranger."""
    if name == PACKAGE:
        return ""
    return name[len(PACKAGE) + 1 :] if name.startswith(f"{PACKAGE}.") else None


class RtcFinder(MetaPathFinder, Loader):
    """Finds and fills `livekit.rtc` and what is below it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of one of our modules, None for the others."""
        name = below(fullname)
        if name is None or not exists(name):
            return None
        return ModuleSpec(fullname, self, origin="lkpy", is_package=name in ("", "_proto"))

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An ordinary module will do."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fill a module that was just made."""
        name = below(module.__name__)
        assert name is not None
        package, _, last = name.rpartition(".")
        if package == "_proto":
            vars(module).update(_messages(last))
        elif name == "":
            _fill_package(module)
        elif name != "_proto":
            _fill_module(module, name)


class ParentFinder(MetaPathFinder, Loader):
    """Makes an empty `livekit` where neither the official package nor `livekit-api` is installed.

    Asked last, so a real one wins.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of `livekit`."""
        return ModuleSpec(fullname, self, origin="lkpy", is_package=True) if fullname == PARENT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An ordinary module will do."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


def _fill_package(module: ModuleType) -> None:
    module.__doc__ = lkpy.__doc__
    names = dict(_public(lkpy))
    vars(module).update(names)
    vars(module).update(
        __all__=sorted(names),
        __version__=f"{API_VERSION}+lkpy.{lkpy.__version__}",
        __getattr__=_of_package,
    )


def _of_package(name: str) -> Any:
    """The sub-modules are there without an import, as in the official package."""
    if not name.startswith("__") and exists(name):
        return importlib.import_module(f"{PACKAGE}.{name}")
    if not name.startswith("_") and hasattr(lkpy, name):
        return getattr(lkpy, name)
    raise AttributeError(f"module {PACKAGE!r} has no attribute {name!r}")


def _fill_module(module: ModuleType, name: str) -> None:
    sources = [importlib.import_module(source) for source in MODULES[name]]
    module.__doc__ = sources[0].__doc__
    # The official modules import each other's names, and programs take those from wherever they find them.
    vars(module).update(_public(lkpy))
    for source in reversed(sources):
        vars(module).update(_public(source))
    for alias, proto in PROTO_ALIASES.get(name, {}).items():
        setattr(module, alias, importlib.import_module(f"{PACKAGE}._proto.{proto}"))
    if name == "participant":
        vars(module).update({alias: getattr(lkpy, ours) for alias, ours in ERROR_ALIASES.items()})
    if name == "log":
        vars(module)["logger"] = logging.getLogger("lkpy")
    if name == "version":
        vars(module)["__version__"] = f"{API_VERSION}+lkpy.{lkpy.__version__}"


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The names of a module that are meant for others; modules are imports, not names."""
    names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    for name in names:
        value = getattr(module, name)
        if not name.startswith("__") and (module is lkpy or not isinstance(value, ModuleType)):
            yield name, value


def _messages(name: str) -> Iterator[tuple[str, Any]]:
    """The names of a module of `_proto`: messages, enumerations, and the values of these as constants."""
    if name == "stats_pb2":
        yield from ((n, v) for n, v in vars(stats_pb2).items() if not n.startswith("_"))
        return
    yield "DESCRIPTOR", options_pb2.DESCRIPTOR
    for public in MESSAGES[name]:
        kind = getattr(options_pb2, public)
        yield public, kind
        if not hasattr(kind, "FromString"):
            yield from ((value, getattr(options_pb2, value)) for value in kind.keys())  # noqa: SIM118
