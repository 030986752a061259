"""The letters lab: two networks that learn 26 letters, and a canvas to ask them about your own."""

from __future__ import annotations

import string
from typing import ClassVar

from tutor.datasets.letters import SIDE, find_letters
from tutor.datasets.preparation.preparing import LETTERS_FORM
from tutor.labs.images.controls import ImageKind
from tutor.labs.images.lab import ImageLab

OVERVIEW = (
    "canvas", "answering", "top_five", "truth", "picture", "take", "next_picture", "next_miss",
    "centre", "clear", "invert", "shift_up", "shift_left", "shift_down", "shift_right",
    "train", "step", "epoch", "reset", "take_best", "status", "time_left",
    "network", "optimizer", "learning_rate", "epochs", "batch_size", "rows", "engine", "seed", "patience",
    "test_accuracy", "loss_curve", "accuracy_curve", "most_confused", "confusion", "misses", "origin",
)  # fmt: skip


class LettersLab(ImageLab):
    """50×50 pixels, 26 synthetic letters."""

    id = "letters"
    title = "Letters"
    kind: ClassVar[ImageKind] = ImageKind(
        data="letters",
        thing="letter",
        side=SIDE,
        form=LETTERS_FORM,
        names=tuple(string.ascii_uppercase),
        networks=("mlp", "cnn"),
        find=find_letters,
        row_choices=(26, 52, 130, 260, 520),
        rows=520,
        tallied=("E", "F", "L"),
    )

    def overview(self) -> tuple[str, ...]:
        """The groups for drawing, training and asking; the rest is for single steps of the lesson."""
        return OVERVIEW
