"""What is right for accuracy, the confusion matrix, recall and precision, against hand calculations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.practice.references import right_for
from tutor.practice.right import arithmetic


def returned(name: str, **inputs: Any) -> tuple[NDArray[Any], ...]:
    return tuple(cells.values for _, cells in right_for(name, inputs).returns)


def test_accuracy_by_hand() -> None:
    """The largest of row 2 is below a half and right; that of row 3 is wrong."""
    labels = np.eye(3)[[0, 1, 2, 1]]
    p = np.array([[0.8, 0.1, 0.1], [0.3, 0.4, 0.3], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1]])
    right = right_for("accuracy", {"labels": labels, "p": p})
    assert right.returns[0][1].number == 0.75
    assert arithmetic(right.returns[0][1], ()) == "(1 + 1 + 0 + 1) / 4"


def test_confusion_counts_pairs_that_come_twice_and_has_room_for_all_classes() -> None:
    (counts,) = returned("confusion", truth=np.array([0, 0, 1, 2]), said=np.array([1, 1, 1, 0]), classes=4)
    assert counts.tolist() == [[0, 2, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def test_recall_along_the_row_and_precision_down_the_column() -> None:
    right = right_for("recall_precision", {"counts": np.array([[8, 2, 0], [4, 6, 0], [0, 0, 0]])})
    recall, precision = (cells for _, cells in right.returns)
    assert recall.values == pytest.approx([0.8, 0.6, 0])
    assert precision.values == pytest.approx([8 / 12, 6 / 8, 0])
    assert arithmetic(recall, (0,)) == "8 / (8 + 2 + 0)"
    assert arithmetic(precision, (2,)) == "0"
