"""Dropout: masks, scaling, training and evaluation, the average over all masks, many seeds."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import product
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import ELEMENTWISE
from tutor.engine.derivations.cells import Cells, constant, stacked, sum_of
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.rules.activated import activation_forms
from tutor.engine.layers import Activation, Dense, Dropout
from tutor.engine.network import dropout_mask, forward, output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.randomness import dropout_noise, steps_per_mask_block
from tutor.engine.spec import NetworkSpec
from tutor.labs.dropout.drawings import (
    fill_mask_pictures,
    fill_networks_pictures,
    fill_neuron_picture,
    fill_seeds,
    fill_settling,
    letters_bars,
)
from tutor.labs.dropout.survey import MEASURES, SEEDS, Survey, fill_survey
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    ControlError,
    NumberControl,
    Value,
    VectorControl,
)
from tutor.labs.kit.readouts import Curve, Picture, Series, Table, Tile, Vector
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.training.keras_program import KerasProgram
from tutor.training.models import letters_cnn
from tutor.training.run import RunStarter, start_inline

UNITS = ("1", "2", "3", "4")
OUTPUTS = ("z", "y")
ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
# All ways to keep (1) or drop (0) four units: the thinned networks, the whole one first.
KEPT = np.array(list(product((1.0, 0.0), repeat=len(UNITS))))
THINNED = tuple("".join(u if k else "·" for u, k in zip(UNITS, kept, strict=True)) for kept in KEPT)
FALLING = 8
CURVE_POINTS = 120


Floats = NDArray[np.float64]


def drawn_masks(seed: int, units: int, rate: float, first: int, count: int) -> Floats:
    """The scaled masks ``first`` to ``first + count − 1``, from 0, of a layer: shape (count, units)."""
    size = steps_per_mask_block(1, (units,))
    blocks = range(first // size, (first + count - 1) // size + 1)
    noise = np.concatenate([dropout_noise(seed, 1, (units,), block)[0][:, 0] for block in blocks])
    start = first - blocks.start * size
    return np.asarray(dropout_mask(noise[start : start + count], rate, "float64"))


class DropoutLab(Lab):
    """Four units of a layer under a mask and the neuron after them; then whole networks from many seeds."""

    id = "dropout"
    title = "Dropout at work"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._survey: Survey | None = None
        self._sampled_for: tuple[tuple[Value, ...], Floats] | None = None

    def controls(self) -> tuple[Control, ...]:
        """The mask, the neuron, how many masks to average, and the training from many seeds."""
        return (
            NumberControl("rate", "rate p", 0, 0.9, 0.05, 0.5, help="the chance of each unit to be dropped"),
            NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of the masks"),
            NumberControl("mask_number", "mask number", 1, 1000, 1, 1, integer=True, help="each step has its own"),
            ActionControl("next_mask", "next mask", "m", "the mask of the next training step"),
            ChoiceControl("mode", "mode", ("training", "evaluation"), "training", "whether dropout is on"),
            VectorControl("h", "units h", UNITS, -10, 10, 0.5, (2.0, 1.0, 4.0, 3.0), "what four hidden units gave"),
            VectorControl("w", "weights w", UNITS, -10, 10, 0.25, (0.5, -1.0, 0.25, 0.5), "of the neuron they feed"),
            NumberControl("b", "bias b", -10, 10, 0.5, -1.0, help="of that neuron"),
            ChoiceControl("activation", "activation", ACTIVATIONS, "sigmoid", "of that neuron"),
            NumberControl("units", "units in the layer", 1, 32, 1, 24, integer=True, help="of a wider layer"),
            NumberControl(
                "masks", "masks to average", 1, 10_000, 1, 1000, integer=True,
                choices=(1, 3, 10, 30, 100, 300, 1000, 3000, 10_000), help="drawn one after the other",
            ),
            ActionControl("try_seeds", f"try {SEEDS} seeds", "T", "train from many seeds, with dropout and without"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """Masks, neuron, averages, training."""
        return (
            Group("Masks", ("rate", "units", "seed", "mask_number", "next_mask", "falls", "fallen", "average_fallen")),
            Group("A layer of four", ("mode", "h", "mask", "out", "scale", "expected", "out_arithmetic")),
            Group("The neuron they feed", ("w", "b", "activation", "z", "y", "z_arithmetic")),
            Group("Every thinned network", ("networks", "thinned")),
            Group("Averages", ("evaluation", "all_masks", "masks", "sampled", "running")),
            Group("With and without", ("try_seeds", "status", "survey", "spread")),
            Group("The letters network", ("letters",)),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The interactive groups; the tables have separate steps."""
        left_out = {
            "units", "falls", "fallen", "average_fallen", "expected", "out_arithmetic", "networks", "thinned",
            "spread", "letters", "keras",
        }  # fmt: skip
        return tuple(name for group in self.groups() for name in group.names if name not in left_out)

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status"})

    def beside_controls(self) -> object:
        """The progress of the survey."""
        return None if self._survey is None else (id(self._survey), len(self._survey.results), self._survey.busy)

    def press(self, name: str) -> str:
        """Take the next mask, or train from many seeds."""
        if name == "next_mask":
            self.set("mask_number", self.number("mask_number") % 1000 + 1)
            return ""
        if name != "try_seeds":
            return super().press(name)
        if self._survey is not None and self._survey.busy:
            raise ControlError("The seeds are still being tried.")
        if not self.number("rate"):
            raise ControlError("At rate 0 both would be the same network: choose a rate above 0.")
        self._survey = Survey(self._start_run, self.number("rate"))
        self._survey.poll()
        return ""

    @property
    def busy(self) -> bool:
        """Whether seeds are being tried."""
        return self._survey is not None and self._survey.busy

    def poll(self) -> bool:
        """Fetch the results of the survey."""
        return self._survey is not None and self._survey.poll()

    def close(self) -> None:
        """Stop the training."""
        if self._survey is not None:
            self._survey.close()

    def state(self) -> LabState:
        """The controls, and the results of the survey."""
        if self._survey is None or not self._survey.results:
            return LabState(dict(self._values))
        results = np.array(self._survey.results)
        return LabState({**self._values, "surveyed_rate": self._survey.rate}, {"survey": results})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``; an unfinished survey does not continue."""
        super().restore(state)
        rate, results = state.values.get("surveyed_rate"), state.arrays.get("survey")
        self._survey = None
        if isinstance(rate, float) and results is not None and results.shape[1:] == (len(MEASURES),):
            self._survey = Survey(self._start_run, rate, [tuple(row) for row in results.tolist()], stopped=True)

    def fill(self, sheet: Sheet) -> None:
        """Masks and their effect; the neuron; all thinned networks; averages; the survey; the effect of mistakes."""
        self._fill_masks(sheet)
        self._fill_neuron(sheet)
        self._fill_averages(sheet)
        survey = self._survey or Survey(self._start_run, self.number("rate"), stopped=True)
        fill_survey(sheet, survey)
        sheet.show("letters", _letters, counted=True)
        sheet.show("letters_bars", lambda: letters_bars(_letters_rows()), counted=True)
        fill_mask_pictures(sheet, UNITS)
        fill_neuron_picture(sheet, UNITS)
        fill_networks_pictures(sheet, THINNED)
        fill_settling(sheet, lambda count: self._outputs(count)[:, 1])
        fill_seeds(sheet, survey)

    def _fill_masks(self, sheet: Sheet) -> None:
        seed, first, p, h, units = int(self.number("seed")), self._first, sheet["rate"], sheet["h"], sheet["units"]
        many = int(units.number)
        sheet.show("falls", self._falls, counted=True)
        off = int((drawn_masks(seed, many, p.number, first, 1) == 0).sum())
        sheet.number("fallen", f"units off, of {many}", off, digits=0)
        sheet.number("average_fallen", "off on average", units * p, "units·p")
        sheet.number("average_staying", "staying on average", units * (1 - p), "units·(1 − p)")
        mask = sheet.vector("mask", "mask", UNITS, self._mask_cells(p), self._mask_formula, digits=3)
        sheet.vector("out", "out h·mask", UNITS, h * mask, "h·mask", digits=3)
        sheet.number("scale", "scale 1/(1 − p)", 1 / (1 - p), "1 / (1 − p)")
        on_average = p * 0 + (1 - p) * (h / (1 - p))
        sheet.vector("expected", "out on average", UNITS, on_average, "p·0 + (1 − p)·(h / (1 − p))", digits=3)
        sheet.number("thinned", f"networks within {many} units", 2**many, digits=0)
        sheet.arithmetic("out_arithmetic", "how unit 1 comes out", "out[1]")

    def _fill_neuron(self, sheet: Sheet) -> None:
        w, h, b, out, p, activation = *(sheet[n] for n in ("w", "h", "b", "out", "rate")), self.word("activation")
        ours = self._under(self._mask()[None] if self._training else None)[0]
        sheet.number("z", "z", ((w * out).sum() + b).computed(ours[0]), "Σ w·out + b")
        sheet.number("y", "output y", sheet.activated(activation, "z"))
        sheet.arithmetic("z_arithmetic", "how z comes about", "z")
        outputs, stays = self._under(KEPT / (1 - p.number)), 1 - p
        chances = stacked([reduce(mul, [stays if kept else p for kept in row]) for row in KEPT])
        each = [w[i] * h[i] * sheet["scale"] for i in range(len(UNITS))]
        sums = stacked([sum_of([*(each[i] for i in np.flatnonzero(row)), b]) for row in KEPT])
        chance = sheet.let("chance", chances, "Π 1 − p, or p for one that falls")
        z = sheet.let("thinned_z", sums.computed(outputs[:, 0]), "Σ w·h·scale + b over those that stay")
        y = sheet.let("thinned_y", sheet.activated(activation, "thinned_z"))
        sheet.table(
            "networks", "which stay, how likely, z and y", ("stay", "chance", *OUTPUTS), THINNED, (chance, z, y)
        )

    def _fill_averages(self, sheet: Sheet) -> None:
        w, h, b, chance, activation = *(sheet[n] for n in ("w", "h", "b", "chance")), self.word("activation")
        whole, cell = (w * h).sum() + b, sheet.worksheet.cell
        evaluation = Explained(
            self._under(None)[0],
            lambda i: activation_forms(activation, cell("evaluation", 0)) if i else Form(
                "Σ w·h + b", lambda n: whole.write(n, ())
            ),
        )  # fmt: skip
        sheet.vector("evaluation", "one evaluation pass", OUTPUTS, evaluation, digits=6)
        thinned = [sheet[f"thinned_{output}"] for output in OUTPUTS]
        sums = stacked([(chance * each).sum() for each in thinned])
        both = sums.computed(chance.values @ np.stack([each.values for each in thinned], axis=1))
        average = sheet.vector(
            "all_masks", f"average over all {len(KEPT)} masks", OUTPUTS, both,
            lambda i: f"Σ chance·{OUTPUTS[i]} over all masks", digits=6,
        )  # fmt: skip
        apart = abs(sheet["evaluation"].values[1] - average.values[1])
        sheet.text("exact", "the average is the evaluation", "yes" if apart < 1e-9 else "no")
        sheet.show("sampled", self._sampled, counted=True)
        sheet.show("running", lambda: self._running(sheet))

    def _falls(self) -> Picture:
        """This mask and the next, 1 for a unit that stays."""
        seed, units, first = int(self.number("seed")), int(self.number("units")), self._first
        kept = (drawn_masks(seed, units, self.number("rate"), first, FALLING) > 0).astype(float)
        tile = Tile("", tuple(map(tuple, kept.tolist())))
        axes = (("mask", first + 1.0, first + float(FALLING)), ("unit", 1.0, float(units)))
        label = "1 stays, 0 falls: this mask and the next"
        return Picture("falls", label, (tile,), digits=0, row_axis=axes[0], column_axis=axes[1])

    def _mask_cells(self, p: Cells) -> Cells:
        values = self._mask() if self._training else np.ones(len(UNITS))
        if not self._training:
            return constant(values)
        scale = 1 / (1 - p)
        return Cells(values, lambda n, at: scale.write(n, ()) if values[at] else n(0))

    def _mask_formula(self, unit: int) -> str:
        if not self._training:
            return "1: in evaluation every unit stays as it is"
        return "1 / (1 − p): it stays" if self._mask()[unit] else "0: it falls"

    def _sampled(self) -> Vector:
        z_and_y = self._sampled_outputs()
        label = f"average over {len(z_and_y)} masks drawn"
        return Vector("sampled", label, OUTPUTS, tuple(z_and_y.mean(axis=0).tolist()), digits=6)

    def _running(self, sheet: Sheet) -> Curve:
        """The running average over the first masks drawn."""
        y = self._sampled_outputs()[:, 1]
        shown = np.array(sorted({round(count) for count in np.linspace(1, len(y), CURVE_POINTS)}))
        averages = (np.cumsum(y) / np.arange(1, len(y) + 1))[shown - 1]
        xs = tuple(float(x) for x in shown)
        level = {n: float(sheet[n].values[1]) for n in ("evaluation", "all_masks")}
        series = (
            Series("average so far", xs, tuple(averages.tolist())),
            Series("one evaluation pass", xs, (level["evaluation"],) * len(xs)),
            Series(f"all {len(KEPT)} masks", xs, (level["all_masks"],) * len(xs)),
        )
        return Curve("running", "average of y", "masks", series)

    def _sampled_outputs(self) -> Floats:
        """z and y under each of the averaged masks, (masks, 2); cached until a control changes."""
        key = tuple(self._values[n] for n in ("seed", "rate", "masks", "h", "w", "b", "activation"))
        if self._sampled_for is None or self._sampled_for[0] != key:
            self._sampled_for = key, self._outputs(int(self.number("masks")))
        return self._sampled_for[1]

    def _outputs(self, count: int) -> Floats:
        """z and y under the first ``count`` masks of the seed, (count, 2)."""
        return self._under(drawn_masks(int(self.number("seed")), len(UNITS), self.number("rate"), 0, count))

    # The engine's passes

    def _spec(self) -> NetworkSpec:
        layers = (Dropout(self.number("rate")), Dense(1), Activation(self.word("activation")))
        return NetworkSpec("four-units", (len(UNITS),), layers, loss="mean_squared_error", dtype="float64")

    def _under(self, masks: Floats | None) -> Floats:
        """z and y of the neuron under each scaled mask (masks, 4), or without any: shape (masks or 1, 2)."""
        spec, rows = self._spec(), 1 if masks is None else len(masks)
        parameters = {"dense.kernel": self.vector("w")[:, None], "dense.bias": np.array([self.number("b")])}
        h = np.tile(self.vector("h"), (rows, 1))
        values = forward(spec, parameters, h, None if masks is None else [masks])
        return np.concatenate([values["dense.out"], values[output_name(spec)]], axis=1)

    def _mask(self) -> Floats:
        """The mask with this number, (4,), as in training."""
        seed, number = int(self.number("seed")), int(self.number("mask_number"))
        return drawn_masks(seed, len(UNITS), self.number("rate"), number - 1, 1)[0]

    @property
    def _training(self) -> bool:
        return self.word("mode") == "training"

    @property
    def _first(self) -> int:
        """The number of the current mask, from 0."""
        return int(self.number("mask_number")) - 1

    def motions(self) -> tuple[str, ...]:
        """One mask after the other."""
        return ("next_mask",)

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """The mask, the layer, and the layer after it."""
        activation = ELEMENTWISE[self.word("activation")].function
        return dropout_mask, operation_of(Dropout(0.5)).forward, operation_of(Dense(1)).forward, activation

    def keras_program(self) -> KerasProgram:
        """The four units under the given mask, at evaluation, and under all masks."""
        p, training = self.number("rate"), self.word("mode") == "training"
        dropped = "h * mask  # ours: training" if training else "drop(h, training=False)"
        source = f"""\
