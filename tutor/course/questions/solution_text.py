"""A goal's solution in words, and as lines to type."""

from __future__ import annotations

from itertools import groupby

from tutor.course.lessons.lesson import Solution
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ActionControl
from tutor.language.catalogue import _

MOST_WRITTEN = 60
"""Characters of a value. A larger picture is not written out: the solution can be carried out without typing it."""


def solution_in_words(solution: Solution, lab: Lab) -> str:
    """``Set b to −9. Then press p (train).``, with the labels on the screen."""
    parts = [_setting(name, value, lab) for name, value in solution.set.items()]
    sentences = [_("Set {listed}.").format(listed=_listed(parts))] if parts else []
    if solution.press:
        pressed = _listed([_pressing(name, len(list(times)), lab) for name, times in groupby(solution.press)])
        sentences.append(
            _("Then press {pressed}.").format(pressed=pressed)
            if parts
            else _("Press {pressed}.").format(pressed=pressed)
        )
    return " ".join(sentences)


def solution_lines(solution: Solution, lab: Lab) -> tuple[str, ...]:
    """The same as lines of the line language: ``set b -9``, ``press train``."""
    lines = [f"set {name} {_typed(name, value, lab)}" for name, value in solution.set.items()]
    return (*lines, *(f"press {name}" for name in solution.press))


def _setting(name: str, value: object, lab: Lab) -> str:
    written = _written(name, value, lab)
    if len(written) > MOST_WRITTEN:
        return _("{label} as the solution has it").format(label=lab.control(name).label)
    return _("{label} to {written}").format(label=lab.control(name).label, written=written)


def _pressing(name: str, times: int, lab: Lab) -> str:
    control = lab.control(name)
    key = control.key if isinstance(control, ActionControl) else ""
    pressed = f"{key} ({control.label})" if key else control.label
    return pressed if times == 1 else _("{pressed} {times} times").format(pressed=pressed, times=times)


def _listed(parts: list[str]) -> str:
    return (
        parts[0] if len(parts) == 1 else _("{others} and {last}").format(others=", ".join(parts[:-1]), last=parts[-1])
    )


def _written(name: str, value: object, lab: Lab) -> str:
    """A value for reading: ``−9``, ``(6, 6)``, a table or a drawing row by row as it is typed."""
    typed = _typed(name, value, lab)
    if isinstance(value, list | tuple) and not any(isinstance(row, list | tuple) for row in value):
        typed = f"({', '.join(typed.split())})"
    return typed.replace("-", "−") if not isinstance(value, str) else typed


def _typed(name: str, value: object, lab: Lab) -> str:
    """A value as the words after ``set NAME``."""
    control = lab.control(name)
    return "" if isinstance(control, ActionControl) else control.written(value)
