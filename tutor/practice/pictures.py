"""What was returned beside what should be, as a picture: bars for a row of numbers, colours for a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.readouts import Picture, Tile
from tutor.practice.comparing import close

YOURS, RIGHT = "yours", "right"
_MOST_BARS, _MOST_CELLS = 12, 40
"""The numbers of a row, and the rows and columns of a table, beyond which only the first are drawn."""


def compared(name: str, got: Any, right: NDArray[Any], tolerance: float) -> Bars | Picture | None:
    """Both arrays side by side, wrong cells marked; None for a single number or another shape.

    Of more than two axes the first table with a wrong number in it is shown.
    """
    if not isinstance(got, np.ndarray) or got.shape != right.shape or not right.ndim or not right.size:
        return None
    if np.iscomplexobj(got):
        return None
    wrong = ~close(got, right, tolerance)
    if right.ndim == 1:
        return _bars(name, got[:_MOST_BARS], right[:_MOST_BARS], wrong[:_MOST_BARS])
    before: tuple[int, ...] = ()
    label = name
    if right.ndim > 2:
        before = tuple(int(i) for i in np.argwhere(wrong)[0][:-2]) if wrong.any() else (0,) * (right.ndim - 2)
        label = f"{name}[{', '.join(map(str, before))}]"
    got, right, wrong = (each[before][:_MOST_CELLS, :_MOST_CELLS] for each in (got, right, wrong))
    return _picture(label, got, right, wrong)


def _bars(name: str, got: NDArray[Any], right: NDArray[Any], wrong: NDArray[np.bool_]) -> Bars:
    labels = tuple(map(str, range(len(right))))
    seen = [float(v) for v in (*got, *right) if np.isfinite(v)]
    low, high = min([0.0, *seen]), max([0.0, *seen])
    marked = tuple(label for label, is_wrong in zip(labels, wrong, strict=True) if is_wrong)
    panels = (
        BarPanel(YOURS, labels, _plain(got), low, high, marked=marked),
        BarPanel(RIGHT, labels, _plain(right), low, high),
    )
    return Bars("compared", name, panels)


def _picture(label: str, got: NDArray[Any], right: NDArray[Any], wrong: NDArray[np.bool_]) -> Picture:
    # The scale is that of the right numbers: some that are far too large would leave no colours for these.
    signed = bool((right < 0).any() or (got < 0).any())
    reach = float(np.abs(right[np.isfinite(right)]).max(initial=0.0)) or 1.0
    ends = (-reach, reach) if signed else (0.0, reach)
    marked = tuple((int(row), int(column)) for row, column in np.argwhere(wrong))
    tiles = (
        Tile(YOURS, tuple(_plain(row) for row in got), marked=marked),
        Tile(RIGHT, tuple(_plain(row) for row in right)),
    )
    return Picture("compared", label, tiles, *ends, signed=signed, numbered=True)


def _plain(row: NDArray[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in row)
