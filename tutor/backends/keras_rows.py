"""Rows of data in TensorFlow, and batches of them within a graph. Importing this loads TensorFlow."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from numpy.typing import NDArray

from tutor.backends.rows import as_inputs, as_labels, check_labels, check_rows, is_streamed
from tutor.engine.spec import NetworkSpec


class KerasRows:
    """Inputs and labels of one part of the data: bytes unchanged, everything else in the network's dtype."""

    def __init__(self, spec: NetworkSpec, inputs: NDArray[Any], labels: NDArray[Any], scale: float) -> None:
        self._spec, self._scale = spec, scale
        check_rows(inputs, spec)
        check_labels(labels, spec)
        self._dtype = tf.as_dtype(spec.dtype)
        self._inputs = tf.constant(inputs if is_streamed(inputs) else as_inputs(inputs, spec, scale))
        # Class numbers become one-hot one batch at a time; the sparse loss uses them unchanged.
        taken = as_labels(labels, spec) if labels.ndim > 1 else labels
        class_numbers = taken.ndim == 1 or spec.ends_in_places
        self._labels = tf.constant(taken, tf.int32 if class_numbers else self._dtype)

    def all(self) -> tuple[Any, Any]:
        """All rows: inputs and labels as from ``rows.as_inputs`` and ``rows.as_labels``."""
        return self._taken(self._inputs), self._one_hot(self._labels)

    def batch(self, rows: Any) -> tuple[Any, Any]:
        """Those rows."""
        return self._taken(tf.gather(self._inputs, rows)), self._one_hot(tf.gather(self._labels, rows))

    def _taken(self, some: Any) -> Any:
        if some.dtype == self._dtype:
            return some
        scaled = tf.cast(some, self._dtype) * tf.constant(self._scale, self._dtype)
        return tf.reshape(scaled, (some.shape[0], *self._spec.input_shape))

    def _one_hot(self, some: Any) -> Any:
        needed = some.shape.rank == 1 and self._spec.loss != "sparse_categorical_crossentropy"
        return tf.one_hot(some, self._spec.output_size, dtype=self._dtype) if needed else some
