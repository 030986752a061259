"""A line fitted to a few rows, with all rows, a batch or one row per step, and the resulting gradient noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.derivation import Cell
from tutor.engine.derivations.expressions import Expression, ln, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Dense
from tutor.engine.losses import mean_squared_error_gradient
from tutor.engine.optimizer_specs import SGD
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.gradient_descent.descent import FAR
from tutor.training.plan import Plan, Position

Array = NDArray[np.float64]

# The map: cells 0.2 apart, the highest row first.
ACROSS, DOWN = np.round(np.linspace(-1, 5, 31), 1), np.round(np.linspace(2.6, -0.6, 17), 1)


@dataclass(frozen=True)
class LineFit:
    """The line w·x + b, ``start`` = (w, b), and the rows and batches to fit it with."""

    start: tuple[float, float]
    row_count: int
    batch_size: int
    epochs: int
    learning_rate: float
    seed: int

    def plan(self, batch_size: int | None = None) -> Plan:
        """Which rows each step takes."""
        spec = NetworkSpec("line", (1,), (Dense(1),), "mean_squared_error", seed=self.seed)
        return Plan(spec, self.row_count, batch_size or self.batch_size)

    @cached_property
    def rows(self) -> tuple[Array, Array]:
        """Features (rows, 2), each x and a 1 for the bias; targets (rows,) about 2·x + 1."""
        rng = drawing_generator(self.seed)
        x = np.round(rng.uniform(-2, 2, self.row_count), 2)
        y = np.round(2 * x + 1 + rng.normal(0, 1, self.row_count), 2)
        return np.stack([x, np.ones(self.row_count)], axis=1), y

    @cached_property
    def batches(self) -> tuple[NDArray[np.intp], ...]:
        """The rows of each batch of the first epoch."""
        return self.plan().block(Position(), self.plan().steps_per_epoch).batches

    def epoch_batches(self, most: int) -> tuple[tuple[NDArray[np.intp], ...], ...]:
        """The rows of each batch, epoch by epoch, for at most so many epochs."""
        plan, count = self.plan(), min(most, self.epochs)
        each = plan.steps_per_epoch
        batches = plan.block(Position(), count * each).batches
        return tuple(tuple(batches[start : start + each]) for start in range(0, count * each, each))

    @cached_property
    def row_gradients(self) -> Array:
        """The gradient of each row's squared error at the start, by w and by b: (rows, 2)."""
        features, targets = self.rows
        predictions = features @ np.array(self.start)
        errors = mean_squared_error_gradient(predictions[:, None], targets[:, None]) * self.row_count
        return errors * features

    @cached_property
    def batch_gradients(self) -> Array:
        """The mean gradient of each batch of the first epoch: (batches, 2)."""
        return np.array([self.row_gradients[batch].mean(axis=0) for batch in self.batches])

    @cached_property
    def ways(self) -> dict[str, tuple[Array, Array]]:
        """The paths with all rows, batches, or one row per step: w and b before each step, the loss over all rows."""
        some = min(self.batch_size, self.row_count)
        sizes = {"all rows": self.row_count, f"by {some}": some, "one by one": 1}
        return {label: self._way(size) for label, size in sizes.items()}

    def counts(self) -> dict[str, int]:
        """The numbers of steps."""
        an_epoch = self.plan().steps_per_epoch
        last = self.row_count - (an_epoch - 1) * self.batch_size
        return {"steps an epoch": an_epoch, "steps in all": an_epoch * self.epochs, "rows in the last": last}

    def map_values(self) -> Array:
        """ln(1 + loss) of the lines of the map: (down, across)."""
        features, targets = self.rows
        lines = np.stack(np.meshgrid(ACROSS, DOWN), axis=-1)
        return np.log(1 + np.square(lines @ features.T - targets).mean(axis=-1))

    def _way(self, batch_size: int) -> tuple[Array, Array]:
        (features, targets), plan = self.rows, self.plan(batch_size)
        theta, optimizer = np.array(self.start), SGD(self.learning_rate)
        way = [theta.copy()]
        for batch in plan.block(Position(), self.epochs * plan.steps_per_epoch).batches:
            errors = mean_squared_error_gradient(features[batch] @ theta[:, None], targets[batch, None])
            update(optimizer, theta, features[batch].T @ errors[:, 0], {}, len(way) - 1, self.learning_rate)
            way.append(theta.copy())
            if not np.abs(theta).max() < FAR:
                break
        path = np.array(way)
        return path, np.square(path @ features.T - targets).mean(axis=1)


def put_line(sheet: Worksheet, fit: LineFit) -> None:
    """Add the rows, their gradients, the batches' and the map; ``sheet`` has the start as ``line``."""
    features, targets = fit.rows
    cell, (w, b) = sheet.cell, sheet.cells("line")
    sheet.give("x", features[:, 0])
    sheet.give("y", targets)
    sheet.give("line_map.w", ACROSS)
    sheet.give("line_map.b", DOWN)

    def error(n: Writer, w: Cell, b: Cell, row: int) -> Expression:
        return n(w) * n(cell("x", row)) + n(b) - n(cell("y", row))

    def gradient(n: Writer, row: int, i: int) -> Expression:
        doubled = n(2) * n(cell("error", row))
        return doubled * n(cell("x", row)) if i == 0 else doubled

    def mean(rows: Iterable[int], i: int) -> Form:
        cells = [cell("row_gradient", int(row), i) for row in rows]
        return Form("the mean over the rows", lambda n: total(n.each(cells)) / n(len(cells)))

    def mapped(n: Writer, r: int, c: int) -> Expression:
        errors = [error(n, cell("line_map.w", c), cell("line_map.b", r), row) for row in range(fit.row_count)]
        return ln(n(1) + total([e * e for e in errors]) / n(fit.row_count))

    formulas = ("2·error·x", "2·error")
    everywhere = "ln(1 + mean of (w·x + b − y)²)"
    sheet.put(
        "error",
        features @ np.array(fit.start) - targets,
        lambda row: Form("w·x + b − y", lambda n: error(n, w, b, row)),
    )
    sheet.put("row_gradient", fit.row_gradients, lambda row, i: Form(formulas[i], lambda n: gradient(n, row, i)))
    sheet.put("batch_gradients", fit.batch_gradients, lambda batch, i: mean(fit.batches[batch], i))
    sheet.put("full_gradient", fit.row_gradients.mean(axis=0), lambda i: mean(range(fit.row_count), i))
    sheet.put("line_map", fit.map_values(), lambda r, c: Form(everywhere, lambda n: mapped(n, r, c)))
