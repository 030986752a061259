"""A lesson once read: frozen data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tutor.course.questions.lab_formula import LabFormula

STUDIO = "studio"
"""The id under which the studio opens like a lesson, although no list of lessons has it."""


@dataclass(frozen=True)
class Probe:
    """A number or word that the lab computes: the readout ``read``, after ``set`` and ``press`` on a copy of the lab.

    With ``formula`` it is the formula's value on the lab's numbers, and ``read`` is the formula's text.

    With ``against`` it is how the first value compares to that readout of the unchanged lab: ``greater``, ``less`` or
    ``equal`` (equal: within ``within``).
    """

    read: str
    set: Mapping[str, Any] = field(default_factory=dict)
    press: tuple[str, ...] = ()
    against: str | None = None
    within: float = 1e-9
    formula: LabFormula | None = None


@dataclass(frozen=True)
class Misconception:
    """A wrong answer with a known reason, and the message for it.

    ``gives`` is the probe of the wrong number, or the key of the wrong choice.
    """

    gives: Probe | str
    say: str


@dataclass(frozen=True)
class Question:
    """Something to predict before it is run.

    With ``choices`` (key → text shown) the answer is a key, otherwise a number within ``tolerance``. Texts may hold
    ``{path}`` placeholders, filled with the lab's numbers. ``right_among``: the choices that the drawn numbers may make
    right; empty for ``possible_choices``'s default.
    """

    ask: str
    answer: Probe
    explain: str
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    tolerance: float = 0.0
    choices: Mapping[str, str] = field(default_factory=dict)
    right_among: tuple[str, ...] = ()
    variants: tuple[Question, ...] = ()
    """Other questions on the same idea, asked in turn at later visits; they have no variants themselves."""
    variant: int = 0
    """Which of the variants of a step's question this is, from 1; 0 for the question itself."""

    @property
    def possible_choices(self) -> tuple[str, ...]:
        """The choices that can be right: those without a reason why they are wrong, or all if each has one."""
        reasons = [misconception.gives for misconception in self.misconceptions]
        without = tuple(key for key in self.choices if key not in reasons)
        return self.right_among or without or tuple(self.choices)


@dataclass(frozen=True)
class Condition:
    """A requirement on a probe's value: a number or word that it ``equals``, or bounds.

    Numbers are equal within the probe's ``within``. Bounds are ``above``, ``below``, ``at_least``, ``at_most``.
    """

    probe: Probe
    equals: float | str | None = None
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def needs_a_copy(self) -> bool:
        """Whether judging it takes a copy of the lab, which is not made while the lab trains."""
        return bool(self.probe.set)


@dataclass(frozen=True)
class Solution:
    """One way to reach a goal: controls to set, then actions to press."""

    set: Mapping[str, Any] = field(default_factory=dict)
    press: tuple[str, ...] = ()


@dataclass(frozen=True)
class Goal:
    """A task that the lab judges: reached once all conditions in ``when`` hold at the same time.

    ``say`` and ``hint`` may hold ``{path}`` placeholders, filled with the lab's numbers.
    """

    say: str
    when: tuple[Condition, ...]
    hint: str
    solution: Solution


@dataclass(frozen=True)
class DrawChoice:
    """A choice control whose word is drawn at random from ``among`` when the step opens."""

    control: str
    among: tuple[str, ...]


@dataclass(frozen=True)
class Draw:
    """A control whose numbers are drawn at random when the step opens: multiples of ``step`` from ``low`` to ``high``.

    ``diagonal`` gives the lowest and the highest number on the diagonal of a square table; without it the diagonal is
    drawn like the rest.
    """

    control: str
    low: float
    high: float
    step: float
    exclude: tuple[float, ...] = ()
    diagonal: tuple[float, float] | None = None


