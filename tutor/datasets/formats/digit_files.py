"""Pictures of 28×28 with their classes, from a file or a folder in any common format of MNIST.

These are ``.npz`` files; IDX files, compressed by gzip or not; CSV files; and folders of them. The first bytes of the
file decide the format, not its name.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, escaped, quoted
from tutor.datasets.formats.csv_file import read_csv
from tutor.datasets.formats.idx_file import is_idx, read_idx, unpacked_start
from tutor.datasets.formats.labelled_arrays import (
    PIXELS,
    as_classes,
    as_pictures,
    check_classes,
    check_pictures,
    labelled,
)
from tutor.datasets.formats.npz_pictures import read_npz, read_only_array
from tutor.datasets.formats.picture_sets import DIGITS, PictureSet, known_set, published_set
from tutor.datasets.images import LabelledImages, Pictures

# EMNIST's digits are 280,000, which take 220 MB.
MOST_IMAGES = 300_000
MOST_FILES = 10_000  # in a folder that is looked through
FORMS = (
    "read are: an .npz file; the four IDX files (train-images-idx3-ubyte, …, packed by gzip or not), or four .npz "
    "files of one array each, by their folder or one of them; a CSV file with a class and 784 shades a line, or a "
    "folder with one to train on and one to test with; a folder of pictures, named LABEL_anything.png or in one folder "
    "for each class"
)
# IDX files, and the .npz files with one array each in which KMNIST comes: kmnist-train-imgs.npz.
_ONE_OF_FOUR = re.compile(
    r"(?P<set>.*?)(?P<part>train|test|t10k)[-_.](?P<what>images|labels|imgs)([-_.]idx[13][-_.]ubyte(\.gz)?|\.npz)",
    re.I,
)
_PART_OF_CSV = re.compile(r"(?P<before>.*?)(?P<part>train|test)(ing)?(?P<after>.*)\.csv(\.gz)?", re.I)


@dataclass(frozen=True, eq=False)
class FoundPictures:
    """Training pictures, and ``test`` pictures if they are separate; ``known`` is the set that their names refer to.

    ``paths`` are the files that were read, the training pictures first.
    """

    training: LabelledImages
    test: LabelledImages | None
    known: PictureSet | None
    paths: tuple[Path, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes."""
        return DIGITS if self.known is None else self.known.classes


def read_files(path: Path) -> FoundPictures | None:
    """The pictures in a file or folder; None for a folder without files in these formats. Raises ``DataError``."""
    if is_folder(path):
        return _of_folder(path)
    start = unpacked_start(path)
    if not start:
        raise DataError(str(path), None, "the file is empty")
    if start[:2] == b"PK":
        return _four_with(path) if _ONE_OF_FOUR.fullmatch(path.name) else _npz(path)
    if is_idx(start):
        return _four_with(path)
    if b"\0" not in start and any(mark in start.partition(b"\n")[0] for mark in (b",", b";", b"\t")):
        return _csv_with(path)
    raise DataError(str(path), None, f"this is no file of pictures of 28×28, or its end is missing; {FORMS}")


def is_folder(path: Path) -> bool:
    """Whether it is a folder and not a file. Raises ``DataError`` for what is neither, before anything is opened."""
    file = str(path)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise DataError(file, None, "there is no such file") from None
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(file, None, f"no file can have this name: {error}") from error
    # Opening a pipe would block until something writes to it.
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise DataError(file, None, "this is a pipe or a device; expected a file of pictures")
    return stat.S_ISDIR(mode)


def _names_in(folder: Path) -> list[Path]:
    try:
        found = sorted(p for p, _ in zip(folder.iterdir(), range(MOST_FILES), strict=False))
    except OSError as error:
        raise DataError(str(folder), None, f"the folder cannot be read: {error.strerror or error}") from error
    return [p for p in found if not p.name.startswith(".")]


def _of_folder(folder: Path, deep: int = 2) -> FoundPictures | None:
    files = _names_in(folder)
    images = [
        m for p in files if (m := _ONE_OF_FOUR.fullmatch(p.name)) and m["what"] != "labels" and m["part"] == "train"
    ]
    if images:
        sets = sorted({m["set"] for m in images})
        if len(sets) > 1:
            raise DataError(
                str(folder), None, f"there is more than one set in this folder ({', '.join(map(quoted, sets))}); name "
                "the file with the training pictures of one",
            )  # fmt: skip
        return _four_with(folder / images[0].string)
    tables = [p for p in files if p.name.lower().endswith((".csv", ".csv.gz"))]
    parts = [p for p in tables if (m := _PART_OF_CSV.fullmatch(p.name)) and m["part"].lower() == "train"]
    if len(parts) == 1 or len(tables) == 1:
        return _csv_with((parts or tables)[0])
    packed = [p for p in files if p.suffix.lower() == ".npz"]
    if len(packed) == 1:
        return _npz(packed[0])
    if len(parts) > 1 or len(packed) > 1:
        raise DataError(str(folder), None, "there is more than one set in this folder; name one of its files")
    within = [p for p in files if p.is_dir()]
    # As torchvision keeps them: MNIST/raw.
    found = [f for p in within if deep and len(within) <= 4 and (f := _of_folder(p, deep - 1)) is not None]
    if len(found) > 1:
        raise DataError(str(folder), None, "there is more than one set in the folders within; name one of them")
    return found[0] if found else None


