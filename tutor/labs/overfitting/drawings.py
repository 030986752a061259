"""The pictures of overfitting: the rows in their sets, borders of small and large networks, the sums on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.plane import Points
from tutor.engine.derivations.cells import Cells
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import BarPanel, DotRow
from tutor.labs.kit.readouts import Curve, LayerView, Picture, Series, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.overfitting.moons import MoonRows

SETS = ("training", "validation", "test")
SHORT = ("train", "val.", "test")
CLASSES = ("A", "B")
WEIGHTS = ("w1", "w2", "w3")
ROWS_MARKED = "○ A ◆ B"


@dataclass(frozen=True)
class Grid:
    """Places on the plane of the moons: ``columns`` × ``rows`` of them, ``apart`` from each other, 0 in the middle."""

    columns: int
    rows: int
    apart: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def places(self) -> NDArray[np.float64]:
        """The points (places, 2) in reading order, the highest row first."""
        across = self.apart * (np.arange(self.columns) - (self.columns - 1) / 2)
        down = self.apart * ((self.rows - 1) / 2 - np.arange(self.rows))
        return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)

    def cells_of(self, points: NDArray[np.float64]) -> NDArray[np.int_]:
        """The row and column of the place nearest to each of the points (rows, 2)."""
        columns = np.round(points[:, 0] / self.apart + (self.columns - 1) / 2)
        rows = np.round((self.rows - 1) / 2 - points[:, 1] / self.apart)
        at = np.stack([np.clip(rows, 0, self.rows - 1), np.clip(columns, 0, self.columns - 1)], axis=1)
        return at.astype(int)

    def cells_with(self, points: NDArray[np.float64]) -> tuple[tuple[int, int], ...]:
        """The places with a point at them, each once."""
        return tuple(sorted({(row, column) for row, column in self.cells_of(points).tolist()}))


MAP, SMALL = Grid(17, 13, 0.28), Grid(12, 10, 0.4)
PLACES = MAP.places
A_LINE = 20
"""The rows on one line of the picture of their order."""
FromPoints = Callable[[NDArray[np.float64]], NDArray[Any]]
"""A network's confidence in B at each of some points."""


