"""The home screen, and what holds on all screens: theme, help, palette, small windows, faults."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import (
    NARROW,
    WIDE,
    at_home,
    at_step,
    at_the_end,
    colours,
    press,
    shows,
    small_app,
    underlined,
)
from tutor.course.record.progress import Progress
from tutor.crash_report import CRASHED
from tutor.ui.progress_bar import progress_bar
from tutor.ui.screens.help import HelpScreen, HelpSection
from tutor.ui.screens.too_small import TooSmallScreen
from tutor.ui.screens.tutor_screen import TutorScreen

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


@BOTH
async def test_lists_the_lessons_with_number_title_and_progress(tmp_path: Path, size: tuple[int, int]) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "A sum [/] of products.")
        lines = text(app).splitlines()
        sums = next(line for line in lines if " 3  Sums" in line)
        second = next(line for line in lines if " 4  The second" in line)
    assert "Sums of [b]products[/b]" in sums  # as it is written, not as markup
    assert "▱▱▱ not begun" in sums
    assert "▱ not begun" in second
    assert sums.index("▱") == second.index("▱")
    assert "Resume" not in "\n".join(lines)


async def test_the_highlighted_lesson_is_told_about(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await shows(pilot, "A sum [/] of products.")
        await press(pilot, "down")
        await shows(pilot, "More of it.")
        assert "A sum [/] of products." not in text(app)


async def test_where_there_is_room_the_steps_are_listed_with_what_was_seen(tmp_path: Path) -> None:
    Progress(tmp_path / "state").record("sums", "step", step="nothing-asked", position=1)
    app = small_app(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await shows(pilot, "·  1  Two questions", "○  2  Nothing asked", "·  3  The last")
    async with small_app(tmp_path).run_test(size=NARROW) as pilot:
        await shows(pilot, "A sum [/] of products.")
        assert "Nothing asked" not in text(pilot.app)


async def test_the_bar_counts_the_steps_that_are_done_and_not_those_that_were_seen(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "state")
    for position, step in enumerate(("two-questions", "nothing-asked", "the-last")):
        progress.record("sums", "step", step=step, position=position)
    progress.record("sums", "answer", step="two-questions", question=0, correct=True, attempt=1)
    async with small_app(tmp_path).run_test(size=NARROW) as pilot:
        await shows(pilot, "▰▰▱ 1 of 2 answered")
        progress.record("sums", "answer", step="two-questions", question=1, correct=False, attempt=1)
        await press(pilot, "p", "escape")
        await shows(pilot, "▰▰▱ 1 wrong")
        await press(pilot, "?")
        await shows(pilot, "▰▰▱▱", "how many steps are done")


@pytest.mark.parametrize("key", ["enter", "r"])
async def test_resumes_at_the_step_that_was_left(tmp_path: Path, key: str) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
    async with small_app(tmp_path).run_test(size=NARROW) as pilot:
        await shows(pilot, "Resume: Sums of [b]products[/b], step 2 of 3", "▰▱▱ 0 of 2 answered")
        await press(pilot, key)
        await at_step(pilot, 2)
        await shows(pilot, "Only something to look at.")


async def test_enter_on_a_lesson_goes_to_where_the_learner_was_in_it(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "state")
    progress.record("sums", "visit")
    progress.record("sums", "step", step="nothing-asked", position=1)
    progress.record("second", "visit")
    progress.record("second", "step", step="one-step", position=0)
    async with small_app(tmp_path).run_test(size=NARROW) as pilot:
        await shows(pilot, "Resume: The second, step 1 of 1")
        await press(pilot, "up", "enter")
        await at_step(pilot, 2)


async def test_coming_home_shows_what_was_done(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("second", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "n")
        await at_the_end(pilot)
        await press(pilot, "escape")
        await at_home(pilot)
        await shows(pilot, "▰ ✓ done", "Resume: The second, step 1 of 1")


async def test_a_lesson_that_cannot_be_opened_says_why_and_stays_home(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    file = tmp_path / "lessons" / "03_sums" / "lesson.toml"
    file.write_text(file.read_text().replace('lab = "neuron"', 'lab = "nowhere"'))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await shows(pilot, "A sum [/] of products.")
        await press(pilot, "enter")
        await shows(pilot, "cannot be", "nowhere")
        await at_home(pilot)


async def test_the_theme_is_kept(tmp_path: Path) -> None:
    async with small_app(tmp_path).run_test(size=NARROW) as pilot:
        await at_home(pilot)
        assert pilot.app.current_theme.dark
        await press(pilot, "d")
        await until(pilot, lambda: Progress(tmp_path / "state").setting("theme") == pilot.app.theme)
        assert not pilot.app.current_theme.dark
    async with small_app(tmp_path).run_test(size=NARROW) as pilot:
        assert not pilot.app.current_theme.dark


async def test_without_colours_it_paints_in_those_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = small_app(tmp_path, ("sums", None))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        assert app.theme == "ansi-dark"
        await shows(pilot, "what is z?")
        assert colours(app) == {"default"}
        await press(pilot, "escape", "s", "n")
        await shows(pilot, "1  It falls")
        await press(pilot, "1")
        await until(pilot, lambda: underlined(app).startswith("1  It falls"))
        assert colours(app) == {"default"}
        await press(pilot, "escape", "escape")
        await at_home(pilot)
        assert underlined(app).startswith("3  Sums")
        await press(pilot, "d")
        await until(pilot, lambda: app.theme == "ansi-light")
    assert Progress(tmp_path / "state").setting("theme") is None


@pytest.mark.parametrize("key", ["?", "f1"])
async def test_help_opens_and_closes(tmp_path: Path, key: str) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, key)
        await shows(pilot, "go back to where you were last", "right at first")
        await press(pilot, "escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))


async def test_the_palette_opens_a_lesson(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await at_home(pilot)
        await press(pilot, "ctrl+p")
        await shows(pilot, "Open lesson 3: Sums of [b]products[/b]", "Leave dl-tutor")
        await pilot.press(*"thesecond")
        await until(pilot, lambda: "Open lesson 3" not in text(app) and "Open lesson 4" in text(app))
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 1)
        await press(pilot, "enter")
        await shows(pilot, "One step only.")


async def test_the_palette_opens_once(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await at_home(pilot)
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.resize_terminal(20, 5)
        await until(pilot, lambda: isinstance(app.screen, TooSmallScreen))
        await press(pilot, "ctrl+p")
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await press(pilot, "escape")
        await at_home(pilot)


async def page_without_room(pilot: Pilot[int], key: str) -> None:
    """Press the key while the list has no room for a line, and when it has it again."""
    listed = pilot.app.screen.query(OptionList).first()
    await until(pilot, lambda: listed.option_count > 0)
    listed.styles.height = 0
    await until(pilot, lambda: not listed.scrollable_content_region)
    await press(pilot, key)
    listed.styles.height = 10
    await until(pilot, lambda: bool(listed.scrollable_content_region))
    await press(pilot, key)


@pytest.mark.parametrize("key", ["pagedown", "pageup"])
async def test_a_list_without_room_for_a_line_takes_page_keys(tmp_path: Path, key: str) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await page_without_room(pilot, key)
        await press(pilot, "ctrl+p")
        await page_without_room(pilot, key)
        await press(pilot, "escape")
        await at_home(pilot)


async def test_a_window_that_is_too_small_says_so_and_comes_back_by_itself(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", None))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await pilot.resize_terminal(40, 10)
        await shows(pilot, "40×10", "60×16")
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: not isinstance(app.screen, TooSmallScreen))
        await shows(pilot, "A neuron adds products.")


async def test_nothing_opens_over_a_window_that_is_too_small(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", None))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await pilot.resize_terminal(40, 10)
        await shows(pilot, "40×10")
        for key in ("question_mark", "f1", "slash", "ctrl+p"):
            await press(pilot, key)
            await until(pilot, lambda: isinstance(app.screen, TooSmallScreen))
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: not isinstance(app.screen, TooSmallScreen))
        await press(pilot, "escape")
        await at_step(pilot, 1)


async def test_what_comes_later_is_covered_in_a_small_window_too(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", None))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await pilot.resize_terminal(40, 10)
        await shows(pilot, "40×10")
        app.action_glossary()
        await until(pilot, lambda: len(app.screen_stack) == 5 and isinstance(app.screen, TooSmallScreen))
        await shows(pilot, "40×10")
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: not any(isinstance(screen, TooSmallScreen) for screen in app.screen_stack))
        await at_step(pilot, 1)


async def test_starts_in_a_tiny_window(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", None))
    async with app.run_test(size=(10, 4)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, TooSmallScreen) and len(app.screen_stack) == 3)
        await pilot.resize_terminal(*NARROW)
        await at_step(pilot, 1)


async def test_notices_of_the_progress_store_are_told_as_plain_text(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    app.progress.notices.append("nothing is [/] saved")
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await shows(pilot, "nothing is [/] saved")


async def test_q_leaves_with_status_0(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, "q")
    assert app.return_code == 0
    assert app.return_value == 0


async def test_a_fault_is_logged_and_the_status_is_not_0(tmp_path: Path) -> None:
    app = small_app(tmp_path)

    def fail() -> None:
        raise ZeroDivisionError("made up")

    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the app raises it where it ends
        async with app.run_test(size=NARROW) as pilot:
            await at_home(pilot)
            app.call_later(fail)
            await until(pilot, lambda: app.return_code == 70)
    (log,) = (tmp_path / "state").glob("crash-*.log")
    assert "ZeroDivisionError: made up" in log.read_text()


class Hasty(TutorScreen):
    """A screen that looks for a widget too late, or for one that never was."""

    def look(self) -> None:
        self.query_one("#gone")

    def on_key(self) -> None:
        self.look()

    def leave_and_look(self) -> None:
        self.app.pop_screen()
        self.look()

    def leave_and_look_in_a_worker(self) -> None:
        async def look() -> None:
            self.look()

        # Not a worker of the screen's, which would be cancelled with it.
        self.app.run_worker(look())
        self.app.pop_screen()


@pytest.mark.parametrize("how", ["leave_and_look", "leave_and_look_in_a_worker"])
async def test_what_comes_too_late_on_a_screen_that_was_left_is_no_fault(tmp_path: Path, how: str) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        hasty = Hasty()
        await app.push_screen(hasty)
        # Called in the screen's own task, as what comes after a refresh is.
        hasty.call_later(getattr(hasty, how))
        while app.screen is hasty:
            await asyncio.sleep(0)
        await at_home(pilot)
        await press(pilot, "?")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
    assert not list((tmp_path / "state").glob("crash-*"))


async def test_what_opens_while_the_program_is_left_is_no_fault(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        app.exit()
        # Textual gives it no widgets any more.
        await app.push_screen(HelpScreen((HelpSection("Keys", (("a", "b"),)),)))
    assert not list((tmp_path / "state").glob("crash-*"))


async def test_what_is_missing_on_a_screen_that_is_open_is_one(tmp_path: Path) -> None:
    app = small_app(tmp_path)

    async def look() -> None:
        async with app.run_test(size=NARROW) as pilot:
            await at_home(pilot)
            await app.push_screen(Hasty())
            await pilot.press("x")

    with pytest.raises(NoMatches):
        await look()
    assert app.return_code == CRASHED


def test_the_start_brings_in_nothing_heavy() -> None:
    program = (
        "import sys, tutor.ui.app, tutor.course.lessons.loader, tutor.course.record.progress; "
        "print(*(m for m in ('numpy', 'keras', 'tensorflow', 'tutor.labs', 'tutor.training',"
        " 'markdown_it', 'importlib.metadata') if m in sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.strip() == ""


@pytest.mark.parametrize(
    ("done", "of", "longest", "bar"),
    [
        (0, 3, 10, "▱▱▱"),
        (2, 3, 10, "▰▰▱"),
        (3, 3, 10, "▰▰▰"),
        (1, 40, 10, "▰▱▱▱▱▱▱▱▱▱"),
        (39, 40, 10, "▰▰▰▰▰▰▰▰▰▱"),
        (0, 0, 10, ""),
        (1, 1, 10, "▰"),
    ],
)
def test_the_bar(done: int, of: int, longest: int, bar: str) -> None:
    assert progress_bar(done, of, longest) == bar
