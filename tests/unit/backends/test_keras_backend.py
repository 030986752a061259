"""Keras against the NumPy engine, in processes of its own: the tests themselves never load TensorFlow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.keras_process import KerasProcess
from tests.unit.engine.sequence_networks import NETWORKS as SEQUENCES

pytestmark = pytest.mark.tensorflow

PROGRAMS = Path(__file__).parent / "keras_programs"


def test_every_layer_loss_and_optimizer_takes_the_same_fifty_steps(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(PROGRAMS / "fifty_steps.py")
    assert len(rows) == 11 + 9 + 3 + 1 + 1 + len(SEQUENCES)
    for row in rows:
        assert row["weights"] < 1e-10, row
        assert row["gradients"] < 1e-10, row
        assert row["losses"] < 1e-10, row
        # They did train: a comparison of what stands still would agree as well.
        assert row["moved"] > 1e-4, row


def test_networks_drawn_at_random_agree_forwards_and_backwards(keras_process: KerasProcess) -> None:
    (row,) = keras_process.lines(PROGRAMS / "random_networks.py")
    assert row["examples"] >= 60
    assert row["worst"] < 1e-10


def test_float32_agrees_layer_by_layer(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(PROGRAMS / "layer_by_layer.py")
    assert {row["dtype"] for row in rows} == {"float32"}
    for row in rows:
        assert row["apart"] < 1e-5, row


def test_extreme_inputs_give_what_keras_gives(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(PROGRAMS / "extremes.py")
    assert len(rows) >= 8
    for row in rows:
        assert row["finite"], row
        assert row["apart"] < 1e-6, row


def test_bytes_and_class_numbers_train_alike_whatever_is_held_out(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(PROGRAMS / "streamed_rows.py")
    assert len(rows) == 6
    for row in rows:
        assert row["apart"] < 1e-10, row
        assert row["gaps"], row
        assert row["evaluated"] == (2 if row["held_out"] else 0), row


def test_networks_for_sequences_drawn_at_random_agree(keras_process: KerasProcess) -> None:
    (row,) = keras_process.lines(PROGRAMS / "random_sequences.py")
    assert row["examples"] >= 50
    assert row["worst"] < 1e-10


def test_runs_on_labels_at_places_agree_and_go_on_bit_for_bit(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(PROGRAMS / "sequence_runs.py")
    assert len(rows) == 6
    for row in rows:
        if "backend" in row:
            assert row["same"], row
            assert row["resumed"], row
        else:
            assert max(row["apart"], row["weights"], row["checked"]) < 1e-10, row
