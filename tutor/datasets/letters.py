"""Letters, or any pictures in a folder, named LABEL_anything.png or in one folder for each label.

The classes are the labels in sorted order. A seed chooses a fifth of each class as test pictures: at least one of every
class with two or more pictures, and never all. If there are two folders, train and test, with folders of labels in
them, the test pictures are those of the second.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tutor.datasets.errors import DataError, escaped, quoted
from tutor.datasets.formats.image_files import ENDINGS, read_picture
from tutor.datasets.images import Classes, ImageData, LabelledImages, Pictures
from tutor.resources import data_folder

SIDE = 50
TEST_SHARE = 0.2
MOST_PICTURES = 20_000  # 50 MB
LONGEST_LABEL = 40
TRAINING_FOLDERS, TEST_FOLDERS = ("train", "training"), ("test", "testing")
BESIDE = "folders beside pictures with a label are not searched"
DEEPER = "folders within those of the classes are not searched"
NAMING = "name pictures LABEL_anything.png, or put those of each class into a folder of their own"


def shipped_folder() -> Path:
    """The folder of the shipped synthetic letters."""
    return data_folder() / "letters"


def find_letters(
    folder: Path | None = None, seed: int = 0, *, side: int = SIDE, most: int = MOST_PICTURES, forms: str = NAMING
) -> ImageData:
    """The pictures of the folder, or the shipped letters: images (n, side, side), a fifth of them for testing.

    Files that are not pictures or cannot be used are left out, with a sentence each; hidden files and a README are
    skipped. Raises ``DataError`` if there is no folder, if nothing is left (then it lists the ``forms`` it reads), if
    all have the same label, or if two labels differ only in case.
    """
    where = shipped_folder() if folder is None else folder
    found = labelled_folder(where, lambda _: lambda path: read_picture(path, side), most=most, forms=forms)
    names, left_out, sets = found.names, found.left_out, found.parts
    training, test = sets if len(sets) == 2 else split_by_class(sets[0], seed)
    what = f"{len(names)} letters drawn by program" if folder is None else f"pictures of {len(names)} classes"
    origin = f"{what}, {len(training):,} + {len(test):,}"
    return ImageData(training, test, names, origin, tuple(left_out))


@dataclass(frozen=True, eq=False)
class LabelledFolder:
    """The pictures of a folder, those to train on and those to test with if they are in two; ``names[c]`` is class c.

    ``left_out`` has a sentence for each unused file.
    """

    parts: tuple[LabelledImages, ...]
    names: tuple[str, ...]
    left_out: tuple[str, ...]


Read = Callable[[Path], Pictures]


def labelled_folder(
    where: Path, reader: Callable[[list[Path]], Read], *, most: int = MOST_PICTURES, forms: str = NAMING
) -> LabelledFolder:
    """All pictures of a folder by their labels. ``reader`` is given all files and returns what reads each of them.

    Raises ``DataError`` as ``find_letters`` does.
    """
    left_out: list[str] = []
    listed = [(part, _labelled_files(part, most, left_out)) for part in _part_folders(where)]
    read = reader([path for _, named in listed for path, _ in named])
    parts = [_read(part, named, read, left_out) for part, named in listed]
    names = _names(where, [label for _, labels in parts for label in labels], left_out, forms)
    number = {name: c for c, name in enumerate(names)}
    return LabelledFolder(
        tuple(LabelledImages(images, np.array([number[each] for each in labels], np.intp)) for images, labels in parts),
        names,
        tuple(left_out),
    )


def _part_folders(where: Path) -> tuple[Path, ...]:
    """The folders of the training and the test pictures, if there are two; otherwise only ``where``."""
    try:
        within = {path.name.lower(): path for path in where.iterdir() if path.is_dir()}
    except (OSError, ValueError):  # the reader reports it
        return (where,)
    for training in TRAINING_FOLDERS:
        for test in TEST_FOLDERS:
            if training in within and test in within:
                return within[training], within[test]
    return (where,)


def _read(folder: Path, named: list[tuple[Path, str]], read: Read, left_out: list[str]) -> tuple[Pictures, list[str]]:
    """The usable pictures (n, side, side), and their labels."""
    images: list[Pictures] = []
    labels: list[str] = []
    for path, label in named:
        try:
            images.append(read(path))
        except DataError as error:
            left_out.append(f"{escaped(str(path.relative_to(folder)))}: {error.reason}")
        else:
            labels.append(label)
    return np.stack(images) if images else np.empty((0, 1, 1), np.uint8), labels


def split_by_class(images: LabelledImages, seed: int) -> tuple[LabelledImages, LabelledImages]:
    """A training and a test part, each in an order drawn by ``seed``.

    The test part has a fifth of each class, rounded: at least one and not all if a class has two or more, and none of a
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
    """How many of a class's ``rows`` images are held out."""
    return min(max(round(rows * TEST_SHARE), 1), rows - 1)


