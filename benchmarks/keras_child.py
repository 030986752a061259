"""Keras in a separate process: the specification on standard input, then a line of rates for each empty line."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import keras
import numpy as np
import tensorflow as tf

from tutor.backends.keras_layers import built_layers
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.layers import Dropout
from tutor.engine.spec import NetworkSpec, spec_from_dict


def keras_model(spec: NetworkSpec) -> keras.Sequential:
    """The compiled Keras model of a specification, with Keras's own dropout."""
    layers = [
        keras.layers.Dropout(layer.rate) if isinstance(layer, Dropout) else made
        for layer, made in zip(spec.layers, built_layers(as_specified(spec), spec.dtype), strict=True)
    ]
    model = keras.Sequential([keras.layers.Input(spec.input_shape), *layers])
    settings = asdict(spec.optimizer)
    optimizer = getattr(keras.optimizers, type(spec.optimizer).__name__)(**settings)
    optimizer.build(model.trainable_variables)
    model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


class Ways:
    """The measured ways to train one model."""

    def __init__(self, spec: NetworkSpec, batch: int, steps: int) -> None:
        self.model, self.batch, self.steps = keras_model(spec), batch, steps
        rng = np.random.default_rng(0)
        rows = batch * steps
        self.x = rng.standard_normal((rows, *spec.input_shape)).astype("float32")
        self.y = np.eye(spec.output_size, dtype="float32")[rng.integers(0, spec.output_size, rows)]
        tx, ty = tf.constant(self.x), tf.constant(self.y)
        self.whole = (tx, ty)
        self.parts = [(tx[i : i + batch], ty[i : i + batch]) for i in range(0, rows, batch)]
        self.compiled = {"plain": tf.function(self.one), "fused": tf.function(self.many)}
        # On a CPU, XLA's convolutions are many times slower than TensorFlow's own.
        if len(spec.input_shape) == 1:
            self.compiled["xla"] = tf.function(self.one, jit_compile=True)

    def one(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        weights = self.model.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, self.model(x, training=True)))
        self.model.optimizer.apply(tape.gradient(loss, [w.value for w in weights]), weights)
        return loss

    def many(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        losses = tf.TensorArray(tf.float32, size=self.steps)
        for i in tf.range(self.steps):
            start = i * self.batch
            losses = losses.write(i, self.one(x[start : start + self.batch], y[start : start + self.batch]))
        return losses.stack()

    def rate(self, way: str) -> float:
        """Steps a second."""
        began = time.perf_counter()
        if way == "fit":
            self.model.fit(self.x, self.y, batch_size=self.batch, epochs=1, verbose=0, shuffle=False)
        elif way == "fused":
            self.compiled[way](*self.whole).numpy()
        else:
            for x, y in self.parts:
                loss = self.compiled[way](x, y)
            loss.numpy()
        return self.steps / (time.perf_counter() - began)

    def rates(self) -> dict[str, float]:
        return {way: self.rate(way) for way in (*self.compiled, "fit")}


def main() -> None:
    tf.config.threading.set_intra_op_parallelism_threads(2)
    given = json.loads(sys.stdin.readline())
    ways = Ways(spec_from_dict(given["spec"]), given["batch"], given["steps"])
    ways.rates()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(ways.rates()), flush=True)


main()
