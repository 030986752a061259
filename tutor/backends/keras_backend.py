"""Keras on TensorFlow as a backend. Importing this loads TensorFlow: only the training worker does.

The layers, the loss and the optimizer are Keras's own. Its randomness is not used: weights, batch order and dropout
masks are handed in, so that it can be laid beside the NumPy engine number by number. Many steps run inside one
compiled ``tf.function``, since for small networks the way into a call costs more than the step.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tutor.backends.interface import EngineState, StepBlock, StepResults, TrainingData
from tutor.engine.network import dropout_widths
from tutor.engine.parameters import Array, layout
from tutor.engine.spec import Dense, NetworkSpec


def keras_layers(spec: NetworkSpec) -> list[Any]:
    """Keras's layer for each layer of the specification, built; None stands for dropout, whose masks are handed in."""
    layers: list[Any] = []
    for (name, layer), width in zip(spec.named_layers, spec.widths, strict=False):
        if isinstance(layer, Dense):
            built = keras.layers.Dense(layer.units, activation=layer.activation, name=name, dtype=spec.dtype)
            built.build((None, width))
            layers.append(built)
        else:
            layers.append(None)
    return layers


def keras_optimizer(spec: NetworkSpec) -> Any:
    """Keras's optimizer for the specification's."""
    sgd = spec.optimizer
    return keras.optimizers.SGD(sgd.learning_rate, momentum=sgd.momentum, clipnorm=sgd.clipnorm)


