"""Embedding, PositionEmbedding, Add and TiedProjection: how tokens become vectors, and vectors logits."""

from __future__ import annotations

import numpy as np

from tutor.engine.operations.contract import Array, Operation, ParameterShape, Pass, Shape, ShapeError, Step
from tutor.engine.sequence_layers import Add, Embedding, PositionEmbedding, TiedProjection

TABLE = "embedding.embeddings"
"""The table of a network's first Embedding, which a TiedProjection shares."""


def token_numbers(x: Array, tokens: int) -> np.ndarray:
    """``x`` as whole numbers from 0 to ``tokens`` − 1. Raises ``ShapeError`` for any other number."""
    with np.errstate(invalid="ignore"):
        numbers = x.astype(np.intp)
    wrong = (numbers != x) | (numbers < 0) | (numbers >= tokens)
    if wrong.any():
        raise ShapeError(
            f"an Embedding of {tokens} tokens takes whole numbers from 0 to {tokens - 1}, "
            f"but {x[wrong][0]:g} reaches it"
        )
    return numbers


def places(layer: object, shape: Shape) -> None:
    """Raise ``ShapeError`` unless ``shape`` is that of a sequence of vectors, (time, width)."""
    if len(shape) != 2:
        raise ShapeError(
            f"{type(layer).__name__} takes a sequence of time × width, but {' × '.join(map(str, shape))} reaches it; "
            "an Embedding makes one from token numbers"
        )


def _embedded_shape(layer: Embedding, shape: Shape) -> Shape:
    if len(shape) != 1:
        raise ShapeError(f"an Embedding takes a row of token numbers, but {' × '.join(map(str, shape))} reaches it")
    return (*shape, layer.output_dim)


def _embedding_parameters(layer: Embedding, _shape: Shape) -> tuple[ParameterShape, ...]:
    return (ParameterShape("embeddings", (layer.input_dim, layer.output_dim), layer.embeddings_initializer),)


def _embed(layer: Embedding, x: Array, step: Step) -> Array:
    rows: Array = step.own("embeddings")[token_numbers(x, layer.input_dim)]
    return rows


def _embed_back(layer: Embedding, dy: Array, x: Array, step: Step, gradients: Pass) -> Array:
    name = f"{step.name}.embeddings"
    # A TiedProjection has already written its part.
    table = gradients.get(name)
    gradients[name] = table = np.zeros_like(step.own("embeddings")) if table is None else table
    np.add.at(table, token_numbers(x, layer.input_dim), dy)
    # The number of a token is its name, not an amount: nothing depends on it smoothly.
    return np.zeros_like(x)


def _placed_shape(layer: PositionEmbedding, shape: Shape) -> Shape:
    places(layer, shape)
    return shape


def _position_parameters(layer: PositionEmbedding, shape: Shape) -> tuple[ParameterShape, ...]:
    return (ParameterShape("embeddings", shape, layer.embeddings_initializer),)


def _position(_layer: PositionEmbedding, x: Array, step: Step) -> Array:
    return x + step.own("embeddings")


def _position_back(_layer: PositionEmbedding, dy: Array, _x: Array, step: Step, gradients: Pass) -> Array:
    gradients[f"{step.name}.embeddings"] = dy.sum(axis=0)
    return dy


def _same_shape(_layer: Add, shape: Shape) -> Shape:
    return shape


def _add(_layer: Add, x: Array, step: Step) -> Array:
    return x + step.values[step.source]


def _add_back(_layer: Add, dy: Array, _x: Array, _step: Step, _gradients: Pass) -> Array:
    return dy


def _tied_shape(layer: TiedProjection, shape: Shape) -> Shape:
    if len(shape) > 2:
        raise ShapeError(f"a TiedProjection takes vectors, but {' × '.join(map(str, shape))} reaches it")
    return (*shape[:-1], layer.units)


def _project(_layer: TiedProjection, x: Array, step: Step) -> Array:
    return x @ step.parameters[TABLE].T


def _project_back(_layer: TiedProjection, dy: Array, x: Array, step: Step, gradients: Pass) -> Array:
    table = step.parameters[TABLE]
    gradients[TABLE] = dy.reshape(-1, dy.shape[-1]).T @ x.reshape(-1, x.shape[-1])
    return dy @ table


EMBEDDING = Operation(_embedded_shape, _embed, _embed_back, _embedding_parameters)
POSITION_EMBEDDING = Operation(_placed_shape, _position, _position_back, _position_parameters)
ADD = Operation(_same_shape, _add, _add_back)
TIED_PROJECTION = Operation(_tied_shape, _project, _project_back)
