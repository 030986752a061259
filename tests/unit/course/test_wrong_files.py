"""Lessons with a wrong value in any place, and text files that are none: a sentence with its line, never a fault."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.unit.course.lesson_files import MARKDOWN, TOML
from tests.unit.wrong_values import HUGE, as_toml, places, share, with_value
from tutor.course.lessons.check import check_lessons
from tutor.course.lessons.text_file import LARGEST_TEXT, TextFileError, read_text_file
from tutor.course.lessons.toml_text import MOST_NESTED, TomlError, parse_toml

WRONG: tuple[Any, ...] = (
    True, -1, 10**30, 10**400, HUGE, 1e308, float("nan"), float("-inf"), "", "x", "{", "{x[9]}", "{z:99}",
    "z[" + "9" * 5000 + "]", "\x1b[31m[/]", [], [[]], ["x", 1], {}, {"read": "z"},
    {"low": -1e308, "high": 1e308, "step": 1e-300},
)  # fmt: skip


PLACES = list(places(tomllib.loads(TOML)))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_wrong_value_in_any_place_is_told_or_harmless(place: tuple[str | int, ...], tmp_path: Path) -> None:
    lesson = tmp_path / "lessons" / "one"
    lesson.mkdir(parents=True)
    (lesson / "lesson.md").write_text(MARKDOWN)
    (lesson / "lesson.walk").write_text("open sums\n")
    for wrong in share(WRONG, PLACES.index(place)):
        plain = with_value(tomllib.loads(TOML), place, wrong)
        (lesson / "lesson.toml").write_text("\n".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in plain.items()))
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
        ("a = 1\nb = " + "[" * 5_000, 2, "nested too deeply"),
        ("a = 1\nb = " + "[" * MOST_NESTED + "1" + "]" * MOST_NESTED, 2, "nested too deeply"),
        ("a = 1\nb = [\n" + '{"" = ' * MOST_NESTED + "1" + "}" * MOST_NESTED + "]", 3, "nested too deeply"),
        ("a = 1\n" + "a." * MOST_NESTED + "b = 1", 2, "nested too deeply"),
        ("a = 1\nb = 9" + "_9" * 5_000, 2, "too large: it lies from -9,223,372,036,854,775,808 to 9,223"),
        ("a = 1\nb = 0x" + "f" * 5_000, 2, "this whole number is too large"),
        ("a = 1\n[b]\nc = [1,\n9223372036854775808]", 4, "this whole number is too large"),
        ("a = 1\n[[b]]\nc = -9223372036854775809", 3, "this whole number is too large"),
        ("a = 2001-13-01", None, "this is not TOML"),
    ],
)
def test_what_is_no_toml(source: str, line: int | None, said: str) -> None:
    with pytest.raises(TomlError) as refused:
        parse_toml(source)
    assert said in str(refused.value)
    assert line is None or refused.value.line == line


def test_the_largest_whole_numbers_of_toml_are_read() -> None:
    assert parse_toml("a = 9223372036854775807\nb = -9223372036854775808") == {"a": 2**63 - 1, "b": -(2**63)}


def test_dots_in_a_text_are_no_depth() -> None:
    assert parse_toml("a = 'and so on . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . .'")
    assert parse_toml(".".join("abc") + " = 1") == {"a": {"b": {"c": 1}}}
