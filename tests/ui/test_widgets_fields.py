"""Every kind of control: changed by keys, by typing and by the mouse."""

from __future__ import annotations

import numpy as np
import pytest
from textual.events import Key
from textual.geometry import Offset
from textual.keys import key_to_character

from tests.ui.fake_lab import FakeLab
from tests.ui.panel_app import PanelApp, dump, text, until
from tutor.ui.widgets.fields.grid_field import GridField
from tutor.ui.widgets.fields.number_field import NumberField


def on_screen(app: PanelApp, words: str, after: str = "") -> tuple[int, int]:
    """Where the words begin, on a line that has ``after`` before them."""
    for y, line in enumerate(dump(app)):
        start = line.find(after)
        if start >= 0 and words in line[start:]:
            return line.index(words, start), y
    raise AssertionError(f"{words!r} is not on the screen\n{text(app)}")


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("right",), 1.0),
        (("left", "left"), 0.001),
        (("up",), 1.0),
        (("down", "down"), 0.001),
        (("right", "right", "right"), 1.0),
        (("0", "comma", "2", "5", "enter"), 0.25),
        (("full_stop", "5", "enter"), 0.5),
        (("5", "0", "%", "enter"), 0.5),
        (("1", "e", "minus", "3", "enter"), 0.001),
        (("0", "comma", "9", "backspace", "2", "tab"), 0.2),
        (("9", "escape"), 0.1),
        (("0", "comma", "3", "right"), 1.0),
    ],
)
async def test_a_number(keys: tuple[str, ...], value: float) -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("rate", "epochs"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", *keys)
        await until(pilot, lambda: lab.get("rate") == value)
        await until(pilot, lambda: f" {value:g} ▸" in text(app))
        assert app.said == []
        assert lab.get("epochs") == 20


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("7",), "learning rate lies from 0 to 1; got 7"),
        (("minus", "1"), "learning rate lies from 0 to 1; got -1"),
        (("1", "minus"), "learning rate is a number; got 1-"),
        (("1", "/", "0"), "learning rate is a number; nothing can be divided by 0"),
    ],
)
async def test_a_number_that_is_not_taken_is_said(typed: tuple[str, ...], sentence: str) -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("rate",))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", *typed, "enter")
        await until(pilot, lambda: app.said)
        assert app.said == [(sentence, "warning")]
        assert lab.get("rate") == 0.1
        assert app.changed == []
        await until(pilot, lambda: " 0.1 ▸" in text(app))


async def test_a_whole_number_refuses_a_fraction() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("epochs",))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "2", "comma", "5", "enter")
        await until(pilot, lambda: app.said == [("epochs is a whole number; got 2.5", "warning")])
        await pilot.press("right")
        await until(pilot, lambda: lab.get("epochs") == 30)


async def test_no_step_is_lost_however_fast_the_keys_come() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("epochs",))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab")
        for _ in range(30):
            app.simulate_key("right")
        await until(pilot, lambda: lab.get("epochs") == 20 + 30 * 10)
        await until(pilot, lambda: " 320 ▸" in text(app))


async def test_a_field_goes_on_from_what_was_entered_last_not_from_what_the_lab_has_taken() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("epochs",))
    async with app.run_test(size=(60, 10)):
        field = app.panel.query_one(NumberField)
        field.action_step(1)
        field.action_step(1)
        app.panel.refresh_lab()  # the lab has taken neither yet
        assert lab.get("epochs") == 20
        field.action_step(1)
        assert field.value == 50


async def test_number_and_choice_by_the_mouse() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("rate", "label"))
    async with app.run_test(size=(44, 10)) as pilot:
        await pilot.click(offset=on_screen(app, "▸", "learning rate"))
        await until(pilot, lambda: lab.get("rate") == 1.0)
        await pilot.click(offset=on_screen(app, "◂", "learning rate"))
        await pilot.click(offset=on_screen(app, "◂", "learning rate"))
        await until(pilot, lambda: lab.get("rate") == 0.01)
        await pilot.click(offset=on_screen(app, "▸", "label"))
        await until(pilot, lambda: lab.get("label") == "rhombus")
        await pilot.click(offset=on_screen(app, "label"))
        await pilot.pause()
        assert lab.get("label") == "rhombus"


async def test_a_choice_goes_round() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("label",))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "left")
        await until(pilot, lambda: lab.get("label") == "bar")
        await pilot.press("right", "right")
        await until(pilot, lambda: lab.get("label") == "rhombus")
        assert "rhombus ▸" in text(app)
        await pilot.press("down", "up", "up")
        await until(pilot, lambda: app.changed == ["label"] * 6)
        assert lab.get("label") != "rhombus"


async def test_a_vector() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("x", "rate"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press(
            "tab", "tab", "up", "right", "down", "down", "right", "minus", "4", "comma", "2", "5", "enter"
        )
        await until(pilot, lambda: lab.get("x") == (1.5, 1.0, -4.25))
        await until(pilot, lambda: "‹−4.25›" in text(app) and "[    1]" in text(app))
        await pilot.press("right", "9", "9", "shift+tab")
        await until(pilot, lambda: app.said == [("inputs x 1 lies from -10 to 10; got 99", "warning")])
        assert lab.get("x") == (1.5, 1.0, -4.25)
        assert "›learning rate" in text(app)


async def test_a_vector_stays_in_its_bounds() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("x",))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", *["up"] * 30)
        await until(pilot, lambda: lab.vector("x")[0] == 10)
        assert app.said == []


