"""The operation of each kind of layer."""

from __future__ import annotations

from tutor.engine import layers
from tutor.engine.operations import normalized, pointwise, pooled, reshaped, weighted
from tutor.engine.operations.contract import Operation

_OPERATIONS: dict[type[layers.LayerSpec], Operation] = {
    layers.Dense: weighted.DENSE,
    layers.Conv2D: weighted.CONV2D,
    layers.MaxPooling2D: pooled.MAX_POOLING,
    layers.AveragePooling2D: pooled.AVERAGE_POOLING,
    layers.GlobalAveragePooling2D: pooled.GLOBAL_AVERAGE_POOLING,
    layers.Flatten: reshaped.FLATTEN,
    layers.Reshape: reshaped.RESHAPE,
    layers.Dropout: pointwise.DROPOUT,
    layers.BatchNormalization: normalized.BATCH_NORMALIZATION,
    layers.Activation: pointwise.ACTIVATION,
    layers.LeakyReLU: pointwise.LEAKY_RELU,
}


def operation_of(layer: layers.LayerSpec) -> Operation:
    """The operation of this layer."""
    return _OPERATIONS[type(layer)]
