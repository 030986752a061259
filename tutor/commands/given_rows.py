"""What a network is asked about, from files of any of the kinds that ``predict`` takes."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError
from tutor.datasets.image_files import ENDINGS, read_picture
from tutor.datasets.shapes_file import PIXELS, read_inputs
from tutor.engine.parameters import Array
from tutor.engine.spec import NetworkSpec

LARGEST_FILE = 50_000_000
SHADE = 1 / 255


def read_rows(path: Path, spec: NetworkSpec) -> Array:
    """The rows of the file as (rows, *input_shape) of the network's type. Raises ``DataError``.

    A ``.dat`` file has drawings of 25 pixels; a picture becomes a square with ink high, as the pictures that networks
    are trained on; a ``.npy`` file has one row or several, of numbers as the network takes them or of bytes, which are
    shades from 0 to 255.
    """
    ending = path.suffix.lower()
    numbers = math.prod(spec.input_shape)
    if ending == ".npy":
        rows = _array(path, numbers)
    elif ending in ENDINGS:
        rows = _picture(path, numbers)
    elif numbers == PIXELS:
        rows = read_inputs(path)
    else:
        raise DataError(
            str(path), None, f"expected a .npy file or a picture ({' '.join(ENDINGS)}); this network takes rows of "
            f"{numbers:,} numbers, and other files have drawings of {PIXELS}",
        )  # fmt: skip
    shades = rows.dtype == np.uint8
    inputs: Array = rows.astype(spec.dtype).reshape(-1, *spec.input_shape)
    return inputs * inputs.dtype.type(SHADE) if shades else inputs


def _picture(path: Path, numbers: int) -> NDArray[Any]:
    side = math.isqrt(numbers)
    if side * side != numbers:
        raise DataError(str(path), None, f"this network takes {numbers:,} numbers, which are no square picture")
    return read_picture(path, side)


def _array(path: Path, numbers: int) -> NDArray[Any]:
    file = str(path)
    try:
        if not path.is_file():
            raise DataError(file, None, "this is no file" if path.exists() else "there is no such file")
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(
                file, None, f"the file is larger than {LARGEST_FILE // 1_000_000} MB, the most that is read"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Mapped, a header that lies about its size takes no memory; nothing is unpickled.
            array = np.load(path, mmap_mode="r", allow_pickle=False)
    except DataError:
        raise
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from error
    # NumPy tells of a header that it cannot understand by whatever error it ran into.
    except Exception as error:
        raise DataError(file, None, f"this is no .npy file of numbers, or it is damaged: {error}") from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise DataError(file, None, "this is no .npy file of one array of numbers")
    if not array.size or (array.size != numbers and math.prod(array.shape[1:]) != numbers):
        raise DataError(file, None, f"expected rows of {numbers:,} numbers; got an array of shape {array.shape}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise DataError(file, None, "there are numbers that are not finite")
    return np.array(array)