async def test_a_matrix_by_keys_and_mouse() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("W",))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "right", "up", "right", "7", "enter")
        await until(pilot, lambda: lab.get("W") == ((1.0, 2.5), (7.0, 4.0)))
        await pilot.click(offset=on_screen(app, " 4]"))
        await pilot.press("down")
        await until(pilot, lambda: lab.get("W") == ((1.0, 2.5), (7.0, 3.5)))


async def test_a_grid_by_keys() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("drawing", "confidences"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "left", "up", "space")
        await until(pilot, lambda: lab.vector("drawing")[0, 0] == 1)
        await pilot.press("down", "right", "space")
        await until(pilot, lambda: lab.vector("drawing")[1, 1] == 1)
        assert lab.vector("drawing").sum() == 2
        await until(pilot, lambda: "▐▌" in text(app))
        await pilot.press("space", *["right"] * 9)
        await until(pilot, lambda: lab.vector("drawing").sum() == 1)
        await pilot.press("space")
        await until(pilot, lambda: lab.vector("drawing")[1, 4] == 1)
        assert app.changed == ["drawing"] * 4


@pytest.mark.parametrize("held", ["shift", "ctrl"])
async def test_an_arrow_with_shift_or_ctrl_goes_to_the_edge_of_a_grid(held: str) -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("drawing",))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", f"{held}+right", f"{held}+down", "space")
        await until(pilot, lambda: lab.vector("drawing")[4, 4] == 1)
        await pilot.press(f"{held}+left", f"{held}+up", "space")
        await until(pilot, lambda: lab.vector("drawing")[0, 0] == 1)
        assert lab.vector("drawing").sum() == 2


async def test_a_pixel_a_drag_and_an_action_are_undone_one_by_one() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("drawing", "invert"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "space")
        await until(pilot, lambda: lab.vector("drawing").sum() == 1)
        grid = app.panel.query_one(GridField)
        await pilot.mouse_down(grid, offset=Offset(1, 3))
        await pilot.hover(grid, offset=Offset(9, 3))
        await pilot.hover(grid, offset=Offset(9, 5))
        await pilot.mouse_up(grid, offset=Offset(9, 5))
        await until(pilot, lambda: lab.vector("drawing").sum() == 8)
        await pilot.press("i")
        await until(pilot, lambda: lab.vector("drawing").sum() == 17)
        for left in (8, 1, 0):
            app.panel.undo()
            await until(pilot, lambda left=left: lab.vector("drawing").sum() == np.sum(grid.pixels) == left)
        for there in (1, 8, 17):
            app.panel.redo()
            await until(pilot, lambda there=there: lab.vector("drawing").sum() == np.sum(grid.pixels) == there)
        assert app.said == []


async def test_a_grid_answers_on_every_pixel() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("drawing", "confidences"))
    async with app.run_test(size=(60, 10)) as pilot:
        before = next(line for line in dump(app) if "bar" in line)
        await pilot.press("tab", "space")
        await until(pilot, lambda: next(line for line in dump(app) if "bar" in line) != before)
        assert f"{4.123 / 11:.3f}" in next(line for line in dump(app) if "bar" in line)


async def test_a_grid_by_dragging() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("drawing",))
    async with app.run_test(size=(60, 10)) as pilot:
        grid = app.panel.query_one(GridField)

        def at(x: int, y: int) -> Offset:
            return Offset(1 + 2 * x, 1 + y)

        await pilot.mouse_down(grid, offset=at(0, 0))
        await pilot.hover(grid, offset=at(4, 0))  # a mouse that skips pixels
        await pilot.hover(grid, offset=at(4, 2))
        await pilot.mouse_up(grid, offset=at(4, 2))
        await until(pilot, lambda: lab.vector("drawing").sum() == 7)
        await pilot.hover(grid, offset=at(1, 4))
        await pilot.pause()
        assert lab.vector("drawing").sum() == 7
        assert lab.vector("drawing")[0].tolist() == [1] * 5
        assert lab.vector("drawing")[:3, 4].tolist() == [1] * 3
        # Beginning on a pixel that is on, a drag turns off.
        await pilot.mouse_down(grid, offset=at(2, 0))
        await pilot.hover(grid, offset=at(4, 0))
        await pilot.hover(grid, offset=at(4, 4))
        await pilot.mouse_up(grid, offset=at(4, 4))
        await until(pilot, lambda: lab.vector("drawing").tolist() == [[1, 1, 0, 0, 0], *[[0] * 5] * 4])


async def test_greys_are_told_apart_without_colour() -> None:
    lab = FakeLab()
    greys = [0.0, 0.2, 0.5, 0.8, 1.0]
    lab.set("drawing", [greys] * 5)
    app = PanelApp(lab, show=("drawing",))
    async with app.run_test(size=(60, 10)):
        assert "··░░▒▒▓▓██" in text(app)


async def test_a_burst_of_keys_is_taken_in_its_order_also_across_fields() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("x", "rate", "epochs", "invert"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "tab")
        burst = ["right", "0", "full_stop", "2", "5", "enter", "tab", "4", "0", "tab", "up", "right", "7", "enter"]
        for key in burst:  # as a slow line brings them: all before the first is done
            app.post_message(Key(key, key_to_character(key)))
        await until(pilot, lambda: lab.get("epochs") == 40)
        await until(pilot, lambda: lab.get("x") == (1.5, 7.0, 3.0))
        assert lab.get("rate") == 0.25
        assert app.said == []
