"""The digits lab: four networks that learn handwritten digits, and a canvas to ask them about your own."""

from __future__ import annotations

from typing import ClassVar

from tutor.datasets.digits import NAMES, SIDE, find_digits
from tutor.datasets.preparation.preparing import MNIST_FORM
from tutor.labs.images.controls import ImageKind
from tutor.labs.images.lab import ImageLab
from tutor.training.saved.shipped_network import read_shipped

OVERVIEW = (
    "canvas", "answering", "confidences", "winner", "truth", "picture", "take", "next_picture", "next_miss",
    "centre", "clear", "invert", "shift_up", "shift_left", "shift_down", "shift_right",
    "load_trained", "train", "step", "epoch", "reset", "take_best", "status", "time_left",
    "network", "optimizer", "learning_rate", "epochs", "batch_size", "rows", "pixels", "engine", "seed", "patience",
    "test_accuracy", "loss_curve", "accuracy_curve", "most_confused", "confusion", "misses", "origin", "where",
)  # fmt: skip


class DigitsLab(ImageLab):
    """28×28 pixels, ten digits: MNIST if available, otherwise synthetic digits."""

    id = "digits"
    title = "Handwritten digits"
    kind: ClassVar[ImageKind] = ImageKind(
        data="digits",
        thing="digit",
        side=SIDE,
        form=MNIST_FORM,
        names=NAMES,
        networks=("softmax", "dense", "mlp", "cnn"),
        find=find_digits,
        row_choices=(100, 200, 500, 1000, 2000, 5000, 20_000, 60_000),
        rows=60_000,
        tallied=("3", "5", "8"),
        trained=read_shipped,
    )

    def overview(self) -> tuple[str, ...]:
        """The groups for drawing, training and asking; the rest is for single steps of the lesson."""
        return OVERVIEW