@dataclass(frozen=True)
class Step:
    """One idea: a text, the state of the lab beside it, and at most a few questions or goals.

    ``show`` names the controls and readouts beside the text; ``hide`` names the readouts that stay covered until the
    step's questions are answered or skipped. ``studio`` is the token that the studio's lab shows as the step opens,
    before ``set``; empty in other labs. ``problem_first`` says that the text poses a problem, and that
    only the answer and the next step explain it.
    """

    id: str
    title: str
    text: str
    show: tuple[str, ...]
    hide: tuple[str, ...] = ()
    set: Mapping[str, Any] = field(default_factory=dict)
    press: tuple[str, ...] = ()
    draw: tuple[Draw | DrawChoice, ...] = ()
    questions: tuple[Question, ...] = ()
    goals: tuple[Goal, ...] = ()
    studio: str = ""
    problem_first: bool = False

    @property
    def variants(self) -> int:
        """The largest number of variants of its questions, themselves included; 1 if none has any."""
        return max((1 + len(question.variants) for question in self.questions), default=1)

    def at_visit(self, number: int) -> Step:
        """The step with the variants of its questions that this visit asks; ``number`` counts visits."""
        if self.variants == 1:
            return self
        asked = [(question, *question.variants) for question in self.questions]
        return replace(self, questions=tuple(each[number % len(each)] for each in asked))


@dataclass(frozen=True)
class StepOutline:
    """A step's id and its numbers of questions and goals: enough to tell whether the step is done."""

    id: str
    questions: int
    goals: int = 0


@dataclass(frozen=True)
class Lesson:
    """A lesson: its lab and its steps."""

    id: str
    number: int
    title: str
    summary: str
    lab: str
    steps: tuple[Step, ...]
    folder: Path

    @property
    def is_numbered(self) -> bool:
        """Whether it is one of a course; the studio, whose steps are views, is not, and has no end."""
        return self.number > 0

    @property
    def heading(self) -> str:
        """Its number, if it has one, and its title."""
        return f"{self.number} {self.title}" if self.is_numbered else self.title

    @property
    def walk(self) -> Path:
        """The lesson's walk-through script."""
        return self.folder / "lesson.walk"

    @property
    def outline(self) -> tuple[StepOutline, ...]:
        """The steps, without their contents."""
        return tuple(StepOutline(step.id, len(step.questions), len(step.goals)) for step in self.steps)

    def position_of(self, step: str) -> int | None:
        """The index, from 0, of the step with this id or number (from 1); None if there is no such step."""
        if step.isdecimal() and 1 <= int(step) <= len(self.steps):
            return int(step) - 1
        ids = [s.id for s in self.steps]
        return ids.index(step) if step in ids else None


@dataclass(frozen=True)
class LessonCollection:
    """A folder of a user's own lessons, and its name in lists; or a pack, with its id as its name."""

    name: str
    folder: Path
    title: str = ""
    """Of a pack; empty for a folder. So is its line."""
    line: str = ""

    @property
    def is_pack(self) -> bool:
        """Whether it is a pack, whose lessons have ids that begin with the pack's."""
        return bool(self.title)

    @property
    def heading(self) -> str:
        """The heading above its lessons in a list."""
        return self.title or f"Lessons in {self.name}"


@dataclass(frozen=True)
class LessonSummary:
    """What a list of lessons needs, without the lesson's texts. A shipped lesson has no ``collection``."""

    id: str
    number: int
    title: str
    summary: str
    outline: tuple[StepOutline, ...]
    folder: Path
    collection: LessonCollection | None = None

    @property
    def steps(self) -> int:
        """The number of steps."""
        return len(self.outline)

    @property
    def minutes(self) -> int:
        """About how long it takes, to five minutes: half a minute a step, one for each question, two for each goal."""
        estimate = sum(0.5 + step.questions + 2 * step.goals for step in self.outline)
        return max(5, 5 * round(estimate / 5))


class LessonError(ValueError):
    """A lesson that cannot be used: ``file:line: reason`` for its author."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason
