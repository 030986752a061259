"""What is held out, by hand; the last case is one where 1 − share is not exact and Keras's floor shows it."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.engine.validation import SpecError
from tutor.training.validation_split import split_for_validation


@pytest.mark.parametrize(
    ("rows", "share", "held_out"), [(10, 0.1, 1), (60_000, 0.1, 6_000), (7, 0.5, 4), (5, 0.0, 0), (10, 0.9, 10)]
)
def test_the_last_rows_are_held_out(rows: int, share: float, held_out: int) -> None:
    numbers = np.arange(rows)[:, None]
    if held_out == rows:
        # 10·(1 − 0.9) is 0.99…98 in float64.
        with pytest.raises(SpecError, match="leaves 0 to train on and 10"):
            split_for_validation(numbers, numbers, share)
        return
    data = split_for_validation(numbers, numbers + 1, share)
    assert data.held_out_inputs[:, 0].tolist() == list(range(rows - held_out, rows))
    assert np.array_equal(data.held_out_labels, data.held_out_inputs + 1)
    assert np.array_equal(np.concatenate([data.inputs, data.held_out_inputs]), numbers)


@pytest.mark.parametrize(
    ("share", "said"), [(0.99, "leaves 0 to train on and 5"), (1.0, "below 1; got 1"), (-0.1, "got -0.1")]
)
def test_an_impossible_split_is_a_sentence(share: float, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        split_for_validation(np.zeros((5, 2)), np.zeros((5, 2)), share)
