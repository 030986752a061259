"""Pictures as lines of plain text: small ones as tables of numbers, large ones as shades, the rest in words."""

from __future__ import annotations

import math

from tutor.course.words.printed_page import Page, aligned, number_text, wrapped
from tutor.labs.kit.readouts import Picture, Tile, Trail

MOST_ROWS = 16
"""A picture with more rows is printed as shades: nobody reads so large a table."""

_SHADES = "·░▒▓█"
_SIGNED_SHADES = "#≡=-·░▒▓█"
# For a page without block characters.
_PLAIN_SHADES = ".:+*#"
_PLAIN_SIGNED_SHADES = "dcba.1234"
_NO_NUMBER = "?"


def picture_lines(picture: Picture, page: Page) -> tuple[str, ...]:
    """Every tile, then the axes, the trails and, for shades, their meaning and how to ask for one number."""
    lines: list[str] = []
    shaded = False
    for tile in picture.tiles:
        heading = f"  {tile.label}:" if tile.label and len(picture.tiles) > 1 else ""
        table = _table(tile, picture, page)
        shaded = shaded or not table
        # Tiles one below the other, so that a line read aloud belongs to one of them.
        lines += [heading] if heading else []
        lines += table or _shades(tile, picture, page)
        lines += [
            part for sentence in about_tile(tile, picture, not table) for part in wrapped(f"  {sentence}", page, "    ")
        ]
    if shaded:
        lines += wrapped(f"  {_meaning(picture, page)}", page, "    ")
        path = f"{picture.name}[{picture.tiles[0].label}]" if len(picture.tiles) > 1 else picture.name
        counted = "by their names" if picture.row_labels else "counted from 0"
        lines += wrapped(f"  One of its numbers: show {path}[row][column], {counted}.", page, "    ")
    for sentence in (
        *axes_in_words(picture),
        *(way_of_trail(trail, picture) for trail in picture.trails if trail.is_there),
    ):
        lines += wrapped(f"  {sentence}", page, "    ")
    return tuple(lines) or ("  nothing yet",)


def _table(tile: Tile, picture: Picture, page: Page) -> tuple[str, ...]:
    """The numbers under the columns' names or indices; empty if the page is too narrow."""
    if len(tile.values) > MOST_ROWS:
        return ()
    count = max((len(row) for row in tile.values), default=0)
    columns = ("", *(place_name(picture.column_labels, c) for c in range(count)))
    rows = [
        [place_name(picture.row_labels, r), *(number_text(v, picture.digits) for v in row)]
        for r, row in enumerate(tile.values)
    ]
    lines = aligned(columns, rows, page)
    return lines if len(lines) == 1 + len(rows) else ()


def _shades(tile: Tile, picture: Picture, page: Page) -> tuple[str, ...]:
    """One character for each number; if there are more columns than fit, for every second, third, … one."""
    shades = _characters(picture, page)
    if picture.row_labels and picture.column_labels:
        return _labelled_shades(tile, picture, shades, page)
    columns = max((len(row) for row in tile.values), default=0)
    every = max(1, math.ceil(columns / max(1, page.width - 2)))
    rows = ("".join(_shade(v, picture, shades) for v in row[::every]) for row in tile.values[::every])
    lines = tuple(f"  {row}" for row in rows)
    return (f"  one in {every} rows and columns:", *lines) if every > 1 else lines


