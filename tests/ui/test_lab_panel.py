"""The panel on a lab: what it shows, what it tells, what it covers."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from textual.geometry import Size
from textual.strip import Strip

from tests.ui.fake_lab import NUMBERS, FakeLab
from tests.ui.panel_app import PanelApp, dump, text, until
from tutor.labs.gradient_descent import GradientDescentLab
from tutor.labs.kit.contract import Group
from tutor.labs.kit.readouts import Number, Readout, Text
from tutor.labs.network_builder import NetworkBuilderLab
from tutor.labs.neuron import NeuronLab
from tutor.labs.shapes.lab import ShapesLab
from tutor.ui.widgets.group_block import GroupBlock
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.readouts.curve_view import CurveView
from tutor.ui.widgets.readouts.number_view import NumberView
from tutor.ui.widgets.readouts.readout_view import ReadoutView


async def test_everything_in_the_overview_is_shown_under_its_group() -> None:
    app = PanelApp(FakeLab())
    async with app.run_test(size=(120, 60)):
        shown = text(app)
        for title in ("Drawing", "Settings", "Curves", "Network"):
            assert f" {title} " in shown
        for label in ("learning rate", "◂  square ▸", "[p] play", "2.3457 nats", "rhombus", "no points yet", "0.9877"):
            assert label in shown
        assert [a.key for a in app.panel.action_keys] == ["c", "i", "A", "p", "o", "r"]


async def test_a_subset_is_shown_in_the_order_of_the_lab() -> None:
    app = PanelApp(FakeLab(), show=("loss", "play", "rate"))
    async with app.run_test(size=(44, 20)):
        lines = [line for line in dump(app) if line.strip()]
        assert "Settings" in lines[0]
        assert [next(i for i, line in enumerate(lines) if word in line) for word in ("rate", "[p]", "nats")] == [
            1,
            2,
            3,
        ]
        assert "drawing" not in text(app)
        assert [a.name for a in app.panel.action_keys] == ["play"]


async def test_a_readout_in_no_group_has_the_title_of_the_lab() -> None:
    app = PanelApp(NeuronLab(), show=("e_minus_z",))
    async with app.run_test(size=(60, 10)):
        assert " A neuron at work " in text(app)
        assert "e^(−z)" in text(app)


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (60, " Neuron ─ inputs x: what the neuron sees "),
        (43, " Neuron ─ inputs x: what the neuron sees "),
        (42, " inputs x: what the neuron sees "),
        (28, " what the neuron sees "),
    ],
)
async def test_the_help_of_a_control_is_never_cut_where_the_title_can_give_way(width: int, told: str) -> None:
    app = PanelApp(NeuronLab(), show=("x", "b"))
    async with app.run_test(size=(width, 20)) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: told in dump(app)[0])
        await pilot.press("tab")
        await until(pilot, lambda: "added to" in dump(app)[0])


@pytest.mark.parametrize("size", [(44, 20), (80, 22), (120, 38), (200, 48), (20, 5)])
@pytest.mark.parametrize("lab", [FakeLab, NeuronLab, ShapesLab])
async def test_no_size_is_too_much_or_too_little(lab: type, size: tuple[int, int]) -> None:
    app = PanelApp(lab())
    async with app.run_test(size=size) as pilot:
        await pilot.press("tab", "tab", "right", "p")
        app.panel.refresh_lab()
        await pilot.pause()
        lines = dump(app)
        assert len(lines) == size[1]
        assert {cell_len(line) for line in lines} == {size[0]}


async def test_columns_follow_the_width() -> None:
    for width, columns in ((44, 1), (80, 2), (200, 3)):
        app = PanelApp(FakeLab())
        async with app.run_test(size=(width, 48)):
            assert len({block.region.x for block in app.panel.children}) == columns


async def test_a_curve_takes_the_height_that_is_free_up_to_about_half_its_width() -> None:
    app = PanelApp(NeuronLab(), show=("b", "curve"))
    async with app.run_test(size=(44, 30)) as pilot:
        curve = app.panel.query_one(CurveView)
        assert curve.region.y == 0
        # A cell is twice as high as it is wide.
        assert curve.region.height == 14
        await pilot.resize_terminal(44, 9)
        await until(pilot, lambda: curve.region.height == 9 - app.panel.query_one(GroupBlock).region.height)


@pytest.mark.parametrize(("size", "seen"), [((44, 22), False), ((90, 46), True), ((44, 60), True)])
async def test_a_picture_stands_with_a_program_where_both_have_room(size: tuple[int, int], seen: bool) -> None:
    app = PanelApp(GradientDescentLab(), show=("map", "keras"))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "import keras" in text(app))
        assert ("loss, " in text(app) or "ln(1 + loss)" in text(app)) is seen
        first = next(y for y, line in enumerate(dump(app)) if "import keras" in line)
        assert (first > 5) is seen
        await pilot.resize_terminal(44, 60)
        await until(pilot, lambda: "ln(1 + loss)" in text(app))


async def test_a_letter_presses_its_action_and_what_it_says_is_told() -> None:
    lab = FakeLab()
    app = PanelApp(lab)
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.press("tab", "space", "c")
        await until(pilot, lambda: app.said)
        assert app.said == [("All pixels are off.", "information")]
        assert lab.vector("drawing").sum() == 0
        assert app.changed == ["drawing", "drawing"]
        await pilot.press("r")
        await until(pilot, lambda: len(app.said) == 2)
        assert app.said[1] == ("There is nothing to refuse.", "warning")
        await pilot.press("i", "A")
        await until(pilot, lambda: lab.vector("drawing").sum() == 20)


async def test_a_letter_is_text_while_a_number_is_typed() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("epochs", "invert"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "tab", "4", "i", "2", "enter")
        await until(pilot, lambda: lab.get("epochs") == 42)
        assert lab.vector("drawing").sum() == 0
        assert not app.panel.editing


async def test_a_screen_can_hand_letters_on() -> None:
    lab = FakeLab()
    app = PanelApp(lab)
    async with app.run_test(size=(120, 60)):
        assert app.panel.press_key("i")
        assert lab.vector("drawing").sum() == 25
        assert not app.panel.press_key("j")


async def test_a_letter_that_a_screen_hands_on_is_not_pressed_while_a_number_is_typed() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("epochs", "invert"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("tab", "tab", "4")
        assert app.panel.editing
        assert not app.panel.press_key("i")
        await pilot.press("escape")
        assert app.panel.press_key("i")
        assert lab.vector("drawing").sum() == 25


async def test_actions_are_clicked_and_entered() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("clear", "invert", "left"))
    async with app.run_test(size=(60, 6)) as pilot:
        row = next(y for y, line in enumerate(dump(app)) if "[i]" in line)
        await pilot.click(offset=(dump(app)[row].index("invert"), row))
        await until(pilot, lambda: lab.vector("drawing").sum() == 25)
        await pilot.press("right", "enter")
        await until(pilot, lambda: lab.vector("drawing").sum() == 20)
        assert "› [A]" in text(app) or "›[A]" in text(app)


async def test_tab_goes_from_field_to_field() -> None:
    app = PanelApp(FakeLab(), show=("label", "rate", "epochs", "play"))
    async with app.run_test(size=(44, 10)) as pilot:
        await pilot.press("tab")
        marks = []
        for _ in range(5):
            marks.append(next(line for line in dump(app) if "›" in line).split("›")[1].split()[0])
            await pilot.press("tab")
        assert marks == ["label", "learning", "epochs", "[p]", "label"]
        await pilot.press("shift+tab")
        assert "›label" in text(app)


async def test_a_vector_shows_the_places_in_use() -> None:
    lab = NetworkBuilderLab()
    app = PanelApp(lab, show=("hidden", "units"))
    async with app.run_test(size=(44, 10)) as pilot:
        assert text(app).count("    4]") == 2, "two hidden layers"
        await pilot.press("tab", "tab", "right", "right", "6", "enter")
        await until(pilot, lambda: lab.get("units") == (6, 4, 4, 4))
        await pilot.press("right", "shift+tab", "left")
        await until(pilot, lambda: text(app).count("    6]") == 1 and text(app).count("    4]") == 0)
        await pilot.press("tab", "9", "enter")
        await until(pilot, lambda: lab.get("units") == (9, 4, 4, 4))
        await pilot.press("shift+tab", "left")
        await until(pilot, lambda: "none" in text(app))
        await pilot.press("tab", "up", "5", "enter", "right")
        assert lab.get("units") == (9, 4, 4, 4), "a cell that is not shown takes nothing"


async def test_the_title_says_what_the_focused_control_is_about() -> None:
    app = PanelApp(FakeLab())
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: "drawing: space turns a pixel over" in text(app))
        await pilot.press("tab")
        await until(pilot, lambda: "space turns a pixel over" not in text(app))


async def test_every_covered_number_is_masked() -> None:
    lab = FakeLab()
    lab.ticks = 7
    app = PanelApp(lab, show=NUMBERS, covered=frozenset(NUMBERS))
    # What stands on the uncovered screen and nowhere on the covered one.
    numbers = [
        "0.2932",
        "0.123",
        "1.2345",
        "2.469",
        "3.7035",
        "1.1111",
        "4.4444",
        "0.9877",
        "4.4321",
        "4.0292",
        "still at",
    ]
    async with app.run_test(size=(120, 60)) as pilot:
        covered = text(app)
        for number in numbers:
            assert number not in covered
        assert not set("▁▂▃▄▅▆▇█⠉⣀×") & set(covered.replace("× held out", ""))
        assert "answer first" in covered
        assert "loss" in covered
        assert "?" in covered
        app.panel.covered = frozenset()
        await until(pilot, lambda: "answer first" not in text(app))
        for number in numbers:
            assert number in text(app)


async def test_arithmetic_and_marks_that_show_a_covered_number_are_covered_too() -> None:
    lab = NeuronLab()
    lab.set("b", 1.25)
    app = PanelApp(lab, show=("z", "sum_arithmetic", "y_arithmetic", "curve"), covered=frozenset({"z"}))
    async with app.run_test(size=(60, 40)) as pilot:
        assert "4.25" not in text(app)
        assert "●" not in text(app)
        app.panel.covered = frozenset()
        await until(pilot, lambda: text(app).count("4.25") >= 3 and "●" in text(app))


async def test_a_busy_lab_is_followed_and_a_still_one_left_alone() -> None:
    lab = FakeLab()
    app = PanelApp(lab)
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.press("tab", "p")
        await until(pilot, lambda: lab.ticks >= 8)
        await until(pilot, lambda: "no points yet" not in text(app))
        await pilot.press("o")
        await until(pilot, lambda: f"still at {lab.ticks}" in text(app))
        await until(pilot, left_alone(lab))


def left_alone(lab: FakeLab) -> Callable[[], bool]:
    """A condition that comes true once the lab was neither polled nor read for as long as thirty looks at it."""
    seen: list[tuple[int, dict[str, int]]] = []

    def unchanged() -> bool:
        seen.append((lab.ticks, dict(lab.reads)))
        return len(seen) >= 30 and all(look == seen[-1] for look in seen[-30:])

    return unchanged


async def test_nothing_is_painted_again_when_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: Counter[str] = Counter()
    plain = ReadoutView._paint

    def counting(self: ReadoutView) -> list[Strip]:
        painted[self.data.name] += 1
        return plain(self)

    monkeypatch.setattr(ReadoutView, "_paint", counting, raising=False)
    lab = FakeLab()
    app = PanelApp(lab)
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.pause()
        before = dict(painted)
        for _ in range(3):
            app.panel.refresh_lab()
            await pilot.pause()
        assert painted == before
        lab.ticks = 1
        app.panel.refresh_lab()
        await until(pilot, lambda: "1.1728" in text(app))
        assert {name for name in painted if painted[name] != before[name]} == {"step", "loss", "status", "curve"}


async def test_what_needs_more_lines_gets_them() -> None:
    lab = FakeLab()
    app = PanelApp(lab, show=("status", "loss"))
    async with app.run_test(size=(44, 12)) as pilot:
        await pilot.press("tab", "tab")  # everything has found its place by then
        row = next(y for y, line in enumerate(dump(app)) if "nats" in line)
        words = "a sentence that is too long to stand on one line beside its label"

        def read(name: str) -> Readout:
            return Text("status", "status", words) if name == "status" else FakeLab().read(name)

        lab.read = read  # type: ignore[method-assign]
        app.panel.refresh_lab()
        await until(pilot, lambda: next(y for y, line in enumerate(dump(app)) if "nats" in line) == row + 1)
        assert " ".join(text(app).split()).count("sentence that is too long to stand on one line beside its label") == 1
        # The room is kept: what stands below does not jump up and down.
        words = "short"
        app.panel.refresh_lab()
        await until(pilot, lambda: "short" in text(app))
        assert next(y for y, line in enumerate(dump(app)) if "nats" in line) == row + 1


class HostileLab(FakeLab):
    def groups(self) -> tuple[Group, ...]:
        return (Group("[bold red]Title[/]", ("status", "loss")),)

    def read(self, name: str) -> Readout:
        return Text(name, "[@click=app.quit]label[/]", "\x1b]0;evil\x07 [/unbalanced ‮")


async def test_text_from_data_is_neither_markup_nor_control() -> None:
    app = PanelApp(HostileLab(), show=("status",))
    async with app.run_test(size=(80, 10)):
        shown = text(app)
        assert "[bold red]Title[/]" in shown
        assert "[@click=app.quit]label[/]" in shown
        assert "[/unbalanced" in shown
        assert not set(shown) & {"\x1b", "\x07", "‮"}


async def test_what_does_not_fit_is_scrolled_to_by_the_keyboard() -> None:
    app = PanelApp(FakeLab(), show=("weights_table", "products", "layers", "how"))
    async with app.run_test(size=(44, 8)) as pilot:
        await until(pilot, lambda: app.panel.can_focus)
        assert "4.4321" not in text(app)
        await pilot.press("tab", *["down"] * 12)
        await until(pilot, lambda: "= 4.4321" in text(app))


def test_importing_the_panel_does_not_load_tensorflow() -> None:
    code = "import sys, tutor.ui.widgets.lab_panel; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_a_number_view_asks_for_the_room_it_needs() -> None:
    view = NumberView(Number("loss", "loss", 123456.5, 4))
    line = view.lines(Size(view.extent(80).width, 1))[0]
    assert line.plain.split() == ["loss", "123456.5"]


async def test_two_panels_do_not_hear_each_other() -> None:
    class Two(PanelApp):
        def compose(self):
            yield from super().compose()
            yield LabPanel(NeuronLab(), show=("b",), id="other")

    lab = FakeLab()
    app = Two(lab, show=("rate",))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("tab", "right")
        await until(pilot, lambda: lab.get("rate") == 1.0)
        assert app.query_one("#other", LabPanel).lab.get("b") == 0


async def test_the_end_of_a_run_is_told_once() -> None:
    lab = FakeLab()
    # Before the panel looks first: it asks no more once there is nothing to ask.
    lab.playing = True
    app = PanelApp(lab, show=("play", "status"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: lab.ticks > 1)
        assert app.rested == 0
        lab.playing = False
        await until(pilot, lambda: app.rested == 1)
        await until(pilot, lambda: "still at" in text(app))
    assert app.rested == 1
