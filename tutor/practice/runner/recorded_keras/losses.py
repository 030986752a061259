"""Losses and metrics, with the settings of Keras 3 (``keras/src/losses``, ``keras/src/metrics``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.recorded import Named, NotInThisKeras, Recorded


class _Loss(Recorded):
    module = "keras.losses"

    def __call__(self, *_: object, **__: object) -> Any:
        """Nothing is computed here."""
        raise NotInThisKeras("a loss is called with numbers, and this Keras computes none: give it to compile")


class _CrossEntropy(_Loss):
    def __init__(
        self, from_logits: Any = False, label_smoothing: Any = 0.0, axis: Any = -1,
        reduction: Any = "sum_over_batch_size", name: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        self.record(from_logits=from_logits, label_smoothing=label_smoothing, axis=axis, reduction=reduction)
        self.name, self.dtype = name, dtype


class CategoricalCrossentropy(_CrossEntropy):
    """keras.losses.CategoricalCrossentropy."""


class BinaryCrossentropy(_CrossEntropy):
    """keras.losses.BinaryCrossentropy."""


class SparseCategoricalCrossentropy(_Loss):
    """keras.losses.SparseCategoricalCrossentropy."""

    def __init__(
        self, from_logits: Any = False, ignore_class: Any = None, reduction: Any = "sum_over_batch_size",
        axis: Any = -1, name: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        self.record(from_logits=from_logits, ignore_class=ignore_class, axis=axis, reduction=reduction)
        self.name, self.dtype = name, dtype


class MeanSquaredError(_Loss):
    """keras.losses.MeanSquaredError."""

    def __init__(self, reduction: Any = "sum_over_batch_size", name: Any = None, dtype: Any = None) -> None:
        self.record(reduction=reduction)
        self.name, self.dtype = name, dtype


class _Metric(Recorded):
    module = "keras.metrics"

    def __init__(self, name: Any = None, dtype: Any = None) -> None:
        self.name, self.dtype = name, dtype


class Accuracy(_Metric):
    """keras.metrics.Accuracy, which compares numbers and not classes."""


class CategoricalAccuracy(_Metric):
    """keras.metrics.CategoricalAccuracy."""


class SparseCategoricalAccuracy(_Metric):
    """keras.metrics.SparseCategoricalAccuracy."""


class BinaryAccuracy(_Metric):
    """keras.metrics.BinaryAccuracy."""

    def __init__(self, name: Any = None, dtype: Any = None, threshold: Any = 0.5) -> None:
        super().__init__(name, dtype)
        self.record(threshold=threshold)


LOSS_CLASSES = (CategoricalCrossentropy, SparseCategoricalCrossentropy, BinaryCrossentropy, MeanSquaredError)
METRIC_CLASSES = (Accuracy, CategoricalAccuracy, SparseCategoricalAccuracy, BinaryAccuracy)
LOSS_FUNCTIONS = {
    name: Named(name)
    for name in (
        "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error",
    )
}  # fmt: skip
METRIC_FUNCTIONS = {
    name: Named(name) for name in ("categorical_accuracy", "sparse_categorical_accuracy", "binary_accuracy")
}
