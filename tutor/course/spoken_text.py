"""Drawings, pictures and curves in words, for whoever has them read aloud: in a few sentences, or row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from tutor.course.picture_text import about_tile, axes_in_words, way_of_trail
from tutor.course.printed_page import Page, number_text, wrapped
from tutor.course.readout_text import control_lines, heading, readout_lines
from tutor.labs.controls import GridControl, Value, ValueControl
from tutor.labs.places import LookupFailed, place_index
from tutor.labs.readouts import Curve, Matrix, Picture, Readout, Tile

MOST_PIECES = 9
"""A row of more pieces than this is read number by number."""
Rows = Sequence[Sequence[float]]


def in_short(readout: Readout, page: Page) -> tuple[str, ...]:
    """What there is to say of a readout without a line for each of its rows."""
    first = heading(readout.label, readout.name)
    match readout:
        case Picture(tiles=(tile,)):
            about = (f"{first}: {_size(tile.values)}.", *_indented(_about(tile, readout), page))
            return (*about, *_indented(_around(readout), page))
        case Picture():
            tiles = ", ".join(tile.label for tile in readout.tiles)
            sizes = sorted({_size(tile.values) for tile in readout.tiles})
            count = f"{len(readout.tiles)} pictures of {' or '.join(sizes)}: {tiles}."
            return (*wrapped(f"{first}: {count}", page), *_indented(_around(readout), page))
        case Matrix(picture=True):
            return (f"{first}: {_size(readout.values)}.", *_indented([_ink(readout.values)], page))
        case Curve():
            return (f"{first}:", *_indented(curve_in_words(readout), page))
    return readout_lines(readout, page)


def control_in_short(control: ValueControl, value: Value, page: Page) -> tuple[str, ...]:
    """The same of a control."""
    if isinstance(control, GridControl):
        size = f"{heading(control.label, control.name)}: {control.rows} rows of {control.columns}."
        return (size, *_indented([_ink(_rows(value))], page))
    return control_lines(control, value, page)


def described(readout: Readout, places: tuple[str, ...], page: Page) -> tuple[str, ...]:
    """A readout in words, row by row; of several pictures the one at ``places``. Raises ``LookupFailed``."""
    match readout:
        case Picture():
            tile = _tile(readout, places)
            if tile is None:
                return in_short(readout, page)
            name = heading(f"{readout.label}{f', {tile.label}' if places else ''}", readout.name)
            sentences = (*_about(tile, readout), *_around(readout))
            rows = rows_in_words(tile.values, readout.digits)
            return (f"{name}: {_size(tile.values)}, counted from 0.", *_indented((*sentences, *rows), page))
        case Matrix(picture=True):
            rows = rows_in_words(readout.values, readout.digits)
            size = f"{heading(readout.label, readout.name)}: {_size(readout.values)}, counted from 0."
            return (size, *_indented(rows, page))
    return in_short(readout, page)


def control_described(control: ValueControl, value: Value, page: Page) -> tuple[str, ...]:
    """A control in words, row by row."""
    if isinstance(control, GridControl):
        size = f"{heading(control.label, control.name)}: {control.rows} rows of {control.columns}, counted from 0."
        return (size, *_indented(rows_in_words(_rows(value), 2), page))
    return control_lines(control, value, page)


def rows_in_words(rows: Rows, digits: int) -> list[str]:
    """Each row in a sentence; rows that follow each other and are the same in one.

    >>> rows_in_words([[0, 1, 1], [0, 0, 0], [0, 0, 0]], 2)
    ['row 0: 1 at 1 to 2', 'rows 1 to 2: all 0']
    """
    sentences, start = [], 0
    for words, alike in groupby(row_in_words(row, digits) for row in rows):
        count = len(list(alike))
        where = f"row {start}" if count == 1 else f"rows {start} to {start + count - 1}"
        sentences.append(f"{where}: {words}")
        start += count
    return sentences


def row_in_words(row: Sequence[float], digits: int) -> str:
    """What stands where; zeros are not spoken of, but where there is nothing else."""
    pieces, column = [], 0
    texts = [number_text(value, digits) for value in row]
    for text, alike in groupby(texts):
        count = len(list(alike))
        pieces.append((text, f"{column}" if count == 1 else f"{column} to {column + count - 1}"))
        column += count
    if len(pieces) == 1:
        return f"all {pieces[0][0]}"
    spoken = [f"{text} at {where}" for text, where in pieces if text != "0"]
    return ", ".join(spoken if len(spoken) <= MOST_PIECES else texts)


def curve_in_words(curve: Curve) -> list[str]:
    """For each line of a curve where it begins and ends, and its lowest and highest point."""
    sentences = []
    for series in curve.series:
        points = [(x, y) for x, y in zip(series.xs, series.ys, strict=True) if not math.isnan(y)]
        if not points:
            sentences.append(f"{series.label}: no points yet.")
            continue
        low, high = min(points, key=lambda p: p[1]), max(points, key=lambda p: p[1])
        (first, begins), (last, ends) = points[0], points[-1]
        ways = f"from {number_text(begins, 4)} at {_x(first)} to {number_text(ends, 4)} at {_x(last)}"
        ends_of = f"lowest {number_text(low[1], 4)} at {_x(low[0])}, highest {number_text(high[1], 4)} at {_x(high[0])}"
        sentences.append(f"{series.label}: {len(points)} points, {curve.x_label} {ways}; {ends_of}.")
    if curve.marker is not None:
        sentences.append(f"Marked: {curve.x_label} {number_text(curve.marker[0])}, {number_text(curve.marker[1])}.")
    return sentences or ["no points yet"]


def _x(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _about(tile: Tile, picture: Picture) -> list[str]:
    return about_tile(tile, picture, True)


def _around(picture: Picture) -> list[str]:
    return [*axes_in_words(picture), *(way_of_trail(trail, picture) for trail in picture.trails)]


def _tile(picture: Picture, places: tuple[str, ...]) -> Tile | None:
    """The picture at ``places``: the one there is, or of several the one named; None where none is named."""
    if len(picture.tiles) == 1 and not places:
        return picture.tiles[0]
    if not places:
        return None
    if len(picture.tiles) == 1 or len(places) > 1:
        raise LookupFailed(f"a row is not described by itself; there is describe {picture.name}")
    labels = tuple(tile.label for tile in picture.tiles)
    return picture.tiles[place_index(picture.name, places[0], labels, len(labels))]


def _ink(rows: Rows) -> str:
    """Between which rows and columns there is something."""
    places = [(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value]
    if not places:
        return "All are 0."
    spans = []
    for word, along in (("rows", [r for r, _ in places]), ("columns", [c for _, c in places])):
        spans.append(f"{word} {min(along)} to {max(along)}")
    return f"{len(places)} of them are not 0, in {' and '.join(spans)}, counted from 0."


def _size(rows: Rows) -> str:
    return f"{len(rows)} rows of {max((len(row) for row in rows), default=0)}"


def _rows(value: Value) -> Rows:
    assert isinstance(value, tuple)
    return value  # type: ignore[return-value]  # a grid's value is rows of numbers


def _indented(sentences: Sequence[str], page: Page) -> tuple[str, ...]:
    return tuple(part for sentence in sentences for part in wrapped(f"  {sentence}", page, "    "))
