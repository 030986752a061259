"""Keras on TensorFlow as a backend. Importing this loads TensorFlow; only the training worker does.

The layers, the loss and the optimizer's update are Keras's own; ``clipnorm`` is Keras's formula written out, and a
schedule's rate is the engine's (``tests/unit/engine/test_updates.py`` checks both against Keras). It does not use
Keras's randomness: the caller passes weights, batch order and dropout masks, so that every number can be compared with
the NumPy engine. Many steps run inside one compiled ``tf.function``, because for small networks the overhead of a call
exceeds the step.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tutor.backends.interface import EngineState, StepBlock, StepResults, TrainingData
from tutor.backends.keras_layers import (
    answer_losses,
    built_layers,
    built_optimizer,
    memory_variables,
    output_of,
    penalties,
)
from tutor.backends.keras_rows import KerasRows
from tutor.backends.rows import EVALUATED_AT_ONCE, as_inputs, as_labels
from tutor.engine.connections import sources
from tutor.engine.fast.pooled_first import pooled_first
from tutor.engine.network import dropout_sizes
from tutor.engine.objective import answers_in
from tutor.engine.optimizer_specs import LearningRate
from tutor.engine.parameters import Array, Parameter, layout, moving_layout
from tutor.engine.schedules import rate
from tutor.engine.spec import NetworkSpec

# The operations of a step depend on each other: a second thread to run them in parallel would only spin, on the core
# that paints the screen. The threads within an operation stay.
tf.config.threading.set_inter_op_parallelism_threads(1)


class KerasBackend:
    """Trains with Keras's layers, loss and optimizer."""

    def __init__(self, spec: NetworkSpec, data: TrainingData, state: EngineState) -> None:
        # The learning rate's variable has this type, and 0.01 rounded to float32 is another number.
        keras.config.set_floatx(spec.dtype)
        self._spec = spec
        self._dtype = tf.as_dtype(spec.dtype)
        self._entries = pooled_first(spec)
        self._layers = built_layers(self._entries, spec.dtype)
        self._reads = sources(spec.layers)
        # A TiedProjection has the layer of the Embedding.
        present = list(dict.fromkeys(layer for layer in self._layers if layer is not None))
        self._weights = [w for layer in present for w in layer.trainable_variables]
        self._moving = [w for layer in present for w in layer.non_trainable_variables if _is_number(w)]
        self._optimizer = built_optimizer(spec.optimizer, self._weights)
        self._memory = memory_variables(spec.optimizer, self._optimizer)
        self._data = data
        self._rows = KerasRows(spec, data.inputs, data.labels, data.scale)
        # A few held-out rows are evaluated within the graph; the intermediates of many would not fit in memory.
        self._in_graph = 0 < len(data.held_out_inputs) <= EVALUATED_AT_ONCE
        few = slice(None) if self._in_graph else slice(0, 0)
        self._held_out = KerasRows(spec, data.held_out_inputs[few], data.held_out_labels[few], data.scale)
        self._held_out_answers = answers_in(spec, data.held_out_labels)
        self._graphs: dict[tuple[int, bool], Any] = {}
        self._evaluate_some = tf.function(self._evaluate, reduce_retracing=True)
        self._steps_done = 0
        self.set_state(state)

    def run(self, block: StepBlock, learning_rate: LearningRate) -> StepResults:
        """Take the block's steps."""
        if block.first != self._steps_done:
            self._optimizer.iterations.assign(block.first)
        parts = [
            self._with_evaluation(self._run_equal(part, learning_rate), part)
            for whole in self._cut_at_evaluations(block)
            for part in _equal_batches(whole)
        ]
        self._steps_done = block.first + len(block.batches)
        losses, correct, held_out_losses, held_out_correct = (
            np.concatenate([part[i] for part in parts]) for i in range(4)
        )
        # The graph counts right answers exactly; their share is computed here, without rounding to float32.
        answers = max(1, self._held_out_answers)
        return StepResults(
            losses.astype(np.float64),
            correct.astype(np.int64),
            held_out_losses.astype(np.float64),
            held_out_correct.astype(np.float64) / answers,
        )

    def gradient(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, Array]:
        """Loss and flat, unclipped gradient of one training pass on these rows; moving averages do not change."""
        given = [tf.constant(mask[: len(rows)], self._dtype) for mask in masks]
        moving = [w.numpy() for w in self._moving]
        with tf.GradientTape() as tape:
            inputs, labels = self._rows.batch(rows)
            loss = self._loss(self._forward(inputs, given), labels)
        gradients = self._gradients(tape, loss)
        for variable, value in zip(self._moving, moving, strict=True):
            variable.assign(value)
        return float(loss), np.concatenate([g.numpy().ravel() for g in gradients])

    def evaluate(self, inputs: Array, labels: Array) -> tuple[float, float]:
        """Mean loss and accuracy without dropout, with the moving averages."""
        loss, right, judged = 0.0, 0.0, 0
        for start in range(0, len(inputs), EVALUATED_AT_ONCE):
            part = slice(start, start + EVALUATED_AT_ONCE)
            some = tf.constant(as_inputs(inputs[part], self._spec, self._data.scale))
            wanted = as_labels(labels[part], self._spec)
            part_loss, part_right = self._evaluate_some(some, tf.constant(wanted))
            answers = answers_in(self._spec, wanted)
            loss += float(part_loss) * answers
            right += float(part_right)
            judged += answers
        return loss / judged, right / judged

    def predict(self, inputs: Array) -> Array:
        """The output (rows, classes) without dropout, with the moving averages."""
        rows = tf.constant(as_inputs(inputs, self._spec, self._data.scale))
        answer: Array = self._forward(rows, None).numpy()
        return answer

    def state(self) -> EngineState:
        """A copy of the current state."""
        memory = {name: _flat(variables, self._dtype) for name, variables in self._memory.items()}
        return EngineState(_flat(self._weights, self._dtype), memory, _flat(self._moving, self._dtype))

    def set_state(self, state: EngineState) -> None:
        """Continue from ``state``."""
        entries = layout(self._spec)
        _assign(self._weights, entries, state.theta)
        _assign(self._moving, moving_layout(self._spec), state.moving)
        for name, variables in self._memory.items():
            _assign(variables, entries, state.memory[name])
        self._steps_done = -1

    def _cut_at_evaluations(self, block: StepBlock) -> Iterator[StepBlock]:
        """The block in pieces that end where the held-out rows are evaluated outside the graph."""
        outside = len(self._data.held_out_inputs) > 0 and not self._in_graph
        ends = (np.flatnonzero(block.epoch_ends) + 1).tolist() if outside else []
        cuts = sorted({0, *ends, len(block.batches)})
        for start, stop in pairwise(cuts):
            yield _piece(block, start, stop)

    def _with_evaluation(self, results: list[NDArray[Any]], block: StepBlock) -> list[NDArray[Any]]:
        """The results of a piece, with the evaluation at its end if the graph did not do it."""
        if len(self._data.held_out_inputs) and not self._in_graph and block.epoch_ends[-1]:
            loss, accuracy = self.evaluate(self._data.held_out_inputs, self._data.held_out_labels)
            results[2], results[3] = results[2].copy(), results[3].copy()
            results[2][-1], results[3][-1] = loss, round(accuracy * self._held_out_answers)
        return results

    def _forward(self, x: Any, masks: Any) -> Any:
        """The output; ``masks``, one per dropout layer, make it a training pass."""
        waiting = iter(masks if masks is not None else ())
        # The inputs of layers that an Add reads later, by their places.
        kept: dict[int, Any] = {}
        for place, (entry, layer) in enumerate(zip(self._entries, self._layers, strict=True)):
            if place in self._reads.values():
                kept[place] = x
            if layer is not None:
                source = kept[self._reads[place]] if place in self._reads else None
                x = output_of(entry.layer, layer, x, source=source, training=masks is not None)
            elif masks is not None:
                mask = next(waiting)
                x = x * (mask if x.shape.rank == 2 else tf.reshape(mask, x.shape))
        return x

    def _loss(self, outputs: Any, labels: Any) -> Any:
        """Mean loss over the answers, with the L2 penalties."""
        loss = tf.reduce_mean(answer_losses(self._spec, labels, outputs))
        added = penalties(self._layers)
        return tf.add_n([loss, *added]) if added else loss

    def _gradients(self, tape: Any, loss: Any) -> list[Any]:
        """The gradient of each weight, that of a table whole: TensorFlow gives only the rows that were read."""
        return [tf.convert_to_tensor(g) for g in tape.gradient(loss, [w.value for w in self._weights])]

    def _clipped(self, gradients: list[Any]) -> list[Any]:
        """Each gradient clipped to the norm ``clipnorm``, by Keras's formula in half as many operations."""
        clipnorm = self._spec.optimizer.clipnorm
        if clipnorm is None:
            return gradients
        # The norms of all gradients in one operation, because for small networks each operation has a large overhead.
        norms = tf.sqrt(2 * tf.stack([tf.nn.l2_loss(g) for g in gradients]))
        scales = tf.unstack(clipnorm / tf.maximum(norms, clipnorm))
        return [g * scale for g, scale in zip(gradients, scales, strict=True)]

    def _correct(self, outputs: Any, labels: Any) -> Any:
        """The number of right answers."""
        if self._spec.ends_in_places:
            # Where there is no label, the label is no class.
            right = tf.equal(tf.argmax(outputs, -1, tf.int32), labels)
        elif self._spec.loss == "sparse_categorical_crossentropy":
            right = tf.equal(tf.argmax(outputs, 1, tf.int32), labels)
        elif self._spec.loss == "binary_crossentropy":
            threshold = 0.0 if self._spec.from_logits else 0.5
            right = tf.reduce_all(tf.equal(outputs > threshold, labels > 0.5), axis=-1)
        else:
            right = tf.equal(tf.argmax(outputs, 1), tf.argmax(labels, 1))
        return tf.reduce_sum(tf.cast(right, tf.int32))

    def _evaluate(self, inputs: Any, labels: Any) -> tuple[Any, Any]:
        """Mean loss, and the number of right answers."""
        outputs = self._forward(inputs, None)
        return self._loss(outputs, labels), tf.cast(self._correct(outputs, labels), self._dtype)

    def _run_equal(self, block: StepBlock, learning_rate: LearningRate) -> list[NDArray[Any]]:
        rows = np.stack(block.batches).astype(np.int32)
        masks = tuple(tf.constant(np.asarray(mask)[:, : rows.shape[1]], self._dtype) for mask in block.masks)
        given = (tf.constant(rows), masks, tf.constant(block.epoch_ends))
        if isinstance(learning_rate, float | int):
            self._optimizer.learning_rate.assign(learning_rate)
            results = self._graph(rows.shape[1], scheduled=False)(*given)
        else:
            rates = [rate(learning_rate, block.first + i) for i in range(len(rows))]
            results = self._graph(rows.shape[1], scheduled=True)(*given, tf.constant(rates, self._dtype))
        return [r.numpy() for r in results]

    def _graph(self, batch: int, *, scheduled: bool) -> Any:
        """``_steps`` compiled for batches of one size: known shapes remove a third of the operations."""
        if (batch, scheduled) not in self._graphs:
            masks = tuple(tf.TensorSpec((None, batch, size), self._dtype) for size in dropout_sizes(self._spec))
            given = (tf.TensorSpec((None, batch), tf.int32), masks, tf.TensorSpec((None,), tf.bool))
            rates = (tf.TensorSpec((None,), self._dtype),) if scheduled else ()
            self._graphs[batch, scheduled] = tf.function(self._steps, input_signature=(*given, *rates))
        return self._graphs[batch, scheduled]

    def _steps(self, rows: Any, masks: Any, ends: Any, rates: Any = None) -> Any:
        """All steps of a block of equal batches, as one graph: rows (steps, batch), masks (steps, batch, size)."""
        steps = tf.shape(rows)[0]
        nan = tf.constant(float("nan"), self._dtype)
        results = [tf.TensorArray(t, size=steps) for t in (self._dtype, tf.int32, self._dtype, self._dtype)]
        losses, corrects, held_out_losses, held_out_corrects = results
        for i in tf.range(steps):
            inputs, labels = self._rows.batch(rows[i])
            with tf.GradientTape() as tape:
                outputs = self._forward(inputs, [m[i] for m in masks])
                loss = self._loss(outputs, labels)
            if rates is not None:
                self._optimizer.learning_rate.assign(rates[i])
            self._optimizer.apply(self._clipped(self._gradients(tape, loss)))
            losses = losses.write(i, loss)
            corrects = corrects.write(i, self._correct(outputs, labels))
            if self._in_graph:
                held_out = tf.cond(ends[i], lambda: self._evaluate(*self._held_out.all()), lambda: (nan, nan))
                held_out_losses = held_out_losses.write(i, held_out[0])
                held_out_corrects = held_out_corrects.write(i, held_out[1])
        if not self._in_graph:
            nothing = tf.fill([steps], nan)
            return losses.stack(), corrects.stack(), nothing, nothing
        return losses.stack(), corrects.stack(), held_out_losses.stack(), held_out_corrects.stack()


def _is_number(variable: Any) -> bool:
    """Whether a variable has numbers; layers with randomness also keep a generator's state among their variables."""
    return "seed" not in variable.path


def _flat(variables: list[Any], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype.as_numpy_dtype), *(v.numpy().ravel() for v in variables)])


def _assign(variables: list[Any], entries: tuple[Parameter, ...], values: Array) -> None:
    for entry, variable in zip(entries, variables, strict=True):
        variable.assign(values[entry.start : entry.stop].reshape(entry.shape))


def _equal_batches(block: StepBlock) -> Iterator[StepBlock]:
    """The block in runs of batches of equal size, one graph for each."""
    start = 0
    for _, group in groupby(block.batches, key=len):
        stop = start + len(tuple(group))
        yield _piece(block, start, stop)
        start = stop


def _piece(block: StepBlock, start: int, stop: int) -> StepBlock:
    """The steps from ``start`` to before ``stop`` of a block."""
    return StepBlock(
        block.first + start,
        block.batches[start:stop],
        tuple(mask[start:stop] for mask in block.masks),
        block.epoch_ends[start:stop],
    )
