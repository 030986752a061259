"""The full-screen face: the app that holds the screens, the learner's progress and the theme."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events
from textual._time import get_time
from textual.app import ScreenStackError, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.errors import NoWidget
from textual.geometry import Size
from textual.keys import key_to_character
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer

from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.words.printable_text import printable
from tutor.crash_report import CRASHED, crash_sentence, known_cause, write_crash_report
from tutor.ui.allocation import give_back_memory
from tutor.ui.left_meanwhile import left_meanwhile
from tutor.ui.saving import SavingWatch
from tutor.ui.screens.home import HomeScreen
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.terminal.bursts import DropsBursts, ExpressionField
from tutor.ui.terminal.characters import Characters
from tutor.ui.terminal.pace import Pace
from tutor.ui.terminal.painting import TerminalApp
from tutor.ui.terminal.requirements import SMALLEST_HEIGHT, SMALLEST_WIDTH, comes_over_ssh
from tutor.ui.textual_caches import forget_what_is_gone
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.remark import Remark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tutor.course.record.progress import Progress
    from tutor.shutdown import Shutdown
    from tutor.training.worker.run import Workshop

DARK, LIGHT = "textual-dark", "textual-light"
DARK_ANSI, LIGHT_ANSI = "ansi-dark", "ansi-light"
# Seconds. It takes some 10 ms, for which a key would wait.
GIVEN_BACK_AFTER = 0.3
RESTS_AT_MOST = 7 * 24 * 3600.0
MEANS_NOTHING = "That key does nothing here; escape closes this."
OFFERED = "warm-up offered"
"""The setting that holds the day on which a warm-up was last begun by itself."""


def _commands() -> type[Provider]:
    from tutor.ui.commands import TutorCommands

    return TutorCommands


class TutorApp(TerminalApp):
    """Everything that the screens share. Importing it brings in no lab and no NumPy: a lesson does, when opened."""

    TITLE = "dl-tutor"
    # Textual reads no CSS_PATH of a default screen, so the home screen's stands here.
    CSS_PATH = Path(__file__).parent / "screens" / "home.tcss"
    # What only a colour would say is underlined or reversed where there are none.
    CSS = """
    OptionList:nocolor > .option-list--option-highlighted { text-style: bold underline !important; }
    Input:nocolor > .input--cursor { text-style: reverse !important; }
    Input:nocolor > .input--selection { text-style: underline !important; }
    """
    COMMANDS: ClassVar[set[Callable[[], type[Provider]]]] = {_commands}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", key_display="?", show=False),
        Binding("d", "toggle_dark", "Dark/light", show=False),
        Binding("ctrl+l", "repaint", "Repaint", show=False, priority=True),
        Binding("slash", "search", "Search", key_display="/", show=False),
        Binding("y", "glossary", "Glossary", show=False),
        Binding("q", "leave", "Quit", show=False),
    ]

    def __init__(
        self,
        progress: Progress,
        summaries: tuple[LessonSummary, ...],
        start: tuple[str, int | None] | None = None,
        workshop: Callable[[], Workshop] | None = None,
        characters: Characters = Characters.ALL,
    ) -> None:
        super().__init__(characters)
        self.ending: Shutdown | None = None
        self.pace = Pace(remote=comes_over_ssh())
        self._says_that_it_rests = False
        self._gives_back: Timer | None = None
        self._gives_back_again = False
        self.progress = progress
        self.saving = SavingWatch(self)
        self.summaries = summaries
        self._start = start
        self._workshop = workshop
        kept = progress.setting("theme")
        if self.no_color:
            self.theme = DARK_ANSI
        elif isinstance(kept, str) and kept in self.available_themes:
            self.theme = kept

    def get_default_screen(self) -> Screen[Any]:
        """The home screen lies below all others."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Open the lesson that was asked for, once the first paint is out."""
        asyncio.get_running_loop().set_exception_handler(self._failed_in_loop)
        self.saving.begin()
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.tell_notices()
        if self._start is not None:
            self.open_lesson(*self._start)
        else:
            self._offer_warm_up()

    # Lessons

    def summary(self, lesson_id: str) -> LessonSummary | None:
        """The lesson of that id, if there is one."""
        return next((s for s in self.summaries if s.id == lesson_id), None)

    def lesson_after(self, lesson_id: str) -> LessonSummary | None:
        """The lesson that follows among the shipped ones, or in the same folder of one's own, if there is one."""
        ids = [s.id for s in self.summaries]
        index = ids.index(lesson_id) + 1 if lesson_id in ids else len(ids)
        after = self.summaries[index] if index < len(ids) else None
        return after if after is not None and after.collection == self.summaries[index - 1].collection else None

    def open_lesson(self, lesson_id: str, position: int | None = None) -> None:
        """Leave what is open and open a lesson: at ``position`` (from 0), or where the learner was in it."""
        summary = self.summary(lesson_id)
        if summary is None:
            self.say(f"There is no lesson {lesson_id!r}.", "error")
            return
        self.go_home()
        from tutor.course.lessons.finding import CannotOpen, UnknownLesson
        from tutor.ui.screens.opening import open_lesson_screen

        try:
            screen = open_lesson_screen(summary, self.progress, position, self._workshop)
        except (LessonError, CannotOpen, UnknownLesson) as error:
            self.say(f"{summary.title} cannot be opened: {error}", "error")
            return
        self.push_screen(screen)
        self._mind_size(self.size)
        self.tell_notices()

    def go_home(self) -> None:
        """Leave whatever lies above the home screen."""
        while len(self.screen_stack) > 1:
            leave = getattr(self.screen, "leave", None)
            if leave is not None:
                leave()
            self.pop_screen()

    def give_back_soon(self) -> None:
        """Let go of the screens and widgets that were left, once what comes in their place is painted."""
        # Not here: what is begun in the name of a screen holds that screen until it ends.
        self.call_later(self._wait_and_give_back)

    def _wait_and_give_back(self) -> None:
        if not self.is_running:
            return
        if self._gives_back is None:
            self._gives_back = self.set_timer(GIVEN_BACK_AFTER, self._give_back)
        else:
            self._gives_back_again = True

    def _give_back(self) -> None:
        self._gives_back = None
        forget_what_is_gone(self)
        give_back_memory()
        if self._gives_back_again:
            self._gives_back_again = False
            self.give_back_soon()

    # What is learned stays

    def questions_due(self) -> int:
        """How many questions a warm-up would have now."""
        from tutor.course.record.warm_up import MOST_QUESTIONS, due_lessons

        known = {summary.id for summary in self.summaries}
        reviews = self.progress.reviews(self.summaries)
        due = due_lessons(reviews, self.progress.standings(), known, self.progress.now())
        return min(len(due), MOST_QUESTIONS)

    def _offer_warm_up(self) -> None:
        """Begin with a warm-up where one is due, once a day: whoever leaves it is not asked again before tomorrow."""
        today = self.progress.now().date().isoformat()
        if self.questions_due() and self.progress.setting(OFFERED) != today:
            self.progress.set_setting(OFFERED, today)
            self.action_warm_up()

    def action_warm_up(self) -> None:
        """Questions from finished lessons, if any are due."""
        if not self.questions_due():
            self.say("Nothing is due. What you finish comes back after a day, then after ever longer times.")
            return
        from tutor.training.run import start_inline
        from tutor.ui.screens.warm_up import WarmUpScreen

        start_run = start_inline if self._workshop is None else self._workshop().start_run
        self._open_from_home(WarmUpScreen(self.progress, self.summaries, start_run))

    def action_progress(self) -> None:
        """What is done, what was hard, what is due."""
        from tutor.ui.screens.progress import ProgressScreen

        self._open_from_home(ProgressScreen())

    def action_search(self) -> None:
        """Search lessons, steps and terms; closing it comes back to what is open."""
        from tutor.ui.screens.search import SearchScreen

        if isinstance(self.screen, TutorScreen) and not isinstance(self.screen, SearchScreen):
            self.push_screen(SearchScreen())

    def action_glossary(self, term: str = "") -> None:
        """The glossary, at ``term``; closing it comes back to what is open."""
        from tutor.ui.screens.glossary import GlossaryScreen

        if not isinstance(self.screen, GlossaryScreen):
            self.push_screen(GlossaryScreen(term))

    def action_leave(self) -> None:
        """Leave the program; all is kept."""
        self.exit(0)

    def action_go_home(self) -> None:
        """To the list of lessons."""
        self.go_home()

    def _open_from_home(self, screen: Screen[Any]) -> None:
        self.go_home()
        self.push_screen(screen)
        self._mind_size(self.size)

    # Telling

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Tell the learner something in passing."""
        self.notify(text, severity=severity)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - what is told may hold a learner's text: it is never markup
    ) -> None:
        """Show a notification as plain text."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def tell_notices(self) -> None:
        """Pass on what the progress store has to say, each sentence once."""
        while self.progress.notices:
            self.notify(self.progress.notices.pop(0), severity="warning", timeout=15)

    def say_that_it_rests(self) -> None:
        """Say, until a key is pressed, why nothing moves though something runs."""
        if not self._says_that_it_rests:
            self._says_that_it_rests = True
            self.notify("Training goes on. The picture rests until you press a key.", timeout=RESTS_AT_MOST)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        moment = get_time()
        super()._display(screen, renderable)
        if isinstance(screen, TutorScreen) and not (renderable is None or self._batch_count or self.line_is_behind):
            screen.painted(moment)

    async def on_event(self, event: events.Event) -> None:
        """Note whether somebody is there; what is typed goes to a widget that is there too."""
        if isinstance(event, events.InputEvent | events.Paste):
            self.pace.touched()
            self._forget_focus_that_is_gone()
            if isinstance(event, events.MouseDown) and self._is_gone_at(event.x, event.y):
                return
            if not isinstance(event, events.MouseMove) and not event.is_forwarded:
                self.remark("")
        elif isinstance(event, events.AppFocus | events.AppBlur):
            self.pace.focused = isinstance(event, events.AppFocus)
        if self._says_that_it_rests and not self.pace.unseen:
            self._says_that_it_rests = False
            self.clear_notifications()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self._comes_too_early(event):
            self.remark("Ignored: you typed that before this was on the screen.")
            return
        await super().on_event(event)

    def _comes_too_early(self, event: events.Key | events.Paste) -> bool:
        return isinstance(self.screen, TutorScreen) and self.screen.comes_too_early(event)

    def _forget_focus_that_is_gone(self) -> None:
        # Textual lets a widget be focused while it is taken off, and would then send it all keys for ever.
        focused = self.screen.focused if self._screen_stack else None
        if focused is not None and (focused._pruning or focused._closed or not focused.is_attached):
            self.screen.set_focus(None)

    def _is_gone_at(self, x: int, y: int) -> bool:
        """Whether what is painted at this cell was taken off since; Textual's own fails at a press there."""
        with contextlib.suppress(NoWidget, ScreenStackError):
            return not self.screen.get_widget_at(x, y)[0].is_attached
        return False

    # Keys and commands

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """As Textual; a key that means nothing is answered with a word."""
        found = await super()._check_bindings(key, priority)
        if not (found or priority):
            self._say_that_it_means_nothing(key)
        return found

    def _say_that_it_means_nothing(self, key: str) -> None:
        if isinstance(self.screen, TutorScreen):
            said = self.screen.meaning_of(key)
            is_character = key_to_character(key) is not None
            if is_character and isinstance(self.screen.focused, ExpressionField) and self._drop_burst():
                said = f"{self.key_name(key)} does nothing here, the rest is dropped. = begins an expression: =ln 5"
            self.remark(said)
        elif self.screen.is_modal and not any(told.message == MEANS_NOTHING for told in self._notifications):
            self.notify(MEANS_NOTHING)

    def key_name(self, key: str) -> str:
        """How a key is named to a learner. ``key`` is named as Textual names keys."""
        return self.get_key_display(Binding(key, ""))

    def remark(self, text: str) -> None:
        """Say a word about the last key in the key line, in place of what was said before; empty for nothing."""
        for line in self.screen.query(KeyLine):
            line.remark = text

    def on_remark(self, message: Remark) -> None:
        """A widget has a word to say about a key."""
        dropped = message.refused and self._drop_burst()
        self.remark(f"{message.text} The rest is dropped." if dropped else message.text)

    def _drop_burst(self) -> bool:
        """After a character that was refused, what came together with it is not what the learner meant."""
        driver = self._driver
        return isinstance(driver, DropsBursts) and driver.drop_burst()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """None of Textual's own: what the palette offers is in ``tutor.ui.commands``."""
        return ()

    def action_command_palette(self) -> None:
        """Open the palette, once, and where there is room for it."""
        from tutor.ui.screens.palette import Palette
        from tutor.ui.screens.too_small import TooSmallScreen

        if not any(isinstance(screen, Palette | TooSmallScreen) for screen in self.screen_stack):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show the keys of the present screen."""
        from tutor.ui.screens.help import HelpScreen, help_for

        if not isinstance(self.screen, HelpScreen) and not self.screen.is_modal:
            self.push_screen(HelpScreen(help_for(self.screen)))

    def action_toggle_dark(self) -> None:
        """Go from the dark theme to the light one, or back."""
        dark, light = (DARK_ANSI, LIGHT_ANSI) if self.no_color else (DARK, LIGHT)
        self.theme = light if self.current_theme.dark else dark

    def action_help_quit(self) -> None:
        """What ctrl+c says; it stops nothing, because many press it to copy."""
        self.say("Press ctrl+q to leave dl-tutor. All is kept.")

    def action_suspend_process(self) -> None:
        """Do nothing: a stopped session would hang where there is no shell to bring it back."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:  # noqa: ARG002
        """Show the address: a browser here would open on the machine at the other end of the line."""
        self.say(url)

    def _keep_theme(self, theme: Any) -> None:
        if not self.no_color:
            self.progress.set_setting("theme", theme.name)

    # Size

    def on_resize(self, event: events.Resize) -> None:
        """Say so where there is too little room, and come back by itself."""
        self._mind_size(event.size)

    def _mind_size(self, size: Size) -> None:
        from tutor.ui.screens.too_small import TooSmallScreen

        too_small = size.width < SMALLEST_WIDTH or size.height < SMALLEST_HEIGHT
        if too_small and not isinstance(self.screen, TooSmallScreen):
            self.push_screen(TooSmallScreen(lambda: self._mind_size(self.size)))
        while not too_small and any(isinstance(screen, TooSmallScreen) for screen in self.screen_stack):
            self.pop_screen()

    # The end

    def line_is_gone(self) -> None:
        """End as at a hang-up."""
        if self.ending is not None:
            self.ending.begin(signal.SIGHUP)

    def leave_at_once(self, status: int) -> None:
        """Keep all that is open, and end with this exit status."""
        self._keep_labs()
        if self.ending is not None:
            self.ending.kept()
        self.exit(return_code=status)

    def _keep_labs(self) -> None:
        for screen in self.screen_stack:
            keep = getattr(screen, "keep_lab", None)
            if keep is not None:
                keep()

    def _failed_in_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A callback of the event loop, or a task that nobody awaits, has failed: asyncio itself would go on."""
        error = context.get("exception")
        if isinstance(error, Exception) and self.is_running and not loop.is_closed():
            # A task is found to have failed when it is collected, in whichever thread does so.
            loop.call_soon_threadsafe(self._handle_exception, error)

    def _handle_exception(self, error: Exception) -> None:
        """Never a traceback or a path on a learner's screen: they go to a log, and one sentence has its number."""
        if left_meanwhile(self, error):
            return
        if self._exit:
            # The learner is leaving already: what goes wrong in taking the screen down is for the log alone.
            write_crash_report(Path(self.progress.folder), error)
            return
        self._return_code = CRASHED
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            with contextlib.suppress(Exception):
                self._keep_labs()
            number, written = write_crash_report(Path(self.progress.folder), error)
            sentence = known_cause(error) or crash_sentence(number, written, self.progress.trouble)
            self._exit_renderables.append(Text(printable(sentence)))
        self._close_messages_no_wait()
