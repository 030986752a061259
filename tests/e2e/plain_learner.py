"""A learner at the plain face, in this process: types lines through a pipe, and knows the lab that they go to."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tutor.course.questions.checking import right_answer
from tutor.course.record.progress import LEARNER, Progress
from tutor.course.session import LessonSession
from tutor.course.words.plain_characters import encodable
from tutor.labs.kit.controls import (
    ChoiceControl,
    GridControl,
    NumberControl,
    TextControl,
    Value,
    ValueControl,
    VectorControl,
)
from tutor.plain import face
from tutor.plain.visit import Visit

Typed = Iterator[str]


class Learner(io.StringIO):
    """Standard input: ``types`` is asked for a line whenever the face waits for one, and sees what came of the last.

    ``lines`` is all that was typed, ``output`` what has been printed, ``to`` the encoding of that.
    """

    def __init__(self, types: Callable[[Learner], Typed], encoding: str = "utf-8") -> None:
        super().__init__()
        self.lines: list[str] = []
        self.to = encoding
        self._raw = io.BytesIO()
        self._out = io.TextIOWrapper(self._raw, encoding=encoding, newline="")
        self._visit: Visit | None = None
        self._types = types(self)
        self._seen = 0
        self._failed: BaseException | None = None

    def readline(self, _size: int | None = -1, /) -> str:
        """The next line; empty when the learner has no more to type."""
        try:
            line = next(self._types, None)
        except BaseException as failed:
            # The face would take it for a fault of its own.
            self._failed = failed
            line = None
        if line is None:
            return ""
        self.lines.append(line)
        self._seen = len(self.output)
        return f"{line}\n"

    @property
    def output(self) -> str:
        """All that was printed."""
        self._out.flush()
        return self._raw.getvalue().decode(self._out.encoding)

    @property
    def reply(self) -> str:
        """What was printed since the last line was typed, without that line itself and the prompt after it."""
        return self.output[self._seen :].partition("\n")[2].removesuffix("> ")

    @property
    def session(self) -> LessonSession:
        """The lesson that is open."""
        assert self._visit is not None
        return self._visit.session

    def learn(self, lesson: str, state: Path, monkeypatch: pytest.MonkeyPatch) -> int:
        """Go through it; the exit status. What a lab gives it lands in ``state``, too."""
        state.mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(state)

        def visit(*given: object) -> Visit:
            self._visit = Visit(*given)  # type: ignore[arg-type]
            return self._visit

        monkeypatch.setattr(face, "Visit", visit)
        as_the_same_learner(state)
        status = face.run(lesson, None, state, stdin=self, stdout=self._out)
        if self._failed is not None:
            raise self._failed
        return status


def as_the_same_learner(state: Path) -> None:
    """Have the numbers drawn in ``state`` be the same each time, and not those of a learner of its own."""
    progress = Progress(state)
    progress.set_setting(LEARNER, "0")
    progress.close()


def answers(learner: Learner) -> Typed:
    """The right answers to all questions of the step that is open."""
    session = learner.session
    while (question := session.question) is not None:
        right = right_answer(question, session.lab)
        yield str(list(question.choices).index(right) + 1) if question.choices else right
        assert learner.reply.startswith("Right."), f"{session.step.id}: {question.ask} {right}: {learner.reply}"


def solutions(learner: Learner) -> Typed:
    """The solution of each goal of the step that is open, looked at and then carried out."""
    session = learner.session
    while (goal := session.goals.first_open(session.step)) is not None:
        yield "skip"
        assert learner.reply.startswith(f"A solution of goal {goal + 1}:"), learner.reply
        yield "skip"
        assert session.goals.first_open(session.step) != goal, f"{session.step.id}: goal {goal + 1}: {learner.reply}"


def steps(learner: Learner) -> Typed:
    """Every step, its questions answered rightly, up to the last one."""
    session = learner.session
    for number, step in enumerate(session.lesson.steps, start=1):
        assert session.step.id == step.id
        title = encodable(step.title, learner.to)
        assert f"\nStep {number} of {len(session.lesson.steps)}: {title}\n" in learner.output
        yield from answers(learner)
        yield from solutions(learner)
        if not session.at_end:
            yield "next"


def another(control: ValueControl, value: Value) -> Value:
    """A value that the control takes and does not have."""
    match control:
        case ChoiceControl(options=options):
            assert isinstance(value, str)
            return options[options.index(value) - 1]
        case TextControl():
            assert isinstance(value, str)
            return control.check(value[::-1] if value[::-1] != value else value[:1] * control.least)
        case NumberControl():
            assert isinstance(value, int | float)
            up = control.stepped(value, 1)
            return control.check(control.stepped(value, -1) if up == value else up)
        case GridControl(rows=rows, columns=columns):
            return control.check([[float((r + c) % 3 == 0) for c in range(columns)] for r in range(rows)])
    middle = (control.low + control.high) / 2
    if isinstance(control, VectorControl) and control.integer:
        middle = round(middle)

    def turned(part: object) -> object:
        if isinstance(part, tuple):
            return tuple(map(turned, part))
        return control.low if part == middle else middle

    return control.check(turned(value))


def typed(control: ValueControl, value: Value) -> str:
    """A value as it is typed."""
    if isinstance(control, GridControl):
        assert isinstance(value, tuple)
        return "/".join("".join(f"{pixel:g}" for pixel in row) for row in value if isinstance(row, tuple))
    if isinstance(value, tuple):
        return " ".join(f"{float(x)!r}" for row in value for x in (row if isinstance(row, tuple) else (row,)))
    return value if isinstance(value, str) else f"{value!r}"
