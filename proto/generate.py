"""Write `lkpy/protocol/*_pb2.py` and `*_pb2.pyi` from `proto/lkpy/protocol/*.proto`.

    python proto/generate.py            write the files
    python proto/generate.py --check    write nothing; exit 1 when a committed file differs

`protoc` (from the package grpcio-tools, any version since 1.62) only parses. Its own Python output asks for a
protobuf runtime of its own age, so the few lines that a runtime needs are written here: the serialized
descriptor and two calls that turn it into classes. They are the same for protobuf 5, 6 and 7, and do not
depend on the version of `protoc` either. Comments of the `.proto` files become docstrings of the stubs.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.resources
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

PROTO = Path(__file__).resolve().parent
ROOT = PROTO.parent
PACKAGE = "lkpy/protocol"

Path_ = tuple[int, ...]
"""Where something stands in a `FileDescriptorProto` (descriptor.proto, `SourceCodeInfo.Location.path`)."""

SCALARS = {
    FieldDescriptorProto.TYPE_DOUBLE: "float",
    FieldDescriptorProto.TYPE_FLOAT: "float",
    FieldDescriptorProto.TYPE_INT64: "int",
    FieldDescriptorProto.TYPE_UINT64: "int",
    FieldDescriptorProto.TYPE_INT32: "int",
    FieldDescriptorProto.TYPE_UINT32: "int",
    FieldDescriptorProto.TYPE_SINT32: "int",
    FieldDescriptorProto.TYPE_SINT64: "int",
    FieldDescriptorProto.TYPE_BOOL: "bool",
    FieldDescriptorProto.TYPE_STRING: "str",
    FieldDescriptorProto.TYPE_BYTES: "bytes",
}

# Field numbers of descriptor.proto, as they appear in the paths of comments.
FILE_MESSAGES, FILE_ENUMS = 4, 5
MESSAGE_FIELDS, MESSAGE_MESSAGES, MESSAGE_ENUMS = 2, 3, 4
ENUM_VALUES = 2


def parse(sources: list[Path]) -> list[FileDescriptorProto]:
    """Have `protoc` parse the sources; the result is in the same order and has the comments."""
    from grpc_tools import protoc  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "descriptors"
        well_known = importlib.resources.files("grpc_tools") / "_proto"
        arguments = ["protoc", f"-I{PROTO}", f"-I{well_known}", "--include_source_info"]
        arguments += [f"--descriptor_set_out={output}", *(str(path.relative_to(PROTO)) for path in sources)]
        if protoc.main(arguments) != 0:
            sys.exit("protoc failed")
        files = FileDescriptorSet.FromString(output.read_bytes()).file
    return sorted(files, key=lambda file: file.name)


def module(file: FileDescriptorProto) -> str:
    return Path(file.name).stem + "_pb2"


# --------------------------------------------------------------------------------------------------- modules


def python_module(file: FileDescriptorProto) -> str:
    """The text of `x_pb2.py`."""
    bare = FileDescriptorProto()
    bare.CopyFrom(file)
    bare.ClearField("source_code_info")
    _clear_json_names(bare.message_type)
    name = f"{PACKAGE.replace('/', '.')}.{module(file)}"
    lines = [
        f'"""Written by proto/generate.py from proto/{file.name}; do not edit."""',
        "",
        "from google.protobuf import descriptor_pool as _descriptor_pool",
        "from google.protobuf.internal import builder as _builder",
        "",
        *(f"import {_import_name(dependency)}" for dependency in file.dependency),
        *([""] if file.dependency else []),
        "DESCRIPTOR = _descriptor_pool.Default().AddSerializedFile(",
        *_byte_lines(bare.SerializeToString(deterministic=True)),
        ")",
        "_builder.BuildMessageAndEnumDescriptors(DESCRIPTOR, globals())",
        f'_builder.BuildTopDescriptorsAndMessages(DESCRIPTOR, "{name}", globals())',
    ]
    return "\n".join(lines) + "\n"


def _clear_json_names(messages: Iterable[DescriptorProto]) -> None:
    """Runtimes derive `json_name` themselves; without it the descriptor is half as long."""
    for message in messages:
        for field in message.field:
            field.ClearField("json_name")
        _clear_json_names(message.nested_type)


def _import_name(dependency: str) -> str:
    return dependency.removesuffix(".proto").replace("/", ".") + "_pb2"


def _byte_lines(data: bytes, width: int = 100) -> Iterator[str]:
    line = bytearray()
    for byte in data:
        if len(repr(bytes(line))) > width:
            yield f"    {bytes(line)!r}"
            line.clear()
        line.append(byte)
    yield f"    {bytes(line)!r}"


# ----------------------------------------------------------------------------------------------------- stubs


class StubWriter:
    """Writes `x_pb2.pyi`: the classes of one file as type checkers and editors see them.

    An enum `E` is a class derived from `int`, so `E` and, as in other protobuf stubs, `E.ValueType` both name
    the type of its values. Arguments of constructors may be None, which protobuf takes as "not given".
    """

    def __init__(self, file: FileDescriptorProto) -> None:
        self.file = file
        self.lines: list[str] = []
        self.comments: dict[Path_, str] = {
            tuple(location.path): location.leading_comments
            for location in file.source_code_info.location
            if location.leading_comments
        }

    def text(self) -> str:
        dependencies = [
            f"from {name.rpartition('.')[0]} import {name.rpartition('.')[2]} as _{name.rpartition('.')[2]}"
            for name in map(_import_name, self.file.dependency)
        ]
        self.lines += [
            f'"""Written by proto/generate.py from proto/{self.file.name}; do not edit."""',
            "",
            "from collections.abc import Iterable as _Iterable, Mapping as _Mapping",
            "from typing import ClassVar as _ClassVar, Literal as _Literal, TypeAlias as _TypeAlias",
            "",
            "from google.protobuf import descriptor as _descriptor, message as _message",
            "from google.protobuf.internal import containers as _containers",
            "from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper",
            *dependencies,
            "",
            "DESCRIPTOR: _descriptor.FileDescriptor",
        ]
        for index, enum in enumerate(self.file.enum_type):
            self._enum(enum, (FILE_ENUMS, index), [], "")
        for index, message in enumerate(self.file.message_type):
            self._message(message, (FILE_MESSAGES, index), [], "")
        return "\n".join(self.lines) + "\n"

    def _doc(self, path: Path_, indent: str) -> None:
        comment = self.comments.get(path)
        if comment is None:
            return
        lines = [line.strip() for line in comment.strip().splitlines()]
        if len(lines) == 1:
            self.lines.append(f'{indent}"""{lines[0]}"""')
        else:
            self.lines += [f'{indent}"""{lines[0]}', *(indent + line for line in lines[1:]), f'{indent}"""']

    def _enum(self, enum: EnumDescriptorProto, path: Path_, scope: list[str], indent: str) -> None:
        full = ".".join([*scope, enum.name])
        inner = indent + "    "
        meta = f"_{enum.name}Type"
        self.lines += ["", f"{indent}class {meta}(_EnumTypeWrapper[{full}], type): ...", ""]
        self.lines.append(f"{indent}class {enum.name}(int, metaclass={meta}):")
        self._doc(path, inner)
        self.lines.append(f"{inner}ValueType: _TypeAlias = {full}")
        for index, value in enumerate(enum.value):
            self.lines.append(f"{inner}{value.name}: _ClassVar[{full}]")
            self._doc((*path, ENUM_VALUES, index), inner)
        self.lines.append("")
        # Values are also attributes of the scope that the enum stands in.
        self.lines += [
            f"{indent}{value.name}: _ClassVar[{full}]" if scope else f"{value.name}: {full}"
            for value in enum.value
        ]

    def _message(self, message: DescriptorProto, path: Path_, scope: list[str], indent: str) -> None:
        inner = indent + "    "
        inside = [*scope, message.name]
        self.lines += ["", f"{indent}class {message.name}(_message.Message):"]
        self._doc(path, inner)
        self.lines.append(f"{inner}DESCRIPTOR: _descriptor.Descriptor")
        maps = {}
        for index, enum in enumerate(message.enum_type):
            self._enum(enum, (*path, MESSAGE_ENUMS, index), inside, inner)
        for index, nested in enumerate(message.nested_type):
            if nested.options.map_entry:
                maps[nested.name] = nested
            else:
                self._message(nested, (*path, MESSAGE_MESSAGES, index), inside, inner)
        arguments = []
        for index, field in enumerate(message.field):
            self.lines.append(f"{inner}{field.name.upper()}_FIELD_NUMBER: _Literal[{field.number}]")
            attribute, argument = self._types(field, maps)
            if field.type == FieldDescriptorProto.TYPE_MESSAGE or _repeated(field):
                self.lines += [f"{inner}@property", f"{inner}def {field.name}(self) -> {attribute}:"]
                self._doc((*path, MESSAGE_FIELDS, index), inner + "    ")
                self.lines[-1] += " ..." if self.lines[-1].endswith(":") else ""
            else:
                self.lines.append(f"{inner}{field.name}: {attribute}")
                self._doc((*path, MESSAGE_FIELDS, index), inner)
            arguments.append(f"{inner}    {field.name}: {argument} | None = ...,")
        if arguments:
            self.lines += [f"{inner}def __init__(", f"{inner}    self,", f"{inner}    *,", *arguments]
            self.lines.append(f"{inner}) -> None: ...")
        else:
            self.lines.append(f"{inner}def __init__(self) -> None: ...")

    def _types(self, field: FieldDescriptorProto, maps: dict[str, DescriptorProto]) -> tuple[str, str]:
        """The type of the attribute and of the constructor's argument."""
        entry = maps.get(field.type_name.rpartition(".")[2]) if field.type_name else None
        if entry is not None and _repeated(field):
            key, value = (self._name(part) for part in entry.field)
            container = (
                "MessageMap" if entry.field[1].type == FieldDescriptorProto.TYPE_MESSAGE else "ScalarMap"
            )
            return f"_containers.{container}[{key}, {value}]", f"_Mapping[{key}, {value}]"
        name = self._name(field)
        if _repeated(field):
            composite = field.type == FieldDescriptorProto.TYPE_MESSAGE
            container = "RepeatedCompositeFieldContainer" if composite else "RepeatedScalarFieldContainer"
            return f"_containers.{container}[{name}]", f"_Iterable[{name}]"
        return name, f"{name} | str" if field.type == FieldDescriptorProto.TYPE_ENUM else name

    def _name(self, field: FieldDescriptorProto) -> str:
        if field.type in SCALARS:
            return SCALARS[field.type]
        name = field.type_name.removeprefix(".")
        if name.startswith("google.protobuf."):
            short = name.removeprefix("google.protobuf.")
            return f"_{short.lower()}_pb2.{short}"
        own = self.file.package + "."
        if name.startswith(own) and name.removeprefix(own).split(".")[0] in self._local_names():
            return name.removeprefix(own)
        return f"_{self._home(name)}.{name.removeprefix(own)}"

    def _local_names(self) -> set[str]:
        return _top_level_names(self.file)

    def _home(self, name: str) -> str:
        top = name.removeprefix(self.file.package + ".").split(".")[0]
        for other in FILES:
            if other.package == self.file.package and top in _top_level_names(other):
                return module(other)
        raise LookupError(f"{self.file.name}: no file defines {name}")


