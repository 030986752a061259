"""A visit to one lesson on the plain face: print a step, carry out lines, print what they changed."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from tutor.course.bringing_network import OWN_LAB, bring_network
from tutor.course.commands import WORDS, Command, CommandError, apply, parse_command, show_lines
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.other_labs import NO_OTHER_LAB, other_labs_notice, take_other_lab
from tutor.course.questions.draws import CannotDraw
from tutor.course.questions.goals import GoalState
from tutor.course.record.progress import Progress
from tutor.course.session import TRY_FIRST, LessonSession
from tutor.course.studio_opening import NotTaken, put_into_studio, taken_from
from tutor.course.visiting import begin_visit
from tutor.course.words.readout_text import control_lines
from tutor.course.words.spoken_text import FEW_ROWS
from tutor.labs.kit.controls import ControlError, GridControl
from tutor.labs.kit.origins import control_shown
from tutor.labs.kit.places import LookupFailed
from tutor.labs.kit.readouts import Number
from tutor.language.catalogue import N_, _
from tutor.plain.goals import goal_lines, goal_news, goal_states
from tutor.plain.help import LESSON_WORDS
from tutor.plain.interrupts import Interrupts
from tutor.plain.lab_text import changed_lines, described_lines, item_lines, lab_lines
from tutor.plain.letters import is_answer, of_letter, with_name
from tutor.plain.pen import HOW as HOW_TO_DRAW
from tutor.plain.pen import draw
from tutor.plain.text import Printer
from tutor.plain.waiting import how_far, wait_for_lab, wait_for_tensorflow
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter
from tutor.training.turns import Turns

if TYPE_CHECKING:
    from tutor.labs.kit.given_network import GivenNetwork

_MOVES = {"next", "back", "step", "again"}
_SETTLES = {"answer", "skip", "sure", "fairly", "guess"}
# With a goal, skip carries out its solution.
_CHANGES = {"set", "press", "undo", "redo", "skip", "load", "rewind"}
# Letters of keys for words that only this face has.
_LETTERS_HERE = {"f": "lab", "v": "describe"}
HOW_SURE = N_("If you like, say first how sure you are: sure, fairly or guess.")
HOW_TO_ASK_WHY = N_("Type why and the name of a number, such as why {name}.")


class Visit:
    """One lesson, its lab and the learner's progress in it. ``after`` is the next lesson.

    ``at_the_end`` is true once the learner went on from the last step: *next* then opens the next lesson.
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
        interrupts: Interrupts | None = None,
        after: LessonSummary | None = None,
    ) -> None:
        self._progress, self._printer = progress, printer
        self._interrupts = interrupts or Interrupts()
        self.at_the_end = False
        # Each of these has exercises, and no other.
        self._is_shipped = summary.collection is None
        self._way_on_from_the_end = (
            _("Type next again for the next lesson, {number} {title}; lessons lists them all.").format(
                number=after.number, title=after.title
            )
            if after is not None
            else _("This was the last lesson. Type lessons to choose another, or quit.")
        )
        self._told_of_confidence = False
        self._turns = Turns(start_run)
        with self._turns.at_once():
            self.session: LessonSession = begin_visit(
                summary, progress, step, start_run=self._turns.start_run, start_program=start_program
            )

    def leave(self) -> None:
        """Save the lab and close it."""
        try:
            self._keep()
        finally:
            self.session.lab.close()

    def bring(self, network: GivenNetwork) -> str:
        """Put a trained network into the lab; a sentence about it, or why not."""
        try:
            said = bring_network(self.session, network)
        except ControlError as error:
            return str(error)
        self._keep()
        return _("{said} Type undo to bring back {own_lab}.").format(said=said, own_lab=_(OWN_LAB))

    def do(self, line: str) -> None:
        """Carry out a line: a command if it begins with one, otherwise an answer to the open question."""
        if not line.strip():
            self._say_what_now()
            return
        try:
            self._do(line)
        except CommandError as error:
            self._printer.line(str(error))
        except (CannotDraw, ControlError, LookupFailed) as error:
            self._printer.line(
                _("This step asks its lab for something that it does not have: {error}").format(error=error)
            )

    def _do(self, line: str) -> None:
        word, *rest = line.split()
        word = word.lower()
        if word in LESSON_WORDS:
            self._do_here(word, rest)
        elif word in WORDS:
            self._apply(with_name(self.session, parse_command(line)))
        elif (command := of_letter(self.session, line.strip())) is not None:
            self._apply(command)
        elif self._do_letter(line.strip()):
            return
        elif self.session.question is not None:
            self._apply(Command("answer", tuple(line.split())))
        else:
            self._printer.line(_("There is no command {word!r}, and no question is open.").format(word=word))
            self._say_what_now()

    def _do_here(self, word: str, names: list[str]) -> None:
        """Carry out a word that scripts do not have."""
        session, printer = self.session, self._printer
        match word:
            case "lab":
                printer.lines(lab_lines(session, printer.page))
            case "describe":
                self._describe(names or list(session.shown))
            case "draw":
                self._draw(names)
            case "wait":
                if not session.lab.busy:
                    printer.line(_("Nothing is running."))
                else:
                    self._wait_and_tell()
            case "other":
                self._take_other_lab()
            case "to-studio":
                self._take_to_studio()

    def _describe(self, names: list[str]) -> None:
        try:
            for name in names:
                self._printer.lines(described_lines(self.session, name, self._printer.page))
        except LookupFailed as error:
            self._printer.line(str(error))

    def _draw(self, words: list[str]) -> None:
        if not words:
            raise CommandError(_(HOW_TO_DRAW))
        before, stood_at = self._visible(), goal_states(self.session)
        try:
            with self.session.undo_history.recording(words[0]):
                said = draw(self.session.lab, words[0], words[1:])
        except ControlError as error:
            self._printer.line(str(error))
            return
        self._printer.line(said)
        self._wait()
        self._keep()
        self._tell_changes(before, words[0])
        self._tell_goals(stood_at)

    def _take_other_lab(self) -> None:
        if not take_other_lab(self.session, self._progress):
            self._printer.line(self._progress.trouble or _(NO_OTHER_LAB))
            return
        self._printer.line(_("This is now the lab of another session of yours; this session's lab is kept."))
        self.print_step()

    def _take_to_studio(self) -> None:
        try:
            taken = taken_from(self.session)
            put_into_studio(taken.experiment, self._progress)
        except NotTaken as error:
            self._printer.line(str(error))
            return
        self._printer.line(_("It is in the studio; type open studio. In a line: {token}").format(token=taken.token))
        if taken.lacks:
            self._printer.line(taken.lacks)

    def _do_letter(self, letter: str) -> bool:
        """Carry out a key that is neither an action nor a word of the language; false for other letters."""
        if is_answer(self.session, letter):
            return False
        if letter in _LETTERS_HERE:
            self._do_here(_LETTERS_HERE[letter], [])
        elif letter == "x":
            names = self.session.lab.readout_names()
            shown = [name for name in self.session.shown if name in names]
            self._printer.line(_(HOW_TO_ASK_WHY).format(name=(shown or names)[0]))
        else:
            return False
        return True

    def _apply(self, command: Command) -> None:
        session, printer = self.session, self._printer
        session.lab.poll()
        before, question, asked = self._visible(), session.question_index, self._asked()
        stood, stood_at = how_far(session.lab), goal_states(session)
        if command.word == "tensorflow" and session.tensorflow is not None:
            wait_for_tensorflow(session.tensorflow, printer, self._interrupts)
            if session.tensorflow.busy:
                return
        with self._moving(command):
            reply = apply(command, session, printer.page)
        printer.lines(self._set_lines(command) if reply.ok and command.word == "set" else reply.lines)
        if reply.discarded:
            printer.line(_("Type undo to bring back {discarded}.").format(discarded=reply.discarded))
        if not reply.ok:
            return
        if command.word in _MOVES:
            self.at_the_end = command.word == "next" and bool(reply.lines)
            if self.at_the_end:
                # The step has not changed.
                if self._is_shipped:
                    printer.line(_("Type exercises for functions to write that belong to this lesson."))
                printer.line(self._way_on_from_the_end)
            else:
                self.print_step()
            self._keep()
            return
        if command.word in _CHANGES:
            self._wait()
            self._keep()
        if command.word in _CHANGES or command.word in _SETTLES:
            set_name = command.arguments[0].split("[")[0] if command.word == "set" else ""
            told = self._tell_changes(before, set_name)
            if command.word == "press" and not told and not reply.lines:
                stands = how_far(session.lab)
                printer.line(stands if stands != stood else _("Done. Nothing that this step shows has changed."))
        self._tell_goals(stood_at)
        if command.word in _SETTLES and session.question_index != question:
            self._after_question()
        elif self._asked() != asked:
            # A question with the lab's numbers in it has changed.
            self._say_what_now()

    def _wait_and_tell(self) -> None:
        before, stood_at = self._visible(), goal_states(self.session)
        self._wait()
        self._keep()
        self._tell_changes(before, "")
        self._tell_goals(stood_at)

    def _tell_goals(self, before: tuple[GoalState, ...]) -> None:
        """Judge the step's goals and print what changed."""
        self._printer.lines(goal_news(self.session, before))

    def _tell_changes(self, before: dict[str, tuple[str, ...]], but: str) -> bool:
        """Print the step's items that have changed, except the control just set; return whether there were any."""
        told = False
        for name, lines in self._visible().items():
            if name == but or before.get(name) == lines:
                continue
            told = True
            self._printer.lines(changed_lines(self.session, name, before.get(name), lines, self._printer.page))
        return told

    def _set_lines(self, command: Command) -> tuple[str, ...]:
        """The new value of a control: of a drawing only the changed place, of a large one only that it was set."""
        session, page = self.session, self._printer.page
        path = command.arguments[0]
        name = path.split("[")[0]
        control = next(control for control in session.lab.value_controls() if control.name == name)
        if isinstance(control, GridControl):
            if "[" in path:
                return show_lines(session, path, page)
            return (
                (_("{name} is set.").format(name=name),) if control.rows > FEW_ROWS else item_lines(session, name, page)
            )
        return control_lines(*control_shown(session.lab, control), page, bounds=False)

    def _moving(self, command: Command) -> AbstractContextManager[object]:
        """A context in which a step's own actions finish before it is printed."""
        return self._turns.at_once() if command.word in _MOVES else nullcontext()

    # Printing

    def print_lesson(self) -> None:
        """Print the lesson's title, then its step."""
        lesson = self.session.lesson
        self._printer.line()
        self._printer.line(
            _("Lesson {number}: {title}").format(number=lesson.number, title=lesson.title)
            if lesson.is_numbered
            else lesson.title
        )
        others = other_labs_notice(self._progress, lesson.id, _("To go on from it, type other."))
        if others:
            self._printer.line(others)
        self.print_step()

    def print_step(self) -> None:
        """Print the step's title, text, items and open question."""
        session, printer = self.session, self._printer
        printer.line()
        printer.line(
            _("Step {position} of {count}: {title}").format(
                position=session.position + 1, count=len(session.lesson.steps), title=session.step.title
            )
        )
        printer.line()
        printer.markdown(session.text)
        printer.line()
        self._wait()
        session.goals.look(session.step)
        for name in session.shown:
            printer.lines(item_lines(session, name, printer.page))
        self._print_answers()
        self._say_what_now()

    def _print_answers(self) -> None:
        """Print the settled questions of this step, as they were asked and answered."""
        session, printer = self.session, self._printer
        for index in range(len(session.step.questions)):
            answer = session.question_state(index).answer
            if answer is not None:
                printer.line()
                printer.line(f"{_question_name(session, index)}: {answer.asked}")
                printer.line(
                    _("You skipped it.")
                    if answer.skipped
                    else _("Your answer: {answer}").format(answer=answer.shown_with_confidence)
                )
                printer.line(answer.said if answer.skipped else _("Right. {said}").format(said=answer.said))

    def _say_what_now(self) -> None:
        session, printer = self.session, self._printer
        index, question = session.question_index, session.question
        printer.line()
        if index is None or question is None:
            printer.lines(goal_lines(session))
            again = _("; again asks with new numbers") if session.has_settled else ""
            printer.line(_("Type next to go on{again}.").format(again=again))
            return
        if session.poses_first:
            printer.line(_(TRY_FIRST))
        printer.line(f"{_question_name(session, index)}: {session.ask(question)}")
        printer.lines(f"  {number}. {text}" for number, text in enumerate(question.choices.values(), start=1))
        wanted = _("Type the number of your answer") if question.choices else _("Type a number")
        printer.line(_("{wanted}, or hint, or skip.").format(wanted=wanted))
        if session.takes_confidence and not self._told_of_confidence:
            self._told_of_confidence = True
            printer.line(_(HOW_SURE))

    def _after_question(self) -> None:
        if self.session.question is None:
            self._printer.line(_("Type next when you are ready."))
        else:
            self._say_what_now()

    def _asked(self) -> str:
        question = self.session.question
        return "" if question is None else self.session.ask(question)

    def _visible(self) -> dict[str, tuple[str, ...]]:
        """The lines of the step's uncovered items that hold a value."""
        session, page = self.session, self._printer.page
        actions = {action.name for action in session.lab.actions()}
        return {
            name: show_lines(session, name, page)
            for name in session.shown
            if name not in session.covered and name not in actions
        }

    def _wait(self) -> None:
        wait_for_lab(self.session.lab, self._printer, self._interrupts, self._keep, self._how_it_goes)

    def _how_it_goes(self) -> str:
        """The current loss and accuracy, if the step shows them. Also judges goals reached on the way."""
        session = self.session
        session.goals.look(session.step)
        # A control may be called so too, as the studio's kind of loss is.
        readouts = session.lab.readout_names()
        watched = [name for name in session.step.show if name.endswith(("loss", "accuracy")) and name in readouts]
        said = (
            show_lines(session, name, self._printer.page)[0]
            for name in watched
            if not session.keeps_back(name) and isinstance(session.lab.read(name), Number)
        )
        return "".join(f" {line}." for line in said)

    def _keep(self) -> None:
        self._progress.save_lab(self.session.lesson.id, self.session.lab.state())


def _question_name(session: LessonSession, index: int) -> str:
    count = len(session.step.questions)
    return _("Question {index} of {count}").format(index=index + 1, count=count) if count > 1 else _("Question")
