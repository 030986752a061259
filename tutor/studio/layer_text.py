"""Layers and optimizers as short text, such as ``d8tanh`` and ``sgd0.03,momentum=0.9``, and back.

A kind has a letter, then its sizes, then for some an activation; every other setting follows as ``,name=value`` where
it differs from its default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from tutor.engine.initializers import Constant, Initializer, TruncatedNormal
from tutor.engine.layers import (
    ACTIVATIONS,
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LayerSpec,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
)
from tutor.engine.optimizer_specs import OPTIMIZERS, OptimizerSpec
from tutor.engine.schedules import (
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    Schedule,
)
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
from tutor.engine.validation import SpecError, is_number, one_of, written

LONGEST = 2000
"""Characters of a text with layers."""


@dataclass(frozen=True)
class Shorthand:
    """The letter of a kind, the settings that follow it without a name, and whether an activation comes last."""

    letter: str
    sizes: tuple[str, ...] = ()
    activation: bool = False


_LAYERS: Mapping[type[LayerSpec], Shorthand] = {
    Dense: Shorthand("d", ("units",), True),
    Conv2D: Shorthand("c", ("filters", "kernel_size"), True),
    MaxPooling2D: Shorthand("m", ("pool_size",)),
    AveragePooling2D: Shorthand("a", ("pool_size",)),
    GlobalAveragePooling2D: Shorthand("g"),
    Flatten: Shorthand("f"),
    Reshape: Shorthand("r", ("target_shape",)),
    Dropout: Shorthand("o", ("rate",)),
    BatchNormalization: Shorthand("n"),
    Activation: Shorthand("t", (), True),
    LeakyReLU: Shorthand("l", ("negative_slope",)),
    Embedding: Shorthand("e", ("input_dim", "output_dim")),
    PositionEmbedding: Shorthand("p"),
    LayerNormalization: Shorthand("y"),
    MultiHeadAttention: Shorthand("h", ("num_heads", "key_dim")),
    Add: Shorthand("s", ("over",)),
    SimpleRNN: Shorthand("i", ("units",)),
    LSTM: Shorthand("k", ("units",)),
    TiedProjection: Shorthand("u", ("units",)),
}
_SCHEDULES: Mapping[str, type[Schedule]] = {
    "exp": ExponentialDecay, "inverse": InverseTimeDecay, "steps": PiecewiseConstantDecay, "cosine": CosineDecay,
}  # fmt: skip
_SHORT = {"kernel_initializer": "init", "embeddings_initializer": "init"}
"""Names of settings that are written shorter."""
_WORD_AT_END = re.compile(r"[a-z_]{2,}$")
_INITIALIZERS: Mapping[str, type[Constant | TruncatedNormal]] = {"const": Constant, "tn": TruncatedNormal}
"""Initializers with a number: ``init=tn0.08``."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")


def layer_text(layer: LayerSpec) -> str:
    """A layer as text."""
    short = _LAYERS[type(layer)]
    text = short.letter + "x".join(_value_text(getattr(layer, name)) for name in short.sizes)
    named = set(short.sizes)
    if short.activation:
        activation = layer.activation if isinstance(layer, Dense | Conv2D | Activation) else ""
        text += activation if activation != "linear" or isinstance(layer, Activation) else ""
        named.add("activation")
    return text + _others(layer, named)


def layer_of(text: str) -> LayerSpec:
    """The layer that a text says. Raises ``SpecError``."""
    first, *named = text.split(",")
    kind, short = next(((k, s) for k, s in _LAYERS.items() if first[:1] == s.letter), (None, None))
    if kind is None or short is None:
        letters = ", ".join(f"{s.letter} {k.__name__}" for k, s in _LAYERS.items())
        raise SpecError(f"{written(text)} is no layer; a layer begins with one of {letters}")
    given = first[1:]
    settings: dict[str, Any] = {}
    if short.activation:
        # Of elu and relu, the longer one.
        activation = max((name for name in ACTIVATIONS if given.endswith(name)), key=len, default="")
        given = given.removesuffix(activation)
        settings["activation"] = activation or "linear"
        if not activation and (unknown := _WORD_AT_END.search(given)):
            one_of("activation", unknown[0], ACTIVATIONS)
    settings |= _sizes(kind, short, given, text)
    return _built(kind, settings | _named(kind, named, text), text)


def optimizer_text(optimizer: OptimizerSpec) -> str:
    """An optimizer as text."""
    name = next(name for name, kind in OPTIMIZERS.items() if type(optimizer) is kind)
    return f"{name}{_value_text(optimizer.learning_rate)}{_others(optimizer, {'learning_rate'})}"


def optimizer_of(text: str) -> OptimizerSpec:
    """The optimizer that a text says. Raises ``SpecError``."""
    first, *named = text.split(",")
    name = max((name for name in OPTIMIZERS if first.startswith(name)), key=len, default="")
    if not name:
        raise SpecError(f"{written(text)} is no optimizer; one begins with {', '.join(OPTIMIZERS)}")
    kind = OPTIMIZERS[name]
    rate = _rate(first.removeprefix(name), text)
    return _built(kind, {"learning_rate": rate} | _named(kind, named, text), text)


def number_text(number: float) -> str:
    """A number in as few characters as bring it back exactly."""
    return repr(float(number)).removesuffix(".0").replace("e-0", "e-").replace("e+", "e")


