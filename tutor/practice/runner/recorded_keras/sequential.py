"""Sequential: layers one behind the other (``keras/src/models/sequential.py``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.fitting import Shape
from tutor.practice.runner.recorded_keras.inputs import InputLayer, standard_shape
from tutor.practice.runner.recorded_keras.layer import KerasTensor, Layer
from tutor.practice.runner.recorded_keras.model import Model, behind_activations
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras


class Sequential(Model):
    """keras.Sequential."""

    kind = "Sequential"
    module = "keras"

    def __init__(self, layers: Any = None, trainable: Any = True, name: Any = None) -> None:
        super().__init__(trainable=trainable, name=name)
        self._built_with: Shape | None = None
        for layer in layers or ():
            self._append(layer)
        self._rebuild()

    @property
    def name(self) -> str:
        """Its own name, or its kind."""
        return str(self.own_name) if self.own_name is not None else "sequential"

    @property
    def layers(self) -> list[Layer]:
        """Its layers, without the input."""
        return [layer for layer in self._line if not isinstance(layer, InputLayer)]

    @property
    def built(self) -> bool:
        """Whether the shape of its input is known."""
        return self._built_with is not None

    def add(self, layer: Any, rebuild: Any = True) -> None:
        """Put a layer behind the others. Raises ``ValueError``."""
        shape = self.output_shape if self.built else None
        self._append(layer)
        if shape is not None:
            self._line[-1].build(shape)
        elif rebuild:
            self._rebuild()

    def pop(self, rebuild: Any = True) -> Layer:
        """Take the last layer away."""
        layer = self._line.pop()
        layer.built_for = None
        if rebuild:
            self._rebuild()
        return layer

    def build(self, input_shape: Any = None) -> None:
        """Take this as the shape of the input, with the batch. Raises ``ValueError`` where a layer does not fit."""
        if input_shape is None:
            return
        if not self.layers:
            raise ValueError(
                f"Sequential model {self.name} cannot be built because it has no layers. Call `model.add(layer)`."
            )
        whole = standard_shape(input_shape)
        first = self._line[0]
        if isinstance(first, InputLayer) and first.get_config()["batch_shape"] != list(whole):
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{(None, *first.output_shape[1:])}. You cannot build it with input_shape {whole}"
            )
        self._built_with, shape = None, whole
        for layer in self.layers:
            layer.build(shape)
            shape = layer.output_shape
        self._built_with = whole

    def get_config(self) -> dict[str, Any]:
        """Its layers in order, and the shape of its input if it is known."""
        shape = {} if self._built_with is None else {"build_input_shape": list(self._built_with)}
        layers = behind_activations(self._line)
        return {"name": self.name, "trainable": self.trainable, "layers": layers, **shape}

    def ends(self, shape: tuple[int, ...]) -> tuple[Shape, Shape]:
        """The shapes of its input and its output, without the batch, built for rows of ``shape`` if need be."""
        if not self.built:
            self.build((None, *shape[1:]))
        return super().ends(shape)

    @property
    def input_shape(self) -> Shape:
        """The shape of its input, with the batch."""
        self._need_built("input_shape")
        return self._built_with or ()

    def _append(self, layer: Any) -> None:
        if not self._line and getattr(layer, "given_shape", None) is not None:
            self._line.append(InputLayer(shape=layer.given_shape))
        if isinstance(layer, KerasTensor) and isinstance(layer.layer, InputLayer):
            layer = layer.layer
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer} "
                f"(of type {type(layer)})"
            )
        if isinstance(layer, Model):
            raise NotInThisKeras("a model within a model is not known here: put its layers into one Sequential")
        if any(layer is other for other in self._line):
            raise NotInThisKeras(f"the layer '{layer.name}' is used twice: here each layer stands in one place")
        if isinstance(layer, InputLayer) and self._line:
            if not isinstance(self._line[0], InputLayer):
                raise NotInThisKeras("an Input behind another layer is not known here: it comes first")
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{self._line[0].get_config()['batch_shape']}. You cannot add a different Input layer to it."
            )
        layer.number = sum(type(other) is type(layer) and other.own_name is None for other in self._line)
        if any(layer.name == other.name for other in self._line):
            raise ValueError(
                f"All layers added to a Sequential model should have unique names. Name '{layer.name}' is already the "
                "name of a layer in this model. Update the `name` argument to pass a unique name."
            )
        self._line.append(layer)

    def _rebuild(self) -> None:
        self._built_with = None
        if self._line and isinstance(self._line[0], InputLayer) and self.layers:
            self.build(self._line[0].get_config()["batch_shape"])
