"""What a learner can change in the studio."""

from __future__ import annotations

from tutor.datasets.plane_sets import FEATURES, SETS
from tutor.engine.layers import ACTIVATIONS, PADDINGS
from tutor.engine.spec import LOSSES
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, NumberControl, VectorControl
from tutor.studio.affordable import MOST_LAYERS
from tutor.studio.experiment import (
    MOST_BATCH,
    MOST_NOISE,
    MOST_POINTS,
    MOST_RATE,
    MOST_SEED,
    MOST_STEPS,
    MOST_TEST,
    OWN_PICTURES,
    PICTURES,
    SHIPPED_TABLES,
    TEXTS,
)
from tutor.studio.layer_editing import KINDS
from tutor.studio.presets import PRESETS

DATA = (*SETS, *SHIPPED_TABLES, *PICTURES, "points", "table", OWN_PICTURES, *TEXTS)
"""The data sets that a learner chooses from."""
FEATURE_NAMES = tuple(FEATURES)
OPTIMIZERS = ("SGD", "momentum", "RMSprop", "Adam", "AdamW")
SCHEDULES = ("constant", "exponential", "inverse", "steps", "cosine")
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES = (1, 2, 5, 10, 20, 30, 50, 100)
COUNTS = (50, 100, 200, 300, 500, 1000)
SPEEDS = {"1 epoch/s": 1.0, "10 epochs/s": 10.0, "50 epochs/s": 50.0, "200 epochs/s": 200.0, "full": None}
USUAL_SPEED = "50 epochs/s"
"""Slow enough to watch."""
INITIALIZERS = (
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "zeros", "ones",
)  # fmt: skip
LAYER_SETTINGS = ("units", "activation", "window", "stride", "padding", "initializer", "l2", "part")
EDGE = 6.0
SHOWN = ("training", "all", "none")
CUSTOM = "my own"


def studio_controls() -> tuple[Control, ...]:
    """All controls: the data, the layers, the training, the moment, what is looked at."""
    return (*_data(), *_network(), *_training(), *_time(), *_looking())


def _data() -> tuple[Control, ...]:
    return (
        ChoiceControl("preset", "preset", (CUSTOM, *PRESETS), CUSTOM, "data, network and training in one"),
        ChoiceControl("data", "data", DATA, "circle", "the rows"),
        NumberControl("count", "points", 0, MOST_POINTS, 10, 200, integer=True, choices=COUNTS, help="drawn"),
        NumberControl("noise", "noise in %", 0, MOST_NOISE, 5, 0, integer=True, help="how far points stray"),
        NumberControl("test", "test rows in %", 0, MOST_TEST, 10, 50, integer=True, help="never trained on"),
        NumberControl("draw", "draw", 0, MOST_SEED, 1, 0, integer=True, help="the seed of the points"),
        VectorControl(
            "features", "features", FEATURE_NAMES, 0, 1, 1, (1, 1, 0, 0, 0, 0, 0), "1 is given to the network",
            integer=True,
        ),
        ChoiceControl("class", "class of a new point", ("1", "−1"), "1", "for set a point"),
        ActionControl("set", "set a point", "z", "a training point of this class at the place looked at"),
        ActionControl("set_other", "set one of the other class", "O", "there as well, without choosing a class"),
        ActionControl("unset", "take points back", "", "those set by hand"),
    )  # fmt: skip


def _network() -> tuple[Control, ...]:
    return (
        NumberControl("layer", "layer", 1, MOST_LAYERS, 1, 1, integer=True, help="the hidden layer in hand"),
        ChoiceControl("kind", "kind", tuple(KINDS), "Dense", "what the layer does; add uses it too"),
        NumberControl("units", "units", 1, 1000, 1, 4, integer=True, help="or filters, heads; what an add spans"),
        ChoiceControl("activation", "activation", ACTIVATIONS, "tanh"),
        NumberControl("window", "window", 1, 28, 1, 3, integer=True, help="side of a kernel or a pool"),
        NumberControl("stride", "stride", 1, 28, 1, 1, integer=True),
        ChoiceControl("padding", "padding", PADDINGS, "valid"),
        ChoiceControl("initializer", "initializer", INITIALIZERS, "glorot_uniform", "of the weights"),
        NumberControl("l2", "L2 penalty", 0, 10, 0.001, 0, choices=(0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)),
        NumberControl("part", "rate or slope", 0, 0.99, 0.05, 0.2, help="of dropout, of a leaky ReLU"),
        ActionControl("add", "add a layer", "i", "of this kind, after the one in hand"),
        ActionControl("remove", "remove it", "u", "the layer in hand"),
        ActionControl("earlier", "move it back", "", "towards the input"),
        ActionControl("later", "move it on", "", "towards the output"),
    )


def _training() -> tuple[Control, ...]:
    return (
        ChoiceControl("loss", "loss", LOSSES, "mean_squared_error"),
        ChoiceControl("optimizer", "optimizer", OPTIMIZERS, "SGD"),
        NumberControl("rate", "learning rate", 0, MOST_RATE, 0.01, 0.03, choices=RATES, help="also while it trains"),
        ChoiceControl("schedule", "schedule", SCHEDULES, SCHEDULES[0], "how the rate falls"),
        NumberControl("decay", "decay steps", 1, MOST_STEPS, 100, 1000, integer=True, help="of the schedule"),
        NumberControl(
            "batch", "batch size", 1, MOST_BATCH, 1, 10, integer=True, choices=BATCHES, help="also while it trains"
        ),
        NumberControl("seed", "seed", 0, MOST_SEED, 1, 0, integer=True, help="of weights and order"),
        ChoiceControl("engine", "engine", ("numpy", "tensorflow"), "numpy"),
        ChoiceControl("speed", "speed", tuple(SPEEDS), USUAL_SPEED),
        ActionControl("train", "play or pause", "p", "train from this moment on"),
        ActionControl("step", "step", "w", "one batch"),
        ActionControl("epoch", "epoch", "e", "to the end of the epoch"),
        ActionControl("reset", "reset", "r", "to the beginning; the run stays among the runs"),
    )


def _time() -> tuple[Control, ...]:
    return (
        NumberControl("moment", "moment", 0, MOST_STEPS, 1, 0, integer=True, help="the step that is shown"),
        ActionControl("back", "back in time", "j", "a fiftieth of the run"),
        ActionControl("on", "on in time", "k", "a fiftieth of the run"),
        NumberControl("run", "run", 1, 8, 1, 1, integer=True, help="a run of before"),
        ActionControl("take", "return to it", "", "the run of before that is chosen"),
        NumberControl("seeds", "seeds", 2, 30, 1, 30, integer=True, help="for the band"),
        ActionControl("band", "band of seeds", "S", "the same run with other seeds, in the background"),
    )


def _looking() -> tuple[Control, ...]:
    return (
        ChoiceControl("shown", "points shown", SHOWN, SHOWN[0], "test points are not trained on"),
        NumberControl(
            "answer_class", "class of the map", 1, 50, 1, 1, integer=True, help="where there are three or more"
        ),
        NumberControl("row", "test picture", 1, 100_000, 1, 1, integer=True, help="that goes through the network"),
        VectorControl("point", "point looked at", ("x1", "x2"), -EDGE, EDGE, 0.5, (1.0, 1.0)),
        NumberControl("unit", "unit looked at", 1, 1000, 1, 1, integer=True, help="of the layer in hand"),
        NumberControl("from", "weight from", 1, 1000, 1, 1, integer=True, help="the unit before the layer in hand"),
        NumberControl("weight", "weight", -100, 100, 0.1, 0, help="from that unit to the unit looked at; by hand"),
    )
