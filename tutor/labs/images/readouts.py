"""Readouts of the labs of digits and letters about their pictures and a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.datasets.digits import MNIST_ORIGIN
from tutor.datasets.images import ImageData
from tutor.labs.images.canvas import whole
from tutor.labs.images.controls import ImageKind
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Picture, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.training.settings import RunSettings

NAN = math.nan
SAMPLES = 3
UNKNOWN = "known after the first steps"

Data = Callable[[], TrainingData | None]
"""The training and test data; None until the pictures are loaded."""


def fill_pictures(
    sheet: Sheet, kind: ImageKind, shown: str, pictures: Callable[[], ImageData | None], waiting: Callable[[], str]
) -> None:
    """Put the pictures' description, a source of others, and training pictures on the sheet: three of the class
    ``shown``, and one with the chosen pixel marked.

    ``waiting`` gives the text while there are none.
    """

    def origin() -> str:
        found = pictures()
        if found is None:
            return waiting()
        return found.origin + (f" ({found.left_out[0]})" if found.left_out else "")

    def where() -> str:
        if kind.data != "digits":
            return "to train on a folder of your own, run dl-tutor train --data DIR"
        found = pictures()
        if found is not None and found.origin == MNIST_ORIGIN:
            return "none needed: these are the real MNIST"
        return "to get the real MNIST (11 MB), run dl-tutor data digits --download"

    def samples() -> Picture:
        found = pictures()
        if found is None:
            return empty("samples", waiting())
        training = found.training
        chosen = np.flatnonzero(training.classes == kind.names.index(shown))[:SAMPLES].tolist()
        tiles = tuple(whole(training.images[i], f"no. {i}") for i in chosen)
        label = f"{shown} in the training pictures"
        return Picture("samples", label, tiles, digits=1, grey=True) if tiles else empty("samples", "none")

    def marked() -> Picture:
        found = pictures()
        one = np.zeros((kind.side, kind.side), np.uint8) if found is None else found.training.images[0]
        row, column = (int(sheet[name].number) - 1 for name in ("pixel_row", "pixel_column"))
        tile = replace(whole(one, ""), marked=((row, column),))
        return Picture("marked_pixel", f"{kind.side}×{kind.side} pixels, one marked", (tile,), digits=1, grey=True)

    sheet.show("marked_pixel", marked, counted=True)
    sheet.text("origin", "pictures", origin)
    sheet.text("where", "other pictures", where)
    sheet.show("samples", samples, counted=True)


def empty(name: str, label: str) -> Picture:
    """An empty picture with a label that says why."""
    return Picture(name, label, (Tile(label, ((0.0,),)),), digits=1)


def fill_run(
    sheet: Sheet, thing: str, training: InPlaceTraining, settings: Callable[[], RunSettings], data: Data
) -> None:
    """Put the results of a run on the sheet. ``thing`` is the word for one picture."""

    def rows(count: Callable[[TrainingData], int]) -> Callable[[], float]:
        return lambda: NAN if (there := data()) is None else count(there)

    def best() -> float:
        kept = training.checkpoint().best
        return NAN if kept is None else kept.epoch

    sheet.text("time_left", "time left", lambda: _time_left(training, settings(), data()))
    sheet.number("epochs_done", "epochs done", lambda: training.checkpoint().position.epoch, digits=0)
    sheet.number("steps_done", "steps done", lambda: training.checkpoint().position.step, digits=0)
    sheet.number("training_rows", f"{thing}s to train on", rows(lambda there: there.rows), digits=0)
    sheet.number("test_rows", "to test with", rows(lambda there: len(there.held_out_inputs)), digits=0)
    sheet.number("training_accuracy", "training accuracy", partial(_last, training, "accuracy"), digits=3)
    sheet.number("training_loss", "training loss", partial(_last, training, "loss"), digits=3)
    sheet.number("test_accuracy", "test accuracy", partial(_last, training, "val_accuracy"), digits=3)
    sheet.number("test_loss", "test loss", partial(_last, training, "val_loss"), digits=3)
    sheet.number("best_epoch", "best epoch", best, digits=0)
    sheet.text("better_on", "better on", partial(_better_on, training))
    sheet.show("loss_curve", lambda: training.curve("loss_curve", "loss"))
    sheet.show("accuracy_curve", lambda: training.curve("accuracy_curve", "accuracy", high=1.0))


def _last(training: InPlaceTraining, metric: str) -> float:
    """The newest value of a curve, NaN before the first."""
    values = training.history.points(metric)[1]
    return values[-1] if values else NAN


def _better_on(run: InPlaceTraining) -> str:
    training, test = _last(run, "accuracy"), _last(run, "val_accuracy")
    if math.isnan(training) or math.isnan(test):
        return "untrained"
    return "training" if training > test else "test" if test > training else "both alike"


def _time_left(training: InPlaceTraining, settings: RunSettings, data: TrainingData | None) -> str:
    checkpoint = training.checkpoint()
    position = checkpoint.position
    if data is None or not position.step:
        return UNKNOWN
    an_epoch = math.ceil(data.rows / settings.batch_size)
    epochs = checkpoint.epochs_wanted or max(settings.epochs, position.epoch)
    left = max(0, epochs * an_epoch - position.epoch * an_epoch - position.batch)
    if not left:
        return f"none; it took {_duration(checkpoint.seconds)}" if checkpoint.seconds else "none"
    if not checkpoint.seconds:
        return UNKNOWN
    return f"{_duration(left * checkpoint.seconds / position.step)} for {left:,} steps"


def _duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