def number_of(text: str) -> float:
    """The number that a text says. Raises ``SpecError``."""
    if not _NUMBER.fullmatch(text) or len(text) > 30:
        raise SpecError(f"{written(text)} is no number")
    number = float(text)
    if not is_number(number):
        raise SpecError(f"{text} is too large a number")
    return number


def whole_of(text: str) -> int:
    """The whole number that a text says. Raises ``SpecError``."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise SpecError(f"{written(text)} is no whole number")
    return int(text)


def _others(what: object, named: set[str]) -> str:
    """The settings that differ from their defaults."""
    text = ""
    for each in fields(what):  # type: ignore[arg-type]
        value = getattr(what, each.name)
        if each.name not in named and value != each.default:
            text += f",{_SHORT.get(each.name, each.name)}={_value_text(value)}"
    return text


def _value_text(value: object) -> str:
    match value:
        case bool():
            return "1" if value else "0"
        case None:
            return "none"
        case str():
            return value
        case int() | float():
            return number_text(value)
        case tuple():
            same = len(value) == 2 and value[0] == value[1]
            return number_text(value[0]) if same else "x".join(map(number_text, value))
        case Constant():
            return f"const{number_text(value.value)}"
        case TruncatedNormal():
            return f"tn{number_text(value.stddev)}"
    name = next((name for name, kind in _SCHEDULES.items() if type(value) is kind), None)
    if name is None:
        raise SpecError(f"{written(value)} cannot be written in a line; it takes a Python program")
    parts = [(each.default, getattr(value, each.name)) for each in fields(value)]  # type: ignore[arg-type]
    while parts and parts[-1][0] == parts[-1][1]:
        parts.pop()
    return ":".join([name, *(_part_text(part) for _, part in parts)])


def _part_text(value: object) -> str:
    if isinstance(value, tuple):
        return "+".join(map(number_text, value))
    return _value_text(value)


def _sizes(kind: type[Any], short: Shorthand, given: str, text: str) -> dict[str, Any]:
    if not short.sizes:
        if given:
            raise SpecError(f"{written(text)}: {written(given)} is not understood")
        return {}
    numbers = [number_of(part) for part in given.split("x")] if given else []
    if kind is Reshape:
        return {"target_shape": tuple(map(_whole, numbers))}
    if kind in (Dropout, LeakyReLU):
        return dict(zip(short.sizes, numbers, strict=False)) if len(numbers) == 1 else _too_many(text)
    whole = [_whole(number) for number in numbers]
    if kind in (Embedding, MultiHeadAttention, Add, SimpleRNN, LSTM, TiedProjection):
        return dict(zip(short.sizes, whole, strict=True)) if len(whole) == len(short.sizes) else _too_many(text)
    sizes: dict[str, Any] = {}
    if kind in (Dense, Conv2D):
        if not whole:
            raise SpecError(f"{written(text)} says no size: d8 is a Dense layer of 8 units, c8x3 has 8 filters of 3×3")
        sizes[short.sizes[0]] = whole.pop(0)
    if kind is not Dense and whole:
        sizes[short.sizes[-1]] = (whole[0], whole[-1]) if len(whole) <= 2 else _too_many(text)
        whole = []
    return sizes if not whole else _too_many(text)


def _whole(number: float) -> int:
    if number != int(number):
        raise SpecError(f"a size is a whole number; got {number:g}")
    return int(number)


def _too_many(text: str) -> dict[str, Any]:
    raise SpecError(f"{written(text)}: the numbers are not understood")


def _named(kind: type[Any], pairs: list[str], text: str) -> dict[str, Any]:
    """The settings after the commas."""
    known = {_SHORT.get(each.name, each.name): each for each in fields(kind)}
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if name not in known or not equals:
            raise SpecError(f"{written(text)}: {written(pair)} is not understood; there are {', '.join(known)}")
        of = known[name].name
        settings[of] = _initializer(value) if of.endswith("initializer") else _setting(known[name].default, value)
    return settings


def _initializer(text: str) -> Initializer:
    """An initializer by its name, or with its number."""
    found = re.fullmatch(r"(const|tn)(-?[0-9].*)", text)
    return text if found is None else _INITIALIZERS[found[1]](number_of(found[2]))


def _setting(default: object, text: str) -> object:
    """A setting's value, of the type of its default."""
    if text == "none":
        return None
    if isinstance(default, bool):
        return bool(whole_of(text))
    if isinstance(default, tuple) or (default is None and "x" in text):
        sizes = [whole_of(part) for part in text.split("x")]
        return (sizes[0], sizes[-1])
    if isinstance(default, str) or default is MISSING:
        return text
    number = number_of(text)
    return int(number) if default is not None and isinstance(default, int) else number


def _rate(text: str, whole: str) -> float | Schedule:
    name, *parts = text.split(":")
    if not parts:
        return number_of(text) if text else 0.01
    if name not in _SCHEDULES:
        raise SpecError(f"{written(whole)}: unknown schedule {written(name)}; there are {', '.join(_SCHEDULES)}")
    kind = _SCHEDULES[name]
    settings: dict[str, Any] = {}
    for each, part in zip(fields(kind), parts, strict=False):
        if kind is PiecewiseConstantDecay:
            settings[each.name] = tuple(number_of(number) for number in part.split("+"))
        else:
            settings[each.name] = _setting(each.default if each.default is not MISSING else 0.0, part)
    return _built(kind, settings, whole)


def _built(kind: type[Any], settings: dict[str, Any], text: str) -> Any:
    try:
        return kind(**settings)
    except TypeError:
        raise SpecError(f"{written(text)} says too little, or something that does not fit") from None
