"""What there is to see of a network for pictures: test pictures, the wrong ones first, and what its units look for."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tutor.backends.rows import answers
from tutor.engine.layers import Conv2D, Dense
from tutor.labs.kit.readouts import Number, Picture, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.machine import Machine
from tutor.studio.affordable import affordable_rows
from tutor.studio.problem import Problem, problem_of

SHOWN, MOST_UNITS = 12, 32
Array = NDArray[np.float64]


def fill_pictures(sheet: Sheet, machine: Machine, unit: int, answer: int) -> None:
    """The test pictures, the weights of the first units as pictures, and those of one unit large."""
    problem = problem_of(machine.experiment.data)
    sheet.show("map", lambda: _test_pictures(machine, problem), counted=True)
    sheet.show("neurons", lambda: _first_weights(machine, problem, "neurons", range(MOST_UNITS)), counted=True)
    sheet.show("neuron", lambda: _first_weights(machine, problem, "neuron", range(unit, unit + 1)), counted=True)
    sheet.show("answer", lambda: _answer(machine, problem, answer), counted=True)


def _answer(machine: Machine, problem: Problem, answer: int) -> Number:
    """One output for one picture. It is a number, as on a plane: a readout stays what it is."""
    column = min(answer, machine.spec.output_size - 1)
    ((_, _, out),) = answers(machine.spec, machine.parameters, problem.training.inputs[:1], problem.scale)
    name = problem.classes[column] if problem.classes else f"{column + 1}"
    return Number("answer", f"output of {name} for the first training picture", float(out[0, column]), 4)


def _test_pictures(machine: Machine, problem: Problem) -> Picture:
    """Some test pictures with their class and the network's answer; those that it gets wrong come first."""
    part = problem.test if len(problem.test.inputs) else problem.training
    count = min(len(part.inputs), affordable_rows(machine.spec))
    rows, targets, names = part.inputs[:count], part.targets[:count], problem.classes or ()
    said = np.concatenate(
        [out.argmax(axis=1) for _, _, out in answers(machine.spec, machine.parameters, rows, problem.scale)]
    )
    wrong = np.flatnonzero(said != targets)
    order = [*wrong.tolist(), *np.flatnonzero(said == targets).tolist()][:SHOWN]
    side = math.isqrt(problem.width)
    tiles = tuple(
        Tile(
            names[targets[row]] if said[row] == targets[row] else f"{names[targets[row]]}, says {names[said[row]]}",
            _table(rows[row].reshape(side, side) * problem.scale),
        )
        for row in order
    )
    label = f"{len(wrong)} of {count} test pictures are wrong" + (", these first" if len(wrong) else "")
    return Picture("map", label, tiles, gallery=True, grey=True, digits=2)


def _first_weights(machine: Machine, problem: Problem, name: str, units: range) -> Picture:
    """The weights of the first layer with weights, a picture for each unit or filter."""
    layer = next(((n, each) for n, each in machine.spec.named_layers if isinstance(each, Dense | Conv2D)), None)
    assert layer is not None
    kernel = machine.parameters[f"{layer[0]}.kernel"].astype(float)
    pictures = _pictures_of(kernel, problem)
    if pictures is None:
        return Picture(name, "the first weights are no pictures", ())
    chosen = [unit for unit in units if unit < len(pictures)] or [len(pictures) - 1]
    reach = float(np.abs(pictures).max()) or 1.0
    tiles = tuple(Tile(str(unit + 1), _table(pictures[unit])) for unit in chosen)
    what = "filter" if isinstance(layer[1], Conv2D) else "unit"
    label = f"what each {what} of the first layer looks for"
    if len(chosen) == 1:
        label = f"what {what} {chosen[0] + 1} of the first layer looks for"
    left_out = f", the first {len(chosen)} of {len(pictures)}" if 1 < len(chosen) < len(pictures) else ""
    return Picture(name, label + left_out, tiles, -reach, reach, signed=True, digits=2)


def _pictures_of(kernel: Array, problem: Problem) -> Array | None:
    """The weights as pictures (units, rows, columns): of a Dense layer on all pixels, or of filters on one channel."""
    side = math.isqrt(problem.width)
    if kernel.ndim == 2 and kernel.shape[0] == side * side:
        return kernel.T.reshape(-1, side, side)
    if kernel.ndim == 4:
        return kernel[:, :, 0].transpose(2, 0, 1)
    return None


def _table(values: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, values.tolist()))
