"""Pictures in print: what a table, a row of shades and a sentence say about the numbers."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.picture_lab import PictureLab
from tutor.course.words.picture_text import picture_lines
from tutor.course.words.printed_page import Page, number_text
from tutor.course.words.readout_text import readout_lines
from tutor.course.words.spoken_text import in_short
from tutor.labs.kit.places import LookupFailed, numbers_in, value_at
from tutor.labs.kit.readouts import Picture, PicturePoint, Tile, Trail

PAGE = Page()
ASCII = Page(60, "#", ".")
CORNER = Tile("", ((0.0, 0.5), (1.0, 0.25)))


def test_a_small_picture_is_a_table_of_its_numbers():
    assert readout_lines(Picture("p", "seen", (CORNER,)), PAGE) == (
        "seen (p):",
        "     0     1",
        "  0  0   0.5",
        "  1  1  0.25",
    )


def test_tiles_stand_one_below_the_other_under_their_labels():
    lines = picture_lines(Picture("p", "maps", (Tile("first", CORNER.values), Tile("second", ((3.0,),)))), PAGE)
    assert lines[0] == "  first:"
    assert lines[4:] == ("  second:", "     0", "  0  3")


def test_window_and_marks_are_said_in_words():
    tile = Tile("", CORNER.values, ((1, 0), (0, 1)), (-1, 0, 2, 2))
    assert picture_lines(Picture("p", "p", (tile,)), PAGE)[3:] == (
        "  The window is 2 × 2: rows −1 to 0 (1 over the edge), columns 0 to 1.",
        "  Marked: row 1, column 0; row 0, column 1.",
    )


@pytest.mark.parametrize("page", [PAGE, ASCII])
@pytest.mark.parametrize("name", ["surface", "loss_signed"])
def test_the_words_about_a_large_picture_are_true(name: str, page: Page):
    picture = PictureLab().read(name)
    assert isinstance(picture, Picture)
    picture = Picture(name, "large", (Tile("", tuple(row * 2 for row in picture.tiles[0].values)),), 0, 20, True)
    values = picture.tiles[0].values
    lines = picture_lines(picture, page)
    said = " ".join(" ".join(lines).split())
    low, high = min(map(min, values)), max(map(max, values))
    assert f"Smallest {number_text(low, 3)} at" in said
    assert f"largest {number_text(high, 3)} at" in said
    found = re.search(r"largest \S+ at row (\d+), column (\d+)\.", said)
    assert found is not None
    assert value_at(picture, found.groups()) == high
    assert f"show {name}[row][column]" in said
    assert max(len(line) for line in lines) <= page.width
    if page is ASCII:
        assert " ".join(lines).replace("−", "-").isascii()


def test_points_are_drawn_on_shades_and_said_in_words():
    values = tuple(tuple(float(c < 10) for c in range(20)) for _ in range(21))
    points = (PicturePoint(0, 0, "no"), PicturePoint(20, 18.6, "yes"), PicturePoint(1, 1, "no"))
    picture = Picture("p", "p", (Tile("", values),), column_axis=("a", -1.0, 1.0), points=points)
    lines = picture_lines(picture, PAGE)
    assert lines[0] == "  o" + "█" * 9 + "·" * 10
    assert lines[20] == "  " + "█" * 10 + "·" * 9 + "+"
    said = " ".join(" ".join(lines).split())
    assert "o no, 2 points: row 0, a −1, on 1; row 1, a −0.895, on 1." in said
    assert "+ yes, 1 point: row 20, a 0.958, on 0." in said
    assert said[said.index("Columns:") :] in " ".join(" ".join(in_short(picture, PAGE)).split())


@given(st.floats(-3, 3), st.floats(-3, 3), st.booleans())
def test_shades_are_in_the_order_of_the_numbers(one: float, other: float, signed: bool):
    tile = Tile("", ((one, other, *([0.0] * 98)),))
    rows = picture_lines(Picture("p", "p", (tile,), -2.0, 2.0, signed), Page(102))
    order = "#≡=-·░▒▓█" if signed else "·░▒▓█"
    first, second = rows[0].strip()[:2]
    assert (order.index(first) <= order.index(second)) == (one <= other) or first == second
    if signed and abs(one) > 1e-6:
        assert (order.index(first) > order.index("·")) == (one > 0)


def test_of_two_numbers_two_shades_are_explained():
    rows = tuple(tuple(float((row + column) % 2) for column in range(30)) for row in range(4))
    said = " ".join(line.strip() for line in picture_lines(Picture("p", "p", (Tile("", rows),), digits=0), Page(40)))
    assert "· is 0, █ is 1." in said
    assert "░" not in said


def test_what_each_shade_means_is_what_it_is_used_for():
    tile = Tile("", (tuple(i / 100 for i in range(101)),))
    shades, *words = picture_lines(Picture("p", "p", (tile,)), Page(103))
    assert "· from 0 to 0.2, ░ to 0.4, ▒ to 0.6, ▓ to 0.8, █ to 1." in " ".join(words)
    for shade, last in zip("·░▒▓█", (0.19, 0.39, 0.59, 0.79, 1.0), strict=True):
        assert shades.strip().rindex(shade) == round(100 * last)


def test_shades_around_a_middle_say_what_lies_on_its_two_sides():
    tile = Tile("", (tuple(i / 100 for i in range(101)),))
    shades, *words = picture_lines(Picture("p", "p", (tile,), signed=True, middle=0.5), Page(103))
    said = " ".join(" ".join(words).split())
    assert "· is 0.5; above 0.5: ░ to 0.625, ▒ to 0.75, ▓ to 0.875, █ to 1; below 0.5: - to 0.375, = to 0.25" in said
    for shade, first in zip("#≡=-·░▒▓█", (0, 13, 25, 38, 50, 51, 63, 76, 88), strict=True):
        assert shades.strip().index(shade) == first


def test_a_picture_wider_than_the_page_shows_every_so_many():
    tile = Tile("", tuple(tuple(float(c) for c in range(100)) for _ in range(4)))
    lines = picture_lines(Picture("p", "p", (tile,), 0, 99), Page(52))
    assert lines[0] == "  one in 2 rows and columns:"
    assert [len(line.strip()) for line in lines[1 : lines.index(next(n for n in lines if "Smallest" in n))]] == [50, 50]


def test_axes_and_trails_are_told_in_the_values_of_the_axes():
    surface = PictureLab().read("surface")
    assert isinstance(surface, Picture)
    text = " ".join(picture_lines(surface, PAGE))
    assert "Rows: w₂ from −2 to 2." in text
    # Four points: (2 + 3·0.4, 4 + 3·0.8) of 21 × 41 places from −2 to 2 and −4 to 4.
    assert "SGD: 4 points, now at w₂ −1.36, w₁ −2.72." in text
    bare = Picture("p", "p", (CORNER,), trails=(Trail("a", ((0.0, 1.0),)), Trail("b", ())))
    assert picture_lines(bare, PAGE)[3:] == ("  a: 1 point, now at row 0, column 1.", "  b: not begun.")


def test_nothing_and_no_numbers():
    assert picture_lines(Picture("p", "p", ()), PAGE) == ("  nothing yet",)
    large = Tile("", ((math.nan, math.inf, *([0.5] * 100)),))
    assert picture_lines(Picture("p", "p", (large,)), Page(110))[0].startswith("  ?█")


def test_rows_and_columns_with_names_are_called_by_them():
    letters = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = tuple(tuple(float(c == 25 - r) for c in range(26)) for r in range(26))
    picture = Picture("confusion", "", (Tile("", rows),), digits=0, row_labels=letters, column_labels=letters)
    heading, *lines = picture_lines(picture, Page())
    assert heading == "    " + "".join(letters)
    assert [line[2] for line in lines[:26]] == list(letters)
    assert [lines[r].index("█") for r in range(26)] == [4 + 25 - r for r in range(26)]
    assert "Smallest 0 at row A, column A; largest 1 at row A, column Z." in lines[26]
    assert "show confusion[row][column], by their names" in lines[-1]
    narrow = picture_lines(picture, Page(width=20))
    assert [line for line in narrow if not line.startswith("  ")] == []
    assert "".join(line.strip() for line in narrow if line.strip() in "".join(letters) and len(line.strip()) > 1) == (
        "".join(letters)
    )
    small = Picture("two", "", (Tile("", ((1.0, 2.0), (3.0, 4.0))),), row_labels=("A", "B"), column_labels=("C", "D"))
    assert picture_lines(small, Page())[:3] == ("     C  D", "  A  1  2", "  B  3  4")


def test_a_place_in_them_is_a_name_or_a_number():
    picture = Picture("two", "", (Tile("", ((1.0, 2.0), (3.0, 4.0))),), row_labels=("A", "B"), column_labels=("C", "D"))
    assert [value_at(picture, places) for places in (("B", "C"), ("1", "0"), ("B", "0"))] == [3.0, 3.0, 3.0]
    assert list(numbers_in(picture))[1] == ("two[A][D]", (0, 1), 2.0)
    for places, there in ((("C", "C"), "A, B"), (("A", "2"), "0 to 1")):
        with pytest.raises(LookupFailed, match=f"it has {there}"):
            value_at(picture, places)


def test_a_gallery_is_told_by_its_first_tiles_in_means_of_squares() -> None:
    half = Tile("3→5", ((1.0,) * 14 + (0.0,) * 14,) * 28)
    picture = Picture("misses", "misses", (half, *(Tile(f"{i}→9", half.values) for i in range(6))), grey=True)
    lines = picture_lines(picture, Page(80))
    assert lines[1] == "  " + 7 * "█" + 7 * "·"
    assert len(lines) < 70
    assert any("mean of 2 × 2" in line for line in lines)
    assert any("3 more" in line and "3→9, 4→9, 5→9" in line for line in lines)


def test_several_arrows_of_one_label_are_one_sentence_with_the_first_of_them() -> None:
    tile = Tile("", tuple(tuple(map(float, range(9))) for _ in range(9)))
    trails = tuple(Trail("push", ((row, 2), (row, 6)), "arrow") for row in range(8))
    axes = {"row_axis": ("y", 0.0, 8.0), "column_axis": ("x", 0.0, 8.0)}
    lines = picture_lines(Picture("p", "p", (tile,), 0, 8, trails=trails, **axes), Page(400))
    said = [line for line in lines if "push" in line]
    assert len(said) == 1
    assert said[0].startswith("  push, 8 arrows: y 0, x 2 to y 0, x 6; y 1, x 2 to y 1, x 6; ")
    assert said[0].endswith("2 more.")
    alone = picture_lines(Picture("p", "p", (tile,), 0, 8, trails=trails[:1], **axes), Page(400))
    assert "  push: an arrow to y 0, x 6." in alone
