"""The line language that drives a lesson without a screen, used by the plain face and the walk-through scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.course.bringing_network import OWN_LAB, bring_network, read_given
from tutor.course.questions.answers import parse_number
from tutor.course.questions.checking import Verdict
from tutor.course.questions.draws import CannotDraw
from tutor.course.questions.typed_values import set_typed
from tutor.course.record.calibration import Confidence
from tutor.course.session import BEFORE_SOLUTION, TRY_BEFORE_HINT, LessonSession
from tutor.course.tensorflow_comparison import chance_note
from tutor.course.undo import NothingToUndo
from tutor.course.words.curve_reading import reading_lines
from tutor.course.words.lesson_end import end_lines
from tutor.course.words.printed_page import Page, number_text
from tutor.course.words.readout_text import control_lines, derivation_lines, readout_lines
from tutor.course.words.source_text import code_lines
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import control_shown, path_of, why
from tutor.labs.kit.places import LookupFailed, split_path, value_at
from tutor.labs.kit.readouts import Covered, Table
from tutor.language.catalogue import N_, _

AT = "at"
COVERED = N_("covered until you answer")
ONCE_ANSWERED = N_("shown once the question of this step is answered or skipped")
SAID: Mapping[Confidence, str] = {
    "sure": N_("You are sure. And your answer?"),
    "fairly": N_("You are fairly sure. And your answer?"),
    "guess": N_("It is a guess. And your answer?"),
}
ONLY_BEFORE_THE_FIRST = N_("How sure you are counts for the first answer to a question, which you have given.")
FURTHER_HINT = N_("After a try, type hint for a further one.")
NOTHING_SETTLED = N_("No question of this step is answered right or skipped yet, so there is none to ask again.")
# Longer than any grid that a person types; Python refuses to read integers of more digits.
LONGEST_LINE = 4000


@dataclass(frozen=True)
class Word:
    """A command of the language: its usage, what it does, and how many words may follow."""

    usage: str
    does: str
    least: int = 0
    most: int | None = 0


WORDS = {
    "set": Word("set NAME VALUES", N_("give a control a value: set b 0.5, set w 1 2, set w[1] 3"), 2, None),
    "press": Word("press ACTION", N_("start an action: press train"), 1, 1),
    "undo": Word("undo", N_("take back the last change of a drawing, a reset or a goal's solution")),
    "redo": Word("redo", N_("redo the change that undo took back")),
    "load": Word("load FILE", N_("go on in this lab from a trained network: load my.net, load my.keras"), 1, None),
    "answer": Word("answer TEXT", N_("answer the open question"), 1, None),
    "sure": Word("sure", N_("say before your first answer that you are sure of it; sure 3.5 answers, too"), 0, None),
    "fairly": Word("fairly", N_("the same where you are fairly sure"), 0, None),
    "guess": Word("guess", N_("the same where you guess"), 0, None),
    "hint": Word("hint", N_("take the next hint for the question, or a hint for the first open goal")),
    "skip": Word("skip", N_("skip the question and see its answer; or see a goal's solution, and then have it done")),
    "again": Word("again", N_("answer the questions of this step again, with new numbers")),
    "next": Word("next", N_("go to the next step")),
    "back": Word("back", N_("go to the step before")),
    "step": Word("step ID", N_("go to a step by its number or its name"), 1, 1),
    "steps": Word("steps", N_("list the steps and what you did in each")),
    "show": Word(
        "show NAMES",
        N_(
            "print readouts and controls; without names, those of this step; of a curve also the values at a place: "
            "show loss_curve at 12"
        ),
        0,
        None,
    ),
    "rewind": Word(
        "rewind CURVE at PLACE",
        N_("back to this moment of a run, to go on from there: rewind loss_curve at 12"),
        3,
        3,
    ),
    "why": Word("why NAME", N_("say where a number comes from: why y, why products[1]"), 1, None),
    "tensorflow": Word("tensorflow", N_("compute the same with TensorFlow and compare the numbers")),
    "code": Word("code", N_("print the engine's source of what the lab computes, and the same in Keras")),
}


class CommandError(ValueError):
    """A line that is not a command; the message is a sentence."""


@dataclass(frozen=True)
class Command:
    """One line of the language: its first word and its arguments."""

    word: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """The result of a command. ``ok`` is false if it could not be carried out; ``lines`` then say why.

    ``verdict`` is set after an answer that was judged; a wrong answer is still ok. ``discarded`` names what the command
    threw away and undo brings back, such as training; empty if it threw nothing away.
    """

    ok: bool
    lines: tuple[str, ...] = ()
    verdict: Verdict | None = None
    discarded: str = ""


def parse_command(line: str) -> Command:
    """Parse one line. Raises ``CommandError`` for an unknown command, too few or too many words, or too long a line."""
    if len(line) > LONGEST_LINE:
        raise CommandError(
            _("A line has at most {most} characters; this one has {count}.").format(most=LONGEST_LINE, count=len(line))
        )
    words = line.split()
    if not words:
        raise CommandError(_("There is no command on this line."))
    name, arguments = words[0].lower(), tuple(words[1:])
    if name not in WORDS:
        raise CommandError(
            _("There is no command {words!r}; the commands are {names}.").format(words=words[0], names=", ".join(WORDS))
        )
    word = WORDS[name]
    if len(arguments) < word.least or (word.most is not None and len(arguments) > word.most):
        raise CommandError(_("Usage: {usage}").format(usage=word.usage))
    return Command(name, arguments)


def apply(command: Command, session: LessonSession, page: Page | None = None) -> Reply:
    """Carry out ``command`` on the session. If a control or the lab refuses it, the reply is not ok."""
    page = page or Page()
    try:
        return _apply(command, session, page)
    except (CannotDraw, ControlError, LookupFailed, NothingToUndo) as error:
        return Reply(False, (str(error),))


def _apply(command: Command, session: LessonSession, page: Page) -> Reply:
    arguments = command.arguments
    match command.word:
        case "set":
            with session.undo_history.recording(split_path(arguments[0])[0]) as change:
                control = set_typed(session.lab, arguments[0], arguments[1:])
            lines = control_lines(*control_shown(session.lab, control), page, bounds=False)
            return Reply(True, lines, discarded=change.discarded)
        case "press":
            with session.undo_history.recording(arguments[0]) as change:
                said = session.lab.press(arguments[0])
            file = session.lab.new_file(arguments[0])
            written = session.give_file(file) if file is not None else ""
            return Reply(True, tuple(filter(None, (said, written))), discarded=change.discarded)
        case "undo":
            return Reply(True, (session.undo_history.undo().sentence,))
        case "redo":
            return Reply(True, (session.undo_history.redo().sentence,))
        case "load":
            given = read_given(Path(" ".join(arguments)))
            return Reply(True, (bring_network(session, given),), discarded=_(OWN_LAB))
        case "answer":
            return _answer(session, " ".join(arguments))
        case "sure" | "fairly" | "guess":
            return _say_confidence(session, command.word, " ".join(arguments))
        case "hint" | "skip" if session.step.goals:
            return _help_with_goal(session, command.word)
        case "hint" | "skip":
            is_open = session.question is not None
            return Reply(is_open, _hint(session) if command.word == "hint" else (session.skip(),))
        case "again":
            return Reply(True) if session.again() else Reply(False, (_(NOTHING_SETTLED),))
        case "next":
            return Reply(True, () if session.next() else end_lines(session.lesson, session.state))
        case "back":
            return Reply(True) if session.back() else Reply(False, (_("This is the first step."),))
        case "step":
            if session.jump(arguments[0]):
                return Reply(True)
            return Reply(
                False,
                (_("There is no step {step!r}; there are:").format(step=arguments[0]), *_steps(session)),
            )
        case "steps":
            return Reply(True, _steps(session))
        case "show" if len(arguments) > 2 and arguments[-2] == AT:
            curves, place = arguments[:-2], arguments[-1]
            return Reply(True, tuple(line for name in curves for line in _lines_at(session, name, place, page)))
        case "show":
            names = arguments or session.shown
            return Reply(True, tuple(line for name in names for line in show_lines(session, name, page)))
        case "rewind":
            return _rewind(session, *arguments)
        case "why":
            return Reply(True, _why(session, " ".join(arguments), page))
        case "tensorflow":
            return _tensorflow(session, page)
        case "code":
            return Reply(True, code_lines(session.lab))
    raise CommandError(_("There is no command {word!r}.").format(word=command.word))


def show_lines(session: LessonSession, path: str, page: Page) -> tuple[str, ...]:
    """The lines of a readout, a control, or one place of either; covered ones say so. Raises ``LookupFailed``."""
    name, places = split_path(path)
    lab = session.lab
    is_readout = name in lab.readout_names()
    if is_readout:
        reason = _kept_back(session, name)
        if reason:
            return (f"{name}: {reason}",)
    if places:
        value = value_at(session.readout(name), places) if is_readout else lab.lookup(path)
        if isinstance(value, Covered):
            return (f"{path}: {_(COVERED)}",)
        return (f"{path}: {value if isinstance(value, str) else number_text(value)}",)
    if is_readout:
        return readout_lines(session.readout(name), page)
    for control in lab.value_controls():
        if control.name == name:
            return control_lines(*control_shown(lab, control), page)
    for action in lab.actions():
        if action.name == name:
            return control_lines(action, None, page)
    known = ", ".join((*lab.readout_names(), *(c.name for c in lab.controls())))
    raise LookupFailed(_("there is no readout or control {name!r}; there are {known}").format(name=name, known=known))


def _rewind(session: LessonSession, name: str, at: str, place: str) -> Reply:
    """Show the moment of a run at a place of its curve. Raises ``LookupFailed``."""
    if at != AT:
        return Reply(False, (_("Usage: {usage}").format(usage=WORDS["rewind"].usage),))
    # What is kept back is kept back here too: the moment shows it.
    read = _lines_at(session, name, place, Page())
    if _kept_back(session, name) or session.covered:
        return Reply(False, read)
    x = parse_number(place)
    if x is None or not session.lab.go_to(name, x):
        return Reply(False, (_("This curve is none of a run that was trained here."),))
    return Reply(True)


def _lines_at(session: LessonSession, name: str, place: str, page: Page) -> tuple[str, ...]:
    """The values of a curve at a place of its x axis. Raises ``LookupFailed``.

    While anything is covered they are kept back: what is read off any curve could be the answer.
    """
    if name not in session.lab.readout_names():
        raise LookupFailed(
            _("there is no curve {name!r}, so it has nothing {at} {place}").format(name=name, at=AT, place=place)
        )
    reason = _kept_back(session, name) or (_(ONCE_ANSWERED) if session.covered else "")
    return (f"{name}: {reason}",) if reason else reading_lines(session.readout(name), place, page)


def _kept_back(session: LessonSession, name: str) -> str:
    """Why a readout is not shown now; empty if it is. Also holds back numbers that another readout gives away."""
    if name in session.covered:
        return _(COVERED)
    if session.keeps_back(name):
        return _(ONCE_ANSWERED)
    return ""


def _hint(session: LessonSession) -> tuple[str, ...]:
    """The next hint, and a line that offers a further one where there is one."""
    said = session.hint()
    offered = session.further_hint and not said.startswith(_(TRY_BEFORE_HINT))
    return (said, _(FURTHER_HINT)) if offered else (said,)


def _help_with_goal(session: LessonSession, word: str) -> Reply:
    """For the first open goal: a hint, the solution, or, once the solution was shown, carry it out."""
    goals, step = session.goals, session.step
    is_open = goals.first_open(step) is not None
    if word == "hint":
        return Reply(is_open, (goals.hint(step),))
    if goals.solution_is_told(step):
        return Reply(True, (session.solve_goal(),), discarded=_(BEFORE_SOLUTION) if is_open else "")
    told = goals.tell_solution(step, typed=True)
    return Reply(is_open, (told, _("Type skip once more, and it is done for you.")) if is_open else (told,))


def _answer(session: LessonSession, text: str) -> Reply:
    if session.question is None:
        return Reply(False, (_("There is no open question on this step."),))
    verdict = session.answer(text)
    if not verdict.understood:
        return Reply(True, (verdict.message,), verdict)
    judged = _("Right") if verdict.correct else _("No")
    return Reply(True, (f"{judged}{verdict.aside}. {verdict.message}",), verdict)


def _say_confidence(session: LessonSession, confidence: Confidence, text: str) -> Reply:
    """Say how sure the learner is of their first answer, and give the answer if there is a ``text``.

    A later answer is judged all the same: what is optional refuses nothing.
    """
    said = session.say_confidence(confidence)
    if text or session.question is None:
        return _answer(session, text)
    return Reply(said, (_(SAID[confidence]) if said else _(ONLY_BEFORE_THE_FIRST),))


def _steps(session: LessonSession) -> tuple[str, ...]:
    here = _(" – you are here")
    return tuple(
        f"  {number}. {step.title} ({step.id}): {_(state.word)}{here if step is session.step else ''}"
        for number, (step, state) in enumerate(zip(session.lesson.steps, session.state.steps, strict=True), start=1)
    )


def _why(session: LessonSession, path: str, page: Page) -> tuple[str, ...]:
    """Formula, numbers, value, and how to ask for each operand."""
    name = split_path(path)[0]
    if name in session.lab.readout_names():
        reason = _kept_back(session, name)
        if reason:
            return (f"{path}: {reason}",)
    elif session.covered:
        return (f"{path}: {_(ONCE_ANSWERED)}",)
    derivation = why(session.lab, path)
    further = [path_of(session.lab, cell) for cell in derivation.operands]
    if not further:
        return (_("{path} = {value}: given, not computed").format(path=path, value=number_text(derivation.value)),)
    return (
        *derivation_lines(derivation, page, path_of(session.lab, derivation.cell)),
        _("  Deeper: {commands}").format(commands=", ".join(f"why {each}" for each in further)),
    )


def _tensorflow(session: LessonSession, page: Page) -> Reply:
    comparison = session.tensorflow
    if comparison is None:
        return Reply(False, (_("TensorFlow cannot run here: there is no process for it."),))
    comparison.refresh()
    comparison.wait()
    if comparison.message:
        return Reply(False, (comparison.message,))
    seen = [row for row in comparison.rows if not _covered(session, row.path)]
    rows = tuple((row.path, row.ours, row.theirs, f"{row.difference:.1e}") for row in seen)
    table = Table("tensorflow", _("compared with TensorFlow"), ("", "ours", "TensorFlow", "apart"), rows, 6)
    return Reply(True, (*readout_lines(table, page), *filter(None, (chance_note(seen),))))


def _covered(session: LessonSession, path: str) -> bool:
    return bool(_kept_back(session, split_path(path)[0]))
