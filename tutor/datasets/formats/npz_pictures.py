"""Pictures of 28×28 and their classes from an ``.npz`` file, whatever the names of its arrays."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.formats.labelled_arrays import (
    SIDE,
    as_classes,
    as_pictures,
    check_classes,
    check_pictures,
    holds_pictures,
    labelled,
    picture_count,
)
from tutor.datasets.formats.npz_file import ArrayHeader, NpzFile
from tutor.datasets.images import LabelledImages

LARGEST_FILE = 500_000_000  # bytes; MNIST in float64 without packing has 440 million
LARGEST_ARRAYS = 600_000_000
IMAGES = {
    "x", "xs", "image", "images", "img", "imgs", "data", "picture", "pictures", "pixel", "pixels", "feature",
    "features", "input", "inputs", "sample", "samples",
}  # fmt: skip
LABELS = {"y", "ys", "label", "labels", "lbl", "lbls", "target", "targets", "class", "classes", "digit", "digits", "t"}
PARTS = {
    "training": "train", "train": "train", "tr": "train", "testing": "test", "test": "test", "te": "test",
    "validation": "held out", "valid": "held out", "val": "held out",
}  # fmt: skip
EXPECTED = "x_train, y_train, x_test and y_test, or other names of such arrays (train_images, labels, data, target, …)"

Pair = tuple[str, str]


def read_npz(
    path: Path, classes: int, most: int, what: str = "a digit"
) -> tuple[LabelledImages, LabelledImages | None]:
    """The training pictures, and the test pictures if the file has separate ones, with ``classes`` classes.

    Raises ``DataError``. Checks shapes, types and the number of pictures, at most ``most`` in all, before it unpacks
    anything.
    """
    with NpzFile(path, LARGEST_FILE, by_columns=True) as npz:
        pairs = named_pairs(npz) or _paired_by_shape(npz)
        headers = npz.headers([name for pair in pairs for name in pair])
        for pair in pairs:
            _check(npz.file, pair, headers)
        rows = sum(picture_count(headers[x].shape) for x, _ in pairs)
        if rows > most:
            raise DataError(npz.file, None, f"the file has {rows:,} images; at most {most:,} are read")
        if sum(header.nbytes for header in headers.values()) > LARGEST_ARRAYS:
            raise DataError(
                npz.file, None, f"its arrays take more than {LARGEST_ARRAYS // 1_000_000} MB, the most that is read; "
                "keep the shades as bytes (uint8)",
            )  # fmt: skip
        parts = [_read(npz, pair, headers, classes, what) for pair in pairs]
    return parts[0], parts[1] if len(parts) > 1 else None


def read_only_array(path: Path, most: int) -> NDArray[Any]:
    """The only array of an ``.npz`` file, of at most ``most`` numbers. Raises ``DataError``."""
    with NpzFile(path, LARGEST_FILE, by_columns=True) as npz:
        if len(npz.names) != 1:
            raise DataError(npz.file, None, f"expected one array; found {_found(npz)}")
        headers = npz.headers(npz.names)
        ((name, header),) = headers.items()
        if math.prod(header.shape) > most or header.nbytes > LARGEST_ARRAYS:
            raise DataError(
                npz.file, None, f"{name} has {math.prod(header.shape):,} numbers; at most {most:,} are read"
            )
        return npz.arrays(headers)[name]


def has_keras_arrays(path: Path) -> bool:
    """Whether the file has the arrays of Keras's MNIST: uint8 (n, 28, 28), and whole numbers (n,) for classes."""
    names = ("x_train", "y_train", "x_test", "y_test")
    try:
        with NpzFile(path, LARGEST_FILE) as npz:
            headers = npz.headers(names)
    except DataError:
        return False
    images, classes = ([headers[f"{letter}_{part}"] for part in ("train", "test")] for letter in "xy")
    return all(x.dtype == np.uint8 and x.shape[1:] == (SIDE, SIDE) for x in images) and all(
        y.dtype.kind in "iu" and len(y.shape) == 1 for y in classes
    )


