"""SimpleRNN and LSTM: through time and back."""

from __future__ import annotations

import numpy as np

from tutor.engine.initializers import Initializer, UnitForget
from tutor.engine.operations.contract import Array, Operation, ParameterShape, Pass, Shape, Step
from tutor.engine.operations.sequences import places
from tutor.engine.recurrent import GATES, earlier, lstm, lstm_gradients, simple_rnn, simple_rnn_gradients
from tutor.engine.sequence_layers import LSTM, SimpleRNN


def _shape(layer: SimpleRNN | LSTM, shape: Shape) -> Shape:
    places(layer, shape)
    return (shape[0], layer.units) if layer.return_sequences else (layer.units,)


def _parameters(layer: SimpleRNN | LSTM, shape: Shape) -> tuple[ParameterShape, ...]:
    width = layer.units * (4 if isinstance(layer, LSTM) else 1)
    bias: Initializer = UnitForget() if isinstance(layer, LSTM) and layer.unit_forget_bias else "zeros"
    return (
        ParameterShape("kernel", (shape[-1], width), layer.kernel_initializer),
        ParameterShape("recurrent_kernel", (layer.units, width), layer.recurrent_initializer),
        ParameterShape("bias", (width,), bias),
    )


def _forward(layer: SimpleRNN | LSTM, x: Array, step: Step) -> Array:
    run = lstm if isinstance(layer, LSTM) else simple_rnn
    made = run(x, step.own("kernel"), step.own("recurrent_kernel"), step.own("bias"))
    for part, value in made.items():
        step.values[f"{step.name}.{part}"] = value
    return made["h"] if layer.return_sequences else made["h"][:, -1]


def _backward(layer: SimpleRNN | LSTM, dy: Array, x: Array, step: Step, gradients: Pass) -> Array:
    name, kernel, recurrent = step.name, step.own("kernel"), step.own("recurrent_kernel")
    h = step.values[f"{name}.h"]
    dh = dy
    if not layer.return_sequences:
        dh = np.zeros_like(h)
        dh[:, -1] = dy
    if isinstance(layer, LSTM):
        parts = {part: step.values[f"{name}.{part}"] for part in ("z", *GATES, "c", "h")}
        made = lstm_gradients(dh, parts, recurrent)
    else:
        made = simple_rnn_gradients(dh, h, recurrent)
    for part, gradient in made.items():
        gradients[f"{name}.{part}"] = gradient
    dz = made["z"].reshape(-1, kernel.shape[1])
    gradients[f"{name}.kernel"] = x.reshape(-1, x.shape[-1]).T @ dz
    gradients[f"{name}.recurrent_kernel"] = earlier(h).reshape(-1, h.shape[-1]).T @ dz
    gradients[f"{name}.bias"] = dz.sum(axis=0)
    return (dz @ kernel.T).reshape(x.shape)


RECURRENT = Operation(_shape, _forward, _backward, _parameters)
