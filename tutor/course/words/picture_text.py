"""Pictures as lines of plain text: small ones as tables of numbers, large ones as shades, the rest in words."""

from __future__ import annotations

import math
from itertools import groupby
from statistics import fmean

from tutor.course.words.printed_page import Page, aligned, number_text, wrapped
from tutor.labs.kit.readouts import Covered, Picture, PicturePoint, Tile, Trail
from tutor.language.catalogue import _, ngettext

MOST_ROWS = 16
"""A picture with more rows is printed as shades: nobody reads so large a table."""

MOST_IN_A_GALLERY = 4
"""Of a gallery of large tiles no more than these are printed."""

_SHADES = "·░▒▓█"
_SIGNED_SHADES = "#≡=-·░▒▓█"
# For a page without block characters.
_PLAIN_SHADES = ".:+*#"
_PLAIN_SIGNED_SHADES = "dcba.1234"
_NO_NUMBER = "?"
POINT_SIGNS = ("o", "+", "◆", "*", "×", "△")
"""The signs of a picture's points, by kind, on every face."""
POINTS_NAMED = 6
"""The most points of a kind whose places are given."""


def point_sign(kind: int) -> str:
    """The sign of the points of the kind with this number."""
    return POINT_SIGNS[kind % len(POINT_SIGNS)]


def picture_lines(picture: Picture, page: Page) -> tuple[str, ...]:
    """Every tile, then the axes, the trails and, for shades, their meaning and how to ask for one number."""
    if any(tile.band for tile in picture.tiles):
        return _bands(picture, page)
    if (picture.gallery or picture.grey) and len(picture.tiles[0].values) > MOST_ROWS:
        return _gallery(picture, page)
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
        counted = _("by their names") if picture.row_labels else _("counted from 0")
        lines += wrapped(
            _("  One of its numbers: show {path}[row][column], {counted}.").format(path=path, counted=counted),
            page,
            "    ",
        )
    for sentence in around_in_words(picture):
        lines += wrapped(f"  {sentence}", page, "    ")
    return tuple(lines) or (_("  nothing yet"),)


def _bands(picture: Picture, page: Page) -> tuple[str, ...]:
    """A sentence for each band: so many tables are nothing to read in full."""
    lines: list[str] = []
    for name, group in groupby(picture.tiles, lambda tile: tile.band):
        tiles = list(group)
        largest = [max((v for row in tile.values for v in row), default=0.0) for tile in tiles]
        smallest = min((v for tile in tiles for row in tile.values for v in row), default=0.0)
        strongest = max(range(len(tiles)), key=lambda i: largest[i])
        rows, columns = len(tiles[0].values), len(tiles[0].values[0])
        low, high = (number_text(v, picture.digits) for v in (smallest, largest[strongest]))
        each = (
            _("{count} of {rows} × {columns}").format(count=len(tiles), rows=rows, columns=columns)
            if len(tiles) > 1
            else f"{rows} × {columns}"
        )
        in_which = _(", the largest in {label}").format(label=tiles[strongest].label) if len(tiles) > 1 else ""
        lines += wrapped(
            _("  {name}: {each}, from {low} to {high}{in_which}.").format(
                name=name, each=each, low=low, high=high, in_which=in_which
            ),
            page,
            "    ",
        )
    path = f"{picture.name}[{picture.tiles[0].label}][row][column]"
    return (*lines, *wrapped(_("  One of its numbers: show {path}, counted from 0.").format(path=path), page, "    "))


def _gallery(picture: Picture, page: Page) -> tuple[str, ...]:
    """The first tiles as shades, each character the mean of a square; the others by their names."""
    shades = _characters(picture, page)
    lines: list[str] = []
    for tile in picture.tiles[:MOST_IN_A_GALLERY]:
        lines += [f"  {tile.label}:"] if tile.label else []
        every = math.ceil(len(tile.values) / MOST_ROWS)
        lines += ["  " + "".join(_shade(v, picture, shades) for v in row) for row in _means(tile, every)]
    every = math.ceil(len(picture.tiles[0].values) / MOST_ROWS)
    said = [
        _("Each character is the mean of {every} × {every} numbers. {meaning}").format(
            every=every, meaning=_meaning(picture, page)
        )
    ]
    others = [tile.label for tile in picture.tiles[MOST_IN_A_GALLERY:]]
    if others:
        said.append(
            _("{count} more, by describe {name}[{first}] and so on: {names}.").format(
                count=len(others), name=picture.name, first=MOST_IN_A_GALLERY, names=", ".join(others)
            )
        )
    return (*lines, *(part for sentence in said for part in wrapped(f"  {sentence}", page, "    ")))


