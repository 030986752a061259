"""What the hints of an exercise keep to: the first does not repeat the task, and none before the last gives a line of
the solution."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tutor.course.lessons.text_file import read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.teaching.rules import repeated_words
from tutor.practice.exercise import Exercise
from tutor.practice.loading import TOML

HintRule = Literal["repeats", "tells"]
_TOKEN = re.compile(r"\*\*|//|[<>=!]=|[^\W\d]\w*|\d+(?:\.\d+)?(?:e-?\d+)?|[^\w\s]")
_SPELLINGS = (("·", "*"), ("−", "-"), ("²", "**2"), ("np.", ""), ("numpy.", ""), ('"', "'"), ("‘", "'"), ("’", "'"))
_OPERATORS = {"+", "-", "*", "/", "//", "**", "%", "@", "<", ">", "<=", ">=", "==", "!=", "&", "|", "~"}
_SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_SIZE, _SIZE_NAME = re.compile(r"\blen ?\( ?\w+ ?\)|\b\w+\.shape ?\[ ?-?\d ?\]"), "size_of_it"
"""How many rows there are is written ``len(x)``, ``x.shape[0]`` or, in a hint, ``rows``."""
_ANY_NAME = ""
"""Stands in a line for a local variable: learners choose its name, and so may a hint."""


@dataclass(frozen=True)
class HintFault:
    """What is wrong with the hint at ``rung``, from 0, in a sentence."""

    rule: HintRule
    rung: int
    said: str


def hint_faults(exercise: Exercise) -> Iterator[HintFault]:
    """The faults of the exercise's hints, in their order."""
    if exercise.hints and (words := repeated_words(exercise.hints[0], exercise.task)):
        yield HintFault("repeats", 0, f"the first hint repeats the task: {words!r}")
    for rung, hint in enumerate(exercise.hints[:-1]):
        if line := line_given(exercise, hint):
            rungs = len(exercise.hints)
            yield HintFault(
                "tells", rung, f"hint {rung + 1} of {rungs} gives {line!r}, a line of code: only the last may"
            )


def placed_hint_faults(exercise: Exercise) -> Iterator[str]:
    """The same as ``file:line: reason``, with the line on which the hint stands."""
    faults = list(hint_faults(exercise))
    if not faults:
        return
    text = read_text_file(exercise.folder / TOML)
    first = TomlLines(text).find((), "hints")
    for fault in faults:
        yield f"{TOML}:{_line_of(text, first, exercise.hints[fault.rung])}: {fault.said}"


def line_given(exercise: Exercise, hint: str) -> str:
    """The line of a solution that this hint gives, as it is written there; empty if it gives none.

    Blanks, the names of local variables and how a sign is written (``·`` for ``*``) make no difference. What the task
    or the start file already gives does not count, nor do lines without arithmetic, or with one sign and no name for
    what it gives.
    """
    given, known = _tokens(hint), (_tokens(exercise.task), _tokens(exercise.start))
    for source in (exercise.solution, exercise.another):
        free = _locals(ast.parse(source))
        for written, tokens in _lines(source):
            for part in _parts(tokens):
                pattern = [_ANY_NAME if token in free or token == _SIZE_NAME else token for token in part]
                if _stands_in(pattern, given) and not any(_stands_in(pattern, each) for each in known):
                    return written
    return ""


def _line_of(text: str, first: int, hint: str) -> int:
    """The line, from 1, of the hint in the list that begins on the line ``first``."""
    start = hint.split("\n")[0][:30].replace("\\", "\\\\").replace('"', '\\"')
    lines = text.split("\n")
    return next((at for at in range(first, len(lines) + 1) if start in lines[at - 1]), first)


def _lines(source: str) -> Iterator[tuple[str, list[str]]]:
    """Each line of the program as it is written, and its tokens, without comments and texts of their own."""
    lines = source.split("\n")
    of_line: dict[int, list[str]] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _SKIPPED and "\n" not in token.string:
            of_line.setdefault(token.start[0], []).append(token.string)
    for number, strings in of_line.items():
        yield lines[number - 1].strip(), _tokens(" ".join(strings).replace(" . ", ".").replace("np. ", "np."))


def _parts(tokens: list[str]) -> Iterator[list[str]]:
    """What of a line is enough to know it: the whole of it, or what stands behind ``=`` or ``return``."""
    if not tokens or tokens[0] in ("def", "import", "from", "else", "if"):
        return
    tokens = tokens[:-1] if tokens[-1] in (":", ",") else tokens
    if tokens[:1] == ["for"] and "in" in tokens:
        behind = tokens[tokens.index("in") + 1 :]
        if _operations(behind) + behind.count(_SIZE_NAME) + behind.count(",") < 3:
            return
        yield behind
    elif tokens[:1] == ["return"]:
        behind = tokens[1:]
    elif "=" in tokens and _depth(tokens[: tokens.index("=")]) == 0:
        behind = tokens[tokens.index("=") + 1 :]
        if _operations(behind) >= 1:
            yield tokens
    else:
        behind = tokens
    if _operations(behind) >= 2:
        yield behind


def _operations(tokens: list[str]) -> int:
    """How many operators, calls and indices these are."""
    opened = sum(
        token in "([" and at > 0 and (tokens[at - 1].isidentifier() or tokens[at - 1] in ")]")
        for at, token in enumerate(tokens)
    )
    return opened + sum(token in _OPERATORS for token in tokens)


def _depth(tokens: list[str]) -> int:
    return sum((token in "([{") - (token in ")]}") for token in tokens)


def _locals(tree: ast.Module) -> set[str]:
    """The names that the program gives a value, but for those of arguments."""
    nodes = list(ast.walk(tree))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored - {node.arg for node in nodes if isinstance(node, ast.arg)}


def _tokens(text: str) -> list[str]:
    for sign, spelling in _SPELLINGS:
        text = text.replace(sign, spelling)
    return _TOKEN.findall(_SIZE.sub(_SIZE_NAME, text))


def _stands_in(pattern: list[str], tokens: list[str]) -> bool:
    return any(
        all(
            one == other or (one == _ANY_NAME and other.isidentifier()) for one, other in zip(pattern, run, strict=True)
        )
        for run in (tokens[at : at + len(pattern)] for at in range(len(tokens) - len(pattern) + 1))
    )
