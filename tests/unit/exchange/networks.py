"""Networks with every kind of layer between them, their weights drawn at random, moving averages too."""

from __future__ import annotations

import numpy as np

from tutor.engine.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
)
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, RMSprop
from tutor.engine.parameters import count, moving_count
from tutor.engine.schedules import CosineDecay
from tutor.engine.spec import NetworkSpec
from tutor.training.saved.model_file import SavedNetwork

SPECS = (
    NetworkSpec(
        "all kinds",
        (98,),
        (
            Reshape((7, 14, 1)),
            Conv2D(3, (3, 2), strides=(1, 2), padding="same", activation="elu", l2=0.01),
            BatchNormalization(0.9, 1e-2),
            MaxPooling2D((3, 2), (2, 1), "same"),
            Conv2D(4, (2, 2), activation="relu", use_bias=False),
            LeakyReLU(0.1),
            AveragePooling2D((2, 2), (1, 1), "same"),
            Dropout(0.3),
            GlobalAveragePooling2D(),
            Dense(8, "gelu", kernel_initializer="he_normal"),
            Dense(8, "silu"),
            Activation("tanh"),
            Dense(5, "softplus"),
            Activation("leaky_relu"),
            BatchNormalization(),
            Dense(4, "softmax"),
        ),
        optimizer=SGD(CosineDecay(0.1, 100), momentum=0.9, nesterov=True, clipnorm=1.0),
    ),
    NetworkSpec(
        "logits", (6, 6, 1), (AveragePooling2D((3, 3)), Flatten(), Dense(3)), optimizer=Adam(), from_logits=True,
        loss="sparse_categorical_crossentropy",
    ),
    NetworkSpec("yes or no", (5,), (Dense(6, "sigmoid"), Dense(2)), "binary_crossentropy", AdamW(), from_logits=True),
    NetworkSpec("doubles", (5,), (Dense(3, "tanh"), Dense(2, "softmax")), optimizer=RMSprop(), dtype="float64"),
    NetworkSpec("line", (5,), (Dense(3, "relu", use_bias=False), Dense(2)), "mean_squared_error"),
)  # fmt: skip


def network(spec: NetworkSpec) -> SavedNetwork:
    rng = np.random.default_rng(7)
    theta = rng.normal(0, 0.5, count(spec)).astype(spec.dtype)
    moving = rng.uniform(0.5, 1.5, moving_count(spec)).astype(spec.dtype)
    names = tuple(f"class {number}" for number in range(spec.output_size))
    return SavedNetwork(spec, theta, moving, names)


def rows(spec: NetworkSpec) -> np.ndarray:
    return np.random.default_rng(8).uniform(0, 1, (3, *spec.input_shape)).astype(spec.dtype)
