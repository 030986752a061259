"""Picture files, of any size, in shades of grey.

``read_shades`` returns the picture unchanged, for ``preparation``; ``read_picture`` returns a small square with high
values for ink, for a folder of pictures: rotated by its EXIF orientation; grey; scaled to fit the square, with its
proportions kept; transparent parts filled with paper that contrasts with its ink; inverted if the paper is light
(decided by ``paper``), because ink is high, as in MNIST; and centred, padded with empty pixels along its shorter side.
A grey picture of the right size keeps its shades.
"""

from __future__ import annotations

import stat
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from tutor.datasets.errors import DataError
from tutor.datasets.images import Pictures
from tutor.datasets.preparation.paper import find_paper

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
# A phone's JPEG file may have a second picture, which makes it MPO but not an animation.
PHOTOGRAPHS = ("JPEG", "MPO")
ANIMATED_FORMATS = ("PNG", "GIF", "WEBP")
LARGEST_FILE = 30_000_000  # bytes
# Pixels, decoded to four bytes each and once more to grey; a JPEG file is decoded at reduced size.
LARGEST_PICTURE, LARGEST_PHOTOGRAPH = 10_000_000, 20_000_000
LONGEST_SIDE = 20_000
LONGEST_READ = 400
SEVERAL_BANDS = ("RGB", "RGBA", "LA")
# Two colours of nearly the same luminance differ in at least one of their three channels.
MORE_CONTRAST = 2.0
SAMPLED = 100

# Pillow's own guard, which belongs to the process: it refuses above twice this, and warns between.
Image.MAX_IMAGE_PIXELS = LARGEST_PHOTOGRAPH
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def read_picture(path: str | Path, side: int) -> Pictures:
    """The picture as (side, side) bytes: 0 is empty, 255 full ink. Raises ``DataError`` for any other file."""
    return _centred(_ink(_read(path, side, larger=True)), side)


def read_shades(path: str | Path, longest: int = LONGEST_READ) -> Pictures:
    """The picture in shades (height, width) from 0 to 255, reduced if a side is longer than ``longest``.

    Raises ``DataError`` if the file is not a picture.
    """
    return _read(path, longest, larger=False)


def read_as_is(path: str | Path, side: int) -> Pictures:
    """The shades (side, side) of the picture, unchanged if it has that size, otherwise scaled to fit, on black.

    Raises ``DataError`` if the file is not a picture.
    """
    return _centred(_read(path, side, larger=True, full_range=True), side)


def size_of(path: str | Path) -> tuple[int, int] | None:
    """Width and height as the file's header says; None if it is not a picture that is read."""
    try:
        _check_file(str(path))
        with Image.open(path, formats=FORMATS) as picture:
            _check_header(picture, str(path))
            return picture.size
    # A damaged header, too: reading the picture says what is wrong with it.
    except Exception:
        return None


def _read(path: str | Path, longest: int, *, larger: bool, full_range: bool = False) -> Pictures:
    """The picture in shades, reduced so that its longer side is at most ``longest``, or enlarged if ``larger``."""
    file = str(path)
    _check_file(file)
    try:
        with Image.open(file, formats=FORMATS) as picture:
            _check_header(picture, file)
            if picture.format in PHOTOGRAPHS:
                # Decodes a photograph at no more than the needed size.
                picture.draft(None, (4 * longest, 4 * longest))
            high_bytes = picture.mode in SEVERAL_BANDS and _has_sixteen_bits(file)
            ImageOps.exif_transpose(picture, in_place=True)
            grey = _grey(picture, full_range)
            fitted = _fitted(grey, longest) if larger or max(grey.size) > longest else grey
            shades = np.asarray(fitted)
    except DataError:
        raise
    except UnidentifiedImageError:
        raise DataError(file, None, "this is not a picture, or not one of PNG, JPEG, BMP, GIF and WebP") from None
    except Image.DecompressionBombError:
        raise DataError(file, None, _too_large(LARGEST_PHOTOGRAPH)) from None
    # Decoders report a damaged file by any kind of error: OSError, SyntaxError, struct.error, IndexError, …
    except Exception as error:
        raise DataError(file, None, f"the picture is damaged or cut off: {error}") from None
    if shades.ndim == 3:
        shades = _on_paper(shades[..., 0].astype(np.float64), shades[..., 1] / 255)
    if high_bytes and np.ptp(shades) == 0:
        raise DataError(
            file, None, "its colours have 16 bits and differ in the lower 8 alone, which are not read; save it with 8 "
            "bits a colour, or in 16 bits of grey",
        )  # fmt: skip
    return shades


