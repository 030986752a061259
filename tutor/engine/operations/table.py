"""The operation of each kind of layer."""

from __future__ import annotations

from tutor.engine import layers, sequence_layers
from tutor.engine.operations import attended, normalized, pointwise, pooled, recurrent, reshaped, sequences, weighted
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
    sequence_layers.Embedding: sequences.EMBEDDING,
    sequence_layers.PositionEmbedding: sequences.POSITION_EMBEDDING,
    sequence_layers.LayerNormalization: normalized.LAYER_NORMALIZATION,
    sequence_layers.MultiHeadAttention: attended.MULTI_HEAD_ATTENTION,
    sequence_layers.Add: sequences.ADD,
    sequence_layers.SimpleRNN: recurrent.RECURRENT,
    sequence_layers.LSTM: recurrent.RECURRENT,
    sequence_layers.TiedProjection: sequences.TIED_PROJECTION,
}


def operation_of(layer: layers.LayerSpec) -> Operation:
    """The operation of this layer."""
    return _OPERATIONS[type(layer)]
