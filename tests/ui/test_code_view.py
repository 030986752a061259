"""A program on the screen: each line as it is written, indentation and all, whatever the width and the theme."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Size

from tests.given_readouts import GivenReadouts
from tests.ui.panel_app import PanelApp, dump, text, until
from tests.ui.small_lessons import NARROW, shows, small_app
from tutor.labs.kit.controls import Control
from tutor.labs.kit.readouts import Code, Readout
from tutor.ui.highlighting import highlighted
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.readouts.code_view import CodeView
from tutor.ui.widgets.registry import view_for

SOURCE = "import keras\n\ndef half(x):\n    # [b]no markup[/b]\n    return 0.5 * x + 'ä'\n"


class CodeLab(GivenReadouts):
    """Nothing but a program, longer than any window here."""

    id = "code"
    title = "Code"

    def controls(self) -> tuple[Control, ...]:
        return ()

    def given_names(self) -> tuple[str, ...]:
        return ("keras",)

    def given(self, name: str) -> Readout:
        return Code(name, "the same in Keras", "".join(f"line_{i} = {i}\n" for i in range(60)))


def test_lines_stand_as_they_are_written() -> None:
    view = view_for(Code("keras", "the same in Keras", SOURCE), False)
    assert [line.plain for line in view.lines(Size(44, 20))] == ["the same in Keras", *SOURCE.splitlines()]


def test_a_line_that_is_too_long_is_cut_and_keeps_its_indentation() -> None:
    view = CodeView(Code("keras", "", SOURCE))
    lines = [line.plain for line in view.lines(Size(12, 20))]
    assert lines[4:6] == ["    # [b]no…", "    return …"]
    assert view.extent(12).height == view.extent(44).height == 1 + len(SOURCE.splitlines())


def test_what_a_terminal_would_obey_is_not_passed_on() -> None:
    assert [line.plain for line in highlighted("a\x1b]0;b\x07 = 1\n\tc")] == ["a�]0;b� = 1", "    c"]


def test_keywords_and_names_stand_out_without_a_colour() -> None:
    line = highlighted("def half(x): return x")[0]
    styled = {line.plain[span.start : span.end]: str(span.style) for span in line.spans}
    assert "bold" in styled["def"]
    assert "underline" in styled["half"]


def test_a_covered_program_shows_nothing_of_it() -> None:
    lines = [line.plain for line in CodeView(Code("keras", "k", SOURCE), covered=True).lines(Size(40, 8))]
    assert "keras" not in "\n".join(lines[1:])
    assert "answer first" in "\n".join(lines)


def test_a_covered_program_leaves_its_lines_to_others_until_it_is_seen() -> None:
    view = CodeView(Code("keras", "k", SOURCE), covered=True)
    assert view.extent(40).height == 4
    view.covered = False
    assert view.extent(40).height == 1 + len(SOURCE.splitlines())


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_a_program_longer_than_the_window_scrolls_by_keyboard(theme: str) -> None:
    app = PanelApp(CodeLab())
    async with app.run_test(size=(44, 12)) as pilot:
        app.theme = theme
        await until(pilot, lambda: "line_0 = 0" in text(app) and app.panel.can_focus)
        assert "line_59" not in text(app)
        await pilot.press("tab", "pagedown")
        await until(pilot, lambda: "line_12 = 12" in text(app))
        await pilot.press("end")
        await until(pilot, lambda: "line_59 = 59" in dump(app)[-1])


async def test_a_step_with_a_program_shows_lines_of_42_characters_and_scrolls_with_the_arrows(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    file = tmp_path / "lessons" / "03_sums" / "lesson.toml"
    file.write_text(file.read_text().replace('show = ["activation", "y"]', 'show = ["keras"]'))
    longest = "#" + "-" * 40 + "|"
    async with type(app)(app.progress, app.summaries, ("sums", 2)).run_test(size=NARROW) as pilot:
        await shows(pilot, "This was all.", "import keras")
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen)
        view = screen.query_one(CodeView)
        view.readout = Code("keras", "the same in Keras", "\n".join([*(longest for _ in range(30)), "last = 1"]))
        await shows(pilot, longest)
        await pilot.press(*["down"] * 15)
        await shows(pilot, "last = 1")
        await pilot.press(*["up"] * 15)
        await shows(pilot, "the same in Keras", "This was all.")
