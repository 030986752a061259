"""Handwritten digits: MNIST where it is at hand, as Keras keeps it, and a small synthetic set where it is not.

Looked for in this order: the file given; the one that ``DL_TUTOR_MNIST`` names; ``datasets/mnist.npz`` in Keras's
folder (``KERAS_HOME``, otherwise ``~/.keras``); the synthetic digits that ship. Nothing is downloaded here; see
``mnist_download``.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from tutor.datasets.errors import DataError, escaped
from tutor.datasets.images import ImageData, LabelledImages
from tutor.datasets.npz_file import ArrayHeader, NpzFile
from tutor.resources import data_folder

SIDE = 28
NAMES = tuple("0123456789")
ENVIRONMENT = "DL_TUTOR_MNIST"
# MNIST has 70,000, which take 55 MB.
MOST_IMAGES = 100_000
MNIST_ROWS = (60_000, 10_000)
# SHA-256 of the bytes of x_train, y_train, x_test and y_test, in this order, whatever file they came in. With their IDX
# headers the same bytes have the MD5 sums of LeCun's own files.
MNIST_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
MNIST_ORIGIN = f"MNIST, {MNIST_ROWS[0]:,} + {MNIST_ROWS[1]:,}"
ARRAYS = ("x_train", "y_train", "x_test", "y_test")

Kind = Literal["given", "environment", "keras", "synthetic"]


@dataclass(frozen=True)
class DigitsSource:
    """The file that the digits come from, and why that one."""

    kind: Kind
    path: Path

    @property
    def synthetic(self) -> bool:
        """Whether these are the digits drawn by program."""
        return self.kind == "synthetic"


def digits_source(given: Path | None = None) -> DigitsSource:
    """Where ``find_digits`` would read from. Nothing is loaded, and a file that was named may not exist."""
    if given is not None:
        return DigitsSource("given", given)
    if named := os.environ.get(ENVIRONMENT):
        return DigitsSource("environment", Path(named))
    if (keras := keras_file()).exists():
        return DigitsSource("keras", keras)
    return DigitsSource("synthetic", synthetic_file())


def find_digits(given: Path | None = None) -> ImageData:
    """The digits from ``digits_source(given)``: images (n, 28, 28), classes 0 to 9.

    Raises ``DataError`` where the file that was given, or that the environment names, cannot be used. Where it is
    Keras's own that cannot, the synthetic digits are used and ``left_out`` says so.
    """
    source = digits_source(given)
    try:
        return _load(source)
    except DataError as error:
        if source.kind == "environment":
            raise DataError(error.file, error.line, f"{error.reason} ({ENVIRONMENT} names this file)") from None
        if source.kind != "keras":
            raise
        synthetic = _load(DigitsSource("synthetic", synthetic_file()))
        return replace(synthetic, left_out=(f"{error}, so the synthetic digits are used",))


def keras_file() -> Path:
    """Where Keras keeps MNIST, whether it is there or not."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path("~/.keras").expanduser()) / "datasets" / "mnist.npz"


def synthetic_file() -> Path:
    """The digits that ship."""
    return data_folder() / "digits" / "synthetic_digits.npz"


def _load(source: DigitsSource) -> ImageData:
    training, test = read_digits(source.path)
    rows = f"{len(training):,} + {len(test):,}"
    if source.synthetic:
        origin = f"synthetic digits drawn by program, {rows}"
    elif is_mnist(training, test):
        origin = MNIST_ORIGIN
    else:
        origin = f"digits of {escaped(source.path.name)}, {rows}"
        if (len(training), len(test)) == MNIST_ROWS:
            origin += ", not MNIST"
    return ImageData(training, test, NAMES, origin)


def is_mnist(training: LabelledImages, test: LabelledImages) -> bool:
    """Whether these are the images and the classes of MNIST, all of them and in their order."""
    if (len(training), len(test)) != MNIST_ROWS:
        return False
    digest = hashlib.sha256()
    for part in (training, test):
        digest.update(np.ascontiguousarray(part.images).data)
        digest.update(part.classes.astype(np.uint8).data)
    return digest.hexdigest() == MNIST_SHA256


def read_digits(path: Path) -> tuple[LabelledImages, LabelledImages]:
    """The training and the test images of an ``.npz`` file as Keras keeps MNIST. Raises ``DataError``.

    ``x_train`` and ``x_test`` are uint8 (n, 28, 28), ``y_train`` and ``y_test`` whole numbers from 0 to 9, (n,).
    """
    with NpzFile(path) as npz:
        headers = npz.headers(ARRAYS)
        for part in ("train", "test"):
            _check_shapes(npz.file, part, headers[f"x_{part}"], headers[f"y_{part}"])
        rows = headers["x_train"].shape[0] + headers["x_test"].shape[0]
        if rows > MOST_IMAGES:
            raise DataError(npz.file, None, f"the file has {rows:,} images; at most {MOST_IMAGES:,} are read")
        arrays = npz.arrays(headers)
    for part in ("train", "test"):
        classes = arrays[f"y_{part}"]
        if bad := np.flatnonzero((classes < 0) | (classes >= len(NAMES))).tolist()[:1]:
            raise DataError(
                str(path), None, f"y_{part}[{bad[0]}] is {classes[bad[0]]}; expected a digit from 0 to {len(NAMES) - 1}"
            )
    training, test = (
        LabelledImages(arrays[f"x_{part}"], arrays[f"y_{part}"].astype(np.intp)) for part in ("train", "test")
    )
    return training, test


def _check_shapes(file: str, part: str, x: ArrayHeader, y: ArrayHeader) -> None:
    if x.dtype != np.uint8 or len(x.shape) != 3 or x.shape[1:] != (SIDE, SIDE):
        raise DataError(
            file, None, f"x_{part} is {x.dtype} of shape {x.shape}; expected uint8 of shape (n, {SIDE}, {SIDE})"
        )
    if y.dtype.kind not in "iu" or len(y.shape) != 1:
        raise DataError(file, None, f"y_{part} is {y.dtype} of shape {y.shape}; expected whole numbers of shape (n,)")
    if x.shape[0] != y.shape[0]:
        raise DataError(file, None, f"there are {x.shape[0]:,} images in x_{part}, but {y.shape[0]:,} classes")
    if not x.shape[0]:
        raise DataError(file, None, f"there are no images in x_{part}")
