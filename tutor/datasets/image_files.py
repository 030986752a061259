"""One picture file, of any size, as a small square of shades with high values for ink.

How it becomes one: turned as its camera says; grey; made larger or smaller, without changing its proportions, until it
just fits the square; transparent parts filled with the paper that its ink stands out from; inverted where the paper is
light (where the median of the outermost pixels is above the middle), because ink is high, as in MNIST; and centred,
with empty pixels on the sides where it is shorter. A grey picture of the right size keeps its shades.
"""

from __future__ import annotations

import stat
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from tutor.datasets.errors import DataError
from tutor.datasets.images import Pictures

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
# A telephone's JPEG file may have a second picture, which makes it MPO; that is no animation.
PHOTOGRAPHS = ("JPEG", "MPO")
ANIMATED_FORMATS = ("PNG", "GIF", "WEBP")
LARGEST_FILE = 30_000_000  # bytes
# Pixels, decoded four bytes each and once more in grey; of a JPEG file only every so many are decoded.
LARGEST_PICTURE, LARGEST_PHOTOGRAPH = 10_000_000, 20_000_000
LONGEST_SIDE = 20_000

# Pillow's own guard, which belongs to the process: it refuses above twice this, and warns between.
Image.MAX_IMAGE_PIXELS = LARGEST_PHOTOGRAPH
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def read_picture(path: str | Path, side: int) -> Pictures:
    """The picture as (side, side) bytes: 0 is empty, 255 full ink. Raises ``DataError`` for a file that is none."""
    file = str(path)
    _check_file(file)
    try:
        with Image.open(file, formats=FORMATS) as picture:
            _check_header(picture, file)
            if picture.format in PHOTOGRAPHS:
                # Decodes no more of a photograph than is needed.
                picture.draft("L", (4 * side, 4 * side))
            ImageOps.exif_transpose(picture, in_place=True)
            small = _fitted(_grey(picture), side)
    except DataError:
        raise
    except UnidentifiedImageError:
        raise DataError(file, None, "this is not a picture, or not one of PNG, JPEG, BMP, GIF and WebP") from None
    except Image.DecompressionBombError:
        raise DataError(file, None, _too_large(LARGEST_PHOTOGRAPH)) from None
    # A decoder tells of a damaged file by whatever error it ran into: OSError, SyntaxError, struct.error, IndexError, …
    except Exception as error:
        raise DataError(file, None, f"the picture is damaged or cut off: {error}") from None
    return _centred(_ink(small), side)


def _too_large(most: int) -> str:
    return f"the picture has more than {most // 1_000_000} million pixels, the most that is read"


def _check_file(file: str) -> None:
    try:
        what = Path(file).stat()
        if stat.S_ISDIR(what.st_mode):
            raise DataError(file, None, "this is a folder; expected a picture")
        # To open a pipe would wait for somebody to write into it.
        if not stat.S_ISREG(what.st_mode):
            raise DataError(file, None, "this is a pipe or a device; expected a picture")
        if not what.st_size:
            raise DataError(file, None, "the file is empty")
        if what.st_size > LARGEST_FILE:
            raise DataError(
                file, None, f"the file is larger than {LARGEST_FILE // 1_000_000} MB, the most that is read"
            )
        with Path(file).open("rb"):
            pass
    except FileNotFoundError:
        raise DataError(file, None, "there is no such file") from None
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(file, None, f"no file can have this name: {error}") from None


def _check_header(picture: Image.Image, file: str) -> None:
    """Before anything is decoded."""
    width, height = picture.size
    most = LARGEST_PHOTOGRAPH if picture.format in PHOTOGRAPHS else LARGEST_PICTURE
    if width * height > most:
        raise DataError(file, None, _too_large(most))
    if max(width, height) > LONGEST_SIDE:
        raise DataError(file, None, f"the picture is {width}×{height} pixels; at most {LONGEST_SIDE:,} a side are read")
    if picture.format in ANIMATED_FORMATS and getattr(picture, "is_animated", False):
        raise DataError(file, None, "the picture is animated; only still ones are read")


def _grey(picture: Image.Image) -> Image.Image:
    """In shades of grey (mode L), with transparency (LA) where it has that."""
    if picture.mode.startswith("I"):
        # Pillow cuts shades of 16 bits off at 255 where it should divide them.
        return Image.fromarray((np.asarray(picture) >> 8).clip(0, 255).astype(np.uint8))
    has_transparency = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("LA" if has_transparency else "L")


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    """Made larger or smaller so that the longer side is ``side``."""
    longest = max(picture.size)
    width, height = (max(1, round(length * side / longest)) for length in picture.size)
    if picture.size == (width, height):
        return picture
    # Where it makes smaller, it takes the mean of what falls together.
    return picture.resize((width, height), Image.Resampling.BILINEAR)


def _ink(picture: Image.Image) -> Pictures:
    """The picture's shades with ink high, (height, width)."""
    shades = np.asarray(picture)
    if shades.ndim == 3:
        shades = _on_paper(shades[..., 0].astype(np.float64), shades[..., 1] / 255)
    edge = np.concatenate([shades[0], shades[-1], shades[:, 0], shades[:, -1]])
    return 255 - shades if np.median(edge) > 127.5 else shades


def _on_paper(shades: NDArray[np.float64], visible: NDArray[np.float64]) -> Pictures:
    """Laid on white paper where what is visible is dark, otherwise on black."""
    total = visible.sum()
    paper = 255.0 if total == 0 or (shades * visible).sum() / total < 127.5 else 0.0
    return (shades * visible + paper * (1 - visible)).round().astype(np.uint8)


def _centred(shades: Pictures, side: int) -> Pictures:
    height, width = shades.shape
    square = np.zeros((side, side), dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = shades
    return square
