"""Batch normalization: a batch of numbers stage by stage, moving averages, inference, and a deep stack of layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.batch_normalization import batch_normalize, moved, normalize_with
from tutor.engine.derivations.expressions import Expression, root, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.initializers import TruncatedNormal
from tutor.engine.layers import Activation, BatchNormalization, Dense, LayerSpec
from tutor.engine.network import forward
from tutor.engine.parameters import initial_theta, views
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import ActionControl, ChoiceControl, Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.origins import why
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import (
    Arithmetic,
    Code,
    Curve,
    Matrix,
    Number,
    Picture,
    Readout,
    Series,
    Table,
    Text,
    Tile,
    Vector,
)
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline

ROWS = ("1", "2", "3", "4")
UNITS = ("A", "B", "C")
BATCH = ((1.0, 20.0, 0.1), (3.0, -10.0, 0.3), (5.0, 30.0, 0.2), (7.0, 0.0, 0.2))
MISTAKES = (
    "mean over the row", "sum", "sum over N − 1", "variance over N − 1", "squares, not divided", "deviation",
    "squares, not centred", "not centred", "over the variance", "no epsilon", "beta first", "momentum turned round",
    "still missing", "mean, sign turned",
)  # fmt: skip
STACKED = ("without", "with")
STACK_ROWS, STACK_WIDTH = 64, 32
# Bounds between the bins in which a layer's activations are counted; what lies beyond goes to the outermost.
BINS = np.linspace(-2.1, 2.1, 22)
CURVE_POINTS = 120
NO_SPREAD = "0: one of the two is the same in every row"

Floats = NDArray[np.floating]


def stack(normalized: bool, depth: int, activation: str, stddev: float, seed: int) -> NetworkSpec:
    """``depth`` Dense layers of 32 units with weights of that spread, each normalized before its activation or not."""
    layers: list[LayerSpec] = []
    for _ in range(depth):
        layers.append(Dense(STACK_WIDTH, kernel_initializer=TruncatedNormal(stddev)))
        layers += [BatchNormalization()] * normalized
        layers.append(Activation(activation))
    name = "normalized" if normalized else "plain"
    return NetworkSpec(name, (STACK_WIDTH,), tuple(layers), loss="mean_squared_error", seed=seed, dtype="float64")


def activations(spec: NetworkSpec) -> list[Floats]:
    """What each activation of a fresh network gives for a batch of 64 rows of normal noise: (64, 32) each."""
    inputs = drawing_generator(spec.seed).standard_normal((STACK_ROWS, *spec.input_shape))
    values = forward(spec, views(spec, initial_theta(spec)), inputs, training=True)
    return [values[f"{name}.out"] for name, layer in spec.named_layers if isinstance(layer, Activation)]


class BatchNormalizationLab(Lab):
    """Up to four rows of three units through every stage; then ten layers with it and without."""

    id = "batch-normalization"
    title = "Batch normalization at work"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._sheet: tuple[tuple[object, ...], Worksheet] | None = None
        self._stacks: tuple[tuple[object, ...], tuple[list[Floats], ...]] | None = None

    def controls(self) -> tuple[Control, ...]:
        """The batch, γ and β, the constants, how long the averages have moved, and the stack of layers."""
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
        """The batch and its statistics; what comes out; the moving averages; the stack."""
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
        """One batch on its way, and the stack; the rest is for single steps of the lesson."""
        left_out = {
            "mean_arithmetic", "variance_arithmetic", "x_hat_arithmetic", "correlation", "arrived", "next_mean",
            "next_variance", "moving", "in_training", "at_inference", "spreads", "keras",
        }  # fmt: skip
        return tuple(name for group in self.groups() for name in group.names if name not in left_out)

    def readout_names(self) -> tuple[str, ...]:
        """Every stage; the moving averages; the stack; what only wrong answers come to."""
        return (
            "mean", "variance", "deviation", "x_hat", "y", "in_training", "at_inference", "correlation",
            "mean_arithmetic", "variance_arithmetic", "x_hat_arithmetic", "moving_mean", "moving_variance",
            "next_mean", "next_variance", "arrived", "missing", "moving", "last_spread", "spreads", "shapes", "fading",
            "mistakes", "keras",
        )  # fmt: skip

    def counted(self) -> frozenset[str]:
        """Statistics over two thousand numbers of a layer, and what only wrong answers come to."""
        return frozenset({"last_spread", "spreads", "shapes", "mistakes"})

    def press(self, name: str) -> str:
        """Undo the normalization by γ and β, take that back, or take one more step."""
        sheet = self.worksheet()
        match name:
            case "undo":
                self.set("gamma", sheet.array("deviation").tolist())
                self.set("beta", sheet.array("mean").tolist())
            case "plain":
                self.set("gamma", (1.0,) * len(UNITS))
                self.set("beta", (0.0,) * len(UNITS))
            case "step":
                self.set("steps", min(1000, self.number("steps") + 1))
            case _:
                return super().press(name)
        return ""

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine's own functions."""
        match name:
            case "mean_arithmetic" | "variance_arithmetic":
                stage = name.removesuffix("_arithmetic")
                return Arithmetic(name, f"{stage} of unit A", why(self, f"{stage}[A]"))
            case "x_hat_arithmetic":
                return Arithmetic(name, "row 1 of unit A", why(self, "x_hat[1][A]"))
            case "moving":
                return self._moving_curve(name)
            case "last_spread" | "spreads" | "shapes" | "fading":
                return self._stacked(name)
            case "mistakes":
                return Vector(name, "done otherwise", MISTAKES, self._mistakes())
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        labels = {
            "mean": "mean", "variance": "variance", "deviation": "√(variance + ε)", "correlation": "A with B",
            "moving_mean": "moving mean", "moving_variance": "moving var.",
            "next_mean": "mean, a step later", "next_variance": "variance, a step later",
            "x_hat": "x̂", "y": "y = γ·x̂ + β", "in_training": "y in training", "at_inference": "y at inference",
            "arrived": "share of the way", "missing": "share still missing",
        }  # fmt: skip
        if name not in labels:
            raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")
        cell_name, at = self.cell_of(name, ())
        values = self.worksheet().array(cell_name)[at] if at else self.worksheet().array(cell_name)
        if name in ("arrived", "missing"):
            return Number(name, labels[name], float(values))
        if values.ndim == 2:
            rows = tuple(map(tuple, values.tolist()))
            return Matrix(name, labels[name], ROWS[: len(rows)], UNITS, rows)
        places = ("X", "x̂") if name == "correlation" else UNITS
        digits = 6 if name in ("variance", "deviation") else 4
        return Vector(name, labels[name], places, tuple(values.tolist()), digits)

    def _moving_curve(self, name: str) -> Curve:
        means = self.worksheet().array("moving_means")[:-1, 0]
        shown = np.array(sorted({round(place) for place in np.linspace(0, len(means) - 1, CURVE_POINTS)}))
        xs, level = tuple(map(float, shown)), float(self.worksheet().array("mean")[0])
        lines = (
            Series("moving mean of A", xs, tuple(means[shown].tolist())),
            Series("mean of A in the batch", xs, (level,) * len(xs)),
        )
        return Curve(name, "the moving mean on its way", "steps", lines)

    def _stacked(self, name: str) -> Readout:
        layers = self._activations()
        spreads = [tuple(float(out.std()) for out in outs) for outs in layers]
        if name == "last_spread":
            label = "spread of the last layer"
            return Vector(name, label, STACKED, tuple(spread[-1] for spread in spreads), digits=8)
        if name == "fading":
            faded = [spread[-1] < spread[0] / 2 for spread in spreads]
            words = {(True, True): "both", (True, False): "without", (False, True): "with", (False, False): "neither"}
            return Text(name, "fades", words[faded[0], faded[1]])
        if name == "spreads":
            rows = tuple((str(i + 1), *pair) for i, pair in enumerate(zip(*spreads, strict=True)))
            return Table(name, "standard deviation of activations", ("layer", *STACKED), rows, digits=8)
        counts = [[np.histogram(out.clip(-2, 2), BINS)[0] / out.size for out in outs] for outs in layers]
        tiles = tuple(
            Tile(label, tuple(tuple(row.tolist()) for row in rows)) for label, rows in zip(STACKED, counts, strict=True)
        )
        across = ("activation", -2.0, 2.0)
        label = "share of activations at each value"
        down = ("layer", 1.0, float(len(counts[0])))
        return Picture(name, label, tiles, 0.0, 0.5, row_axis=down, column_axis=across)

    def _activations(self) -> tuple[list[Floats], ...]:
        """The activations of both stacks, layer by layer; kept until a control moves."""
        depth, seed, stddev = int(self.number("depth")), int(self.number("seed")), self.number("stddev")
        key = (depth, self.word("activation"), stddev, seed)
        if self._stacks is None or self._stacks[0] != key:
            both = tuple(activations(stack(normalized, *key)) for normalized in (False, True))
            self._stacks = key, both
        return self._stacks[1]

    # Where the numbers come from

    def worksheet(self) -> Worksheet:
        """The batch from X to y, and the moving averages step by step; kept until a control moves."""
        key = tuple(self._values.values())
        if self._sheet is None or self._sheet[0] != key:
            self._sheet = key, self._worked_out()
        return self._sheet[1]

    def _worked_out(self) -> Worksheet:
        sheet = super().worksheet()
        cell, x = sheet.cell, self._batch()
        rows, steps, momentum, epsilon = len(x), int(self.number("steps")), self.number("momentum"), self._epsilon()
        y, x_hat, mean, variance = batch_normalize(x, self.vector("gamma"), self.vector("beta"), epsilon)
        means: list[Floats] = [np.zeros(len(UNITS))]
        variances: list[Floats] = [np.ones(len(UNITS))]
        for _ in range(steps + 1):
            means.append(moved(means[-1], mean, momentum))
            variances.append(moved(variances[-1], variance, momentum))
        inferred = normalize_with(x, self.vector("gamma"), self.vector("beta"), means[steps], variances[steps], epsilon)

        def centred(n: Writer, r: int, u: int) -> Expression:
            return n(cell("X", r, u)) - n(cell("mean", u))

        def spread(n: Writer, squared: str, *index: int) -> Expression:
            return root(n(cell(squared, *index)) + n(cell("epsilon")))

        def averaged(u: int) -> Form:
            return Form("Σ x / N", lambda n: total([n(cell("X", r, u)) for r in range(rows)]) / n(rows))

        def squares(u: int) -> Form:
            def numbers(n: Writer) -> Expression:
                return total([centred(n, r, u) * centred(n, r, u) for r in range(rows)]) / n(rows)

            return Form("Σ (x − mean)·(x − mean) / N", numbers)

        def normalized(r: int, u: int) -> Form:
            formula = "(x − mean) / √(variance + ε)"
            return Form(formula, lambda n: centred(n, r, u) / spread(n, "variance", u))

        def scaled(r: int, u: int) -> Form:
            return Form("γ·x̂ + β", lambda n: n(cell("gamma", u)) * n(cell("x_hat", r, u)) + n(cell("beta", u)))

        def remembered(r: int, u: int) -> Form:
            def numbers(n: Writer) -> Expression:
                distance = n(cell("X", r, u)) - n(cell("moving_means", steps, u))
                return n(cell("gamma", u)) * (distance / spread(n, "moving_variances", steps, u)) + n(cell("beta", u))

            return Form("γ·((x − moving mean) / √(moving variance + ε)) + β", numbers)

        def moving(name: str, batch: str, start: float) -> Callable[..., Form]:
            def form(k: int, u: int) -> Form:
                if k == 0:
                    return Form(f"{start:g} before the first step", lambda n: n(start))
                stays = cell("momentum")
                return Form(
                    f"momentum·before + (1 − momentum)·{batch}",
                    lambda n: n(stays) * n(cell(name, k - 1, u)) + (n(1) - n(stays)) * n(cell(batch, u)),
                )

            return form

        def left(k: int) -> Form:
            if k == 0:
                return Form("1 before the first step", lambda n: n(1))
            return Form("momentum·before", lambda n: n(cell("momentum")) * n(cell("left", k - 1)))

        sheet.put("mean", mean, averaged)
        sheet.put("variance", variance, squares)
        sheet.put("deviation", np.sqrt(variance + epsilon), lambda u: Form(
            "√(variance + ε)", lambda n: spread(n, "variance", u)
        ))  # fmt: skip
        sheet.put("x_hat", x_hat, normalized)
        sheet.put("in_training", y, scaled)
        sheet.put("moving_means", np.array(means), moving("moving_means", "mean", 0.0))
        sheet.put("moving_variances", np.array(variances), moving("moving_variances", "variance", 1.0))
        sheet.put("at_inference", inferred, remembered)
        sheet.put("left", momentum ** np.arange(steps + 1), left)
        way = Form("1 − what is left of it", lambda n: n(1) - n(cell("left", steps)))
        sheet.put("arrived", 1 - momentum**steps, lambda: way)
        _put_correlation(sheet, x - mean, x_hat)
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """y is one of two; the moving averages are kept step by step."""
        steps = int(self.number("steps"))
        if name == "y":
            return "in_training" if self.word("mode") == "training" else "at_inference", index
        if name == "missing":
            return "left", (steps,)
        if name in ("moving_mean", "moving_variance"):
            return f"{name}s", (steps, *index)
        if name in ("next_mean", "next_variance"):
            return f"moving_{name.removeprefix('next_')}s", (steps + 1, *index)
        return name, index

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """Training, inference, and how the averages move."""
        return batch_normalize, normalize_with, moved

    def keras_program(self) -> KerasProgram:
        """The layer with these weights, asked in both modes, and its moving averages after the step."""
        steps, sheet = int(self.number("steps")), self.worksheet()
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
        moving = np.array([sheet.array(f"moving_{part}s")[steps] for part in ("mean", "variance")])
        results = ("at_inference", "in_training", "next_mean", "next_variance")
        return KerasProgram(source, {name: name for name in results}, {"moving": moving} if steps else {})

    def _batch(self) -> Floats:
        return self.vector("X")[: int(self.number("batch_size"))]

    def _epsilon(self) -> float:
        return self.number("epsilon")

    def _mistakes(self) -> tuple[float, ...]:
        """What unit A, and its first row, come to where one thing is done otherwise."""
        x, sheet, momentum = self._batch(), self.worksheet(), self.number("momentum")
        a, less = x[:, 0], max(1, len(x) - 1)
        mean, variance, deviation = (float(sheet.array(n)[0]) for n in ("mean", "variance", "deviation"))
        squares, gamma, beta = float(((a - mean) ** 2).sum()), self.vector("gamma")[0], self.vector("beta")[0]
        moving = float(sheet.array("moving_means")[int(self.number("steps")), 0])
        return tuple(map(float, (
            x[0].mean(), a.sum(), a.sum() / less, squares / less, squares, deviation,
            (a * a).mean(), a[0] / deviation, (a[0] - mean) / (variance + self._epsilon()),
            (a[0] - mean) / (np.sqrt(variance) or 1.0), gamma * (sheet.array("x_hat")[0, 0] + beta),
            (1 - momentum) * moving + momentum * mean, mean - moving, -mean,
        )))  # fmt: skip


