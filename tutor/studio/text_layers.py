"""Which layers a network takes for a text, and which it takes only for one: a sentence about whatever does not fit."""

from __future__ import annotations

from tutor.engine.layers import Activation, BatchNormalization, Dense, Dropout, LayerSpec, LeakyReLU
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    LayerNormalization,
    MultiHeadAttention,
    PositionEmbedding,
    SimpleRNN,
    TiedProjection,
)
from tutor.engine.validation import SpecError

FOR_SEQUENCES = (Embedding, PositionEmbedding, MultiHeadAttention, SimpleRNN, LSTM, TiedProjection)
"""Layers that nothing but a sequence reaches."""
AT_EACH_PLACE = (Dense, Activation, LeakyReLU, Dropout, LayerNormalization, Add)
"""Layers that leave each place of a sequence where it is."""


def require_layers_for(layers: tuple[LayerSpec, ...], data: str, *, is_text: bool) -> None:
    """Raise ``SpecError`` with a sentence for a hidden layer that the ``data`` of this name have no use for."""
    if is_text:
        _require_for_text(layers, data)
        return
    for layer in layers:
        if isinstance(layer, FOR_SEQUENCES):
            raise SpecError(
                f"a layer {type(layer).__name__} takes a text, and {data} is none: choose the data names first"
            )


def _require_for_text(layers: tuple[LayerSpec, ...], data: str) -> None:
    if not layers or not isinstance(layers[0], Embedding):
        raise SpecError(
            f"a row of {data} is numbers of tokens, so its network begins with an Embedding: the table of a vector for "
            "each token"
        )
    for number, layer in enumerate(layers[1:], 2):
        what = f"layer {number}, {type(layer).__name__},"
        if isinstance(layer, Embedding):
            raise SpecError(f"{what} would take numbers of tokens, but vectors reach it; there is one at the beginning")
        if isinstance(layer, TiedProjection):
            raise SpecError(f"{what} is the end of a network, and the studio gives a network its end")
        if isinstance(layer, BatchNormalization):
            raise SpecError(f"{what} would mix a letter with those after it; a LayerNormalization does not")
        if not isinstance(layer, (*FOR_SEQUENCES, *AT_EACH_PLACE)):
            raise SpecError(f"{what} does not keep the places of a text apart, and the network answers at each of them")
        if isinstance(layer, MultiHeadAttention) and not layer.use_causal_mask:
            raise SpecError(f"{what} would see the token that it is to predict: use_causal_mask is off")
        if isinstance(layer, SimpleRNN | LSTM) and not layer.return_sequences:
            raise SpecError(f"{what} answers after the last token alone: return_sequences is off")
