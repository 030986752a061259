"""The training rows of the shapes network: the five of the source, and those taught by the learner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.shapes import NAMES, PIXELS, SIDE, held_out_rows, training_rows
from tutor.labs.kit.controls import ControlError

Drawing = NDArray[np.float64]


class ShapesRows:
    """The current training rows and the held-out drawings."""

    def __init__(self) -> None:
        self._source = training_rows()
        self._held_out = held_out_rows()
        self._taught_inputs = np.empty((0, PIXELS))
        self._taught_labels = np.empty((0, len(NAMES)))

    def shape(self, name: str) -> Drawing:
        """The source's drawing (5, 5) of a shape."""
        return self._source.inputs[NAMES.index(name)].reshape(SIDE, SIDE)

    def data(self) -> TrainingData:
        """All rows: the source's, then the taught ones in their order."""
        return TrainingData(
            np.concatenate([self._source.inputs, self._taught_inputs]),
            np.concatenate([self._source.labels, self._taught_labels]),
            self._held_out.inputs,
            self._held_out.labels,
        )

    def teach(self, drawing: Drawing, shape: str) -> str:
        """Add a drawing (5, 5) with this label; return a sentence with its row number."""
        self._taught_inputs = np.vstack([self._taught_inputs, drawing.reshape(1, -1)])
        self._taught_labels = np.vstack([self._taught_labels, np.eye(len(NAMES))[NAMES.index(shape)]])
        return f"The drawing is training row {self.data().rows} now, labelled {shape}."

    def forget(self) -> str:
        """Remove the last taught drawing; raises ``ControlError`` if there is none."""
        if not self.has_taught:
            raise ControlError("You have taught no drawing; the five of the source stay.")
        self._taught_inputs, self._taught_labels = self._taught_inputs[:-1], self._taught_labels[:-1]
        return f"Forgotten: {self.data().rows} training rows are left."

    @property
    def has_taught(self) -> bool:
        """Whether the learner taught a drawing."""
        return bool(len(self._taught_inputs))

    def row_of(self, drawing: Drawing) -> int | None:
        """The number, from 1, of the training row equal to this drawing; None if there is none."""
        same = np.flatnonzero((self.data().inputs == drawing.ravel()).all(axis=1))
        return int(same[0]) + 1 if len(same) else None

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What ``restore`` needs."""
        return {"taught_inputs": self._taught_inputs, "taught_labels": self._taught_labels}

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Restore the taught rows; ignores arrays of other shapes."""
        inputs, labels = arrays.get("taught_inputs"), arrays.get("taught_labels")
        if inputs is None or labels is None or len(inputs) != len(labels):
            return
        if inputs.shape[1:] == (PIXELS,) and labels.shape[1:] == (len(NAMES),):
            self._taught_inputs, self._taught_labels = inputs.copy(), labels.copy()