def label_of(name: str) -> str:
    """The label in a file's name. Raises ``ValueError`` with the reason if there is none."""
    label, mark, _ = name.partition("_")
    if not mark:
        raise ValueError("no label; expected a name such as A_01.png, with the label before the first _")
    if not label.strip():
        raise ValueError("no label before the first _")
    return _checked(label)


def _checked(label: str) -> str:
    label = unicodedata.normalize("NFC", label.strip())
    if not label.isprintable():
        raise ValueError("the label has characters that cannot be shown")
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"the label has more than {LONGEST_LABEL} characters")
    return label


def _listed(folder: Path) -> list[str]:
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
    return [name for name in names if not name.startswith(".") and name.partition(".")[0] != "README"]


def _labelled_files(folder: Path, most: int, left_out: list[str]) -> list[tuple[Path, str]]:
    """The files that may be pictures, with their labels; ``left_out`` gets a sentence for each of the others.

    Subfolders are the classes unless there are labelled pictures beside them.
    """
    names = _listed(folder)
    folders = [name for name in names if (folder / name).is_dir()]
    if any(name.lower().endswith(ENDINGS) and "_" in name for name in names if name not in folders):
        return _files_in(folder, names, most, left_out, label_of)
    if not folders:
        return _files_in(folder, names, most, left_out, label_of)
    named = _files_in(folder, [name for name in names if name not in folders], most, left_out, label_of)
    for name in folders:
        try:
            label = _checked(name)
        except ValueError as reason:
            left_out.append(f"{escaped(name)}: {reason}")
            continue
        if (folder / name).is_symlink() and _leads_out(folder / name, folder):
            left_out.append(f"{escaped(name)}: this is a link that leads out of the folder")
            continue
        try:
            within = _listed(folder / name)
        except DataError as error:
            left_out.append(f"{escaped(name)}: {error.reason}")
            continue
        named += _files_in(folder / name, within, most, left_out, _always(label), f"{name}/")
        if len(named) > most:
            raise DataError(
                str(folder), None, f"there are more than {most:,} pictures in its folders, the most that are read"
            )
    return named


def _always(label: str) -> Callable[[str], str]:
    return lambda _: label


def _files_in(
    folder: Path, names: list[str], most: int, left_out: list[str], label: Callable[[str], str], before: str = ""
) -> list[tuple[Path, str]]:
    named: list[tuple[Path, str]] = []
    for name in names:
        path, said = folder / name, escaped(before + name)
        if path.is_symlink() and _leads_out(path, folder):
            left_out.append(f"{said}: this is a link that leads out of the folder")
        elif path.is_dir():
            left_out.append(f"{said}: this is a folder; {DEEPER if before else BESIDE}")
        elif not name.lower().endswith(ENDINGS):
            left_out.append(f"{said}: its name ends as no picture's does ({' '.join(ENDINGS)})")
        elif len(named) == most and not before:
            left_out.append(f"{said}: at most {most:,} pictures are read")
        elif len(named) > most:
            break
        else:
            try:
                named.append((path, label(name)))
            except ValueError as reason:
                left_out.append(f"{said}: {reason}")
    return named


def _leads_out(link: Path, folder: Path) -> bool:
    """Whether the link leads to an existing path outside the folder."""
    try:
        return not link.resolve(strict=True).is_relative_to(folder.resolve(strict=True))
    except (OSError, RuntimeError):  # it leads nowhere, or to itself: the reader says so
        return False


def _names(folder: Path, labels: list[str], left_out: list[str], forms: str) -> tuple[str, ...]:
    """The classes, in order. Raises ``DataError`` if there are not at least two distinct ones."""
    file = str(folder)
    if not labels:
        first = f"; the first: {left_out[0]}" if left_out else ""
        none = (
            f"none of its {len(left_out):,} files can be used" if left_out else "there are no pictures in this folder"
        )
        raise DataError(file, None, f"{none}{first}; {forms}")
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
    """The number of images of each class."""
    return tuple(np.bincount(classes, minlength=len(names)).tolist())
