"""The shapes lab: draw a 5×5 shape, train the network in place, ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets import drawings
from tutor.datasets.shapes import NAMES, SIDE, source_test_rows
from tutor.engine.activations import softmax
from tutor.engine.derivations.trace import derive, record
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Dense
from tutor.engine.losses import crossentropy_from_logits
from tutor.engine.network import output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import count
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control, ControlError
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.places import Index, LookupFailed
from tutor.labs.kit.readouts import Arithmetic, Code, LayerView, Network, Number, Readout, Text, Vector
from tutor.labs.kit.seed_survey import SeedSurvey, survey_counts, survey_sentence, survey_verdict
from tutor.labs.shapes.changed import CHANGED, read_changed
from tutor.labs.shapes.controls import (
    EXPLAINED,
    GROUPS,
    OVERVIEW,
    PACES,
    READOUTS,
    SHIFTS,
    SURVEY_SEEDS,
    shapes_controls,
)
from tutor.labs.shapes.counts import COUNTS, Counted, read_count
from tutor.labs.shapes.origins import network_cell, passed_rows, put_evaluations, shapes_program
from tutor.labs.shapes.rows import ShapesRows
from tutor.labs.shapes.updates import UPDATES, read_updates
from tutor.training.keras_program import KerasProgram
from tutor.training.models import shapes_mlp
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

# Controls that change the run but not the weights it goes on from.
RUN_SETTINGS = ("epochs", "batch_size", "dropout", "engine", "pace")


class ShapesLab(Lab):
    """A drawing, the network that is asked about it, and the run that trains it."""

    id = "shapes"
    title = "The shapes network"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._rows = ShapesRows()
        self._controls = shapes_controls(self._rows.shape(NAMES[0]))
        super().__init__(start_run)
        self._draws = 0
        self._training = InPlaceTraining(start_run, self._settings, self._rows.data)
        self._survey: SeedSurvey | None = None

    def controls(self) -> tuple[Control, ...]:
        """The drawing and what can be done to it; the training and its settings."""
        return self._controls

    def groups(self) -> tuple[Group, ...]:
        """Drawing and answer, network, training, curves."""
        return GROUPS

    def overview(self) -> tuple[str, ...]:
        """What a learner draws, trains and asks with; the rest is for single steps of the lesson."""
        return OVERVIEW

    def never_covered(self) -> frozenset[str]:
        """What the training is doing."""
        return frozenset({"status", "epochs_done", "steps_done"})

    def readout_names(self) -> tuple[str, ...]:
        """The answer, the network, the training, the curves."""
        return READOUTS

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, where the weights begin anew; a drawing that was taught."""
        if name == "forget":
            return "the taught drawing" if self._rows.has_taught else ""
        return self._training.work if name in ("seed", "reset") else ""

    def taught(self) -> Mapping[str, NDArray[Any]]:
        """The learner's drawings (rows, 25) and their labels (rows, 5)."""
        return self._rows.arrays()

    def restore_taught(self, rows: Mapping[str, NDArray[Any]]) -> None:
        """Go back to these drawings; the network goes on from its weights."""
        self._rows.restore(rows)
        self._training.settings_changed()

    def changed(self, name: str) -> None:
        """Carry a changed setting into the run: the weights stay, unless the seed changed."""
        if name == "seed":
            self._training.reset()
        elif name == "learning_rate":
            self._training.set_learning_rate(self.number("learning_rate"))
        elif name in RUN_SETTINGS:
            self._training.settings_changed()

    def press(self, name: str) -> str:
        """Do an action; the sentence says what happened."""
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

    # The run

    @property
    def busy(self) -> bool:
        """Whether a run goes on in the background."""
        return self._training.busy or (self._survey is not None and self._survey.busy)

    def poll(self) -> bool:
        """Take in the newest snapshots."""
        surveyed = self._survey is not None and self._survey.poll()
        return self._training.poll() or surveyed

    def close(self) -> None:
        """End the runs."""
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

    def counted(self) -> frozenset[str]:
        """All but the network's own numbers."""
        return frozenset(READOUTS) - EXPLAINED

    def worksheet(self) -> Worksheet:
        """The pass of the drawing and of all rows."""
        spec, data = self._spec(), self._rows.data()
        trace = passed_rows(spec, self._training.parameters(), self.vector("drawing"), data)
        sheet = self.sheet_of_controls(trace)
        put_evaluations(sheet, spec, data, self._training.evaluations())
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The answer and the drawn network are the pass of the drawing."""
        return network_cell(self._spec(), name, index)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A Dense layer forwards and backwards, softmax, the loss, the update."""
        dense = operation_of(Dense(1))
        return (dense.forward, dense.backward, softmax, crossentropy_from_logits, update)

    def keras_program(self) -> KerasProgram:
        """The network with its present weights, asked about the drawing."""
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

    def _counted(self) -> Counted:
        row, column, layer, batch_size, epochs = (
            int(self.number(n)) for n in ("pixel_row", "pixel_column", "layer", "batch_size", "epochs")
        )
        drawing, rows = self.vector("drawing"), self._rows.data().rows
        return Counted(drawing, self.word("shape"), row, column, layer, self._spec(), rows, batch_size, epochs)

    # Readouts

    def read(self, name: str) -> Readout:
        """Compute one readout from the newest snapshot's weights."""
        if name in COUNTS:
            return read_count(name, self._counted())
        if name in UPDATES:
            return read_updates(name, self._settings(), self._rows.data())
        if name in CHANGED:
            return read_changed(name, self._rows.shape, self.word("shape"), self._training.predict, SHIFTS)
        match name:
            case "confidences" | "winner" | "confidence_sum" | "right":
                p = self._training.predict(self.vector("drawing").reshape(1, -1))[0]
                winner = NAMES[int(p.argmax())]
                if name == "winner":
                    return Text(name, "it says", winner)
                if name == "right":
                    return Text(name, f"says {self.word('shape')}", _yes_or_no(winner == self.word("shape")))
                if name == "confidence_sum":
                    return Number(name, "all five together", float(p.sum()), digits=3)
                return Vector(name, "confidence", NAMES, tuple(p.tolist()), digits=3, bars=True)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
            case "network" | "winner_arithmetic":
                return self._read_trace(name)
            case "parameters":
                return Number(name, "parameters", count(self._spec()), digits=0)
            case "seen":
                return Text(name, "this drawing", self._seen(self.vector("drawing")))
            case "known":
                known = self._rows.row_of(self.vector("drawing")) is not None
                return Text(name, "is a training row", _yes_or_no(known))
            case "source_test":
                return Text(name, "source's test row", self._seen(source_test_rows()[0]))
            case "status":
                return Text(name, "status", self._status())
            case "survey":
                return Text(name, "seeds tried", survey_sentence(self._survey))
            case "survey_verdict":
                return Text(name, "seeds that learned all", survey_verdict(self._survey))
            case "survey_counts":
                return survey_counts(name, self._survey, self._rows.data().rows, SURVEY_SEEDS)
            case "loss_curve":
                return self._training.curve(name, "loss")
            case "accuracy_curve":
                return self._training.curve(name, "accuracy", high=1.0)
        return self._read_number(name)

    def _read_number(self, name: str) -> Readout:
        position = self._training.checkpoint().position
        (loss, accuracy), (held_out_loss, held_out_accuracy) = self._training.evaluations()
        rows, held_out = self._rows.data().rows, len(self._rows.data().held_out_inputs)
        numbers = {
            "loss": ("training loss", loss, 4),
            "accuracy": ("training accuracy", accuracy, 3),
            "held_out_loss": ("held-out loss", held_out_loss, 4),
            "held_out_accuracy": ("held-out accuracy", held_out_accuracy, 3),
            "learned": (f"right, of {rows} taught", round(accuracy * rows), 0),
            "step_loss": ("last step's loss", self._training.step_loss, 4),
            "epochs_done": ("epochs done", position.epoch, 0),
            "steps_done": ("steps done", position.step, 0),
            "training_rows": ("training drawings", rows, 0),
            "held_out_rows": ("held-out drawings", held_out, 0),
            "held_out_right": ("right, of those held out", round(held_out_accuracy * held_out), 0),
        }
        if name not in numbers:
            raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(READOUTS)}")
        label, value, digits = numbers[name]
        return Number(name, label, value, digits)

    def _read_trace(self, name: str) -> Readout:
        spec = self._spec()
        parameters = self._training.parameters()
        trace = record(spec, parameters, self.vector("drawing").reshape(1, -1))
        if name == "winner_arithmetic":
            winner = int(trace.values[output_name(spec)][0].argmax())
            cell = derive(trace, output_name(spec), 0, winner)
            return Arithmetic(name, f"confidence in {NAMES[winner]}", cell)
        dense = [layer for layer, _ in spec.named_layers if layer.startswith("dense")]
        layers = [LayerView("input", tuple(trace.values["input"][0].tolist()))]
        for layer in dense:
            labels = NAMES if layer == dense[-1] else ()
            layers.append(LayerView(layer, tuple(trace.values[f"{layer}.out"][0].tolist()), labels))
        weights = tuple(tuple(map(tuple, parameters[f"{layer}.kernel"].tolist())) for layer in dense)
        return Network(name, "", tuple(layers), weights)

    def _seen(self, drawing: NDArray[np.float64]) -> str:
        row = self._rows.row_of(drawing)
        return "new to the network" if row is None else f"is training row {row}"

    def _status(self) -> str:
        if self._survey is not None and self._survey.busy:
            return f"trying seed {len(self._survey.correct)} of {self._survey.seeds}"
        if self._survey is not None:
            return survey_sentence(self._survey)
        return self._training.status()


def _yes_or_no(holds: bool) -> str:
    return "yes" if holds else "no"
