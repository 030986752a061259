"""The programs behind a lab and behind an exercise: the reference engine's source, and a lab's program in Keras."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.labs.kit.contract import Lab

_PACKAGE = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"(tutor(?:\.\w+)+):(\w+(?:\.\w+)*)", re.ASCII)


@dataclass(frozen=True)
class SourceText:
    """A piece of Python: its origin, such as ``tutor.engine.activations: softmax``, and its lines."""

    heading: str
    source: str


class NoSource(LookupError):
    """There is no source of that name; the message says what was looked for."""


def source_texts(lab: Lab) -> tuple[SourceText, ...]:
    """The source of the lab's numbers: the engine's functions, then the Keras program."""
    program = lab.keras_program()
    keras = () if program is None else (SourceText("The same in Keras", program.source),)
    return (*(_source_of(each) for each in lab.sources()), *keras)


def code_lines(lab: Lab) -> tuple[str, ...]:
    """All source texts as plain lines."""
    return tuple(line for text in source_texts(lab) for line in (f"# {text.heading}", *text.source.splitlines(), ""))


def is_source_name(name: str) -> bool:
    """Whether it is a name such as ``tutor.engine.activations:softmax``: a module, then what it defines."""
    return _NAME.fullmatch(name) is not None


def named_source(name: str) -> SourceText:
    """The source of the function, method, class or constant of this name, such as ``tutor.engine.layers:Dense``.

    The name may come from a stranger's exercise: the module is read as text, and nothing is imported. Raises
    ``NoSource``.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise NoSource(f"{name!r} is no name such as tutor.engine.activations:softmax")
    module, definition = match.groups()
    text = _module_text(module)
    body: list[ast.stmt] = ast.parse(text).body
    found: ast.stmt | None = None
    for part in definition.split("."):
        found = next((each for each in body if part in _defined_by(each)), None)
        if found is None:
            raise NoSource(f"{module} defines no {definition}")
        body = found.body if isinstance(found, ast.ClassDef) else []
    assert found is not None
    first = min([found.lineno, *(each.lineno for each in getattr(found, "decorator_list", ()))])
    lines = text.splitlines()[first - 1 : found.end_lineno]
    return SourceText(f"{module}: {definition}", textwrap.dedent("\n".join(lines)) + "\n")


def _module_text(module: str) -> str:
    place = _PACKAGE.joinpath(*module.split(".")[1:])
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        try:
            return file.read_text(encoding="utf-8")
        except OSError:
            continue
    raise NoSource(f"there is no source of a module {module}")


def _defined_by(statement: ast.stmt) -> tuple[str, ...]:
    """The names that a statement defines."""
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return (statement.name,)
        case ast.Assign():
            return tuple(each.id for each in statement.targets if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
    return ()


def _source_of(what: Callable[..., Any] | type) -> SourceText:
    return SourceText(f"{what.__module__}: {what.__qualname__}", inspect.getsource(what))
