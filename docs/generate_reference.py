"""Writes docs/reference.md from the docstrings of lkpy's public names.

    python docs/generate_reference.py           writes the page
    python docs/generate_reference.py --check   fails when the page is not what would be written

Signatures are taken from the source, so that the page is the same under every Python.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import itertools
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("reference.md")
PACKAGES = ("lkpy", "lkpy.compat", "lkpy.stats", "lkpy.testing")
WIDTH = 100
Function = ast.FunctionDef | ast.AsyncFunctionDef
HEAD = """# Reference

Every public name, from its docstring; `python docs/generate_reference.py` writes this page.
"""


@functools.cache
def tree_of(module: str) -> ast.Module:
    """The parsed source of a module."""
    file = importlib.import_module(module).__file__
    assert file is not None
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def definition(value: Any) -> ast.ClassDef | Function | None:
    """Where a class or function is defined, if that is in lkpy's own source."""
    module = getattr(value, "__module__", None) or ""
    if not module.startswith("lkpy") or module.endswith("_pb2"):
        return None
    for node in tree_of(module).body:
        if isinstance(node, ast.ClassDef | Function) and node.name == value.__name__:
            return node
    return None


def decorators(node: Function) -> set[str]:
    """The names of a function's decorators."""
    return {ast.unparse(decorator) for decorator in node.decorator_list}


def signature(node: Function, name: str, *, method: bool) -> str:
    """A function's signature as it is written, `self` left out, on lines of a readable length."""
    arguments = ast.parse(ast.unparse(node.args).join(("def f(", "): ...")))
    found = arguments.body[0]
    assert isinstance(found, ast.FunctionDef)
    bound = method and "staticmethod" not in decorators(node)
    for group in (found.args.posonlyargs, found.args.args):
        if bound and group:
            del group[0]
            break
    result = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    start = "async def " if isinstance(node, ast.AsyncFunctionDef) else "def "
    line = f"{start}{name}({ast.unparse(found.args)}){result}"
    if len(line) <= WIDTH:
        return line
    rows = ",\n".join(f"    {part}" for part in _parts(found.args))
    return f"{start}{name}(\n{rows},\n){result}"


def _parts(arguments: ast.arguments) -> list[str]:
    """The arguments one by one."""
    whole, parts, depth, start = ast.unparse(arguments), [], 0, 0
    for position, character in enumerate(whole):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(whole[start:position].strip())
            start = position + 1
    return [*parts, whole[start:].strip()]


def markdown(docstring: str | None) -> str:
    """A docstring as Markdown: sections such as `Args:` become lists."""
    if not docstring:
        return ""
    lines: list[str] = []
    listing = False
    for line in inspect.cleandoc(docstring).splitlines():
        section = re.fullmatch(r"(Args|Attributes|Raises|Returns|Yields):", line)
        entry = re.match(r"    (\*{0,2}\w+): (.*)", line)
        if section:
            title = {"Args": "Arguments"}.get(section[1], section[1])
            lines += ["", f"{title}:", ""]
            listing = True
        elif listing and entry:
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        elif listing and line.startswith("    "):
            lines.append(f"  {line.strip()}" if lines[-1] else line.strip())
        else:
            listing = False if line else listing
            lines.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def members(value: type, names: set[str]) -> Iterator[str]:
    """The members of a class: its own, and those of bases that have no entry of their own."""
    bases = [base for base in value.__mro__ if base is value or base.__name__ not in names]
    seen: set[str] = set()
    for base in bases:
        node = definition(base)
        if not isinstance(node, ast.ClassDef):
            continue
        for entry, after in itertools.zip_longest(node.body, node.body[1:]):
            for name, code, doc in _member(entry, after):
                if name not in seen:
                    seen.add(name)
                    yield (
                        f"#### {value.__name__}.{name}\n\n```text\n{code}\n```\n\n{markdown(doc)}".rstrip()
                        + "\n"
                    )


def _member(entry: ast.stmt, after: ast.stmt | None) -> Iterator[tuple[str, str, str | None]]:
    """(name, code, docstring) of a statement in a class, if it is a public member."""
    if isinstance(entry, Function):
        marks = decorators(entry)
        setter = any(mark.endswith((".setter", ".deleter")) for mark in marks)
        if setter or "overload" in marks or (entry.name.startswith("_") and entry.name != "__init__"):
            return
        doc = ast.get_docstring(entry)
        if "property" in marks or any("cached_property" in mark for mark in marks):
            kind = ast.unparse(entry.returns) if entry.returns is not None else "Any"
            yield entry.name, f"{entry.name}: {kind}  # property", doc
        elif entry.name != "__init__" or entry.args.args[1:] or entry.args.kwonlyargs:
            kept = "".join(f"@{mark}\n" for mark in ("classmethod", "staticmethod") if mark in marks)
            yield entry.name, kept + signature(entry, entry.name, method=True), doc
    elif isinstance(entry, ast.AnnAssign | ast.Assign):
        target = entry.target if isinstance(entry, ast.AnnAssign) else entry.targets[0]
        described = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        # What has no text of its own is among the attributes in the class's docstring.
        if described and isinstance(target, ast.Name) and not target.id.startswith("_"):
            yield target.id, ast.unparse(entry), str(after.value.value)  # type: ignore[union-attr]


def _is_plain(value: Any) -> bool:
    """Whether a public name is a number, a text or a module."""
    return isinstance(value, int | str | types.ModuleType)


def entry_of(name: str, value: Any, names: set[str]) -> str:
    """The section of one public name."""
    node = definition(value)
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        head = f"### {name}\n\n```text\nclass {name}{f'({bases})' if bases else ''}\n```\n"
        parts = [head, markdown(ast.get_docstring(node)) + "\n", *members(value, names)]
        return "\n".join(part for part in parts if part.strip())
    if node is not None:
        text = markdown(ast.get_docstring(node))
        return f"### {name}\n\n```text\n{signature(node, name, method=False)}\n```\n\n{text}\n"
    if hasattr(value, "DESCRIPTOR") and hasattr(value.DESCRIPTOR, "values"):
        rows = "\n".join(f"- `{entry.name}` = {entry.number}" for entry in value.DESCRIPTOR.values)
        return f"### {name}\n\nEnumeration.\n\n{rows}\n"
    if hasattr(value, "DESCRIPTOR"):
        rows = "\n".join(f"- `{field.name}`" for field in value.DESCRIPTOR.fields)
        return f"### {name}\n\nMessage (protobuf); keyword arguments of the constructor:\n\n{rows}\n"
    kinds = " | ".join(f"`{kind.__name__}`" for kind in typing.get_args(value))
    return f"### {name}\n\n{f'Any of {kinds}.' if kinds else f'A `{type(value).__name__}`.'}\n"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    names = set(importlib.import_module("lkpy").__all__)
    for package in PACKAGES:
        module = importlib.import_module(package)
        parts.append(f"## {package}\n\n{textwrap.dedent(markdown(module.__doc__))}\n")
        public = {name: getattr(module, name) for name in sorted(module.__all__, key=str.casefold)}
        numbers = [f"`{name}` = {value}" for name, value in public.items() if isinstance(value, int)]
        if numbers:
            parts.append(f"Constants: {', '.join(numbers)}.\n")
        parts += [entry_of(name, value, names) for name, value in public.items() if not _is_plain(value)]
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Write or check; the status to end with."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE.name} is not up to date: run python docs/generate_reference.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
