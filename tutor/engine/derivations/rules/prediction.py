"""The inputs of a loss, as cells: the network's logits and outputs, and the labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.engine.derivations.derivation import Cell
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.engine.derivations.rules.recorded import Trace
from tutor.engine.losses import EPSILON
from tutor.engine.network import logits_name, output_name
from tutor.engine.objective import NO_LABEL

Row = tuple[int, ...]
"""The index of a row, or of a place in a row: (row,) or (row, place)."""
KEPT_INSIDE = ", kept within 1e-7 and 1 − 1e-7"


@dataclass(frozen=True)
class Prediction:
    """Cells of a trace's logits, outputs and labels, row by row."""

    trace: Trace

    @property
    def rows(self) -> list[Row]:
        """The rows of the batch; where the network ends in places, the places that have a label."""
        if self.trace.spec.ends_in_places:
            labels = self.trace.array("labels")
            return [place for place in np.ndindex(labels.shape) if labels[place] != NO_LABEL]
        return [(row,) for row in range(self.trace.rows)]

    @property
    def outputs(self) -> range:
        """The indices of a row's outputs."""
        return range(self.trace.spec.output_size)

    @property
    def size(self) -> int:
        """The number of outputs of all rows together."""
        return len(self.rows) * len(self.outputs)

    @property
    def has_probabilities(self) -> bool:
        """Whether the pass has probabilities; otherwise it ends in logits."""
        return not self.trace.spec.from_logits

    def z(self, row: Row, k: int) -> Cell:
        """A logit."""
        return self.trace.cell(logits_name(self.trace.spec), *row, k)

    def logits(self, row: Row) -> list[Cell]:
        """A row of logits."""
        return self.trace.cells(logits_name(self.trace.spec), *row)

    def p(self, row: Row, k: int) -> Cell:
        """An output."""
        return self.trace.cell(output_name(self.trace.spec), *row, k)

    def row(self, row: Row) -> list[Cell]:
        """A row of outputs."""
        return self.trace.cells(output_name(self.trace.spec), *row)

    def y(self, row: Row, k: int) -> Cell:
        """The label of one output."""
        return self.trace.cell("labels", *row, k)

    def class_of(self, row: Row) -> Cell:
        """A row's class number."""
        return self.trace.cell("labels", *row)


def kept_inside(value: np.floating) -> np.floating:
    """A probability as Keras clips it before a logarithm."""
    return np.clip(value, EPSILON, 1 - EPSILON)


def in_dtype(trace: Trace, cell: Cell) -> np.floating:
    """A cell's value in the network's dtype, in which it is clipped."""
    return np.dtype(trace.spec.dtype).type(cell.value)


def clips(trace: Trace, cell: Cell) -> bool:
    """Whether clipping changes a cell; a value at a limit does not change."""
    value = in_dtype(trace, cell)
    return bool(kept_inside(value) != value)


def clipped(n: Writer, trace: Trace, cell: Cell) -> Expression:
    """A cell as Keras clips it: its number, or the limit."""
    if not clips(trace, cell):
        return n(cell)
    n.read(cell)
    return n(float(kept_inside(in_dtype(trace, cell))))
