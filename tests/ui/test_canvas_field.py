"""The canvas: drawing digits and letters by keys and by the mouse, in every size it is shown in."""

from __future__ import annotations

import numpy as np
import pytest
from textual.color import Color
from textual.geometry import Offset

from tests.given_readouts import GivenReadouts
from tests.ui.panel_app import PanelApp, dump, text, until
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ActionControl, Control, GridControl
from tutor.labs.kit.readouts import Number, Readout
from tutor.ui.widgets.fields.brush import dabbed
from tutor.ui.widgets.fields.canvas_field import CanvasField


class CanvasLab(GivenReadouts):
    """A canvas, and how much ink is on it. Its keys are those that a lab's actions have."""

    id = "canvas-test"
    title = "A canvas"
    side = 28

    def controls(self) -> tuple[Control, ...]:
        blank = tuple((0.0,) * self.side for _ in range(self.side))
        return (
            GridControl("drawing", "your drawing", self.side, self.side, blank),
            ActionControl("wipe", "wipe", "w"),
        )

    def given_names(self) -> tuple[str, ...]:
        return ("ink",)

    def given(self, name: str) -> Readout:
        return Number(name, "ink", float(self.vector("drawing").sum()), 2)

    def press(self, name: str) -> str:
        self.set("drawing", [0.0] * self.side**2)
        return ""


class LargeCanvasLab(CanvasLab):
    id = "large-canvas-test"
    side = 50


def canvas(app: PanelApp) -> CanvasField:
    return app.panel.query_one(CanvasField)


def ink(lab: Lab) -> np.ndarray:
    return lab.vector("drawing")


async def test_a_dab_of_the_pen_and_one_of_the_eraser() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", "space")
        await until(pilot, lambda: ink(lab)[14, 14] == 1)
        # Softer at the edge: full ink in the middle only, less with distance, nothing two pixels away.
        assert ink(lab)[14, 15] == ink(lab)[13, 14] == pytest.approx(0.6)
        assert 0 < ink(lab)[13, 13] < 0.6
        assert ink(lab)[14, 16] == 0
        await until(pilot, lambda: f"{ink(lab).sum():.2f}" in text(app))
        once = ink(lab)
        # A second dab of the pen takes nothing away.
        await pilot.press("space", "backspace")
        await until(pilot, lambda: "eraser up 15,15" in text(app))
        np.testing.assert_array_equal(ink(lab), once)
        await pilot.press("space")
        await until(pilot, lambda: ink(lab)[14, 14] == 0)
        assert ink(lab).max() <= 0.4


async def test_enter_is_pen_down_and_pen_up_and_never_rubs_out() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", "right", "right")
        await until(pilot, lambda: "pen up 15,17" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "pen down 15,17" in text(app))
        await pilot.press(*["down"] * 5)
        await until(pilot, lambda: ink(lab)[19, 16] == 1)
        assert ink(lab)[14:20, 16].tolist() == [1.0] * 6
        drawn = ink(lab)
        await pilot.press("enter", *["up"] * 5)
        await until(pilot, lambda: "pen up 15,17" in text(app))
        for _ in range(4):
            await pilot.press("enter")
        await pilot.pause()
        np.testing.assert_array_equal(ink(lab), drawn)


async def test_erasing_is_a_mode_that_the_canvas_names() -> None:
    lab = CanvasLab()
    lab.set("drawing", [1.0] * 28**2)
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", "enter", "right", "backspace")
        # Another tool is not down yet.
        await until(pilot, lambda: "eraser up 15,16" in text(app))
        await pilot.press("right")
        await pilot.pause()
        assert ink(lab).min() == 1
        await pilot.press("enter", "right", "right")
        await until(pilot, lambda: "eraser down 15,19" in text(app))
        await until(pilot, lambda: ink(lab)[14, 16:19].max() == 0)
        await pilot.press("enter", "right", "right")
        await until(pilot, lambda: "eraser up 15,21" in text(app))
        assert ink(lab)[14, 20] == 1
        await pilot.press("delete")
        await until(pilot, lambda: "pen up 15,21" in text(app))


