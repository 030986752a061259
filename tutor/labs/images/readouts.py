"""What the labs of digits and letters show of their pictures, of a run, and of the answers to the test pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.backends.rows import as_inputs
from tutor.datasets.digits import MNIST_ORIGIN
from tutor.datasets.images import ImageData
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.network import forward
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.images.canvas import thumbnail
from tutor.labs.images.confusion import Answers
from tutor.labs.images.controls import ImageKind
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Matrix, Number, Picture, Readout, Text, Tile, Vector
from tutor.training.settings import RunSettings

NAN = math.nan
GALLERY, SAMPLES = 6, 3
LOADING = "loading the pictures …"
UNKNOWN = "known after the first steps"
# A confusion matrix of more classes is a picture: its numbers would not fit beside each other.
MOST_AS_NUMBERS = 12
METRICS = {
    "training_accuracy": ("training accuracy", "accuracy", 3),
    "training_loss": ("training loss", "loss", 3),
    "test_accuracy": ("test accuracy", "val_accuracy", 3),
    "test_loss": ("test loss", "val_loss", 3),
}


@dataclass(frozen=True)
class Seen:
    """The pictures of a lab's kind, or why there are none."""

    kind: ImageKind
    pictures: ImageData | None
    failure: str

    @property
    def instead(self) -> str:
        """What is said where pictures are needed and there are none."""
        return self.failure or LOADING

    def read(self, name: str, shown: str) -> Readout:
        """``origin``: what the pictures are; ``where``: where others come from; ``samples``: some to train on."""
        if name == "where":
            return Text(name, "other pictures", self._where())
        if self.pictures is None:
            return _empty(name, self.instead) if name == "samples" else Text(name, "pictures", self.instead)
        if name == "origin":
            left = f" ({self.pictures.left_out[0]})" if self.pictures.left_out else ""
            return Text(name, "pictures", self.pictures.origin + left)
        training = self.pictures.training
        chosen = np.flatnonzero(training.classes == self.kind.names.index(shown))[:SAMPLES].tolist()
        tiles = tuple(thumbnail(training.images[i], f"no. {i}") for i in chosen)
        return Picture(name, f"{shown} in the training pictures", tiles, digits=1) if tiles else _empty(name, "none")

    def _where(self) -> str:
        if self.kind.data != "digits":
            return "to train on a folder of your own, run dl-tutor train --data DIR"
        if self.pictures is not None and self.pictures.origin == MNIST_ORIGIN:
            return "none needed: these are the real MNIST"
        return "to get the real MNIST (11 MB), run dl-tutor data digits --download"


def read_measured(
    name: str, training: InPlaceTraining, settings: RunSettings, data: TrainingData | None, seen: Seen, ordered: str
) -> Readout | None:
    """What a run has come to; None where ``name`` is not about that."""
    checkpoint = training.checkpoint()
    position = checkpoint.position
    if name in METRICS:
        label, metric, digits = METRICS[name]
        return Number(name, label, last(training, metric), digits)
    match name:
        case "status":
            if data is None:
                then = f"; then it goes on: {ordered}" if ordered else ""
                return Text(name, "status", seen.instead + ("" if seen.failure else then))
            return Text(name, "status", training.status())
        case "time_left":
            return Text(name, "time left", _time_left(training, settings, data))
        case "better_on":
            return Text(name, "better on", _better_on(last(training, "accuracy"), last(training, "val_accuracy")))
        case "best_epoch":
            return Number(name, "best epoch", checkpoint.best.epoch if checkpoint.best else NAN, 0)
        case "epochs_done":
            return Number(name, "epochs done", position.epoch, 0)
        case "steps_done":
            return Number(name, "steps done", position.step, 0)
        case "training_rows":
            return Number(name, f"{seen.kind.thing}s to train on", NAN if data is None else data.rows, 0)
        case "test_rows":
            return Number(name, "to test with", NAN if data is None else len(data.held_out_inputs), 0)
        case "loss_curve":
            return training.curve(name, "loss")
        case "accuracy_curve":
            return training.curve(name, "accuracy", high=1.0)
    return None


