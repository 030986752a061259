"""float32, layer by layer: each layer is given the same input, so that what differs is its own doing.

End to end a convolutional network cannot be compared in float32: a near tie in a pooling window goes the other way in
one of the engines, and a whole gradient with it.
"""

from __future__ import annotations

import json

import numpy as np
import setting
import tensorflow as tf

from tutor.backends.keras_layers import built_layers
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


def main() -> None:
    rng = np.random.default_rng(3)
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
        theta = initial_theta(spec)
        built = built_layers(as_specified(spec), spec.dtype)
        variables = [v for layer in built if layer is not None for v in layer.trainable_variables]
        for place, variable in zip(layout(spec), variables, strict=True):
            variable.assign(theta[place.start : place.stop].reshape(place.shape))
        for training in (False, True):
            ours = forward(spec, views(spec, theta, initial_moving(spec)), x, training=training)
            theirs = tf.constant(x)
            for (name, _), layer in zip(spec.named_layers, built, strict=True):
                theirs = layer(theirs, training=training) if hasattr(layer, "moving_mean") else layer(theirs)
                mine = ours[f"{name}.out"]
                assert mine.dtype == np.float32
                apart = setting.relative(mine, theirs.numpy())
                print(json.dumps({"layer": name, "training": training, "dtype": str(mine.dtype), "apart": apart}))


main()
