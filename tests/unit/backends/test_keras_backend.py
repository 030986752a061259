"""Keras against the NumPy engine. In a process of its own: the tests themselves never load TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.tensorflow

PROGRAMS = Path(__file__).parent / "keras_programs"


def in_child(program: str) -> list[dict[str, float]]:
    """Run one of the programs beside this test, which print a JSON object a line."""
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / program)], capture_output=True, text=True, timeout=3000, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_every_layer_loss_and_optimizer_takes_the_same_fifty_steps() -> None:
    rows = in_child("fifty_steps.py")
    assert len(rows) >= 30
    for row in rows:
        assert row["weights"] < 1e-10, row
        assert row["gradients"] < 1e-10, row
        assert row["losses"] < 1e-10, row
        # They did train: a comparison of what stands still would agree as well.
        assert row["moved"] > 1e-4, row


def test_networks_drawn_at_random_agree_forwards_and_backwards() -> None:
    (row,) = in_child("random_networks.py")
    assert row["examples"] >= 60
    assert row["worst"] < 1e-10


def test_float32_agrees_layer_by_layer() -> None:
    rows = in_child("layer_by_layer.py")
    assert {row["dtype"] for row in rows} == {"float32"}
    for row in rows:
        assert row["apart"] < 1e-5, row


def test_extreme_inputs_give_what_keras_gives() -> None:
    rows = in_child("extremes.py")
    assert len(rows) >= 8
    for row in rows:
        assert row["finite"], row
        assert row["apart"] < 1e-6, row


def test_bytes_and_class_numbers_train_alike_whatever_is_held_out() -> None:
    rows = in_child("streamed_rows.py")
    assert len(rows) == 6
    for row in rows:
        assert row["apart"] < 1e-10, row
        assert row["gaps"], row
        assert row["evaluated"] == (2 if row["held_out"] else 0), row