class KerasBackend:
    """Trains with Keras's layers, loss and optimizer."""

    def __init__(self, spec: NetworkSpec, data: TrainingData, state: EngineState) -> None:
        # The learning rate's variable is of this type, and 0.01 rounded to float32 is another number.
        keras.config.set_floatx(spec.dtype)
        self._spec = spec
        self._dtype = tf.as_dtype(spec.dtype)
        self._layers = keras_layers(spec)
        self._weights = [w for layer in self._layers if layer is not None for w in (layer.kernel, layer.bias)]
        self._optimizer = keras_optimizer(spec)
        self._optimizer.build(self._weights)
        self._inputs = tf.constant(data.inputs, self._dtype)
        self._labels = tf.constant(data.labels, self._dtype)
        self._held_out = (
            tf.constant(data.held_out_inputs, self._dtype),
            tf.constant(data.held_out_labels, self._dtype),
        )
        self._has_held_out = len(data.held_out_inputs) > 0
        self._learning_rate = spec.optimizer.learning_rate
        widths = dropout_widths(spec)
        mask_shapes = tuple(tf.TensorSpec((None, None, width), self._dtype) for width in widths)
        self._compiled = tf.function(
            self._steps,
            input_signature=[
                tf.TensorSpec((None, None), tf.int32), mask_shapes, tf.TensorSpec((None,), tf.bool),
            ],
        )  # fmt: skip
        self.set_state(state)

    def run(self, block: StepBlock, learning_rate: float) -> StepResults:
        """Take the block's steps."""
        if learning_rate != self._learning_rate:
            self._optimizer.learning_rate.assign(learning_rate)
            self._learning_rate = learning_rate
        parts = [self._run_equal(part) for part in _equal_batches(block)]
        losses, correct, held_out_losses, held_out_correct = (
            np.concatenate([part[i] for part in parts]) for i in range(4)
        )
        # The graph counts right answers exactly; their share is taken here, where it is not rounded to float32.
        rows = max(1, len(self._held_out[0]))
        return StepResults(
            losses.astype(np.float64),
            correct.astype(np.int64),
            held_out_losses.astype(np.float64),
            held_out_correct.astype(np.float64) / rows,
        )

    def gradient(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, Array]:
        """Loss and flat, unclipped gradient of one training pass on these rows."""
        given = [tf.constant(mask[: len(rows)], self._dtype) for mask in masks]
        with tf.GradientTape() as tape:
            loss = self._loss(self._forward(tf.gather(self._inputs, rows), given), tf.gather(self._labels, rows))
        gradients = tape.gradient(loss, [w.value for w in self._weights])
        return float(loss), np.concatenate([g.numpy().ravel() for g in gradients])

    def evaluate(self, inputs: Array, labels: Array) -> tuple[float, float]:
        """Mean loss and accuracy without dropout."""
        loss, correct = self._evaluate(tf.constant(inputs, self._dtype), tf.constant(labels, self._dtype))
        return float(loss), float(correct) / len(inputs)

    def predict(self, inputs: Array) -> Array:
        """The probabilities (rows, classes) without dropout."""
        answer: Array = self._forward(tf.constant(inputs, self._dtype), None).numpy()
        return answer

    def state(self) -> EngineState:
        """A copy of the present state."""
        theta = np.concatenate([w.numpy().ravel() for w in self._weights])
        if not self._spec.optimizer.momentum:
            return EngineState(theta, np.zeros_like(theta))
        return EngineState(theta, np.concatenate([m.numpy().ravel() for m in self._optimizer.momentums]))

    def set_state(self, state: EngineState) -> None:
        """Go on from ``state``."""
        for i, (p, weight) in enumerate(zip(layout(self._spec), self._weights, strict=True)):
            weight.assign(state.theta[p.start : p.stop].reshape(p.shape))
            if self._spec.optimizer.momentum:
                self._optimizer.momentums[i].assign(state.velocity[p.start : p.stop].reshape(p.shape))

    def _forward(self, x: Any, masks: Any) -> Any:
        """The probabilities; ``masks``, one a dropout layer, make it a training pass."""
        waiting = iter(masks if masks is not None else ())
        for layer in self._layers:
            if layer is not None:
                x = layer(x)
            elif masks is not None:
                x = x * next(waiting)
        return x

    def _loss(self, probabilities: Any, labels: Any) -> Any:
        """Mean loss. Keras remembers the logits behind a softmax and computes it from those.

        ``keras.losses.categorical_crossentropy`` is this with label smoothing, which costs a sixth of a step.
        """
        return tf.reduce_mean(keras.ops.categorical_crossentropy(labels, probabilities))

    def _evaluate(self, inputs: Any, labels: Any) -> tuple[Any, Any]:
        """Mean loss, and how many rows are answered right."""
        probabilities = self._forward(inputs, None)
        right = tf.equal(tf.argmax(probabilities, 1), tf.argmax(labels, 1))
        return self._loss(probabilities, labels), tf.reduce_sum(tf.cast(right, self._dtype))

    def _run_equal(self, block: StepBlock) -> list[NDArray[Any]]:
        rows = np.stack(block.batches).astype(np.int32)
        masks = tuple(tf.constant(mask[:, : rows.shape[1]], self._dtype) for mask in block.masks)
        results = self._compiled(tf.constant(rows), masks, tf.constant(block.epoch_ends))
        return [r.numpy() for r in results]

    def _steps(self, rows: Any, masks: Any, ends: Any) -> Any:
        """All steps of a block of equal batches, as one graph: rows (steps, batch), masks (steps, batch, width)."""
        steps = tf.shape(rows)[0]
        nan = tf.constant(float("nan"), self._dtype)
        results = [tf.TensorArray(t, size=steps) for t in (self._dtype, tf.int32, self._dtype, self._dtype)]
        losses, corrects, held_out_losses, held_out_corrects = results
        for i in tf.range(steps):
            labels = tf.gather(self._labels, rows[i])
            with tf.GradientTape() as tape:
                probabilities = self._forward(tf.gather(self._inputs, rows[i]), [m[i] for m in masks])
                loss = self._loss(probabilities, labels)
            self._optimizer.apply(tape.gradient(loss, [w.value for w in self._weights]))
            right = tf.equal(tf.argmax(probabilities, 1), tf.argmax(labels, 1))
            losses = losses.write(i, loss)
            corrects = corrects.write(i, tf.reduce_sum(tf.cast(right, tf.int32)))
            held_out = (nan, nan)
            if self._has_held_out:
                held_out = tf.cond(ends[i], lambda: self._evaluate(*self._held_out), lambda: (nan, nan))
            held_out_losses = held_out_losses.write(i, held_out[0])
            held_out_corrects = held_out_corrects.write(i, held_out[1])
        return losses.stack(), corrects.stack(), held_out_losses.stack(), held_out_corrects.stack()


def _equal_batches(block: StepBlock) -> Iterator[StepBlock]:
    """The block in runs of batches of one size, as one graph takes them."""
    start = 0
    for _, group in groupby(block.batches, key=len):
        stop = start + len(tuple(group))
        yield StepBlock(
            block.batches[start:stop],
            tuple(mask[start:stop] for mask in block.masks),
            block.epoch_ends[start:stop],
        )
        start = stop
