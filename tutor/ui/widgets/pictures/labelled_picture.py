"""A picture whose rows and columns have names, such as a confusion matrix: draws all of them with their names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from textual.content import Content

from tutor.labs.kit.readouts import Covered, Picture, Tile
from tutor.ui.widgets.notation import MASK, fit, fit_right, number_text, visible
from tutor.ui.widgets.pictures.colour_scale import ColourScale, ink
from tutor.ui.widgets.pictures.tile_drawing import NO_MARGIN, draw_tile, lines_of

_TALLEST = 8
"""The lines of a value with its number in it, at most."""


@dataclass(frozen=True)
class LabelledPlan:
    """The width of a value, the rows per line, and the columns side by side.

    Columns that do not fit follow below, with all rows again. If it is ``numbered``, each value has its number in it
    and is ``tall`` lines high.
    """

    each: int
    rows_a_line: int
    across: int
    width: int
    height: int
    numbered: bool = False
    tall: int = 1


def is_labelled(picture: Picture) -> bool:
    """Whether its rows and columns have names."""
    return bool(picture.row_labels and picture.column_labels and len(picture.tiles) == 1)


def labelled_plans(picture: Picture, width: int, in_characters: bool) -> Iterator[LabelledPlan]:
    """The ways to draw it in ``width`` cells, lowest first; in characters no rows share a line."""
    if not in_characters:
        yield _plan(picture, width, 1, 2)
    single = _plan(picture, width, 1, 1)
    double = _plan(picture, width, 2, 1)
    yield double if double.height == single.height else single


def numbers_plan(picture: Picture, width: int) -> LabelledPlan:
    """The layout of its numbers in ``width`` cells, each after a blank."""
    values = (number_text(v, picture.digits) for row in picture.tiles[0].values for v in row)
    names = (visible(name) for name in picture.column_labels)
    return _plan(picture, width, 1 + max(map(len, (*values, *names))), 1)


def numbered_plans(picture: Picture, width: int) -> Iterator[LabelledPlan]:
    """The ways to draw it with its numbers in it, all columns side by side, lowest first."""
    least = numbers_plan(picture, width)
    columns = len(picture.column_labels)
    for tall in range(1, _TALLEST + 1):
        each = max(least.each, 2 * tall)
        plan = _plan(picture, width, each, 1)
        if plan.across == columns:
            yield replace(plan, height=1 + tall * len(picture.row_labels), numbered=True, tall=tall)


def _plan(picture: Picture, width: int, each: int, rows_a_line: int) -> LabelledPlan:
    rows, columns = len(picture.row_labels), len(picture.column_labels)
    gutter = _gutter(picture, rows_a_line)
    most = max(1, (width - gutter) // each)
    bands = math.ceil(columns / most)
    across = math.ceil(columns / bands)
    return LabelledPlan(
        each,
        rows_a_line,
        across,
        gutter + across * each,
        math.ceil(columns / across) * (1 + math.ceil(rows / rows_a_line)),
    )


def labelled_lines(picture: Picture, plan: LabelledPlan, scale: ColourScale) -> list[Content]:
    """The picture with the names of its rows and columns."""
    lines: list[Content] = []
    for start, names in _bands(picture, plan):
        lines.append(_columns_line(picture, plan, names))
        part = Tile("", tuple(row[start : start + len(names)] for row in picture.tiles[0].values))
        size = 1 if plan.rows_a_line == 2 else 2
        cells = draw_tile(part, scale, size, NO_MARGIN, (len(part.values), len(names)))
        # A value of size 2 is two cells wide and one line high; a narrow one is half as wide, on its own line.
        drawn = lines_of([row[:: size // plan.each] for row in cells])
        lines += [_row_names(picture, plan, y) + line for y, line in enumerate(drawn)]
    return lines


def labelled_numbers(picture: Picture, plan: LabelledPlan, scale: ColourScale) -> list[Content]:
    """Its numbers, each on its colour."""
    lines: list[Content] = []
    for start, names in _bands(picture, plan):
        lines.append(_columns_line(picture, plan, names))
        for y, row in enumerate(picture.tiles[0].values):
            values = row[start : start + len(names)]
            cells, empty = (
                [_number(value, picture.digits, plan.each, scale, written) for value in values]
                for written in (True, False)
            )
            blank = Content(" " * _gutter(picture, plan.rows_a_line)) + Content.assemble(*empty)
            drawn = [blank] * plan.tall
            drawn[plan.tall // 2] = _row_names(picture, plan, y) + Content.assemble(*cells)
            lines += drawn
    return lines


def _bands(picture: Picture, plan: LabelledPlan) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each band of columns side by side: the index of the first, and their names."""
    for start in range(0, len(picture.column_labels), plan.across):
        yield start, picture.column_labels[start : start + plan.across]


def _columns_line(picture: Picture, plan: LabelledPlan, names: tuple[str, ...]) -> Content:
    text = "".join(fit_right(visible(name), plan.each) for name in names)
    return Content.styled(" " * _gutter(picture, plan.rows_a_line) + text, "dim")


def _row_names(picture: Picture, plan: LabelledPlan, line: int) -> Content:
    """The names of the rows on this line; with half blocks, that of the upper half first."""
    first = line * plan.rows_a_line
    longest = _longest(picture)
    names = (fit(visible(name), longest) for name in picture.row_labels[first : first + plan.rows_a_line])
    return Content.styled(f" {''.join(names)}".ljust(_gutter(picture, plan.rows_a_line)), "dim")


def _gutter(picture: Picture, rows_a_line: int) -> int:
    return 2 + rows_a_line * _longest(picture)


def _longest(picture: Picture) -> int:
    return max(len(visible(name)) for name in picture.row_labels)


def _number(value: float, digits: int, each: int, scale: ColourScale, written: bool = True) -> tuple[str, str]:
    shown = MASK if isinstance(value, Covered) else number_text(value, digits)
    text = fit_right(shown if written else "", each)
    step = scale.step(value)
    if not scale.colours or step is None:
        return text, ""
    return text, f"{ink(scale.colours[step])} on {scale.colours[step]}"
