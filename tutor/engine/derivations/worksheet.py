"""A calculation that derives each of its numbers.

What ``trace`` is to a network, a worksheet is to any other calculation: arrays by name, each with a way to write one of
its cells. A worksheet may have a trace, in which it looks up all names that are not its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Source
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.forms import Form, derived, given
from tutor.engine.derivations.trace import NoSuchCellError, Trace, derive

CellForms = Callable[..., Form | tuple[Form, ...]]
"""Maps a cell's index to the form that writes it, or to several; later ones are for when earlier ones overflow."""


class Worksheet:
    """Arrays by name, in the order in which they were computed. ``recorded`` is the trace, or a function that makes it
    on demand.
    """

    def __init__(self, recorded: Trace | Callable[[], Trace | None] | None = None) -> None:
        self._recorded = recorded
        self._sources: dict[str, Source] = {}
        self._arrays: dict[str, NDArray[np.floating]] = {}
        self._forms: dict[str, CellForms] = {}

    @cached_property
    def trace(self) -> Trace | None:
        """The recorded pass of the worksheet."""
        return self._recorded() if callable(self._recorded) else self._recorded

    def give(self, name: str, source: Source) -> None:
        """Add numbers without arithmetic: set by a learner, or drawn."""
        self._sources[name] = source
        self._arrays.pop(name, None)

    def put(self, name: str, values: Source, forms: CellForms) -> None:
        """Add computed numbers; ``forms(*index)`` writes the cell at ``index`` from cells added before.

        >>> sheet = Worksheet()
        >>> sheet.give("x", [2.0, 3.0])
        >>> sheet.put("square", [4.0, 9.0], lambda i: Form("x·x", lambda n: n(sheet.cell("x", i)) * n(2)))
        >>> sheet.derive(sheet.cell("square", 0)).numbers
        '2·2'
        """
        self.give(name, values)
        self._forms[name] = forms

    def names(self) -> tuple[str, ...]:
        """All names that have cells, the worksheet's own first."""
        return (*self._sources, *(self.trace.names() if self.trace is not None else ()))

    def array(self, name: str) -> NDArray[np.floating]:
        """The array of a name. Raises ``NoSuchCellError``."""
        if name in self._arrays:
            return self._arrays[name]
        if name in self._sources:
            source = self._sources[name]
            with np.errstate(all="ignore"):
                self._arrays[name] = np.asarray(source() if callable(source) else source, dtype=np.float64)
            return self._arrays[name]
        if self.trace is not None:
            return self.trace.array(name)
        raise NoSuchCellError(f"there is no {name!r} here; there are {', '.join(self.names())}")

    def cell(self, name: str, *index: int) -> Cell:
        """One number. Raises ``NoSuchCellError``."""
        array = self.array(name)
        if len(index) != array.ndim or any(not 0 <= i < n for i, n in zip(index, array.shape, strict=False)):
            raise NoSuchCellError(f"{name} has the shape {array.shape}; the index {index} is outside it")
        return Cell(name, index, float(array[index]))

    def cells(self, name: str, *leading: int) -> list[Cell]:
        """The cells of a name whose index begins with ``leading``, in reading order."""
        part = self.array(name)[leading]
        return [Cell(name, (*leading, *index), float(part[index])) for index in np.ndindex(part.shape)]

    def derive(self, cell: Cell) -> Derivation:
        """Where a cell comes from; a given cell has no operands. Raises ``NoSuchCellError``."""
        if cell.name in self._forms:
            forms = self._forms[cell.name](*cell.index)
            return derived(self.cell(cell.name, *cell.index), *(forms if isinstance(forms, tuple) else (forms,)))
        if cell.name in self._sources or self.trace is None:
            return given(self.cell(cell.name, *cell.index))
        return derive(self.trace, cell.name, *cell.index)
