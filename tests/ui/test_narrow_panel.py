"""Beside a step's text in 60 columns a lab has 20 cells: nothing of its names and numbers is cut there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby

import pytest
from textual.geometry import Size

from tutor.course.lessons.loader import load_lesson, read_summaries
from tutor.labs.catalog import lab_class
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    MatrixControl,
    NumberControl,
    TextControl,
    VectorControl,
)
from tutor.labs.kit.origins import shown
from tutor.labs.kit.readouts import Code, Curve, Matrix, Number, Picture, Readout, Table, Text, Tile, Vector
from tutor.resources import lessons_folder
from tutor.ui.widgets.action_bar import ActionBar
from tutor.ui.widgets.fields.cells_field import CellsField
from tutor.ui.widgets.lab_view import LabView
from tutor.ui.widgets.notation import control_text, number_text
from tutor.ui.widgets.registry import field_for, view_for

WIDTHS = (20, 21, 41, 58)
"""A lab's room beside a step in 60 columns, with and without a scrollbar; the same in 80; the whole of 60."""


@cache
def _lab_names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(load_lesson(summary.folder).lab for summary in read_summaries(lessons_folder())))


@pytest.fixture(params=_lab_names())
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    made = lab_class(request.param)()
    yield made
    made.close()


def lines_of(view: LabView, width: int) -> list[str]:
    """The view's lines in the room that it asks for, none of them too long and none too many."""
    extent = view.extent(width)
    lines = view.lines(Size(width, extent.height))
    assert len(lines) <= extent.height, f"{len(lines)} lines in {extent.height}"
    for line in lines:
        assert line.cell_length <= width, f"{line.plain!r} in {width} cells"
    return [line.plain for line in lines]


def together(*parts: str) -> str:
    """Words without the blanks and ends of lines between them."""
    return "".join("".join(parts).split())


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_control_is_and_holds_is_seen(lab: Lab, width: int) -> None:
    for control in lab.value_controls():
        value = lab.get(control.name)
        field = field_for(control, value)
        text = together(*lines_of(field, width))
        assert together(control.label) in text, control.name
        match control:
            case NumberControl():
                assert control_text(float(value)) in text  # type: ignore[arg-type]
            case ChoiceControl():
                for option in control.options:
                    field.set_reactive(type(field).value, option)
                    assert together(option) in together(*lines_of(field, width))
            case TextControl():
                assert together(str(value)) in text
            case VectorControl() | MatrixControl():
                assert isinstance(field, CellsField)
                for number in field.numbers:
                    assert f"{control_text(number)}]" in text
                columns = control.labels if isinstance(control, VectorControl) else control.column_labels
                assert all(together(label) in text for label in columns)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_an_action_does_and_its_key_are_seen(lab: Lab, width: int) -> None:
    for group in lab.groups():
        actions = [c for c in lab.controls() if isinstance(c, ActionControl) and c.name in group.names]
        text = together(*lines_of(ActionBar(actions), width)) if actions else ""
        for action in actions:
            assert together(f"[{action.key or '·'}]{action.label}") in text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("covered", [False, True])
def test_names_and_numbers_of_a_readout_are_seen(lab: Lab, width: int, covered: bool) -> None:
    for name in lab.readout_names():
        readout = shown(lab, name)
        text = together(*lines_of(view_for(readout, covered), width))
        # The lines of a program mean something: they are cut, and scrolled elsewhere.
        assert together(readout.label) in text or isinstance(readout, Code), name
        if not covered:
            for part in _parts(readout):
                assert together(part) in text, f"{part!r} of {name}"


def _parts(readout: Readout) -> Iterator[str]:
    """Names and numbers that a view of it is to show."""
    match readout:
        case Number():
            yield number_text(readout.value, readout.digits)
        case Text():
            yield readout.value
        case Vector():
            yield from readout.labels
            yield from (number_text(v, readout.digits) for v in readout.values)
        case Matrix(picture=False):
            yield from (*readout.row_labels, *readout.column_labels)
            yield from (number_text(v, readout.digits) for row in readout.values for v in row)
        case Table():
            for row in readout.rows:
                yield from readout.columns[1:]
                yield from (c if isinstance(c, str) else number_text(c, readout.digits) for c in row)
        case Curve():
            yield from (series.label for series in readout.series if len(readout.series) > 1)
        case Picture(grey=True):
            # Handwriting, from paper to ink, has no scale.
            yield from (tile.label for tile in readout.tiles)
        case Picture(tiles=(Tile(band=str(first)), *_)) if first:
            for band, tiles in groupby(readout.tiles, lambda tile: tile.band):
                rows = [row for tile in tiles for row in tile.values]
                yield f"{band}:"
                yield f"×{len(rows[0])}, "
                yield f"to {number_text(max(abs(v) for row in rows for v in row) or 1.0, 2)}"
        case Picture():
            yield from (number_text(end, readout.digits) for end in (readout.low, readout.high) if not readout.signed)
