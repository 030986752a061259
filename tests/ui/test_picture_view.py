"""Pictures on the screen: where each number's colour stands, in every size, with many, sixteen and no colours."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style
from textual.app import App
from textual.geometry import Size

from tests.ui.panel_app import PanelApp, dump, text, until
from tests.ui.picture_lab import PICTURES, PLUS, PictureLab, rows_of
from tutor.course.lessons.lesson import Lesson, Step
from tutor.course.record.progress import Progress
from tutor.course.session import LessonSession
from tutor.labs.kit.contract import Group
from tutor.labs.kit.readouts import COVERED_NUMBER, Matrix, Picture, PicturePoint, Readout, Tile, Trail
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.notation import number_text
from tutor.ui.widgets.pictures.colour_scale import Depth, ink, luminance, scale_for
from tutor.ui.widgets.pictures.picture_numbers import shown_places
from tutor.ui.widgets.pictures.tile_drawing import MARK, NO_MARGIN, TRAIL_COLOURS, TRAIL_ENDS, TRAIL_MARKS, draw_tile
from tutor.ui.widgets.readouts.picture_view import PictureView

PANEL = (44, 20)


class OneLab(PictureLab):
    """A lab with a picture of one's own, or several."""

    def __init__(self, *pictures: Readout) -> None:
        super().__init__()
        self.pictures = {p.name: p for p in pictures}

    def groups(self) -> tuple[Group, ...]:
        return (Group("Pictures", ("step", *self.pictures)),)

    def readout_names(self) -> tuple[str, ...]:
        return tuple(self.pictures)

    def read(self, name: str) -> Readout:
        return self.pictures[name]


def cells(app: App[None]) -> list[list[tuple[str, Style]]]:
    """Every cell of the screen with its style."""
    return [
        [(character, segment.style or Style()) for segment in strip for character in segment.text]
        for strip in app.screen._compositor.render_strips()
    ]


def colour(style: Style, front: bool = False) -> str:
    found = style.color if front else style.bgcolor
    assert found is not None
    return found.get_truecolor().hex


def halves(cell: tuple[str, Style]) -> tuple[str, str]:
    """The colours of the upper and the lower half of a cell."""
    character, style = cell
    if character == "▀":
        return colour(style, front=True), colour(style)
    if character == "▄":
        return colour(style), colour(style, front=True)
    return colour(style), colour(style)


def at(app: App[None], name: str = "") -> tuple[int, int]:
    """Where a picture's first line is, below label and legend that share a line."""
    region = next(v for v in app.query(PictureView) if not name or v.data.name == name).region
    return region.x, region.y


def plain(view: PictureView, size: tuple[int, int]) -> list[str]:
    return [line.plain.rstrip() for line in view.lines(Size(*size))]


@pytest.fixture(autouse=True)
def many_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever terminal the tests run in."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.parametrize("depth", [Depth.MANY, Depth.SIXTEEN])
async def test_each_number_of_a_small_picture_is_two_cells_of_its_colour(depth: Depth) -> None:
    values = rows_of(5, 5, lambda r, c: (5 * r + c) / 24)
    app = PanelApp(OneLab(Picture("p", "p", (Tile("", values),))))
    async with app.run_test(size=PANEL) as pilot:
        app.console._color_system = ColorSystem.STANDARD if depth is Depth.SIXTEEN else ColorSystem.EIGHT_BIT
        app.query_one(PictureView).refresh()
        await pilot.pause()
        scale = scale_for(0, 1, False, depth, True)
        x, y = at(app)
        screen = cells(app)
        seen = []
        for r, c in itertools.product(range(5), range(5)):
            step = scale.step(values[r][c])
            assert step is not None
            seen.append(step)
            for dx in (0, 1):
                character, style = screen[y + 1 + r][x + 1 + 2 * c + dx]
                assert character == " "
                assert colour(style) == scale.colours[step]
        assert seen == sorted(seen)
        assert len(set(seen)) == scale.steps


