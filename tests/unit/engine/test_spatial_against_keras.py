"""Convolution, pooling and batch normalization against Keras, in float64, in one process of its own."""

from __future__ import annotations

import pytest

from tests.keras_process import KerasProcess

pytestmark = pytest.mark.tensorflow

PROGRAM = """
    import json
    import keras
    import numpy as np
    import tensorflow as tf
    from tutor.engine import batch_normalization as bn, convolution, pooling

    keras.config.set_dtype_policy("float64")
    rng = np.random.default_rng(0)

    def apart(ours, theirs):
        ours, theirs = np.asarray(ours), np.asarray(theirs)
        assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
        return float(np.abs(ours - theirs).max() / max(1e-30, np.abs(theirs).max()))

    def of_keras(layer, x, dy=None, training=False):
        x = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=training)
            loss = tf.reduce_sum(y * (dy if dy is not None else 1.0))
        return y, tape.gradient(loss, [x, *layer.trainable_variables])

    def say(what, ours, theirs):
        print(json.dumps([what, max(apart(a, b) for a, b in zip(ours, theirs, strict=True))]))

    for _ in range(60):
        padding = str(rng.choice(["same", "valid"]))
        size = [int(v) for v in rng.integers(1, 13, 2)]
        low = np.maximum(size, 1) if padding == "valid" else [1, 1]
        image = [int(n + rng.integers(0, 9)) for n in low]
        stride = int(rng.integers(1, 4))
        batch, channels, filters = (int(v) for v in rng.integers(1, 8, 3))
        x = rng.standard_normal((batch, *image, channels))
        kernel, bias = rng.standard_normal((*size, channels, filters)), rng.standard_normal(filters)
        layer = keras.layers.Conv2D(filters, size, strides=stride, padding=padding)
        layer.build(x.shape)
        layer.set_weights([kernel, bias])
        y = convolution.conv2d(x, kernel, bias, (stride, stride), padding)
        dy = rng.standard_normal(y.shape)
        theirs, gradients = of_keras(layer, x, dy)
        what = f"conv {x.shape} {kernel.shape} stride {stride} {padding}"
        say(what, [y, *convolution.conv2d_gradients(dy, x, kernel, (stride, stride), padding)], [theirs, *gradients])

    for _ in range(60):
        padding = str(rng.choice(["same", "valid"]))
        pool = [int(v) for v in rng.integers(1, 5, 2)]
        image = [int(n + rng.integers(0, 9)) for n in (pool if padding == "valid" else [1, 1])]
        strides = tuple(int(v) for v in rng.integers(1, 5, 2))
        # Few different values: many windows have their maximum more than once.
        x = rng.integers(-4, 5, (int(rng.integers(1, 8)), *image, int(rng.integers(1, 5)))).astype("float64")
        for kind, forward, backward in (
            (keras.layers.MaxPooling2D, pooling.max_pool, pooling.max_pool_gradient),
            (keras.layers.AveragePooling2D, pooling.average_pool, pooling.average_pool_gradient),
        ):
            y = forward(x, pool, strides, padding)
            dy = rng.standard_normal(y.shape)
            theirs, gradients = of_keras(kind(pool, strides, padding), x, dy)
            what = f"{kind.__name__} {x.shape} {pool} strides {strides} {padding}"
            say(what, [y, backward(dy, x, pool, strides, padding)], [theirs, *gradients])

    x = rng.standard_normal((3, 4, 5, 2))
    dy = rng.standard_normal((3, 2))
    theirs, gradients = of_keras(keras.layers.GlobalAveragePooling2D(), x, dy)
    ours = [pooling.global_average_pool(x), pooling.global_average_pool_gradient(dy, x)]
    say("global average", ours, [theirs, *gradients])

    for shape in ((7, 5), (1, 3), (4, 3, 3, 2), (1, 4, 2, 3), (2, 1, 1, 1)):
        for scale in (1.0, 0.0):
            x, dy = scale * rng.standard_normal(shape) + 3, rng.standard_normal(shape)
            gamma, beta, mean, variance = (rng.standard_normal(shape[-1]) ** 2 + 0.1 for _ in range(4))
            layer = keras.layers.BatchNormalization()
            layer.build(shape)
            layer.set_weights([gamma, beta, mean, variance])
            theirs, gradients = of_keras(layer, x, dy)
            y = bn.normalize_with(x, gamma, beta, mean, variance, layer.epsilon)
            ours = bn.normalize_with_gradients(dy, x, gamma, mean, variance, layer.epsilon)
            say(f"batch normalization, inference {shape} {scale}", [y, *ours], [theirs, *gradients])
            theirs, gradients = of_keras(layer, x, dy, training=True)
            y, x_hat, batch_mean, batch_variance = bn.batch_normalize(x, gamma, beta, layer.epsilon)
            dx, dgamma, dbeta = bn.batch_normalize_gradients(dy, x_hat, gamma, batch_variance, layer.epsilon)
            moving = [bn.moved(mean, batch_mean, layer.momentum), bn.moved(variance, batch_variance, layer.momentum)]
            moved = [layer.moving_mean, layer.moving_variance]
            say(f"batch normalization, training {shape} {scale}", [y, dbeta, *moving], [theirs, gradients[2], *moved])
            # Where nothing varies dx and dgamma are 0 but for rounding: only their difference means something.
            where = float(max(np.abs(dx - gradients[0]).max(), np.abs(dgamma - gradients[1]).max()))
            print(json.dumps([f"batch normalization, gradients {shape} {scale}", where]))
"""


def test_values_and_gradients_are_those_of_keras(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(PROGRAM)
    assert len(rows) == 60 + 2 * 60 + 1 + 3 * 10
    for what, difference in rows:
        assert difference < 1e-10, what
