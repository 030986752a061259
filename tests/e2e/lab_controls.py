"""A lesson's whole lab on an emulated screen: from control to control, and the bytes that changing one costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.terminal import DOWN, LEFT, RIGHT, SPACE, TAB, UP, Terminal, tutor_terminal
from tutor.course.lessons.lesson import Lesson
from tutor.course.lessons.loader import load_lesson, read_summaries
from tutor.labs.catalog import lab_class
from tutor.labs.kit.controls import ChoiceControl, GridControl, MatrixControl, NumberControl, TextControl, VectorControl
from tutor.resources import lessons_folder

ValueControl = NumberControl | ChoiceControl | TextControl | VectorControl | MatrixControl | GridControl
QUIET = 0.3
"""Seconds without a byte after which all that a key brought about has been written."""
MARK = "›"
_MOST_FIELDS = 60
_WHEEL_DOWN = "\x1b[<65;60;12M"


class LabOnScreen:
    """What can be done to a lab, whose every control has a label that stands behind the focus mark."""

    def __init__(self, terminal: Terminal, controls: tuple[ValueControl, ...]) -> None:
        self.terminal = terminal
        self._controls = controls

    def read_until_quiet(self, quiet: float = QUIET) -> int:
        """Read on until nothing comes any more; how many bytes came."""
        count = 0
        while chunk := self.terminal.take(quiet):
            count += len(chunk)
        return count

    @property
    def focused(self) -> ValueControl | None:
        """The control that the focus is on, if it is on one."""
        behind = [line.split(MARK, 1)[1] for line in self.terminal.lines if MARK in line]
        found = [c for c in self._controls if any(text.startswith(c.label) for text in behind)]
        return max(found, key=lambda control: len(control.label), default=None)

    def walk(self) -> Iterator[ValueControl]:
        """Tab through the controls; each once."""
        seen = set()
        for _ in range(_MOST_FIELDS):
            control = self.focused
            if control is not None:
                if control.name in seen:
                    return
                seen.add(control.name)
                yield control
            self.terminal.send(TAB)
            self.read_until_quiet()

    def bytes_of_change(self, control: ValueControl) -> int:
        """Change the focused control by one key press; the bytes that came of it, 0 if nothing changed."""
        self.read_until_quiet()
        before = self.terminal.text
        for key in _keys(control):
            self.terminal.send(key)
            count = self.read_until_quiet()
            if self.terminal.text != before:
                return count
        return 0

    def train(self) -> None:
        """Press the key that begins anew and the one that trains, and wait until something moves by itself."""
        self.terminal.send("r")
        self.read_until_quiet()
        self.terminal.send("p")
        for _ in range(3):
            assert self.terminal.take(30), f"nothing trains:\n{self.terminal.text}"

    def scroll_down(self) -> None:
        """Turn the mouse's wheel over the lab, by most of a page."""
        self.terminal.send(_WHEEL_DOWN * 5)


@contextmanager
def open_lab(state: Path, lesson_id: str, environment: Mapping[str, str]) -> Iterator[LabOnScreen]:
    """The lesson's whole lab at 80×24, at its first step that asks nothing and so covers nothing."""
    lesson = _lesson(lesson_id)
    lab = lab_class(lesson.lab)()
    controls = tuple(lab.value_controls())
    lab.close()
    step = next(number for number, step in enumerate(lesson.steps, 1) if not step.questions)
    with tutor_terminal(state, "learn", f"{lesson_id}/{step}", environment=environment) as terminal:
        terminal.wait_for("Next", lesson.steps[step - 1].title)
        opened = LabOnScreen(terminal, controls)
        opened.read_until_quiet(1.0)
        terminal.send("f")
        opened.read_until_quiet()
        yield opened


def _keys(control: ValueControl) -> tuple[str, ...]:
    """What changes it: the first, or the second where it stands at its end."""
    if isinstance(control, GridControl):
        return (SPACE,)
    if isinstance(control, TextControl):
        return ("\rab\r",)
    return (UP, DOWN) if isinstance(control, VectorControl | MatrixControl) else (RIGHT, LEFT)


def _lesson(lesson_id: str) -> Lesson:
    return load_lesson(next(s.folder for s in read_summaries(lessons_folder()) if s.id == lesson_id))