@pytest.mark.parametrize("held", ["shift", "ctrl"])
async def test_an_arrow_with_shift_or_ctrl_goes_five_and_draws_all_the_way(held: str) -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", f"{held}+up", f"{held}+left")
        await until(pilot, lambda: "pen up 10,10" in text(app))
        assert ink(lab).max() == 0
        await pilot.press("enter", f"{held}+right", f"{held}+down")
        await until(pilot, lambda: "pen down 15,15" in text(app))
        await until(pilot, lambda: ink(lab)[9, 9:15].tolist() == ink(lab)[9:15, 14].tolist() == [1.0] * 6)
        await pilot.press(*[f"{held}+right"] * 4)
        await until(pilot, lambda: "pen down 15,28" in text(app))


async def test_leaving_the_canvas_lifts_the_pen() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "pen down" in text(app))
        await pilot.press("tab")
        await until(pilot, lambda: not canvas(app).pen_down)


async def test_the_cursor_stays_on_the_canvas() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", *["up"] * 20, *["left"] * 20, "space")
        await until(pilot, lambda: ink(lab)[0, 0] == 1)
        await pilot.press(*["down"] * 40, *["right"] * 40, "space")
        await until(pilot, lambda: ink(lab)[27, 27] == 1)


async def test_letters_are_the_labs_also_while_drawing() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", "enter", "down", "w")
        await until(pilot, lambda: ink(lab).max() == 0)
        await pilot.press("down")
        await until(pilot, lambda: ink(lab)[16, 14] == 1)


async def test_drawing_and_erasing_by_the_mouse() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.mouse_down(CanvasField, offset=Offset(3, 2))
        await pilot.hover(CanvasField, offset=Offset(20, 2))  # a mouse that skips pixels
        await pilot.mouse_up(CanvasField, offset=Offset(20, 2))
        await until(pilot, lambda: ink(lab)[2, 2:20].tolist() == [1.0] * 18)
        assert ink(lab)[2, 22] == 0
        await pilot.hover(CanvasField, offset=Offset(20, 12))
        await pilot.pause()
        assert ink(lab)[20, 19] == 0
        # A stroke that begins on another draws too.
        await pilot.mouse_down(CanvasField, offset=Offset(10, 2))
        await pilot.hover(CanvasField, offset=Offset(10, 6))
        await pilot.mouse_up(CanvasField, offset=Offset(10, 6))
        await until(pilot, lambda: ink(lab)[2:11, 9].tolist() == [1.0] * 9)
        await pilot.mouse_down(CanvasField, offset=Offset(10, 2), button=3)
        await pilot.mouse_up(CanvasField, offset=Offset(10, 2))
        await until(pilot, lambda: ink(lab)[2, 9] == 0)
        await pilot.press("backspace")
        await pilot.mouse_down(CanvasField, offset=Offset(18, 2))
        await pilot.mouse_up(CanvasField, offset=Offset(18, 2))
        await until(pilot, lambda: ink(lab)[2, 17] == 0)


@pytest.mark.parametrize("size", [(80, 24), (30, 24)])
async def test_undo_takes_whole_strokes_back_and_lifts_the_pen(size: tuple[int, int]) -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=size) as pilot:
        await pilot.press("tab", "enter", *["right"] * 4, "enter")
        await until(pilot, lambda: ink(lab)[14, 14:19].tolist() == [1.0] * 5)
        line = ink(lab)
        await pilot.press("enter", *["down"] * 3)
        await until(pilot, lambda: ink(lab)[17, 18] == 1)
        corner = ink(lab)
        app.panel.undo()
        await until(pilot, lambda: (ink(lab) == line).all() and "pen up" in text(app))
        await pilot.press("down", "down")
        await pilot.mouse_down(CanvasField, offset=Offset(3, 2))
        await pilot.hover(CanvasField, offset=Offset(9, 2))
        await pilot.hover(CanvasField, offset=Offset(9, 6))
        await pilot.mouse_up(CanvasField, offset=Offset(9, 6))
        await until(pilot, lambda: ink(lab)[10, 8] == 1)
        await pilot.press("w")
        await until(pilot, lambda: ink(lab).max() == 0)
        app.panel.undo()
        app.panel.undo()
        await until(pilot, lambda: (ink(lab) == line).all())
        app.panel.undo()
        await until(pilot, lambda: ink(lab).max() == 0 and np.max(canvas(app).pixels) == 0)
        app.panel.undo()
        await until(pilot, lambda: app.said == [("There is nothing to undo.", "information")])
        app.panel.redo()
        await until(pilot, lambda: (ink(lab) == line).all() and (ink(lab) != corner).any())


