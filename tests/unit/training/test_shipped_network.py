"""The trained network that ships: whole, unchanged, and as good as it says."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.datasets.digits import ENVIRONMENT, MNIST_ORIGIN, find_digits, synthetic_file
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import count, views
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.shipped_network import (
    ShippedNetwork,
    checksum_file,
    read_shipped,
    rounded,
    shipped_file,
    write_shipped,
)

LARGEST = 150_000  # bytes


@pytest.fixture(scope="module")
def shipped() -> ShippedNetwork:
    return read_shipped()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for file in (shipped_file(), checksum_file(shipped_file())):
        shutil.copy(file, tmp_path)
    return tmp_path / shipped_file().name


def said_by(network: ShippedNetwork, images: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The class that it gives each of the images (n, 28, 28), by the plain form of the engine."""
    spec = network.settings.spec
    parameters = views(spec, network.theta, network.checkpoint.engine.moving)
    inputs = (images / np.float32(255)).astype(np.float32).reshape(-1, 28, 28, 1)
    parts = np.array_split(inputs, max(1, len(inputs) // 200))
    return np.concatenate([forward(spec, parameters, part)[output_name(spec)].argmax(axis=1) for part in parts])


def stated(figure: str) -> bool:
    return figure in (shipped_file().parent / "README.md").read_text()


def test_it_is_small_and_says_that_it_is_good(shipped: ShippedNetwork) -> None:
    assert shipped_file().stat().st_size <= LARGEST
    assert shipped.theta.shape == (count(shipped.settings.spec),)
    assert np.isfinite(shipped.theta).all()
    assert shipped.data == MNIST_ORIGIN
    # 60,000 pictures in batches of 100.
    assert shipped.steps == shipped.settings.epochs * 600
    assert shipped.tested == 10_000
    assert shipped.right >= 9_900


def test_it_reads_digits_of_another_hand(shipped: ShippedNetwork) -> None:
    test = find_digits(synthetic_file()).test
    right = int((said_by(shipped, test.images) == test.classes).sum())
    assert abs(right - 491) <= 1
    assert stated(f"| {right} | {len(test)} |")


def test_its_readme_says_what_it_is(shipped: ShippedNetwork) -> None:
    settings = shipped.settings
    optimizer = type(settings.spec.optimizer).__name__
    assert stated(f"| {shipped.right:,} | {shipped.tested:,} |")
    assert stated(f"({count(settings.spec):,} parameters)")
    assert stated(f"{settings.epochs} epochs of {optimizer}, batches of {settings.batch_size}, at seed")


def test_it_is_as_good_as_it_says_on_mnist(shipped: ShippedNetwork) -> None:
    named = os.environ.get(ENVIRONMENT)
    if not named or not Path(named).is_file():
        pytest.skip(f"needs MNIST itself: set {ENVIRONMENT} to its mnist.npz")
    test = find_digits().test
    # Another BLAS rounds otherwise: a picture on the edge may go over.
    assert abs(int((said_by(shipped, test.images) == test.classes).sum()) - shipped.right) <= 2


def test_what_is_written_comes_back(shipped: ShippedNetwork, tmp_path: Path) -> None:
    file = tmp_path / "other.npz"
    write_shipped(file, replace(shipped, theta=rounded(shipped.theta * np.float32(1.1))))
    back = read_shipped(file)
    assert back.settings == shipped.settings
    assert np.array_equal(back.theta, rounded(shipped.theta * np.float32(1.1)))
    write_shipped(tmp_path / "again.npz", back)
    assert (tmp_path / "again.npz").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("at", [0, 1_000, -3])
def test_a_changed_byte_is_noticed(copy: Path, at: int) -> None:
    changed = bytearray(copy.read_bytes())
    changed[at] ^= 1
    copy.write_bytes(changed)
    with pytest.raises(FileError, match="its SHA-256 differs"):
        read_shipped(copy)


def test_a_missing_file_gets_a_sentence(copy: Path) -> None:
    checksum_file(copy).unlink()
    with pytest.raises(FileError, match="cannot be read: No such file or directory; install dl-tutor again"):
        read_shipped(copy)


def test_a_network_of_another_size_is_refused(shipped: ShippedNetwork, tmp_path: Path) -> None:
    file = tmp_path / "short.npz"
    write_shipped(file, replace(shipped, theta=shipped.theta[:-1]))
    with pytest.raises(FileError, match="its weights do not fit its network"):
        read_shipped(file)
