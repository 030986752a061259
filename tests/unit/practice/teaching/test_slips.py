"""The generic slips of programs, against programs written by hand."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.practice.teaching.made import BUGS, made
from tutor.practice.teaching.slips import program_slips, renamed


def slips_of(folder: Path, body: str) -> dict[str, set[str]]:
    """What stands behind ``return`` in each slip of a function that returns this, under its rule."""
    program = f"def doubled(x):\n    return {body}\n"
    one = replace(made(folder, bugs=()), solution=program, another=program)
    found: dict[str, set[str]] = {}
    for slip in program_slips(one):
        assert slip.line == 2
        found.setdefault(slip.rule, set()).add(slip.source.splitlines()[-1].removeprefix("    return "))
    return found


@pytest.mark.parametrize(
    ("body", "slips"),
    [
        ("a + b", {"the other sign": {"a - b"}, "a term left out": {"a", "b"}}),
        ("a - b", {"the other sign": {"a + b"}, "a term left out": {"a"}}),
        ("a * b", {"divided for multiplied": {"a / b"}, "a factor left out": {"a", "b"}}),
        ("a / len(x)", {"divided for multiplied": {"a * len(x)"}, "a factor left out": {"a"}}),
        ("a ** 2", {"no power": {"a"}}),
        ("-a", {"a sign left out": {"a"}}),
        ("a @ b", {"a product the other way round": {"b @ a"}, "* for @": {"a * b"}}),
        ("a < b", {"< for <=": {"a <= b"}, "the other direction": {"a > b"}}),
        ("x[0]", {"a place off by one": {"x[1]"}}),
        ("x[:n]", {"a slice one too short": {"x[:n - 1]"}}),
        ("x.T", {"no transpose": {"x"}}),
        ("range(n)", {"a range one too short": {"range(n - 1)"}, "a range from 1": {"range(1, n)"}}),
        ("range(2, n)", {"a range one too short": {"range(2, n - 1)"}}),
        ("e.T(axis=0)", {"no transpose": {"e(axis=0)"}, "the other axis": {"e.T(axis=1)"}, "no axis=": {"e.T()"}}),
        ("x.max()", {"min for max": {"x.min()"}}),
        ("np.sqrt(x)", {"no sqrt": {"x"}}),
        ("np.where(a, b, c)", {"where the other way round": {"np.where(a, c, b)"}}),
        ("a", {}),
    ],
)  # fmt: skip
def test_each_kind_at_each_place(tmp_path: Path, body: str, slips: dict[str, set[str]]) -> None:
    assert slips_of(tmp_path, body) == slips


def test_they_are_the_same_each_time_and_each_once_and_none_is_a_bug(tmp_path: Path) -> None:
    one = made(tmp_path)
    slips = program_slips(one)
    assert slips == program_slips(one)
    sources = [slip.source for slip in slips]
    assert len(set(sources)) == len(sources) > 5
    ways = {ast.unparse(ast.parse(bug.applied(one.solution) or "")) + "\n" for bug in one.bugs}
    assert len(ways) == len(BUGS)
    assert not ways & set(sources)
    assert not {one.solution, one.another} & set(sources)
    without = {slip.source for slip in program_slips(replace(one, bugs=()))}
    assert ways <= without


def test_other_names_leave_a_program_what_it_does(tmp_path: Path) -> None:
    source = "def doubled(x):\n    mean = sum(each for each in x) / len(x)\n    x = x * 2\n    return x + mean\n"
    changed = renamed(source)
    assert changed.count("my_mean") == 2
    assert "my_x" not in changed
    results = []
    for program in (source, changed):
        names: dict[str, object] = {}
        exec(program, names)
        results.append(names["doubled"](np.array([1.0, 5.0])))  # type: ignore[operator]
    assert results[0].tolist() == results[1].tolist() == [5.0, 13.0]
