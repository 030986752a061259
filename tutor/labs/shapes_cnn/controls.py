"""The controls of the lab of the CNN and the MLP on the shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, SIDE
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, GridControl, NumberControl
from tutor.labs.shapes.controls import PACES
from tutor.labs.shapes_cnn.networks import HEADS
from tutor.labs.shapes_cnn.shift_survey import SURVEY_SEEDS

MOST_FILTERS = 8


def shapes_cnn_controls(drawing: NDArray[np.float64]) -> tuple[Control, ...]:
    """The drawing, with ``drawing`` (5, 5) as the initial grid; the CNN; the training of both."""
    pixels = tuple(tuple(row) for row in drawing.tolist())
    return (
        ChoiceControl("shape", "shape", NAMES, NAMES[0], "choosing one draws it"),
        GridControl("drawing", "drawing", SIDE, SIDE, pixels, help="space turns a pixel on or off"),
        ActionControl("load", "load", "l", "draw the chosen shape again, as the networks learn it"),
        ActionControl("shift_up", "↑", "W", "move the drawing up by one"),
        ActionControl("shift_left", "←", "A", "move the drawing left by one"),
        ActionControl("shift_down", "↓", "S", "move the drawing down by one"),
        ActionControl("shift_right", "→", "D", "move the drawing right by one"),
        ActionControl("clear", "clear", "w", "turn all pixels off"),
        ChoiceControl("head", "behind it", tuple(HEADS), "pool", "from the maps to the last layer"),
        NumberControl(
            "filters", "filters", 1, MOST_FILTERS, 1, MOST_FILTERS, integer=True, help="kernels of 3×3 in the CNN"
        ),
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
