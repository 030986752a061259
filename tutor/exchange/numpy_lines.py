"""The lines of a NumPy program that compute a network, and the functions that they call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, assert_never

from tutor.engine import layers, sequence_layers
from tutor.engine.connections import sources
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.operations.sequences import TABLE
from tutor.engine.spec import NetworkSpec
from tutor.exchange import numpy_functions as functions

Function = Callable[..., Any]

# The functions that each function calls, to be included with it.
_NEEDS: dict[str, tuple[str, ...]] = {
    "silu": ("sigmoid",),
    "conv2d": ("windows",),
    "max_pooling": ("windows",),
    "average_pooling": ("windows",),
    "attention": ("softmax", "projected"),
    "lstm": ("sigmoid",),
}


def numpy_lines(spec: NetworkSpec) -> list[str]:
    """The lines, in which ``x`` is the rows and then each layer's output, and ``W`` the weights by name."""
    lines: list[str] = []
    names, reads = [name for name, _ in spec.named_layers], sources(spec.layers)
    for place, entry in enumerate(as_specified(spec)):
        if place in reads.values():
            lines.append(f"{before(entry.name)} = x")
        source = before(names[reads[place]]) if place in reads else ""
        lines += _lines(entry.name, entry.layer, source)
    return [*lines, *(f"x = {name}(x)" for name in last_functions(spec))]


def before(name: str) -> str:
    """The variable for the input of the layer of this name, where an Add reads it later."""
    return f"before_{name}"


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


def _lines(name: str, layer: layers.LayerSpec, source: str) -> Iterator[str]:
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
        case sequence_layers.Embedding():
            yield f'x = embedding(x, W["{name}.embeddings"])'
        case sequence_layers.PositionEmbedding():
            yield f'x = x + W["{name}.embeddings"]'
        case sequence_layers.LayerNormalization():
            yield f'x = layer_normalization(x, W["{name}.gamma"], W["{name}.beta"], {layer.epsilon})'
        case sequence_layers.MultiHeadAttention():
            pairs = ", ".join(_kernel_and_bias(name, part, layer) for part in ("query", "key", "value", "output"))
            yield f"x = attention(x, {pairs}, {layer.use_causal_mask})"
        case sequence_layers.Add():
            yield f"x = x + {source}"
        case sequence_layers.SimpleRNN() | sequence_layers.LSTM():
            function = "lstm" if isinstance(layer, sequence_layers.LSTM) else "simple_rnn"
            parts = ", ".join(f'W["{name}.{part}"]' for part in ("kernel", "recurrent_kernel", "bias"))
            yield f"x = {function}(x, {parts})"
            if not layer.return_sequences:
                yield "x = x[:, -1]"
        case sequence_layers.TiedProjection():
            yield f'x = x @ W["{TABLE}"].T'
        case _:
            # Leaving out a kind of layer would produce a program with other answers.
            assert_never(layer)


def _bias(name: str, layer: layers.Dense | layers.Conv2D) -> str:
    return f'W["{name}.bias"]' if layer.use_bias else "0"


def _kernel_and_bias(name: str, part: str, layer: sequence_layers.MultiHeadAttention) -> str:
    return f'(W["{name}.{part}_kernel"], ' + (f'W["{name}.{part}_bias"])' if layer.use_bias else "0)")


def _activated(activation: str) -> Iterator[str]:
    if activation != "linear":
        yield f"x = {activation}(x)"