async def test_undo_right_behind_a_key_takes_back_what_that_key_drew() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", "space")
        await until(pilot, lambda: ink(lab)[14, 14] == 1)
        once = ink(lab)
        field = canvas(app)
        field.action_go(5, 0)
        field.action_dab()
        # The panel has not heard of the dab yet.
        assert field.waiting
        app.panel.undo()
        await until(pilot, lambda: not field.waiting and (ink(lab) == once).all())
        assert app.panel.can_undo


async def test_half_blocks_show_two_rows_a_line_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    lab = CanvasLab()
    pixels = np.zeros((28, 28))
    pixels[0, 0] = pixels[1, 1] = pixels[0, 2] = pixels[1, 2] = 1
    pixels[0, 3] = pixels[1, 3] = 0.4
    pixels[0, 4] = 0.2
    lab.set("drawing", pixels.tolist())
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await until(pilot, lambda: any("▀▄█▒░·" in line for line in dump(app)))
        await pilot.press("tab")
        await until(pilot, lambda: any("┴" in line for line in dump(app)))  # row 15 is the upper one of its line
        await pilot.press("down")
        await until(pilot, lambda: any("┬" in line for line in dump(app)))


@pytest.mark.parametrize("system", ["standard", "256"])
async def test_ink_is_lighter_than_grey_and_grey_than_paper(system: str) -> None:
    lab = CanvasLab()
    pixels = np.zeros((28, 28))
    pixels[:, 1], pixels[:, 2] = 0.5, 1.0
    lab.set("drawing", pixels.tolist())
    app = PanelApp(lab)
    app.console._color_system = {"standard": 1, "256": 2}[system]  # type: ignore[assignment]
    async with app.run_test(size=(60, 24)):
        strip = canvas(app).render_line(1)
        backgrounds = [
            Color.from_rich_color(segment.style.bgcolor).brightness
            for segment in strip
            if segment.style and segment.style.bgcolor and segment.text.strip() == ""
        ]
        paper, grey, full = backgrounds[1], backgrounds[2], backgrounds[3]
        assert paper < grey < full


async def test_a_stroke_repaints_only_its_lines() -> None:
    lab = CanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        field = canvas(app)
        painted: list[int] = []
        inner = field._set_dirty
        field._set_dirty = lambda *regions: (painted.extend(r.y for r in regions), inner(*regions))[1]  # type: ignore[method-assign, func-returns-value]
        await pilot.press("space")
        await until(pilot, lambda: ink(lab)[14, 14] == 1)
        await pilot.pause()
        # The dab covers rows 13 to 15, which are on the seventh and eighth line below the heading.
        assert set(painted) == {7, 8}


async def test_a_large_canvas_has_its_size_where_there_is_room() -> None:
    app = PanelApp(LargeCanvasLab())
    async with app.run_test(size=(120, 40)):
        assert canvas(app).extent(58).height == 26
        assert canvas(app).extent(58).width == 51


async def test_a_large_canvas_where_there_is_no_room_is_halved_with_the_part_around_the_cursor() -> None:
    lab = LargeCanvasLab()
    app = PanelApp(lab)
    async with app.run_test(size=(46, 24)) as pilot:
        assert canvas(app).size.height == 14
        await pilot.press("tab", *["left"] * 20, *["up"] * 20, "space")
        await until(pilot, lambda: ink(lab)[5, 5] == 1)
        # In the halved picture a click is a pixel of two by two, in the part beside it one of its own.
        await pilot.mouse_down(CanvasField, offset=Offset(1 + 20, 1 + 10))
        await pilot.mouse_up(CanvasField, offset=Offset(1 + 20, 1 + 10))
        await until(pilot, lambda: ink(lab)[40, 40] == 1)
        # The cursor is at 40, 40 now: the part is the 26 rows and 16 columns at the lower right end.
        await pilot.mouse_down(CanvasField, offset=Offset(1 + 25 + 2 + 15, 1))
        await pilot.mouse_up(CanvasField, offset=Offset(1 + 25 + 2 + 15, 1))
        await until(pilot, lambda: ink(lab)[:30, 30:].max() == 1)


