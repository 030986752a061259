"""Which earlier values a layer reads besides its input: the chain of layers becomes a small graph.

An ``Add`` reads the input of the first layer that it spans, and a ``TiedProjection`` the table of the network's first
Embedding. Everything else reads the output of the layer before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.engine.layers import LayerSpec
from tutor.engine.operations.contract import Shape, ShapeError
from tutor.engine.sequence_layers import Add, Embedding, TiedProjection


def sources(layers: Sequence[LayerSpec]) -> dict[int, int]:
    """For each Add, by its place among the layers from 0, the place of the layer whose input it adds."""
    return {place: place - layer.over for place, layer in enumerate(layers) if isinstance(layer, Add)}


def check_connection(layers: Sequence[LayerSpec], place: int, shapes: Sequence[Shape]) -> None:
    """Raise ``ShapeError`` unless the layer at ``place`` can read what it names.

    ``shapes`` has the shape of the network's input, then of the output of each layer before ``place``.
    """
    layer = layers[place]
    if isinstance(layer, Add):
        spanned = f"the {layer.over} layers before it" if layer.over > 1 else "the layer before it"
        if layer.over > place:
            raise ShapeError(f"it spans {layer.over} layers, but only {place} are before it")
        before, after = shapes[place - layer.over], shapes[place]
        if before != after:
            raise ShapeError(
                f"{spanned} turn {_written(before)} into {_written(after)}, and only equal shapes can be added"
                if layer.over > 1
                else f"{spanned} turns {_written(before)} into {_written(after)}, and only equal shapes can be added"
            )
    if isinstance(layer, TiedProjection):
        tables = [each for each in layers[:place] if isinstance(each, Embedding)]
        if not tables:
            raise ShapeError("it uses the table of an Embedding, but no Embedding is before it")
        table = (tables[0].input_dim, tables[0].output_dim)
        if table != (layer.units, shapes[place][-1]):
            raise ShapeError(
                f"it turns {shapes[place][-1]} numbers into {layer.units} and needs a table of "
                f"{layer.units} × {shapes[place][-1]}, but the Embedding has {_written(table)}"
            )


def _written(shape: Shape) -> str:
    return " × ".join(map(str, shape))
