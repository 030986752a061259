"""A data set as a network meets it: names of inputs and classes, rows to train on and to test with, a plane to see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError
from tutor.datasets.images import LabelledImages
from tutor.datasets.own_pictures import OwnPictures, held_out, read_own_pictures
from tutor.datasets.plane_sets import EDGE, features, plane_set
from tutor.datasets.tables.axes import axes_of
from tutor.datasets.tables.choosing import likely_target
from tutor.datasets.tables.prepared import prepared
from tutor.datasets.tables.reading import read_table
from tutor.datasets.tables.rows import TableRows
from tutor.datasets.tables.table import Table
from tutor.engine.validation import SpecError
from tutor.resources import data_folder
from tutor.studio.experiment import PLANE_FEATURES, SHIPPED_TABLES, DataChoice, FileNeeded, PicturesChoice
from tutor.studio.text_rows import TextRows, text_rows
from tutor.training.data_sets import DATA_SETS, SHADE
from tutor.training.models import DataName

Array = NDArray[np.float64]
SIGNS = ("−1", "1")
MOST_NAMED = 12
"""Of the classes of one's own pictures, by name in a sentence."""


@dataclass(frozen=True, eq=False)
class Part:
    """``inputs`` (rows, …) and ``targets`` (rows,): class numbers, or numbers where there are no classes.

    ``points`` (rows, 2) is where the rows lie on the plane, if there is one.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    points: Array | None = None


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane to see the rows on: the names of its axes, how far it reaches, and what a network is given of a point.

    ``said`` is a sentence on what it shows, empty where the axes are the inputs.
    """

    axes: tuple[str, str]
    reach: float
    to_inputs: Callable[[Array], Array]
    said: str = ""


@dataclass(frozen=True, eq=False)
class Problem:
    """Rows to train on and rows held out. ``classes`` is None if targets are numbers, ``plane`` if there is none.

    ``inputs`` are the names of a row's numbers, empty for pictures and texts; of a ``text`` the classes are its
    characters, and targets have one for each place; ``notes`` has a sentence for whatever was done to
    the rows.
    """

    inputs: tuple[str, ...]
    width: int
    classes: tuple[str, ...] | None
    training: Part
    test: Part
    plane: Plane | None
    scale: float = 1.0
    notes: tuple[str, ...] = ()
    text: TextRows | None = None


@lru_cache(maxsize=4)
def problem_of(data: DataChoice) -> Problem:
    """The rows of a data set. Raises ``SpecError`` if there is nothing to train on, or a file is not here."""
    if data.is_plane:
        return _of_plane(data)
    if data.pictures is not None:
        return _of_own_pictures(data, data.pictures)
    if data.is_text:
        return _of_text(data)
    return _of_table(data) if data.is_table else _of_pictures(data)


def _of_plane(data: DataChoice) -> Problem:
    """Points: those drawn first are trained on, those set by hand too."""
    points, targets = np.zeros((0, 2)), np.zeros(0)
    if data.name != "points" and data.count:
        points, targets = plane_set(data.name, data.count, data.noise / 100, data.draw)
    tested = round(len(points) * data.test / 100)
    kept = len(points) - tested
    by_hand = np.array(data.points, dtype=float).reshape(-1, 3)
    if not kept + len(by_hand):
        raise SpecError("there is no point to train on: set some, or choose a set")

    def part(at: Array, of: Array) -> Part:
        return Part(features(data.features, at), of if data.is_numbers else (of > 0).astype(int), at)

    taught = part(np.concatenate([points[:kept], by_hand[:, :2]]), np.concatenate([targets[:kept], by_hand[:, 2]]))
    plane = Plane(PLANE_FEATURES, EDGE, lambda at: features(data.features, at))
    classes = None if data.is_numbers else SIGNS
    return Problem(data.features, len(data.features), classes, taught, part(points[kept:], targets[kept:]), plane)


