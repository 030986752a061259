"""Flatten and Reshape: which cell each number was."""

from __future__ import annotations

import numpy as np

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.forms import identity
from tutor.engine.derivations.rules.contract import LayerDerivation
from tutor.engine.derivations.rules.recorded import RecordedLayer


def _moved(index: tuple[int, ...], old: tuple[int, ...], new: tuple[int, ...]) -> tuple[int, ...]:
    """Where the number at ``index`` of the shape ``old`` lies in the shape ``new``."""
    return tuple(int(i) for i in np.unravel_index(np.ravel_multi_index(index, old), new))


def _same(at: RecordedLayer, cell: Cell) -> Derivation:
    source = at.input(*_moved(cell.index, at.output_shape, at.input_shape))
    return identity(cell, f"x: it was {source.label}", source)


def _back(at: RecordedLayer, cell: Cell) -> Derivation:
    source = at.gradient("out", *_moved(cell.index, at.input_shape, at.output_shape))
    return identity(cell, f"∂out: it became {at.name}.out{list(source.index)}".replace(", ", ","), source)


RESHAPED = LayerDerivation(_same, _back)
