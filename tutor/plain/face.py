"""The plain face: the same lessons, labs and checks as printed lines and a prompt.

For pipes, screen readers and terminals that cannot be painted on: no cursor movement, no colour, no redraw.
"""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tutor.course.commands import LONGEST_LINE
from tutor.course.lessons.finding import CannotOpen, UnknownLesson, find_available, find_lesson
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.own_lessons import pack_folders_of, read_lessons
from tutor.course.lessons.parts import part_beginnings
from tutor.course.record.learner_language import follow_kept_language, keep_language
from tutor.course.record.progress import Progress, state_folder
from tutor.course.record.step_states import lesson_state
from tutor.course.record.warm_up import change_plan, due_now
from tutor.course.words.printable_text import printable
from tutor.crash_report import CRASHED, crash_sentence, known_cause, write_crash_report
from tutor.language.catalogue import N_, _, ngettext
from tutor.language.chosen import NoLanguage
from tutor.plain.exercises import OpenExercise, print_exercises
from tutor.plain.help import EXERCISE, FACE, lesson_help
from tutor.plain.interrupts import Ended, Interrupts
from tutor.plain.overview import print_glossary, print_progress, print_search
from tutor.plain.text import PROMPT, CannotPrint, Printer
from tutor.plain.visit import Visit
from tutor.plain.warm_up import WarmUp
from tutor.practice.catalog import UnknownExercise, find_exercise, read_exercises
from tutor.practice.checking import Checker
from tutor.resources import lessons_folder
from tutor.shutdown import ENDED_BY_SIGNAL
from tutor.standard_streams import why
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter, start_inline

if TYPE_CHECKING:
    from tutor.course.homework.assignment import Assignment
    from tutor.labs.kit.given_network import GivenNetwork

INTERRUPTED = 130
NOT_PRINTED = 1
HUNG_UP = ENDED_BY_SIGNAL + 1
HOW_TO_OPEN = N_("Type open and a lesson's number, such as open 2; help says what else there is.")
FAREWELL = N_("Everything is saved. Until next time.")
NOT_SAVED = "NOT SAVED:"
READ_AT_ONCE = 65536


def run(
    lesson: str | None,
    step: str | None,
    progress_folder: Path | None,
    *,
    stdin: TextIO,
    stdout: TextIO,
    lessons: Path | None = None,
    own_lessons: Sequence[Path] = (),
    start_run: RunStarter = start_inline,
    start_program: ProgramStarter | None = None,
    interrupts: Interrupts | None = None,
    make_checker: Callable[[], Checker] = Checker,
    restricted: bool = False,
    network: GivenNetwork | None = None,
    homework: Assignment | None = None,
) -> int:
    """Lead a learner through lessons until they quit or the input ends; return the exit status.

    ``lesson`` and ``step`` are ids or numbers; without a lesson the face lists the lessons and asks.
    ``progress_folder`` and ``lessons`` replace the default folders; ``own_lessons`` are folders of more lessons.
    The lab of ``lesson`` goes on from ``network``, if there is one.
    With ``homework`` there are its lessons only, with its numbers.
    ``start_run`` starts the runs of engines other than NumPy; ``make_checker`` starts what checks a learner's code,
    which in a ``restricted`` session is never run without protection.

    The status is 2 for an unknown lesson or step, with a sentence on standard error, 130 for an interrupt, 128 plus
    its number for a signal, 1 if output cannot be printed, 70 for an internal error. The learner's work is saved in
    every case, or the last line says that it is not.
    """
    try:
        available = read_lessons(lessons or lessons_folder(), own_lessons)
        wanted = None if lesson is None else find_available(lesson, available)
    except (LessonError, UnknownLesson) as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    interrupts = interrupts or Interrupts()
    folder = state_folder(progress_folder)
    progress = Progress(folder) if homework is None else homework.progress(folder)
    if follow_kept_language(progress):
        available = read_lessons(lessons or lessons_folder(), own_lessons)
    progress.notices += available.notices
    summaries = available.summaries if homework is None else homework.of(available.summaries)
    face = PlainFace(
        summaries, progress, stdin, Printer(stdout, interrupts), start_run, start_program, interrupts,
        make_checker, restricted,
    )  # fmt: skip
    try:
        if homework is not None:
            for line in homework.lines(available.summaries, progress):
                face.say(line)
        return _lead(face, wanted, step, network)
    except CannotPrint as failed:
        return _not_printed(failed.error, stdout)
    except Ended as ended:
        return ended.status
    except Exception as error:
        number, written = write_crash_report(progress.folder, error)
        face.leave_somehow()
        unsaved = _("Not all of your work is saved.") if progress.unsaved else ""
        print(known_cause(error) or crash_sentence(number, written, unsaved), file=sys.stderr)
        return CRASHED
    finally:
        face.leave()


