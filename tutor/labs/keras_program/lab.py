"""Handwritten digits with a Keras program, from loading to predicting: its lines, and the same by the engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tutor.backends.rows import evaluate_rows
from tutor.datasets.digits import NAMES, SIDE
from tutor.datasets.images import ImageData
from tutor.engine.derivations.cells import Cells, constant
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, MaxPooling2D
from tutor.engine.network import forward, logits_name, output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import count, layout
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.images.canvas import whole
from tutor.labs.images.controls import OPTIMIZERS, SCALES, default_rate
from tutor.labs.images.loading import ImageLoading
from tutor.labs.keras_program import recipe as keras_recipe
from tutor.labs.keras_program.controls import CHOOSES_WEIGHTS, CONTROLS, GROUPS, TEST_ROWS, WRITE
from tutor.labs.keras_program.counts import fill_counts
from tutor.labs.keras_program.drawings import (
    draw_counts,
    draw_digit,
    draw_network,
    draw_rows,
    first_weights,
    mistakes,
)
from tutor.labs.keras_program.names import counted_lines, fill_names
from tutor.labs.keras_program.recipe import Recipe
from tutor.labs.keras_program.rows import DigitRows, digit_rows, file_of, find_keras_digits, without_digits
from tutor.labs.kit.contract import Group, Lab, LabState, NewFile
from tutor.labs.kit.controls import Control, ControlError
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Code, Curve, Number, Picture, Readout, Text, Vector
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, must_not_block, start_inline
from tutor.training.settings import RunSettings

PROGRAM = "program.py"
NOT_YET = "loading the digits …"
LEARNED = ((0.8, "well"), (0.3, "half"))
"""The validation accuracies for the words well and so-so; below them the network guesses one class of ten."""


class KerasProgramLab(Lab):
    """Digits, a small network, its training, and the whole Keras program.

    The digits are loaded in the background; a run requested before starts once they are loaded.
    """

    id = "keras-program"
    title = "Digits in Keras"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._painted = must_not_block(start_run)
        self._loading = ImageLoading(find_keras_digits)
        self._training = InPlaceTraining(start_run, self._settings, lambda: self._rows().training_data())
        self._ordered = False
        # For a moment of the run; controls that do not change the weights do not change this.
        self._tested = lru_cache(maxsize=1)(self._test)
        self._mistaken = lru_cache(maxsize=1)(
            lambda _: mistakes(self._spec(), self._training.parameters(), self._rows())
        )
        # Until ``poll`` has reported the digits, readouts say that they are not loaded.
        self._awaited = self._painted
        if self._painted:
            self._loading.begin()

    def twin(self) -> Self:
        """A copy that trains inline, with the same digits."""
        copy = type(self)(start_inline)
        copy._loading = self._loading
        copy.restore(self.state())
        return copy

    def controls(self) -> tuple[Control, ...]:
        """The rows, the arrays, the network, its training, the digit to predict."""
        return CONTROLS

    def groups(self) -> tuple[Group, ...]:
        """In the order of the program; then the program itself."""
        return GROUPS

    def overview(self) -> tuple[str, ...]:
        """All except the lines, which have separate steps, and the program, which has a key and a screen."""
        return (*(name for group in GROUPS[:-3] for name in group.names), WRITE)

    def never_covered(self) -> frozenset[str]:
        """The state of the training and its data."""
        return frozenset({"status", "origin"})

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, if the change replaces the weights."""
        return self._training.work if name == "reset" or name in CHOOSES_WEIGHTS else ""

    def changed(self, name: str) -> None:
        """Restart for another network or other training rows; continue for more epochs."""
        if name == "optimizer":
            self._values["learning_rate"] = default_rate(self.word("optimizer"))
        if name in CHOOSES_WEIGHTS:
            self._ordered = False
            self._training.reset()
        elif name == "epochs":
            self._training.settings_changed()

    def press(self, name: str) -> str:
        """Do an action; return a sentence about it."""
        self.control(name)
        training = self._training
        if name == "reset":
            self._ordered = False
            training.reset()
            return "Back to the initial weights."
        if name == WRITE:
            self._needed()
            return ""
        if name == "fit" and (training.training or self._ordered):
            self._ordered = False
            training.pause()
        elif name == "fit" or training.checkpoint().position.epoch < self.number("epochs"):
            self._order()
        return ""

    def new_file(self, name: str) -> NewFile | None:
        """The program, for the action that writes it."""
        return NewFile(PROGRAM, keras_recipe.program(self._recipe())) if name == WRITE else None

    def _order(self) -> None:
        """Train now, or as soon as digits are loaded."""
        if self._digits() is None and not self._loading.failure:
            self._ordered = True
            return
        self._needed()
        self._training.play()

    @property
    def busy(self) -> bool:
        """Whether digits are being read or a network trained."""
        return self._awaited or self._ordered or self._training.busy

    def poll(self) -> bool:
        """Fetch new results."""
        begun = self._awaited and not self._loading.busy
        if begun:
            self._awaited = False
            ordered, self._ordered = self._ordered, False
            if ordered and not self._loading.failure:
                self._order()
        return self._training.poll() or begun

    def close(self) -> None:
        """Stop the run."""
        self._training.close()

    def state(self) -> LabState:
        """Controls, weights and curves."""
        if not self._training.has_state:
            return LabState(dict(self._values))
        values, arrays = self._training.kept()
        return LabState({**self._values, "training": values}, arrays)

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        # The optimizer before its learning rate, which it would reset.
        super().restore(state)
        super().restore(LabState({k: v for k, v in state.values.items() if k != "optimizer"}))
        self._ordered = False
        kept = state.values.get("training")
        self._training.reset()
        if isinstance(kept, dict):
            self._training.restore(kept, state.arrays)

    # The digits and the network

    def _digits(self) -> ImageData | None:
        """The digits; waits for them only if the lab runs inline."""
        return self._loading.data if self._painted else self._loading.wait()

    def _needed(self) -> ImageData:
        digits = self._digits()
        if digits is None:
            raise ControlError(self._loading.failure or "The digits are still being read: a moment.")
        return digits

    def _rows(self) -> DigitRows:
        rows, held_back = int(self.number("rows")), int(self.number("held_back"))
        return digit_rows(self._needed(), rows, held_back, TEST_ROWS, SCALES[self.word("pixels")])

    def _digit(self) -> int:
        return min(int(self.number("digit")), len(self._rows().x_test) - 1)

    def _spec(self) -> NetworkSpec:
        size = int(self.number("kernel"))
        layers: list[LayerSpec] = []
        if self.number("filters"):
            layers += [Conv2D(int(self.number("filters")), (size, size), activation="relu"), MaxPooling2D()]
        layers.append(Flatten())
        for units in (int(self.number("first_units")), int(self.number("second_units"))):
            if units:
                layers.append(Dense(units, "relu"))
        if self.number("dropout"):
            layers.append(Dropout(self.number("dropout")))
        optimizer = OPTIMIZERS[self.word("optimizer")](learning_rate=self.number("learning_rate"))
        end = Dense(len(NAMES), "softmax")
        return NetworkSpec("yours", (SIDE, SIDE, 1), (*layers, end), optimizer=optimizer, seed=int(self.number("seed")))

    def _settings(self) -> RunSettings:
        return RunSettings(self._spec(), int(self.number("epochs")), int(self.number("batch_size")))

    def _recipe(self) -> Recipe:
        rows = self._rows()
        return Recipe(
            self._spec(),
            file_of(self._needed()),
            len(rows.x),
            rows.held_back,
            len(rows.x_test),
            self.word("pixels") == "0 to 1",
            self.word("labels"),
            self.word("ends") == "logits",
            self.number("learning_rate"),
            int(self.number("batch_size")),
            int(self.number("epochs")),
            self._digit(),
        )

    def _test(self, _: object) -> tuple[float, float]:
        """Loss and accuracy on the test rows."""
        rows = self._rows()
        return evaluate_rows(self._spec(), self._training.parameters(), rows.x_test, rows.y_test, rows.scale)

    # The sheet

    def beside_controls(self) -> object:
        """The current state of the run, and whether the digits are loaded."""
        return self._training.moment, self._loading.data is None, self._loading.failure

    def recorded(self) -> Trace:
        """The pass of the digit."""
        rows = self._rows()
        one = rows.x_test[self._digit()].astype(np.float32) * np.float32(rows.scale)
        return record(self._spec(), self._training.parameters(), one.reshape(1, SIDE, SIDE, 1))

    def fill(self, sheet: Sheet) -> None:
        """The counts of the layers; the curves of the run; then everything that needs digits."""
        spec = self._spec()
        fill_counts(sheet, spec)
        draw_network(sheet, spec)
        sheet.show("weights", lambda: first_weights(spec, self._training.parameters()), counted=True)
        self._fill_curves(sheet)
        fill_names(sheet, *self._for_names)
        need_none = len(sheet.shown)
        self._fill_rows(sheet)
        self._fill_digit(sheet)
        self._fill_test(sheet)
        self._fill_lines(sheet)
        for name, made in tuple(sheet.shown.items())[need_none:]:
            sheet.show(name, partial(self._once_there, name, made))

    def _once_there(self, name: str, made: Callable[[], Readout]) -> Readout:
        return made() if self._digits() is not None else without_digits(name, self._loading.failure or NOT_YET)

    @property
    def _for_names(self) -> tuple[str, int, int]:
        return self.word("recurrent"), int(self.number("letter_numbers")), int(self.number("recurrent_units"))

    def _fill_curves(self, sheet: Sheet) -> None:
        """The results of ``fit``."""
        newest = self._newest
        training = sheet.give("training accuracy", lambda: np.array(newest("accuracy")))
        held_out = sheet.give("validation accuracy", lambda: np.array(newest("val_accuracy")))
        sheet.number("training_accuracy", "training accuracy", training, digits=3)
        sheet.number("val_accuracy", "validation accuracy", held_out, digits=3)
        sheet.counted |= {"training_accuracy", "val_accuracy", "rows_and_parameters"}
        sheet.show("better_on", lambda: Text("better_on", "higher accuracy", _higher(training.number, held_out.number)))
        sheet.show("learned", lambda: Text("learned", "how well it does", _learned(held_out.number)))
        sheet.show("accuracy_curve", self._curve)

    def _newest(self, metric: str) -> float:
        return next(iter(self._training.history.points(metric)[1][-1:]), math.nan)

    def _curve(self) -> Curve:
        labels = "training", "validation"
        return self._training.curve("accuracy_curve", "accuracy", labels=labels, high=1.0)

    def _fill_rows(self, sheet: Sheet) -> None:
        """The digits as loaded and prepared, and their batches in ``fit``."""
        rows, batch, one_hot = self._rows, self.number("batch_size"), self.word("labels") == "one-hot"
        sheet.show("origin", lambda: Text("origin", "digits", self._origin()))
        sheet.show("loaded", lambda: rows().loaded(), counted=True)
        sheet.show("prepared", lambda: rows().prepared(one_hot), counted=True)
        sheet.number("pixels_of_one", "numbers of one digit", lambda: rows().x[0].size, digits=0)
        sheet.number("rows_of_392", "rows of 392 numbers", lambda: rows().x.size // 392, digits=0)
        loaded, classes = sheet.give("loaded_rows", lambda: len(rows().y)), sheet.give("classes", len(NAMES))
        sheet.number("label_numbers", "numbers in the one-hot y", loaded * classes, "rows·classes", digits=0)
        train_rows = sheet.give("rows to train on", lambda: np.array(float(rows().train_rows)))
        sheet.number("train_rows", "rows to train on", train_rows, digits=0)
        draw_rows(sheet, rows, train_rows)
        draw_counts(sheet, train_rows)
        sheet.number("steps", "steps an epoch", lambda: math.ceil(train_rows.number / batch), digits=0)
        sheet.number("whole_batches", "whole batches an epoch", lambda: train_rows.number // batch, digits=0)
        too_many = "steps with the validation rows"
        sheet.number("steps_of_all", too_many, lambda: math.ceil(len(rows().x) / batch), digits=0)

    def _origin(self) -> str:
        data = self._needed()
        return data.origin + (f" ({data.left_out[0]})" if data.left_out else "")

    def _fill_digit(self, sheet: Sheet) -> None:
        """The chosen digit and the network's answer."""
        sheet.show("picture", self._picture, counted=True)
        sheet.show("truth", self._truth, counted=True)
        row = sheet.give("one_hot", lambda: np.eye(len(NAMES))[self._rows().y_test[self._digit()]])
        sheet.show("one_hot", lambda: self._one_hot(row))
        p = sheet.vector("answer", "p", NAMES, sheet[output_name(self._spec())][0], digits=3, bars=True)
        logits = sheet.vector("logits", "logits", NAMES, sheet[logits_name(self._spec())][0], digits=2)
        sheet.number("said", "argmax: it says", lambda: p.values.argmax(), digits=0)
        sheet.number("largest_logit", "argmax of the logits", lambda: logits.values.argmax(), digits=0)
        spec, one_hot = self._spec(), self.word("labels") == "one-hot"
        largest = 1.0 if self.word("pixels") == "0 to 1" else 255.0
        draw_digit(sheet, spec, lambda: self._truth().value, one_hot=one_hot, scale=largest)

    def _picture(self) -> Picture:
        digit = self._digit()
        return Picture("picture", f"x_test[{digit}]", (whole(self._rows().x_test[digit], ""),), digits=1, grey=True)

    def _truth(self) -> Number:
        digit = self._digit()
        return Number("truth", f"class in y_test[{digit}]", float(self._rows().y_test[digit]), digits=0)

    def _one_hot(self, row: Cells) -> Vector:
        values = tuple(row.values.tolist())
        return Vector("one_hot", f"y_test[{self._digit()}], one-hot", NAMES, values, digits=0)

    def _fill_test(self, sheet: Sheet) -> None:
        """Loss and accuracy on the test rows."""
        found = constant(lambda: self._tested(self.beside_controls()))
        sheet.show("mistakes", lambda: self._mistaken(self.beside_controls()), counted=True)
        total = sheet.give("test_rows", lambda: len(self._rows().x_test))
        right = sheet.give("right", lambda: np.round(found.values[1] * total.values))
        sheet.show("status", lambda: Text("status", "status", self._training.status()))
        sheet.number("right", "test rows right", right, digits=0)
        sheet.number("test_rows", "test rows", total, digits=0)
        sheet.number("test_loss", "test loss", found[0], digits=4)
        share = (right / total).computed(lambda: found.values[1])
        sheet.number("test_accuracy", "test accuracy", share, "right / rows", digits=3)

    def _fill_lines(self, sheet: Sheet) -> None:
        """The whole program and its parts."""
        sheet.show("loss", lambda: Text("loss", "loss", keras_recipe.loss_of(self._recipe())))
        parts = {**keras_recipe.LINES, "program": ("the whole program", keras_recipe.program)}
        for name, (label, write) in parts.items():
            sheet.show(name, partial(self._code, name, label, write))

    def _code(self, name: str, label: str, write: Callable[[Recipe], str]) -> Code:
        return Code(name, label, write(self._recipe()))

    def _program(self) -> Code:
        if self._digits() is None:
            return Code("keras", self.program_label, f"# {self._loading.failure or NOT_YET}\n")
        return super()._program()

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward, the layers in it, the count, the update."""
        return (forward, operation_of(Conv2D(1, (1, 1))).forward, operation_of(Dense(1)).forward, count, update)

    def keras_program(self) -> KerasProgram:
        """The program with the lab's digits: its own fit, if the lab has fitted; then with the lab's weights.

        It saves nothing, since the process that runs it cannot write files.
        """
        rows, epochs = self._rows(), self._training.checkpoint().position.epoch
        parameters = self._training.parameters()
        weights = {f"w{i}": parameters[place.name] for i, place in enumerate(layout(self._spec()))}
        source = keras_recipe.with_weights(replace(self._recipe(), epochs=epochs), tuple(weights))
        source += counted_lines(*self._for_names)
        results = {"test_loss": "loss", "test_accuracy": "accuracy", "answer": "p", "parameters": "total"}
        results["recurrent_parameters"] = "recurrent"
        if epochs:
            results["val_accuracy"] = "fitted"
        given: dict[str, NDArray[Any]] = {"x": rows.x, "y": rows.y, "x_test": rows.x_test, "y_test": rows.y_test}
        return KerasProgram(source, results, given | weights, frozenset({"val_accuracy"}))


def _higher(training: float, validation: float) -> str:
    if math.isnan(training) or math.isnan(validation):
        return "untrained"
    return "validation" if validation > training else "training" if training > validation else "neither"


def _learned(accuracy: float) -> str:
    """A word for the accuracy on the validation rows."""
    if math.isnan(accuracy):
        return "untrained"
    return next((word for least, word in LEARNED if accuracy >= least), "chance")
