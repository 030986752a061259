"""The programs behind a lab: the reference engine's source, and the same in Keras."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tutor.labs.kit.contract import Lab


@dataclass(frozen=True)
class SourceText:
    """A piece of Python: its origin, such as ``tutor.engine.activations: softmax``, and its lines."""

    heading: str
    source: str


def source_texts(lab: Lab) -> tuple[SourceText, ...]:
    """The source of the lab's numbers: the engine's functions, then the Keras program."""
    program = lab.keras_program()
    keras = () if program is None else (SourceText("The same in Keras", program.source),)
    return (*(_source_of(each) for each in lab.sources()), *keras)


def code_lines(lab: Lab) -> tuple[str, ...]:
    """All source texts as plain lines."""
    return tuple(line for text in source_texts(lab) for line in (f"# {text.heading}", *text.source.splitlines(), ""))


def _source_of(what: Callable[..., Any] | type) -> SourceText:
    return SourceText(f"{what.__module__}: {what.__qualname__}", inspect.getsource(what))
