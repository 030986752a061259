"""The forward and backward pass of a network, with every intermediate by name: the reference for all faster forms.

A pass is a mapping from names to arrays: ``input``; each layer's output, such as ``dense.out``; for Dense and Conv2D
the value before the activation, ``dense.z``; for Dropout in training its scaled ``dropout.mask``; for batch
normalization in training ``x_hat``, ``mean`` and ``variance``. The backward pass gives the gradient of the mean loss
under the same names, and under ``dense.kernel``, ``batch_normalization.gamma`` and so on for the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tutor.engine.connections import sources
from tutor.engine.layers import Activation, Conv2D, Dense, Dropout
from tutor.engine.losses import l2_penalty
from tutor.engine.objective import answers_in, correct_rows, is_fused, output_gradient, row_losses
from tutor.engine.operations.contract import ShapeError, Step
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import Array, Parameters
from tutor.engine.spec import NetworkSpec

__all__ = ["Pass", "ShapeError", "backward", "evaluate", "forward", "logits_name", "output_name"]

Pass = dict[str, Array]


def dropout_sizes(spec: NetworkSpec) -> tuple[int, ...]:
    """How many numbers per row each dropout layer acts on, in order."""
    return tuple(
        int(np.prod(shape))
        for layer, shape in zip(spec.layers, spec.shapes[1:], strict=True)
        if isinstance(layer, Dropout)
    )


def dropout_rates(spec: NetworkSpec) -> tuple[float, ...]:
    """The rate of each dropout layer, in order."""
    return tuple(layer.rate for layer in spec.layers if isinstance(layer, Dropout))


def dropout_mask(noise: np.ndarray, rate: float, dtype: str) -> Array:
    """The scaled mask from 16-bit ``noise``, in its shape: 0 with probability ``rate``, else 1/(1 − rate)."""
    mask: Array = (noise >= round(rate * 65536)).astype(dtype)
    mask *= mask.dtype.type(1.0 / (1.0 - rate))
    return mask


def output_names(spec: NetworkSpec) -> tuple[str, ...]:
    """``input``, then the name of each layer's output."""
    return ("input", *(f"{name}.out" for name, _ in spec.named_layers))


def output_name(spec: NetworkSpec) -> str:
    """The name of the network's output."""
    return output_names(spec)[-1]


def through_name(layer: str) -> str:
    """The name of the gradient that a layer passes back to its input, where Add layers pass more to the same output."""
    return f"{layer}.x"


def logits_name(spec: NetworkSpec) -> str:
    """The name of the last activation's input."""
    name, last = spec.named_layers[-1]
    if isinstance(last, Dense | Conv2D):
        return f"{name}.z"
    return output_names(spec)[-2] if isinstance(last, Activation) else output_name(spec)


def forward(
    spec: NetworkSpec,
    parameters: Parameters,
    inputs: Array,
    masks: Sequence[Array] | None = None,
    *,
    training: bool | None = None,
) -> Pass:
    """Run ``inputs`` (batch, *input_shape) through the network and keep every intermediate.

    ``masks``, one scaled mask (batch, size) for each dropout layer, makes it a training pass; without masks dropout
    changes nothing and batch normalization uses its moving averages, unless ``training`` says otherwise. Raises
    ``ShapeError`` if the inputs do not have the network's input shape.
    """
    if inputs.shape[1:] != spec.input_shape:
        takes = " × ".join(map(str, spec.input_shape))
        takes = f"rows of {takes} numbers" if len(spec.input_shape) == 1 else f"pictures of {takes}"
        raise ShapeError(f"{spec.name} takes {takes}; got an array of shape {inputs.shape}")
    if training is None:
        training = masks is not None
    x = inputs.astype(spec.dtype, copy=False)
    values: Pass = {"input": x}
    waiting = iter(masks or ())
    names, reads = output_names(spec), sources(spec.layers)
    for place, (name, layer) in enumerate(spec.named_layers):
        mask = next(waiting) if masks and isinstance(layer, Dropout) else None
        source = names[reads[place]] if place in reads else ""
        x = operation_of(layer).forward(layer, x, Step(name, parameters, values, training, mask, source))
        values[f"{name}.out"] = x
    return values


def backward(spec: NetworkSpec, parameters: Parameters, values: Pass, labels: Array) -> Pass:
    """Gradients of the mean loss over the batch, under the names of the values and the parameters.

    A softmax and its cross-entropy are one operation, whose gradient is (p − y) / batch; likewise a sigmoid.
    """
    gradients: Pass = {}
    names = output_names(spec)
    dy = output_gradient(spec, values[logits_name(spec)], values[output_name(spec)], labels)
    last = len(spec.layers) - 1
    reads = sources(spec.layers)
    # What the Add layers above pass to earlier outputs directly, until the pass reaches them.
    around: dict[str, Array] = {}
    for position in range(last, -1, -1):
        name, layer = spec.named_layers[position]
        if position == last and is_fused(spec) and isinstance(layer, Dense | Conv2D | Activation):
            # dy is already the gradient of the logits, so the activation is skipped.
            layer = replace(layer, activation="linear")
        else:
            gradients[f"{name}.out"] = dy
        step = Step(name, parameters, values)
        if position in reads:
            source = names[reads[position]]
            around[source] = dy + around[source] if source in around else dy
        dy = operation_of(layer).backward(layer, dy, values[names[position]], step, gradients)
        if names[position] in around:
            gradients[through_name(name)] = dy
            dy = dy + around[names[position]]
        gradients[names[position]] = dy
    return gradients


def mean_loss(spec: NetworkSpec, parameters: Parameters, values: Pass, labels: Array) -> float:
    """The mean loss over the rows plus the L2 penalties, as Keras reports it."""
    rows = row_losses(spec, values[logits_name(spec)], values[output_name(spec)], labels)
    return float(rows.mean()) + penalty(spec, parameters)


def penalty(spec: NetworkSpec, parameters: Parameters) -> float:
    """The sum of all L2 penalties."""
    return sum(
        l2_penalty(parameters[f"{name}.kernel"], layer.l2)
        for name, layer in spec.named_layers
        if isinstance(layer, Dense | Conv2D) and layer.l2
    )


def evaluate(spec: NetworkSpec, parameters: Parameters, inputs: Array, labels: Array) -> tuple[float, float]:
    """Mean loss and accuracy on labelled rows, without dropout."""
    values = forward(spec, parameters, inputs)
    correct = correct_rows(spec, values[output_name(spec)], labels)
    return mean_loss(spec, parameters, values, labels), correct / answers_in(spec, labels)
