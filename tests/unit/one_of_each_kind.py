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
from tutor.engine.objective import NO_LABEL
from tutor.engine.parameters import Array, count, initial_moving
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

CLASSES, ROWS = 3, 4
PICTURE, ROW, SEQUENCE = (5, 4, 2), (6,), (4,)
EMBEDDED = Embedding(CLASSES, 5)


def _for_sequences(kind: str, layers: tuple[LayerSpec, ...], seed: int) -> NetworkSpec:
    """A network that ends in probabilities, at each place or once for a row."""
    end = Activation("softmax") if isinstance(layers[-1], TiedProjection) else Dense(CLASSES, "softmax")
    return NetworkSpec(kind, SEQUENCE, (*layers, end), "sparse_categorical_crossentropy", dtype="float64", seed=seed)


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
    "embedding": (SEQUENCE, (Embedding(CLASSES, 4, "glorot_uniform"),)),
    "position_embedding": (SEQUENCE, (EMBEDDED, PositionEmbedding("glorot_uniform"))),
    "layer_normalization": (SEQUENCE, (EMBEDDED, LayerNormalization(1e-5))),
    "multi_head_attention": (
        SEQUENCE, (EMBEDDED, MultiHeadAttention(2, 3, use_causal_mask=True), MultiHeadAttention(1, 2, use_bias=False)),
    ),
    "add": (SEQUENCE, (EMBEDDED, Dense(4, "tanh"), Dense(5), Add(2), Add(1))),
    "simple_rnn": (SEQUENCE, (EMBEDDED, SimpleRNN(3, return_sequences=True), SimpleRNN(2))),
    "lstm": (SEQUENCE, (EMBEDDED, LSTM(3, return_sequences=True), LSTM(2, unit_forget_bias=False))),
    "tied_projection": (SEQUENCE, (EMBEDDED, Dense(5, "tanh"), TiedProjection(CLASSES))),
}  # fmt: skip
NETWORKS = {
    kind: NetworkSpec(kind, shape, (*layers, Dense(CLASSES, "softmax")), dtype="float64", seed=number)
    if shape != SEQUENCE
    else _for_sequences(kind, layers, number)
    for number, (kind, (shape, layers)) in enumerate(LAYERS.items())
}


def data_for(spec: NetworkSpec) -> TrainingData:
    """Rows (4, *input shape) from −1 to 1 with one-hot labels (4, 3), and none held out.

    For sequences tokens with class numbers, of which some places have none.
    """
    if spec.input_shape == SEQUENCE:
        random = np.random.default_rng(spec.seed)
        tokens = random.integers(0, CLASSES, (ROWS, *SEQUENCE)).astype(np.int32)
        classes = tokens[:, ::-1].copy() if spec.ends_in_places else tokens[:, 0]
        if spec.ends_in_places:
            classes[1:, 1] = NO_LABEL
        return TrainingData(tokens, classes, tokens[:0], classes[:0])
    inputs = np.random.default_rng(spec.seed).uniform(-1, 1, (ROWS, *spec.input_shape))
    labels = np.eye(CLASSES)[np.arange(ROWS) % CLASSES]
    return TrainingData(inputs, labels, inputs[:0], labels[:0])


def initial_weights(spec: NetworkSpec) -> tuple[Array, Array]:
    """Weights and biases from −1 to 1, no bias 0; moving averages off their initial values."""
    random = np.random.default_rng(spec.seed + 100)
    theta = random.uniform(-1, 1, count(spec))
    moving = initial_moving(spec)
    return theta, moving + random.uniform(0.1, 0.5, moving.shape)
