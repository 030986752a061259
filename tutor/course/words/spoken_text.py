"""Drawings, pictures and curves in words, for screen readers: in a few sentences, or row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from tutor.course.words.picture_text import about_tile, around_in_words, place_name
from tutor.course.words.printed_page import Page, label_text, number_text, wrapped
from tutor.course.words.readout_text import control_lines, heading, plane_in_words, readout_lines
from tutor.labs.kit.controls import GridControl, Value, ValueControl
from tutor.labs.kit.places import LookupFailed, picture_place, place_index
from tutor.labs.kit.readouts import Curve, LayerView, Matrix, Network, Picture, Readout, Tile
from tutor.language.catalogue import _, ngettext

MOST_PIECES = 9
"""A row that falls into more pieces than this is read number by number."""
FEW_ROWS = 8
"""A drawing with more rows than this is read in tenths."""
FEW_UNITS = 16
"""For a layer with more units than this, the short form of a network reads out only the range."""
ALIKE = 3
"""From how many places with the same number on it is said once."""
MOST_LINES = 60
"""A picture with more lines than this is read in parts."""
PARTS = 8
"""The most parts, down and across."""
Rows = Sequence[Sequence[float]]


def in_short(readout: Readout, page: Page) -> tuple[str, ...]:
    """A readout in short, without a line for each row."""
    first = heading(readout.label, readout.name)
    match readout:
        case Picture(tiles=(tile,)):
            about = (f"{first}: {_size(tile.values)}.", *_indented(_about(tile, readout), page))
            return (*about, *_indented(around_in_words(readout), page))
        case Picture(tiles=tiles) if any(tile.band for tile in tiles):
            return readout_lines(readout, page)
        case Picture():
            names = ", ".join(tile.label for tile in readout.tiles)
            sizes = _(" or ").join(sorted({_size(tile.values) for tile in readout.tiles}))
            count = _("{count} pictures, each of {sizes}: {names}.").format(
                count=len(readout.tiles), sizes=sizes, names=names
            )
            one = _("One of them in words: describe {name}[0], counted from 0.").format(name=readout.name)
            return (*wrapped(f"{first}: {count}", page), *_indented([*around_in_words(readout), one], page))
        case Matrix(picture=True):
            return (f"{first}: {_size(readout.values)}.", *_indented([_ink(readout.values)], page))
        case Curve():
            return (f"{first}:", *_indented(curve_in_words(readout), page))
        case Network():
            return (f"{first}:", *_indented([_layer_in_short(layer) for layer in readout.layers], page))
    return readout_lines(readout, page)


def control_in_short(control: ValueControl, value: Value, page: Page) -> tuple[str, ...]:
    """A control in short."""
    if isinstance(control, GridControl):
        size = _("{heading}: {rows} rows of {columns}.").format(
            heading=heading(control.label, control.name), rows=control.rows, columns=control.columns
        )
        return (size, *_indented([_ink(_rows(value))], page))
    return control_lines(control, value, page)


def described(readout: Readout, places: tuple[str, ...], page: Page) -> tuple[str, ...]:
    """A readout in words, row by row; ``places`` selects one of several pictures. Raises ``LookupFailed``."""
    match readout:
        case Picture():
            found = _tile(readout, places)
            if found is None:
                return in_short(readout, page)
            tile, row = found
            of_many = f", {tile.label}" if len(readout.tiles) > 1 else ""
            name = heading(f"{readout.label}{of_many}", readout.name)
            if row is not None and readout.column_labels:
                return wrapped(f"{name}, {named_row_in_words(readout, row)}", page, "    ")
            if row is not None:
                words = row_in_words(tile.values[row], readout.digits)
                return wrapped(_("{name}, row {row}: {words}").format(name=name, row=row, words=words), page, "    ")
            if readout.row_labels and readout.column_labels:
                rows = [named_row_in_words(readout, row) for row in range(len(tile.values))]
                return (f"{name}: {_size(tile.values)}.", *_indented([*_about(tile, readout), *rows], page))
            sentences = (*_about(tile, readout), *around_in_words(readout))
            return (
                _("{name}: {size}, counted from 0.").format(name=name, size=_size(tile.values)),
                *_indented(sentences, page),
                *_read_rows(tile.values, readout.digits, page, f"{readout.name}{_in_brackets(readout, tile)}"),
            )
        case Matrix(picture=True):
            size = _("{heading}: {size}, counted from 0.").format(
                heading=heading(readout.label, readout.name), size=_size(readout.values)
            )
            return (size, *_read_rows(readout.values, readout.digits, page))
    return in_short(readout, page)


def control_described(control: ValueControl, value: Value, page: Page) -> tuple[str, ...]:
    """A control in words, row by row."""
    if isinstance(control, GridControl):
        size = _("{heading}: {rows} rows of {columns}, counted from 0.").format(
            heading=heading(control.label, control.name), rows=control.rows, columns=control.columns
        )
        return (size, *_read_rows(_rows(value), 2 if control.rows <= FEW_ROWS else 1, page))
    return control_lines(control, value, page)


def rows_in_words(rows: Rows, digits: int) -> list[str]:
    """Each row in a sentence, and consecutive equal rows in one.

    >>> rows_in_words([[0, 1, 1], [0, 0, 0], [0, 0, 0]], 2)
    ['row 0: 1 at 1 to 2', 'rows 1 to 2: all 0']
    """
    sentences, start = [], 0
    for words, alike in groupby(row_in_words(row, digits) for row in rows):
        count = len(list(alike))
        sentences.append(f"{_row_span(start, start + count - 1)}: {words}")
        start += count
    return sentences


def named_row_in_words(picture: Picture, row: int) -> str:
    """The numbers of a row with the names of the picture's row and columns; the largest first, no numbers last.

    Leaves out zeros unless there is nothing else. Says a number once that ``ALIKE`` places or more have.
    """
    values = picture.tiles[0].values[row]
    there = [(value, column) for column, value in enumerate(values) if value]
    there.sort(key=lambda each: math.inf if math.isnan(each[0]) else -each[0])
    words: list[str] = []
    for text, alike in groupby(there, lambda each: number_text(each[0], picture.digits)):
        names = [label_text(place_name(picture.column_labels, column)) for _, column in alike]
        if len(names) == len(values) > 1:
            words.append(_("all {text}").format(text=text))
        elif len(names) >= ALIKE:
            words.append(_("{names} and {last} {text}").format(names=", ".join(names[:-1]), last=names[-1], text=text))
        else:
            words += [f"{name} {text}" for name in names]
    return _("row {row}: {words}").format(row=place_name(picture.row_labels, row), words=", ".join(words) or _("all 0"))


def row_in_words(row: Sequence[float], digits: int) -> str:
    """The numbers of a row and their columns; leaves out zeros unless there is nothing else."""
    pieces, column = [], 0
    texts = [number_text(value, digits) for value in row]
    for text, alike in groupby(texts):
        count = len(list(alike))
        pieces.append(
            (
                text,
                f"{column}" if count == 1 else _("{first} to {last}").format(first=column, last=column + count - 1),
            )
        )
        column += count
    if len(pieces) == 1:
        return _("all {pieces}").format(pieces=pieces[0][0])
    spoken = [(text, where) for text, where in pieces if text != "0"]
    if len(spoken) > MOST_PIECES:
        return ", ".join(texts)
    by_number = groupby(spoken, key=lambda piece: piece[0])
    return ", ".join(
        _("{text} at {names}").format(text=text, names=" and ".join(where for _, where in places))
        for text, places in by_number
    )


def parts_in_words(rows: Rows, digits: int) -> list[str]:
    """A large picture in a few rows: the means of nearly equal parts."""
    values = np.asarray(rows, dtype=np.float64)
    bands = np.array_split(np.arange(len(values)), min(PARTS, len(values)))
    columns = np.array_split(np.arange(values.shape[1]), min(PARTS, values.shape[1]))
    across = ", ".join(_("{words} to {last}").format(words=part[0], last=part[-1]) for part in columns)
    sentences = [_("Means of parts, columns {across}:").format(across=across)]
    for band in bands:
        means = (values[np.ix_(band, part)].mean() for part in columns)
        sentences.append(f"{_row_span(band[0], band[-1])}: {', '.join(number_text(float(m), digits) for m in means)}")
    return sentences


def curve_in_words(curve: Curve) -> list[str]:
    """For each line of a curve its first and last value, and its lowest and highest point; in a plane its points."""
    if curve.y_label:
        return plane_in_words(curve)
    sentences = []
    for series in curve.series:
        points = [(x, y) for x, y in zip(series.xs, series.ys, strict=True) if not math.isnan(y)]
        if not points:
            sentences.append(_("{label}: no points yet.").format(label=series.label))
            continue
        low, high = min(points, key=lambda p: p[1]), max(points, key=lambda p: p[1])
        (first, begins), (last, ends) = points[0], points[-1]
        ways = _("from {begins} at {start} to {ends} at {end}").format(
            begins=number_text(begins, 4), start=_x(first), ends=number_text(ends, 4), end=_x(last)
        )
        ends_of = _("lowest {low} at {start}, highest {high} at {end}").format(
            low=number_text(low[1], 4), start=_x(low[0]), high=number_text(high[1], 4), end=_x(high[0])
        )
        sentences.append(
            _("{label}: {count} points, {x_label} {ways}; {ends_of}.").format(
                label=series.label, count=len(points), x_label=curve.x_label, ways=ways, ends_of=ends_of
            )
        )
    if curve.marker is not None:
        what = _("Marked, {label}").format(label=curve.marker_label) if curve.marker_label else _("Marked")
        sentences.append(f"{what}: {curve.x_label} {number_text(curve.marker[0])}, {number_text(curve.marker[1])}.")
    return sentences or [_("no points yet")]


def _x(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _about(tile: Tile, picture: Picture) -> list[str]:
    return about_tile(tile, picture, True)


def _read_rows(rows: Rows, digits: int, page: Page, path: str = "") -> tuple[str, ...]:
    """Row by row, or part by part if there are too many rows to listen to."""
    lines = _indented(rows_in_words(rows, digits), page)
    if len(lines) <= MOST_LINES:
        return lines
    one = _("One row of it: describe {path}[row]").format(path=path) if path else ""
    return _indented([*parts_in_words(rows, digits), *([one] if one else [])], page)


def _tile(picture: Picture, places: tuple[str, ...]) -> tuple[Tile, int | None] | None:
    """The picture at ``places``, and the row if one is named; None if one of several has to be chosen."""
    if len(picture.tiles) == 1:
        tile, rest = picture.tiles[0], places
    elif not places:
        return None
    else:
        labels = tuple(tile.label for tile in picture.tiles)
        # Not every label can be typed, so an index is accepted too.
        named = labels if places[0] in labels or not places[0].isdecimal() else ()
        tile, rest = picture.tiles[place_index(picture.name, places[0], named, len(labels))], places[1:]
    if len(rest) > 1:
        raise LookupFailed(
            _("a picture is described by its rows; for one number there is show {name}").format(name=picture.name)
        )
    return tile, picture_place(picture.name, rest[0], picture.row_labels, len(tile.values)) if rest else None


def _in_brackets(picture: Picture, tile: Tile) -> str:
    return f"[{tile.label}]" if len(picture.tiles) > 1 else ""


def _layer_in_short(layer: LayerView) -> str:
    """The number of units of a layer and their range; for a few units each number."""
    if len(layer.values) > FEW_UNITS:
        low, high = (number_text(end(layer.values), 4) for end in (min, max))
        return (
            _("{name}: {count} units, all {low}") if low == high else _("{name}: {count} units, from {low} to {high}")
        ).format(name=layer.name, count=len(layer.values), low=low, high=high)
    labels = (f"{label_text(label)} " for label in layer.labels) if layer.labels else ("",) * len(layer.values)
    texts = (number_text(value, 4) for value in layer.values)
    return f"{layer.name}: {', '.join(label + text for label, text in zip(labels, texts, strict=True))}"


def _ink(rows: Rows) -> str:
    """The rows and columns that contain numbers other than 0."""
    places = [(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value]
    if not places:
        return _("All are 0.")
    down, across = ([place[axis] for place in places] for axis in (0, 1))
    where = _("{rows} and {columns}").format(
        rows=_row_span(min(down), max(down)), columns=_column_span(min(across), max(across))
    )
    return _("{count} of them are not 0, in {where}, counted from 0.").format(count=len(places), where=where)


def _row_span(first: int, last: int) -> str:
    sentence = _("row {first}") if first == last else _("rows {first} to {last}")
    return sentence.format(first=first, last=last)


def _column_span(first: int, last: int) -> str:
    sentence = _("column {first}") if first == last else _("columns {first} to {last}")
    return sentence.format(first=first, last=last)


def _size(rows: Rows) -> str:
    return ngettext("{count} row of {columns}", "{count} rows of {columns}", len(rows)).format(
        count=len(rows), columns=max((len(row) for row in rows), default=0)
    )


def _rows(value: Value) -> Rows:
    assert isinstance(value, tuple)
    return value  # type: ignore[return-value]  # a grid's value is rows of numbers


def _indented(sentences: Sequence[str], page: Page) -> tuple[str, ...]:
    return tuple(part for sentence in sentences for part in wrapped(f"  {sentence}", page, "    "))