def _means(tile: Tile, every: int) -> list[list[float]]:
    """The means of squares of ``every`` rows and columns, smaller at the far edges."""
    rows, columns = len(tile.values), len(tile.values[0])
    return [
        [fmean(v for row in tile.values[r : r + every] for v in row[c : c + every]) for c in range(0, columns, every)]
        for r in range(0, rows, every)
    ]


def _table(tile: Tile, picture: Picture, page: Page) -> tuple[str, ...]:
    """The numbers under the columns' names or indices; empty if the page is too narrow."""
    if len(tile.values) > MOST_ROWS:
        return ()
    count = max((len(row) for row in tile.values), default=0)
    columns = ("", *(place_name(picture.column_labels, c) for c in range(count)))
    rows = [
        [place_name(picture.row_labels, r), *(_number(v, picture.digits) for v in row)]
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
    rows = [[_shade(v, picture, shades) for v in row[::every]] for row in tile.values[::every]]
    for point in picture.points:
        r, c = (math.floor(place / every + 0.5) for place in (point.row, point.column))
        if 0 <= r < len(rows) and 0 <= c < len(rows[r]):
            rows[r][c] = point_sign(picture.kinds.index(point.kind))
    lines = tuple(f"  {''.join(row)}" for row in rows)
    return (_("  one in {every} rows and columns:").format(every=every), *lines) if every > 1 else lines


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


def _number(value: float, digits: int) -> str:
    return "covered" if isinstance(value, Covered) else number_text(value, digits)


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
    half, off, reach = len(shades) // 2, value - picture.middle, high - picture.middle
    steps = math.ceil(min(1.0, abs(off) / (reach or 1.0)) * half - 1e-9)
    return shades[half + (steps if off > 0 else -steps)]


def _ends(picture: Picture) -> tuple[float, float]:
    if not picture.signed:
        return picture.low, picture.high
    reach = max(abs(picture.low - picture.middle), abs(picture.high - picture.middle))
    return picture.middle - reach, picture.middle + reach


def _meaning(picture: Picture, page: Page) -> str:
    """The meaning of each character."""
    shades = _characters(picture, page)
    low, high = _ends(picture)
    values = {value for tile in picture.tiles for row in tile.values for value in row}
    if not picture.signed and values <= {low, high} and low < high:
        return _("{first} is {low}, {last} is {high}.").format(
            first=shades[0],
            low=number_text(low, picture.digits),
            last=shades[-1],
            high=number_text(high, picture.digits),
        )
    if not picture.signed:
        edges = [number_text(low + (high - low) * (i + 1) / len(shades), picture.digits) for i in range(len(shades))]
        first = _("{shades} from {low} to {high}").format(
            shades=shades[0], low=number_text(low, picture.digits), high=edges[0]
        )
        return (
            ", ".join(
                [
                    first,
                    *(
                        _("{sign} to {number}").format(sign=s, number=edge)
                        for s, edge in zip(shades[1:], edges[1:], strict=True)
                    ),
                ]
            )
            + "."
        )
    half = len(shades) // 2
    middle = number_text(picture.middle, picture.digits)

    def side(characters: str, end: float) -> str:
        edges = (picture.middle + (end - picture.middle) * (i + 1) / half for i in range(half))
        return ", ".join(
            _("{sign} to {number}").format(sign=s, number=number_text(e, picture.digits))
            for s, e in zip(characters, edges, strict=True)
        )

    above, below = side(shades[half + 1 :], high), side(shades[:half][::-1], low)
    return _("{shades} is {middle}; above {middle}: {above}; below {middle}: {below}.").format(
        shades=shades[half], middle=middle, above=above, below=below
    )


def about_tile(tile: Tile, picture: Picture, shaded: bool) -> list[str]:
    """The window and the marks of a tile in words; for shades also the smallest and the largest number."""
    places = [(v, r, c) for r, row in enumerate(tile.values) for c, v in enumerate(row) if not math.isnan(v)]
    sentences = []
    if shaded and places:
        small, large = min(places, key=lambda p: p[0]), max(places, key=lambda p: p[0])
        words = (
            _("{value} at {place}").format(value=number_text(v, picture.digits), place=_place(picture, r, c))
            for v, r, c in (small, large)
        )
        if small[0] == large[0]:
            sentences.append(_("All are {value}.").format(value=number_text(small[0], picture.digits)))
        else:
            sentences.append(_("Smallest {}; largest {}.").format(*words))
    if tile.window is not None:
        top, left, height, width = tile.window
        sentences.append(
            _("The window is {height} × {width}: rows {rows}, columns {columns}.").format(
                height=height,
                width=width,
                rows=_span(top, height, len(tile.values)),
                columns=_span(left, width, len(tile.values[0]) if tile.values else 0),
            )
        )
    for kind, cells in ((_("Marked"), tile.marked), (_("Ringed"), tile.ringed)):
        if cells:
            sentences.append(f"{kind}: {'; '.join(_place(picture, r, c) for r, c in cells)}.")
    return sentences


def _place(picture: Picture, row: int, column: int) -> str:
    return _("row {row}, column {column}").format(
        row=place_name(picture.row_labels, row), column=place_name(picture.column_labels, column)
    )


def _span(start: int, length: int, there: int) -> str:
    """The first and the last index of a window, and how far it extends beyond the edge."""
    text = _("{first} to {last}").format(first=number_text(start), last=number_text(start + length - 1))
    over = max(0, -start) + max(0, start + length - there)
    return _("{text} ({over} over the edge)").format(text=text, over=over) if over else text


def axes_in_words(picture: Picture) -> list[str]:
    """What the rows and the columns mean."""
    sentences = []
    for word, axis in ((_("Rows"), picture.row_axis), (_("Columns"), picture.column_axis)):
        if axis is not None:
            name, first, last = axis
            sentences.append(
                _("{word}: {name} from {first} to {last}.").format(
                    word=word, name=name, first=number_text(first, 3), last=number_text(last, 3)
                )
            )
    return sentences


def around_in_words(picture: Picture) -> list[str]:
    """The axes, the points and the trails."""
    return [*axes_in_words(picture), *_points_in_words(picture), *_trails_in_words(picture)]


def _trails_in_words(picture: Picture) -> list[str]:
    """A sentence for each trail; for several arrows of one label, one with where the first of them lead."""
    there = [trail for trail in picture.trails if trail.is_there]
    sentences: dict[str | int, str] = {}
    for place, trail in enumerate(there):
        alike = [each for each in there if trail.kind == each.kind == "arrow" and each.label == trail.label]
        if len(alike) < 2:
            sentences[place] = way_of_trail(trail, picture)
        elif trail.label not in sentences:
            ways = [_(" to ").join(_where(picture, *point) for point in each.points) for each in alike[:POINTS_NAMED]]
            more = [_("{count} more").format(count=len(alike) - POINTS_NAMED)] if len(alike) > POINTS_NAMED else []
            sentences[trail.label] = _("{label}, {count} arrows: {names}.").format(
                label=trail.label, count=len(alike), names="; ".join(ways + more)
            )
    return list(sentences.values())


def _points_in_words(picture: Picture) -> list[str]:
    """For each kind of points its sign, how many there are, and where the first of them are and on which number."""
    rows = max((len(tile.values) for tile in picture.tiles), default=1)
    columns = max((len(row) for tile in picture.tiles for row in tile.values), default=1)
    sentences = []
    for number, kind in enumerate(picture.kinds):
        own = [point for point in picture.points if point.kind == kind]
        places = [
            f"{_at('row', picture.row_axis, p.row, rows)}, {_at('column', picture.column_axis, p.column, columns)}"
            + _under(picture, p)
            for p in own[:POINTS_NAMED]
        ]
        more = [_("{count} more").format(count=len(own) - POINTS_NAMED)] if len(own) > POINTS_NAMED else []
        count = ngettext("{count} point", "{count} points", len(own)).format(count=len(own))
        sentences.append(f"{point_sign(number)} {kind}, {count}: {'; '.join(places + more)}.")
    return sentences


def _under(picture: Picture, point: PicturePoint) -> str:
    """The number of the cell that a point lies on; nothing beside the picture, or where there are several tiles."""
    row, column = math.floor(point.row + 0.5), math.floor(point.column + 0.5)
    values = picture.tiles[0].values if len(picture.tiles) == 1 else ()
    if not (0 <= row < len(values) and 0 <= column < len(values[row])):
        return ""
    return _(", on {values}").format(values=number_text(values[row][column], picture.digits))


def way_of_trail(trail: Trail, picture: Picture) -> str:
    """The length of a trail and its current point, in the axes' values if there are any."""
    if not trail.points:
        return _("{label}: not begun.").format(label=trail.label)
    where = _where(picture, *trail.points[-1])
    count = len(trail.points)
    if trail.kind == "arrow":
        return _("{label}: an arrow to {where}.").format(label=trail.label, where=where)
    return ngettext(
        "{label}: {count} point, now at {where}.", "{label}: {count} points, now at {where}.", count
    ).format(label=trail.label, count=count, where=where)


def _where(picture: Picture, row: float, column: float) -> str:
    rows = max((len(tile.values) for tile in picture.tiles), default=1)
    columns = max((len(row) for tile in picture.tiles for row in tile.values), default=1)
    return f"{_at('row', picture.row_axis, row, rows)}, {_at('column', picture.column_axis, column, columns)}"


def _at(word: str, axis: tuple[str, float, float] | None, place: float, count: int) -> str:
    if axis is None:
        return f"{word} {number_text(place, 1)}"
    name, first, last = axis
    return f"{name} {number_text(first + (last - first) * place / max(1, count - 1), 3)}"
