"""A layer, and what goes from one layer to the next (``keras/src/layers/layer.py``)."""

from __future__ import annotations

import math
from typing import Any

from tutor.practice.runner.recorded_keras.chosen import regularizer_of
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras, Recorded, snake_case

Shape = tuple[int | None, ...]
"""The sizes, without the batch; None where one is open."""

_NUMBERS = frozenset({
    "weights", "trainable_weights", "non_trainable_weights", "variables", "trainable_variables", "kernel", "bias",
    "get_weights", "set_weights",
})  # fmt: skip


class KerasTensor:
    """What a layer gives: its shape with the batch, the layer, and what that was given."""

    def __init__(self, shape: Shape, layer: Layer, before: KerasTensor | None = None) -> None:
        self.shape, self.layer, self.before, self.dtype = shape, layer, before, "float32"

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}>"


class Layer(Recorded):
    """What all layers have: a name, whether they are trained, the input that they were built for."""

    module = "keras.layers"
    axes = 1
    """The least axes of an input, with the batch; ``exactly`` says that it may have no more."""
    exactly = False

    def __init__(
        self, *, activity_regularizer: Any = None, trainable: Any = True, dtype: Any = None, autocast: Any = True,
        name: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        wide = kwargs.pop("input_dim", None)
        given = kwargs.pop("input_shape", None)
        self.given_shape = (wide,) if wide is not None else given
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}")
        if not isinstance(trainable, bool):
            raise ValueError(
                f"Expected `trainable` to be a boolean. Received: trainable={trainable} (of type {type(trainable)})"
            )
        self.own_name, self.number = name, 0
        self.trainable = trainable
        self.built_for: Shape | None = None
        self.record(activity_regularizer=regularizer_of(activity_regularizer), dtype=dtype)

    @property
    def name(self) -> str:
        """Its own name, or its kind with a number."""
        if self.own_name is not None:
            return str(self.own_name)
        kind = snake_case(type(self).__name__)
        return f"{kind}_{self.number}" if self.number else kind

    @property
    def built(self) -> bool:
        """Whether its input is known."""
        return self.built_for is not None

    @property
    def output_shape(self) -> Shape:
        """The shape of what it gives, with the batch."""
        return (None, *self.output_of(self._built()))

    @property
    def input_shape(self) -> Shape:
        """The shape of what it gets, with the batch."""
        return (None, *self._built())

    def get_config(self) -> dict[str, Any]:
        """Its settings and its name."""
        frozen = {} if self.trainable else {"trainable": False}
        return {"name": self.name, **frozen, **super().get_config()}

    def output_of(self, shape: Shape) -> Shape:
        """The shape of what it gives for an input of ``shape``. Raises ``ValueError``."""
        return shape

    def weights_of(self, _shape: Shape) -> list[tuple[Shape, bool]]:
        """The shape of each of its arrays, and whether it is trained."""
        return []

    def build(self, shape: Any) -> None:
        """Take ``shape``, with the batch, as that of its input. Raises ``ValueError`` where it does not fit."""
        found = len(shape)
        if found < self.axes or (self.exactly and found != self.axes):
            expected = f"{'' if self.exactly else 'min_'}ndim={self.axes}, found ndim={found}"
            raise ValueError(
                f"Input 0 of layer '{self.name}' is incompatible with the layer: expected {expected}. "
                f"Full shape received: {tuple(shape)}"
            )
        self.built_for = tuple(shape[1:])
        for weight, _ in self.weights_of(self.built_for):
            if None in weight:
                raise ValueError(
                    "Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
                    f"Received: shape={weight} for a variable of '{self.name}'"
                )

    def count(self, trained: bool) -> int:
        """How many of its numbers are trained, or are not."""
        weights = self.weights_of(self._built())
        return sum(size_of(shape) for shape, each in weights if (each and self.trainable) == trained)

    def count_params(self) -> int:
        """How many numbers it has. Raises ``ValueError`` before it is built."""
        return self.count(trained=True) + self.count(trained=False)

    def __call__(self, inputs: Any, training: Any = None, mask: Any = None) -> KerasTensor:
        """Put it behind what gave ``inputs``."""
        if not isinstance(inputs, KerasTensor):
            kind = type(inputs).__name__
            raise NotInThisKeras(f"a layer is called with a {kind}: here only keras.Input or what another layer gives")
        if self.built:
            raise NotInThisKeras(f"the layer '{self.name}' is used twice: here each layer stands in one place")
        self.number = taken(inputs, self)
        self.build(inputs.shape)
        return KerasTensor(self.output_shape, self, inputs)

    def __getattr__(self, name: str) -> Any:
        """Sentences for what Keras has and what is not here."""
        if name in _NUMBERS:
            raise NotInThisKeras(f"{name} needs numbers, and this Keras only writes down what it is given")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _built(self) -> Shape:
        if self.built_for is None:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't built. You can build "
                "it manually via: `layer.build(input_shape)`."
            )
        return self.built_for

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def size_of(shape: Shape) -> int:
    """How many numbers a shape without open sizes has."""
    return math.prod(0 if size is None else size for size in shape)


def taken(before: KerasTensor | None, layer: Layer) -> int:
    """How many layers of the same kind without a name of their own come before."""
    number = 0
    while before is not None:
        number += type(before.layer) is type(layer) and before.layer.own_name is None
        before = before.before
    return number
