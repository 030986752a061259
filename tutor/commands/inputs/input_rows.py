"""Read the input rows of a network from any kind of file that ``predict`` takes."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.rows import check_rows
from tutor.datasets.errors import DataError
from tutor.datasets.formats.image_files import ENDINGS, read_as_is, read_picture, read_shades
from tutor.datasets.formats.shapes_file import PIXELS, read_inputs
from tutor.datasets.preparation.preparing import Form, NoInk, prepared
from tutor.engine.parameters import Array
from tutor.engine.sequence_layers import Embedding
from tutor.training.data_sets import DATA_SETS, SHADE
from tutor.training.saved.model_file import SavedNetwork, TrainedOn

LARGEST_FILE = 50_000_000
AS_IS = "left as it is"
FITTED = "fitted to {side}×{side} with ink high, as a folder of pictures is read"


@dataclass(frozen=True, eq=False)
class InputRows:
    """``inputs`` (rows, *input_shape) for the network; ``steps`` describe the preparation of a picture, a phrase each,
    and are None for other files.
    """

    inputs: Array
    steps: tuple[str, ...] | None


def read_input_rows(path: Path, network: SavedNetwork, as_is: bool = False) -> InputRows:
    """The rows of the file, of the network's type. Raises ``DataError``, and ``ShapeError`` for bytes as tokens.

    A ``.dat`` file has drawings of 25 pixels. A picture is prepared like those that the network was trained on, unless
    ``as_is``. A ``.npy`` file has one or more rows of numbers as the network takes them, or of bytes, which are shades
    from 0 to 255.
    """
    spec = network.spec
    ending = path.suffix.lower()
    numbers = math.prod(spec.input_shape)
    steps = None
    if ending == ".npy":
        rows = _array(path, numbers)
    elif isinstance(spec.layers[0], Embedding):
        raise DataError(str(path), None, f"this network takes rows of {numbers:,} token numbers; expected a .npy file")
    elif ending in ENDINGS:
        rows, steps = _picture(path, network, as_is)
    elif numbers == PIXELS:
        rows = read_inputs(path)
    else:
        raise DataError(
            str(path), None, f"expected a .npy file or a picture ({' '.join(ENDINGS)}); this network takes rows of "
            f"{numbers:,} numbers, and other files have drawings of {PIXELS}",
        )  # fmt: skip
    check_rows(rows.reshape(-1, *spec.input_shape), spec)
    shades = rows.dtype == np.uint8
    inputs: Array = rows.astype(spec.dtype).reshape(-1, *spec.input_shape)
    return InputRows(inputs * inputs.dtype.type(SHADE) if shades else inputs, steps)


def form_of(network: SavedNetwork) -> Form | None:
    """The preparation of the network's training pictures; None if they are used unchanged, as in a folder."""
    numbers, trained_on = math.prod(network.spec.input_shape), network.trained_on
    if trained_on is None:
        # Unknown training data: pictures of this size are nearly always digits in MNIST's form.
        trained_on = TrainedOn("digits", None, "")
    data = next((data for name, data in DATA_SETS.items() if name == trained_on.data), None)
    if data is None or data.numbers != numbers:
        return None
    return data.form(network.classes, trained_on.origin, trained_on.file is not None)


def _picture(path: Path, network: SavedNetwork, as_is: bool) -> tuple[NDArray[Any], tuple[str, ...]]:
    numbers = math.prod(network.spec.input_shape)
    side = math.isqrt(numbers)
    if side * side != numbers:
        raise DataError(str(path), None, f"this network takes {numbers:,} numbers, which is not a square picture")
    if as_is:
        return read_as_is(path, side), (AS_IS,)
    form = form_of(network)
    if form is None:
        picture = read_picture(path, side)
        if numbers != PIXELS and not np.ptp(picture):
            raise DataError(str(path), None, str(NoInk()))
        return picture, (FITTED.format(side=side),)
    try:
        made = prepared(read_shades(path), form)
    except NoInk as error:
        raise DataError(str(path), None, str(error)) from None
    return made.picture, made.steps


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
            # Memory-mapped, so that a false size in the header takes no memory; without pickle.
            array = np.load(path, mmap_mode="r", allow_pickle=False)
    except DataError:
        raise
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from error
    # NumPy reports a header that it cannot parse by various errors.
    except Exception as error:
        raise DataError(file, None, f"this is no .npy file of numbers, or it is damaged: {error}") from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise DataError(file, None, "this is no .npy file of one array of numbers")
    if not array.size or (array.size != numbers and math.prod(array.shape[1:]) != numbers):
        raise DataError(file, None, f"expected rows of {numbers:,} numbers; got an array of shape {array.shape}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise DataError(file, None, "there are numbers that are not finite")
    return np.array(array)
