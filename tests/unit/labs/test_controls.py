"""Controls check what they are given, and say in a sentence what they take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor.labs.kit.controls import (
    ChoiceControl,
    ControlError,
    GridControl,
    MatrixControl,
    NumberControl,
    ValueControl,
    VectorControl,
)

NUMBER = NumberControl("b", "bias", -2, 2, 0.5, 0.0)
WHOLE = NumberControl("epochs", "epochs", 1, 100, 1, 20, integer=True, choices=(1, 5, 20, 100))
CHOICE = ChoiceControl("f", "activation", ("relu", "tanh"), "relu")
VECTOR = VectorControl("x", "inputs", ("1", "2"), -1, 1, 0.5, (0.0, 0.0))
MATRIX = MatrixControl("W", "weights", ("1", "2"), ("A",), -1, 1, 0.5, ((0.0,), (0.0,)))
GRID = GridControl("d", "drawing", 2, 2, ((0.0, 0.0), (0.0, 0.0)))


@pytest.mark.parametrize(
    ("control", "value", "taken"),
    [
        (NUMBER, 1, 1.0),
        (WHOLE, 7.0, 7),
        (CHOICE, "tanh", "tanh"),
        (VECTOR, [1, -1], (1.0, -1.0)),
        (MATRIX, [[1], [0]], ((1.0,), (0.0,))),
        (MATRIX, [1, 0], ((1.0,), (0.0,))),
        (GRID, [1, 0, 0.5, 1], ((1.0, 0.0), (0.5, 1.0))),
    ],
)
def test_what_is_taken(control: ValueControl, value: object, taken: object) -> None:
    assert control.check(value) == taken


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        (NUMBER, 3, "bias lies from -2 to 2; got 3"),
        (NUMBER, "much", "bias is a number; got much"),
        (NUMBER, True, "bias is a number"),
        (NUMBER, float("nan"), "bias is a finite number"),
        (WHOLE, 1.5, "epochs is a whole number; got 1.5"),
        (CHOICE, "sigmoid", "activation is one of relu, tanh; got sigmoid"),
        (VECTOR, [1], "inputs has 2 numbers; got 1"),
        (VECTOR, [1, 2], "inputs 2 lies from -1 to 1; got 2"),
        (replace(VECTOR, integer=True), [0.5, 1], "inputs are whole numbers; got 0.5, 1"),
        (MATRIX, [[1, 2], [0]], "weights has 1 numbers; got 2"),
        (GRID, [[1, 0]], "drawing has 2 rows of 2 numbers; got 1"),
        (GRID, [[1, 0], [0, 2]], "drawing (2,2) lies from 0 to 1; got 2"),
        (GRID, 1, "drawing has 2×2 numbers; got 1"),
    ],
)
def test_what_is_refused(control: ValueControl, value: object, words: str) -> None:
    with pytest.raises(ControlError) as refused:
        control.check(value)
    assert words in str(refused.value)


def test_an_arrow_key_steps_within_the_bounds_or_through_the_choices() -> None:
    assert [NUMBER.stepped(0.0, 1), NUMBER.stepped(2.0, 1), NUMBER.stepped(-2.0, -1)] == [0.5, 2.0, -2.0]
    assert [WHOLE.stepped(20, 1), WHOLE.stepped(7, -1), WHOLE.stepped(100, 1), WHOLE.stepped(1, -1)] == [100, 5, 100, 1]
