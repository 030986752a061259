"""Dropout: masks that fall, the scaling, training against evaluation, the average over all masks, many seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.drawings import noisy
from tutor.datasets.shapes import NAMES, PIXELS, training_rows
from tutor.engine.activations import ELEMENTWISE
from tutor.engine.derivations.activated import activation_forms
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.layers import Activation, Dense, Dropout
from tutor.engine.network import dropout_mask, dropout_rates, dropout_sizes, evaluate, forward, output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import Array
from tutor.engine.randomness import drawing_generator, dropout_noise, steps_per_mask_block
from tutor.engine.spec import NetworkSpec
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab, LabState
from tutor.labs.controls import ActionControl, ChoiceControl, Control, ControlError, NumberControl, Value, VectorControl
from tutor.labs.in_place_training import InPlaceTraining
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
from tutor.training.models import letters_cnn
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

UNITS = ("1", "2", "3", "4")
OUTPUTS = ("z", "y")
ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
# Every way in which four units can stay (1) or fall (0): the thinned networks, the whole one first.
KEPT = np.array(list(product((1.0, 0.0), repeat=len(UNITS))))
THINNED = tuple("".join(u if k else "·" for u, k in zip(UNITS, kept, strict=True)) for kept in KEPT)
MISTAKES = ("not scaled", "times 1 − p", "divided by p", "all scaled", "all times 1 − p")
FALLING = 8
CURVE_POINTS = 120

SEEDS = 12
EPOCHS, COPIES, NEW_COPIES, FLIPPED = 100, 4, 40, 0.2
MEASURES = ("taught", "new", "20 masks", "new, loss", "half off")
# So many masks of the layer's own rate are averaged for "20 masks".
AVERAGED = 20
NOT_TRIED = "not tried yet"

Floats = NDArray[np.float64]


def drawn_masks(seed: int, units: int, rate: float, first: int, count: int) -> Floats:
    """The scaled masks ``first`` to ``first + count − 1``, counted from 0, of a layer: shape (count, units)."""
    size = steps_per_mask_block(1, (units,))
    blocks = range(first // size, (first + count - 1) // size + 1)
    noise = np.concatenate([dropout_noise(seed, 1, (units,), block)[0][:, 0] for block in blocks])
    start = first - blocks.start * size
    return np.asarray(dropout_mask(noise[start : start + count], rate, "float64"))


def noisy_drawings(copies: int, block: int) -> tuple[Floats, Floats]:
    """``copies`` of each of the five shapes with a fifth of the pixels flipped: inputs (rows, 25), labels (rows, 5)."""
    shapes = training_rows()
    inputs, labels = np.repeat(shapes.inputs, copies, axis=0), np.repeat(shapes.labels, copies, axis=0)
    return noisy(inputs, drawing_generator(0, block), FLIPPED), labels


def surveyed_network(rate: float, seed: int) -> NetworkSpec:
    """25 pixels to 5 shapes through two layers of 32 units, each with dropout."""
    layers = (Dense(32, "relu"), Dropout(rate), Dense(32, "relu"), Dropout(rate), Dense(len(NAMES), "softmax"))
    return NetworkSpec("survey", (PIXELS,), layers, optimizer=Adam(0.01), seed=seed)


@dataclass
class Survey:
    """The same network from many seeds, each once with dropout of ``rate`` and once without.

    ``results`` has a row for each trained network, with and without in turn, and a column for each of ``MEASURES``.
    """

    start_run: RunStarter
    rate: float
    results: list[tuple[float, ...]] = field(default_factory=list)
    stopped: bool = False
    _current: InPlaceTraining | None = None

    @property
    def busy(self) -> bool:
        """Whether networks are left to train."""
        return not self.stopped and len(self.results) < 2 * SEEDS

    def poll(self) -> bool:
        """Take in what is done and begin the next; with inline runs all are done at once."""
        changed = False
        while self.busy:
            seed, without = divmod(len(self.results), 2)
            spec = surveyed_network(0.0 if without else self.rate, seed)
            if self._current is None:
                self._current = self._begin(spec)
            self._current.poll()
            if self._current.training:
                break
            self.results.append(self._measured(spec, self._current))
            self._current.close()
            self._current, changed = None, True
        return changed

    def close(self) -> None:
        """Stop; what is left is not trained."""
        self.stopped = True
        if self._current is not None:
            self._current.close()
            self._current = None

    def measured(self, measure: str) -> tuple[Floats, Floats]:
        """One measure of every seed tried so far, with and without dropout."""
        column = MEASURES.index(measure)
        pairs = np.array(self.results[: len(self.results) // 2 * 2]).reshape(-1, 2, len(MEASURES))
        return pairs[:, 0, column], pairs[:, 1, column]

    def _begin(self, spec: NetworkSpec) -> InPlaceTraining:
        # Nothing is held out from the run itself: the new drawings are asked once, at its end.
        data = TrainingData(*noisy_drawings(COPIES, 0), np.empty((0, PIXELS)), np.empty((0, len(NAMES))))
        settings = RunSettings(spec, EPOCHS, batch_size=data.rows)
        training = InPlaceTraining(self.start_run, lambda: settings, lambda: data)
        training.play()
        return training

    @staticmethod
    def _measured(spec: NetworkSpec, training: InPlaceTraining) -> tuple[float, ...]:
        """Shares right and the loss: of one pass, of the average over masks, with a random half of its units off."""
        inputs, labels = noisy_drawings(NEW_COPIES, 1)
        (_, taught), _ = training.evaluations()
        loss, right = evaluate(spec, training.parameters(), inputs, labels)
        noise = dropout_noise(spec.seed, len(inputs), dropout_sizes(spec), 0)

        def answers(step: int, rates: tuple[float, ...]) -> Array:
            masks = [dropout_mask(n[step], rate, spec.dtype) for n, rate in zip(noise, rates, strict=True)]
            return forward(spec, training.parameters(), inputs, masks)[output_name(spec)]

        def share(confidences: Array) -> float:
            return float((confidences.argmax(axis=1) == labels.argmax(axis=1)).mean())

        rates = dropout_rates(spec)
        average = np.mean([answers(step, rates) for step in range(AVERAGED if any(rates) else 1)], axis=0)
        return taught, right, share(average), loss, share(answers(0, (0.5,) * len(noise)))


class DropoutLab(Lab):
    """Four units of a layer under a mask and the neuron that they feed; then whole networks from many seeds."""

    id = "dropout"
    title = "Dropout at work"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._survey: Survey | None = None
        self._sampled: tuple[tuple[Value, ...], Floats] | None = None

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
        """What can be played with; the tables have steps of their own."""
        left_out = {
            "units", "falls", "fallen", "average_fallen", "expected", "out_arithmetic", "networks", "thinned",
            "spread", "letters", "keras",
        }  # fmt: skip
        return tuple(name for group in self.groups() for name in group.names if name not in left_out)

    def never_covered(self) -> frozenset[str]:
        """What the training is doing."""
        return frozenset({"status"})

    def readout_names(self) -> tuple[str, ...]:
        """Masks and what they do; the neuron; averages; the survey; sums that only wrong answers come to."""
        return (
            "falls", "fallen", "average_fallen", "average_staying", "mask", "out", "scale", "expected",
            "out_arithmetic", "z", "y", "z_arithmetic", "networks", "thinned", "not_doubled", "evaluation",
            "all_masks", "exact", "sampled", "running", "status", "survey", "spread", "sturdier", "always_better",
            "letters", "mistakes", "keras",
        )  # fmt: skip

    def counted(self) -> frozenset[str]:
        """What was drawn, trained or counted, and what only wrong answers come to."""
        return frozenset({"falls", "fallen", "thinned", "not_doubled", "sampled", "survey", "letters", "mistakes"})

    def press(self, name: str) -> str:
        """Let the next mask fall, or train from many seeds."""
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
        """Take in what was trained."""
        return self._survey is not None and self._survey.poll()

    def close(self) -> None:
        """End the training."""
        if self._survey is not None:
            self._survey.close()

    def state(self) -> LabState:
        """The controls, and what the seeds came to."""
        if self._survey is None or not self._survey.results:
            return LabState(dict(self._values))
        results = np.array(self._survey.results)
        return LabState({**self._values, "surveyed_rate": self._survey.rate}, {"survey": results})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``; a survey that was cut short is not gone on with."""
        super().restore(state)
        rate, results = state.values.get("surveyed_rate"), state.arrays.get("survey")
        self._survey = None
        if isinstance(rate, float) and results is not None and results.shape[1:] == (len(MEASURES),):
            self._survey = Survey(self._start_run, rate, [tuple(row) for row in results.tolist()], stopped=True)

    # Readouts

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine's own functions."""
        seed, rate, units = int(self.number("seed")), self.number("rate"), int(self.number("units"))
        first = int(self.number("mask_number")) - 1
        match name:
            case "falls":
                kept = (drawn_masks(seed, units, rate, first, FALLING) > 0).astype(float)
                tile = Tile("", tuple(map(tuple, kept.tolist())))
                axes = (("mask", first + 1.0, first + float(FALLING)), ("unit", 1.0, float(units)))
                label = "1 stays, 0 falls: this mask and the next"
                return Picture(name, label, (tile,), digits=0, row_axis=axes[0], column_axis=axes[1])
            case "fallen":
                off = int((drawn_masks(seed, units, rate, first, 1) == 0).sum())
                return Number(name, f"units off, of {units}", off, digits=0)
            case "thinned":
                return Number(name, f"networks within {units} units", 2**units, digits=0)
            case "not_doubled":
                return Vector(name, "other counts", ("n²", "2·n"), (units**2, 2 * units), digits=0)
            case "out_arithmetic":
                return Arithmetic(name, "how unit 1 comes out", why(self, "out[1]"))
            case "z_arithmetic":
                return Arithmetic(name, "how z comes about", why(self, "z"))
            case "sampled" | "running":
                return self._averaged(name)
            case "exact":
                evaluation, average = (self.worksheet().array(n)[1] for n in ("evaluation", "all_masks"))
                return Text(name, "the average is the evaluation", _yes_or_no(bool(abs(evaluation - average) < 1e-9)))
            case "mistakes":
                return self._mistakes(name)
            case "letters":
                return _letters(name)
            case "status" | "survey" | "spread" | "sturdier" | "always_better":
                return self._surveyed(name)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        if name not in self.readout_names():
            raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")
        return self._worked_out(name)

    def _worked_out(self, name: str) -> Readout:
        values = self.worksheet().array(name) if name != "networks" else np.empty(0)
        match name:
            case "mask":
                return Vector(name, "mask", UNITS, tuple(values.tolist()), digits=3)
            case "out":
                return Vector(name, "out h·mask", UNITS, tuple(values.tolist()), digits=3)
            case "expected":
                return Vector(name, "out on average", UNITS, tuple(values.tolist()), digits=3)
            case "evaluation":
                return Vector(name, "one evaluation pass", OUTPUTS, tuple(values.tolist()), digits=6)
            case "all_masks":
                label = f"average over all {len(KEPT)} masks"
                return Vector(name, label, OUTPUTS, tuple(values.tolist()), digits=6)
            case "networks":
                sheet = self.worksheet()
                columns = np.stack([sheet.array(part) for part in ("chance", "thinned_z", "thinned_y")], axis=1)
                rows = tuple((label, *row) for label, row in zip(THINNED, columns.tolist(), strict=True))
                return Table(name, "which stay, how likely, z and y", ("stay", "chance", *OUTPUTS), rows)
        labels = {
            "scale": "scale 1/(1 − p)",
            "average_fallen": "off on average",
            "average_staying": "staying on average",
            "z": "z",
            "y": "output y",
        }
        return Number(name, labels[name], float(values))

    def _averaged(self, name: str) -> Readout:
        z_and_y = self._sampled_outputs()
        if name == "sampled":
            label = f"average over {len(z_and_y)} masks drawn"
            return Vector(name, label, OUTPUTS, tuple(z_and_y.mean(axis=0).tolist()), digits=6)
        shown = np.array(sorted({round(count) for count in np.linspace(1, len(z_and_y), CURVE_POINTS)}))
        averages = (np.cumsum(z_and_y[:, 1]) / np.arange(1, len(z_and_y) + 1))[shown - 1]
        sheet, xs = self.worksheet(), tuple(float(x) for x in shown)
        level = {n: float(sheet.array(n)[1]) for n in ("evaluation", "all_masks")}
        series = (
            Series("average so far", xs, tuple(averages.tolist())),
            Series("one evaluation pass", xs, (level["evaluation"],) * len(xs)),
            Series(f"all {len(KEPT)} masks", xs, (level["all_masks"],) * len(xs)),
        )
        return Curve(name, "average of y", "masks", series)

    def _sampled_outputs(self) -> Floats:
        """z and y under each of the masks that are averaged, (masks, 2); kept until a control moves."""
        key = tuple(self._values[n] for n in ("seed", "rate", "masks", "h", "w", "b", "activation"))
        if self._sampled is None or self._sampled[0] != key:
            seed, masks = int(self.number("seed")), int(self.number("masks"))
            self._sampled = key, self._under(drawn_masks(seed, len(UNITS), self.number("rate"), 0, masks))
        return self._sampled[1]

    def _mistakes(self, name: str) -> Matrix:
        """What the four units and z would be, if the scaling were forgotten or done otherwise."""
        h, p = self.vector("h"), self.number("rate")
        kept = (self._mask() > 0).astype(float)
        units = np.stack([h * kept, h * kept * (1 - p), h * kept / (p or 1.0), h / (1 - p), h * (1 - p)])
        z = units @ self.vector("w") + self.number("b")
        rows = tuple(map(tuple, np.column_stack([units, z]).tolist()))
        return Matrix(name, "scaled wrongly", MISTAKES, (*UNITS, "z"), rows)

    def _surveyed(self, name: str) -> Readout:
        survey = self._survey or Survey(self._start_run, self.number("rate"), stopped=True)
        tried, of = len(survey.results) // 2, f"dropout {survey.rate:g}"
        values = {measure: survey.measured(measure) for measure in MEASURES}
        if name == "status":
            done = f"{tried} seeds, {of} or none" if tried else NOT_TRIED
            return Text(name, "status", f"trying seed {tried + 1} of {SEEDS}" if survey.busy else done)
        if name == "survey":
            rows = tuple(
                (f"{measure}, {which}", *_spread(measured))
                for measure in MEASURES
                for which, measured in zip(("with", "without"), values[measure], strict=True)
            )
            return Table(name, f"share right, with {of} or without", ("", "mean", "lowest", "highest"), rows, digits=3)
        if name == "spread":
            xs = tuple(float(i + 1) for i in range(tried))
            lines = zip(("with", "without"), values["half off"], strict=True)
            series = tuple(Series(which, xs, tuple(v.tolist())) for which, v in lines)
            return Curve(name, "right with half of the units off", "seed", series)
        measure = "half off" if name == "sturdier" else "new"
        with_it, without = values[measure]
        if not tried:
            return Text(name, measure, NOT_TRIED)
        if name == "always_better":
            return Text(name, "better from every seed", _yes_or_no(bool((with_it > without).all())))
        better, worse = with_it.mean() > without.mean(), with_it.mean() < without.mean()
        return Text(name, "more right with half off", "with" if better else "without" if worse else "alike")

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
        """The mask of this number, (4,), as training has it."""
        seed, number = int(self.number("seed")), int(self.number("mask_number"))
        return drawn_masks(seed, len(UNITS), self.number("rate"), number - 1, 1)[0]

    def worksheet(self) -> Worksheet:
        """The layer, the neuron and every thinned network, one number from the other."""
        sheet = super().worksheet()
        cell, p, h = sheet.cell, self.number("rate"), self.vector("h")
        training, activation = self.word("mode") == "training", self.word("activation")
        mask = self._mask() if training else np.ones(len(UNITS))
        places = range(len(UNITS))

        def scale(n: Writer) -> Expression:
            return n(1) / (n(1) - n(cell("rate")))

        def masked(i: int) -> Form:
            if not training:
                return Form("1: in evaluation every unit stays as it is", lambda n: n(1))
            return Form("1 / (1 − p): it stays", scale) if mask[i] else Form("0: it falls", lambda n: n(0))

        def average(n: Writer, i: int) -> Expression:
            left = n(1) - n(cell("rate"))
            return n(cell("rate")) * n(0) + left * (n(cell("h", i)) / left)

        def neuron(n: Writer, source: str) -> Expression:
            return total([*(n(cell("w", i)) * n(cell(source, i)) for i in places), n(cell("b"))])

        def thinned(n: Writer, r: int) -> Expression:
            stay = [i for i in places if KEPT[r, i]]
            return total([*(n(cell("w", i)) * n(cell("h", i)) * n(cell("scale")) for i in stay), n(cell("b"))])

        def chance(n: Writer, r: int) -> Expression:
            stays, falls = n(1) - n(cell("rate")), n(cell("rate"))
            return reduce(Expression.__mul__, [stays if kept else falls for kept in KEPT[r]])

        def weighted(i: int) -> Form:
            rows, each = range(len(KEPT)), f"thinned_{OUTPUTS[i]}"
            return Form(
                f"Σ chance·{OUTPUTS[i]} over all masks",
                lambda n: total([n(cell("chance", r)) * n(cell(each, r)) for r in rows]),
            )

        def activated(name: str, *index: int) -> tuple[Form, ...]:
            return activation_forms(activation, cell(name, *index))

        units = self.number("units")
        fall = Form("units·p", lambda n: n(cell("units")) * n(cell("rate")))
        stay = Form("units·(1 − p)", lambda n: n(cell("units")) * (n(1) - n(cell("rate"))))
        sheet.put("average_fallen", units * p, lambda: fall)
        sheet.put("average_staying", units * (1 - p), lambda: stay)
        sheet.put("scale", 1 / (1 - p), lambda: Form("1 / (1 − p)", scale))
        sheet.put("mask", mask, masked)
        sheet.put("out", h * mask, lambda i: Form("h·mask", lambda n: n(cell("h", i)) * n(cell("mask", i))))
        expected = p * 0 + (1 - p) * (h / (1 - p))
        sheet.put("expected", expected, lambda i: Form("p·0 + (1 − p)·(h / (1 − p))", lambda n: average(n, i)))
        z, y = self._under(mask[None] if training else None)[0]
        sheet.put("z", z, lambda: Form("Σ w·out + b", lambda n: neuron(n, "out")))
        sheet.put("y", y, lambda: activated("z"))
        whole = Form("Σ w·h + b", lambda n: neuron(n, "h"))
        sheet.put("evaluation", self._under(None)[0], lambda i: activated("evaluation", 0) if i else whole)
        outputs, chances = self._under(KEPT / (1 - p)), np.where(KEPT > 0, 1 - p, p).prod(axis=1)
        sheet.put("chance", chances, lambda r: Form("Π 1 − p, or p for one that falls", lambda n: chance(n, r)))
        over = "Σ w·h·scale + b over those that stay"
        sheet.put("thinned_z", outputs[:, 0], lambda r: Form(over, lambda n: thinned(n, r)))
        sheet.put("thinned_y", outputs[:, 1], lambda r: activated("thinned_z", r))
        sheet.put("all_masks", chances @ outputs, weighted)
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The table of thinned networks has a column for each of three names."""
        if name == "networks":
            return ("chance", "thinned_z", "thinned_y")[index[1] - 1], index[:1]
        return name, index

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """The mask, the layer, and what feeds on it."""
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
        sheet = self.worksheet()
        given = {"mask": sheet.array("mask")[None], "masks": KEPT / (1 - p), "chances": sheet.array("chance")[:, None]}
        results = {n: n for n in ("scale", "out", "z", "y", "evaluation", "all_masks")}
        return KerasProgram(source, results, given)


def _letters(name: str) -> Table:
    """The dropout layers of the letters network: what stands before each, its rate, and how many numbers it is on."""
    spec, rows, before = letters_cnn(), [], ""
    for layer, shape in zip(spec.named_layers, spec.shapes[1:], strict=True):
        if isinstance(layer[1], Dropout):
            size = float(np.prod(shape))
            rows.append((f"after {before}", layer[1].rate, size, size * layer[1].rate))
        elif layer[0].startswith(("conv", "dense")):
            before = layer[0]
    return Table(name, "its dropout layers", ("where", "rate", "numbers", "off"), tuple(rows), digits=2)


def _spread(values: Floats) -> tuple[float, float, float]:
    return (float(values.mean()), float(values.min()), float(values.max())) if len(values) else (float("nan"),) * 3


def _numbers(values: Floats) -> str:
    """Numbers of a program: on one line where they fit."""
    texts = [repr(v) for v in values.tolist()]
    line = ", ".join(texts)
    return line if len(line) <= 24 else "\n    " + ",\n    ".join(texts)


def _yes_or_no(holds: bool) -> str:
    return "yes" if holds else "no"
