"""The NumPy calls of a step on a small batch, with all their arrays bound: a step then only makes the calls.

For a small network a call takes longer than its arithmetic. So a kernel and its bias are one matrix (a row of ones in
the input multiplies the bias), and units run along the first axis, so that a layer's units and its row of ones are one
piece of memory: an activation is computed where the product has put it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.engine.activations import activation_gradient
from tutor.engine.fast.small_activations import Call, activation_calls, assign, slope_calls, softmax_calls
from tutor.engine.fast.small_memory import LayerArrays, StepArrays
from tutor.engine.fast.small_plan import Plan, Weights
from tutor.engine.objective import output_gradient
from tutor.engine.parameters import Array


def forward_calls(plan: Plan, arrays: StepArrays, weights: Sequence[Weights]) -> list[Call]:
    """From the inputs to the output, or, for a loss of logits, to the probabilities that the labels are compared to."""
    calls: list[Call] = []
    for number, (own, layer) in enumerate(zip(weights, arrays.layers, strict=True)):
        calls.append((own.both.T.dot, (layer.x, layer.z)))
        if number < plan.top or not plan.fused:
            calls += activation_calls(plan.layers[number].activation, layer.z, layer.out, layer.slope)
        elif plan.spec.loss == "binary_crossentropy":
            calls += activation_calls("sigmoid", layer.z, layer.out, layer.slope)
        else:
            calls += softmax_calls(layer.z, layer.out)
    return calls


def slopes_and_difference(plan: Plan, arrays: StepArrays) -> list[Call]:
    """The slopes of all layers, and label − output, or another gradient of the loss, in the ``down`` of the last."""
    calls: list[Call] = []
    for number, layer in enumerate(arrays.layers):
        if number not in plan.alike:
            calls += slope_calls(plan.activation(number), layer.z, layer.out, layer.slope)
    if plan.alike:
        calls.append((np.multiply, (arrays.squared, arrays.squared, arrays.squares)))
    calls.append((np.subtract, (arrays.minuend, arrays.subtrahend, arrays.difference)))
    if not plan.compares:
        top = arrays.layers[-1]
        labels = arrays.minuend[-len(top.out) :]
        calls.append((_loss_gradient, (plan, top.z, top.out, labels, top.down)))
    return calls


def backward_calls(
    plan: Plan, arrays: StepArrays, weights: Sequence[Weights], gradients: Sequence[Weights], factor: float
) -> list[Call]:
    """From the ``down`` of the last layer, times ``factor``, to the gradients of all parameters."""
    calls: list[Call] = []
    for number in range(plan.top, -1, -1):
        layer = arrays.layers[number]
        calls += _through_activation(plan.activation(number), layer)
        if number == plan.top and factor != 1.0:
            calls.append((np.multiply, (layer.down, np.array(factor, layer.down.dtype), layer.down)))
        calls.append((layer.x.dot, (layer.down.T, gradients[number].both)))
        if number:
            calls.append((weights[number].kernel.dot, (layer.down, arrays.layers[number - 1].down)))
    return calls


def penalty_calls(plan: Plan, weights: Sequence[Weights], gradients: Sequence[Weights], squares: Array) -> list[Call]:
    """Add ∂(λ·Σw²)/∂w = 2·λ·w to the gradients, and write each layer's Σw² to ``squares``, as ``losses`` has them."""
    calls: list[Call] = []
    penalized = [number for number, layer in enumerate(plan.layers) if layer.l2]
    for place, number in enumerate(penalized):
        kernel, gradient = weights[number].kernel, gradients[number].kernel
        flat, scratch = kernel.reshape(-1), np.empty_like(kernel)
        double = kernel.dtype.type(2 * np.float32(plan.layers[number].l2))
        calls += [
            (flat.dot, (flat, squares[place, ...])),
            (np.multiply, (kernel, np.array(double), scratch)),
            (np.add, (gradient, scratch, gradient)),
        ]
    return calls


def _through_activation(name: str, layer: LayerArrays) -> list[Call]:
    if name == "linear":
        return []
    if name == "softmax":
        # It couples the units of a row, which are last in ``activations``.
        transposed = (layer.down.T, layer.z.T, layer.out.T)
        return [(assign, (layer.down.T, activation_gradient, name, *transposed))]
    return [(np.multiply, (layer.down, layer.slope, layer.down))]


def _loss_gradient(plan: Plan, logits: Array, out: Array, labels: Array, down: Array) -> None:
    down[...] = output_gradient(plan.spec, logits.T, out.T, labels.T).T
