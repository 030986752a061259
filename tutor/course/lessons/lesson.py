"""What a lesson is, once read: frozen data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutor.course.questions.lab_formula import LabFormula


@dataclass(frozen=True)
class Probe:
    """A number or word that the lab computes: the readout ``read``, after ``set`` and ``press`` on a copy of the lab.

    With ``formula`` it is what that gives on the lab's numbers, and ``read`` is the formula's text.

    With ``against``, the answer is how the first compares to that second readout of the lab as it stands:
    ``greater``, ``less`` or ``equal`` (equal: within ``within``).
    """

    read: str
    set: Mapping[str, Any] = field(default_factory=dict)
    press: tuple[str, ...] = ()
    against: str | None = None
    within: float = 1e-9
    formula: LabFormula | None = None


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that has a known reason, and what to say to it.

    For a typed number ``gives`` is the probe that comes to the wrong number; for a choice, the choice's key.
    """

    gives: Probe | str
    say: str


@dataclass(frozen=True)
class Question:
    """Something to predict before it is run.

    With ``choices`` (key → text shown) the answer is a key, otherwise a number within ``tolerance``. Texts may hold
    ``{path}`` places, filled with the lab's numbers.
    """

    ask: str
    answer: Probe
    explain: str
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    tolerance: float = 0.0
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """Something that a probe has to come to: a number or word that it ``equals``, or bounds that it keeps to.

    A number equals another within the probe's ``within``. Bounds are ``above``, ``below``, ``at_least``, ``at_most``.
    """

    probe: Probe
    equals: float | str | None = None
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def needs_a_copy(self) -> bool:
        """Whether a copy of the lab has to be made for it, which is not done while the lab trains."""
        return bool(self.probe.set)


@dataclass(frozen=True)
class Solution:
    """One way to reach a goal: controls to set, then actions to press."""

    set: Mapping[str, Any] = field(default_factory=dict)
    press: tuple[str, ...] = ()


@dataclass(frozen=True)
class Goal:
    """A task that the lab judges: reached once all conditions in ``when`` hold together.

    ``say`` and ``hint`` may hold ``{path}`` places, filled with the lab's numbers.
    """

    say: str
    when: tuple[Condition, ...]
    hint: str
    solution: Solution


@dataclass(frozen=True)
class DrawChoice:
    """A choice control whose word is drawn afresh when the step opens, from ``among``."""

    control: str
    among: tuple[str, ...]


@dataclass(frozen=True)
class Draw:
    """A control whose numbers are drawn afresh when the step opens: multiples of ``step`` from ``low`` to ``high``.

    ``diagonal`` gives the lowest and the highest number on the diagonal of a square table; without it the diagonal is
    drawn as the rest is.
    """

    control: str
    low: float
    high: float
    step: float
    exclude: tuple[float, ...] = ()
    diagonal: tuple[float, float] | None = None


@dataclass(frozen=True)
class Step:
    """One idea: a text, the lab as it should stand beside it, and at most a few questions or goals.

    ``show`` names the controls and readouts beside the text; ``hide`` those readouts that stay covered until the
    step's questions are behind the learner.
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


@dataclass(frozen=True)
class StepOutline:
    """A step's id, how many questions it asks and how many goals it sets: what tells whether the step is done."""

    id: str
    questions: int
    goals: int = 0


@dataclass(frozen=True)
class Lesson:
    """A lesson: which lab it is on, and its steps."""

    id: str
    number: int
    title: str
    summary: str
    lab: str
    steps: tuple[Step, ...]
    folder: Path

    @property
    def walk(self) -> Path:
        """The lesson's walk-through script."""
        return self.folder / "lesson.walk"

    @property
    def outline(self) -> tuple[StepOutline, ...]:
        """The steps, without their contents."""
        return tuple(StepOutline(step.id, len(step.questions), len(step.goals)) for step in self.steps)

    def position_of(self, step: str) -> int | None:
        """Where the step with this id or number (from 1) stands, from 0; None if there is no such step."""
        if step.isdecimal() and 1 <= int(step) <= len(self.steps):
            return int(step) - 1
        ids = [s.id for s in self.steps]
        return ids.index(step) if step in ids else None


@dataclass(frozen=True)
class LessonCollection:
    """A folder of lessons of one's own, under the name that lists show."""

    name: str
    folder: Path


@dataclass(frozen=True)
class LessonSummary:
    """What a list of lessons needs, without reading their texts. A lesson that ships has no ``collection``."""

    id: str
    number: int
    title: str
    summary: str
    outline: tuple[StepOutline, ...]
    folder: Path
    collection: LessonCollection | None = None

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.outline)


class LessonError(ValueError):
    """A lesson that cannot be used: ``file:line: reason`` for its author."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason
