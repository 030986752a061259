"""The derivations of each kind of layer."""

from __future__ import annotations

from tutor.engine import layers, sequence_layers
from tutor.engine.derivations.rules import (
    attended,
    normalized,
    pointwise,
    pooled,
    recurrent,
    reshaped,
    sequences,
    weighted,
)
from tutor.engine.derivations.rules.contract import LayerDerivation

_DERIVATIONS: dict[type[layers.LayerSpec], LayerDerivation] = {
    layers.Dense: weighted.DENSE,
    layers.Conv2D: weighted.CONV2D,
    layers.MaxPooling2D: pooled.MAX_POOLING,
    layers.AveragePooling2D: pooled.AVERAGE_POOLING,
    layers.GlobalAveragePooling2D: pooled.GLOBAL_AVERAGE_POOLING,
    layers.Flatten: reshaped.RESHAPED,
    layers.Reshape: reshaped.RESHAPED,
    layers.Dropout: pointwise.DROPOUT,
    layers.BatchNormalization: normalized.BATCH_NORMALIZATION,
    layers.Activation: pointwise.ACTIVATION,
    layers.LeakyReLU: pointwise.LEAKY_RELU,
    sequence_layers.Embedding: sequences.EMBEDDING,
    sequence_layers.PositionEmbedding: sequences.POSITION_EMBEDDING,
    sequence_layers.LayerNormalization: normalized.LAYER_NORMALIZATION,
    sequence_layers.MultiHeadAttention: attended.MULTI_HEAD_ATTENTION,
    sequence_layers.Add: sequences.ADD,
    sequence_layers.SimpleRNN: recurrent.SIMPLE_RNN,
    sequence_layers.LSTM: recurrent.LSTM_CELL,
    sequence_layers.TiedProjection: sequences.TIED_PROJECTION,
}


def derivation_of(layer: layers.LayerSpec) -> LayerDerivation:
    """The derivations of this layer's numbers."""
    return _DERIVATIONS[type(layer)]
