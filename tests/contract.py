"""A contract file read as facts that can be held against lkpy: names, members, parameters, values, fields."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import lkpy


class Missing(Exception):
    """The fact names something that is not there."""


@dataclasses.dataclass(frozen=True)
class Fact:
    """One line of the contract. `above` are the facts that it is part of."""

    path: str
    holds: Callable[[], bool]
    above: tuple[str, ...] = ()
    told: str = ""
    """The details, for comparison with another contract."""

    def listed(self, names: dict[str, str]) -> str | None:
        """The entry of a list that this fact, or one above it, has there."""
        return next((name for name in (self.path, *self.above) if name in names), None)


def find(path: str) -> Any:
    """The object of a dotted path below `lkpy`; raises Missing."""
    found: Any = lkpy
    for name in path.split("."):
        # Not getattr: a property of a class must come back as the property.
        found = (
            inspect.getattr_static(found, name, None)
            if inspect.isclass(found)
            else getattr(found, name, None)
        )
        if found is None:
            raise Missing(path)
    return found


def read(version: str) -> dict[str, dict[str, Any]]:
    """The contract of a version of `livekit.rtc`."""
    path = Path(__file__).parent / "data" / f"livekit-rtc-{version}.json"
    contract: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return contract


def facts(contract: dict[str, dict[str, Any]]) -> Iterator[Fact]:
    """Everything that a contract says, one by one."""
    for name, entry in contract.items():
        yield Fact(name, lambda name=name: find(name) is not None)  # type: ignore[misc]
        for fact in DETAILS[entry["what"]](name, entry):
            yield dataclasses.replace(fact, above=(*fact.above, name))


def holds(fact: Fact) -> bool:
    """Whether a fact is true of lkpy."""
    try:
        return fact.holds()
    except (Missing, AttributeError, KeyError, ImportError):
        return False


def _class_facts(name: str, entry: dict[str, Any]) -> Iterator[Fact]:
    for base in entry["bases"]:
        yield Fact(f"{name} is a {base}", lambda base=base: base in {c.__name__ for c in find(name).__mro__})
    for parameter in _placed(entry["init"] or ()):
        path = f"{name}({parameter['name']})"
        yield Fact(path, lambda parameter=parameter: _takes(find(name), parameter), told=str(parameter))
    for member, told in entry["members"].items():
        path = f"{name}.{member}"
        yield Fact(path, lambda member=member, told=told: _is_member(name, member, told))
        for parameter in _placed(told.get("params") or ()):
            yield Fact(
                f"{path}({parameter['name']})",
                lambda path=path, parameter=parameter: _takes(_callable(path), parameter),
                (path,),
                str(parameter),
            )
        for value, number in told.get("values", {}).items():
            yield Fact(
                f"{path}.{value}",
                lambda path=path, value=value, number=number: find(path)[value].value == number,
                (path,),
            )


def _placed(parameters: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Parameters with the place at which they are passed by position."""
    return (parameter | {"place": place} for place, parameter in enumerate(parameters))


