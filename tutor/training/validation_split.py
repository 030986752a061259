"""Splitting validation rows off the training rows."""

from __future__ import annotations

import math

from tutor.backends.interface import TrainingData
from tutor.engine.parameters import Array
from tutor.engine.validation import SpecError


def split_for_validation(inputs: Array, labels: Array, validation_split: float) -> TrainingData:
    """Hold out the last part of the rows, as the ``validation_split`` of Keras's ``fit`` does.

    ``inputs`` is (rows, ...), ``labels`` (rows, classes); ``validation_split`` is a share from 0 to below 1, and 0
    holds out nothing. The first ⌊rows·(1 − validation_split)⌋ rows remain for training. There is no shuffling: rows
    sorted by class lose whole classes to validation. The source is ``train_validation_split`` in
    ``keras/src/trainers/data_adapters/array_slicing.py``.

    Raises ``SpecError`` if either part would have no rows.
    """
    rows = len(inputs)
    if not 0.0 <= validation_split < 1.0:
        raise SpecError(f"a validation split is a share of the rows, from 0 to below 1; got {validation_split:g}")
    first = math.floor(rows * (1.0 - validation_split)) if validation_split else rows
    if validation_split and first in (0, rows):
        raise SpecError(
            f"{rows} rows cannot be split: a validation split of {validation_split:g} leaves {first} to train on and "
            f"{rows - first} to validate with"
        )
    return TrainingData(inputs[:first], labels[:first], inputs[first:], labels[first:])