def _too_large(most: int) -> str:
    return f"the picture has more than {most // 1_000_000} million pixels, the most that is read"


def _check_file(file: str) -> None:
    try:
        what = Path(file).stat()
        if stat.S_ISDIR(what.st_mode):
            raise DataError(file, None, "this is a folder; expected a picture")
        # Opening a pipe would block until something writes to it.
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
    """Check the size and format before decoding."""
    width, height = picture.size
    most = LARGEST_PHOTOGRAPH if picture.format in PHOTOGRAPHS else LARGEST_PICTURE
    if width * height > most:
        raise DataError(file, None, _too_large(most))
    if max(width, height) > LONGEST_SIDE:
        raise DataError(file, None, f"the picture is {width}×{height} pixels; at most {LONGEST_SIDE:,} a side are read")
    if picture.format in ANIMATED_FORMATS and getattr(picture, "is_animated", False):
        raise DataError(file, None, "the picture is animated; only still ones are read")


def _has_sixteen_bits(file: str) -> bool:
    """Whether a PNG file has 16 bits per colour, of which Pillow keeps the upper 8."""
    with Path(file).open("rb") as stream:
        start = stream.read(25)
    return start[:8] == b"\x89PNG\r\n\x1a\n" and start[24] == 16


def _grey(picture: Image.Image, full_range: bool) -> Image.Image:
    """The picture in shades of grey (mode L), with transparency (LA) if it has any."""
    if picture.mode.startswith("I"):
        return Image.fromarray(_eight_bits(np.asarray(picture), full_range))
    has_transparency = "A" in picture.getbands() or "transparency" in picture.info
    if picture.mode in ("1", "L", "LA"):
        return picture.convert("LA" if has_transparency else "L")
    coloured = picture.convert("RGBA" if has_transparency else "RGB")
    grey = _most_telling(coloured, full_range)
    if not has_transparency:
        return grey
    return Image.merge("LA", (grey, coloured.getchannel("A")))


def _eight_bits(shades: NDArray[Any], full_range: bool) -> Pictures:
    """16-bit shades as bytes: scaled from the darkest to the lightest shade present, or from the ``full_range``.

    Some programs write 0 to 255 into 16 bits, which is then the full range.
    """
    low, high = int(shades.min()), int(shades.max())
    if full_range:
        low, high = 0, 255 if high <= 255 else 65_535
    return ((shades.astype(np.float64) - low) * (255 / max(high - low, 1))).clip(0, 255).round().astype(np.uint8)


def _most_telling(picture: Image.Image, luminance: bool) -> Image.Image:
    """The luminance, or red, green or blue if that has far more contrast, because ink may be as light as its paper."""
    grey = picture.convert("L")
    if luminance:
        return grey
    small = picture.resize((min(picture.width, SAMPLED), min(picture.height, SAMPLED)))
    spread = np.asarray(small.convert("L")).std()
    bands = np.asarray(small)[..., :3].reshape(-1, 3).std(axis=0)
    best = int(bands.argmax())
    return picture.getchannel(best) if bands[best] > MORE_CONTRAST * spread else grey


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    """The picture scaled so that its longer side is ``side``."""
    longest = max(picture.size)
    width, height = (max(1, round(length * side / longest)) for length in picture.size)
    if picture.size == (width, height):
        return picture
    # BOX averages the pixels that it merges.
    return picture.resize((width, height), Image.Resampling.BILINEAR)


def _ink(shades: Pictures) -> Pictures:
    """The picture's shades with ink high, (height, width)."""
    paper = find_paper(shades.astype(np.float64))
    cleared = paper.shades.round().astype(np.uint8)
    return 255 - cleared if paper.light else cleared


def _on_paper(shades: NDArray[np.float64], visible: NDArray[np.float64]) -> Pictures:
    """The picture on white paper if its visible part is dark, otherwise on black."""
    total = visible.sum()
    paper = 255.0 if total == 0 or (shades * visible).sum() / total < 127.5 else 0.0
    return (shades * visible + paper * (1 - visible)).round().astype(np.uint8)


def _centred(shades: Pictures, side: int) -> Pictures:
    height, width = shades.shape
    square = np.zeros((side, side), dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = shades
    return square
