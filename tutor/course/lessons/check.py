"""Check lessons: every question can be answered, only as its author meant, and every goal can be reached."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tutor.course.lessons.check_goals import Fault, check_goal_is_open, check_goal_names, check_solution
from tutor.course.lessons.glossary import glossary_faults
from tutor.course.lessons.lesson import Draw, DrawChoice, Lesson, LessonError, Misconception, Probe, Question, Step
from tutor.course.lessons.loader import clashes, lesson_folders, load_lesson
from tutor.course.lessons.sections import sections
from tutor.course.lessons.text_file import read_text_file
from tutor.course.lessons.text_numbers import fill_markdown, placeholders_in
from tutor.course.lessons.time_limit import VARIABLE, NoSuchLimit, OutOfTime, allowed_seconds, time_limit
from tutor.course.lessons.toml_lines import KeyPath, TomlLines
from tutor.course.lessons.toml_text import parse_toml
from tutor.course.lessons.translated.check import translation_faults
from tutor.course.lessons.translated.files import Translation, languages_of
from tutor.course.questions.checking import check, choice_key, compute, fill, misconception_value, right_answer
from tutor.course.questions.draws import CannotDraw
from tutor.course.session import LessonSession
from tutor.labs.catalog import UnknownLab, lab_class
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ActionControl, ControlError, WordControl
from tutor.labs.kit.places import LookupFailed, split_path
from tutor.language.chosen import ENGLISH, speaking

SEEDS = range(6)
"""The default seed of the faces, and five others."""

MOST_WORDS = 120
"""As many words as fit beside a lab on a small screen without scrolling."""

_PLACEHOLDER = re.compile(r"\{([^{}:]+)(?::[^{}]*)?\}")
_LAB_ERRORS = (ControlError, LookupFailed, CannotDraw)


@dataclass(frozen=True)
class Checked:
    """How many lessons and questions were checked, and the faults as ``file:line: reason``."""

    lessons: int
    steps: int
    questions: int
    faults: tuple[str, ...]
    goals: int = 0


def check_folder(folder: Path) -> list[str]:
    """The faults of the lessons below ``folder``, as ``file:line: reason``; none if all is well."""
    return list(check_lessons(folder).faults)


def check_lessons(folder: Path, seconds_in_all: float = math.inf) -> Checked:
    """Check every lesson below ``folder`` and the glossary in it, or the lesson that ``folder`` is.

    Lessons that are not checked within ``seconds_in_all`` are faults.
    """
    try:
        folders = lesson_folders(folder)
    except LessonError as error:
        return Checked(0, 0, 0, (str(error),))
    lessons, faults = [], []
    for one in folders:
        try:
            lessons.append(load_lesson(one, ENGLISH))
        except LessonError as error:
            faults.append(str(error))
    if not folders:
        faults.append(f"{folder}:1: there is no lesson here: a lesson is a folder with a lesson.toml")
    faults += map(str, clashes(sorted(lessons, key=lambda lesson: lesson.number)))
    try:
        seconds = allowed_seconds()
    except NoSuchLimit as error:
        return Checked(0, 0, 0, (f"{folder}:1: {error}",))
    end = time.monotonic() + seconds_in_all
    for lesson in lessons:
        if (left := end - time.monotonic()) <= 0:
            faults.append(f"{folder}:1: the check of these lessons did not finish within {seconds_in_all:,g} seconds")
            break
        faults += _faults_in_every_language(lesson, min(seconds, left))
    # While a lesson cannot be read, an entry that names it cannot be checked.
    if folder not in folders and len(lessons) == len(folders):
        faults += glossary_faults(folder, lessons)
    steps = [step for lesson in lessons for step in lesson.steps]
    questions, goals = sum(len(step.questions) for step in steps), sum(len(step.goals) for step in steps)
    return Checked(len(lessons), len(steps), questions, tuple(faults), goals)


def _faults_in_every_language(lesson: Lesson, seconds: float) -> list[str]:
    """The faults of the lesson, or, if it has none, those of its translations."""
    with speaking(ENGLISH):
        faults = _LessonCheck(lesson).faults(seconds)
    try:
        languages = languages_of(lesson.folder)
    except LessonError as error:
        return [*faults, str(error)]
    for language in languages if not faults else ():
        own = translation_faults(lesson, language)
        if not own:
            with speaking(language):
                own = _LessonCheck(load_lesson(lesson.folder, language), language).faults(seconds)
        faults += own
    return faults


class _LessonCheck:
    """The check of one lesson, with its texts in one language."""

    def __init__(self, lesson: Lesson, language: str = ENGLISH) -> None:
        self._lesson = lesson
        self._translation = None if language == ENGLISH else Translation(lesson.folder, language)
        self._toml = lesson.folder / "lesson.toml"
        self._markdown = lesson.folder / "lesson.md"
        source = read_text_file(self._toml)
        self._lines, self._plain = TomlLines(source), parse_toml(source)
        if self._translation is not None:
            self._toml, self._markdown = self._translation.toml, self._translation.markdown
            self._lines = self._translation.lines
        self._faults: list[str] = []
        # The current position, for the message when time is up.
        self._at: KeyPath = ()

    def faults(self, seconds: float) -> list[str]:
        try:
            with time_limit(seconds) as self._check_time:
                return self._all_faults()
        except OutOfTime:
            reason = f"the check of this lesson did not finish within {seconds:,g} seconds ({VARIABLE} allows more)"
            self._fault(self._at, "", reason)
            return self._faults

    def _all_faults(self) -> list[str]:
        self._text_lengths()
        if not self._lesson.walk.is_file():
            self._faults.append(f"{self._lesson.walk}:1: the lesson has no walk-through script")
        try:
            lab_type = lab_class(self._lesson.lab)
        except UnknownLab as error:
            self._fault((), "lab", str(error))
            return self._faults
        for index, step in enumerate(self._lesson.steps):
            before = len(self._faults)
            self._names(index, step, lab_type())
            if len(self._faults) == before:
                self._step(index, step, lab_type)
        if not self._faults:
            self._walk_through(lab_type())
        if not self._faults and not any(step.press for step in self._lesson.steps):
            self._open_in_turn(lab_type)
        return self._faults

    def _fault(self, path: KeyPath, key: str, reason: str) -> None:
        if self._translation is not None:
            path = self._translation.path_of(path, self._plain)
        line = f"{self._toml}:{self._lines.find(path, key)}: {reason}"
        if line not in self._faults:
            self._faults.append(line)

    def _text_lengths(self) -> None:
        markdown = self._markdown
        for section in sections(read_text_file(markdown)):
            words = sum(any(c.isalnum() for c in word) for word in section.text.split())
            if words > MOST_WORDS:
                reason = f"the text of {section.title!r} has {words} words; {MOST_WORDS} fit beside a lab"
                self._faults.append(f"{markdown}:{section.line}: {reason}")

    # Names

    def _names(self, index: int, step: Step, lab: Lab) -> None:
        """Check that the lab has every name that the step uses."""
        path: KeyPath = ("step", index)
        readouts, values = lab.readout_names(), [c.name for c in lab.value_controls()]
        actions = [c.name for c in lab.actions()]
        for key, names, known, kind in (
            ("show", step.show, (*readouts, *values, *actions), "control or readout"),
            ("hide", step.hide, readouts, "readout"),
            ("press", step.press, actions, "action"),
            ("set", step.set, values, "control that takes a value"),
        ):
            for position, name in enumerate(names):
                if name not in known:
                    at = ((*path, key), name) if key == "set" else ((*path, key, position), "")
                    self._fault(*at, f"{key}: there is no {kind} {name!r}; there are {', '.join(known)}")
        if step.hide and not step.questions:
            self._fault(path, "hide", "a step without a question covers nothing")
        for draw in step.draw:
            self._draw((*path, "draw"), draw, lab)
        for number, question in enumerate(step.questions):
            for visit in range(1 + len(question.variants)):
                asked = step.at_visit(visit).questions[number]
                self._uncovered(self._path_of(index, number, visit), asked, step)
        for number, goal in enumerate(step.goals):
            check_goal_names(goal, step, lab, self._goal_fault(index, number))

    def _draw(self, path: KeyPath, draw: Draw | DrawChoice, lab: Lab) -> None:
        try:
            control = lab.control(draw.control)
            if isinstance(draw, DrawChoice):
                if not isinstance(control, WordControl):
                    raise ControlError(f"{draw.control} is not a choice: its numbers are drawn from low to high")
                for word in draw.among:
                    control.check(word)
                return
            if isinstance(control, ActionControl | WordControl):
                raise ControlError(f"{draw.control} holds no numbers to draw")
            if draw.diagonal is not None and (len(control.lengths) != 2 or len(set(control.lengths)) > 1):
                raise ControlError(f"{draw.control} has no diagonal: it is not a square table")
            for low, high in ((draw.low, draw.high), draw.diagonal or (draw.low, draw.high)):
                if low < control.low or high > control.high:
                    raise ControlError(
                        f"{draw.control} lies from {control.low:g} to {control.high:g}; drawn are {low:g} to {high:g}"
                    )
        except ControlError as error:
            self._fault(path, draw.control, str(error))

    def _uncovered(self, path: KeyPath, question: Question, step: Step) -> None:
        """Check that neither the screen nor the question shows the answer."""
        probe = question.answer
        if probe.set or probe.press or probe.against is not None:
            return
        name = split_path(probe.read)[0]
        if probe.formula is None and name in step.show and name not in step.hide:
            self._fault(path, "answer", f"{name!r} is the answer but visible on the screen: add it to hide")
        if probe.read in [placeholder.strip("() ") for placeholder in _PLACEHOLDER.findall(question.ask)]:
            self._fault(path, "ask", f"the question contains its own answer {{{probe.read}}}")

    # Steps and their questions

    def _step(self, index: int, step: Step, lab_type: type[Lab]) -> None:
        """Check that the step opens and its questions work, with several seeds."""
        for seed in SEEDS if step.draw else SEEDS[: step.variants]:
            before = len(self._faults)
            lab = lab_type()
            self._open(index, LessonSession(self._lesson, lab, seed), seed)
            if len(self._faults) == before:
                for number, goal in enumerate(step.goals):
                    check_solution(goal, lab, self._goal_fault(index, number))
            lab.close()
            if len(self._faults) > before:
                return

    def _walk_through(self, lab: Lab) -> None:
        """Check the same with one lab from the first step to the last, which keeps its state between steps."""
        session = LessonSession(self._lesson, lab)
        for index in range(len(self._lesson.steps)):
            self._open(index, session, 0)
        lab.close()

    def _open_in_turn(self, lab_type: type[Lab]) -> None:
        """Check that each step opens after the steps before it, with several seeds, since they leave state behind.

        Only for lessons whose steps press nothing, so that nothing is trained for it.
        """
        for seed in SEEDS[1:]:
            session = LessonSession(self._lesson, lab_type(), seed)
            for index, step in enumerate(self._lesson.steps):
                self._at = ("step", index)
                self._check_time()
                try:
                    session.open(index)
                except _LAB_ERRORS as error:
                    reason = f"step {step.id!r} does not open after the steps before it: {error}"
                    self._fault(("step", index), "", reason)
                    return
            session.lab.close()

    def _open(self, index: int, session: LessonSession, seed: int) -> None:
        step, self._at = self._lesson.steps[index].at_visit(seed), ("step", index)
        self._check_time()
        questions = [(self._path_of(index, n, seed), q) for n, q in enumerate(step.questions)]
        try:
            session.open(index)
        except _LAB_ERRORS as error:
            # Drawing computes the answers: a fault in one of them is reported for the answer, not for the step.
            if all(self._can_be_asked(path, question, session.lab) for path, question in questions):
                self._fault(("step", index), "", f"step {step.id!r} does not open: {error}")
            return
        self._step_text(index, step, session.lab)
        for path, question in questions:
            self._at = path
            if self._can_be_asked(path, question, session.lab):
                self._judges_well(path, question, session.lab)
        for number, goal in enumerate(step.goals):
            check_goal_is_open(goal, session.lab, self._goal_fault(index, number))

    def _path_of(self, index: int, number: int, seed: int) -> KeyPath:
        """The place in ``lesson.toml`` of a question, or of its variant at this visit."""
        path: KeyPath = ("step", index, "question", number)
        variant = seed % (1 + len(self._lesson.steps[index].questions[number].variants))
        return (*path, "variant", variant - 1) if variant else path

    def _goal_fault(self, index: int, number: int) -> Fault:
        """A function that reports a fault at a key of goal ``number`` of the step ``index``."""
        return partial(self._fault, ("step", index, "goal", number))

    def _step_text(self, index: int, step: Step, lab: Lab) -> None:
        """Check that the placeholders in the step's text can be filled and give no answer away."""
        try:
            fill_markdown(step.text, lab)
        except _LAB_ERRORS as error:
            self._text_fault(index, f"a placeholder {{…}} cannot be filled: {error}")
            return
        probes = [q.answer for question in step.questions for q in (question, *question.variants)]
        answers = {probe.read for probe in probes if not (probe.set or probe.press or probe.against is not None)}
        for placeholder in placeholders_in(step.text):
            path = placeholder.partition(":")[0].strip("() ")
            if path in answers or split_path(path)[0] in step.hide:
                self._text_fault(index, f"{{{placeholder}}} gives away what the step asks for or covers")

    def _text_fault(self, index: int, reason: str) -> None:
        markdown = self._markdown
        line = f"{markdown}:{sections(read_text_file(markdown))[index].line}: {reason}"
        if line not in self._faults:
            self._faults.append(line)

    def _can_be_asked(self, path: KeyPath, question: Question, lab: Lab) -> bool:
        """Whether every answer can be computed and every text filled; reports the faults otherwise."""
        before = len(self._faults)
        self._keys(path, question)
        self._value(path, "answer", question, question.answer, lab)
        self._text(path, "ask", question.ask, lab)
        self._text(path, "explain", question.explain, lab)
        for position, hint in enumerate(question.hints):
            self._text((*path, "hints", position), "", hint, lab)
        for position, misconception in enumerate(question.misconceptions):
            wrong = (*path, "wrong", position)
            self._text(wrong, "say", misconception.say, lab)
            if isinstance(misconception.gives, Probe):
                self._value(wrong, "gives", question, misconception.gives, lab)
        return len(self._faults) == before

    def _judges_well(self, path: KeyPath, question: Question, lab: Lab) -> None:
        """Check that an empty answer fails, the engine's passes, and each known wrong one gets its own message."""
        if check(question, "", lab).correct:
            self._fault(path, "answer", "an empty answer passes")
        answer = right_answer(question, lab)
        if not check(question, answer, lab).correct:
            self._fault(path, "answer", f"the engine's own answer {answer} does not pass")
        for position, misconception in enumerate(question.misconceptions):
            self._misconception((*path, "wrong", position), question, misconception, lab)

    def _keys(self, path: KeyPath, question: Question) -> None:
        """Check that no choice's key is the number or the letter of another one."""
        keys = tuple(key.lower() for key in question.choices)
        for position, key in enumerate(keys):
            other = int(key) - 1 if key.isdecimal() else ord(key) - ord("a") if len(key) == 1 else position
            if key in keys[:position] or (other != position and 0 <= other < len(keys)):
                self._fault((*path, "choices"), key, f"the key {key!r} also means another choice")

    def _value(self, path: KeyPath, key: str, question: Question, probe: Probe, lab: Lab) -> None:
        """Check that the probe gives a valid answer: one of the choices, or a number."""
        try:
            value = compute(probe, lab)
        except _LAB_ERRORS as error:
            self._fault(path, key, str(error))
            return
        if question.choices:
            if choice_key(value) not in question.choices:
                known = ", ".join(question.choices)
                self._fault(path, key, f"it gives {choice_key(value)!r}, which is not among the choices {known}")
        elif isinstance(value, str):
            self._fault(path, key, f"it gives the word {value!r}; a question without choices asks for a number")
        elif not math.isfinite(value):
            self._fault(path, key, f"it gives {value}, which cannot be typed")

    def _text(self, path: KeyPath, key: str, text: str, lab: Lab) -> None:
        try:
            fill(text, lab)
        except _LAB_ERRORS as error:
            self._fault(path, key, f"a placeholder {{…}} cannot be filled: {error}")

    def _misconception(self, path: KeyPath, question: Question, misconception: Misconception, lab: Lab) -> None:
        """Check that the known wrong answer is refused with its own message."""
        wrong = misconception.gives
        if wrong == right_answer(question, lab) and wrong in question.possible_choices:
            return
        typed = wrong if isinstance(wrong, str) else f"{misconception_value(misconception, lab):.9g}"
        verdict = check(question, typed, lab)
        if verdict.correct:
            self._fault(path, "gives", f"this wrong answer, {typed}, passes as right")
        elif verdict.message != fill(misconception.say, lab):
            self._fault(path, "say", f"this wrong answer, {typed}, gets another message: {verdict.message}")
