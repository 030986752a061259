"""Draw new numbers for a step, so that a second visit tests the method and not the memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tutor.course.lessons.lesson import Draw, DrawChoice, Probe, Step
from tutor.course.questions.checking import choice_key, compute
from tutor.engine.randomness import drawing_generator
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ActionControl, ControlError, Value

ATTEMPTS = 200


class CannotDraw(RuntimeError):
    """No suitable numbers were found for a step's questions; the message says why."""


def draw_controls(step: Step, lab: Lab, seed: int, position: int, turn: int = 0) -> None:
    """Set the step's drawn controls as a function of the seed, the step's position and the ``turn``: how often the
    step was asked again.

    Draws again if a known wrong answer would pass as right, two wrong answers would be equal, or the right answer is
    not among the choices. Raises ``CannotDraw`` after ``ATTEMPTS`` tries.
    """
    if not step.draw:
        return
    rng = drawing_generator(seed, position, turn)
    for _ in range(ATTEMPTS):
        for draw in step.draw:
            lab.set(draw.control, _drawn(draw, lab, rng))
        try:
            if _tells_answers_apart(step, lab):
                return
        except ControlError:
            # An answer that waits for the lab's work in the background is judged when it is there.
            return
    raise CannotDraw(
        f"step {step.id}: in each of {ATTEMPTS} draws a wrong answer passed as right or as another wrong one, "
        "or the right answer was not among the choices"
    )


def numbers_of(step: Step, lab: Lab) -> dict[str, Value]:
    """The current values of the controls that the step sets and draws."""
    return {name: lab.get(name) for name in (*step.set, *(draw.control for draw in step.draw))}


def put_back(numbers: Mapping[str, Value], step: Step, lab: Lab) -> bool:
    """Restore the step's controls to these numbers.

    False if the lesson or the lab has changed since so that they no longer fit; the step's numbers then have to be
    drawn again.
    """
    if not {draw.control for draw in step.draw} <= set(numbers):
        return False
    try:
        for name, value in numbers.items():
            lab.set(name, value)
    except ControlError:
        return False
    return True


def _drawn(draw: Draw | DrawChoice, lab: Lab, rng: np.random.Generator) -> Value:
    if isinstance(draw, DrawChoice):
        return str(rng.choice(draw.among))
    allowed = _allowed(draw, draw.low, draw.high)
    control = lab.control(draw.control)
    assert not isinstance(control, ActionControl)
    if not control.lengths:
        return float(rng.choice(allowed))
    values = rng.choice(allowed, size=control.lengths)
    if draw.diagonal is not None:
        np.fill_diagonal(values, rng.choice(_allowed(draw, *draw.diagonal), size=len(values)))
    return control.check(values.tolist())


def _allowed(draw: Draw, low: float, high: float) -> list[float]:
    allowed = [
        value
        for value in np.round(np.arange(low, high + draw.step / 2, draw.step), 10).tolist()
        if value not in draw.exclude
    ]
    if not allowed:
        raise CannotDraw(f"draw.{draw.control} leaves no value: not excludes all of them")
    return allowed


def _tells_answers_apart(step: Step, lab: Lab) -> bool:
    """Whether the drawn numbers suit all questions; of those that the lab cannot answer yet, nobody knows."""
    for question in step.questions:
        if question.choices:
            # Where any may be right, a probe that trains is not worth the seconds that it takes.
            if question.answer.press and set(question.choices) <= set(question.possible_choices):
                continue
            right = choice_key(compute(question.answer, lab))
            if right not in question.possible_choices:
                return False
            continue
        probes = [question.answer, *(m.gives for m in question.misconceptions if isinstance(m.gives, Probe))]
        numbers = [value for value in (compute(probe, lab) for probe in probes) if not isinstance(value, str)]
        if len(numbers) < len(probes):
            raise CannotDraw(f"step {step.id}: a question without choices asks for a number, but the answer is a word")
        gap = 2 * question.tolerance
        if any(abs(a - b) <= gap for i, a in enumerate(numbers) for b in numbers[:i]):
            return False
    return True
