"""Lessons with a wrong value in any place, and text files that are none: a sentence with its line, never a fault."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.unit.course.lesson_files import MARKDOWN, TOML
from tutor.course.check import check_lessons
from tutor.course.text_file import LARGEST_TEXT, TextFileError, read_text_file
from tutor.course.toml_text import MOST_NESTED, TomlError, parse_toml

WRONG: tuple[Any, ...] = (
    True, -1, 10**30, 10**400, 1e308, float("nan"), float("-inf"), "", "x", "{", "{x[9]}", "{z:99}",
    "z[" + "9" * 5000 + "]", "\x1b[31m[/]", [], [[]], ["x", 1], {}, {"read": "z"},
    {"low": -1e308, "high": 1e308, "step": 1e-300},
)  # fmt: skip


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a value below its top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*at, key)
        yield from places(part, (*at, key))


def written(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


PLACES = list(places(tomllib.loads(TOML)))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_wrong_value_in_any_place_is_told_or_harmless(place: tuple[str | int, ...], tmp_path: Path) -> None:
    lesson = tmp_path / "lessons" / "one"
    lesson.mkdir(parents=True)
    (lesson / "lesson.md").write_text(MARKDOWN)
    (lesson / "lesson.walk").write_text("open sums\n")
    for wrong in WRONG:
        plain = deepcopy(tomllib.loads(TOML))
        at: Any = plain
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = wrong
        (lesson / "lesson.toml").write_text("\n".join(f"{json.dumps(k)} = {written(v)}" for k, v in plain.items()))
        for fault in check_lessons(tmp_path / "lessons").faults:
            file, line, reason = fault.split(":", 2)
            assert Path(file).parent == lesson
            assert int(line) >= 1
            assert reason.strip()


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"a\nb\n\xff", 3, "the byte 0xff is not UTF-8 text"),
        (b"a\nb\0", 2, "there is a zero byte; expected text"),
        (b"x" * (LARGEST_TEXT + 1), 1, f"the file has {LARGEST_TEXT + 1:,} bytes; at most {LARGEST_TEXT:,} are read"),
    ],
)
def test_what_is_no_text(data: bytes, line: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(TextFileError) as refused:
        read_text_file(tmp_path / "f")
    assert (str(refused.value), refused.value.line, refused.value.missing) == (said, line, False)


def test_text_comes_without_mark_and_with_plain_line_ends(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes("\ufeffa\r\nb\rc\n".encode())
    assert read_text_file(tmp_path / "f") == "a\nb\nc\n"
    (tmp_path / "f").write_bytes(b"x" * LARGEST_TEXT)
    assert len(read_text_file(tmp_path / "f")) == LARGEST_TEXT


def test_what_is_no_file(tmp_path: Path) -> None:
    pipe, loop, inside, outside = (tmp_path / name for name in ("pipe", "loop", "inside", "outside"))
    os.mkfifo(pipe)
    loop.symlink_to("loop")
    for file, said in (
        (tmp_path, "this is a folder; expected a text file"),
        (pipe, "this is a pipe or a device; expected a text file"),
        (Path("/dev/zero"), "this is a pipe or a device; expected a text file"),
        (loop, "the file cannot be read: Too many levels of symbolic links"),
        (tmp_path / "none", "there is no such file"),
        (Path("a\0b"), "no file can have this name: embedded null byte"),
    ):
        with pytest.raises(TextFileError) as refused:
            read_text_file(file)
        assert str(refused.value) == said
        assert refused.value.missing == (said == "there is no such file")
    inside.mkdir()
    outside.write_text("text")
    (inside / "link").symlink_to(outside)
    assert read_text_file(inside / "link") == "text"
    with pytest.raises(TextFileError, match="a link that leads out of the folder"):
        read_text_file(inside / "link", inside)
    assert read_text_file(inside / "link", tmp_path) == "text"


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("a = 1\nb = ,\n", 2, "this is not TOML: Invalid value"),
        ("a = " + "[" * 5_000, None, "nested too deeply"),
        ("a = 1\n" + "a." * MOST_NESTED + "b = 1", 2, "nested too deeply"),
        ("a = " + "9" * 5_000, None, "this is not TOML: Exceeds the limit"),
        ("a = 2001-13-01", None, "this is not TOML"),
    ],
)
def test_what_is_no_toml(source: str, line: int | None, said: str) -> None:
    with pytest.raises(TomlError) as refused:
        parse_toml(source)
    assert said in str(refused.value)
    assert line is None or refused.value.line == line


def test_dots_in_a_text_are_no_depth() -> None:
    assert parse_toml("a = 'and so on . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . .'")
    assert parse_toml(".".join("abc") + " = 1") == {"a": {"b": {"c": 1}}}
