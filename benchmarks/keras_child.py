"""Keras in a separate process: the specification on standard input, then a line of rates for each empty line."""

from __future__ import annotations

import json
import sys
import time

import keras
import numpy as np
import tensorflow as tf

from tutor.backends.keras_file import compiled_model
from tutor.engine.objective import NO_LABEL
from tutor.engine.spec import NetworkSpec, spec_from_dict


class Ways:
    """The measured ways to train one model."""

    def __init__(self, spec: NetworkSpec, batch: int, steps: int) -> None:
        self.model, self.batch, self.steps = compiled_model(spec), batch, steps
        self.model.optimizer.build(self.model.trainable_variables)
        self.x, self.y = random_rows(spec, batch * steps)
        tx, ty = tf.constant(self.x), tf.constant(self.y)
        self.whole = (tx, ty)
        self.parts = [(tx[i : i + batch], ty[i : i + batch]) for i in range(0, len(self.x), batch)]
        self.compiled = {"plain": tf.function(self.one), "fused": tf.function(self.many)}
        # On a CPU, XLA's convolutions are many times slower than TensorFlow's own.
        if len(spec.input_shape) == 1:
            self.compiled["xla"] = tf.function(self.one, jit_compile=True)
        self.loss = place_loss if spec.ends_in_places else row_loss

    def one(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        weights = self.model.trainable_variables
        with tf.GradientTape() as tape:
            loss = self.loss(y, self.model(x, training=True))
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


def random_rows(spec: NetworkSpec, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal numbers with one-hot labels; for sequences tokens, each with the next, no label for the later half."""
    rng = np.random.default_rng(0)
    if not spec.ends_in_places:
        labels = np.eye(spec.output_size, dtype="float32")[rng.integers(0, spec.output_size, rows)]
        return rng.standard_normal((rows, *spec.input_shape)).astype("float32"), labels
    (places,) = spec.input_shape
    tokens = rng.integers(0, spec.output_size, (rows, places + 1)).astype("int32")
    labels = tokens[:, 1:].copy()
    labels[:, places // 2 :] = NO_LABEL
    return tokens[:, :-1], labels


def row_loss(labels: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(keras.losses.categorical_crossentropy(labels, outputs))


def place_loss(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """The mean over the places with a label, in a form that XLA compiles too."""
    judged = tf.cast(labels != NO_LABEL, logits.dtype)
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(labels, 0), logits)
    return tf.reduce_sum(each * judged) / tf.reduce_sum(judged)


def main() -> None:
    tf.config.threading.set_intra_op_parallelism_threads(2)
    given = json.loads(sys.stdin.readline())
    ways = Ways(spec_from_dict(given["spec"]), given["batch"], given["steps"])
    ways.rates()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(ways.rates()), flush=True)


main()
