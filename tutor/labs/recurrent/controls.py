"""What can be changed: the network and its training, the name it reads, and the numbers of the sums on paper."""

from __future__ import annotations

from tutor.datasets.texts.vocabulary import LETTERS
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, NumberControl, TextControl, VectorControl
from tutor.labs.recurrent.network import TIME
from tutor.labs.recurrent.one_unit import PLACES

SIMPLE, GATED = CELLS = ("SimpleRNN", "LSTM")
LAST, EVERY = JUDGED = ("the last place", "every place")
UNITS, EPOCHS, RATES = (4, 8, 16, 24, 32), (1, 2, 5, 10, 20, 40), (0.001, 0.003, 0.01, 0.03)
SCALES = (0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5)
BEGINS_ANEW = ("cell", "units", "forget_bias", "rate", "seed")
"""Changing these means another network, which the trained weights do not fit."""


def recurrent_controls() -> tuple[Control, ...]:
    """The network, its training and the name; then one unit, a cell, a gradient to cut, and a length."""
    return (
        ChoiceControl("cell", "layer", CELLS, SIMPLE, "what hands its state on"),
        NumberControl("units", "units", 2, 64, 1, 16, integer=True, choices=UNITS, help="numbers in the state"),
        ChoiceControl("forget_bias", "forget bias at the start", ("0", "1"), "1", "of an LSTM"),
        NumberControl("epochs", "epochs", 1, 200, 1, 10, integer=True, choices=EPOCHS, help="times through the names"),
        NumberControl(
            "rate", "learning rate", 0.0001, 0.1, 0.001, 0.01, choices=RATES, help="of Adam, 32 names a step"
        ),
        NumberControl("seed", "seed", 0, 999, 1, 3, integer=True, help="of the initial weights and the batches"),
        ActionControl("train", "train", "p", "train until the epochs are done; press again to pause"),
        ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
        ActionControl("epoch", "epoch", "e", "train one epoch"),
        ActionControl("reset", "reset", "r", "go back to the initial weights"),
        TextControl("name", "name", "maria", 2, TIME - 1, LETTERS, "that it reads: yours, if you like"),
        ChoiceControl("judged", "the loss is that of", JUDGED, EVERY, "from where gradients come back"),
        NumberControl(
            "scale", "recurrent weights ×", 0.1, 3, 0.05, 1, choices=SCALES, help="in this pass; training keeps its own"
        ),
        VectorControl("x", "inputs x", PLACES, -3, 3, 0.5, (1.0, 0.0, 0.0), "of one unit, place by place"),
        NumberControl("u", "input weight u", -3, 3, 0.1, 0.5, help="the same at each place"),
        NumberControl("w", "recurrent weight w", 0.1, 2, 0.1, 0.5, help="the same at each place"),
        NumberControl("back", "places back", 1, 30, 1, 10, integer=True, help="from the last place"),
        NumberControl("f", "forget gate f", 0.01, 1, 0.01, 0.99, help="how much of the cell stays"),
        NumberControl("i", "input gate i", 0, 1, 0.1, 0.5, help="how much is written"),
        NumberControl("g", "candidate g", -1, 1, 0.1, 1, help="what is written"),
        NumberControl("o", "output gate o", 0, 1, 0.1, 0.5, help="how much is shown"),
        NumberControl("before", "cell before", -3, 3, 0.5, 2, help="c of the place before"),
        VectorControl("gradient", "gradient", ("1", "2"), -20, 20, 1, (6.0, 8.0), "of two weights"),
        NumberControl("clipnorm", "clipnorm", 0.5, 20, 0.5, 5, help="the longest that is allowed"),
        NumberControl("letters", "letters read", 1, 100_000, 100, 1000, integer=True, help="of a long text"),
    )
