"""A few digits that can be learned, as a file of the form of Keras's MNIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write_digits(path: Path, training: int = 200, test: int = 40) -> Path:
    """Bars: digit d is a bright column at 2·d + 4, on noise."""
    rng = np.random.default_rng(2)
    arrays = {}
    for part, count in (("train", training), ("test", test)):
        classes = rng.permutation(np.arange(count) % 10)
        images = rng.integers(0, 90, (count, 28, 28)).astype(np.uint8)
        images[np.arange(count), :, 2 * classes + 4] = 255
        arrays |= {f"x_{part}": images, f"y_{part}": classes.astype(np.uint8)}
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path
