"""The sheet that a lab fills: each number once, with its name, label and arithmetic.

The lab's readouts, the microscope's derivations and the answers to questions all come from its sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tutor.engine.activations import activate
from tutor.engine.derivations.cells import Cells, Index, Name, Source, constant, stacked
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.rules.activated import activation_forms, softmax_forms
from tutor.engine.derivations.trace import Trace
from tutor.engine.derivations.worksheet import CellForms, Worksheet
from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow, Scatter, Spot
from tutor.labs.kit.places import LookupFailed, numbers_in, split_path
from tutor.labs.kit.readouts import (
    Arithmetic,
    Curve,
    Edge,
    Graph,
    LayerView,
    Matrix,
    Network,
    Node,
    Number,
    Picture,
    Readout,
    Series,
    Table,
    Text,
    Tile,
    Vector,
)

Formula = str | Callable[..., str]
"""The formula of all numbers of a statement, or a function from an index to the formula there."""

Telling = tuple[tuple[str, ...], int]
"""The readouts that a line tells, and how many of its points are known without them."""


@dataclass(frozen=True, eq=False)
class Explained:
    """Numbers with alternative formulas; the later ones serve where the first overflows."""

    values: Source
    forms: CellForms


class Sheet:
    """What a lab writes in ``fill``. Each statement returns the cells it names, for use in later statements.

    A formula explains a number. A number without one refers to cells that already have a name, or was counted,
    timed or drawn at random. Functions are called only when their result is needed.
    """

    def __init__(self, worksheet: Worksheet) -> None:
        self.worksheet = worksheet
        self.shown: dict[str, Callable[[], Readout]] = {}
        """The readouts by name, in reading order, each made on demand."""
        self.counted: set[str] = set()
        """The readouts whose numbers were counted, timed or drawn at random."""
        self.probed: dict[int, tuple[object, float | str]] = {}
        """What was read on changed copies of the lab, by the id of what asked, which is kept with it."""
        self._named: dict[str, Name] = {}
        self._made: dict[str, Readout] = {}

    @property
    def trace(self) -> Trace | None:
        """The recorded pass of a network whose arrays the sheet uses, made on demand."""
        return self.worksheet.trace

    # Cells

    def __getitem__(self, name: str) -> Cells:
        """The cells with this name: of a control, of an earlier statement, or of the recorded pass."""
        array, cell = self.worksheet.array, self.worksheet.cell
        return Cells(lambda: array(name), lambda n, at: n(cell(name, *at)), lambda at: (name, at))

    def let(self, name: str, value: Cells | Explained, formula: Formula = "") -> Cells:
        """Name numbers without showing them."""
        if isinstance(value, Explained):
            self.worksheet.put(name, value.values, value.forms)
        else:

            def form(*at: int) -> Form:
                said = formula(*at) if callable(formula) else formula
                return Form(said, lambda n: value.write(n, at))

            self.worksheet.put(name, lambda: value.values, form)
        return self[name]

    def give(self, name: str, source: Source) -> Cells:
        """Name numbers that were set or drawn at random."""
        self.worksheet.give(name, source)
        return self[name]

    def activated(self, activation: str, name: str) -> Explained:
        """f(z) of each of the cells ``name``."""
        z, cell = self[name], self.worksheet.cell
        return Explained(
            lambda: np.asarray(activate(activation, z.values)),
            lambda *at: activation_forms(activation, cell(name, *at)),
        )

    def softmax(self, name: str) -> Explained:
        """The softmax of the row ``name``."""
        sheet, z = self.worksheet, self[name]
        return Explained(
            lambda: np.asarray(activate("softmax", z.values)),
            lambda i: softmax_forms(sheet.cell(name, i), sheet.cells(name)),
        )

    # Readouts

    def number(
        self, name: str, label: str, value: Cells | Explained | Source, formula: Formula = "", **how: Any
    ) -> Cells:
        """Show one number; ``how`` holds further arguments of ``Number``."""
        cells = self._stated(name, value, formula)
        self.shown[name] = lambda: Number(name, label, cells.number, **how)
        return cells

    def vector(
        self, name: str, label: str, labels: tuple[str, ...], value: Cells | Explained | Source,
        formula: Formula = "", **how: Any,
    ) -> Cells:  # fmt: skip
        """Show a row (n,); ``how`` holds further arguments of ``Vector``."""
        cells = self._stated(name, value, formula)
        self.shown[name] = lambda: Vector(name, label, labels, tuple(cells.values.tolist()), **how)
        return cells

    def matrix(
        self, name: str, label: str, rows: tuple[str, ...], columns: tuple[str, ...],
        value: Cells | Explained | Source, formula: Formula = "", **how: Any,
    ) -> Cells:  # fmt: skip
        """Show a table of numbers (rows, columns); ``how`` holds further arguments of ``Matrix``."""
        cells = self._stated(name, value, formula)
        self.shown[name] = lambda: Matrix(name, label, rows, columns, _rows(cells), **how)
        return cells

    def table(
        self, name: str, label: str, columns: tuple[str, ...], heads: Sequence[str], cells: Sequence[Cells], **how: Any
    ) -> None:
        """Show named numbers in columns, (rows,) each, after the ``heads`` of their rows.

        Numbers that are not finite appear as NumPy prints them.
        """

        def made() -> Table:
            values = [map(_word_or_number, column.values.tolist()) for column in cells]
            return Table(name, label, columns, tuple(zip(heads, *values, strict=True)), **how)

        self._drawn(name, made, cells, lambda at: (cells[at[1] - 1], at[:1]))

    def network(
        self, name: str, label: str, layers: Sequence[tuple[LayerView, Cells]], weights: Sequence[Cells], **how: Any
    ) -> None:
        """Draw layers of named units, (units,) each, and the weights between them; the views carry no values yet.

        ``how`` holds further arguments of ``Network``.
        """

        def made() -> Network:
            views = tuple(replace(view, values=tuple(units.values.tolist())) for view, units in layers)
            return Network(name, label, views, tuple(map(_rows, weights)), **how)

        self._drawn(name, made, [units for _, units in layers], lambda at: (layers[at[0]][1], at[1:]))

    def graph(
        self,
        name: str,
        label: str,
        columns: Sequence[Sequence[tuple[Node, Cells | None, Cells | None]]],
        edges: Sequence[tuple[Edge, Cells | None, Cells | None]] = (),
        digits: int = 4,
    ) -> None:
        """Draw nodes with their values and gradients, and edges with their weights and what they carry back.

        None for a number that is not computed yet. Nodes and edges come without numbers; what is named is explained.
        """
        cells = {
            (0, i, k): part
            for i, (_, *parts) in enumerate(node for column in columns for node in column)
            for k, part in enumerate(parts)
        } | {(1, i, k): part for i, (_, *parts) in enumerate(edges) for k, part in enumerate(parts)}

        def number(part: Cells | None) -> float | None:
            return None if part is None else part.number

        def made() -> Graph:
            drawn = tuple(
                tuple(replace(node, value=number(value), gradient=number(gradient)) for node, value, gradient in column)
                for column in columns
            )
            lines = tuple(replace(e, weight=number(weight), carried=number(back)) for e, weight, back in edges)
            return Graph(name, label, drawn, lines, digits)

        def of(at: Index) -> tuple[Cells, Index]:
            part = cells[at[0], at[1], at[2]]
            assert part is not None
            return part, ()

        self._drawn(name, made, [part for part in cells.values() if part is not None], of)

    def bars(self, name: str, label: str, panels: Sequence[tuple[BarPanel, Cells]]) -> None:
        """Draw rows of named numbers, (bars,) each, as panels of bars; the panels carry no values yet."""

        def made() -> Bars:
            drawn = tuple(replace(panel, values=tuple(cells.values.tolist())) for panel, cells in panels)
            return Bars(name, label, drawn)

        self._drawn(name, made, [cells for _, cells in panels], lambda at: (panels[at[0]][1], at[1:]))

    def dots(
        self,
        name: str,
        label: str,
        rows: Sequence[tuple[DotRow, Cells, Cells | None, Cells | None]],
        **how: Any,
    ) -> None:
        """Draw rows of named numbers, (dots,) each, above one axis, with their means and spreads if they have any.

        The rows carry no numbers yet; ``how`` holds further arguments of ``DotPlot``.
        """

        def made() -> DotPlot:
            drawn = (
                replace(
                    row,
                    values=tuple(values.values.tolist()),
                    mean=None if mean is None else mean.number,
                    spread=None if spread is None else spread.number,
                )
                for row, values, mean, spread in rows
            )
            return DotPlot(name, label, tuple(drawn), **how)

        def of(at: Index) -> tuple[Cells, Index]:
            row, values, *marks = rows[at[0]]
            if at[1] < len(row.labels):
                return values, at[1:]
            mark = marks[at[1] - len(row.labels)]
            assert mark is not None
            return mark, ()

        parts = [part for _, *cells in rows for part in cells if part is not None]
        self._drawn(name, made, parts, of)

    def scatter(
        self, name: str, label: str, axes: tuple[str, str], spots: Sequence[tuple[Spot, Cells]], **how: Any
    ) -> None:
        """Draw named points (x, y) on a plane; the spots carry no numbers yet. ``how``: arguments of ``Scatter``."""

        def made() -> Scatter:
            drawn = (replace(spot, x=float(at.values[0]), y=float(at.values[1])) for spot, at in spots)
            return Scatter(name, label, axes, tuple(drawn), **how)

        self._drawn(name, made, [at for _, at in spots], lambda at: (spots[at[0]][1], at[1:]))

    def picture(self, name: str, label: str, tiles: Sequence[tuple[Tile, Cells]], **how: Any) -> None:
        """Show named tables (rows, columns) as colours; the tiles carry no values yet."""
        several = len(tiles) > 1

        def made() -> Picture:
            drawn = tuple(replace(tile, values=_rows(cells)) for tile, cells in tiles)
            return Picture(name, label, drawn, **how)

        parts = [cells for _, cells in tiles]
        self._drawn(name, made, parts, lambda at: (parts[at[0]], at[1:]) if several else (parts[0], at))

    def curve(
        self, name: str, label: str, x_label: str, xs: Cells, lines: Mapping[str, Cells],
        marker: tuple[Cells, Cells] | None = None, tells: Mapping[str, Telling] | None = None, **how: Any,
    ) -> None:  # fmt: skip
        """Draw lines by their labels over the same xs, (points,) each; ``how`` holds further arguments of ``Curve``.

        ``tells`` says for a line which readouts it tells, and how many of its points are known without them.
        """
        self._lines(name, label, x_label, {of: (xs, ys) for of, ys in lines.items()}, marker, tells or {}, **how)

    def arrows(
        self, name: str, label: str, axes: tuple[str, str], tips: Mapping[str, Cells],
        tells: Mapping[str, Telling] | None = None, ways: Mapping[str, tuple[Cells, Cells]] | None = None,
        **how: Any,
    ) -> None:  # fmt: skip
        """Draw vectors in the plane by their labels, (2,) each: lines from the origin, which is marked.

        ``ways`` are lines from the tip of one to the tip of another; ``how`` holds further arguments of ``Curve``.
        """
        origin = constant(0.0)
        lines = {of: (stacked([origin, tip[0]]), stacked([origin, tip[1]])) for of, tip in tips.items()}
        for of, (start, end) in (ways or {}).items():
            lines[of] = stacked([start[0], end[0]]), stacked([start[1], end[1]])
        self._lines(name, label, axes[0], lines, (origin, origin), tells or {}, y_label=axes[1], **how)

    def text(self, name: str, label: str, value: str | Callable[[], str]) -> None:
        """Show a word or a sentence, or the result of a function that is called on demand."""
        self.shown[name] = lambda: Text(name, label, value() if callable(value) else value)

    def arithmetic(self, name: str, label: str, path: str) -> None:
        """Show the derivation of a number: at a place of a readout, or the single cell of a name."""

        def made() -> Arithmetic:
            shown, places = split_path(path)
            cell: tuple[str, Index] = shown, ()
            if shown in self.shown:
                numbers = numbers_in(self.read(shown))
                index = next(index for at, index, _ in numbers if split_path(at)[1] == places)
                cell = self.cell_of(shown, index)
            return Arithmetic(name, label, self.worksheet.derive(self.worksheet.cell(cell[0], *cell[1])))

        self.shown[name] = made

    def show(self, name: str, made: Callable[[], Readout], named: Name | None = None, *, counted: bool = False) -> None:
        """Show the readout that ``made`` makes on demand; ``named`` maps its numbers to cells.

        ``counted`` says that the numbers were counted, timed or drawn at random.
        """
        self.shown[name] = made
        if named is not None:
            self._named[name] = named
        if counted:
            self.counted.add(name)

    def read(self, name: str) -> Readout:
        """A readout, made once. Raises ``LookupFailed`` for an unknown name."""
        if name not in self._made:
            if name not in self.shown:
                raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.shown)}")
            self._made[name] = self.shown[name]()
        return self._made[name]

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The cell of a shown number, by name and index."""
        return self._named[name](index) if name in self._named else (name, index)

    def _lines(
        self, name: str, label: str, x_label: str, lines: Mapping[str, tuple[Cells, Cells]],
        marker: tuple[Cells, Cells] | None, tells: Mapping[str, Telling], **how: Any,
    ) -> None:  # fmt: skip
        def drawn(of: str, x: Cells, y: Cells) -> Series:
            told, known = tells.get(of, ((), 1))
            return Series(of, tuple(x.values.tolist()), tuple(y.values.tolist()), tells=told, known=known)

        def made() -> Curve:
            series = (drawn(of, x, y) for of, (x, y) in lines.items())
            at = None if marker is None else (marker[0].number, marker[1].number)
            return Curve(name, label, x_label, tuple(series), marker=at, **how)

        self.shown[name] = made

    def _drawn(
        self, name: str, made: Callable[[], Readout], parts: Sequence[Cells], of: Callable[[Index], tuple[Cells, Index]]
    ) -> None:
        """Show a readout made of several parts; ``of`` maps an index of it to the part and the index there."""
        self.shown[name] = made
        if any(part.named is None for part in parts):
            self.counted.add(name)
            return

        def named(at: Index) -> tuple[str, Index]:
            cells, place = of(at)
            assert cells.named is not None
            return cells.named(place)

        self._named[name] = named

    def _stated(self, name: str, value: Cells | Explained | Source, formula: Formula) -> Cells:
        if isinstance(value, Explained) or (isinstance(value, Cells) and formula):
            return self.let(name, value, formula)
        if isinstance(value, Cells) and value.named is not None:
            self._named[name] = value.named
            return value
        self.counted.add(name)
        return constant((lambda: value.values) if isinstance(value, Cells) else value)


def _rows(cells: Cells) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, cells.values.tolist()))


def _word_or_number(value: float) -> str | float:
    return value if np.isfinite(value) else str(value)
