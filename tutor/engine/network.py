"""Forward and backward through a network, every intermediate by name.

A pass is a mapping from names to arrays: ``input``; for each Dense layer ``dense.z`` (before the activation) and
``dense.out``; for each Dropout layer ``dropout.mask`` (already scaled by 1/(1 − rate); absent at inference) and
``dropout.out``. Backward gives the gradient of the mean loss under the same names, and under
``dense.kernel`` and ``dense.bias`` for the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.engine.activations import ELEMENTWISE, activate
from tutor.engine.losses import accuracy, crossentropy_from_logits, crossentropy_logits_gradient
from tutor.engine.parameters import Array, Parameters
from tutor.engine.spec import Dense, Dropout, NetworkSpec

Pass = dict[str, Array]


class ShapeError(ValueError):
    """Data whose shape does not fit the network; the message has both shapes."""


def dropout_widths(spec: NetworkSpec) -> tuple[int, ...]:
    """The width of each dropout layer, in order."""
    return tuple(width for layer, width in zip(spec.layers, spec.widths[1:], strict=True) if isinstance(layer, Dropout))


def dropout_rates(spec: NetworkSpec) -> tuple[float, ...]:
    """The rate of each dropout layer, in order."""
    return tuple(layer.rate for layer in spec.layers if isinstance(layer, Dropout))


def dropout_mask(noise: np.ndarray, rate: float, dtype: str) -> Array:
    """The scaled mask of 16-bit ``noise``: 0 with probability ``rate``, else 1/(1 − rate); noise's shape."""
    keep = noise >= round(rate * 65536)
    return np.multiply(keep, 1.0 / (1.0 - rate), dtype=dtype)


def forward(spec: NetworkSpec, parameters: Parameters, inputs: Array, masks: Sequence[Array] | None = None) -> Pass:
    """Run ``inputs`` (batch, width) through the network and keep every intermediate.

    ``masks``, one scaled mask (batch, width) for each dropout layer, makes it a training pass; without them
    dropout changes nothing. Raises ``ShapeError`` where the inputs are not as wide as the network expects.
    """
    if inputs.ndim != 2 or inputs.shape[1:] != spec.input_shape:
        raise ShapeError(
            f"{spec.name} takes rows of {spec.input_shape[0]} numbers; got an array of shape {inputs.shape}"
        )
    x = inputs.astype(spec.dtype, copy=False)
    values: Pass = {"input": x}
    waiting = iter(masks or ())
    for name, layer in spec.named_layers:
        if isinstance(layer, Dense):
            z = x @ parameters[f"{name}.kernel"] + parameters[f"{name}.bias"]  # (batch, units)
            values[f"{name}.z"] = z
            x = activate(layer.activation, z)
        elif masks is not None:
            mask = next(waiting)
            values[f"{name}.mask"] = mask
            x = x * mask
        values[f"{name}.out"] = x
    return values


def logits_name(spec: NetworkSpec) -> str:
    """The name of the last layer's output before softmax."""
    return f"{spec.named_layers[-1][0]}.z"


def output_name(spec: NetworkSpec) -> str:
    """The name of the network's answer: the probabilities."""
    return f"{spec.named_layers[-1][0]}.out"


def backward(spec: NetworkSpec, parameters: Parameters, values: Pass, labels: Array) -> Pass:
    """Gradients of the mean loss over the batch, by the names of the values and the parameters.

    ``labels`` is (batch, classes), one-hot. The softmax and the cross-entropy are taken as one operation, whose
    gradient is (p − y) / batch.
    """
    logits = values[logits_name(spec)]
    if labels.shape != logits.shape:
        raise ShapeError(f"labels of shape {labels.shape} for outputs of shape {logits.shape}")
    gradients: Pass = {}
    names = ["input", *(f"{name}.out" for name, _ in spec.named_layers)]
    last = len(spec.layers) - 1
    for position in range(last, -1, -1):
        name, layer = spec.named_layers[position]
        before = names[position]
        if isinstance(layer, Dense):
            if position == last:
                dz = crossentropy_logits_gradient(logits, labels.astype(spec.dtype, copy=False))
            else:
                out = values[f"{name}.out"]
                dz = gradients[f"{name}.out"] * ELEMENTWISE[layer.activation].slope(out)
            gradients[f"{name}.z"] = dz
            gradients[f"{name}.kernel"] = values[before].T @ dz
            gradients[f"{name}.bias"] = dz.sum(axis=0)
            gradients[before] = dz @ parameters[f"{name}.kernel"].T
        else:
            mask = values.get(f"{name}.mask")
            above = gradients[f"{name}.out"]
            gradients[before] = above if mask is None else above * mask
    return gradients


def evaluate(spec: NetworkSpec, parameters: Parameters, inputs: Array, labels: Array) -> tuple[float, float]:
    """Mean loss and accuracy on labelled rows, without dropout."""
    logits = forward(spec, parameters, inputs)[logits_name(spec)]
    wanted = labels.astype(spec.dtype, copy=False)
    return float(crossentropy_from_logits(logits, wanted).mean()), accuracy(logits, wanted)
