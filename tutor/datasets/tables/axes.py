"""Rows of many inputs on a plane: two of the inputs, or the first two principal components.

Principal components are the directions in which the rows vary most (Pearson 1901; Goodfellow, Bengio and Courville,
*Deep Learning*, 2.12): the right singular vectors of the rows less their mean. The share of the variance along one is
its squared singular value divided by the sum of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.tables.rows import TableRows
from tutor.datasets.tables.table import Array, listed


@dataclass(frozen=True, eq=False)
class Axes:
    """Two ``directions`` (2, inputs) through the ``centre`` (inputs,) of the plane, with their ``names``.

    ``shares`` is how much of the variance each shows, where they are principal components. ``said`` is a sentence on
    what the plane shows.
    """

    names: tuple[str, str]
    centre: Array
    directions: Array
    said: str
    shares: tuple[float, float] | None = None

    def to_plane(self, inputs: Array) -> Array:
        """Points (rows, 2) of inputs (rows, inputs)."""
        return (inputs - self.centre) @ self.directions.T

    def to_inputs(self, points: Array) -> Array:
        """Inputs (rows, inputs) of points (rows, 2) on the plane; what the plane does not show is at its mean."""
        return self.centre + points @ self.directions


def axes_of(rows: TableRows, chosen: tuple[str, str] | None = None) -> Axes:
    """The axes of the rows: the two inputs ``chosen`` by name; or the only two; or two principal components.

    With one input, the second axis is empty. Raises ``DataError`` for a name that no input has.
    """
    names = rows.names
    if chosen is not None:
        across, along = (_place(rows, name) for name in chosen)
        if across == along:
            raise DataError(rows.file, None, f"both axes are {quoted(names[across])[1:-1]}; choose two inputs")
        return _plane(rows, across, along)
    if len(names) == 1:
        shown = quoted(names[0])[1:-1]
        return Axes(
            (names[0], ""),
            np.zeros(1),
            np.array([[1.0], [0.0]]),
            f"There is one input, {shown}: all points are on a line.",
        )
    return _plane(rows, 0, 1) if len(names) == 2 else _components(rows)


def _place(rows: TableRows, name: str) -> int:
    for same in (str, str.casefold):
        found = [i for i, known in enumerate(rows.names) if same(known) == same(name)]
        if len(found) == 1:
            return found[0]
    raise DataError(rows.file, None, f"there is no input {quoted(name)}; there are {listed(rows.names)}")


def _plane(rows: TableRows, across: int, along: int) -> Axes:
    """The plane of two inputs, whose coordinates are the inputs themselves."""
    count = len(rows.names)
    centre = rows.training.inputs.mean(axis=0)
    centre[[across, along]] = 0.0
    names = (rows.names[across], rows.names[along])
    x, y = (quoted(name)[1:-1] for name in names)
    said = f"The axes are {x} and {y}, the two inputs."
    if count > 2:
        others = "the other input is at its mean" if count == 3 else f"the other {count - 2} are at their mean"
        said = f"The axes are {x} and {y}, 2 of {count} inputs; in the plane, {others}."
    return Axes(names, centre, np.eye(count)[[across, along]], said)


def _components(rows: TableRows) -> Axes:
    """The plane of the first two principal components of the training rows."""
    inputs = rows.training.inputs
    centre = inputs.mean(axis=0)
    _, sizes, directions = np.linalg.svd(inputs - centre, full_matrices=False)
    two = np.zeros((2, len(centre)))
    two[: min(2, len(directions))] = directions[:2]
    # A direction and its opposite are equally good: the largest number is made positive, so that it is always the same.
    largest = np.take_along_axis(two, np.abs(two).argmax(axis=1)[:, None], axis=1)
    two *= np.where(largest < 0, -1.0, 1.0)
    variances = np.zeros(2)
    variances[: min(2, len(sizes))] = sizes[:2] ** 2
    shares = variances / max(float((sizes**2).sum()), np.finfo(float).tiny)
    first, second = shares.tolist()
    said = (
        f"The axes are the first two principal components of {len(centre)} inputs: they show {first:.0%} and "
        f"{second:.0%} of the variance, {first + second:.0%} together; in the plane, the others are at their mean."
    )
    return Axes(("component 1", "component 2"), centre, two, said, (first, second))
