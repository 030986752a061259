"""Gradient descent: a step on a curve, optimizers raced over a loss surface, a line fitted batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.expressions import Expression, largest, root
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.descent import Descent, descend, put_descent, put_surface
from tutor.engine.optimizer_specs import SGD, Adam, LearningRate, OptimizerSpec, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, rate
from tutor.engine.surfaces import SURFACES, largest_curvature, place
from tutor.engine.updates import clip, update
from tutor.engine.worksheet import Worksheet
from tutor.labs import line_fit
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import ActionControl, ChoiceControl, Control, ControlError, NumberControl, VectorControl
from tutor.labs.line_fit import LineFit, put_line
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
    Trail,
    Vector,
)
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline

Array = NDArray[np.float64]

QUADRATIC = ("bowl", "valley")

OPTIMIZERS = ("SGD", "momentum", "Nesterov", "RMSprop", "Adam")
KERAS_NAMES = dict(zip(OPTIMIZERS, ("SGD", "SGD", "SGD", "RMSprop", "Adam"), strict=True))
SCHEDULES = ("constant", "exponential", "inverse time", "cosine")
WEIGHTS, LINE = ("w1", "w2"), ("w", "b")
WRONG_WS = ("added", "without η", "step alone")
RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.9, 1.0, 1.1, 2.0)

# The maps: cells 0.2 apart, the highest row first.
ACROSS, DOWN = np.round(np.linspace(-3, 3, 31), 1), np.round(np.linspace(1.6, -1.6, 17), 1)
BATCHES_SHOWN = 8
HILL_W = np.linspace(-4.0, 10.0, 71)


def _picture(
    name: str, label: str, values: Array, axes: tuple[str, str], grid: tuple[Array, Array], ways: dict[str, Array]
) -> Picture:
    """A map with the ways over it; where one leaves the map it goes along the edge."""
    across, down = grid
    trails = []
    for racer, way in ways.items():
        columns = np.clip((way[:, 0] - across[0]) / (across[1] - across[0]), 0, len(across) - 1)
        rows = np.clip((way[:, 1] - down[0]) / (down[1] - down[0]), 0, len(down) - 1)
        trails.append(Trail(racer, tuple(zip(rows.tolist(), columns.tolist(), strict=True))))
    return Picture(
        name, label, (Tile("", tuple(map(tuple, values.tolist()))),), float(values.min()), float(values.max()),
        digits=2,
        row_axis=(axes[1], float(down[0]), float(down[-1])), column_axis=(axes[0], float(across[0]), float(across[-1])),
        trails=tuple(trails),
    )  # fmt: skip


class GradientDescentLab(Lab):
    """A curve of one weight, a surface of two, and a line through rows."""

    id = "gradient-descent"
    title = "Gradient descent"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._descend = lru_cache(maxsize=10)(descend)
        self._fit = lru_cache(maxsize=2)(LineFit)

    def controls(self) -> tuple[Control, ...]:
        """The surface and who walks on it; the step; the curve; the line and its rows."""
        return (
            ChoiceControl("surface", "surface", tuple(SURFACES), "valley", "the loss of two weights"),
            NumberControl("k", "steepness k", 1, 100, 1, 10, help="of valley and banana"),
            VectorControl("start", "start", WEIGHTS, -3, 3, 0.1, (-2.5, 1.0), "where all begin"),
            ChoiceControl("optimizer", "optimizer", OPTIMIZERS, "SGD", "whose steps are shown"),
            ChoiceControl("race", "on the map", ("one", "all five"), "one", "who is drawn"),
            NumberControl("learning_rate", "learning rate η", 0.0001, 10, 0.01, 0.1, choices=RATES, help="step size"),
            NumberControl("momentum", "momentum μ", 0, 0.99, 0.1, 0.9, help="how much velocity stays"),
            NumberControl("steps", "steps taken", 0, 200, 1, 20, integer=True, help="from the start"),
            ChoiceControl("schedule", "schedule of η", SCHEDULES, "constant", "how η changes"),
            NumberControl("decay_rate", "decay rate r", 0.01, 10, 0.05, 0.5, help="of the schedule"),
            NumberControl("decay_steps", "decay steps s", 1, 200, 5, 10, integer=True, help="of the schedule"),
            NumberControl("clipnorm", "clipnorm", 0, 10, 0.5, 0, help="at most this long; 0: any"),
            NumberControl("w", "weight w", -100, 100, 0.5, 6, help="where you stand"),
            ActionControl("step", "take the step", "o", "w moves to the new w"),
            NumberControl("rows", "rows", 4, 60, 1, 12, integer=True, help="examples to fit the line to"),
            NumberControl("batch_size", "batch size", 1, 60, 1, 3, integer=True, help="rows a step"),
            NumberControl("epochs", "epochs", 1, 40, 1, 5, integer=True, help="times through all rows"),
            VectorControl("line", "line", LINE, -5, 5, 0.5, (0.0, 0.0), "w and b before the first step"),
            NumberControl("seed", "seed", 0, 999, 1, 1, integer=True, help="draws the rows and their order"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The race, its numbers, the schedule, the curve, the rows, Keras."""
        race = ("surface", "k", "start", "optimizer", "race", "learning_rate", "momentum", "clipnorm", "steps")
        numbers = ("position", "gradient", "norm", "clipped", "velocity", "next", "curvature", "limit", "loss")
        rows = ("rows", "batch_size", "epochs", "seed", "line", "counts", "batch_gradients", "full_gradient")
        return (
            Group("Race", (*race, *numbers, "verdict", "map", "leader", "standings", "losses")),
            Group("How it comes about", ("next_arithmetic", "path")),
            Group("Decay", ("schedule", "decay_rate", "decay_steps", "rate", "rates")),
            Group("One weight", ("w", "step", "height", "slope", "new_w", "new_w_arithmetic", "hill")),
            Group("Rows in batches", (*rows, "line_map", "line_losses")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The race; the rest is for single steps of the lesson."""
        hidden = {"gradient", "norm", "clipped", "velocity", "next", "leader"}
        race = tuple(name for name in self.groups()[0].names if name not in hidden)
        return (*race, "schedule", "decay_rate", "decay_steps", "rate")

    def readout_names(self) -> tuple[str, ...]:
        """What stands in the groups, and wrong steps."""
        controls = {control.name for control in self.controls()}
        shown = [name for group in self.groups() for name in group.names if name not in controls]
        return (*shown, *sorted(self.counted() - {"counts"}))

    def press(self, name: str) -> str:
        """Move w to where one step of gradient descent puts it."""
        if name != "step":
            raise self._unknown(name)
        new_w = self._new_w()
        if not -100 <= new_w <= 100:
            raise ControlError(f"The step would land at {new_w:g}, off the curve: with η above 1 each one is longer.")
        self.set("w", new_w)
        return f"w is now {new_w:g}"

    # What is computed

    def _learning_rate(self) -> LearningRate:
        eta, r, s = (self.number(name) for name in ("learning_rate", "decay_rate", "decay_steps"))
        match self.word("schedule"):
            case "exponential":
                return ExponentialDecay(eta, s, r)
            case "inverse time":
                return InverseTimeDecay(eta, s, r)
            case "cosine":
                return CosineDecay(eta, s)
        return eta

    def _optimizer(self, name: str) -> OptimizerSpec:
        eta, clipnorm = self._learning_rate(), self.number("clipnorm") or None
        match name:
            case "Adam":
                return Adam(eta, clipnorm=clipnorm)
            case "RMSprop":
                return RMSprop(eta, clipnorm=clipnorm)
            case "SGD":
                return SGD(eta, clipnorm=clipnorm)
        return SGD(eta, self.number("momentum"), name == "Nesterov", clipnorm=clipnorm)

    def _descent(self, name: str) -> Descent:
        """The way of one optimizer, one step further than is shown."""
        x, y = self.vector("start").tolist()
        optimizer, steps = self._optimizer(name), int(self.number("steps"))
        return self._descend(self.word("surface"), self.number("k"), (x, y), optimizer, steps + 1)

    def _now(self, descent: Descent) -> int:
        return min(int(self.number("steps")), len(descent.w) - 1)

    def _curvature(self) -> tuple[Array, float]:
        """The second derivatives where the chosen optimizer stands, and their largest eigenvalue."""
        descent = self._descent(self.word("optimizer"))
        x, y = descent.w[self._now(descent)]
        bends = np.array([bend(place(x, y, self.number("k"))) for bend in SURFACES[self.word("surface")].bends])
        return bends, largest_curvature(bends)

    def _new_w(self) -> float:
        w, eta = self.number("w"), self.number("learning_rate")
        theta = np.array([w], dtype=np.float64)
        update(SGD(eta), theta, np.array([2.0 * (w - 3)]), {}, 0, eta)
        return float(theta[0])

    def _line(self) -> LineFit:
        w, b = self.vector("line").tolist()
        rows, size, epochs, seed = (int(self.number(n)) for n in ("rows", "batch_size", "epochs", "seed"))
        return self._fit((w, b), rows, size, epochs, self.number("learning_rate"), seed)

    # Readouts

    def read(self, name: str) -> Readout:
        """Compute one readout."""
        descent = self._descent(self.word("optimizer"))
        t = self._now(descent)
        after = min(t + 1, len(descent.w) - 1)
        velocity = descent.memory.get("velocity", descent.memory.get("m", np.zeros_like(descent.w)))
        match name:
            case "map" | "line_map":
                return self._map(name)
            case "position":
                return Vector(name, f"w at step {t}", WEIGHTS, tuple(descent.w[t].tolist()))
            case "loss":
                return Number(name, f"loss {SURFACES[self.word('surface')].formula}", float(descent.loss[t]))
            case "gradient":
                return Vector(name, "gradient ∂w", WEIGHTS, tuple(descent.gradient[t].tolist()))
            case "norm":
                return Number(name, "its length", float(descent.norm[t]))
            case "clipped":
                return Vector(name, "clipped", WEIGHTS, tuple(descent.clipped[t].tolist()))
            case "velocity":
                return Vector(name, "velocity v", WEIGHTS, tuple(velocity[t].tolist()))
            case "next":
                return Vector(name, "next w", WEIGHTS, tuple(descent.w[after].tolist()))
            case "next_arithmetic":
                return Arithmetic(name, "how w2 comes about", why(self, "next[w2]"))
            case "wrong_next":
                return Matrix(name, "wrong steps", *self._wrong_steps(descent, t))
            case "clipped_values":
                values = np.clip(descent.gradient[t], -1, 1) if self.number("clipnorm") else descent.gradient[t]
                return Vector(name, "each number cut to ±1", WEIGHTS, tuple(values.tolist()))
            case "curvature":
                return Number(name, "largest curvature λ", self._curvature()[1])
            case "best_rate":
                return Number(name, "1/λ", 1 / self._curvature()[1])
            case "limit":
                return Number(name, "limit 2/λ", 2 / self._curvature()[1])
            case "path":
                rows = [(str(i), *descent.w[i].tolist(), float(descent.loss[i])) for i in range(max(0, t - 5), t + 1)]
                return Table(name, "the last steps", ("step", *WEIGHTS, "loss"), tuple(rows))
            case "verdict":
                return Text(name, "verdict", self._verdict(descent, t))
            case "standings" | "leader" | "losses":
                return self._race(name)
            case "rate":
                return Number(name, f"η of the step after {t}", float(descent.rate[t]))
            case "rates":
                steps = range(max(40, int(self.number("steps"))) + 1)
                line = Series("η", tuple(map(float, steps)), tuple(rate(self._learning_rate(), i) for i in steps))
                return Curve(name, "learning rate η", "step", (line,), low=0.0, marker=(t, float(descent.rate[t])))
        return self._read_small(name)

    def _read_small(self, name: str) -> Readout:
        w, eta = self.number("w"), self.number("learning_rate")
        match name:
            case "height":
                return Number(name, "f(w) = (w − 3)²", (w - 3) ** 2)
            case "slope":
                return Number(name, "slope f′(w)", 2 * (w - 3))
            case "new_w":
                return Number(name, "w after the step", self._new_w())
            case "new_w_arithmetic":
                return Arithmetic(name, "how the new w comes about", why(self, "new_w"))
            case "wrong_w":
                slope = 2 * (w - 3)
                return Vector(name, "wrong steps", WRONG_WS, (w + eta * slope, w - slope, -eta * slope))
            case "hill":
                line = Series("f", tuple(HILL_W.tolist()), tuple(((HILL_W - 3) ** 2).tolist()))
                return Curve(name, "f(w), and where you stand", "w", (line,), marker=(w, (w - 3) ** 2))
            case "counts" | "wrong_counts":
                counts = self._line().counts() if name == "counts" else self._line().wrong_counts()
                return Vector(name, "counted", tuple(counts), tuple(map(float, counts.values())), digits=0)
            case "batch_gradients":
                batches = self._line().batch_gradients[:BATCHES_SHOWN]
                labels = tuple(str(i + 1) for i in range(len(batches)))
                columns = tuple(f"∂{label}" for label in LINE)
                values = tuple(tuple(row) for row in batches.tolist())
                return Matrix(name, "gradient of each batch", labels, columns, values)
            case "full_gradient":
                return Vector(
                    name, "gradient of all rows", LINE, tuple(self._line().row_gradients.mean(axis=0).tolist())
                )
            case "gradient_sum":
                return Vector(name, "batches added", LINE, tuple(self._line().batch_gradients.sum(axis=0).tolist()))
            case "line_losses":
                lines = []
                for label, (_, losses) in self._line().ways.items():
                    epochs = np.linspace(0, self.number("epochs"), len(losses))
                    lines.append(Series(label, tuple(epochs.tolist()), tuple(losses.tolist())))
                return Curve(name, "loss", "epoch", tuple(lines), 0.0, 1.5 * lines[0].ys[0] or None, cut=True)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    def _race(self, name: str) -> Readout:
        ways = {racer: self._descent(racer) for racer in OPTIMIZERS}
        rows = [
            (racer, float(way.loss[self._now(way)]), *way.w[self._now(way)].tolist()) for racer, way in ways.items()
        ]
        match name:
            case "leader":
                return Text(name, "lowest loss", min(rows, key=lambda row: float(row[1]))[0])
            case "standings":
                return Table(
                    name, f"after {int(self.number('steps'))} steps", ("optimizer", "loss", *WEIGHTS), tuple(rows)
                )
        chosen = ways if self.word("race") == "all five" else {self.word("optimizer"): ways[self.word("optimizer")]}
        lines = []
        for racer, way in chosen.items():
            ys = way.loss[: self._now(way) + 1].tolist()
            lines.append(Series(racer, tuple(map(float, range(len(ys)))), tuple(ys)))
        # One who runs off would press the others flat.
        start = lines[0].ys[0]
        high = start + abs(start) / 2 if max(max(line.ys) for line in lines) > start + abs(start) / 2 else None
        return Curve(name, "loss", "step", tuple(lines), high=high or None, cut=True)

    def _map(self, name: str) -> Picture:
        if name == "line_map":
            fit = self._line()
            ways = {label: way for label, (way, _) in fit.ways.items()}
            grid = (line_fit.ACROSS, line_fit.DOWN)
            return _picture(name, "ln(1 + loss) of the line", fit.map_values(), LINE, grid, ways)
        surface = SURFACES[self.word("surface")]
        losses = self._map_values()
        label = f"ln(1 + loss), {self.word('surface')}" if surface.logarithmic else f"loss, {self.word('surface')}"
        racers = OPTIMIZERS if self.word("race") == "all five" else (self.word("optimizer"),)
        descents = {racer: self._descent(racer) for racer in racers}
        ways = {racer: way.w[: self._now(way) + 1] for racer, way in descents.items()}
        return _picture(name, label, losses, WEIGHTS, (ACROSS, DOWN), ways)

    def _map_values(self) -> Array:
        surface = SURFACES[self.word("surface")]
        values = np.asarray(surface.value(place(*np.meshgrid(ACROSS, DOWN), self.number("k"))))
        return np.log(1 + values) if surface.logarithmic else values

    def _wrong_steps(
        self, way: Descent, t: int
    ) -> tuple[tuple[str, ...], tuple[str, str], tuple[tuple[float, ...], ...]]:
        """Where steps end that were worked out wrongly."""
        velocity, gradient = way.memory.get("velocity", np.zeros_like(way.w))[t], way.clipped[t]
        eta = float(way.rate[t])
        kept = self.number("momentum") * velocity
        ends = {
            "added": way.w[t] + kept + eta * gradient,
            "without η": way.w[t] + kept - gradient,
            "without velocity": way.w[t] - eta * gradient,
            "whole velocity": way.w[t] + velocity - eta * gradient,
            "η added": way.w[t] + eta * np.sign(gradient),
        }
        return tuple(ends), WEIGHTS, tuple(tuple(end.tolist()) for end in ends.values())

    def _verdict(self, descent: Descent, t: int) -> str:
        first, last = float(descent.loss[0]), float(descent.loss[t])
        eta, curvature = float(descent.rate[0]), self._curvature()[1]
        plain = self.word("optimizer") == "SGD" and self.word("schedule") == "constant" and not self.number("clipnorm")
        factor = f"η·λ = {eta:g}·{curvature:g} = {eta * curvature:.4g}"
        if t == 0:
            return "no step taken yet"
        if self.word("surface") == "saddle" and last < -2:
            return "it runs down the saddle's side, where there is no bottom"
        if last > first:
            if plain and self.word("surface") in QUADRATIC:
                return f"diverges: {factor} is above 2, so each step lands further out, on the other side"
            return f"the loss grew from {first:.3g} to {last:.3g}: steps too long for this surface"
        said = f"the loss went from {first:.3g} to {last:.3g}"
        if plain and self.word("surface") in QUADRATIC and eta * curvature > 1:
            return f"{said}; {factor} is above 1: it leaps across the valley"
        return said

    def counted(self) -> frozenset[str]:
        """How many steps there are, and what only wrong steps come to."""
        return frozenset(
            {"counts", "wrong_counts", "wrong_next", "wrong_w", "gradient_sum", "clipped_values", "best_rate"}
        )

    # Where it comes from

    def worksheet(self) -> Worksheet:
        """The ways of all racers, the map, the curve, the rows."""
        sheet = super().worksheet()
        surface = self.word("surface")
        put_surface(sheet, surface, "map", ACROSS, DOWN, self._map_values())
        for racer in OPTIMIZERS:
            put_descent(sheet, racer, self._descent(racer), surface, self._optimizer(racer))
        sheet.put("velocity", np.zeros(2), lambda _: Form("0: this optimizer keeps none", lambda n: n(0)))
        self._put_curvature(sheet)
        self._put_curve(sheet)
        put_line(sheet, self._line())
        return sheet

    def _put_curvature(self, sheet: Worksheet) -> None:
        bends, curvature = self._curvature()
        sheet.give("second_derivatives", bends)

        def eigenvalue(n: Writer) -> Expression:
            along, across, *mixed = n.each(sheet.cells("second_derivatives"))
            if not mixed:
                return largest((along, across))
            half = (along - across) / n(2)
            return (along + across) / n(2) + root(half * half + mixed[0] * mixed[0])

        formula = "the largest second derivative" if len(bends) == 2 else "(f₁₁ + f₂₂)/2 + √(((f₁₁ − f₂₂)/2)² + f₁₂²)"
        sheet.put("curvature", curvature, lambda: Form(formula, eigenvalue))
        sheet.put("limit", 2 / curvature, lambda: Form("2 / λ", lambda n: n(2) / n(sheet.cell("curvature"))))

    def _put_curve(self, sheet: Worksheet) -> None:
        w, eta = sheet.cell("w"), sheet.cell("learning_rate")
        sheet.put("height", (w.value - 3) ** 2, lambda: Form("(w − 3)²", lambda n: (n(w) - n(3)) * (n(w) - n(3))))
        sheet.put("slope", 2 * (w.value - 3), lambda: Form("2·(w − 3)", lambda n: n(2) * (n(w) - n(3))))
        form = Form("w − η·f′(w)", lambda n: n(w) - n(eta) * n(sheet.cell("slope")))
        sheet.put("new_w", self._new_w(), lambda: form)

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """What the chosen optimizer's step t is called in its way."""
        chosen = self.word("optimizer")
        way = self._descent(chosen)
        t = self._now(way)
        if name in ("loss", "gradient", "norm", "clipped", "rate"):
            return f"{chosen}.{name}", (t, *index)
        if name in ("position", "next"):
            return f"{chosen}.w", (t if name == "position" else min(t + 1, len(way.w) - 1), *index)
        if name == "velocity" and (kept := "velocity" if "velocity" in way.memory else "m") in way.memory:
            return f"{chosen}.{kept}", (t, *index)
        if name == "path":
            row = max(0, t - 5) + index[0]
            return (f"{chosen}.loss", (row,)) if index[1] == 3 else (f"{chosen}.w", (row, index[1] - 1))
        if name == "standings":
            racer = OPTIMIZERS[index[0]]
            t = self._now(self._descent(racer))
            return (f"{racer}.loss", (t,)) if index[1] == 1 else (f"{racer}.w", (t, index[1] - 2))
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A way down, the update it takes, the clipping and the schedule."""
        return (descend, update, clip, rate)

    def keras_program(self) -> KerasProgram:
        """The chosen optimizer's way, step by step, with its gradients from a tape."""
        chosen, surface = self.word("optimizer"), SURFACES[self.word("surface")]
        steepness = f"k = {self.number('k')}\n" if "k" in surface.code else ""
        source = f"""\
import keras
import tensorflow as tf

w = tf.Variable({self.vector("start").tolist()})
{steepness}
def loss_and_gradient():
    with tf.GradientTape() as tape:
        f = {surface.code}
    return f, tape.gradient(f, w)

optimizer = keras.optimizers.{KERAS_NAMES[chosen]}(
    learning_rate={self._keras_rate()}{self._keras_settings(chosen)})
for step in range({self._now(self._descent(chosen))}):
    _, g = loss_and_gradient()
    optimizer.apply([g], [w])
f, g = loss_and_gradient()
"""
        return KerasProgram(source, {"position": "w", "loss": "f", "gradient": "g"})

    def _keras_rate(self) -> str:
        eta, r, s = self.number("learning_rate"), self.number("decay_rate"), int(self.number("decay_steps"))
        kind = {"exponential": "ExponentialDecay", "inverse time": "InverseTimeDecay", "cosine": "CosineDecay"}
        schedule = self.word("schedule")
        if schedule == "constant":
            return f"{eta}"
        of_rate = "" if schedule == "cosine" else f", {r}"
        return f"keras.optimizers\n    .schedules.{kind[schedule]}(\n        {eta}, {s}{of_rate})"

    def _keras_settings(self, optimizer: str) -> str:
        settings = ""
        if optimizer in ("momentum", "Nesterov"):
            settings += f",\n    momentum={self.number('momentum')}"
        if optimizer == "Nesterov":
            settings += ", nesterov=True"
        if self.number("clipnorm"):
            settings += f",\n    clipnorm={self.number('clipnorm')}"
        return settings
