"""MultiHeadAttention of a sequence with itself."""

from __future__ import annotations

import numpy as np

from tutor.engine.attention import attention_gradients, attention_scores, attention_weights, mixed_values
from tutor.engine.operations.contract import Array, Operation, ParameterShape, Pass, Shape, Step
from tutor.engine.operations.sequences import places
from tutor.engine.sequence_layers import MultiHeadAttention

ASKED = {"q": "query", "k": "key", "v": "value"}
"""The parts of a pass that are projections of the input, and their parameters in Keras."""


def _shape(layer: MultiHeadAttention, shape: Shape) -> Shape:
    places(layer, shape)
    return shape


def _parameters(layer: MultiHeadAttention, shape: Shape) -> tuple[ParameterShape, ...]:
    width, heads = shape[-1], (layer.num_heads, layer.key_dim)
    parts: list[ParameterShape] = []
    for name in ASKED.values():
        parts.append(ParameterShape(f"{name}_kernel", (width, *heads), layer.kernel_initializer))
        parts.append(ParameterShape(f"{name}_bias", heads, "zeros"))
    parts.append(ParameterShape("output_kernel", (*heads, width), layer.kernel_initializer))
    parts.append(ParameterShape("output_bias", (width,), "zeros"))
    return tuple(part for part in parts if layer.use_bias or part.part.endswith("kernel"))


def _forward(layer: MultiHeadAttention, x: Array, step: Step) -> Array:
    values, name = step.values, step.name
    for part, parameter in ASKED.items():
        values[f"{name}.{part}"] = _projected(x, step, parameter)
    q, k, v = (values[f"{name}.{part}"] for part in ASKED)
    values[f"{name}.scores"] = scores = attention_scores(q, k)
    values[f"{name}.weights"] = weights = attention_weights(scores, causal=layer.use_causal_mask)
    values[f"{name}.mixed"] = mixed = mixed_values(weights, v)
    kernel, bias = step.own("output_kernel"), step.parameter("output_bias")
    out = mixed.reshape(*mixed.shape[:2], -1) @ kernel.reshape(-1, kernel.shape[-1])
    return out if bias is None else out + bias


def _projected(x: Array, step: Step, parameter: str) -> Array:
    kernel, bias = step.own(f"{parameter}_kernel"), step.parameter(f"{parameter}_bias")
    made = (x @ kernel.reshape(kernel.shape[0], -1)).reshape(*x.shape[:2], *kernel.shape[1:])
    return made if bias is None else made + bias


def _backward(_layer: MultiHeadAttention, dy: Array, x: Array, step: Step, gradients: Pass) -> Array:
    values, name = step.values, step.name
    kernel, mixed = step.own("output_kernel"), values[f"{name}.mixed"]
    rows, width = dy.reshape(-1, dy.shape[-1]), dy.shape[-1]
    gradients[f"{name}.output_kernel"] = (mixed.reshape(len(rows), -1).T @ rows).reshape(kernel.shape)
    if step.parameter("output_bias") is not None:
        gradients[f"{name}.output_bias"] = rows.sum(axis=0)
    dmixed = (dy @ kernel.reshape(-1, width).T).reshape(mixed.shape)
    gradients[f"{name}.mixed"] = dmixed
    q, k, v, weights = (values[f"{name}.{part}"] for part in ("q", "k", "v", "weights"))
    of_parts = attention_gradients(dmixed, q, k, v, weights)
    gradients.update({f"{name}.{part}": gradient for part, gradient in of_parts.items()})
    dx = np.zeros_like(x)
    inputs = x.reshape(-1, x.shape[-1])
    for part, parameter in ASKED.items():
        kernel = step.own(f"{parameter}_kernel")
        d = of_parts[part].reshape(len(inputs), -1)
        gradients[f"{name}.{parameter}_kernel"] = (inputs.T @ d).reshape(kernel.shape)
        if step.parameter(f"{parameter}_bias") is not None:
            gradients[f"{name}.{parameter}_bias"] = d.sum(axis=0).reshape(kernel.shape[1:])
        dx += (d @ kernel.reshape(kernel.shape[0], -1).T).reshape(x.shape)
    return dx


MULTI_HEAD_ATTENTION = Operation(_shape, _forward, _backward, _parameters)
