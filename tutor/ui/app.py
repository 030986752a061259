"""The full-screen app: its screens, the learner's progress and the theme."""

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
from textual.widgets._toast import ToastRack

from tutor.course.lessons.lesson import STUDIO, LessonError, LessonSummary
from tutor.course.words.printable_text import printable
from tutor.crash_report import CRASHED, crash_sentence, known_cause, write_crash_report
from tutor.language.catalogue import N_, _
from tutor.ui.allocation import give_back_memory
from tutor.ui.closed_screen_error import is_closed_screen_error
from tutor.ui.palette import palette
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
    from tutor.practice.runner.starting import RunnerStarter
    from tutor.shutdown import Shutdown
    from tutor.training.run import RunStarter
    from tutor.training.worker.run import Workshop

DARK, LIGHT, DARK_ANSI, LIGHT_ANSI = "textual-dark", "textual-light", "ansi-dark", "ansi-light"
GIVEN_BACK_AFTER = 0.3  # seconds; it takes about 10 ms, during which keys wait
RESTS_AT_MOST = 7 * 24 * 3600.0
MEANS_NOTHING = N_("That key does nothing here; escape closes this.")
OFFERED = "warm-up offered"  # the setting with the day on which a warm-up last started by itself


def _commands() -> type[Provider]:
    from tutor.ui.commands import TutorCommands

    return TutorCommands


