"""For each kind of layer a small network that has it, with rows and weights drawn at random."""

from __future__ import annotations

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.engine.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LayerSpec,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
)
from tutor.engine.parameters import Array, count, initial_moving
from tutor.engine.spec import NetworkSpec

CLASSES, ROWS = 3, 4
PICTURE, ROW = (5, 4, 2), (6,)
# What stands between the input and the classes.
LAYERS: dict[str, tuple[tuple[int, ...], tuple[LayerSpec, ...]]] = {
    "dense": (ROW, (Dense(4, "tanh", l2=0.01),)),
    "conv2d": (PICTURE, (Conv2D(3, (2, 3), padding="same", activation="elu"), Flatten())),
    "max_pooling2d": (PICTURE, (MaxPooling2D((2, 2), (2, 1), "same"), Flatten())),
    "average_pooling2d": (PICTURE, (AveragePooling2D((2, 2), (1, 2), "same"), Flatten())),
    "global_average_pooling2d": (PICTURE, (GlobalAveragePooling2D(),)),
    "flatten": (PICTURE, (Flatten(),)),
    "reshape": (ROW, (Reshape((3, 2, 1)), Conv2D(2, (2, 2)), Flatten())),
    "dropout": (ROW, (Dense(4, "tanh"), Dropout(0.5))),
    "batch_normalization": (ROW, (BatchNormalization(0.9, 1e-2),)),
    "activation": (ROW, (Activation("silu"),)),
    "leaky_re_lu": (ROW, (LeakyReLU(0.2),)),
}
NETWORKS = {
    kind: NetworkSpec(kind, shape, (*layers, Dense(CLASSES, "softmax")), dtype="float64", seed=number)
    for number, (kind, (shape, layers)) in enumerate(LAYERS.items())
}


def data_for(spec: NetworkSpec) -> TrainingData:
    """Rows (4, *input shape) from −1 to 1 with one-hot labels (4, 3), and none held out."""
    inputs = np.random.default_rng(spec.seed).uniform(-1, 1, (ROWS, *spec.input_shape))
    labels = np.eye(CLASSES)[np.arange(ROWS) % CLASSES]
    return TrainingData(inputs, labels, inputs[:0], labels[:0])


def initial_weights(spec: NetworkSpec) -> tuple[Array, Array]:
    """Weights and biases from −1 to 1, no bias 0; moving averages off their initial values."""
    random = np.random.default_rng(spec.seed + 100)
    theta = random.uniform(-1, 1, count(spec))
    moving = initial_moving(spec)
    return theta, moving + random.uniform(0.1, 0.5, moving.shape)
