"""Draw the shipped synthetic digits: 2,000 for training and 500 for testing, in the format of Keras's MNIST.

``python scripts/make_digits.py [FOLDER]`` writes ``synthetic_digits.npz`` there, ``data/digits`` if not given. Every
number is drawn from one seed: a second run writes the same images.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.digits import NAMES, SIDE
from tutor.datasets.glyphs import DIGITS, forms
from tutor.datasets.handwriting import Hand, written

SEED = 1998
TRAINING, TEST = 2_000, 500
HAND = Hand(
    height=(0.6, 0.74),
    width=(0.36, 0.66),
    pen=(0.8, 1.8),
    pressure=0.4,
    slant=(-0.15, 0.45),
    turn=(-0.2, 0.2),
    wobble=0.08,
    off_centre=0.05,
    balanced=True,
    shade=(0.75, 1.0),
    faint=0.1,
    specks=0.003,
)


def digits(rows: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (rows, 28, 28) and their digits (rows,), equally many of each digit, shuffled."""
    classes = rng.permutation(np.arange(rows) % len(NAMES)).astype(np.uint8)
    ways = [forms(DIGITS[name]) for name in NAMES]
    return np.stack([written(ways[c], SIDE, HAND, rng) for c in classes]), classes


def main(folder: Path) -> None:
    """Draw them all and write the file."""
    rng = np.random.default_rng(SEED)
    x_train, y_train = digits(TRAINING, rng)
    x_test, y_test = digits(TEST, rng)
    file = folder / "synthetic_digits.npz"
    np.savez_compressed(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    print(f"{file}: {TRAINING:,} + {TEST:,} digits, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "data" / "digits")
