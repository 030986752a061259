"""The drawings of the studio: one for each data set of pictures, each as large as its pictures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.labs.kit.controls import Control, Value
from tutor.labs.studio.drawing_controls import UNUSED_SIDE, drawing_controls, kept_drawing, picture_of_row, picture_side
from tutor.studio.experiment import DataChoice
from tutor.studio.problem import Problem


class Drawings:
    """What was drawn, and the size of the canvas for the data that the network takes now."""

    def __init__(self) -> None:
        self._data, self._side = "", UNUSED_SIDE
        self._kept: dict[str, object] = {}

    def controls(self) -> tuple[Control, ...]:
        """The canvas and its actions."""
        return drawing_controls(self._data, self._side)

    def turned_to(self, data: DataChoice, problem: Problem, present: Value) -> Value:
        """The canvas for other data, with what was drawn there last, at first a test picture; ``present`` is kept."""
        side = picture_side(problem)
        if (self._data, self._side) == (data.name, side or UNUSED_SIDE):
            return present
        self._kept = self.with_present(present)
        self._data, self._side = data.name, side or UNUSED_SIDE
        known = self._known()
        if known is not None:
            return known
        first = picture_of_row(problem, 0).round(3) if side else np.zeros((self._side, self._side))
        return tuple(map(tuple, first.tolist()))

    def with_present(self, present: Value) -> dict[str, object]:
        """Every drawing by the name of its data, with the one on the canvas."""
        return {**self._kept, self._data: present} if self._data else self._kept

    def restored(self, drawings: object, present: Value) -> Value:
        """What is on the canvas after going back to these drawings; those that do not fit are left out."""
        if not isinstance(drawings, Mapping):
            return present
        self._kept = {str(data): rows for data, rows in drawings.items()}
        known = self._known()
        return present if known is None else known

    def _known(self) -> Value | None:
        return kept_drawing(self._kept.get(self._data), self._side)
