"""The numbers inside readouts by name: paths such as ``y``, ``products[0]`` or ``confidences[plus]``.

A place is named by its id, not by its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.labs.kit.chart_numbers import Drawn, drawn_numbers
from tutor.labs.kit.charts import Bars, DotPlot, Scatter
from tutor.labs.kit.labels import place_id
from tutor.labs.kit.readouts import (
    Arithmetic,
    Code,
    Curve,
    Graph,
    Matrix,
    Network,
    Number,
    Picture,
    Readout,
    Table,
    Text,
    Vector,
)

Index = tuple[int, ...]


class LookupFailed(LookupError):
    """There is no such readout or place; the message lists those there are."""


_PLACE = re.compile(r"\[([^\[\]]+)\]")


def split_path(path: str) -> tuple[str, tuple[str, ...]]:
    """``confidences[rhombus]`` → (``confidences``, (``rhombus``,))."""
    name = path.split("[", 1)[0]
    return name, tuple(place.strip() for place in _PLACE.findall(path))


def place_index(path: str, place: str, labels: tuple[str, ...], length: int) -> int:
    """The index of ``place``: of the label with that id if there are labels, else the number itself, from 0.

    Raises ``LookupFailed`` with the known places; for a label in place of an id the message says the id.
    """
    if labels:
        ids = [place_id(label) for label in labels]
        if place in ids:
            return ids.index(place)
        if place in labels:
            raise LookupFailed(f"{path} has the label {place!r}; the id of that place is {ids[labels.index(place)]}")
        raise LookupFailed(f"{path} has no place {place!r}; it has {', '.join(ids)}")
    if place.isdecimal() and int(place) < length:
        return int(place)
    raise LookupFailed(f"{path} has no place {place!r}; it has 0 to {length - 1}")


def value_at(readout: Readout, places: tuple[str, ...]) -> float | str:
    """The number or word at ``places`` of a readout: for each axis an id, or an index from 0 if it has no labels.

    A curve takes the name of a series and gives its last value. Raises ``LookupFailed``.
    """
    path = readout.name
    if isinstance(readout, Number | Text) and not places:
        return readout.value
    if isinstance(readout, Code) and not places:
        return readout.source
    if isinstance(readout, Picture):
        return _value_in_picture(readout, places)
    if isinstance(readout, Arithmetic) and not places:
        return readout.derivation.value
    if isinstance(readout, Vector) and len(places) == 1:
        return readout.values[place_index(path, places[0], readout.labels, len(readout.values))]
    if isinstance(readout, Matrix) and len(places) == 2:
        row = place_index(path, places[0], readout.row_labels, len(readout.values))
        column = place_index(path, places[1], readout.column_labels, len(readout.values[row]))
        return readout.values[row][column]
    if isinstance(readout, Table) and len(places) == 2:
        keys = tuple(cell if isinstance(cell := row[0], str) else str(cell) for row in readout.rows)
        row = place_index(path, places[0], keys, len(readout.rows))
        return readout.rows[row][place_index(path, places[1], readout.columns, len(readout.columns))]
    if isinstance(readout, Network) and len(places) == 2:
        names = tuple(layer.name for layer in readout.layers)
        layer = readout.layers[place_index(path, places[0], names, len(names))]
        return layer.values[place_index(path, places[1], layer.labels, len(layer.values))]
    if isinstance(readout, Curve) and len(places) == 1:
        series = readout.series[
            place_index(path, places[0], tuple(s.label for s in readout.series), len(readout.series))
        ]
        if not series.ys:
            raise LookupFailed(f"{path}[{places[0]}] has no points yet")
        return series.ys[-1]
    if isinstance(readout, Drawn) and len(places) == 2:
        return _value_in_drawing(readout, places)
    kind = type(readout).__name__.lower()
    wanted = {"vector": "[place]", "curve": "[line]", "number": "no place", "text": "no place"}.get(
        kind, "[row][column]"
    )
    raise LookupFailed(f"{path} is a {kind}; name {wanted}, not {len(places)} places")


def _value_in_drawing(drawing: Drawn, places: tuple[str, ...]) -> float:
    for at, _, value in drawn_numbers(drawing):
        if at == places:
            return value
    known = ", ".join(f"[{first}][{second}]" for (first, second), *_ in drawn_numbers(drawing))
    raise LookupFailed(f"{drawing.name} has no {''.join(f'[{p}]' for p in places)} now; it has {known or 'nothing'}")


def _value_in_picture(picture: Picture, places: tuple[str, ...]) -> float:
    several = len(picture.tiles) > 1
    if len(places) != 2 + several:
        wanted = "[tile][row][column]" if several else "[row][column]"
        raise LookupFailed(f"{picture.name} is a picture; name {wanted}, not {len(places)} places")
    labels = tuple(tile.label for tile in picture.tiles)
    tile = picture.tiles[place_index(picture.name, places[0], labels, len(labels)) if several else 0]
    row = tile.values[picture_place(picture.name, places[-2], picture.row_labels, len(tile.values))]
    return row[picture_place(picture.name, places[-1], picture.column_labels, len(row))]


def picture_place(path: str, place: str, labels: tuple[str, ...], length: int) -> int:
    """The index of a row or a column of a picture, by its name if it has one, else counted from 0.

    Raises ``LookupFailed``.
    """
    by_name = place in map(place_id, labels) or not place.isdecimal()
    return place_index(path, place, labels if by_name else (), length)


def numbers_in(readout: Readout) -> Iterator[tuple[str, Index, float]]:
    """Every number in a readout: its path, its index from 0, its value.

    Curves, texts, programs and derivations yield none.
    """
    name = readout.name
    match readout:
        case Number():
            yield name, (), readout.value
        case Vector():
            for i, value in enumerate(readout.values):
                yield f"{name}[{_place(readout.labels, i)}]", (i,), value
        case Matrix():
            for r, row in enumerate(readout.values):
                for c, value in enumerate(row):
                    path = f"{name}[{_place(readout.row_labels, r)}][{_place(readout.column_labels, c)}]"
                    yield path, (r, c), value
        case Table():
            for r, cells in enumerate(readout.rows):
                for c, cell in enumerate(cells):
                    if not isinstance(cell, str):
                        yield f"{name}[{_key(cells[0])}][{place_id(readout.columns[c])}]", (r, c), cell
        case Network():
            for i, layer in enumerate(readout.layers):
                for unit, value in enumerate(layer.values):
                    yield f"{name}[{place_id(layer.name)}][{_place(layer.labels, unit)}]", (i, unit), value
        case Graph() | Bars() | DotPlot() | Scatter():
            for (first, second), index, value in drawn_numbers(readout):
                yield f"{name}[{first}][{second}]", index, value
        case Picture():
            several = len(readout.tiles) > 1
            for i, tile in enumerate(readout.tiles):
                for r, row in enumerate(tile.values):
                    for c, value in enumerate(row):
                        at = f"[{_place(readout.row_labels, r)}][{_place(readout.column_labels, c)}]"
                        path = f"{name}[{place_id(tile.label)}]{at}" if several else f"{name}{at}"
                        yield path, (i, r, c) if several else (r, c), value


def _place(labels: tuple[str, ...], i: int) -> str:
    return place_id(labels[i]) if labels else str(i)


def _key(cell: str | float) -> str:
    return place_id(cell) if isinstance(cell, str) else str(cell)
