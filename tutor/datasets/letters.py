"""Letters, or whatever else is in a folder of pictures named LABEL_anything.png: the label is before the first _.

The classes are the labels in sorted order. A fifth of each class is held out to test with, chosen by a seed: of every
class with two pictures or more at least one, and never all.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np

from tutor.datasets.errors import DataError, escaped, quoted
from tutor.datasets.image_files import ENDINGS, read_picture
from tutor.datasets.images import Classes, ImageData, LabelledImages
from tutor.resources import data_folder

SIDE = 50
TEST_SHARE = 0.2
MOST_PICTURES = 20_000  # 50 MB
LONGEST_LABEL = 40


def shipped_folder() -> Path:
    """The letters that ship, drawn by program."""
    return data_folder() / "letters"


def find_letters(folder: Path | None = None, seed: int = 0) -> ImageData:
    """The pictures of the folder, or the letters that ship: images (n, 50, 50), a fifth of them to test with.

    Files that are no pictures or cannot be used are left out, with a sentence each; hidden files and a README are
    passed over. Raises ``DataError`` where there is no folder, where nothing is left, where all have the same label,
    and where two labels differ only in upper and lower case.
    """
    where = shipped_folder() if folder is None else folder
    named, left_out = _labelled_files(where)
    images = np.empty((len(named), SIDE, SIDE), dtype=np.uint8)
    labels: list[str] = []
    for path, label in named:
        try:
            images[len(labels)] = read_picture(path, SIDE)
        except DataError as error:
            left_out.append(f"{escaped(path.name)}: {error.reason}")
        else:
            labels.append(label)
    names = _names(where, labels, left_out)
    number = {name: c for c, name in enumerate(names)}
    whole = LabelledImages(images[: len(labels)], np.array([number[label] for label in labels], dtype=np.intp))
    training, test = split_by_class(whole, seed)
    what = f"{len(names)} letters drawn by program" if folder is None else f"pictures of {len(names)} classes"
    origin = f"{what}, {len(training):,} + {len(test):,}"
    return ImageData(training, test, names, origin, tuple(left_out))


def split_by_class(images: LabelledImages, seed: int) -> tuple[LabelledImages, LabelledImages]:
    """A part to train on and a part to test with, each in an order drawn by ``seed``.

    To test with: a fifth of each class, rounded; one at least and not all, where a class has two or more; none of a
    class of one.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(images))
    classes = images.classes[order]
    test = np.zeros(len(images), dtype=bool)
    for rows in (np.flatnonzero(classes == c) for c in sorted(set(classes.tolist()))):
        test[rows[: test_rows(len(rows))]] = True
    training, held_out = (
        LabelledImages(images.images[order[part]], images.classes[order[part]]) for part in (~test, test)
    )
    return training, held_out


def test_rows(rows: int) -> int:
    """How many of a class's images are held out."""
    return min(max(round(rows * TEST_SHARE), 1), rows - 1)


def label_of(name: str) -> str:
    """The label in a file's name. Raises ``ValueError`` with the reason where there is none."""
    label, mark, _ = name.partition("_")
    label = unicodedata.normalize("NFC", label.strip())
    if not mark:
        raise ValueError("no label; expected a name such as A_01.png, with the label before the first _")
    if not label:
        raise ValueError("no label before the first _")
    if not label.isprintable():
        raise ValueError("the label has characters that cannot be shown")
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"the label has more than {LONGEST_LABEL} characters")
    return label


def _labelled_files(folder: Path) -> tuple[list[tuple[Path, str]], list[str]]:
    """The files that may be pictures, with their labels, and a sentence for each of the others."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        raise DataError(str(folder), None, "there is no such folder") from None
    except NotADirectoryError:
        raise DataError(str(folder), None, "this is a file; expected a folder of pictures") from None
    except OSError as error:
        raise DataError(str(folder), None, f"the folder cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(str(folder), None, f"no folder can have this name: {error}") from error
    named: list[tuple[Path, str]] = []
    left_out: list[str] = []
    for name in names:
        if name.startswith(".") or name.partition(".")[0] == "README":
            continue
        path = folder / name
        if path.is_symlink() and _leads_out(path, folder):
            left_out.append(f"{escaped(name)}: this is a link that leads out of the folder")
        elif path.is_dir():
            left_out.append(f"{escaped(name)}: this is a folder; folders within are not searched")
        elif not name.lower().endswith(ENDINGS):
            left_out.append(f"{escaped(name)}: its name ends as no picture's does ({' '.join(ENDINGS)})")
        elif len(named) == MOST_PICTURES:
            left_out.append(f"{escaped(name)}: at most {MOST_PICTURES:,} pictures are read")
        else:
            try:
                named.append((path, label_of(name)))
            except ValueError as reason:
                left_out.append(f"{escaped(name)}: {reason}")
    return named, left_out


def _leads_out(link: Path, folder: Path) -> bool:
    """Whether the link leads to a place that is there, and not in the folder."""
    try:
        return not link.resolve(strict=True).is_relative_to(folder.resolve(strict=True))
    except (OSError, RuntimeError):  # it leads nowhere, or to itself: the reader says so
        return False


def _names(folder: Path, labels: list[str], left_out: list[str]) -> tuple[str, ...]:
    """The classes, in order. Raises ``DataError`` where they cannot be learned apart."""
    file = str(folder)
    if not labels:
        first = f"; the first: {left_out[0]}" if left_out else ""
        none = (
            f"none of its {len(left_out):,} files can be used" if left_out else "there are no pictures in this folder"
        )
        raise DataError(file, None, none + first)
    names = sorted(set(labels))
    folded = Counter(name.casefold() for name in names)
    if alike := [name for name in names if folded[name.casefold()] > 1]:
        same = [name for name in alike if name.casefold() == alike[0].casefold()]
        raise DataError(
            file, None, f"the labels {' and '.join(map(quoted, same))} differ only in upper and lower case; "
            "name all files of a class alike",
        )  # fmt: skip
    if len(names) == 1:
        raise DataError(
            file, None, f"all {len(labels):,} pictures have the label {quoted(names[0])}; "
            "there is something to learn from two labels on",
        )  # fmt: skip
    return tuple(names)


def class_counts(classes: Classes, names: tuple[str, ...]) -> tuple[int, ...]:
    """How many images there are of each class."""
    return tuple(np.bincount(classes, minlength=len(names)).tolist())
