"""Networks with every kind of layer between them, their weights drawn at random, moving averages too."""

from __future__ import annotations

import numpy as np

from tutor.engine.initializers import Constant, TruncatedNormal
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
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    LayerNormalization,
    MultiHeadAttention,
    PositionEmbedding,
    SimpleRNN,
    TiedProjection,
)
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
    NetworkSpec(
        "transformer",
        (6,),
        (
            Embedding(5, 4),
            PositionEmbedding(TruncatedNormal(0.02)),
            LayerNormalization(1e-5),
            MultiHeadAttention(2, 3, use_causal_mask=True, kernel_initializer="he_normal"),
            Add(2),
            Dropout(0.1),
            LayerNormalization(),
            Dense(7, "gelu", kernel_initializer="he_uniform"),
            Dense(4),
            Add(3),
            MultiHeadAttention(3, 2, use_bias=False),
            LSTM(4, return_sequences=True, recurrent_initializer="glorot_normal", unit_forget_bias=False),
            SimpleRNN(4, return_sequences=True),
            BatchNormalization(),
            TiedProjection(5),
        ),
        "sparse_categorical_crossentropy",
        Adam(),
        from_logits=True,
    ),
    NetworkSpec(
        "one class a row",
        (6,),
        (
            Embedding(9, 3, Constant(0.1)),
            SimpleRNN(4, return_sequences=True),
            LSTM(3, kernel_initializer="he_normal"),
            Dense(3, "softmax"),
        ),
        dtype="float64",
    ),
)  # fmt: skip


def network(spec: NetworkSpec) -> SavedNetwork:
    rng = np.random.default_rng(7)
    theta = rng.normal(0, 0.5, count(spec)).astype(spec.dtype)
    moving = rng.uniform(0.5, 1.5, moving_count(spec)).astype(spec.dtype)
    names = tuple(f"class {number}" for number in range(spec.output_size))
    return SavedNetwork(spec, theta, moving, names)


def rows(spec: NetworkSpec) -> np.ndarray:
    if isinstance(first := spec.layers[0], Embedding):
        return np.random.default_rng(8).integers(0, first.input_dim, (3, *spec.input_shape))
    return np.random.default_rng(8).uniform(0, 1, (3, *spec.input_shape)).astype(spec.dtype)
