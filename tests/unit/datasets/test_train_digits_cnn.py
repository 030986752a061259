"""The script that makes the trained network: the same bytes from the same seed, and a count that is its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.unit.datasets.conftest import digit_arrays
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import views
from tutor.training.model_data import model_data
from tutor.training.models import find_model
from tutor.training.saved.shipped_network import read_shipped, rounded, write_shipped


def test_a_second_run_writes_the_same_bytes_and_counts_what_is_right(
    script: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    train = script("train_digits_cnn")
    np.savez(tmp_path / "few.npz", **digit_arrays(120, 40))
    data = model_data(find_model("digits-cnn"), tmp_path / "few.npz")
    written = []
    for name in ("one.npz", "two.npz"):
        write_shipped(tmp_path / name, train.trained(data, epochs=1))
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    network = read_shipped(tmp_path / "one.npz")
    assert np.array_equal(network.theta, rounded(network.theta))
    spec = network.settings.spec
    inputs = (data.training.held_out_inputs / np.float32(255)).astype(np.float32).reshape(-1, 28, 28, 1)
    said = forward(spec, views(spec, network.theta), inputs)[output_name(spec)].argmax(axis=1)
    assert (network.right, network.tested) == (int((said == data.training.held_out_labels).sum()), 40)
    assert network.steps == 2


def test_other_digits_than_mnist_are_refused(
    script: Callable[[str], ModuleType], no_mnist: Path, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="this needs MNIST"):
        script("train_digits_cnn").main(tmp_path)
    assert not list(tmp_path.glob("*.npz"))
