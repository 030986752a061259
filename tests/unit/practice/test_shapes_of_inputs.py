"""Shapes with arithmetic on sizes, sizes as inputs, and float32 where large numbers cancel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tutor.course.lessons.lesson import LessonError
from tutor.practice.comparing import close
from tutor.practice.exercise import Exercise, Input
from tutor.practice.extents import extent
from tutor.practice.inputs import fresh, probes
from tutor.practice.loading import read_exercise
from tutor.resources import exercises_folder

WINDOWS = Exercise(
    Path(), "windows", "", "", "f", "", "", "", "", ("y",),
    (Input("x", shape=("h", "h*2")), Input("y", shape=("(h-k)//2+1", 1)), Input("k", "size", of="k")),
    {"h": (4, 7), "k": (1, 3)},
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [("h", 7), (3, 3), ("h-k+1", 6), ("(h-k)//2+1", 3), ("h*k-1", 13)])
def test_arithmetic_on_sizes(text: int | str, expected: int) -> None:
    assert extent(text, {"h": 7, "k": 2}) == expected


@pytest.mark.parametrize("text", ["h**2", "abs(h)", "h +", "h/2", "h//0", "'h'", "2.5", "(" * 300])
def test_what_is_no_arithmetic_on_sizes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="arithmetic"):
        extent(text, {"h": 7})


def test_shapes_follow_the_sizes_of_the_same_input() -> None:
    for given in fresh(WINDOWS, 5, 40):
        height, width = given["x"].shape
        assert width == 2 * height
        assert given["y"].shape == ((height - given["k"]) // 2 + 1, 1)


def test_shapes_follow_a_case() -> None:
    case = {"x": [[0, 1]] * 6, "k": 3}
    first = probes(replace(WINDOWS, cases=(case,)))[0]
    assert (first["k"], first["y"].shape) == (3, (2, 1))


def test_a_shape_that_names_no_size_is_told_with_its_line(tmp_path: Path) -> None:
    softmax = exercises_folder() / "06_softmax"
    for file in softmax.iterdir():
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace('["rows", "classes"]', '["rows+lines", 2]'), encoding="utf-8")
    with pytest.raises(LessonError, match="'rows\\+lines' names 'lines', which is not among the sizes"):
        read_exercise(tmp_path)


def test_float32_where_large_numbers_cancel() -> None:
    """3 000 products of both signs: what is left of each sum is off by the rounding of the large ones."""
    rng = np.random.default_rng(0)
    x, w = rng.uniform(-3, 3, (300, 300)), rng.uniform(-3, 3, (300, 300))
    single = x.astype(np.float32) @ w.astype(np.float32)
    assert close(single, x @ w, 1e-6).all()
    assert not close(single.astype(np.float64), x @ w, 1e-6).all()
    assert not close(single * np.float32(1.001), x @ w, 1e-6).all()
