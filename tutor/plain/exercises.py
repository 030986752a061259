"""Exercises on the plain face: the list, and one that is open until the learner leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.record.progress import Progress
from tutor.language.catalogue import N_, _
from tutor.plain.checking import Checking, Stopped
from tutor.plain.interrupts import Interrupts
from tutor.plain.text import Printer
from tutor.plain.written import Written
from tutor.practice.exercise import Exercise
from tutor.practice.failures import UNPROTECTED
from tutor.practice.forms import FORM_TITLES, Form, form_of, numbered_lines, point_at, unchanged_verdict
from tutor.practice.permission import QUESTION, Permission
from tutor.practice.record import PracticeRecord
from tutor.practice.report import own_version, own_version_headings, verdict_lines
from tutor.practice.start_file import CannotWrite, write_start

if TYPE_CHECKING:
    from tutor.practice.checking import Checker

HOW = N_(
    "Type write to write it here, or start FILE to have it as a file and write there; then check. help lists the rest, "
    "leave goes back."
)
CHECK_USAGE = N_(
    "Nothing is written yet: type write to write it here, or check FILE for a file; after that, check alone takes the "
    "same again."
)
HOW_TO_OPEN_ONE = N_("Type exercise and a name, such as exercise {name}.")
FORM_USAGE = N_("Usage: form complete, form find or form write; form complete 2 leaves out 2 lines.")


def print_exercises(printer: Printer, exercises: Sequence[Exercise], progress: Progress, lesson: str = "") -> None:
    """Print the exercises, or those of a lesson, with the learner's progress. The numbers count all of them."""
    record = PracticeRecord(progress)
    listed = [(number, each) for number, each in enumerate(exercises, start=1) if lesson in ("", each.lesson)]
    if not listed:
        printer.line(
            _("This lesson has no exercise. Type exercises all for those of all lessons.")
            if lesson
            else _("No exercises.")
        )
        return
    printer.line(_("Exercises of this lesson") if lesson else _("Exercises"))
    for number, exercise in listed:
        about = _("{title}, about {minutes} minutes: {words}").format(
            title=exercise.title, minutes=exercise.minutes, words=record.of(exercise.id).words
        )
        printer.line(f"  {number}. {exercise.id}: {about}")
    printer.line(_(HOW_TO_OPEN_ONE).format(name=listed[0][1].id))
    if lesson:
        printer.line(_("Type exercises all for those of all lessons."))


