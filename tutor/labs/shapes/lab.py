"""The shapes lab: draw a 5×5 shape, train the network in place, ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets import drawings
from tutor.datasets.shapes import NAMES, SIDE, source_test_rows
from tutor.engine.activations import softmax
from tutor.engine.derivations.trace import Trace
from tutor.engine.layers import Dense
from tutor.engine.losses import crossentropy_from_logits
from tutor.engine.network import output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import SGD
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control, ControlError
from tutor.labs.kit.given_network import GivenNetwork
from tutor.labs.kit.in_place_training import CURVES_OF_RUN, InPlaceTraining
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Arithmetic, LayerView, Text
from tutor.labs.kit.seed_survey import SeedSurvey, survey_counts, survey_sentence, survey_verdict
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.training_to_studio import lacks, trained_experiment
from tutor.labs.shapes.changed import fill_changed
from tutor.labs.shapes.controls import GROUPS, OVERVIEW, PACES, SHIFTS, SURVEY_SEEDS, shapes_controls
from tutor.labs.shapes.counts import fill_counts
from tutor.labs.shapes.drawings import fill_answers, fill_drawings, fill_thinned
from tutor.labs.shapes.origins import fill_results, passed_rows, shapes_program
from tutor.labs.shapes.rows import ShapesRows
from tutor.labs.shapes.updates import fill_updates
from tutor.studio.experiment import DataChoice, Experiment
from tutor.training.keras_program import KerasProgram
from tutor.training.models import shapes_mlp
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

# Controls that change the run but not its weights.
RUN_SETTINGS = ("epochs", "batch_size", "dropout", "engine", "pace")


class ShapesLab(Lab):
    """A drawing, the network that classifies it, and the run that trains it."""

    id = "shapes"
    title = "The shapes network"
    takes_networks = True

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._rows = ShapesRows()
        self._controls = shapes_controls(self._rows.shape(NAMES[0]))
        super().__init__(start_run)
        self._draws = 0
        self._training = InPlaceTraining(start_run, self._settings, self._rows.data)
        self._survey: SeedSurvey | None = None

    def controls(self) -> tuple[Control, ...]:
        """The drawing and its actions; the training and its settings."""
        return self._controls

    def groups(self) -> tuple[Group, ...]:
        """Drawing and answer, network, training, curves."""
        return GROUPS

    def overview(self) -> tuple[str, ...]:
        """The groups for drawing, training and asking; the rest is for single steps of the lesson."""
        return OVERVIEW

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status", "epochs_done", "steps_done"})

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, if the weights are reset; a taught drawing."""
        if name == "forget":
            return "the taught drawing" if self._rows.has_taught else ""
        return self._training.work if name in ("seed", "reset") else ""

    def taught(self) -> Mapping[str, NDArray[Any]]:
        """The learner's drawings (rows, 25) and their labels (rows, 5)."""
        return self._rows.arrays()

    def restore_taught(self, rows: Mapping[str, NDArray[Any]]) -> None:
        """Restore these drawings; the network keeps its weights."""
        self._rows.restore(rows)
        self._training.settings_changed()

    def changed(self, name: str) -> None:
        """Pass a changed setting to the run: the weights stay, unless the seed changed."""
        if name == "seed":
            self._training.reset()
        elif name == "learning_rate":
            self._training.set_learning_rate(self.number("learning_rate"))
        elif name in RUN_SETTINGS:
            self._training.settings_changed()

    def press(self, name: str) -> str:
        """Do an action; return a sentence about it."""
        self.control(name)
        if name in SHIFTS:
            return self._draw(drawings.shifted(self.vector("drawing"), *SHIFTS[name]))
        shape, drawing = self.word("shape"), self.vector("drawing")
        match name:
            case "load":
                return self._draw(self._rows.shape(shape))
            case "broken":
                return self._draw(drawings.broken(self._rows.shape(shape), self._next_generator()))
            case "noise":
                return self._draw(drawings.noisy(drawing, self._next_generator()))
            case "clear":
                return self._draw(np.zeros((SIDE, SIDE)))
            case "invert":
                return self._draw(drawings.inverted(drawing))
            case "teach" | "forget":
                said = self._rows.teach(drawing, shape) if name == "teach" else self._rows.forget()
                self._training.settings_changed()
                return said
            case "reset":
                self._end_survey()
                self._training.reset()
                return "Back to the initial weights."
            case "try_seeds":
                return self._try_seeds()
        return self._train(name)

    def _train(self, action: str) -> str:
        training = self._training
        if action == "pause" or (action == "train" and training.training):
            training.pause()
            return ""
        if self._survey is not None and self._survey.busy:
            raise ControlError("The seeds are still being tried: wait for them, or reset.")
        if action == "finish":
            if not training.training and training.checkpoint().position.epoch < self.number("epochs"):
                training.play()
            return ""
        self._end_survey()
        {"train": training.play, "step": training.step, "epoch": training.epoch}[action]()
        return ""

    def take_network(self, given: GivenNetwork) -> str:
        """Go on from a network with these layers, with the dropout, the rate, the epochs and the seed that it has."""
        given.among({"one network": self._spec()}, NAMES)
        self._end_survey()
        run, rates = given.network.run, set(given.dropout)
        wanted: dict[str, object] = {"seed": given.network.spec.seed, "learning_rate": given.learning_rate}
        if run is not None:
            wanted |= {"epochs": run.settings.epochs, "batch_size": run.settings.batch_size}
        if type(given.network.spec.optimizer) is not SGD:
            # A rate of Adam, for one, would be none for this lab's optimizer.
            del wanted["learning_rate"]
        if len(rates) <= 1:
            wanted["dropout"] = max(rates, default=0.0)
        notes = [self.set_where_taken(name, value) for name, value in wanted.items()]
        if len(rates) > 1:
            notes.append(f"Its layers have dropout of {', '.join(f'{r:g}' for r in given.dropout)}; here all have one.")
        spec = self._spec()
        rows = self._rows.data()
        said = given.said("network", spec, rows, tuple(filter(None, notes)))
        self._training.begin_from(given.checkpoint(spec), given.name, given.history(rows))
        return said

    def _draw(self, drawing: NDArray[np.float64]) -> str:
        self.set("drawing", drawing.tolist())
        return ""

    def _next_generator(self) -> np.random.Generator:
        self._draws += 1
        return drawing_generator(int(self.number("seed")), self._draws)

    def _try_seeds(self) -> str:
        self._training.pause()
        self._end_survey()
        self._survey = SeedSurvey(self._start_run, self._settings(), self._rows.data(), SURVEY_SEEDS)
        self._survey.poll()
        return ""

    def _end_survey(self) -> None:
        if self._survey is not None:
            self._survey.close()
            self._survey = None

    def go_to(self, curve: str, x: float) -> bool:
        """Show the moment nearest to an epoch of the run; training goes on from there."""
        return curve in CURVES_OF_RUN and self._training.go_to_epoch(round(x)) is not None

    # The run

    @property
    def busy(self) -> bool:
        """Whether a run trains in the background."""
        return self._training.busy or (self._survey is not None and self._survey.busy)

    def poll(self) -> bool:
        """Fetch the newest snapshots."""
        surveyed = self._survey is not None and self._survey.poll()
        return self._training.poll() or surveyed

    def close(self) -> None:
        """Stop the runs."""
        self._end_survey()
        self._training.close()

    def state(self) -> LabState:
        """Controls, taught drawings, weights, curves."""
        values, arrays = self._training.kept()
        return LabState({**self._values, **values, "draws": self._draws}, {**arrays, **self._rows.arrays()})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        super().restore(state)
        self._rows.restore(state.arrays)
        self._draws = int(state.values.get("draws", 0))
        self._training.restore(state.values, state.arrays)

    # The numbers

    def beside_controls(self) -> object:
        """The run, its training rows, and the seeds tried."""
        return self._training.moment, None if self._survey is None else self._survey.moment

    def recorded(self) -> Trace:
        """The pass of the drawing and of all rows."""
        return passed_rows(self._spec(), self._training.parameters(), self.vector("drawing"), self._rows.data())

    def fill(self, sheet: Sheet) -> None:
        """The answer, the network, the training, what can be counted."""
        spec, data, shape, training = self._spec(), self._rows.data(), self.word("shape"), self._training
        self._fill_answer(sheet, spec)
        fill_results(sheet, sheet[output_name(spec)], data, training.evaluations)
        self._fill_run(sheet, data.rows)
        fill_counts(sheet, shape, spec, data.rows)
        fill_updates(sheet, self._settings(), data)
        fill_drawings(sheet, data, shape, self._rows.shape(shape))
        fill_thinned(sheet, spec, training.parameters, self.vector("drawing"))
        fill_changed(sheet, self._rows.shape, shape, training.predict, SHIFTS)

    def _fill_answer(self, sheet: Sheet, spec: NetworkSpec) -> None:
        """The network's answer to the drawing, and its derivation."""
        output, shape = output_name(spec), self.word("shape")
        p = sheet.vector("confidences", "confidence", NAMES, sheet[output][0], digits=3, bars=True)
        fill_answers(sheet, sheet[f"{spec.named_layers[-1][0]}.z"][0], p)
        # Added in float32, like in the network.
        together = p.sum().computed(lambda: sheet.worksheet.array(output)[0].sum())
        sheet.number("confidence_sum", "all five together", together, "Σ p", digits=3)

        def winner() -> str:
            return NAMES[int(p.values.argmax())]

        def arithmetic() -> Arithmetic:
            derivation = why(self, f"confidences[{winner()}]")
            return Arithmetic("winner_arithmetic", f"confidence in {winner()}", derivation)

        sheet.show("winner", lambda: Text("winner", "it says", winner()))
        sheet.show("right", lambda: Text("right", f"says {shape}", _yes_or_no(winner() == shape)))
        sheet.show("winner_arithmetic", arithmetic)
        dense = [name for name, layer in spec.named_layers if isinstance(layer, Dense)]
        views = [LayerView("input", ()), *(LayerView(name, ()) for name in dense[:-1]), LayerView(dense[-1], (), NAMES)]
        units = [sheet[name][0] for name in ("input", *(f"{name}.out" for name in dense))]
        kernels = [sheet[f"{name}.kernel"] for name in dense]
        sheet.network("network", "", list(zip(views, units, strict=True)), kernels)
        row = self._rows.row_of(self.vector("drawing"))
        sheet.text("known", "is a training row", _yes_or_no(row is not None))
        sheet.text("seen", "this drawing", _seen(row))
        sheet.show("source_test", self._source_test)

    def _fill_run(self, sheet: Sheet, rows: int) -> None:
        """The state of the training, its curves, and the results of other seeds."""
        training, survey = self._training, self._survey
        position = training.checkpoint().position
        sheet.text("status", "status", self._status())
        sheet.number("epochs_done", "epochs done", position.epoch, digits=0)
        sheet.number("steps_done", "steps done", position.step, digits=0)
        sheet.number("step_loss", "last step's loss", training.step_loss, digits=4)
        sheet.show("loss_curve", lambda: training.curve("loss_curve", "loss"))
        sheet.show("accuracy_curve", lambda: training.curve("accuracy_curve", "accuracy", high=1.0))
        sheet.text("survey", "seeds tried", survey_sentence(survey))
        sheet.text("survey_verdict", "seeds that learned all", survey_verdict(survey))
        counts = survey_counts("survey_counts", survey, rows, SURVEY_SEEDS)
        sheet.show(counts.name, lambda: counts, counted=True)

    def for_studio(self) -> Experiment:
        """The same network, as far as it is trained."""
        return trained_experiment(self._training, self._settings(), DataChoice("shapes"))

    def left_out_of_studio(self) -> str:
        """Taught drawings, and changes in the middle of the training."""
        if self._rows.has_taught:
            return "the drawings that you taught: the studio has the five of the source"
        return lacks(self._training, self.for_studio())

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A Dense layer forwards and backwards, softmax, the loss, the update."""
        dense = operation_of(Dense(1))
        return (dense.forward, dense.backward, softmax, crossentropy_from_logits, update)

    def keras_program(self) -> KerasProgram:
        """The network with its current weights, applied to the drawing."""
        return shapes_program(self._spec(), self._training.parameters(), self.vector("drawing"))

    def _spec(self) -> NetworkSpec:
        return shapes_mlp(int(self.number("seed")), self.number("learning_rate"), self.number("dropout"))

    def _settings(self) -> RunSettings:
        return RunSettings(
            self._spec(),
            int(self.number("epochs")),
            int(self.number("batch_size")),
            "tensorflow" if self.word("engine") == "tensorflow" else "numpy",
            PACES[self.word("pace")],
        )

    def _source_test(self) -> Text:
        return Text("source_test", "source's test row", _seen(self._rows.row_of(source_test_rows())))

    def _status(self) -> str:
        if self._survey is not None and self._survey.busy:
            return f"trying seed {len(self._survey.correct)} of {self._survey.seeds}"
        if self._survey is not None:
            return survey_sentence(self._survey)
        return self._training.status()


def _seen(row: int | None) -> str:
    return "new to the network" if row is None else f"is training row {row}"


def _yes_or_no(holds: bool) -> str:
    return "yes" if holds else "no"
