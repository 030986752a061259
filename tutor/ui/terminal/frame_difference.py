"""Send only the difference between a frame and what the terminal already shows.

Textual paints whole regions; over a slow connection each cell takes time, though most have not changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

Cell = tuple[str, str]
"""A character with its combining characters, and the numbers of its colours and attributes (``CSI … m``). The second
cell of a wide character is empty."""
UNKNOWN: Cell = ("\x00", "")
# Up to this many unchanged cells between two changed ones are sent again, as moving the cursor costs as much.
_GAP = 4


class Changes(CompositorUpdate):
    """An update that is already rendered to text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: Console) -> str:  # noqa: ARG002
        """The text."""
        return self._text


class FrameDifference:
    """Remembers what the terminal shows, cell by cell. ``colours``: its number of colours."""

    def __init__(self, colours: ColorSystem) -> None:
        self._colours = colours
        self._rows: list[list[Cell]] = []
        self._size = (0, 0)

    def forget(self) -> None:
        """Assume nothing about what the terminal shows: send everything again."""
        self._size = (0, 0)

    def sequence(self, update: CompositorUpdate, width: int, height: int) -> str | None:
        """The sequence that makes a terminal of ``width`` × ``height`` cells show ``update``; empty if it already does.

        None for an unknown kind of update, which may paint anything.
        """
        pieces = _pieces(update)
        if pieces is None:
            self.forget()
            return None
        if self._size != (width, height):
            self._size = (width, height)
            self._rows = [[UNKNOWN] * width for _ in range(height)]
        changed: dict[int, list[Cell]] = {}
        for x, y, segments in pieces:
            if 0 <= y < height and x < width:
                row = changed.setdefault(y, self._rows[y].copy())
                _put(row, x, self._cells(segments))
        style, parts = "", []
        for y in sorted(changed):
            before, after = self._rows[y], changed[y]
            for start, end in _runs(before, after):
                parts.append(f"\x1b[{y + 1};{start + 1}H")
                for text, wanted in after[start:end]:
                    if wanted != style:
                        parts.append(f"\x1b[0;{wanted}m" if wanted else "\x1b[0m")
                        style = wanted
                    parts.append(" " if (text, wanted) == UNKNOWN else text)
            self._rows[y] = after
        if style:
            parts.append("\x1b[0m")
        return "".join(parts)

    def _cells(self, segments: Iterable[Segment]) -> Iterator[Cell]:
        for text, style, control in segments:
            if control:
                continue
            ansi = ""
            if style is not None:
                kept = style._ansi
                ansi = Strip.render_ansi(style, self._colours) if kept is None else kept
            if text.isascii():
                yield from ((character, ansi) for character in text)
            else:
                for cell in split_cells(text):
                    yield cell, ansi


@lru_cache(512)
def split_cells(text: str) -> tuple[str, ...]:
    """One string per cell; characters without width belong to the previous cell."""
    cells: list[str] = []
    for character in text:
        width = cell_len(character)
        if width == 0 and cells:
            # After the first cell of a wide character, if it combines with that.
            place = -2 if cells[-1] == "" and len(cells) > 1 else -1
            cells[place] += character
        elif width:
            cells.append(character)
            if width == 2:
                cells.append("")
    return tuple(cells)


def _put(row: list[Cell], x: int, cells: Iterable[Cell]) -> None:
    """Write cells into a row from column ``x``; a wide character that is half overwritten loses its other half."""
    width = len(row)
    put = list(cells)[max(0, -x) : width - x]
    x = max(0, x)
    if not put:
        return
    end = x + len(put)
    if row[x][0] == "" and x > 0:
        row[x - 1] = (" ", row[x - 1][1])
    if end < width and row[end][0] == "":
        row[end] = (" ", row[end][1])
    row[x:end] = put
    if row[end - 1][0] and end == width and cell_len(row[end - 1][0]) == 2:
        # Cut off by the edge of the screen.
        row[end - 1] = (" ", row[end - 1][1])


def _runs(before: list[Cell], after: list[Cell]) -> Iterator[tuple[int, int]]:
    """The ranges in which the rows differ, never splitting a wide character of the old or the new row."""
    if before == after:
        return
    width = len(after)
    differing = [x for x in range(width) if before[x] != after[x]]
    start = end = -1
    for x in differing:
        if start >= 0 and x - end <= _GAP and len({cell[1] for cell in after[end - 1 : x + 1]}) == 1:
            end = x + 1
            continue
        if start >= 0:
            yield _whole(before, after, start, end)
        start, end = x, x + 1
    yield _whole(before, after, start, end)


def _whole(before: list[Cell], after: list[Cell], start: int, end: int) -> tuple[int, int]:
    while start > 0 and "" in (before[start][0], after[start][0]):
        start -= 1
    while end < len(after) and "" in (before[end][0], after[end][0]):
        end += 1
    return start, end


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Iterable[Segment]]] | None:
    """Column, row and segments of an update; None for an unknown kind."""
    if isinstance(update, LayoutUpdate):
        return _of_layout(update)
    if isinstance(update, ChopsUpdate):
        return _of_chops(update)
    return None


def _of_layout(update: LayoutUpdate) -> Iterator[tuple[int, int, Iterable[Segment]]]:
    for y, strips in enumerate(update.strips, update.region.y):
        yield update.region.x, y, (segment for strip in strips for segment in strip)


def _of_chops(update: ChopsUpdate) -> Iterator[tuple[int, int, Iterable[Segment]]]:
    """The pieces of a ``ChopsUpdate``, like its ``render_segments``."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > last or end <= first:
                continue
            inside = first <= x < last and end <= last
            yield x, y, strip if inside else strip.crop(0, min(end, last) - x)
