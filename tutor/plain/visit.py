"""A visit to one lesson on the plain face: printing a step, doing what a line says, printing what it changed."""

from __future__ import annotations

import time

from tutor.course.commands import WORDS, Command, CommandError, apply, parse_command, show_lines
from tutor.course.drawing import CannotDraw
from tutor.course.finding import open_lesson
from tutor.course.lesson import LessonSummary
from tutor.course.progress import Progress
from tutor.course.session import LessonSession
from tutor.labs.controls import ControlError
from tutor.labs.places import LookupFailed
from tutor.plain.text import Printer
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter

POLL_SECONDS = 0.05
# A readout of more lines than this is not read out again each time that it changes.
LONG = 6
_MOVES = {"next", "back", "step"}
_SETTLES = {"answer", "skip"}


class Visit:
    """One lesson, its lab and the learner's progress in it.

    Raises ``LessonError``, ``UnknownLesson`` for the step, ``CannotOpen``.
    """

    def __init__(
        self,
        summary: LessonSummary,
        step: str | None,
        progress: Progress,
        printer: Printer,
        start_run: RunStarter,
        start_program: ProgramStarter | None = None,
    ) -> None:
        self._progress, self._printer = progress, printer
        standing = progress.standing(summary.id)
        left_at = 0 if standing.finished else min(standing.position, summary.steps - 1)
        self.session: LessonSession = open_lesson(
            summary,
            step if step is not None else str(left_at + 1),
            start_run=start_run,
            start_program=start_program,
            seed=standing.visits,
            journal=progress,
            lab_state=progress.load_lab(summary.id),
            came_back_to=left_at if standing.visits and not standing.finished else None,
        )
        progress.record(summary.id, "visit")

    def leave(self) -> None:
        """Keep the lab as it stands and let go of it."""
        self._keep()
        self.session.lab.close()

    def do(self, line: str) -> None:
        """Carry out a line: a command where it begins with one, otherwise an answer to the open question."""
        if not line.strip():
            self._say_what_now()
            return
        word = line.split()[0].lower()
        try:
            if word in WORDS:
                self._apply(parse_command(line))
            elif self.session.question is not None:
                self._apply(Command("answer", tuple(line.split())))
            else:
                self._printer.line(f"There is no command {word!r}, and no question is open.")
                self._say_what_now()
        except CommandError as error:
            self._printer.line(str(error))
        except (CannotDraw, ControlError, LookupFailed) as error:
            self._printer.line(f"This step asks its lab for what it does not have: {error}")

    def _apply(self, command: Command) -> None:
        session, printer = self.session, self._printer
        session.lab.poll()
        before, question, asked = self._visible(), session.question_index, self._asked()
        reply = apply(command, session, printer.page)
        printer.lines(reply.lines)
        if not reply.ok:
            return
        if command.word in _MOVES:
            if command.word == "next" and reply.lines:
                # The lesson is done; the step stays as it was.
                printer.line("Type lessons to choose another, or quit.")
            else:
                self.print_step()
            self._keep()
            return
        if command.word in ("set", "press"):
            self._wait_for_run()
            self._keep()
        if command.word in ("set", "press") or command.word in _SETTLES:
            set_name = command.arguments[0].split("[")[0] if command.word == "set" else ""
            for name, lines in self._visible().items():
                if name == set_name or before.get(name) == lines:
                    continue
                if name in before and len(lines) > LONG:
                    printer.line(f"{lines[0].rstrip(':')} has changed; to see it: show {name}")
                else:
                    printer.lines(lines)
        if command.word in _SETTLES and session.question_index != question:
            self._after_question()
        elif self._asked() != asked:
            # A question that has the lab's numbers in it is another one now.
            self._say_what_now()

    # Printing

    def print_lesson(self) -> None:
        """The lesson's title, then its step."""
        lesson = self.session.lesson
        self._printer.line()
        self._printer.line(f"Lesson {lesson.number}: {lesson.title}")
        self.print_step()

    def print_step(self) -> None:
        """Title, text, what stands beside it, the open question."""
        session, printer = self.session, self._printer
        printer.line()
        printer.line(f"Step {session.position + 1} of {len(session.lesson.steps)}: {session.step.title}")
        printer.line()
        printer.markdown(session.step.text)
        printer.line()
        for name in session.step.show:
            printer.lines(show_lines(session, name, printer.page))
        self._say_what_now()

    def _say_what_now(self) -> None:
        session, printer = self.session, self._printer
        index, question = session.question_index, session.question
        printer.line()
        if index is None or question is None:
            printer.line("Type next to go on.")
            return
        count = len(session.step.questions)
        printer.line(f"Question{f' {index + 1} of {count}' if count > 1 else ''}: {session.ask(question)}")
        printer.lines(f"  {number}. {text}" for number, text in enumerate(question.choices.values(), start=1))
        wanted = "Type the number of your answer" if question.choices else "Type a number"
        printer.line(f"{wanted}, or hint, or skip.")

    def _after_question(self) -> None:
        if self.session.question is None:
            self._printer.line("Type next when you are ready.")
        else:
            self._say_what_now()

    def _asked(self) -> str:
        question = self.session.question
        return "" if question is None else self.session.ask(question)

    def _visible(self) -> dict[str, tuple[str, ...]]:
        """The lines of everything beside the step that holds a value and is not covered."""
        session, page = self.session, self._printer.page
        actions = {action.name for action in session.lab.actions()}
        return {
            name: show_lines(session, name, page)
            for name in session.step.show
            if name not in session.covered and name not in actions
        }

    # The lab

    def _wait_for_run(self) -> None:
        """A run in the background is waited for: on this face there is nothing to watch meanwhile."""
        lab = self.session.lab
        lab.poll()
        if not lab.busy:
            return
        self._printer.line("Working. Ctrl+C stops the waiting.")
        try:
            while lab.busy:
                time.sleep(POLL_SECONDS)
                lab.poll()
        except KeyboardInterrupt:
            self._printer.line("It goes on in the background; show tells how far it is.")

    def _keep(self) -> None:
        self._progress.save_lab(self.session.lesson.id, self.session.lab.state())
