"""The warm-up on the plain face: a question, its lab as lines, and the commands until the next one."""

from __future__ import annotations

from tutor.course.commands import WORDS, Command, CommandError, apply, parse_command
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.own_lessons import pack_folders_of
from tutor.course.record.progress import Progress
from tutor.course.record.review import due_day, due_words
from tutor.course.record.warm_up_question import WarmUpQuestion, warm_up_questions
from tutor.language.catalogue import N_, _
from tutor.plain.goals import goal_lines, goal_news, goal_states
from tutor.plain.interrupts import Interrupts
from tutor.plain.lab_text import item_lines
from tutor.plain.letters import of_letter, with_name
from tutor.plain.text import Printer
from tutor.plain.waiting import wait_for_lab, wait_for_tensorflow
from tutor.practice.record import exercises_again
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter

_NOT_TAKEN = ("again", "next", "back", "step", "steps")
"""They go elsewhere in a lesson, and a warm-up has one question."""
HOW = N_("Type your answer, or hint, or skip; next goes on, leave ends the warm-up.")


class WarmUp:
    """Asks one question after the other, without changing the position in lessons."""

    def __init__(
        self,
        progress: Progress,
        summaries: tuple[LessonSummary, ...],
        printer: Printer,
        start_run: RunStarter,
        start_program: ProgramStarter | None = None,
        interrupts: Interrupts | None = None,
    ) -> None:
        self._interrupts = interrupts or Interrupts()
        self._progress, self._printer = progress, printer
        self._packs = pack_folders_of(summaries)
        self._questions = warm_up_questions(progress, summaries, start_run, start_program)
        self._question: WarmUpQuestion | None = None
        self._number = 0

    def go_on(self) -> bool:
        """Ask the next question; false, with a sentence, if there is none."""
        self.leave()
        self._question = next(self._questions, None)
        if self._question is None:
            self._printer.line(_("That was the warm-up.") if self._number else _("Nothing is due now."))
            if again := exercises_again(self._progress, self._packs):
                self._printer.line(_("To write again: type exercise {again}.").format(again=again[0]))
            return False
        self._number += 1
        self._print_question(self._question)
        return True

    def leave(self) -> None:
        """Close the lab."""
        if self._question is not None:
            self._question.session.lab.close()
            self._question = None

    def do(self, line: str) -> bool:
        """Carry out a line; false once the warm-up is over."""
        assert self._question is not None
        letter = of_letter(self._question.session, line.strip())
        if letter is not None:
            line = " ".join((letter.word, *letter.arguments))
        word = line.split()[0].lower() if line.strip() else ""
        if word == "next":
            return self.go_on()
        if word == "leave":
            self._printer.line(_("Questions not asked stay due."))
            self.leave()
            return False
        if not word:
            self._ask(self._question)
        elif word in _NOT_TAKEN:
            self._printer.line(_("There is no {word} in a warm-up. {how}").format(word=word, how=_(HOW)))
        else:
            self._apply(line, word, self._question)
        return True

    def _apply(self, line: str, word: str, question: WarmUpQuestion) -> None:
        session, printer = question.session, self._printer
        if word not in WORDS and session.question is None and not self._is_open(question):
            printer.line(_("No question is open. Type next to go on."))
            return
        session.lab.poll()
        was_open, asked, goals = self._is_open(question), self._asked(question), goal_states(session)
        try:
            command = (
                with_name(session, parse_command(line)) if word in WORDS else Command("answer", tuple(line.split()))
            )
        except CommandError as error:
            printer.line(str(error))
            return
        if word == "tensorflow" and session.tensorflow is not None:
            wait_for_tensorflow(session.tensorflow, printer, self._interrupts)
        reply = apply(command, session, printer.page)
        printer.lines(reply.lines)
        wait_for_lab(session.lab, printer, self._interrupts)
        printer.lines(goal_news(session, goals))
        if was_open and not self._is_open(question):
            for name in session.step.hide:
                if name in session.step.show:
                    printer.lines(item_lines(session, name, printer.page))
            printer.line(self._comes_back(question))
        elif self._asked(question) != asked:
            # A question with the lab's numbers in it has changed.
            self._ask(question)

    def _print_question(self, question: WarmUpQuestion) -> None:
        session, printer = question.session, self._printer
        lesson = session.lesson
        printer.line()
        whence = _("From lesson {number}, {title}: {step}").format(
            number=lesson.number, title=lesson.title, step=session.step.title
        )
        printer.line(
            _("Warm-up, {kind} {number}. {whence}").format(kind=question.item.kind, number=self._number, whence=whence)
        )
        printer.line()
        for name in session.step.show:
            printer.lines(item_lines(session, name, printer.page))
        for before in question.before:
            printer.line(_("The question before: {ask} It was {answer}.").format(ask=before.ask, answer=before.answer))
        self._ask(question)

    def _ask(self, question: WarmUpQuestion) -> None:
        printer, open_question = self._printer, question.session.question
        printer.line()
        if question.is_goal:
            printer.lines(goal_lines(question.session))
            return
        if open_question is None:
            printer.line(_("Type next to go on."))
            return
        printer.line(_("Question: {ask}").format(ask=question.session.ask(open_question)))
        printer.lines(f"  {number}. {text}" for number, text in enumerate(open_question.choices.values(), start=1))
        printer.line(_(HOW))

    def _is_open(self, question: WarmUpQuestion) -> bool:
        session = question.session
        return session.question is not None or session.goals.first_open(session.step) is not None

    def _asked(self, question: WarmUpQuestion) -> str:
        open_question = question.session.question
        return "" if open_question is None else question.session.ask(open_question)

    def _comes_back(self, question: WarmUpQuestion) -> str:
        memory, now = self._progress.memories().get(question.item), self._progress.now()
        due = (
            ""
            if memory is None
            else _("It is {due_words} again. ").format(due_words=due_words(due_day(memory, now.tzinfo), now))
        )
        return _("{due}Type next to go on.").format(due=due)
