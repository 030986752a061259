"""What the network says of the drawing on the canvas, at the moment that is shown."""

from __future__ import annotations

import numpy as np

from tutor.engine.network import output_name
from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Picture
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.through import fill_through
from tutor.labs.studio.drawing_controls import DRAWING_ACTIONS, Drawing
from tutor.labs.studio.machine import Machine

OF_DRAWINGS = frozenset({"canvas", "row", *DRAWING_ACTIONS, "answers", "confidences", "drawn_through"})
"""Controls and readouts of a network that takes pictures."""
ROW = 1
"""The drawing's row of the recorded pass; before it comes the test picture."""
BEST = 5
DRAW = "draw something"


def fill_drawing(sheet: Sheet, machine: Machine, classes: tuple[str, ...], drawing: Drawing) -> None:
    """The answer to the drawing: the class, how sure, the other classes, and the way through the network."""
    output, drawn = output_name(machine.spec), bool(drawing.any())
    p = sheet[output][ROW]
    sheet.vector("confidences", "confidence" if drawn else "confidence in an empty drawing", classes, p, digits=3)

    def order() -> list[int]:
        if len(classes) <= BEST:
            return list(range(len(classes)))
        return [int(place) for place in np.argsort(-p.values, kind="stable")[:BEST]]

    def bars() -> Bars:
        places, what = order(), "confidence" if len(classes) <= BEST else "the best five"
        labels, values = tuple(classes[c] for c in places), tuple(float(p.values[c]) for c in places)
        return Bars("answers", "", (BarPanel(what, labels, values, high=1.0),))

    def place(at: Index) -> tuple[str, Index]:
        return output, (ROW, order()[at[1]])

    def said() -> str:
        return classes[int(p.values.argmax())]

    sheet.show("answers", bars, place)
    sheet.text("says", "it says", said if drawn else DRAW)
    fill_through(sheet, machine.spec, "drawn_through", ROW, with_input=False)


def fill_no_drawing(sheet: Sheet, data: str) -> None:
    """In place of all that, where the network takes no pictures, the reason."""
    nothing = (float("nan"),)
    sheet.vector("confidences", "confidence", ("none",), nothing, digits=3)
    sheet.show("answers", lambda: Bars("answers", "", (BarPanel("confidence", ("none",), nothing),)), counted=True)
    why = f"a network for {data} takes numbers. Choose a preset for shapes, digits or letters."
    sheet.text("says", "nothing to draw on", why)
    sheet.show("drawn_through", lambda: Picture("drawn_through", "through the network", ()), counted=True)