def last(training: InPlaceTraining, metric: str) -> float:
    """The newest value of a curve, NaN before the first."""
    values = training.history.points(metric)[1]
    return values[-1] if values else NAN


def _better_on(training: float, test: float) -> str:
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


def read_asked(name: str, answers: Answers | None, seen: Seen, shown: str, data: TrainingData | None) -> Readout:
    """What the answers to the test pictures come to; while they are being found out, that they are."""
    names = seen.kind.names
    waiting = seen.instead if data is None else "asking about the test pictures …"
    counts = np.zeros((len(names), len(names))) if answers is None else answers.counts(len(names))
    row = counts[names.index(shown)]
    match name:
        case "asked":
            return Number(name, "asked about", NAN if answers is None else len(answers.classes), 0)
        case "right":
            return Number(name, "right", NAN if answers is None else answers.right, 0)
        case "share_right":
            share = NAN if answers is None else answers.right / max(1, len(answers.classes))
            return Number(name, "share right", share, 3)
        case "most_confused":
            return Text(name, "most often wrong", waiting if answers is None else _most_confused(answers, names))
        case "class_row":
            return Vector(name, f"{shown} taken for", names, tuple(map(float, row.tolist())), digits=0)
        case "class_right":
            share = NAN if answers is None else float(row[names.index(shown)]) / max(1.0, float(row.sum()))
            return Number(name, f"{shown}: share right", share, 3)
        case "confusion":
            rows = tuple(tuple(map(float, each)) for each in counts.tolist())
            label = "true class by row, said by column" if answers is not None else waiting
            if len(names) <= MOST_AS_NUMBERS:
                return Matrix(name, label, names, names, rows, digits=0)
            # The diagonal would outshine the few that went wrong.
            off = counts[~np.eye(len(names), dtype=bool)].max()
            return Picture(
                name, label, (Tile(label, rows),), 0.0, float(max(1, off)), digits=0,
                row_labels=names, column_labels=names,
            )  # fmt: skip
    return _misses(name, answers, names, data, waiting)


def _most_confused(answers: Answers, names: tuple[str, ...]) -> str:
    worst = answers.most_confused(len(names))
    if worst is None:
        return "never wrong"
    true, said, often = worst
    return f"{names[true]} taken for {names[said]}, {often} ×"


def _misses(
    name: str, answers: Answers | None, names: tuple[str, ...], data: TrainingData | None, waiting: str
) -> Readout:
    if answers is None or data is None:
        return _empty(name, waiting)
    if not answers.misses:
        return _empty(name, "no misses")
    tiles = tuple(
        thumbnail(data.held_out_inputs[i], f"{names[answers.classes[i]]}→{names[answers.said[i]]}")
        for i in answers.misses[:GALLERY]
    )
    label = f"{min(GALLERY, len(answers.misses))} of {len(answers.misses)} misses, true→said"
    return Picture(name, label, tiles, digits=1)


def share_alive(spec: NetworkSpec, parameters: Parameters, pictures: NDArray[Any], scale: float) -> dict[str, float]:
    """For each hidden ReLU layer the share of its units that are above 0 for at least one of the pictures."""
    values = forward(spec, parameters, as_inputs(pictures, spec, scale))
    hidden = [
        name for name, layer in spec.named_layers if isinstance(layer, Dense | Conv2D) and layer.activation == "relu"
    ]
    shares = {}
    for name in hidden:
        out = values[f"{name}.out"]
        shares[name] = float((out > 0).reshape(-1, out.shape[-1]).any(axis=0).mean())
    return shares or {"no ReLU layer": NAN}


def _empty(name: str, label: str) -> Picture:
    return Picture(name, label, (Tile(label, ((0.0,),)),), digits=1)
