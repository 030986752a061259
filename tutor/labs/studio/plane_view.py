"""What the network makes of the plane: its output everywhere, and each neuron's response."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.plane_sets import EDGE
from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.plane_map import axes, draw_map, points_on
from tutor.labs.kit.readouts import PicturePoint, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.machine import Machine
from tutor.studio.building import Rows, rows_of

Array = NDArray[np.float64]

MAP, SMALL = axes(30, 30, EDGE), axes(10, 10, EDGE)
"""The places of the output's map, and of each neuron's where they are side by side."""
NAMES = ("x1", "x2")
MOST_MAPS = 64
TAUGHT, TESTED = ("class −1", "class 1"), ("test −1", "test 1")
SPOT = "looked at"


def places(point: Array) -> Array:
    """The point looked at, and every place of both maps: (places, 2)."""
    return np.concatenate([point[None], *(np.stack(np.meshgrid(*of), axis=-1).reshape(-1, 2) for of in (MAP, SMALL))])


def _first_small() -> int:
    return 1 + len(MAP[0]) * len(MAP[1])


def fill_plane(sheet: Sheet, machine: Machine, point: Array, layer: int, unit: int, shown: str) -> None:
    """The output's map, the answer at a point, each neuron's map, and one of them large.

    ``shown`` says which points are on them: those of the training, all, or none.
    """
    data, spec = machine.experiment.data, machine.spec
    if not data.is_plane:
        for name, label in (("map", "output"), ("neurons", "neurons"), ("neuron", "neuron")):
            sheet.picture(name, f"{label}: only for points on a plane", [])
        sheet.text("answer", "answer", "see the confusions")
        return
    rows = rows_of(data)
    names = [name for name, _ in spec.named_layers]
    out = sheet[f"{names[-1]}.out"]
    column = spec.output_size - 1
    low, high, middle = (-1.0, 1.0, 0.0) if spec.loss == "mean_squared_error" else (0.0, 1.0, 0.5)
    points = _points(rows, point, shown)
    draw_map(
        sheet, "map", "output", _on_map(out, column), MAP, NAMES, points, low=low, high=high, middle=middle, digits=2
    )
    answer = out[0, column]
    sheet.number("answer", f"output at ({point[0]:g}, {point[1]:g})", answer, digits=4)
    hidden = [(f"{i + 1}.{u + 1}", name, u) for i, (name, size) in enumerate(_hidden(machine)) for u in range(size)]
    drawn = hidden[:MOST_MAPS]
    tiles = [(Tile(label, (), band=f"layer {label.split('.')[0]}"), _small(sheet[f"{name}.out"], u))
             for label, name, u in drawn]  # fmt: skip
    left_out = f", the first {MOST_MAPS} of {len(hidden)}" if len(hidden) > MOST_MAPS else ""
    sheet.picture("neurons", f"each neuron{left_out}", tiles, signed=True, digits=2, low=-1.0)
    sizes = _hidden(machine)
    if not sizes:
        draw_map(sheet, "neuron", "no hidden layer", _on_map(out, column), MAP, NAMES, points, low=low, digits=2)
        return
    name, size = sizes[min(layer, len(sizes) - 1)]
    unit = min(unit, size - 1)
    label = f"unit {unit + 1} of layer {min(layer, len(sizes) - 1) + 1}"
    draw_map(sheet, "neuron", label, _on_map(sheet[f"{name}.out"], unit), MAP, NAMES, points, low=-1.0, digits=2)


def _hidden(machine: Machine) -> list[tuple[str, int]]:
    """The hidden layers with rows of numbers: name and size."""
    spec = machine.spec
    named = spec.named_layers[:-1]
    return [(name, shape[0]) for (name, _), shape in zip(named, spec.shapes[1:], strict=False) if len(shape) == 1]


def _on_map(out: Cells, unit: int) -> Cells:
    across, down = MAP
    return out.viewed((len(down), len(across)), lambda at: (1 + at[0] * len(across) + at[1], unit))


def _small(out: Cells, unit: int) -> Cells:
    across, down = SMALL
    first = _first_small()
    return out.viewed((len(down), len(across)), lambda at: (first + at[0] * len(across) + at[1], unit))


def _points(rows: Rows, point: Array, shown: str) -> tuple[PicturePoint, ...]:
    spot = points_on(MAP, point[None], (SPOT,))
    if shown == "none":
        return spot
    taught = [TAUGHT[int(target > 0)] for target in rows.taught_targets]
    tested = [TESTED[int(target > 0)] for target in rows.tested_targets]
    # The two kinds whose colours are those of the map come first.
    order = np.argsort(rows.taught_targets, kind="stable")
    found = points_on(MAP, rows.taught[order], [taught[i] for i in order])
    return (*found, *(points_on(MAP, rows.tested, tested) if shown == "all" else ()), *spot)
