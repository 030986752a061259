"""The specification of a network: a frozen description from which both engines build.

Layers are in ``layers``, optimizers in ``optimizer_specs``, schedules in ``schedules``; names, defaults and meanings
are Keras 3's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from tutor.engine.connections import check_connection
from tutor.engine.initializers import initializer_from_plain, initializer_to_plain
from tutor.engine.layers import (
    KIND_OF_LAYER,
    LAYER_KINDS,
    Activation,
    Conv2D,
    Dense,
    Dropout,
    LayerSpec,
    check_shape,
)
from tutor.engine.operations.contract import Shape, ShapeError
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import SGD, OptimizerSpec, optimizer_from_dict, optimizer_to_dict
from tutor.engine.validation import LARGEST_WHOLE_NUMBER, SpecError, flag, is_whole, made_of, one_of, require, written

__all__ = ["SGD", "Dense", "Dropout", "NetworkSpec", "ShapeError", "SpecError", "spec_from_dict", "spec_to_dict"]

LOSSES = (
    "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error",
)  # fmt: skip
DTYPES = ("float32", "float64")
MOST_NUMBERS = 10_000_000
"""For one row in one layer: 40 MB or more, before anything else is computed."""
MOST_LAYERS = 1_000
LONGEST_NAME = 200
_INITIALIZER = "initializer"


@dataclass(frozen=True)
class NetworkSpec:
    """A network, its loss, its optimizer and the seed of all its randomness.

    ``input_shape`` excludes the batch: (25,) for a 5×5 drawing, (28, 28, 1) for a grey picture. ``from_logits`` means
    that the network ends in logits and the loss applies softmax or sigmoid itself. ``dtype`` is the type of every
    parameter and intermediate value.

    Raises ``SpecError``, and ``ShapeError`` if the shapes of two layers do not match.
    """

    name: str
    input_shape: Shape
    layers: tuple[LayerSpec, ...]
    loss: str = "categorical_crossentropy"
    optimizer: OptimizerSpec = field(default_factory=SGD)
    seed: int = 0
    dtype: str = "float32"
    from_logits: bool = False

    def __post_init__(self) -> None:
        one_of("loss", self.loss, LOSSES)
        one_of("dtype", self.dtype, DTYPES)
        require(
            isinstance(self.name, str) and len(self.name) <= LONGEST_NAME,
            f"a network's name is a text of at most {LONGEST_NAME} characters; got {written(self.name)}",
        )
        require(
            is_whole(self.seed, 0),
            f"a seed is a whole number from 0 to {LARGEST_WHOLE_NUMBER:,}; got {written(self.seed)}",
        )
        flag("from_logits", self.from_logits)
        require(bool(self.layers), "a network needs at least one layer")
        require(
            len(self.layers) <= MOST_LAYERS, f"a network has at most {MOST_LAYERS:,} layers; got {len(self.layers):,}"
        )
        check_shape("an input shape", self.input_shape)
        require(
            len(self.shapes[-1]) == 1 or self.ends_in_places,
            f"a network ends in rows of numbers, but this one in {self.shapes[-1]}: put a Flatten layer before its end",
        )
        largest = max(math.prod(shape) for shape in self.shapes)
        require(
            largest <= MOST_NUMBERS,
            f"a row has {largest:,} numbers in one of its layers; at most {MOST_NUMBERS:,} can be computed",
        )
        require(
            not self.from_logits or self.last_activation == "linear",
            f"from_logits says that the network ends in logits, but its end is {self.last_activation}",
        )

    @property
    def named_layers(self) -> tuple[tuple[str, LayerSpec], ...]:
        """Each layer's name as Keras would choose it (dense, dropout, dense_1, …), and the layer."""
        seen: dict[str, int] = {}
        named = []
        for layer in self.layers:
            kind = KIND_OF_LAYER[type(layer)]
            number = seen.get(kind, 0)
            seen[kind] = number + 1
            named.append((f"{kind}_{number}" if number else kind, layer))
        return tuple(named)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of the input, then of each layer's output, without the batch. Raises ``ShapeError``."""
        shapes: list[Shape] = [self.input_shape]
        for place, (name, layer) in enumerate(self.named_layers):
            try:
                check_connection(self.layers, place, shapes)
                shapes.append(operation_of(layer).output_shape(layer, shapes[-1]))
            except ShapeError as error:
                raise ShapeError(f"layer {name}: {error}") from error
        return tuple(shapes)

    @property
    def output_size(self) -> int:
        """How many numbers the last layer outputs, at each place if it ends in places."""
        return self.shapes[-1][-1]

    @property
    def ends_in_places(self) -> bool:
        """Whether it answers at each place of a sequence: it ends in (time, classes), with class numbers (time,)."""
        return len(self.shapes[-1]) == 2 and self.loss == "sparse_categorical_crossentropy"

    @property
    def last_activation(self) -> str:
        """The activation at the end of the network."""
        last = self.layers[-1]
        return last.activation if isinstance(last, Dense | Conv2D | Activation) else "linear"


def spec_to_dict(spec: NetworkSpec) -> dict[str, Any]:
    """The specification as plain values, for JSON and TOML; ``spec_from_dict`` reads it back."""
    plain = {f.name: getattr(spec, f.name) for f in fields(NetworkSpec)}
    plain["input_shape"] = list(spec.input_shape)
    plain["layers"] = [_layer_to_dict(layer) for layer in spec.layers]
    plain["optimizer"] = optimizer_to_dict(spec.optimizer)
    return plain


def spec_from_dict(plain: Mapping[str, Any]) -> NetworkSpec:
    """Build a specification from plain values.

    Raises ``SpecError`` with a sentence about anything missing, unknown or of the wrong type.
    """
    try:
        values = {f.name: plain[f.name] for f in fields(NetworkSpec) if f.name in plain}
        values["layers"] = tuple(_layer_from_dict(entry) for entry in values["layers"])
        values["input_shape"] = tuple(int(size) for size in values["input_shape"])
        if "optimizer" in values:
            values["optimizer"] = optimizer_from_dict(values["optimizer"])
        return NetworkSpec(**values)
    except (SpecError, ShapeError):
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise SpecError(f"not a network specification: {error!r}") from error


def _layer_to_dict(layer: LayerSpec) -> dict[str, Any]:
    settings = {f.name: getattr(layer, f.name) for f in fields(layer)}
    for name in [name for name in settings if name.endswith(_INITIALIZER)]:
        settings[name] = initializer_to_plain(settings[name])
    return {"kind": KIND_OF_LAYER[type(layer)], **settings}


def _layer_from_dict(entry: Mapping[str, Any]) -> LayerSpec:
    settings: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    for name in [name for name in settings if name.endswith(_INITIALIZER)]:
        settings[name] = initializer_from_plain(settings[name])
    return made_of("layer", LAYER_KINDS, settings)
