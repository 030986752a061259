"""The comparison beside the lab's numbers, with a stand-in for the worker."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tutor.course.tensorflow_comparison import TensorFlowComparison, chance_note
from tutor.labs.neuron import NeuronLab
from tutor.training.keras_program import KerasProgram, ProgramFailed, run_program
from tutor.ui.widgets.readouts.comparison_rows import ComparisonRows, ComparisonState, difference_text


class Later:
    """A program whose end the test decides."""

    def __init__(self, program: KerasProgram) -> None:
        self.program = program
        self.results: Mapping[str, np.ndarray[Any, Any]] | None = None
        self.failure = self.waiting = ""

    def poll(self) -> bool:
        return self.results is not None or bool(self.failure)

    def wait(self) -> None:
        self.results = {"y": np.array([[0.95]]), "layer_y": np.array([[0.1, 0.2, 0.3]])}


class Starter:
    def __init__(self) -> None:
        self.started: list[Later] = []

    def __call__(self, program: KerasProgram) -> Later:
        self.started.append(Later(program))
        return self.started[-1]


@pytest.fixture
def starter() -> Starter:
    return Starter()


def test_ours_stand_there_at_once_and_theirs_when_they_come(starter: Starter) -> None:
    comparison = TensorFlowComparison(NeuronLab(), starter)
    comparison.refresh()
    assert [row.path for row in comparison.rows] == ["y", "layer_y[A]", "layer_y[B]", "layer_y[C]"]
    assert all(math.isnan(row.theirs) for row in comparison.rows)
    assert comparison.busy
    assert "computing" in comparison.message
    assert not comparison.poll()
    comparison.wait()
    assert comparison.rows[0].difference == pytest.approx(0.952574126 - 0.95, abs=1e-8)
    assert (comparison.busy, comparison.message) == (False, "")


def test_the_same_state_is_asked_once_and_another_again(starter: Starter) -> None:
    lab = NeuronLab()
    comparison = TensorFlowComparison(lab, starter)
    comparison.refresh()
    comparison.refresh()
    comparison.wait()
    comparison.refresh()
    assert len(starter.started) == 1
    lab.set("b", 1.0)
    comparison.refresh()
    assert len(starter.started) == 2
    # What is under way is not overtaken; the next look starts the newest.
    lab.set("b", 2.0)
    comparison.refresh()
    assert len(starter.started) == 2
    comparison.wait()
    comparison.refresh()
    assert len(starter.started) == 3


def test_a_failure_is_a_sentence_and_the_next_look_tries_again(starter: Starter) -> None:
    comparison = TensorFlowComparison(NeuronLab(), starter)
    comparison.refresh()
    starter.started[0].failure = "the process ended"
    assert comparison.poll()
    assert comparison.message == "the process ended"
    comparison.refresh()
    assert len(starter.started) == 2


def test_too_few_numbers_are_said(starter: Starter) -> None:
    comparison = TensorFlowComparison(NeuronLab(), starter)
    comparison.refresh()
    starter.started[0].results = {"y": np.zeros(1), "layer_y": np.zeros(2)}
    comparison.poll()
    assert comparison.message == "TensorFlow gave 2 numbers for the 3 of layer_y"


def test_what_keras_reaches_by_chance_is_named_and_measures_nothing(starter: Starter) -> None:
    class Random(NeuronLab):
        def keras_program(self) -> KerasProgram:
            return replace(super().keras_program(), by_chance=frozenset({"layer_y"}))

    comparison = TensorFlowComparison(Random(), starter)
    comparison.refresh()
    comparison.wait()
    assert [row.by_chance for row in comparison.rows] == [False, True, True, True]
    assert chance_note(comparison.rows).startswith("layer_y: ")
    assert chance_note(comparison.rows[:1]) == ""
    view = ComparisonRows()
    view.set_reactive(ComparisonRows.state, ComparisonState(comparison.rows))
    said = "\n".join(line.plain for line in view._lines(60))
    assert f"Largest difference: {difference_text(comparison.rows[0].difference)}." in said
    assert "layer_y: Keras trained" in said


def test_a_program_leaves_its_numbers_in_variables() -> None:
    results = run_program("y = 2 * x + 1", {"out": "y"}, {"x": np.array([1.0, 2.0])})
    assert results["out"].tolist() == [3.0, 5.0]


@pytest.mark.parametrize(
    ("source", "said"), [("y = 1 / 0", "ZeroDivisionError"), ("y = ", "SyntaxError"), ("z = 1", "KeyError")]
)
def test_a_program_that_stops_says_why(source: str, said: str) -> None:
    with pytest.raises(ProgramFailed, match=said):
        run_program(source, {"y": "y"}, {})
