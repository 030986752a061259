"""Run the full-screen face, from the arguments to the exit status."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.lessons.lesson import LessonError
from tutor.course.words.printable_text import printable
from tutor.ui.allocation import collect_seldom, set_allocation
from tutor.ui.app import TutorApp
from tutor.ui.terminal.characters import Characters
from tutor.ui.terminal.requirements import has_colours, term_by_its_colours

if TYPE_CHECKING:
    from tutor.course.lessons.own_lessons import AvailableLessons
    from tutor.course.record.progress import Progress
    from tutor.labs.kit.given_network import GivenNetwork
    from tutor.practice.runner.starting import RunnerStarter
    from tutor.training.worker.launcher import WorkerStarter
    from tutor.training.worker.run import Workshop


def run(
    progress_folder: Path | None,
    lesson: str | None = None,
    step: str | None = None,
    start_worker: WorkerStarter | None = None,
    restricted: bool = False,
    characters: Characters = Characters.ALL,
    own_lessons: Sequence[Path] = (),
    still: bool = False,
    start_runner: RunnerStarter | None = None,
    *,
    exercises: bool = False,
    network: GivenNetwork | None = None,
) -> int:
    """Run the full-screen face and return the exit status: 2 for an unknown lesson or step, with a list of known ones.

    ``own_lessons`` are folders of lessons in addition to the shipped ones; with ``still`` nothing moves by itself.
    ``exercises`` opens the list of exercises. The lesson's lab goes on from ``network``, if there is one.
    ``start_worker`` and ``start_runner`` start the processes that train and that run exercises, if not this one itself.
    """
    from tutor.course.lessons.own_lessons import read_lessons
    from tutor.course.record.learner_language import follow_kept_language
    from tutor.course.record.progress import Progress, state_folder
    from tutor.resources import lessons_folder

    prepare_terminal()
    try:
        lessons = read_lessons(lessons_folder(), own_lessons)
        start = None if lesson is None else _find_start(lessons, lesson, step)
    except (LessonError, LookupError) as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    progress = Progress(state_folder(progress_folder), in_thread=True)
    if follow_kept_language(progress):
        lessons = read_lessons(lessons_folder(), own_lessons)
    progress.notices += lessons.notices
    # A restricted session cannot write elsewhere, and /tmp is often in memory.
    tempfile.tempdir = str(progress.folder)
    workshop = _LazyWorkshop(Path(progress.folder) / "worker.log", start_worker)
    app = _app_class(restricted)(progress, lessons.summaries, start, workshop, characters, still, start_runner)
    app.begins_with = TutorApp.action_practice if exercises else None if network is None else bringing(network)
    with _listening_for_the_end(app, progress):
        try:
            result = app.run()
        finally:
            workshop.close()
            progress.close()
    status = app.return_code or result or 0
    if getattr(app._driver, "stalled", False):
        # The writing thread is blocked by a stalled terminal, and Python would wait for its lock at exit.
        os._exit(status)
    return status


def prepare_terminal() -> None:
    """Set what Textual and the widgets read from the environment, and how memory is given out."""
    # Before the first thread starts, since each would get its own heap.
    set_allocation()
    collect_seldom()
    os.environ.pop("TEXTUAL_DRIVER", None)
    if term := term_by_its_colours():
        os.environ["TERM"] = term
    if not has_colours():
        os.environ["NO_COLOR"] = "1"


def bringing(network: GivenNetwork) -> Callable[[TutorApp], None]:
    """Put a network into the lab of the lesson that is opened first."""

    def bring(app: TutorApp) -> None:
        from tutor.ui.screens.keys.lesson_networks import LessonNetworks

        if isinstance(app.screen, LessonNetworks):
            app.screen.bring(network)

    return bring


def _app_class(restricted: bool) -> type[TutorApp]:
    if not restricted:
        return TutorApp
    from tutor.ui.restricted_app import RestrictedApp

    return RestrictedApp


def _listening_for_the_end(app: TutorApp, progress: Progress) -> contextlib.AbstractContextManager[object]:
    if sys.platform == "win32":
        return contextlib.nullcontext()
    from tutor.shutdown import SAVED_WITHIN, Shutdown

    def leave(status: int) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended or not started
            if app._loop is not None:
                app._loop.call_soon_threadsafe(app.leave_at_once, status)

    app.ending = Shutdown(leave, lambda: progress.flush(SAVED_WITHIN))
    return app.ending


def _find_start(lessons: AvailableLessons, lesson: str, step: str | None) -> tuple[str, int | None]:
    from tutor.course.lessons.finding import find_available, step_position
    from tutor.course.lessons.loader import load_lesson

    summary = find_available(lesson, lessons)
    if step is None and summary.collection is None:
        return summary.id, None
    # Read a user's own lesson before the screen starts, so that its author sees a fault on the command line.
    lesson_itself = load_lesson(summary.folder)
    return summary.id, None if step is None else step_position(lesson_itself, step)


class _LazyWorkshop:
    """The workshop of the training worker, created when the first lab needs it, since it imports NumPy."""

    def __init__(self, log: Path, start: WorkerStarter | None) -> None:
        self._log, self._start = log, start
        self._workshop: Workshop | None = None

    def __call__(self) -> Workshop:
        """The workshop, where labs train and TensorFlow computes."""
        if self._workshop is None:
            from tutor.training.worker.run import Workshop

            self._workshop = Workshop(self._log, self._start)
        return self._workshop

    def close(self) -> None:
        """Stop the worker, if there is one."""
        if self._workshop is not None:
            self._workshop.close()
