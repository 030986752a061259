"""TensorFlow's numbers in place of the text, with a stand-in for the worker whose end the test decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.geometry import Size
from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, WIDE, at_step, press, shows, small_app
from tutor.course.tensorflow_comparison import ComparedNumber
from tutor.training.keras_program import KerasProgram
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.question_panel import QuestionPanel
from tutor.ui.widgets.readouts.comparison_rows import MOST_ROWS, ComparisonRows, ComparisonState
from tutor.ui.widgets.readouts.tensorflow_view import TensorFlowView
from tutor.ui.widgets.step_text import StepText

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


class Later:
    """A program under way: it ends when the test says so."""

    def __init__(self, program: KerasProgram) -> None:
        self.program = program
        self.results: Mapping[str, np.ndarray[Any, Any]] | None = None
        self.failure = self.waiting = ""

    def poll(self) -> bool:
        return self.results is not None or bool(self.failure)

    def wait(self) -> None:
        raise AssertionError("the interface waits")

    def gives(self, y: float) -> None:
        self.results = {"y": np.array([[y]]), "layer_y": np.array([[0.1, 0.2, 0.3]])}


class Starter:
    def __init__(self) -> None:
        self.started: list[Later] = []

    def __call__(self, program: KerasProgram) -> Later:
        self.started.append(Later(program))
        return self.started[-1]


async def opened(pilot: Pilot[int], step: int) -> tuple[LessonScreen, Starter]:
    """The lesson at a step, with the stand-in instead of a worker."""
    await at_step(pilot, step)
    screen = pilot.app.screen
    assert isinstance(screen, LessonScreen)
    starter = Starter()
    screen.session.start_program = starter
    return screen, starter


async def beside(pilot: Pilot[int], test: Callable[[str], bool]) -> None:
    """Wait until what stands at the left passes a test."""
    await until(pilot, lambda: test("\n".join(left(pilot))))


def left(pilot: Pilot[int]) -> list[str]:
    views = pilot.app.screen.query(TensorFlowView)
    region = views.first().region if views else pilot.app.screen.query_one("#left").region
    return [line[region.x : region.right] for line in text(pilot.app).splitlines()[region.y : region.bottom]]


def row(pilot: Pilot[int], name: str) -> list[str]:
    return next((line.split()[1:] for line in left(pilot) if line.split()[:1] == [name]), [])


@BOTH
async def test_it_takes_the_place_of_the_text_and_the_controls_stay_live(tmp_path: Path, size: tuple[int, int]) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=size) as pilot:
        screen, starter = await opened(pilot, 3)
        await press(pilot, "t")
        await shows(pilot, "Compared with TensorFlow", "TensorFlow is computing")
        assert "This was all." not in text(pilot.app)
        # x = (1, 1), w = (1, 2), b = 0: σ(3).
        await until(pilot, lambda: row(pilot, "y") == ["0.952574", "…"])
        # Nothing waits for TensorFlow: the control is turned meanwhile.
        await press(pilot, "right")
        await until(pilot, lambda: screen.session.lab.get("activation") == "tanh")
        starter.started[0].gives(0.95257407)
        await until(pilot, lambda: len(starter.started) == 2)
        assert "tanh" in starter.started[1].program.source
        starter.started[1].gives(0.9950548)
        await until(pilot, lambda: row(pilot, "y") == ["0.995055", "0.995055", "5e−08"])
        assert "computing" not in "\n".join(left(pilot))
        await press(pilot, "t")
        await shows(pilot, "This was all.")


async def test_the_rows_are_those_of_the_step_and_all_of_them_in_the_full_lab(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=WIDE) as pilot:
        _, starter = await opened(pilot, 3)
        await press(pilot, "t")
        await until(pilot, lambda: row(pilot, "y"))
        starter.started[0].gives(0.9525741)
        await beside(pilot, lambda said: "3 more in the full lab" in said)
        assert not row(pilot, "A")
        await press(pilot, "f")
        await until(pilot, lambda: row(pilot, "A")[1:] == ["0.1", "9e−01"])
        await press(pilot, "escape", "escape")
        await shows(pilot, "This was all.")


async def test_covered_numbers_stay_covered_beside_tensorflow(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        _, starter = await opened(pilot, 1)
        await press(pilot, "escape", "t")
        await until(pilot, lambda: row(pilot, "y") == ["?", "?", "?"])
        starter.started[0].gives(0.3775407)
        await beside(pilot, lambda said: "computing" not in said)
        assert row(pilot, "A") == ["?", "?", "?"]
        assert "0.37" not in text(pilot.app)
        assert "Furthest" not in text(pilot.app)
        # The question is asked beside its text: going back to it gives the text back.
        await press(pilot, "s", "n")
        await until(pilot, lambda: pilot.app.screen.query_one(QuestionPanel).region.height > 0)
        await shows(pilot, "Question 2 of 2")


async def test_a_failure_is_a_sentence_and_only_a_change_asks_again(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        screen, starter = await opened(pilot, 3)
        await press(pilot, "t")
        await until(pilot, lambda: starter.started)
        starter.started[0].failure = "TensorFlow is not installed here."
        await shows(pilot, "TensorFlow is not installed here.")
        view = screen.query_one(TensorFlowView)
        view._due = 0.0
        view._tick()
        assert len(starter.started) == 1
        await press(pilot, "right")
        await until(pilot, lambda: len(starter.started) == 2)


@pytest.mark.parametrize("key", ["t", "escape", "n", "b"])
async def test_the_text_comes_back(tmp_path: Path, key: str) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await opened(pilot, 2)
        await press(pilot, "t")
        await shows(pilot, "Compared with TensorFlow")
        await press(pilot, key)
        await until(pilot, lambda: pilot.app.screen.query_one(StepText).region.height > 0)
        assert not pilot.app.screen.query(TensorFlowView)


async def test_from_it_the_way_back_to_a_step_that_asks(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await opened(pilot, 2)
        await press(pilot, "t")
        await shows(pilot, "Compared with TensorFlow")
        await press(pilot, "b")
        await shows(pilot, "what is z?")
        assert not pilot.app.screen.query(TensorFlowView)


async def test_without_a_worker_it_says_so(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=WIDE, notifications=True) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "t")
        await shows(pilot, "TensorFlow cannot run here", "This was all.")


@pytest.mark.parametrize("width", [1, 20, 34, 46, 60, 120])
def test_no_line_is_wider_than_its_room(width: int) -> None:
    values = [0.0, -1.0, 1 / 3, -1.2345678e-12, 6.02e23, float("inf"), float("nan")]
    rows = tuple(ComparedNumber(f"a_readout_with_a_name[place {i}][{j}]", v, w)
                 for i, v in enumerate(values) for j, w in enumerate(values))  # fmt: skip
    lines = lines_of(
        ComparisonState((*rows, ComparedNumber("weighted_sum", 1.0, 1.0)), "It computes.", left_out=3), width
    )
    assert all(len(line) <= max(width, 30) for line in lines)
    if width >= 34:
        assert all(len(line) <= width for line in lines)
    assert "1 1 0" in [" ".join(line.split()[-3:]) for line in lines]


def test_the_precision_is_that_of_the_numbers() -> None:
    """0.1 is none of the numbers of float32; the nearest of them is 0.10000000149011612."""
    for theirs, said in ((0.10000000149011612, "float32"), (0.1, "float64")):
        lines = " ".join(lines_of(ComparisonState((ComparedNumber("y", 0.1, theirs),)), 80))
        assert f"TensorFlow computes in {said}" in lines


def test_covered_numbers_say_when_they_are_shown() -> None:
    rows = (ComparedNumber("y", 0.5, 0.5), ComparedNumber("z", 0.25, 0.25))
    said = "? is shown once the question is answered or skipped."
    assert said in " ".join(lines_of(ComparisonState(rows, covered=frozenset({"z"})), 80))
    assert said not in " ".join(lines_of(ComparisonState(rows), 80))


def test_a_long_column_says_how_much_is_left_out() -> None:
    rows = tuple(ComparedNumber(f"image[{i}]", float(i), float(i)) for i in range(MOST_ROWS + 7))
    assert "and 7 more" in lines_of(ComparisonState(rows), 40)


def lines_of(state: ComparisonState, width: int) -> list[str]:
    view = ComparisonRows()
    view.set_reactive(ComparisonRows.state, state)
    assert view.get_content_height(Size(width, 9), Size(width, 9), width) == len(view._lines(width))
    return [line.plain for line in view._lines(width)]
