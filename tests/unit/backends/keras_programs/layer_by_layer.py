"""float32, layer by layer: each layer is given the same input, so that what differs is its own doing.

End to end a convolutional network cannot be compared in float32: a near tie in a pooling window goes the other way in
one of the engines, and a whole gradient with it.
"""

from __future__ import annotations

import json

import numpy as np
import setting
import tensorflow as tf

from tutor.backends.keras_layers import built_layers, output_of
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    LayerSpec,
    LeakyReLU,
    MaxPooling2D,
)
from tutor.engine.network import forward
from tutor.engine.parameters import initial_moving, initial_theta, layout, views
from tutor.engine.sequence_layers import LSTM, LayerNormalization, MultiHeadAttention, PositionEmbedding, SimpleRNN
from tutor.engine.spec import NetworkSpec

SHAPE = (12, 11, 3)
LAYERS: tuple[LayerSpec, ...] = (
    Conv2D(8, (5, 4), padding="same", activation="relu"),
    Conv2D(8, (12, 11), padding="same"),
    Conv2D(8, (3, 3), (2, 2), "valid", "tanh"),
    MaxPooling2D((2, 2), padding="same"),
    AveragePooling2D((3, 2), (2, 2), "same"),
    GlobalAveragePooling2D(),
    BatchNormalization(),
    LeakyReLU(0.1),
    Flatten(),
)
SEQUENCE_LAYERS: tuple[LayerSpec, ...] = (
    Dense(9, "gelu"),
    PositionEmbedding(),
    LayerNormalization(1e-5),
    MultiHeadAttention(3, 5),
    MultiHeadAttention(2, 4, use_bias=False, use_causal_mask=True),
    SimpleRNN(6, return_sequences=True),
    LSTM(6, return_sequences=True),
)


def main() -> None:
    rng = np.random.default_rng(3)
    sequences = rng.standard_normal((5, 7, 12)).astype("float32")
    x = rng.standard_normal((5, *SHAPE)).astype("float32")
    cases = [
        ((layer, Flatten()) if not isinstance(layer, GlobalAveragePooling2D | Flatten) else (layer,))
        for layer in LAYERS
    ]
    cases += [
        (Flatten(), Dense(9, activation)) for activation in ("linear", "relu", "sigmoid", "softmax", "gelu", "elu")
    ]
    for layers in cases:
        spec = NetworkSpec("t", SHAPE, layers, "mean_squared_error", seed=2)
        agree_by_layer(spec, x)
    for layer in SEQUENCE_LAYERS:
        agree_by_layer(NetworkSpec("t", (7, 12), (layer, Flatten()), "mean_squared_error", seed=2), sequences)


def agree_by_layer(spec: NetworkSpec, x: np.ndarray) -> None:
    """Print how far each layer of ours is from Keras's."""
    theta = initial_theta(spec)
    built = built_layers(as_specified(spec), spec.dtype)
    variables = [v for layer in built if layer is not None for v in layer.trainable_variables]
    for place, variable in zip(layout(spec), variables, strict=True):
        variable.assign(theta[place.start : place.stop].reshape(place.shape))
    for training in (False, True):
        ours = forward(spec, views(spec, theta, initial_moving(spec)), x, training=training)
        theirs = tf.constant(x)
        for (name, layer), made in zip(spec.named_layers, built, strict=True):
            theirs = output_of(layer, made, theirs, source=theirs, training=training)
            mine = ours[f"{name}.out"]
            assert mine.dtype == np.float32
            apart = setting.relative(mine, theirs.numpy())
            print(json.dumps({"layer": name, "training": training, "dtype": str(mine.dtype), "apart": apart}))


main()
