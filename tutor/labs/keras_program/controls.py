"""The controls and groups of the lab of the Keras program."""

from __future__ import annotations

from tutor.labs.images.controls import OPTIMIZERS, RATES, SCALES
from tutor.labs.keras_program.names import KINDS
from tutor.labs.keras_program.recipe import LINES, LOSSES
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, NumberControl

TEST_ROWS = 500
WRITE = "write"

CONTROLS: tuple[Control, ...] = (
    NumberControl(
        "rows", "training digits", 100, 10_000, 100, 1000, integer=True, choices=(200, 500, 1000, 2000, 5000, 10_000),
        help="how many are loaded, of those there are",
    ),
    NumberControl("held_back", "for validation", 50, 1000, 50, 200, integer=True, help="the last of these digits"),
    ChoiceControl("pixels", "pixels from", tuple(SCALES), "0 to 1", "scaled, or the bytes as they are"),
    ChoiceControl("labels", "labels", tuple(LOSSES), "one-hot", "how a row's class is written"),
    NumberControl("filters", "Conv2D filters", 0, 16, 1, 0, integer=True, help="0 leaves the layer out"),
    NumberControl("kernel", "kernel size", 1, 7, 1, 3, integer=True, help="of the Conv2D layer, square"),
    NumberControl("first_units", "first Dense", 1, 256, 1, 32, integer=True, help="units, with ReLU"),
    NumberControl("second_units", "second Dense", 0, 256, 1, 0, integer=True, help="0 leaves the layer out"),
    NumberControl("dropout", "dropout", 0, 0.9, 0.05, 0.0, help="0 leaves the layer out"),
    ChoiceControl("ends", "ends in", ("softmax", "logits"), "softmax", "the activation of the last layer, or none"),
    ChoiceControl("optimizer", "optimizer", tuple(OPTIMIZERS), "SGD", "by its Keras name"),
    NumberControl("learning_rate", "learning rate", 0, 10, 0.01, 0.1, choices=RATES, help="of the optimizer"),
    NumberControl(
        "batch_size", "batch_size", 1, 1000, 1, 32, integer=True, choices=(8, 16, 32, 64, 128), help="rows of a step"
    ),
    NumberControl("epochs", "epochs", 1, 100, 1, 5, integer=True, help="times through all rows"),
    NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of weights, order and dropout"),
    ChoiceControl("recurrent", "layer for names", tuple(KINDS), "LSTM", "what hands a state on from letter to letter"),
    NumberControl("letter_numbers", "numbers a letter", 1, 64, 1, 16, integer=True, help="of the Embedding"),
    NumberControl("recurrent_units", "its units", 1, 128, 1, 24, integer=True, help="the numbers of its state"),
    NumberControl("digit", "test digit", 0, TEST_ROWS - 1, 1, 0, integer=True, help="its row of x_test, from 0"),
    ActionControl("fit", "fit", "p", "train until the epochs are done; press again to pause"),
    ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
    ActionControl("reset", "reset", "r", "go back to the initial weights of the seed"),
    ActionControl(WRITE, "write program.py", "w", "write the whole program to a file"),
)  # fmt: skip

# A change of any of these resets the network.
CHOOSES_WEIGHTS = frozenset(
    {"rows", "held_back", "pixels", "filters", "kernel", "first_units", "second_units", "dropout", "optimizer",
     "learning_rate", "batch_size", "seed"}
)  # fmt: skip

GROUPS = (
    Group("The digits", ("origin", "rows", "held_back", "loaded", "digit", "picture", "truth")),
    Group("Arrays", ("pixels", "labels", "prepared", "one_hot")),
    Group(
        "The network",
        ("filters", "kernel", "first_units", "second_units", "dropout", "ends", "flat", "summary", "parameters"),
    ),
    Group(
        "compile and fit",
        ("optimizer", "learning_rate", "loss", "batch_size", "epochs", "seed", "fit", "reset", "status",
         "train_rows", "steps", "training_accuracy", "val_accuracy", "accuracy_curve"),
    ),
    Group("evaluate", ("right", "test_rows", "test_loss", "test_accuracy")),
    Group(
        "Names",
        ("recurrent", "letter_numbers", "recurrent_units", "names_net", "embedding_parameters", "unit_parameters",
         "recurrent_parameters", "dense_parameters"),
    ),
    Group("predict", ("answer", "logits", "said")),
    Group("The program", (WRITE, "program")),
    Group("Line by line", (*LINES, "names_lines")),
    Group("Keras", ("keras",)),
)  # fmt: skip
