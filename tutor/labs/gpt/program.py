"""The same network in Keras: its layers called one after the other, as its diagram says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.gpt.network import ATTENTION, POSITIONS
from tutor.training.gpt import EPSILON, MLP_FACTOR, Gpt
from tutor.training.keras_program import KerasProgram
from tutor.training.models import NAME_PLACES

_NAMES = {
    "embedding.embeddings": "E",
    f"{POSITIONS}.embeddings": "P",
    **{
        f"layer_normalization{suffix}.{part}": f"{letter}{number}"
        for number, suffix in enumerate(("", "_1", "_2"), 1)
        for part, letter in (("gamma", "g"), ("beta", "b"))
    },
    **{f"{ATTENTION}.{part}_kernel": f"W{part[0]}" for part in ("query", "key", "value", "output")},
    "dense.kernel": "U",
    "dense_1.kernel": "D",
    "dense_2.kernel": "O",
}
"""The variables in which the program finds our weights."""


def gpt_program(spec: NetworkSpec, form: Gpt, parameters: Parameters, name: str) -> KerasProgram:
    """Gives the loss of the name."""
    tokens = [0, *NAMES.encode(name).tolist(), 0]
    weights = {_NAMES[key]: values for key, values in parameters.items()}
    given = {"x": np.array([tokens[:-1]]), "y": np.array(tokens[1:]), **weights}
    lines = [*_layers(form, spec.dtype), *_pass(form), *_weights(form)]
    return KerasProgram("\n".join(lines) + "\n", {"name_loss": "loss"}, given)


def _layers(form: Gpt, dtype: str) -> Iterator[str]:
    width = form.width
    yield "import keras"
    yield "from keras import ops"
    yield "from keras.layers import ("
    yield "    Dense, Embedding,"
    yield "    LayerNormalization,"
    yield "    MultiHeadAttention)"
    yield "from keras.losses import ("
    yield "    SparseCategoricalCrossentropy)"
    yield f'keras.config.set_floatx("{dtype}")'
    yield f"letter = Embedding({len(NAMES)}, {width})"
    if form.positions:
        yield f"position = Embedding({NAME_PLACES}, {width})"
    if form.normalized:
        yield "n1, n2, n3 = (LayerNormalization("
        yield f"    epsilon={EPSILON}) for _ in range(3))"
    yield "attention = MultiHeadAttention("
    yield f"    {form.heads}, {form.head_width}, use_bias=False)"
    yield f'up = Dense({MLP_FACTOR * width}, "relu", use_bias=False)'
    yield f"down = Dense({width}, use_bias=False)"
    yield f"out = Dense({len(NAMES)}, use_bias=False)"


def _pass(form: Gpt) -> Iterator[str]:
    around = "h + " if form.residuals else ""
    yield "def logits(x):"
    yield "    h = letter(x)"
    if form.positions:
        yield "    places = ops.arange(x.shape[1])"
        yield "    h = h + position(places)"
    yield f"    a = {'n1(h)' if form.normalized else 'h'}"
    yield f"    h = {around}attention(a, a,"
    yield "        use_causal_mask=True)"
    yield f"    h = {around}down(up({'n2(h)' if form.normalized else 'h'}))"
    yield f"    return out({'n3(h)' if form.normalized else 'h'})"


def _weights(form: Gpt) -> Iterator[str]:
    yield "logits(x)  # Keras makes its weights here"
    yield "letter.set_weights([E])"
    if form.positions:
        yield "position.set_weights([P])"
    if form.normalized:
        yield from (f"n{n}.set_weights([g{n}, b{n}])" for n in (1, 2, 3))
    yield "attention.set_weights([Wq, Wk, Wv, Wo])"
    yield "up.set_weights([U])"
    yield "down.set_weights([D])"
    yield "out.set_weights([O])"
    yield "cost = SparseCategoricalCrossentropy("
    yield "    from_logits=True)"
    yield "loss = cost(y, logits(x)[0])"
