"""Gradient descent: a step on a curve, optimizers racing on a loss surface, a line fitted batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, Index, constant, stacked
from tutor.engine.derivations.expressions import Expression, largest, root
from tutor.engine.derivations.forms import Writer
from tutor.engine.optimizer_specs import SGD, Adam, LearningRate, OptimizerSpec, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, rate
from tutor.engine.updates import clip, update
from tutor.labs.gradient_descent import line_fit, pictures
from tutor.labs.gradient_descent.descent import Descent, descend, put_descent, put_surface
from tutor.labs.gradient_descent.line_fit import LineFit, put_line
from tutor.labs.gradient_descent.pictures import PATH_TELLS, Map
from tutor.labs.gradient_descent.surfaces import SURFACES, largest_curvature, place
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, ControlError, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Picture, Series
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline

Array = NDArray[np.float64]

QUADRATIC = ("bowl", "valley")

OPTIMIZERS = ("SGD", "momentum", "Nesterov", "RMSprop", "Adam")
KERAS_NAMES = dict(zip(OPTIMIZERS, ("SGD", "SGD", "SGD", "RMSprop", "Adam"), strict=True))
SCHEDULES = ("constant", "exponential", "inverse time", "cosine")
WEIGHTS, LINE = ("w1", "w2"), ("w", "b")
RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.9, 1.0, 1.1, 2.0)

# The maps: cells 0.2 apart, the highest row first.
ACROSS, DOWN = np.round(np.linspace(-3, 3, 31), 1), np.round(np.linspace(1.6, -1.6, 17), 1)
BATCHES_SHOWN = 8
STEPS_OF_A_SCHEDULE = 40


def _kept_memory(way: Descent) -> str:
    """The name of the optimizer's momentum memory; empty if it has none."""
    return next((name for name in ("velocity", "m") if name in way.memory), "")


