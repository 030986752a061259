"""The settings of a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutor.backends.interface import BACKENDS, BackendName
from tutor.engine.spec import NetworkSpec, SpecError
from tutor.engine.validation import is_whole, written

MOST_EPOCHS = 1_000_000_000
MOST_ROWS = 100_000
MOST_NUMBERS = 200_000_000
"""Per layer, for all rows of a batch: 800 MB of float32."""
MOST_NUMBERS_IN_ALL = 1_000_000_000
"""In all layers together, which a step keeps for the backward pass: 4 GB of float32."""


@dataclass(frozen=True)
class RunSettings:
    """A network, an engine, and how long to train.

    The learning rate starts as the specification's and can change during the run. ``epochs_per_second`` slows the run
    down so that a person can watch; None means full speed.

    ``keep_best`` keeps the weights of the best epoch in addition to those of the last: the epoch with the lowest loss
    on the held-out rows, or on the training rows if none are held out. ``patience`` stops the run after that many
    epochs in a row without improvement, as ``keras.callbacks.EarlyStopping`` does, and also keeps the best.
    """

    spec: NetworkSpec
    epochs: int
    batch_size: int = 1
    backend: BackendName = "numpy"
    epochs_per_second: float | None = None
    patience: int | None = None
    keep_best: bool = False

    def __post_init__(self) -> None:
        if not is_whole(self.epochs, 1, MOST_EPOCHS):
            raise SpecError(f"a run takes at least 1 epoch, and at most {MOST_EPOCHS:,}; got {written(self.epochs)}")
        if not is_whole(self.batch_size, 1, MOST_ROWS):
            raise SpecError(f"a batch has from 1 to {MOST_ROWS:,} rows; got {written(self.batch_size)}")
        # For each row of a batch, a dropout layer has a mask and its output.
        sizes = [self.batch_size * math.prod(shape) for shape in self.spec.shapes]
        numbers, in_all = max(sizes), sum(sizes)
        if numbers > MOST_NUMBERS:
            raise SpecError(
                f"a batch of {self.batch_size:,} rows has {numbers:,} numbers in one layer of this network; at most "
                f"{MOST_NUMBERS:,} can be computed at once"
            )
        if in_all > MOST_NUMBERS_IN_ALL:
            raise SpecError(
                f"a batch of {self.batch_size:,} rows has {in_all:,} numbers in all layers of this network together; "
                f"at most {MOST_NUMBERS_IN_ALL:,} can be kept at once"
            )
        if self.patience is not None and not is_whole(self.patience, 1, MOST_EPOCHS):
            raise SpecError(f"patience is at least 1 epoch, and at most {MOST_EPOCHS:,}; got {written(self.patience)}")
        if self.backend not in BACKENDS:
            raise SpecError(f"unknown engine {self.backend!r}; expected one of {', '.join(BACKENDS)}")
