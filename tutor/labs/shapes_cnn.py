"""A CNN and an MLP on the five shapes: trained side by side, and asked about drawings moved by one pixel."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.drawings import shifted
from tutor.datasets.shapes import NAMES, SIDE, training_rows
from tutor.engine.activations import softmax
from tutor.engine.convolution import conv2d, conv2d_gradients
from tutor.engine.derivations.expressions import total
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.rules.activated import activation_forms, softmax_forms
from tutor.engine.derivations.trace import record
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Conv2D, Dense, Flatten, GlobalAveragePooling2D, LayerSpec, MaxPooling2D, Reshape
from tutor.engine.network import Pass, forward, output_name
from tutor.engine.parameters import count
from tutor.engine.pooling import max_pool
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, ControlError, GridControl, NumberControl
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.places import Index, LookupFailed
from tutor.labs.kit.readouts import Code, Curve, Matrix, Number, Picture, Readout, Series, Table, Text, Tile, Vector
from tutor.training.keras_program import KerasProgram
from tutor.training.models import shapes_cnn, shapes_mlp
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

# Rows down and columns right.
SHIFTS = {"shift_up": (-1, 0), "shift_left": (0, -1), "shift_down": (1, 0), "shift_right": (0, 1)}
ALL_SHIFTS = tuple((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0))
# Epochs a second; None is as fast as the engine goes.
PACES = {"slow": 5.0, "watch": 60.0, "full": None}
SURVEY_SEEDS = 8
# What stands between the maps and the last layer: how much is left of where something was found.
HEADS: dict[str, tuple[LayerSpec, ...]] = {
    "flatten": (Flatten(),),
    "pool": (MaxPooling2D(padding="same"), Flatten()),
    "global max": (MaxPooling2D((SIDE, SIDE)), Flatten()),
    "global average": (GlobalAveragePooling2D(),),
}
CNN, MLP = NETWORKS = ("CNN", "MLP")
READOUTS = (
    "cnn", "mlp", "kernels", "maps", "status", "says", "cnn_right", "mlp_right", "keras", "results", "by_shape",
    "better", "cnn_band", "mlp_band", "learned", "flow", "counts", "weights_alone", "mlp_parameters", "epochs_done",
    "survey", "survey_verdict", "shifted_curve", "loss_curve",
)  # fmt: skip
EXPLAINED = frozenset({"cnn", "mlp", "kernels", "maps"})
RUN_SETTINGS = ("epochs", "pace")


class ShapesCnnLab(Lab):
    """Two networks with one seed, one learning rate and the same five drawings to learn."""

    id = "shapes-cnn"
    title = "Shapes by CNN and by MLP"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._data = shapes_and_their_shifts()
        self._trainings = {
            name: InPlaceTraining(start_run, lambda name=name: self._settings(name), lambda: self._data)  # type: ignore[misc]
            for name in NETWORKS
        }
        self._survey: ShiftSurvey | None = None

    def controls(self) -> tuple[Control, ...]:
        """The drawing; the CNN; the training of both."""
        square = tuple(map(tuple, _shape(NAMES[0]).tolist()))
        return (
            ChoiceControl("shape", "shape", NAMES, NAMES[0], "choosing one draws it"),
            GridControl("drawing", "drawing", SIDE, SIDE, square, help="space turns a pixel on or off"),
            ActionControl("load", "load", "l", "draw the chosen shape again, as the networks learn it"),
            ActionControl("shift_up", "↑", "W", "move the drawing up by one"),
            ActionControl("shift_left", "←", "A", "move the drawing left by one"),
            ActionControl("shift_down", "↓", "S", "move the drawing down by one"),
            ActionControl("shift_right", "→", "D", "move the drawing right by one"),
            ActionControl("clear", "clear", "w", "turn all pixels off"),
            ChoiceControl("head", "behind it", tuple(HEADS), "pool", "from the maps to the last layer"),
            NumberControl("filters", "filters", 1, 8, 1, 8, integer=True, help="kernels of 3×3 in the CNN"),
            ActionControl("train", "train", "p", "train both until the epochs are done; press again to pause"),
            ActionControl("epoch", "epoch", "e", "train both on every drawing once"),
            ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
            ActionControl("reset", "reset", "r", "go back to the initial weights of the seed"),
            ActionControl("try_seeds", f"try {SURVEY_SEEDS} seeds", "T", "train both from many seeds and count"),
            NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of the weights and the order"),
            NumberControl(
                "learning_rate", "learning rate", 0, 10, 0.01, 0.1,
                choices=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10), help="of both; can be changed while they train",
            ),
            NumberControl("epochs", "epochs", 1, 5000, 1, 50, integer=True, choices=(1, 5, 20, 50, 100, 300, 1000)),
            ChoiceControl("pace", "pace", tuple(PACES), "watch", "epochs a second: 5, 60, or all it can"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The drawing and both answers; the training; what came of it; inside the CNN."""
        return (
            Group("Drawing", ("drawing", "shape", "load", *SHIFTS, "clear", "says", "cnn", "mlp")),
            Group(
                "Training",
                ("train", "epoch", "reset", "try_seeds", "status", "seed", "learning_rate", "epochs", "pace"),
            ),
            Group("Moved by one pixel", ("results", "by_shape", "survey", "shifted_curve", "loss_curve")),
            Group("Inside the CNN", ("head", "filters", "flow", "counts", "kernels", "maps")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """What is drawn, trained, watched and compared."""
        left_out = ("flow", "counts", "survey", "loss_curve")
        return tuple(name for group in self.groups()[:-1] for name in group.names if name not in left_out)

    def never_covered(self) -> frozenset[str]:
        """What the training is doing."""
        return frozenset({"status", "epochs_done"})

    def readout_names(self) -> tuple[str, ...]:
        """Answers, pictures, what came of the training, counts, curves."""
        return READOUTS

    def counted(self) -> frozenset[str]:
        """How many drawings are right, how many numbers there are, what was measured over epochs and seeds."""
        return frozenset(READOUTS) - EXPLAINED

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training of the networks that begin anew; where both do, of the one that is further."""
        fresh = {"seed": NETWORKS, "reset": NETWORKS, "head": (CNN,), "filters": (CNN,)}.get(name, ())
        trainings = (self._trainings[network] for network in fresh)
        return max(trainings, key=lambda training: training.checkpoint().position.step).work if fresh else ""

    def changed(self, name: str) -> None:
        """A shape is drawn; another seed begins anew; another CNN is a fresh one; the rest is carried into the runs."""
        if name == "shape":
            self.press("load")
        if name in ("seed", "head", "filters"):
            self._end_survey()
            self._trainings[CNN].reset()
        if name == "seed":
            self._trainings[MLP].reset()
        for training in self._trainings.values():
            if name == "learning_rate":
                training.set_learning_rate(self.number("learning_rate"))
            elif name in RUN_SETTINGS:
                training.settings_changed()

    def press(self, name: str) -> str:
        """Draw, or train both networks."""
        self.control(name)
        match name:
            case "load":
                self.set("drawing", _shape(self.word("shape")).tolist())
            case "clear":
                self.set("drawing", np.zeros((SIDE, SIDE)).tolist())
            case "reset":
                self._end_survey()
                for training in self._trainings.values():
                    training.reset()
                return "Both are back at their initial weights."
            case "try_seeds":
                self._try_seeds()
            case "train" | "finish" | "epoch":
                self._train(name)
            case _:
                self.set("drawing", shifted(self.vector("drawing"), *SHIFTS[name]).tolist())
        return ""

    def _train(self, action: str) -> None:
        if self._survey is not None and self._survey.busy:
            raise ControlError("The seeds are still being tried: wait for them, or reset.")
        trainings = tuple(self._trainings.values())
        if action == "epoch":
            for training in trainings:
                training.epoch()
        elif action == "train" and any(training.training for training in trainings):
            for training in trainings:
                training.pause()
        else:
            behind = [training for training in trainings if not (training.training or self._done(training))]
            # Once both are done, train goes on with both; finish does not.
            for training in behind or (trainings if action == "train" else ()):
                training.play()

    def _done(self, training: InPlaceTraining) -> bool:
        return training.checkpoint().position.epoch >= self.number("epochs")

    def _try_seeds(self) -> None:
        self._end_survey()
        for training in self._trainings.values():
            training.pause()
        self._survey = ShiftSurvey(self._start_run, self._survey_settings, self._data)
        self._survey.poll()

    def _end_survey(self) -> None:
        if self._survey is not None:
            self._survey.close()
            self._survey = None

    # The runs

    @property
    def busy(self) -> bool:
        """Whether a run goes on in the background."""
        return (self._survey is not None and self._survey.busy) or any(t.busy for t in self._trainings.values())

    def poll(self) -> bool:
        """Take in the newest snapshots."""
        news = [training.poll() for training in self._trainings.values()]
        return any([*news, self._survey is not None and self._survey.poll()])

    def close(self) -> None:
        """End the runs."""
        self._end_survey()
        for training in self._trainings.values():
            training.close()

    def state(self) -> LabState:
        """Controls, weights and curves of both."""
        values: dict[str, Any] = dict(self._values)
        arrays: dict[str, NDArray[Any]] = {}
        for name, training in self._trainings.items():
            kept, weights = training.kept()
            values[name] = kept
            arrays |= {f"{name}.{part}": array for part, array in weights.items()}
        return LabState(values, arrays)

    def restore(self, state: LabState) -> None:
        """Go back to ``state``; a survey is not kept."""
        super().restore(state)
        for name, training in self._trainings.items():
            kept = state.values.get(name)
            own = {k.removeprefix(f"{name}."): a for k, a in state.arrays.items() if k.startswith(f"{name}.")}
            training.restore(kept if isinstance(kept, Mapping) else {}, own)

    def _spec(self, network: str, seed: int | None = None) -> NetworkSpec:
        seed = int(self.number("seed")) if seed is None else seed
        rate = self.number("learning_rate")
        if network == MLP:
            return shapes_mlp(seed, rate, dropout=0.0)
        convolution = Conv2D(int(self.number("filters")), (3, 3), padding="same", activation="relu")
        layers = (Reshape((SIDE, SIDE, 1)), convolution, *HEADS[self.word("head")], Dense(len(NAMES), "softmax"))
        return replace(shapes_cnn(seed, rate), layers=layers)

    def _settings(self, network: str) -> RunSettings:
        return RunSettings(self._spec(network), int(self.number("epochs")), epochs_per_second=PACES[self.word("pace")])

    def _survey_settings(self, network: str, seed: int) -> RunSettings:
        return RunSettings(self._spec(network, seed), int(self.number("epochs")))

    # Readouts

    def read(self, name: str) -> Readout:
        """Compute one readout from the newest weights of both."""
        match name:
            case "cnn" | "mlp":
                p = self._trainings[name.upper()].predict(self.vector("drawing").reshape(1, -1))[0]
                return Vector(name, f"the {name.upper()}'s confidence", NAMES, tuple(p.tolist()), digits=2)
            case "says":
                return Text(name, "CNN, MLP say", ", ".join(map(self._says, NETWORKS)))
            case "cnn_right" | "mlp_right":
                network = name.removesuffix("_right").upper()
                right = self._says(network) == self.word("shape")
                return Text(name, f"the {network} says {self.word('shape')}", "yes" if right else "no")
            case "kernels":
                kernel = self._trainings[CNN].parameters()["conv2d.kernel"][:, :, 0]
                most = max(1.0, float(np.abs(kernel).max()))
                return Picture(name, "the filters, 3×3 each", _tiles(kernel), -most, most, signed=True)
            case "maps":
                out = self._pass(CNN)["conv2d.out"][0]
                return Picture(name, "what each finds in the drawing", _tiles(out), 0.0, max(1.0, float(out.max())))
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
            case "status":
                return Text(name, "status", self._status())
            case "shifted_curve" | "loss_curve":
                metric, label = ("val_accuracy", "right when moved") if name == "shifted_curve" else ("loss", "loss")
                lines = [Series(n, *t.history.points(metric)) for n, t in self._trainings.items()]
                return Curve(name, label, "epoch", tuple(lines), 0.0, 1.0 if name == "shifted_curve" else None)
        return self._count(name)

    def _count(self, name: str) -> Readout:
        labels = self._data.held_out_labels
        right = {
            n: t.predict(self._data.held_out_inputs).argmax(1) == labels.argmax(1) for n, t in self._trainings.items()
        }
        moved = {network: int(hits.sum()) for network, hits in right.items()}
        learned = {n: round(t.evaluations()[0][1] * len(NAMES)) for n, t in self._trainings.items()}
        spec = self._spec(CNN)
        match name:
            case "results":
                rows = ((n, float(count(self._spec(n))), float(learned[n]), float(moved[n])) for n in NETWORKS)
                return Table(name, "of 5 learned, of 40 moved", ("", "parameters", "learned", "moved"), tuple(rows), 0)
            case "by_shape":
                hits = np.stack([right[n].reshape(len(NAMES), -1).sum(1) for n in NETWORKS], axis=1).astype(float)
                return Matrix(name, "right of 8 moves each", NAMES, NETWORKS, tuple(map(tuple, hits.tolist())), 0)
            case "better":
                ahead = moved[CNN] - moved[MLP]
                return Text(name, "more of the moved are right by", CNN if ahead > 0 else MLP if ahead else "neither")
            case "cnn_band" | "mlp_band":
                share = moved[name.removesuffix("_band").upper()] / len(labels)
                band = "few" if share <= 0.35 else "half" if share <= 0.7 else "most"
                return Text(name, "how many of the moved", band)
            case "learned":
                return Text(name, "both learned all five", "yes" if min(learned.values()) == len(NAMES) else "no")
            case "flow":
                shapes = [math.prod(shape) for shape in spec.shapes]
                names = ("pixels", "maps", "to Dense", "answers")
                return Vector(name, "numbers, layer by layer", names, (shapes[0], shapes[2], shapes[-2], shapes[-1]), 0)
            case "counts":
                filters, line = int(self.number("filters")), spec.shapes[-2][0]
                parts = (10.0 * filters, 5.0 * line + 5, float(count(spec)))
                return Vector(name, "parameters", ("Conv2D", "Dense", "together"), parts, 0)
            case "weights_alone":
                filters, line = int(self.number("filters")), spec.shapes[-2][0]
                return Number(name, "weights of the CNN", 9.0 * filters + 5.0 * line, digits=0)
            case "mlp_parameters":
                return Number(name, "parameters of the MLP", count(self._spec(MLP)), digits=0)
            case "epochs_done":
                return Number(name, "epochs done", float(self._trainings[CNN].checkpoint().position.epoch), digits=0)
            case "survey":
                return self._survey_table(name)
            case "survey_verdict":
                won = [] if self._survey is None else [cnn > mlp for cnn, mlp in self._survey.moved]
                verdict = "none yet" if not won else "every" if all(won) else "some" if any(won) else "none"
                return Text(name, "seeds with which the CNN is ahead", verdict)
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(READOUTS)}")

    def _survey_table(self, name: str) -> Table:
        moved = [] if self._survey is None else self._survey.moved
        found = [(n, [float(pair[i]) for pair in moved]) for i, n in enumerate(NETWORKS)]
        rows = tuple((n, sum(m) / len(m), min(m), max(m)) for n, m in found if m)
        return Table(name, f"of 40 moved, over {len(moved)} seeds", ("", "mean", "least", "most"), rows, 1)

    def _status(self) -> str:
        if self._survey is not None:
            done = len(self._survey.moved)
            return f"trying seed {done} of {SURVEY_SEEDS}" if self._survey.busy else f"{done} seeds tried"
        for network, training in self._trainings.items():
            said = training.status()
            if said.startswith("stopped"):
                return f"{network} {said}"
        epochs = ", ".join(f"{n} {t.checkpoint().position.epoch}" for n, t in self._trainings.items())
        if not any(t.begun for t in self._trainings.values()):
            return "starting" if self.busy else "untrained"
        done = all(self._done(training) for training in self._trainings.values())
        return f"{'training' if self.busy else 'trained' if done else 'paused'}: epochs {epochs}"

    def _says(self, network: str) -> str:
        return NAMES[int(self._trainings[network].predict(self.vector("drawing").reshape(1, -1))[0].argmax())]

    def _pass(self, network: str) -> Pass:
        drawing = self.vector("drawing").reshape(1, -1)
        return forward(self._spec(network), self._trainings[network].parameters(), drawing)

    # Where the numbers come from

    def worksheet(self) -> Worksheet:
        """The CNN's pass of the drawing, and the MLP's beside it under names that begin with ``mlp.``."""
        trace = record(self._spec(CNN), self._trainings[CNN].parameters(), self.vector("drawing").reshape(1, -1))
        sheet = self.sheet_of_controls(trace)
        cell = sheet.cell
        sheet.put(
            "input", trace.array("input"), lambda _, i: Form("pixel", lambda n: n(cell("drawing", *divmod(i, SIDE))))
        )
        values, parameters = self._pass(MLP), self._trainings[MLP].parameters()
        before = "input"
        for layer, spec in self._spec(MLP).named_layers:
            if not isinstance(spec, Dense):
                continue
            name = f"mlp.{layer}"
            sheet.give(f"{name}.kernel", parameters[f"{layer}.kernel"])
            sheet.give(f"{name}.bias", parameters[f"{layer}.bias"])
            sheet.put(f"{name}.z", values[f"{layer}.z"], _weighted(sheet, before, name))
            sheet.put(f"{name}.out", values[f"{layer}.out"], _activated(sheet, spec.activation, f"{name}.z"))
            before = f"{name}.out"
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """Answers, filters and maps are parts of the passes."""
        if name in ("cnn", "mlp"):
            out = output_name(self._spec(name.upper()))
            return (out if name == "cnn" else f"mlp.{out}"), (0, *index)
        tile, *at = index if len(index) == 3 else (0, *index)
        if name == "kernels":
            return "conv2d.kernel", (*at, 0, tile)
        return ("conv2d.out", (0, *at, tile)) if name == "maps" else (name, index)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The convolution and its gradients, the pooling, the softmax."""
        return (conv2d, conv2d_gradients, max_pool, softmax)

    def keras_program(self) -> KerasProgram:
        """The CNN with its present weights, asked about the drawing."""
        parameters = self._trainings[CNN].parameters()
        given = {
            short: parameters[name]
            for short, name in (
                ("k1", "conv2d.kernel"),
                ("b1", "conv2d.bias"),
                ("k2", "dense.kernel"),
                ("b2", "dense.bias"),
            )
        }
        behind = {
            "flatten": "    layers.Flatten(),",
            "pool": '    layers.MaxPooling2D(padding="same"),\n    layers.Flatten(),',
            "global max": "    layers.GlobalMaxPooling2D(),",
            "global average": "    layers.GlobalAveragePooling2D(),",
        }[self.word("head")]
        pixels = "\n".join("    " + ", ".join(f"{p:g}" for p in row) + "," for row in self.vector("drawing").tolist())
        source = f"""\
from keras import Sequential, layers
import numpy as np
net = Sequential([
    layers.Reshape((5, 5, 1)),
    layers.Conv2D({int(self.number("filters"))}, 3, padding="same",
                  activation="relu"),
{behind}
    layers.Dense(5, "softmax")])
net.build((None, 25))
# k1, b1, … are the lab's own weights.
net.set_weights([k1, b1, k2, b2])
x = np.array([[
{pixels}
]], float)
confidences = net(x)
"""
        return KerasProgram(source, {"cnn": "confidences"}, given)


class ShiftSurvey:
    """Trains both networks from one seed after another, at full speed, and counts the moved drawings they get right."""

    def __init__(self, start_run: RunStarter, settings: Callable[[str, int], RunSettings], data: TrainingData) -> None:
        self._start_run = start_run
        self._settings = {(n, seed): settings(n, seed) for n in NETWORKS for seed in range(SURVEY_SEEDS)}
        self._data = data
        self._current: dict[str, InPlaceTraining] = {}
        self.moved: list[tuple[int, int]] = []
        self.busy = True

    def poll(self) -> bool:
        """Take in what is done and begin the next seed; with inline runs all are done at once."""
        before = len(self.moved)
        while self.busy:
            if not self._current:
                self._current = {n: self._begin(n, len(self.moved)) for n in NETWORKS}
            for training in self._current.values():
                training.poll()
            if any(training.training for training in self._current.values()):
                break
            cnn, mlp = (round(t.evaluations()[1][1] * len(self._data.held_out_inputs)) for t in self._current.values())
            self.moved.append((cnn, mlp))
            self._let_go()
            self.busy = len(self.moved) < SURVEY_SEEDS
        return len(self.moved) > before

    def close(self) -> None:
        """Stop; the seeds that are left are not tried."""
        self.busy = False
        self._let_go()

    def _begin(self, network: str, seed: int) -> InPlaceTraining:
        settings = self._settings[network, seed]
        training = InPlaceTraining(self._start_run, lambda: settings, lambda: self._data)
        training.play()
        return training

    def _let_go(self) -> None:
        for training in self._current.values():
            training.close()
        self._current = {}


def shapes_and_their_shifts() -> TrainingData:
    """The five shapes to train on; held out, each of them moved by one pixel in the eight directions."""
    rows = training_rows()
    moved = [shifted(row.reshape(SIDE, SIDE), *shift).ravel() for row in rows.inputs for shift in ALL_SHIFTS]
    return TrainingData(rows.inputs, rows.labels, np.stack(moved), np.repeat(rows.labels, len(ALL_SHIFTS), axis=0))


def _shape(name: str) -> NDArray[np.float64]:
    drawing: NDArray[np.float64] = training_rows().inputs[NAMES.index(name)].reshape(SIDE, SIDE)
    return drawing


def _tiles(stack: NDArray[np.floating]) -> tuple[Tile, ...]:
    """One tile for each channel of (rows, columns, channels)."""
    pictures = np.moveaxis(stack, -1, 0).astype(np.float64).tolist()
    return tuple(Tile(str(i), tuple(map(tuple, rows))) for i, rows in enumerate(pictures, start=1))


def _weighted(sheet: Worksheet, before: str, name: str) -> Callable[..., Form]:
    def form(row: int, unit: int) -> Form:
        inputs = sheet.cells(before, row)
        pairs = [(x, sheet.cell(f"{name}.kernel", i, unit)) for i, x in enumerate(inputs)]
        bias = sheet.cell(f"{name}.bias", unit)
        return Form("Σᵢ xᵢ·wᵢ + b", lambda n: total([*(n(x) * n(w) for x, w in pairs), n(bias)]))

    return form


def _activated(sheet: Worksheet, activation: str, z: str) -> Callable[..., tuple[Form, ...]]:
    def forms(row: int, unit: int) -> tuple[Form, ...]:
        if activation == "softmax":
            return softmax_forms(sheet.cell(z, row, unit), sheet.cells(z, row))
        return activation_forms(activation, sheet.cell(z, row, unit))

    return forms
