"""The controls and groups of the shapes lab."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, SIDE
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, GridControl, NumberControl
from tutor.labs.shapes.counts import COUNT_CONTROLS
from tutor.training.models import SHAPES_DROPOUT, SHAPES_EPOCHS, SHAPES_RATE

# Epochs per second; None is as fast as possible.
PACES = {"slow": 5.0, "watch": 60.0, "full": None}
# Rows down and columns right.
SHIFTS = {"shift_up": (-1, 0), "shift_left": (0, -1), "shift_down": (1, 0), "shift_right": (0, 1)}
SURVEY_SEEDS = 20

GROUPS = (
    Group(
        "Drawing",
        (
            "drawing", "confidences", "confidence_sum", "winner", "known", "seen", "source_test", "shape",
            "load", "broken", "noise", "clear", "invert", "teach", "forget", *SHIFTS,
        ),
    ),
    Group(
        "Training",
        (
            "train", "step", "epoch", "reset", "try_seeds", "status",
            "engine", "seed", "learning_rate", "batch_size", "pace", "epochs", "dropout",
            "training_rows", "held_out_rows", "epochs_done", "steps_done", "survey", "survey_counts",
        ),
    ),
    Group(
        "Results",
        (
            "learned", "accuracy", "held_out_accuracy", "held_out_right", "loss", "held_out_loss", "step_loss",
            "loss_curve", "accuracy_curve",
        ),
    ),
    Group("Network", ("network", "parameters", "winner_arithmetic")),
    Group(
        "Counting",
        (*(c.name for c in COUNT_CONTROLS), "pixels", "one_hot", "file_row", "layer_counts", "layers", "updates"),
    ),
)  # fmt: skip

OVERVIEW = (
    "drawing", "confidences", "seen", "source_test", "shape",
    "load", "broken", "noise", "clear", "invert", "teach", "forget", *SHIFTS,
    "train", "step", "epoch", "reset", "try_seeds", "status",
    "engine", "seed", "learning_rate", "batch_size", "pace", "epochs", "dropout",
    "learned", "held_out_accuracy", "loss_curve", "accuracy_curve", "network",
)  # fmt: skip


def shapes_controls(drawing: NDArray[np.float64]) -> tuple[Control, ...]:
    """The controls, with ``drawing`` (5, 5) as the initial grid."""
    pixels = tuple(tuple(row) for row in drawing.tolist())
    return (
        GridControl("drawing", "drawing", SIDE, SIDE, pixels, help="space turns a pixel on or off"),
        ChoiceControl("shape", "shape", NAMES, NAMES[0], "what load, broken and teach are about"),
        ActionControl("load", "load", "l", "draw the chosen shape as the network was taught it"),
        ActionControl("broken", "broken", "k", "draw the chosen shape with two pixels flipped"),
        ActionControl("noise", "noise", "j", "flip each pixel with probability 0.15"),
        ActionControl("clear", "clear", "w", "turn all pixels off"),
        ActionControl("invert", "invert", "i", "turn on what is off, and off what is on"),
        ActionControl("shift_up", "↑", "W", "move the drawing up by one"),
        ActionControl("shift_left", "←", "A", "move the drawing left by one"),
        ActionControl("shift_down", "↓", "S", "move the drawing down by one"),
        ActionControl("shift_right", "→", "D", "move the drawing right by one"),
        ActionControl("teach", "teach", "m", "add the drawing to the training data as the chosen shape"),
        ActionControl("forget", "forget", "z", "take the last taught drawing out again"),
        ActionControl("train", "train", "p", "train until the epochs are done; press again to pause"),
        ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
        ActionControl("pause", "pause", "", "stop after the step under way"),
        ActionControl("step", "step", "o", "train on one batch"),
        ActionControl("epoch", "epoch", "e", "train on every drawing once"),
        ActionControl("reset", "reset", "r", "go back to the initial weights of the seed"),
        ActionControl("try_seeds", f"try {SURVEY_SEEDS} seeds", "T", "train from many seeds and count who learned all"),
        ChoiceControl("engine", "engine", ("numpy", "tensorflow"), "numpy", "who computes the training"),
        NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of weights, order, dropout and noise"),
        NumberControl(
            "learning_rate", "learning rate", 0, 100, 0.01, SHAPES_RATE,
            choices=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100),
            help="how long a step is; can be changed while it trains",
        ),
        NumberControl("batch_size", "batch size", 1, 32, 1, 1, integer=True, help="drawings to one step"),
        ChoiceControl("pace", "pace", tuple(PACES), "watch", "slow: 5 epochs a second; watch: 60; full: all it can"),
        NumberControl(
            "epochs", "epochs", 1, 100_000, 1, SHAPES_EPOCHS, integer=True,
            choices=(1, 5, 20, 100, 300, 1000, 3000, 10_000), help="times through all training drawings",
        ),
        NumberControl("dropout", "dropout", 0, 0.9, 0.05, SHAPES_DROPOUT, help="share of units off in training"),
        *COUNT_CONTROLS,
    )  # fmt: skip
