"""A CNN and an MLP on the five shapes: trained side by side, and tested on drawings moved by one pixel."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.drawings import shifted
from tutor.datasets.shapes import NAMES, SIDE, training_rows
from tutor.engine.activations import softmax
from tutor.engine.convolution import conv2d, conv2d_gradients
from tutor.engine.derivations.cells import Cells, Name, constant
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.network import output_name
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import count
from tutor.engine.pooling import max_pool
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import BarPanel, DotPlot, DotRow
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control, ControlError
from tutor.labs.kit.given_network import GivenNetwork, layers_text
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Curve, Picture, Series, Table, Text, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.through import fill_through
from tutor.labs.kit.training_to_studio import lacks, trained_experiment
from tutor.labs.shapes.controls import PACES, SHIFTS
from tutor.labs.shapes_cnn.controls import MOST_FILTERS, shapes_cnn_controls
from tutor.labs.shapes_cnn.networks import HEADS, cnn_program, cnn_spec, fill_mlp
from tutor.labs.shapes_cnn.shift_survey import ALL_SHIFTS, SURVEY_SEEDS, ShiftSurvey, shapes_and_their_shifts
from tutor.studio.experiment import DataChoice, Experiment
from tutor.training.keras_program import KerasProgram
from tutor.training.models import shapes_mlp
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

CNN, MLP = NETWORKS = ("CNN", "MLP")
RUN_SETTINGS = ("epochs", "pace")
CURVES = ("shifted_curve", "loss_curve")
SEEDS = ("this_seed", "survey", "by_seed")


class ShapesCnnLab(Lab):
    """Two networks with the same seed, learning rate and five training drawings."""

    id = "shapes-cnn"
    title = "Shapes by CNN and by MLP"
    takes_networks = True

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._controls = shapes_cnn_controls(_shape(NAMES[0]))
        super().__init__(start_run)
        self._data = shapes_and_their_shifts()
        self._trainings = {
            name: InPlaceTraining(start_run, lambda name=name: self._settings(name), lambda: self._data)  # type: ignore[misc]
            for name in NETWORKS
        }
        self._survey: ShiftSurvey | None = None

    def controls(self) -> tuple[Control, ...]:
        """The drawing; the CNN; the training of both."""
        return self._controls

    def groups(self) -> tuple[Group, ...]:
        """The drawing and both answers; the training; the results; inside the CNN."""
        return (
            Group("Drawing", ("drawing", "shape", "load", *SHIFTS, "clear", "says", "cnn", "mlp")),
            Group(
                "Training",
                ("train", "epoch", "reset", "try_seeds", "status", "seed", "learning_rate", "epochs", "pace"),
            ),
            Group("Moved by one pixel", ("learned", "forty", "results", "by_shape", *SEEDS, *CURVES)),
            Group("Inside the CNN", ("head", "filters", "flow", "counts", "kernels", "maps", "through")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The groups for drawing, training and comparing."""
        left_out = ("flow", "counts", "maps", "learned", "forty", *SEEDS, "loss_curve")
        return tuple(name for group in self.groups()[:-1] for name in group.names if name not in left_out)

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status", "epochs_done"})

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training of the networks that would be reset; if both, of the one with more training."""
        fresh = {"seed": NETWORKS, "reset": NETWORKS, "head": (CNN,), "filters": (CNN,)}.get(name, ())
        trainings = (self._trainings[network] for network in fresh)
        most = max(trainings, key=lambda each: (each.checkpoint().position.step, each.begun), default=None)
        return "" if most is None else most.work

    def changed(self, name: str) -> None:
        """Draw a chosen shape; reset both for another seed, the CNN for another architecture; else update the runs."""
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

    def go_to(self, curve: str, x: float) -> bool:
        """Show the moment nearest to an epoch of both runs; training goes on from there."""
        if curve not in CURVES:
            return False
        went = [training.go_to_epoch(round(x)) for training in self._trainings.values()]
        return any(epoch is not None for epoch in went)

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

    def take_network(self, given: GivenNetwork) -> str:
        """Go on from a network as the CNN or the MLP; the other one stays as it is.

        Seed, rate and epochs are those of both: the seed is taken only while the other is untrained, for another seed
        would undo its training.
        """
        kinds = {(head, n): cnn_spec(0, 0.1, n, head) for head in HEADS for n in range(1, MOST_FILTERS + 1)}
        names = {f"{head}, {n} filters": (head, n) for head, n in kinds}
        mlp, one = self._spec(MLP), kinds["pool", MOST_FILTERS]
        expected = (
            f"MLP: {layers_text(mlp)}; CNN: {layers_text(one)}, with 1 to {MOST_FILTERS} filters, and behind them "
            f"{', '.join(HEADS)}"
        )
        same = given.among({MLP: mlp} | {name: kinds[kind] for name, kind in names.items()}, NAMES, expected)
        network, other = (MLP, CNN) if same == MLP else (CNN, MLP)
        wanted: dict[str, object] = {}
        if network == CNN:
            wanted |= dict(zip(("head", "filters"), names[same], strict=True))
        notes, seed = [], given.network.spec.seed
        if not self._trainings[other].begun:
            wanted["seed"] = seed
        elif seed != self.number("seed"):
            notes.append(
                f"Its seed is {seed}; the seed stays {self.number('seed'):g} for the {other}, which is trained."
            )
        if type(given.network.spec.optimizer) is SGD:
            wanted["learning_rate"] = given.learning_rate
        if given.network.run is not None:
            wanted["epochs"] = given.network.run.settings.epochs
        self._end_survey()
        notes += [self.set_where_taken(name, value) for name, value in wanted.items()]
        spec = self._spec(network)
        if given.dropout and any(given.dropout):
            notes.append("It was trained with dropout, which this lab leaves out.")
        self._trainings[network].begin_from(given.checkpoint(spec), given.name)
        return given.said(network, spec, self._data, tuple(filter(None, notes)))

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
        """Whether a run trains in the background."""
        return (self._survey is not None and self._survey.busy) or any(t.busy for t in self._trainings.values())

    def poll(self) -> bool:
        """Fetch the newest snapshots."""
        news = [training.poll() for training in self._trainings.values()]
        return any([*news, self._survey is not None and self._survey.poll()])

    def close(self) -> None:
        """Stop the runs."""
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
        """Go back to ``state``; a survey is not saved."""
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
        return cnn_spec(seed, rate, int(self.number("filters")), self.word("head"))

    def _settings(self, network: str) -> RunSettings:
        return RunSettings(self._spec(network), int(self.number("epochs")), epochs_per_second=PACES[self.word("pace")])

    def _survey_settings(self, seed: int) -> list[RunSettings]:
        return [RunSettings(self._spec(network, seed), int(self.number("epochs"))) for network in NETWORKS]

    # The numbers

    def beside_controls(self) -> object:
        """Both runs, and the seeds tried."""
        moments = tuple(training.moment for training in self._trainings.values())
        return moments, self.busy, None if self._survey is None else self._survey.moment

    def recorded(self) -> Trace:
        """The CNN's pass of the drawing."""
        return record(self._spec(CNN), self._trainings[CNN].parameters(), self._row())

    def fill(self, sheet: Sheet) -> None:
        """Both answers; inside the CNN; the moved drawings; the training."""
        fill_mlp(sheet, self._spec(MLP), self._trainings[MLP].parameters, self._row())
        self._fill_answers(sheet)
        self._fill_cnn(sheet)
        self._fill_moved(sheet)
        self._fill_run(sheet)

    def _fill_answers(self, sheet: Sheet) -> None:
        of_cnn, of_mlp = sheet[output_name(self._spec(CNN))], sheet[f"mlp.{output_name(self._spec(MLP))}"]
        cnn = sheet.vector("cnn", "the CNN's confidence", NAMES, of_cnn[0], digits=2, bars=True)
        mlp = sheet.vector("mlp", "the MLP's confidence", NAMES, of_mlp[0], digits=2, bars=True)
        shape = self.word("shape")

        def right(name: str, network: str, p: Cells) -> Text:
            return Text(name, f"the {network} says {shape}", _yes_or_no(_said(p) == shape))

        sheet.show("says", lambda: Text("says", "CNN, MLP say", f"{_said(cnn)}, {_said(mlp)}"))
        sheet.show("cnn_right", lambda: right("cnn_right", CNN, cnn))
        sheet.show("mlp_right", lambda: right("mlp_right", MLP, mlp))

    def _fill_cnn(self, sheet: Sheet) -> None:
        """Its filters and maps, the sizes between its layers, and its parameters."""
        kernel, out = sheet["conv2d.kernel"], sheet["conv2d.out"]

        def kernels() -> Picture:
            most = max(1.0, float(np.abs(kernel.values).max()))
            return Picture("kernels", "the filters, 3×3 each", _tiles(kernel.values[:, :, 0]), -most, most, signed=True)

        def maps() -> Picture:
            high = max(1.0, float(out.values.max()))
            return Picture("maps", "what each finds in the drawing", _tiles(out.values[0]), 0.0, high)

        fill_through(sheet, self._spec(CNN))
        sheet.show("kernels", kernels, _of_tiles(lambda filter_, *at: ("conv2d.kernel", (*at, 0, filter_))))
        sheet.show("maps", maps, _of_tiles(lambda filter_, *at: ("conv2d.out", (0, *at, filter_))))
        spec = self._spec(CNN)
        pixels, _, maps_out, *_, to_dense, answers = map(math.prod, spec.shapes)
        through = ("pixels", "maps", "to Dense", "answers")
        sheet.vector("flow", "numbers, layer by layer", through, (pixels, maps_out, to_dense, answers), digits=0)
        parts = (10 * self.number("filters"), 5 * to_dense + 5, count(spec))
        sheet.vector("counts", "parameters", ("Conv2D", "Dense", "together"), parts, digits=0)
        sheet.number("mlp_parameters", "parameters of the MLP", count(self._spec(MLP)), digits=0)

    def _fill_moved(self, sheet: Sheet) -> None:
        """The accuracy of each network on the five drawings, and on the forty moved ones."""
        data, trainings = self._data, tuple(self._trainings.values())
        shapes, moves = data.held_out_labels.argmax(axis=1), len(ALL_SHIFTS)
        hits = constant(lambda: [t.predict(data.held_out_inputs).argmax(axis=1) == shapes for t in trainings])
        parameters = constant([count(self._spec(network)) for network in NETWORKS])
        learned = constant(lambda: [round(t.evaluations()[0][1] * len(NAMES)) for t in trainings])
        moved = hits.sum(axis=1)
        columns = ("", "parameters", "learned", "moved")
        sheet.table("results", "of 5 learned, of 40 moved", columns, NETWORKS, (parameters, learned, moved), digits=0)
        seed = BarPanel(f"from seed {int(self.number('seed'))}", NETWORKS, high=float(len(shapes)), digits=0)
        sheet.bars("this_seed", f"right of {len(shapes)} moved drawings", [(seed, moved)])
        by_shape = hits.reshaped((len(NETWORKS), len(NAMES), moves)).sum(axis=2).transposed
        sheet.matrix("by_shape", f"right of {moves} moves each", NAMES, NETWORKS, by_shape, digits=0)

        def better() -> str:
            cnn, mlp = moved.values
            return CNN if cnn > mlp else MLP if mlp > cnn else "neither"

        sheet.show("forty", lambda: _forty("forty", data.held_out_inputs, shapes), counted=True)
        sheet.show("better", lambda: Text("better", "more of the moved are right by", better()))
        sheet.show("cnn_band", lambda: _band("cnn_band", moved[0].number / len(shapes)))
        sheet.show("mlp_band", lambda: _band("mlp_band", moved[1].number / len(shapes)))
        both = "both learned all five"
        sheet.show("learned", lambda: Text("learned", both, _yes_or_no(learned.values.min() == len(NAMES))))

    def _fill_run(self, sheet: Sheet) -> None:
        """The state of the training, its curves, and the results of other seeds."""
        sheet.text("status", "status", self._status())
        epochs = self._trainings[CNN].checkpoint().position.epoch
        sheet.number("epochs_done", "epochs done", epochs, digits=0)
        sheet.show("shifted_curve", lambda: self._curve("shifted_curve", "right when moved", "val_accuracy", 1.0))
        sheet.show("loss_curve", lambda: self._curve("loss_curve", "loss", "loss"))
        moved = [] if self._survey is None else self._survey.moved
        sheet.show("survey", lambda: _survey_table("survey", moved), counted=True)
        sheet.show("by_seed", lambda: _survey_dots("by_seed", moved), counted=True)
        won = [cnn > mlp for cnn, mlp in moved]
        verdict = "none yet" if not won else "every" if all(won) else "some" if any(won) else "none"
        sheet.text("survey_verdict", "seeds with which the CNN is ahead", verdict)

    def _curve(self, name: str, label: str, metric: str, high: float | None = None) -> Curve:
        """A line for each network, over the epochs, and after it that of its run before."""
        lines: list[Series] = []
        for network, training in self._trainings.items():
            lines.append(Series(network, *training.history.points(metric)))
            before = ((), ()) if training.before is None else training.before.points(metric)
            if len(before[0]) > 1:
                lines.append(Series(f"{network} before", *before, kind="ghost"))
        rewound = any(training.rewound for training in self._trainings.values())
        return Curve(name, label, "epoch", tuple(lines), 0.0, high, with_ghosts=rewound)

    def _status(self) -> str:
        if self._survey is not None:
            done = len(self._survey.moved)
            return f"trying seed {done} of {SURVEY_SEEDS}" if self._survey.busy else f"{done} seeds tried"
        for network, training in self._trainings.items():
            said = training.status()
            if said.startswith("stopped"):
                return f"{network} {said}"
        epochs = ", ".join(
            f"{n} {t.checkpoint().position.epoch}" + (f" (of {t.given})" if t.given else "")
            for n, t in self._trainings.items()
        )
        if not any(t.begun for t in self._trainings.values()):
            return "starting" if self.busy else "untrained"
        done = all(self._done(training) for training in self._trainings.values())
        return f"{'training' if self.busy else 'trained' if done else 'paused'}: epochs {epochs}"

    def _row(self) -> NDArray[np.float64]:
        """The drawing as the networks' input, (1, 25)."""
        return self.vector("drawing").reshape(1, -1)

    def for_studio(self) -> Experiment:
        """The CNN, as far as it is trained."""
        return trained_experiment(self._trainings[CNN], self._settings(CNN), DataChoice("shapes"))

    def left_out_of_studio(self) -> str:
        """The MLP; and changes in the middle of the CNN's training."""
        changed = lacks(self._trainings[CNN], self.for_studio())
        return f"the MLP; {changed}" if changed else "the MLP"

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The convolution and its gradients, the pooling, the softmax."""
        return (conv2d, conv2d_gradients, max_pool, softmax)

    def keras_program(self) -> KerasProgram:
        """The CNN with its current weights, applied to the drawing."""
        parameters, filters = self._trainings[CNN].parameters(), int(self.number("filters"))
        return cnn_program(parameters, filters, self.word("head"), self.vector("drawing"))


def _shape(name: str) -> NDArray[np.float64]:
    drawing: NDArray[np.float64] = training_rows().inputs[NAMES.index(name)].reshape(SIDE, SIDE)
    return drawing


def _tiles(stack: NDArray[np.float64]) -> tuple[Tile, ...]:
    """One tile for each channel of (rows, columns, channels)."""
    pictures = np.moveaxis(stack, -1, 0).tolist()
    return tuple(Tile(str(i), tuple(map(tuple, rows))) for i, rows in enumerate(pictures, start=1))


def _of_tiles(cell: Callable[..., tuple[str, Index]]) -> Name:
    """Map tile, row and column to a ``cell``; a single tile has no index."""
    return lambda at: cell(*at) if len(at) == 3 else cell(0, *at)


def _survey_table(name: str, moved: list[tuple[int, ...]]) -> Table:
    found = [(network, [float(each[i]) for each in moved]) for i, network in enumerate(NETWORKS)]
    rows = tuple((network, sum(m) / len(m), min(m), max(m)) for network, m in found if m)
    return Table(name, f"of 40 moved, over {len(moved)} seeds", ("", "mean", "least", "most"), rows, 1)


def _survey_dots(name: str, moved: list[tuple[int, ...]]) -> DotPlot:
    """A dot for each seed, and the mean over them."""
    labels = tuple(map(str, range(len(moved))))
    found = [(network, tuple(float(each[i]) for each in moved)) for i, network in enumerate(NETWORKS)]
    rows = tuple(DotRow(network, labels, m, sum(m) / len(m) if m else None) for network, m in found)
    return DotPlot(name, "right of 40, a dot for each seed", rows, 0.0, float(len(NAMES) * len(ALL_SHIFTS)), 1)


def _forty(name: str, inputs: NDArray[np.floating], shapes: NDArray[np.intp]) -> Picture:
    """All moved drawings, those of a shape in a band."""
    count = [0] * len(NAMES)
    tiles = []
    for row, shape in zip(inputs, shapes.tolist(), strict=True):
        count[shape] += 1
        drawing = tuple(map(tuple, row.reshape(SIDE, SIDE).tolist()))
        tiles.append(Tile(f"{NAMES[shape]} {count[shape]}", drawing, band=NAMES[shape]))
    return Picture(name, "the forty moved drawings", tuple(tiles), digits=0)


def _said(p: Cells) -> str:
    return NAMES[int(p.values.argmax())]


def _band(name: str, share: float) -> Text:
    return Text(name, "how many of the moved", "few" if share <= 0.35 else "half" if share <= 0.7 else "most")


def _yes_or_no(holds: bool) -> str:
    return "yes" if holds else "no"
