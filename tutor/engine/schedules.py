"""Learning rates that change with the step.

Names, defaults and meanings are those of ``keras/src/optimizers/schedules/learning_rate_schedule.py``. As in Keras, the
step is the number of updates made so far, so the first update has step 0, and the rate is computed in float32 even for
a float64 network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from tutor.engine.validation import (
    LARGEST_WHOLE_NUMBER,
    flag,
    is_number,
    made_of,
    number_above,
    number_from,
    require,
    written,
)

Float32 = np.float32


@dataclass(frozen=True)
class ExponentialDecay:
    """rate(t) = initial · decay_rate^(t / decay_steps): the same factor every ``decay_steps`` steps.

    ``staircase`` rounds the exponent down, so that the rate falls in stairs.
    """

    initial_learning_rate: float
    decay_steps: float
    decay_rate: float
    staircase: bool = False

    def __post_init__(self) -> None:
        _check_decay(self.initial_learning_rate, self.decay_steps)
        number_from("decay_rate", self.decay_rate, 0)
        flag("staircase", self.staircase)


@dataclass(frozen=True)
class InverseTimeDecay:
    """rate(t) = initial / (1 + decay_rate · t / decay_steps); ``staircase`` rounds t / decay_steps down."""

    initial_learning_rate: float
    decay_steps: float
    decay_rate: float
    staircase: bool = False

    def __post_init__(self) -> None:
        _check_decay(self.initial_learning_rate, self.decay_steps)
        number_from("decay_rate", self.decay_rate, 0)
        flag("staircase", self.staircase)


@dataclass(frozen=True)
class PiecewiseConstantDecay:
    """Step decay: ``values[0]`` up to the first of the ``boundaries``, then ``values[1]`` up to the next, and so on.

    A boundary belongs to the value before it, and steps count from 0: with the boundary 100 the first value
    applies to steps 0 to 100, which are 101 updates.
    """

    boundaries: Sequence[int]
    values: Sequence[float]

    def __post_init__(self) -> None:
        # Lists come from JSON; tuples can be compared and hashed.
        for name in ("boundaries", "values"):
            given = getattr(self, name)
            require(isinstance(given, list | tuple), f"{name} is a list of numbers; got {written(given)}")
        object.__setattr__(self, "boundaries", tuple(self.boundaries))
        object.__setattr__(self, "values", tuple(self.values))
        require(bool(self.boundaries), "a piecewise constant rate needs at least one boundary")
        require(
            len(self.values) == len(self.boundaries) + 1,
            f"{len(self.boundaries)} boundaries separate {len(self.boundaries) + 1} values; got {len(self.values)}",
        )
        for boundary in self.boundaries:
            # Keras truncates the fraction silently.
            require(
                is_number(boundary) and boundary == int(boundary) and abs(boundary) <= LARGEST_WHOLE_NUMBER,
                f"a boundary is a whole step, up to {LARGEST_WHOLE_NUMBER:,}; got {written(boundary)}",
            )
        require(
            all(a < b for a, b in pairwise(self.boundaries)),
            f"boundaries must be increasing; got {written(self.boundaries)}",
        )
        for value in self.values:
            number_from("a learning rate", value, 0)


@dataclass(frozen=True)
class CosineDecay:
    """Half a cosine from the initial rate down to ``alpha`` times it over ``decay_steps`` steps, then constant.

    With a ``warmup_target`` the rate first rises linearly from ``initial_learning_rate`` to the target over
    ``warmup_steps`` steps. The cosine then starts from the target and takes another ``decay_steps`` steps, and
    ``alpha`` is a fraction of the target.
    """

    initial_learning_rate: float
    decay_steps: float
    alpha: float = 0.0
    warmup_target: float | None = None
    warmup_steps: float = 0

    def __post_init__(self) -> None:
        _check_decay(self.initial_learning_rate, self.decay_steps)
        number_from("alpha", self.alpha, 0, 1)
        number_from("warmup_steps", self.warmup_steps, 0)
        if self.warmup_target is None:
            # Keras ignores them silently.
            require(self.warmup_steps == 0, f"{self.warmup_steps} warm-up steps need a warmup_target to rise to")
        else:
            number_from("warmup_target", self.warmup_target, 0)


Schedule = ExponentialDecay | InverseTimeDecay | PiecewiseConstantDecay | CosineDecay

SCHEDULES: dict[str, type[ExponentialDecay | InverseTimeDecay | PiecewiseConstantDecay | CosineDecay]] = {
    "exponential_decay": ExponentialDecay,
    "inverse_time_decay": InverseTimeDecay,
    "piecewise_constant_decay": PiecewiseConstantDecay,
    "cosine_decay": CosineDecay,
}


def _check_decay(initial_learning_rate: float, decay_steps: float) -> None:
    number_from("initial_learning_rate", initial_learning_rate, 0)
    number_above("decay_steps", decay_steps, 0)


def rate(schedule: float | Schedule, step: int) -> float:
    """The learning rate of the update after ``step`` updates; a constant rate is returned unchanged.

    A schedule's value is a float32 number within 1 ULP of Keras's: the power and the cosine are rounded from float64,
    where TensorFlow approximates them in float32.
    """
    match schedule:
        case ExponentialDecay():
            return float(_exponential(schedule, step))
        case InverseTimeDecay():
            return float(_inverse_time(schedule, step))
        case PiecewiseConstantDecay():
            return float(_piecewise(schedule, step))
        case CosineDecay():
            return float(_cosine(schedule, step))
        case _:
            return float(schedule)


def rates(schedule: float | Schedule, first: int, steps: int) -> list[float]:
    """The learning rates of ``steps`` updates after ``first`` updates."""
    if isinstance(schedule, Schedule):
        return [rate(schedule, step) for step in range(first, first + steps)]
    return [float(schedule)] * steps


def schedule_to_dict(schedule: Schedule) -> dict[str, Any]:
    """The schedule as plain values; ``schedule_from_dict`` reads it back."""
    kind = next(name for name, cls in SCHEDULES.items() if cls is type(schedule))
    return {"kind": kind} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(schedule).items()
    }


def schedule_from_dict(plain: Mapping[str, Any]) -> Schedule:
    """Build a schedule from plain values. Raises ``SpecError``."""
    return made_of("schedule", SCHEDULES, plain)


def _periods(step: int, decay_steps: float, staircase: bool) -> np.float32:
    periods = Float32(step) / Float32(decay_steps)
    return np.floor(periods) if staircase else periods


def _exponential(s: ExponentialDecay, step: int) -> np.float32:
    periods = _periods(step, s.decay_steps, s.staircase)
    # A decay rate above 1 eventually overflows to infinity, which the run then reports.
    with np.errstate(over="ignore"):
        # In float64, then rounded: a float32 power may be off by a few ULP.
        power = Float32(np.power(np.float64(Float32(s.decay_rate)), np.float64(periods)))
        return Float32(s.initial_learning_rate) * power


def _inverse_time(s: InverseTimeDecay, step: int) -> np.float32:
    periods = _periods(step, s.decay_steps, s.staircase)
    return Float32(s.initial_learning_rate) / (Float32(1) + Float32(s.decay_rate) * periods)


def _piecewise(s: PiecewiseConstantDecay, step: int) -> np.float32:
    passed = sum(step > boundary for boundary in s.boundaries)
    return Float32(s.values[passed])


def _cosine(s: CosineDecay, step: int) -> np.float32:
    initial, decay_steps, warmup_steps = (
        Float32(s.initial_learning_rate),
        Float32(s.decay_steps),
        Float32(s.warmup_steps),
    )
    top = initial if s.warmup_target is None else Float32(s.warmup_target)
    t = min(Float32(step), decay_steps + warmup_steps)
    if t < warmup_steps:
        return (top - initial) * (t / warmup_steps) + initial
    angle = Float32(np.pi) * ((t - warmup_steps) / decay_steps)
    half_cosine = Float32(0.5) * (Float32(1) + Float32(np.cos(np.float64(angle))))
    return top * (Float32(1 - s.alpha) * half_cosine + Float32(s.alpha))
