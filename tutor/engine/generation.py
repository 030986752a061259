"""A network writes: one token after the other, with a memory of what each layer needs of those before.

Attention keeps the keys and values of all places (the key-value cache), a recurrent layer its state; nothing is
computed twice. ``network.forward`` of the whole sequence is the test oracle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from tutor.engine.attention import attention_scores, attention_weights, mixed_values
from tutor.engine.connections import sources
from tutor.engine.layers import Dropout, LayerSpec
from tutor.engine.operations.attended import ASKED
from tutor.engine.operations.contract import Array, Pass, ShapeError, Step
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import Parameters
from tutor.engine.recurrent import lstm, simple_rnn
from tutor.engine.sampling import drawn_token, next_probabilities
from tutor.engine.sequence_layers import LSTM, Add, MultiHeadAttention, PositionEmbedding, SimpleRNN
from tutor.engine.spec import NetworkSpec


@dataclass
class Memory:
    """What the tokens so far left behind: their number, and arrays by layer and part."""

    places: int = 0
    kept: dict[str, Array] = field(default_factory=dict)


def next_logits(spec: NetworkSpec, parameters: Parameters, token: int, memory: Memory) -> Array:
    """The network's output (tokens,) at the next place, which holds ``token``; ``memory`` is extended by it.

    Raises ``ShapeError`` if the network does not answer at each place, looks ahead, or has no place left.
    """
    _check(spec, memory)
    outputs = [np.full((1, 1), token, spec.dtype)]
    reads = sources(spec.layers)
    for place, (name, layer) in enumerate(spec.named_layers):
        around = outputs[reads[place]] if place in reads else None
        outputs.append(_next(layer, outputs[-1], around, Step(name, parameters, {}), memory))
    memory.places += 1
    logits: Array = outputs[-1][0, 0]
    return logits


def _check(spec: NetworkSpec, memory: Memory) -> None:
    if not spec.ends_in_places:
        raise ShapeError(f"{spec.name} does not answer at each place, so it cannot go on with a text")
    if memory.places >= spec.input_shape[0]:
        raise ShapeError(f"{spec.name} sees {spec.input_shape[0]} tokens, and all are there")
    for layer in spec.layers:
        if isinstance(layer, MultiHeadAttention) and not layer.use_causal_mask:
            raise ShapeError(f"{spec.name} looks at later places, so it cannot write: use_causal_mask is off")


def _next(layer: LayerSpec, x: Array, around: Array | None, step: Step, memory: Memory) -> Array:
    """The layer's output at one place, (1, 1, …)."""
    match layer:
        case Dropout():
            return x
        case Add():
            assert around is not None
            return x + around
        case PositionEmbedding():
            return x + step.own("embeddings")[memory.places]
        case MultiHeadAttention():
            return _attended(x, step, memory)
        case SimpleRNN() | LSTM():
            return _recurred(layer, x, step, memory)
    return operation_of(layer).forward(layer, x, step)


def _attended(x: Array, step: Step, memory: Memory) -> Array:
    values: Pass = {}
    for part, parameter in ASKED.items():
        kernel, bias = step.own(f"{parameter}_kernel"), step.parameter(f"{parameter}_bias")
        made = (x @ kernel.reshape(kernel.shape[0], -1)).reshape(1, 1, *kernel.shape[1:])
        values[part] = made if bias is None else made + bias
    for part in ("k", "v"):
        name = f"{step.name}.{part}"
        earlier = memory.kept.get(name, values[part][:, :0])
        memory.kept[name] = values[part] = np.concatenate([earlier, values[part]], axis=1)
    weights = attention_weights(attention_scores(values["q"], values["k"]), causal=False)
    mixed = mixed_values(weights, values["v"])
    kernel, bias = step.own("output_kernel"), step.parameter("output_bias")
    out = mixed.reshape(1, 1, -1) @ kernel.reshape(-1, kernel.shape[-1])
    return out if bias is None else out + bias


def _recurred(layer: SimpleRNN | LSTM, x: Array, step: Step, memory: Memory) -> Array:
    recurrent = step.own("recurrent_kernel")
    h = memory.kept.get(f"{step.name}.h", np.zeros((1, layer.units), x.dtype))
    # The state before enters the sum as the bias does.
    before = step.own("bias") + (h @ recurrent)[0]
    if isinstance(layer, SimpleRNN):
        made = simple_rnn(x, step.own("kernel"), recurrent, before)
        memory.kept[f"{step.name}.h"] = made["h"][:, 0]
        return made["h"]
    made = lstm(x, step.own("kernel"), recurrent, before)
    c = memory.kept.get(f"{step.name}.c", np.zeros((1, layer.units), x.dtype))
    cell = made["f"][:, 0] * c + made["i"][:, 0] * made["g"][:, 0]
    state: Array = made["o"][:, 0] * np.tanh(cell)
    memory.kept[f"{step.name}.c"], memory.kept[f"{step.name}.h"] = cell, state
    return state[:, None]


def written(
    spec: NetworkSpec,
    parameters: Parameters,
    begin: Sequence[int],
    numbers: Sequence[float] | Array,
    end: int | None = None,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> Iterator[int]:
    """The tokens that the network writes after ``begin``, each drawn with one of the ``numbers`` from 0 to below 1.

    It stops before the token ``end``, after the last of the numbers, or when the network's places are full.
    """
    memory = Memory()
    for token in begin[:-1]:
        next_logits(spec, parameters, token, memory)
    token = begin[-1]
    for u in numbers:
        if memory.places >= spec.input_shape[0]:
            return
        logits = next_logits(spec, parameters, token, memory)
        token = drawn_token(next_probabilities(logits, temperature, top_k, top_p), float(u))
        if token == end:
            return
        yield token
