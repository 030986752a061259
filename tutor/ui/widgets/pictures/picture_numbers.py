"""The numbers of a picture as a table, each on its colour, shown on request instead of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tutor.labs.kit.readouts import Tile
from tutor.ui.widgets.notation import fit_right, number_text
from tutor.ui.widgets.pictures.colour_scale import ColourScale, ink
from tutor.ui.widgets.pictures.tile_drawing import MARK, RING

MOST_ROWS = 21
"""The most rows in a table."""


def number_table(tile: Tile, scale: ColourScale, digits: int, width: int) -> list[Content]:
    """A heading with the indices of the columns, then a line for each row, in at most ``width`` cells.

    If not everything fits, shows the part around the window, or without a window evenly spread rows and columns; the
    headings give their indices.
    """
    if not tile.values or not tile.values[0]:
        return []
    each = cell_width(tile, scale, digits)
    names = _names_width(tile)
    top, left, height, wide = tile.window or (0, 0, 0, 0)
    rows = shown_places(len(tile.values), MOST_ROWS, (top, height))
    columns = shown_places(len(tile.values[0]), max(1, (width - names) // each), (left, wide))
    heading = " " * names + "".join(fit_right(str(c), each - 1) + " " for c in columns)
    lines = [Content.styled(heading, "dim")]
    for r in rows:
        cells = [_cell(tile, r, c, scale, digits, each) for c in columns]
        lines.append(Content.assemble((f"{r:>{names - 1}} ", "dim"), *cells))
    return lines


def table_width(tile: Tile, scale: ColourScale, digits: int) -> int:
    """The width of the whole table of a tile, in cells."""
    return _names_width(tile) + cell_width(tile, scale, digits) * max((len(row) for row in tile.values), default=0)


def table_height(tile: Tile) -> int:
    """The height of a tile's table in lines, including the heading."""
    return 1 + min(MOST_ROWS, len(tile.values))


def cell_width(tile: Tile, scale: ColourScale, digits: int) -> int:
    """The width of one number, with a cell on either side for the window's frame."""
    values = [v for row in tile.values for v in row] + list(scale.ends)
    return 2 + max(len(number_text(v, digits)) for v in values)


def shown_places(length: int, most: int, window: tuple[int, int]) -> Sequence[int]:
    """At most ``most`` indices of ``length``: around the window (start, length) if it has one, else evenly spread.

    >>> list(shown_places(5, 9, (0, 0))), list(shown_places(41, 6, (0, 0))), list(shown_places(28, 5, (10, 3)))
    ([0, 1, 2, 3, 4], [0, 8, 16, 24, 32, 40], [9, 10, 11, 12, 13])
    """
    if length <= most:
        return range(length)
    start, wide = window
    if wide:
        first = min(max(0, start - (most - wide) // 2), length - most)
        return range(first, first + most)
    return [round(i * (length - 1) / (most - 1)) for i in range(most)] if most > 1 else range(1)


def _names_width(tile: Tile) -> int:
    return 1 + len(str(len(tile.values) - 1))


def _cell(tile: Tile, row: int, column: int, scale: ColourScale, digits: int, each: int) -> tuple[str, str]:
    value = tile.values[row][column]
    before, after = _frame(tile, row, column)
    if (row, column) in tile.ringed:
        before = RING
    if (row, column) in tile.marked:
        before = MARK
    text = before + fit_right(number_text(value, digits), each - 2) + after
    step = scale.step(value)
    if not scale.colours or step is None:
        return text, ""
    colour = scale.colours[step]
    return text, f"{ink(colour)} on {colour}"


def _frame(tile: Tile, row: int, column: int) -> tuple[str, str]:
    """The parts of the window's frame to the left and to the right of a cell."""
    if tile.window is None:
        return " ", " "
    top, left, height, width = tile.window
    inside = top <= row < top + height and left <= column < left + width
    sides = "[]" if height == 1 else "┌┐" if row == top else "└┘" if row == top + height - 1 else "││"
    return (
        sides[0] if inside and column == left else " ",
        sides[1] if inside and column == left + width - 1 else " ",
    )