def _of_pictures(data: DataChoice) -> Problem:
    name: DataName
    (name,) = (known for known in DATA_SETS if known == data.name)
    data_set = DATA_SETS[name]
    found = data_set.find(None, 0)

    def part(inputs: NDArray[Any], labels: NDArray[Any]) -> Part:
        return Part(inputs, labels.argmax(axis=1) if labels.ndim > 1 else labels)

    return Problem(
        (), data_set.numbers, found.names, part(found.inputs, found.labels), part(found.test_inputs, found.test_labels),
        None, data_set.scale or 1.0, found.left_out,
    )  # fmt: skip


def _of_own_pictures(data: DataChoice, choice: PicturesChoice) -> Problem:
    if choice.file is None:
        raise FileNeeded(
            "the data are pictures of one's own, which are not in the line: dl-tutor studio TOKEN --data PATH opens it"
        )
    own = _own_pictures(choice.content, choice.file)
    if own.test is not None:
        taught, tested = own.training, own.test
    else:
        rows = held_out(own.training.classes, data.test / 100, data.draw)
        taught, tested = (LabelledImages(own.training.images[at], own.training.classes[at]) for at in rows)
    return Problem(
        (), own.side**2, own.names,
        Part(taught.images.reshape(len(taught), -1), taught.classes),
        Part(tested.images.reshape(len(tested), -1), tested.classes),
        None, SHADE, (_described(own, len(taught), len(tested)), *own.notes),
    )  # fmt: skip


def _described(own: OwnPictures, training: int, test: int) -> str:
    named = ", ".join(own.names[:MOST_NAMED]) + (", …" if len(own.names) > MOST_NAMED else "")
    rows = f"{training:,} to train on and {test:,} to test with"
    return f"{len(own.names)} classes, {named}: {rows}, {own.side}×{own.side} pixels each."


@lru_cache(maxsize=2)
def _own_pictures(content: str, file: Path) -> OwnPictures:
    """The pictures with this content. They stay in memory: their files may change while a run goes on."""
    try:
        own = read_own_pictures(file)
    except DataError as error:
        raise SpecError(str(error)) from None
    if own.content != content:
        raise FileNeeded(f"{file.name} has not the pictures that this was made with: its contents differ")
    return own


def _of_text(data: DataChoice) -> Problem:
    rows = text_rows(data)
    taught, tested = Part(*rows.training), Part(*rows.test)
    characters = tuple(rows.vocabulary.characters)
    return Problem((), rows.places, characters, taught, tested, None, notes=(rows.said,), text=rows)


def _of_table(data: DataChoice) -> Problem:
    rows = table_rows(data)
    axes = axes_of(rows)
    training, test = (
        Part(each.inputs, each.targets, axes.to_plane(each.inputs) if len(each) else np.zeros((0, 2)))
        for each in (rows.training, rows.test)
    )
    drawn = [part.points for part in (training, test) if part.points is not None and len(part.points)]
    farthest = max(float(np.abs(points).max()) for points in drawn)
    plane = Plane(axes.names, 1.1 * farthest or 1.0, axes.to_inputs, axes.said)
    return Problem(rows.names, len(rows.names), rows.classes, training, test, plane, 1.0, rows.notes)


@lru_cache(maxsize=4)
def table_rows(data: DataChoice) -> TableRows:
    """The prepared rows of a table. Raises ``SpecError`` if its file is not here, or cannot be used."""
    try:
        if data.name in SHIPPED_TABLES:
            table = read_table(data_folder() / "tables" / f"{data.name}.csv")
        elif data.table is None or data.table.file is None:
            raise FileNeeded(
                "the data is a table of one's own, which is not in the line: dl-tutor studio TOKEN --data FILE opens it"
            )
        else:
            table = _table(data.table.content, data.table.file)
        target, inputs = ("", ()) if data.table is None else (data.table.target, data.table.inputs)
        return prepared(table, target or likely_target(table), inputs or None, data.test / 100, data.draw)
    except DataError as error:
        raise SpecError(str(error)) from None


@lru_cache(maxsize=4)
def _table(content: str, file: Path) -> Table:
    """The table with this content. It stays in memory: its file may change while a run goes on."""
    table = read_table(file)
    if table.content != content:
        raise FileNeeded(f"{file.name} is not the table that this was made with: its contents differ")
    return table
