"""The lines of a NumPy program that compute a network, and the functions that they call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, assert_never

from tutor.engine import layers
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.spec import NetworkSpec
from tutor.exchange import numpy_functions as functions

Function = Callable[..., Any]

# The functions that each function calls, to be included with it.
_NEEDS: dict[str, tuple[str, ...]] = {
    "silu": ("sigmoid",),
    "conv2d": ("windows",),
    "max_pooling": ("windows",),
    "average_pooling": ("windows",),
}


def numpy_lines(spec: NetworkSpec) -> list[str]:
    """The lines, in which ``x`` is the rows and then each layer's output, and ``W`` the weights by name."""
    lines: list[str] = []
    for entry in as_specified(spec):
        lines += _lines(entry.name, entry.layer)
    return [*lines, *(f"x = {name}(x)" for name in last_functions(spec))]


def last_functions(spec: NetworkSpec) -> tuple[str, ...]:
    """The functions that turn the logits of a network that ends in them into its answer."""
    if not spec.from_logits:
        return ()
    return ("sigmoid",) if spec.loss == "binary_crossentropy" else ("softmax",)


def network_functions(spec: NetworkSpec) -> list[Function]:
    """The functions that the lines call, each before those that need it."""
    called: list[str] = []
    for line in numpy_lines(spec):
        if " = " in line:
            name = line.split(" = ")[1].split("(")[0]
            called += [*_NEEDS.get(name, ()), name]
    return [getattr(functions, name) for name in dict.fromkeys(called) if hasattr(functions, name)]


def _lines(name: str, layer: layers.LayerSpec) -> Iterator[str]:
    match layer:
        case layers.Dense():
            yield f'x = dense(x, W["{name}.kernel"], {_bias(name, layer)})'
            yield from _activated(layer.activation)
        case layers.Conv2D():
            where = f"{layer.strides}, {layer.padding!r}"
            yield f'x = conv2d(x, W["{name}.kernel"], {_bias(name, layer)}, {where})'
            yield from _activated(layer.activation)
        case layers.MaxPooling2D():
            yield f"x = max_pooling(x, {layer.pool_size}, {layer.strides or layer.pool_size}, {layer.padding!r})"
        case layers.AveragePooling2D():
            yield f"x = average_pooling(x, {layer.pool_size}, {layer.strides or layer.pool_size}, {layer.padding!r})"
        case layers.GlobalAveragePooling2D():
            yield "x = x.mean(axis=(1, 2))"
        case layers.Flatten():
            yield "x = flat(x)"
        case layers.Reshape():
            yield f"x = x.reshape(len(x), {', '.join(map(str, layer.target_shape))})"
        case layers.Dropout():
            yield f"# {name}: dropout is for training and changes no answer"
        case layers.BatchNormalization():
            parts = ", ".join(f'W["{name}.{part}"]' for part in ("gamma", "beta", "moving_mean", "moving_variance"))
            yield f"x = batch_normalization(x, {parts}, {layer.epsilon})"
        case layers.Activation():
            yield from _activated(layer.activation)
        case layers.LeakyReLU():
            yield f"x = leaky_relu(x, {layer.negative_slope})"
        case _:
            # Leaving out a kind of layer would produce a program with other answers.
            assert_never(layer)


def _bias(name: str, layer: layers.Dense | layers.Conv2D) -> str:
    return f'W["{name}.bias"]' if layer.use_bias else "0"


def _activated(activation: str) -> Iterator[str]:
    if activation != "linear":
        yield f"x = {activation}(x)"
