"""The common base of the labs of digits and letters: a canvas, networks to train, the confusion matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from tutor.engine.activations import softmax
from tutor.engine.convolution import conv2d
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Dense
from tutor.engine.operations.table import operation_of
from tutor.engine.pooling import max_pool
from tutor.engine.updates import update
from tutor.labs.images.asked import fill_asked
from tutor.labs.images.canvas import EDITS, edited
from tutor.labs.images.confusion import Answers, Asking, share_alive
from tutor.labs.images.counts import fill_counts
from tutor.labs.images.drawings import fill_drawings
from tutor.labs.images.origins import as_row, fill_answer, fill_unit
from tutor.labs.images.program import image_program
from tutor.labs.images.readouts import fill_pictures, fill_run
from tutor.labs.images.run import LOADING, MOST_ASKED, ImageRunLab
from tutor.labs.images.truth import EMPTY, OWN, TakenPicture, taken_from
from tutor.labs.kit.contract import LabState
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Vector
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.through import fill_through
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline

# A key waits at most this long for the work in between.
SLICE_SECONDS = 0.03
ALIVE_AMONG = 100


class ImageLab(ImageRunLab):
    """A picture on a canvas, the network that classifies it, the run that trains it, the test pictures."""

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._taken: TakenPicture | None = None
        self._asking = Asking()
        self._then_next = False

    # What a learner does

    def changed(self, name: str) -> None:
        """Mark a test picture that was drawn on as changed; pass other settings to the run."""
        if name == "canvas" and self._taken is not None:
            self._taken = replace(self._taken, changed=True) if self.vector("canvas").any() else None
        super().changed(name)

    def press(self, name: str) -> str:
        """Do an action; return a sentence about it."""
        if name in EDITS:
            self.set("canvas", edited(self.vector("canvas"), name, self.kind.form).tolist())
            return ""
        return self._take(name) if name in ("take", "next_picture", "next_miss") else super().press(name)

    def _take(self, name: str) -> str:
        if name == "next_picture" and self._pictures() is None and not self._loading.failure:
            self._then_next = True
            return ""
        test = self._needed().test
        number = min(int(self.number("picture")), len(test) - 1)
        if name == "next_picture":
            number = (number + 1) % len(test)
        elif name == "next_miss":
            answers = self._answers()
            if answers is None:
                raise ControlError("The test pictures are still being asked about: a moment.")
            if not answers.misses:
                raise ControlError(f"It gets all {len(answers.classes)} right.")
            number = next((miss for miss in answers.misses if miss > number), answers.misses[0])
        self.set("picture", number)
        self.set("canvas", (test.images[number] / 255).tolist())
        self._taken = TakenPicture(number, self.kind.names[int(test.classes[number])])
        return ""

    @property
    def busy(self) -> bool:
        """Whether pictures are being read, a network trained, or test pictures classified."""
        return super().busy or self._asking.busy or (self._then_next and not self._loading.failure)

    def poll(self) -> bool:
        """Fetch new results; classify a few more test pictures."""
        answered = self._asking.go_on(SLICE_SECONDS)
        news = super().poll()
        if self._then_next and self._pictures() is not None:
            self._then_next = False
            self._take("next_picture")
            news = True
        return news or answered

    def state(self) -> LabState:
        """The controls, the trained networks, and the test picture on the canvas."""
        state = super().state()
        taken = None if self._taken is None else self._taken.kept()
        return replace(state, values={**state.values, "taken": taken})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        super().restore(state)
        self._taken = taken_from(state.values.get("taken"))

    # The sheet

    def beside_controls(self) -> object:
        """The run, whether pictures are loaded, the pending action, the canvas's origin, the test answers."""
        there = self._loading.data is not None, self._loading.failure
        return self._training.moment, there, self._ordered, self._taken, self._asking.newest

    def recorded(self) -> Trace:
        """The pass of the picture on the canvas, as row 0; cached for the same weights and canvas."""

        def passed() -> Trace:
            return record(self._spec(), self._training.parameters(), self._row())

        return self._kept.get("pass", (self._weights, self.get("canvas")), passed)

    def fill(self, sheet: Sheet) -> None:
        """The pictures; the answer to the canvas; a unit; the run; the test pictures; the counts."""
        kind, spec, shown, training = self.kind, self._spec(), self.word("shown_class"), self._training
        drawn = bool(self.vector("canvas").any())
        fill_pictures(sheet, kind, shown, self._pictures, self._waiting)
        sheet.text("answering", "asked", self._answering)
        if kind.trained is not None:
            sheet.number("shipped_accuracy", "right on all MNIST test pictures", self._trained.accuracy, digits=4)
        fill_answer(sheet, spec, kind.thing, kind.names, drawn)
        sheet.text("truth", "it is", EMPTY if not drawn else OWN if self._taken is None else self._taken.said())
        fill_unit(sheet, spec, int(self.number("unit")), training.parameters, self._row)
        sheet.text("status", "status", self._status)
        fill_run(sheet, kind.thing, training, self._settings, self._data)
        fill_asked(sheet, kind.names, shown, self._answers, self._data, self._waiting)
        sheet.show("alive", lambda: self._alive("alive", "units that ever fire"), counted=True)
        fill_counts(sheet, spec, kind.side)
        fill_drawings(sheet, spec, kind.names, kind.tallied, training.parameters)
        fill_through(sheet, spec)

    def _row(self) -> NDArray[Any]:
        """The canvas as the network's input."""
        return as_row(self._spec(), self.vector("canvas"), self._scale)

    def _answering(self) -> str:
        training, network = self._training, self.word("network")
        if training.begun and self._trained.is_at(training.checkpoint().engine.theta):
            return f"the {network} that ships"
        return f"{network}, {training.status()}"

    def _answers(self) -> Answers | None:
        """The network's answers to the first test pictures; None while they are being computed."""
        if self._pictures() is None:
            return None
        data, training, spec = self._training_data(), self._training, self._spec()
        pictures, classes = data.held_out_inputs[:MOST_ASKED], data.held_out_labels[:MOST_ASKED]
        network, weights = (spec.name, data.scale, len(pictures)), self._weights
        asked = (spec, training.parameters(), pictures, classes, data.scale)
        answers = self._asking.about(network, weights, *asked)
        if self._painted or not self._asking.busy:
            return answers
        self._asking.finish()
        return self._asking.about(network, weights, *asked)

    def _alive(self, name: str, label: str) -> Vector:
        pictures = self._pictures()
        if pictures is None:
            return Vector(name, label, (LOADING,), (float("nan"),), digits=2)

        def alive() -> dict[str, float]:
            return share_alive(
                self._spec(), self._training.parameters(), pictures.test.images[:ALIVE_AMONG], self._scale
            )

        shares = self._kept.get("alive", self._weights, alive)
        return Vector(name, label, tuple(shares), tuple(shares.values()), digits=3, bars=True)

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """Convolution, pooling, a Dense layer, softmax, the update."""
        dense = operation_of(Dense(1))
        return (conv2d, max_pool, dense.forward, dense.backward, softmax, update)

    def keras_program(self) -> KerasProgram:
        """The network with its current weights, applied to the canvas."""
        return image_program(self._spec(), self._training.parameters(), self.vector("canvas"), self._scale)