class TutorApp(TerminalApp):
    """What the screens share. Importing it imports neither labs nor NumPy; opening a lesson does."""

    TITLE = "dl-tutor"
    # Textual ignores the CSS_PATH of a default screen, so the home screen's is here.
    CSS_PATH = Path(__file__).parent / "screens" / "home.tcss"
    # Messages stand over the text, not over the lab's numbers: see ``place_notices`` too. Without colours, use
    # underline or reverse instead.
    CSS = """
    ToastHolder { align-horizontal: left; }
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
        still: bool = False,
        start_runner: RunnerStarter | None = None,
    ) -> None:
        super().__init__(characters)
        self.still = still or self.no_color
        self.start_runner = start_runner
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
        self.begins_with: Callable[[TutorApp], object] | None = None
        kept = progress.setting("theme")
        if self.no_color:
            self.theme = DARK_ANSI
        elif isinstance(kept, str) and kept in self.available_themes:
            self.theme = kept

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours of pictures, on the background of the theme."""
        return {**super().get_theme_variable_defaults(), **palette(self.current_theme.dark)}

    def get_default_screen(self) -> Screen[Any]:
        """The home screen, at the bottom of the stack."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Open the requested lesson after the first paint."""
        asyncio.get_running_loop().set_exception_handler(self._failed_in_loop)
        self.saving.begin()
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.tell_notices()
        if self._start is not None:
            self.open_lesson(*self._start)
        if self.begins_with is not None:
            self.begins_with(self)
        elif self._start is None:
            self._offer_warm_up()

    # Lessons

    def summary(self, lesson_id: str) -> LessonSummary | None:
        """The lesson with this id, or None."""
        if lesson_id == STUDIO:
            from tutor.course.lessons.loader import read_summary
            from tutor.resources import studio_folder

            return read_summary(studio_folder())
        return next((s for s in self.summaries if s.id == lesson_id), None)

    def action_studio(self) -> None:
        """Open the studio as it was left."""
        self.open_lesson(STUDIO)

    def open_token(self, token: str) -> None:
        """Open the studio at what a token says, or say what is wrong with it."""
        from tutor.course.studio_opening import put_into_studio
        from tutor.studio.token import TokenError, experiment_of

        try:
            experiment = experiment_of(token)
        except TokenError as error:
            self.say(f"{str(error)[:1].upper()}{str(error)[1:]}.", "error")
            return
        # First, so that a studio that is open is saved before it becomes the run before.
        self.go_home()
        opening = put_into_studio(experiment, self.progress)
        self.open_lesson(STUDIO, opening.view)
        if opening.said:
            self.say(opening.said, "warning")

    def lesson_after(self, lesson_id: str) -> LessonSummary | None:
        """The next lesson among the shipped ones, or in the same folder of own lessons; None after the last."""
        ids = [s.id for s in self.summaries]
        index = ids.index(lesson_id) + 1 if lesson_id in ids else len(ids)
        after = self.summaries[index] if index < len(ids) else None
        return after if after is not None and after.collection == self.summaries[index - 1].collection else None

    def open_lesson(self, lesson_id: str, position: int | None = None) -> None:
        """Close the open screens and open a lesson at ``position`` (from 0), or where the learner left off."""
        summary = self.summary(lesson_id)
        if summary is None:
            self.say(_("There is no lesson {lesson_id!r}.").format(lesson_id=lesson_id), "error")
            return
        self.go_home()
        from tutor.course.lessons.finding import CannotOpen, UnknownLesson
        from tutor.ui.screens.opening import open_lesson_screen

        try:
            screen = open_lesson_screen(summary, self.progress, position, self._workshop)
        except (LessonError, CannotOpen, UnknownLesson) as error:
            self.say(_("{title} cannot be opened: {error}").format(title=summary.title, error=error), "error")
            return
        self.push_screen(screen)
        self._mind_size(self.size)
        self.tell_notices()

    def go_home(self) -> None:
        """Close all screens above the home screen."""
        while len(self.screen_stack) > 1:
            leave = getattr(self.screen, "leave", None)
            if leave is not None:
                leave()
            self.pop_screen()

    def give_back_soon(self) -> None:
        """Free the memory of closed screens and widgets, once the next screen is painted."""
        # Not directly: a task started from a screen keeps a reference to it until it ends.
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

    # Progress, search, glossary

    def questions_due(self) -> int:
        """The number of questions in a warm-up now."""
        from tutor.course.record.warm_up import due_now

        return due_now(self.progress, self.summaries)

    def _offer_warm_up(self) -> None:
        """Start a warm-up if one is due, at most once a day."""
        today = self.progress.now().date().isoformat()
        if self.questions_due() and self.progress.setting(OFFERED) != today:
            self.progress.set_setting(OFFERED, today)
            self.action_warm_up()

    def action_warm_up(self) -> None:
        """Questions from finished lessons, if any are due."""
        if not self.questions_due():
            from tutor.practice.record import nothing_to_ask

            self.say(nothing_to_ask(self.progress))
            return
        from tutor.ui.screens.review.under_way import WarmUp
        from tutor.ui.screens.review.warm_up import WarmUpScreen

        start_program = None if self._workshop is None else self._workshop().start_program
        self._open_from_home(WarmUpScreen(WarmUp(self.progress, self.summaries, self.start_run, start_program)))

    @property
    def start_run(self) -> RunStarter:
        """Where labs train: in the worker, or without one in the interface itself."""
        from tutor.training.run import start_inline

        return start_inline if self._workshop is None else self._workshop().start_run

    def action_progress(self) -> None:
        """Open the progress screen."""
        from tutor.ui.screens.progress import ProgressScreen

        self._open_from_home(ProgressScreen())

    def action_practice(self, lesson: str = "", exercise: str = "") -> None:
        """Open the exercises, at the first one of a lesson, or with this exercise open."""
        from tutor.ui.screens.practice.exercise_list import ExerciseListScreen

        self._open_from_home(ExerciseListScreen(lesson, exercise))

    def action_search(self) -> None:
        """Search lessons, steps and terms; closing it returns to the open screen."""
        from tutor.ui.screens.search import SearchScreen

        if isinstance(self.screen, TutorScreen) and not isinstance(self.screen, SearchScreen):
            self.push_screen(SearchScreen())

    def action_glossary(self, term: str = "") -> None:
        """Open the glossary at ``term``; closing it returns to the open screen."""
        from tutor.ui.screens.glossary import GlossaryScreen

        if not isinstance(self.screen, GlossaryScreen):
            self.push_screen(GlossaryScreen(term))

    def action_leave(self) -> None:
        """Leave the program; everything is saved."""
        self.exit(0)

    def action_go_home(self) -> None:
        """Go to the list of lessons."""
        self.go_home()

    def _open_from_home(self, screen: Screen[Any]) -> None:
        self.go_home()
        self.push_screen(screen)
        self._mind_size(self.size)

    # Notifications

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show the learner a short notification."""
        self.notify(text, severity=severity)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - the text may contain the learner's input, so it is never markup
    ) -> None:
        """Show a notification as plain text."""
        self.place_notices()
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def place_notices(self) -> None:
        """Have notifications leave free what the screen shows at its bottom."""
        screen = self.screen
        if isinstance(screen, TutorScreen):
            for rack in screen.query(ToastRack):
                rack.styles.margin = (0, 0, screen.kept_at_the_bottom, 0)

    def tell_notices(self) -> None:
        """Show the notices of the progress store, each once."""
        while self.progress.notices:
            self.notify(self.progress.notices.pop(0), severity="warning", timeout=15)

    def say_that_it_rests(self) -> None:
        """Say, until a key is pressed, why the screen does not update while training runs."""
        if not self._says_that_it_rests:
            self._says_that_it_rests = True
            self.notify(_("Training goes on. The screen is paused until you press a key."), timeout=RESTS_AT_MOST)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        moment = get_time()
        super()._display(screen, renderable)
        if isinstance(screen, TutorScreen) and not (renderable is None or self._batch_count or self.line_is_behind):
            screen.painted(moment)

    async def on_event(self, event: events.Event) -> None:
        """Note the learner's activity; drop input for widgets that are gone or not painted yet."""
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
            self.remark(_("Ignored: you typed that before this was on the screen."))
            return
        await super().on_event(event)

    def _comes_too_early(self, event: events.Key | events.Paste) -> bool:
        return isinstance(self.screen, TutorScreen) and self.screen.comes_too_early(event)

    def _forget_focus_that_is_gone(self) -> None:
        # Textual lets a widget get the focus while it is being removed, and would then send it all keys forever.
        focused = self.screen.focused if self._screen_stack else None
        if focused is not None and (focused._pruning or focused._closed or not focused.is_attached):
            self.screen.set_focus(None)

    def _is_gone_at(self, x: int, y: int) -> bool:
        """Whether the widget painted at this cell has been removed; Textual fails at a click there."""
        with contextlib.suppress(NoWidget, ScreenStackError):
            return not self.screen.get_widget_at(x, y)[0].is_attached
        return False

    # Keys and commands

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Like Textual, but comment on a key without a meaning."""
        found = await super()._check_bindings(key, priority)
        if not (found or priority):
            self._say_that_it_means_nothing(key)
        return found

    def _say_that_it_means_nothing(self, key: str) -> None:
        if isinstance(self.screen, TutorScreen):
            said = self.screen.meaning_of(key)
            is_character = key_to_character(key) is not None
            if is_character and isinstance(self.screen.focused, ExpressionField) and self._drop_burst():
                said = _("{key} does nothing here, the rest is dropped. = begins an expression: =ln 5")
                said = said.format(key=self.key_name(key))
            self.remark(said)
        elif self.screen.is_modal and not any(told.message == _(MEANS_NOTHING) for told in self._notifications):
            self.notify(_(MEANS_NOTHING))

    def key_name(self, key: str) -> str:
        """The name of a key for learners. ``key`` is Textual's name."""
        return self.get_key_display(Binding(key, ""))

    def remark(self, text: str) -> None:
        """Show a remark about the last key in the key line, replacing the previous one; empty clears it."""
        for line in self.screen.query(KeyLine):
            line.remark = text

    def on_remark(self, message: Remark) -> None:
        """Show a widget's remark about a key."""
        dropped = message.refused and self._drop_burst()
        self.remark(_("{text} The rest is dropped.").format(text=message.text) if dropped else message.text)

    def _drop_burst(self) -> bool:
        """Drop the characters that came together with one that was refused."""
        driver = self._driver
        return isinstance(driver, DropsBursts) and driver.drop_burst()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """No commands of Textual's: the palette's commands are in ``tutor.ui.commands``."""
        return ()

    def action_command_palette(self) -> None:
        """Open the palette, unless it is open or there is no room for it."""
        from tutor.ui.screens.palette import Palette
        from tutor.ui.screens.too_small import TooSmallScreen

        if not any(isinstance(screen, Palette | TooSmallScreen) for screen in self.screen_stack):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show the keys of the current screen."""
        from tutor.ui.screens.help import HelpScreen, help_for

        if not isinstance(self.screen, HelpScreen) and not self.screen.is_modal:
            self.push_screen(HelpScreen(help_for(self.screen)))

    def action_toggle_dark(self) -> None:
        """Switch between the dark and the light theme."""
        dark, light = (DARK_ANSI, LIGHT_ANSI) if self.no_color else (DARK, LIGHT)
        self.theme = light if self.current_theme.dark else dark

    def action_help_quit(self) -> None:
        """Answer ctrl+c with a sentence; it does not quit, because many press it to copy."""
        self.say(_("Press ctrl+q to leave dl-tutor. Everything is saved."))

    def action_suspend_process(self) -> None:
        """Do nothing: without a shell, a suspended session could not be resumed."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:  # noqa: ARG002
        """Show the address: over SSH a browser would open on the remote machine."""
        self.say(url)

    def _keep_theme(self, theme: Any) -> None:
        if not self.no_color:
            self.progress.set_setting("theme", theme.name)

    # Size

    def on_resize(self, event: events.Resize) -> None:
        """Show a message while the window is too small, and return when it is large enough."""
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
        """End as after a hang-up signal."""
        if self.ending is not None:
            self.ending.begin(signal.SIGHUP)

    def leave_at_once(self, status: int) -> None:
        """Save everything and end with this exit status."""
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
        """Handle the failure of a callback or of a task that nobody awaits, which asyncio would only log."""
        error = context.get("exception")
        if isinstance(error, Exception) and self.is_running and not loop.is_closed():
            # The failure of a task is noticed when it is garbage-collected, in any thread.
            loop.call_soon_threadsafe(self._handle_exception, error)

    def _handle_exception(self, error: Exception) -> None:
        """Write a crash report and show one sentence with its number, never a traceback or a path."""
        if is_closed_screen_error(self, error):
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
