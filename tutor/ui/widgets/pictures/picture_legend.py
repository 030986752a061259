"""The legend of a picture: its colour scale, its axes, its trails."""

from __future__ import annotations

from textual.content import Content

from tutor.course.words.picture_text import POINTS_NAMED, point_sign
from tutor.labs.kit.readouts import Picture, Trail
from tutor.language.catalogue import _
from tutor.ui.widgets.notation import between, heading, number_text, visible, wrap
from tutor.ui.widgets.pictures.colour_scale import ColourScale, ink
from tutor.ui.widgets.pictures.picture_plan import PicturePlan, axis_texts, tile_shape
from tutor.ui.widgets.pictures.tile_drawing import (
    arrow_head,
    point_colours,
    trail_end,
    trail_mark,
    trail_numbers,
    trail_styles,
)


def scale_legend(picture: Picture, scale: ColourScale, width: int) -> list[Content]:
    """The steps of the scale between its end values, with the middle of a signed one as a number; below the
    values if the width is too small.

    If numbers lie beyond an end, its value has ``≤`` or ``≥``.
    """
    lowest, highest = scale.ends
    low, high = (number_text(end, picture.digits) for end in scale.ends)
    least, most = picture.span
    low = f"≤{low}" if least < lowest else low
    high = f"≥{high}" if most > highest else high
    steps: list[tuple[str, str]] = (
        [(" ", f"on {colour}") for colour in scale.colours]
        if scale.colours
        else [(character, "") for character in scale.characters]
    )
    if scale.signed:
        middle = scale.colours[len(steps) // 2] if scale.colours else ""
        steps[len(steps) // 2] = (
            f" {number_text(scale.middle, picture.digits)} ",
            f"{ink(middle)} on {middle}" if middle else "",
        )
    first, last = Content.styled(low, "dim"), Content.styled(high, "dim")
    line = first + Content.assemble(" ", *steps, " ") + last
    return [line] if line.cell_length <= width else [between(first, last, width), Content.assemble(*steps)]


def axes_lines(picture: Picture, plan: PicturePlan | None, width: int) -> list[Content]:
    """The columns' axis under the picture, or both axes in words; nothing for a picture without axes."""
    rows, columns = picture.row_axis, picture.column_axis
    if columns and plan is not None and (plan.gutter or not rows) and len(picture.tiles) == 1:
        name, first, last = axis_texts(columns)
        wide = plan.columns * plan.size
        text = first + name.center(max(0, wide - len(first) - len(last))) + last
        if len(text) == wide:
            return [Content.styled(" " * (1 + plan.gutter) + text, "dim")]
        rows = None if plan.gutter else rows
    words = []
    for arrow, axis in (("↓", rows), ("→", columns)):
        if axis:
            name, first, last = axis_texts(axis)
            words.append(f"{arrow} {name} {first} … {last}")
    together = " " + "  ".join(words)
    lines = [together] if len(together) <= width else [" " + each for each in words]
    return [Content.styled(line, "dim") for line in lines if words]


def row_axis(picture: Picture, plan: PicturePlan, y: int) -> str:
    """The text to the left of line ``y`` of the picture."""
    if not plan.gutter or picture.row_axis is None:
        return " "
    name, first, last = axis_texts(picture.row_axis)
    end = plan.tile_height - 1
    text = first if y == 0 else last if y == end else name if y == end // 2 else ""
    return " " + text.rjust(plan.gutter - 1) + " "


def reduction_lines(picture: Picture, plan: PicturePlan, shades: bool, width: int) -> list[Content]:
    """A note if the picture is reduced, so that a cell is the mean of several numbers."""
    rows, columns = tile_shape(picture)
    high, wide = rows / plan.rows, columns / plan.columns
    if shades and plan.size == 1:
        high *= 2
    if high == 1 and wide == 1:
        return []
    return heading(_("a cell is the mean of {high:.2g} × {wide:.2g}").format(high=high, wide=wide), width, "dim")


def trail_lines(picture: Picture, scale: ColourScale, width: int, with_places: bool) -> list[Content]:
    """The mark and label of each trail, as many per line as fit, with its current point if ``with_places``.

    An arrow that is not there yet is left out; of several of one label the first is named.
    """
    lines: list[Content] = []
    named: set[int] = set()
    for number, trail in zip(trail_numbers(picture.trails), picture.trails, strict=True):
        if not trail.is_there or number in named:
            continue
        named.add(number)
        where = trail_place(picture, trail) if with_places else "" if _inside(picture, trail) else _("off the picture")
        words = visible(trail.label) + (f": {where}" if where else "")
        on_the_way, at_the_end = trail_styles(number, scale)
        if trail.kind == "arrow":
            marks = [(arrow_head(trail.points), on_the_way or "bold")]
        else:
            marks = [(trail_mark(number), on_the_way or "bold"), (trail_end(number), at_the_end or "bold")]
        first, *more = wrap(words, max(1, width - 4))
        item = Content.assemble(" ", *marks, f" {first}")
        if lines and lines[-1].cell_length + 1 + item.cell_length <= width:
            lines[-1] = lines[-1] + Content(" ") + item
        else:
            lines.append(item)
        lines += [Content(f"    {part}") for part in more]
    return lines


def point_lines(picture: Picture, scale: ColourScale, width: int, with_places: bool) -> list[Content]:
    """The sign of each kind of point, as many per line as fit, with their places if ``with_places``."""
    lines: list[Content] = []
    for number, kind in enumerate(picture.kinds):
        own = [point for point in picture.points if point.kind == kind]
        places = "; ".join(_named_place(picture, point.row, point.column) for point in own[:POINTS_NAMED])
        more = _("; {count} more").format(count=len(own) - POINTS_NAMED) if len(own) > POINTS_NAMED else ""
        first, *others = wrap(visible(kind) + (f": {places}{more}" if with_places else ""), max(1, width - 3))
        front, behind = point_colours(number, scale, len(picture.points))
        style = " ".join(part for part in ("bold", front, f"on {behind}" if behind else "") if part)
        item = Content.assemble(" ", (point_sign(number), style), f" {first}")
        if lines and lines[-1].cell_length + 1 + item.cell_length <= width:
            lines[-1] = lines[-1] + Content(" ") + item
        else:
            lines.append(item)
        lines += [Content(f"   {part}") for part in others]
    return lines


def trail_place(picture: Picture, trail: Trail) -> str:
    """The current point of a trail, in values of the axes if the picture has them."""
    if not trail.points:
        return _("not begun")
    return _named_place(picture, *trail.points[-1])


def _named_place(picture: Picture, row: float, column: float) -> str:
    rows, columns = tile_shape(picture)
    return f"{_at('row', picture.row_axis, row, rows)}, {_at('column', picture.column_axis, column, columns)}"


def _at(word: str, axis: tuple[str, float, float] | None, place: float, count: int) -> str:
    if axis is None:
        return f"{word} {number_text(place, 1)}"
    name, first, last = axis
    return f"{visible(name)} {number_text(first + (last - first) * place / max(1, count - 1), 2)}"


def _inside(picture: Picture, trail: Trail) -> bool:
    rows, columns = tile_shape(picture)
    row, column = trail.points[-1] if trail.points else (0.0, 0.0)
    return -0.5 <= row < rows - 0.5 and -0.5 <= column < columns - 0.5
