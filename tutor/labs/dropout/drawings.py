"""The pictures of dropout: units that go dark, a thinned network, all sixteen of them, averages that settle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, stacked
from tutor.labs.dropout.survey import Survey
from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow
from tutor.labs.kit.readouts import Edge, Node
from tutor.labs.kit.sheet import Sheet

AVERAGES, AVERAGED = 20, (1, 10, 100)
"""How many averages are drawn of so many masks each."""
COMPARED = ("new", "half off")

Floats = NDArray[np.float64]


def fill_mask_pictures(sheet: Sheet, units: tuple[str, ...]) -> None:
    """Draw the units before and under the mask, what becomes of each in the mean, and the neuron that they feed."""
    h, mask, out = (sheet[name] for name in ("h", "mask", "out"))
    before = tuple(h.values.tolist())
    panels = [
        (BarPanel("h", units, low=None), h),
        (BarPanel("mask", units), mask),
        (BarPanel("out, h faint", units, low=None, before=before), out),
    ]
    sheet.bars("masked", "units under the mask", panels)
    either = sheet.let(
        "outcomes", stacked([h * 0, h * sheet["scale"]]).transposed, lambda _, on: "h·scale" if on else "h·0"
    )
    rows = [
        (DotRow(f"unit {unit}", ("off", "on")), either[i], sheet["expected"][i], None) for i, unit in enumerate(units)
    ]
    sheet.dots("averaged", "handed on when off, when on, on average", rows)


def fill_neuron_picture(sheet: Sheet, units: tuple[str, ...]) -> None:
    """Draw the units, the mask on the lines from them, what is handed on, and the weights to z."""
    h, mask, out, w = (sheet[name] for name in ("h", "mask", "out", "w"))
    stays = mask.values != 0
    columns: list[list[tuple[Node, Cells | None, Cells | None]]] = [
        [(Node(f"h{unit}"), h[i], None) for i, unit in enumerate(units)],
        [(Node(f"out{unit}", mark="used" if stays[i] else ""), out[i], None) for i, unit in enumerate(units)],
        [(Node("z", operator="+ b"), sheet["z"], None)],
    ]
    edges: list[tuple[Edge, Cells | None, Cells | None]] = [
        *((Edge(f"h{unit}", f"out{unit}"), mask[i], None) for i, unit in enumerate(units)),
        *((Edge(f"out{unit}", "z"), w[i], None) for i, unit in enumerate(units)),
    ]
    sheet.graph("thinned_network", "mask and weights on the lines", columns, edges, digits=2)


def fill_networks_pictures(sheet: Sheet, names: Sequence[str]) -> None:
    """Draw how likely each thinned network is, and what each says, with the mean of all and the evaluation pass."""
    chance, half = sheet["chance"], len(names) // 2
    alike = (1 / len(names),) * half
    panels = [
        (BarPanel(f"unit 1 {what}", tuple(names[start : start + half]), before=alike), _part(chance, start, half))
        for what, start in (("stays", 0), ("falls", half))
    ]
    sheet.bars("chances", "how likely each is; faint: all alike", panels)
    for place, output in enumerate(("z", "y")):
        rows = [
            (DotRow("networks", tuple(names)), sheet[f"thinned_{output}"], sheet["all_masks"][place], None),
            (DotRow("one pass", (output,)), _part(sheet["evaluation"], place, 1), None, None),
        ]
        sheet.dots(f"{output}_of_all", f"{output} of all {len(names)}, mean by chance", rows)


def _part(cells: Cells, start: int, count: int) -> Cells:
    return cells.viewed((count,), lambda at: (start + at[0],))


def fill_settling(sheet: Sheet, outputs: Callable[[int], Floats]) -> None:
    """Draw averages of y over 1, 10 and 100 masks; ``outputs`` gives y under each of so many masks drawn."""

    def settling() -> DotPlot:
        y = outputs(AVERAGES * max(AVERAGED))
        labels = tuple(str(number + 1) for number in range(AVERAGES))
        rows = []
        for count in AVERAGED:
            means = y[: AVERAGES * count].reshape(AVERAGES, count).mean(axis=1)
            label = f"{count} mask{'' if count == 1 else 's'}"
            rows.append(DotRow(label, labels, tuple(means.tolist()), float(means.mean()), float(means.std())))
        return DotPlot("settling", f"{AVERAGES} averages of y, each over …", tuple(rows))

    sheet.show("settling", settling, counted=True)


def fill_seeds(sheet: Sheet, survey: Survey) -> None:
    """Draw the accuracy from each seed, with dropout and without."""

    def seeds() -> DotPlot:
        rows = []
        for measure in COMPARED:
            for which, values in zip(("with", "without"), survey.measured(measure), strict=True):
                labels = tuple(str(seed + 1) for seed in range(len(values)))
                mean, spread = (float(values.mean()), float(values.std())) if len(values) else (None, None)
                rows.append(DotRow(f"{measure.split()[0]} {which}", labels, tuple(values.tolist()), mean, spread))
        return DotPlot("seeds", "share right, a dot for each seed", tuple(rows), 0.0, 1.0, digits=2)

    sheet.show("seeds", seeds, counted=True)


def letters_bars(layers: Sequence[tuple[str, float, float, float]]) -> Bars:
    """The rate of each dropout layer (where, rate, numbers, off), and how many numbers it switches off, of how many."""
    names = tuple(str(number + 1) for number in range(len(layers)))
    rates, numbers, off = (tuple(layer[part] for layer in layers) for part in (1, 2, 3))
    most = max(numbers)
    panels = (
        BarPanel("rate", names, rates, high=1.0, digits=2),  # type: ignore[arg-type]
        BarPanel("off, of all", names, off, high=most, digits=0, before=numbers),  # type: ignore[arg-type]
    )
    return Bars("letters_bars", "the dropout layers, from the picture on", panels)