def _npz(path: Path) -> FoundPictures:
    known = known_set(path)
    training, test = read_npz(path, len(known.classes) if known else len(DIGITS), MOST_IMAGES, _a_class(known))
    return FoundPictures(training, test, known, (path,))


def _a_class(known: PictureSet | None) -> str:
    return "a digit" if known is None or known.classes == DIGITS else "a class"


def _four_with(path: Path) -> FoundPictures:
    """The set of four files, one array each, to which this one belongs. Raises ``DataError`` if one is missing."""
    match = _ONE_OF_FOUR.fullmatch(path.name)
    if match is None:
        raise DataError(
            str(path), None, "an IDX file has pictures or classes, and its name says which; expected a name such as "
            "train-images-idx3-ubyte.gz",
        )  # fmt: skip
    beside: dict[tuple[str, str], Path] = {}
    for file in _names_in(path.parent):
        m = _ONE_OF_FOUR.fullmatch(file.name)
        if m and m["set"] == match["set"]:
            part, what = m["part"].lower(), m["what"].lower()
            beside.setdefault(
                ("train" if part == "train" else "test", "labels" if what == "labels" else "images"), file
            )
    wanted = [(part, what) for part in ("train", "test") for what in ("images", "labels")]
    missing = [
        f"{what} to {'train on' if part == 'train' else 'test with'}"
        for part, what in wanted
        if (part, what) not in beside
    ]
    if any(what in missing for what in ("images to train on", "labels to train on")) or len(missing) == 1:
        raise DataError(str(path.parent), None, f"there are no {' and no '.join(missing)} beside {escaped(path.name)}")
    files = {key: _inside(file) for key, file in beside.items()}
    known = published_set(files["train", "images"]) or known_set(files["train", "images"])
    parts = [
        _part(files[part, "images"], files[part, "labels"], known)
        for part in ("train", "test")
        if (part, "images") in files
    ]
    return FoundPictures(
        parts[0], parts[1] if len(parts) > 1 else None, known, tuple(files[key] for key in wanted if key in files)
    )


def _inside(file: Path) -> Path:
    """The file, or if an archive program created a folder of its name, the file of that name in the folder."""
    return file / file.name if file.is_dir() else file


def _part(images: Path, classes: Path, known: PictureSet | None) -> LabelledImages:
    for file in (images, classes):
        if is_folder(file):
            raise DataError(str(file), None, "this is a folder; expected an IDX file")
    shades = _one_array(images, MOST_IMAGES * PIXELS)
    check_pictures(str(images), "the file", shades.shape, shades.dtype)
    numbers = _one_array(classes, MOST_IMAGES)
    check_classes(str(classes), "the file", numbers.shape, numbers.dtype)
    return _labelled((images, classes), as_pictures(str(images), "the file", shades), numbers, known)


def _one_array(file: Path, most: int) -> NDArray[Any]:
    """The array of an IDX file, or the only one of an .npz file, of at most ``most`` numbers."""
    return read_only_array(file, most) if file.suffix.lower() == ".npz" else read_idx(file, most)


def _labelled(
    files: tuple[Path, Path], pictures: Pictures, numbers: np.ndarray, known: PictureSet | None
) -> LabelledImages:
    if known is not None and known.transposed:
        pictures = np.ascontiguousarray(pictures.transpose(0, 2, 1))
    first, count = (known.first, len(known.classes)) if known else (0, len(DIGITS))
    shifted = numbers.astype(np.float64) - first
    classes = as_classes(str(files[1]), "class", shifted, count, _a_class(known))
    return labelled(str(files[0]), (escaped(files[0].name), escaped(files[1].name)), pictures, classes)


def _csv_with(path: Path) -> FoundPictures:
    """The rows of a CSV file, and of the test file beside it with the matching name."""
    known = known_set(path)
    match = _PART_OF_CSV.fullmatch(path.name)
    test = None
    if match and match["part"].lower() == "train":
        start, end = match.span("part")
        test = next(
            (
                p
                for p in _names_in(path.parent)
                if p.name.lower() == (path.name[:start] + "test" + path.name[end:]).lower()
            ),
            None,
        )
    training = _csv_part(path, known)
    if training is None:
        raise DataError(
            str(path), 1, f"there are {PIXELS} columns and so no classes; expected a class and {PIXELS} shades"
        )
    # Kaggle's own test file has no classes, because they are the task.
    held_out = None if test is None else _csv_part(test, known)
    paths = (path,) if test is None or held_out is None else (path, test)
    return FoundPictures(training, held_out, known, paths)


def _csv_part(path: Path, known: PictureSet | None) -> LabelledImages | None:
    rows = read_csv(path, MOST_IMAGES)
    if rows.classes is None:
        return None
    pictures = as_pictures(str(path), "the shades", rows.pixels)
    return _labelled((path, path), pictures, rows.classes, known)
