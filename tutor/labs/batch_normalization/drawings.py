"""The pictures of batch normalization: a batch as dots at every stage, averages on their way, spreads by layer."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.charts import BarPanel, DotRow
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet

Row = tuple[DotRow, Cells, Cells | None, Cells | None]


def fill_stages(sheet: Sheet, batch: Cells, rows: tuple[str, ...], units: tuple[str, ...], shown: str) -> None:
    """Draw all units before and after on one scale, and unit A stage by stage, with means and spreads.

    ``shown`` names the y of the present mode.
    """
    mean, deviation, x_hat = (sheet[name] for name in ("mean", "deviation", "x_hat"))

    def unit(table: Cells, label: str, i: int, *marks: Cells) -> Row:
        middle, spread = marks or (None, None)
        return DotRow(label, rows), table.transposed[i], middle, spread

    before = [unit(batch, f"{name}: x", i, mean[i], deviation[i]) for i, name in enumerate(units)]
    after = [unit(x_hat, f"{name}: x̂", i) for i, name in enumerate(units)]
    sheet.dots("x_dots", "the batch, with mean and spread", before, digits=2)
    sheet.dots("x_hat_dots", "x̂, all on one scale", after, digits=2)
    x = before[0]
    centred, hat, y = (unit(sheet[n], text, 0) for n, text in (("centred", "x − mean"), ("x_hat", "x̂"), (shown, "y")))
    sheet.dots("stages", "unit A", [x, centred, hat], digits=3)
    sheet.dots("scaled_stages", "unit A", [x, hat, y], digits=3)
    modes = [unit(sheet[n], text, 0) for n, text in (("in_training", "y training"), ("at_inference", "y inference"))]
    sheet.dots("modes", "unit A in both modes", [x, *modes], digits=3)


def fill_distances(sheet: Sheet, rows: tuple[str, ...]) -> None:
    """Draw the distances of unit A from its mean, and their squares."""
    away = sheet["centred"].transposed[0]
    squared = sheet.vector("squared", "(x − mean)² of A", rows, away * away, "(x − mean)·(x − mean)")
    panels = [(BarPanel("x − mean", rows, low=None), away), (BarPanel("(x − mean)²", rows), squared)]
    sheet.bars("distances", "unit A: distances from the mean", panels)


def fill_profiles(sheet: Sheet, batch: Cells) -> None:
    """Lines of A and B over the rows of the batch, before and after: do they rise and fall together?"""

    def profile(name: str, label: str, table: Cells) -> Curve:
        xs = tuple(float(row + 1) for row in range(len(table)))
        lines = tuple(Series(unit, xs, tuple(table.values[:, i].tolist())) for i, unit in enumerate("AB"))
        return Curve(name, label, "row", lines)

    sheet.show("x_profile", lambda: profile("x_profile", "x of A and B", batch))
    sheet.show("x_hat_profile", lambda: profile("x_hat_profile", "x̂ of A and B", sheet["x_hat"]))


def fill_averages(sheet: Sheet, units: tuple[str, ...]) -> None:
    """Draw how far the moving means have come: in front of the means of the batch, towards which they go."""
    mean = tuple(sheet["mean"].values.tolist())
    steps = int(sheet["steps"].number)
    now, following = (sheet["moving_means"][step] for step in (steps, steps + 1))
    panels = [
        (BarPanel("moving mean", units, low=None, before=mean, digits=2), now),
        (BarPanel("a step later", units, low=None, before=mean, digits=2), following),
    ]
    sheet.bars("on_the_way", "faint: the mean of the batch", panels)


def fill_spreads(sheet: Sheet, spreads: Sequence[tuple[float, ...]], stacks: tuple[str, ...]) -> None:
    """Draw the spread at each layer of both stacks, (layers,) each, layers after the first named by themselves."""
    layers = tuple(str(number + 1) for number in range(len(spreads[0])))
    panels, highest = [], max(map(max, spreads))
    for name, values in zip(stacks, spreads, strict=True):
        each = sheet.give(f"spreads_{name}", values)
        later = each.viewed((len(values) - 1,), lambda at: (at[0] + 1,))
        sheet.vector(f"later_{name}", f"spread after layer 1, {name}", layers[1:], later)
        panels.append((BarPanel(f"{name} it", layers, high=highest, digits=2), each))
    sheet.bars("spread_bars", "spread at each layer", panels)
