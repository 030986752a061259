"""Handwritten digits by Keras's recipe, from loading to predicting: its lines, and the same computed by the engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tutor.backends.rows import evaluate_rows
from tutor.datasets.digits import NAMES, SIDE
from tutor.datasets.images import ImageData
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, MaxPooling2D
from tutor.engine.network import forward, logits_name, output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import Array, count, layout
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.images.controls import OPTIMIZERS, SCALES, default_rate
from tutor.labs.images.loading import ImageLoading
from tutor.labs.keras_program import recipe as keras_recipe
from tutor.labs.keras_program.controls import CHOOSES_WEIGHTS, CONTROLS, GROUPS, LINES, READOUTS, TEST_ROWS, WRITE
from tutor.labs.keras_program.counts import product, put_counts, read_count, weighted_layer
from tutor.labs.keras_program.readouts import read_rows, without_digits
from tutor.labs.keras_program.recipe import Recipe
from tutor.labs.keras_program.rows import DigitRows, digit_rows, file_of, find_keras_digits
from tutor.labs.kit.contract import Group, Lab, LabState, NewFile
from tutor.labs.kit.controls import Control, ControlError
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.places import Index, LookupFailed
from tutor.labs.kit.readouts import Code, Number, Readout, Series, Text, Vector
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, must_not_wait, start_inline
from tutor.training.settings import RunSettings

NAN = math.nan
PROGRAM = "program.py"
NOT_YET = "loading the digits …"
METRICS = {
    "training_accuracy": ("training accuracy", "accuracy"),
    "val_accuracy": ("validation accuracy", "val_accuracy"),
}
LEARNED = ((0.8, "well"), (0.3, "half"))
"""From which validation accuracy on it is said to do well or so-so; below it guesses one class of ten."""
WRITERS: dict[str, Callable[[Recipe], str]] = {
    "load_lines": keras_recipe.load, "reshape_lines": keras_recipe.reshape, "scale_lines": keras_recipe.scale,
    "labels_lines": keras_recipe.labels, "model_lines": keras_recipe.model, "compile_lines": keras_recipe.compile_,
    "fit_lines": lambda recipe: keras_recipe.hold_back(recipe) + keras_recipe.fit(recipe),
    "history_lines": keras_recipe.curve, "evaluate_lines": keras_recipe.evaluate, "save_lines": keras_recipe.save,
    "predict_lines": keras_recipe.predict, "program": keras_recipe.program,
}  # fmt: skip
NOT_COUNTED = frozenset(
    {"one_hot", "flat", "summary", "layer_parameters", "parameters", "first_weights", "label_numbers",
     "test_accuracy", "answer", "logits"}
)  # fmt: skip


class KerasProgramLab(Lab):
    """Digits, a small network, its training, and the Keras program of all that.

    The digits are read beside what goes on; a run that is ordered meanwhile begins once they are there.
    """

    id = "keras-program"
    title = "Digits in Keras"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._painted = must_not_wait(start_run)
        self._loading = ImageLoading(find_keras_digits)
        self._training = InPlaceTraining(start_run, self._settings, lambda: self._rows().training_data())
        self._ordered = False
        self._tested: tuple[object, tuple[float, float]] | None = None
        self._cut: tuple[object, DigitRows] | None = None
        # Until ``poll`` has told that the digits are there, whatever was shown of them says that they are not.
        self._awaited = self._painted
        if self._painted:
            self._loading.begin()

    def twin(self) -> Self:
        """A copy that trains at once, with the very same digits."""
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
        """All but the lines, which have steps of their own, and the program, which has a key and a screen."""
        return (*(name for group in GROUPS[:-3] for name in group.names), WRITE)

    def never_covered(self) -> frozenset[str]:
        """What the training is doing, and on what."""
        return frozenset({"status", "origin"})

    def readout_names(self) -> tuple[str, ...]:
        """The digits, the counts, the training, the answer, the lines; wrong counts."""
        return READOUTS

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, where other weights take the place of those there are."""
        return self._training.work if name == "reset" or name in CHOOSES_WEIGHTS else ""

    def changed(self, name: str) -> None:
        """Another network, or other rows to train it on, begin anew; more epochs go on."""
        if name == "optimizer":
            self._values["learning_rate"] = default_rate(self.word("optimizer"))
        if name in CHOOSES_WEIGHTS:
            self._ordered = False
            self._training.reset()
        elif name == "epochs":
            self._training.settings_changed()

    def press(self, name: str) -> str:
        """Do an action; the sentence says what happened."""
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
        """The program, where it is to be written."""
        return NewFile(PROGRAM, keras_recipe.program(self._recipe())) if name == WRITE else None

    def _order(self) -> None:
        """Train, or as soon as there are digits to train on."""
        if self._digits() is None and not self._loading.failure:
            self._ordered = True
            return
        self._needed()
        self._training.play()

    @property
    def busy(self) -> bool:
        """Whether digits are read or a network is trained."""
        return self._awaited or self._ordered or self._training.busy

    def poll(self) -> bool:
        """Take in what is new."""
        begun = self._awaited and not self._loading.busy
        if begun:
            self._awaited = False
            ordered, self._ordered = self._ordered, False
            if ordered and not self._loading.failure:
                self._order()
        return self._training.poll() or begun

    def close(self) -> None:
        """End the run."""
        self._training.close()

    def state(self) -> LabState:
        """Controls, weights and curves."""
        if not self._training.begun:
            return LabState(dict(self._values))
        values, arrays = self._training.kept()
        return LabState({**self._values, "training": values}, arrays)

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        # The optimizer before its learning rate, which it would set to its own.
        super().restore(state)
        super().restore(LabState({k: v for k, v in state.values.items() if k != "optimizer"}))
        self._ordered = False
        kept = state.values.get("training")
        self._training.reset()
        if isinstance(kept, dict):
            self._training.restore(kept, state.arrays)

    # The digits and the network

    def _digits(self) -> ImageData | None:
        """The digits, waited for where nothing is painted meanwhile."""
        return self._loading.data if self._painted else self._loading.wait()

    def _needed(self) -> ImageData:
        digits = self._digits()
        if digits is None:
            raise ControlError(self._loading.failure or "The digits are still being read: a moment.")
        return digits

    def _rows(self) -> DigitRows:
        key = self.number("rows"), self.number("held_back"), self.word("pixels")
        if self._cut is None or self._cut[0] != key:
            rows, held_back = int(self.number("rows")), int(self.number("held_back"))
            scale = SCALES[self.word("pixels")]
            self._cut = key, digit_rows(self._needed(), rows, held_back, TEST_ROWS, scale)
        return self._cut[1]

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

    def _test(self) -> tuple[float, float]:
        """Loss and accuracy on the test rows."""
        theta = self._training.checkpoint().engine.theta
        rows = self._rows()
        if self._tested is None or self._tested[0] is not theta:
            test = evaluate_rows(self._spec(), self._training.parameters(), rows.x_test, rows.y_test, rows.scale)
            self._tested = theta, test
        return self._tested[1]

    def _picture(self) -> Array:
        """The digit as a row that the network takes, (1, 28, 28, 1)."""
        rows, i = self._rows(), self._digit()
        one = rows.x_test[i].astype(np.float32) * np.float32(rows.scale)
        return one.reshape(1, SIDE, SIDE, 1)

    def _trace(self) -> Trace:
        return record(self._spec(), self._training.parameters(), self._picture())

    # What there is to see

    def read(self, name: str) -> Readout:
        """Compute one readout from the newest snapshot's weights."""
        if name not in READOUTS:
            raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(READOUTS)}")
        counted = read_count(name, self._spec())
        if counted is not None:
            return counted
        training = self._training
        if name in METRICS:
            label, metric = METRICS[name]
            values = training.history.points(metric)[1]
            return Number(name, label, values[-1] if values else NAN, digits=3)
        if name == "accuracy_curve":
            curve = training.curve(name, "accuracy", high=1.0)
            return replace(curve, series=tuple(map(_named_as_in_keras, curve.series)))
        if self._digits() is None:
            return without_digits(name, self._loading.failure or NOT_YET)
        return self._read_digits(name)

    def _read_digits(self, name: str) -> Readout:
        """What takes the digits."""
        if name in WRITERS:
            return Code(name, LINES.get(name, "the whole program"), WRITERS[name](self._recipe()))
        of_rows = read_rows(
            name, self._rows(), self._digit(), one_hot=self.word("labels") == "one-hot",
            batch_size=self.number("batch_size"), epochs=self.number("epochs"),
        )  # fmt: skip
        if of_rows is not None:
            return of_rows
        match name:
            case "origin":
                data = self._needed()
                return Text(name, "digits", data.origin + (f" ({data.left_out[0]})" if data.left_out else ""))
            case "status":
                return Text(name, "status", self._training.status())
            case "loss":
                return Text(name, "loss", keras_recipe.loss_of(self._recipe()))
            case "better_on":
                return Text(name, "higher accuracy", self._better_on())
            case "learned":
                return Text(name, "how well it does", self._learned())
            case "right":
                return Number(name, "test rows right", round(self._test()[1] * len(self._rows().x_test)), digits=0)
            case "test_loss":
                return Number(name, "test loss", self._test()[0], digits=4)
            case "test_accuracy":
                return Number(name, "test accuracy", self._test()[1], digits=3)
            case "test_error":
                return Number(name, "share of test rows wrong", 1 - self._test()[1], digits=3)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        return self._read_answer(name)

    def _read_answer(self, name: str) -> Readout:
        spec, trace = self._spec(), self._trace()
        if name == "logits":
            values = tuple(trace.array(logits_name(spec))[0].tolist())
            return Vector(name, "logits", NAMES, values, digits=2)
        if name == "largest_logit":
            return Number(name, "argmax of the logits", float(trace.array(logits_name(spec))[0].argmax()), digits=0)
        p = trace.array(output_name(spec))[0]
        if name == "answer":
            return Vector(name, "p", NAMES, tuple(p.tolist()), digits=3, bars=True)
        return Number(name, "argmax: it says", float(p.argmax()), digits=0)

    def _better_on(self) -> str:
        values = [float(self.lookup(name)) for name in METRICS]
        if any(map(math.isnan, values)):
            return "untrained"
        return "validation" if values[1] > values[0] else "training" if values[0] > values[1] else "neither"

    def _learned(self) -> str:
        """How well it does on the validation rows, in a word."""
        accuracy = float(self.lookup("val_accuracy"))
        if math.isnan(accuracy):
            return "untrained"
        return next((word for least, word in LEARNED if accuracy >= least), "chance")

    # Where the numbers come from

    def counted(self) -> frozenset[str]:
        """What was loaded, trained or counted."""
        return frozenset(READOUTS) - NOT_COUNTED

    def worksheet(self) -> Worksheet:
        """The pass of the digit, and the counts."""
        spec, rows = self._spec(), self._rows()
        sheet = self.sheet_of_controls(self._trace())
        put_counts(sheet, spec)
        sheet.give("one_hot", np.eye(len(NAMES))[rows.y_test[self._digit()]])
        sheet.give("loaded_rows", len(rows.y))
        sheet.give("classes", len(NAMES))
        sheet.put("label_numbers", len(rows.y) * len(NAMES), product(sheet, "rows·classes", "loaded_rows", "classes"))
        sheet.give("right", float(self.lookup("right")))
        sheet.give("test_rows", len(rows.x_test))
        share = Form("right / rows", lambda n: n(sheet.cell("right")) / n(sheet.cell("test_rows")))
        sheet.put("test_accuracy", self._test()[1], lambda: share)
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """Probabilities and logits are the pass of the digit; summary and vector are counts of layers."""
        if name == "answer":
            return output_name(self._spec()), (0, *index)
        if name == "logits":
            return logits_name(self._spec()), (0, *index)
        if name == "summary":
            return "layers", index[:1]
        if name == "layer_parameters":
            return "layers", (weighted_layer(self._spec(), index[0]),)
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward, the layers in it, the count, the update."""
        return (forward, operation_of(Conv2D(1, (1, 1))).forward, operation_of(Dense(1)).forward, count, update)

    def keras_program(self) -> KerasProgram:
        """The program on the lab's own digits: its own fit, where the lab has fitted; then the lab's weights.

        Nothing is saved there: the process that runs it may write no files.
        """
        rows, epochs = self._rows(), self._training.checkpoint().position.epoch
        parameters = self._training.parameters()
        weights = {f"w{i}": parameters[place.name] for i, place in enumerate(layout(self._spec()))}
        source = keras_recipe.with_weights(replace(self._recipe(), epochs=epochs), tuple(weights))
        results = {"test_loss": "loss", "test_accuracy": "accuracy", "answer": "p", "parameters": "total"}
        if epochs:
            results["val_accuracy"] = "fitted"
        given: dict[str, NDArray[Any]] = {"x": rows.x, "y": rows.y, "x_test": rows.x_test, "y_test": rows.y_test}
        return KerasProgram(source, results, given | weights, frozenset({"val_accuracy"}))


def _named_as_in_keras(series: Series) -> Series:
    return replace(series, label="validation") if series.label == "held out" else series
