"""Pictures for a network: the parameters of a small CNN, a shift, bytes as inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.datasets.drawings import shifted
from tutor.engine.derivations.cells import ceiling, constant
from tutor.engine.layers import Conv2D, Dense, Flatten, MaxPooling2D
from tutor.engine.parameters import count
from tutor.engine.spec import NetworkSpec
from tutor.practice.right import Right


def cnn_parameters(side: int, channels: int, filters: int, k: int, classes: int) -> Right:
    """The parameters of the shapes CNN: convolution and pooling 2×2, both with padding same, flatten, Dense."""
    spec = NetworkSpec(
        "counted", (side, side, channels),
        (
            Conv2D(filters, (k, k), padding="same"), MaxPooling2D((2, 2), padding="same"), Flatten(),
            Dense(classes, "softmax"),
        ),
    )  # fmt: skip
    pooled = -(-side // 2)
    convolution = (float(k) * constant(float(k)) * float(channels) + 1.0) * float(filters)
    dense = (float(pooled) * constant(float(pooled)) * float(filters) + 1.0) * float(classes)
    total = (convolution + dense).computed(float(count(spec)))
    halved = ceiling(constant(float(side)) / 2.0)
    steps = (("convolution", convolution), ("pooled", halved), ("dense", dense))
    return Right((("total", total),), steps)


def shift(x: Any, down: int, right: int) -> Right:
    """A drawing moved: what passes the edge is lost, 0 comes in."""
    return Right((("y", constant(shifted(x, down, right))),))


def prepare(images: Any) -> Right:
    """Bytes of dark ink on white paper as inputs: ink 1, paper 0, and an axis for the one channel."""
    scaled = constant(images) / 255.0
    inverted = 1.0 - scaled
    return Right((("x", inverted.viewed((*np.shape(images), 1), lambda at: at[:3])),), (("scaled", scaled),))


REFERENCES: dict[str, Callable[..., Right]] = {"cnn_parameters": cnn_parameters, "shift": shift, "prepare": prepare}
