"""A confusion matrix with letters on both sides: at every size each letter has its row and column, and each number."""

from __future__ import annotations

import string

import pytest
from textual.geometry import Size

from tests.ui.panel_app import PanelApp, text, until
from tests.ui.picture_lab import PictureLab
from tutor.labs.kit.contract import Group
from tutor.labs.kit.readouts import COVERED_NUMBER, MASKED, Matrix, Picture, Readout, Tile
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.pictures.colour_scale import Depth, scale_for
from tutor.ui.widgets.pictures.labelled_picture import labelled_lines, labelled_numbers, labelled_plans, numbers_plan
from tutor.ui.widgets.readouts.matrix_view import MatrixView
from tutor.ui.widgets.readouts.picture_view import PictureView

LETTERS = tuple(string.ascii_uppercase)
# Every count is another one below 100 in its row, so that a place says whose it is.
COUNTS = tuple(tuple(float((7 * r + c) % 100) for c in range(26)) for r in range(26))
CONFUSION = Picture(
    "confusion", "true by row, said by column", (Tile("", COUNTS),), 0.0, 100.0, digits=0,
    row_labels=LETTERS, column_labels=LETTERS,
)  # fmt: skip
DEPTHS = pytest.mark.parametrize("depth", [Depth.MANY, Depth.NONE])


def bands(lines: list[str], rows_a_line: int = 1) -> list[tuple[str, list[str]]]:
    """What stands under each heading: the heading, and the lines of its rows."""
    high = 1 + 26 // rows_a_line
    assert len(lines) % high == 0
    return [(lines[start], lines[start + 1 : start + high]) for start in range(0, len(lines), high)]


@DEPTHS
@pytest.mark.parametrize("width", [3, 10, 22, 34, 41, 70, 200])
def test_each_row_and_column_is_drawn_and_named_in_every_width(width: int, depth: Depth) -> None:
    scale = scale_for(0.0, 100.0, False, depth, True)
    for plan in labelled_plans(CONFUSION, width, depth is Depth.NONE):
        lines = [line.plain for line in labelled_lines(CONFUSION, plan, scale)]
        assert len(lines) == plan.height
        assert max(map(len, lines)) == plan.width <= max(width, 4 + plan.each)
        found = bands(lines, plan.rows_a_line)
        assert "".join(heading.replace(" ", "") for heading, _ in found) == "".join(LETTERS)
        for _, rows in found:
            assert "".join(row[1 : 1 + plan.rows_a_line] for row in rows) == "".join(LETTERS)


@DEPTHS
@pytest.mark.parametrize("width", [5, 22, 41, 70, 200])
def test_with_v_each_number_stands_in_its_row_under_its_column(width: int, depth: Depth) -> None:
    scale = scale_for(0.0, 100.0, False, depth, True)
    plan = numbers_plan(CONFUSION, width)
    lines = [line.plain for line in labelled_numbers(CONFUSION, plan, scale)]
    read: dict[tuple[str, str], str] = {}
    for heading, rows in bands(lines):
        for row in rows:
            for at in range(3, len(heading), plan.each):
                read[row[1], heading[at : at + plan.each].strip()] = row[at : at + plan.each].strip()
    assert read == {
        (one, other): str(int(COUNTS[r][c])) for r, one in enumerate(LETTERS) for c, other in enumerate(LETTERS)
    }


def test_a_shade_stands_where_its_number_does() -> None:
    scale = scale_for(0.0, 1.0, False, Depth.NONE, True)
    only_b_for_d = tuple(tuple(float((r, c) == (1, 3)) for c in range(26)) for r in range(26))
    picture = Picture("confusion", "", (Tile("", only_b_for_d),), row_labels=LETTERS, column_labels=LETTERS, digits=0)
    for width in (41, 70):
        (plan,) = labelled_plans(picture, width, True)
        heading, *rows = [line.plain for line in labelled_lines(picture, plan, scale)]
        at = heading.index("D")
        assert [row[at] for row in rows].count("█") == 1
        assert rows[1][at] == "█"
        assert rows[1][1] == "B"


