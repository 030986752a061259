"""A picture through a network: its input, and below it what every layer makes of it, all maps side by side."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from tutor.engine.layers import Conv2D, Dense, GlobalAveragePooling2D, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    LayerNormalization,
    MultiHeadAttention,
    PositionEmbedding,
    SimpleRNN,
)
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Picture, Tile
from tutor.labs.kit.sheet import Sheet

_KINDS: tuple[tuple[type, str], ...] = (
    (Conv2D, "convolution"), (MaxPooling2D, "pooling"), (GlobalAveragePooling2D, "average"), (Dense, "Dense"),
    (Embedding, "embedding"), (PositionEmbedding, "positions"), (LayerNormalization, "layer norm"),
    (MultiHeadAttention, "attention"), (Add, "sum"), (SimpleRNN, "recurrent"), (LSTM, "LSTM"),
)  # fmt: skip
_LONGEST_ROW = 32


@dataclass(frozen=True)
class _Band:
    """What a layer puts out: its name for a learner, its array, and the shape of one example of it."""

    name: str
    array: str
    shape: tuple[int, ...]

    @property
    def tiles(self) -> int:
        return self.shape[2] if len(self.shape) == 3 else 1

    @property
    def table(self) -> tuple[int, int]:
        """Rows and columns of a tile: of a sequence, a row for each place."""
        return (self.shape[0], self.shape[1]) if len(self.shape) == 2 else _table(self.shape[0])

    def values(self, array: np.ndarray[tuple[int, ...], np.dtype[np.floating]], of: int) -> list[list[list[float]]]:
        """Each tile's rows, from the array of which the picture is row ``of``."""
        one = np.asarray(array[of], dtype=float)
        tiles = np.moveaxis(one, -1, 0) if len(self.shape) == 3 else one.reshape(1, *self.table)
        found: list[list[list[float]]] = tiles.tolist()
        return found

    def cell(self, of: int, tile: int, row: int, column: int) -> tuple[str, Index]:
        """The cell of a number of a tile."""
        if len(self.shape) == 3:
            return self.array, (of, row, column, tile)
        if len(self.shape) == 2:
            return self.array, (of, row, column)
        return self.array, (of, row * self.table[1] + column)


def fill_through(sheet: Sheet, spec: NetworkSpec, name: str = "through", of: int = 0, with_input: bool = True) -> None:
    """Put the pass of the row ``of`` on the sheet, without the answers: those are no layer to look into.

    Where the input stands beside it, ``with_input`` is false: then only the layers are shown, if there are any.
    """
    bands = _bands(spec)
    if has_layers_between(spec) and not with_input:
        bands = bands[1:]
    at = [(band, i) for band in bands for i in range(band.tiles)]

    def made() -> Picture:
        tiles = []
        for band in bands:
            for i, rows in enumerate(band.values(sheet[band.array].values, of)):
                label = f"{band.name} {i + 1}" if band.tiles > 1 else band.name
                tiles.append(Tile(label, tuple(map(tuple, rows)), band=band.name))
        return Picture(name, "through the network", tuple(tiles))

    def named(index: Index) -> tuple[str, Index]:
        tile, row, column = index if len(at) > 1 else (0, *index)
        band, i = at[tile]
        return band.cell(of, i, row, column)

    sheet.show(name, made, named)


def has_layers_between(spec: NetworkSpec) -> bool:
    """Whether there is a layer to look into between the input and the answers."""
    return len(_bands(spec)) > 1


def _bands(spec: NetworkSpec) -> list[_Band]:
    found = [_Band("input", "input", spec.shapes[0])]
    count: Counter[str] = Counter()
    named = list(zip(spec.named_layers, spec.shapes[1:], strict=True))
    for (name, layer), shape in named[:-1]:
        if isinstance(layer, LeakyReLU):
            found[-1] = _Band(found[-1].name, f"{name}.out", shape)
        elif kind := _kind(layer):
            count[kind] += 1
            found.append(_Band(f"{kind} {count[kind]}", f"{name}.out", shape))
    return found


def _kind(layer: LayerSpec) -> str:
    return next((word for kind, word in _KINDS if isinstance(layer, kind)), "")


def _table(numbers: int) -> tuple[int, int]:
    """Rows and columns for so many numbers: a square picture, a short row, or a table that is wider than high.

    >>> _table(784), _table(10), _table(512), _table(37 * 2)
    ((28, 28), (1, 10), (16, 32), (2, 37))
    """
    side = math.isqrt(numbers)
    if side * side == numbers and numbers > 16:
        return side, side
    if numbers <= _LONGEST_ROW:
        return 1, numbers
    columns = next(c for c in range(side, numbers + 1) if numbers % c == 0 and c * c >= numbers)
    return numbers // columns, columns
