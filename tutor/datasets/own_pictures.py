"""Pictures of one's own with their classes: a folder in either convention, an ``.npz`` file, or the files of MNIST.

Pictures that are all of one square size keep it and their shades; others are prepared as ``dl-tutor train --data``
does, at 28×28.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError
from tutor.datasets.formats.digit_files import is_folder, read_files
from tutor.datasets.formats.idx_file import is_idx, unpacked_start
from tutor.datasets.formats.image_files import ENDINGS, read_as_is, read_picture, size_of
from tutor.datasets.formats.square_arrays import LARGEST_SIDE, holds_square_pictures, read_square_arrays
from tutor.datasets.images import LabelledImages, Pictures
from tutor.datasets.letters import Read, labelled_folder

SIDE = 28
"""Of pictures that are not all of one square size."""
MOST_CLASSES = 100
MOST_LOOKED_AT = 10_000
MOST_NOTES = 5
LONGEST_LINE = 16_384
_LIGHT = 127.5
FORMS = (
    "read are a folder of pictures, named LABEL_anything.png or in one folder for each class; an .npz file with x and "
    "y; MNIST's own files"
)


@dataclass(frozen=True, eq=False)
class OwnPictures:
    """``training`` has all pictures, or those to train on if the files set ``test`` pictures apart.

    ``names[c]`` is the name of class c; ``content`` are the pictures and their classes as a hash, wherever they lie.
    """

    training: LabelledImages
    test: LabelledImages | None
    names: tuple[str, ...]
    notes: tuple[str, ...]
    content: str

    @property
    def side(self) -> int:
        """Of a picture, in pixels."""
        return int(self.training.images.shape[1])


def are_own_pictures(path: Path) -> bool:
    """Whether a path is one of pictures by what it is and how it begins, and not a table."""
    try:
        if path.is_dir():
            return True
        # Opening a pipe would block until something writes to it.
        if not path.is_file():
            return False
        return path.suffix.lower() in ENDINGS or _is_of_mnist(path) or holds_square_pictures(path)
    except (DataError, OSError):
        return False


def read_own_pictures(path: Path) -> OwnPictures:
    """The pictures of a folder or a file. Raises ``DataError`` with a sentence for whatever else is there."""
    folder = is_folder(path)
    if not folder and path.suffix.lower() in ENDINGS:
        raise DataError(str(path), None, f"this is one picture; {FORMS}")
    if not folder and not _is_of_mnist(path):
        return _of_arrays(path)
    if folder and _has_pictures(path):
        return _of_folder(path)
    found = read_files(path)
    if found is None:
        return _of_folder(path)
    parts = [found.training] if found.test is None else [found.training, found.test]
    return _checked(path, parts, found.classes, [])


def held_out(classes: NDArray[np.intp], share: float, draw: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows to train on and those to test with: a share of each class, in an order drawn by ``draw``.

    Every class keeps at least one row to train on, and gives one if it has two or more and the share is not 0.
    """
    order = np.random.default_rng(draw).permutation(len(classes))
    test = np.zeros(len(classes), dtype=bool)
    for number in np.unique(classes).tolist():
        rows = order[classes[order] == number]
        wanted = max(round(share * len(rows)), 1) if share else 0
        test[rows[: min(wanted, len(rows) - 1)]] = True
    return order[~test[order]], order[test[order]]


def _is_of_mnist(path: Path) -> bool:
    """Whether the file is in a format of MNIST of its own: IDX, or a line of 784 shades with a class."""
    start = unpacked_start(path, LONGEST_LINE)
    first = start.partition(b"\n")[0]
    return is_idx(start) or (b"\0" not in first and max(map(first.count, (b",", b";", b"\t"))) >= SIDE**2)


def _has_pictures(folder: Path) -> bool:
    """Whether there is a picture by its name in the folder, or in a folder or two below it."""

    def entries(where: Path) -> list[Path]:
        try:
            return [p for p, _ in zip(where.iterdir(), range(MOST_LOOKED_AT), strict=False)]
        except OSError:
            return []

    def within(where: Path, deep: int) -> bool:
        found = entries(where)
        if any(p.name.lower().endswith(ENDINGS) for p in found):
            return True
        return deep > 0 and any(within(p, deep - 1) for p in found if p.is_dir() and not p.name.startswith("."))

    return within(folder, 2)