class Confusions(PictureLab):
    """The two matrices, of 26 letters and of ten digits."""

    def groups(self) -> tuple[Group, ...]:
        return (Group("Training", ("step",)), Group("Test pictures", ("confusion",)))

    def readout_names(self) -> tuple[str, ...]:
        return ("confusion",)

    def read(self, name: str) -> Readout:
        return CONFUSION


@pytest.mark.parametrize("size", [(42, 22), (70, 38), (128, 48)])
async def test_on_the_screen_all_rows_are_there_or_scrolled_to(size: tuple[int, int]) -> None:
    app = PanelApp(Confusions())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" in text(app).replace(" ", ""))
        panel = app.query_one(LabPanel)
        assert panel.max_scroll_y == 0
        panel.numbers = True
        await until(pilot, lambda: " 99 " in text(app))
        seen: set[str] = set()
        for y in range(0, panel.max_scroll_y + 1, 10):
            panel.scroll_to(y=y, animate=False)
            await pilot.pause()
            seen |= {line.split()[0] for line in text(app).splitlines() if line.split()[1:2]}
        panel.scroll_end(animate=False)
        await pilot.pause()
        seen |= {line.split()[0] for line in text(app).splitlines() if line.split()[1:2]}
        assert set(LETTERS) <= seen


async def test_a_wide_table_takes_the_width_where_it_then_fits_the_height() -> None:
    app = PanelApp(Confusions())
    async with app.run_test(size=(90, 38)) as pilot:
        panel = app.query_one(LabPanel)
        panel.numbers = True
        await until(pilot, lambda: " ".join(f"{letter:>2}" for letter in LETTERS) in text(app))
        assert panel.max_scroll_y == 0


@pytest.mark.parametrize(("width", "at_once"), [(43, True), (38, True), (33, True), (31, False)])
def test_the_ten_digits_stand_side_by_side_where_a_blank_between_them_makes_room(width: int, at_once: bool) -> None:
    digits = tuple(string.digits)
    rows = tuple(tuple(50.0 if r == c else 0.0 for c in range(10)) for r in range(10))
    view = MatrixView(Matrix("confusion", "counts", digits, digits, rows, digits=0))
    lines = [line.plain for line in view.lines(Size(width, 40))]
    assert view.extent(width).height == len(lines) == (12 if at_once else 23)
    assert max(map(len, lines)) <= width
    assert sorted("".join(lines[1].split() + ([] if at_once else lines[12].split()))) == list(digits)


@pytest.mark.parametrize("height", [12, 24, 40])
def test_on_a_stage_the_numbers_stand_in_it_as_large_as_the_room(height: int) -> None:
    names = tuple(string.digits)
    rows = tuple(tuple(50.0 if r == c else float(r + c) for c in range(10)) for r in range(10))
    view = PictureView(
        Picture("confusion", "counts", (Tile("", rows),), 0, 17, digits=0, row_labels=names, column_labels=names)
    )
    view.staged = True
    lines = [line.plain for line in view.lines(Size(70, height))]
    assert len(lines) <= height
    numbered = [
        line.split() for line in lines if line.split()[1:2] and line.split()[0] in names and len(line.split()) == 11
    ]
    assert [line[0] for line in numbered] == list(names)
    assert numbered[3][1:] == ["3", "4", "5", "50", "7", "8", "9", "10", "11", "12"]


def test_what_a_mask_leaves_out_and_what_is_covered_are_told_from_numbers() -> None:
    values = ((1.0, MASKED), (COVERED_NUMBER, 0.0))
    picture = Picture("p", "p", (Tile("", values),), row_labels=("a", "b"), column_labels=("c", "d"), numbered=True)
    for depth in (Depth.MANY, Depth.NONE):
        scale = scale_for(0.0, 1.0, False, depth, True)
        _, first, second = [line.plain.split() for line in labelled_numbers(picture, numbers_plan(picture, 40), scale)]
        assert (first, second) == (["a", "1", "masked"], ["b", "?", "0"])
