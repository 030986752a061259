"""The derivations of the shapes lab, and the same network in Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.engine.derivations.cells import Cells, constant, ln
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Dense
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.in_place_training import Evaluation
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram

Evaluations = Callable[[], tuple[Evaluation, Evaluation]]
"""Loss and accuracy as the engine computes them, for the training rows and for the held-out ones."""
MEAN_LOSS = "−Σ ln(p of the right shape) / rows"
SHARE_RIGHT = "rows answered right / rows"


def passed_rows(spec: NetworkSpec, parameters: Parameters, drawing: NDArray[np.float64], data: TrainingData) -> Trace:
    """A pass of the drawing (row 0), then of the training rows, then of the held-out ones."""
    return record(spec, parameters, np.concatenate([drawing.reshape(1, -1), data.inputs, data.held_out_inputs]))


def fill_results(sheet: Sheet, answers: Cells, data: TrainingData, evaluations: Evaluations) -> None:
    """Put loss and accuracy on the training and the held-out rows on the sheet, from ``answers`` of ``passed_rows``."""
    taught, held_out = data.rows, len(data.held_out_inputs)
    loss, right, accuracy = _results(answers, 1, data.labels, lambda: evaluations()[0])
    sheet.number("loss", "training loss", loss, MEAN_LOSS, digits=4)
    sheet.number("accuracy", "training accuracy", accuracy, SHARE_RIGHT, digits=3)
    sheet.number("learned", f"right, of {taught} taught", right, digits=0)
    loss, right, accuracy = _results(answers, 1 + taught, data.held_out_labels, lambda: evaluations()[1])
    sheet.number("held_out_loss", "held-out loss", loss, MEAN_LOSS, digits=4)
    sheet.number("held_out_accuracy", "held-out accuracy", accuracy, SHARE_RIGHT, digits=3)
    sheet.number("held_out_right", "right, of those held out", right, digits=0)
    sheet.number("training_rows", "training drawings", taught, digits=0)
    sheet.number("held_out_rows", "held-out drawings", held_out, digits=0)


def _results(
    answers: Cells, first: int, labels: NDArray[Any], evaluated: Callable[[], Evaluation]
) -> tuple[Cells, Cells, Cells]:
    """Mean loss, number of right answers and accuracy of the rows from ``first`` on, one for each label."""
    count, shapes = len(labels), labels.argmax(axis=1)
    p = answers.viewed((count,), lambda at: (first + at[0], int(shapes[at])))
    right = constant(lambda: round(evaluated()[1] * count))
    return (
        (-ln(p).sum() / count).computed(lambda: evaluated()[0]),
        right,
        (right / count).computed(lambda: evaluated()[1]),
    )


def shapes_program(spec: NetworkSpec, parameters: Parameters, drawing: NDArray[np.float64]) -> KerasProgram:
    """The network with its current weights, applied to the drawing."""
    dense = [(name, layer) for name, layer in spec.named_layers if isinstance(layer, Dense)]
    given = {
        f"{part[0]}{number}": parameters[f"{name}.{part}"]
        for number, (name, _) in enumerate(dense, start=1)
        for part in ("kernel", "bias")
    }
    hidden = ", ".join(str(layer.units) for _, layer in dense[:-1])
    pixels = ",\n    ".join(", ".join(f"{pixel:g}" for pixel in row) for row in drawing.tolist())
    pairs = [f"k{n}, b{n}" for n in range(1, len(dense) + 1)]
    weights = ",\n    ".join(", ".join(pairs[start : start + 3]) for start in range(0, len(pairs), 3))
    source = f"""\
import keras
import numpy as np
from keras.layers import Dense, Dropout
net = keras.Sequential()
net.add(keras.Input((25,)))
for units in ({hidden}):
    net.add(Dense(units, "relu"))
    net.add(Dropout(0.2))
net.add(Dense(5, "softmax"))
# k1, b1, … are the lab's own weights.
net.set_weights([
    {weights}])
x = np.array([[
    {pixels}]])
confidences = net(x)
"""
    return KerasProgram(source, {"confidences": "confidences"}, given)
