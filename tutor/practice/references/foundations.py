"""Drawings as numbers, activations, lines in the plane, one-hot labels, two layers, dot products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import ELEMENTWISE, activate
from tutor.engine.derivations.cells import Cells, Index, constant, exp, sqrt
from tutor.engine.derivations.expressions import Expression, largest, sign
from tutor.practice.right import Right


def flatten(drawing: Any) -> Right:
    """The pixels of a square drawing, row by row."""
    pixels, across = np.ravel(np.asarray(drawing, dtype=np.float64)), np.shape(drawing)[1]
    return Right((("pixels", _taken(pixels, lambda at: f"drawing[{at[0] // across}, {at[0] % across}]")),))


def unflatten(pixels: Any) -> Right:
    """The square drawing whose rows stand one after the other in ``pixels``."""
    side = round(np.size(pixels) ** 0.5)
    drawing = np.reshape(np.asarray(pixels, dtype=np.float64), (side, side))
    return Right((("drawing", _taken(drawing, lambda at: f"pixels[{side * at[0] + at[1]}]")),))


def relu(z: Any) -> Right:
    """max(0, z), and its slope: 1 where z > 0, else 0, as in Keras also at exactly 0."""
    a = _relu(constant(z))
    return Right((("a", a), ("slope", constant(ELEMENTWISE["relu"].slope(z, a.values)))))


def sigmoid(z: Any) -> Right:
    """σ(z) = 1 / (1 + e^−z)."""
    logits = constant(z)
    written = 1.0 / (1.0 + exp(-logits))
    return Right((("p", written.computed(lambda: activate("sigmoid", logits.values))),))


def tanh_backward(da: Any, a: Any) -> Right:
    """∂z = ∂a·(1 − a²), from the output a = tanh(z)."""
    out = constant(a)
    slope = 1.0 - out * out
    return Right((("dz", constant(da) * slope),), (("slope", slope),))


def sides(points: Any, w: Any, b: float) -> Right:
    """The sign of z = x·w + b for each point (points, 2): 1, −1, or 0 on the line."""
    z = constant(points) @ constant(w) + b
    side = Cells(lambda: np.sign(z.values), lambda n, at: sign(z.write(n, at)))
    return Right((("side", side),), (("z", z),))


def points_right(points: Any, labels: Any, w: Any, b: float) -> Right:
    """How many points with the label 1 have z > 0, and how many with the label 0 have z < 0."""
    z = constant(points) @ constant(w) + b
    right = constant(lambda: np.where(np.asarray(labels) == 1, z.values > 0, z.values < 0))
    return Right((("count", right.sum()),), (("z", z), ("right", right)))


def one_hot(labels: Any, classes: int) -> Right:
    """A row for each class number, with a 1 at that class and 0 elsewhere."""
    return Right((("Y", constant(np.eye(classes)[labels])),))


def two_layers(X: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Right:
    """softmax(relu(X·W1 + b1)·W2 + b2)."""
    Z1 = constant(X) @ constant(W1) + constant(b1)
    H = _relu(constant(Z1.values))
    Z2 = constant(H.values) @ constant(W2) + constant(b2)
    e = exp(constant(Z2.values))
    P = e / e.sum(axis=-1).viewed((len(X), 1), lambda at: at[:1])
    steps = (("Z1", Z1), ("H", H), ("Z2", Z2))
    return Right((("P", P.computed(lambda: activate("softmax", Z2.values))),), steps)


def scores(query: Any, keys: Any) -> Right:
    """The dot product of the query (numbers,) with each key (keys, numbers)."""
    return Right((("scores", constant(keys) @ constant(query)),))


def cosines(query: Any, keys: Any) -> Right:
    """The dot product of the query with each key, divided by both lengths."""
    q, k = constant(query), constant(keys)
    products, query_length, key_lengths = k @ q, _length(q), _length(k)
    steps = (("scores", products), ("query_length", query_length), ("key_lengths", key_lengths))
    worked = [constant(cells.values) for _, cells in steps]
    return Right((("cosines", worked[0] / (worked[1] * worked[2])),), steps)


def _taken(values: NDArray[np.float64], source: Callable[[Index], str]) -> Cells:
    """Numbers that are copied from an input: each is written as the place it comes from."""
    return Cells(values, lambda _, at: Expression(source(at), float(values[at])))


def _relu(z: Cells) -> Cells:
    return Cells(lambda: activate("relu", z.values), lambda n, at: largest([n(0.0), z.write(n, at)]))


def _length(rows: Cells) -> Cells:
    return sqrt((rows * rows).sum(-1))


REFERENCES: dict[str, Callable[..., Right]] = {
    "drawing_to_row": flatten, "row_to_drawing": unflatten, "relu": relu, "sigmoid": sigmoid,
    "tanh_backward": tanh_backward,
    "sides": sides, "points_right": points_right, "one_hot": one_hot, "two_layers": two_layers, "scores": scores,
    "cosines": cosines,
}  # fmt: skip
