"""Handwritten digits: MNIST if it is available, in any format, otherwise a small synthetic set.

The search order: the given file; the file named by ``DL_TUTOR_MNIST``; ``datasets/mnist.npz`` in Keras's folder
(``KERAS_HOME``, otherwise ``~/.keras``); the shipped synthetic digits. This module downloads nothing; see
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
from tutor.datasets.formats.digit_files import FORMS, FoundPictures, read_files
from tutor.datasets.formats.labelled_arrays import SIDE
from tutor.datasets.formats.picture_sets import DIGITS
from tutor.datasets.images import ImageData, LabelledImages
from tutor.datasets.letters import find_letters, split_by_class
from tutor.resources import data_folder

__all__ = ["ENVIRONMENT", "NAMES", "SIDE", "DigitsSource", "digits_source", "find_digits", "read_digits"]

NAMES = DIGITS
ENVIRONMENT = "DL_TUTOR_MNIST"
MOST_FILES = 100_000  # of pictures, a file each
SPLIT_SEED = 0
MNIST_ROWS = (60_000, 10_000)
# SHA-256 of the bytes of x_train, y_train, x_test and y_test, in this order, from any kind of file. With their IDX
# headers the same bytes have the MD5 sums of LeCun's own files.
MNIST_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
MNIST_ORIGIN = f"MNIST, {MNIST_ROWS[0]:,} + {MNIST_ROWS[1]:,}"

Kind = Literal["given", "environment", "keras", "synthetic"]


@dataclass(frozen=True)
class DigitsSource:
    """The file of the digits, and why it was chosen."""

    kind: Kind
    path: Path

    @property
    def synthetic(self) -> bool:
        """Whether these are the synthetic digits."""
        return self.kind == "synthetic"


def digits_source(given: Path | None = None) -> DigitsSource:
    """The source from which ``find_digits`` would read. Loads nothing; a named file may not exist."""
    if given is not None:
        return DigitsSource("given", given)
    if named := os.environ.get(ENVIRONMENT):
        return DigitsSource("environment", Path(named))
    if (keras := keras_file()).exists():
        return DigitsSource("keras", keras)
    return DigitsSource("synthetic", synthetic_file())


def find_digits(given: Path | None = None) -> ImageData:
    """The digits from ``digits_source(given)``: images (n, 28, 28), classes 0 to 9.

    A ``given`` file may have other pictures of 28×28, which keep their class names. Raises ``DataError`` if that file,
    or the one that the environment names, cannot be used. If Keras's own file cannot be used, the synthetic digits are
    used and ``left_out`` says so.
    """
    source = digits_source(given)
    try:
        found = _load(source)
        if given is None and found.names != NAMES:
            raise DataError(str(source.path), None, f"these are {found.origin}, and no digits")
        return found
    except DataError as error:
        if source.kind == "environment":
            raise DataError(error.file, error.line, f"{error.reason} ({ENVIRONMENT} names this file)") from None
        if source.kind != "keras":
            raise
        return replace(synthetic_digits(), left_out=(f"{error}, so the synthetic digits are used",))


def keras_file() -> Path:
    """The path where Keras keeps MNIST, whether it exists or not."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path("~/.keras").expanduser()) / "datasets" / "mnist.npz"


def synthetic_file() -> Path:
    """The path of the shipped digits."""
    return data_folder() / "digits" / "synthetic_digits.npz"


def synthetic_digits() -> ImageData:
    """The shipped digits. Raises ``DataError`` if they are damaged."""
    return _load(DigitsSource("synthetic", synthetic_file()))


def _load(source: DigitsSource) -> ImageData:
    found = read_files(source.path)
    if found is None:
        return _pictures(source.path)
    training, test, how = _parted(found)
    rows = f"{len(training):,} + {len(test):,}"
    name = escaped(source.path.name)
    if source.synthetic:
        return ImageData(training, test, NAMES, f"synthetic digits drawn by program, {rows}")
    if is_mnist(training, test):
        return ImageData(training, test, NAMES, MNIST_ORIGIN)
    if found.known is not None:
        return ImageData(training, test, found.classes, f"{found.known.said}, {rows}{how}")
    origin = f"digits of {name}, {rows}{how}"
    if (len(training), len(test)) == MNIST_ROWS:
        origin += ", not MNIST"
    return ImageData(training, test, NAMES, origin)


def _pictures(folder: Path) -> ImageData:
    """A folder of picture files. If all labels are digits, the classes are the ten digits."""
    data = find_letters(folder, side=SIDE, most=MOST_FILES, forms=FORMS)
    if not set(data.names) <= set(NAMES):
        return data
    digit = np.array([NAMES.index(name) for name in data.names], dtype=np.intp)
    training, test = (LabelledImages(part.images, digit[part.classes]) for part in (data.training, data.test))
    return replace(data, training=training, test=test, names=NAMES)


def _parted(found: FoundPictures) -> tuple[LabelledImages, LabelledImages, str]:
    """The training images, the test images, and how they were split if the files do not say."""
    if found.test is not None:
        return found.training, found.test, ""
    whole = found.training
    if len(whole) == sum(MNIST_ROWS):
        # As OpenML has MNIST: the test digits last.
        first = MNIST_ROWS[0]
        parts = [LabelledImages(whole.images[at], whole.classes[at]) for at in (slice(first), slice(first, None))]
        if is_mnist(parts[0], parts[1]):
            return parts[0], parts[1], ""
    return *split_by_class(whole, SPLIT_SEED), ": a fifth of each class is held out to test with"


def is_mnist(training: LabelledImages, test: LabelledImages) -> bool:
    """Whether these are all images and classes of MNIST, in order."""
    if (len(training), len(test)) != MNIST_ROWS:
        return False
    digest = hashlib.sha256()
    for part in (training, test):
        digest.update(np.ascontiguousarray(part.images).data)
        digest.update(part.classes.astype(np.uint8).data)
    return digest.hexdigest() == MNIST_SHA256


def read_digits(path: Path) -> tuple[LabelledImages, LabelledImages]:
    """The training and the test images of a file or folder in any format of ``digit_files``.

    Without separate test images, a fifth of each class is held out. Raises ``DataError``.
    """
    found = read_files(path)
    if found is None:
        raise DataError(str(path), None, f"there are no digits in this folder; {FORMS}")
    return _parted(found)[:2]