def _labelled_shades(tile: Tile, picture: Picture, shades: str, page: Page) -> tuple[str, ...]:
    """A line for each row under the columns' names; columns that do not fit follow below, with all rows."""
    longest, each = (max(map(len, names)) for names in (picture.row_labels, picture.column_labels))
    across = max(1, (page.width - 3 - longest) // each)
    lines = []
    for start in range(0, len(picture.column_labels), across):
        names = "".join(name.rjust(each) for name in picture.column_labels[start : start + across])
        lines.append(f"  {'':<{longest}} {names}")
        for name, row in zip(picture.row_labels, tile.values, strict=True):
            drawn = "".join(_shade(v, picture, shades).rjust(each) for v in row[start : start + across])
            lines.append(f"  {name:<{longest}} {drawn}")
    return tuple(lines)


def place_name(labels: tuple[str, ...], place: int) -> str:
    """The name of a row or a column, or its index from 0 if it has none."""
    return labels[place] if labels else str(place)


def _characters(picture: Picture, page: Page) -> str:
    if page.on == "█":
        return _SIGNED_SHADES if picture.signed else _SHADES
    return _PLAIN_SIGNED_SHADES if picture.signed else _PLAIN_SHADES


def _shade(value: float, picture: Picture, shades: str) -> str:
    if math.isnan(value):
        return _NO_NUMBER
    low, high = _ends(picture)
    if not picture.signed:
        share = min(2.0, max(-1.0, (value - low) / ((high - low) or 1.0)))
        return shades[min(len(shades) - 1, max(0, math.floor(share * len(shades))))]
    middle = len(shades) // 2
    steps = math.ceil(min(1.0, abs(value) / (high or 1.0)) * middle - 1e-9)
    return shades[middle + (steps if value > 0 else -steps)]


def _ends(picture: Picture) -> tuple[float, float]:
    reach = max(abs(picture.low), abs(picture.high))
    return (-reach, reach) if picture.signed else (picture.low, picture.high)


def _meaning(picture: Picture, page: Page) -> str:
    """The meaning of each character."""
    shades = _characters(picture, page)
    low, high = _ends(picture)
    values = {value for tile in picture.tiles for row in tile.values for value in row}
    if not picture.signed and values <= {low, high} and low < high:
        return (
            f"{shades[0]} is {number_text(low, picture.digits)}, {shades[-1]} is {number_text(high, picture.digits)}."
        )
    if not picture.signed:
        edges = [number_text(low + (high - low) * (i + 1) / len(shades), picture.digits) for i in range(len(shades))]
        first = f"{shades[0]} from {number_text(low, picture.digits)} to {edges[0]}"
        return ", ".join([first, *(f"{s} to {edge}" for s, edge in zip(shades[1:], edges[1:], strict=True))]) + "."
    middle = len(shades) // 2
    edges = [number_text(high * (i + 1) / middle, picture.digits) for i in range(middle)]
    above = (f"{s} to {edge}" for s, edge in zip(shades[middle + 1 :], edges, strict=True))
    below = (f"{s} to {_minus(edge)}" for s, edge in zip(shades[:middle][::-1], edges, strict=True))
    return f"{shades[middle]} is 0; above 0: {', '.join(above)}; below 0: {', '.join(below)}."


def _minus(text: str) -> str:
    return text if text == "0" else f"−{text}"


def about_tile(tile: Tile, picture: Picture, shaded: bool) -> list[str]:
    """The window and the marks of a tile in words; for shades also the smallest and the largest number."""
    places = [(v, r, c) for r, row in enumerate(tile.values) for c, v in enumerate(row) if not math.isnan(v)]
    sentences = []
    if shaded and places:
        small, large = min(places, key=lambda p: p[0]), max(places, key=lambda p: p[0])
        words = (f"{number_text(v, picture.digits)} at {_place(picture, r, c)}" for v, r, c in (small, large))
        if small[0] == large[0]:
            sentences.append(f"All are {number_text(small[0], picture.digits)}.")
        else:
            sentences.append("Smallest {}; largest {}.".format(*words))
    if tile.window is not None:
        top, left, height, width = tile.window
        sentences.append(
            f"The window is {height} × {width}: rows {_span(top, height, len(tile.values))}, "
            f"columns {_span(left, width, len(tile.values[0]) if tile.values else 0)}."
        )
    if tile.marked:
        sentences.append(f"Marked: {'; '.join(_place(picture, r, c) for r, c in tile.marked)}.")
    return sentences


def _place(picture: Picture, row: int, column: int) -> str:
    return f"row {place_name(picture.row_labels, row)}, column {place_name(picture.column_labels, column)}"


def _span(start: int, length: int, there: int) -> str:
    """The first and the last index of a window, and how far it extends beyond the edge."""
    text = f"{number_text(start)} to {number_text(start + length - 1)}"
    over = max(0, -start) + max(0, start + length - there)
    return f"{text} ({over} over the edge)" if over else text


def axes_in_words(picture: Picture) -> list[str]:
    """What the rows and the columns mean."""
    sentences = []
    for word, axis in (("Rows", picture.row_axis), ("Columns", picture.column_axis)):
        if axis is not None:
            name, first, last = axis
            sentences.append(f"{word}: {name} from {number_text(first, 3)} to {number_text(last, 3)}.")
    return sentences


def way_of_trail(trail: Trail, picture: Picture) -> str:
    """The length of a trail and its current point, in the axes' values if there are any."""
    if not trail.points:
        return f"{trail.label}: not begun."
    rows = max((len(tile.values) for tile in picture.tiles), default=1)
    columns = max((len(row) for tile in picture.tiles for row in tile.values), default=1)
    row, column = trail.points[-1]
    where = f"{_at('row', picture.row_axis, row, rows)}, {_at('column', picture.column_axis, column, columns)}"
    count = len(trail.points)
    if trail.kind == "arrow":
        return f"{trail.label}: an arrow to {where}."
    return f"{trail.label}: {count} point{'s' if count > 1 else ''}, now at {where}."


def _at(word: str, axis: tuple[str, float, float] | None, place: float, count: int) -> str:
    if axis is None:
        return f"{word} {number_text(place, 1)}"
    name, first, last = axis
    return f"{name} {number_text(first + (last - first) * place / max(1, count - 1), 3)}"