class GradientDescentLab(Lab):
    """A curve of one weight, a surface of two, and a line through rows."""

    id = "gradient-descent"
    title = "Gradient descent"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._descend = lru_cache(maxsize=10)(descend)
        self._fit = lru_cache(maxsize=2)(LineFit)

    def controls(self) -> tuple[Control, ...]:
        """The surface and the optimizers; the step; the curve; the line and its rows."""
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
        rows = (
            "rows",
            "batch_size",
            "epochs",
            "seed",
            "line",
            "counts",
            "step_count",
            "batch_gradients",
            "full_gradient",
        )
        return (
            Group("Race", (*race, *numbers, "verdict", "map", "arrows", "leader", "standings", "losses")),
            Group("How it comes about", ("next_arithmetic", "path")),
            Group("Decay", ("schedule", "decay_rate", "decay_steps", "rate", "rates")),
            Group("One weight", ("w", "step", "height", "slope", "new_w", "new_w_arithmetic", "hill")),
            Group("Rows in batches", (*rows, "epoch_map", "line_map", "line_losses")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The race; the rest is for single steps of the lesson."""
        hidden = {"gradient", "norm", "clipped", "velocity", "next", "leader"}
        race = tuple(name for name in self.groups()[0].names if name not in hidden)
        return (*race, "schedule", "decay_rate", "decay_steps", "rate")

    def press(self, name: str) -> str:
        """Move w by one step of gradient descent."""
        if name != "step":
            raise self._unknown(name)
        new_w = self._new_w()
        if not -100 <= new_w <= 100:
            raise ControlError(f"The step would land at {new_w:g}, off the curve: with η above 1 each one is longer.")
        self.set("w", new_w)
        return f"w is now {new_w:g}"

    # What is computed

    def _schedules(self) -> dict[str, LearningRate]:
        eta, r, s = (self.number(name) for name in ("learning_rate", "decay_rate", "decay_steps"))
        kinds = (eta, ExponentialDecay(eta, s, r), InverseTimeDecay(eta, s, r), CosineDecay(eta, s))
        return dict(zip(SCHEDULES, kinds, strict=True))

    def _learning_rate(self) -> LearningRate:
        return self._schedules()[self.word("schedule")]

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
        """The path of one optimizer, one step longer than shown."""
        x, y = self.vector("start").tolist()
        optimizer, steps = self._optimizer(name), int(self.number("steps"))
        return self._descend(self.word("surface"), self.number("k"), (x, y), optimizer, steps + 1)

    def _now(self, descent: Descent) -> int:
        return min(int(self.number("steps")), len(descent.w) - 1)

    def _curvature(self) -> tuple[Array, float]:
        """The second derivatives at the chosen optimizer's position, and their largest eigenvalue."""
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

    def fill(self, sheet: Sheet) -> None:
        """The paths of all optimizers and the map; the chosen one's step; the race; the curve; the rows."""
        surface = self.word("surface")
        put_surface(sheet.worksheet, surface, "map", ACROSS, DOWN, self._map_values())
        for racer in OPTIMIZERS:
            put_descent(sheet.worksheet, racer, self._descent(racer), surface, self._optimizer(racer))
        put_line(sheet.worksheet, self._line())
        self._fill_step(sheet)
        self._fill_race(sheet)
        self._fill_curve(sheet)
        self._fill_rows(sheet)

    def _fill_step(self, sheet: Sheet) -> None:
        """The chosen optimizer at its current position."""
        chosen = self.word("optimizer")
        way = self._descent(chosen)
        t, last = self._now(way), len(way.w) - 1
        ws, losses, kept = sheet[f"{chosen}.w"], sheet[f"{chosen}.loss"], _kept_memory(way)
        sheet.vector("position", f"w at step {t}", WEIGHTS, ws[t])
        sheet.number("loss", f"loss {SURFACES[self.word('surface')].formula}", losses[t])
        gradient = sheet.vector("gradient", "gradient ∂w", WEIGHTS, sheet[f"{chosen}.gradient"][t])
        sheet.number("norm", "its length", sheet[f"{chosen}.norm"][t])
        sheet.vector("clipped", "clipped", WEIGHTS, sheet[f"{chosen}.clipped"][t])
        if kept:
            sheet.vector("velocity", "velocity v", WEIGHTS, sheet[f"{chosen}.{kept}"][t])
        else:
            none = "0: this optimizer keeps none"
            sheet.vector("velocity", "velocity v", WEIGHTS, constant(np.zeros(len(WEIGHTS))), none)
        sheet.vector("next", "next w", WEIGHTS, ws[min(t + 1, last)])
        sheet.arithmetic("next_arithmetic", "how w2 comes about", "next[w2]")
        self._fill_curvature(sheet)
        rows = range(max(0, t - 5), t + 1)
        columns = [stacked([part[i] for i in rows]) for part in (ws.last(0), ws.last(1), losses)]
        sheet.table("path", "the last steps", ("step", *WEIGHTS, "loss"), tuple(map(str, rows)), columns)
        sheet.text("verdict", "verdict", self._verdict(way, t))
        sheet.number("rate", f"η of the step after {t}", sheet[f"{chosen}.rate"][t])
        known = int(self.number("decay_steps"))
        sheet.show(
            "rates",
            lambda: pictures.schedules(self.word("schedule"), self._schedules(), t, STEPS_OF_A_SCHEDULE, known),
        )
        cut = np.clip(gradient.values, -1, 1) if self.number("clipnorm") else gradient.values
        sheet.vector("clipped_values", "each number cut to ±1", WEIGHTS, cut)

    def _fill_curvature(self, sheet: Sheet) -> None:
        bends, curvature = self._curvature()
        second = sheet.give("second_derivatives", bends)
        cells = sheet.worksheet.cells("second_derivatives")

        def eigenvalue(n: Writer, _: Index) -> Expression:
            along, across, *mixed = n.each(cells)
            if not mixed:
                return largest((along, across))
            half = (along - across) / n(2)
            return (along + across) / n(2) + root(half * half + mixed[0] * mixed[0])

        formula = "the largest second derivative" if len(second) == 2 else "(f₁₁ + f₂₂)/2 + √(((f₁₁ − f₂₂)/2)² + f₁₂²)"
        steepest = Cells(np.asarray(curvature), eigenvalue)
        steepest = sheet.number("curvature", "largest curvature λ", steepest, formula)
        sheet.number("limit", "limit 2/λ", 2 / steepest, "2 / λ")

    def _fill_race(self, sheet: Sheet) -> None:
        ways = {racer: self._descent(racer) for racer in OPTIMIZERS}
        places = {racer: self._now(way) for racer, way in ways.items()}
        losses = stacked([sheet[f"{racer}.loss"][t] for racer, t in places.items()])
        ends = stacked([sheet[f"{racer}.w"][t] for racer, t in places.items()])
        sheet.text("leader", "lowest loss", OPTIMIZERS[int(losses.values.argmin())])
        columns = ("optimizer", "loss", *WEIGHTS)
        label = f"after {int(self.number('steps'))} steps"
        sheet.table("standings", label, columns, OPTIMIZERS, (losses, ends.last(0), ends.last(1)))
        sheet.show("losses", self._losses)
        sheet.show("map", self._map, lambda at: ("map", at))
        sheet.show("arrows", self._arrows, lambda at: ("map", at))

    def _fill_curve(self, sheet: Sheet) -> None:
        w, eta = sheet["w"], sheet["learning_rate"]
        sheet.number("height", "f(w) = (w − 3)²", ((w - 3) * (w - 3)).computed((w.values - 3) ** 2), "(w − 3)²")
        slope = sheet.number("slope", "slope f′(w)", 2 * (w - 3), "2·(w − 3)")
        new = (w - eta * slope).computed(self._new_w())
        sheet.number("new_w", "w after the step", new, "w − η·f′(w)")
        sheet.arithmetic("new_w_arithmetic", "how the new w comes about", "new_w")
        sheet.show("hill", lambda: pictures.hill(w.number, slope.number, new.number))

    def _fill_rows(self, sheet: Sheet) -> None:
        fit = self._line()
        counts = fit.counts()
        sheet.vector("counts", "counted", tuple(counts), tuple(map(float, counts.values())), digits=0)
        sheet.text("step_count", "steps", f"{counts['steps an epoch']} an epoch, {counts['steps in all']} in all")
        count = len(fit.batch_gradients[:BATCHES_SHOWN])
        labels, columns = tuple(str(i + 1) for i in range(count)), tuple(f"∂{label}" for label in LINE)
        shown = sheet["batch_gradients"]
        part = Cells(shown.values[:BATCHES_SHOWN], shown.write, shown.named)
        sheet.matrix("batch_gradients", "gradient of each batch", labels, columns, part)
        sheet.vector("full_gradient", "gradient of all rows", LINE, sheet["full_gradient"])
        sheet.vector("gradient_sum", "batches added", LINE, fit.batch_gradients.sum(axis=0))
        sheet.show("line_map", self._line_map, lambda at: ("line_map", at))
        sheet.show("line_losses", self._line_losses)
        sheet.show(
            "epoch_map", lambda: pictures.epochs(fit.row_count, fit.epoch_batches(pictures.EPOCHS_SHOWN)), counted=True
        )

    # Pictures

    def _losses(self) -> Curve:
        racers = OPTIMIZERS if self.word("race") == "all five" else (self.word("optimizer"),)
        lines = []
        for racer in racers:
            way = self._descent(racer)
            ys = way.loss[: self._now(way) + 1].tolist()
            lines.append(Series(racer, tuple(map(float, range(len(ys)))), tuple(ys), tells=PATH_TELLS))
        # A diverging optimizer would flatten the other curves.
        start = lines[0].ys[0]
        high = start + abs(start) / 2 if max(max(line.ys) for line in lines) > start + abs(start) / 2 else None
        return Curve("losses", "loss", "step", tuple(lines), high=high or None, cut=True)

    def _line_losses(self) -> Curve:
        lines = []
        for label, (_, losses) in self._line().ways.items():
            epochs = np.linspace(0, self.number("epochs"), len(losses))
            lines.append(Series(label, tuple(epochs.tolist()), tuple(losses.tolist())))
        return Curve("line_losses", "loss", "epoch", tuple(lines), 0.0, 1.5 * lines[0].ys[0] or None, cut=True)

    def _line_map(self) -> Picture:
        fit = self._line()
        land = Map(line_fit.ACROSS, line_fit.DOWN, fit.map_values(), LINE)
        ways = [land.way(label, way) for label, (way, _) in fit.ways.items()]
        return land.picture("line_map", "ln(1 + loss) of the line", ways)

    @property
    def _land(self) -> Map:
        return Map(ACROSS, DOWN, self._map_values(), WEIGHTS)

    def _surface_label(self) -> str:
        word = self.word("surface")
        return f"ln(1 + loss), {word}" if SURFACES[word].logarithmic else f"loss, {word}"

    def _map(self) -> Picture:
        """The paths of the racers; with a single one also the step that it takes next."""
        single, land = self.word("race") == "one", self._land
        racers = (self.word("optimizer"),) if single else OPTIMIZERS
        descents = {racer: self._descent(racer) for racer in racers}
        trails = [land.way(racer, way.w[: self._now(way) + 1], tells=PATH_TELLS) for racer, way in descents.items()]
        if single:
            way = descents[racers[0]]
            coming = way.w[self._now(way) : self._now(way) + 2]
            trails.append(land.way("next step", coming, kind="arrow", tells=("next", *PATH_TELLS)))
        return land.picture("map", self._surface_label(), trails)

    def _arrows(self) -> Picture:
        """Against the gradient, as long as it is, after clipping, and as the step."""
        way, land = self._descent(self.word("optimizer")), self._land
        t = self._now(way)
        here, full, clipped = way.w[t], way.gradient[t], way.clipped[t]
        arrows = (
            ("−∂w", full, ("gradient",)), ("−∂w clipped", clipped, ("clipped",)),
            ("step −η·∂w", way.rate[t] * clipped, ("clipped", "next")),
        )  # fmt: skip
        trails = [land.way("w", [here])]
        trails += [land.way(label, [here, here - by], kind="arrow", tells=tells) for label, by, tells in arrows]
        return land.picture("arrows", self._surface_label(), trails)

    def _map_values(self) -> Array:
        surface = SURFACES[self.word("surface")]
        values = np.asarray(surface.value(place(*np.meshgrid(ACROSS, DOWN), self.number("k"))))
        return np.log(1 + values) if surface.logarithmic else values

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

    def motions(self) -> tuple[str, ...]:
        """One step down after the other, from the start."""
        return ("steps",)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The descent, its update, the clipping and the schedule."""
        return (descend, update, clip, rate)

    def keras_program(self) -> KerasProgram:
        """The chosen optimizer's path, step by step, with its gradients from a tape."""
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
