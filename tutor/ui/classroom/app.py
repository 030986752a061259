"""The app of ``dl-tutor class``: reads the class once a second, beside the screen, and shows what is new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from textual import work
from textual.screen import Screen

from tutor.classroom.learners import NoClass
from tutor.classroom.live import ClassNow, LiveClass
from tutor.classroom.wording import Wording
from tutor.course.record.progress import Progress
from tutor.ui.app import TutorApp
from tutor.ui.classroom.class_screen import ClassScreen
from tutor.ui.classroom.path_screen import PathScreen
from tutor.ui.terminal.characters import Characters

EVERY_SECONDS = 1.0


class ClassApp(TutorApp):
    """The class, and one learner's path. ``progress`` keeps nothing; it is what the app's own keys need."""

    # Textual ignores the CSS_PATH of a default screen.
    CSS_PATH = Path(__file__).parent / "class_screen.tcss"

    def __init__(
        self,
        live: LiveClass,
        wording: Wording,
        progress: Progress,
        characters: Characters = Characters.ALL,
        answers: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(progress, (), None, None, characters, True)
        self._live, self._wording, self._answers, self._clock = live, wording, answers, clock

    def get_default_screen(self) -> Screen[object]:
        """The class."""
        return ClassScreen(self._wording, self._clock)

    def _begin(self) -> None:
        self._look()
        self.set_interval(EVERY_SECONDS, self._look)

    @work(thread=True, exclusive=False, group="class")
    def _read(self) -> None:
        try:
            now, said = self._live.update(), ""
        except NoClass as error:
            now, said = ClassNow({}), str(error)
        self.call_from_thread(self._show, now, said)

    def _look(self) -> None:
        # A large class takes longer than a second to be read at first.
        if not any(worker.group == "class" for worker in self.workers if worker.is_running):
            self._read()
        else:
            self._tick()

    def _tick(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ClassScreen):
                screen.tick()

    def _show(self, now: ClassNow, said: str) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ClassScreen):
                screen.show(now, said)

    def on_class_screen_path_wanted(self, event: ClassScreen.PathWanted) -> None:
        """Show the path of one learner."""
        learner = self._live.learner(event.name)
        if learner is not None:
            self.push_screen(PathScreen(learner, self._wording, self._answers, self._clock))
