"""Batch normalization: a batch of numbers stage by stage, moving averages, inference, and a deep stack of layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.batch_normalization import batch_normalize, moved, normalize_with
from tutor.engine.derivations.cells import Cells, Index, constant, sqrt, stacked
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.engine.initializers import TruncatedNormal
from tutor.engine.layers import Activation, BatchNormalization, Dense, LayerSpec
from tutor.engine.network import forward
from tutor.engine.parameters import initial_theta, views
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.labs.batch_normalization.drawings import (
    fill_averages,
    fill_distances,
    fill_profiles,
    fill_spreads,
    fill_stages,
)
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Picture, Series, Table, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline

ROWS = ("1", "2", "3", "4")
UNITS = ("A", "B", "C")
BATCH = ((1.0, 20.0, 0.1), (3.0, -10.0, 0.3), (5.0, 30.0, 0.2), (7.0, 0.0, 0.2))
STACKED = ("without", "with")
STACK_ROWS, STACK_WIDTH = 64, 32
# The bin edges of the histograms of activations; values beyond them go into the outermost bins.
BINS = np.linspace(-2.1, 2.1, 22)
CURVE_POINTS = 120
NO_SPREAD = "0: one of the two is the same in every row"

Floats = NDArray[np.floating]


def stack(normalized: bool, depth: int, activation: str, stddev: float, seed: int) -> NetworkSpec:
    """``depth`` Dense layers of 32 units with weights of that ``stddev``, with or without normalization."""
    layers: list[LayerSpec] = []
    for _ in range(depth):
        layers.append(Dense(STACK_WIDTH, kernel_initializer=TruncatedNormal(stddev)))
        layers += [BatchNormalization()] * normalized
        layers.append(Activation(activation))
    name = "normalized" if normalized else "plain"
    return NetworkSpec(name, (STACK_WIDTH,), tuple(layers), loss="mean_squared_error", seed=seed, dtype="float64")


def activations(spec: NetworkSpec) -> list[Floats]:
    """The outputs of each activation of a new network for a batch of 64 rows of normal noise: (64, 32) each."""
    inputs = drawing_generator(spec.seed).standard_normal((STACK_ROWS, *spec.input_shape))
    values = forward(spec, views(spec, initial_theta(spec)), inputs, training=True)
    return [values[f"{name}.out"] for name, layer in spec.named_layers if isinstance(layer, Activation)]


class BatchNormalizationLab(Lab):
    """Up to four rows of three units through every stage; then ten layers with and without normalization."""

    id = "batch-normalization"
    title = "Batch normalization at work"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._stacks: tuple[tuple[object, ...], tuple[list[Floats], ...]] | None = None

    def controls(self) -> tuple[Control, ...]:
        """The batch, γ and β, the constants, the number of steps of the averages, and the stack of layers."""
        return (
            MatrixControl("X", "batch X", ROWS, UNITS, -100, 100, 0.5, BATCH, "a row an example, a column a unit"),
            NumberControl("batch_size", "rows in the batch", 1, len(ROWS), 1, len(ROWS), integer=True,
                          help="the first so many rows of X"),
            VectorControl("gamma", "γ", UNITS, -1000, 1000, 0.5, (1.0, 1.0, 1.0), "scales each unit; is trained"),
            VectorControl("beta", "β", UNITS, -1000, 1000, 0.5, (0.0, 0.0, 0.0), "moves each unit; is trained"),
            ActionControl("undo", "undo", "u", "set γ = √(variance + ε) and β = mean"),
            ActionControl("plain", "plain", "p", "set γ = 1 and β = 0"),
            NumberControl("epsilon", "ε", 1e-7, 1, 0.001, 0.001, choices=(1e-7, 1e-5, 1e-3, 1e-2, 0.1, 1),
                          help="keeps the division from 0"),
            ChoiceControl("mode", "mode", ("training", "inference"), "training", "whose mean and variance are used"),
            NumberControl("momentum", "momentum", 0, 0.999, 0.01, 0.99, choices=(0, 0.5, 0.9, 0.99, 0.999),
                          help="how much of a moving average stays at each step"),
            NumberControl("steps", "steps taken", 0, 1000, 1, 0, integer=True, help="each with this very batch",
                          choices=(0, 1, 10, 50, 100, 200, 500, 1000)),
            ActionControl("step", "one more step", "m", "train on this batch once more"),
            NumberControl("depth", "layers", 1, 12, 1, 10, integer=True, help="one on top of the other"),
            NumberControl("stddev", "spread of weights", 0.01, 2, 0.01, 0.05, choices=(0.02, 0.05, 0.1, 0.2, 0.5, 1),
                          help="the standard deviation they begin with"),
            ChoiceControl("activation", "activation", ("relu", "tanh", "sigmoid"), "tanh", "after each layer"),
            NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of weights and inputs"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The batch and its statistics; the output; the moving averages; the stack."""
        return (
            Group("Batch", ("X", "batch_size", "mean", "variance", "epsilon", "deviation")),
            Group("Arithmetic", ("mean_arithmetic", "variance_arithmetic", "x_hat_arithmetic")),
            Group("Normalized", ("x_hat", "gamma", "beta", "undo", "plain", "mode", "y", "correlation")),
            Group("Moving averages", ("momentum", "steps", "step", "moving_mean", "moving_variance", "arrived",
                                      "next_mean", "next_variance", "moving")),
            Group("Both modes", ("in_training", "at_inference")),
            Group("Layer upon layer", ("depth", "stddev", "activation", "seed", "last_spread", "spreads", "shapes")),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """The normalization of a batch, and the stack; the rest is for single steps of the lesson."""
        left_out = {
            "mean_arithmetic", "variance_arithmetic", "x_hat_arithmetic", "correlation", "arrived", "next_mean",
            "next_variance", "moving", "in_training", "at_inference", "spreads", "keras",
        }  # fmt: skip
        return tuple(name for group in self.groups() for name in group.names if name not in left_out)

    def press(self, name: str) -> str:
        """Set γ and β to undo the normalization, reset them, or take one more step."""
        match name:
            case "undo":
                deviation, mean = self.sheet["deviation"].values, self.sheet["mean"].values
                self.set("gamma", deviation.tolist())
                self.set("beta", mean.tolist())
            case "plain":
                self.set("gamma", (1.0,) * len(UNITS))
                self.set("beta", (0.0,) * len(UNITS))
            case "step":
                self.set("steps", min(1000, self.number("steps") + 1))
            case _:
                return super().press(name)
        return ""

    def fill(self, sheet: Sheet) -> None:
        """The batch from X to y, the moving averages step by step, the stack."""
        x = self._batch()
        batch = Cells(np.asarray(x, dtype=np.float64), sheet["X"].write, sheet["X"].named)
        by_batch = batch_normalize(x, self.vector("gamma"), self.vector("beta"), self._epsilon())
        self._fill_batch(sheet, batch, by_batch)
        self._fill_moving(sheet)
        self._fill_modes(sheet, batch, by_batch[0])
        self._fill_correlation(sheet)
        self._fill_stack(sheet)
        rows = ROWS[: len(batch)]
        shown = "in_training" if self.word("mode") == "training" else "at_inference"
        fill_stages(sheet, batch, rows, UNITS, shown)
        fill_distances(sheet, rows)
        fill_profiles(sheet, batch)
        fill_averages(sheet, UNITS)

    def _fill_batch(self, sheet: Sheet, batch: Cells, by_batch: tuple[Floats, ...]) -> None:
        rows, epsilon = len(batch), sheet["epsilon"]
        _, normalized, means, variances = by_batch
        sheet.vector("sums", "Σ x", UNITS, batch.sum(axis=0), "Σ x")
        mean = sheet.vector("mean", "mean", UNITS, (batch.sum(axis=0) / rows).computed(means), "Σ x / N")
        centred = batch - mean
        sheet.let("centred", centred, "x − mean")
        squares = (centred * centred).sum(axis=0)
        sheet.vector("squares", "Σ (x − mean)²", UNITS, squares, "Σ (x − mean)·(x − mean)")
        variance = sheet.vector(
            "variance", "variance", UNITS, (squares / rows).computed(variances), "Σ (x − mean)·(x − mean) / N", digits=6
        )
        spread = sqrt(variance + epsilon)
        sheet.vector("deviation", "√(variance + ε)", UNITS, spread, "√(variance + ε)", digits=6)
        x_hat = (centred / spread).computed(normalized)
        sheet.matrix("x_hat", "x̂", ROWS[:rows], UNITS, x_hat, "(x − mean) / √(variance + ε)")
        first = centred[0, 0] / sqrt(variance[0]) if variance.values[0] else constant(0.0)
        said = "(x − mean) / √(variance)" if variance.values[0] else "0: the unit is the same in every row"
        sheet.number("without_epsilon", "x̂ of row 1 of A, without ε", first, said)
        sheet.vector("of_a", "x of unit A", ROWS[:rows], batch.transposed[0])
        sheet.arithmetic("mean_arithmetic", "mean of unit A", "mean[A]")
        sheet.arithmetic("variance_arithmetic", "variance of unit A", "variance[A]")
        sheet.arithmetic("x_hat_arithmetic", "row 1 of unit A", "x_hat[1][A]")

    def _fill_moving(self, sheet: Sheet) -> None:
        """Both moving averages, (steps + 2, units): before the first step, and after each."""
        steps, momentum = int(self.number("steps")), sheet["momentum"]
        for name, start in (("mean", 0.0), ("variance", 1.0)):
            batch, averages = sheet[name], [np.full(len(UNITS), start)]
            for _ in range(steps + 1):
                averages.append(np.asarray(moved(averages[-1], batch.values, momentum.number), dtype=np.float64))
            moving = _from_step_to_step(
                sheet, f"moving_{name}s", np.array(averages), start,
                partial(_moved, momentum, batch), f"momentum·before + (1 − momentum)·{name}",
            )  # fmt: skip
            sheet.vector(f"moving_{name}", f"moving {name}" if name == "mean" else "moving var.", UNITS, moving[steps])
            sheet.vector(f"next_{name}", f"{name}, a step later", UNITS, moving[steps + 1])
        left = _from_step_to_step(
            sheet, "left", momentum.number ** np.arange(steps + 1), 1.0, lambda before: momentum * before,
            "momentum·before",
        )  # fmt: skip
        arrived = (1 - left[steps]).computed(1 - momentum.number**steps)
        sheet.number("arrived", "share of the way", arrived, "1 − what is left of it")
        sheet.number("missing", "share still missing", left[steps])
        sheet.show("moving", lambda: self._moving_curve(sheet))

    def _fill_modes(self, sheet: Sheet, batch: Cells, y: Floats) -> None:
        labels, steps, gamma, beta = ROWS[: len(batch)], int(self.number("steps")), sheet["gamma"], sheet["beta"]
        mean, variance = sheet["moving_means"][steps], sheet["moving_variances"][steps]
        in_training = (gamma * sheet["x_hat"] + beta).computed(y)
        in_training = sheet.matrix("in_training", "y in training", labels, UNITS, in_training, "γ·x̂ + β")
        numbers = (batch.values, gamma.values, beta.values, mean.values, variance.values)
        inferred = gamma * ((batch - mean) / sqrt(variance + sheet["epsilon"])) + beta
        inferred = sheet.matrix(
            "at_inference", "y at inference", labels, UNITS,
            inferred.computed(normalize_with(*numbers, self._epsilon())),
            "γ·((x − moving mean) / √(moving variance + ε)) + β",
        )  # fmt: skip
        shown = in_training if self.word("mode") == "training" else inferred
        sheet.matrix("y", "y = γ·x̂ + β", labels, UNITS, shown)

    def _fill_correlation(self, sheet: Sheet) -> None:
        """The correlation of units A and B, before and after; 0 if one of them is the same in every row."""
        tables = [sheet[name] for name in ("centred", "x_hat")]
        values = [_correlation(table.values) for table in tables]
        pairs = [(table.transposed[0], table.transposed[1]) for table in tables]
        together = [(a * b).sum() / sqrt((a * a).sum() * (b * b).sum()) for a, b in pairs]
        written = stacked([each if value else constant(0.0) for each, value in zip(together, values, strict=True)])
        sheet.vector(
            "correlation", "A with B", ("X", "x̂"), written.computed(values),
            lambda i: "Σ a·b / √(Σ a·a · Σ b·b)" if values[i] else NO_SPREAD,
        )  # fmt: skip

    def _fill_stack(self, sheet: Sheet) -> None:
        """The spread of the activations, layer by layer."""
        layers = self._activations()
        spreads = [tuple(float(out.std()) for out in outs) for outs in layers]
        last = [spread[-1] for spread in spreads]
        sheet.vector("last_spread", "spread of the last layer", STACKED, last, digits=8)
        fill_spreads(sheet, spreads, STACKED)
        faded = [spread[-1] < spread[0] / 2 for spread in spreads]
        words = {(True, True): "both", (True, False): "without", (False, True): "with", (False, False): "neither"}
        sheet.text("fading", "fades", words[faded[0], faded[1]])
        rows = tuple((str(i + 1), *pair) for i, pair in enumerate(zip(*spreads, strict=True)))
        label, columns = "standard deviation of activations", ("layer", *STACKED)
        sheet.show("spreads", lambda: Table("spreads", label, columns, rows, digits=8), counted=True)
        sheet.show("shapes", self._shapes, counted=True)

    def _moving_curve(self, sheet: Sheet) -> Curve:
        means = sheet["moving_means"].values[:-1, 0]
        shown = np.array(sorted({round(place) for place in np.linspace(0, len(means) - 1, CURVE_POINTS)}))
        xs, level = tuple(map(float, shown)), float(sheet["mean"].values[0])
        lines = (
            Series("moving mean of A", xs, tuple(means[shown].tolist())),
            Series("mean of A in the batch", xs, (level,) * len(xs)),
        )
        return Curve("moving", "the moving mean on its way", "steps", lines)

    def _shapes(self) -> Picture:
        """The histograms of each layer's activations."""
        layers = self._activations()
        counts = [[np.histogram(out.clip(-2, 2), BINS)[0] / out.size for out in outs] for outs in layers]
        tiles = tuple(
            Tile(label, tuple(tuple(row.tolist()) for row in rows)) for label, rows in zip(STACKED, counts, strict=True)
        )
        across, down = ("activation", -2.0, 2.0), ("layer", 1.0, float(len(counts[0])))
        label = "share of activations at each value"
        return Picture("shapes", label, tiles, 0.0, 0.5, row_axis=down, column_axis=across)

    def _activations(self) -> tuple[list[Floats], ...]:
        """The activations of both stacks, layer by layer; cached until a control changes."""
        depth, seed, stddev = int(self.number("depth")), int(self.number("seed")), self.number("stddev")
        key = (depth, self.word("activation"), stddev, seed)
        if self._stacks is None or self._stacks[0] != key:
            both = tuple(activations(stack(normalized, *key)) for normalized in (False, True))
            self._stacks = key, both
        return self._stacks[1]

    def motions(self) -> tuple[str, ...]:
        """One training step after the other."""
        return ("step",)

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """Training, inference, and the update of the averages."""
        return batch_normalize, normalize_with, moved

    def keras_program(self) -> KerasProgram:
        """The layer with these weights, called in both modes, and its moving averages after the step."""
        steps, sheet = int(self.number("steps")), self.sheet
        before = "moving[0], moving[1]" if steps else "np.zeros(3), np.ones(3)"
        batch = ",\n    ".join(f"[{_numbers(row)}]" for row in self._batch())
        source = f"""\
import keras
import numpy as np
X = np.array([
    {batch}])
bn = keras.layers.BatchNormalization(
    momentum={self.number("momentum"):g}, epsilon={self._epsilon():g})
bn.build((None, {len(UNITS)}))
gamma = np.array([{_numbers(self.vector("gamma"))}])
beta = np.array([{_numbers(self.vector("beta"))}])
bn.set_weights([
    gamma, beta, {before}])
# by the moving averages:
at_inference = bn(X, training=False)
# by the batch, which moves them:
in_training = bn(X, training=True)
next_mean = bn.moving_mean
next_variance = bn.moving_variance
"""
        moving = np.array([sheet[f"moving_{part}s"].values[steps] for part in ("mean", "variance")])
        results = ("at_inference", "in_training", "next_mean", "next_variance")
        return KerasProgram(source, {name: name for name in results}, {"moving": moving} if steps else {})

    def _batch(self) -> Floats:
        return self.vector("X")[: int(self.number("batch_size"))]

    def _epsilon(self) -> float:
        return self.number("epsilon")


def _moved(momentum: Cells, batch: Cells, before: Cells) -> Cells:
    return momentum * before + (1 - momentum) * batch


def _from_step_to_step(
    sheet: Sheet, name: str, values: Floats, start: float, following: Callable[[Cells], Cells], formula: str
) -> Cells:
    """Numbers (steps, …), each computed from the previous step's; the first is ``start``."""

    def write(n: Writer, at: Index) -> Expression:
        return n(start) if at[0] == 0 else following(sheet[name][at[0] - 1]).write(n, at[1:])

    def said(step: int, *_: int) -> str:
        return formula if step else f"{start:g} before the first step"

    return sheet.let(name, Cells(values.astype(np.float64), write), said)


def _correlation(columns: Floats) -> float:
    a, b = columns[:, 0], columns[:, 1]
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length else 0.0


def _numbers(values: Floats) -> str:
    """Numbers in a program, on one line if they fit."""
    texts = [repr(v) for v in values.tolist()]
    line = ", ".join(texts)
    return line if len(line) <= 22 else "\n    " + ",\n    ".join(texts)
