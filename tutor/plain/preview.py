"""A preview in lines: a lesson or an exercise, printed again at each save with what its check says."""

from __future__ import annotations

import contextlib
import queue
import threading
from pathlib import Path
from typing import TextIO

from tutor.course.lessons.finding import CannotOpen, UnknownLesson
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import load_lesson, read_summary
from tutor.course.preview.folder_check import FolderCheck
from tutor.course.preview.forgetful_progress import ForgetfulProgress
from tutor.course.preview.watched import Previewed, Watch, one_fault
from tutor.course.questions.draws import CannotDraw
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed
from tutor.language.catalogue import N_, _
from tutor.plain.exercises import OpenExercise
from tutor.plain.interrupts import Ended, Interrupts, leaving_in_good_order
from tutor.plain.text import CannotPrint, Printer
from tutor.plain.visit import Visit
from tutor.practice.checking import Checker
from tutor.practice.loading import read_exercise
from tutor.training.run import start_inline

LOOK_SECONDS = 0.3
INTERRUPTED, NOT_PRINTED = 130, 1
HOW = N_("Type what you would in the lesson, or quit. It is printed again at each save.")
HOLDS = N_("The check: all holds.")


def run_preview(of: Previewed, folder: Path, stdin: TextIO, stdout: TextIO, check: FolderCheck | None = None) -> int:
    """Print it at each save and carry out lines, until ``quit`` or the end of the input; return the exit status.

    ``folder`` is for what a session needs on the disk. At the end of the input it still waits for what the check says.
    """
    with leaving_in_good_order() as interrupts:
        preview = _Preview(of, folder, Printer(stdout, interrupts), interrupts, check or FolderCheck(of))
        try:
            preview.follow(_lines_of(stdin))
        except KeyboardInterrupt:
            return INTERRUPTED
        except Ended as ended:
            return ended.status
        except CannotPrint:
            return NOT_PRINTED
        finally:
            preview.close()
    return 0


def _lines_of(stdin: TextIO) -> queue.SimpleQueue[str | None]:
    """The lines as they are typed, and None at the end: another thread waits for them."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in stdin:
                lines.put(line.rstrip("\r\n"))
        lines.put(None)

    threading.Thread(target=read, daemon=True, name="reading").start()
    return lines


class _Preview:
    """What is open, and what was found."""

    def __init__(
        self, of: Previewed, folder: Path, printer: Printer, interrupts: Interrupts, check: FolderCheck
    ) -> None:
        self._of, self._printer, self._interrupts, self._check = of, printer, interrupts, check
        self._progress = ForgetfulProgress(folder, learner=0)
        self._watch = Watch(of.folder)
        self._visit: Visit | None = None
        self._exercise: OpenExercise | None = None

    def follow(self, lines: queue.SimpleQueue[str | None]) -> None:
        """Carry out the lines, look for saves meanwhile, until quit or the end of the lines and of the check."""
        at_the_end = False
        while not (at_the_end and not self._check.is_running):
            self._look()
            try:
                with self._interrupts.heard():
                    line = lines.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if line is None:
                at_the_end = True
            elif line.strip().lower() in ("quit", "exit"):
                return
            else:
                self._do(line)

    def close(self) -> None:
        """Close what is open."""
        self._check.close()
        self._leave()
        self._progress.close()

    def _look(self) -> None:
        if self._watch.changed():
            self._check.close()
            try:
                faults = self._show()
            except LessonError as error:
                # The check would say the same.
                self._tell(one_fault(error, self._of.folder))
                return
            if faults:
                self._tell(faults)
            with contextlib.suppress(OSError):
                self._check.start()
        elif (found := self._check.take()) is not None:
            self._tell(found)

    def _tell(self, findings: tuple[str, ...]) -> None:
        self._printer.line()
        self._printer.lines([_("The check: {finding}").format(finding=finding) for finding in findings] or [_(HOLDS)])

    def _show(self) -> tuple[str, ...]:
        """Print it as it is on the disk, or return why not; raises ``LessonError`` if it cannot be read."""
        try:
            if self._of.kind == "lesson":
                self._show_lesson()
            else:
                self._show_exercise()
        except (CannotOpen, UnknownLesson, CannotDraw, ControlError, LookupFailed) as error:
            return (str(error),)
        self._printer.line(_(HOW))
        return ()

    def _show_lesson(self) -> None:
        folder = self._of.folder
        summary, lesson = read_summary(folder), load_lesson(folder)
        at = 0
        if self._visit is not None:
            shown = self._visit.session
            found = lesson.position_of(shown.step.id)
            at = min(shown.position, len(lesson.steps) - 1) if found is None else found
        visit = Visit(summary, str(at + 1), self._progress, self._printer, start_inline, interrupts=self._interrupts)
        self._leave()
        self._visit = visit
        visit.print_lesson()

    def _show_exercise(self) -> None:
        exercise = read_exercise(self._of.folder)
        self._leave()
        self._exercise = OpenExercise(exercise, self._progress, self._printer, self._interrupts, Checker)
        self._exercise.print_task()

    def _leave(self) -> None:
        visit, self._visit = self._visit, None
        exercise, self._exercise = self._exercise, None
        if visit is not None:
            visit.leave()
        if exercise is not None:
            exercise.leave()

    def _do(self, line: str) -> None:
        if self._visit is not None:
            self._visit.do(line)
        elif self._exercise is not None and self._exercise.is_writing:
            self._exercise.take(line)
        elif self._exercise is not None:
            self._exercise.do(line)
