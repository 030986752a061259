"""A GPT: an embedding with positions, blocks of attention and a small MLP, and the way to the next token.

The form is GPT-2's (Radford and others, 2019): normalization before each part, a residual connection around it, and a
last normalization. Sizes and initial weights are those of Karpathy's microgpt: width 16, 4 heads, 16 places, one block,
no biases, weights drawn with a standard deviation of 0.08.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.engine.initializers import TruncatedNormal
from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.optimizer_specs import Adam
from tutor.engine.sequence_layers import Add, Embedding, LayerNormalization, MultiHeadAttention, PositionEmbedding
from tutor.engine.spec import NetworkSpec

DEVIATION = TruncatedNormal(0.08)
EPSILON = 1e-5
MLP_FACTOR = 4


@dataclass(frozen=True)
class Gpt:
    """Sizes and parts: the ``width`` of a letter's vector, the ``heads``, the ``blocks``, and what is there."""

    width: int = 16
    heads: int = 4
    blocks: int = 1
    positions: bool = True
    residuals: bool = True
    normalized: bool = True

    @property
    def head_width(self) -> int:
        """The numbers of a query, a key or a value of one head."""
        return self.width // self.heads


def block(shape: Gpt) -> tuple[LayerSpec, ...]:
    """One block: what the places tell each other, then what each place makes of it."""
    attention = MultiHeadAttention(
        shape.heads, shape.head_width, use_bias=False, use_causal_mask=True, kernel_initializer=DEVIATION
    )
    mlp = (
        Dense(MLP_FACTOR * shape.width, "relu", DEVIATION, use_bias=False),
        Dense(shape.width, "linear", DEVIATION, use_bias=False),
    )
    return (*_part(shape, attention), *_part(shape, *mlp))


def _part(shape: Gpt, *layers: LayerSpec) -> tuple[LayerSpec, ...]:
    inside = (LayerNormalization(EPSILON), *layers) if shape.normalized else layers
    return (*inside, Add(len(inside))) if shape.residuals else inside


def gpt(
    name: str, shape: Gpt, tokens: int, places: int, learning_rate: float = 0.01, seed: int = 0, dtype: str = "float32"
) -> NetworkSpec:
    """Token numbers (places,) to logits (places, tokens) of the next token; Adam on the cross-entropy."""
    layers = (
        Embedding(tokens, shape.width, DEVIATION),
        *((PositionEmbedding(DEVIATION),) if shape.positions else ()),
        *(layer for _ in range(shape.blocks) for layer in block(shape)),
        *((LayerNormalization(EPSILON),) if shape.normalized else ()),
        Dense(tokens, "linear", DEVIATION, use_bias=False),
    )
    return NetworkSpec(
        name, (places,), layers, "sparse_categorical_crossentropy", Adam(learning_rate), seed, dtype, from_logits=True
    )
