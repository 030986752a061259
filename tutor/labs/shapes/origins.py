"""Where the numbers of the shapes lab come from, and the same network in Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.engine.derivations.derivation import Cell
from tutor.engine.derivations.expressions import Expression, ln, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Dense
from tutor.engine.network import output_name
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.places import Index
from tutor.training.keras_program import KerasProgram

Rates = tuple[tuple[float, float], tuple[float, float]]
LOSSES = (("loss", "accuracy"), ("held_out_loss", "held_out_accuracy"))


def passed_rows(spec: NetworkSpec, parameters: Parameters, drawing: NDArray[np.float64], data: TrainingData) -> Trace:
    """A pass of the drawing (row 0), then of the training rows, then of the held-out ones."""
    return record(spec, parameters, np.concatenate([drawing.reshape(1, -1), data.inputs, data.held_out_inputs]))


def put_evaluations(sheet: Worksheet, spec: NetworkSpec, data: TrainingData, evaluations: Rates) -> None:
    """The arithmetic of loss and accuracy of the training and of the held-out rows, on a sheet of ``passed_rows``."""
    labels = np.concatenate([data.labels, data.held_out_labels])
    answer = output_name(spec)
    answers = sheet.array(answer)
    together = Form("Σ p", lambda n: total(n.each(sheet.cells(answer, 0))))
    sheet.put("confidence_sum", answers[0].sum(), lambda: together)
    first = 1
    for (loss_name, accuracy_name), (loss, accuracy), count in zip(
        LOSSES, evaluations, (data.rows, len(data.held_out_inputs)), strict=True
    ):
        if count:
            own = range(first, first + count)
            right = [sheet.cell(answer, row, int(labels[row - 1].argmax())) for row in own]
            sheet.put(loss_name, loss, _mean_loss(right))
            sheet.put(accuracy_name, accuracy, _share(round(accuracy * count), count))
        first += count


def _mean_loss(right: Sequence[Cell]) -> Callable[[], Form]:
    def numbers(n: Writer) -> Expression:
        return -total([ln(n(p)) for p in right]) / n(len(right))

    return lambda: Form("−Σ ln(p of the right shape) / rows", numbers)


def _share(right: int, rows: int) -> Callable[[], Form]:
    return lambda: Form("rows answered right / rows", lambda n: n(right) / n(rows))


def network_cell(spec: NetworkSpec, name: str, index: Index) -> tuple[str, Index]:
    """The cell of the drawing's own pass for a number of the answer or of the drawn network."""
    if name == "confidences":
        return output_name(spec), (0, *index)
    if name == "network":
        outputs = [f"{layer}.out" for layer, kind in spec.named_layers if isinstance(kind, Dense)]
        return ("input", *outputs)[index[0]], (0, index[1])
    return name, index


def shapes_program(spec: NetworkSpec, parameters: Parameters, drawing: NDArray[np.float64]) -> KerasProgram:
    """The network with its present weights, asked about the drawing."""
    dense = [(name, layer) for name, layer in spec.named_layers if isinstance(layer, Dense)]
    given = {
        f"{part[0]}{number}": parameters[f"{name}.{part}"]
        for number, (name, _) in enumerate(dense, start=1)
        for part in ("kernel", "bias")
    }
    hidden = ", ".join(str(layer.units) for _, layer in dense[:-1])
    pixels = "\n".join("    " + ", ".join(f"{pixel:g}" for pixel in row) + "," for row in drawing.tolist())
    weights = ",\n    ".join(f"k{n}, b{n}" for n in range(1, len(dense) + 1))
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
{pixels}
]])
confidences = net(x)
"""
    return KerasProgram(source, {"confidences": "confidences"}, given)
