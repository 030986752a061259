"""The layers for sequences: frozen descriptions with Keras 3's names, defaults and meanings.

A sequence is a row of places: token numbers (time,), or a vector for each place (time, width). Each docstring names its
source, a file in ``keras/src/layers``. ``operations`` computes the layers; this module only describes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.engine.initializers import Initializer, check_initializer
from tutor.engine.validation import LARGEST_FACTOR, check_size, flag, is_whole, number_above, require, written

MOST_OVER = 100
"""The layers that one ``Add`` may span."""


@dataclass(frozen=True)
class Embedding:
    """A table with one row of ``output_dim`` numbers for each of ``input_dim`` tokens (``core/embedding.py``).

    Takes token numbers (time,) and gives their rows (time, output_dim). ``embeddings`` is (input_dim, output_dim).
    """

    input_dim: int
    output_dim: int
    embeddings_initializer: Initializer = "uniform"

    def __post_init__(self) -> None:
        check_size("an Embedding needs at least 1 token", self.input_dim)
        check_size("an Embedding needs at least 1 number a token", self.output_dim)
        check_initializer(self.embeddings_initializer)


@dataclass(frozen=True)
class PositionEmbedding:
    """Adds to each place a row of a table of its own, which is learned: ``embeddings`` (time, width).

    Without it, attention cannot tell one order of the tokens from another. Keras itself has no such layer; KerasHub's
    ``PositionEmbedding`` is the table, and its caller adds it.
    """

    embeddings_initializer: Initializer = "uniform"

    def __post_init__(self) -> None:
        check_initializer(self.embeddings_initializer)


@dataclass(frozen=True)
class LayerNormalization:
    """Each place's numbers less their mean, divided by their standard deviation, times γ, plus β.

    The same in training and at inference (``normalization/layer_normalization.py``), on the last axis. The variance is
    the biased one, divided by the width.
    """

    epsilon: float = 1e-3

    def __post_init__(self) -> None:
        number_above("epsilon, which keeps a division from 0,", self.epsilon, 0, LARGEST_FACTOR)


@dataclass(frozen=True)
class MultiHeadAttention:
    """Self-attention: each place asks all places (with ``use_causal_mask``, those up to itself) and mixes their values.

    Keras's layer called on one sequence, ``layer(x, x, use_causal_mask=…)`` (``attention/multi_head_attention.py``).
    For each head: q, k and v are Dense layers of width ``key_dim``; a score is q·k / √key_dim; the weights are a
    softmax over the places that may be seen; the head gives the sum of v by these weights. A last Dense layer brings
    all heads together to the width of the input. Kernels are (width, heads, key_dim) and, for the output, (heads,
    key_dim, width).
    """

    num_heads: int
    key_dim: int
    use_bias: bool = True
    use_causal_mask: bool = False
    kernel_initializer: Initializer = "glorot_uniform"

    def __post_init__(self) -> None:
        check_size("a MultiHeadAttention needs at least 1 head", self.num_heads)
        check_size("a head needs at least 1 number", self.key_dim)
        flag("use_bias", self.use_bias)
        flag("use_causal_mask", self.use_causal_mask)
        check_initializer(self.kernel_initializer)


@dataclass(frozen=True)
class Add:
    """A residual connection around the ``over`` layers before it: output plus input (``merging/add.py``)."""

    over: int

    def __post_init__(self) -> None:
        require(
            is_whole(self.over, 1, MOST_OVER),
            f"an Add spans 1 to {MOST_OVER} of the layers before it; got {written(self.over)}",
        )


@dataclass(frozen=True)
class SimpleRNN:
    """h_t = tanh(x_t · kernel + h_(t−1) · recurrent_kernel + bias), from h = 0 (``rnn/simple_rnn.py``).

    Takes (time, width) and gives the last h (units,), or with ``return_sequences`` all of them (time, units).
    """

    units: int
    return_sequences: bool = False
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"

    def __post_init__(self) -> None:
        _recurrent(self)


@dataclass(frozen=True)
class LSTM:
    """Long short-term memory: a cell c that is kept by a forget gate, written by an input gate, read by an output gate.

    With z = x_t · kernel + h_(t−1) · recurrent_kernel + bias in four parts, in Keras's order i, f, g, o
    (``rnn/lstm.py``): c_t = σ(f)·c_(t−1) + σ(i)·tanh(g) and h_t = σ(o)·tanh(c_t). With ``unit_forget_bias`` the bias of
    the forget gate starts at 1, so that the cell keeps what it has until it learns to forget.
    """

    units: int
    return_sequences: bool = False
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    unit_forget_bias: bool = True

    def __post_init__(self) -> None:
        _recurrent(self)
        flag("unit_forget_bias", self.unit_forget_bias)


@dataclass(frozen=True)
class TiedProjection:
    """x · embeddingsᵀ: logits from the table of the network's Embedding, which both then train.

    ``units`` is the number of tokens. It has no parameters of its own and no bias (``core/reversible_embedding.py``,
    called with ``reverse=True``).
    """

    units: int

    def __post_init__(self) -> None:
        check_size("a TiedProjection needs at least 1 unit", self.units)


SequenceLayer = (
    Embedding | PositionEmbedding | LayerNormalization | MultiHeadAttention | Add | SimpleRNN | LSTM | TiedProjection
)

CALLED_WITH_MORE = MultiHeadAttention | Add | TiedProjection
"""Layers that Keras calls with more than one value, or more than once: its ``Sequential`` cannot hold them."""


def _recurrent(layer: SimpleRNN | LSTM) -> None:
    check_size("a recurrent layer needs at least 1 unit", layer.units)
    flag("return_sequences", layer.return_sequences)
    check_initializer(layer.kernel_initializer)
    check_initializer(layer.recurrent_initializer)
