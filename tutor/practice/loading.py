"""Reads exercises from their folders, validated: ``exercise.toml``, ``task.md``, the start file and the solutions."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, get_args

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.lesson_entry import Entry
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.lessons.toml_text import TomlError, parse_toml
from tutor.course.words.source_text import is_source_name
from tutor.practice.exercise import Bug, Exercise, Input, Kind
from tutor.practice.extents import extent
from tutor.practice.readings import READINGS
from tutor.practice.references import REFERENCES

TOML = "exercise.toml"
_KEYS = {
    "id", "title", "lesson", "step", "function", "returns", "right", "read", "better", "engine", "hints", "tolerance",
    "drawn", "minutes", "sizes", "input", "case", "bug",
}  # fmt: skip
_INPUT_KEYS = {"name", "kind", "shape", "low", "high", "digits", "of", "values"}


class _Source:
    """The toml file of one exercise."""

    def __init__(self, folder: Path) -> None:
        self.toml = folder / TOML
        self.text = _text(self.toml, folder)
        self.lines = TomlLines(self.text)


def exercise_folders(folder: Path) -> list[Path]:
    """The folders of exercises in ``folder``, in order."""
    return sorted(each.parent for each in folder.glob(f"*/{TOML}"))


def read_exercise(folder: Path) -> Exercise:
    """The exercise in this folder. Raises ``LessonError`` with the file and the line of the fault."""
    toml = folder / TOML
    try:
        text = _text(toml, folder)
        plain = parse_toml(text)
    except TomlError as error:
        raise LessonError(toml, error.line or 1, str(error)) from None
    top = Entry(_Source(folder), plain, ())
    top.only(_KEYS)
    right = top.text("right") if "right" in plain else ""
    if right and right not in REFERENCES:
        raise top.error("right", f"unknown reference {right!r}; known are {', '.join(sorted(REFERENCES))}")
    read = top.text("read") if "read" in plain else ""
    if read and read not in READINGS:
        raise top.error("read", f"unknown reading {read!r}; known are {', '.join(sorted(READINGS))}")
    engine = top.texts("engine")
    for name in engine:
        if not is_source_name(name):
            known = "expected names within tutor, such as tutor.engine.activations:softmax"
            raise top.error("engine", f"{name!r} is no name of a piece of this program; {known}")
    exercise = Exercise(
        folder=folder, id=top.text("id"), title=top.text("title"), lesson=top.text("lesson"),
        function=top.text("function"), returns=top.texts("returns"), right=right, read=read,
        step=top.text("step") if "step" in plain else "",
        better=top.text("better") if "better" in plain else "", engine=engine, hints=top.texts("hints"),
        tolerance=top.number("tolerance", 1e-6), drawn=int(top.number("drawn", 4)),
        minutes=int(top.number("minutes", 10)), sizes=_sizes(top),
        inputs=tuple(_input(each) for each in top.entries("input")),
        cases=tuple(each.plain for each in top.entries("case")),
        bugs=tuple(_bug(each) for each in top.entries("bug")),
        task=_text(folder / "task.md", folder), start=_program(folder, "start.py"),
        solution=_program(folder, "solution.py"), another=_program(folder, "another.py"),
    )  # fmt: skip
    if not exercise.returns:
        raise top.error("returns", "'returns' is missing; expected the names of what the function returns")
    _check_shapes(exercise, top)
    _check_bugs(exercise, top)
    return exercise


def _text(file: Path, folder: Path) -> str:
    try:
        return read_text_file(file, folder)
    except TextFileError as error:
        raise LessonError(file, error.line, str(error)) from None


def _program(folder: Path, name: str) -> str:
    source = _text(folder / name, folder)
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise LessonError(folder / name, getattr(error, "lineno", None) or 1, f"this is not Python: {error}") from None
    return source


def _sizes(top: Entry) -> dict[str, tuple[int, int]]:
    sizes: dict[str, tuple[int, int]] = {}
    for name, ends in top.table("sizes").items():
        whole = isinstance(ends, list) and len(ends) == 2 and all(type(end) is int and end > 0 for end in ends)
        if not whole or ends[0] > ends[1]:
            raise top.inside("sizes", name, f"the size {name!r} is a list of its least and greatest value: [1, 4]")
        sizes[name] = (ends[0], ends[1])
    return sizes


def _input(entry: Entry) -> Input:
    entry.only(_INPUT_KEYS)
    kind: Any = entry.plain.get("kind", "numbers")
    if kind not in get_args(Kind):
        raise entry.error("kind", f"unknown kind {kind!r}; known are {', '.join(get_args(Kind))}")
    shape = entry.plain.get("shape", [])
    if not isinstance(shape, list) or not all(isinstance(size, str) or type(size) is int for size in shape):
        raise entry.error("shape", "'shape' is a list of sizes, each a number or a name")
    values = entry.plain.get("values", [])
    return Input(
        entry.text("name"), kind, tuple(shape), entry.number("low", -3.0), entry.number("high", 3.0),
        int(entry.number("digits", 2)), entry.plain.get("of", 0), tuple(values),
    )  # fmt: skip


def _bug(entry: Entry) -> Bug:
    entry.only({"id", "say", "old", "new", "replace"})
    pairs = entry.plain.get("replace", [[entry.plain.get("old"), entry.plain.get("new")]])
    if not all(isinstance(pair, list) and len(pair) == 2 and all(isinstance(t, str) for t in pair) for pair in pairs):
        raise entry.error("", "a bug says what it changes in solution.py: 'old' and 'new', or a list 'replace' of both")
    return Bug(entry.text("id"), entry.text("say"), tuple((old, new) for old, new in pairs))


def _check_shapes(exercise: Exercise, top: Entry) -> None:
    """Raise for a shape that names no size, or has another arithmetic than that of sizes."""
    least = {name: ends[0] for name, ends in exercise.sizes.items()}
    for entry, each in zip(top.entries("input"), exercise.inputs, strict=True):
        for size in (*each.shape, *([each.of] if each.kind == "size" else [])):
            try:
                extent(size, least)
            except KeyError as error:
                raise entry.error("", f"{size!r} names {error}, which is not among the sizes") from None
            except ValueError as error:
                raise entry.error("", str(error)) from None


def _check_bugs(exercise: Exercise, top: Entry) -> None:
    for entry, bug in zip(top.entries("bug"), exercise.bugs, strict=True):
        source = exercise.solution
        for old, new in bug.replacements:
            if source.count(old) != 1:
                times = f"{source.count(old)} times" if old in source else "nowhere"
                reason = f"the bug {bug.id!r} replaces {old!r}, which is in solution.py {times}; expected once"
                raise entry.error("", reason)
            source = source.replace(old, new)