def _lead(face: PlainFace, wanted: LessonSummary | None, step: str | None, network: GivenNetwork | None) -> int:
    last = ""
    status = 0
    try:
        if wanted is None:
            face.list_lessons()
        else:
            face.open(wanted, step, network)
        last = _(FAREWELL) if face.read_lines() else ""
    except (LessonError, UnknownLesson, CannotOpen) as error:
        print(printable(str(error)), file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        face.say("")
        last, status = _("Stopped."), INTERRUPTED
    face.leave()
    face.take_leave(last)
    return status


def _not_printed(error: OSError, stdout: TextIO) -> int:
    """The exit status if the reader or the terminal is gone, or the output file cannot be written."""
    # Close it here, or Python reports an error at exit.
    with contextlib.suppress(OSError):
        stdout.close()
    if error.errno == errno.EPIPE:
        return 0
    if error.errno == errno.EIO:
        return HUNG_UP
    with contextlib.suppress(OSError):
        print(_("The output cannot be written: {why}.").format(why=why(error)), file=sys.stderr)
    return NOT_PRINTED


class PlainFace:
    """The prompt and the current visit to a lesson."""

    def __init__(
        self,
        summaries: tuple[LessonSummary, ...],
        progress: Progress,
        stdin: TextIO,
        printer: Printer,
        start_run: RunStarter = start_inline,
        start_program: ProgramStarter | None = None,
        interrupts: Interrupts | None = None,
        make_checker: Callable[[], Checker] = Checker,
        restricted: bool = False,
    ) -> None:
        self._summaries, self._progress, self._printer = summaries, progress, printer
        self._start_run, self._start_program = start_run, start_program
        self._interrupts = interrupts or Interrupts()
        self._stdin = stdin
        # An invalid byte must not end a lesson.
        if hasattr(stdin, "reconfigure"):
            stdin.reconfigure(errors="replace")
        self._visit: Visit | None = None
        self._warm_up: WarmUp | None = None
        self._exercise: OpenExercise | None = None
        self._make_checker, self._restricted = make_checker, restricted

    def say(self, text: str) -> None:
        """Print a sentence."""
        self._printer.line(text)

    def list_lessons(self) -> None:
        """Print the lessons with the learner's progress."""
        beginnings = part_beginnings(self._summaries)
        for collection, summaries in groupby(self._summaries, lambda summary: summary.collection):
            self.say(_("Lessons") if collection is None else collection.heading)
            for summary in summaries:
                if summary.id in beginnings:
                    self.say(f" {beginnings[summary.id].title}: {beginnings[summary.id].line}")
                self._list_lesson(summary)
        last = self._progress.last_position()
        if last is not None and any(s.id == last[0] for s in self._summaries):
            self.say(
                _("You were in {lesson}, at step {step}: open {lesson} goes on there.").format(
                    lesson=last[0], step=last[1] + 1
                )
            )
        self.say(_(HOW_TO_OPEN))
        due = due_now(self._progress, self._summaries)
        if due:
            self.say(
                ngettext(
                    "{count} question from what you learned: type warm-up.",
                    "{count} questions from what you learned: type warm-up.",
                    due,
                ).format(count=due)
            )
        self._tell_notices()

    def _list_lesson(self, summary: LessonSummary) -> None:
        progress = self._progress.of_lesson(summary.id)
        state = lesson_state(summary.outline, progress).words()
        if not progress.steps_seen:
            state += _(", about {minutes} minutes").format(minutes=summary.minutes)
        # If a shipped lesson has the same number, the number opens that one, and the id this one.
        name = f"{summary.number}" if summary.collection is None else f"{summary.number} {summary.id}"
        self.say(f"  {name}. {summary.title}: {state}. {summary.summary}")

    def open(self, summary: LessonSummary, step: str | None = None, network: GivenNetwork | None = None) -> None:
        """Close the current lesson and open another at ``step``, or where the learner left off.

        Its lab goes on from ``network``, if there is one.

        Raises ``LessonError``, ``UnknownLesson``, ``CannotOpen``; the current lesson then stays open.
        """
        visit = Visit(
            summary, step, self._progress, self._printer, self._start_run, self._start_program, self._interrupts,
            self._after(summary),
        )  # fmt: skip
        if self._visit is not None:
            self._visit.leave()
        self._leave_aside()
        self._visit = visit
        said = "" if network is None else visit.bring(network)
        visit.print_lesson()
        if said:
            self.say(said)
        self._tell_notices()

    def leave(self) -> None:
        """Save and close the lab and the progress."""
        visit, self._visit = self._visit, None
        try:
            if visit is not None:
                visit.leave()
            self._leave_aside()
        finally:
            self._progress.close()

    def _leave_aside(self) -> None:
        """Close what is open beside the lesson: a warm-up or an exercise."""
        warm_up, self._warm_up = self._warm_up, None
        exercise, self._exercise = self._exercise, None
        if warm_up is not None:
            warm_up.leave()
        if exercise is not None:
            exercise.leave()

    def leave_somehow(self) -> None:
        """Save as much as possible after an internal error, which may be in the lab itself."""
        with contextlib.suppress(Exception):
            self.leave()

    def take_leave(self, words: str) -> None:
        """Save, then print these words, or what could not be saved."""
        if self._progress.unsaved:
            self.say(f"{NOT_SAVED} {self._progress.trouble}")
        elif words:
            self.say(words)

    def read_lines(self) -> bool:
        """Read and carry out lines until quit, which returns true, or until the input ends."""
        while True:
            writing = self._exercise is not None and self._exercise.is_writing
            self._printer.prompt(self._exercise.prompt if self._exercise is not None else PROMPT)
            line = self._read()
            if line is None:
                self.say("")
                return False
            if not self._stdin.isatty():
                # Echo piped input, as a terminal would.
                self._printer.echo(line[:LONGEST_LINE])
            if len(line) > LONGEST_LINE:
                self.say(_("A line has at most {most} characters.").format(most=LONGEST_LINE))
            elif writing and self._exercise is not None:
                self._exercise.take(line)
            elif not self._do(line.split()):
                return True
            if self._progress.trouble:
                self._progress.try_again()
            self._tell_notices()

    def _read(self) -> str | None:
        """The next line, or the beginning of one that is too long; None at the end of the input."""
        try:
            with self._interrupts.heard():
                line = self._stdin.readline(LONGEST_LINE + 2)
                rest = line
                while rest and not rest.endswith("\n"):
                    # Input that nobody types can have any length.
                    rest = self._stdin.readline(READ_AT_ONCE)
        except (OSError, ValueError):
            # The terminal is gone or closed.
            return None
        return line.rstrip("\r\n") if line else None

    def _help(self) -> None:
        if self._exercise is not None:
            self._printer.lines(map(_, EXERCISE))
        elif self._visit is not None:
            self._printer.lines(lesson_help())
        self._printer.lines(map(_, FACE))

    def _do(self, words: list[str]) -> bool:
        """Carry out a line; false to leave."""
        match [word.lower() for word in words]:
            case ["quit" | "exit"]:
                return False
            case ["help"]:
                self._help()
            case ["lessons"]:
                self.list_lessons()
            case ["open"]:
                self.say(_(HOW_TO_OPEN))
            case ["open", name]:
                self._try_open(name, None)
            case ["open", name, "at", step]:
                self._try_open(name, step)
            case ["open", *_]:
                self.say(_("Usage: open LESSON, or open LESSON at STEP."))
            case ["progress"]:
                print_progress(self._printer, self._summaries, self._progress)
            case ["search"]:
                self.say(_("Usage: search WORDS"))
            case ["search", *_]:
                print_search(self._printer, self._summaries, " ".join(words[1:]))
            case ["glossary", *_]:
                print_glossary(self._printer, self._summaries, " ".join(words[1:]))
            case ["warm-up"]:
                self._begin_warm_up()
            case ["warm-up", *plan]:
                self.say(change_plan(self._progress, tuple(plan)))
            case ["language", code]:
                self._keep_language(code)
            case ["exercises", *rest] if rest in ([], ["all"]):
                self._list_exercises(every=bool(rest))
            case ["exercise"]:
                self.say(_("Usage: exercise NAME. Type exercises for the list."))
            case ["exercise", name]:
                self._open_exercise(name)
            case _ if self._exercise is not None:
                if not self._exercise.do(" ".join(words)):
                    self._leave_aside()
                    self._say_where_back()
            case _ if self._warm_up is not None:
                if not self._warm_up.do(" ".join(words)):
                    self._end_warm_up()
            case ["next" | "n"] if self._go_on_to_next_lesson():
                pass
            case [] if self._visit is None:
                self.say(_(HOW_TO_OPEN))
            case [name] if self._visit is None:
                self._try_open(name, None)
            case _ if self._visit is None:
                self.say(_(HOW_TO_OPEN))
            case _:
                self._visit.do(" ".join(words))
        return True

    def _keep_language(self, code: str) -> None:
        try:
            self.say(keep_language(self._progress, code))
        except NoLanguage as error:
            self.say(f"{error}.")

    def _after(self, summary: LessonSummary) -> LessonSummary | None:
        """The next lesson, if there is one."""
        if summary not in self._summaries:
            # The studio stands in no list.
            return None
        at = self._summaries.index(summary) + 1
        return self._summaries[at] if at < len(self._summaries) else None

    def _go_on_to_next_lesson(self) -> bool:
        """Open the next lesson if the learner has just finished the last step; else return false."""
        if self._visit is None or not self._visit.at_the_end:
            return False
        after = self._after(next(s for s in self._summaries if s.id == self._visit.session.lesson.id))
        if after is None:
            return False
        self._try_open(after.id, None)
        return True

    def _try_open(self, name: str, step: str | None) -> None:
        try:
            self.open(find_lesson(name, self._summaries), step)
        except (LessonError, UnknownLesson, CannotOpen) as error:
            self.say(str(error))

    def _begin_warm_up(self) -> None:
        self._leave_aside()
        self._warm_up = WarmUp(
            self._progress, self._summaries, self._printer, self._start_run, self._start_program, self._interrupts
        )
        if not self._warm_up.go_on():
            self._end_warm_up()

    def _end_warm_up(self) -> None:
        """Return to the lesson that was open before, if there was one."""
        self._warm_up = None
        self._say_where_back()

    def _list_exercises(self, every: bool) -> None:
        """The exercises of the open lesson, or all of them."""
        of_lesson = self._visit is not None and self._exercise is None and not every
        lesson = self._visit.session.lesson.id if self._visit is not None and of_lesson else ""
        try:
            print_exercises(
                self._printer, read_exercises(packs=pack_folders_of(self._summaries)), self._progress, lesson
            )
        except LessonError as error:
            self.say(str(error))

    def _open_exercise(self, name: str) -> None:
        try:
            exercise = find_exercise(name, read_exercises(packs=pack_folders_of(self._summaries)))
        except (LessonError, UnknownExercise) as error:
            self.say(str(error))
            return
        self._leave_aside()
        self._exercise = OpenExercise(
            exercise, self._progress, self._printer, self._interrupts, self._make_checker, self._restricted
        )
        self._exercise.print_task()

    def _say_where_back(self) -> None:
        if self._visit is None:
            self.say(_(HOW_TO_OPEN))
        else:
            lesson = self._visit.session.lesson
            self.say(_("You are back in lesson {number}, {title}.").format(number=lesson.number, title=lesson.title))
            self._visit.do("")

    def _tell_notices(self) -> None:
        while self._progress.notices:
            self.say(_("Note: {notice}").format(notice=self._progress.notices.pop(0)))