def _put_correlation(sheet: Worksheet, centred: Floats, x_hat: Floats) -> None:
    """How units A and B go together, before and after; 0 where one of them is the same in every row."""
    sheet.put(
        "centred", centred, lambda r, u: Form("x − mean", lambda n: n(sheet.cell("X", r, u)) - n(sheet.cell("mean", u)))
    )
    rows = range(len(centred))

    def form(i: int) -> Form:
        name = ("centred", "x_hat")[i]

        def products(n: Writer, u: int, v: int) -> Expression:
            return total([n(sheet.cell(name, r, u)) * n(sheet.cell(name, r, v)) for r in rows])

        def numbers(n: Writer) -> Expression:
            return products(n, 0, 1) / root(products(n, 0, 0) * products(n, 1, 1))

        return Form("Σ a·b / √(Σ a·a · Σ b·b)", numbers) if values[i] else Form(NO_SPREAD, lambda n: n(0))

    values = [_correlation(each) for each in (centred, x_hat)]
    sheet.put("correlation", values, form)


def _correlation(columns: Floats) -> float:
    a, b = columns[:, 0], columns[:, 1]
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length else 0.0


def _numbers(values: Floats) -> str:
    """Numbers of a program: on one line where they fit."""
    texts = [repr(v) for v in values.tolist()]
    line = ", ".join(texts)
    return line if len(line) <= 22 else "\n    " + ",\n    ".join(texts)
