"""The references from file to trained network, against the engine's reader, hand calculations and the lesson's lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.datasets.formats.shapes_file import read_labelled
from tutor.labs.overfitting.lab import stopping
from tutor.practice.loading import read_exercise
from tutor.practice.references import right_for
from tutor.resources import exercises_folder
from tutor.training.validation_split import split_for_validation

Array = NDArray[np.float64]


def returned(name: str, **inputs: Any) -> dict[str, Array]:
    return {name: cells.values for name, cells in right_for(name, inputs).returns}


def test_the_texts_of_the_exercise_are_files_of_shapes(tmp_path: Path) -> None:
    (given,) = read_exercise(exercises_folder() / "11a_read_shapes").inputs
    assert len(given.values) >= 5
    for text in given.values:
        (tmp_path / "shapes.dat").write_text(text, encoding="utf-8")
        rows = read_labelled(tmp_path / "shapes.dat")
        found = returned("read_shapes", text=text)
        assert np.array_equal(found["x"], rows.inputs)
        assert np.array_equal(found["y"], rows.labels)


def test_training_by_hand() -> None:
    """Two batches of one row, worked out on paper."""
    x, y = np.array([[1.0], [2.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    found = returned("softmax_training", x=x, y=y, rate=0.5, epochs=1, batch=1)
    # First row: p is ½ and ½, so W becomes ±¼ and b too. Second row: z = ±¾.
    p = 1 / (1 + np.exp(-1.5))
    assert found["losses"] == pytest.approx([(np.log(2) - np.log(1 - p)) / 2])
    assert found["W"] == pytest.approx(np.array([[0.25 - p, p - 0.25]]))
    assert found["b"] == pytest.approx([0.25 - 0.5 * p, 0.5 * p - 0.25])


def test_training_with_all_rows_is_descent_by_central_differences() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(5, 3)), np.eye(2)[[0, 1, 1, 0, 1]]
    theta = np.zeros(8)

    def loss(theta: Array) -> float:
        z = x @ theta[:6].reshape(3, 2) + theta[6:]
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[y == 1]))

    losses = []
    for _ in range(3):
        losses.append(loss(theta))
        nudges = 1e-5 * np.eye(8)
        theta = theta - 0.4 * np.array([(loss(theta + h) - loss(theta - h)) / 2e-5 for h in nudges])
    found = returned("softmax_training", x=x, y=y, rate=0.4, epochs=3, batch=7)
    assert found["losses"] == pytest.approx(losses)
    assert found["W"].ravel() == pytest.approx(theta[:6], abs=1e-8)
    assert found["b"] == pytest.approx(theta[6:], abs=1e-8)


def test_a_smaller_last_batch_counts_by_its_rows() -> None:
    x, y = np.ones((3, 1)), np.eye(2)[[0, 0, 1]]
    found = returned("softmax_training", x=x, y=y, rate=1e-9, epochs=1, batch=2)
    assert found["losses"] == pytest.approx([np.log(2)])
    assert found["b"] == pytest.approx([0.0, 0.0], abs=1e-12)


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_the_split_is_kerass_and_has_no_leak(share: float) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(3.0, 2.0, size=(7, 2))
    found = returned("split", x=x, share=share)
    apart = split_for_validation(x, np.zeros((7, 2)), share)
    assert len(found["training"]) == len(apart.inputs)
    assert found["training"].mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-12)
    assert found["training"].std(axis=0) == pytest.approx([1.0, 1.0])
    other = x.copy()
    other[len(found["training"]) :] += 100.0
    assert np.array_equal(returned("split", x=other, share=share)["training"], found["training"])
    back = (apart.inputs[0] - apart.inputs[1]) / (found["training"][0] - found["training"][1])
    assert found["held_out"] * back + apart.inputs.mean(axis=0) == pytest.approx(x[len(apart.inputs) :])


@pytest.mark.parametrize(
    ("losses", "patience", "best", "last"),
    [
        ([0.9, 0.6, 0.5, 0.4, 0.5, 0.6, 0.7, 0.8], 2, 4, 6),
        ([0.9, 0.8, 0.7], 1, 3, 3),
        ([0.5, 0.5, 0.5, 0.4], 2, 1, 3),
        ([0.5, 0.6], 3, 1, 2),
        ([0.5], 1, 1, 1),
    ],
)
def test_early_stopping_by_hand(losses: list[float], patience: int, best: int, last: int) -> None:
    found = returned("early_stopping", losses=np.array(losses), patience=patience)
    assert (float(found["best"]), float(found["last"])) == (best, last)


def test_early_stopping_is_that_of_the_lesson() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        losses, patience = np.round(rng.uniform(size=rng.integers(1, 12)), 1), int(rng.integers(1, 5))
        found = returned("early_stopping", losses=losses, patience=patience)
        assert (float(found["last"]), float(found["best"])) == stopping(losses.tolist(), patience)
