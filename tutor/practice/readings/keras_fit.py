"""What ``fit`` was given, in plain values: rows held out by hand are those that ``validation_split`` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.language.catalogue import _


@dataclass(frozen=True)
class Numbers:
    """The numbers of rows or of labels: the shape of one, the least, the largest and the mean of all."""

    shape: tuple[int, ...]
    least: float
    largest: float
    mean: float

    def plain(self) -> dict[str, Any]:
        """As values that are compared one by one."""
        return {"shape": list(self.shape), "least": self.least, "largest": self.largest, "mean": self.mean}


def numbers_of(rows: NDArray[Any]) -> Numbers:
    """Those of an array of rows."""
    return Numbers(rows.shape[1:], float(np.min(rows)), float(np.max(rows)), float(np.mean(rows)))


@dataclass(frozen=True)
class Rows:
    """The rows of a fit: how many to train on and how many held out for validation, their numbers, their labels."""

    trained: int
    held: int
    x: Numbers
    y: Numbers


def described_fit(rows: Rows, epochs: int, batch_size: int, trained_on: int = 0, **others: Any) -> dict[str, Any]:
    """A fit as ``read_fit`` gives it; ``trained_on`` is how many of the rows for validation are trained on, too."""
    usual = {"shuffle": True, "callbacks": [], "class_weight": False, "sample_weight": False, "steps_per_epoch": None}
    return {
        "epochs": epochs, "batch_size": batch_size, "rows": rows.trained, "validation_rows": rows.held,
        "validation_rows_trained_on": trained_on, "x": rows.x.plain(), "y": rows.y.plain(), **usual, **others,
    }  # fmt: skip


def read_fit(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fit. Raises ``KeyError``, ``TypeError`` and the like for what is no fit."""
    held = plain["validation"]
    parts = [plain, *([held] if held is not None else [])]
    counts = [_whole(part["x"]["shape"][0]) for part in parts]
    x, y = (_numbers([part[name] for part in parts]) for name in ("x", "y"))
    # A column of class numbers is the same to Keras as a row of them.
    rows = Rows(counts[0], sum(counts[1:]), x, replace(y, shape=()) if y.shape == (1,) else y)
    others: dict[str, Any] = {name: bool(plain[name]) for name in ("shuffle", "class_weight", "sample_weight")}
    steps = plain.get("steps_per_epoch")
    return described_fit(
        rows, _whole(plain["epochs"]) - _whole(plain["initial_epoch"]), _whole(plain["batch_size"]),
        0 if held is None else _whole(held["trained_on"]), **others,
        callbacks=[str(each)[:40] for each in plain["callbacks"]],
        steps_per_epoch=None if steps is None else _whole(steps),
    )  # fmt: skip


def _numbers(parts: list[Any]) -> Numbers:
    shapes = [tuple(map(_whole, part["shape"])) for part in parts]
    mean = sum(float(part["mean"]) * shape[0] for part, shape in zip(parts, shapes, strict=True))
    ends = min(float(part["least"]) for part in parts), max(float(part["largest"]) for part in parts)
    return Numbers(shapes[0][1:], *ends, mean / sum(shape[0] for shape in shapes))


def _whole(given: Any) -> int:
    if type(given) is not int:
        raise TypeError(_("no whole number"))
    return given