def _is_member(owner: str, name: str, told: dict[str, Any]) -> bool:
    cls = find(owner)
    fields = {f.name for f in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else set()
    if told["kind"] in ("field", "attribute"):
        # Only instances have the fields without a default, and slots are descriptors: a name is enough.
        return name in fields or hasattr(cls, name) or name in _assigned(cls)
    if told["kind"] == "property" and any(name in _assigned(base) for base in cls.__mro__):
        return True
    found = find(f"{owner}.{name}")
    return {
        "property": lambda: isinstance(found, property) and (not told["settable"] or found.fset is not None),
        "method": lambda: callable(found) and not inspect.iscoroutinefunction(found),
        "coroutine": lambda: inspect.iscoroutinefunction(found),
        "staticmethod": lambda: isinstance(found, staticmethod),
        "classmethod": lambda: isinstance(found, classmethod),
        "class": lambda: inspect.isclass(found) and issubclass(found, enum.Enum),
    }[told["kind"]]()


def _assigned(cls: type) -> tuple[str, ...]:
    """The attributes that a constructor sets, as far as its code tells."""
    return getattr(cls.__init__, "__code__", _NOTHING).co_names  # type: ignore[misc]


_NOTHING = (lambda: None).__code__


def _callable(path: str) -> Callable[..., Any]:
    found = find(path)
    return found.__func__ if isinstance(found, staticmethod | classmethod) else found  # type: ignore[no-any-return]


_PASSED_AS = {
    "POSITIONAL_ONLY": {"POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD"},
    "POSITIONAL_OR_KEYWORD": {"POSITIONAL_OR_KEYWORD"},
    "KEYWORD_ONLY": {"KEYWORD_ONLY", "POSITIONAL_OR_KEYWORD"},
    "VAR_POSITIONAL": {"VAR_POSITIONAL"},
    "VAR_KEYWORD": {"VAR_KEYWORD"},
}


def _takes(function: Callable[..., Any], told: dict[str, Any]) -> bool:
    """Whether the parameter may be passed as in the contract, at its place, and has the same default."""
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    parameter = next((p for p in parameters if p.name == told["name"]), None)
    if parameter is None or parameter.kind.name not in _PASSED_AS[told["kind"]]:
        return False
    if told["kind"] == "POSITIONAL_OR_KEYWORD" and parameters.index(parameter) != told["place"]:
        return False
    if told["default"] is None:
        return told["kind"].startswith("VAR") or parameter.default is parameter.empty
    return _shown(parameter.default) == told["default"]


def _shown(default: Any) -> str:
    """A default as the contract writes it."""
    if isinstance(default, enum.Enum):
        return str(default.value)
    if type(default).__name__ in ("RoomOptions", "TrackPublishOptions", "_HAS_DEFAULT_FACTORY_CLASS"):
        return f"<{type(default).__name__}>"
    return repr(default)


def _enum_facts(name: str, entry: dict[str, Any]) -> Iterator[Fact]:
    for value, number in entry["values"].items():
        yield Fact(
            f"{name}.{value}", lambda value=value, number=number: _has_value(name, entry, value, number)
        )


def _has_value(name: str, entry: dict[str, Any], value: str, number: Any) -> bool:
    found = getattr(lkpy, name)
    if entry["what"] == "proto_enum":
        # Used as protobuf's: Kind.NAME, Kind.Name(number), Kind.Value("NAME"), (name, number) in items().
        return bool(
            getattr(found, value) == number
            and found.Value(value) == number
            and found.Name(number) == value
            and (value, number) in found.items()
            and value in found.keys()  # noqa: SIM118 - not a dict
            and number in found.values()
        )
    return bool(getattr(found, value).value == number)


def _message_facts(name: str, entry: dict[str, Any]) -> Iterator[Fact]:
    for field, told in entry["fields"].items():
        yield Fact(f"{name}.{field}", lambda field=field, told=told: _is_field(find(name), field, told))


def _is_field(message: Any, name: str, told: dict[str, Any]) -> bool:
    field = message.DESCRIPTOR.fields_by_name.get(name)
    if field is None:
        raise Missing(name)
    repeated = field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED
    return (
        field.type == told["type"]
        and repeated == told["repeated"]
        and getattr(field.message_type, "name", None) == told["message"]
        and getattr(field.enum_type, "name", None) == told["enum"]
    )


def _module_facts(name: str, entry: dict[str, Any]) -> Iterator[Fact]:
    for message, told in entry.get("messages", {}).items():
        path = f"{name}.{message}"
        yield Fact(path, lambda path=path: find(path) is not None)
        yield from (dataclasses.replace(fact, above=(path,)) for fact in _message_facts(path, told))


def _function_facts(name: str, entry: dict[str, Any]) -> Iterator[Fact]:
    if name[0].isupper():  # unions of classes, which look like functions to an inspector
        return
    for parameter in _placed(entry["params"]):
        yield Fact(f"{name}({parameter['name']})", lambda parameter=parameter: _takes(find(name), parameter))


DETAILS: dict[str, Callable[[str, dict[str, Any]], Iterator[Fact]]] = {
    "class": _class_facts,
    "enum": _enum_facts,
    "function": _function_facts,
    "message": _message_facts,
    "module": _module_facts,
    "proto_enum": _enum_facts,
    "str": lambda name, entry: iter(()),
}
