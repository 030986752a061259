"""One key copies: the token, a number with its formula, a number of a list, a program; a remark says what."""

from __future__ import annotations

import base64
import math
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from tests.ui.panel_app import until
from tests.ui.small_lessons import NARROW, WIDE, at_home, at_step, press, shows, small_app
from tests.ui.test_microscope import PixelsApp
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.course.words.source_text import source_texts
from tutor.labs.neuron import NeuronLab
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp
from tutor.ui.screens.choose_number import ChooseCellScreen, ChooseNumberScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.microscope import MicroscopeScreen
from tutor.ui.screens.source import SourceScreen
from tutor.ui.widgets.code_editor import CodeEditor
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.lab_panel import LabPanel


def remark(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one(KeyLine).remark


def said(pilot: Pilot[int]) -> str:
    return str(pilot.app.screen.query_one("#said", Static).content)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_numbers_from_the_list_and_the_microscope(tmp_path: Path, size: tuple[int, int]) -> None:
    app = small_app(tmp_path, ("sums", 2))
    async with app.run_test(size=size) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "f", "x")
        await until(pilot, lambda: isinstance(app.screen, ChooseNumberScreen))
        await press(pilot, "y", "Y")
        # x = (1, 1), w = (1, 2), b = 0: z is 3.
        y = 1 / (1 + math.exp(-3))
        await until(pilot, lambda: said(pilot) == "copied: 0.952574")
        assert float(app.clipboard) == pytest.approx(y, abs=1e-15)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, MicroscopeScreen))
        await press(pilot, "Y")
        await until(pilot, lambda: said(pilot) == "copied: 0.952574")
        number, formula, numbers = app.clipboard.splitlines()
        assert float(number.removeprefix("y = ")) == pytest.approx(y, abs=1e-15)
        assert (formula, numbers) == ("= 1 / (1 + e^(−z))", "= 1 / (1 + e^(−3))")
        await press(pilot, "enter", "down", "down", "down", "enter")
        await shows(pilot, "You set it yourself")
        await press(pilot, "Y")
        await until(pilot, lambda: app.clipboard.startswith("w[2] = 2.0\nYou set it yourself"))


async def test_a_covered_number_is_not_copied_with_its_formula(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", 0))
    async with app.run_test(size=WIDE) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "f", "x")
        await until(pilot, lambda: isinstance(app.screen, ChooseNumberScreen))
        listed = app.screen
        assert isinstance(listed, ChooseNumberScreen)
        assert "z" not in [source.name for source in listed._found]
        await press(pilot, "z", "Y")
        assert app.clipboard == ""


async def test_one_of_many_numbers_in_its_table() -> None:
    app = PixelsApp()
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ChooseNumberScreen))
        await press(pilot, "q", "u", "Y")
        await until(pilot, lambda: said(pilot) == "enter opens its numbers; there Y copies one.")
        assert app.clipboard == ""
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseCellScreen))
        await press(pilot, "down", "right", "Y")
        # The second row begins after 16 pixels: 17² = 289.
        await until(pilot, lambda: said(pilot) == "copied: 289")
        assert app.clipboard == "289.0"


async def test_the_whole_piece_of_a_program(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", 2))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        pieces = source_texts(NeuronLab())
        await press(pilot, "c", "tab", "Y")
        await until(pilot, lambda: isinstance(app.screen, SourceScreen) and remark(pilot).startswith("copied"))
        assert remark(pilot) == f"copied: {pieces[1].heading}, {len(pieces[1].source.splitlines())} lines"
        assert app.clipboard == pieces[1].source


async def test_elsewhere_a_remark_says_where(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, "Y")
        await until(pilot, lambda: "in the microscope (x)" in remark(pilot))
        app.open_lesson("sums", 2)
        await at_step(pilot, 3)
        assert not app.screen.query_one(KeyLine).remark
        await press(pilot, "Y")
        await until(pilot, lambda: "in the microscope (x)" in remark(pilot))
        assert len(remark(pilot)) <= NARROW[0] - 2
        assert app.clipboard == ""


async def test_the_token_of_the_studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()), ("studio", None))
    written: list[str] = []
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen) and bool(app.screen.query(LabPanel)))
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        await press(pilot, "e", "Y")
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        await until(pilot, lambda: app.clipboard != "")
        assert app.clipboard == screen.session.lab.lookup("token")
        assert "@10~" in app.clipboard
        assert remark(pilot) == f"copied: {app.clipboard}"
        sent = [text for text in written if text.startswith("\x1b]52;c;")]
        assert [base64.b64decode(text[7:-1]).decode() for text in sent] == [app.clipboard]


async def test_in_an_editor_what_is_selected_is_copied_as_everywhere(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        editor = CodeEditor("a = 1\nb = 2\n")
        await app.screen.mount(editor)
        editor.focus()
        await until(pilot, lambda: editor.has_focus)
        assert isinstance(editor, TextArea)
        await pilot.press("ctrl+home", "shift+end", "ctrl+c", "Y")
        await until(pilot, lambda: app.clipboard == "a = 1")
        assert "Y" in editor.text