def fill_rows(sheet: Sheet, rows: MoonRows) -> None:
    """Put pictures of the rows on the sheet: where they lie, set by set, and the order in which they are split."""

    def sets() -> Picture:
        tiles = tuple(Tile(name, _classes_on_map(part)) for name, part in zip(SETS, rows.sets(), strict=True))
        return Picture("sets", "rows of A below 0, of B above", tiles, -1.0, 1.0, signed=True, digits=0)

    def order() -> Picture:
        labels, validated = rows.at_hand()[1], len(rows.data().held_out_inputs)
        lines = -(-len(labels) // A_LINE)
        values = np.zeros(lines * A_LINE)
        values[: len(labels)] = np.where(labels[:, 1] == 1, 1.0, -1.0)
        last = range(len(labels) - validated, len(labels))
        marked = tuple(divmod(place, A_LINE) for place in last)
        tile = Tile("", tuple(map(tuple, values.reshape(lines, A_LINE).tolist())), marked)
        label = "the rows in order, A below 0; marked: put aside"
        return Picture("order_of_rows", label, (tile,), -1.0, 1.0, signed=True, digits=0)

    sheet.show("sets", sets, counted=True)
    sheet.show("order_of_rows", order, counted=True)


def _classes_on_map(part: Points) -> tuple[tuple[float, ...], ...]:
    """On each cell of the map, 1 if most rows there are of B, −1 if most are of A, 0 if there are as many or none."""
    points, labels = part
    sums = np.zeros(SMALL.shape)
    np.add.at(sums, tuple(SMALL.cells_of(points).T), labels[:, 1] - labels[:, 0])
    return tuple(map(tuple, np.sign(sums).tolist()))


def fill_network(sheet: Sheet, spec: NetworkSpec) -> None:
    """Draw the network with what its units say to the first training row."""
    names = [name for name, _ in spec.named_layers]
    views = [LayerView("input", (), ("x1", "x2")), *(LayerView(name, ()) for name in names[:-1])]
    views.append(LayerView(names[-1], (), CLASSES))
    units = [sheet["input"][0], *(sheet[f"{name}.out"][0] for name in names)]
    kernels = [sheet[f"{name}.kernel"] for name in names]
    sheet.network("network", "asked about the first row", list(zip(views, units, strict=True)), kernels)


def fill_map(sheet: Sheet, answers: Cells, rows: MoonRows) -> None:
    """The network's confidence in B on the map, with the training rows.

    ``answers`` are those to all rows, set after set, and then to ``PLACES``.
    """
    first = sum(len(points) for points, _ in rows.sets())
    sure = answers.viewed(MAP.shape, lambda at: (first + at[0] * MAP.columns + at[1], 1))
    tile = replace(_with_rows(rows, MAP), label="")
    sheet.picture("map", f"sure of B; rows {ROWS_MARKED}", [(tile, sure)], digits=2)


def fill_borders(
    sheet: Sheet, units: Sequence[int], networks: Callable[[], Sequence[FromPoints]], rows: MoonRows
) -> None:
    """Put a map of each of some ``networks`` on the sheet, those with so many ``units``, and the training rows."""

    def border(number: int) -> Picture:
        sure = networks()[number](SMALL.places).reshape(SMALL.shape)
        tile = replace(_with_rows(rows, SMALL), values=tuple(map(tuple, sure.tolist())))
        return Picture(f"border_{units[number]}", unit_count(units[number]), (tile,), digits=2)

    for number, count in enumerate(units):
        sheet.show(f"border_{count}", partial(border, number), counted=True)


def unit_count(units: int) -> str:
    """``1 unit``, ``4 units``."""
    return f"{units} unit{'' if units == 1 else 's'}"


def _with_rows(rows: MoonRows, grid: Grid) -> Tile:
    """An empty tile with the training rows: those of B marked, those of A ringed."""
    data = rows.data()
    ringed, marked = (grid.cells_with(data.inputs[data.labels[:, number] == 1]) for number in range(2))
    return Tile("", (), marked=marked, ringed=ringed)


def fill_paper_pictures(sheet: Sheet, best: int) -> None:
    """The validation losses over their epochs, with the ``best`` that training saw; the penalty of each weight."""

    def losses() -> Curve:
        values = sheet["watched"].values
        xs = tuple(float(epoch + 1) for epoch in range(len(values)))
        marker = (float(best), float(values[best - 1]))
        line = (Series("validation loss", xs, tuple(values.tolist())),)
        return Curve("watched_curve", "validation loss", "epoch", line, 0.0, None, marker)

    sheet.show("watched_curve", losses)
    w = sheet["w"]
    squared = sheet.vector("squared", "w²", WEIGHTS, w * w, "w·w")
    costs = sheet.vector("costs", "λ·w²", WEIGHTS, sheet["l2"] * squared, "λ·w²")
    panels = [
        (BarPanel("w", WEIGHTS, low=None), w),
        (BarPanel("w²", WEIGHTS), squared),
        (BarPanel("λ·w²", WEIGHTS), costs),
    ]
    sheet.bars("penalty_bars", "what each weight costs", panels)


def fill_results(sheet: Sheet, evaluations: Cells) -> None:
    """Draw the accuracy on each set; ``evaluations`` (sets, loss and accuracy)."""
    sheet.bars("set_bars", "", [(BarPanel("accuracy", SHORT, high=1.0), evaluations.transposed[1])])


def fill_tossers(sheet: Sheet, accuracies: NDArray[np.float64]) -> None:
    """Coin tossers' ``accuracies`` (tossers, 2) on validation and on test rows, and those of the one chosen."""
    best = int(accuracies[:, 0].argmax())
    everyone = sheet.give("tossed", accuracies[:, 0])
    picked = sheet.give("picked", accuracies[best])
    sheet.vector("chosen", "accuracy of the one chosen", SETS[1:], picked)
    labels = tuple(str(number + 1) for number in range(len(accuracies)))
    rows = [
        (DotRow("validation", labels), everyone, None, None),
        (DotRow("test", ("chosen",)), picked.viewed((1,), lambda _: (1,)), None, None),
    ]
    sheet.dots("tossers_dots", "accuracy: all on validation, the best of them on test", rows, low=0.0, high=1.0)
