"""Evaluation of a network on labelled rows: loss, accuracy and the confusion of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.rows import answers, as_labels
from tutor.engine.network import penalty
from tutor.engine.objective import NO_LABEL, correct_rows, row_losses
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Mean loss and accuracy without dropout over ``rows`` rows; NaN if there are none.

    For a network that answers at places, each place with a label is a row. ``confusion[c, k]`` counts the rows of class
    c that were predicted as class k; it is (0, 0) where the labels are no classes.
    """

    rows: int
    loss: float
    accuracy: float
    confusion: NDArray[np.int64]

    @property
    def right(self) -> int:
        """The number of rows answered right."""
        return round(self.accuracy * self.rows) if self.rows else 0


def evaluate_network(
    spec: NetworkSpec,
    parameters: Parameters,
    inputs: NDArray[Any],
    labels: NDArray[Any],
    scale: float = 1.0,
    *,
    has_classes: bool = True,
) -> Evaluation:
    """Evaluate on ``inputs`` (rows, …) multiplied by ``scale``, with class numbers (rows,) or one-hot ``labels``.

    For a network that answers at places the class numbers are (rows, time). Without ``has_classes`` the labels are
    the numbers to be given back (rows, outputs).
    """
    rows, size = 0, spec.output_size if has_classes else 0
    confusion = np.zeros((size, size), dtype=np.int64)
    loss, right = 0.0, 0
    for part, logits, output in answers(spec, parameters, inputs, scale):
        wanted = as_labels(labels[part], spec)
        loss += float(row_losses(spec, logits, output, wanted).sum(dtype=np.float64))
        right += correct_rows(spec, output, wanted)
        given = output.argmax(axis=-1)
        if spec.ends_in_places:
            judged = wanted != NO_LABEL
            wanted, given = wanted[judged], given[judged]
        if has_classes:
            np.add.at(confusion, (wanted if wanted.ndim == 1 else wanted.argmax(axis=1), given), 1)
        rows += len(given)
    if not rows:
        return Evaluation(0, float("nan"), float("nan"), confusion)
    return Evaluation(rows, loss / rows + penalty(spec, parameters), right / rows, confusion)