class OpenExercise:
    """One exercise: carries out the lines that are typed while it is open. Leave it."""

    def __init__(
        self,
        exercise: Exercise,
        progress: Progress,
        printer: Printer,
        interrupts: Interrupts,
        make_checker: Callable[[], Checker],
        restricted: bool = False,
    ) -> None:
        self._exercise, self._progress, self._printer = exercise, progress, printer
        self._record = PracticeRecord(progress)
        self._permission = Permission(progress, restricted)
        self._to_run: str | None = None
        self._file: Path | None = None
        self._use(form_of(exercise, "write"))
        self._checking = Checking(make_checker, interrupts)

    def leave(self) -> None:
        """End the process that runs code."""
        self._checking.close()

    @property
    def is_writing(self) -> bool:
        """Whether the next line is code, for ``take``."""
        return self._written.is_asking

    @property
    def prompt(self) -> str:
        """What is printed where a line is asked for; before code the number of its line."""
        return self._written.prompt

    def take(self, line: str) -> None:
        """Take a line of code, and keep it; a single dot is the end."""
        self._file = None
        self._written.take(line)

    def do(self, line: str) -> bool:
        """Carry out a line; false once the learner leaves the exercise."""
        word, __, rest = line.strip().partition(" ")
        to_run, self._to_run = self._to_run, None
        if to_run is not None and word.lower() in ("yes", "y", "no", "n"):
            self._permission.answer(word.lower()[0] == "y")
            self._check(to_run)
            return True
        match word.lower(), rest.strip():
            case "leave", "":
                self.leave()
                return False
            case "", "":
                self._printer.line(_(HOW))
            case "task", "":
                self.print_task()
            case "write", place:
                self._written.ask(place)
                if self._written.is_asking and not self._permission.must_ask:
                    self._checking.warm(self._exercise, self._permission.is_given)
            case "lines", "":
                self._written.print_lines()
            case "undo", "":
                self._file = None
                self._written.undo()
            case "start", name:
                self._start(name)
            case "check", name:
                self._check(name)
            case "hint", "":
                self._hint()
            case "solution", "":
                self._record.saw_solution(self._exercise.id)
                self._printer.code(self._exercise.solution)
            case "form", name:
                self._change_form(name.lower().split())
            case "point", name:
                self._point(name)
            case _:
                self._printer.line(
                    _("There is no command {command!r} in an exercise. {how}").format(command=line.strip(), how=_(HOW))
                )
        return True

    def print_task(self) -> None:
        """Print the task, and the file to begin with."""
        exercise, form, printer = self._exercise, self._form, self._printer
        words = f"{_(FORM_TITLES[form.name])}, {self._record.of(exercise.id).words}"
        printer.line()
        printer.line(
            _("Exercise {id}: {title} ({words}). Lesson {lesson}.").format(
                id=exercise.id, title=exercise.title, words=words, lesson=exercise.lesson
            )
        )
        printer.line()
        # Its title is in the line above.
        printer.markdown(exercise.task.partition("\n")[2].strip())
        if form.task:
            printer.line()
            printer.line(form.task)
        printer.line()
        draft = self._written.draft
        if form.name == "find":
            printer.line(_("The file to begin with:"))
            printer.line()
            printer.code("\n".join(numbered_lines(form.source)))
            printer.line()
        if draft is not None or form.name != "find":
            printer.line(_("What you wrote last:") if draft is not None else _("The file to begin with:"))
            printer.line()
            printer.code(self._written.source)
            printer.line()
        if form.name == "find":
            printer.line(_("Type point and the number that the line has in the file to begin with."))
        printer.line(_(HOW))

    def _use(self, form: Form) -> None:
        """Go on in this form, with what is written in it."""
        self._form = form
        self._written = Written(self._exercise.id, form, self._record, self._printer)
        self._file = None

    def _start(self, name: str) -> None:
        if not name:
            self._printer.line(_("Usage: start FILE, such as start {name}.py.").format(name=self._exercise.name))
            return
        file = _path(name)
        try:
            write_start(file, self._written.source)
        except CannotWrite as error:
            self._printer.line(_("{error} Type write to write it here.").format(error=error))
            return
        self._file = file
        self._printer.line(_("Written to {file}. Write in it, save it, and type check.").format(file=file))

    def _check(self, name: str) -> None:
        """Check a file, by default the last one or what is written here, and print the verdict."""
        printer, exercise, form, record = self._printer, self._exercise, self._form, self._record
        source = self._to_check(name)
        if source is None:
            return
        if self._permission.must_ask:
            self._to_run = name
            printer.line(_("{question} Type yes or no.").format(question=_(QUESTION)))
            return
        verdict = unchanged_verdict(form, source)
        if verdict is None:
            self._written.keep(source)
            try:
                verdict = self._checking.verdict(exercise, source, self._permission.is_given)
            except Stopped as stopped:
                printer.line(str(stopped))
                return
            record.checked(exercise.id, verdict, form.name)
        printer.lines(verdict_lines(exercise, verdict))
        if verdict.word == "right":
            self._print_own_version()
        if verdict.say == _(UNPROTECTED):
            printer.line(self._permission.refusal)

    def _print_own_version(self) -> None:
        """Print the engine's source of what the learner wrote."""
        pieces = own_version(self._exercise)
        for heading, piece in zip(own_version_headings(pieces), pieces, strict=True):
            self._printer.line()
            self._printer.line(heading)
            self._printer.line()
            self._printer.code(piece.source)

    def _to_check(self, name: str) -> str | None:
        """The text of the file of this name, or what is written here; None after a sentence."""
        file = _path(name) if name else self._file
        if file is None:
            source = self._written.draft
            if source is None:
                self._printer.line(_(CHECK_USAGE))
            return source
        try:
            source = read_text_file(file)
        except TextFileError as error:
            self._printer.line(_("{file}: {error}. Type write to write it here.").format(file=file, error=error))
            return None
        self._file = file
        return source

    def _hint(self) -> None:
        done, hints = self._record.of(self._exercise.id), self._exercise.hints
        if done.hints >= len(hints):
            self._printer.line(_("There is no further hint; solution shows one that is right."))
        elif not done.may_have_hint:
            self._printer.line(_("Check what you have first; then there is a hint."))
        else:
            self._record.save(self._exercise.id, done.after_hint())
            self._printer.line(_("Hint: {hints}").format(hints=hints[done.hints]))
            if done.hints + 1 < len(hints):
                self._printer.line(_("After a check, type hint for a further one."))

    def _change_form(self, words: list[str]) -> None:
        form = self._form_named(words)
        if form is None:
            self._printer.line(_(FORM_USAGE))
            return
        self._use(form)
        self.print_task()

    def _form_named(self, words: list[str]) -> Form | None:
        missing = self._record.of(self._exercise.id).missing
        match words:
            case ["complete", count] if count.isascii() and count.isdecimal() and int(count[:9]) > 0:
                return form_of(self._exercise, "complete", missing=int(count[:9]))
            case ["complete"]:
                return form_of(self._exercise, "complete", missing=missing)
            case ["find"]:
                return form_of(self._exercise, "find", bug=self._progress.learner)
            case ["write"]:
                return form_of(self._exercise, "write")
        return None

    def _point(self, name: str) -> None:
        if self._form.name != "find":
            self._printer.line(_("There is a bug to point at in another form of the exercise: type form find."))
        elif not (name.isascii() and name.isdecimal()):
            self._printer.line(_("Usage: point LINE, such as point 5."))
        else:
            found, said = point_at(self._form, int(name[:9]))
            self._printer.line(_("{said} Mend it, then check.").format(said=said) if found else said)


def _path(name: str) -> Path:
    """The file of this name; ~ is the home folder, if there is one."""
    with suppress(RuntimeError):
        return Path(name).expanduser()
    return Path(name)