def _read(npz: NpzFile, pair: Pair, headers: dict[str, ArrayHeader], classes: int, what: str) -> LabelledImages:
    arrays = npz.arrays({name: headers[name] for name in pair})
    images, numbers = arrays[pair[0]], arrays[pair[1]]
    return labelled(
        npz.file,
        pair,
        as_pictures(npz.file, pair[0], images),
        as_classes(npz.file, pair[1], numbers, classes, what),
    )


def _check(file: str, pair: Pair, headers: dict[str, ArrayHeader]) -> None:
    (images, classes), (x, y) = pair, (headers[name] for name in pair)
    check_pictures(file, images, x.shape, x.dtype)
    check_classes(file, classes, y.shape, y.dtype)
    if (count := picture_count(x.shape)) != y.shape[0]:
        raise DataError(file, None, f"there are {count:,} images in {images}, but {y.shape[0]:,} classes")


def named_pairs(npz: NpzFile) -> list[Pair]:
    """The names of images and classes, the training ones first; empty if no name is a known one.

    Raises ``DataError`` if pictures have no classes, or classes no pictures.
    """
    roles: dict[tuple[str, str], str] = {}
    for name in _plain_names(npz):
        if (role := role_of(name)) is not None:
            roles.setdefault(role, name)
    if not roles:
        return []
    pairs = []
    for part in ("train", "test", "held out", "all"):
        images, classes = (roles.get((part, kind)) for kind in ("images", "classes"))
        if images is not None and classes is not None:
            pairs.append((images, classes))
        elif (images or classes) and part in ("train", "test"):
            raise DataError(npz.file, None, _one_alone(npz, images, classes, part))
    if not pairs or (("train", "images") not in roles and ("all", "images") not in roles):
        raise DataError(npz.file, None, _expected(npz))
    return pairs[:2]


def _one_alone(npz: NpzFile, images: str | None, classes: str | None, part: str) -> str:
    has, lacks = ("pictures", "classes") if images else ("classes", "pictures")
    missing = f"{'y' if images else 'x'}_{part}"
    return f"{images or classes} has {has} without {lacks}: {missing} is not among {_found(npz)}"


def role_of(name: str) -> tuple[str, str] | None:
    """The part (train, test, held out, all) and the kind (images, classes) that an array's name tells, if it does."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    for word, part in (*PARTS.items(), ("", "all")):
        rests = {plain.removeprefix(word), plain.removesuffix(word)} if word else {plain}
        for rest in rests:
            if rest != plain or not word:
                if rest in IMAGES:
                    return part, "images"
                if rest in LABELS:
                    return part, "classes"
    return None


def _paired_by_shape(npz: NpzFile) -> list[Pair]:
    """Arrays with ``np.savez``'s default names: those with 784 numbers per row are images."""
    headers: dict[str, ArrayHeader] = {}
    refused: DataError | None = None
    for name in _plain_names(npz):
        try:
            headers |= npz.headers([name])
        except DataError as error:
            refused = error
    images = [name for name, header in headers.items() if holds_pictures(header.shape)]
    classes = [name for name, header in headers.items() if name not in images and len(header.shape) in (1, 2)]
    pairs = []
    for image in images:
        rows = picture_count(headers[image].shape)
        fits = next((name for name in classes if headers[name].shape[0] == rows), None)
        if fits is not None:
            classes.remove(fits)
            pairs.append((image, fits))
    if not pairs:
        if refused is not None:
            raise refused
        for name, header in headers.items():
            if len(header.shape) > 1:
                check_pictures(npz.file, name, header.shape, header.dtype)
        raise DataError(npz.file, None, _expected(npz))
    return sorted(pairs, key=lambda pair: -picture_count(headers[pair[0]].shape))[:2]


def _plain_names(npz: NpzFile) -> list[str]:
    """The names without a folder; NumPy writes no folders into its files."""
    return [name for name in npz.names if re.fullmatch(r"[\w .-]+", name)]


def _expected(npz: NpzFile) -> str:
    return f"expected the arrays {EXPECTED}; found {_found(npz)}"


def _found(npz: NpzFile) -> str:
    return quoted(", ".join(sorted(npz.names)) or "nothing")
