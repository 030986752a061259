"""Draw by command: a pen that moves from point to point, for use without a cursor."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.course.questions.answers import parse_number
from tutor.labs.images.canvas import stroke
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError, GridControl
from tutor.language.catalogue import N_, _

HOW = N_("Usage: draw NAME ROW COLUMN ROW COLUMN …, counted from 0: draw canvas 4 7 4 20 24 11 is a 7.")
FINE_PEN = 10
"""On grids with fewer rows than this the pen is one pixel wide, without grey edges."""


def draw(lab: Lab, name: str, words: list[str]) -> str:
    """Move the pen through the points; return a sentence about the ink. Raises ``ControlError``."""
    control = lab.control(name)
    if not isinstance(control, GridControl):
        raise ControlError(_("{name} is not a drawing. {how}").format(name=name, how=_(HOW)))
    numbers = [parse_number(word.rstrip(",;")) for word in words]
    if len(numbers) < 2 or len(numbers) % 2 or None in numbers:
        raise ControlError(_(HOW))
    points = [(row, column) for row, column in zip(numbers[::2], numbers[1::2], strict=True) if row is not None]
    at = np.array(points, dtype=np.float64)
    if (at < 0).any() or (at > (control.rows - 1, control.columns - 1)).any():
        raise ControlError(
            _("{label} has rows 0 to {rows} and columns 0 to {columns}. {how}").format(
                label=control.label, rows=control.rows - 1, columns=control.columns - 1, how=_(HOW)
            )
        )
    before = lab.vector(name)
    after = np.maximum(before, _ink(control, at) * control.high)
    lab.set(name, after.tolist())
    return _("Pixels with more ink: {more}; with some: {some}.").format(
        more=int((after > before).sum()), some=int((after > 0).sum())
    )


def _ink(control: GridControl, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ink of the pen's path through ``at``, (points, 2) of rows and columns, on an empty grid."""
    way = np.vstack([at, at[-1:]])
    if control.rows == control.columns >= FINE_PEN:
        return stroke(control.rows, tuple((row, column) for row, column in ((way + 0.5) / control.rows).tolist()))
    ink = np.zeros((control.rows, control.columns))
    for start, end in pairwise(way):
        steps = int(np.abs(end - start).max().round()) + 1
        rows, columns = np.rint(np.linspace(start, end, steps)).astype(int).T
        ink[rows, columns] = 1.0
    return ink
