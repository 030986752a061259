"""Drawing the numbers of a step afresh, so that a second visit asks for the method and not for the memory."""

from __future__ import annotations

import numpy as np

from tutor.course.lesson import Draw, Step
from tutor.course.questions import compute, misconception_value
from tutor.engine.randomness import drawing_generator
from tutor.labs.contract import Lab
from tutor.labs.controls import VectorControl

ATTEMPTS = 200


class CannotDraw(RuntimeError):
    """No numbers were found with which every wrong answer of the step differs from the right one."""


def draw_controls(step: Step, lab: Lab, seed: int, position: int) -> None:
    """Set the step's drawn controls, a function of the seed and the step's position.

    Numbers with which a declared wrong answer would pass as right, or two wrong answers could not be told apart, are
    drawn again. Raises ``CannotDraw`` after ``ATTEMPTS`` tries.
    """
    if not step.draw:
        return
    rng = drawing_generator(seed, position)
    for _ in range(ATTEMPTS):
        for draw in step.draw:
            lab.set(draw.control, _drawn(draw, lab, rng))
        if _tells_answers_apart(step, lab):
            return
    raise CannotDraw(f"step {step.id}: in {ATTEMPTS} draws the wrong answers were never apart from the right one")


def _drawn(draw: Draw, lab: Lab, rng: np.random.Generator) -> float | tuple[float, ...]:
    allowed = [
        value
        for value in np.round(np.arange(draw.low, draw.high + draw.step / 2, draw.step), 10).tolist()
        if value not in draw.exclude
    ]
    control = lab.control(draw.control)
    if isinstance(control, VectorControl):
        return tuple(rng.choice(allowed, size=len(control.labels)).tolist())
    return float(rng.choice(allowed))


def _tells_answers_apart(step: Step, lab: Lab) -> bool:
    for question in step.questions:
        if question.choices:
            continue
        answers = [compute(question.answer, lab)]
        answers += [misconception_value(m, lab) for m in question.misconceptions]
        numbers = [float(a) for a in answers]
        gap = 2 * question.tolerance
        if any(abs(a - b) <= gap for i, a in enumerate(numbers) for b in numbers[:i]):
            return False
    return True