def _of_folder(folder: Path) -> OwnPictures:
    notes: list[str] = []

    def reader(paths: list[Path]) -> Read:
        side = _common_side(paths)
        if side is not None:
            return lambda path: read_as_is(path, side)
        if paths:
            notes.append(f"The pictures are not all of one square size: they are scaled and centred to {SIDE}×{SIDE}.")
        return lambda path: read_picture(path, SIDE)

    found = labelled_folder(folder, reader, forms=FORMS)
    parts = list(found.parts)
    if not notes and _is_light(parts[0].images):
        parts = [LabelledImages(255 - part.images, part.classes) for part in parts]
        notes.append("The paper is light: shades are turned round, so that ink is 1 and paper 0.")
    unused = found.left_out
    notes += [f"Left out: {each}." for each in unused[:MOST_NOTES]]
    if len(unused) > MOST_NOTES:
        notes.append(f"Left out: {len(unused) - MOST_NOTES:,} more.")
    return _checked(folder, parts, found.names, notes)


def _common_side(paths: Iterable[Path]) -> int | None:
    """The side of the pictures if all that can be read are squares of one size that is not too large."""
    sizes = {size for path in paths if (size := size_of(path)) is not None}
    if len(sizes) != 1:
        return None
    ((width, height),) = sizes
    return width if width == height and 2 <= width <= LARGEST_SIDE else None


def _is_light(images: Pictures) -> bool:
    """Whether most of all pictures together is light, as ink on paper is. One decision for all of them."""
    return bool(images.mean() > _LIGHT)


def _of_arrays(path: Path) -> OwnPictures:
    found = read_square_arrays(path)
    said = {label for part in found.labels for label in part}
    names = tuple(sorted(said, key=_in_order))
    number = {name: at for at, name in enumerate(names)}
    parts = [
        LabelledImages(images, np.array([number[label] for label in labels], dtype=np.intp))
        for images, labels in zip(found.images, found.labels, strict=True)
    ]
    return _checked(path, parts, names, list(found.notes))


def _in_order(name: str) -> tuple[bool, int, str]:
    """Numbers first, by their value."""
    is_number = name.isascii() and name.removeprefix("-").isdigit()
    return not is_number, int(name) if is_number else 0, name


def _checked(path: Path, parts: list[LabelledImages], names: tuple[str, ...], notes: list[str]) -> OwnPictures:
    if len(names) < 2:
        raise DataError(
            str(path),
            None,
            f"all pictures are of the class {', '.join(names)}; there is something to learn from two on",
        )
    if len(names) > MOST_CLASSES:
        raise DataError(str(path), None, f"there are {len(names):,} classes; at most {MOST_CLASSES} are read")
    counts = np.bincount(parts[0].classes, minlength=len(names))
    if not counts.all():
        missing = [name for name, count in zip(names, counts.tolist(), strict=True) if not count]
        notes.append(f"There is no picture to train on of {', '.join(missing[:5])}.")
    single = [name for name, count in zip(names, counts.tolist(), strict=True) if count == 1]
    if single and len(parts) == 1:
        more = f" and {len(single) - 5} more" if len(single) > 5 else ""
        notes.append(f"There is a single picture of {', '.join(single[:5])}{more}: it is trained on, not tested with.")
    if len(parts) == 2:
        notes.append("The test pictures are those that the files set apart; the share of test rows changes nothing.")
    training, test = parts[0], parts[1] if len(parts) == 2 else None
    return OwnPictures(training, test, names, tuple(notes), _hash(names, parts))


def _hash(names: tuple[str, ...], parts: list[LabelledImages]) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of the names, the pictures and their classes."""
    digest = hashlib.sha256("\0".join(names).encode())
    for part in parts:
        digest.update(f"{part.images.shape}".encode())
        digest.update(np.ascontiguousarray(part.images).data)
        digest.update(part.classes.astype("<i8").tobytes())
    return digest.hexdigest()[:12]
