"""The canvas of the studio: a drawing of one's own for a network that takes pictures, and what can be done to it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.drawings import inverted, shifted
from tutor.datasets.preparation.preparing import Form
from tutor.labs.images.canvas import EDITS, SHIFTS, centred
from tutor.labs.kit.controls import ActionControl, Control, ControlError, GridControl, Value
from tutor.studio.experiment import DataChoice
from tutor.studio.problem import Problem
from tutor.training.data_sets import DATA_SETS

DRAWING_ACTIONS = ("copy", *EDITS)
UNUSED_SIDE = 5
"""The side of the canvas where it is not shown."""
_BYTES = 255.0
Drawing = NDArray[np.float64]


def drawing_controls(data: str, side: int) -> tuple[Control, ...]:
    """The canvas for the pictures of this data, ``side`` pixels wide and high, and its actions."""
    blank = ((0.0,) * side,) * side
    return (
        GridControl("canvas", "drawing", side, side, blank, help=f"what the network of {data} is asked about"),
        ActionControl("copy", "take the test picture", "l", "put the test picture of that number on the canvas"),
        ActionControl("clear", "clear", "o", "take all ink away"),
        ActionControl("invert", "invert", "I", "paper for ink, ink for paper"),
        ActionControl("centre", "centre", "Z", "make the drawing as large as the pictures of the training are"),
        ActionControl("shift_up", "↑", "W", "move the drawing up by a pixel"),
        ActionControl("shift_left", "←", "A", "move the drawing left by a pixel"),
        ActionControl("shift_down", "↓", "X", "move the drawing down by a pixel"),
        ActionControl("shift_right", "→", "D", "move the drawing right by a pixel"),
    )


def picture_side(problem: Problem) -> int:
    """How many pixels wide and high the pictures are that a network for this problem takes; 0 if it takes none."""
    side = math.isqrt(problem.width)
    is_picture = problem.plane is None and problem.text is None and not problem.inputs
    return side if is_picture and side * side == problem.width else 0


def picture_of_row(problem: Problem, row: int) -> Drawing:
    """The test picture with this number, from 0, as shares of full ink; the last if there are fewer."""
    part = problem.test if len(problem.test.inputs) else problem.training
    side = picture_side(problem)
    picture: Drawing = part.inputs[min(row, len(part.inputs) - 1)].reshape(side, side).astype(float)
    return picture / _full_ink(problem)


def as_input(problem: Problem, drawing: Drawing) -> Drawing:
    """A drawing of shares of full ink as the network's input, (1, pixels)."""
    return (drawing * (_full_ink(problem) * problem.scale)).reshape(1, -1)


def redrawn(data: DataChoice, problem: Problem, drawing: Drawing, action: str, row: int) -> Drawing:
    """The drawing after one of the ``DRAWING_ACTIONS``. Raises ``ControlError`` for what cannot be done."""
    if not picture_side(problem):
        raise ControlError(f"A network for {data.name} takes no drawings.")
    if action == "copy":
        return picture_of_row(problem, row)
    if action == "clear":
        return np.zeros_like(drawing)
    if action == "invert":
        return inverted(drawing)
    if action in SHIFTS:
        return shifted(drawing, *SHIFTS[action])
    form = _form(data, problem.classes or ())
    if form is None:
        raise ControlError("A drawing for these pictures is not centred: it is used as it is.")
    return centred(drawing, form)


def kept_drawing(rows: object, side: int) -> Value | None:
    """A drawing that was saved, if it is one of this size."""
    try:
        return GridControl("canvas", "drawing", side, side, ()).check(rows)
    except ControlError:
        return None


def _full_ink(problem: Problem) -> float:
    """What a pixel full of ink is in the rows: the largest byte where they are bytes."""
    return _BYTES if problem.training.inputs.dtype.kind == "u" else 1.0


def is_centred(data: DataChoice) -> bool:
    """Whether the pictures of this data were prepared in a form, in which a drawing can be put."""
    return _form(data, ()) is not None


def _form(data: DataChoice, classes: tuple[str, ...]) -> Form | None:
    """How a picture is prepared like those of the training; None where they are used as they are."""
    known = next((of for name, of in DATA_SETS.items() if name == data.name), None)
    return None if known is None else known.form(classes, "", False)