async def test_a_surface_has_two_numbers_in_a_cell() -> None:
    surface = PictureLab().read("surface")
    assert isinstance(surface, Picture)
    app = PanelApp(OneLab(Picture("p", "p", surface.tiles, 0, 20)))
    async with app.run_test(size=PANEL):
        scale = scale_for(0, 20, False, Depth.MANY, True)
        x, y = at(app)
        screen = cells(app)
        for r, c in itertools.product(range(20), range(41)):
            step = scale.step(surface.tiles[0].values[r][c])
            assert step is not None
            assert halves(screen[y + 1 + r // 2][x + 1 + c])[r % 2] == scale.colours[step], (r, c)


async def test_the_legend_has_every_step_between_the_ends() -> None:
    app = PanelApp(OneLab(Picture("p", "loss", (Tile("", ((-1.0, 7.0),)),), -2, 5, signed=True)))
    async with app.run_test(size=PANEL):
        x, y = at(app)
        line = dump(app)[y]
        assert line.split()[1:] == ["−5", "0", "≥5"]
        scale = scale_for(-2, 5, True, Depth.MANY, True)
        shown = [colour(style) for character, style in cells(app)[y] if colour(style) in scale.colours]
        middle = scale.colours[len(scale.colours) // 2]
        assert [c for c, _ in itertools.groupby(shown)] == list(scale.colours)
        assert shown.count(middle) == 3
        assert x == 0


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_points_have_a_sign_and_a_colour_by_their_kind(theme: str) -> None:
    points = (
        PicturePoint(0, 0, "no"),
        PicturePoint(2.2, 2, "yes"),
        PicturePoint(1, 2, "you"),
        PicturePoint(9, 0, "no"),
    )
    axes = {"row_axis": ("b", 1.0, -1.0), "column_axis": ("a", -1.0, 1.0)}
    tile = Tile("", rows_of(3, 3, lambda r, c: c - 1))
    app = PanelApp(OneLab(Picture("p", "p", (tile,), -1, 1, signed=True, points=points, **axes)))
    app.theme = theme
    async with app.run_test(size=PANEL):
        scale = scale_for(-1, 1, True, Depth.MANY, theme == "textual-dark")
        lines = [line.rstrip() for line in dump(app)]
        legend = next(i for i, line in enumerate(lines) if "yes" in line)
        assert lines[legend] == " o no  + yes  ◆ you"
        y, screen = at(app)[1], cells(app)
        left = next(i for i, (character, _) in enumerate(screen[y + 1]) if character == "o")
        found = [screen[y + 1][left], screen[y + 3][left + 4], screen[y + 2][left + 4]]
        assert [character for character, _ in found] == ["o", "+", "◆"]
        assert [colour(style) for _, style in found] == [scale.colours[5]] * 3
        assert [colour(style, True) for _, style in found] == [
            scale.colours[0],
            scale.colours[-1],
            ink(scale.colours[5]),
        ]
        assert sum(line.count("o") for line in lines[y + 1 : y + 4]) == 1


@pytest.mark.usefixtures("no_colours")
async def test_without_colours_points_are_told_by_their_signs() -> None:
    points = (PicturePoint(0, 0, "no"), PicturePoint(1, 1, "yes"))
    app = PanelApp(
        OneLab(Picture("p", "p", (Tile("", ((-1.0, 1.0), (1.0, -1.0))),), -1, 1, signed=True, points=points))
    )
    app.theme = "ansi-dark"
    async with app.run_test(size=PANEL):
        y = at(app)[1]
        assert [line.strip() for line in dump(app)[y + 1 : y + 4]] == ["#o██", "██#+", "o no  + yes"]


def test_the_numbers_say_where_the_first_points_are() -> None:
    points = tuple(PicturePoint(0, c, "no") for c in range(8))
    view = PictureView(Picture("p", "p", (Tile("", ((0.0,) * 8,)),), points=points, column_axis=("a", 0.0, 7.0)))
    view.set_reactive(PictureView.numbers, True)
    said = " ".join(" ".join(plain(view, (40, 14))).split())
    assert "o no: row 0, a 0; row 0, a 1;" in said
    assert said.endswith("a 5; 2 more")


async def test_a_negative_number_is_told_without_its_colour() -> None:
    app = PanelApp(OneLab(Picture("p", "p", (Tile("", ((-0.1, 0.1, 0.0),)),), -1, 1, signed=True)))
    async with app.run_test(size=PANEL):
        x, y = at(app)
        assert dump(app)[y + 1][x + 1 : x + 7] == "-     "


async def test_a_picture_around_another_middle_is_told_by_its_sides_and_its_legend() -> None:
    tile = Tile("", ((0.4, 0.6, 0.5),))
    app = PanelApp(OneLab(Picture("p", "p", (tile,), signed=True, middle=0.5)))
    async with app.run_test(size=PANEL):
        x, y = at(app)
        assert dump(app)[y].split()[1:] == ["0", "0.5", "1"]
        assert dump(app)[y + 1][x + 1 : x + 7] == "-     "
        colours = scale_for(-1, 1, True, Depth.MANY, True).colours
        shown = [colour(style) for _, style in cells(app)[y + 1] if colour(style) in colours]
        assert [c for c, _ in itertools.groupby(shown)] == [colours[4], colours[6], colours[5]]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_zero_is_near_the_background(theme: str) -> None:
    app = PanelApp(OneLab(Picture("p", "p", (Tile("", ((0.0, 1.0),)),), -1, 1, signed=True)))
    app.theme = theme
    async with app.run_test(size=PANEL):
        x, y = at(app)
        zero = cells(app)[y + 1][x + 1][1]
        assert colour(zero) == scale_for(-1, 1, True, Depth.MANY, theme == "textual-dark").colours[5]


def test_nothing_jumps_while_a_window_moves_over_the_edge() -> None:
    lab = PictureLab()
    view = PictureView(Picture("p", "p", (Tile("", PLUS, window=(-1, -1, 3, 3)),)))
    assert plain(view, (30, 8))[1:4] == [" ┌────┐", " │    │", " └────┘"]
    before = view.extent(30)
    moved = Picture("p", "p", (Tile("", PLUS, window=(1, 1, 3, 3)),))
    view.set_reactive(PictureView.readout, moved)
    assert view.extent(30) == before
    assert plain(view, (30, 8))[3:6] == ["     ┌────┐", "     │    │", "     └────┘"]
    view.set_reactive(PictureView.readout, lab.read("drawing"))
    assert view.extent(30).height < before.height


def test_a_mark_is_seen_beside_a_window_too() -> None:
    marked = Picture("p", "p", (Tile("", PLUS, ((0, 0), (1, 4), (4, 4)), (0, 0, 2, 2)),))
    lines = plain(PictureView(marked), (30, 6))
    assert lines[1] == f" ┌{MARK}─┐"
    assert lines[2] == f" └──┘    {MARK}"
    assert lines[5] == f"         {MARK}"


def test_trails_have_marks_of_their_own_and_end_where_they_are() -> None:
    points = tuple((r / 2, r / 2) for r in range(8))
    tile = Tile("", rows_of(9, 9, lambda r, c: r))
    there = Picture("p", "p", (tile,), 0, 8, trails=(Trail("SGD", points), Trail("Adam", ((8, 0), (6, 2)))))
    view = PictureView(there)
    lines = plain(view, (40, 13))
    assert lines[-1] == f" {TRAIL_MARKS[0]}{TRAIL_ENDS[0]} SGD  {TRAIL_MARKS[1]}{TRAIL_ENDS[1]} Adam"
    assert lines[1 + 8][2] == TRAIL_MARKS[1]
    assert lines[1 + 6][2 + 4] == TRAIL_ENDS[1]
    assert lines[1 + 4][1 + 8] == TRAIL_ENDS[0]  # 3.5 is drawn on 4
    assert sum(line.count(TRAIL_ENDS[0]) for line in lines[1:-1]) == 1
    gone = Picture("p", "p", (tile,), 0, 8, trails=(Trail("SGD", ((1, 1), (1e200, math.nan))), Trail("Adam", ())))
    assert plain(PictureView(gone), (40, 13))[-1] == f" {TRAIL_MARKS[0]}{TRAIL_ENDS[0]} SGD: off the picture  " + (
        f"{TRAIL_MARKS[1]}{TRAIL_ENDS[1]} Adam"
    )


def test_each_trail_has_a_colour_of_its_own_that_is_read_on_all_of_the_scale() -> None:
    """Sign and what is behind it are both the trail's, so the colour below does not matter. 7 to 1: small text."""
    assert len(set(TRAIL_COLOURS)) == len(TRAIL_COLOURS) == len(TRAIL_MARKS)
    for colour in TRAIL_COLOURS:
        assert (luminance(colour) + 0.05) / 0.05 >= 7, colour
    scale = scale_for(0, 8, False, Depth.MANY, dark=True)
    tile = Tile("", rows_of(9, 9, lambda r, c: c))
    trails = tuple(Trail(f"t{n}", tuple((n, c) for c in range(9))) for n in range(len(TRAIL_COLOURS)))
    cells = draw_tile(tile, scale, 2, NO_MARGIN, (9, 9), trails)
    for number, colour in enumerate(TRAIL_COLOURS):
        row = cells[number]
        assert {cell[1:] for cell in row if cell[0] == TRAIL_MARKS[number]} == {(colour, "#000000")}
        assert [cell[1:] for cell in row if cell[0] == TRAIL_ENDS[number]] == [("#000000", colour)]


@pytest.mark.parametrize("depth", [Depth.SIXTEEN, Depth.NONE])
def test_where_colours_are_few_a_trail_is_known_by_its_sign(depth: Depth) -> None:
    scale = scale_for(0, 8, False, depth, dark=True)
    tile = Tile("", rows_of(9, 9, lambda r, c: c))
    trails = (Trail("a", ((0, 0), (0, 8))), Trail("b", ((8, 0), (8, 8))))
    cells = draw_tile(tile, scale, 2, NO_MARGIN, (9, 9), trails)
    signs = {cell[0] for row in cells for cell in row}
    assert {TRAIL_MARKS[0], TRAIL_ENDS[0], TRAIL_MARKS[1], TRAIL_ENDS[1]} <= signs
    assert not {cell[1] for row in cells for cell in row} & (set(TRAIL_COLOURS) - {"#ffffff"})


@pytest.mark.parametrize(
    ("end", "head", "shaft"),
    [
        ((4, 8), "→", "─"),
        ((8, 8), "↘", "\\"),
        ((8, 4), "↓", "│"),
        ((4, 0), "←", "─"),
        ((0, 4), "↑", "│"),
        ((0, 8), "↗", "/"),
    ],
)
def test_an_arrow_runs_straight_to_its_end(end: tuple[int, int], head: str, shaft: str) -> None:
    tile = Tile("", rows_of(9, 9, lambda r, c: c))
    trails = (Trail("here", ((4, 4),)), Trail("step", ((4, 4), end), "arrow"))
    view = PictureView(Picture("p", "p", (tile,), 0, 8, trails=trails))
    lines = plain(view, (40, 13))
    assert lines[-1] == f" {TRAIL_MARKS[0]}{TRAIL_ENDS[0]} here  {head} step"
    assert lines[1 + end[0]][2 + 2 * end[1]] == head
    middle = 4 + (end[0] - 4) // 2, 4 + (end[1] - 4) // 2
    assert lines[1 + middle[0]][2 + 2 * middle[1]] == shaft
    assert lines[1 + 4][2 + 2 * 4] == TRAIL_ENDS[0]
    none = PictureView(Picture("p", "p", (tile,), 0, 8, trails=(trails[0], Trail("step", ((4, 4),), "arrow"))))
    assert plain(none, (40, 13))[-1] == f" {TRAIL_MARKS[0]}{TRAIL_ENDS[0]} here"


def test_arrows_of_one_label_are_drawn_alike_and_named_once() -> None:
    tile, scale = Tile("", rows_of(9, 9, lambda r, c: c)), scale_for(0, 8, False, Depth.MANY, dark=True)
    pushes = (Trail("push", ((row, 2), (row, 6)), "arrow") for row in (1, 3, 5))
    trails = (*pushes, Trail("way", ((8, 0), (8, 8))))
    lines = plain(PictureView(Picture("p", "p", (tile,), 0, 8, trails=trails)), (40, 13))
    assert lines[-1].count("push") == 1
    assert "way" in lines[-1]
    cells = draw_tile(tile, scale, 2, NO_MARGIN, (9, 9), trails)
    heads = {cell[1:] for row in cells for cell in row if cell[0] == "→"}
    assert len(heads) == 1
    assert heads.isdisjoint({cell[1:] for cell in cells[8] if cell[0] in TRAIL_MARKS})


def test_a_covered_tile_keeps_its_place() -> None:
    values = rows_of(4, 4, lambda r, c: r)
    tiles = (Tile("asked", (), tells=("y",)), Tile("known", values))
    lines = plain(PictureView(Picture("p", "p", tiles, 0, 3)), (30, 8))
    head = next(i for i, line in enumerate(lines) if "asked" in line)
    assert "?" in "".join(lines[head + 1 :])
    assert lines[head].index("asked") < lines[head].index("known")
    assert all(not line[lines[head].index("known") :].strip() or "▀" in line for line in lines[head + 1 :])


def test_axes_stand_at_the_picture_or_where_there_is_no_room_in_words() -> None:
    picture = PictureLab().read("surface")
    assert isinstance(picture, Picture)
    roomy = plain(PictureView(picture), (60, 20))
    assert roomy[1].split()[0] == "−2"
    assert roomy[11].split()[0] == "2"
    assert roomy[6].split()[0] == "w₂"
    assert roomy[12].split() == ["−4", "w₁", "4"]
    assert roomy[12].index("−4") == 4
    assert len(roomy[12]) == 4 + 41
    tight = plain(PictureView(picture), (44, 20))
    assert tight[12] == " ↓ w₂ −2 … 2  → w₁ −4 … 4"


def test_tiles_stand_in_rows_under_their_labels() -> None:
    maps = PictureLab().read("maps")
    assert isinstance(maps, Picture)
    view = PictureView(maps)
    assert view.extent(44).useful <= 20
    lines = plain(view, (44, 20))
    assert len(lines) <= 20
    assert [line.split() for line in lines if "filter" in line] == [
        ["filter", "1", "filter", "2", "filter", "3"],
        ["filter", "4", "filter", "5", "filter", "6"],
        ["filter", "7", "filter", "8"],
    ]
    low = plain(view, (44, view.extent(44).least))
    assert len(low) <= view.extent(44).least < len(lines)
    assert sum(line.count("filter") for line in low) == 8


async def test_small_pictures_share_the_height() -> None:
    app = PanelApp(PictureLab(), show=("drawing", "window"))
    async with app.run_test(size=PANEL):
        (x, y), (other_x, other_y) = at(app, "drawing"), at(app, "window")
        assert y == other_y
        assert x < other_x


async def test_a_covered_picture_shows_an_empty_frame() -> None:
    app = PanelApp(PictureLab(), show=PICTURES, covered=frozenset(PICTURES))
    async with app.run_test(size=(120, 60)) as pilot:
        app.panel.numbers = True
        await pilot.pause()
        assert text(app).count("answer first") == len(PICTURES)
        assert not set(text(app)) & set("▀▄◆●╋")
        colours = set(scale_for(0, 1, False, Depth.MANY, True).colours)
        assert not colours & {colour(style) for line in cells(app) for _, style in line}
        app.panel.covered = frozenset()
        await until(pilot, lambda: "answer first" not in text(app))


# Without colours


@pytest.mark.usefixtures("no_colours")
async def test_without_colours_shades_and_signs_are_characters() -> None:
    app = PanelApp(PictureLab())
    app.theme = "ansi-dark"
    async with app.run_test(size=(44, 60)):
        lines = [line.rstrip() for line in dump(app)]
        legend = next(i for i, line in enumerate(lines) if "kernels" in line)
        assert lines[legend].endswith("−1 #≡=- 0 ░▒▓█ 1")
        assert lines[legend + 2 : legend + 5] == [
            " ······    ▒▒██▒▒    ==▒▒██    ----░░",
            " ░░░░--    ==##==    ▒▒≡≡##    ▒▒░░--",
            " ==--░░    ▒▒▓▓▒▒    ==▓▓██    ==--░░",
        ]
        assert any(line.startswith(" ····██····") for line in lines)
        assert any(line.startswith(" ██████████") for line in lines)


@pytest.mark.usefixtures("no_colours")
async def test_without_colours_a_surface_is_a_mean_of_two_rows_and_says_so() -> None:
    values = rows_of(21, 41, lambda r, c: r % 2)
    app = PanelApp(OneLab(Picture("p", "stripes", (Tile("", values),))))
    app.theme = "ansi-dark"
    async with app.run_test(size=PANEL):
        lines = [line.rstrip() for line in dump(app)]
        assert " " + "▒" * 41 in lines
        assert any("a cell is the mean of 2 × 1" in line for line in lines)


# Numbers on request


async def test_v_shows_every_number_of_a_small_picture_on_its_colour() -> None:
    app = PanelApp(PictureLab(), show=("filters",))
    async with app.run_test(size=(60, 40)) as pilot:
        kernels = app.panel.lab.read("filters")
        assert isinstance(kernels, Picture)
        assert "0.841" not in text(app)
        assert app.panel.has_pictures
        app.panel.numbers = True
        numbers = [number_text(v, 3) for tile in kernels.tiles for row in tile.values for v in row]
        await until(pilot, lambda: all(number in text(app) for number in numbers))
        y = next(i for i, line in enumerate(dump(app)) if "0.841" in line)
        x = dump(app)[y].index("0.841")
        scale = scale_for(-1, 1, True, Depth.MANY, True)
        step = scale.step(math.sin(1))
        assert step is not None
        style = cells(app)[y][x][1]
        assert colour(style) == scale.colours[step]
        assert colour(style, front=True) == ink(scale.colours[step])
        app.panel.numbers = False
        await until(pilot, lambda: "0.841" not in text(app))


async def test_a_large_picture_shows_some_numbers_and_which() -> None:
    values = rows_of(40, 60, lambda r, c: 100 * r + c)
    picture = Picture("p", "p", (Tile("", values),), 0, 4000, row_axis=("w", 0, 39), trails=(Trail("t", ((3, 4),)),))
    app = PanelApp(OneLab(picture))
    async with app.run_test(size=(44, 40)) as pilot:
        app.panel.numbers = True
        await until(pilot, lambda: "3900" in text(app))
        lines = [line.split() for line in dump(app)]
        heading = next(i for i, line in enumerate(lines) if line[:1] == ["0"] and len(line) > 3)
        columns = [int(c) for c in lines[heading]]
        assert columns[-1] == 59
        rows = 0
        for line in lines[heading + 1 :]:
            if not line or not line[0].isdecimal():
                break
            assert [int(n) for n in line[1:]] == [100 * int(line[0]) + c for c in columns]
            rows += 1
        assert rows == 21
        assert "t: w 3, column 4" in text(app)


def test_a_large_picture_with_a_window_shows_what_is_around_it() -> None:
    tile = Tile("", rows_of(28, 28, lambda r, c: r + c), ((10, 12),), (9, 11, 3, 3))
    view = PictureView(Picture("p", "p", (tile,), 0, 54))
    view.set_reactive(PictureView.numbers, True)
    lines = plain(view, (40, 30))
    assert lines[1].split() == [str(c) for c in range(8, 17)]
    assert next(line for line in lines if line.startswith(" 10")).split() == (
        ["10", "18", "19", "20", "│21", f"{MARK}22", "23│", "24", "25", "26"]
    )
    assert "┌20" in lines[lines.index(next(line for line in lines if line.startswith("  9")))]


@given(st.integers(1, 100), st.integers(1, 40), st.integers(-3, 99), st.integers(0, 5))
def test_the_places_shown_fit_and_hold_the_window(length: int, most: int, start: int, wide: int) -> None:
    places = list(shown_places(length, most, (start, wide)))
    assert 1 <= len(places) <= most
    assert places == sorted(set(places))
    assert set(places) <= set(range(length))
    if length <= most:
        assert places == list(range(length))
    elif not wide and most > 1:
        assert places[0] == 0
        assert places[-1] == length - 1
    elif wide <= most:
        assert set(range(max(0, start), min(length, start + wide))) <= set(places)


async def test_a_matrix_that_is_a_picture_has_numbers_too() -> None:
    values = rows_of(10, 10, lambda r, c: r == c)
    app = PanelApp(OneLab(Matrix("m", "seen", (), (), values, picture=True)))
    async with app.run_test(size=PANEL) as pilot:
        assert "█" in text(app)
        app.panel.numbers = True
        await until(pilot, lambda: any(line.split() == ["9", *["0"] * 9, "1"] for line in dump(app)))
        assert "█" not in text(app)


async def test_v_in_a_lesson_holds_from_step_to_step(tmp_path: Path) -> None:
    steps = tuple(Step(name, name, "Look.", (name,)) for name in ("filters", "drawing", "curve"))
    session = LessonSession(Lesson("p", 1, "P", "", "pictures", steps, tmp_path), PictureLab())
    progress = Progress(tmp_path / "state", learner=0)
    app = TutorApp(progress, ())
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(LessonScreen(session, progress))
        await until(pilot, lambda: "kernels" in text(app) and "v Numbers" in text(app))
        await pilot.press("v")
        await until(pilot, lambda: "0.841" in text(app))
        await pilot.press("n")
        await until(pilot, lambda: "the drawing" in text(app))
        assert app.screen.query_one(LabPanel).numbers
        await pilot.press("v")
        await until(pilot, lambda: not app.screen.query_one(LabPanel).numbers)
        await pilot.press("n")
        await until(pilot, lambda: "three lines" in text(app) and "Numbers" not in text(app))


# Whatever comes

NUMBER = st.floats(-3, 3) | st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf, 1e308])
POINT = st.tuples(st.floats(-5, 30) | st.just(math.inf), st.floats(-5, 30))


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    rows, columns = draw(st.integers(1, 30)), draw(st.integers(1, 60))
    value = draw(NUMBER)
    count = draw(st.integers(1, 9))
    window = draw(st.none() | st.tuples(*[st.integers(-3, 25)] * 2, *[st.integers(1, 6)] * 2))
    marked = ((0, 0),) if draw(st.booleans()) else ()
    tiles = tuple(
        Tile(
            f"tile {n}" * (n % 3),
            rows_of(rows, columns, lambda r, c: value if r == c else (r - c) / 10),
            marked,
            window,
        )
        for n in range(count)
    )
    axis = st.none() | st.just(("a long name", -1.25, 1e6))
    trails = tuple(Trail(f"t{n}", tuple(draw(st.lists(POINT, max_size=4)))) for n in range(draw(st.integers(0, 7))))
    low = draw(st.sampled_from([-1.0, 0.0]))
    return Picture("p", "some picture", tiles, low, 1, draw(st.booleans()), 3, draw(axis), draw(axis), trails)


@given(picture=pictures(), width=st.integers(1, 130), height=st.integers(1, 50), numbers=st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_picture_breaks_out_of_its_room(picture: Picture, width: int, height: int, numbers: bool) -> None:
    view = PictureView(picture)
    view.set_reactive(PictureView.numbers, numbers)
    extent = view.extent(width)
    assert extent.least <= extent.height
    lines = view.lines(Size(width, height))
    if height >= extent.least and width >= extent.width:
        assert len(lines) <= height
    if width >= 40:
        assert all(line.cell_length <= max(width, extent.width) for line in lines)


def test_equal_neighbours_are_one_piece() -> None:
    view = PictureView(Picture("p", "p", (Tile("", rows_of(20, 40, lambda r, c: 0.5)),)))
    for line in view.lines(Size(44, 14))[1:11]:
        assert len([span for span in line.spans if str(span.style)]) <= 2


def staged(picture: Picture, covered: bool = False) -> PictureView:
    view = PictureView(picture, covered)
    view.staged = True
    return view


def test_numbers_stand_in_their_values_where_there_is_room_and_not_otherwise() -> None:
    picture = Picture("p", "p", (Tile("", ((1.0, -2.0), (0.0, 7.0))),), -7, 7, True, numbered=True)
    large = [line.plain for line in staged(picture).lines(Size(40, 10))]
    assert [line.split() for line in large if any(c.isdigit() for c in line)][1:] == [["1", "−2"], ["0", "7"]]
    small = staged(picture).lines(Size(40, 2))
    assert not any("−2" in line.plain for line in small[1:])


def test_covered_numbers_are_question_marks_and_so_are_all_of_a_covered_picture() -> None:
    picture = Picture("p", "p", (Tile("", ((1.0, COVERED_NUMBER), (0.0, 7.0))),), 0, 7, numbered=True)
    seen = "".join(line.plain for line in staged(picture).lines(Size(40, 10))[1:])
    assert seen.count("?") == 1
    assert "7" in seen
    covered = staged(Picture("p", "p", (Tile("", ((1.0, 5.0), (0.0, 7.0))),), 0, 7, numbered=True), covered=True)
    assert not covered.is_framed
    seen = "".join(line.plain for line in covered.lines(Size(40, 10))[1:])
    assert seen.count("?") == 4
    assert not any(digit in seen for digit in "57")


def test_a_painted_value_has_its_own_colour() -> None:
    tile = Tile("", ((1.0, 0.0),), painted=(((1.0, 0.5, 0.0), (0.0, 0.0, 1.0)),))
    lines = staged(Picture("p", "p", (tile,))).lines(Size(20, 4))
    styles = {str(span.style) for line in lines[1:] for span in line.spans}
    assert {"#ff8700", "#0000ff"} <= {word for style in styles for word in style.split()}


def bands(maps: int) -> Picture:
    first = Tile("input", ((0.0, 1.0, 0.0, 1.0),) * 4, band="input")
    others = (Tile(f"m{i}", ((i / (maps - 1),) * 4,) * 4, band="maps") for i in range(maps))
    return Picture("p", "through", (first, *others))


@pytest.mark.parametrize(
    ("maps", "size", "said"),
    [
        (20, Size(40, 9), "20 maps 4×4"),
        (20, Size(110, 20), "20 maps 4×4"),
        # There is no room for all of them: a line of the first ones.
        (100, Size(40, 8), "8 of 100 maps 4×4"),
        (100, Size(110, 30), "100 maps 4×4"),
    ],
)
def test_bands_stand_one_below_the_other_with_their_own_scales(maps: int, size: Size, said: str) -> None:
    view = staged(bands(maps))
    lines = [line.plain for line in view.lines(size)]
    assert len(lines) <= size.height
    assert max(map(len, lines)) <= size.width
    assert any("input: 4×4, 0 to 1" in line for line in lines)
    assert any(f"maps: {said}, 0 to 1" in line for line in lines)
    assert view.extent(size.width).least <= size.height


def test_a_covered_tile_of_a_gallery_keeps_its_place_and_its_label() -> None:
    half = ((0.0,) * 28,) * 14 + ((1.0,) * 28,) * 14
    tiles = (Tile("0", (), tells=("y",)), *(Tile(str(i), half) for i in range(1, 6)))
    covered, seen = (
        staged(Picture("p", "weights", tuple(each), gallery=True)) for each in (tiles, (Tile("0", half), *tiles[1:]))
    )
    for size in (Size(40, 14), Size(100, 40)):
        lines, others = covered.lines(size), seen.lines(size)
        assert [line.cell_length for line in lines] == [line.cell_length for line in others]
        assert "".join(line.plain for line in lines).count("?") == 1
        assert any(line.plain.split()[:2] == ["0", "1"] for line in lines)


def test_a_gallery_in_grey_is_whole_in_any_room_and_has_its_labels() -> None:
    tiles = tuple(Tile(f"{i}→9", ((0.0,) * 28,) * 14 + ((1.0,) * 28,) * 14) for i in range(6))
    view = staged(Picture("p", "misses", tiles, grey=True))
    for size in (Size(40, 14), Size(100, 40)):
        lines = view.lines(size)
        assert len(lines) <= size.height
        assert [word for line in lines for word in line.plain.split() if "→" in word] == [f"{i}→9" for i in range(6)]
        used = {word for line in lines for span in line.spans for word in str(span.style).split() if "#" in word}
        assert used <= {"#1c1c1c", "#eeeeee", "#767676", "#949494", "#585858", "#b2b2b2", "#3a3a3a", "#d0d0d0"}


def test_the_span_of_a_picture_passes_over_what_is_no_number() -> None:
    nan = float("nan")
    assert Picture("p", "p", (Tile("", ((nan, 2.0), (3.0, nan))), Tile("", ()))).span == (2.0, 3.0)
    assert Picture("p", "p", ()).span == (float("inf"), float("-inf"))
