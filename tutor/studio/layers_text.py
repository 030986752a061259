"""The hidden layers of a network as one short text, such as ``d4tanh-d2tanh``, and back.

The layers of a GPT have a text of their own, ``q27x16x4``: tokens, width, heads, and after these the blocks if there
are several. With all settings it would be two hundred characters.
"""

from __future__ import annotations

import re

from tutor.engine.layers import LayerSpec
from tutor.engine.sequence_layers import Embedding, MultiHeadAttention
from tutor.engine.validation import SpecError, written
from tutor.studio.affordable import MOST_LAYERS
from tutor.studio.layer_text import layer_of, layer_text, whole_of
from tutor.training.gpt import Gpt, gpt

_GPT = "q"
_LAYERS_OF_NO_BLOCK = 3
"""The two tables and the last normalization."""
_LAYERS_OF_A_BLOCK = 7
_GROUP = re.compile(r"q([0-9]{1,9})x([0-9]{1,9})x([0-9]{1,9})(?:x([0-9]{1,9}))?")


def layers_text(layers: tuple[LayerSpec, ...]) -> str:
    """The hidden layers as text."""
    return _gpt_text(layers) or "-".join(map(layer_text, layers))


def layers_of(text: str) -> tuple[LayerSpec, ...]:
    """The hidden layers that a text says. Raises ``SpecError``."""
    if text.startswith(_GPT):
        return _gpt_of(text)
    # A layer begins with a letter: the minus of a number such as 1e-5 separates nothing.
    parts = re.split("-(?=[a-z])", text) if text else []
    _require_few(len(parts))
    return tuple(map(layer_of, parts))


def _gpt_text(layers: tuple[LayerSpec, ...]) -> str:
    """The text of the layers if they are those of a GPT, else nothing."""
    first = layers[0] if layers else None
    heads = next((layer.num_heads for layer in layers if isinstance(layer, MultiHeadAttention)), 0)
    if not isinstance(first, Embedding) or not heads or first.output_dim % heads:
        return ""
    blocks = (len(layers) - _LAYERS_OF_NO_BLOCK) // _LAYERS_OF_A_BLOCK
    if blocks < 1 or layers != _hidden(first.input_dim, Gpt(first.output_dim, heads, blocks)):
        return ""
    return f"{_GPT}{first.input_dim}x{first.output_dim}x{heads}" + (f"x{blocks}" if blocks > 1 else "")


def _gpt_of(text: str) -> tuple[LayerSpec, ...]:
    found = _GROUP.fullmatch(text)
    if found is None:
        raise SpecError(f"{written(text)} is no GPT, such as q27x16x4: its tokens, its width, its heads")
    tokens, width, heads, blocks = (whole_of(part or "1") for part in found.groups())
    if not heads or not blocks or width % heads:
        raise SpecError(f"{written(text)} is no GPT: its heads share its width equally, and it has at least one block")
    _require_few(_LAYERS_OF_NO_BLOCK + blocks * _LAYERS_OF_A_BLOCK)
    return _hidden(tokens, Gpt(width, heads, blocks))


def _hidden(tokens: int, shape: Gpt) -> tuple[LayerSpec, ...]:
    # How many places it sees is no setting of a layer.
    return gpt("", shape, tokens, 1).layers[:-1]


def _require_few(layers: int) -> None:
    if layers > MOST_LAYERS:
        raise SpecError(f"the studio takes up to {MOST_LAYERS} hidden layers; it has {layers:,}")
