"""What a run is asked to do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutor.backends.interface import BACKENDS, BackendName
from tutor.engine.spec import NetworkSpec, SpecError

MOST_ROWS = 100_000
MOST_NUMBERS = 200_000_000
"""In one layer, for all rows of a batch: 800 MB of float32."""


@dataclass(frozen=True)
class RunSettings:
    """A network, an engine, and how long to train.

    The learning rate begins as the specification's and can be changed while it runs. ``epochs_per_second`` holds
    the run back so that a person can watch; None is as fast as it goes.

    With ``keep_best`` the weights of the best epoch are kept beside those of the last: the one with the lowest loss on
    the held-out rows, or on the training rows where nothing is held out. ``patience`` stops the run after so many
    epochs in a row that were no better, as ``keras.callbacks.EarlyStopping`` does, and keeps the best as well.
    """

    spec: NetworkSpec
    epochs: int
    batch_size: int = 1
    backend: BackendName = "numpy"
    epochs_per_second: float | None = None
    patience: int | None = None
    keep_best: bool = False

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise SpecError(f"a run takes at least 1 epoch; got {self.epochs}")
        if not 1 <= self.batch_size <= MOST_ROWS:
            raise SpecError(f"a batch has from 1 to {MOST_ROWS:,} rows; got {self.batch_size}")
        # For as many rows as a batch may have, there is a mask for each dropout layer, and what it lets through.
        numbers = self.batch_size * max(math.prod(shape) for shape in self.spec.shapes)
        if numbers > MOST_NUMBERS:
            raise SpecError(
                f"a batch of {self.batch_size:,} rows has {numbers:,} numbers in one layer of this network; at most "
                f"{MOST_NUMBERS:,} can be computed at once"
            )
        if self.patience is not None and self.patience < 1:
            raise SpecError(f"patience is at least 1 epoch; got {self.patience}")
        if self.backend not in BACKENDS:
            raise SpecError(f"unknown engine {self.backend!r}; expected one of {', '.join(BACKENDS)}")
