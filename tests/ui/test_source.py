"""The programs behind a lab on the screen: every line of them can be reached, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.given_readouts import GivenReadouts
from tests.ui.panel_app import dump, text, until
from tests.ui.small_lessons import NARROW, WIDE, at_step, press, shows, small_app
from tutor.course.words.source_text import SourceText, source_texts
from tutor.labs.kit.controls import Control
from tutor.labs.kit.readouts import Number, Readout
from tutor.labs.neuron import NeuronLab
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.source import SourceScreen, open_source

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


@BOTH
async def test_c_shows_each_piece_and_gives_the_lesson_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=size) as pilot:
        await at_step(pilot, 3)
        pieces = source_texts(NeuronLab())
        await press(pilot, "c")
        for number, piece in enumerate(pieces, start=1):
            await shows(pilot, f"▸ {number} {piece.heading}", piece.source.splitlines()[0])
            await press(pilot, "tab")
        await shows(pilot, f"▸ 1 {pieces[0].heading}")
        await press(pilot, "shift+tab")
        await shows(pilot, f"▸ {len(pieces)} {pieces[-1].heading}")
        await press(pilot, "2", "9")
        await shows(pilot, f"▸ 2 {pieces[1].heading}")
        await press(pilot, "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen))
        await press(pilot, "c", "escape")
        await at_step(pilot, 3)


class PiecesApp(App[int]):
    def __init__(self, *pieces: SourceText) -> None:
        super().__init__()
        self._pieces = pieces

    def on_mount(self) -> None:
        self.push_screen(SourceScreen(self._pieces))


async def scrolled(pilot: Pilot[int], *words: str) -> None:
    await until(pilot, lambda: all(word in text(pilot.app) for word in words))


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
async def test_long_lines_and_long_pieces_are_gone_along_with_the_arrows(theme: str) -> None:
    long = "\n".join(f"line_{i} = '{'-' * 100} end of {i}'  # [b]" for i in range(90))
    async with PiecesApp(SourceText("long", long), SourceText("short", "x = 1\n")).run_test(size=NARROW) as pilot:
        pilot.app.theme = theme
        await scrolled(pilot, "▸ 1 long", "line_0 =")
        assert "end of" not in text(pilot.app)
        await press(pilot, "down")
        await until(pilot, lambda: dump(pilot.app)[2].startswith(" line_1 ="))
        await press(pilot, "pagedown")
        await until(pilot, lambda: "line_1 =" not in text(pilot.app))
        await press(pilot, "end")
        await scrolled(pilot, "line_89 =")
        await pilot.press(*["right"] * 60)
        await scrolled(pilot, "end of 89'  # [b]")
        await press(pilot, "tab")
        await scrolled(pilot, "▸ 2 short", "x = 1")


class BareLab(GivenReadouts):
    """Computes nothing that has a source."""

    id = "bare"
    title = "Bare"

    def controls(self) -> tuple[Control, ...]:
        return ()

    def given_names(self) -> tuple[str, ...]:
        return ("one",)

    def given(self, name: str) -> Readout:
        return Number(name, name, 1.0)


class BareApp(App[int]):
    def on_mount(self) -> None:
        open_source(self, BareLab())


async def test_where_there_is_no_program_it_says_so() -> None:
    async with BareApp().run_test(size=NARROW, notifications=True) as pilot:
        await scrolled(pilot, "no program")
        assert not isinstance(pilot.app.screen, SourceScreen)