import keras
import numpy as np
h = np.array([[{_numbers(self.vector("h"))}]])
w = np.array([[{_numbers(self.vector("w"))}]])
b = np.array([{self.number("b")}])
dense = keras.layers.Dense(1)
dense.build((None, {len(UNITS)}))
dense.set_weights([w.T, b])
f = keras.activations.{self.word("activation")}
drop = keras.layers.Dropout({p:g})
out = {dropped}
z = dense(out)
y = f(z)
z_all = dense(drop(h, training=False))
evaluation = np.array([z_all, f(z_all)])
z_each = dense(h * masks)  # all {len(KEPT)}
all_masks = [np.sum(chances * each)
    for each in (z_each, f(z_each))]
ones = np.ones((1, 1000))
scale = np.max(drop(ones, training=True))
"""
        chances = np.where(KEPT > 0, 1 - p, p).prod(axis=1)
        mask = self._mask() if training else np.ones(len(UNITS))
        given = {"mask": mask[None], "masks": KEPT / (1 - p), "chances": chances[:, None]}
        results = {n: n for n in ("scale", "out", "z", "y", "evaluation", "all_masks")}
        return KerasProgram(source, results, given)


def _letters() -> Table:
    """The dropout layers of the letters network."""
    return Table("letters", "its dropout layers", ("where", "rate", "numbers", "off"), _letters_rows(), digits=2)


def _letters_rows() -> tuple[tuple[str, float, float, float], ...]:
    """The layer before each dropout layer of the letters network, its rate, its number of inputs, those off."""
    spec, rows, before = letters_cnn(), [], ""
    for layer, shape in zip(spec.named_layers, spec.shapes[1:], strict=True):
        if isinstance(layer[1], Dropout):
            size = float(np.prod(shape))
            rows.append((f"after {before}", layer[1].rate, size, size * layer[1].rate))
        elif layer[0].startswith(("conv", "dense")):
            before = layer[0]
    return tuple(rows)


def _numbers(values: Floats) -> str:
    """Numbers in a program, on one line if they fit."""
    texts = [repr(v) for v in values.tolist()]
    line = ", ".join(texts)
    return line if len(line) <= 24 else "\n    " + ",\n    ".join(texts)
