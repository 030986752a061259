"""A model of a line of layers, by its input and its output (``keras/src/models/functional.py``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tutor.practice.runner.recorded_keras.fitting import Shape
from tutor.practice.runner.recorded_keras.inputs import InputLayer
from tutor.practice.runner.recorded_keras.layer import KerasTensor, Layer
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras, entry, own_class
from tutor.practice.runner.recorded_keras.summary import summary_lines
from tutor.practice.runner.recorded_keras.trainer import Trainer


class Model(Trainer, Layer):
    """keras.Model with its inputs and outputs."""

    kind = "Functional"
    module = "keras.src.models.functional"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ends = dict(zip(("inputs", "outputs", "name"), args, strict=False))
        own = {name: kwargs.pop(name) for name in ("inputs", "outputs") if name in kwargs} | ends
        name = own.pop("name", kwargs.pop("name", None))
        if len(args) == 1 or len(args) > 3:
            raise TypeError(f"Layer.__init__() takes 1 positional argument but {len(args) + 1} were given")
        super().__init__(name=name, **kwargs)
        self._line: list[Layer] = []
        self._ends: tuple[Any, Any] | None = None
        if own:
            self._ends = (_only(own.get("inputs"), "inputs"), _only(own.get("outputs"), "outputs"))
            self._line = _line(*self._ends)

    @property
    def name(self) -> str:
        """Its own name, or its kind."""
        return str(self.own_name) if self.own_name is not None else "functional"

    @property
    def layers(self) -> list[Layer]:
        """Its layers."""
        return list(self._line)

    @property
    def built(self) -> bool:
        """Whether the shape of its input is known."""
        return self._ends is not None

    @property
    def input_shape(self) -> Shape:
        """The shape of its input, with the batch."""
        self._need_built("input_shape")
        return self._line[0].input_shape

    @property
    def output_shape(self) -> Shape:
        """The shape of its output, with the batch."""
        self._need_built("output_shape")
        return self._line[-1].output_shape

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of this name or index. Raises ``ValueError``."""
        if index is not None and index < len(self.layers):
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(f"No such layer: {name if index is None else index}. Existing layers are: "
                         f"{[layer.name for layer in self.layers]}.")  # fmt: skip

    def summary(self, *_: Any, print_fn: Any = None, **__: Any) -> None:
        """Print the layers and their parameters."""
        for line in summary_lines(self.name, self.layers):
            (print_fn or print)(line)

    def count(self, trained: bool) -> int:
        """How many of its numbers are trained, or are not."""
        self._need_built("count_params")
        return sum(layer.count(trained and self.trainable) for layer in self._line if layer.count(trained))

    def get_config(self) -> dict[str, Any]:
        """Its layers in a line, each with the one before it."""
        found, before = [], None
        for layer in behind_activations(self._line):
            history = {"class_name": "__keras_tensor__", "config": {"keras_history": [before, 0, 0]}}
            nodes: list[dict[str, Any]] = [] if before is None else [{"args": [history], "kwargs": {}}]
            before = layer["config"]["name"]
            found.append({**layer, "name": before, "inbound_nodes": nodes})
        ends = {"input_layers": [found[0]["name"], 0, 0], "output_layers": [before, 0, 0]} if found else {}
        return {"name": self.name, "trainable": self.trainable, "layers": found, **ends}

    def plain(self) -> dict[str, Any]:
        """The model in the form of Keras's JSON, and each fit."""
        if not own_class(self) or not (self.layers or self.kind == "Sequential"):
            raise NotInThisKeras(
                "a model of a class of your own has its network in code: write keras.Sequential([…]) or "
                "keras.Model(inputs, outputs)"
            )
        described = entry(self.kind, self.module, self.get_config())
        return {**described, "compile_config": self.compile_config(), "fits": list(self._fits)}

    def to_json(self, **kwargs: Any) -> str:
        """The model as JSON."""
        return json.dumps(self.plain(), **kwargs)

    def ends(self, _shape: tuple[int, ...]) -> tuple[Shape, Shape]:
        """The shapes of its input and its output, without the batch."""
        return self.input_shape[1:], self.output_shape[1:]

    def __call__(self, inputs: Any, training: Any = None, mask: Any = None) -> KerasTensor:
        """A model within another is not known here."""
        raise NotInThisKeras("a model that is called, or put into another one, is not known here: return the model")

    def _need_built(self, what: str) -> None:
        if not self.built:
            raise ValueError(
                f"You tried to call `{what}` on layer '{self.name}', but the layer isn't built. You can build it "
                "manually via: `layer.build(input_shape)`."
            )


def behind_activations(line: Sequence[Layer]) -> list[dict[str, Any]]:
    """The layers as plain values; a layer that is given as an activation stands behind its layer, as it works."""
    found: list[dict[str, Any]] = []
    for layer in line:
        own = getattr(layer, "activation", None)
        plain = layer.plain()
        found.append(plain)
        if isinstance(own, Layer):
            name = f"{layer.name}_{own.name}"
            behind = own.plain()
            plain["config"]["activation"] = "linear"
            found.append({**behind, "config": {**behind["config"], "name": name}})
    return found


def _only(end: Any, name: str) -> KerasTensor:
    """The tensor, alone or in a list."""
    if isinstance(end, list | tuple) and len(end) == 1:
        (end,) = end
    if isinstance(end, list | tuple | dict):
        raise NotInThisKeras(f"a model with several {name} is not known here: it is a line of layers")
    if not isinstance(end, KerasTensor):
        raise ValueError(f"All `{name}` values must be KerasTensors. Received: {name}={end}")
    return end


def _line(first: KerasTensor, last: KerasTensor) -> list[Layer]:
    """The layers from the one to the other. Raises ``ValueError`` if no way leads there."""
    line: list[Layer] = []
    at: KerasTensor | None = last
    while at is not None and at is not first:
        line.append(at.layer)
        at = at.before
    if at is None:
        raise ValueError("Output with path `` is not connected to `inputs`")
    if not isinstance(first.layer, InputLayer):
        raise NotInThisKeras("a model that begins in the middle of another is not known here: begin with keras.Input")
    return [first.layer, *reversed(line)]
