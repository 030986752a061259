"""The controls and groups of the labs of digits and letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutor.datasets.images import ImageData
from tutor.datasets.preparation.preparing import Form
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop
from tutor.labs.images.canvas import EDITS
from tutor.labs.images.counts import count_controls
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, GridControl, NumberControl
from tutor.training.models import MODELS
from tutor.training.saved.shipped_network import ShippedNetwork

OPTIMIZERS: dict[str, type[OptimizerSpec]] = {"SGD": SGD, "RMSprop": RMSprop, "Adam": Adam}
SCALES = {"0 to 1": 1 / 255, "0 to 255": 1.0}
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1)


@dataclass(frozen=True)
class ImageKind:
    """The differences between the labs of digits and letters.

    ``thing`` is the word for one picture; ``form`` is their preparation; ``networks`` are the models' names without the
    prefix ``data-``; ``row_choices`` are the numbers of training pictures for the arrow keys, ``rows`` the default
    limit; ``tallied`` are three classes for the sums on paper; ``trained`` reads the shipped trained network, if any.
    """

    data: str
    thing: str
    side: int
    form: Form
    names: tuple[str, ...]
    networks: tuple[str, ...]
    find: Callable[[], ImageData]
    row_choices: tuple[int, ...]
    rows: int
    tallied: tuple[str, str, str]
    trained: Callable[[], ShippedNetwork] | None = None


LOAD_TRAINED = "load_trained"
# Only with a shipped trained network.
OF_TRAINED = (LOAD_TRAINED, "shipped_accuracy")

GROUPS = (
    Group(
        "The canvas",
        (
            "canvas", "answering", "shipped_accuracy", "best_answers", "confidences", "top_five", "best_bars", "winner",
            "truth", "confidence_sum", "picture", "take", "next_picture", "next_miss", *EDITS, LOAD_TRAINED,
        ),
    ),
    Group(
        "Training",
        (
            "train", "step", "epoch", "reset", "take_best", "status", "time_left", "epochs_done", "steps_done",
            "training_rows", "test_rows", "network", "optimizer", "learning_rate", "epochs", "batch_size", "rows",
            "pixels", "engine", "seed", "patience",
        ),
    ),
    Group(
        "Results",
        (
            "training_accuracy", "training_loss", "test_accuracy", "test_loss", "best_epoch", "better_on",
            "loss_curve", "accuracy_curve",
        ),
    ),
    Group(
        "Test pictures",
        (
            "shown_class", "asked", "right", "share_right", "most_confused", "confusion", "class_row", "class_right",
            "misses",
        ),
    ),
    Group(
        "The network",
        (
            "through", "layers", "layer_bars", "parameters", "layer", "layer_counts", "unit", "unit_weights",
            "all_weights", "unit_sees", "alive",
        ),
    ),
    Group("The pictures", ("origin", "where", "samples")),
    Group(
        "On paper",
        (
            "marked_pixel", "pixel_row", "pixel_column", "shade", "side", "kernel", "filters", "pictures", "batch",
            "rounds", "z", "tally", "tally_picture", "sides", "side_bars", "paper_steps", "tally_sums", "scaled",
            "pixel_number",
            "same_sides", "same_side_bars", "split", "leaky", "leaky_curve", "one_step", "chance",
        ),
    ),
    Group("Keras", ("keras",)),
)  # fmt: skip


def image_controls(kind: ImageKind) -> tuple[Control, ...]:
    """The controls of a lab of this kind, at the settings of its first network."""
    first = MODELS[f"{kind.data}-{kind.networks[0]}"]
    side, thing, optimizer = kind.side, kind.thing, type(first.spec.optimizer).__name__
    blank = ((0.0,) * side,) * side
    trained = (
        ActionControl(LOAD_TRAINED, "trained network", "T", "load the one that ships, with its settings and weights"),
    )
    return (
        GridControl("canvas", "canvas", side, side, blank, help="what the network is asked about"),
        NumberControl("picture", "test picture", 0, 9_999, 1, 0, integer=True, help="its number, from 0"),
        ActionControl("take", "take a test picture", "l", "put the test picture of that number on the canvas"),
        ActionControl("next_picture", "next", "k", "put the next test picture on the canvas"),
        ActionControl("next_miss", "next miss", "m", "put the next test picture that it gets wrong on the canvas"),
        ActionControl("centre", "centre", "z", "make the drawing as large as the training pictures are, in the middle"),
        ActionControl("clear", "clear", "w", "take all ink away"),
        ActionControl("invert", "invert", "i", "paper for ink, ink for paper"),
        ActionControl("shift_up", "↑", "W", "move the drawing up by a pixel"),
        ActionControl("shift_left", "←", "A", "move the drawing left by a pixel"),
        ActionControl("shift_down", "↓", "S", "move the drawing down by a pixel"),
        ActionControl("shift_right", "→", "D", "move the drawing right by a pixel"),
        ChoiceControl("network", "network", kind.networks, kind.networks[0], "each keeps its own weights"),
        ChoiceControl("optimizer", "optimizer", tuple(OPTIMIZERS), optimizer, "each keeps its own weights"),
        NumberControl(
            "learning_rate", "learning rate", 0, 10, 0.01, _rate(first.spec.optimizer), choices=RATES,
            help="can be changed while it trains",
        ),
        NumberControl(
            "epochs", "epochs", 1, 1000, 1, first.epochs, integer=True, choices=(1, 2, 5, 10, 20, 60, 100),
            help="times through the training pictures",
        ),
        NumberControl(
            "batch_size", "batch size", 1, 1000, 1, first.batch_size, integer=True,
            choices=(1, 16, 32, 64, 100, 128, 500), help="pictures to one step",
        ),
        NumberControl(
            "rows", "train on at most", 10, 60_000, 100, kind.rows, integer=True, choices=kind.row_choices,
            help=f"how many {thing}s, of those there are",
        ),
        ChoiceControl("pixels", "pixels from", tuple(SCALES), "0 to 1", "scaled, or the bytes as they are"),
        ChoiceControl("engine", "engine", ("numpy", "tensorflow"), "numpy", "who computes the training"),
        NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of weights, order and dropout"),
        NumberControl(
            "patience", "patience", 0, 50, 1, 0, integer=True,
            help="stop after so many epochs that were no better; 0 never stops early",
        ),
        *(trained if kind.trained is not None else ()),
        ActionControl("train", "train", "p", "train until the epochs are done; press again to pause"),
        ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
        ActionControl("pause", "pause", "", "stop after the step under way; the weights stay"),
        ActionControl("step", "step", "o", "train on one batch"),
        ActionControl("epoch", "epoch", "e", "train to the end of the epoch"),
        ActionControl("reset", "reset", "r", "go back to the initial weights of the seed"),
        ActionControl("take_best", "keep the best", "j", "stop, with the weights of the best epoch (needs patience)"),
        ChoiceControl("shown_class", thing, kind.names, kind.names[0], "whose row and whose pictures are shown"),
        NumberControl("unit", "unit", 0, 783, 1, 0, integer=True, help="of the first layer, from 0"),
        *count_controls(kind.tallied, side),
    )  # fmt: skip


def image_groups(kind: ImageKind) -> tuple[Group, ...]:
    """The groups of a lab of this kind, with only the controls and readouts that it has."""
    if kind.trained is not None:
        return GROUPS
    return tuple(Group(group.title, tuple(n for n in group.names if n not in OF_TRAINED)) for group in GROUPS)


def default_rate(optimizer: str) -> float:
    """The default learning rate of an optimizer."""
    return _rate(OPTIMIZERS[optimizer]())


def _rate(optimizer: OptimizerSpec) -> float:
    rate = optimizer.learning_rate
    assert isinstance(rate, int | float)
    return float(rate)
