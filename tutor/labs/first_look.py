"""A first look: a network that was shown five drawings answers the learner's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets import drawings
from tutor.datasets.shapes import NAMES, SIDE, held_out_rows, training_rows, two_flipped_rows
from tutor.engine.activations import softmax
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Dense
from tutor.engine.network import output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import Parameters, count, views
from tutor.engine.updates import update
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, ControlError, GridControl
from tutor.labs.kit.readouts import LayerView, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.shapes.controls import SHIFTS
from tutor.labs.shapes.origins import shapes_program
from tutor.training.keras_program import KerasProgram
from tutor.training.models import SHAPES_EPOCHS, shapes_mlp
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer

SEED = 3
"""With it the network learns all five drawings and gets all 125 with one pixel changed right (most seeds do)."""
HIDDEN = ("dense", "dense_1", "dense_2", "dense_3")


@cache
def trained() -> Parameters:
    """The parameters of the shapes network after its source's 300 epochs: a few tenths of a second, once."""
    spec, shown = shapes_mlp(SEED), training_rows()
    data = TrainingData(shown.inputs, shown.labels, shown.inputs[:0], shown.labels[:0])
    trainer = Trainer(RunSettings(spec, SHAPES_EPOCHS, batch_size=1), data)
    trainer.advance(trainer.steps_to_the_end())
    return views(spec, trainer.backend.state().theta)


class FirstLookLab(Lab):
    """A drawing, and what a trained network says of it and of its neighbours."""

    id = "first-look"
    title = "Draw something: it answers"

    def controls(self) -> tuple[Control, ...]:
        """The drawing, and what changes it."""
        pixels = tuple(tuple(row) for row in training_rows().inputs[2].reshape(SIDE, SIDE).tolist())
        return (
            GridControl(
                "drawing", "your drawing", SIDE, SIDE, pixels, help="arrows move, space turns a pixel on or off"
            ),
            ChoiceControl("shape", "shape", NAMES, "plus", "what load draws"),
            ActionControl("load", "load", "l", "draw the chosen shape as the network was shown it"),
            ActionControl("shift_up", "↑", "W", "move the drawing up by one"),
            ActionControl("shift_left", "←", "A", "move the drawing left by one"),
            ActionControl("shift_down", "↓", "S", "move the drawing down by one"),
            ActionControl("shift_right", "→", "D", "move the drawing right by one"),
            ActionControl("clear", "clear", "w", "turn all pixels off"),
        )

    def groups(self) -> tuple[Group, ...]:
        """The drawing and the answer; what the network was shown; what it makes of other drawings."""
        return (
            Group("Your drawing", ("drawing", "confidences", "shape", "load", *SHIFTS, "clear", "winner", "surest")),
            Group("The network", ("network", "parameters", "shown", "shown_right", "epochs")),
            Group(
                "Others",
                ("shifted", "shifted_winner", "flipped", "flipped_right", "two_flipped", "two_flipped_right"),
            ),
            Group("Keras", ("keras",)),
        )

    def press(self, name: str) -> str:
        """Change the drawing."""
        drawing = self.vector("drawing")
        if name in SHIFTS:
            drawing = drawings.shifted(drawing, *SHIFTS[name])
        elif name == "load":
            drawing = training_rows().inputs[NAMES.index(self.word("shape"))].reshape(SIDE, SIDE)
        elif name == "clear":
            drawing = np.zeros((SIDE, SIDE))
        else:
            raise ControlError(f"{name} is set, not pressed")
        self.set("drawing", drawing.tolist())
        return ""

    def recorded(self) -> Trace:
        """A pass of the drawing (row 0) and of the drawing moved left by one (row 1)."""
        return record(shapes_mlp(SEED), trained(), self._rows())

    def fill(self, sheet: Sheet) -> None:
        """The answer; the network; the drawings it was shown; the drawing moved; drawings a pixel or two away."""
        spec, shown, flipped, twice = shapes_mlp(SEED), training_rows(), held_out_rows(), two_flipped_rows()
        output = sheet[output_name(spec)]
        p = sheet.vector("confidences", "it says", NAMES, output[0], digits=3, bars=True)
        sheet.text("winner", "most of all", lambda: NAMES[int(p.values.argmax())])
        sheet.number("surest", "how sure", p[int(p.values.argmax())], digits=3)
        sheet.vector("shifted", "moved left, it says", NAMES, output[1], digits=3, bars=True)
        sheet.text("shifted_winner", "moved left", lambda: NAMES[int(output.values[1].argmax())])
        units = [(LayerView(name, ()), sheet[f"{name}.out"][0]) for name in HIDDEN]
        ends = (LayerView("input", ()), sheet["input"][0]), (LayerView("dense_4", (), NAMES), output[0])
        kernels = [sheet[f"{name}.kernel"] for name in (*HIDDEN, "dense_4")]
        sheet.network("network", "", [ends[0], *units, ends[1]], kernels)
        sheet.number("parameters", "numbers it has learned", count(spec), digits=0)
        tiles = [(Tile(name, ()), sheet.give(f"shown_{name}", row.reshape(SIDE, SIDE))) for name, row in self._shown()]
        sheet.picture("shown", "what it was shown", tiles)
        sheet.number("shown_right", "right, of these 5", lambda: _right(shown.inputs, shown.labels), digits=0)
        sheet.number("epochs", "times it saw them", SHAPES_EPOCHS, digits=0)
        sheet.number("flipped", "drawings with one pixel changed", len(flipped.inputs), digits=0)
        sheet.number("flipped_right", "right, of those", lambda: _right(flipped.inputs, flipped.labels), digits=0)
        sheet.number("two_flipped", "drawings with two pixels changed", len(twice.inputs), digits=0)
        sheet.number("two_flipped_right", "right, of those", lambda: _right(twice.inputs, twice.labels), digits=0)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A Dense layer forwards and backwards, softmax, the update."""
        dense = operation_of(Dense(1))
        return (dense.forward, dense.backward, softmax, update)

    def keras_program(self) -> KerasProgram:
        """The trained network, applied to the drawing."""
        return shapes_program(shapes_mlp(SEED), trained(), self.vector("drawing"))

    def _rows(self) -> NDArray[np.float64]:
        drawing = self.vector("drawing")
        return np.stack([drawing.ravel(), drawings.shifted(drawing, 0, -1).ravel()])

    def _shown(self) -> list[tuple[str, NDArray[np.float64]]]:
        return list(zip(NAMES, training_rows().inputs, strict=True))


def _right(inputs: NDArray[np.float64], labels: NDArray[np.float64]) -> int:
    """How many rows the network answers right."""
    spec = shapes_mlp(SEED)
    answers = record(spec, trained(), inputs).array(output_name(spec))
    return int((answers.argmax(axis=1) == labels.argmax(axis=1)).sum())