@pytest.mark.parametrize(("lab", "columns", "rows"), [(CanvasLab(), 21, 28), (LargeCanvasLab(), 26, 26)])
async def test_in_very_little_room_there_is_the_part_around_the_cursor(lab: CanvasLab, columns: int, rows: int) -> None:
    app = PanelApp(lab)
    async with app.run_test(size=(columns, 24)) as pilot:
        await until(pilot, lambda: canvas(app).size.height == 1 + rows // 2)
        last = lab.side - 1
        canvas(app).cursor = Offset(last - 1, last)
        await pilot.press("tab", "right", "space")
        await until(pilot, lambda: ink(lab)[last, last] == 1)
        # The cell at the lower right end is the last pixel of the row above, under the brush.
        corner = Offset(columns - 1, rows // 2)
        await pilot.mouse_down(CanvasField, offset=corner, button=3)
        await pilot.mouse_up(CanvasField, offset=corner)
        await until(pilot, lambda: ink(lab)[last - 1, last] < 0.5)
        await pilot.press("w")
        await until(pilot, lambda: ink(lab).max() == 0)
        canvas(app).cursor = Offset(0, 0)
        await pilot.mouse_down(CanvasField, offset=Offset(1, 1))
        await pilot.mouse_up(CanvasField, offset=Offset(1, 1))
        await until(pilot, lambda: ink(lab)[0, 0] == 1)


async def test_on_a_stage_with_room_a_pixel_is_two_cells_by_one_line() -> None:
    lab = CanvasLab()
    app = PanelApp(lab, show=("drawing", "ink"))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: canvas(app).size.height >= 29)
        field = canvas(app)
        await pilot.mouse_down(CanvasField, offset=Offset(1 + 2 * 20, 1 + 5))
        await pilot.hover(CanvasField, offset=Offset(2 + 2 * 20, 1 + 9))
        await pilot.mouse_up(CanvasField, offset=Offset(2 + 2 * 20, 1 + 9))
        await until(pilot, lambda: ink(lab)[5:10, 20].tolist() == [1.0] * 5)
        await pilot.pause()
        painted: list[int] = []
        inner = field._set_dirty
        field._set_dirty = lambda *regions: (painted.extend(r.y for r in regions), inner(*regions))[1]  # type: ignore[method-assign, func-returns-value]
        field.cursor = Offset(14, 25)
        await pilot.press("space")
        await until(pilot, lambda: ink(lab)[25, 14] == 1)
        await pilot.pause()
        # The heading, the line that the cursor left, and the three lines of the dab.
        assert set(painted) <= {0, 10, 25, 26, 27}
        strip = field.render_line(1 + 25)
        inked = "".join(segment.text for segment in strip if segment.style and segment.style.bgcolor)
        assert len(inked) >= 2 * 28


async def test_where_its_stage_has_no_room_it_keeps_its_size() -> None:
    lab = CanvasLab()
    app = PanelApp(lab, show=("drawing", "ink"))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("tab", "space")
        await until(pilot, lambda: ink(lab)[14, 14] == 1)
        await pilot.mouse_down(CanvasField, offset=Offset(3, 2))
        await pilot.mouse_up(CanvasField, offset=Offset(3, 2))
        await until(pilot, lambda: ink(lab)[2, 2] == 1)


def test_a_larger_picture_has_a_larger_brush() -> None:
    small = dabbed(tuple((0.0,) * 28 for _ in range(28)), 10, 10)
    large = dabbed(tuple((0.0,) * 50 for _ in range(50)), 10, 10)
    assert sum(v >= 0.5 for row in small for v in row) < sum(v >= 0.5 for row in large for v in row)


def test_ink_never_weakens_what_is_there_and_the_edge_is_no_error() -> None:
    full = tuple((1.0,) * 28 for _ in range(28))
    assert dabbed(full, 0, 0) == full
    assert dabbed(full, 27, 27, erase=True)[27][27] == 0
