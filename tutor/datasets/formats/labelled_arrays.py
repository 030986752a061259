"""Converts arrays of pictures and classes, as other programs store them, to the form used here."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.images import Classes, LabelledImages, Pictures

SIDE = 28
PIXELS = SIDE * SIDE
SMALL_SIDES = (8, 16)
FORMS = f"(n, {SIDE}, {SIDE}), (n, {PIXELS}), (n, {SIDE}, {SIDE}, 1) or (n, 1, {SIDE}, {SIDE}), or with n last"
_ROW_SHAPES = ((SIDE, SIDE), (PIXELS,), (PIXELS, 1), (SIDE, SIDE, 1), (1, SIDE, SIDE))


def holds_pictures(shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape has pictures of 28×28 pixels along its first axis, or along its last."""
    return shape[1:] in _ROW_SHAPES or _pictures_last(shape)


def picture_count(shape: tuple[int, ...]) -> int:
    """The number of pictures in an array for which ``holds_pictures`` is true."""
    return shape[-1] if _pictures_last(shape) else shape[0]


def _pictures_last(shape: tuple[int, ...]) -> bool:
    """Whether pictures are along the last axis, as in MATLAB: (28, 28, n), (784, n). If ambiguous, they are first."""
    return shape[1:] not in _ROW_SHAPES and shape[:-1] in _ROW_SHAPES


def check_pictures(file: str, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise ``DataError`` unless an array of this shape and type can be pictures of 28×28."""
    if dtype.kind not in "fiub" or not holds_pictures(shape):
        small = _small_side(shape)
        if small:
            raise DataError(
                file, None, f"{name} has pictures of {small}×{small} pixels, as scikit-learn's digits are; networks "
                f"here take {SIDE}×{SIDE}, and pictures blown up to that would be no digits like MNIST's",
            )  # fmt: skip
        raise DataError(file, None, f"{name} is {dtype} of shape {shape}; expected numbers of shape {FORMS}")
    if not picture_count(shape):
        raise DataError(file, None, f"there are no images in {name}")


def _small_side(shape: tuple[int, ...]) -> int:
    pixels = math.prod(shape[1:])
    return next((side for side in SMALL_SIDES if len(shape) > 1 and pixels == side * side), 0)


def as_pictures(file: str, name: str, array: NDArray[Any]) -> Pictures:
    """The pictures (n, 28, 28) as bytes. Raises ``DataError`` as ``as_bytes`` does."""
    first = np.moveaxis(array, -1, 0) if _pictures_last(array.shape) else array
    return as_bytes(file, name, first.reshape(-1, SIDE, SIDE))


def as_bytes(file: str, name: str, rows: NDArray[Any]) -> Pictures:
    """Pictures (n, height, width) as bytes, from shades from 0 to 255, from 0 to 1, from −1 to 1, or booleans.

    Raises ``DataError`` for any other range.
    """
    if rows.dtype == np.uint8 and rows.max() > 1:
        return np.ascontiguousarray(rows)
    if rows.dtype.kind == "f" and not np.isfinite(rows).all():
        raise DataError(file, None, f"there are numbers in {name} that are not finite")
    low, high = float(rows.min()), float(rows.max())
    if low >= 0 and high <= 1:
        scale, shift = 255.0, 0.0
    elif low >= 0 and high <= 255:
        scale, shift = 1.0, 0.0
    elif rows.dtype.kind == "f" and low >= -1 and high <= 1:
        scale, shift = 127.5, 127.5
    else:
        raise DataError(
            file, None, f"{name} has numbers from {low:g} to {high:g}; expected shades from 0 to 255, or from 0 to 1"
        )
    pictures = np.empty(rows.shape, dtype=np.uint8)
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000].astype(np.float64)
        pictures[start : start + 1000] = np.rint(part * scale + shift)
    return pictures


def check_classes(file: str, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise ``DataError`` unless an array of this shape and type can be classes."""
    if dtype.kind not in "fiubUS" or len(shape) not in (1, 2):
        raise DataError(
            file, None, f"{name} is {dtype} of shape {shape}; expected whole numbers of shape (n,), or one-hot rows"
        )


def as_classes(file: str, name: str, array: NDArray[Any], count: int, what: str = "a digit") -> Classes:
    """The class numbers (n,), below ``count``, from whole numbers, from their texts, or from one-hot rows.

    Raises ``DataError`` for anything else, with the index.
    """
    if array.ndim == 2 and array.shape[1] > 1:
        array = _of_one_hot(file, name, array)
    flat = array.reshape(-1)
    if flat.dtype.kind in "US":
        flat = _of_texts(file, name, flat)
    if flat.dtype.kind == "f" and not (np.isfinite(flat) & (flat == np.rint(flat))).all():
        raise DataError(file, None, f"{name} has numbers that are not whole; expected classes")
    bad = np.flatnonzero((flat < 0) | (flat >= count)).tolist()[:1]
    if bad:
        value = flat[bad[0]]
        shown = int(value) if abs(float(value)) < 10**15 else value
        raise DataError(file, None, f"{name}[{bad[0]}] is {shown}; expected {what} from 0 to {count - 1}")
    return flat.astype(np.intp)


def _of_one_hot(file: str, name: str, rows: NDArray[Any]) -> NDArray[Any]:
    if rows.dtype.kind in "US" or not ((rows == 0) | (rows == 1)).all() or not (rows.sum(axis=1) == 1).all():
        raise DataError(
            file, None, f"{name} has shape {rows.shape} and rows that are not one-hot; expected one 1 in each row, or "
            "whole numbers of shape (n,)",
        )  # fmt: skip
    classes: NDArray[Any] = rows.argmax(axis=1)
    return classes


def _of_texts(file: str, name: str, texts: NDArray[Any]) -> NDArray[Any]:
    try:
        return texts.astype(np.float64)
    except ValueError:
        said = next((str(text) for text in texts.tolist() if not _is_number(text)), "")
        raise DataError(file, None, f"{name} has {quoted(said)} where a class number is expected") from None


def _is_number(text: str | bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def labelled(file: str, names: tuple[str, str], images: Pictures, classes: Classes) -> LabelledImages:
    """Images with classes. Raises ``DataError`` unless each image has a class; ``names`` are those of the arrays."""
    if len(images) != len(classes):
        raise DataError(file, None, f"there are {len(images):,} images in {names[0]}, but {len(classes):,} classes")
    return LabelledImages(images, classes)
