"""What the network makes of the plane: its output everywhere, and each neuron's response."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.plane_map import Axes, axes, draw_map, points_on
from tutor.labs.kit.readouts import PicturePoint, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.machine import Machine
from tutor.labs.studio.picture_view import fill_pictures
from tutor.studio.problem import Plane, Problem, problem_of

Array = NDArray[np.float64]

SIDE, SMALL_SIDE = 30, 10
"""The places of the output's map, and of each neuron's where they are side by side, in both directions."""
MOST_MAPS = 64
SPOT = "looked at"


def maps_of(plane: Plane) -> tuple[Axes, Axes]:
    """The places of the large map and of the small ones."""
    return axes(SIDE, SIDE, plane.reach), axes(SMALL_SIDE, SMALL_SIDE, plane.reach)


def places(plane: Plane, point: Array) -> Array:
    """The point looked at, and every place of both maps: (places, 2)."""
    maps = (np.stack(np.meshgrid(*of), axis=-1).reshape(-1, 2) for of in maps_of(plane))
    return np.concatenate([point[None], *maps])


def fill_plane(sheet: Sheet, machine: Machine, point: Array, layer: int, unit: int, shown: str, answer: int) -> None:
    """The output's map, the answer at a point, each neuron's map, and one of them large.

    ``shown`` says which points are on them: those of the training, all, or none. Of several classes the map shows the
    one with the number ``answer``, from 0. A text has views of its own.
    """
    problem, spec = problem_of(machine.experiment.data), machine.spec
    plane = problem.plane
    sheet.text("axes", "the plane", "" if plane is None else plane.said or "its axes are the two inputs")
    if problem.text is not None:
        return
    if plane is None:
        fill_pictures(sheet, machine, unit, answer)
        return
    names = [name for name, _ in spec.named_layers]
    out = sheet[f"{names[-1]}.out"]
    column = min(answer, spec.output_size - 1) if spec.output_size > 2 else spec.output_size - 1
    scale = {"low": -1.0} if spec.output_size == 1 and spec.loss == "mean_squared_error" else {"middle": 0.5}
    label = "output" if problem.classes is None or spec.output_size <= 2 else f"output of {problem.classes[column]}"
    on_map = _OnMap(sheet, plane, _points(problem, plane, point, shown))
    on_map.draw("map", label, out, column, **scale)
    sheet.number("answer", f"{label} at ({point[0]:g}, {point[1]:g})", out[0, column], digits=4)
    sizes = _hidden(machine)
    hidden = [(f"{number}.{u + 1}", name, u) for number, name, size in sizes for u in range(size)]
    left_out = f", the first {MOST_MAPS} of {len(hidden)}" if len(hidden) > MOST_MAPS else ""
    tiles = [(Tile(title, (), band=f"layer {title.split('.')[0]}"), on_map.small(sheet[f"{name}.out"], u))
             for title, name, u in hidden[:MOST_MAPS]]  # fmt: skip
    sheet.picture("neurons", f"each neuron{left_out}", tiles, signed=True, digits=2, low=-1.0)
    if not sizes:
        on_map.draw("neuron", "no hidden layer: the output", out, column, **scale)
        return
    # A layer in hand whose rows are no rows of numbers is passed over.
    number, name, size = next((each for each in sizes if each[0] > layer), sizes[-1])
    unit = min(unit, size - 1)
    on_map.draw("neuron", f"unit {unit + 1} of layer {number}", sheet[f"{name}.out"], unit, low=-1.0)


class _OnMap:
    """Maps of one plane, with the same points on the large ones."""

    def __init__(self, sheet: Sheet, plane: Plane, points: tuple[PicturePoint, ...]) -> None:
        self._sheet, self._plane, self._points = sheet, plane, points
        self._large, self._small = maps_of(plane)

    def draw(self, name: str, label: str, out: Cells, unit: int, **scale: float) -> None:
        """A unit's output on the large map."""
        across, down = self._large
        cells = out.viewed((len(down), len(across)), lambda at: (1 + at[0] * len(across) + at[1], unit))
        draw_map(self._sheet, name, label, cells, self._large, self._plane.axes, self._points, digits=2, **scale)

    def small(self, out: Cells, unit: int) -> Cells:
        """A unit's output on a small map."""
        across, down = self._small
        first = 1 + SIDE * SIDE
        return out.viewed((len(down), len(across)), lambda at: (first + at[0] * len(across) + at[1], unit))


def _hidden(machine: Machine) -> list[tuple[int, str, int]]:
    """The hidden layers with rows of numbers: number among all layers, name and size."""
    spec = machine.spec
    named = spec.named_layers[:-1]
    shapes = zip(named, spec.shapes[1:], strict=False)
    return [(i, name, shape[0]) for i, ((name, _), shape) in enumerate(shapes, start=1) if len(shape) == 1]


def _points(problem: Problem, plane: Plane, point: Array, shown: str) -> tuple[PicturePoint, ...]:
    """The rows on the plane by class, and the point looked at."""
    of = maps_of(plane)[0]
    spot = points_on(of, point[None], (SPOT,))
    if shown == "none":
        return spot
    found: list[PicturePoint] = []
    parts = [("", problem.training), ("test ", problem.test)]
    for before, part in parts if shown == "all" else parts[:1]:
        if part.points is None:
            continue
        order = np.argsort(part.targets, kind="stable")
        found += points_on(of, part.points[order], [before + _kind(problem, part.targets[i]) for i in order])
    return (*found, *spot)


def _kind(problem: Problem, target: float) -> str:
    names: Sequence[str] = ("below 0", "from 0") if problem.classes is None else problem.classes
    word = names[int(target >= 0)] if problem.classes is None else names[int(target)]
    return word if problem.classes is None or word not in ("−1", "1") else f"class {word}"