def _top_level_names(file: FileDescriptorProto) -> set[str]:
    return {message.name for message in file.message_type} | {enum.name for enum in file.enum_type}


def _repeated(field: FieldDescriptorProto) -> bool:
    return field.label == FieldDescriptorProto.LABEL_REPEATED


FILES: list[FileDescriptorProto] = []


def generate() -> dict[Path, str]:
    """Path, relative to the repository, to text, for every generated file."""
    FILES[:] = parse(sorted((PROTO / PACKAGE).glob("*.proto")))
    result: dict[Path, str] = {}
    for file in FILES:
        base = Path(PACKAGE) / module(file)
        result[base.with_suffix(".py")] = python_module(file)
        result[base.with_suffix(".pyi")] = StubWriter(file).text()
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a file differs")
    check = parser.parse_args().check
    wanted = generate()
    stale = {path.relative_to(ROOT) for path in (ROOT / PACKAGE).glob("*_pb2.py*")} - wanted.keys()
    different = []
    for path, text in wanted.items():
        target = ROOT / path
        old = target.read_text(encoding="utf-8") if target.exists() else ""
        if old == text:
            continue
        different.append(path)
        if check:
            diff = difflib.unified_diff(
                old.splitlines(), text.splitlines(), str(path), "generated", lineterm=""
            )
            print("\n".join(list(diff)[:20]))
        else:
            target.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path}")
    for path in sorted(stale):
        print(f"{path}: has no .proto file")
    if check and different:
        print("run: python proto/generate.py")
    return 1 if stale or (check and different) else 0


if __name__ == "__main__":
    sys.exit(main())
