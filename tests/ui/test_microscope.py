"""The microscope on the screen: choosing a number, going deeper and back, what stays covered."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.given_readouts import GivenReadouts
from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, WIDE, at_step, press, shows, small_app
from tutor.course.lessons.lesson import Lesson, Step
from tutor.course.numbers_on_screen import NumberAt, Source
from tutor.course.session import LessonSession
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.worksheet import Worksheet
from tutor.labs.kit.controls import Control, GridControl
from tutor.labs.kit.readouts import Matrix, Number, Readout
from tutor.ui.screens.choose_number import ChooseNumberScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.microscope import MicroscopeScreen
from tutor.ui.screens.microscope_opening import open_microscope
from tutor.ui.widgets.readouts.derivation_text import wrapped_sum
from tutor.ui.widgets.readouts.number_cells import NumberCells

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])
ROWS, COLUMNS = 12, 16


class PixelsLab(GivenReadouts):
    """A grid of 192 pixels, each its place in reading order; the sum of all, and their squares."""

    id = "pixels"
    title = "Pixels"
    running = False

    def controls(self) -> tuple[Control, ...]:
        pixels = tuple(tuple(float(r * COLUMNS + c) for c in range(COLUMNS)) for r in range(ROWS))
        return (GridControl("grid", "a [b]grid", ROWS, COLUMNS, pixels, high=1000),)

    def given_names(self) -> tuple[str, ...]:
        return ("all", "squares")

    def given(self, name: str) -> Readout:
        if name == "all":
            return Number(name, "all [/] together", float(self.vector("grid").sum()))
        values = (self.vector("grid") ** 2).tolist()
        return Matrix(name, "squares", (), (), tuple(tuple(row) for row in values))

    def worksheet(self) -> Worksheet:
        sheet = super().worksheet()
        grid = self.vector("grid")
        sheet.put("all", grid.sum(), lambda: Form("Σ pixels", lambda n: sum(n.each(sheet.cells("grid"))[1:], n(0.0))))
        sheet.put(
            "squares", grid**2, lambda r, c: Form("p·p", lambda n: n(sheet.cell("grid", r, c)) * n(float(grid[r, c])))
        )
        return sheet

    @property
    def busy(self) -> bool:
        return self.running


class PixelsApp(App[int]):
    """Nothing but the microscope on the lab of pixels."""

    def __init__(self, *show: str, busy: bool = False) -> None:
        super().__init__()
        lab = PixelsLab()
        lab.running = busy
        step = Step("only", "Only", "", show or ("all", "squares", "grid"))
        self.session = LessonSession(Lesson("pixels", 1, "Pixels", "", "pixels", (step,), Path()), lab)

    def on_mount(self) -> None:
        open_microscope(self, self.session, False)


def looks_at(pilot: Pilot[int]) -> str:
    """The way that the microscope shows, or nothing where it is not open."""
    screen = pilot.app.screen
    return str(screen.query_one("#way").render()).split(" = ")[0] if isinstance(screen, MicroscopeScreen) else ""


async def look_at(pilot: Pilot[int], way: str) -> None:
    await until(pilot, lambda: looks_at(pilot) == way)


async def at_the_list(pilot: Pilot[int]) -> OptionList:
    await until(pilot, lambda: isinstance(pilot.app.screen, ChooseNumberScreen))
    return pilot.app.screen.query_one(OptionList)


async def at_the_lesson(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen))


@BOTH
async def test_from_the_list_into_a_number_deeper_and_all_the_way_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=size) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "f", "x")
        listed = await at_the_list(pilot)
        await until(pilot, lambda: listed.highlighted == 0)
        await press(pilot, "y", "enter")
        await look_at(pilot, "y")
        # The lab as it stands without the step before: x = (1, 1), w = (1, 2), b = 0.
        await shows(pilot, "y = 1 / (1 + e^(−z))", "= 1 / (1 + e^(−3))", "= 0.952574")
        await press(pilot, "enter")
        await look_at(pilot, "y → z")
        await shows(pilot, "= 1·1 + 1·2 + 0", "w[2] = 2   given")
        await press(pilot, "down", "down", "down", "enter")
        await look_at(pilot, "y → z → w[2]")
        await shows(pilot, "You set it yourself, with the control “weights w”.")
        await press(pilot, "enter", "backspace")
        await look_at(pilot, "y → z")
        assert pilot.app.screen.query_one(OptionList).highlighted == 3
        await press(pilot, "backspace", "backspace")
        listed = await at_the_list(pilot)
        assert listed.highlighted_option is not None
        assert str(listed.highlighted_option.prompt).startswith("y ")
        await press(pilot, "enter")
        await look_at(pilot, "y")
        await press(pilot, "enter", "escape")
        await at_the_lesson(pilot)


async def test_a_line_that_is_gone_when_its_turn_comes_opens_nothing(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "f", "x")
        listed = await at_the_list(pilot)
        await until(pilot, lambda: listed.highlighted == 0)
        screen = pilot.app.screen
        assert isinstance(screen, ChooseNumberScreen)
        listed.highlighted = listed.option_count - 1
        # Both at once, as where keys were typed ahead.
        listed.action_select()
        screen._fill("no such name")
        await shows(pilot, "No number here has that name.")
        assert pilot.app.screen is screen
        await press(pilot, "y", "enter")
        await look_at(pilot, "y")
        operands = pilot.app.screen.query_one(OptionList)
        operands.highlighted = 0
        operands.action_select()
        operands.clear_options()
        await press(pilot, "escape")
        await at_the_lesson(pilot)


async def test_the_only_number_that_comes_from_others_opens_at_once(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "x")
        await look_at(pilot, "y")
        await press(pilot, "x")
        await at_the_lesson(pilot)


async def test_nothing_covered_is_in_the_list_nor_behind_it(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "x")
        listed = await at_the_list(pilot)
        names = [str(listed.get_option_at_index(i).prompt).split()[0] for i in range(listed.option_count)]
        assert names == ["x[1]", "x[2]", "w[1]", "w[2]", "b"]
        await press(pilot, "w", "enter")
        await look_at(pilot, "w[1]")
        await press(pilot, "escape")
        await at_the_lesson(pilot)
        await press(pilot, "s", "n", "3", "enter", "x")
        await look_at(pilot, "z")
        await shows(pilot, "= 2·0.5 + 3·(−1) + 1.5", "= −0.5")


async def test_where_all_is_covered_it_says_so(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    file = tmp_path / "lessons" / "03_sums" / "lesson.toml"
    file.write_text(file.read_text().replace('show = ["x", "w", "b", "z"]', 'show = ["z"]'))
    app = type(app)(app.progress, app.summaries, ("sums", None))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "x")
        await shows(pilot, "The numbers here are", "once the question")
        await at_the_lesson(pilot)


async def test_what_was_counted_says_so_and_the_list_stays(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "f", "x")
        await at_the_list(pilot)
        await pilot.press(*"parameters", "enter")
        await shows(pilot, "parameters is 9: it was counted, timed or drawn, not worked out.")
        listed = await at_the_list(pilot)
        assert listed.highlighted_option is not None
        assert str(listed.highlighted_option.prompt).startswith("parameters ")


@BOTH
async def test_a_number_of_a_large_readout_is_gone_to_with_the_arrows(size: tuple[int, int]) -> None:
    async with PixelsApp().run_test(size=size) as pilot:
        listed = await at_the_list(pilot)
        await shows(pilot, "squares", "192 numbers", "all [/] together", "a [b]grid")
        await until(pilot, lambda: listed.highlighted == 0)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, NumberCells))
        await press(pilot, "down", "right", "right")
        # Row 1, column 2 is pixel 18.
        await shows(pilot, "squares[1][2] = 324", "‹324›")
        await press(pilot, "pagedown", "left", "left", "left")
        # Over the start of row 11 to the end of row 10: pixel 175.
        await shows(pilot, "squares[10][15] = 30625")
        await press(pilot, "enter")
        await look_at(pilot, "squares[10][15]")
        await shows(pilot, "= 175·175", "= 30625", "grid[10][15] = 175   given")
        await press(pilot, "backspace")
        await at_the_list(pilot)
        await press(pilot, "down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, NumberCells))
        await press(pilot, "backspace")
        await at_the_list(pilot)
        await press(pilot, "enter", "escape")
        await until(pilot, lambda: not pilot.app.screen.is_modal)


async def test_words_that_no_number_has_are_said() -> None:
    async with PixelsApp().run_test(size=NARROW) as pilot:
        listed = await at_the_list(pilot)
        await pilot.press(*"zzz", "enter")
        await shows(pilot, "No number here has that name.")
        await press(pilot, "backspace", "backspace", "backspace")
        await until(pilot, lambda: listed.option_count == 3)
        assert "No number" not in text(pilot.app)


async def test_a_place_of_a_large_readout_is_found_by_its_name() -> None:
    async with PixelsApp().run_test(size=NARROW) as pilot:
        await at_the_list(pilot)
        await pilot.press(*"squares", "left_square_bracket", "1", "right_square_bracket")
        await pilot.press("left_square_bracket", "2", "right_square_bracket", "enter")
        await look_at(pilot, "squares[1][2]")


@BOTH
async def test_a_long_sum_scrolls_and_no_term_of_it_is_lost(size: tuple[int, int]) -> None:
    async with PixelsApp("all").run_test(size=size) as pilot:
        await look_at(pilot, "all")
        scroll = pilot.app.screen.query_one("#arithmetic")
        await until(pilot, lambda: scroll.can_focus or size == WIDE)
        await shows(pilot, "all = 18336")
        if scroll.can_focus:
            assert "+ 191" not in text(pilot.app)
            await press(pilot, "shift+tab", "end")
            await shows(pilot, "+ 191", "  = 18336")
        assert pilot.app.screen.query_one(OptionList).option_count == 192


async def test_while_the_lab_is_at_work_it_says_of_when_the_numbers_are() -> None:
    async with PixelsApp("all", busy=True).run_test(size=NARROW) as pilot:
        await shows(pilot, "The lab goes on; these are the numbers from when you opened this.")


def test_an_operator_begins_a_line_and_every_term_stays() -> None:
    arithmetic = "= " + " + ".join(f"{i}·(−0.25)" for i in range(40)) + " − 1 / (1 + e^(−3))"
    for width in (8, 12, 20, 33, 74):
        lines = wrapped_sum(arithmetic, width)
        assert all(len(line) <= width for line in lines)
        assert "".join(lines).replace(" ", "") == arithmetic.replace(" ", "")
        if width >= 20:
            assert not any(line.endswith(("+", "−", "/")) for line in lines)


class CellsApp(App[None]):
    def __init__(self, source: Source) -> None:
        super().__init__()
        self.cells = NumberCells(source)

    def compose(self) -> ComposeResult:
        yield self.cells


@pytest.mark.parametrize("size", [(1, 1), (20, 4), (76, 18), (200, 60)])
async def test_tiles_and_rows_of_different_lengths_at_every_size(size: tuple[int, int]) -> None:
    lengths = (3, 1, 2)
    numbers = tuple(
        NumberAt(f"maps[tile {t}][{r}][{c}]", (t, r, c), float(t * 100 + r * 10 + c))
        for t in range(2)
        for r, columns in enumerate(lengths)
        for c in range(columns)
    )
    app = CellsApp(Source("maps", "maps", numbers))
    async with app.run_test(size=size) as pilot:
        visited = []
        for key in ("right", "right", "right", "down", "right", "down", "right", "pageup", "left", "up", "up"):
            await pilot.press(key)
            visited.append(app.cells.number.path.removeprefix("maps"))
    assert visited == [
        "[tile 0][0][1]", "[tile 0][0][2]", "[tile 0][1][0]", "[tile 0][2][0]", "[tile 0][2][1]", "[tile 1][0][1]",
        "[tile 1][0][2]", "[tile 0][0][2]", "[tile 0][0][1]", "[tile 0][0][1]", "[tile 0][0][1]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "shown"), [("where a number", "Where it comes from"), ("programs", "The same in Keras")]
)
async def test_the_palette_offers_what_the_keys_do(tmp_path: Path, typed: str, shown: str) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: pilot.app.screen.is_modal)
        await pilot.press(*(letter if letter != " " else "space" for letter in typed))
        await until(pilot, lambda: any(o.option_count == 1 for o in pilot.app.screen.query(OptionList)))
        await press(pilot, "enter", "enter")
        await shows(pilot, shown)


async def test_the_help_names_the_keys_into_the_lab(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=WIDE) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "?")
        await shows(pilot, "the microscope: where a number", "compare the lab's numbers", "the programs that")
